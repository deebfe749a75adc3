"""The click link: its destination and what it counts."""

import httpx
import pytest

from pictify_conformance.results.findings import Detail
from pictify_conformance.testing import ApiClient, Counters, Experiments
from pictify_conformance.testing.assertions import (
    assert_eventually,
    assert_header_has,
    assert_leads_to,
    assert_location,
    assert_problem,
    assert_refused,
    assert_status,
    assert_that,
)
from pictify_conformance.testing.counters import NO_COUNTS
from pictify_conformance.testing.failures import Blocked
from pictify_conformance.testing.late_counters import LateCounterCheck
from pictify_conformance.testing.payloads import (
    A_DOZEN,
    DESTINATION,
    Json,
    click_goal,
    variants,
    viewer,
)
from pictify_conformance.testing.responses import experiment_of

QUERIES = ["url", "destination", "destinationUrl", "redirect", "redirect_uri", "redirectUrl"]
QUERIES += ["to", "next", "target", "u"]
DESTINATIONS = {
    "https": "https://shop.example.com/winter/sale",
    "http": "http://shop.example.com/",
    "port-and-query": "https://shop.example.com:8443/a?b=1&c=two",
    "capitals-and-escapes": "https://shop.example.com/Winter/A%2FB%20c?Ref=D%26e",
    "fragment": "https://shop.example.com/winter#sizes",
}
EXACT_DESTINATIONS = {
    "no-path": "https://shop.example.com",
    "case-and-dots": "https://Shop.Example.com/A/../b",
    "escapes-and-fragment": "https://shop.example.com/a%20b/%C3%A9?x=%2F&y=1+2&y=#top",
}


@pytest.mark.rule("click.redirect")
@pytest.mark.parametrize(
    "fields",
    [
        *({"goalConfig": click_goal(destination)} for destination in DESTINATIONS.values()),
        {"type": "smart_link"},
        {"type": "scheduled"},
    ],
    ids=[*DESTINATIONS, "smart_link", "scheduled"],
)
def test_redirect(api: ApiClient, experiments: Experiments, fields: Json) -> None:
    slug = experiments.create_clickable(**fields)["slug"]
    goal = fields.get("goalConfig", click_goal())
    assert_leads_to(api.click(slug), goal["destinationUrl"])


@pytest.mark.rule("click.redirect")
@pytest.mark.parametrize("length", [300, 1100])
def test_redirect_to_a_long_url(api: ApiClient, experiments: Experiments, length: int) -> None:
    """The docs do not say whether it must be accepted."""
    destination = f"{DESTINATION}?path=".ljust(length, "x")
    body = experiments.body(goalConfig=click_goal(destination))
    if experiment := experiments.create_unless_refused(body):
        experiments.start(experiment["uid"])
        assert_leads_to(api.click(experiment["slug"]), destination)


@pytest.mark.rule("click.redirect")
def test_redirect_after_a_pause(api: ApiClient, experiments: Experiments) -> None:
    experiment = experiments.create_clickable("paused")
    experiments.start(experiment["uid"])
    assert_leads_to(api.click(experiment["slug"]), DESTINATION)


@pytest.mark.rule("click.redirect")
def test_redirect_of_two_for_a_dozen_viewers(api: ApiClient, experiments: Experiments) -> None:
    slugs = {}
    for destination in (f"{DESTINATION}/1", f"{DESTINATION}/2"):
        experiment = experiments.create("running", goalConfig=click_goal(destination))
        slugs[destination] = experiment["slug"]
    for number in A_DOZEN:
        for destination, slug in slugs.items():
            assert_leads_to(api.click(slug, headers=viewer(number)), destination)


@pytest.mark.rule("click.redirect")
def test_redirect_of_a_changed_slug(api: ApiClient, experiments: Experiments) -> None:
    experiment, slug = experiments.create_clickable("draft"), experiments.new_slug()
    response = api.update(experiment["uid"], {"slug": slug})
    if response.status_code != 200 or experiments.read(experiment["uid"])["slug"] != slug:
        raise Blocked("update.draft-fields", Detail("a draft whose slug was changed"))
    experiments.start(experiment["uid"])
    assert_leads_to(api.click(slug), DESTINATION)


@pytest.mark.rule("click.no-open-redirect")
@pytest.mark.parametrize(
    "url",
    ["https://elsewhere.example.net/trap", "//elsewhere.example.net", "javascript:alert(1)"],
)
def test_no_open_redirect(api: ApiClient, experiments: Experiments, url: str) -> None:
    slug = experiments.create_clickable()["slug"]
    for params in (*({name: url} for name in QUERIES), dict.fromkeys(QUERIES, url)):
        assert_leads_to(api.click(slug, params=params), DESTINATION)
    assert_leads_to(api.client.get(f"/s/{slug}/click?{url}"), DESTINATION)


