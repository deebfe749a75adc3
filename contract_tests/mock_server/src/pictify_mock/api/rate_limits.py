"""Rate limits in front of the operations, for `--rate-limits`."""

from collections.abc import Awaitable

from starlette.responses import Response

from pictify_mock.api.operations import Limit
from pictify_mock.domain.errors import Refusal
from pictify_mock.domain.rate_windows import Allowance


async def with_headers(allowance: Allowance, response: Awaitable[Response]) -> Response:
    """Add the headers of the rate limit to the response, a refusal included."""
    headers = {
        "X-RateLimit-Limit": str(allowance.limit),
        "X-RateLimit-Remaining": str(allowance.remaining),
        "X-RateLimit-Reset": str(allowance.reset),
    }
    try:
        answered = await response
    except Refusal as refusal:
        refusal.headers |= headers
        raise
    answered.headers.update(headers)
    return answered


async def response_beyond(limit: Limit, allowance: Allowance) -> Response:
    """Return the response to a request beyond the limit."""
    if limit.response_beyond is not None:
        return limit.response_beyond()
    detail = f"This allows {allowance.limit} requests a minute; wait {allowance.wait} s."
    raise Refusal("rate-limit-exceeded", detail, headers={"Retry-After": str(allowance.wait)})
