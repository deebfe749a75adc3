"""The verdict on a run: exit code, console, page, badge, junit.xml and results.json agree."""

import datetime as dt
import io
import json
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from conformance.tests.helpers import SCHEMA
from pictify_conformance.reports import writer
from pictify_conformance.reports.console import print_run
from pictify_conformance.reports.html import as_html
from pictify_conformance.results.collected import CollectedResults
from pictify_conformance.results.comparison import compare
from pictify_conformance.results.findings import Detail, Outcome
from pictify_conformance.results.left_behind import LeftBehind
from pictify_conformance.results.response_coverage import coverage
from pictify_conformance.results.run import Run, finish_run
from pictify_conformance.results.verdicts import Verdict
from pictify_conformance.spec import Rule
from pictify_conformance.target import Target

OUTCOMES = {str(outcome)[0]: outcome for outcome in Outcome}
OFFERED, REFUSED, NOT_OFFERED = frozenset({200, 500}), frozenset({500}), frozenset({404, 405})
LOOKS = {0: ("pass", "#1a7f37"), 1: ("fail", "#c62828"), 3: ("error", "#57606a")}
"""The CSS class of the page's heading and the colour of the badge, by exit code."""


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
        incomplete_because=tuple(problems),
        read_only=read_only,
        left_behind=left or LeftBehind(),
        require_all=require_all,
        baseline=compare(earlier, verdicts) if before is not None else None,
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
    paths = {path.name: path for path in writer.write(run, tmp_path)}
    assert run.exit_code == exit_code
    assert run.headline.startswith(f"{verdict}: ")

    console = io.StringIO()
    print_run(run, Console(file=console, width=200))
    assert console.getvalue().splitlines()[-1] == run.headline

    css_class, colour = LOOKS[exit_code]
    page = paths["report.html"].read_text(encoding="utf-8")
    reason = run.headline.removeprefix(f"{verdict}: ")
    assert f'<h1 class="{css_class}">{verdict}</h1>\n<p>{reason}.</p>' in page

    svg = ET.parse(paths["badge.svg"]).getroot()  # noqa: S314 - our own file
    words = f"{badge} documented" if badge else "no verdict"
    assert svg.get("aria-label") == f"conformance: {words}"
    assert [rect.get("fill") for rect in svg.iter("{http://www.w3.org/2000/svg}rect")][-1] == colour

    cases = ET.parse(paths["junit.xml"]).getroot().iter("testcase")  # noqa: S314 - our own file
    kinds = {element.tag for case in cases for element in case} - {"skipped"}
    assert bool(kinds) == (exit_code != 0)
    assert ("failure" if exit_code == 1 else "error") in kinds or exit_code == 0

    results = json.loads(paths["results.json"].read_bytes())
    SCHEMA.validate(results)
    assert (results["exit_code"], results["verdict"]) == (exit_code, verdict)
    assert (results["because"], results["summary"]["verdict"]) == (reason, run.headline)


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
    writer.write(run, tmp_path)
    assert (len(run.problems), len(run.notes)) == (problems, notes)
    reports = ["report.html", "results.json"] if left.is_deletion_offered else ["results.json"]
    for report in reports:
        text = (tmp_path / report).read_text(encoding="utf-8")
        assert all(name in text for name in (*left.experiments, *left.foreign))
    assert (tmp_path / "left-behind.txt").exists() == bool(left.experiments)


@pytest.mark.parametrize("page", ["", "/", "/index.html"])
def test_rule_is_linked_where_the_installed_package_names_its_documentation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    project = (
        f"Name: pictify-conformance\nProject-URL: Documentation, https://docs.test/api{page}\n"
    )
    metadata = tmp_path / "pictify_conformance-1.0.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text(f"Metadata-Version: 2.4\n{project}", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    started = dt.datetime.now(dt.UTC)
    run = finish_run(Target("http://server.test", "key"), 1, started, CollectedResults(), {})
    link = f"https://docs.test/api/rules.html#rule-{(rule := run.verdicts[0].rule).id}"
    assert run.docs_link(rule) == link
    assert f'href="{link}"' in as_html(run)
