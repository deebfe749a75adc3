"""junit.xml: the run for CI."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree import ElementTree as ET

from pictify_conformance.exit_codes import NO_VERDICT, RULE_BROKEN
from pictify_conformance.results.findings import Outcome
from pictify_conformance.results.run import Run
from pictify_conformance.results.verdicts import Verdict

KINDS = {
    Outcome.fail: "failure",
    Outcome.error: "error",
    Outcome.skip: "skipped",
    Outcome.disabled: "skipped",
}
RUN_KINDS = {RULE_BROKEN: "failure", NO_VERDICT: "error"}
ATTRIBUTES = {"failure": "failures", "error": "errors", "skipped": "skipped"}
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Case(NamedTuple):
    """A test case of the file."""

    name: str
    seconds: float
    kind: str | None
    message: str
    text: str


def as_bytes(run: Run) -> bytes:
    """Return a suite for each area with a case for each rule, and a case for the whole run."""
    name = "Pictify Experiments API conformance"
    root = ET.Element("testsuites", name=name, time=str(run.seconds), timestamp=run.started)
    areas: dict[str, list[Case]] = {}
    for verdict in run.verdicts:
        areas.setdefault(verdict.rule.area, []).append(_rule_case(run, verdict))
    for area, cases in areas.items():
        _add_suite(root, area, cases)
    text = "\n".join([run.headline, *run.problems])
    _add_suite(root, "run", [Case("verdict", 0, RUN_KINDS.get(run.exit_code), run.headline, text)])
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _rule_case(run: Run, verdict: Verdict) -> Case:
    kind, message = KINDS.get(verdict.outcome), list(_message(verdict))
    if verdict.blocked_by:
        # The rule that blocks it is the failure.
        kind, message = "skipped", [f"not tried, because {verdict.blocked_by} is broken", *message]
    if run.is_accepted(verdict):
        kind, message = "skipped", ["no worse than in the baseline", *message]
    return Case(verdict.rule.id, verdict.seconds, kind, ": ".join(message), verdict.reason)


def _message(verdict: Verdict) -> Iterator[str]:
    """Yield the parts of one line: the rule, notes, the expectation, the request, its status."""
    if verdict.outcome is Outcome.fail:
        yield verdict.rule.text.rstrip(".")
    yield from verdict.notes
    last = f" (last request: {verdict.last_request.line})" if verdict.last_request else ""
    yield from (detail.line + last for detail in verdict.details[:1])


def _add_suite(root: ET.Element, name: str, cases: list[Case]) -> None:
    seconds = str(round(sum(case.seconds for case in cases), 3))
    suite = ET.SubElement(root, "testsuite", name=name, tests=str(len(cases)), time=seconds)
    for kind, attribute in ATTRIBUTES.items():
        suite.set(attribute, str(sum(case.kind == kind for case in cases)))
    for case in cases:
        names = {"classname": name, "name": case.name, "time": str(case.seconds)}
        element = ET.SubElement(suite, "testcase", names)
        if case.kind:
            problem = ET.SubElement(element, case.kind, message=_as_xml(case.message))
            problem.text = _as_xml(case.text)


def _as_xml(text: str) -> str:
    return NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
