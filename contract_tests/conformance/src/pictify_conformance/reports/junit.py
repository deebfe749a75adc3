"""junit.xml: the run for CI."""

import re
from collections.abc import Iterator
from itertools import groupby
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
KINDS_OF_RUNS = {RULE_BROKEN: "failure", NO_VERDICT: "error"}
ATTRIBUTES = {"failure": "failures", "error": "errors", "skipped": "skipped"}
ACCEPTED = "no worse than in the baseline"
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Case(NamedTuple):
    """A test case of the file."""

    name: str
    seconds: float
    kind: str | None
    message: str
    text: str


def as_bytes(run: Run) -> bytes:
    """Return the file: a suite for each area with a case for each rule, and one case for the verdict on the run."""
    root = ET.Element(
        "testsuites", name="Pictify Experiments API conformance", time=str(run.seconds)
    )
    for area, group in groupby(run.verdicts, key=lambda verdict: verdict.rule.area):
        _add_suite(root, area, [_case(run, verdict) for verdict in group])
    _add_suite(root, "run", [_case_of_run(run)])
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _case(run: Run, verdict: Verdict) -> Case:
    """Return a case that is no failure where the baseline accepts that the rule is broken."""
    is_accepted = run.is_accepted(verdict)
    kind = "skipped" if is_accepted else KINDS.get(verdict.outcome)
    message = ": ".join([ACCEPTED] * is_accepted + list(_message(verdict)))
    return Case(verdict.rule.id, verdict.seconds, kind, message, verdict.reason)


def _message(verdict: Verdict) -> Iterator[str]:
    """Yield what fits in a line: of a failure what was expected, the request and the status that came."""
    yield from verdict.notes
    last = f" (last request: {verdict.last_request.line})" if verdict.last_request else ""
    yield from (detail.line + last for detail in verdict.details[:1])


def _case_of_run(run: Run) -> Case:
    kind = KINDS_OF_RUNS.get(run.exit_code)
    return Case("verdict", 0.0, kind, run.headline, "\n".join([run.headline, *run.problems]))


def _add_suite(root: ET.Element, name: str, cases: list[Case]) -> None:
    suite = ET.SubElement(root, "testsuite", name=name, tests=str(len(cases)))
    for kind, attribute in ATTRIBUTES.items():
        suite.set(attribute, str(sum(case.kind == kind for case in cases)))
    for case in cases:
        element = ET.SubElement(
            suite, "testcase", classname=name, name=case.name, time=str(case.seconds)
        )
        if case.kind:
            ET.SubElement(element, case.kind, message=_as_xml(case.message)).text = _as_xml(
                case.text
            )


def _as_xml(text: str) -> str:
    return NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
