"""All output: no key, no cookie, and no control sequence, for any response of a server."""

import datetime as dt
import functools
import io
from pathlib import Path

import httpx
import pytest
from rich.console import Console

from conformance.tests.helpers import Suite
from hostile_servers.echoing import (
    CONTROL_SEQUENCES,
    COOKIE,
    FORMS,
    DebugPages,
    LostVisits,
    Sessions,
)
from hostile_servers.server import serving
from pictify_conformance import cli, options
from pictify_conformance.exit_codes import Stop
from pictify_conformance.http.transport import RecordingTransport
from pictify_conformance.http.write_guard import Guard
from pictify_conformance.judge import Judge
from pictify_conformance.redaction import UNPRINTABLE
from pictify_conformance.reports import writer
from pictify_conformance.reports.console import print_run
from pictify_conformance.results.findings import Detail, Outcome
from pictify_conformance.results.run import finish_run
from pictify_conformance.spec import rules
from pictify_conformance.target import Target

KEY = "sk/5f1c9a04+b7e2/c3d4+e5f6a7b8="
TEXTS = {**{name: form(KEY) for name, form in FORMS.items()}, "terminals": CONTROL_SEQUENCES}
RULE = "get.unknown"


def assert_no_leak(texts: dict[str, str]) -> None:
    """Assert that no text shows more than half of the key, a control character or a cookie."""
    for name, text in texts.items():
        parts = [part for part in _parts_of_the_key() if part in text]
        controls = [ascii(match[0]) for match in UNPRINTABLE.finditer(text)]
        assert (name, parts, controls, COOKIE in text) == (name, [], [], False)


@functools.cache
def _parts_of_the_key() -> set[str]:
    """Return every part of the key, in any form, that is a little more than half of it."""
    parts = set()
    for text in (form(KEY) for form in FORMS.values()):
        size = max(len(KEY) // 2 + 1, len(text) // 2 + 4)
        parts |= {text[at : at + size] for at in range(len(text) - size + 1)}
    return parts


@pytest.fixture(params=TEXTS)
def written(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """Every output of a run in which a server or an error brings in one text everywhere."""
    text = TEXTS[request.param]
    target = Target("http://server.test", KEY)
    judge = Judge(target, [rules()[RULE]], lambda *_: None)
    headers = {"content-type": text, "location": text, "set-cookie": f"a={COOKIE}; Path=/"}
    response = httpx.Response(
        500,
        headers=[(name.encode(), value.encode()) for name, value in headers.items()],
        content=text.encode(),
    )
    connections = httpx.MockTransport(lambda _: response)
    transport = RecordingTransport(
        target, Guard(target.base_url, target.token), judge, connections=connections
    )
    url = str(httpx.URL("http://server.test/experiments/api/quota", params={"q": text}))
    url += f"&raw={text}" if text.isprintable() else ""
    sent = {"authorization": f"Bearer {KEY}", "x-sent": text, text: "n", "cookie": f"a={COOKIE}"}
    raw = [(name.encode(), value.encode()) for name, value in sent.items()]
    transport.send(httpx.Request("GET", url, headers=raw, content=text.encode()), url)

    exchange = judge.results.exchanges[0]
    details = (Detail(text, text, text, exchange, (text,), text), Detail(expected=text))
    judge.add_finding(RULE, Outcome.fail, *details, test=f"t[{text}]", exchanges=(exchange,))
    judge.results.problems.append(f"problem {text}")
    judge.results.left_behind.append(f"left {text}")
    disabled = dict.fromkeys(rules().keys() - {RULE}, "off")
    run = finish_run(target, 1, dt.datetime.now(dt.UTC), judge.results, disabled)
    file = io.StringIO()
    print_run(run, Console(file=file, width=500))
    reports = {path.name: path.read_text("utf-8") for path in writer.write(run, tmp_path)}
    return {"console": file.getvalue(), **reports}


def test_no_report_leaks(written: dict[str, str]) -> None:
    assert_no_leak(written)
    assert written["console"].count("problem ") == 1


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("kind", [Stop(3, "{}"), RuntimeError("{}"), OSError(2, "{}")], ids=repr)
def test_error_message_leaks_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, kind: Exception, text: str
) -> None:
    """Any exception is one line on stderr, and does not give the exit code of a broken rule."""

    def broken(_: object) -> None:
        kind.args = tuple(text if each == "{}" else each for each in kind.args)
        raise kind

    monkeypatch.setattr(options, "check", broken)
    assert cli.main(["--target", "http://server.test", "--api-key", KEY]) == 3
    captured = capsys.readouterr()
    assert (captured.out, captured.err.count("\n")) == ("", 1)
    assert_no_leak({"stderr": captured.err})


def test_unexpected_error_names_its_place(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(options, "check", None)
    assert cli.main(["--list"]) == 3
    assert "pictify-conformance: unexpected TypeError at cli.py:" in capsys.readouterr().err


def test_debug_pages_that_repeat_the_request_leak_nothing(suite: Suite) -> None:
    with serving(DebugPages()) as url:
        run = suite.run(
            "--target", url, "--api-key", KEY, "--rule", "get.unknown", "--rule", "delete.answer"
        )
    assert_no_leak({"out": run.out, "err": run.err, **run.reports})
    assert "could not be removed" in run.out
    assert run.results["problems"]
    assert run.code == 1


def test_cookies_of_a_server_are_not_sent_back(suite: Suite) -> None:
    """With the cookie the server would accept requests without a key."""
    server = Sessions()
    with serving(server) as url:
        run = suite.judge(url, "--quick", rules=("auth.missing-key.refused",))
    assert run.outcomes == {"auth.missing-key.refused": "pass"}, run.out
    assert not [request for request in server.requests if "cookie" in request.headers]
    assert not [name for name, text in run.reports.items() if COOKIE in text]


def test_invalid_location_breaks_only_the_rule_about_it(suite: Suite) -> None:
    with serving(LostVisits()) as url:
        run = suite.judge(url, "--quick", rules=("click.redirect",))
    [reason] = [rule["reason"] for rule in run.results["rules"] if rule["outcome"] != "disabled"]
    assert (run.code, "not http://xn--/" in reason) == (1, True), run.out
