"""The click link: where it leads and what it counts."""

import httpx
import pytest

from pictify_conformance.results.findings import Detail
from pictify_conformance.testing import assertions
from pictify_conformance.testing.experiments import A_DOZEN, Lab
from pictify_conformance.testing.failures import Blocked
from pictify_conformance.testing.payloads import DESTINATION, Json, viewer

ELSEWHERE = "https://elsewhere.example.net/trap"
QUERIES = [
    "url",
    "destination",
    "destinationUrl",
    "redirect",
    "redirect_uri",
    "redirectUrl",
    "to",
    "next",
    "target",
    "u",
]
DESTINATIONS = [
    pytest.param("https://shop.example.com/winter/sale", id="https"),
    pytest.param("http://shop.example.com/", id="http"),
    pytest.param("https://shop.example.com:8443/a?b=1&c=two", id="port-and-query"),
    pytest.param("https://shop.example.com/Winter/A%2FB%20c?Ref=D%26e", id="capitals-and-escapes"),
    pytest.param("https://shop.example.com/winter#sizes", id="fragment"),
]
TO_THE_LETTER = [
    pytest.param("https://shop.example.com", id="no-path"),
    pytest.param("https://Shop.Example.com/A/../b", id="case-and-dots"),
    pytest.param(
        "https://shop.example.com/a%20b/%C3%A9?x=%2F&y=1+2&y=#top", id="escapes-and-fragment"
    ),
]


def goal(destination: str) -> Json:
    """A goal that leads there."""
    return {"type": "click_through", "destinationUrl": destination}


def leads_exactly_to(response: httpx.Response, destination: str) -> None:
    """A 302 to this destination, to the letter."""
    assertions.same(
        assertions.status(response, 302).headers.get("location"), destination, "Location"
    )


@pytest.mark.rule("click.redirect")
@pytest.mark.parametrize("destination", DESTINATIONS)
def test_redirect(lab: Lab, destination: str) -> None:
    """The link of a running experiment leads to its destination."""
    made = lab.experiment("running", goalConfig=goal(destination))
    assertions.leads_to(lab.click(made["slug"]), destination)


@pytest.mark.rule("click.redirect")
@pytest.mark.parametrize("length", [300, 1100])
def test_redirect_far(lab: Lab, length: int) -> None:
    """A long destination is refused, or is where the link leads."""
    destination = f"{DESTINATION}?path=".ljust(length, "x")
    if made := lab.unless_refused(lab.body(goalConfig=goal(destination))):
        lab.resume(made["uid"])
        assertions.leads_to(lab.click(made["slug"]), destination)


@pytest.mark.rule("click.redirect")
@pytest.mark.parametrize("type_", ["smart_link", "scheduled"])
def test_redirect_of_other_types(lab: Lab, type_: str) -> None:
    """The link of a smart link and of a scheduled experiment leads to its destination as well."""
    assertions.leads_to(lab.click(lab.clickable(type=type_)["slug"]), DESTINATION)


@pytest.mark.rule("click.redirect")
def test_redirect_after_a_pause(lab: Lab) -> None:
    """What was paused and runs again leads to its destination again."""
    made = lab.clickable("paused")
    lab.resume(made["uid"])
    assertions.leads_to(lab.click(made["slug"]), DESTINATION)


@pytest.mark.rule("click.redirect")
def test_redirect_of_each(lab: Lab) -> None:
    """Two experiments lead to two places, for every viewer of a dozen."""
    pairs = [
        (lab.experiment("running", goalConfig=goal(f"{DESTINATION}/{n}")), f"{DESTINATION}/{n}")
        for n in (1, 2)
    ]
    for number in A_DOZEN:
        for made, destination in pairs:
            assertions.leads_to(lab.click(made["slug"], headers=viewer(number)), destination)


@pytest.mark.rule("click.redirect")
def test_redirect_of_another_slug(lab: Lab) -> None:
    """The link has the slug that a draft was given last."""
    made, slug = lab.clickable("draft"), lab.new_slug()
    if (
        lab.update(made["uid"], {"slug": slug}).status_code != 200
        or lab.read(made["uid"])["slug"] != slug
    ):
        raise Blocked("update.draft-fields", Detail("a draft whose slug was changed"))
    lab.resume(made["uid"])
    assertions.leads_to(lab.click(slug), DESTINATION)


@pytest.mark.rule("click.no-open-redirect")
@pytest.mark.parametrize("trap", [ELSEWHERE, "//elsewhere.example.net", "javascript:alert(1)"])
def test_no_open_redirect(lab: Lab, trap: str) -> None:
    """No query parameter is a target."""
    made = lab.clickable()
    for params in (*({name: trap} for name in QUERIES), dict.fromkeys(QUERIES, trap)):
        assertions.leads_to(lab.click(made["slug"], params=params), DESTINATION)
    assertions.leads_to(lab.client.get(f"/s/{made['slug']}/click?{trap}"), DESTINATION)


