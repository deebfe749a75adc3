from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from pictify_mock.app import create_app
from pictify_mock.domain.errors import FieldError
from pictify_mock.domain.plans import PLANS
from pictify_mock.domain.teams import Team

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from starlette.types import ASGIApp

API = "/experiments/api"
STATUSES = ["draft", "running", "paused", "completed"]
HALVES = [{"id": "control", "weight": 5000}, {"id": "variant-b", "weight": 5000}]
CLICKED = {"type": "click_through", "destinationUrl": "https://example.com/"}
KEYS = ("pk_test_one", "pk_test_two")
REMEDY = re.compile(r"[a-z][^;]*; [a-z].*")


class StoppedClock:
    """A clock that only moves when told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 15, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> None:
        self.now += timedelta(**duration)


class InProcess(httpx.BaseTransport):
    """Carries the requests of an ordinary client to an application in the same process."""

    def __init__(self, app: ASGIApp) -> None:
        self.asgi = httpx.ASGITransport(app)
        self.loop = asyncio.new_event_loop()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self.loop.run_until_complete(self._handle(request))

    async def _handle(self, request: httpx.Request) -> httpx.Response:
        response = await self.asgi.handle_async_request(request)
        return httpx.Response(
            response.status_code, headers=response.headers, content=await response.aread()
        )

    def close(self) -> None:
        self.loop.close()


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def plan() -> str:
    return "business"


@pytest.fixture
def http(clock: StoppedClock, plan: str) -> Iterator[httpx.Client]:
    """The server in process, with the key of its first team."""
    teams = [
        Team(KEYS[0].encode(), (b"wk_one",), PLANS[plan]),
        Team(KEYS[1].encode(), (b"wk_two",), PLANS["business"]),
    ]
    app = create_app(teams, clock=clock, chance=Random(7))
    headers = {"Authorization": f"Bearer {KEYS[0]}", "User-Agent": "Mozilla/5.0"}
    with httpx.Client(transport=InProcess(app), base_url="http://mock", headers=headers) as client:
        yield client


@pytest.fixture
def other_team() -> dict[str, str]:
    return {"Authorization": f"Bearer {KEYS[1]}"}


def body(**changes: Any) -> dict[str, Any]:
    """The body of a create that is accepted, but for these changes."""
    plain: dict[str, Any] = {
        "name": "Hero",
        "type": "ab_test",
        "slug": "hero-test",
        "variants": [{"id": "control", "weight": 5000}, {"id": "variant-b", "weight": 5000}],
    }
    return plain | changes


def created(http: httpx.Client, **changes: Any) -> dict[str, Any]:
    answer = http.post("/experiments/api", json=body(**changes))
    assert answer.status_code == 201, answer.text
    experiment: dict[str, Any] = answer.json()["experiment"]
    return experiment


def moved_to(http: httpx.Client, status: str, **changes: Any) -> dict[str, Any]:
    """A fresh experiment that has been brought to this status."""
    experiment = created(http, **changes)
    steps = {
        "draft": [],
        "running": ["start"],
        "paused": ["start", "pause"],
        "completed": ["start", "complete"],
    }
    for step in steps[status]:
        winner = {"winnerVariantId": experiment["variants"][0]["id"]}
        experiment = http.post(f"/experiments/api/{experiment['uid']}/{step}", json=winner).json()[
            "experiment"
        ]
    assert experiment["status"] == status
    return experiment


def code(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).removeprefix("https://docs.pictify.io/errors/")


def told(faults: Sequence[FieldError]) -> list[tuple[str, str]]:
    """Field and code of each fault. Its message goes on from the name of the field, and ends with what to do."""
    assert [fault.message for fault in faults if not REMEDY.fullmatch(fault.message)] == []
    return [(fault.field, fault.code) for fault in faults]


def fields(answer: httpx.Response) -> set[tuple[str, str]]:
    return set(told([FieldError(**error) for error in answer.json()["errors"]]))


def read(http: httpx.Client, uid: str) -> dict[str, Any]:
    experiment: dict[str, Any] = http.get(f"{API}/{uid}").json()["experiment"]
    return experiment
