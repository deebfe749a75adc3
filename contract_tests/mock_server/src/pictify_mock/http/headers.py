"""Headers that make a request ambiguous: two readers of it could disagree about who sends it, or to whom."""

from starlette.types import Scope

from pictify_mock.domain.errors import FieldError, Refusal
from pictify_mock.http.request_body import Headers

SMALL_HEAD = (
    "mock.small_head"  # in the scope, whatever it is there, if the headers take little room
)
SINGLE = frozenset({b"authorization", b"content-type", b"host", b"origin", b"x-write-key"})


def check(scope: Scope, headers: Headers) -> None:
    """Refuse a request without a Host, and one that repeats a header of which only one may be sent."""
    if b"host" not in headers and scope.get("http_version") == "1.1":
        raise _refusal("host", "is missing; send one", "required")
    if len(headers) < len(scope["headers"]):
        seen: set[bytes] = set()
        for name, _ in scope["headers"]:
            if name in seen and name in SINGLE:
                raise _refusal(name.decode(), "is given more than once; send it once", "conflict")
            seen.add(name)


def _refusal(name: str, message: str, code: str) -> Refusal:
    fault = FieldError(f"header.{name}", message, code)
    return Refusal(
        "validation-error", f"{fault.field}: {message}", [fault], headers={"Connection": "close"}
    )
