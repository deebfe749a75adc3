"""The report of a run, in a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pictify_conformance import spec
from pictify_conformance.reports import writer
from pictify_conformance.results.exchange import Exchange
from pictify_conformance.results.findings import Detail, Outcome
from pictify_conformance.results.response_coverage import coverage
from pictify_conformance.results.run import Run
from pictify_conformance.results.verdicts import Verdict

HOSTILE = (
    "<img src=x onerror=\"document.title='pwned'\"><script>document.title='pwned'</script>"
    + "x" * 300
)
BROKEN, BLOCKED, SKIPPED = "create.draft", "get.reads-created", "quota.exceeded"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """The page of a run with a broken rule, one that it blocked, a skip, and passes."""
    sent = (("authorization", "Bearer $PICTIFY_API_KEY"), ("content-type", "application/json"))
    seen = Exchange(
        "POST", "http://server.test/x", sent, HOSTILE, 500, (("x-odd", HOSTILE),), HOSTILE, 1.0, 0.5
    )
    verdicts = [Verdict(rule, Outcome.passed, tests=["t"]) for rule in spec.rules().values()]
    for verdict in verdicts:
        if verdict.rule.id == BROKEN:
            verdict.outcome, verdict.details, verdict.exchanges = (
                Outcome.fail,
                (Detail(HOSTILE),),
                (seen,),
            )
        if verdict.rule.id == BLOCKED:
            verdict.outcome, verdict.details, verdict.blocked_by = (
                Outcome.fail,
                (Detail("needed first"),),
                BROKEN,
            )
        if verdict.rule.id == SKIPPED:
            verdict.outcome, verdict.details = Outcome.skip, (Detail("needs a smaller plan"),)
    covered = coverage("assumed", [("startExperiment", "200", "application/json")])
    run = Run(
        "http://server.test",
        "strict",
        1,
        "2026-03-02T09:00:00+00:00",
        1.5,
        verdicts,
        covered,
        (seen,),
    )
    return {path.name: path for path in writer.write(run, tmp_path)}["report.html"]


@pytest.fixture
def page(browser: Browser, report: Path, complaints: list[str]) -> Iterator[Page]:
    """The report, opened from its file."""
    page = browser.new_page(viewport={"width": 1100, "height": 900})
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request",
        lambda sent: (
            None if sent.url.startswith((report.as_uri(), "data:")) else complaints.append(sent.url)
        ),
    )
    page.goto(report.as_uri())
    yield page
    page.close()


def test_quiet(page: Page, complaints: list[str]) -> None:
    """The page shows the verdict and what is broken without an error or a request, whatever a server said."""
    expect(page.locator("h1")).to_have_text("NOT CONFORMING")
    expect(page.locator(".causes li")).to_have_count(1)
    expect(page.locator(f'[id="{BROKEN}"] .body')).to_contain_text(HOSTILE)
    assert page.locator(".body img, .body script").count() == 0
    assert "pwned" not in page.title()
    assert complaints == []


def test_filter_by_outcome(page: Page) -> None:
    """Unticking an outcome hides its rules, and the number of those shown follows."""
    shown = page.locator(".rule:visible")
    expect(shown).to_have_count(len(spec.rules()))
    page.get_by_role("checkbox", name="pass").uncheck()
    expect(shown).to_have_count(3)
    expect(page.locator("output")).to_have_text(f"3 of {len(spec.rules())} rules shown")
    page.get_by_role("checkbox", name="fail").uncheck()
    expect(shown).to_have_count(1)
    expect(page.locator("section.group:visible")).to_have_count(1)


def test_search(page: Page) -> None:
    """All words that are typed have to be somewhere in a rule."""
    page.get_by_role("searchbox").fill("smaller quota")
    expect(page.locator(".rule:visible summary code")).to_have_text([SKIPPED])


def test_blocked_leads_to_its_cause(page: Page) -> None:
    """From a rule that was not tried a link leads to the broken one, even if that is filtered out."""
    blocked = page.locator(f'[id="{BLOCKED}"]')
    blocked.locator("summary").first.click()
    page.get_by_role("searchbox").fill("reads-created")
    blocked.get_by_role("link", name=BROKEN).click()
    expect(page.locator(f'[id="{BROKEN}"]')).to_be_in_viewport()


def test_keyboard(page: Page) -> None:
    """A rule can be reached and opened without a mouse."""
    first = page.locator(".rule").first
    first.locator("summary").first.focus()
    page.keyboard.press("Enter")
    expect(first.locator(".body")).to_be_visible()


@pytest.mark.parametrize("width", [390, 320])
def test_phone(page: Page, width: int) -> None:
    """Nothing sticks out at the width of a phone, and no text is too small to read."""
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    sizes = "[...document.querySelectorAll('body *')].map(element => parseFloat(getComputedStyle(element).fontSize))"
    assert min(page.evaluate(sizes)) >= 12


def test_dark(page: Page) -> None:
    """The page is dark where the system is."""
    colours = (
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
    )
    light = page.evaluate(colours)
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(colours) == ["rgb(18, 22, 28)", "rgb(230, 234, 240)"]
    assert light == ["rgb(244, 245, 247)", "rgb(27, 35, 48)"]
