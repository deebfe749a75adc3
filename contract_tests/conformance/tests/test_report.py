"""Reports that people and machines can read."""

import io
import json
import os
import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema_rs
import pytest
from rich.console import Console

from pictify_conformance.exit_codes import Stop
from pictify_conformance.reports import baseline, har, junit, results_json, writer
from pictify_conformance.reports.console import show
from pictify_conformance.results.comparison import compare
from pictify_conformance.results.exchange import Exchange
from pictify_conformance.results.findings import Detail, Outcome
from pictify_conformance.results.response_coverage import coverage
from pictify_conformance.results.run import Run
from pictify_conformance.results.verdicts import Verdict
from pictify_conformance.spec import Rule

SCHEMA = json.loads(baseline.SCHEMA.read_text(encoding="utf-8"))


HOSTILE = "sent [bold]</pre><script>alert(1)</script>\x00\x1b\ud800 and more\nsecond line"


@pytest.fixture
def run() -> Run:
    """A run with one rule of each outcome, one of them with a reason that is hard to write down."""
    rules = [
        Rule(f"area.{outcome.name}", "documented", "A promise.", ("op",), ("create",))
        for outcome in Outcome
    ]
    verdicts = [
        Verdict(rule, outcome, (), None, ["t"], 0.1)
        for rule, outcome in zip(rules, Outcome, strict=True)
    ]
    asked = (("authorization", "Bearer $PICTIFY_API_KEY"), ("content-type", "application/json"))
    came = (("content-type", "text/html"),)
    sent = f'{{"it\'s": "{HOSTILE}"}}'
    seen = Exchange("POST", "http://server.test/x?a=1", asked, sent, 299, came, HOSTILE, 1.0, 0.5)
    verdicts[-1].details, verdicts[-1].exchanges = (
        (Detail(HOSTILE, HOSTILE, HOSTILE, seen, (HOSTILE,), HOSTILE),),
        (seen,),
    )
    verdicts[-1].blocked_by = "area.other"
    covered = coverage(
        "assumed", [("startExperiment", "200", "application/json"), ("startExperiment", "299", "")]
    )
    return Run(
        "http://server.test",
        "documented",
        1,
        "2026-03-02T09:00:00+00:00",
        1.5,
        verdicts,
        covered,
        (seen,),
    )


@pytest.fixture
def written(run: Run, tmp_path: Path) -> dict[str, Path]:
    """The reports by name."""
    return {path.name: path for path in writer.write(run, tmp_path)}


def test_results_have_the_published_form(written: dict[str, Path]) -> None:
    """results.json is valid by its schema, whatever a server answered."""
    text = written["results.json"].read_text(encoding="utf-8")
    jsonschema_rs.validator_for(SCHEMA, validate_formats=True).validate(json.loads(text))


def test_coverage_counts_documented_answers(run: Run) -> None:
    """The coverage has what was seen of the spec's answers, what was not, and what the spec does not name."""
    told = results_json.as_json(run)["coverage"]
    assert (told["seen"], told["documented"]) == (1, 1 + len(told["not_seen"]))
    assert told["undocumented"] == [["startExperiment", "299", ""]]
    assert ["startExperiment", "409", "application/json"] in told["not_seen"]


def test_junit_has_a_case_for_each_rule(run: Run, written: dict[str, Path]) -> None:
    """junit.xml is well-formed XML with the counts and one case a rule."""
    suite = ET.parse(written["junit.xml"]).getroot()[0]  # noqa: S314 - we wrote it a line above
    assert [case.get("name") for case in suite] == [verdict.rule.id for verdict in run.verdicts]
    assert {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "5",
        "failures": "1",
        "errors": "1",
        "skipped": "2",
    }


SENT = Exchange(
    "POST",
    "http://server.test/experiments/api",
    (),
    '{"name": "came: 200"}',
    400,
    (),
    "{}",
    1.0,
    0.5,
)
READ = Exchange("GET", "http://server.test/a?b=1", (), "", 200, (), "{}", 1.0, 0.5)


