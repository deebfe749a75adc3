"""The documentation, in a browser, opened from its files."""

import json
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
from docs import site
from docs.description import Description
from docs.pages import Site
from docs.samples import ADDRESS, API_KEY, samples
from pictify_conformance import spec

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "reports" / "screenshots"
WIDTHS = {"phone": 390, "tablet": 1024, "desktop": 1400}
# Words beyond the edge of the window that cannot be scrolled to.
CUT = """[...document.querySelectorAll("article *")].filter(
    each => each.getBoundingClientRect().right > innerWidth + 1
        && !each.closest(".md-typeset__scrollwrap, pre, .tabbed-labels")
).map(each => each.outerHTML.slice(0, 200))"""
# The targets that are hidden, out of the window, or under the header.
LOST = """ids => ids.filter(id => {
    location.hash = `#${id}`;
    const {top, bottom, height} = document.getElementById(id).getBoundingClientRect();
    const header = document.querySelector(".md-header").getBoundingClientRect().bottom;
    return height === 0 || top < header || bottom > innerHeight;
})"""
Visit: TypeAlias = Callable[..., Page]


def build(work: Path, name: str) -> Path:
    """Build the documentation, with the page of a run, into a folder of this name."""
    run = results(exit_code=1, verdict="NOT CONFORMING", because="one rule is broken")
    rule = next(rule for rule in run["rules"] if rule["id"] == "create.draft")
    rule |= {"outcome": "fail", "reason": "it was <running>"}
    file = work / "results.json"
    file.write_text(json.dumps(run))
    assert build_docs.main([f"--results={file}", f"--output={work / name}"]) == 0
    return work / name


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("docs"), "docs")


@pytest.fixture
def visit(open_page: OpenPage, folder: Path) -> Visit:
    """A function that opens a file of the documentation."""

    def visit_file(path: str, size: str = "desktop", **options: Any) -> Page:
        root = folder.as_uri()
        return open_page(f"{root}/{path}", root, width=WIDTHS[size], **options)

    return visit_file


@pytest.fixture(scope="module")
def description() -> Description:
    return Description.load(ROOT / "spec" / "openapi.yaml")


def words(text: str) -> str:
    """Return the text without Markdown, spaces apart."""
    return " ".join(re.sub(r"\[([^]]*)\]\([^)]*\)|[`*]", r"\1", text).split())


def test_two_builds_give_equal_bytes(folder: Path) -> None:
    again = build(folder.parent, "again")
    first, second = (
        {path.relative_to(site): path.read_bytes() for path in site.rglob("*") if path.is_file()}
        for site in (folder, again)
    )
    assert first == second


def test_broken_link_is_an_error(tmp_path: Path) -> None:
    pages = {"index": "# Home\n\n[nowhere](nowhere.md)\n"}
    with pytest.raises(site.BuildError, match=r"index\.md:3") as raised:
        site.build(tmp_path, Site(pages, {"": ["index"]}), "Title", "Summary")
    assert "Traceback" not in str(raised.value)


def test_no_page_is_large(folder: Path) -> None:
    sizes = {path.name: path.stat().st_size for path in folder.glob("*.html")}
    assert {name: size for name, size in sizes.items() if size > 300_000} == {}


def test_pages_fit_and_request_nothing(
    visit: Visit, folder: Path, description: Description, problems: list[str]
) -> None:
    """On a phone, a tablet and a desktop: every page, but only two of the operations."""
    page = visit("index.html")
    others = {f"{operation.id}.html" for operation in description.operations[2:]}
    for file in sorted(path for path in folder.glob("*.html") if path.name not in others):
        page.goto(file.as_uri())
        for width in WIDTHS.values():
            page.set_viewport_size({"width": width, "height": 900})
            assert_fits_width(page)
            assert page.evaluate(CUT) == [], f"{file.name} at {width}"
    assert problems == []


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("authentication", r"authentication\.html|AuthenticationError"),
        ("weights", r"concepts\.html.*#slugs-and-weights"),
        ("429", r"errors\.html.*#error-quota-exceeded"),
        ("create.draft", r"rules\.html.*#rule-create\.draft"),
        ("createExperiment", r"createExperiment\.html"),
    ],
)
def test_search_finds(query: str, place: str, visit: Visit, problems: list[str]) -> None:
    page = visit("index.html")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("combobox", name="Search").fill(query)
    hit = page.locator("a[href*='?h=']").first
    expect(hit).to_have_attribute("href", re.compile(place))
    hit.click()
    expect(page).to_have_url(re.compile(place))
    assert problems == []


def test_every_address_of_a_rule_or_an_error_shows_it(
    visit: Visit, description: Description
) -> None:
    page = visit("rules.html#rule-events.batch")
    expect(page.get_by_role("heading", name="events.batch", exact=True)).to_be_in_viewport()
    assert page.evaluate(LOST, [f"rule-{rule}" for rule in spec.rules()]) == []
    page = visit("errors.html", size="phone")
    errors = [f"error-{code}" for code in description.document["x-problems"]]
    assert page.evaluate(LOST, errors) == []


