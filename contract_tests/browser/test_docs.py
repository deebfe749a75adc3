"""The documentation, in a browser, opened from its files."""

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect

import build_docs
from browser.passing_run import results
from docs.description import Description
from docs.samples import samples

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "reports" / "screenshots"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
SIZES = {"desktop": (1400, 1000), "phone": (390, 844)}
GREETING = "Redoc"  # the one line that it writes to the console
Open = Callable[..., Page]

expect.set_options(timeout=30_000)  # the page draws itself, which a busy machine takes seconds for


def broken_run() -> dict[str, Any]:
    """A run in which one rule is broken."""
    run = results()
    rule = next(rule for rule in run["rules"] if rule["id"] == "create.draft")
    rule |= {"outcome": "fail", "reason": "it was running"}
    return run | {"exit_code": 1, "verdict": "NOT CONFORMING", "because": "one rule is broken"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built documentation, with the page of a run."""
    if "REDOCLY" not in os.environ:
        pytest.skip("there is no redocly, which nox brings from the npm registry: nox -s browser")
    work = tmp_path_factory.mktemp("docs")
    (work / "results.json").write_text(json.dumps(broken_run()))
    return build(work, "docs")


def build(work: Path, name: str) -> Path:
    """The documentation, built into a folder of this name."""
    options = [
        f"--redocly={os.environ['REDOCLY']}",
        f"--results={work / 'results.json'}",
        f"--output={work / name}",
    ]
    assert build_docs.main(options) == 0
    return work / name


@pytest.fixture
def visit(browser: Browser, folder: Path, complaints: list[str]) -> Iterator[Open]:
    """Opens a file of the documentation and notes what the browser says against it."""
    contexts = []

    def open_page(
        place: str, size: str = "desktop", scheme: Literal["dark", "light"] = "light"
    ) -> Page:
        width, height = SIZES[size]
        viewport: ViewportSize = {"width": width, "height": height}
        contexts.append(browser.new_context(viewport=viewport, color_scheme=scheme))
        page = contexts[-1].new_page()
        own = (folder.as_uri(), "data:", "blob:")
        page.on(
            "console", lambda said: None if GREETING in said.text else complaints.append(said.text)
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request",
            lambda sent: None if sent.url.startswith(own) else complaints.append(sent.url),
        )
        page.goto(f"{folder.as_uri()}/{place}")
        return page

    yield open_page
    for context in contexts:
        context.close()


def operation(visit: Open, name: str, title: str, **how: str) -> Page:
    """The page at an operation, once it is there."""
    page = visit(f"index.html#/experiments/{name.lower()}", **how)
    expect(page.locator("h2", has_text=title)).to_be_in_viewport()
    return page


def test_same_bytes_twice(folder: Path) -> None:
    """Two builds give equal bytes."""
    again = build(folder.parent, "again")
    assert {path.name: path.read_bytes() for path in again.iterdir()} == {
        path.name: path.read_bytes() for path in folder.iterdir()
    }


def test_quiet(visit: Open, complaints: list[str]) -> None:
    """The page opens from its file without an error in the console or a request to elsewhere."""
    page = visit("index.html")
    expect(page.get_by_role("heading", name="Pictify Experiments API")).to_be_visible()
    page.mouse.wheel(0, 20_000)
    expect(page.get_by_role("heading", name="The vendor's service")).to_be_attached()
    assert complaints == []


def test_search(visit: Open) -> None:
    """The search finds weights where they are explained and where they are sent."""
    page = visit("index.html")
    page.get_by_text("Search").first.click()
    page.get_by_placeholder("Search docs").fill("weights")
    hits = page.locator("[data-component-name='Search/SearchItem']")
    expect(hits.filter(has_text="It needs a name")).to_have_count(1)
    expect(hits.filter(has_text="Pictify Experiments API")).to_have_count(1)
    hits.first.click()
    expect(page.locator("h2", has_text="Create experiment")).to_be_in_viewport()


@pytest.mark.parametrize(
    ("name", "title"),
    [("createExperiment", "Create experiment"), ("trackExperimentPixel", "Tracking pixel")],
)
def test_deep_link(visit: Open, name: str, title: str) -> None:
    """A link to an operation shows that operation, with its rules, errors and samples."""
    page = operation(visit, name, title)
    expect(page).to_have_title(re.compile("Pictify Experiments API"))
    page.locator("summary", has_text="rules").first.wait_for()
    expect(page.get_by_text("curl -sS").first).to_be_visible()


def test_link_from_a_chapter(visit: Open) -> None:
    """The name of an operation in a chapter leads to it."""
    page = visit("index.html")
    page.get_by_role("link", name="createExperiment").first.click()
    expect(page.locator("h2", has_text="Create experiment")).to_be_in_viewport()


def test_every_sample_is_on_offer(visit: Open, folder: Path) -> None:
    """The page holds the very samples that are tested with the client, and offers each kind by its label."""
    html = (folder / "index.html").read_text(encoding="utf-8")
    found = samples(Description.load(ROOT / "spec" / "openapi.yaml"))
    written = [sample for each in found.values() for sample in each]
    assert [
        sample.label
        for sample in written
        if json.dumps(sample.source, ensure_ascii=False) not in html
    ] == []
    page = operation(visit, "createExperiment", "Create experiment")
    page.locator(".panel-request-samples").get_by_text("curl", exact=True).first.click()
    for sample in found["createExperiment"]:
        expect(page.get_by_text(sample.label, exact=True).first).to_be_visible()


def test_lifecycle_is_drawn(visit: Open) -> None:
    """The picture of the lifecycle stands in its chapter, and a reader who cannot see is told its moves."""
    picture = visit("index.html").get_by_role(
        "img", name=re.compile("Lifecycle. start: draft to running")
    )
    expect(picture.get_by_text("completed")).to_be_visible()


@pytest.mark.parametrize("place", ["index.html", "conformance.html"])
def test_phone(visit: Open, place: str, complaints: list[str]) -> None:
    """Nothing sticks out at the width of a phone."""
    page = visit(place, size="phone")
    expect(page.locator("h1").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES["phone"][0]
    assert complaints == []


@pytest.mark.parametrize(
    ("place", "size", "scheme"),
    [
        ("index", "desktop", "light"),
        ("index", "phone", "dark"),
        ("operation", "desktop", "dark"),
        ("operation", "phone", "light"),
        ("conformance", "desktop", "light"),
        ("conformance", "phone", "dark"),
    ],
)
def test_accessible(browser: Browser, folder: Path, place: str, size: str, scheme: str) -> None:
    """Contrast, names, keyboard and structure hold by axe's rules for WCAG 2.1 AA; a picture of each view is kept."""
    path = {"index": "index.html", "operation": "index.html#/experiments/createexperiment"}.get(
        place, f"{place}.html"
    )
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,  # type: ignore[arg-type]
        bypass_csp=True,  # axe comes in as a script
    )
    page = context.new_page()
    page.goto(f"{folder.as_uri()}/{path}")
    heading = {"index": "Pictify Experiments API", "operation": "Create experiment"}.get(
        place, "NOT CONFORMING"
    )
    expect(page.locator("h1, h2", has_text=heading).first).to_be_in_viewport()
    expect(page.get_by_text("Loading...")).to_have_count(0)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"docs-{place}-{size}-{scheme}.png")
    found = Axe().run(page, options={"runOnly": WCAG}).response["violations"]
    told = [
        f"{each['id']}: {node['html'][:200]}: {node['failureSummary']}"
        for each in found
        for node in each["nodes"]
    ]
    context.close()
    assert told == []


