"""The dashboard of the mock, in a browser."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Dialog, FilePayload, Locator, Page, Route, expect

from browser.pages import CONTROL_TOKEN, OpenPage, assert_fits_width, assert_follows_colour_scheme
from pictify_mock import MockServer

HOSTILE = "<img src=x onerror=\"document.title='pwned'\"><script>document.title='pwned'</script>"
HALVES = [{"id": "control", "weight": 5000}, {"id": "variant-b", "weight": 5000}]
EXAMPLES = ("A/B test", "Auto-optimised", "Smart link", "Schedule")
GENERATED = Path(__file__).parents[2] / "generated"


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
    clipboard = ["clipboard-read", "clipboard-write"]
    page = open_page(f"{server.url}/_mock/", server.url, permissions=clipboard)
    page.on("dialog", Dialog.accept)
    return page


def create_experiment(http: httpx.Client, **changes: Any) -> str:
    """Create an experiment and return its uid."""
    body = {"name": "Hero", "type": "ab_test", "slug": "hero-test", "variants": HALVES}
    uid: str = http.post("/experiments/api", json=body | changes).json()["experiment"]["uid"]
    return uid


def add_example(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.locator("article")).to_be_visible()


def start(page: Page) -> None:
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.locator("article .status")).to_have_text("running")


def rows(page: Page) -> Locator:
    return page.locator(".list li")


def notice(page: Page) -> Locator:
    """The live region, which screen readers have to know before it says anything."""
    return page.locator("#notice").get_by_role("status")


def cell(page: Page, row: int, column: str) -> Locator:
    return page.locator(f"tbody tr:nth-child({row}) td[data-label='{column}']")


def copied(page: Page, name: str) -> str:
    button = page.get_by_role("button", name=name).first
    text = button.get_attribute("data-text")
    button.click()
    same = "text => navigator.clipboard.readText().then((copied) => copied === text)"
    page.wait_for_function(same, arg=text)
    return str(text)


def test_empty_page_has_all_that_a_first_call_needs(
    server: MockServer, page: Page, problems: list[str]
) -> None:
    expect(page.locator(".empty dd code")).to_have_text(
        [server.url, server.api_key, server.write_key]
    )
    subprocess.run(copied(page, "Copy curl"), shell=True, check=True)  # noqa: S602 - as people do
    expect(rows(page)).to_have_count(1)
    assert problems == []


def test_names_are_shown_as_text(http: httpx.Client, page: Page, problems: list[str]) -> None:
    variants = [{**HALVES[0], "name": HOSTILE}, HALVES[1]]
    create_experiment(http, name=HOSTILE, variants=variants)
    rows(page).click()
    expect(page.locator(".title h2")).to_have_text(HOSTILE)
    expect(page.locator("article tbody th").first).to_have_text(HOSTILE)
    assert page.locator("main img, main script").count() == 0
    assert "pwned" not in page.title()
    assert problems == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_of_each_type_is_one_click_away(page: Page, name: str) -> None:
    add_example(page, name)
    expect(page.locator("article .status")).to_have_text("draft")
    add_example(page, name)
    expect(rows(page)).to_have_count(2)


def test_only_a_click_completes(http: httpx.Client, page: Page) -> None:
    """No winner is chosen at first, and choosing one with the keyboard changes nothing yet."""
    uid = create_experiment(http)
    rows(page).click()
    expect(notice(page)).to_have_text("")
    for button, status in (("Start", "running"), ("Pause", "paused"), ("Start", "running")):
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.locator("article .status")).to_have_text(status)
        expect(notice(page)).to_have_text(f"Hero is {status}.")
    page.get_by_text("Complete…").click()
    page.get_by_role("button", name="Complete", exact=True).click()
    expect(page.get_by_label("Winner")).to_be_focused()
    for _ in HALVES:
        page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Winner")).to_have_value("variant-b")
    assert http.get(f"/experiments/api/{uid}").json()["experiment"]["status"] == "running"
    page.get_by_role("button", name="Complete", exact=True).click()
    expect(page.locator("article .status")).to_have_text("completed")
    expect(notice(page)).to_have_text("Hero is completed.")
    expect(page.locator(".title h2")).to_be_focused()
    expect(page.locator("tbody th").nth(1)).to_have_text("variant-bwinner")


def test_name_and_weights_are_edited_and_a_draft_is_deleted(http: httpx.Client, page: Page) -> None:
    uid = create_experiment(http)
    rows(page).click()
    page.get_by_text("Edit…").click()
    page.get_by_label("Name").fill("Another hero")
    page.get_by_label("Weight of control in %").fill("20")
    page.get_by_role("button", name="Save").click()
    expect(notice(page)).to_contain_text("add up to 7000 basis points (70 %)")
    page.get_by_label("Weight of variant-b in %").fill("80")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".title h2")).to_have_text("Another hero")
    experiment = http.get(f"/experiments/api/{uid}").json()["experiment"]
    assert [variant["weight"] for variant in experiment["variants"]] == [2000, 8000]
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No experiments yet")).to_be_visible()
    assert http.get(f"/experiments/api/{uid}").status_code == 404


def test_what_cannot_work_yet_says_why(http: httpx.Client, page: Page) -> None:
    goal = {"type": "click_through", "destinationUrl": "https://example.com/"}
    create_experiment(http, goalConfig=goal)
    rows(page).click()
    links = page.locator(".facts").first.locator("dd > :first-child")
    expect(links).to_have_text(
        [re.compile("has no image; start it"), re.compile("no click link"), re.compile("pixel")]
    )
    start(page)
    expect(page.get_by_role("button", name="Delete")).to_be_disabled()
    expect(links).to_have_text(["/s/hero-test.png", "/s/hero-test/click", "/s/hero-test/pixel.gif"])
    statuses = [http.get(link.evaluate("one => one.href")).status_code for link in links.all()]
    assert statuses == [302, 302, 200]


def test_copies_what_code_needs(server: MockServer, http: httpx.Client, page: Page) -> None:
    uid = create_experiment(http)
    rows(page).click()
    assert copied(page, "Copy uid") == uid
    assert copied(page, "Copy the URL of the pixel") == f"{server.url}/s/hero-test/pixel.gif"
    command = [sys.executable, "-c", copied(page, "Copy Python")]
    client = {**os.environ, "PYTHONPATH": str(GENERATED)}
    assert subprocess.check_output(command, env=client, text=True) == "draft\n"
    curl = subprocess.check_output(copied(page, "Copy curl"), shell=True)  # noqa: S602
    assert json.loads(curl)["experiment"]["uid"] == uid


def test_a_thousand_experiments_are_filtered(http: httpx.Client, page: Page) -> None:
    experiment = {"type": "ab_test", "variants": HALVES}
    state = [
        {**experiment, "uid": f"exp_{n}", "name": f"Number {n}", "slug": f"number-{n}"}
        for n in range(999)
    ]
    state.append({**state[0], "uid": "exp_x", "slug": "a-link", "type": "smart_link"})
    http.put("/_mock/state", json={"version": 1, "experiments": state}).raise_for_status()
    expect(rows(page)).to_have_count(100)
    for page_number in range(1, 10):
        page.get_by_role("button", name="Older").click()
        expect(page.locator(".pages")).to_contain_text(f"{page_number}01 to")
    expect(page.locator(".pages")).to_contain_text("901 to 1,000 of 1,000")
    expect(page.get_by_role("button", name="Older")).to_be_disabled()
    page.get_by_role("searchbox").fill("number 77")
    expect(rows(page)).to_have_count(11)
    page.get_by_role("searchbox").fill("")
    page.get_by_label("Type").select_option("smart_link")
    expect(rows(page)).to_have_count(1)
    page.get_by_label("Status").select_option("running")
    expect(page.get_by_text("No experiment matches.")).to_be_visible()


def test_results_follow_events_without_a_reload(http: httpx.Client, page: Page) -> None:
    http.post(f"/experiments/api/{create_experiment(http)}/start")
    rows(page).click()
    event = {"experiment": "hero-test", "variantId": "control"}
    names = ["impression"] * 4 + ["click"]
    http.post("/s/events", json=[{**event, "event": name} for name in names])
    expect(cell(page, 1, "Impressions")).to_have_text("4")
    expect(cell(page, 1, "Click rate")).to_have_text("25.0 %4.6 % to 69.9 %")
    expect(cell(page, 1, "Weight").locator("rect").nth(1)).to_have_attribute("width", "50")
    expect(page.locator(".checks")).to_contain_text("Sample size 4 of 1,000")
    expect(page.get_by_text("The mock's own reading")).to_be_visible()


def test_traffic_moves_the_weights_of_a_bandit(page: Page, problems: list[str]) -> None:
    add_example(page, "Auto-optimised")
    start(page)
    page.get_by_label("Viewers").fill("400")
    page.get_by_label("Clicks on Blue button in %").fill("0")
    page.get_by_label("Clicks on Green button in %").fill("90")
    page.get_by_role("button", name="Send").click()
    expect(notice(page)).to_contain_text("400 viewers came, ")
    page.get_by_role("button", name="Recompute now").click()
    expect(cell(page, 2, "Weight")).to_have_text("100 %")
    expect(cell(page, 2, "Chance to be best")).to_have_text("100.0 %")
    assert page.locator(".chart rect").count() >= 4
    assert problems == []


def test_many_viewers_are_sent_with_progress(page: Page) -> None:
    requests: list[Route] = []
    page.route("**/_mock/traffic", lambda route: requests.append(route))
    add_example(page, "A/B test")
    start(page)
    page.get_by_label("Viewers").fill("7000")
    send = page.get_by_role("button", name="Send")
    send.click()
    for sent in ("0", "5000"):
        expect(page.get_by_role("progressbar")).to_have_attribute("value", sent)
        expect(send).to_be_disabled()
        expect(send).to_be_focused()
        page.keyboard.press("Enter")
        (request,) = requests
        requests.clear()
        request.continue_()
    expect(notice(page)).to_contain_text("7,000 viewers came, ")
    expect(page.get_by_role("progressbar")).to_be_hidden()
    expect(send).to_be_enabled()


def test_a_smart_link_says_what_a_visitor_sees_and_why(page: Page, problems: list[str]) -> None:
    add_example(page, "Smart link")
    expect(page.locator(".variants li").first).to_contain_text(
        "country is DE or AT or CH and language is de"
    )
    expect(page.locator("article")).not_to_contain_text("Weight of")
    answer = page.locator(".answer")
    expect(answer).to_contain_text("Sees Welcome. No conditions hold")
    page.get_by_label("Device").select_option("mobile")
    expect(answer).to_contain_text("Sees On the go")
    page.get_by_label("Country").fill("at")
    page.get_by_label("Language").fill("de-AT")
    expect(answer).to_contain_text("Sees Willkommen")
    expect(answer.locator("li").first).to_contain_text("country is DE or AT or CH found AT")
    assert problems == []


def test_a_schedule_says_what_is_shown_at_a_time(server: MockServer, page: Page) -> None:
    server.clock.freeze("2026-03-15T09:00:00Z")
    add_example(page, "Schedule")
    start(page)
    first = page.locator(".variants li").first
    expect(first).to_contain_text("every day, 09:00 to 17:00 Europe/Berlin")
    expect(first).to_contain_text("shown now")
    page.get_by_label("Time in UTC").fill("2026-03-15T22:00")
    expect(page.locator(".answer")).to_contain_text("Sees See you tomorrow. No window is open")


def test_requests_are_shown_live_and_without_keys(
    server: MockServer, http: httpx.Client, page: Page
) -> None:
    page.get_by_role("link", name="Requests").click()
    create_experiment(http)
    http.get("/experiments/api/nowhere", params={"a": "it's"})
    log = page.locator(".requests details")
    expect(log).to_have_count(2)
    log.first.click()
    expect(log.first).to_contain_text("experiment-not-found")
    curl = copied(page, "Copy as curl")
    assert f"'{server.url}/experiments/api/nowhere?a=" in curl
    assert '-H "authorization: Bearer $PICTIFY_API_KEY"' in curl
    page.get_by_label("Method").select_option("POST")
    expect(log).to_have_count(1)
    page.get_by_label("Path contains").fill("quota")
    expect(
        page.get_by_text(
            "No request to the API yet that matches. Viewers sent from this page are not listed."
        )
    ).to_be_visible()
    assert "pk_test" not in page.content()


def test_faults_are_added_and_removed(http: httpx.Client, page: Page) -> None:
    page.get_by_role("link", name="Control").click()
    page.get_by_label("Times").fill("")
    page.get_by_label("Path").fill("/experiments/")
    page.get_by_label("Body").fill('{"made": "up"}')
    page.get_by_role("button", name="Add").click()
    expect(page.locator(".faults li")).to_contain_text("/experiments/: for ever, matched 0")
    answers = [http.get("/experiments/api") for _ in range(2)]
    assert [(answer.status_code, answer.json()) for answer in answers] == [
        (503, {"made": "up"})
    ] * 2
    expect(page.locator(".faults li")).to_contain_text("matched 2")
    http.post("/_mock/faults", json={"status": 500, "path": "/other"})
    expect(page.locator(".faults li")).to_have_count(2)
    for left, next_one in ((1, ".faults button"), (0, "[data-do=fault] [type=submit]")):
        page.locator(".faults button").first.press("Enter")
        expect(page.locator(".faults li")).to_have_count(left)
        expect(page.locator(next_one)).to_be_focused()
        expect(notice(page)).to_have_text("The fault is removed.")
    expect(page.get_by_text("No fault is waiting.")).to_be_visible()
    assert http.get("/experiments/api").status_code == 200


def test_clock_and_seed(server: MockServer, page: Page, problems: list[str]) -> None:
    page.get_by_role("link", name="Control").click()
    page.get_by_label("Set to, in UTC").fill("2026-12-24T18:00")
    page.locator("form[data-do=set-clock] button").click()
    page.get_by_role("button", name="Freeze").click()
    expect(page.locator(".big")).to_contain_text("frozen")
    before = server.clock.now()
    page.get_by_role("button", name="+1 day").click()
    expect(page.locator("#clock")).to_contain_text("2026-12-25 18:00")
    assert (server.clock.now() - before).days == 1
    page.get_by_role("button", name="Follow the system").click()
    expect(page.get_by_role("button", name="Freeze")).to_be_visible()
    page.get_by_label("Seed").fill("11")
    page.locator("form[data-do=seed] button").click()
    expect(notice(page)).to_have_text("The seed is 11.")
    assert server.state()["seed"] == 11
    assert problems == []


def test_the_state_is_saved_reset_and_loaded(
    http: httpx.Client, page: Page, tmp_path: Path, problems: list[str]
) -> None:
    uid = create_experiment(http)
    page.get_by_role("link", name="Control").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save to a file").click()
    file = tmp_path / "state.json"
    download.value.save_as(file)
    page.get_by_role("button", name="Reset everything").click()
    expect(page.get_by_text("0 experiments")).to_be_visible()
    page.get_by_label("Load a file").set_input_files(file)
    expect(notice(page)).to_contain_text("Loaded 1 experiment.")
    page.get_by_role("link", name="Requests").click()
    expect(notice(page)).to_have_text("")
    assert http.get(f"/experiments/api/{uid}").status_code == 200
    assert problems == []


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("hello", ["my.json is not JSON: Unexpected token"]),
        ('{"version": "x", "clock": 1}', ["my.json: /version: ", "/clock: "]),
    ],
)
def test_a_file_that_is_no_state_is_refused(page: Page, text: str, reasons: list[str]) -> None:
    page.get_by_role("link", name="Control").click()
    file: FilePayload = {"name": "my.json", "mimeType": "", "buffer": text.encode()}
    page.get_by_label("Load a file").set_input_files(file)
    for reason in reasons:
        expect(notice(page)).to_contain_text(reason)


@pytest.mark.parametrize(
    ("state", "consequence"),
    [(None, "Delete all experiments"), ({"version": 1, "experiments": []}, "Replace all exp")],
)
def test_a_reset_says_first_what_it_does(
    open_page: OpenPage, state: dict[str, Any] | None, consequence: str
) -> None:
    with MockServer(state=state) as server:
        page = open_page(f"{server.url}/_mock/#control", server.url)
        questions = []

        def dismiss(dialog: Dialog) -> None:
            questions.append(dialog.message)
            dialog.dismiss()

        page.on("dialog", dismiss)
        page.get_by_role("button", name="Reset everything").click()
        assert [question[: len(consequence)] for question in questions] == [consequence]


def test_focus_goes_on_when_its_element_goes(
    open_page: OpenPage, server: MockServer, http: httpx.Client
) -> None:
    """On a phone, where list and experiment take turns."""
    for name in ("First", "Second", "Third"):
        create_experiment(http, name=name, slug=name.lower())
    page = open_page(f"{server.url}/_mock/", server.url, width=390)
    page.on("dialog", Dialog.accept)
    link = {name: rows(page).get_by_role("link", name=name) for name in ("First", "Second")}
    link["Second"].press("Enter")
    expect(page.get_by_role("heading", name="Second")).to_be_focused()
    page.get_by_role("link", name="All experiments").press("Enter")
    expect(link["Second"]).to_be_focused()
    page.keyboard.press("Enter")

    def answer_after_a_refresh(route: Route) -> None:
        if route.request.method != "DELETE":
            route.continue_()
            return
        response = route.fetch()
        expect(page.get_by_role("button", name="Delete")).to_be_hidden()
        route.fulfill(response=response)

    page.route("**/experiments/*", answer_after_a_refresh)
    page.get_by_role("button", name="Delete").press("Enter")
    expect(notice(page)).to_have_text("The experiment is deleted.")
    expect(link["First"]).to_be_focused()


def test_selection_and_input_survive_the_refresh(http: httpx.Client, page: Page) -> None:
    create_experiment(http)
    rows(page).click()
    page.get_by_text("Edit…").click()
    page.get_by_label("Name").fill("Half a na")
    page.locator(".title h2").select_text()
    before = page.locator("#clock").inner_text()
    expect(page.locator("#clock")).not_to_have_text(before)
    expect(page.locator("#clock")).to_be_visible()
    assert page.evaluate("getSelection().toString()").strip() == "Hero"
    expect(page.get_by_label("Name")).to_have_value("Half a na")


def test_the_theme_is_switched_and_kept(page: Page) -> None:
    assert_follows_colour_scheme(page)
    page.emulate_media(color_scheme="light")
    page.get_by_role("button", name="Dark theme").click()
    page.reload()
    expect(page.locator("body")).to_have_css("background-color", "rgb(18, 22, 28)")


def test_works_with_the_keyboard(http: httpx.Client, page: Page) -> None:
    create_experiment(http)
    rows(page).get_by_role("link").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Start").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Complete…")).to_be_visible()
    page.get_by_text("Complete…").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Winner")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Winner")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_label("Winner")).to_be_hidden()
    expect(page.get_by_text("Complete…")).to_be_focused()


@pytest.mark.parametrize(
    ("width", "scheme"), [(1400, "light"), (1400, "dark"), (390, "light"), (390, "dark")]
)
def test_every_view_is_accessible_and_fits(
    open_page: OpenPage, server: MockServer, http: httpx.Client, width: int, scheme: str
) -> None:
    """Each view passes all rules of axe, those of moderate impact included."""
    options = {"width": width, "color_scheme": scheme, "bypass_csp": True}  # axe injects a script
    page = open_page(f"{server.url}/_mock/", server.url, **options)
    assert_accessible(page)
    for name in EXAMPLES[1:]:
        page.goto(f"{server.url}/_mock/")
        add_example(page, name)
        start(page)
        page.get_by_text("Complete…").click()
        assert_accessible(page)
    http.post("/_mock/faults", json={"status": 503, "path": "/nowhere"})
    create_experiment(http, name="a-name-without-any-space-" * 8)
    page.get_by_role("link", name="Control").click()
    expect(page.locator(".faults")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Requests").click()
    page.locator(".requests details").first.click()
    assert_accessible(page)
    page.get_by_role("link", name="Experiments", exact=True).click()
    expect(rows(page)).to_have_count(4)
    assert_accessible(page)


def assert_accessible(page: Page) -> None:
    """Fail if the page is wider than its window, or has a violation of an axe rule."""
    expect(page.locator("#view > *")).to_be_visible()
    assert_fits_width(page)
    violations = [
        f"{violation['id']}: {node['html'][:200]}: {node['failureSummary']}"
        for violation in Axe().run(page).response["violations"]
        for node in violation["nodes"]
    ]
    assert violations == []


def test_fits_the_smallest_phone(http: httpx.Client, page: Page) -> None:
    create_experiment(http, name="a-name-without-any-space-" * 8)
    page.set_viewport_size({"width": 320, "height": 700})
    expect(rows(page)).to_be_visible()
    assert_fits_width(page)
    rows(page).click()
    expect(page.locator("article")).to_be_visible()
    assert_fits_width(page)


def test_works_behind_a_proxy_with_a_prefix(
    server: MockServer, page: Page, problems: list[str]
) -> None:
    prefix = f"{server.url}/tools/mock"
    page.route(
        f"{prefix}/**",
        lambda route: route.continue_(url=route.request.url.replace(prefix, server.url)),
    )
    page.goto(f"{prefix}/_mock/")
    add_example(page, "A/B test")
    start(page)
    link = page.get_by_role("link", name="/s/homepage-button.png")
    assert link.evaluate("one => one.href") == f"{prefix}/s/homepage-button.png"
    assert copied(page, "Copy curl").startswith(f"curl -sS {prefix}/experiments/api/")
    assert problems == []


def test_asks_for_the_control_token(open_page: OpenPage, url_with_token: str) -> None:
    page = open_page(f"{url_with_token}/_mock/", url_with_token)
    token = page.get_by_label("Control token")
    expect(token).to_be_focused()
    expect(notice(page)).to_have_text("")
    statuses: list[int] = []
    page.on("response", lambda response: statuses.append(response.status))
    page.clock.install()
    token.fill("wrong")
    token.press("Enter")
    expect(notice(page)).to_have_text("This is not the control token of this server.")
    page.clock.run_for(10_000)
    token.fill(CONTROL_TOKEN)
    token.press("Enter")
    expect(page.get_by_role("heading", name="No experiments yet")).to_be_focused()
    expect(token).to_be_hidden()
    assert statuses.count(401) == 1


def test_failed_request_is_shown_until_the_next_one_works(page: Page) -> None:
    page.route("**/_mock/experiments?*", lambda route: route.abort())
    expect(page.locator("#notice")).to_contain_text("The server does not answer.")
    page.unroute("**/_mock/experiments?*")
    expect(page.locator("#notice")).to_be_hidden()
