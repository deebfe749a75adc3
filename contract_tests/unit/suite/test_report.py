"""Reports that people and machines can read."""

import io
import json
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema_rs
import pytest
from rich.console import Console

from contract_tests import report
from contract_tests.spec import Rule
from contract_tests.verdict import Outcome, Verdict

SCHEMA = json.loads((Path(report.__file__).parent / "results.schema.json").read_text(encoding="utf-8"))


@pytest.fixture
def run() -> report.Run:
    """A run with one rule of each outcome, one of them with a reason that is hard to write down."""
    rules = {
        outcome: Rule(f"area.{outcome.name}", "documented", "A promise.", ("op",), ("page",)) for outcome in Outcome
    }
    verdicts = [Verdict(rule, outcome, "", None, ["t"], 0.1) for outcome, rule in rules.items()]
    verdicts[-1].reason = "sent [bold]\x00\x1b\ud800 and more\nsecond line"
    verdicts[-1].blocked_by = "area.other"
    return report.Run("http://server.test", "documented", 1, "2026-03-02T09:00:00+00:00", 1.5, verdicts)


def test_results_have_the_published_form(run: report.Run, tmp_path: Path) -> None:
    """results.json is valid by its schema, whatever a server answered."""
    results, _ = report.write(run, tmp_path)
    jsonschema_rs.validator_for(SCHEMA, validate_formats=True).validate(json.loads(results.read_text(encoding="utf-8")))


def test_junit_has_a_case_for_each_rule(run: report.Run, tmp_path: Path) -> None:
    """junit.xml is well-formed XML with the counts and one case a rule."""
    _, junit = report.write(run, tmp_path)
    suite = ET.parse(junit).getroot()[0]  # noqa: S314 - we wrote it a line above
    assert [case.get("name") for case in suite] == [verdict.rule.id for verdict in run.verdicts]
    assert {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "5",
        "failures": "1",
        "errors": "1",
        "skipped": "2",
    }


def test_table_shows_what_was_judged(run: report.Run) -> None:
    """The table has a row for every rule that was not switched off, the reasons below it and the verdict last."""
    console = Console(file=io.StringIO(), width=100)
    report.show(run, console)
    assert isinstance(console.file, io.StringIO)
    shown = console.file.getvalue()
    assert "area.disabled" not in shown
    assert "rule: A promise." in shown
    assert "not tried because area.other is broken" in shown
    assert "sent [bold]" in shown
    assert shown.splitlines()[-1].startswith("NOT CONFORMING")
