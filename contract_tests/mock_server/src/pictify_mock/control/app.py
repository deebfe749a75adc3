"""The control paths as an application: the table of operations, and their access check."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial
from inspect import isawaitable
from typing import Any, NamedTuple

from pydantic_core import SchemaValidator
from starlette.datastructures import QueryParams
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from pictify_mock.control import (
    access,
    dashboard,
    details,
    experiments,
    handlers,
    overview,
    schemas,
    snapshot,
    traffic,
)
from pictify_mock.control.context import ControlContext
from pictify_mock.domain import lifecycle
from pictify_mock.domain.errors import FieldError, Refusal, invalid
from pictify_mock.http import headers as request_headers
from pictify_mock.http import large_body, request_body, responses
from pictify_mock.http.request_body import Headers
from pictify_mock.http.schemas import check

PREFIX = "/_mock"
LARGEST_STATE = 256 * 1024 * 1024
HEALTH = f"{PREFIX}/health"
OFF = (
    "The control paths are off. Start the server without --no-control, "
    "and with --control-token where other machines may reach it."
)
PRIVATE = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Operation(NamedTuple):
    handler: Callable[..., Any]
    body: SchemaValidator | None = None  # None takes no body
    query: SchemaValidator | None = None  # None takes no parameters
    is_large: bool = False


PATHS: dict[str, dict[str, Operation]] = {
    "/health": {"GET": Operation(handlers.detailed_health)},
    "/reset": {"POST": Operation(handlers.reset, schemas.RESET)},
    "/clock": {
        "GET": Operation(handlers.read_clock),
        "POST": Operation(handlers.adjust_clock, schemas.CLOCK),
        "DELETE": Operation(handlers.release_clock),
    },
    "/seed": {"POST": Operation(handlers.seed, schemas.SEED)},
    "/traffic": {"POST": Operation(traffic.play, schemas.TRAFFIC)},
    "/recompute": {"POST": Operation(overview.recompute, schemas.RECOMPUTE)},
    "/state": {
        "GET": Operation(snapshot.dump),
        "PUT": Operation(handlers.load_state, schemas.DOCUMENT, is_large=True),
    },
    "/experiments": {
        "GET": Operation(overview.experiments, query=schemas.OVERVIEW),
        "POST": Operation(experiments.create, schemas.CREATE),
    },
    "/experiments/{}": {
        "GET": Operation(details.details),
        "PUT": Operation(experiments.update, schemas.UPDATE),
        "DELETE": Operation(experiments.delete),
    },
    "/experiments/{}/visit": {"GET": Operation(details.visit, query=schemas.VISIT)},
    "/experiments/{}/events": {"GET": Operation(overview.events)},
    **{
        f"/experiments/{{}}/{action}": {
            "POST": Operation(
                partial(overview.move, action),
                schemas.COMPLETE if action == "complete" else schemas.NOTHING,
            )
        }
        for action in lifecycle.TRANSITIONS
    },
    "/faults": {
        "GET": Operation(handlers.read_faults),
        "POST": Operation(handlers.add_fault, schemas.FAULT),
        "DELETE": Operation(handlers.clear_faults),
    },
    "/faults/{}": {"DELETE": Operation(handlers.remove_fault)},
    "/requests": {
        "GET": Operation(handlers.read_requests, query=schemas.REQUESTS),
        "DELETE": Operation(handlers.clear_requests),
    },
}


class ControlApp:
    """The control paths, or only what anybody may know of the server's health."""

    def __init__(
        self, control: ControlContext, token: str | None, *, health_only: bool = False
    ) -> None:
        self.control = control
        self.token = token
        self.health_only = health_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        try:
            request_headers.check(scope, headers)
            response = await self._answer(scope, headers, receive)
        except Refusal as refusal:
            response = responses.problem(refusal, scope["path"])
        except ClientDisconnect:
            return
        except Exception:
            response = responses.internal_error(scope)
        response.headers.update(PRIVATE)
        if scope["method"] == "HEAD":
            response.body = b""
        await response(scope, receive, send)

    async def _answer(self, scope: Scope, headers: Headers, receive: Receive) -> Response:
        path = scope["path"].removeprefix(PREFIX)
        if scope["path"] == HEALTH and not self._shows_details(scope, headers):
            _operation(path, scope["method"])  # refuses other methods
            return responses.Json(handlers.health())
        if self.health_only:
            raise Refusal("not-found", OFF)
        access.check_place(scope, headers, self.token)
        # The dashboard's files have no data, and a browser cannot send a token with them.
        is_page = path in {*dashboard.FOLDERS, *dashboard.FILES}
        if is_page and scope["method"] in access.SAFE_METHODS:
            return dashboard.response(path)
        access.check(scope, headers, self.token)
        if is_page:
            raise _method_not_allowed(["GET"])
        operation, arguments = _operation(path, scope["method"])
        if operation.body is not None:
            sent = await _read(headers, receive, is_large=operation.is_large)
            arguments.append(check(operation.body, sent))
        query = _query(operation.query or schemas.NOTHING, scope["query_string"])
        if operation.query is not None:
            arguments.append(query)
        result = operation.handler(self.control, *arguments)
        if isawaitable(result):
            result = await result
        await self.control.app_state.store.saved()  # as for the API, see `Endpoint.answer`
        return result if isinstance(result, Response) else responses.Json(result)

    def _shows_details(self, scope: Scope, headers: Headers) -> bool:
        try:
            access.check(scope, headers, self.token)
        except Refusal:
            return False
        return not self.health_only


def _operation(path: str, method: str) -> tuple[Operation, list[Any]]:
    """Return the operation of a path, and the parts of the path that fill its template."""
    parts = path.split("/")
    for template, methods in PATHS.items():
        names = template.split("/")
        if len(names) != len(parts):
            continue
        if all(name in (part, "{}") for name, part in zip(names, parts, strict=True)):
            operation = methods.get("GET" if method == "HEAD" else method)
            if operation is None:
                raise _method_not_allowed(methods)
            return operation, [
                part for name, part in zip(names, parts, strict=True) if name == "{}"
            ]
    detail = f"There is no such control path; the first one to know is {PREFIX}/health."
    raise Refusal("not-found", detail)


def _method_not_allowed(methods: Collection[str]) -> Refusal:
    allowed = ", ".join(sorted({*methods, *(["HEAD"] if "GET" in methods else [])}))
    detail = f"This path takes {allowed}."
    return Refusal("method-not-allowed", detail, headers={"Allow": allowed})


def _query(schema: SchemaValidator, raw: bytes) -> dict[str, Any]:
    parameters = QueryParams(raw)
    counts = Counter(name for name, _ in parameters.multi_items())
    message = "is given more than once; give it once"
    doubled = [name for name, count in counts.items() if count > 1]
    if doubled:
        raise invalid([FieldError(f"query.{name}", message, "conflict") for name in doubled])
    try:
        return check(schema, dict(parameters))
    except Refusal as refusal:
        fields = (replace(each, field=f"query.{each.field[1:]}") for each in refusal.fields)
        raise invalid(list(fields)) from None


async def _read(headers: Headers, receive: Receive, *, is_large: bool) -> Any:
    """Return the JSON of a body, `{}` if it is empty."""
    largest = LARGEST_STATE if is_large else request_body.LARGEST_BODY
    raw = await request_body.read_checked(headers, receive, ("application/json",), largest)
    nesting = snapshot.MOST_NESTING if is_large else request_body.MOST_NESTING
    return await large_body.parse(raw, nesting) if raw.strip() else {}
