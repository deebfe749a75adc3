"""Helpers of the tests of all pages."""

from collections.abc import Callable
from typing import TypeAlias

from playwright.sync_api import Page

CONTROL_TOKEN = "let-me-in"  # noqa: S105 - made up
OpenPage: TypeAlias = Callable[..., Page]
COLOURS = "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"


def assert_fits_width(page: Page) -> None:
    """Fail if the page is wider than its window."""
    width = page.evaluate("document.documentElement.scrollWidth")
    assert page.viewport_size is not None
    assert width <= page.viewport_size["width"]


def assert_follows_colour_scheme(page: Page) -> None:
    """Fail if the page has not our light colours, or our dark ones in a dark system."""
    assert page.evaluate(COLOURS) == ["rgb(244, 245, 247)", "rgb(27, 35, 48)"]
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(COLOURS) == ["rgb(18, 22, 28)", "rgb(230, 234, 240)"]
