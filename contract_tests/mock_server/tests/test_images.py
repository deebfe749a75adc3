"""Where the image of an experiment leads, what it counts, and what is drawn."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from pictify_mock.domain.image_content import Picture
from pictify_mock.http import image_rendering

from .conftest import code, created, moved_to, read

if TYPE_CHECKING:
    import httpx

FALLBACK = "https://cdn.example.com/gone.png"
NO_CACHE = "no-store, no-cache, must-revalidate, private"
A_YEAR = "public, max-age=31536000, immutable"
DRAWN_AS = {"png": "PNG", "jpeg": "JPEG", "jpg": "JPEG", "webp": "WEBP"}
EDITS = [
    {"name": "Another name"},
    {"variants": [{"id": "control", "weight": 4000}, {"id": "variant-b", "weight": 6000}]},
    {
        "variants": [
            {"id": "control", "weight": 5000, "name": "New"},
            {"id": "variant-b", "weight": 5000, "name": "New"},
        ]
    },
    {
        "variants": [
            {"id": id_, "weight": 5000, "variables": {"a": None}}
            for id_ in ("control", "variant-b")
        ]
    },
]


def followed(http: httpx.Client, answer: httpx.Response) -> httpx.Response:
    """The picture that a redirect leads to."""
    assert answer.status_code == 302, answer.text
    return http.get(answer.url.join(answer.headers["location"]))


def impressions(http: httpx.Client, uid: str) -> int:
    return sum(variant["impressions"] for variant in read(http, uid)["variants"])


def picture(**changes: Any) -> Picture:
    plain: dict[str, Any] = {
        "format": "png",
        "quality": None,
        "kind": "A/B test",
        "slug": "hero-test",
        "experiment": "Hero",
        "variant": "Control",
        "variant_id": "control",
        "place": 0,
        "weight": 5000,
        "variables": (("headline", "Summer"),),
        "hidden": 0,
    }
    return Picture(**plain | changes)


@pytest.mark.parametrize("format_", DRAWN_AS)
def test_the_image_is_drawn(http: httpx.Client, format_: str) -> None:
    """A running experiment leads to a picture of the asked format that may be kept for a year."""
    moved_to(http, "running")
    answer = http.get(f"/s/hero-test.{format_}")
    assert answer.headers["cache-control"] == NO_CACHE
    assert answer.headers["location"].startswith("hero-test/images/")
    file = followed(http, answer)
    image = Image.open(BytesIO(file.content))
    assert (file.status_code, file.headers["cache-control"]) == (200, A_YEAR)
    assert file.headers["content-type"] == f"image/{DRAWN_AS[format_].lower()}"
    assert (image.format, image.size) == (DRAWN_AS[format_], (1200, 630))


@pytest.mark.parametrize(
    ("status", "answered", "counted"),
    [("draft", 404, 0), ("running", 302, 1), ("paused", 404, 0), ("completed", 302, 0)],
)
def test_images_by_status(http: httpx.Client, status: str, answered: int, counted: int) -> None:
    """An image counts one impression while running, and neither HEAD nor the picture counts."""
    uid = moved_to(http, status)["uid"]
    answer = http.get("/s/hero-test.png")
    assert answer.status_code == answered
    assert http.head("/s/hero-test.png").status_code == answered
    if answered == 302:
        assert followed(http, answer).status_code == 200
    assert impressions(http, uid) == counted


@pytest.mark.parametrize("status", ["draft", "paused"])
def test_the_fallback_stands_in(http: httpx.Client, status: str) -> None:
    """What does not run leads to its fallback, uncounted."""
    uid = moved_to(http, status, fallbackImageUrl=FALLBACK)["uid"]
    answer = http.get("/s/hero-test.webp")
    assert (answer.status_code, answer.headers["location"]) == (302, FALLBACK)
    assert answer.headers["cache-control"] == NO_CACHE
    assert impressions(http, uid) == 0


def test_the_winner_is_shown(http: httpx.Client) -> None:
    """Once completed every viewer gets the picture of the winner."""
    weights = [{"id": "control", "weight": 10_000}, {"id": "variant-b", "weight": 0}]
    uid = moved_to(http, "running", variants=weights)["uid"]
    before = http.get("/s/hero-test.png").headers["location"]
    http.post(f"/experiments/api/{uid}/complete", json={"winnerVariantId": "variant-b"})
    after = {
        http.get("/s/hero-test.png", headers={"User-Agent": f"Mozilla/5.0 ({number})"}).headers[
            "location"
        ]
        for number in range(5)
    }
    assert len(after) == 1
    assert before not in after


def test_the_archived_is_gone_until_its_slug_is_taken(http: httpx.Client) -> None:
    """A deleted experiment is 410, pictures included; the next one with its slug is a draft like any other."""
    uid = moved_to(http, "running")["uid"]
    known = http.get("/s/hero-test.png").headers["location"]
    http.post(f"/experiments/api/{uid}/pause")
    http.delete(f"/experiments/api/{uid}")
    for path in ("hero-test.png", known):
        answer = http.get(f"/s/{path}")
        assert (answer.status_code, code(answer)) == (410, "experiment-gone")
    created(http)
    assert http.get("/s/hero-test.png").status_code == 404


def test_a_slug_that_moved_is_not_gone(http: httpx.Client) -> None:
    """A slug that its experiment gave up is what it was before: unknown, or that of an archived experiment."""
    first = created(http)
    http.put(f"/experiments/api/{first['uid']}", json={"slug": "second-slug"})
    assert http.get("/s/hero-test.png").status_code == 404
    http.delete(f"/experiments/api/{first['uid']}")
    assert (
        http.get("/s/hero-test.png").status_code,
        http.get("/s/second-slug.png").status_code,
    ) == (404, 410)
    third = created(http, slug="second-slug")
    assert http.get("/s/second-slug.png").status_code == 404
    http.put(f"/experiments/api/{third['uid']}", json={"slug": "third-slug"})
    assert http.get("/s/second-slug.png").status_code == 410


@pytest.mark.parametrize(
    "path",
    [
        "no-such.png",
        "hero-test.gif",
        "hero-test.PNG",
        "hero-test.",
        ".png",
        "hero-test.png.png",
        "hero-test.png/",
        "hero-test.png%0A",
        "pixel.gif",
        "hero-test/images/0.png",
        "hero-test/images/0.gif",
        "no-such/images/0.png",
    ],
)
def test_what_is_no_image(http: httpx.Client, path: str) -> None:
    """Unknown slugs, formats and pictures are 404 problems."""
    moved_to(http, "running")
    answer = http.get(f"/s/{path}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("edit", EDITS, ids=["name", "weights", "variant-name", "variables"])
def test_new_content_has_a_new_url(http: httpx.Client, edit: dict[str, Any]) -> None:
    """What changes the picture changes its URL, and the old one shows nothing else instead."""
    uid = moved_to(http, "running")["uid"]
    before = http.get("/s/hero-test.png")
    http.post(f"/experiments/api/{uid}/pause")
    assert http.put(f"/experiments/api/{uid}", json=edit).status_code == 200
    http.post(f"/experiments/api/{uid}/start")
    after = http.get("/s/hero-test.png")
    assert before.headers["location"] != after.headers["location"]
    assert followed(http, before).status_code == 404
    assert followed(http, after).content != b""


def test_counting_keeps_the_url(http: httpx.Client) -> None:
    """The same content keeps its URL, whatever is counted meanwhile."""
    moved_to(http, "running")
    assert len({http.get("/s/hero-test.jpg").headers["location"] for _ in range(3)}) == 1


def test_the_server_starts_without_pillow() -> None:
    """Nothing is loaded for drawing before the first picture."""
    asked = "import sys, pictify_mock.app; print('PIL' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_quality_matters_where_pixels_are_lost(http: httpx.Client) -> None:
    """A lower quality makes a smaller JPEG, and the same PNG."""
    sizes: dict[float, list[int]] = {}
    for quality in (1e300, 90, 10, -1):
        slug = f"quality-{len(sizes)}"
        moved_to(http, "running", slug=slug, outputConfig={"quality": quality})
        sizes[quality] = [
            len(followed(http, http.get(f"/s/{slug}.{kind}")).content) for kind in ("jpeg", "png")
        ]
    jpegs = [jpeg for jpeg, _ in sizes.values()]
    assert jpegs == sorted(jpegs, reverse=True)
    assert jpegs[1] > 2 * jpegs[2]


@pytest.mark.parametrize(
    "changes",
    [
        {"variant": "x" * 120, "experiment": "y" * 120, "slug": "z" * 60},
        {"variant": "word " * 24},
        {"variant": "   ", "experiment": ""},
        {"variant": "日本語 \u202e العربية"},
        {"weight": 0},
        {"weight": 10_000, "place": 19},
        {
            "variables": (("n" * 120, "v" * 120),) * 4,
            "hidden": 99,
            "variant": "long words here " * 9,
        },
    ],
)
def test_any_text_can_be_drawn(changes: dict[str, Any]) -> None:
    """Long, empty and foreign texts are drawn, and each picture is another file."""
    file = image_rendering.draw(picture(**changes))
    assert Image.open(BytesIO(file)).size == image_rendering.SIZE
    assert file != image_rendering.draw(picture())


def test_the_variables_of_a_variant_are_cut(http: httpx.Client) -> None:
    """Values of any kind and size are drawn, as much of them as can be read."""
    variables = {
        f"name {number}": value
        for number, value in enumerate(["\n\t\x7f", {"a": [None, True]}, "x" * 50_000, 1])
    }
    many = {**variables, **{f"more {number}": 1 for number in range(500)}}
    variants = [{"id": id_, "weight": 5000, "variables": many} for id_ in ("control", "variant-b")]
    moved_to(http, "running", variants=variants, name="\n" * 255)
    assert followed(http, http.get("/s/hero-test.png")).status_code == 200
