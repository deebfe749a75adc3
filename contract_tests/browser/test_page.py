"""The page of the mock, in a browser."""

from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

HOSTILE = "<img src=x onerror=\"document.title='pwned'\"><script>document.title='pwned'</script>"
COLOURS = "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"


def created(http: httpx.Client, **changes: Any) -> str:
    """The uid of a new experiment."""
    variants = [{"id": "control", "weight": 5000}, {"id": "variant-b", "weight": 5000}]
    plain = {"name": "Hero", "type": "ab_test", "slug": "hero-test", "variants": variants}
    uid: str = http.post("/experiments/api", json=plain | changes).json()["experiment"]["uid"]
    return uid


def test_quiet(http: httpx.Client, page: Page, complaints: list[str]) -> None:
    """The page loads and shows experiments without an error in the console or a request to elsewhere."""
    expect(page.locator("#empty")).to_be_visible()
    created(http)
    expect(page.locator("article h2")).to_have_text("Hero")
    assert complaints == []


def test_hostile_names(http: httpx.Client, page: Page, complaints: list[str]) -> None:
    """Names are shown as the text that they are."""
    variants = [{"id": "a", "name": HOSTILE, "weight": 5000}, {"id": "b", "weight": 5000}]
    created(http, name=HOSTILE, variants=variants)
    expect(page.locator("article h2")).to_have_text(HOSTILE)
    expect(page.locator("article tbody th").first).to_have_text(HOSTILE)
    assert page.locator("article img, article script").count() == 0
    assert (page.title(), complaints) == ("Pictify Experiments mock server", [])


def test_buttons(http: httpx.Client, page: Page) -> None:
    """Start, pause, complete and reset do what they say, and the picture of the lifecycle counts along."""
    uid = created(http)
    for button, status in (("Start", "running"), ("Pause", "paused"), ("Start", "running")):
        page.get_by_role("button", name=button).click()
        expect(page.locator("article .status")).to_have_text(status)
        expect(page.locator(f"#lifecycle [data-status={status}] tspan")).to_have_text("1")
    page.get_by_role("combobox").select_option("variant-b")
    expect(page.locator("article .status")).to_have_text("completed")
    assert (
        http.get(f"/experiments/api/{uid}").json()["experiment"]["winnerVariantId"] == "variant-b"
    )
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Reset everything").click()
    expect(page.locator("article")).to_have_count(0)
    assert http.get("/experiments/api").json()["total"] == 0


def test_counters_move(http: httpx.Client, page: Page) -> None:
    """Counters and their bars follow the events without a reload."""
    http.post(f"/experiments/api/{created(http)}/start")
    numbers = page.locator("article tbody tr").first.locator("td b")
    expect(numbers).to_have_text(["50 %", "0", "0"])
    event = {"experiment": "hero-test", "variantId": "control"}
    http.post(
        "/s/events",
        json=[{**event, "event": name} for name in ("impression", "impression", "click")],
    )
    expect(numbers).to_have_text(["50 %", "2", "1"])
    bars = page.locator("article tbody tr").first.locator("td i")
    assert [bars.nth(index).evaluate("bar => bar.style.width") for index in range(3)] == [
        "50%",
        "100%",
        "50%",
    ]


def test_links(http: httpx.Client, page: Page) -> None:
    """The image, click and pixel links lead where the server answers."""
    goal = {"type": "click_through", "destinationUrl": "https://example.com/"}
    http.post(f"/experiments/api/{created(http, goalConfig=goal)}/start")
    expect(page.locator("article nav a")).to_have_text(["image", "click", "pixel"])
    links = [link.get_attribute("href") or "" for link in page.locator("article nav a").all()]
    assert links == ["/s/hero-test.png", "/s/hero-test/click", "/s/hero-test/pixel.gif"]
    assert [http.get(link).status_code for link in links] == [302, 302, 200]


@pytest.mark.parametrize("width", [390, 320])
def test_phone(http: httpx.Client, page: Page, width: int) -> None:
    """Nothing sticks out at the width of a phone."""
    created(http, name="a-name-without-any-space-" * 8)
    page.set_viewport_size({"width": width, "height": 800})
    expect(page.locator("article")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_dark(http: httpx.Client, page: Page) -> None:
    """The page is dark where the system is."""
    created(http)
    light = page.evaluate(COLOURS)
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(COLOURS) == ["rgb(18, 22, 28)", "rgb(230, 234, 240)"]
    assert light == ["rgb(244, 245, 247)", "rgb(27, 35, 48)"]


def test_a_server_that_ends(http: httpx.Client, page: Page) -> None:
    """A request that fails is told on the page, and forgotten once the next one works."""
    page.route("**/_mock/experiments", lambda route: route.abort())
    expect(page.locator("#notice")).to_have_text("The server does not answer.")
    page.unroute("**/_mock/experiments")
    expect(page.locator("#notice")).to_be_hidden()
    assert http.get("/experiments/api").json()["total"] == 0
