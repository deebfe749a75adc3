"""What each control path does; the table is in `app.py`."""

import asyncio
import gc
import json
from collections.abc import Generator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from pictify_mock.control import date_times, snapshot
from pictify_mock.control.context import ControlContext
from pictify_mock.control.fault_injection import Fault
from pictify_mock.control.schemas import Body
from pictify_mock.domain.errors import FieldError, invalid
from pictify_mock.domain.teams import Team
from pictify_mock.http.responses import date_time
from pictify_mock.slices import done_in_slices
from pictify_mock.version import __version__

CAPABILITIES = ["clock", "events", "faults", "recompute", "requests", "reset", "seed", "state"]
INVENTIONS = Path(__file__).with_name("inventions.json")

AT_ONCE = 100  # less than a millisecond
MANY = 5_000

Json = dict[str, Any]


def health(control: ControlContext) -> Json:
    return {
        "name": "pictify-experiments-mock",
        "version": __version__,
        "capabilities": CAPABILITIES,
        "teams": [
            {"team": index, "plan": team.plan.name}
            for index, team in enumerate(control.app_state.teams)
        ],
        "invented": invented(),
    }


@cache
def invented() -> list[Json]:
    """Return what the mock does where the docs are silent."""
    rows: list[Json] = json.loads(INVENTIONS.read_text(encoding="utf-8"))
    return rows


def team(control: ControlContext, index: int) -> Team:
    teams = control.app_state.teams
    if index >= len(teams):
        message = f"names no team; send 0 to {len(teams) - 1}, in the order of --api-key"
        raise invalid([FieldError("/team", message, "invalid_value")])
    return teams[index]


def reset(control: ControlContext, body: Body) -> Json:
    """One team's experiments, or everything as it was at the start. A seed that was given counts from its start."""
    index = body.get("team")
    if index is not None:
        control.app_state.store.clear(team(control, index))
        return {"reset": index}
    gone = [*control.app_state.store.everything(), *control.exchanges.clear()]
    control.app_state.store.clear()
    asyncio.get_running_loop().call_soon(_take_apart, gone)
    control.faults.clear()
    if control.app_state.windows is not None:
        control.app_state.windows.clear()
    control.clock.release()
    if control.seed is not None:
        control.app_state.chance.seed(control.seed)
    return {"reset": "all"}


def _take_apart(gone: list[Any]) -> None:
    """Freeing thousands of objects takes longer than forgetting them, and waits for the answer."""
    del gone[-AT_ONCE:]
    if gone:
        asyncio.get_running_loop().call_soon(_take_apart, gone)


async def load_state(control: ControlContext, body: Any) -> Json:
    gone = list(control.app_state.store.everything())
    await done_in_slices(_frozen(snapshot.load(control, body)))
    asyncio.get_running_loop().call_soon(_take_apart, gone)
    return {"experiments": len(control.app_state.store.everything())}


def _frozen(steps: Generator[None, None, None]) -> Generator[None, None, None]:
    """Take the objects of many steps out of the collector's sight, where it would look at each again and again.

    It holds the loop for as long as it looks. What is stored has no cycles, so nothing is lost by it.
    """
    for number, step in enumerate(steps, 1):
        if number % MANY == 0:
            gc.freeze()
        yield step


def read_clock(control: ControlContext) -> Json:
    return {
        "now": date_time(control.clock()),
        "frozen": control.clock.frozen,
        "driven": control.clock.driven,
    }


def drive_clock(control: ControlContext, body: Body) -> Json:
    """Stop or run, then set, then advance: all of it or nothing."""
    if not body:
        raise invalid([FieldError("", "says nothing; send set, advance or freeze", "required")])
    target = _target(control.clock(), body)
    control.clock.freeze(body.get("freeze", control.clock.frozen))
    control.clock.set(target)
    return read_clock(control)


def _target(now: datetime, body: Body) -> datetime:
    start = date_times.read(body["set"], "/set") if "set" in body else now
    target = start + timedelta(
        seconds=body.get("advance", 0)
    )  # a century at most, so it stays in the calendar
    date_times.check(target, "/advance" if "advance" in body else "/set")
    return target


def release_clock(control: ControlContext) -> Json:
    control.clock.release()
    return read_clock(control)


def seed(control: ControlContext, body: Body) -> Json:
    """The same seed before the same requests gives the same uids and draws."""
    control.seed = body["seed"]
    control.app_state.chance.seed(control.seed)
    return {"seed": control.seed}


def read_faults(control: ControlContext) -> Json:
    return {"faults": [fault.json() for fault in control.faults.read()]}


def add_fault(control: ControlContext, body: Body) -> Json:
    if not {"status", "delay", "drop", "truncate"} & body.keys():
        raise invalid(
            [FieldError("", "does nothing; send status, delay, drop or truncate", "required")]
        )
    if "team" in body:
        team(control, body["team"])
    control.faults.add(Fault.of(body))
    return read_faults(control)


def clear_faults(control: ControlContext) -> Json:
    control.faults.clear()
    return read_faults(control)


async def read_requests(control: ControlContext) -> Json:
    return {"requests": await control.exchanges.read()}


async def clear_requests(control: ControlContext) -> Json:
    control.exchanges.clear()
    return await read_requests(control)
