"""Refuse ambiguous headers: two readers of a request could disagree about its sender or target."""

from starlette.types import Scope

from pictify_mock.domain.errors import FieldError, Refusal
from pictify_mock.http.request_body import Headers

SMALL_HEAD = "mock.small_head"  # a key of the scope: present if the headers are small
SINGLE = frozenset({b"authorization", b"content-type", b"host", b"origin", b"x-write-key"})


def check(scope: Scope, headers: Headers) -> None:
    """Refuse a request without a Host, and one that repeats a header that may be sent once."""
    if b"host" not in headers and scope.get("http_version") == "1.1":
        raise _refusal("host", "is missing; send one", "required")
    if len(headers) < len(scope["headers"]):
        found: set[bytes] = set()
        for name, _ in scope["headers"]:
            if name in found and name in SINGLE:
                raise _refusal(name.decode(), "is given more than once; send it once", "conflict")
            found.add(name)


def _refusal(name: str, message: str, code: str) -> Refusal:
    fault = FieldError(f"header.{name}", message, code)
    detail = f"{fault.field}: {message}"
    return Refusal("validation-error", detail, [fault], headers={"Connection": "close"})
