"""What events, clicks and pixels add to the counters of a modelled experiment."""

import time
from dataclasses import dataclass

import httpx

from pictify_conformance.model.executor import AT_ONCE, Game
from pictify_conformance.model.state import Experiment, counters
from pictify_conformance.testing import assertions
from pictify_conformance.testing.counters import Counts as Counters
from pictify_conformance.testing.counters import total
from pictify_conformance.testing.payloads import Json, event

EVENTS = {
    "impression": [("impression", "v0")],
    "click": [("click", "v1")],
    "batch": [("impression", "v0"), ("click", "v1"), ("impression", "v1"), ("impression", "v1")],
}
ADDED = {"impression": (1, 0), "click": (0, 1), "batch": (3, 1), "link": (0, 1), "pixel": (1, 0)}
PAUSE = 0.1
RULES = {
    "impression": "events.impression-counts",
    "click": "events.click-counts",
    "batch": "events.batch-counts",
    "link": "click.counts",
    "pixel": "pixel.counts",
}


@dataclass
class Patience:
    """How long all games together wait for counters that lag. Where none ever moves, none is judged."""

    left: float
    moved: bool = False

    def over(self, started: float, settle: float) -> bool:
        """Whether a wait has come to an end, its own or that of all waits."""
        return time.monotonic() - started >= min(settle, self.left)


class Counting:
    """The calls of a game that count, or that must not."""

    def __init__(self, game: Game, patience: Patience) -> None:
        self._game, self._patience = game, patience

    def counted(self, one: Experiment, call: str) -> None:
        """A call about a running experiment is taken, and counted once and for nothing else."""
        game, rule = self._game, RULES[call]
        before = counters(game.read(rule, one))
        answer = game.call(_sent(one, call))
        if call == "link":
            game.need("click.redirect", assertions.assert_status, answer, 302)
            game.check(one.redirect, assertions.assert_leads_to, answer, one.destination)
        elif call == "pixel":
            game.need("pixel.image", assertions.assert_status, answer, 200)
        else:
            game.need(
                "events.single", assertions.assert_events_accepted, answer, len(_events(one, call))
            )
        self._arrive(rule, one, before, call)
        game.agree(rule, one)

    def uncounted(self, one: Experiment, call: str) -> None:
        """The same call counts nothing while the experiment does not run."""
        rule = uncounted_rule(call, one.status)
        before = counters(self._game.read(rule, one))
        self._game.call(_sent(one, call))
        if self._patience.left > 0:
            after = counters(self._game.read(rule, one))
            self._game.check(
                rule,
                assertions.assert_equal,
                after,
                before,
                "the counters (variant: impressions, clicks)",
            )
        self._game.agree(rule, one)

    def _arrive(self, rule: str, one: Experiment, before: Counters, call: str) -> None:
        """The counters come to what they were and what the call adds, and never beyond."""
        seen, clicked = ADDED[call]
        goal = total(before)[0] + seen, total(before)[1] + clicked
        now = self._settled(rule, one, goal)
        if now is None:
            return
        expected = _raised(before, call) or goal
        found = now if isinstance(expected, dict) else total(now)
        self._game.need(
            rule,
            assertions.assert_equal,
            found,
            expected,
            f"the counters of {one.slug} after one {call}",
        )
        one.counters = now

    def _settled(self, rule: str, one: Experiment, goal: tuple[int, int]) -> Counters | None:
        """The counters once they arrived, or when they are overdue; None where they do not tell anything (any more)."""
        at_once = self._game.judges(AT_ONCE)
        if self._patience.left <= 0 and not at_once:
            return None  # what was counted before may still be on its way
        started, settle = time.monotonic(), one.owner.target.settle
        while total(now := counters(self._game.read(rule, one))) < goal and not self._patience.over(
            started, settle
        ):
            time.sleep(PAUSE)
        waited = time.monotonic() - started
        self._patience.left -= max(
            0.0, waited - PAUSE
        )  # a server that counts at once is not waited for
        self._patience.moved |= total(now) > (0, 0)
        if total(now) >= goal or at_once:
            return now
        if waited < settle or not self._patience.moved:
            self._patience.left = 0.0
            return None
        return now


def uncounted_rule(call: str, status: str) -> str:
    """The rule by which a call counts nothing in a status."""
    if call == "link":
        return "click.paused" if status == "paused" else "click.outside-running"
    return ("pixel." if call == "pixel" else "events.") + (
        "completed" if status == "completed" else "only-running"
    )


def _events(one: Experiment, call: str) -> list[Json]:
    return [event({"slug": one.slug}, name, variant) for name, variant in EVENTS[call]]


def _raised(before: Counters, call: str) -> Counters | None:
    """What events that name their variants make of the counters."""
    if call not in EVENTS:
        return None
    expected = {id_: list(counts) for id_, counts in before.items()}
    for name, variant in EVENTS[call]:
        expected[variant][name == "click"] += 1
    return {id_: (seen, clicked) for id_, (seen, clicked) in expected.items()}


def _sent(one: Experiment, call: str) -> httpx.Response:
    if call == "link":
        return one.owner.api.click(one.slug)
    if call == "pixel":
        return one.owner.api.load_pixel(one.slug)
    events = _events(one, call)
    return one.owner.api.send_events(events if call == "batch" else events[0])
