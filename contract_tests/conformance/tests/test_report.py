"""The reports, for people and for programs."""

import io
import json
import os
import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from conformance.tests.helpers import SCHEMA
from pictify_conformance.exit_codes import Stop
from pictify_conformance.judge import MAX_EXCHANGES
from pictify_conformance.progress import show_progress
from pictify_conformance.reports import baseline, har, junit, results_json, writer
from pictify_conformance.reports.console import print_run
from pictify_conformance.results.comparison import compare
from pictify_conformance.results.exchange import Exchange
from pictify_conformance.results.findings import Detail, Outcome
from pictify_conformance.results.response_coverage import coverage
from pictify_conformance.results.run import Run
from pictify_conformance.results.verdicts import Verdict
from pictify_conformance.spec import Rule

HOSTILE = "sent [bold]</pre><script>alert(1)</script>\x00\x1b\ud800 and more\nsecond line"
API = "http://server.test/experiments/api"
SENT = Exchange("POST", API, (), '{"name": "came: 200"}', 400, (), "{}", 1.0, 0.5)
READ = Exchange("GET", "http://server.test/a?b=1", (), "", 200, (), "{}", 1.0, 0.5)


@pytest.fixture
def run() -> Run:
    """A run with one rule of each outcome; the texts of the failed one are hard to write down."""
    verdicts = [
        Verdict(
            Rule(f"area.{outcome.name}", "documented", "A promise.", ("op",), ("create",)),
            outcome,
            tests=["t"],
            seconds=0.1,
        )
        for outcome in Outcome
    ]
    exchange = Exchange(
        "POST",
        "http://server.test/x?a=1",
        (("authorization", "Bearer $PICTIFY_API_KEY"), ("content-type", "application/json")),
        f'{{"it\'s": "{HOSTILE}"}}',
        299,
        (("content-type", "text/html"),),
        HOSTILE,
        1.0,
        0.5,
    )
    failed = verdicts[-1]
    failed.details = (Detail(HOSTILE, HOSTILE, HOSTILE, exchange, (HOSTILE,), HOSTILE),)
    failed.exchanges, failed.blocked_by = (exchange,), "area.other"
    answers = [("startExperiment", "200", "application/json"), ("startExperiment", "299", "")]
    return Run(
        "http://server.test",
        "documented",
        1,
        "2026-03-02T09:00:00+00:00",
        1.5,
        verdicts,
        coverage("assumed", answers),
        (exchange,),
    )


@pytest.fixture
def written(run: Run, tmp_path: Path) -> dict[str, Path]:
    """The reports by name."""
    return {path.name: path for path in writer.write(run, tmp_path)}


def test_results_json_has_the_published_form_and_the_coverage(written: dict[str, Path]) -> None:
    results = json.loads(written["results.json"].read_bytes())
    SCHEMA.validate(results)
    found = results["coverage"]
    assert (found["seen"], found["documented"]) == (1, 1 + len(found["not_seen"]))
    assert found["undocumented"] == [["startExperiment", "299", ""]]
    assert ["startExperiment", "409", "application/json"] in found["not_seen"]


def test_results_json_holds_the_reason_as_data(run: Run) -> None:
    details = (Detail("page", "[1, 50]", "[1, 20]", READ),)
    flaky = replace(run.verdicts[-1], flaky=True, details=details)
    rule = results_json.as_json(replace(run, verdicts=[flaky]))["rules"][0]
    assert (rule["flaky"], rule["in_part"], rule["by_reading"]) == (True, False, False)
    [detail] = rule["details"]
    assert (detail["expected"], detail["came"]) == ("[1, 50]", "[1, 20]")
    assert detail["exchange"]["request"] == READ.as_curl()


def test_junit_has_a_case_for_each_rule(run: Run, written: dict[str, Path]) -> None:
    suite = ET.parse(written["junit.xml"]).getroot()[0]  # noqa: S314 - our own file
    assert [case.get("name") for case in suite] == [verdict.rule.id for verdict in run.verdicts]
    counts = [suite.get(name) for name in ("tests", "failures", "errors", "skipped", "time")]
    assert counts == ["5", "0", "1", "3", "0.5"]


def test_junit_has_one_suite_for_an_area_and_sets_blocked_rules_apart(run: Run) -> None:
    promises = [("a.x", "b.y"), ("b.y", None), ("a.z", None)]
    verdicts = [
        replace(run.verdicts[-1], rule=Rule(id_, "documented", "A promise."), blocked_by=blocker)
        for id_, blocker in promises
    ]
    root = ET.fromstring(junit.as_bytes(replace(run, verdicts=verdicts)))  # noqa: S314 - our own
    assert [suite.get("name") for suite in root] == ["a", "b", "run"]
    messages = {case.get("name"): case[0] for case in root.iter("testcase")}
    assert [messages[id_].tag for id_, _ in promises] == ["skipped", "failure", "failure"]
    assert "not tried, because b.y is broken" in str(messages["a.x"].get("message"))


