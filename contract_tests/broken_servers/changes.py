"""Changes that many faults make, for `alter_request`, `alter_response` and `alter_error`.

alter_response("click.redirect", CLICK, name="click-is-301", sentence="...")(set_status(301))
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from broken_servers.exchange import Request, Response

RequestChange: TypeAlias = Callable[[Request], None]
ResponseChange: TypeAlias = Callable[[Request, Response], None]


def set_status(status: int) -> ResponseChange:
    """Return a change of the status."""

    def change(_: Request, response: Response) -> None:
        response.status = status

    return change


def set_header(name: str, value: str) -> ResponseChange:
    """Return a change that sets a response header."""

    def change(_: Request, response: Response) -> None:
        response.headers[name] = value

    return change


def drop_header(name: str) -> ResponseChange:
    """Return a change that leaves out a response header."""

    def change(_: Request, response: Response) -> None:
        del response.headers[name]

    return change


def set_experiment(**members: Any) -> ResponseChange:
    """Return a change of members of every experiment in the response."""

    def change(_: Request, response: Response) -> None:
        for experiment in response.experiments:
            experiment.update(members)

    return change


def drop_from_request(*members: str) -> RequestChange:
    """Return a change that ignores members of the request body."""

    def change(request: Request) -> None:
        for member in members:
            request.json.pop(member)

    return change


def set_json(status: int, value: Any) -> ResponseChange:
    """Return a change of the status and the whole body."""

    def change(_: Request, response: Response) -> None:
        response.status, response.json = status, value

    return change


def drop_member(name: str) -> ResponseChange:
    """Return a change that leaves out a member of the response body."""

    def change(_: Request, response: Response) -> None:
        del response.json[name]

    return change


def body_of(request: Request) -> dict[str, Any]:
    """Return the members of the request body, or {} if it is not an object."""
    return request.json if isinstance(request.json, dict) else {}
