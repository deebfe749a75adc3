"""Everything that leaves the process: no key, nothing that drives a terminal, no cookie, whatever a server says."""

import datetime as dt
import functools
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from rich.console import Console

from hostile_servers.echoing import (
    COOKIE,
    FORMS,
    CONTROL_SEQUENCES,
    DebugPages,
    LostVisits,
    Sessions,
)
from hostile_servers.server import serving
from pictify_conformance import cli as command
from pictify_conformance import options
from pictify_conformance.exit_codes import Stop
from pictify_conformance.http.transport import Line
from pictify_conformance.http.write_guard import Guard
from pictify_conformance.redaction import UNPRINTABLE
from pictify_conformance.reports import writer
from pictify_conformance.reports.console import show
from pictify_conformance.results.collected import CollectedResults
from pictify_conformance.results.findings import Detail, Finding, Outcome
from pictify_conformance.results.run import finished
from pictify_conformance.spec import rules
from pictify_conformance.target import Target

ROOT = Path(__file__).parents[3]
KEY = "sk/5f1c9a04+b7e2/c3d4+e5f6a7b8="
TEXTS = {**{name: form(KEY) for name, form in FORMS.items()}, "terminals": CONTROL_SEQUENCES}
RULE = "get.unknown"


def leaks(text: str) -> list[str]:
    """The forms of which the text has more than half, and the characters that drive a terminal."""
    found = [
        f"{part!a} in {text[max(0, text.find(part) - 60) :][:120]!a}"
        for part in _parts()
        if part in text
    ]
    return found + [ascii(each[0]) for each in UNPRINTABLE.finditer(text)]


