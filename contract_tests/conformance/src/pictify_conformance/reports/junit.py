"""junit.xml: the run for CI."""

import re
from itertools import groupby
from xml.etree import ElementTree as ET

from pictify_conformance.pytest_plugin import FLAKY
from pictify_conformance.results.run import Run
from pictify_conformance.results.verdicts import IN_PART, Outcome, Verdict

KINDS = {Outcome.fail: "failure", Outcome.error: "error", Outcome.skip: "skipped", Outcome.disabled: "skipped"}
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
REQUEST = re.compile(
    r"^  (?:sent: )?((?:last request: )?[A-Z]+ /\S*?)(?:, answered |(?: .*?)?\n  came: )(\d{3})\b",
    re.MULTILINE | re.DOTALL,
)


def as_bytes(run: Run) -> bytes:
    """The file: a suite for each area, a case for each rule."""
    root = ET.Element("testsuites", name="Pictify Experiments API conformance", time=str(run.seconds))
    for area, group in groupby(run.verdicts, key=lambda verdict: verdict.rule.area):
        verdicts = list(group)
        suite = ET.SubElement(root, "testsuite", name=area, tests=str(len(verdicts)))
        for kind, name in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            suite.set(name, str(sum(KINDS.get(verdict.outcome) == kind for verdict in verdicts)))
        for verdict in verdicts:
            _case(suite, verdict)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _case(suite: ET.Element, verdict: Verdict) -> None:
    case = ET.SubElement(
        suite, "testcase", classname=verdict.rule.area, name=verdict.rule.id, time=str(verdict.seconds)
    )
    if kind := KINDS.get(verdict.outcome):
        reason = NOT_XML.sub("\N{REPLACEMENT CHARACTER}", verdict.reason)
        ET.SubElement(case, kind, message=_message(reason)).text = reason


def _message(reason: str) -> str:
    """The reason in one line; of a failure what was expected, the request and the status that came."""
    first, _, rest = reason.partition("\n")
    if f"{first}\n" in (FLAKY, IN_PART):
        return f"{first}: {_message(rest)}"
    request = REQUEST.search(rest)
    return f"{first} ({request[1]}, answered {request[2]})" if request else first
