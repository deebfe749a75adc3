"""The verdict on a run: exit code, console, page, badge, junit.xml and results.json agree."""

import io
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from conformance.tests.helpers import SCHEMA
from pictify_conformance.reports import writer
from pictify_conformance.reports.console import print_run
from pictify_conformance.results.comparison import compare
from pictify_conformance.results.findings import Detail, Outcome
from pictify_conformance.results.left_behind import LeftBehind
from pictify_conformance.results.response_coverage import coverage
from pictify_conformance.results.run import Run
from pictify_conformance.results.verdicts import Verdict
from pictify_conformance.spec import Rule

OUTCOMES = {str(outcome)[0]: outcome for outcome in Outcome}
OFFERED, REFUSED, NOT_OFFERED = frozenset({200, 500}), frozenset({500}), frozenset({404, 405})
GREEN, RED, GREY = "#1a7f37", "#c62828", "#57606a"
TONES = {0: ("pass", GREEN), 1: ("fail", RED), 3: ("error", GREY)}


class Shown(NamedTuple):
    """The verdict as each report shows it."""

    exit_code: int
    headline: str
    console: str
    heading: str
    tone: str
    badge: str
    colour: str
    junit: set[str]
    results: dict[str, Any]


def run_of(
    outcomes: str,
    problems: Sequence[str] = (),
    left: LeftBehind | None = None,
    before: str | None = None,
    *,
    require_all: bool = False,
    read_only: bool = False,
) -> Run:
    """Return a run with a letter for each outcome, and letters for those of the baseline."""
    verdicts = [
        Verdict(
            Rule(f"a.{number}", "documented", "A promise."),
            OUTCOMES[letter],
            (Detail("as it is"),),
            tests=["t"],
        )
        for number, letter in enumerate(outcomes)
    ]
    earlier = {f"a.{number}": str(OUTCOMES[letter]) for number, letter in enumerate(before or "")}
    return Run(
        "http://server.test",
        "documented",
        1,
        "2026-03-02T09:00:00+00:00",
        1.5,
        verdicts,
        coverage("documented", []),
        broken_off=tuple(problems),
        read_only=read_only,
        left_behind=left or LeftBehind(),
        require_all=require_all,
        baseline=compare(earlier, verdicts) if before is not None else None,
    )


def shown(run: Run, folder: Path) -> Shown:
    """Write every report of a run, and read the verdict back from each."""
    paths = {path.name: path for path in writer.write(run, folder)}
    console = io.StringIO()
    print_run(run, Console(file=console, width=200))
    page = paths["report.html"].read_text(encoding="utf-8")
    heading = re.search(r'<h1 class="(\w+)">(.*?)</h1>\n<p>(.*?)</p>', page)
    assert heading
    badge = ET.parse(paths["badge.svg"]).getroot()  # noqa: S314 - our own file
    cases = ET.parse(paths["junit.xml"]).getroot().iter("testcase")  # noqa: S314 - our own file
    results = json.loads(paths["results.json"].read_text(encoding="utf-8"))
    SCHEMA.validate(results)
    return Shown(
        run.exit_code,
        run.headline,
        console.getvalue().splitlines()[-1],
        f"{heading[2]}: {heading[3]}",
        heading[1],
        str(badge.get("aria-label")).removeprefix("conformance: "),
        [str(rect.get("fill")) for rect in badge.iter("{http://www.w3.org/2000/svg}rect")][-1],
        {element.tag for case in cases for element in case} - {"skipped"},
        results,
    )


ONE_LEFT = ("ct-1 exp_1",)
LEFT = LeftBehind(ONE_LEFT, (), OFFERED)
LEFT_WITHOUT_DELETE = LeftBehind(ONE_LEFT, (), NOT_OFFERED)
FOREIGN = LeftBehind((), ("homepage exp_9",), OFFERED)
BROKEN_OFF = ["interrupted"]


