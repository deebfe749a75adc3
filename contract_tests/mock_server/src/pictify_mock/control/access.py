"""Who may use the control paths.

Any page in a browser can send requests to this machine, and by DNS rebinding even read the answers.
So what comes without a token has to arrive on loopback, under a name of loopback, from no other page.
"""

import hmac
from ipaddress import ip_address

from starlette.types import Scope

from pictify_mock.domain.errors import Refusal
from pictify_mock.http.request_body import Headers


def is_loopback(host: str) -> bool:
    """Whether this name or address leads to the machine itself. Other names may lead anywhere tomorrow."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def check(scope: Scope, headers: Headers, token: str | None) -> None:
    check_place(scope, headers, token)
    check_origin(scope, headers)
    if token is not None:
        check_token(headers, token)


def check_place(scope: Scope, headers: Headers, token: str | None) -> None:
    if token is not None:
        return  # a page under a borrowed name does not have it
    server = scope.get("server")
    host = headers.get(b"host", b"").decode("latin-1")
    if server is None or not is_loopback(server[0]) or not is_loopback(_without_port(host)):
        raise Refusal(
            "control-forbidden",
            "Without --control-token the control paths answer on localhost only.",
        )


def check_origin(scope: Scope, headers: Headers) -> None:
    origin, host = headers.get(b"origin"), headers.get(b"host", b"")
    if origin is not None and origin.lower() != scope["scheme"].encode() + b"://" + host.lower():
        raise Refusal("control-forbidden", "The control paths answer no page of another origin.")


def check_token(headers: Headers, token: str) -> None:
    scheme, _, sent = headers.get(b"authorization", b"").partition(b" ")
    if scheme.lower() != b"bearer" or not hmac.compare_digest(sent.strip(), token.encode()):
        detail = "Send the header Authorization: Bearer, followed by the token of --control-token."
        raise Refusal("control-token-required", detail, headers={"WWW-Authenticate": "Bearer"})


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]
