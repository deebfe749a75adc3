"""The withdrawn image URL: what it shows, what it counts, and what stands in for it."""

import re
from collections import Counter

import httpx
import pytest

from pictify_conformance.http.write_guard import ForbiddenRequest
from pictify_conformance.testing import assertions
from pictify_conformance.testing.experiments import A_DOZEN, Lab, total
from pictify_conformance.testing.payloads import variants, viewer

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
NOT_STORED = "no-store, no-cache, must-revalidate, private"
A_YEAR = 31_536_000
VIEWERS = 24


@pytest.fixture(scope="module", autouse=True)
def offered(team: Lab) -> None:
    """A server that has withdrawn the route, as the vendor did, is judged by it only where everything is asked for."""
    if team.target.level == "documented":
        answer = team.image(team.experiment("running")["slug"])
        team.clear()
        if answer.status_code == 404:
            pytest.skip(
                "this server does not have the image URL, which was published and later withdrawn"
            )


def loaded(lab: Lab, response: httpx.Response) -> httpx.Response:
    """The answer at the end of the redirects."""
    for _ in range(REDIRECTS_AT_MOST):
        if response.status_code not in REDIRECTS:
            break
        place = response.url.join(response.headers.get("location", ""))
        try:
            response = lab.client.get(place)
        except ForbiddenRequest:
            pytest.skip(
                f"the image leads to {place}, which is not looked at, as it is no picture on this server"
            )
    return response


def picture(lab: Lab, response: httpx.Response, format_: str = "png") -> bytes:
    """The image of this format that an answer is or leads to; a failed rendering is told by a pixel and no verdict."""
    found = loaded(lab, response)
    media_type = (
        assertions.status(found, 200)
        .headers.get("content-type", "")
        .partition(";")[0]
        .strip()
        .lower()
    )
    if media_type == "image/png" and found.content[16:24] == ONE_BY_ONE:
        pytest.skip("this server could not render the image of an experiment without a template")
    if media_type != MEDIA_TYPES[format_]:
        assertions.fail(f"{MEDIA_TYPES[format_]}, not {media_type or 'no media type'}", found)
    if not re.match(SIGNATURES[media_type], found.content, re.DOTALL):
        assertions.fail(f"content that is {media_type}", found)
    return found.content


def location(response: httpx.Response) -> str:
    """Where a 302 leads."""
    found = str(assertions.status(response, 302).headers.get("location", ""))
    if not found:
        assertions.fail("a Location", response)
    return found


def directives(response: httpx.Response) -> list[str]:
    """What Cache-Control says, word by word."""
    return [word.strip().lower() for word in response.headers.get("cache-control", "").split(",")]


@pytest.mark.rule("image.shown")
@pytest.mark.parametrize("format_", MEDIA_TYPES)
def test_shown(lab: Lab, format_: str) -> None:
    """The URL of a running experiment is, or leads to, an image of the format it ends in."""
    picture(lab, lab.image(lab.experiment("running")["slug"], format_), format_)


@pytest.mark.rule("image.redirect")
def test_redirect(lab: Lab) -> None:
    """The viewers of one variant are led to one picture, those of the other to another."""
    made = lab.experiment("running")
    seen = Counter(
        location(lab.image(made["slug"], headers=viewer(number))) for number in range(VIEWERS)
    )
    impressions = [seen for seen, _ in lab.counters(made["uid"]).values()]
    assertions.same(
        sorted(seen.values()),
        sorted(impressions),
        "viewers by picture, against impressions by variant",
    )


@pytest.mark.rule("image.picture")
@pytest.mark.parametrize("format_", MEDIA_TYPES)
def test_picture(lab: Lab, format_: str) -> None:
    """The redirect leads to an image that anyone may keep for a year."""
    answer = lab.image(lab.experiment("running")["slug"], format_)
    picture(lab, answer, format_)
    found = lab.client.get(answer.url.join(location(answer)))
    said = directives(assertions.status(found, 200))
    if not {"public", f"max-age={A_YEAR}", "immutable"} <= set(said):
        assertions.fail(f"Cache-Control: public, max-age={A_YEAR}, immutable, not {said}", found)


@pytest.mark.rule("image.new-content")
def test_new_content(lab: Lab) -> None:
    """A picture keeps its URL until its variant is edited."""
    rows = variants(10000, 0)
    made = lab.experiment("running", variants=rows)
    before = location(lab.image(made["slug"]))
    assertions.same(
        location(lab.image(made["slug"], headers=viewer(1))), before, "Location for the next viewer"
    )
    lab.halt(made["uid"])
    edited = [{**row, "variables": {"headline": "Another"}} for row in rows]
    assertions.status(lab.update(made["uid"], {"variants": edited}), 200)
    lab.resume(made["uid"])
    answer = lab.image(made["slug"])
    if location(answer) == before:
        assertions.fail("another Location after the edit", answer)
    picture(lab, answer)


