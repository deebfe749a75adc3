"""The dashboard of the mock, in a browser."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from browser.pages import OpenPage, assert_fits_width, assert_follows_colour_scheme
from pictify_mock import MockServer

HOSTILE = "<img src=x onerror=\"document.title='pwned'\"><script>document.title='pwned'</script>"


@pytest.fixture
def server() -> Iterator[MockServer]:
    with MockServer() as server:
        yield server


@pytest.fixture
def http(server: MockServer) -> Iterator[httpx.Client]:
    """A client with the team's key and a browser's User-Agent."""
    headers = {
        "Authorization": f"Bearer {server.api_key}",
        "User-Agent": "Mozilla/5.0 (X11; Linux x86_64)",
    }
    with httpx.Client(base_url=server.url, headers=headers) as client:
        yield client


@pytest.fixture
def page(open_page: OpenPage, server: MockServer) -> Page:
    return open_page(f"{server.url}/_mock/", server.url)


def create_experiment(http: httpx.Client, **changes: Any) -> str:
    """Create an experiment and return its uid."""
    variants = [{"id": "control", "weight": 5000}, {"id": "variant-b", "weight": 5000}]
    body = {"name": "Hero", "type": "ab_test", "slug": "hero-test", "variants": variants}
    uid: str = http.post("/experiments/api", json=body | changes).json()["experiment"]["uid"]
    return uid


def test_shows_a_new_experiment(http: httpx.Client, page: Page, problems: list[str]) -> None:
    expect(page.locator("#empty")).to_be_visible()
    create_experiment(http)
    expect(page.locator("article h2")).to_have_text("Hero")
    assert problems == []


def test_names_are_shown_as_text(http: httpx.Client, page: Page, problems: list[str]) -> None:
    variants = [{"id": "a", "name": HOSTILE, "weight": 5000}, {"id": "b", "weight": 5000}]
    create_experiment(http, name=HOSTILE, variants=variants)
    expect(page.locator("article h2")).to_have_text(HOSTILE)
    expect(page.locator("article tbody th").first).to_have_text(HOSTILE)
    assert page.locator("article img, article script").count() == 0
    assert (page.title(), problems) == ("Pictify Experiments mock server", [])


def test_buttons_change_the_status(http: httpx.Client, page: Page) -> None:
    """Start, pause, complete and reset work, and the lifecycle picture shows the counts."""
    uid = create_experiment(http)
    for button, status in (("Start", "running"), ("Pause", "paused"), ("Start", "running")):
        page.get_by_role("button", name=button).click()
        expect(page.locator("article .status")).to_have_text(status)
        expect(page.locator(f"#lifecycle [data-status={status}] tspan")).to_have_text("1")
    page.get_by_role("combobox").select_option("variant-b")
    expect(page.locator("article .status")).to_have_text("completed")
    experiment = http.get(f"/experiments/api/{uid}").json()["experiment"]
    assert experiment["winnerVariantId"] == "variant-b"
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Reset everything").click()
    expect(page.locator("article")).to_have_count(0)
    assert http.get("/experiments/api").json()["total"] == 0


def test_counters_follow_events_without_a_reload(http: httpx.Client, page: Page) -> None:
    http.post(f"/experiments/api/{create_experiment(http)}/start")
    row = page.locator("article tbody tr").first
    expect(row.locator("td b")).to_have_text(["50 %", "0", "0"])
    event = {"experiment": "hero-test", "variantId": "control"}
    names = ("impression", "impression", "click")
    http.post("/s/events", json=[{**event, "event": name} for name in names])
    expect(row.locator("td b")).to_have_text(["50 %", "2", "1"])
    widths = [bar.evaluate("bar => bar.style.width") for bar in row.locator("td i").all()]
    assert widths == ["50%", "100%", "50%"]


def test_public_links_work(http: httpx.Client, page: Page) -> None:
    goal = {"type": "click_through", "destinationUrl": "https://example.com/"}
    http.post(f"/experiments/api/{create_experiment(http, goalConfig=goal)}/start")
    expect(page.locator("article nav a")).to_have_text(["image", "click", "pixel"])
    links = [link.get_attribute("href") or "" for link in page.locator("article nav a").all()]
    assert links == ["/s/hero-test.png", "/s/hero-test/click", "/s/hero-test/pixel.gif"]
    assert [http.get(link).status_code for link in links] == [302, 302, 200]


@pytest.mark.parametrize("width", [390, 320])
def test_fits_a_phone(http: httpx.Client, page: Page, width: int) -> None:
    create_experiment(http, name="a-name-without-any-space-" * 8)
    page.set_viewport_size({"width": width, "height": 800})
    expect(page.locator("article")).to_be_visible()
    assert_fits_width(page)


def test_follows_the_colour_scheme(page: Page) -> None:
    assert_follows_colour_scheme(page)


def test_failed_request_is_shown_until_the_next_one_works(page: Page) -> None:
    page.route("**/_mock/experiments", lambda route: route.abort())
    expect(page.locator("#notice")).to_have_text("The server does not answer.")
    page.unroute("**/_mock/experiments")
    expect(page.locator("#notice")).to_be_hidden()
