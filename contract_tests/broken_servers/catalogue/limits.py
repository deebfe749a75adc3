"""Rate limits that are told in part."""

from broken_servers.exchange import Answer, Request
from broken_servers.fault import answers, refusals
from broken_servers.operations import CREATE, LIST, QUOTA


@answers("limits.headers", QUOTA)
def limit_is_told_without_the_rest(_: Request, answer: Answer) -> None:
    """X-RateLimit-Limit comes alone."""
    answer.headers["x-ratelimit-limit"] = "60"


@answers("limits.headers", LIST)
def more_is_left_than_allowed(_: Request, answer: Answer) -> None:
    """More requests remain than the limit allows."""
    answer.headers |= {
        "x-ratelimit-limit": "60",
        "x-ratelimit-remaining": "61",
        "x-ratelimit-reset": "1790000000",
    }


@answers("limits.headers", LIST)
def reset_is_a_date(_: Request, answer: Answer) -> None:
    """X-RateLimit-Reset is a date in words."""
    headers = {"x-ratelimit-limit": "60", "x-ratelimit-remaining": "59"}
    answer.headers |= {**headers, "x-ratelimit-reset": "Wed, 04 Mar 2026 10:00:00 GMT"}


@refusals("limits.quota-names-no-wait", CREATE, status=429)
def full_plan_says_to_wait(_: Request, answer: Answer) -> None:
    """A full plan is told with a Retry-After."""
    answer.headers["retry-after"] = "60"
