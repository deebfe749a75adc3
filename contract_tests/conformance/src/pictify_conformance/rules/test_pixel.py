"""The pixel: its image and what it counts."""

import struct

import httpx
import pytest

from pictify_conformance.testing import ApiClient, Counters, Experiments
from pictify_conformance.testing.assertions import (
    assert_equal,
    assert_header_has,
    assert_no_body,
    assert_status,
    assert_that,
)
from pictify_conformance.testing.counters import NO_COUNTS
from pictify_conformance.testing.late_counters import LateCounterCheck
from pictify_conformance.testing.payloads import A_DOZEN, STATUSES, variants, viewer
from pictify_conformance.testing.responses import media_type_of, words_of

TRANSPARENT = b"\x21\xf9\x04\x01"
EXTENSION, PICTURE, END = b"!,;"
REVALIDATING = {"no-store", "no-cache", "max-age=0"}  # any of these words


def is_whole_gif(content: bytes) -> bool:
    """Return True if the blocks of a GIF lead to its end: no byte is lost or added."""
    try:
        at = 13 + colour_table_length(content[10])
        while (block := content[at]) != END:
            if block not in (EXTENSION, PICTURE):
                return False
            at += 2 if block == EXTENSION else 11 + colour_table_length(content[at + 9])
            while content[at]:
                at += 1 + content[at]
            at += 1
    except IndexError:
        return False
    return content[:6] in (b"GIF87a", b"GIF89a")


def colour_table_length(flags: int) -> int:
    return 3 << (flags % 8 + 1) if flags & 0x80 else 0


def assert_pixel(response: httpx.Response) -> None:
    """Assert a GIF of one by one pixel."""
    assert_status(response, 200)
    media_type = media_type_of(response)
    expected = f"image/gif, not {media_type or 'no media type'}"
    assert_that(media_type == "image/gif", expected, response)
    assert_that(is_whole_gif(response.content), "a whole GIF", response)
    size = struct.unpack("<HH", response.content[6:10])
    assert_that(size == (1, 1), "one by one pixel", response)


def assert_not_stored(response: httpx.Response) -> None:
    assert_status(response, 200)
    assert_header_has(response, "cache-control", "no-store")


@pytest.mark.rule("pixel.image")
def test_image(api: ApiClient, experiments: Experiments) -> None:
    slug = experiments.create("running")["slug"]
    for _ in A_DOZEN:
        assert_pixel(api.load_pixel(slug))


@pytest.mark.rule("pixel.bytes")
@pytest.mark.parametrize("status", STATUSES)
def test_bytes(api: ApiClient, experiments: Experiments, status: str) -> None:
    response = api.load_pixel(experiments.create(status)["slug"])
    assert_pixel(response)
    assert_equal(len(response.content), 43, "the length of the pixel")
    assert_that(TRANSPARENT in response.content, "a transparent pixel", response)
    unknown = api.load_pixel(experiments.new_slug())
    assert_pixel(unknown)
    assert_that(unknown.content == response.content, "the same pixel for every slug", unknown)


@pytest.mark.rule("pixel.unknown")
def test_unknown(api: ApiClient, experiments: Experiments) -> None:
    for response in [api.load_pixel(experiments.new_slug()) for _ in range(3)]:
        assert_pixel(response)


@pytest.mark.rule("pixel.not-cached")
def test_not_cached(api: ApiClient, experiments: Experiments) -> None:
    running = [experiments.create("running")["slug"]] * len(A_DOZEN)
    for slug in (*running, experiments.create()["slug"], experiments.new_slug()):
        response = api.load_pixel(slug)
        assert_status(response, 200)
        words = words_of(response, "cache-control")
        expected = f"Cache-Control with one of {sorted(REVALIDATING)}"
        assert_that(words & REVALIDATING, expected, response)


@pytest.mark.rule("pixel.not-stored")
def test_not_stored(api: ApiClient, experiments: Experiments) -> None:
    for slug in (experiments.create("running")["slug"], experiments.new_slug()):
        assert_not_stored(api.load_pixel(slug))


@pytest.mark.rule("pixel.counts")
def test_counts(
    api: ApiClient, experiments: Experiments, counters: Counters, late_counters: LateCounterCheck
) -> None:
    """One viewer counts each time."""
    experiment = experiments.create("running")
    assert_status(api.load_pixel(experiment["slug"]), 200)
    counters.assert_totals(experiment, 1, 0)
    assert_status(api.load_pixel(experiment["slug"]), 200)
    counters.assert_totals(experiment, 2, 0)
    late_counters.keep(experiment)


@pytest.mark.rule("pixel.counts")
def test_counts_a_dozen_viewers(
    api: ApiClient, experiments: Experiments, counters: Counters
) -> None:
    experiment = experiments.create("running")
    for number in A_DOZEN:
        params = {"t": number} if number % 2 else {}
        assert_status(
            api.load_pixel(experiment["slug"], headers=viewer(number), params=params), 200
        )
    counters.assert_totals(experiment, len(A_DOZEN), 0)


@pytest.mark.rule("pixel.counts")
def test_counts_for_one_experiment(
    api: ApiClient, experiments: Experiments, counters: Counters
) -> None:
    first = experiments.create("running", slug=experiments.new_slug(40))
    second = experiments.create("running")
    for similar in (first["slug"][:-1], first["slug"] + "x"):
        assert_pixel(api.load_pixel(similar))
    assert_status(api.load_pixel(first["slug"]), 200)
    counters.assert_totals(first, 1, 0)
    assert_status(api.load_pixel(second["slug"]), 200)
    counters.assert_totals(second, 1, 0)
    counters.assert_totals(first, 1, 0)


@pytest.mark.rule("pixel.counted-at-once")
def test_counted_at_once(api: ApiClient, experiments: Experiments, counters: Counters) -> None:
    experiment = experiments.create("running", variants=variants(0, 10_000))
    for impressions in (1, 2, 3):
        assert_status(api.load_pixel(experiment["slug"]), 200)
        counters.assert_counts_now(experiment, {"v0": (0, 0), "v1": (impressions, 0)})


@pytest.mark.rule("pixel.only-running")
@pytest.mark.parametrize("status", ["draft", "paused"])
def test_only_running(
    api: ApiClient, experiments: Experiments, counters: Counters, status: str
) -> None:
    experiment = experiments.create(status)
    assert_pixel(api.load_pixel(experiment["slug"]))
    experiments.start(experiment["uid"])
    assert_pixel(api.load_pixel(experiment["slug"], headers=viewer(1)))
    counters.assert_totals(experiment, 1, 0)


@pytest.mark.rule("pixel.completed")
def test_completed(api: ApiClient, experiments: Experiments, counters: Counters) -> None:
    experiment = experiments.create("completed")
    assert_pixel(api.load_pixel(experiment["slug"]))
    counters.assert_counts_now(experiment, NO_COUNTS)


@pytest.mark.rule("pixel.head")
def test_head(api: ApiClient, experiments: Experiments, counters: Counters) -> None:
    experiment = experiments.create("running")
    head = api.client.head(f"/s/{experiment['slug']}/pixel.gif")
    assert_equal(head.headers.get("content-type"), "image/gif", "the media type")
    assert_no_body(head)
    assert_not_stored(head)
    assert_pixel(api.load_pixel(experiment["slug"]))
    counters.assert_totals(experiment, 1, 0)