@pytest.mark.parametrize(
    ("known", "message"),
    [
        (
            {"details": (Detail(expected="status 201", exchange=SENT),)},
            "expected: status 201 (POST /experiments/api, answered 400)",
        ),
        (
            {"details": (Detail(expected="status 404", exchange=READ),)},
            "expected: status 404 (GET /a?b=1, answered 200)",
        ),
        (
            {"details": (Detail(expected="a list", exchange=SENT),), "flaky": True},
            "flaky: failed once in two tries: expected: a list (POST /experiments/api, answered 400)",
        ),
        (
            {
                "details": (Detail("page: other than expected", "[1, 50]", "[1, 20]"),),
                "exchanges": (SENT, READ),
            },
            "page: other than expected (last request: GET /a?b=1, answered 200)",
        ),
        (
            {"details": (Detail("needs a slot"),), "in_part": True},
            "tested in part, and that part passed: needs a slot",
        ),
        ({"details": (Detail("KeyError: 'uid'\nat lab.py:12 in read"),)}, "KeyError: 'uid'"),
        (
            {
                "details": (
                    Detail(expected="status 201", exchange=SENT, context="needed first"),
                    Detail("more"),
                )
            },
            "needed first: expected: status 201 (POST /experiments/api, answered 400)",
        ),
    ],
    ids=["body", "query", "flaky", "last-request", "in-part", "ours", "blocked"],
)
def test_junit_tells_what_happened_in_a_line(run: Run, known: dict[str, Any], message: str) -> None:
    """The message in junit.xml, which CI shows alone, names the request and the status that came."""
    run.verdicts[-1] = replace(run.verdicts[-1], **{"exchanges": (), **known})
    failure, _ = ET.fromstring(junit.as_bytes(run)).iter("failure")  # noqa: S314 - we wrote it
    assert (failure.get("message"), failure.text) == (message, run.verdicts[-1].reason)


def test_results_hold_data(run: Run) -> None:
    """results.json has what was expected, what came and the exchange as data, beside the reason for people."""
    flaky = replace(
        run.verdicts[-1], flaky=True, details=(Detail("page", "[1, 50]", "[1, 20]", READ),)
    )
    rule = results_json.as_json(replace(run, verdicts=[flaky]))["rules"][0]
    assert (rule["flaky"], rule["in_part"], rule["by_reading"]) == (True, False, False)
    [detail] = rule["details"]
    assert (detail["expected"], detail["came"]) == ("[1, 50]", "[1, 20]")
    assert detail["exchange"]["request"] == READ.as_curl()


def test_badge_is_a_picture_of_the_verdict(written: dict[str, Path]) -> None:
    """badge.svg is well-formed, and says how many of the judged rules passed."""
    picture = ET.parse(written["badge.svg"]).getroot()  # noqa: S314 - we wrote it a line above
    assert picture.get("aria-label") == "conformance: 1/2 documented"


def test_har_holds_the_exchanges(written: dict[str, Path]) -> None:
    """run.har is a HAR of what was sent and what came."""
    [entry] = json.loads(written["run.har"].read_text(encoding="utf-8"))["log"]["entries"]
    assert (entry["request"]["method"], entry["response"]["status"], entry["time"]) == (
        "POST",
        299,
        500.0,
    )
    assert entry["request"]["queryString"] == [{"name": "a", "value": "1"}]
    assert entry["startedDateTime"] == "1970-01-01T00:00:01+00:00"


@pytest.mark.parametrize(("room", "kept"), [(10_000_000, 3), (0, 1)])
def test_har_says_that_it_was_cut(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int, kept: int
) -> None:
    """A run.har that does not hold everything is valid, and its last entry says that there was more."""
    monkeypatch.setattr(har, "LARGEST", room - 1)
    har.write(run.exchanges * 3, tmp_path / "run.har")
    entries = json.loads((tmp_path / "run.har").read_text(encoding="utf-8"))["log"]["entries"]
    assert len(entries) == kept
    assert ("ends here" in entries[-1].get("comment", "")) == (kept < 3)