@pytest.mark.parametrize(
    ("known", "message"),
    [
        (
            {"details": (Detail(expected="status 201", exchange=SENT),)},
            "A promise: expected: status 201 (POST /experiments/api, answered 400)",
        ),
        (
            {"details": (Detail(expected="status 404", exchange=READ),)},
            "A promise: expected: status 404 (GET /a?b=1, answered 200)",
        ),
        (
            {"details": (Detail(expected="200", exchange=READ),), "flaky": True},
            "A promise: flaky: failed once in two tries: expected: 200 (GET /a?b=1, answered 200)",
        ),
        (
            {"details": (Detail("page", "50", "20"),), "exchanges": (SENT, READ)},
            "A promise: page: expected 50, came 20 (last request: GET /a?b=1, answered 200)",
        ),
        (
            {"details": (Detail("needs a slot"),), "in_part": True},
            "A promise: tested in part, and that part passed: needs a slot",
        ),
        (
            {"details": (Detail("KeyError: 'uid'\nat lab.py:12 in read"),)},
            "A promise: KeyError: 'uid'",
        ),
        (
            {"details": (Detail(expected="201", exchange=READ, context="first"), Detail("more"))},
            "A promise: first: expected: 201 (GET /a?b=1, answered 200)",
        ),
    ],
    ids=["body", "query", "flaky", "last-request", "in-part", "ours", "blocked"],
)
def test_junit_message_is_one_line_with_the_request(
    run: Run, known: dict[str, Any], message: str
) -> None:
    """CI shows only the message."""
    run.verdicts[-1] = replace(run.verdicts[-1], **{"exchanges": (), "blocked_by": None, **known})
    failure, _ = ET.fromstring(junit.as_bytes(run)).iter("failure")  # noqa: S314 - our own file
    assert (failure.get("message"), failure.text) == (message, run.verdicts[-1].reason)


def test_har_holds_the_exchanges(written: dict[str, Path]) -> None:
    [entry] = json.loads(written["run.har"].read_bytes())["log"]["entries"]
    assert (entry["request"]["method"], entry["response"]["status"]) == ("POST", 299)
    assert entry["request"]["queryString"] == [{"name": "a", "value": "1"}]
    assert (entry["startedDateTime"], entry["time"]) == ("1970-01-01T00:00:01+00:00", 500.0)


@pytest.mark.parametrize(("room", "kept"), [(10_000_000, 3), (-1, 1)])
def test_har_that_is_full_is_valid_and_says_so(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int, kept: int
) -> None:
    monkeypatch.setattr(har, "MAX_CHARACTERS", room)
    har.write(run.exchanges * 3, tmp_path / "run.har")
    entries = json.loads((tmp_path / "run.har").read_bytes())["log"]["entries"]
    assert len(entries) == kept
    assert ("ends here" in entries[-1].get("comment", "")) == (kept < 3)


def test_run_keeps_more_exchanges_than_the_har_has_room_for(tmp_path: Path) -> None:
    """So the file says that more was sent, whenever that is so."""
    shortest = Exchange("GET", "http://a", (), "", 204, (), "", 1.0, 0.0)
    sizes = []
    for count in (1, 2):
        har.write([shortest] * count, tmp_path / "run.har")
        sizes.append((tmp_path / "run.har").stat().st_size)
    assert (sizes[1] - sizes[0]) * MAX_EXCHANGES > har.MAX_CHARACTERS


def test_page_shows_responses_as_text_and_needs_no_other_file(written: dict[str, Path]) -> None:
    page = written["report.html"].read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", page)


def test_curl_command_runs_in_a_shell_that_fills_the_key_in(run: Run) -> None:
    command = run.exchanges[0].as_curl().replace("\x00", "").replace("\ud800", "")
    environment = {"PATH": os.environ["PATH"], "PICTIFY_API_KEY": "k'y"}
    script = "curl() { printf '%s\\n' \"$@\"; }\n" + command
    printed = subprocess.run(
        ["sh", "-c", script], env=environment, capture_output=True, text=True, check=True
    ).stdout
    assert "\nauthorization: Bearer k'y\n" in printed
    assert '\n{"it\'s": "sent [bold]</pre>' in printed


PASSED, FAILED = Outcome.passed, Outcome.fail


