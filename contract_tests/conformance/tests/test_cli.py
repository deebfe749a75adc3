"""The command line: exit codes, errors of one line, and keys that stay secret."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from conformance.tests.helpers import KEY, SameResponse, Suite
from hostile_servers.echoing import ODD_ANSWERS, OddAnswers
from hostile_servers.server import serving
from pictify_conformance import cli, spec
from pictify_conformance.options import parser, target_from, target_settings
from pictify_conformance.target import Target

TARGET = ["--target", "http://server.test", "--api-key", KEY]


def error_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Return the exit code and the one line on stderr."""
    code = cli.main(arguments)
    captured = capsys.readouterr()
    assert (captured.out, captured.err.count("\n")) == ("", 1)
    return code, captured.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--target", "nonsense", "--api-key", KEY], "--target 'nonsense' is not an http or https"),
        (["--target", "ftp://server.test", "--api-key", KEY], "is not an http or https URL"),
        (["--target", "http://[bad", "--api-key", KEY], "is not an http or https URL"),
        (["--target", "http://", "--api-key", KEY], "is not an http or https URL"),
        (["--target", "http://server.test\n", "--api-key", KEY], "is not an http or https URL"),
        (["--target", "http://server.test/?a=b", "--api-key", KEY], "without query"),
        (["--target", "http://127.0.0.1:1"], "needs an API key: --api-key or PICTIFY_API_KEY"),
        (["--level", "lenient"], "lenient"),
        (["--area", "weather"], "no area 'weather'; there are auth, "),
        (["--rule", "nothing"], "no rule 'nothing'; --list shows them"),
        (["--rule", ""], "no rule ''; --list shows them"),
        (["--rule", "create.weights"], "near it: create.weights-sum.refused, create.weights-sum."),
        ([*TARGET, "--area", "limits"], "limits has assumed rules only; add --level strict"),
        (["--rule", "create."], "near it: create.draft, create.echo, create.request-only and "),
        (["--rule", "get.unknwon"], "no rule 'get.unknwon'; near it: get.unknown"),
        ([*TARGET, "--rule", "limits.headers"], "limits.headers is an assumed rule; add"),
        (["--level", "documented", "--rule", "get.head"], "add --level strict"),
        (["--settle", "soon"], "'soon' is not a number above 0"),
        (["--seed", "x"], "argument --seed: 'x' is not an integer"),
        (["--rate", "0"], "'0' is not a number above 0, up to 1,000,000"),
        (["--request-timeout", "1e308"], "is not a number above 0, up to 1,000,000"),
        (["-n", "many"], "'many' is not auto or a number from 1 to 8"),
        (["-n", "0"], "'0' is not auto or a number from 1 to 8"),
        (["--times", "0"], "'0' is not a number from 1 to 10,000"),
        (["--quick", "--times", "2"], "--quick and --times cannot be combined"),
        (["--chatty"], "unknown option --chatty"),
        (["extra"], "extra argument"),
        ([*TARGET, "--second-api-key", KEY], "is the same key as --api-key; leave it out, or give"),
        ([*TARGET, "--write-key", KEY], "--write-key (or PICTIFY_WRITE_KEY) is the same key as"),
        (["--baseline", "pyproject.toml"], "--baseline pyproject.toml is not a results.json"),
    ],
)
def test_wrong_usage_is_one_line_that_names_what_is_wrong(
    capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    code, line = error_of(capsys, *arguments)
    assert (code, message in line) == (2, True), line


@pytest.mark.parametrize(
    "arguments",
    [
        ["--api_key", KEY],
        [f"--api_key={KEY}"],
        [f"--API-KEY={KEY}"],
        [f"--apikey={KEY}"],
        [f"--api-key{KEY}"],
        [f"--write_key{KEY}"],
        ["--key", KEY],
        [f"-k{KEY}"],
        [f"--a={KEY}"],
        [f"--{KEY}"],
        ["\N{EM DASH}api-key", KEY],
        [KEY],
        ["--target", f"http://user:{KEY}@server.test"],
        ["--target", f"http://{KEY}@server.test/", "--api-key", "of-another-team"],
        ["--target", f"http://user:slash/{KEY}@server.test/", "--api-key", "of-another-team"],
        ["--target", f"http://slash/{KEY}@server.test/", "--api-key", "of-another-team"],
        ["--target", f"user:{KEY}@server.test"],
        ["--target", f"ftp://user:{KEY}@server.test"],
    ],
    ids=str,
)
def test_key_in_the_wrong_place_is_not_shown(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    code, line = error_of(capsys, *arguments)
    assert (code, KEY in line.lower()) == (2, False), line


@pytest.mark.parametrize("option", ["--api-key", "--second-api-key", "--write-key"])
@pytest.mark.parametrize(
    "wrong",
    ["{}\n", "\n{}", "{}\r", "{} ", "{}\x00", "{}\t{}", "{}\x1b[0m", "{}\xe9", "{}\u200b"],
    ids=ascii,
)
def test_malformed_key_is_wrong_usage_and_not_shown(
    capsys: pytest.CaptureFixture[str], option: str, wrong: str
) -> None:
    given = {"--target": "http://127.0.0.1:1", "--api-key": "of-another-team"}
    given[option] = wrong.format(KEY, KEY)
    code, line = error_of(capsys, *(word for pair in given.items() for word in pair))
    assert (code, option in line) == (2, True), line
    assert not [at for at in range(len(KEY) - 6) if KEY[at : at + 6] in line]


def target(*arguments: str) -> Target:
    return target_from(parser().parse_args([*TARGET, *arguments]))


def test_empty_keys_are_not_given() -> None:
    """CI passes an unset secret as an empty text."""
    found = target("--second-api-key", "", "--write-key", "")
    assert (found.second_api_key, found.write_key) == (None, None)


@pytest.mark.parametrize(
    ("given", "expected"), [([], "documented"), (["--level", "strict"], "assumed")]
)
def test_level_with_a_target_is_documented_by_default(given: list[str], expected: str) -> None:
    assert target(*given).level == expected


def test_repr_of_a_target_shows_no_key() -> None:
    assert KEY not in repr(target("--second-api-key", KEY + "2", "--write-key", KEY + "3"))


def test_settle_applies_to_the_mock_too() -> None:
    options = parser().parse_args(["--settle", "0.5"])
    assert target_settings(options)["settle"] == 0.5


@pytest.mark.parametrize("name", ODD_ANSWERS)
def test_server_that_hardly_speaks_http_is_no_verdict(
    capsys: pytest.CaptureFixture[str], name: str
) -> None:
    with serving(OddAnswers(ODD_ANSWERS[name])) as url:
        code, line = error_of(capsys, "--target", url, "--api-key", KEY)
    assert (code, line.startswith(f"pictify-conformance: {url} ")) == (3, True), line
    assert line[:-1].isprintable()


def test_closed_pipe_does_not_change_the_exit_code() -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "pictify_conformance", "--list"]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


def test_reports_that_cannot_be_written_are_no_verdict(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "report.html").mkdir()
    with serving(SameResponse(200)) as url:
        arguments = ["--target", url, "--api-key", KEY, "--rule", "get.unknown"]
        assert cli.main([*arguments, "--report-dir", str(tmp_path)]) == 3
    error = capsys.readouterr().err
    assert (error.count("\n"), "IsADirectoryError" in error) == (1, True), error


def test_report_dir_that_is_a_file_is_wrong_usage(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.write_text("")
    for folder in (file, file / "inside"):
        code, line = error_of(capsys, "--rule", "get.unknown", "--report-dir", str(folder))
        assert (code, f"--report-dir {folder}: " in line) == (2, True), line


def test_unreachable_target_is_no_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    with serving(SameResponse(200)) as url:
        pass
    code, line = error_of(capsys, "--target", url, "--api-key", KEY)
    assert (code, f"{url} does not answer" in line) == (3, True), line


def test_mock_that_does_not_start_is_no_verdict(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/true")
    code, line = error_of(capsys)
    assert (code, "our mock did not start" in line) == (3, True), line


def test_option_wins_over_the_environment(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PICTIFY_API_KEY", KEY)
    with serving(SameResponse(401)) as url, serving(SameResponse(404)) as other:
        monkeypatch.setenv("PICTIFY_BASE_URL", url)
        code, line = error_of(capsys)
        assert (code, url in line, KEY in line) == (2, True, False), line
        assert other in error_of(capsys, "--target", other)[1]


def test_conforming_mock_is_0_and_judged_strictly(suite: Suite) -> None:
    run = suite.run("--rule", "get.unknown")
    assert (run.code, run.results["level"], run.outcomes) == (0, "strict", {"get.unknown": "pass"})
    assert [rule["id"] for rule in run.results["rules"]] == list(spec.rules())
    assert "CONFORMING: the one rule judged passes; 0 skipped, " in run.out


def test_broken_rule_is_1_and_named_in_every_report_without_the_key(suite: Suite) -> None:
    with serving(SameResponse(200)) as url:
        run = suite.judge(url, rules=("get.unknown",))
    assert (run.code, run.outcomes) == (1, {"get.unknown": "fail"})
    assert "NOT CONFORMING: get.unknown broken; of 1 rule 1 failed" in run.out
    assert not [name for name, text in run.reports.items() if KEY in text]
    assert KEY not in run.out + run.err
    for name in ("results.json", "junit.xml", "report.html"):
        assert "get.unknown" in run.reports[name]


def test_server_that_stops_answering_ends_the_run_without_a_verdict(suite: Suite) -> None:
    with serving(SameResponse(200, requests=4)) as url:
        run = suite.judge(url, "--area", "create")
    assert (run.code, run.results["summary"]["pass"]) == (3, 0), run.out
    assert f"{url} has stopped answering; last tried: " in run.out
    assert f"{url} has stopped answering" in run.results["problems"][0]


def test_read_only_sends_nothing_but_reads(suite: Suite) -> None:
    run = suite.run("--read-only", "--area", "list", "-n", "1")
    assert run.code == 0
    assert (run.outcomes["list.unauthorised"], run.outcomes["list.total"]) == ("pass", "skip")
    assert "CONFORMING, by reading alone: all " in run.out
    entries = json.loads(run.reports["run.har"])["log"]["entries"]
    assert {entry["request"]["method"] for entry in entries} <= {"GET", "HEAD", "OPTIONS"}
    assert suite.run("--read-only", "--area", "list", "-n", "1", "--require-all").code == 1


def test_list_shows_the_rules_without_a_server(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--list", "--area", "get", "--level", "documented"]) == 0
    printed = capsys.readouterr().out
    assert "get.unknown" in printed
    assert spec.rules()["get.unknown"].text[:20] in printed
    assert "create.draft" not in printed
    assert "get.head" not in printed