def test_page_escapes_what_servers_say(written: dict[str, Path]) -> None:
    """report.html shows an answer as text, and needs nothing from elsewhere."""
    page = written["report.html"].read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", page)


def test_curl_is_a_command(run: Run) -> None:
    """The request of a failure can be pasted into a shell, which fills the key in."""
    curl = run.exchanges[0].as_curl()
    environment = {"PATH": os.environ["PATH"], "PICTIFY_API_KEY": "k'y"}
    printed = "curl() { printf '%s\\n' \"$@\"; }\n" + curl.replace("\x00", "").replace("\ud800", "")
    told = subprocess.run(
        ["sh", "-c", printed], env=environment, capture_output=True, text=True, check=True
    ).stdout
    assert "\nauthorization: Bearer k'y\n" in told
    assert '\n{"it\'s": "sent [bold]</pre>' in told


def verdicts_of(**outcomes: Outcome) -> list[Verdict]:
    """Verdicts on rules of the area a."""
    return [
        Verdict(Rule(f"a.{name}", "documented", "A promise."), outcome)
        for name, outcome in outcomes.items()
    ]


@pytest.mark.parametrize(
    ("outcomes", "told"),
    [
        ({"one": Outcome.passed, "three": Outcome.fail}, []),
        (
            {"one": Outcome.skip, "three": Outcome.fail},
            ["worse: a.one: pass in the baseline, now skip"],
        ),
        (
            {"one": Outcome.fail, "three": Outcome.fail},
            ["worse: a.one: pass in the baseline, now fail"],
        ),
        (
            {"one": Outcome.error, "three": Outcome.fail},
            ["worse: a.one: pass in the baseline, now error"],
        ),
        (
            {"one": Outcome.passed, "three": Outcome.passed},
            ["better: a.three: fail in the baseline, now pass"],
        ),
        ({"one": Outcome.disabled, "three": Outcome.fail}, []),
        ({"one": Outcome.passed, "three": Outcome.fail, "new": Outcome.fail}, []),
        ({"one": Outcome.passed}, ["worse: a.three: fail in the baseline, now no longer a rule"]),
    ],
)
def test_comparison_with_a_baseline(outcomes: dict[str, Outcome], told: list[str]) -> None:
    """What got better, what got worse, and what is no longer a rule is told."""
    lines = compare({"a.one": "pass", "a.three": "fail"}, verdicts_of(**outcomes)).lines()
    assert lines == (told or ["nothing is better or worse than in the baseline"])


def test_baseline_is_a_results_file(run: Run, written: dict[str, Path]) -> None:
    """What one run wrote is the baseline of another."""
    assert baseline.read(written["results.json"]) == {
        v.rule.id: str(v.outcome) for v in run.verdicts
    }


@pytest.mark.parametrize(
    "content",
    [None, b"", b"{}", b"[1]", b"\xff"],
    ids=["missing", "empty", "object", "list", "bytes"],
)
def test_baseline_of_another_kind(tmp_path: Path, content: bytes | None) -> None:
    """A file that is no results.json is wrong usage in one line."""
    path = tmp_path / "other.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Stop, match="--baseline") as stopped:
        baseline.read(path)
    assert (stopped.value.code, "\n" in str(stopped.value)) == (2, False)


def test_table_shows_what_was_judged(run: Run) -> None:
    """The table has a row for every rule that was not switched off, the reasons below it and the verdict last."""
    console = Console(file=io.StringIO(), width=100)
    show(run, console)
    assert isinstance(console.file, io.StringIO)
    shown = console.file.getvalue()
    assert "area.disabled" not in shown
    assert "rule: A promise." in shown
    assert "not tried because area.other is broken" in shown
    assert "sent [bold]" in shown
    assert shown.splitlines()[-1].startswith("NOT CONFORMING")
