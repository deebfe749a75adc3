"""Changes that many faults make, for the decorators of `fault.py`.

alter_response("click.redirect", CLICK, name="click-is-301", sentence="...")(set_status(301))
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeAlias

from broken_servers.exchange import Request, Response
from broken_servers.fault import UNSUITABLE_BODY, Patch, alter_request, alter_response, patch_mock

RequestChange: TypeAlias = Callable[[Request], None]
ResponseChange: TypeAlias = Callable[[Request, Response], None]
PartChange: TypeAlias = Callable[[Patch], None]
VariantChange: TypeAlias = Callable[[dict[str, Any]], None]


def do_nothing(*_: Any) -> list[Any]:
    """Do nothing and find no error, in place of a step or a check of the mock."""
    return []


def declare_statuses(rule: str, operation: str, status: int, **others: int) -> None:
    """Declare faults that change a status to another: `declare_statuses(..., 404, gone=410)`."""
    for name, other in others.items():
        alter_response(rule, operation, statuses=(status,), name=name)(set_status(other))


def declare_parts(rule: str, owner: Any, attribute: str, **parts: Any) -> None:
    """Declare faults that replace one part of the mock by another."""
    for name, part in parts.items():
        patch_mock(rule, name=name)(set_part(owner, attribute, part))


def alter_sent_variants(rule: str, *operations: str) -> Callable[[VariantChange], VariantChange]:
    """Decorate `f(variant)`, which changes each variant in the body of a request."""

    def declare(function: VariantChange) -> VariantChange:
        def change(request: Request) -> None:
            for variant in request.json["variants"]:
                with suppress(*UNSUITABLE_BODY):
                    function(variant)

        name, sentence = function.__name__, function.__doc__ or ""
        alter_request(rule, *operations, name=name, sentence=sentence)(change)
        return function

    return declare


def set_status(status: int) -> ResponseChange:
    """Return a change of the status."""

    def change(_: Request, response: Response) -> None:
        response.status = status

    return change


def drop_from_experiment(member: str) -> ResponseChange:
    """Return a change that leaves out a member of every experiment in the response."""

    def change(_: Request, response: Response) -> None:
        for experiment in response.experiments:
            experiment.pop(member, None)

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


def set_part(owner: Any, name: str, part: Any) -> PartChange:
    """Return a change that replaces one part of the mock."""

    def change(patch: Patch) -> None:
        patch(owner, name, part)

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
