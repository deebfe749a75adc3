"""The pictures that the image URLs lead to."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from pictify_mock.domain.image_content import Picture
from pictify_mock.http import image_rendering

from .conftest import create_in_status

if TYPE_CHECKING:
    import httpx


def load_picture(http: httpx.Client, path: str) -> httpx.Response:
    """Follow the redirect of an image URL."""
    redirect = http.get(path)
    assert redirect.status_code == 302, redirect.text
    return http.get(redirect.url.join(redirect.headers["Location"]))


def make_picture(**changes: Any) -> Picture:
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


@pytest.mark.parametrize(
    ("extension", "format_"),
    [("png", "PNG"), ("jpeg", "JPEG"), ("jpg", "JPEG"), ("webp", "WEBP")],
)
def test_a_picture_has_the_size_of_an_open_graph_image(
    http: httpx.Client, extension: str, format_: str
) -> None:
    """The redirect is relative, so that it leads through any proxy."""
    create_in_status(http, "running")
    path = f"/s/hero-test.{extension}"
    assert http.get(path).headers["Location"].startswith("hero-test/images/")
    image = Image.open(BytesIO(load_picture(http, path).content))
    assert (image.format, image.size) == (format_, (1200, 630))


def test_a_lower_quality_makes_a_smaller_jpeg(http: httpx.Client) -> None:
    # A quality out of bounds is held to 1 to 100.
    sizes = []
    for number, quality in enumerate((1e300, 90, 10, -1)):
        create_in_status(http, "running", slug=f"hero-{number}", outputConfig={"quality": quality})
        sizes.append(len(load_picture(http, f"/s/hero-{number}.jpeg").content))
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[1] > 2 * sizes[2]


@pytest.mark.parametrize(
    "changes",
    [
        {"variant": "x" * 120, "experiment": "y" * 120, "slug": "z" * 60},
        {"variant": "word " * 24},
        {"variant": "   ", "experiment": ""},
        {"variant": "日本語 \u202e العربية"},
        {"weight": 0},
        {"weight": 10_000, "place": 19},
        {"variables": (("n" * 120, "v" * 120),) * 4, "hidden": 99, "variant": "long words " * 12},
    ],
    ids=range(7),
)
def test_any_text_can_be_drawn(changes: dict[str, Any]) -> None:
    file = image_rendering.draw(make_picture(**changes))
    assert Image.open(BytesIO(file)).size == image_rendering.SIZE
    assert file != image_rendering.draw(make_picture())


def test_variables_of_any_kind_and_number_can_be_drawn(http: httpx.Client) -> None:
    values = ["\n\t\x7f", {"a": [None, True]}, "x" * 50_000, 1, *range(500)]
    variables = {f"name {number}": value for number, value in enumerate(values)}
    variants = [{"id": name, "weight": 5000, "variables": variables} for name in ("a", "b")]
    create_in_status(http, "running", variants=variants, name="\n" * 255)
    assert load_picture(http, "/s/hero-test.png").status_code == 200


def test_an_image_that_moves_the_weights_leads_to_a_picture_with_the_new_ones(
    http: httpx.Client,
) -> None:
    bandit = {"enabled": True, "warmupImpressions": 1, "algorithm": "epsilon_greedy"}
    create_in_status(http, "running", banditConfig=bandit)
    events = [
        {"experiment": "hero-test", "event": event, "variantId": variant}
        for event, variant in (("impression", "control"), ("click", "control"))
    ]
    http.post("/s/events", json=events)
    # The first visit of the other variant ends the warm-up.
    for number in range(9):
        headers = {"User-Agent": f"Mozilla/5.0 Chrome/{number}"}
        redirect = http.get("/s/hero-test.png", headers=headers)
        picture = http.get(redirect.url.join(redirect.headers["Location"]))
        assert picture.status_code == 200
