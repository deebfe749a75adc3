"""What answers tell of rate limits. How many requests a limit allows is not judged: that takes using it up."""

import httpx
import pytest

from pictify_conformance.testing import assertions
from pictify_conformance.testing.experiments import Lab
from pictify_conformance.testing.payloads import event

HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")


def limits_told(response: httpx.Response) -> tuple[int, int, int] | None:
    """Limit, remaining and reset, if the answer tells of them."""
    sent = [response.headers[name] for name in HEADERS if name in response.headers]
    if not sent:
        return None
    if len(sent) < len(HEADERS) or not all(value.isascii() and value.isdigit() for value in sent):
        assertions.fail(f"{', '.join(HEADERS)} together and in digits, not {sent}", response)
    limit, remaining, reset = map(int, sent)
    return limit, remaining, reset


@pytest.mark.rule("limits.headers")
def test_headers(lab: Lab) -> None:
    """Whatever is asked, the three headers come together and agree, or none of them comes."""
    made = lab.clickable()
    answers = [
        lab.quota(),
        lab.list_experiments(),
        lab.get(lab.unknown_uid()),
        lab.create({}),
        lab.events(event(made)),
        lab.click(made["slug"]),
        lab.pixel(made["slug"]),
    ]
    for response in answers:
        error_message = limits_told(response)
        if error_message is not None and error_message[1] > error_message[0]:
            assertions.fail("no more requests left than the limit allows", response)


@pytest.mark.rule("limits.quota-names-no-wait")
def test_quota_names_no_wait(request: pytest.FixtureRequest, lab: Lab) -> None:
    """A plan without a type says nothing of trying again later."""
    teams = [lab, request.getfixturevalue("other_lab")] if lab.target.second_api_key else [lab]
    for team in teams:
        rows = assertions.json_of(assertions.status(team.quota(), 200)).get("quota", {})
        for name in (
            name for name, row in rows.items() if isinstance(row, dict) and row.get("limit") == 0
        ):
            response = assertions.status(team.create(team.body(type=name)), 429)
            if "Retry-After" in response.headers:
                assertions.fail("no Retry-After where waiting does not help", response)
            return
    pytest.skip("needs a team whose plan has a limit of 0: --second-api-key")
