"""Creating experiments: the destinations of clicks, and the fallback image."""

import pytest

from pictify_conformance.testing import ApiClient, Experiments
from pictify_conformance.testing.assertions import assert_equal, assert_problem
from pictify_conformance.testing.payloads import Json, click_goal

NO_DESTINATIONS = ["ftp://a.example", "javascript:alert(1)", "data:text/html,x", "mailto:a@b.c"]
NO_DESTINATIONS += ["//shop.example.com", "/summer", "shop.example.com", "https://", "http"]
NO_DESTINATIONS += ["https:///summer", "https:shop.example.com", "https://a b.example"]
NO_DESTINATIONS += ["http://a..example", "https://a.example:99999"]
NO_IMAGE_URLS = ["", "over.png", "/over.png", "//cdn.example.com/over.png"]
NO_IMAGE_URLS += ["https://cdn.example.com/o ver.png"]


def assert_goal_refused(api: ApiClient, experiments: Experiments, goal: Json) -> None:
    body = experiments.body(goalConfig=goal)
    assert_problem(api.create(body), 400, "validation-error", "/goalConfig/destinationUrl")
    experiments.assert_not_created(body)


@pytest.mark.rule("create.click-through-destination")
@pytest.mark.parametrize("goal", [{}, {"destinationUrl": None}, {"destinationUrl": ""}], ids=str)
def test_click_through_destination(api: ApiClient, experiments: Experiments, goal: Json) -> None:
    assert_goal_refused(api, experiments, {"type": "click_through", **goal})
    experiments.assert_created(experiments.body(goalConfig=click_goal()))


@pytest.mark.rule("create.destination-scheme")
@pytest.mark.parametrize("type_", ["click_through", "impressions_only"])
@pytest.mark.parametrize("url", NO_DESTINATIONS)
def test_destination_scheme(api: ApiClient, experiments: Experiments, url: str, type_: str) -> None:
    assert_goal_refused(api, experiments, {"type": type_, "destinationUrl": url})


@pytest.mark.rule("create.empty-destination")
@pytest.mark.parametrize("goal", [{"type": "impressions_only"}, {}], ids=["named", "default"])
def test_empty_destination(experiments: Experiments, goal: Json) -> None:
    body = experiments.body(goalConfig={**goal, "destinationUrl": ""})
    shown = experiments.assert_created(body).get("goalConfig") or {}
    assert_equal(shown.get("destinationUrl"), None, "destinationUrl")


@pytest.mark.rule("create.destination-scheme")
@pytest.mark.parametrize(
    "url", ["http://a.example", "https://a.example:8443/b?c=d#e", "HTTPS://A.example/%20"]
)
def test_destination_scheme_accepted(experiments: Experiments, url: str) -> None:
    experiment = experiments.assert_created(experiments.body(goalConfig=click_goal(url)))
    assert_equal((experiment.get("goalConfig") or {}).get("destinationUrl"), url, "destinationUrl")


@pytest.mark.rule("create.fallback-url")
@pytest.mark.parametrize("url", NO_IMAGE_URLS)
def test_fallback_url(api: ApiClient, experiments: Experiments, url: str) -> None:
    response = api.create(experiments.body(fallbackImageUrl=url))
    assert_problem(response, 400, "validation-error", "/fallbackImageUrl")
    valid = experiments.body(fallbackImageUrl="https://cdn.example.com/over.png")
    experiments.assert_created(valid)
