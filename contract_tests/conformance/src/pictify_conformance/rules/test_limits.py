"""The headers about rate limits. The limits themselves are not tested: that would use them up."""

import httpx
import pytest

from pictify_conformance.rules.quotas import missing_types
from pictify_conformance.testing import ApiClient, Experiments, Team
from pictify_conformance.testing.assertions import assert_status, assert_that
from pictify_conformance.testing.payloads import event

HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")


def assert_limit_headers_agree(response: httpx.Response) -> None:
    """Assert that the headers come all together or not at all, and agree."""
    values = [response.headers[name] for name in HEADERS if name in response.headers]
    if values:
        are_whole = all(value.isascii() and value.isdigit() for value in values)
        expected = f"{', '.join(HEADERS)} together and in digits, not {values}"
        assert_that(len(values) == len(HEADERS) and are_whole, expected, response)
        limit, remaining, _ = map(int, values)
        assert_that(remaining <= limit, "no more requests left than the limit allows", response)


@pytest.mark.rule("limits.headers")
def test_headers(api: ApiClient, experiments: Experiments) -> None:
    experiment = experiments.create_clickable()
    assert_limit_headers_agree(api.get_quota())
    assert_limit_headers_agree(api.list_experiments())
    assert_limit_headers_agree(api.get(experiments.unknown_uid()))
    assert_limit_headers_agree(api.create({}))
    assert_limit_headers_agree(api.send_events(event(experiment)))
    assert_limit_headers_agree(api.click(experiment["slug"]))
    assert_limit_headers_agree(api.load_pixel(experiment["slug"]))


@pytest.mark.rule("limits.quota-names-no-wait")
def test_quota_names_no_wait(teams: list[Team]) -> None:
    """Waiting does not help where the plan has no experiments of a type."""
    for team in teams:
        for type_ in missing_types(team.api):
            response = team.api.create(team.experiments.body(type=type_))
            assert_status(response, 429)
            assert_that("Retry-After" not in response.headers, "no Retry-After", response)
            return
    pytest.skip("needs a team whose plan has a limit of 0: --second-api-key")
