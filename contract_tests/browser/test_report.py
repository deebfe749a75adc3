"""The report of a conformance run, in a browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.pages import OpenPage, assert_fits_width, assert_follows_colour_scheme
from pictify_conformance import spec
from pictify_conformance.reports import writer
from pictify_conformance.results.exchange import Exchange
from pictify_conformance.results.findings import Detail, Outcome
from pictify_conformance.results.response_coverage import coverage
from pictify_conformance.results.run import Run
from pictify_conformance.results.verdicts import Verdict

TARGET = "http://server.test"
HOSTILE = (
    "<img src=x onerror=\"document.title='pwned'\"><script>document.title='pwned'</script>"
    + "x" * 300
)
UNFOLDED = ".group > .rule:visible"
BROKEN, BLOCKED, SKIPPED = "create.draft", "get.reads-created", "quota.exceeded"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """The page of a run with a broken rule, a rule blocked by it, a skip, and passes."""
    sent = (("authorization", "Bearer $PICTIFY_API_KEY"), ("content-type", "application/json"))
    received = (("x-odd", HOSTILE),)
    exchange = Exchange("POST", f"{TARGET}/x", sent, HOSTILE, 500, received, HOSTILE, 1.0, 0.5)
    verdicts = {
        rule.id: Verdict(rule, Outcome.passed, tests=["t"]) for rule in spec.rules().values()
    }
    verdicts[BROKEN].outcome = Outcome.fail
    verdicts[BROKEN].details = (Detail(HOSTILE),)
    verdicts[BROKEN].exchanges = (exchange,)
    verdicts[BLOCKED].outcome = Outcome.fail
    verdicts[BLOCKED].details = (Detail("needed first"),)
    verdicts[BLOCKED].blocked_by = BROKEN
    verdicts[SKIPPED].outcome = Outcome.skip
    verdicts[SKIPPED].details = (Detail("needs a smaller plan"),)
    covered = coverage("assumed", [("startExperiment", "200", "application/json")])
    started = "2026-03-02T09:00:00+00:00"
    run = Run(TARGET, "strict", 1, started, 1.5, list(verdicts.values()), covered, (exchange,))
    return {path.name: path for path in writer.write(run, tmp_path)}["report.html"]


@pytest.fixture
def page(open_page: OpenPage, report: Path) -> Page:
    return open_page(report.as_uri(), report.as_uri())


def test_shows_the_verdict_and_escapes_text(page: Page, problems: list[str]) -> None:
    expect(page.locator("h1")).to_have_text("NOT CONFORMING")
    expect(page.locator(".causes > li")).to_have_count(1)
    expect(page.locator(".causes > li h3")).to_have_text("1. POST /experiments/api")
    expect(page.locator(".causes > li")).to_contain_text(f"--rule {BROKEN}")
    expect(page.locator(f'[id="{BROKEN}"] .body')).to_contain_text(HOSTILE)
    assert page.locator(".body img, .body script").count() == 0
    assert "pwned" not in page.title()
    assert problems == []


def test_filters_by_outcome(page: Page) -> None:
    shown = page.locator(UNFOLDED)
    expect(shown).to_have_count(3)  # the passed ones are folded
    expect(page.locator("output")).to_have_text(
        f"{len(spec.rules())} of {len(spec.rules())} rules shown"
    )
    page.get_by_role("checkbox", name="pass").uncheck()
    expect(shown).to_have_count(3)
    expect(page.locator("output")).to_have_text(f"3 of {len(spec.rules())} rules shown")
    page.get_by_role("checkbox", name="fail").uncheck()
    expect(shown).to_have_count(1)
    expect(page.locator("section.group:visible")).to_have_count(1)


def test_search_needs_every_word(page: Page) -> None:
    page.get_by_role("searchbox").fill("smaller quota")
    expect(page.locator(".rule:visible summary > code")).to_have_text([SKIPPED])


def test_blocked_rule_links_to_its_cause_even_if_filtered_out(page: Page) -> None:
    blocked = page.locator(f'[id="{BLOCKED}"]')
    blocked.locator("summary").first.click()
    page.get_by_role("searchbox").fill("reads-created")
    blocked.get_by_role("link", name=BROKEN).click()
    expect(page.locator(f'[id="{BROKEN}"]')).to_be_in_viewport()


def test_search_and_filter_are_in_the_address(page: Page, open_page: OpenPage) -> None:
    page.get_by_role("checkbox", name="fail").uncheck()
    page.get_by_role("searchbox").fill("smaller quota")
    page.wait_for_url("**#q=*")
    again = open_page(page.url, page.url.partition("#")[0])
    expect(again.get_by_role("searchbox")).to_have_value("smaller quota")
    expect(again.get_by_role("checkbox", name="fail")).not_to_be_checked()
    expect(again.locator(".rule:visible summary > code")).to_have_text([SKIPPED])


def test_search_without_a_hit_says_so(page: Page) -> None:
    page.get_by_role("searchbox").fill("no such words")
    expect(page.get_by_text("No rule has all of these words")).to_be_visible()
    page.get_by_role("button", name="Show the rules again").click()
    expect(page.locator(UNFOLDED)).to_have_count(3)


def test_passed_rules_are_folded_until_they_are_searched(page: Page) -> None:
    hidden = page.locator('[id="click.counts"]')
    expect(hidden).not_to_be_visible()
    page.get_by_role("searchbox").fill("click.counts")
    expect(hidden).to_be_visible()


@pytest.mark.parametrize("rule", [BROKEN, "click.counts"])
def test_address_of_a_rule_shows_its_title_on_a_phone(
    open_page: OpenPage, report: Path, rule: str
) -> None:
    page = open_page(f"{report.as_uri()}#{rule}", report.as_uri(), width=390)
    title = page.locator(f'[id="{rule}"] > summary')
    expect(title).to_be_in_viewport()
    covers = """title => title.contains(
        document.elementFromPoint(60, title.getBoundingClientRect().y + 8))"""
    assert title.evaluate(covers)


def test_rule_opens_with_the_keyboard(page: Page) -> None:
    first = page.locator(UNFOLDED).first
    first.locator("summary").first.focus()
    page.keyboard.press("Enter")
    expect(first.locator(".body")).to_be_visible()


@pytest.mark.parametrize("width", [390, 320])
def test_fits_a_phone_in_readable_type(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    assert_fits_width(page)
    sizes = page.locator("body *").evaluate_all(
        "elements => elements.map(element => parseFloat(getComputedStyle(element).fontSize))"
    )
    assert min(sizes) >= 12


def test_follows_the_colour_scheme(page: Page) -> None:
    assert_follows_colour_scheme(page)
