"""The preflight: check that the server is there, has the API and accepts the keys."""

import time

import httpx

from pictify_conformance.exit_codes import NO_VERDICT, WRONG_USAGE, Stop
from pictify_conformance.http import bounded_transport
from pictify_conformance.http.transport import BROWSER
from pictify_conformance.target import Target

READS = ("/experiments/api?limit=1", "/experiments/api/quota")
LIST, QUOTA = "GET /experiments/api", "GET /experiments/api/quota"
REFUSALS = frozenset({401, 403})
TIMEOUT = 10.0
POLL_SECONDS = 0.2


def check_target(target: Target, wait: float | None = None) -> None:
    """Raise `Stop` if the server does not answer, has no such API, or refuses a key.

    `wait` is how many seconds it may take to start.
    """
    deadline = time.monotonic() + (wait or 0)
    while True:
        try:
            _check(target)
            return
        except Stop as stop:
            if stop.code != NO_VERDICT or time.monotonic() >= deadline:
                raise
        time.sleep(POLL_SECONDS)


def _check(target: Target) -> None:
    responses = _reads(target, target.api_key)
    statuses = {response.status_code for response in responses}
    both = f"{LIST} and {QUOTA} return {' and '.join(map(str, sorted(statuses)))}"
    if statuses <= REFUSALS:
        raise _stop(target, f"refuses the API key ({responses[0].status_code})", WRONG_USAGE)
    if statuses <= {404, 410}:
        raise _stop(target, f"does not offer the API: {both}")
    if min(statuses) >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise _stop(target, f"is out of order: {both}")
    if statuses == {httpx.codes.TOO_MANY_REQUESTS}:
        raise _stop(target, f"limits the rate: {both}; try again later")
    if all(response.has_redirect_location for response in responses):
        location = target.redact(responses[0].headers["location"])
        raise _stop(target, f"redirects {LIST} to {location}")
    _check_second_key(target)
    _check_write_key(target)


def _stop(target: Target, problem: str, code: int = NO_VERDICT) -> Stop:
    return Stop(code, f"{target.base_url} {problem}")


def _check_second_key(target: Target) -> None:
    if target.second_api_key is None:
        return
    responses = _reads(target, target.second_api_key)
    if {response.status_code for response in responses} <= REFUSALS:
        status = responses[0].status_code
        raise _stop(target, f"refuses the second API key ({status})", WRONG_USAGE)


def _check_write_key(target: Target) -> None:
    """Raise `Stop` if the server refuses the write key of an empty array of events.

    The array names no experiment and counts nothing, so only the key can be the reason of a 401 or
    403: without a key, which the docs do not require, the status must differ. Any other status,
    such as 400, says nothing about the key.
    """
    if target.write_key is None or target.read_only:
        return
    status = _post_no_events(target, {"X-Write-Key": target.write_key})
    if status in REFUSALS and _post_no_events(target, {}) not in REFUSALS:
        raise _stop(target, f"refuses the write key ({status})", WRONG_USAGE)


def _reads(target: Target, key: str) -> list[httpx.Response]:
    return [_send(target, "GET", path, {"Authorization": f"Bearer {key}"}) for path in READS]


def _post_no_events(target: Target, headers: dict[str, str]) -> int:
    headers = {"Content-Type": "application/json", **headers}
    return _send(target, "POST", "/s/events", headers, b"[]").status_code


def _send(
    target: Target, method: str, path: str, headers: dict[str, str], content: bytes | None = None
) -> httpx.Response:
    headers, timeout = {"User-Agent": BROWSER, **headers}, min(TIMEOUT, target.timeout)
    try:
        return bounded_transport.send_once(
            method, target.base_url + path, timeout, headers, content, target.connection
        )
    except Exception as error:  # invalid responses raise more than httpx' own errors
        message = target.redact(str(error)) or type(error).__name__
        raise _stop(target, f"does not answer: {method} {path}: {message}") from None
