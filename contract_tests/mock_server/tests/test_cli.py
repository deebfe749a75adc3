"""The command line, and the server behind a real socket."""

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

from .conftest import body
from .process import COMMAND, KEY, address, end, serve

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    process, line = serve()
    yield address(line)
    assert end(process) == (0, "", "")


def test_the_line(url: str) -> None:
    """The one line has the URL of a server that accepts connections."""
    assert httpx.get(f"{url}/s/some-slug/pixel.gif").status_code == 200


def test_built_in_keys_are_printed() -> None:
    """Without --api-key the line tells the development keys, which work."""
    process, line = serve()
    with httpx.Client(base_url=address(line), headers={"Authorization": f"Bearer {KEY}"}) as http:
        assert KEY in line
        assert "wk_test_development_only" in line
        assert http.get("/experiments/api").json()["total"] == 0
        event = {"event": "click", "experiment": "x"}
        answer = http.post(
            "/s/events", json=event, headers={"X-Write-Key": "wk_test_development_only"}
        )
        assert answer.status_code == 200
        end(process)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ([], "(API key {key}, write key wk_test_development_only, dashboard {url}/_mock/)"),
        (["--no-control"], "(API key {key}, write key wk_test_development_only)"),
        (["--api-key", "key-1"], "(dashboard {url}/_mock/)"),
        (["--api-key", "key-1", "--no-control"], ""),
    ],
)
def test_the_line_for_people(options: list[str], told: str) -> None:
    """The address comes first; the keys that anybody may know and the dashboard follow, where there is one."""
    process, line = serve(*options)
    url = address(line)
    dashboard = httpx.get(f"{url}/_mock/")
    assert end(process) == (0, "", "")
    told = told.format(key=KEY, url=url)
    assert line == f"Pictify Experiments mock server on {url}{told and ' '}{told}\n"
    assert dashboard.status_code == (404 if "--no-control" in options else 200)


@pytest.mark.parametrize(
    "command", [COMMAND, [str(Path(sys.executable).with_name("pictify-mock"))]]
)
def test_the_version(command: list[str]) -> None:
    """--version tells name and version, whichever way the command is started."""
    done = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"pictify-mock {__version__}\n"


def test_a_log_of_requests() -> None:
    """--log requests writes a line for each request to the API, without headers, bodies or keys."""
    process, line = serve("--log", "requests", "--api-key", "key-1", "--write-key", "key-2")
    with httpx.Client(base_url=address(line), headers={"Authorization": "Bearer key-1"}) as http:
        http.get("/experiments/api")
        http.get("/experiments/api/key-1?search=%6bey-2&page=1")
        http.get(
            "/s/some-slug/click", params={"writeKey": "key-of-another-server", "x": "\x1b[31m\n"}
        )
        http.post(
            "/s/events", json={"event": "view", "experiment": "some-slug", "writeKey": "key-2"}
        )
        http.get("/_mock/health")
        http.post("/_mock/faults", json={"drop": "request"})
        with pytest.raises(httpx.TransportError):
            http.get("/experiments/api/quota")
    code, out, err = end(process)
    lines = [re.fullmatch(r"[-0-9]+ [:,0-9]+ (.*) [0-9.]+ ms", each) for each in err.splitlines()]
    assert (code, out) == (0, "")
    assert [match and match[1] for match in lines] == [
        "GET /experiments/api 200",
        "GET /experiments/api/[redacted]?[redacted] 404",
        "GET /s/some-slug/click?writeKey=[redacted]&x=%1B%5B31m%0A 404",
        "POST /s/events 200",
        "GET /experiments/api/quota ---",
    ]


def test_no_log_without_asking(url: str) -> None:
    """Without --log nothing is written; the fixture asserts it at its end."""
    assert httpx.get(f"{url}/nowhere").status_code == 404


