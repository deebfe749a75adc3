"""Runs against servers that flood or drip: every response, wait and run has a bound."""

import datetime as dt
import gzip
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from schemathesis.core.transport import Response as JudgedResponse

from conformance.tests.helpers import KEY, Suite, getters
from hostile_servers.dripping import BEGINNINGS, BusyServer, DrippingServer
from hostile_servers.experiments import ExperimentsServer
from hostile_servers.flooding import FLOODS, MIB, Flood, FloodingServer, long_body
from hostile_servers.server import HostileServer, Request, Response, serving
from pictify_conformance import preflight
from pictify_conformance.exit_codes import NO_VERDICT, RULE_BROKEN, Stop
from pictify_conformance.http import time_limit
from pictify_conformance.http.bounded_transport import BoundedTransport
from pictify_conformance.http.errors import RunOver
from pictify_conformance.http.rate_limiter import RateLimiter
from pictify_conformance.http.time_limit import TimeLimit
from pictify_conformance.http.transport import RecordingTransport
from pictify_conformance.http.write_guard import API, Guard
from pictify_conformance.options import parser
from pictify_conformance.schemathesis_adapter import checks
from pictify_conformance.target import Target

QUOTA = f"{API}/quota"
SMALL = 64 * 2**10
IN_TRANSIT = 12 * MIB  # the most that the buffers of a connection hold
SHORT = 0.3  # seconds
TIMEOUT = r"no whole response within 0\.3 s"
both_clients = pytest.mark.parametrize("client", ["httpx", "requests"])


@contextmanager
def getters_for(
    server: HostileServer, *, timeout: float = 30.0, largest_body: int = 16 * MIB
) -> Iterator[dict[str, Callable[[str], Any]]]:
    with serving(server) as url:
        target = Target(url, KEY, timeout=timeout)
        transport = RecordingTransport(
            target, Guard(url, target.token), connections=BoundedTransport(largest_body)
        )
        with getters(transport) as get:
            yield get


@both_clients
@pytest.mark.parametrize("flood", FLOODS, ids=lambda flood: flood.__name__)
def test_flood_is_read_up_to_the_bound(flood: Flood, client: str) -> None:
    """The bound applies before and after decoding, and to headers."""
    server = FloodingServer(flood)
    with getters_for(server, largest_body=SMALL) as get:
        tracemalloc.start()
        with pytest.raises(
            httpx.TransportError, match=r"the body is over 0.0625 MB|buffer too long"
        ):
            get[client](QUOTA)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert server.sent < IN_TRANSIT
    assert peak < IN_TRANSIT


def test_error_does_not_keep_the_body() -> None:
    """pytest keeps errors to the end of a run."""
    with getters_for(FloodingServer(long_body), largest_body=MIB) as get:
        tracemalloc.start()
        with pytest.raises(httpx.TransportError, match="is over 1 MB") as error:
            get["httpx"](QUOTA)
        kept, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert error.traceback
    assert kept < MIB / 2


def test_long_list_of_violations_takes_little_memory() -> None:
    """Only the first rows are judged, because each violation is kept."""
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
    """A server that compresses its responses."""

    body = b'{"quota": "' + b"x" * SMALL + b'"}'

    def answer(self, _: Request) -> Response:
        headers = {"content-type": "application/json", "content-encoding": "gzip"}
        return Response(200, gzip.compress(self.body), headers)


@both_clients
def test_compressed_body_below_the_bound_is_decoded(client: str) -> None:
    with getters_for(CompressedServer(), largest_body=2 * SMALL) as get:
        response = get[client](QUOTA)
    assert (response.status_code, response.content) == (200, CompressedServer.body)


@both_clients
@pytest.mark.parametrize("part", BEGINNINGS)
def test_slow_response_ends_at_the_deadline(part: str, client: str) -> None:
    """A byte now and then does not put off the deadline of the whole response."""
    server = DrippingServer(part, pause=SHORT / 10, length=100)
    with (
        getters_for(server, timeout=SHORT) as get,
        pytest.raises(httpx.TimeoutException, match=TIMEOUT),
    ):
        get[client](QUOTA)


def test_preflight_has_a_deadline() -> None:
    server = DrippingServer("body", pause=SHORT / 10, length=100)
    with (
        serving(server) as url,
        pytest.raises(Stop, match=rf"does not answer: .* {TIMEOUT}") as stop,
    ):
        preflight.check_target(Target(url, KEY, timeout=SHORT))
    assert stop.value.code == NO_VERDICT


