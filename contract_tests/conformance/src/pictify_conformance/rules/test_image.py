"""The withdrawn image URL: its picture, what it counts, and its fallback."""

import re
from collections import Counter

import httpx
import pytest

from pictify_conformance.http.write_guard import ForbiddenRequest
from pictify_conformance.testing import ApiClient, Counters, Experiments, Team
from pictify_conformance.testing.assertions import (
    assert_equal,
    assert_header_has,
    assert_location,
    assert_no_body,
    assert_problem,
    assert_status,
    assert_that,
)
from pictify_conformance.testing.counters import NO_COUNTS
from pictify_conformance.testing.payloads import A_DOZEN, STATUSES, variants, viewer
from pictify_conformance.testing.responses import media_type_of

MEDIA_TYPES = {"png": "image/png", "jpeg": "image/jpeg", "jpg": "image/jpeg", "webp": "image/webp"}
SIGNATURES = {
    "image/png": rb"\x89PNG\r\n\x1a\n",
    "image/jpeg": rb"\xff\xd8\xff",
    "image/webp": rb"RIFF....WEBP",
}
ONE_BY_ONE = b"\x00\x00\x00\x01\x00\x00\x00\x01"
REDIRECTS = (301, 302, 303, 307, 308)
REDIRECTS_AT_MOST = 3
FALLBACK = "https://cdn.example.com/over.png?size=2x"
VIEWERS = 24

each_format = pytest.mark.parametrize("format_", MEDIA_TYPES)


@pytest.fixture(scope="module", autouse=True)
def _is_offered(session_team: Team) -> None:
    """Skip these tests on a server that has withdrawn the route, as the vendor did."""
    if session_team.target.level == "documented":
        slug = session_team.experiments.create("running")["slug"]
        response = session_team.api.load_image(slug)
        session_team.api.remove_created()
        if response.status_code == 404:
            pytest.skip(
                "this server does not have the image URL, which was published and later withdrawn"
            )


def follow_redirects(api: ApiClient, response: httpx.Response) -> httpx.Response:
    for _ in range(REDIRECTS_AT_MOST):
        if response.status_code not in REDIRECTS:
            break
        url = response.url.join(response.headers.get("location", ""))
        try:
            response = api.client.get(url)
        except ForbiddenRequest:
            pytest.skip(f"the image leads to {url}, which is not a picture on this server")
    return response


def picture_of(api: ApiClient, response: httpx.Response, format_: str = "png") -> bytes:
    """Return the picture that a response is or leads to. Skip the test if it is not rendered."""
    found = follow_redirects(api, response)
    assert_status(found, 200)
    media_type, content = media_type_of(found), found.content
    if media_type == "image/png" and content[16:24] == ONE_BY_ONE:
        pytest.skip("this server could not render the image of an experiment without a template")
    expected = f"{MEDIA_TYPES[format_]}, not {media_type or 'no media type'}"
    assert_that(media_type == MEDIA_TYPES[format_], expected, found)
    is_of_type = re.match(SIGNATURES[media_type], content, re.DOTALL)
    assert_that(is_of_type, f"content that is {media_type}", found)
    return content


def location_of(response: httpx.Response) -> str:
    """Return the Location of a 302."""
    assert_status(response, 302)
    location = str(response.headers.get("location", ""))
    assert_that(location, "a Location", response)
    return location


@pytest.mark.rule("image.shown")
@each_format
def test_shown(api: ApiClient, experiments: Experiments, format_: str) -> None:
    response = api.load_image(experiments.create("running")["slug"], format_)
    assert picture_of(api, response, format_)


@pytest.mark.rule("image.redirect")
def test_redirect(api: ApiClient, experiments: Experiments, counters: Counters) -> None:
    experiment = experiments.create("running")
    responses = [api.load_image(experiment["slug"], headers=viewer(n)) for n in range(VIEWERS)]
    by_picture = Counter(map(location_of, responses))
    by_variant = [impressions for impressions, _ in counters.read(experiment).values()]
    name = "viewers by picture, against impressions by variant"
    assert_equal(sorted(by_picture.values()), sorted(by_variant), name)


@pytest.mark.rule("image.picture")
@each_format
def test_picture(api: ApiClient, experiments: Experiments, format_: str) -> None:
    response = api.load_image(experiments.create("running")["slug"], format_)
    assert picture_of(api, response, format_)
    found = api.client.get(response.url.join(location_of(response)))
    assert_status(found, 200)
    assert_header_has(found, "cache-control", "public", "max-age=31536000", "immutable")


