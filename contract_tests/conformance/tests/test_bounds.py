"""A run against a server that floods or drips: every answer, every wait and the run itself have a bound."""

import datetime as dt
import gzip
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from schemathesis.core.transport import Response as JudgedResponse

from broken_servers.trial import silence
from hostile_servers.dripping import BEGINNINGS, BusyServer, DrippingServer
from hostile_servers.experiments import ExperimentsServer
from hostile_servers.flooding import FLOODS, MIB, Flood, FloodingServer, long_body
from hostile_servers.server import HostileServer, Request, Response, serving
from pictify_conformance import preflight
from pictify_conformance.cli import main
from pictify_conformance.exit_codes import NO_VERDICT, RULE_BROKEN, Stop
from pictify_conformance.http import time_limit
from pictify_conformance.http.bounded_transport import BoundedTransport
from pictify_conformance.http.errors import RunOver
from pictify_conformance.http.rate_limiter import Pace
from pictify_conformance.http.time_limit import TimeLimit
from pictify_conformance.http.transport import Line, http_client, requests_session
from pictify_conformance.http.write_guard import API, Guard
from pictify_conformance.judge import Judge
from pictify_conformance.options import parser
from pictify_conformance.schemathesis_adapter import checks
from pictify_conformance.target import Target

KEY = "secret-key-of-a-team"
SMALL = 64 * 2**10
IN_TRANSIT = 12 * MIB  # what the buffers of a connection may hold at most
SOON = 0.3  # seconds
TOLD = r"no whole answer within 0\.3 s"
Get = Callable[[], tuple[int, bytes]]


@contextmanager
def clients(
    url: str, timeout: float = 30.0, largest_body: int | None = None
) -> Iterator[dict[str, Get]]:
    """What gets the quota of a server: each of the two clients of the suite."""
    target = Target(url, KEY, timeout=timeout)
    line = Line(target, Guard(url, target.token), Judge(target, [], silence))
    if largest_body:
        line.wire = BoundedTransport(largest_body)
    quota = f"{url}{API}/quota"

    def by_httpx() -> tuple[int, bytes]:
        response = http.get(quota)
        return response.status_code, response.content

    def by_requests() -> tuple[int, bytes]:
        response = session.get(quota)
        return response.status_code, response.content

    with http_client(line) as http, requests_session(line) as session:
        yield {"httpx": by_httpx, "requests": by_requests}


CLIENTS = ("httpx", "requests")


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("flood", FLOODS, ids=lambda flood: flood.__name__)
def test_flood_is_read_up_to_the_bound(flood: Flood, client: str) -> None:
    """A body over the bound, decoded or not, and headers without an end are errors, and take little memory."""
    server = FloodingServer(flood)
    with serving(server) as url, clients(url, largest_body=SMALL) as get:
        tracemalloc.start()
        with pytest.raises(
            httpx.TransportError, match=r"the body is over 0.0625 MB|buffer too long"
        ):
            get[client]()
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert server.sent < IN_TRANSIT
    assert peak < IN_TRANSIT


@pytest.mark.parametrize("client", CLIENTS)
def test_bodies_are_read_up_to_16_mb(client: str) -> None:
    """The bound is 16 MB unless a test says otherwise, and an error names it in plain words."""
    server = FloodingServer(long_body)
    with (
        serving(server) as url,
        clients(url) as get,
        pytest.raises(httpx.TransportError, match="is over 16 MB"),
    ):
        get[client]()
    assert 16 * MIB < server.sent < 16 * MIB + IN_TRANSIT


def test_error_keeps_nothing_of_the_body() -> None:
    """The errors that pytest keeps to the end of a run take no memory for the bodies that they are about."""
    with serving(FloodingServer(long_body)) as url, clients(url, largest_body=MIB) as get:
        tracemalloc.start()
        with pytest.raises(httpx.TransportError, match="is over 1 MB") as error:
            get["httpx"]()
        kept, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert error.traceback
    assert kept < MIB / 2


def test_breach_in_every_row_takes_little_memory() -> None:
    """Of a list that is far longer than a page the beginning is judged, lest each of its breaches is kept."""
    rows = [{"uid": "exp_1", "variants": [{}] * 3}] * 5_000
    request = httpx.Request("GET", f"http://server.test{API}")
    response = httpx.Response(200, json={"experiments": rows}, request=request)
    response.elapsed = dt.timedelta()
    answer = JudgedResponse.from_any(response)
    tracemalloc.start()
    with pytest.raises(BaseExceptionGroup):
        checks.judge_answer("documented", "listExperiments", answer)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10 * MIB


class CompressedServer(HostileServer):
    """A server that compresses whatever it sends."""

    body = b'{"quota": "' + b"x" * SMALL + b'"}'

    def answer(self, _: Request) -> Response:
        """Answer with the body."""
        return Response(
            200,
            gzip.compress(self.body),
            {"content-type": "application/json", "content-encoding": "gzip"},
        )


@pytest.mark.parametrize("client", CLIENTS)
def test_compressed_body_below_the_bound_is_read(client: str) -> None:
    """Either client shows the body decoded."""
    with serving(CompressedServer()) as url, clients(url, largest_body=2 * SMALL) as get:
        assert get[client]() == (200, CompressedServer.body)


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("what", BEGINNINGS)
def test_answer_that_drips_has_a_deadline(what: str, client: str) -> None:
    """A byte now and then does not put off the deadline of the whole answer."""
    server = DrippingServer(what, pause=SOON / 10, length=100)
    with (
        serving(server) as url,
        clients(url, timeout=SOON) as get,
        pytest.raises(httpx.TimeoutException, match=TOLD),
    ):
        get[client]()


