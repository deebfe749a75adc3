"""The first look at a server: is it there, does it know the keys, does it have the API?"""

import httpx

from pictify_conformance.exit_codes import NO_VERDICT, WRONG_USAGE, Stop
from pictify_conformance.http import bounded_transport
from pictify_conformance.http.transport import BROWSER
from pictify_conformance.target import Target

READS = ("/experiments/api?limit=1", "/experiments/api/quota")
EVENTS = "/s/events"
REFUSALS = frozenset({401, 403})
PATIENCE = 10.0  # seconds


def knock(target: Target) -> None:
    """Stop in the first seconds if the server is not there, does not know a key, or has no such API."""
    answers = _reads(target, target.api_key)
    statuses = {answer.status_code for answer in answers}
    if statuses <= REFUSALS:
        raise Stop(WRONG_USAGE, f"{target.base_url} refuses the API key ({answers[0].status_code})")
    if statuses <= {404, 410}:
        raise Stop(
            NO_VERDICT,
            f"{target.base_url} does not offer the API: list and quota are {answers[0].status_code}",
        )
    if min(statuses) >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise Stop(
            NO_VERDICT,
            f"{target.base_url} is out of order: list and quota are {answers[0].status_code}",
        )
    if statuses == {httpx.codes.TOO_MANY_REQUESTS}:
        raise Stop(
            NO_VERDICT,
            f"{target.base_url} limits the rate: list and quota are 429, try again later",
        )
    if all(answer.has_redirect_location for answer in answers):
        location = target.redacted(answers[0].headers["location"])
        raise Stop(NO_VERDICT, f"{target.base_url} leads elsewhere: list is at {location}")
    _try_second_key(target)
    _try_write_key(target)


def _try_second_key(target: Target) -> None:
    if target.second_api_key is None:
        return
    answers = _reads(target, target.second_api_key)
    if {answer.status_code for answer in answers} <= REFUSALS:
        raise Stop(
            WRONG_USAGE, f"{target.base_url} refuses the second API key ({answers[0].status_code})"
        )


def _try_write_key(target: Target) -> None:
    """Send no events with the write key, and stop if the server refuses the key.

    An empty array names no experiment and counts nothing, so a 401 or 403 can only be about the key; the docs ask for
    none, so without one it must be another answer. Any other answer, such as a 400, tells nothing, and the run goes on.
    """
    if target.write_key is None or target.read_only:
        return
    status = _no_events(target, {"X-Write-Key": target.write_key}).status_code
    if status in REFUSALS and _no_events(target, {}).status_code not in REFUSALS:
        raise Stop(WRONG_USAGE, f"{target.base_url} refuses the write key ({status})")


def _reads(target: Target, key: str) -> list[httpx.Response]:
    return [_answer(target, "GET", path, {"Authorization": f"Bearer {key}"}) for path in READS]


def _no_events(target: Target, headers: dict[str, str]) -> httpx.Response:
    return _answer(target, "POST", EVENTS, {"Content-Type": "application/json", **headers}, b"[]")


def _answer(
    target: Target, method: str, path: str, headers: dict[str, str], content: bytes | None = None
) -> httpx.Response:
    try:
        return bounded_transport.send_once(
            method,
            target.base_url + path,
            min(PATIENCE, target.timeout),
            {"User-Agent": BROWSER, **headers},
            content,
        )
    except Exception as error:  # an odd answer raises odder ones than those that httpx knows of
        told = target.redacted(str(error)) or type(error).__name__
        raise Stop(
            NO_VERDICT, f"{target.base_url} does not answer: {method} {path}: {told}"
        ) from None