@pytest.mark.parametrize(
    ("run", "exit_code", "verdict", "badge"),
    [
        # what the rules say
        (run_of("pp"), 0, "CONFORMING", "2/2"),
        (run_of("psd"), 0, "CONFORMING", "1/1"),
        (run_of("p", read_only=True), 0, "CONFORMING, by reading alone", "1/1"),
        (run_of("pf"), 1, "NOT CONFORMING", "1/2"),
        (run_of("pfe"), 1, "NOT CONFORMING", "1/2"),
        (run_of("pe"), 3, "NO VERDICT", None),
        (run_of("s"), 3, "NO VERDICT", None),
        (run_of("d"), 3, "NO VERDICT", None),
        (run_of(""), 3, "NO VERDICT", None),
        # the run did not come to its end
        (run_of("pp", BROKEN_OFF), 3, "NO VERDICT", None),
        (run_of("pf", BROKEN_OFF), 1, "NOT CONFORMING", "1/2"),
        (run_of("pe", BROKEN_OFF), 3, "NO VERDICT", None),
        # something is left behind
        (run_of("pp", left=LEFT), 3, "NO VERDICT", None),
        (run_of("pp", left=LeftBehind(ONE_LEFT, (), REFUSED)), 3, "NO VERDICT", None),
        (run_of("pp", left=LeftBehind(ONE_LEFT)), 3, "NO VERDICT", None),
        (run_of("pp", left=FOREIGN), 3, "NO VERDICT", None),
        (run_of("pf", left=LEFT), 1, "NOT CONFORMING", "1/2"),
        (run_of("pp", left=LEFT_WITHOUT_DELETE), 0, "CONFORMING", "2/2"),
        (run_of("pf", left=LEFT_WITHOUT_DELETE), 1, "NOT CONFORMING", "1/2"),
        # everything has to be tested
        (run_of("pp", require_all=True), 0, "CONFORMING", "2/2"),
        (run_of("pd", require_all=True), 0, "CONFORMING", "1/1"),
        (run_of("ps", require_all=True), 1, "NOT ALL TESTED", "1/2"),
        (run_of("s", require_all=True), 1, "NOT ALL TESTED", "0/1"),
        (run_of("pfs", require_all=True), 1, "NOT CONFORMING", "1/3"),
        (run_of("pse", require_all=True), 1, "NOT ALL TESTED", "1/2"),
        (run_of("pe", require_all=True), 3, "NO VERDICT", None),
        (run_of("ps", BROKEN_OFF, require_all=True), 1, "NOT ALL TESTED", "1/2"),
        (run_of("ps", left=LEFT, require_all=True), 1, "NOT ALL TESTED", "1/2"),
        # only what is worse than before counts
        (run_of("pp", before="pp"), 0, "CONFORMING", "2/2"),
        (run_of("pp", before="pf"), 0, "CONFORMING", "2/2"),
        (run_of("pf", before="pf"), 0, "NOT WORSE", "1/2"),
        (run_of("pf", before="p"), 0, "NOT WORSE", "1/2"),
        (run_of("pe", before="pe"), 0, "NOT WORSE", "1/1"),
        (run_of("ps", before="ps"), 0, "CONFORMING", "1/1"),
        (run_of("pf", before="pp"), 1, "WORSE", "1/2"),
        (run_of("pe", before="pp"), 3, "NO VERDICT", None),
        (run_of("pe", BROKEN_OFF, before="pp"), 3, "NO VERDICT", None),
        (run_of("pfe", before="ppp"), 1, "WORSE", "1/2"),
        (run_of("ps", before="pp"), 1, "WORSE", "1/1"),
        (run_of("pf", before="ps"), 1, "WORSE", "1/2"),
        (run_of("p", before="pp"), 1, "WORSE", "1/1"),
        (run_of("pd", before="pp"), 0, "CONFORMING", "1/1"),
        (run_of("s", before="s"), 3, "NO VERDICT", None),
        (run_of("e", before="e"), 3, "NO VERDICT", None),
        (run_of("ps", before="ps", require_all=True), 0, "CONFORMING", "1/2"),
        (run_of("pf", BROKEN_OFF, before="pf"), 3, "NO VERDICT", None),
        (run_of("pf", BROKEN_OFF, before="pp"), 1, "WORSE", "1/2"),
        (run_of("pf", left=LEFT, before="pf"), 3, "NO VERDICT", None),
        (run_of("pf", left=LEFT, before="pp"), 1, "WORSE", "1/2"),
        (run_of("pf", left=LEFT_WITHOUT_DELETE, before="pf"), 0, "NOT WORSE", "1/2"),
    ],
)
def test_every_report_shows_the_same_verdict(
    run: Run, exit_code: int, verdict: str, badge: str | None, tmp_path: Path
) -> None:
    found = shown(run, tmp_path)
    tone, colour = TONES[exit_code]
    assert found.exit_code == exit_code
    assert found.headline.startswith(f"{verdict}: ")
    assert found.console == found.headline
    assert (found.heading, found.tone) == (f"{found.headline}.", tone)
    assert (found.badge, found.colour) == (f"{badge} documented" if badge else "no verdict", colour)
    assert bool(found.junit) == (exit_code != 0)
    assert ("failure" if exit_code == 1 else "error") in found.junit or exit_code == 0
    assert (found.results["exit_code"], found.results["verdict"]) == (exit_code, verdict)
    assert f"{verdict}: {found.results['because']}" == found.headline
    assert found.results["summary"]["verdict"] == found.headline


@pytest.mark.parametrize(
    ("left", "problems", "notes"),
    [
        (LEFT, 1, 0),
        (LEFT_WITHOUT_DELETE, 0, 1),
        (FOREIGN, 1, 0),
        (LeftBehind(ONE_LEFT, ("homepage exp_9",), OFFERED), 2, 0),
        (LeftBehind(), 0, 0),
    ],
    ids=["left", "no-delete", "foreign", "both", "nothing"],
)
def test_leftovers_are_a_problem_or_on_a_server_without_deletion_a_note(
    left: LeftBehind, problems: int, notes: int, tmp_path: Path
) -> None:
    run = run_of("p", left=left)
    found = shown(run, tmp_path)
    assert (len(run.problems), len(run.notes)) == (problems, notes)
    assert found.results["left_behind"]["experiments"] == list(left.experiments)
    for report in ("report.html", "results.json"):
        text = (tmp_path / report).read_text(encoding="utf-8")
        assert all(name in text for name in (*left.experiments, *left.foreign))
    assert (tmp_path / "left-behind.txt").exists() == bool(left.experiments)