@pytest.mark.rule("click.no-open-redirect")
@pytest.mark.parametrize(
    "injection", ["%0d%0aLocation:%20https://elsewhere.example.net/", "%0aX-Injected:%201"]
)
def test_no_open_redirect_by_header(lab: Lab, injection: str) -> None:
    """A line break in the query starts no header."""
    made = lab.clickable()
    for name in QUERIES[:3]:
        one_line(lab.client.get(f"/s/{made['slug']}/click?{name}={injection}"), DESTINATION)


@pytest.mark.rule("click.one-line-location")
@pytest.mark.parametrize(
    "injection",
    ["\r\nX-Injected: 1", "\nX-Injected: 1", "\rX-Injected: 1", "%0d%0aX-Injected:%201"],
)
def test_one_line_location(lab: Lab, injection: str) -> None:
    """A line break in the destination starts no header, while running and for a changed destination neither."""
    response = lab.create(lab.body(goalConfig=goal(DESTINATION + injection)))
    if response.status_code == 201:
        made = assertions.experiment(response)
        lab.resume(made["uid"])
        one_line(lab.click(made["slug"]), DESTINATION)
    else:
        assertions.refused(response)
    made = lab.clickable()
    lab.update(made["uid"], {"goalConfig": {"destinationUrl": DESTINATION + injection}})
    one_line(lab.click(made["slug"]), DESTINATION)


def one_line(response: httpx.Response, destination: str) -> None:
    """A single Location that leads to this destination or below it, and no header that was not asked for."""
    locations = assertions.status(response, 302).headers.get_list("location")
    if (
        "x-injected" in response.headers
        or len(locations) != 1
        or not locations[0].startswith(destination)
    ):
        assertions.fail(
            f"one Location, {destination}, and no other header of the request", response
        )


@pytest.mark.rule("click.exact-location")
@pytest.mark.parametrize("destination", TO_THE_LETTER)
def test_exact_location(lab: Lab, destination: str) -> None:
    """Location is what was stored, without the query of the request."""
    made = lab.experiment("running", goalConfig=goal(destination))
    leads_exactly_to(lab.click(made["slug"]), destination)
    leads_exactly_to(lab.click(made["slug"], params={"utm_source": "mail"}), destination)


@pytest.mark.rule("click.counts")
def test_counts(lasting: Lab) -> None:
    """A click is one click of one variant and no impression."""
    made = lasting.clickable()
    assertions.status(lasting.click(made["slug"]), 302)
    lasting.totalled(made["uid"], 0, 1)


@pytest.mark.rule("click.counts")
def test_counts_a_dozen(lab: Lab) -> None:
    """The clicks of a dozen viewers are a dozen."""
    made = lab.clickable()
    for number in A_DOZEN:
        assertions.status(
            lab.click(
                made["slug"], headers=viewer(number), params={"t": number} if number % 2 else {}
            ),
            302,
        )
    lab.totalled(made["uid"], 0, len(A_DOZEN))


@pytest.mark.rule("click.counts")
def test_counts_for_its_experiment(lab: Lab) -> None:
    """A click counts for the experiment of its slug and for no other."""
    first, second = lab.clickable(), lab.clickable()
    assertions.status(lab.click(first["slug"]), 302)
    lab.totalled(first["uid"], 0, 1)
    assertions.status(lab.click(second["slug"]), 302)
    lab.totalled(second["uid"], 0, 1)
    lab.totalled(first["uid"], 0, 1)


@pytest.mark.rule("click.counts")
def test_counts_who_comes_back(lab: Lab) -> None:
    """Two clicks of one viewer are counted both."""
    made = lab.clickable()
    for _ in range(2):
        assertions.status(lab.click(made["slug"]), 302)
    lab.totalled(made["uid"], 0, 2)


@pytest.mark.rule("click.counted-at-once")
def test_counted_at_once(lab: Lab) -> None:
    """The next read shows the click."""
    made = lab.clickable(variants=[{"id": "v0", "weight": 0}, {"id": "v1", "weight": 10000}])
    for clicks in (1, 2, 3):
        assertions.status(lab.click(made["slug"]), 302)
        assertions.same(
            lab.counters(made["uid"]), {"v0": (0, 0), "v1": (0, clicks)}, "the counters at once"
        )


@pytest.mark.rule("click.unknown")
@pytest.mark.parametrize("length", [0, 61, 200])
def test_unknown(lab: Lab, length: int) -> None:
    """An unknown slug leads nowhere, one that is too long for a slug neither."""
    assertions.status(lab.click(lab.new_slug(length)), 404)