def test_given_keys_are_not_printed() -> None:
    """Keys from the command line belong to teams in order and appear nowhere."""
    process, line = serve(
        "--api-key", "key-1", "--api-key", "key-2", "--write-key", "write-1", "--plan", "starter"
    )
    with httpx.Client(base_url=address(line)) as http:
        plans = [
            http.get("/experiments/api/quota", headers={"Authorization": f"Bearer {key}"})
            .json()
            .get("plan")
            for key in ("key-1", "key-2", KEY)
        ]
    assert plans == ["starter", "business", None]
    assert "".join([line, *map(str, end(process))]).count("key-") == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_at_once(number: int) -> None:
    """A signal ends the server with code 0, open connections and half-sent requests notwithstanding."""
    process, line = serve()
    host, port = address(line).removeprefix("http://").split(":")
    with (
        httpx.Client(base_url=address(line)) as http,
        socket.create_connection((host, int(port))) as half,
    ):
        http.get("/s/some-slug/pixel.gif")
        half.sendall(
            b"POST /s/events HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\n{"
        )
        http.get("/s/some-slug/pixel.gif")
        assert end(process, number) == (0, "", "")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--port", "x"], "port"),
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
        (["--surprise"], "--surprise"),
    ],
)
def test_wrong_usage(options: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong option is one line on stderr and exit code 2."""
    with pytest.raises(SystemExit) as left:
        main(options)
    out, err = capsys.readouterr()
    assert (left.value.code, out, err.count("\n")) == (2, "", 1)
    assert words in err


def test_a_port_in_use() -> None:
    """A taken port is wrong usage, told by a process without a traceback."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [*COMMAND, "--port", str(port)], capture_output=True, text=True, check=False
        )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert f"port {port}" in done.stderr


