"""The pixel: what it is and what it counts."""

import struct

import httpx
import pytest

from pictify_conformance.testing import assertions
from pictify_conformance.testing.experiments import A_DOZEN, Lab
from pictify_conformance.testing.payloads import variants, viewer

TRANSPARENT = b"\x21\xf9\x04\x01"
EXTENSION, PICTURE, END = b"!,;"
ASKING_EACH_TIME = {"no-store", "no-cache", "max-age=0"}
"""Any of these words has a cache ask the server each time."""


def ends(content: bytes) -> bool:
    """Whether the blocks of a GIF lead to its end, which they do not if a byte is lost or added."""
    try:
        at = 13 + colours(content[10])
        while (block := content[at]) != END:
            if block not in (EXTENSION, PICTURE):
                return False
            at += 2 if block == EXTENSION else 11 + colours(content[at + 9])
            while content[at]:
                at += 1 + content[at]
            at += 1
    except IndexError:
        return False
    return True


def colours(packed: int) -> int:
    """The length of a table of colours, as the flags before it tell."""
    return 3 << (packed % 8 + 1) if packed & 0x80 else 0


def gif(response: httpx.Response) -> bytes:
    """A 200 that is a GIF of one by one pixel."""
    content = assertions.status(response, 200).content
    media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "image/gif":
        assertions.fail(f"image/gif, not {media_type or 'no media type'}", response)
    if content[:6] not in (b"GIF87a", b"GIF89a") or not ends(content):
        assertions.fail("a whole GIF", response)
    if struct.unpack("<HH", content[6:10]) != (1, 1):
        assertions.fail("one by one pixel", response)
    return content


def said_to_caches(response: httpx.Response) -> set[str]:
    """What Cache-Control says, word by word."""
    return {word.strip().lower() for word in response.headers.get("cache-control", "").split(",")}


def not_stored(response: httpx.Response) -> None:
    """Cache-Control forbids storing the answer."""
    if "no-store" not in said_to_caches(response):
        assertions.fail(
            f"Cache-Control with no-store, not {sorted(said_to_caches(response))}", response
        )


@pytest.mark.rule("pixel.image")
def test_image(lab: Lab) -> None:
    """The pixel is a GIF of one by one pixel, time and again."""
    made = lab.experiment("running")
    for _ in A_DOZEN:
        gif(lab.pixel(made["slug"]))


@pytest.mark.rule("pixel.bytes")
@pytest.mark.parametrize("status", ["draft", "running", "paused", "completed"])
def test_bytes(lab: Lab, status: str) -> None:
    """The pixel is 43 transparent bytes, the same for every slug."""
    content = gif(lab.pixel(lab.experiment(status)["slug"]))
    assertions.same(len(content), 43, "the length of the pixel")
    assert TRANSPARENT in content, "the pixel is not transparent"
    assert content == gif(lab.pixel(lab.new_slug())), "the pixel of an unknown slug differs"


@pytest.mark.rule("pixel.unknown")
def test_unknown(lab: Lab) -> None:
    """An unknown slug gets a pixel."""
    gif(lab.pixel(lab.new_slug()))


@pytest.mark.rule("pixel.not-cached")
def test_not_cached(lab: Lab) -> None:
    """No cache may show the pixel again by itself, whoever's it is."""
    made = lab.experiment("running")
    for slug in (*[made["slug"]] * len(A_DOZEN), lab.experiment()["slug"], lab.new_slug()):
        response = assertions.status(lab.pixel(slug), 200)
        if not said_to_caches(response) & ASKING_EACH_TIME:
            assertions.fail(f"Cache-Control with one of {sorted(ASKING_EACH_TIME)}", response)


@pytest.mark.rule("pixel.not-stored")
def test_not_stored(lab: Lab) -> None:
    """Nobody may store the pixel."""
    for slug in (lab.experiment("running")["slug"], lab.new_slug()):
        not_stored(assertions.status(lab.pixel(slug), 200))


@pytest.mark.rule("pixel.counts")
def test_counts(lasting: Lab) -> None:
    """A pixel is one impression of one variant and no click."""
    made = lasting.experiment("running")
    assertions.status(lasting.pixel(made["slug"]), 200)
    lasting.totalled(made["uid"], 1, 0)


@pytest.mark.rule("pixel.counts")
def test_counts_a_dozen(lab: Lab) -> None:
    """The pixels of a dozen viewers are a dozen impressions."""
    made = lab.experiment("running")
    for number in A_DOZEN:
        assertions.status(
            lab.pixel(
                made["slug"], headers=viewer(number), params={"t": number} if number % 2 else {}
            ),
            200,
        )
    lab.totalled(made["uid"], len(A_DOZEN), 0)


@pytest.mark.rule("pixel.counts")
def test_counts_for_its_experiment(lab: Lab) -> None:
    """A pixel counts for the experiment of its slug and for no other."""
    first, second = lab.experiment("running", slug=lab.new_slug(40)), lab.experiment("running")
    for alike in (first["slug"][:-1], first["slug"] + "x"):
        gif(lab.pixel(alike))
    assertions.status(lab.pixel(first["slug"]), 200)
    lab.totalled(first["uid"], 1, 0)
    assertions.status(lab.pixel(second["slug"]), 200)
    lab.totalled(second["uid"], 1, 0)
    lab.totalled(first["uid"], 1, 0)


@pytest.mark.rule("pixel.counts")
def test_counts_who_comes_back(lab: Lab) -> None:
    """Two pixels of one viewer are counted both."""
    made = lab.experiment("running")
    for _ in range(2):
        assertions.status(lab.pixel(made["slug"]), 200)
    lab.totalled(made["uid"], 2, 0)


@pytest.mark.rule("pixel.counted-at-once")
def test_counted_at_once(lab: Lab) -> None:
    """The next read shows the impression."""
    made = lab.experiment("running", variants=variants(0, 10000))
    for impressions in (1, 2, 3):
        assertions.status(lab.pixel(made["slug"]), 200)
        assertions.same(
            lab.counters(made["uid"]),
            {"v0": (0, 0), "v1": (impressions, 0)},
            "the counters at once",
        )


@pytest.mark.rule("pixel.only-running")
@pytest.mark.parametrize("status", ["draft", "paused"])
def test_only_running(lab: Lab, status: str) -> None:
    """Of a pixel before the start and one after it, one is counted."""
    made = lab.experiment(status)
    gif(lab.pixel(made["slug"]))
    lab.resume(made["uid"])
    gif(lab.pixel(made["slug"], headers=viewer(1)))
    lab.totalled(made["uid"], 1, 0)


@pytest.mark.rule("pixel.completed")
def test_completed(lab: Lab) -> None:
    """The pixel of a completed experiment counts nothing."""
    made = lab.experiment("completed")
    gif(lab.pixel(made["slug"]))
    assertions.same(lab.counters(made["uid"]), {"v0": (0, 0), "v1": (0, 0)}, "the counters")


@pytest.mark.rule("pixel.head")
def test_head(lab: Lab) -> None:
    """HEAD answers alike, without a body, and counts nothing."""
    made = lab.experiment("running")
    head = lab.client.head(f"/s/{made['slug']}/pixel.gif")
    assertions.same(
        assertions.status(head, 200).headers.get("content-type"), "image/gif", "the media type"
    )
    assertions.same(head.content, b"", "the body of HEAD")
    not_stored(head)
    gif(lab.pixel(made["slug"]))
    lab.totalled(made["uid"], 1, 0)
