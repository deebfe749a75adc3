"""The first look at a server: is it there, does it know the key, does it have the API?"""

import httpx

from contract_tests import transport
from contract_tests.options import NO_VERDICT, WRONG_USAGE, Stop
from contract_tests.target import Target
from contract_tests.traffic import BROWSER

READS = ("/experiments/api?limit=1", "/experiments/api/quota")
PATIENCE = 10.0  # seconds


def knock(target: Target) -> None:
    """Stop in the first seconds if the server is not there, does not know the key, or has no such API."""
    answers = [_read(target, path) for path in READS]
    statuses = {answer.status_code for answer in answers}
    if statuses <= {401, 403}:
        raise Stop(WRONG_USAGE, f"{target.base_url} refuses the API key ({answers[0].status_code})")
    if statuses <= {404, 410}:
        raise Stop(NO_VERDICT, f"{target.base_url} does not offer the API: list and quota are {answers[0].status_code}")
    if min(statuses) >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise Stop(NO_VERDICT, f"{target.base_url} is out of order: list and quota are {answers[0].status_code}")
    if statuses == {httpx.codes.TOO_MANY_REQUESTS}:
        raise Stop(NO_VERDICT, f"{target.base_url} limits the rate: list and quota are 429, try again later")
    if all(answer.has_redirect_location for answer in answers):
        raise Stop(NO_VERDICT, f"{target.base_url} leads elsewhere: list is at {answers[0].headers['location']}")


def _read(target: Target, path: str) -> httpx.Response:
    headers = {"User-Agent": BROWSER, "Authorization": f"Bearer {target.api_key}"}
    try:
        return transport.get(target.base_url + path, min(PATIENCE, target.timeout), headers)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        told = target.redacted(str(error)) or type(error).__name__
        raise Stop(NO_VERDICT, f"{target.base_url} does not answer: GET {path}: {told}") from None
    except UnicodeEncodeError:
        raise Stop(WRONG_USAGE, "the API key has characters that no HTTP header can hold") from None
