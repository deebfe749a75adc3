"""What each control path does; the table is in `app.py`."""

from __future__ import annotations

import asyncio
import gc
import json
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pictify_mock.control import date_times, snapshot
from pictify_mock.control.fault_injection import Fault
from pictify_mock.domain.errors import FieldError, invalid
from pictify_mock.http.responses import date_time
from pictify_mock.slices import done_in_slices
from pictify_mock.version import __version__

if TYPE_CHECKING:
    from collections.abc import Generator
    from datetime import datetime

    from pictify_mock.control.context import Desk
    from pictify_mock.control.schemas import Body
    from pictify_mock.domain.teams import Team

CAPABILITIES = ["clock", "events", "faults", "recompute", "requests", "reset", "seed", "state"]
INVENTIONS = Path(__file__).with_name("inventions.json")

AT_ONCE = 100  # less than a millisecond
MANY = 5_000

Json = dict[str, Any]


def health(desk: Desk) -> Json:
    return {
        "name": "pictify-experiments-mock",
        "version": __version__,
        "capabilities": CAPABILITIES,
        "teams": [
            {"team": index, "plan": team.plan.name} for index, team in enumerate(desk.world.teams)
        ],
        "invented": invented(),
    }


@cache
def invented() -> list[Json]:
    """Return what the mock does where the docs are silent."""
    rows: list[Json] = json.loads(INVENTIONS.read_text(encoding="utf-8"))
    return rows


def team(desk: Desk, index: int) -> Team:
    teams = desk.world.teams
    if index >= len(teams):
        message = f"names no team; send 0 to {len(teams) - 1}, in the order of --api-key"
        raise invalid([FieldError("/team", message, "invalid_value")])
    return teams[index]


def reset(desk: Desk, body: Body) -> Json:
    """One team's experiments, or everything as it was at the start. A seed that was given counts from its start."""
    index = body.get("team")
    if index is not None:
        desk.world.store.clear(team(desk, index))
        return {"reset": index}
    gone = [*desk.world.store.everything(), *desk.exchanges.clear()]
    desk.world.store.clear()
    asyncio.get_running_loop().call_soon(_take_apart, gone)
    desk.faults.clear()
    if desk.world.windows is not None:
        desk.world.windows.clear()
    desk.clock.release()
    if desk.seed is not None:
        desk.world.chance.seed(desk.seed)
    return {"reset": "all"}


def _take_apart(gone: list[Any]) -> None:
    """Freeing thousands of objects takes longer than forgetting them, and waits for the answer."""
    del gone[-AT_ONCE:]
    if gone:
        asyncio.get_running_loop().call_soon(_take_apart, gone)


async def load_state(desk: Desk, body: Any) -> Json:
    gone = list(desk.world.store.everything())
    await done_in_slices(_frozen(snapshot.load(desk, body)))
    asyncio.get_running_loop().call_soon(_take_apart, gone)
    return {"experiments": len(desk.world.store.everything())}


def _frozen(steps: Generator[None, None, None]) -> Generator[None, None, None]:
    """Take the objects of many steps out of the collector's sight, where it would look at each again and again.

    It holds the loop for as long as it looks. What is stored has no cycles, so nothing is lost by it.
    """
    for number, step in enumerate(steps, 1):
        if number % MANY == 0:
            gc.freeze()
        yield step


def read_clock(desk: Desk) -> Json:
    return {
        "now": date_time(desk.clock()),
        "frozen": desk.clock.frozen,
        "driven": desk.clock.driven,
    }


def drive_clock(desk: Desk, body: Body) -> Json:
    """Stop or run, then set, then advance: all of it or nothing."""
    if not body:
        raise invalid([FieldError("", "says nothing; send set, advance or freeze", "required")])
    target = _target(desk.clock(), body)
    desk.clock.freeze(body.get("freeze", desk.clock.frozen))
    desk.clock.set(target)
    return read_clock(desk)


def _target(now: datetime, body: Body) -> datetime:
    start = date_times.read(body["set"], "/set") if "set" in body else now
    target = start + timedelta(
        seconds=body.get("advance", 0)
    )  # a century at most, so it stays in the calendar
    date_times.check(target, "/advance" if "advance" in body else "/set")
    return target


def release_clock(desk: Desk) -> Json:
    desk.clock.release()
    return read_clock(desk)


def seed(desk: Desk, body: Body) -> Json:
    """The same seed before the same requests gives the same uids and draws."""
    desk.seed = body["seed"]
    desk.world.chance.seed(desk.seed)
    return {"seed": desk.seed}


def read_faults(desk: Desk) -> Json:
    return {"faults": [fault.json() for fault in desk.faults.read()]}


def add_fault(desk: Desk, body: Body) -> Json:
    if not {"status", "delay", "drop", "truncate"} & body.keys():
        raise invalid(
            [FieldError("", "does nothing; send status, delay, drop or truncate", "required")]
        )
    if "team" in body:
        team(desk, body["team"])
    desk.faults.add(Fault.of(body))
    return read_faults(desk)


def clear_faults(desk: Desk) -> Json:
    desk.faults.clear()
    return read_faults(desk)


async def read_requests(desk: Desk) -> Json:
    return {"requests": await desk.exchanges.read()}


async def clear_requests(desk: Desk) -> Json:
    desk.exchanges.clear()
    return await read_requests(desk)
