"""What `--rate-limits` puts before every answer. Without it nothing of this is on the way of a request."""

from collections.abc import Awaitable, Callable

from starlette.responses import Response
from starlette.types import Receive, Scope

from pictify_mock.api.context import AppState, RequestContext
from pictify_mock.api.operations import Limit, Operation
from pictify_mock.domain.errors import Refusal
from pictify_mock.domain.rate_windows import Allowance, Windows
from pictify_mock.http.request_body import Headers

Answer = Callable[[Scope, Headers, Receive], Awaitable[Response]]


def limited(
    answer: Answer, operation: Callable[[Scope], Operation], app_state: AppState, windows: Windows
) -> Answer:
    """The same answers within the limits, with the headers that tell of them."""

    async def answer_within(scope: Scope, headers: Headers, receive: Receive) -> Response:
        asked = operation(scope)
        if asked.limit is None:
            return await answer(scope, headers, receive)
        context = RequestContext(
            app_state, scope, headers, asked.security(headers, app_state.teams), None
        )
        allowance = windows.take(*asked.limit.of(context, asked), app_state.clock())
        told = _told(allowance)
        if allowance.is_spent:
            response = _spent(asked.limit, allowance)
        else:
            try:
                response = await answer(scope, headers, receive)
            except Refusal as refusal:
                refusal.headers |= told
                raise
        response.headers.update(told)
        return response

    return answer_within


def _told(allowance: Allowance) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(allowance.limit),
        "X-RateLimit-Remaining": str(allowance.remaining),
        "X-RateLimit-Reset": str(allowance.reset),
    }


def _spent(limit: Limit, allowance: Allowance) -> Response:
    if limit.spent is not None:
        return limit.spent()
    detail = f"This allows {allowance.limit} requests a minute; wait {allowance.wait} s."
    raise Refusal(
        "rate-limit-exceeded",
        detail,
        headers={"Retry-After": str(allowance.wait), **_told(allowance)},
    )
