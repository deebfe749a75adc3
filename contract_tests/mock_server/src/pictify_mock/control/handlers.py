"""Handlers of the control paths."""

import asyncio
import gc
import json
from collections.abc import Generator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from pictify_mock.control import date_times, snapshot
from pictify_mock.control.context import ControlContext
from pictify_mock.control.schemas import Body
from pictify_mock.domain.errors import invalid_field
from pictify_mock.http import large_body
from pictify_mock.http.responses import date_time
from pictify_mock.slices import run_in_slices
from pictify_mock.version import __version__

CAPABILITIES = [
    "clock",
    "events",
    "experiments",
    "faults",
    "recompute",
    "requests",
    "reset",
    "seed",
    "state",
    "traffic",
]
UNDOCUMENTED = Path(__file__).with_name("undocumented.json")

FREED_AT_ONCE = 100  # objects; less than a millisecond
STEPS_BETWEEN_FREEZES = 5_000

Json = dict[str, Any]


def health() -> Json:
    """Return what anybody may know."""
    return {"status": "ok", "version": __version__}


def detailed_health(control: ControlContext) -> Json:
    teams = enumerate(control.app_state.teams)
    return {
        **health(),
        "name": "pictify-experiments-mock",
        "capabilities": CAPABILITIES,
        "teams": [{"team": index, "plan": team.plan.name} for index, team in teams],
        "invented": undocumented_behaviour(),
    }


@cache
def undocumented_behaviour() -> list[Json]:
    """Return what the mock does where the docs leave it open, by subject."""
    rows = json.loads(UNDOCUMENTED.read_text(encoding="utf-8"))
    return [{"subject": subject, "here": here} for subject, here in rows.items()]


async def reset(control: ControlContext, body: Body) -> Json:
    """Forget one team's experiments, or return to the start, or to nothing at all."""
    index = body.get("team")
    state = control.app_state
    if index is not None and body.get("empty"):
        message = "does not go with team, whose reset leaves no experiments; leave one of them out"
        raise invalid_field("/empty", message, "conflict")
    if index is not None:
        state.store.clear(control.team(index))
        return {"reset": index}
    if control.start is None or body.get("empty"):
        forgotten = state.store.everything()
        state.store.clear()
        _free_later([*forgotten])
        control.clock.release()
        if control.seed is not None:
            control.reseed(None)
    else:
        await load_state(control, await large_body.parse(control.start, snapshot.MOST_NESTING))
    if control.start_seed is not None:
        control.reseed(control.start_seed)
    _free_later([*control.request_log.clear()])
    control.faults.clear()
    if state.windows is not None:
        state.windows.clear()
    return {"reset": "all"}


def _free_later(objects: list[Any]) -> None:
    """Drop the references to these objects bit by bit, since freeing thousands takes long."""
    asyncio.get_running_loop().call_soon(_free_some, objects)


def _free_some(objects: list[Any]) -> None:
    del objects[-FREED_AT_ONCE:]
    if objects:
        _free_later(objects)


async def load_state(control: ControlContext, body: Any) -> Json:
    store = control.app_state.store
    replaced = list(store.everything())
    await run_in_slices(_with_freezes(snapshot.load(control, body)))
    _free_later(replaced)
    return {"experiments": len(store.everything())}


def _with_freezes(steps: Generator[None, None, None]) -> Generator[None, None, None]:
    """Hide new objects from the garbage collector every few thousand steps.

    A collection blocks the loop while it looks at every object again. What is stored has no
    reference cycles, so nothing is lost.
    """
    for number, step in enumerate(steps, 1):
        if number % STEPS_BETWEEN_FREEZES == 0:
            gc.freeze()
        yield step


def read_clock(control: ControlContext) -> Json:
    return {"now": date_time(control.clock()), **control.clock.json()}


def adjust_clock(control: ControlContext, body: Body) -> Json:
    """Freeze or run, then set, then advance: all of it or nothing."""
    if not body:
        raise invalid_field("", "says nothing; send set, advance or freeze", "required")
    target = _target(control.clock(), body)
    control.clock.freeze(body.get("freeze", control.clock.frozen))
    control.clock.set(target)
    return read_clock(control)


def _target(now: datetime, body: Body) -> datetime:
    start = date_times.read_day(body["set"], "/set") if "set" in body else now
    # A duration is a century at most, so this cannot overflow.
    target = start + date_times.duration(body.get("advance", 0), "/advance")
    date_times.check(target, "/advance" if "advance" in body else "/set")
    return target


def release_clock(control: ControlContext) -> Json:
    control.clock.release()
    return read_clock(control)


def seed(control: ControlContext, body: Body) -> Json:
    control.reseed(body["seed"])
    return {"seed": control.seed}


def read_faults(control: ControlContext) -> Json:
    return {"faults": control.faults.json()}


def add_fault(control: ControlContext, body: Body) -> Json:
    if not {"status", "delay", "drop", "truncate"} & body.keys():
        raise invalid_field("", "does nothing; send status, delay, drop or truncate", "required")
    if "team" in body:
        control.team(body["team"])
    control.faults.add(body)
    return read_faults(control)


def remove_fault(control: ControlContext, name: str) -> Json:
    control.faults.remove(name)
    return read_faults(control)


def clear_faults(control: ControlContext) -> Json:
    control.faults.clear()
    return read_faults(control)


async def read_requests(control: ControlContext, query: Body) -> Json:
    if "team" in query:
        control.team(query["team"], "query.team")
    return {"requests": await control.request_log.read(query)}


def clear_requests(control: ControlContext) -> Json:
    _free_later([*control.request_log.clear()])
    return {"requests": []}