@pytest.mark.rule("image.not-cached")
def test_not_cached(lab: Lab) -> None:
    """No cache may keep the answer."""
    answer = assertions.status(lab.image(lab.experiment("running")["slug"]), 200, *REDIRECTS)
    if "no-store" not in directives(answer):
        assertions.fail(f"Cache-Control with no-store, not {directives(answer)}", answer)


@pytest.mark.rule("image.cache-control")
@pytest.mark.parametrize("status", ["draft", "running", "paused", "completed"])
def test_cache_control(lab: Lab, status: str) -> None:
    """Every redirect forbids storing it in the published words."""
    answer = lab.image(lab.experiment(status, fallbackImageUrl=FALLBACK)["slug"])
    assertions.same(
        assertions.status(answer, 302).headers.get("cache-control"), NOT_STORED, "Cache-Control"
    )


@pytest.mark.rule("image.counts")
@pytest.mark.parametrize("format_", MEDIA_TYPES)
def test_counts(lab: Lab, format_: str) -> None:
    """An image is one impression of one variant and no click."""
    made = lab.experiment("running")
    assertions.status(lab.image(made["slug"], format_), 200, 302)
    lab.totalled(made["uid"], 1, 0)


@pytest.mark.rule("image.counts")
def test_counts_a_dozen(lab: Lab) -> None:
    """The images of a dozen viewers are a dozen impressions."""
    made = lab.experiment("running")
    for number in A_DOZEN:
        assertions.status(lab.image(made["slug"], headers=viewer(number)), 200, 302)
    lab.totalled(made["uid"], len(A_DOZEN), 0)


@pytest.mark.rule("image.counts")
def test_counts_for_its_experiment(lab: Lab) -> None:
    """An image counts for the experiment of its slug and for no other."""
    first, second = lab.experiment("running"), lab.experiment("running")
    assertions.status(lab.image(first["slug"]), 200, 302)
    lab.totalled(first["uid"], 1, 0)
    lab.totalled(second["uid"], 0, 0)


@pytest.mark.rule("image.counted-at-once")
def test_counted_at_once(lab: Lab) -> None:
    """The next read shows the impression, and the picture adds none."""
    made = lab.experiment("running", variants=variants(0, 10000))
    for impressions in (1, 2, 3):
        picture(lab, lab.image(made["slug"]))
        assertions.same(
            lab.counters(made["uid"]),
            {"v0": (0, 0), "v1": (impressions, 0)},
            "the counters at once",
        )


@pytest.mark.rule("image.sticky")
def test_sticky(lab: Lab) -> None:
    """A viewer's images and pixel are those of one variant."""
    made = lab.experiment("running")
    seen = dict.fromkeys(lab.counters(made["uid"]), 0)
    for number in A_DOZEN:  # one viewer in two would get the same variant by chance
        pictures = {location(lab.image(made["slug"], headers=viewer(number))) for _ in range(2)}
        assertions.same(len(pictures), 1, "the number of pictures that one viewer got")
        assertions.status(lab.pixel(made["slug"], headers=viewer(number)), 200)
        now = {
            variant: impressions for variant, (impressions, _) in lab.counters(made["uid"]).items()
        }
        assertions.same(
            sorted(now[each] - seen[each] for each in now), [0, 3], "the impressions by variant"
        )
        seen = now


@pytest.mark.rule("image.only-running")
@pytest.mark.parametrize("status", ["draft", "paused"])
def test_only_running(lab: Lab, status: str) -> None:
    """Of an image before the start and a pixel after it, one is counted."""
    made = lab.experiment(status)
    lab.image(made["slug"])
    lab.resume(made["uid"])
    assertions.status(lab.pixel(made["slug"], headers=viewer(1)), 200)
    lab.totalled(made["uid"], 1, 0)


@pytest.mark.rule("image.paused")
def test_paused(lab: Lab) -> None:
    """What was shown while running is not shown while paused."""
    made = lab.experiment("running", variants=variants(10000, 0))
    before = picture(lab, lab.image(made["slug"]))
    lab.halt(made["uid"])
    after = loaded(lab, lab.image(made["slug"]))
    if after.content == before:
        assertions.fail("no picture, or another one, while paused", after)


@pytest.mark.rule("image.fallback")
@pytest.mark.parametrize("status", ["draft", "paused"])
def test_fallback(lab: Lab, status: str) -> None:
    """What does not run leads to its fallback, to the letter."""
    made = lab.experiment(status, fallbackImageUrl=FALLBACK)
    assertions.same(location(lab.image(made["slug"], "webp")), FALLBACK, "Location")
    assertions.same(total(lab.counters(made["uid"])), (0, 0), "impressions and clicks")


