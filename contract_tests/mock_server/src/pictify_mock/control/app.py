"""The control paths: which path and method leads to which handler, behind the guard."""

import logging
from collections.abc import Callable
from inspect import isawaitable
from typing import Any, NamedTuple

from pydantic_core import SchemaValidator
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from pictify_mock.control import access, dashboard, handlers, overview, schemas, snapshot
from pictify_mock.control.context import ControlContext
from pictify_mock.domain.errors import Refusal
from pictify_mock.http import headers as wire_headers
from pictify_mock.http import large_body, request_body, responses
from pictify_mock.http.request_body import Headers
from pictify_mock.http.schemas import check

logger = logging.getLogger(__name__)

PREFIX = "/_mock"
LARGEST_STATE = 256 * 1024 * 1024
MOST_NESTING = (
    request_body.MOST_NESTING + 8
)  # a state wraps what the API accepted in levels of its own
PRIVATE = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Operation(NamedTuple):
    """`body` is the shape of its body; None takes none, and ANYTHING is judged by the handler."""

    handler: Callable[..., Any]
    body: SchemaValidator | None = None


PATHS: dict[str, dict[str, Operation]] = {
    "/health": {"GET": Operation(handlers.health)},
    "/reset": {"POST": Operation(handlers.reset, schemas.RESET)},
    "/clock": {
        "GET": Operation(handlers.read_clock),
        "POST": Operation(handlers.drive_clock, schemas.CLOCK),
        "DELETE": Operation(handlers.release_clock),
    },
    "/seed": {"POST": Operation(handlers.seed, schemas.SEED)},
    "/recompute": {"POST": Operation(overview.recompute, schemas.RECOMPUTE)},
    "/state": {
        "GET": Operation(snapshot.dump),
        "PUT": Operation(handlers.load_state, schemas.ANYTHING),
    },
    "/experiments": {"GET": Operation(overview.experiments)},
    "/experiments/{}/events": {"GET": Operation(overview.events)},
    "/experiments/{}/{}": {"POST": Operation(overview.move, schemas.MOVE)},
    "/faults": {
        "GET": Operation(handlers.read_faults),
        "POST": Operation(handlers.add_fault, schemas.FAULT),
        "DELETE": Operation(handlers.clear_faults),
    },
    "/requests": {
        "GET": Operation(handlers.read_requests),
        "DELETE": Operation(handlers.clear_requests),
    },
}


class Control:
    """An application of its own beside the API's."""

    def __init__(self, control: ControlContext, token: str | None) -> None:
        self.control = control
        self.token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        try:
            wire_headers.check(scope, headers)
            response = await self._answer(scope, headers, receive)
        except Refusal as refusal:
            response = responses.problem(refusal, scope["path"])
        except ClientDisconnect:
            return
        except Exception:
            logger.exception("%s %s", scope["method"], scope["path"])
            response = responses.problem(
                Refusal("internal-error", "Its log has the traceback."), scope["path"]
            )
        response.headers.update(PRIVATE)
        if scope["method"] == "HEAD":
            response.body = b""
        await response(scope, receive, send)

    async def _answer(self, scope: Scope, headers: Headers, receive: Receive) -> Response:
        path = scope["path"].removeprefix(PREFIX)
        access.check_place(scope, headers, self.token)
        if path in dashboard.FILES and scope["method"] in ("GET", "HEAD"):
            return dashboard.response(path)
        access.check(scope, headers, self.token)
        operation, arguments = _operation(path, scope["method"])
        if operation.body is not None:
            arguments.append(check(operation.body, await _read(headers, receive, operation.body)))
        result = operation.handler(self.control, *arguments)
        if isawaitable(result):
            result = await result
        await self.control.app_state.store.saved()
        return result if isinstance(result, Response) else responses.Json(result)


def _operation(path: str, method: str) -> tuple[Operation, list[Any]]:
    """What the table has for this path, and the parts that it leaves open."""
    parts = path.split("/")
    for template, methods in PATHS.items():
        pairs = list(zip(template.split("/"), parts, strict=False))
        if template.count("/") == path.count("/") and all(
            known in (part, "{}") for known, part in pairs
        ):
            operation = methods.get("GET" if method == "HEAD" else method)
            if operation is None:
                allowed = ", ".join(sorted({*methods, *(["HEAD"] if "GET" in methods else [])}))
                raise Refusal(
                    "method-not-allowed", f"This path takes {allowed}.", headers={"Allow": allowed}
                )
            return operation, [part for known, part in pairs if known == "{}"]
    raise Refusal(
        "not-found", f"There is no such control path; the first one to know is {PREFIX}/health."
    )


async def _read(headers: Headers, receive: Receive, shape: SchemaValidator) -> Any:
    """The JSON of a body; an empty one says nothing, but still has to say so in JSON's media type."""
    if b"content-type" not in headers:
        raise Refusal(
            "unsupported-media-type", "Send Content-Type: application/json, with an empty body too."
        )
    request_body.check_media_type(headers, ("application/json",))
    largest = LARGEST_STATE if shape is schemas.ANYTHING else request_body.LARGEST_BODY
    raw = await request_body.read(headers, receive, largest)
    return await large_body.parse(raw, MOST_NESTING) if raw.strip() else {}