@pytest.mark.parametrize("what", BEGINNINGS)
def test_first_look_has_a_deadline(what: str) -> None:
    """A server that drips does not answer the first look, either."""
    server = DrippingServer(what, pause=SOON / 10, length=100)
    with serving(server) as url, pytest.raises(Stop, match=rf"does not answer: .* {TOLD}") as stop:
        preflight.knock(Target(url, KEY, timeout=SOON))
    assert stop.value.code == NO_VERDICT


def test_first_look_has_a_bound() -> None:
    """A server that floods does not answer the first look."""
    server = FloodingServer(long_body)
    with serving(server) as url, pytest.raises(Stop, match=r"does not answer: .* is over 16 MB"):
        preflight.knock(Target(url, KEY))
    assert server.sent < 16 * MIB + IN_TRANSIT


def test_deadline_is_30_seconds_or_what_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The deadline that a request is sent with is that of the command line."""
    deadlines: list[float] = []

    def answer(_: BoundedTransport, request: httpx.Request) -> httpx.Response:
        deadlines.append(request.extensions["timeout"]["read"])
        response = httpx.Response(200, request=request)
        response.elapsed = dt.timedelta(0)
        return response

    monkeypatch.setattr(BoundedTransport, "handle_request", answer)
    for arguments in ([], ["--request-timeout", "2.5"]):
        options = parser().parse_args(arguments)
        with clients("http://server.test", timeout=options.request_timeout) as get:
            get["httpx"]()
            get["requests"]()
    assert deadlines == [30.0, 30.0, 2.5, 2.5]
    assert Target("http://server.test", KEY).timeout == 30.0


# --- waiting for rates


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, which a test sets."""
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def test_patience_of_a_run_ends(at: list[float]) -> None:
    """A run waits 120 seconds for rates in all; what would take longer is answered with its 429."""
    pace = Pace()
    assert [pace.hold(60), pace.hold(50)] == [True, True]  # the one is within the other
    at[0] += 60
    assert [pace.hold(61), pace.hold(60), pace.hold(61)] == [False, True, False]


def test_rate_limit_is_answered_once_the_patience_is_used_up() -> None:
    """A path that always asks for a minute gets none, and its 429 is the answer."""
    server = BusyServer(lambda _: True)
    with serving(server) as url:
        target = Target(url, KEY)
        with http_client(
            Line(target, Guard(url, target.token), Judge(target, [], silence), Pace(patience=1))
        ) as http:
            assert http.get(f"{API}/quota").status_code == 429
    assert len(server.requests) == 1


# --- the run


def test_time_limit(at: list[float]) -> None:
    """Until the limit there is time for the rest of it, after it 20 s, in which no test may send."""
    limit = TimeLimit(10)
    with limit.judging():
        assert limit.left(30) == 10
    at[0] = 110.0
    with limit.judging(), pytest.raises(RunOver, match="the time limit of 10 s is reached"):
        limit.left(30)
    assert limit.left(30) == time_limit.LAST_TRY
    at[0] = 128.0
    assert limit.left(30) == 2
    at[0] = 130.0
    with pytest.raises(RunOver):
        limit.left(30)


def test_no_time_limit(at: list[float]) -> None:
    """Without a limit a run may go on, until it is stopped."""
    limit = TimeLimit()
    at[0] = 10**9
    with limit.judging():
        assert limit.left(30) == 30
    limit.stop("the server is gone")
    limit.stop("and again")
    with limit.judging(), pytest.raises(RunOver, match="the server is gone"):
        limit.left(30)


@pytest.fixture
def judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Judges a server with these options; the exit code, and what was printed."""

    def run(server: HostileServer, *options: str) -> tuple[int, str]:
        with serving(server) as url:
            code = main(
                ["--target", url, "--api-key", KEY, "--report-dir", str(tmp_path), *options]
            )
        return code, capsys.readouterr().out

    return run


BROKEN = "list.unauthorised"  # is judged before an update, and reads only
LATE = ("--rule", "update.running-fields", "--request-timeout", str(SOON))


@pytest.mark.parametrize(
    ("rules", "expected"),
    [((), NO_VERDICT), (("--rule", BROKEN), RULE_BROKEN)],
    ids=["nothing-else", "a-breach"],
)
def test_server_that_is_late_twice_ends_the_run(
    judged: Callable[..., tuple[int, str]], rules: tuple[str, ...], expected: int
) -> None:
    """After two deadlines in a row no more tests are started; what was found broken before counts."""
    server = DrippingServer("nothing", lambda request: request.method == "POST")
    code, printed = judged(server, *LATE, *rules)
    assert (code, "has stopped answering; last tried: POST " in printed) == (expected, True), (
        printed
    )
    assert sum(request.method == "POST" for request in server.requests) == 2


def test_time_limit_ends_the_run(judged: Callable[..., tuple[int, str]]) -> None:
    """Once the time limit is reached no more tests are started, and a line says so."""
    server = ExperimentsServer()
    code, printed = judged(server, "--rule", BROKEN, "--time-limit", "0.001")
    assert (
        code,
        "the time limit of 0.001 s is reached: no more tests were started" in printed,
    ) == (NO_VERDICT, True)
    assert len(server.requests) == len(preflight.READS)