@pytest.mark.rule("click.no-open-redirect")
@pytest.mark.parametrize(
    "injection", ["%0d%0aLocation:%20https://elsewhere.example.net/", "%0aX-Injected:%201"]
)
def test_no_open_redirect_by_header(
    api: ApiClient, experiments: Experiments, injection: str
) -> None:
    slug = experiments.create_clickable()["slug"]
    for name in QUERIES[:3]:
        assert_no_injected_header(api.client.get(f"/s/{slug}/click?{name}={injection}"))


@pytest.mark.rule("click.one-line-location")
@pytest.mark.parametrize(
    "injection",
    ["\r\nX-Injected: 1", "\nX-Injected: 1", "\rX-Injected: 1", "%0d%0aX-Injected:%201"],
)
def test_one_line_location(api: ApiClient, experiments: Experiments, injection: str) -> None:
    goal = click_goal(DESTINATION + injection)
    response = api.create(experiments.body(goalConfig=goal))
    if response.status_code == 201:
        experiment = experiment_of(response, 201)
        experiments.start(experiment["uid"])
        assert_no_injected_header(api.click(experiment["slug"]))
    else:
        assert_refused(response)
    experiment = experiments.create_clickable()
    api.update(experiment["uid"], {"goalConfig": {"destinationUrl": DESTINATION + injection}})
    assert_no_injected_header(api.click(experiment["slug"]))


def assert_no_injected_header(response: httpx.Response) -> None:
    """Assert one Location that begins with the destination, and no header of the request."""
    assert_status(response, 302)
    locations = response.headers.get_list("location")
    is_one = len(locations) == 1 and locations[0].startswith(DESTINATION)
    assert_that(
        is_one and "x-injected" not in response.headers,
        f"one Location, {DESTINATION}, and no other header of the request",
        response,
    )


@pytest.mark.rule("click.exact-location")
@pytest.mark.parametrize("destination", EXACT_DESTINATIONS.values(), ids=EXACT_DESTINATIONS)
def test_exact_location(api: ApiClient, experiments: Experiments, destination: str) -> None:
    experiment = experiments.create("running", goalConfig=click_goal(destination))
    assert_location(api.click(experiment["slug"]), destination)
    assert_location(api.click(experiment["slug"], params={"utm_source": "mail"}), destination)


@pytest.mark.rule("click.counts")
def test_counts(
    api: ApiClient, experiments: Experiments, counters: Counters, late_counters: LateCounterCheck
) -> None:
    """One viewer counts each time."""
    experiment = experiments.create_clickable()
    assert_status(api.click(experiment["slug"]), 302)
    counters.assert_totals(experiment, 0, 1)
    assert_status(api.click(experiment["slug"]), 302)
    counters.assert_totals(experiment, 0, 2)
    late_counters.keep(experiment)


@pytest.mark.rule("click.counts")
def test_counts_a_dozen_viewers(
    api: ApiClient, experiments: Experiments, counters: Counters
) -> None:
    experiment = experiments.create_clickable()
    for number in A_DOZEN:
        params = {"t": number} if number % 2 else {}
        assert_status(api.click(experiment["slug"], headers=viewer(number), params=params), 302)
    counters.assert_totals(experiment, 0, len(A_DOZEN))


@pytest.mark.rule("click.counts")
@pytest.mark.parametrize("goal", [{"type": "impressions_only"}, {}], ids=["impressions", "none"])
def test_counts_with_another_goal(
    api: ApiClient, experiments: Experiments, counters: Counters, goal: Json
) -> None:
    """The docs do not say whether such a goal may have a destination."""
    body = experiments.body(goalConfig={**goal, "destinationUrl": DESTINATION})
    if experiment := experiments.create_unless_refused(body):
        experiments.start(experiment["uid"])
        if api.click(experiment["slug"]).status_code == 302:
            counters.assert_totals(experiment, 0, 1)


@pytest.mark.rule("click.counts")
def test_counts_for_one_experiment(
    api: ApiClient, experiments: Experiments, counters: Counters
) -> None:
    first, second = experiments.create_clickable(), experiments.create_clickable()
    assert_status(api.click(first["slug"]), 302)
    counters.assert_totals(first, 0, 1)
    assert_status(api.click(second["slug"]), 302)
    counters.assert_totals(second, 0, 1)
    counters.assert_totals(first, 0, 1)


@pytest.mark.rule("click.counted-at-once")
def test_counted_at_once(api: ApiClient, experiments: Experiments, counters: Counters) -> None:
    experiment = experiments.create_clickable(variants=variants(0, 10_000))
    for clicks in (1, 2, 3):
        assert_status(api.click(experiment["slug"]), 302)
        counters.assert_counts_now(experiment, {"v0": (0, 0), "v1": (0, clicks)})


