"""Retries: the calls that are repeated, the number of tries, and the waits."""

from collections.abc import Callable
from email.utils import formatdate
from typing import Any

import httpx
import pytest
from pictify_experiments import client as client_module
from pictify_experiments import retries
from pictify_experiments.errors import (
    APIConnectionError,
    PictifyError,
    ServerError,
    TooManyRequestsError,
)
from pictify_experiments.models import (
    CompleteExperimentRequest,
    EventType,
    Experiment,
    ExperimentEvent,
    ImageFormat,
    UpdateExperimentRequest,
)
from pictify_experiments.retries import Attempts, RetryPolicy

from .conftest import Open, request

NOW = 1_800_000_000
PASSING = [{"status": status} for status in (408, 429, 500, 502, 503, 504)]
BROKEN: list[dict[str, Any]] = [{"drop": "request"}, {"drop": "answer"}, {"truncate": 20}]
TIMEOUT = httpx.Timeout(30)

Do = Callable[[Any, Experiment], Any]
REPEATED: dict[str, Do] = {
    "list": lambda pictify, _: pictify.list_experiments(),
    "get": lambda pictify, known: pictify.get_experiment(known.uid),
    "quota": lambda pictify, _: pictify.get_experiment_quota(),
    "update": lambda pictify, known: pictify.update_experiment(
        known.uid, UpdateExperimentRequest(name="New")
    ),
    "iterate": lambda pictify, _: list(pictify.iterate_experiments()),
}
TRIED_ONCE: dict[str, Do] = {
    "create": lambda pictify, _: pictify.create_experiment(request()),
    "start": lambda pictify, known: pictify.start_experiment(known.uid),
    "pause": lambda pictify, known: pictify.pause_experiment(known.uid),
    "complete": lambda pictify, known: pictify.complete_experiment(
        known.uid, CompleteExperimentRequest("a")
    ),
    "events": lambda pictify, known: pictify.track(ExperimentEvent(EventType.CLICK, known.slug)),
    "click": lambda pictify, known: pictify.track_experiment_click(known.slug),
    "pixel": lambda pictify, known: pictify.track_experiment_pixel(known.slug),
    "image": lambda pictify, known: pictify.render_experiment_url(known.slug, ImageFormat.PNG),
}


@pytest.mark.parametrize("fault", [*PASSING, *BROKEN], ids=str)
@pytest.mark.parametrize("name", REPEATED)
def test_repeated(
    pictify: Any, control: httpx.Client, draft: Experiment, name: str, fault: dict[str, Any]
) -> None:
    """A call that is safe to repeat succeeds after two passing failures."""
    control.post("/faults", json={**fault, "times": 2, "path": "/experiments"})
    assert REPEATED[name](pictify, draft)
    assert control.get("/faults").json()["faults"] == []


def test_delete_is_repeated(pictify: Any, control: httpx.Client, draft: Experiment) -> None:
    """A delete is repeated, too."""
    control.post("/faults", json={"status": 503, "times": 2})
    assert pictify.delete_experiment(draft.uid).deleted


def test_gives_up(pictify: Any, control: httpx.Client) -> None:
    """After three tries the last refusal is raised."""
    control.post("/faults", json={"status": 503, "times": 9})
    with pytest.raises(ServerError):
        pictify.list_experiments()
    assert [fault["times"] for fault in control.get("/faults").json()["faults"]] == [6]


@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 429}, {"drop": "answer"}], ids=str)
@pytest.mark.parametrize("name", TRIED_ONCE)
@pytest.mark.filterwarnings("ignore:render_experiment_url is deprecated")
def test_tried_once(
    pictify: Any, control: httpx.Client, draft: Experiment, name: str, fault: dict[str, Any]
) -> None:
    """Calls that create, move or count are sent once."""
    control.post("/faults", json={**fault, "times": 9})
    with pytest.raises((ServerError, TooManyRequestsError, APIConnectionError)):
        TRIED_ONCE[name](pictify, draft)
    assert [left["times"] for left in control.get("/faults").json()["faults"]] == [8]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 413])
def test_refusals_stand(open_client: Open, status: int) -> None:
    """A refusal that waiting does not change is not repeated."""
    server = Scripted([httpx.Response(status)])
    with pytest.raises(PictifyError):
        open_client(
            "key", base_url="http://server.test", transport=server.transport
        ).list_experiments()
    assert server.asked == 1


