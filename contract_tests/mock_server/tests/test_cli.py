"""The command line, and odd requests to the server behind a real socket."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from pictify_mock import __version__
from pictify_mock.cli import main

from .conftest import API, body
from .process import COMMAND, KEY, address, serve, stop

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    process, line = serve()
    yield address(line)
    # Without --log it writes nothing.
    assert stop(process) == (0, "", "")


@pytest.mark.parametrize(
    ("options", "rest"),
    [
        ([], "(API key {key}, write key wk_test_development_only, dashboard {url}/_mock/)"),
        (["--no-control"], "(API key {key}, write key wk_test_development_only)"),
        (["--api-key", "key-1"], "(dashboard {url}/_mock/)"),
        (["--api-key", "key-1", "--no-control"], ""),
    ],
)
def test_the_first_line_has_the_address_the_development_keys_and_the_dashboard(
    options: list[str], rest: str
) -> None:
    process, line = serve(*options)
    url = address(line)
    dashboard = httpx.get(f"{url}/_mock/")
    assert stop(process) == (0, "", "")
    rest = rest.format(key=KEY, url=url)
    assert line == f"Pictify Experiments mock server on {url}{rest and ' '}{rest}\n"
    assert dashboard.status_code == (404 if "--no-control" in options else 200)


def test_the_development_keys_work_and_rate_limits_are_off(url: str) -> None:
    listed = httpx.get(f"{url}{API}", headers={"Authorization": f"Bearer {KEY}"})
    assert listed.status_code == 200
    assert "X-RateLimit-Limit" not in listed.headers
    event = {"event": "click", "experiment": "x"}
    headers = {"X-Write-Key": "wk_test_development_only"}
    assert httpx.post(f"{url}/s/events", json=event, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "command", [COMMAND, [str(Path(sys.executable).with_name("pictify-mock"))]]
)
def test_version_prints_name_and_version(command: list[str]) -> None:
    done = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"pictify-mock {__version__}\n"


def test_log_requests_writes_a_line_for_each_request_without_keys() -> None:
    process, line = serve("--log", "requests", "--api-key", "key-1", "--write-key", "key-2")
    with httpx.Client(base_url=address(line), headers={"Authorization": "Bearer key-1"}) as http:
        http.get(API)
        http.get(f"{API}/key-1?search=%6bey-2&page=1")
        query = {"writeKey": "key-of-another-server", "x": "\x1b[31m\n"}
        http.get("/s/some-slug/click", params=query)
        event = {"event": "view", "experiment": "some-slug", "writeKey": "key-2"}
        http.post("/s/events", json=event)
        http.get("/_mock/health")
        http.post("/_mock/faults", json={"drop": "request"})
        with pytest.raises(httpx.TransportError):
            http.get(f"{API}/quota")
    code, out, err = stop(process)
    lines = [re.fullmatch(r"[-0-9]+ [:,0-9]+ (.*) [0-9.]+ ms", each) for each in err.splitlines()]
    assert (code, out) == (0, "")
    assert [match and match[1] for match in lines] == [
        "GET /experiments/api 200",
        "GET /experiments/api/[redacted]?[redacted] 404",
        "GET /s/some-slug/click?writeKey=[redacted]&x=%1B%5B31m%0A 404",
        "POST /s/events 200",
        "GET /experiments/api/quota ---",
    ]


def test_given_keys_and_plans_belong_to_teams_in_order_and_are_not_printed() -> None:
    keys = ("--api-key", "key-1", "--api-key", "key-2", "--write-key", "write-1")
    process, line = serve(*keys, "--plan", "starter", "--rate-limits")
    with httpx.Client(base_url=address(line)) as http:
        quotas = [
            http.get(f"{API}/quota", headers={"Authorization": f"Bearer {key}"})
            for key in ("key-1", "key-2", KEY)
        ]
    plans = [response.json().get("plan") for response in quotas]
    assert plans == ["starter", "business", None]
    assert quotas[0].headers["X-RateLimit-Limit"] == "60"
    assert "".join([line, *map(str, stop(process))]).count("key-") == 0


def test_a_seed_gives_the_same_uids_after_each_reset() -> None:
    process, line = serve("--seed", str(-(2**63)))
    uids = set()
    with httpx.Client(base_url=f"{address(line)}/_mock") as http:
        for seed in (7, 8):
            http.post("/seed", json={"seed": seed})
            http.post("/reset")
            uids.add(http.post("/experiments", json=body()).json()["experiment"]["uid"])
    assert stop(process) == (0, "", "")
    assert len(uids) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_server_at_once(number: int) -> None:
    """Beside open connections, half-sent requests and delayed ones."""
    process, line = serve()
    host, port = address(line).removeprefix("http://").split(":")
    # Open during the signal: an idle connection, and a request whose body does not end.
    head = b"POST /s/events HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"
    with (
        httpx.Client(base_url=address(line)) as http,
        socket.create_connection((host, int(port))) as half,
        socket.create_connection((host, int(port))) as delayed,
    ):
        http.post("/_mock/faults", json={"delay": 60, "path": "/s/delayed/"})
        delayed.sendall(b"GET /s/delayed/pixel.gif HTTP/1.1\r\nHost: x\r\n\r\n")
        half.sendall(head + b"Content-Length: 9\r\n\r\n{")
        http.get("/s/some-slug/pixel.gif")
        assert stop(process, number) == (0, "", "")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--port", "x"], "port"),
        (["--seed", "x"], "'x' is not an integer"),
        (["--seed", "9" * 5000], "64 bits"),
        (["--seed", str(2**63)], f"use {-(2**63)} to {2**63 - 1}"),
        (["--port", "65536"], "65535"),
        (["--port", "-1"], "port"),
        (["--port", "\u0661"], "port"),
        (["--port", "9" * 5000], "port"),
        (["--plan", "gold"], "unknown plan 'gold'"),
        (["--plan", "basic", "--plan", "basic"], "2 times for 1 team"),
        (["--write-key", "a", "--write-key", "b"], "2 times for 1 team"),
        (["--api-key", "a", "--api-key", "a"], "twice"),
        (["--api-key", "a", "--write-key", "a"], "twice"),
        (["--api-key", ""], "printable"),
        (["--api-key", "a b"], "printable"),
        (["--api-key", "\u00e9"], "printable"),
        (["--host", "no.such.host.invalid"], "cannot listen"),
        (["--host", "a" * 300], "cannot listen"),
        (["--host", "\x00"], "cannot listen"),
        (["--log", "everything"], "requests"),
        (["--surprise"], "unknown option --surprise"),
        (["--api-keys", "a-secret"], "unknown option --api-keys"),
        (["a-secret"], "an extra argument"),
        (["--no-control", "--control-token", "a-secret"], "leave out --no-control"),
    ],
    ids=range(24),
)
def test_wrong_usage_is_one_line_on_stderr(
    options: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exited:
        main(options)
    out, err = capsys.readouterr()
    assert (exited.value.code, out, err.count("\n")) == (2, "", 1)
    assert words in err
    assert "a-secret" not in err


def test_a_port_in_use_is_wrong_usage() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [*COMMAND, "--port", port]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert f"port {port}" in done.stderr


def test_a_missing_dependency_is_named_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "httptools", None)
    monkeypatch.delitem(sys.modules, "pictify_mock.http.server", raising=False)
    monkeypatch.delattr("pictify_mock.http.server", raising=False)
    with pytest.raises(SystemExit) as exited:
        main(["--port", "0"])
    assert exited.value.code == 2
    expected = "httptools is missing; install it with: pip install pictify-mock"
    assert expected in capsys.readouterr().err


def exchange(url: str, request: bytes) -> tuple[int, bytes, bytes]:
    """Send these bytes. Return the status, the head and the body of the response."""
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(request)
        received = b""
        while data := connection.recv(65536):
            received += data
    head, _, content = received.partition(b"\r\n\r\n")
    return int(head.split(b" ", 2)[1]), head, content


HEAD = b"Host: x\r\nConnection: close\r\nAuthorization: Bearer " + KEY.encode() + b"\r\n"
JSON = HEAD + b"Content-Type: application/json\r\n"
CHUNKED = JSON + b"Transfer-Encoding: chunked\r\n\r\n"
LINE = b" /experiments/api HTTP/1.1\r\n"
FLOOD = (b"40000\r\n" + b" " * 0x40000 + b"\r\n") * 5 + b"0\r\n\r\n"


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET http://other/experiments/api HTTP/1.1\r\n" + HEAD + b"\r\n", 200),
        (b"GET /experiments/api?page=\xff HTTP/1.1\r\n" + HEAD + b"\r\n", 400),
        (b"GET /experiments/api?type=%00%ff HTTP/1.1\r\n" + HEAD + b"\r\n", 400),
        (b"GET /experiments/api/%ff%00%0a HTTP/1.1\r\n" + HEAD + b"\r\n", 404),
        (b"GET /experiments/api/\xff HTTP/1.1\r\n" + HEAD + b"\r\n", 400),
        (b"TRACE" + LINE + HEAD + b"\r\n", 405),
        (b"QUERY" + LINE + HEAD + b"\r\n", 405),
        (b"BREW" + LINE + HEAD + b"\r\n", 400),
        (b"GET" + LINE + HEAD + b"Authorization: Bearer other\r\n\r\n", 400),
        (b"GET" + LINE + HEAD + b"X: \x00\r\n\r\n", 400),
        (b"POST" + LINE + CHUNKED + b"3\r\n{}x\r\n0\r\n\r\n", 400),
        (b"POST" + LINE + CHUNKED + FLOOD, 413),
        (b"POST" + LINE + JSON + b"Content-Length: 2000000\r\n\r\n", 413),
        (b"POST" + LINE + JSON + b"Content-Length: -1\r\n\r\n{}", 400),
        (b"POST" + LINE + JSON + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}", 400),
        (b"POST" + LINE + JSON + b"\r\n", 400),
    ],
    ids=range(16),
)
def test_odd_bytes_are_answered_by_the_server_or_its_parser(
    url: str, request_bytes: bytes, status: int
) -> None:
    answered, head, content = exchange(url, request_bytes)
    assert answered == status
    assert b"\r\nx-request-id: req_" in head
    assert status == 200 or json.loads(content)["status"] == status


def test_a_connection_goes_on_after_a_body_that_was_not_read(url: str) -> None:
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {KEY}"}) as http:
        for _ in range(2):
            assert http.post(API, content=b" " * 1_500_000).status_code == 413
            assert http.post(f"{API}/exp_1/start", content=b" " * 100_000).status_code == 404
            assert http.get(API).status_code == 200


@pytest.mark.parametrize(("options", "is_spread"), [([], False), (["--trust-forwarded"], True)])
def test_a_forwarded_address_makes_a_viewer_only_where_it_is_trusted(
    options: list[str], is_spread: bool
) -> None:
    process, line = serve(*options)
    headers = {"Authorization": f"Bearer {KEY}", "User-Agent": "Mozilla/5.0"}
    with httpx.Client(base_url=address(line), headers=headers) as http:
        uid = http.post(API, json=body()).json()["experiment"]["uid"]
        http.post(f"{API}/{uid}/start")
        for number in range(40):
            forwarded = {"X-Forwarded-For": f"10.0.0.{number}, 10.1.1.1"}
            http.get("/s/hero-test/pixel.gif", headers=forwarded)
        variants = http.get(f"{API}/{uid}").json()["experiment"]["variants"]
    assert all(variant["impressions"] for variant in variants) is is_spread
    assert stop(process)[0] == 0