@pytest.mark.parametrize(
    ("outcomes", "lines"),
    [
        ({"one": PASSED, "two": FAILED}, ["nothing is better or worse than in the baseline"]),
        ({"one": Outcome.skip, "two": FAILED}, ["worse: a.one: pass in the baseline, now skip"]),
        ({"one": FAILED, "two": FAILED}, ["worse: a.one: pass in the baseline, now fail"]),
        ({"one": Outcome.error, "two": FAILED}, ["worse: a.one: pass in the baseline, now error"]),
        ({"one": PASSED, "two": PASSED}, ["better: a.two: fail in the baseline, now pass"]),
        (
            {"one": Outcome.disabled, "two": FAILED, "new": FAILED},
            ["nothing is better or worse than in the baseline"],
        ),
        ({"one": PASSED}, ["worse: a.two: fail in the baseline, now no longer a rule"]),
    ],
)
def test_comparison_with_a_baseline(outcomes: dict[str, Outcome], lines: list[str]) -> None:
    verdicts = [
        Verdict(Rule(f"a.{name}", "documented", "A promise."), outcome)
        for name, outcome in outcomes.items()
    ]
    assert compare({"a.one": "pass", "a.two": "fail"}, verdicts).lines() == lines


@pytest.mark.parametrize(
    ("judged", "options", "message"),
    [
        ([], {}, None),
        (["area.passed", "area.new"], {"quick": False}, None),
        (["area.disabled"], {}, "did not judge area.disabled; give both runs the same --level"),
        ([], {"quick": True}, "made with --quick false, not true; give both runs the same options"),
    ],
    ids=["same", "part", "more", "other-options"],
)
def test_baseline_has_to_have_the_same_options(
    run: Run, tmp_path: Path, judged: list[str], options: dict[str, bool], message: str | None
) -> None:
    run = replace(run, options={"quick": False})
    path = {path.name: path for path in writer.write(run, tmp_path)}["results.json"]
    if message is None:
        expected = {verdict.rule.id: str(verdict.outcome) for verdict in run.verdicts}
        assert baseline.read(path, judged, options) == expected
        return
    with pytest.raises(Stop, match=re.escape(message)) as stop:
        baseline.read(path, judged, options)
    assert stop.value.code == 2


@pytest.mark.parametrize(
    "content",
    [None, b"", b"{}", b"[1]", b"\xff"],
    ids=["missing", "empty", "object", "list", "bytes"],
)
def test_invalid_baseline_is_wrong_usage_in_one_line(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "other.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Stop, match="--baseline") as stop:
        baseline.read(path, [], {})
    assert (stop.value.code, "\n" in str(stop.value)) == (2, False)


def printed(run: Run, **options: bool) -> str:
    file = io.StringIO()
    print_run(run, Console(file=file, width=100), **options)
    return file.getvalue()


def test_terminal_shows_judged_rules_reasons_and_the_verdict_last(run: Run) -> None:
    text = printed(run, verbose=True)
    assert "area.disabled" not in text
    assert "rule: A promise." in text
    assert "not tried because area.other is broken" in text
    assert "sent [bold]" in text
    assert text.splitlines()[-1].startswith("NOT CONFORMING")


def test_terminal_shows_a_pass_in_few_lines(run: Run) -> None:
    passed = replace(run, verdicts=[replace(run.verdicts[1]) for _ in range(300)])
    assert len(printed(passed).splitlines()) <= 4


def test_terminal_counts_every_skipped_rule(run: Run) -> None:
    skip = next(each for each in run.verdicts if each.outcome is Outcome.skip)
    details = [(Detail(f"reason {number}"),) for number in range(5)]
    reasons = replace(run, verdicts=[replace(skip, details=each) for each in details])
    assert sum(map(int, re.findall(r"skipped (\d+): ", printed(reasons)))) == 5


def test_terminal_names_each_cause_with_numbers_page_and_command(run: Run) -> None:
    counted = Detail("clicks of v0", "1", "2")
    rule = Rule("click.counts", "documented", "Counts.", ("trackExperimentClick",), ("click",))
    verdicts = [
        Verdict(rule, Outcome.fail, (counted,)),
        Verdict(replace(rule, id="click.once"), Outcome.fail, (counted,)),
        Verdict(replace(rule, id="click.blocked"), Outcome.fail, blocked_by="click.counts"),
    ]
    lines = printed(replace(run, verdicts=verdicts, options={"quick": True})).splitlines()
    assert lines[:6] == [
        "1. GET /s/{slug}/click",
        "   click.counts: clicks of v0: expected 1, came 2",
        "   page: click: /api-reference/endpoints/experiments/click",
        "   fails alike: click.once",
        "   not tried because of it: click.blocked",
        "   again: pictify-conformance --target http://server.test --rule click.counts"
        " --level documented --seed 1 --quick",
    ]


@pytest.mark.parametrize("terminal", [True, False])
def test_progress_names_a_broken_rule_once_and_estimates_the_rest(terminal: bool) -> None:
    file = io.StringIO()
    console = Console(file=file, force_terminal=terminal, width=100)
    with show_progress(console) as advance:
        for done in range(1, 101):
            advance("t", done, 100, ["click.counts"] if done > 50 else [])
    shown = file.getvalue()
    assert shown.count("fail  click.counts") == 1
    assert "1 failed, about 10 s left" in shown
    assert len(shown.splitlines()) == 6 or terminal
