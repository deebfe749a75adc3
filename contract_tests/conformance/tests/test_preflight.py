"""The first look at a server tells what no run would."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from alternative_server.behaviour import BEHAVIOURS
from broken_servers.whole import alternative_server
from hostile_servers.server import HostileServer, Request, Response, serving
from pictify_conformance import mock_process
from pictify_conformance.exit_codes import NO_VERDICT, WRONG_USAGE, Stop
from pictify_conformance.preflight import knock
from pictify_conformance.target import Target

KEY, SECOND, WRITE_KEY = "secret-key", "another-secret-key", "write-key-of-one"


class Statuses(HostileServer):
    """Answer list, quota and events by the key that comes, each with a status of its own."""

    def __init__(
        self,
        reads: tuple[int, int] = (200, 200),
        second: tuple[int, int] = (200, 200),
        keyed: int = 400,
        bare: int = 400,
    ) -> None:
        super().__init__()
        self._by_key = {f"Bearer {KEY}": reads, f"Bearer {SECOND}": second}
        self._keyed, self._bare = keyed, bare

    def answer(self, request: Request) -> Response:
        """Answer with the status, and a place to log in."""
        if request.path == "/s/events":
            assert request.body == b"[]"
            return Response(
                self._keyed if request.headers.get("x-write-key") == WRITE_KEY else self._bare
            )
        statuses = self._by_key[request.headers["authorization"]]
        return Response(statuses[request.path.endswith("/quota")], headers={"location": "/login"})


@contextmanager
def target(server: HostileServer) -> Iterator[Target]:
    """The server, with every key that there can be."""
    with serving(server) as url:
        yield Target(url, KEY, SECOND, WRITE_KEY)


def stopped(server: HostileServer) -> Stop:
    """What the first look at a server ends with."""
    with target(server) as found, pytest.raises(Stop) as stop:
        knock(found)
    return stop.value


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (401, WRONG_USAGE, "refuses the API key"),
        (403, WRONG_USAGE, "refuses the API key"),
        (404, NO_VERDICT, "does not offer the API"),
        (410, NO_VERDICT, "does not offer the API"),
        (429, NO_VERDICT, "limits the rate"),
        (302, NO_VERDICT, "leads elsewhere: list is at /login"),
        (500, NO_VERDICT, "is out of order"),
        (503, NO_VERDICT, "is out of order"),
    ],
)
def test_answers_everything_alike(status: int, code: int, words: str) -> None:
    """A server that gives list and quota the same refusal is told so in one line."""
    stop = stopped(Statuses((status, status)))
    assert (stop.code, words in str(stop)) == (code, True), stop


@pytest.mark.parametrize(
    "statuses", [(200, 200), (200, 404), (404, 200), (500, 200), (401, 200)], ids=str
)
def test_one_is_enough(statuses: tuple[int, int]) -> None:
    """A server that has one of the two is judged."""
    with target(Statuses(statuses, second=statuses)) as found:
        knock(found)


@pytest.mark.parametrize("statuses", [(401, 401), (403, 401)], ids=str)
def test_second_key_that_is_refused(statuses: tuple[int, int]) -> None:
    """A second key that the server refuses is wrong usage, before anything is made."""
    server = Statuses(second=statuses)
    stop = stopped(server)
    assert (stop.code, "refuses the second API key" in str(stop)) == (WRONG_USAGE, True), stop
    assert {request.method for request in server.requests} == {"GET"}


@pytest.mark.parametrize("status", [401, 403])
def test_write_key_that_is_refused(status: int) -> None:
    """A write key that the server refuses is wrong usage, and tried without an event."""
    stop = stopped(Statuses(keyed=status, bare=400))
    assert (stop.code, f"refuses the write key ({status})" in str(stop)) == (WRONG_USAGE, True), (
        stop
    )


@pytest.mark.parametrize(
    ("keyed", "bare"),
    [
        (400, 400),
        (200, 200),
        (422, 401),
        (401, 401),
        (403, 401),
        (404, 404),
        (429, 400),
        (500, 400),
        (302, 400),
    ],
)
def test_write_key_about_which_nothing_is_told(keyed: int, bare: int) -> None:
    """A server that does not clearly refuse the write key is judged."""
    with target(Statuses(keyed=keyed, bare=bare)) as found:
        knock(found)


def test_read_only_tries_no_write_key() -> None:
    """A run that only reads sends nothing else in the first look, either."""
    server = Statuses(keyed=401)
    with target(server) as found:
        knock(replace(found, read_only=True))
    assert {request.method for request in server.requests} == {"GET"}


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_stranger_is_let_in(name: str) -> None:
    """A sound server is judged, whatever its behaviour."""
    with alternative_server(BEHAVIOURS[name]) as found:
        knock(found)


def test_wrong_keys_of_the_mock() -> None:
    """Our mock knows its own keys, and refuses an unknown one of each kind."""
    with mock_process.running() as found:
        knock(found)
        with pytest.raises(Stop, match="refuses the second API key"):
            knock(replace(found, second_api_key="unknown-key"))
        with pytest.raises(Stop, match="refuses the write key"):
            knock(replace(found, write_key="unknown-key"))
