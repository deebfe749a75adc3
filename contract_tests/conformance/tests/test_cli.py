"""The command line: exit codes, one-line errors, and keys that stay secret."""

import argparse
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from hostile_servers.echoing import ODD_ANSWERS, OddAnswers
from hostile_servers.server import serving
from pictify_conformance import cli as command
from pictify_conformance import mock_process, spec
from pictify_conformance.options import parser
from pictify_conformance.reports import baseline

ROOT = Path(__file__).parents[3]
KEY = "secret-key-of-a-team"
RESULTS_SCHEMA = json.loads(baseline.SCHEMA.read_text(encoding="utf-8"))


@contextmanager
def server(status: int, body: bytes = b"{}", answers: int = sys.maxsize) -> Iterator[str]:
    """A server that answers everything alike, so many times; its URL."""
    left = iter(range(answers))

    class Same(BaseHTTPRequestHandler):
        def answer(self) -> None:
            if next(left, None) is None:
                self.close_connection = True
                return
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = do_TRACE = answer  # noqa: N815 - the names are http.server's

        def log_message(self, *_: object) -> None:
            pass

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Same)
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.server_port}"
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("PICTIFY_")]:
        monkeypatch.delenv(name)


def stopped(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """The exit code and the one line on stderr."""
    code = command.main(arguments)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    return code, captured.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--target", "nonsense", "--api-key", KEY], "nonsense"),
        (["--target", "ftp://server.test", "--api-key", KEY], "no http or https URL"),
        (["--target", "http://[bad", "--api-key", KEY], "no http or https URL"),
        (["--target", "http://", "--api-key", KEY], "no http or https URL"),
        (["--target", "http://127.0.0.1:1"], "--api-key"),
        (["--level", "lenient"], "lenient"),
        (["--area", "weather"], "weather"),
        (["--rule", "create.nothing"], "create.nothing"),
        (["--settle", "soon"], "soon"),
        (["--rate", "0"], "no number above 0"),
        (["--rate", "fast"], "fast is no number above 0, up to 1,000,000"),
        (["--request-timeout", "1e308"], "no number above 0, up to 1,000,000"),
        (["--target", "http://server.test\n", "--api-key", KEY], "no http or https URL"),
        (["--target", "http://server.test/?a=b", "--api-key", KEY], "without query"),
        (["-n", "many"], "neither auto nor a number"),
        (["-n", "0"], "neither auto nor a number"),
        (["--times", "0"], "no number from 1 to 10,000"),
        (["--quick", "--times", "2"], "contradict"),
        (["--verbose"], "--verbose"),
        (["extra"], "extra"),
        (["--a", "list"], "ambiguous option: --a could match"),
        (
            ["--target", "http://server.test", "--api-key", KEY, "--second-api-key", KEY],
            "is the same key as --api-key",
        ),
        (
            ["--target", "http://server.test", "--api-key", KEY, "--write-key", KEY],
            "is the same key as --api-key",
        ),
    ],
)
def test_wrong_usage_is_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    """Wrong usage is 2 and one line that names what is wrong."""
    code, line = stopped(capsys, *arguments)
    assert (code, told in line) == (2, True), line


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
def test_mistyped_key_is_not_shown(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    """A key in the wrong place is wrong usage, and the line does not repeat it."""
    code, line = stopped(capsys, *arguments)
    assert (code, KEY in line.lower()) == (2, False), line


@pytest.mark.parametrize("option", ["--api-key", "--second-api-key", "--write-key"])
@pytest.mark.parametrize(
    "wrong",
    ["{}\n", "\n{}", "{}\r", "{} ", "{}\x00", "{}\t{}", "{}\x1b[0m", "{}\xe9", "{}\u200b"],
    ids=ascii,
)
def test_key_that_is_none_is_not_shown(
    capsys: pytest.CaptureFixture[str], option: str, wrong: str
) -> None:
    """A key with a line break, a space or another odd character is wrong usage, and no part of it is shown."""
    given = {
        "--target": "http://127.0.0.1:1",
        "--api-key": "of-another-team",
        option: wrong.format(KEY, KEY),
    }
    code, line = stopped(capsys, *(word for pair in given.items() for word in pair))
    assert (code, option in line) == (2, True), line
    assert not [at for at in range(len(KEY) - 6) if KEY[at : at + 6] in line]


def test_empty_keys_are_none() -> None:
    """A key that is empty, as an unset secret is in CI, is not given."""
    with server(200) as url:
        arguments = ["--target", url, "--api-key", KEY, "--second-api-key", "", "--write-key", ""]
        with command.targets_of(options(*arguments)) as [target]:
            assert (target.second_api_key, target.write_key) == (None, None)


@pytest.mark.parametrize("name", ODD_ANSWERS)
def test_odd_answers_are_no_verdict(capsys: pytest.CaptureFixture[str], name: str) -> None:
    """A server whose answer is hardly HTTP, or leads nowhere, is 3 and one line."""
    with serving(OddAnswers(ODD_ANSWERS[name])) as url:
        code, line = stopped(capsys, "--target", url, "--api-key", KEY)
    assert (code, line.startswith(f"pictify-conformance: {url} ")) == (3, True), line
    assert line[:-1].isprintable()


def test_reader_that_goes_away_changes_no_code() -> None:
    """What is printed into a closed pipe is lost, and the exit code is the same."""
    read, write = os.pipe()
    os.close(read)
    line = [sys.executable, "-m", "pictify_conformance", "--list"]
    done = subprocess.run(
        line, cwd=ROOT, stdout=write, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (0, "")


def test_reports_that_cannot_be_written_are_no_verdict(tmp_path: Path) -> None:
    """A folder for the reports that is a file is 3 and one line, and no broken rule."""
    (tmp_path / "file").write_text("")
    line = [
        sys.executable,
        "-m",
        "pictify_conformance",
        "--report-dir",
        str(tmp_path / "file"),
        "--rule",
        "get.unknown",
    ]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (3, 1), done.stderr
    assert "FileExistsError" in done.stderr


def test_unreachable_target_is_no_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    """A port where nothing listens is 3 and one line."""
    with server(200) as url:
        pass
    code, line = stopped(capsys, "--target", url, "--api-key", KEY)
    assert (code, f"{url} does not answer" in line) == (3, True), line


def test_mock_that_does_not_start_is_no_verdict(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mock that ends before it is ready is 3 and one line."""
    monkeypatch.setattr(sys, "executable", "/bin/true")
    code, line = stopped(capsys)
    assert (code, "our mock did not start" in line) == (3, True), line


def test_refused_key_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """A key that the server refuses is 2 and one line without the key."""
    with server(401) as url:
        code, line = stopped(capsys, "--target", url, "--api-key", KEY)
    assert (code, "refuses the API key (401)" in line, KEY in line) == (2, True, False), line


def test_wrong_key_of_the_mock_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """Our mock refuses an unknown key in the first second."""
    with mock_process.running() as target:
        code, line = stopped(capsys, "--target", target.base_url, "--api-key", KEY)
    assert (code, "refuses the API key (401)" in line) == (2, True), line


@pytest.mark.parametrize("status", [404, 410])
def test_server_without_the_api_is_no_verdict(
    capsys: pytest.CaptureFixture[str], status: int
) -> None:
    """A server that has neither list nor quota does not offer the API."""
    with server(status) as url:
        code, line = stopped(capsys, "--target", url, "--api-key", KEY)
    assert (code, "does not offer the API" in line) == (3, True), line


def test_settings_come_from_the_environment(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment gives the settings that no option gives."""
    monkeypatch.setenv("PICTIFY_API_KEY", KEY)
    with server(401) as url, server(404) as other:
        monkeypatch.setenv("PICTIFY_BASE_URL", url)
        assert url in stopped(capsys)[1]
        assert other in stopped(capsys, "--target", other)[1]


def options(*arguments: str) -> argparse.Namespace:
    """The options of a command line."""
    return parser().parse_args(arguments)


@pytest.mark.parametrize(
    ("given", "expected"), [([], "documented"), (["--level", "strict"], "assumed")]
)
def test_level_with_a_target_is_documented(given: list[str], expected: str) -> None:
    """A named server is judged by what is documented, unless asked otherwise."""
    with (
        server(200) as url,
        command.targets_of(options("--target", url, "--api-key", KEY, *given)) as [target],
    ):
        assert target.level == expected


def test_target_hides_its_keys() -> None:
    """No key is in the repr of a target."""
    with server(200) as url:
        arguments = [
            "--target",
            url,
            "--api-key",
            KEY,
            "--second-api-key",
            KEY + "2",
            "--write-key",
            KEY + "3",
        ]
        with command.targets_of(options(*arguments)) as [target]:
            assert KEY not in repr(target)


def judged(report_dir: Path, *arguments: str) -> tuple[int, str, dict[str, Any]]:
    """Exit code, everything printed, and results.json of a run of its own."""
    line = [
        sys.executable,
        "-m",
        "pictify_conformance",
        "--report-dir",
        str(report_dir),
        *arguments,
    ]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    results = json.loads((report_dir / "results.json").read_text(encoding="utf-8"))
    jsonschema_rs.validator_for(RESULTS_SCHEMA, validate_formats=True).validate(results)
    return done.returncode, done.stdout + done.stderr, results


def test_conforming_server(tmp_path: Path) -> None:
    """Our mock passes, at the strict level by default, and every rule of the spec is in the results."""
    code, printed, results = judged(tmp_path, "--rule", "get.unknown")
    outcomes = {rule["id"]: rule["outcome"] for rule in results["rules"]}
    assert (code, results["level"], results["summary"]["pass"]) == (0, "strict", 1), printed
    assert outcomes.keys() == spec.rules().keys()
    assert "CONFORMING: all 1 rules judged pass" in printed


def test_broken_server(tmp_path: Path) -> None:
    """A server that says yes to everything is 1, with the rule named in every report and the key in none."""
    with server(200) as url:
        arguments = ["--target", url, "--api-key", KEY, "--rule", "get.unknown"]
        code, printed, results = judged(tmp_path, *arguments)
    assert code == 1, printed
    assert "NOT CONFORMING: get.unknown broken; of 1 rules 1 failed" in printed
    assert results["summary"]["fail"] == 1
    reports = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    assert not [name for name, text in {**reports, "printed": printed}.items() if KEY in text]
    assert not [
        name
        for name in ("results.json", "junit.xml", "report.html")
        if "get.unknown" not in reports[name]
    ]


def test_server_that_goes_away_ends_the_run(tmp_path: Path) -> None:
    """A server that stops answering ends the run with one clear line, without a verdict."""
    with server(200, answers=4) as url:
        arguments = ["--target", url, "--api-key", KEY, "--area", "create"]
        code, printed, results = judged(tmp_path, *arguments)
    assert (code, results["summary"]["pass"]) == (3, 0), printed
    assert f"{url} has stopped answering; last tried: " in printed
    assert f"{url} has stopped answering" in results["problems"][0]


def test_read_only_sends_nothing_but_reads(tmp_path: Path) -> None:
    """A run that only reads judges by reading, and what needs to write is skipped and not sent."""
    code, printed, results = judged(tmp_path, "--read-only", "--area", "list", "-n", "1")
    outcomes = {rule["id"]: rule["outcome"] for rule in results["rules"]}
    assert (code, outcomes["list.unauthorised"], outcomes["list.total"]) == (0, "pass", "skip"), (
        printed
    )
    assert "CONFORMING, by reading alone: all " in printed
    entries = json.loads((tmp_path / "run.har").read_text(encoding="utf-8"))["log"]["entries"]
    assert {entry["request"]["method"] for entry in entries} <= {"GET", "HEAD", "OPTIONS"}


def test_require_all(tmp_path: Path) -> None:
    """A rule that could not be tested makes the exit code 1, where all are required."""
    arguments = ["--read-only", "--rule", "get.unknown", "--rule", "get.reads-created", "-n", "1"]
    assert judged(tmp_path, *arguments)[0] == 0
    assert judged(tmp_path, *arguments, "--require-all")[0] == 1


def test_baseline_that_is_none_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """A baseline that cannot be read stops the run before it begins."""
    code, line = stopped(capsys, "--baseline", "pyproject.toml", "--rule", "get.unknown")
    assert (code, "is no results.json" in line) == (2, True), line


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    """The rules are listed with level and text, without a server."""
    assert command.main(["--list", "--area", "get", "--level", "documented"]) == 0
    printed = capsys.readouterr().out
    assert "get.unknown" in printed
    assert "`GET /experiments/api/{uid}`" in printed
    assert "create.draft" not in printed
    assert "get.head" not in printed