def test_a_missing_dependency(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without one of its dependencies the server refuses and names the remedy."""
    monkeypatch.setitem(sys.modules, "httptools", None)
    monkeypatch.delitem(sys.modules, "pictify_mock.http.server", raising=False)
    monkeypatch.delattr("pictify_mock.http.server", raising=False)
    with pytest.raises(SystemExit) as left:
        main(["--port", "0"])
    assert left.value.code == 2
    assert (
        "httptools is missing; install it with: pip install pictify-mock" in capsys.readouterr().err
    )


def talk(url: str, request: bytes) -> tuple[int, bytes]:
    """The status and all the bytes that come back for these bytes."""
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(request)
        received = b""
        while data := connection.recv(65536):
            received += data
    return int(received.split(b" ", 2)[1]), received


HEAD = b"Host: x\r\nConnection: close\r\nAuthorization: Bearer " + KEY.encode() + b"\r\n"
JSON = HEAD + b"Content-Type: application/json\r\n"
API = b" /experiments/api HTTP/1.1\r\n"


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET" + API + HEAD + b"\r\n", 200),
        (b"GET http://other/experiments/api HTTP/1.1\r\n" + HEAD + b"\r\n", 200),
        (b"GET /experiments/api?page=\xff HTTP/1.1\r\n" + HEAD + b"\r\n", 400),
        (b"GET /experiments/api?type=%00%ff HTTP/1.1\r\n" + HEAD + b"\r\n", 400),
        (b"GET /experiments/api/%ff%00%0a HTTP/1.1\r\n" + HEAD + b"\r\n", 404),
        (b"GET /experiments/api/\xff HTTP/1.1\r\n" + HEAD + b"\r\n", 400),
        (b"TRACE" + API + HEAD + b"\r\n", 405),
        (b"OPTIONS" + API + HEAD + b"\r\n", 405),
        (b"QUERY" + API + HEAD + b"\r\n", 405),
        (b"BREW" + API + HEAD + b"\r\n", 400),
        (b"GET" + API + HEAD + b"Authorization: Bearer other\r\n\r\n", 400),
        (b"GET" + API + HEAD + b"X: \x00\r\n\r\n", 400),
        (b"POST" + API + JSON + b"Transfer-Encoding: chunked\r\n\r\n3\r\n{}x\r\n0\r\n\r\n", 400),
        (b"POST" + API + JSON + b"Content-Length: 2000000\r\n\r\n", 413),
        (b"POST" + API + JSON + b"Content-Length: -1\r\n\r\n{}", 400),
        (b"POST" + API + JSON + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}", 400),
        (b"POST" + API + JSON + b"\r\n", 400),
    ],
)
def test_odd_requests(url: str, request_bytes: bytes, status: int) -> None:
    """Odd bytes on the wire are answered, by the server or by its parser, and never with a 5xx."""
    answered, received = talk(url, request_bytes)
    assert answered == status
    head, _, content = received.partition(b"\r\n\r\n")
    assert b"\r\nx-request-id: req_" in head
    assert status == 200 or json.loads(content)["status"] == status


def test_a_chunked_flood(url: str) -> None:
    """A chunked body over the limit is a 413 with a problem document."""
    chunk = b"40000\r\n" + b" " * 0x40000 + b"\r\n"
    status, received = talk(
        url, b"POST" + API + JSON + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 5 + b"0\r\n\r\n"
    )
    assert status == 413
    assert json.loads(received.rsplit(b"\r\n\r\n", 1)[1])["status"] == 413


def test_head_on_the_wire(url: str) -> None:
    """HEAD has the length of GET's body and no body."""
    request = b" /s/some-slug/pixel.gif HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    head, get = talk(url, b"HEAD" + request)[1], talk(url, b"GET" + request)[1]
    assert b"content-length: 43" in head
    assert head.endswith(b"\r\n\r\n")
    assert get.endswith(b"\x3b")


def test_keep_alive_after_refusals(url: str) -> None:
    """A connection goes on after a body that was refused unread."""
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {KEY}"}) as http:
        for _ in range(2):
            assert http.post("/experiments/api", content=b" " * 1_500_000).status_code == 413
            assert (
                http.post("/experiments/api/exp_1/start", content=b" " * 100_000).status_code == 404
            )
            assert http.get("/experiments/api").status_code == 200


def test_state_is_kept_between_connections(url: str) -> None:
    """What one connection creates another one reads."""
    headers = {"Authorization": f"Bearer {KEY}"}
    made = httpx.post(
        f"{url}/experiments/api", json=body(slug="kept-state"), headers=headers
    ).json()["experiment"]
    assert (
        httpx.get(f"{url}/experiments/api/{made['uid']}", headers=headers).json()["experiment"]
        == made
    )


def test_forwarded_addresses() -> None:
    """X-Forwarded-For makes a viewer only where it is trusted."""
    for options, spread in (([], False), (["--trust-forwarded"], True)):
        process, line = serve(*options)
        headers = {"Authorization": f"Bearer {KEY}", "User-Agent": "Mozilla/5.0"}
        with httpx.Client(base_url=address(line), headers=headers) as http:
            uid = http.post("/experiments/api", json=body()).json()["experiment"]["uid"]
            http.post(f"/experiments/api/{uid}/start")
            for number in range(40):
                http.get(
                    "/s/hero-test/pixel.gif",
                    headers={"X-Forwarded-For": f"10.0.0.{number}, 10.1.1.1"},
                )
            variants = http.get(f"/experiments/api/{uid}").json()["experiment"]["variants"]
        assert all(variant["impressions"] for variant in variants) is spread
        assert end(process)[0] == 0


@pytest.mark.parametrize(("options", "told"), [((), None), (("--rate-limits",), "1000")])
def test_rate_limits_are_off_unless_asked_for(options: tuple[str, ...], told: str | None) -> None:
    """Only with --rate-limits do answers tell of any."""
    process, line = serve(*options)
    answer = httpx.get(
        f"{address(line)}/experiments/api", headers={"Authorization": f"Bearer {KEY}"}
    )
    assert answer.headers.get("x-ratelimit-limit") == told
    assert end(process)[0] == 0
