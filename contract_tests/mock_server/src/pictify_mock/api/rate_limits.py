"""Rate limits in front of the operations, for `--rate-limits`."""

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
    """Wrap `answer` with rate limits and their headers."""

    async def answer_within_limits(scope: Scope, headers: Headers, receive: Receive) -> Response:
        found = operation(scope)
        if found.limit is None:
            return await answer(scope, headers, receive)
        team = found.security(headers, app_state.teams)
        context = RequestContext(app_state, scope, headers, team, None)
        allowance = windows.take(*found.limit.of(context, found), app_state.clock())
        limit_headers = _headers(allowance)
        try:
            if allowance.is_spent:
                response = _response_beyond(found.limit, allowance)
            else:
                response = await answer(scope, headers, receive)
        except Refusal as refusal:
            refusal.headers |= limit_headers
            raise
        response.headers.update(limit_headers)
        return response

    return answer_within_limits


def _headers(allowance: Allowance) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(allowance.limit),
        "X-RateLimit-Remaining": str(allowance.remaining),
        "X-RateLimit-Reset": str(allowance.reset),
    }


def _response_beyond(limit: Limit, allowance: Allowance) -> Response:
    if limit.response_beyond is not None:
        return limit.response_beyond()
    detail = f"This allows {allowance.limit} requests a minute; wait {allowance.wait} s."
    raise Refusal("rate-limit-exceeded", detail, headers={"Retry-After": str(allowance.wait)})
