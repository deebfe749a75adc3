"""The mock's page to try the API, in a browser."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from browser.pages import CONTROL_TOKEN, OpenPage, assert_fits_width
from pictify_mock import MockServer


@pytest.fixture
def server() -> Iterator[MockServer]:
    with MockServer() as server:
        yield server


def execute(page: Page, operation: str, **parameters: str) -> Locator:
    """Send the request of an operation with its example body, and return the response."""
    block = page.locator(f"#operations-Experiments-{operation}")
    block.locator(".opblock-summary-control").click()
    for name, value in parameters.items():
        block.get_by_placeholder(name).fill(value)
    block.get_by_role("button", name="Execute").click()
    response: Locator = block.locator(".live-responses-table tbody")
    response.wait_for()
    return response


def test_requests_go_to_the_mock_with_its_keys(
    open_page: OpenPage, server: MockServer, problems: list[str]
) -> None:
    """They do so behind a proxy with a prefix."""
    page = open_page("about:blank", server.url)
    own = f"{server.url}/tools/mock"
    page.route(
        f"{own}/**",
        lambda route: route.continue_(url=route.request.url.replace(own, server.url)),
    )
    page.goto(f"{own}/_mock/")
    page.get_by_role("link", name="Try it").click()
    expect(execute(page, "createExperiment")).to_contain_text("201")
    [experiment] = server.state()["experiments"]
    expect(execute(page, "startExperiment", uid=experiment["uid"])).to_contain_text("200")
    expect(execute(page, "trackExperimentEvents")).to_contain_text('"processed": 1')
    clicked = execute(page, "trackExperimentClick", slug=experiment["slug"])
    expect(clicked).to_contain_text("location: https://shop.example.com/summer")
    picture = execute(page, "renderExperimentUrl", slug=experiment["slug"]).get_by_role("img")
    expect(picture).to_have_js_property("naturalWidth", 1200)
    sent = [(each["status"], each["team"]) for each in server.requests(method="POST")]
    assert sent == [(201, 0), (200, 0), (200, 0)]
    assert problems == []


@pytest.mark.parametrize(("width", "scheme"), [(1400, "light"), (390, "dark")])
def test_our_part_is_accessible_and_all_of_it_fits(
    open_page: OpenPage, server: MockServer, width: int, scheme: str
) -> None:
    options = {"width": width, "color_scheme": scheme, "bypass_csp": True}  # axe injects a script
    page = open_page(f"{server.url}/_mock/api/", server.url, **options)
    expect(execute(page, "createExperiment")).to_contain_text("201")
    assert_fits_width(page)
    theirs = {"exclude": [["#console"]]}
    assert Axe().run(page, context=theirs).response["violations"] == []


def test_keys_need_the_control_token(open_page: OpenPage, url_with_token: str) -> None:
    page = open_page(f"{url_with_token}/_mock/api/", url_with_token)
    for token in ("wrong", CONTROL_TOKEN):
        expect(page.locator(".authorize.locked")).to_be_hidden()
        page.get_by_label("Control token").fill(token)
        page.get_by_role("button", name="Use it").click()
    expect(page.locator(".authorize.locked")).to_be_visible()
    expect(page.get_by_label("Control token")).to_be_hidden()
    expect(page.get_by_role("status")).to_have_text("")