def test_all_words_are_there_without_javascript(visit: Visit, description: Description) -> None:
    """Also those in angle brackets, and the samples of all tabs."""
    page = visit("rules.html", java_script_enabled=False)
    text = words(page.locator("article").inner_text())
    assert [rule.id for rule in spec.rules().values() if words(rule.text) not in text] == []
    page.goto(page.url.replace("rules.html", "concepts.html"))
    text = words(page.locator("article").inner_text())
    chapters = re.sub(
        "<!--.+?-->|```.+?```", "", description.document["info"]["description"], flags=re.DOTALL
    )
    paragraphs = [part for part in chapters.split("\n\n") if not part.startswith(("#", "|"))]
    assert [part for part in paragraphs if words(part) not in text] == []
    for operation, cases in samples(description).items():
        page.goto(re.sub(r"\w+\.html", f"{operation}.html", page.url))
        shown = page.locator("pre").all_text_contents()
        for code in (code for case in cases for code in case.code.values()):
            assert code.strip() in {each.strip() for each in shown}
    expect(page.locator("form.server")).to_be_hidden()


def test_samples_take_another_server_and_keep_its_key_in_the_tab(
    visit: Visit, problems: list[str]
) -> None:
    page = visit("createExperiment.html")
    page.get_by_label("Address").fill("https://api.example.com/")
    page.get_by_label("API key").fill("pk<live>&")
    for _ in range(2):
        sample = page.locator("pre").first
        expect(sample).to_contain_text("https://api.example.com/experiments/api")
        expect(sample).to_contain_text("Bearer pk<live>&")
        assert ADDRESS not in page.locator("article").inner_text()
        assert "pk" not in page.url
        page.get_by_role("link", name="updateExperiment").first.click()
        page.goto(page.url.replace("updateExperiment", "createExperiment"))
    page.get_by_label("Address").fill("")
    page.get_by_label("API key").fill("")
    expect(page.locator("pre").first).to_contain_text(f"Bearer {API_KEY}")
    assert problems == []


def test_tabs_change_together(visit: Visit) -> None:
    page = visit("createExperiment.html")
    page.get_by_text("JavaScript", exact=True).first.click()
    assert page.locator("pre:visible").all_text_contents()[0].startswith("const response")
    assert "fetch(" in page.locator("pre:visible").all_text_contents()[1]


def test_print_has_all_tabs_and_no_navigation(visit: Visit) -> None:
    page = visit("createExperiment.html")
    page.emulate_media(media="print")
    assert page.locator("pre").count() == page.locator("pre:visible").count()
    for part in (".md-sidebar", ".md-header", "form.server"):
        expect(page.locator(part).first).to_be_hidden()


def test_follows_the_system_and_the_switch(visit: Visit) -> None:
    page = visit("index.html", color_scheme="dark")
    colour = "getComputedStyle(document.body).backgroundColor"
    shown = [page.evaluate(colour)]
    for name in ("Use light colours", "Use dark colours"):
        page.get_by_title(name).click()
        shown.append(page.evaluate(colour))
    dark, light, again = shown
    assert light == "rgb(255, 255, 255)"
    assert dark == again != light


def test_lifecycle_picture_has_the_colour_and_the_words_of_text(visit: Visit) -> None:
    page = visit("concepts.html", color_scheme="dark")
    picture = page.get_by_role("img", name=re.compile("Lifecycle. start: draft to running"))
    expect(picture.get_by_text("completed")).to_be_visible()
    colours = [
        part.evaluate("each => getComputedStyle(each).color")
        for part in (picture, page.locator("article"))
    ]
    assert colours[0] == colours[1]


@pytest.mark.parametrize(
    "path",
    ["index.html", "createExperiment.html", "errors.html", "client-reference.html",
        "conformance.html"],
)  # fmt: skip
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible(path: str, scheme: str, visit: Visit) -> None:
    """Each kind of page passes axe in both modes. The test keeps a screenshot of it."""
    page = visit(path, size="phone" if scheme == "dark" else "desktop", color_scheme=scheme)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"docs-{path.removesuffix('.html')}-{scheme}.png")
    violations = [
        f"{violation['id']}: {node['html'][:200]}: {node['failureSummary']}"
        for violation in Axe().run(page).response["violations"]
        for node in violation["nodes"]
    ]
    assert violations == []


def test_conformance_page_leads_to_the_rules(visit: Visit, problems: list[str]) -> None:
    page = visit("index.html")
    page.get_by_role("link", name="Verdict of a run").first.click()
    expect(page.get_by_role("heading", name="NOT CONFORMING")).to_be_visible()
    expect(page.get_by_text("it was <running>")).to_be_visible()
    page.get_by_role("link", name="In the list of rules").filter(visible=True).click()
    expect(page.get_by_role("heading", name="create.draft", exact=True)).to_be_in_viewport()
    assert problems == []