@functools.cache
def _parts() -> set[str]:
    """Every part of the key in any form that is a little more than half of it."""
    parts = set()
    for text in (form(KEY) for form in FORMS.values()):
        size = max(len(KEY) // 2 + 1, len(text) // 2 + 4)
        parts |= {text[at : at + size] for at in range(len(text) - size + 1)}
    return parts


class Keeping:
    """A witness that keeps exchanges and what they cover."""

    def __init__(self) -> None:
        self.haul = CollectedResults()

    def witness(self, operation_id: str, response: httpx.Response) -> None:
        """Nothing is judged here."""

    def note(self, operation_id: str | None, seen: Any) -> None:
        """Keep it."""
        self.haul.exchanges.append(seen)
        self.haul.answers.add(
            (str(operation_id), str(seen.status), dict(seen.came_headers).get("content-type", ""))
        )


@pytest.fixture(params=TEXTS)
def reported(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """What every sink shows of a run in which one text stands wherever a server or an error can bring it in."""
    text = TEXTS[request.param]
    target, kept = Target("http://server.test", KEY), Keeping()
    url = httpx.URL("http://server.test/experiments/api/quota", params={"q": text})
    headers = [
        ("authorization", f"Bearer {KEY}"),
        ("x-sent", text),
        (text, "named so"),
        ("cookie", f"a={COOKIE}"),
    ]
    came = {
        "content-type": text.encode(),
        "location": text.encode(),
        "set-cookie": f"a={COOKIE}; Path=/".encode(),
    }
    answer = httpx.Response(
        500, headers=[(name.encode(), value) for name, value in came.items()], content=text.encode()
    )
    line = Line(target, Guard(target.base_url, target.token), kept)
    raw = f"&raw={text}" if text.isprintable() else ""
    line.carry("GET", f"{url}{raw}", headers, text.encode(), lambda: answer)
    haul = kept.haul
    haul.findings.append(
        Finding(
            RULE,
            Outcome.fail,
            (Detail(text, text, text, haul.exchanges[0], (text,), text), Detail(expected=text)),
            test=f"t[{text}]",
            exchanges=(*haul.exchanges,),
        )
    )
    haul.problems.append(f"problem {text}")
    haul.left_behind.append(f"left {text}")
    run = finished(
        target, 1, dt.datetime.now(dt.UTC), 1.0, haul, dict.fromkeys(rules().keys() - {RULE}, "off")
    )
    console = Console(file=io.StringIO(), width=500)
    show(run, console)
    assert isinstance(console.file, io.StringIO)
    return {
        "console": console.file.getvalue(),
        **{p.name: p.read_text("utf-8") for p in writer.write(run, tmp_path)},
    }


def test_no_sink_leaks(reported: dict[str, str]) -> None:
    """No report shows a key in any form, a control character or a cookie."""
    assert {name: found for name, text in reported.items() if (found := leaks(text))} == {}
    assert [name for name, text in reported.items() if COOKIE in text] == []
    assert reported["console"].count("problem ") == 1
    json.loads(reported["results.json"])
    json.loads(reported["run.har"])


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("kind", [Stop(3, "{}"), RuntimeError("{}"), OSError(2, "{}")], ids=repr)
def test_stderr_leaks_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, kind: Exception, text: str
) -> None:
    """Whatever ends the run is one line on stderr, as safe as a report, and no broken rule."""

    def broken(_: object) -> None:
        kind.args = tuple(text if each == "{}" else each for each in kind.args)
        raise kind

    monkeypatch.setattr(options, "check", broken)
    assert command.main(["--target", "http://server.test", "--api-key", KEY]) == 3
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n"), leaks(told.err)) == ("", 1, [])


def test_unexpected_error_names_its_place(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error of ours is no verdict, and its line says where it arose."""
    monkeypatch.setattr(options, "check", None)
    assert command.main(["--list"]) == 3
    assert "pictify-conformance: unexpected TypeError at cli.py:" in capsys.readouterr().err


def judged(
    url: str, report_dir: Path, *arguments: str
) -> tuple[int, dict[str, str], dict[str, Any]]:
    """Exit code, everything printed and written, and the outcomes of a run against a hostile server."""
    line = [
        sys.executable,
        "-m",
        "pictify_conformance",
        "--target",
        url,
        "--report-dir",
        str(report_dir),
        *arguments,
    ]
    environment = {**os.environ, "PICTIFY_API_KEY": KEY, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, check=False)
    texts = {path.name: path.read_text(encoding="utf-8") for path in report_dir.iterdir()}
    results = json.loads(texts["results.json"])
    return done.returncode, {"printed": (done.stdout + done.stderr).decode(), **texts}, results


def test_debug_pages(tmp_path: Path) -> None:
    """A server that shows the request on its error pages brings no key into what is left behind, or anywhere else."""
    with serving(DebugPages()) as url:
        code, texts, results = judged(
            url, tmp_path, "--rule", "get.unknown", "--rule", "delete.answer"
        )
    assert {name: found for name, text in texts.items() if (found := leaks(text))} == {}
    assert "could not be removed" in texts["printed"]
    assert results["problems"]
    assert code == 1


def test_sessions(tmp_path: Path) -> None:
    """A server that gives out sessions keeps its promise about missing keys, as no cookie is sent back."""
    server = Sessions()
    with serving(server) as url:
        _, texts, results = judged(url, tmp_path, "--quick", "--rule", "auth.missing-key.refused")
    outcomes = {rule["id"]: rule["outcome"] for rule in results["rules"]}
    assert outcomes["auth.missing-key.refused"] == "pass", texts["printed"]
    assert not [request for request in server.requests if "cookie" in request.headers]
    assert not [name for name, text in texts.items() if COOKIE in text]


def test_location_that_is_no_url(tmp_path: Path) -> None:
    """A visit that leads to no URL breaks the rule about it, and nothing of ours."""
    with serving(LostVisits()) as url:
        code, texts, results = judged(url, tmp_path, "--quick", "--rule", "click.redirect")
    [told] = [rule["reason"] for rule in results["rules"] if rule["outcome"] != "disabled"]
    assert (code, "not http://xn--/" in told) == (1, True), texts["printed"]
