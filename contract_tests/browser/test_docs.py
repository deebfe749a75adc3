"""The documentation, in a browser, opened from its files."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

import build_docs
from browser.pages import OpenPage, assert_fits_width
from browser.passing_run import results
from docs.description import Description
from docs.samples import samples

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "reports" / "screenshots"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
WIDTHS = {"desktop": 1400, "phone": 390}
# File and heading of each view.
VIEWS = {
    "index": ("index.html", "Pictify Experiments API"),
    "operation": ("index.html#/experiments/createexperiment", "Create experiment"),
    "conformance": ("conformance.html", "NOT CONFORMING"),
}
Visit: TypeAlias = Callable[..., Page]

expect.set_options(timeout=30_000)  # Redoc renders in the browser: seconds on a busy machine


def build(work: Path, name: str) -> Path:
    """Build the documentation, with the page of a run, into a folder of this name."""
    run = results(exit_code=1, verdict="NOT CONFORMING", because="one rule is broken")
    rule = next(rule for rule in run["rules"] if rule["id"] == "create.draft")
    rule |= {"outcome": "fail", "reason": "it was running"}
    file = work / "results.json"
    file.write_text(json.dumps(run))
    redocly = os.environ["REDOCLY"]
    options = [f"--redocly={redocly}", f"--results={file}", f"--output={work / name}"]
    assert build_docs.main(options) == 0
    return work / name


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if "REDOCLY" not in os.environ:
        pytest.skip("no redocly, which nox installs from the npm registry: nox -s browser")
    return build(tmp_path_factory.mktemp("docs"), "docs")


@pytest.fixture
def visit(open_page: OpenPage, folder: Path) -> Visit:
    """A function that opens a file of the documentation."""

    def visit_file(path: str, size: str = "desktop", **options: Any) -> Page:
        root = folder.as_uri()
        return open_page(f"{root}/{path}", root, width=WIDTHS[size], **options)

    return visit_file


def visit_operation(visit: Visit, name: str, title: str) -> Page:
    """Open the page at an operation and wait until it is shown."""
    page = visit(f"index.html#/experiments/{name.lower()}")
    expect(page.locator("h2", has_text=title)).to_be_in_viewport()
    return page


def test_two_builds_give_equal_bytes(folder: Path) -> None:
    again = build(folder.parent, "again")
    assert {path.name: path.read_bytes() for path in again.iterdir()} == {
        path.name: path.read_bytes() for path in folder.iterdir()
    }


def test_page_requests_nothing(visit: Visit, problems: list[str]) -> None:
    page = visit("index.html")
    expect(page.get_by_role("heading", name="Pictify Experiments API")).to_be_visible()
    page.mouse.wheel(0, 20_000)
    expect(page.get_by_role("heading", name="The vendor's service")).to_be_attached()
    assert problems == []


def test_search_finds_chapters_and_operations(visit: Visit) -> None:
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
def test_deep_link_shows_the_operation(visit: Visit, name: str, title: str) -> None:
    page = visit_operation(visit, name, title)
    expect(page).to_have_title(re.compile("Pictify Experiments API"))
    page.locator("summary", has_text="rules").first.wait_for()
    expect(page.get_by_text("curl http").first).to_be_visible()


def test_chapter_links_to_an_operation(visit: Visit) -> None:
    page = visit("index.html")
    page.get_by_role("link", name="createExperiment").first.click()
    expect(page.locator("h2", has_text="Create experiment")).to_be_in_viewport()


def test_page_has_every_sample(visit: Visit, folder: Path) -> None:
    """The page has the same samples that are tested with the client, each with its label."""
    html = (folder / "index.html").read_text(encoding="utf-8")
    found = samples(Description.load(ROOT / "spec" / "openapi.yaml"))
    for case in (case for each in found.values() for case in each):
        assert all(json.dumps(code, ensure_ascii=False) in html for code in case.code.values())
    page = visit_operation(visit, "createExperiment", "Create experiment")
    page.locator(".panel-request-samples").get_by_text("curl: ").first.click()
    for case in found["createExperiment"]:
        for label in case.code:
            expect(page.get_by_text(f"{label}: {case.title}", exact=True).first).to_be_visible()


def test_lifecycle_picture_has_a_text_alternative(visit: Visit) -> None:
    name = re.compile("Lifecycle. start: draft to running")
    picture = visit("index.html").get_by_role("img", name=name)
    expect(picture.get_by_text("completed")).to_be_visible()


@pytest.mark.parametrize(
    ("view", "size", "scheme"),
    [
        ("index", "desktop", "light"),
        ("index", "phone", "dark"),
        ("operation", "desktop", "dark"),
        ("operation", "phone", "light"),
        ("conformance", "desktop", "light"),
        ("conformance", "phone", "dark"),
    ],
)
def test_accessible_and_not_too_wide(visit: Visit, view: str, size: str, scheme: str) -> None:
    """Each view passes axe's rules for WCAG 2.1 AA. The test keeps a screenshot of it."""
    path, heading = VIEWS[view]
    page = visit(path, size=size, color_scheme=scheme, bypass_csp=True)  # axe injects a script
    expect(page.locator("h1, h2", has_text=heading).first).to_be_in_viewport()
    expect(page.get_by_text("Loading...")).to_have_count(0)
    assert_fits_width(page)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"docs-{view}-{size}-{scheme}.png")
    violations = [
        f"{violation['id']}: {node['html'][:200]}: {node['failureSummary']}"
        for violation in Axe().run(page, options={"runOnly": WCAG}).response["violations"]
        for node in violation["nodes"]
    ]
    assert violations == []


def test_follows_the_colour_scheme(visit: Visit) -> None:
    colour = "getComputedStyle(document.documentElement).backgroundColor"
    light, dark = (
        sum(
            map(
                int,
                re.findall(r"\d+", visit("index.html", color_scheme=scheme).evaluate(colour))[:3],
            )
        )
        for scheme in ("light", "dark")
    )
    assert light > 600
    assert dark < 200


def test_works_with_the_keyboard(visit: Visit) -> None:
    """A table that is wider than a phone scrolls, and the rules of an operation open."""
    table = visit("index.html", size="phone").locator(".md-table-wrapper").first
    expect(table).to_have_attribute("tabindex", "0")
    page = visit_operation(visit, "getExperiment", "Get experiment")
    page.locator("summary", has_text="2 rules").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("returns 404 for an unknown uid.").first).to_be_visible()


def test_conformance_page_and_reference_link_to_each_other(
    visit: Visit, problems: list[str]
) -> None:
    page = visit("conformance.html")
    expect(page.get_by_text("it was running")).to_be_visible()
    page.get_by_role("link", name="Reference").click()
    page.get_by_role("link", name="a run of the suite").first.click()
    expect(page.get_by_role("heading", name="NOT CONFORMING")).to_be_visible()
    assert problems == []