def test_preflight_has_a_bound() -> None:
    server = FloodingServer(long_body)
    with serving(server) as url, pytest.raises(Stop, match=r"does not answer: .* is over 16 MB"):
        preflight.check_target(Target(url, KEY))
    assert 16 * MIB < server.sent < 16 * MIB + IN_TRANSIT


@pytest.mark.parametrize(
    ("arguments", "expected"), [([], 30.0), (["--request-timeout", "2.5"], 2.5)]
)
def test_deadline_is_30_seconds_or_the_option(arguments: list[str], expected: float) -> None:
    timeouts: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        timeouts.append(request.extensions["timeout"]["read"])
        response = httpx.Response(200)
        response.elapsed = dt.timedelta()
        return response

    seconds = parser().parse_args(arguments).request_timeout
    target = Target("http://server.test", KEY, timeout=seconds)
    guard = Guard(target.base_url, target.token)
    transport = RecordingTransport(target, guard, connections=httpx.MockTransport(answer))
    with getters(transport) as get:
        get["httpx"](QUOTA)
        get["requests"](QUOTA)
    assert timeouts == [expected, expected]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The monotonic time, which a test sets."""
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def test_run_waits_for_rate_limits_two_minutes_in_all(clock: list[float]) -> None:
    limiter = RateLimiter()
    assert limiter.pause(60)
    assert limiter.pause(50)  # within the first
    clock[0] += 60
    assert not limiter.pause(61)
    assert limiter.pause(60)
    assert not limiter.pause(61)


def test_429_is_the_response_once_the_run_has_waited_enough() -> None:
    server = BusyServer(lambda _: True)
    with serving(server) as url:
        target = Target(url, KEY)
        limiter = RateLimiter(total_wait=1)
        transport = RecordingTransport(target, Guard(url, target.token), rate_limiter=limiter)
        with getters(transport) as get:
            assert get["httpx"](QUOTA).status_code == 429
    assert len(server.requests) == 1


def test_time_limit_leaves_20_seconds_for_the_clean_up(clock: list[float]) -> None:
    limit = TimeLimit(10)
    with limit.judging():
        assert limit.remaining(30) == 10
    clock[0] = 110.0
    with limit.judging(), pytest.raises(RunOver, match="the time limit of 10 s is reached"):
        limit.remaining(30)
    assert limit.remaining(30) == time_limit.CLEAN_UP_REQUEST_SECONDS
    clock[0] = 128.0
    assert limit.remaining(30) == 2
    clock[0] = 130.0
    with pytest.raises(RunOver):
        limit.remaining(30)


def test_run_without_a_time_limit_ends_when_it_is_stopped(clock: list[float]) -> None:
    limit = TimeLimit()
    clock[0] = 10**9
    with limit.judging():
        assert limit.remaining(30) == 30
    limit.stop("the server is gone")
    limit.stop("and again")
    with limit.judging(), pytest.raises(RunOver, match="the server is gone"):
        limit.remaining(30)


BROKEN = "list.unauthorised"  # is judged before an update, and reads only


@pytest.mark.parametrize(
    ("rules", "expected"),
    [((), NO_VERDICT), ((BROKEN,), RULE_BROKEN)],
    ids=["nothing-else", "broken-before"],
)
def test_two_timeouts_end_the_run(suite: Suite, rules: tuple[str, ...], expected: int) -> None:
    """A rule that was found broken before counts."""
    server = DrippingServer("nothing", lambda request: request.method == "POST")
    with serving(server) as url:
        rules = ("update.running-fields", *rules)
        run = suite.judge(url, "--request-timeout", str(SHORT), rules=rules)
    assert run.code == expected, run.out
    assert "has stopped answering; last tried: POST " in run.out
    assert len(server.requests_with("POST")) == 2


def test_time_limit_ends_the_run(suite: Suite) -> None:
    server = ExperimentsServer()
    with serving(server) as url:
        run = suite.judge(url, "--time-limit", "0.001", rules=(BROKEN,))
    assert run.code == NO_VERDICT
    assert "the time limit of 0.001 s is reached: no more tests were started" in run.out
    assert len(server.requests) == len(preflight.READS)