def test_dark(visit: Open) -> None:
    """The page is dark where the system is."""
    colour = "getComputedStyle(document.documentElement).backgroundColor"
    brightness = [
        sum(map(int, re.findall(r"\d+", visit("index.html", scheme=scheme).evaluate(colour))[:3]))
        for scheme in ("light", "dark")
    ]
    assert (brightness[0] > 600, brightness[1] < 200) == (True, True)


def test_keyboard(visit: Open) -> None:
    """A table that is wider than a phone can be scrolled by keys, and the rules of an operation open by them."""
    table = visit("index.html", size="phone").locator(".md-table-wrapper").first
    expect(table).to_have_attribute("tabindex", "0")
    page = operation(visit, "getExperiment", "Get experiment")
    rules = page.locator("summary", has_text="2 rules").first
    rules.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("An unknown uid is 404.").first).to_be_visible()


def test_conformance_leads_back(visit: Open, complaints: list[str]) -> None:
    """The page of a run stands open at what is broken, and leads to the reference and from there back."""
    page = visit("conformance.html")
    expect(page.get_by_text("it was running")).to_be_visible()
    page.get_by_role("link", name="Reference").click()
    page.get_by_role("link", name="a run of the suite").first.click()
    expect(page.get_by_role("heading", name="NOT CONFORMING")).to_be_visible()
    assert complaints == []