@pytest.mark.rule("image.fallback")
@pytest.mark.parametrize("status", ["draft", "paused"])
def test_fallback_missing(lab: Lab, status: str) -> None:
    """What neither runs nor has a fallback has no image."""
    assertions.problem(lab.image(lab.experiment(status)["slug"]), 404, "experiment-not-found")


@pytest.mark.rule("image.completed")
@pytest.mark.parametrize("weights", [(5000, 5000), (0, 10_000)], ids=str)
def test_completed(lab: Lab, weights: tuple[int, int]) -> None:
    """After completion all viewers get one image, those who come then and those who saw another."""
    made, viewers = (
        lab.experiment("running", variants=variants(*weights)),
        [viewer(n) for n in range(VIEWERS // 2)],
    )
    for each in viewers[::2]:
        lab.image(made["slug"], headers=each)
    lab.finish(made["uid"])
    pictures = {picture(lab, lab.image(made["slug"], headers=each)) for each in viewers}
    assertions.same(len(pictures), 1, "the number of images that the viewers got")


@pytest.mark.rule("image.winner")
@pytest.mark.parametrize(("winner", "same"), [("v0", True), ("v1", False)])
def test_winner(lab: Lab, winner: str, same: bool) -> None:
    """Where all viewers saw the first variant, they go on seeing it only if it won, and are not counted."""
    made = lab.experiment("running", variants=variants(10000, 0), fallbackImageUrl=FALLBACK)
    before = picture(lab, lab.image(made["slug"]))
    assertions.status(lab.complete(made["uid"], winner), 200)
    assertions.same(
        picture(lab, lab.image(made["slug"])) == before,
        same,
        "whether the picture is the first variant's",
    )
    assertions.same(lab.counters(made["uid"]), {"v0": (1, 0), "v1": (0, 0)}, "the counters")


@pytest.mark.rule("image.deleted")
@pytest.mark.parametrize("status", ["draft", "paused", "completed"])
def test_deleted(lab: Lab, status: str) -> None:
    """What was deleted is gone, fallback or not, until another experiment has its slug."""
    made = lab.experiment(status, fallbackImageUrl=FALLBACK)
    location(lab.image(made["slug"]))
    assertions.status(lab.delete(made["uid"]), 200)
    assertions.problem(lab.image(made["slug"]), 410, "experiment-gone")
    lab.accepted(lab.body(slug=made["slug"]))
    assertions.problem(lab.image(made["slug"]), 404, "experiment-not-found")


@pytest.mark.rule("image.unknown")
@pytest.mark.parametrize("format_", MEDIA_TYPES)
def test_unknown(lab: Lab, format_: str) -> None:
    """An unknown slug has no image."""
    assertions.status(lab.image(lab.new_slug(), format_), 404)


@pytest.mark.rule("image.unknown-format")
@pytest.mark.parametrize("format_", ["gif", "svg", "pdf", "PNG", "jpe", "png.png"])
def test_unknown_format(lab: Lab, format_: str) -> None:
    """Other formats do not exist."""
    made = lab.experiment("running")
    assertions.status(lab.image(made["slug"], format_), 404)
    assertions.same(total(lab.counters(made["uid"])), (0, 0), "impressions and clicks")


@pytest.mark.rule("image.head")
def test_head(lab: Lab) -> None:
    """HEAD leads where GET does and counts nothing."""
    made = lab.experiment("running")
    head = lab.client.head(f"/s/{made['slug']}.png")
    assertions.same(head.content, b"", "the body of HEAD")
    assertions.same(location(head), location(lab.image(made["slug"])), "Location")
    lab.totalled(made["uid"], 1, 0)


@pytest.mark.rule("image.crawlers")
@pytest.mark.parametrize("agent", ["Mozilla/5.0 (compatible; Googlebot/2.1)", "curl/8.5.0"])
@pytest.mark.parametrize(
    ("weights", "default"), [((10_000, 0), True), ((0, 10_000), False)], ids=["default", "first"]
)
def test_crawlers(lab: Lab, weights: tuple[int, int], default: bool, agent: str) -> None:
    """Of two variants a crawler is shown the default or the first, though every viewer is given the other."""
    rows = variants(*weights)
    rows[1]["isDefault"] = default
    made = lab.experiment("running", variants=rows)
    shown = location(lab.image(made["slug"], headers={"User-Agent": agent}))
    if shown == location(lab.image(made["slug"])):
        pytest.fail(f"a crawler is shown what viewers are given: {shown}", pytrace=False)
    lab.totalled(made["uid"], 1, 0)