@pytest.mark.rule("click.unknown")
def test_unknown_but_alike(lab: Lab) -> None:
    """A slug that begins like a known one, or goes on after it, leads nowhere."""
    slug = lab.clickable(slug=lab.new_slug(40))["slug"]
    assertions.leads_to(lab.click(slug), DESTINATION)
    for alike in (slug[:-1], slug + "x", slug[:-1] + "y"):
        assertions.status(lab.click(alike), 404)


@pytest.mark.rule("click.unknown")
def test_unknown_since_an_update(lab: Lab) -> None:
    """The slug that an experiment had before leads nowhere."""
    made, slug = lab.clickable("draft"), lab.new_slug()
    assertions.status(lab.update(made["uid"], {"slug": slug}), 200)
    lab.resume(made["uid"])
    lab.eventually(lambda: assertions.leads_to(lab.click(slug), DESTINATION))
    lab.eventually(lambda: assertions.status(lab.click(made["slug"]), 404))


@pytest.mark.rule("click.paused")
def test_paused(lab: Lab) -> None:
    """Of a click while paused and one after it, one is counted."""
    made = lab.clickable("paused")
    lab.click(made["slug"])
    lab.resume(made["uid"])
    assertions.status(lab.click(made["slug"], headers=viewer(1)), 302)
    lab.totalled(made["uid"], 0, 1)


@pytest.mark.rule("click.outside-running")
@pytest.mark.parametrize("status", ["paused", "completed"])
def test_outside_running(lab: Lab, status: str) -> None:
    """Paused and completed experiments redirect and do not count."""
    made = lab.clickable(status)
    leads_exactly_to(lab.click(made["slug"]), DESTINATION)
    assertions.same(lab.counters(made["uid"]), {"v0": (0, 0), "v1": (0, 0)}, "the counters")


@pytest.mark.rule("click.outside-running")
def test_outside_running_draft(lab: Lab) -> None:
    """A draft leads nowhere and does not count."""
    made = lab.clickable("draft")
    assertions.problem(lab.click(made["slug"]), 404, "experiment-not-found")
    assertions.same(lab.counters(made["uid"]), {"v0": (0, 0), "v1": (0, 0)}, "the counters")


@pytest.mark.rule("click.outside-running")
@pytest.mark.parametrize("status", ["draft", "paused", "completed"])
def test_outside_running_deleted(lab: Lab, status: str) -> None:
    """What was deleted leads nowhere."""
    made = lab.clickable(status)
    assertions.status(lab.delete(made["uid"]), 200)
    assertions.problem(lab.click(made["slug"]), 404, "experiment-not-found")


@pytest.mark.rule("click.no-destination")
@pytest.mark.parametrize(
    "fields", [{}, {"goalConfig": {"type": "impressions_only"}}], ids=["no-goal", "no-url"]
)
def test_no_destination(lab: Lab, fields: Json) -> None:
    """Without a destination the link leads nowhere."""
    assertions.status(lab.click(lab.experiment("running", **fields)["slug"]), 404)


@pytest.mark.rule("click.new-destination")
def test_new_destination(lab: Lab) -> None:
    """A new destination is where the link leads before long."""
    made, new = lab.clickable(), goal(f"{DESTINATION}/new")
    assertions.leads_to(lab.click(made["slug"]), DESTINATION)
    assertions.status(lab.update(made["uid"], {"goalConfig": new}), 200)
    lab.eventually(lambda: assertions.leads_to(lab.click(made["slug"]), new["destinationUrl"]))


@pytest.mark.rule("click.new-destination.at-once")
def test_new_destination_at_once(lab: Lab) -> None:
    """A new destination is where the next click leads."""
    made = lab.clickable()
    leads_exactly_to(lab.click(made["slug"]), DESTINATION)
    changed = lab.update(made["uid"], {"goalConfig": {"destinationUrl": f"{DESTINATION}/new"}})
    assertions.status(changed, 200)
    leads_exactly_to(lab.click(made["slug"]), f"{DESTINATION}/new")


@pytest.mark.rule("click.not-cached")
@pytest.mark.parametrize("status", ["running", "paused", "completed"])
def test_not_cached(lab: Lab, status: str) -> None:
    """No cache may keep the redirect."""
    response = assertions.status(lab.click(lab.clickable(status)["slug"]), 302)
    if "no-store" not in response.headers.get("cache-control", "").lower():
        assertions.fail(
            f"Cache-Control: no-store, not {response.headers.get('cache-control')}", response
        )


@pytest.mark.rule("click.head")
def test_head(lab: Lab) -> None:
    """HEAD redirects alike and counts nothing."""
    made = lab.clickable()
    leads_exactly_to(lab.client.head(f"/s/{made['slug']}/click"), DESTINATION)
    assertions.status(lab.click(made["slug"]), 302)
    lab.totalled(made["uid"], 0, 1)