@pytest.mark.rule("image.new-content")
def test_new_content(api: ApiClient, experiments: Experiments) -> None:
    rows = variants(10000, 0)
    experiment = experiments.create("running", variants=rows)
    before = location_of(api.load_image(experiment["slug"]))
    again = location_of(api.load_image(experiment["slug"], headers=viewer(1)))
    assert_equal(again, before, "Location for the next viewer")
    experiments.pause(experiment["uid"])
    edited = [{**row, "variables": {"headline": "Another"}} for row in rows]
    assert_status(api.update(experiment["uid"], {"variants": edited}), 200)
    experiments.start(experiment["uid"])
    response = api.load_image(experiment["slug"])
    assert_that(location_of(response) != before, "another Location after the edit", response)
    assert picture_of(api, response)


@pytest.mark.rule("image.not-cached")
def test_not_cached(api: ApiClient, experiments: Experiments) -> None:
    response = api.load_image(experiments.create("running")["slug"])
    assert_status(response, 200, *REDIRECTS)
    assert_header_has(response, "cache-control", "no-store")


@pytest.mark.rule("image.cache-control")
@pytest.mark.parametrize("status", STATUSES)
def test_cache_control(api: ApiClient, experiments: Experiments, status: str) -> None:
    experiment = experiments.create(status, fallbackImageUrl=FALLBACK)
    response = api.load_image(experiment["slug"])
    assert_status(response, 302)
    expected = "no-store, no-cache, must-revalidate, private"
    assert_equal(response.headers.get("cache-control"), expected, "Cache-Control")


@pytest.mark.rule("image.counts")
@each_format
def test_counts(api: ApiClient, experiments: Experiments, counters: Counters, format_: str) -> None:
    experiment = experiments.create("running")
    assert_status(api.load_image(experiment["slug"], format_), 200, 302)
    counters.assert_totals(experiment, 1, 0)


@pytest.mark.rule("image.counts")
def test_counts_a_dozen_viewers(
    api: ApiClient, experiments: Experiments, counters: Counters
) -> None:
    experiment = experiments.create("running")
    for number in A_DOZEN:
        assert_status(api.load_image(experiment["slug"], headers=viewer(number)), 200, 302)
    counters.assert_totals(experiment, len(A_DOZEN), 0)


@pytest.mark.rule("image.counts")
def test_counts_for_one_experiment(
    api: ApiClient, experiments: Experiments, counters: Counters
) -> None:
    first, second = experiments.create("running"), experiments.create("running")
    assert_status(api.load_image(first["slug"]), 200, 302)
    counters.assert_totals(first, 1, 0)
    counters.assert_totals(second, 0, 0)


@pytest.mark.rule("image.counted-at-once")
def test_counted_at_once(api: ApiClient, experiments: Experiments, counters: Counters) -> None:
    """Loading the picture after the redirect counts nothing more."""
    experiment = experiments.create("running", variants=variants(0, 10000))
    for impressions in (1, 2, 3):
        assert picture_of(api, api.load_image(experiment["slug"]))
        counters.assert_counts_now(experiment, {"v0": (0, 0), "v1": (impressions, 0)})


@pytest.mark.rule("image.sticky")
def test_sticky(api: ApiClient, experiments: Experiments, counters: Counters) -> None:
    experiment = experiments.create("running")
    before = counters.read(experiment)
    for number in A_DOZEN:  # one viewer in two would get the same variant by chance
        headers = viewer(number)
        responses = [api.load_image(experiment["slug"], headers=headers) for _ in range(2)]
        assert_equal(len(set(map(location_of, responses))), 1, "the pictures that one viewer got")
        assert_status(api.load_pixel(experiment["slug"], headers=headers), 200)
        after = counters.read(experiment)
        added = sorted(after[id_][0] - before[id_][0] for id_ in after)
        assert_equal(added, [0, 3], "the impressions by variant")
        before = after


@pytest.mark.rule("image.only-running")
@pytest.mark.parametrize("status", ["draft", "paused"])
def test_only_running(
    api: ApiClient, experiments: Experiments, counters: Counters, status: str
) -> None:
    experiment = experiments.create(status)
    api.load_image(experiment["slug"])
    experiments.start(experiment["uid"])
    assert_status(api.load_pixel(experiment["slug"], headers=viewer(1)), 200)
    counters.assert_totals(experiment, 1, 0)


@pytest.mark.rule("image.paused")
def test_paused(api: ApiClient, experiments: Experiments) -> None:
    experiment = experiments.create("running", variants=variants(10000, 0))
    before = picture_of(api, api.load_image(experiment["slug"]))
    experiments.pause(experiment["uid"])
    after = follow_redirects(api, api.load_image(experiment["slug"]))
    assert_that(after.content != before, "no picture, or another one, while paused", after)


@pytest.mark.rule("image.fallback")
@pytest.mark.parametrize("status", ["draft", "paused"])
def test_fallback(
    api: ApiClient, experiments: Experiments, counters: Counters, status: str
) -> None:
    experiment = experiments.create(status, fallbackImageUrl=FALLBACK)
    assert_location(api.load_image(experiment["slug"], "webp"), FALLBACK)
    counters.assert_counts_now(experiment, NO_COUNTS)


