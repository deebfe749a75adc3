"""The preflight: servers on which a run would tell nothing are refused in the first seconds."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from alternative_server.behaviour import BEHAVIOURS
from broken_servers.full_suite import alternative_server
from hostile_servers.server import HostileServer, Request, Response, serving
from pictify_conformance import mock_process
from pictify_conformance.exit_codes import NO_VERDICT, WRONG_USAGE, Stop
from pictify_conformance.preflight import check_target
from pictify_conformance.target import Target

BOTH = "GET /experiments/api and GET /experiments/api/quota"
KEY, SECOND, WRITE_KEY = "secret-key", "another-secret-key", "write-key-of-one"


class Statuses(HostileServer):
    """Answer list, quota and events, each with a status that depends on the key."""

    def __init__(
        self,
        reads: tuple[int, int] = (200, 200),
        second: tuple[int, int] = (200, 200),
        with_write_key: int = 400,
        without: int = 400,
    ) -> None:
        super().__init__()
        self._reads = {f"Bearer {KEY}": reads, f"Bearer {SECOND}": second}
        self._events = {WRITE_KEY: with_write_key, None: without}

    def answer(self, request: Request) -> Response:
        """Answer with the status, and the address of a login page."""
        if request.path == "/s/events":
            assert request.body == b"[]"
            return Response(self._events[request.headers.get("x-write-key")])
        statuses = self._reads[request.headers["authorization"]]
        return Response(statuses[request.path.endswith("/quota")], headers={"location": "/login"})


@contextmanager
def target_on(server: HostileServer) -> Iterator[Target]:
    with serving(server) as url:
        yield Target(url, KEY, SECOND, WRITE_KEY)


def assert_stops(server: HostileServer, code: int, message: str) -> None:
    with target_on(server) as target, pytest.raises(Stop, match=message) as stop:
        check_target(target)
    assert stop.value.code == code


@pytest.mark.parametrize(
    ("status", "code", "message"),
    [
        (401, WRONG_USAGE, r"refuses the API key \(401\)"),
        (403, WRONG_USAGE, r"refuses the API key \(403\)"),
        (404, NO_VERDICT, f"does not offer the API: {BOTH} return 404"),
        (410, NO_VERDICT, f"does not offer the API: {BOTH} return 410"),
        (429, NO_VERDICT, f"limits the rate: {BOTH} return 429; try again later"),
        (302, NO_VERDICT, "redirects GET /experiments/api to /login"),
        (500, NO_VERDICT, f"is out of order: {BOTH} return 500"),
        (503, NO_VERDICT, "is out of order"),
    ],
)
def test_server_that_refuses_list_and_quota_alike_is_refused(
    status: int, code: int, message: str
) -> None:
    assert_stops(Statuses((status, status)), code, message)


def test_server_that_refuses_list_and_quota_differently_is_refused() -> None:
    assert_stops(Statuses((410, 404)), NO_VERDICT, f"API: {BOTH} return 404 and 410")


@pytest.mark.parametrize("statuses", [(401, 401), (403, 401)], ids=str)
def test_refused_second_key_is_wrong_usage(statuses: tuple[int, int]) -> None:
    server = Statuses(second=statuses)
    assert_stops(server, WRONG_USAGE, "refuses the second API key")
    assert {request.method for request in server.requests} == {"GET"}


@pytest.mark.parametrize("status", [401, 403])
def test_refused_write_key_is_wrong_usage(status: int) -> None:
    server = Statuses(with_write_key=status)
    assert_stops(server, WRONG_USAGE, rf"refuses the write key \({status}\)")


READS = [(200, 200), (200, 404), (404, 200), (500, 200), (401, 200)]
EVENTS = [(200, 200), (422, 401), (401, 401), (403, 401), (404, 404), (429, 400), (500, 400)]


@pytest.mark.parametrize(
    "server",
    [
        *(Statuses(reads, second=reads) for reads in READS),
        *(Statuses(with_write_key=status, without=other) for status, other in EVENTS),
    ],
    ids=[*(f"reads {reads}" for reads in READS), *(f"events {events}" for events in EVENTS)],
)
def test_server_that_does_not_clearly_refuse_is_judged(server: Statuses) -> None:
    with target_on(server) as target:
        check_target(target)


def test_read_only_run_does_not_try_the_write_key() -> None:
    server = Statuses(with_write_key=401)
    with target_on(server) as target:
        check_target(replace(target, read_only=True))
    assert {request.method for request in server.requests} == {"GET"}


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_alternative_server_is_judged(name: str) -> None:
    with alternative_server(BEHAVIOURS[name]) as target:
        check_target(target)


def test_mock_accepts_its_own_keys_only() -> None:
    with mock_process.running_mock() as target:
        check_target(target)
        for wrong, kind in (
            (replace(target, api_key="unknown"), "API key"),
            (replace(target, second_api_key="unknown"), "second API key"),
            (replace(target, write_key="unknown"), "write key"),
        ):
            with pytest.raises(Stop, match=f"refuses the {kind} "):
                check_target(wrong)
