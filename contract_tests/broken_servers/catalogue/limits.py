"""Rate limit headers that contradict each other."""

from typing import Any

from broken_servers.changes import set_header
from broken_servers.exchange import Request, Response
from broken_servers.fault import alter_error, alter_response
from broken_servers.operations import CREATE, LIST, QUOTA


def set_limits(response: Response, **values: Any) -> None:
    response.headers |= {f"x-ratelimit-{name}": str(value) for name, value in values.items()}


@alter_response("limits.headers", QUOTA)
def limit_is_told_without_the_rest(_: Request, response: Response) -> None:
    """X-RateLimit-Limit comes alone."""
    set_limits(response, limit=60)


@alter_response("limits.headers", LIST)
def more_is_left_than_allowed(_: Request, response: Response) -> None:
    """More requests remain than the limit allows."""
    set_limits(response, limit=60, remaining=61, reset=1_790_000_000)


@alter_response("limits.headers", LIST)
def reset_is_a_date(_: Request, response: Response) -> None:
    set_limits(response, limit=60, remaining=59, reset="Wed, 04 Mar 2026 10:00:00 GMT")


alter_error("limits.quota-names-no-wait", CREATE, status=429, name="full_plan_says_to_wait")(
    set_header("retry-after", "60")
)