def test_quota_is_not_waited_for(open_client: Open) -> None:
    """A quota that is used up is not repeated, even where a rate limit would be."""
    server = Scripted(
        [httpx.Response(429, json={"type": "https://docs.pictify.io/errors/quota-exceeded"})]
    )
    with pytest.raises(TooManyRequestsError):
        open_client(
            "key", base_url="http://server.test", transport=server.transport
        ).list_experiments()
    assert server.asked == 1


class Scripted:
    """A server that gives these answers, in order."""

    def __init__(self, answers: list[httpx.Response]) -> None:
        self._answers = answers
        self.asked = 0
        self.transport = httpx.MockTransport(self._answer)

    def _answer(self, _: httpx.Request) -> httpx.Response:
        self.asked += 1
        return self._answers.pop(0)


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that the client wanted to wait; it does not."""
    naps: list[float] = []

    async def nap(seconds: float) -> None:
        naps.append(seconds)

    monkeypatch.setattr(client_module, "sleep", naps.append)
    monkeypatch.setattr("anyio.sleep", nap)
    return naps


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7),
        ("0", 0),
        ("1.5", 1.5),
        ("-3", 0),
        (formatdate(NOW + 7, usegmt=True), 7),
        (formatdate(NOW - 7), 0),
    ],
)
def test_retry_after(
    open_client: Open,
    naps: list[float],
    monkeypatch: pytest.MonkeyPatch,
    value: str,
    seconds: float,
) -> None:
    """Retry-After is honoured, in seconds and as a date."""
    monkeypatch.setattr("pictify_experiments.errors.time", lambda: NOW)
    again = httpx.Response(429, headers={"Retry-After": value})
    fine = httpx.Response(200, json={"experiments": [], "total": 0, "page": 1, "limit": 20})
    client = open_client(
        "key", base_url="http://server.test", transport=Scripted([again, fine]).transport
    )
    client.list_experiments()
    assert naps == [seconds]


@pytest.mark.parametrize("value", ["soon", "nan", "inf", "", "Mon, 99 Foo 2026"])
def test_odd_retry_after(open_client: Open, naps: list[float], value: str) -> None:
    """A Retry-After that says nothing is as none."""
    again = httpx.Response(503, headers={"Retry-After": value})
    fine = httpx.Response(200, json={"experiments": [], "total": 0, "page": 1, "limit": 20})
    client = open_client(
        "key", base_url="http://server.test", transport=Scripted([again, fine]).transport
    )
    client.list_experiments()
    assert len(naps) == 1
    assert 0.25 <= naps[0] <= 0.5


def test_long_retry_after_is_not_waited_for(open_client: Open, naps: list[float]) -> None:
    """A Retry-After beyond the time for all tries ends them, and the error tells it."""
    server = Scripted([httpx.Response(429, headers={"Retry-After": "3600"})])
    with pytest.raises(TooManyRequestsError) as caught:
        open_client(
            "key", base_url="http://server.test", transport=server.transport
        ).list_experiments()
    assert (naps, caught.value.retry_after, server.asked) == ([], 3600, 1)


def test_waits_double_and_are_partly_random() -> None:
    policy = RetryPolicy(max_retries=6, max_seconds=1000, initial_delay=1, max_delay=8)
    failed = APIConnectionError("cut off")
    waits = [
        [attempts.delay_after(failed) for _ in range(6)]
        for attempts in [Attempts(policy, True, None) for _ in range(50)]
    ]
    for column, most in zip(zip(*waits, strict=True), [1, 2, 4, 8, 8, 8], strict=True):
        seconds = [wait for wait in column if wait is not None]
        assert most / 2 <= min(seconds) < max(seconds) <= most
        assert len(seconds) == 50


def test_time_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """No try begins after the time for all of them."""
    clock = iter([100.0, 139.0, 161.0])
    monkeypatch.setattr(retries, "monotonic", lambda: next(clock))
    attempts = Attempts(RetryPolicy(max_retries=9, max_seconds=60, initial_delay=1), True, None)
    failed = APIConnectionError("cut off")
    assert attempts.delay_after(failed) is not None
    assert attempts.delay_after(failed) is None


def test_retries_can_be_turned_off(pictify: Any, control: httpx.Client) -> None:
    """Without retries the first failure is raised; the original client still retries."""
    control.post("/faults", json={"status": 503, "times": 2})
    with pytest.raises(ServerError):
        pictify.with_options(retries=RetryPolicy(max_retries=0)).list_experiments()
    assert pictify.list_experiments().total == 0
