"""The run's result as people and machines read it: table, results.json and junit.xml."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from contract_tests import spec
from contract_tests.verdict import Outcome, Verdict, headline, summary

SCHEMA_VERSION = 1
STYLES = {"pass": "green", "fail": "bold red", "error": "bold magenta", "skip": "yellow", "disabled": "dim"}
JUNIT_KINDS = {Outcome.fail: "failure", Outcome.error: "error", Outcome.skip: "skipped", Outcome.disabled: "skipped"}
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Run:
    """One finished run."""

    target: str
    level: str
    seed: int
    started: str
    seconds: float
    verdicts: list[Verdict]


def write(run: Run, directory: Path) -> Iterator[Path]:
    """Write results.json and junit.xml, and tell where they are."""
    directory.mkdir(parents=True, exist_ok=True)
    results, junit = directory / "results.json", directory / "junit.xml"
    text = json.dumps(as_json(run), indent=2, ensure_ascii=False)
    results.write_text(text + "\n", encoding="utf-8", errors="backslashreplace")
    junit.write_bytes(ET.tostring(_junit(run), encoding="utf-8", xml_declaration=True))
    yield from (results, junit)


def as_json(run: Run) -> dict[str, Any]:
    """The run in the form of results.schema.json."""
    return {
        "schema_version": SCHEMA_VERSION,
        "target": run.target,
        "level": run.level,
        "spec": {"version": spec.document()["info"]["version"], "sha256": spec.digest()},
        "seed": run.seed,
        "started": run.started,
        "seconds": run.seconds,
        "rules": [_rule(verdict) for verdict in run.verdicts],
        "summary": {**summary(run.verdicts), "verdict": headline(run.verdicts)},
    }


def _rule(verdict: Verdict) -> dict[str, Any]:
    return {
        "id": verdict.rule.id,
        "area": verdict.rule.area,
        "level": verdict.rule.level,
        "operations": list(verdict.rule.operations),
        "outcome": str(verdict.outcome),
        "reason": verdict.reason,
        "blocked_by": verdict.blocked_by,
        "tests": verdict.tests,
        "seconds": verdict.seconds,
    }


def _junit(run: Run) -> ET.Element:
    root = ET.Element("testsuites", name="Pictify Experiments API conformance", time=str(run.seconds))
    for area, group in groupby(run.verdicts, key=lambda verdict: verdict.rule.area):
        verdicts = list(group)
        suite = ET.SubElement(root, "testsuite", name=area, tests=str(len(verdicts)))
        for kind, name in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            suite.set(name, str(sum(JUNIT_KINDS.get(verdict.outcome) == kind for verdict in verdicts)))
        for verdict in verdicts:
            _junit_case(suite, verdict)
    return root


def _junit_case(suite: ET.Element, verdict: Verdict) -> None:
    case = ET.SubElement(
        suite, "testcase", classname=verdict.rule.area, name=verdict.rule.id, time=str(verdict.seconds)
    )
    if kind := JUNIT_KINDS.get(verdict.outcome):
        reason = NOT_XML.sub("\N{REPLACEMENT CHARACTER}", verdict.reason)
        ET.SubElement(case, kind, message=reason.partition("\n")[0]).text = reason


def show(run: Run, console: Console) -> None:
    """Print the table of rules, what went wrong, and the verdict in one line."""
    table = Table("rule", "level", "outcome", Column("seconds", justify="right"), box=None, pad_edge=False)
    for verdict in run.verdicts:
        if verdict.outcome is Outcome.disabled:
            continue
        outcome = str(verdict.outcome)
        table.add_row(verdict.rule.id, verdict.rule.level, Text(outcome, STYLES[outcome]), f"{verdict.seconds:.2f}")
    console.print(table)
    for verdict in run.verdicts:
        if verdict.outcome in (Outcome.skip, Outcome.error, Outcome.fail):
            console.print(_told(verdict), soft_wrap=True)
    console.print()
    console.print(headline(run.verdicts), soft_wrap=True, markup=False, highlight=False)


def _told(verdict: Verdict) -> Text:
    outcome = str(verdict.outcome)
    text = Text.assemble(("\n" + outcome, STYLES[outcome]), f"  {verdict.rule.id} ({verdict.rule.level})\n")
    if verdict.outcome is Outcome.fail:
        text.append(f"  rule: {verdict.rule.text}\n  page: {', '.join(verdict.rule.source)}\n")
    if verdict.blocked_by:
        text.append(f"  not tried because {verdict.blocked_by} is broken\n")
    text.append("  " + verdict.reason.replace("\n", "\n  "))
    return text
