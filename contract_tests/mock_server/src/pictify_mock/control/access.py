"""Decide who may use the control paths.

Any page in a browser can send requests to this machine, and with DNS rebinding it can even read the
responses. So without a token, a request has to arrive on loopback, for a name of loopback, and not
from a page of another origin.
"""

import hmac
from ipaddress import ip_address

from starlette.types import Scope

from pictify_mock.domain.errors import Refusal
from pictify_mock.http.request_body import Headers


def is_loopback(host: str) -> bool:
    """Return True for localhost and loopback addresses. Any other name may change its address."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


SAFE_METHODS = ("GET", "HEAD")


def check(scope: Scope, headers: Headers, token: str | None) -> None:
    check_place(scope, headers, token)
    check_origin(scope, headers, token)
    if token is not None:
        check_token(headers, token)


def check_place(scope: Scope, headers: Headers, token: str | None) -> None:
    if token is not None:
        return  # a page that rebinds a name does not have the token
    server = scope.get("server")
    host = headers.get(b"host", b"").decode("latin-1")
    if server is None or not is_loopback(server[0]) or not is_loopback(_without_port(host)):
        detail = "Without --control-token the control paths answer on localhost only."
        raise Refusal("control-forbidden", detail)


def check_origin(scope: Scope, headers: Headers, token: str | None) -> None:
    origin, host = headers.get(b"origin"), headers.get(b"host", b"")
    # A proxy that ends TLS changes the scheme, and only those who set a token have one.
    schemes = (scope["scheme"],) if token is None else ("http", "https")
    own = {scheme.encode() + b"://" + host.lower() for scheme in schemes}
    is_foreign = origin is not None and origin.lower() not in own
    site = headers.get(b"sec-fetch-site", b"none")
    is_write = scope["method"] not in SAFE_METHODS
    if is_foreign or (is_write and site not in (b"same-origin", b"none")):
        seen = (
            f"Origin {_text(origin)} and Host {_text(host)} differ"
            if origin
            else "Sec-Fetch-Site says otherwise"
        )
        remedy = "let a proxy pass Host through, and use --control-token behind TLS"
        detail = f"The control paths answer only their own page, but {seen}; {remedy}."
        raise Refusal("control-forbidden", detail)


def check_token(headers: Headers, token: str) -> None:
    scheme, _, sent = headers.get(b"authorization", b"").partition(b" ")
    if scheme.lower() != b"bearer" or not hmac.compare_digest(sent.strip(), token.encode()):
        detail = "Send the header Authorization: Bearer, followed by the token of --control-token."
        raise Refusal("control-token-required", detail, headers={"WWW-Authenticate": "Bearer"})


def _text(header: bytes) -> str:
    return header[:200].decode("latin-1")


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]