@pytest.mark.rule("image.fallback")
@pytest.mark.parametrize("status", ["draft", "paused"])
def test_fallback_missing(api: ApiClient, experiments: Experiments, status: str) -> None:
    response = api.load_image(experiments.create(status)["slug"])
    assert_problem(response, 404, "experiment-not-found")


@pytest.mark.rule("image.completed")
@pytest.mark.parametrize("weights", [(5000, 5000), (0, 10_000)], ids=str)
def test_completed(api: ApiClient, experiments: Experiments, weights: tuple[int, int]) -> None:
    """Half of the viewers saw an image while the experiment was running."""
    experiment = experiments.create("running", variants=variants(*weights))
    viewers = [viewer(number) for number in range(VIEWERS // 2)]
    for headers in viewers[::2]:
        api.load_image(experiment["slug"], headers=headers)
    experiments.complete(experiment["uid"])
    pictures = {
        picture_of(api, api.load_image(experiment["slug"], headers=each)) for each in viewers
    }
    assert_equal(len(pictures), 1, "the number of images that the viewers got")


@pytest.mark.rule("image.winner")
@pytest.mark.parametrize(("winner", "is_same"), [("v0", True), ("v1", False)])
def test_winner(
    api: ApiClient, experiments: Experiments, counters: Counters, winner: str, is_same: bool
) -> None:
    """All viewers saw the first variant."""
    rows = variants(10000, 0)
    experiment = experiments.create("running", variants=rows, fallbackImageUrl=FALLBACK)
    before = picture_of(api, api.load_image(experiment["slug"]))
    assert_status(api.complete(experiment["uid"], winner), 200)
    after = picture_of(api, api.load_image(experiment["slug"]))
    assert_equal(after == before, is_same, "the picture is the first variant's")
    counters.assert_counts_now(experiment, {"v0": (1, 0), "v1": (0, 0)})


@pytest.mark.rule("image.deleted")
@pytest.mark.parametrize("status", ["draft", "paused", "completed"])
def test_deleted(api: ApiClient, experiments: Experiments, status: str) -> None:
    experiment = experiments.create(status, fallbackImageUrl=FALLBACK)
    assert location_of(api.load_image(experiment["slug"]))
    assert_status(api.delete(experiment["uid"]), 200)
    assert_problem(api.load_image(experiment["slug"]), 410, "experiment-gone")
    experiments.assert_created(experiments.body(slug=experiment["slug"]))
    assert_problem(api.load_image(experiment["slug"]), 404, "experiment-not-found")


@pytest.mark.rule("image.unknown")
@each_format
def test_unknown(api: ApiClient, experiments: Experiments, format_: str) -> None:
    assert_status(api.load_image(experiments.new_slug(), format_), 404)


@pytest.mark.rule("image.unknown-format")
@pytest.mark.parametrize("format_", ["gif", "svg", "pdf", "PNG", "jpe", "png.png"])
def test_unknown_format(
    api: ApiClient, experiments: Experiments, counters: Counters, format_: str
) -> None:
    experiment = experiments.create("running")
    assert_status(api.load_image(experiment["slug"], format_), 404)
    counters.assert_counts_now(experiment, NO_COUNTS)


@pytest.mark.rule("image.head")
def test_head(api: ApiClient, experiments: Experiments, counters: Counters) -> None:
    experiment = experiments.create("running")
    head = api.client.head(f"/s/{experiment['slug']}.png")
    assert_no_body(head)
    assert_equal(location_of(head), location_of(api.load_image(experiment["slug"])), "Location")
    counters.assert_totals(experiment, 1, 0)


@pytest.mark.rule("image.crawlers")
@pytest.mark.parametrize("agent", ["Mozilla/5.0 (compatible; Googlebot/2.1)", "curl/8.5.0"])
@pytest.mark.parametrize(
    ("weights", "default"), [((10_000, 0), True), ((0, 10_000), False)], ids=["default", "first"]
)
def test_crawlers(
    api: ApiClient,
    experiments: Experiments,
    counters: Counters,
    weights: tuple[int, int],
    default: bool,
    agent: str,
) -> None:
    """Every viewer is assigned the variant that the crawler must not get."""
    rows = variants(*weights)
    rows[1]["isDefault"] = default
    experiment = experiments.create("running", variants=rows)
    crawled = api.load_image(experiment["slug"], headers={"User-Agent": agent})
    viewed = location_of(api.load_image(experiment["slug"]))
    assert_that(location_of(crawled) != viewed, f"another picture than {viewed}", crawled)
    counters.assert_totals(experiment, 1, 0)
