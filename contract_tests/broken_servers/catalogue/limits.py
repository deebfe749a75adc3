"""Rate limits that are told in part."""

from broken_servers.exchange import Request, Response
from broken_servers.fault import alter_error, alter_response
from broken_servers.operations import CREATE, LIST, QUOTA


@alter_response("limits.headers", QUOTA)
def limit_is_told_without_the_rest(_: Request, response: Response) -> None:
    """X-RateLimit-Limit comes alone."""
    response.headers["x-ratelimit-limit"] = "60"


@alter_response("limits.headers", LIST)
def more_is_left_than_allowed(_: Request, response: Response) -> None:
    """More requests remain than the limit allows."""
    response.headers |= {
        "x-ratelimit-limit": "60",
        "x-ratelimit-remaining": "61",
        "x-ratelimit-reset": "1790000000",
    }


@alter_response("limits.headers", LIST)
def reset_is_a_date(_: Request, response: Response) -> None:
    """X-RateLimit-Reset is a date in words."""
    headers = {"x-ratelimit-limit": "60", "x-ratelimit-remaining": "59"}
    response.headers |= {**headers, "x-ratelimit-reset": "Wed, 04 Mar 2026 10:00:00 GMT"}


@alter_error("limits.quota-names-no-wait", CREATE, status=429)
def full_plan_says_to_wait(_: Request, response: Response) -> None:
    """A full plan is told with a Retry-After."""
    response.headers["retry-after"] = "60"