@pytest.mark.rule("click.unknown")
@pytest.mark.parametrize("length", [0, 61, 200])
def test_unknown(api: ApiClient, experiments: Experiments, length: int) -> None:
    """A slug has at most 60 characters."""
    assert_status(api.click(experiments.new_slug(length)), 404)


@pytest.mark.rule("click.unknown")
def test_unknown_similar_slug(api: ApiClient, experiments: Experiments) -> None:
    slug = experiments.create_clickable(slug=experiments.new_slug(40))["slug"]
    assert_leads_to(api.click(slug), DESTINATION)
    for similar in (slug[:-1], slug + "x", slug[:-1] + "y"):
        assert_status(api.click(similar), 404)


@pytest.mark.rule("click.unknown")
def test_unknown_former_slug(api: ApiClient, experiments: Experiments) -> None:
    experiment, slug = experiments.create_clickable("draft"), experiments.new_slug()
    assert_status(api.update(experiment["uid"], {"slug": slug}), 200)
    experiments.start(experiment["uid"])
    settle = api.target.settle
    assert_eventually(lambda: assert_leads_to(api.click(slug), DESTINATION), settle)
    assert_eventually(lambda: assert_status(api.click(experiment["slug"]), 404), settle)


@pytest.mark.rule("click.paused")
def test_paused(api: ApiClient, experiments: Experiments, counters: Counters) -> None:
    experiment = experiments.create_clickable("paused")
    api.click(experiment["slug"])
    experiments.start(experiment["uid"])
    assert_status(api.click(experiment["slug"], headers=viewer(1)), 302)
    counters.assert_totals(experiment, 0, 1)


@pytest.mark.rule("click.outside-running")
@pytest.mark.parametrize("status", ["paused", "completed"])
def test_outside_running(
    api: ApiClient, experiments: Experiments, counters: Counters, status: str
) -> None:
    experiment = experiments.create_clickable(status)
    assert_location(api.click(experiment["slug"]), DESTINATION)
    counters.assert_counts_now(experiment, NO_COUNTS)


@pytest.mark.rule("click.outside-running")
def test_outside_running_draft(
    api: ApiClient, experiments: Experiments, counters: Counters
) -> None:
    experiment = experiments.create_clickable("draft")
    assert_problem(api.click(experiment["slug"]), 404, "experiment-not-found")
    counters.assert_counts_now(experiment, NO_COUNTS)


@pytest.mark.rule("click.outside-running")
@pytest.mark.parametrize("status", ["draft", "paused", "completed"])
def test_outside_running_deleted(api: ApiClient, experiments: Experiments, status: str) -> None:
    experiment = experiments.create_clickable(status)
    assert_status(api.delete(experiment["uid"]), 200)
    assert_problem(api.click(experiment["slug"]), 404, "experiment-not-found")


@pytest.mark.rule("click.no-destination")
@pytest.mark.parametrize(
    "fields", [{}, {"goalConfig": {"type": "impressions_only"}}], ids=["no-goal", "no-url"]
)
def test_no_destination(api: ApiClient, experiments: Experiments, fields: Json) -> None:
    assert_status(api.click(experiments.create("running", **fields)["slug"]), 404)


@pytest.mark.rule("click.new-destination")
def test_new_destination(api: ApiClient, experiments: Experiments) -> None:
    experiment, new = experiments.create_clickable(), f"{DESTINATION}/new"
    assert_leads_to(api.click(experiment["slug"]), DESTINATION)
    assert_status(api.update(experiment["uid"], {"goalConfig": click_goal(new)}), 200)
    assert_eventually(
        lambda: assert_leads_to(api.click(experiment["slug"]), new), api.target.settle
    )


@pytest.mark.rule("click.new-destination.at-once")
def test_new_destination_at_once(api: ApiClient, experiments: Experiments) -> None:
    experiment, new = experiments.create_clickable(), f"{DESTINATION}/new"
    assert_location(api.click(experiment["slug"]), DESTINATION)
    assert_status(api.update(experiment["uid"], {"goalConfig": {"destinationUrl": new}}), 200)
    assert_location(api.click(experiment["slug"]), new)


@pytest.mark.rule("click.not-cached")
@pytest.mark.parametrize("status", ["running", "paused", "completed"])
def test_not_cached(api: ApiClient, experiments: Experiments, status: str) -> None:
    response = api.click(experiments.create_clickable(status)["slug"])
    assert_status(response, 302)
    assert_header_has(response, "cache-control", "no-store")


@pytest.mark.rule("click.head")
def test_head(api: ApiClient, experiments: Experiments, counters: Counters) -> None:
    experiment = experiments.create_clickable()
    assert_location(api.client.head(f"/s/{experiment['slug']}/click"), DESTINATION)
    assert_status(api.click(experiment["slug"]), 302)
    counters.assert_totals(experiment, 0, 1)
