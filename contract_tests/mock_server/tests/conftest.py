from __future__ import annotations

import asyncio
import re
import shutil
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from pictify_mock.app import create_app
from pictify_mock.domain.plans import PLANS
from pictify_mock.domain.teams import Team

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from starlette.types import ASGIApp

    from pictify_mock.domain.errors import FieldError

API = "/experiments/api"
MOCK = "/_mock"
STATUSES = ["draft", "running", "paused", "completed"]
HALVES = [{"id": "control", "weight": 5000}, {"id": "variant-b", "weight": 5000}]
CLICK_THROUGH = {"type": "click_through", "destinationUrl": "https://example.com/"}
KEYS = ("pk_test_one", "pk_test_two")
TEAMS = [
    Team(key.encode(), (write_key,), PLANS["business"])
    for key, write_key in zip(KEYS, (b"wk_one", b"wk_two"), strict=True)
]
# The message of a field error goes on from the name of the field, and ends with what to do.
MESSAGE = re.compile(r"[a-z][^;]*; [a-z].*")


class StoppedClock:
    """A clock that stands still until `advance` is called."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 15, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> None:
        self.now += timedelta(**duration)


class InProcessTransport(httpx.BaseTransport):
    """Carry the requests of a synchronous client to an application in the same process."""

    def __init__(self, app: ASGIApp) -> None:
        self.asgi = httpx.ASGITransport(app)
        self.loop = asyncio.new_event_loop()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self.loop.run_until_complete(self._handle(request))

    # httpx's own ASGI transport serves asynchronous clients only.
    async def _handle(self, request: httpx.Request) -> httpx.Response:
        response = await self.asgi.handle_async_request(request)
        content = await response.aread()
        return httpx.Response(response.status_code, headers=response.headers, content=content)

    def close(self) -> None:
        self.loop.close()


def in_process_client(app: ASGIApp) -> httpx.Client:
    """Return a client of the application that sends the first team's key, from a browser."""
    headers = {"Authorization": f"Bearer {KEYS[0]}", "User-Agent": "Mozilla/5.0"}
    return httpx.Client(
        transport=InProcessTransport(app), base_url="http://localhost", headers=headers
    )


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def http(clock: StoppedClock) -> Iterator[httpx.Client]:
    """A client of a server in this process, with the key of its first team."""
    with in_process_client(create_app(TEAMS, clock=clock, chance=Random(7))) as client:
        yield client


@pytest.fixture
def other_team() -> dict[str, str]:
    return {"Authorization": f"Bearer {KEYS[1]}"}


@pytest.fixture
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio alone, as the server does."""
    return "asyncio"


def body(**changes: Any) -> dict[str, Any]:
    """Return the body of a create that is accepted, with these changes."""
    valid = {"name": "Hero", "type": "ab_test", "slug": "hero-test", "variants": HALVES}
    return valid | changes


def create_experiment(http: httpx.Client, **changes: Any) -> dict[str, Any]:
    response = http.post(API, json=body(**changes))
    assert response.status_code == 201, response.text
    experiment: dict[str, Any] = response.json()["experiment"]
    return experiment


def create_in_status(http: httpx.Client, status: str, **changes: Any) -> dict[str, Any]:
    """Create an experiment and bring it to this status."""
    experiment = create_experiment(http, **changes)
    actions = {
        "draft": [],
        "running": ["start"],
        "paused": ["start", "pause"],
        "completed": ["start", "complete"],
    }
    winner = {"winnerVariantId": experiment["variants"][0]["id"]}
    for action in actions[status]:
        response = http.post(f"{API}/{experiment['uid']}/{action}", json=winner)
        experiment = response.json()["experiment"]
    assert experiment["status"] == status
    return experiment


def get_experiment(http: httpx.Client, uid: str) -> dict[str, Any]:
    experiment: dict[str, Any] = http.get(f"{API}/{uid}").json()["experiment"]
    return experiment


def impressions(http: httpx.Client, uid: str) -> int:
    return sum(variant["impressions"] for variant in get_experiment(http, uid)["variants"])


def copy_database(file: Path) -> Path:
    """Copy the files of a database that its server has locked, and return the copy."""
    folder = file.parent / "copy"
    folder.mkdir()
    for part in file.parent.glob(f"{file.name}*"):
        shutil.copy(part, folder)
    return folder / file.name


def problem_code(response: httpx.Response) -> str:
    return str(response.json()["type"]).removeprefix("https://docs.pictify.io/errors/")


def field_errors(response: httpx.Response) -> list[tuple[str, str]]:
    """Return the field and the code of each error of a problem document."""
    return [(error["field"], error["code"]) for error in response.json()["errors"]]


def assert_helpful(message: str) -> None:
    """Assert that the message of a field error says what is wrong and what to do."""
    assert MESSAGE.fullmatch(message), message


def assert_field_errors(errors: Sequence[FieldError], *expected: tuple[str, str]) -> None:
    """Assert the fields and codes of the errors, and that each message says what to do."""
    assert [(error.field, error.code) for error in errors] == list(expected)
    for error in errors:
        assert_helpful(error.message)
