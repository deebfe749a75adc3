"""Tries many random sequences of actions, and shortens the first that shows a violation."""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

import pytest

from pictify_conformance.model.scenario import NO_SLOT, CounterWait, Scenario, quota_of
from pictify_conformance.model.state import (
    COUNTED,
    EDITABLE,
    TRANSITION_NAMES,
    allowed,
    refused_fields,
    slug_rule,
    uncounted_rule,
    update_rule,
)
from pictify_conformance.model.trace import Violation
from pictify_conformance.testing.team import Team

ACTIONS = 20
"""The number of actions in a sequence."""
SETTLE_TIMES = 3
"""The waits for counters of all sequences together, in settle times."""


class Action(NamedTuple):
    """An action on an experiment by its number, as data, so that it can be repeated.

    The arguments of a create are the number of the team and, to use a freed slug, the number of
    the deleted experiment.
    """

    method: Callable[..., None]
    number: int
    arguments: tuple[Any, ...] = ()

    def perform(self, scenario: Scenario) -> None:
        if self.method is not Scenario.create:
            self.method(scenario, scenario.experiments[self.number], *self.arguments)
            return
        team, *deleted = self.arguments
        slugs = [scenario.experiments[number].slug for number in deleted]
        scenario.create(self.number, scenario.teams[team], *slugs)


Weighted: TypeAlias = list[tuple[int, list[Action]]]


def find_violation(teams: Sequence[Team], sequences: int, seed: str) -> Violation | None:
    """Try random sequences until one violates a rule, and return that with the fewest actions.

    The same seed tries the same sequences. Skip the test if no team's plan has a free slot.
    """
    slots = {}
    for team in teams:
        used, limit = quota_of(team)
        slots[team] = limit - used
    if all(free < 1 for free in slots.values()):
        pytest.skip(NO_SLOT)
    wait = CounterWait(SETTLE_TIMES * teams[0].target.settle)
    for index in range(sequences):
        scenario, performed = Scenario(slots, wait), list[Action]()
        rng = random.Random(f"{seed} {len(teams)} {index}")
        violation = perform(scenario, random_actions(scenario, rng), performed)
        if violation:
            return shortened(violation, performed, lambda: Scenario(slots, wait))
    return None


def perform(
    scenario: Scenario, actions: Iterable[Action], performed: list[Action]
) -> Violation | None:
    """Perform the actions that are possible, note them, and delete what they created."""
    try:
        for action in actions:
            if is_possible(scenario, action):
                performed.append(action)
                action.perform(scenario)
    except Violation as violation:
        return violation
    finally:
        scenario.clear()
    return None


def shortened(
    violation: Violation, actions: list[Action], new_scenario: Callable[[], Scenario]
) -> Violation:
    """Leave out each action without which the same rule is violated, the last ones first."""
    length = len(actions)
    for index in reversed(range(length - 1)):
        performed: list[Action] = []
        found = perform(new_scenario(), [*actions[:index], *actions[index + 1 :]], performed)
        if found and found.rule == violation.rule:
            violation, actions = found, performed
    # What was needed at first may not be needed in a shorter sequence.
    return violation if len(actions) == length else shortened(violation, actions, new_scenario)


def random_actions(scenario: Scenario, rng: random.Random) -> Iterator[Action]:
    """Choose each action from those that the state of the scenario allows."""
    for index in range(ACTIONS):
        weighted = possible_creates(scenario, index)
        if live := live_numbers(scenario):
            weighted += possible_actions(scenario, rng.choice(live))
        weighted = [(weight, group) for weight, group in weighted if group]
        [(_, group)] = rng.choices(weighted, [weight for weight, _ in weighted])
        yield rng.choice(group)


def live_numbers(scenario: Scenario) -> list[int]:
    return [number for number, one in scenario.experiments.items() if not one.is_deleted]


def is_possible(scenario: Scenario, action: Action) -> bool:
    if action.method is Scenario.create:
        weighted = possible_creates(scenario, action.number)
    elif action.number in live_numbers(scenario):
        weighted = possible_actions(scenario, action.number)
    else:
        return False
    return any(action in group for _, group in weighted)


def possible_creates(scenario: Scenario, number: int) -> Weighted:
    teams = [index for index, team in enumerate(scenario.teams) if scenario.has_room(team)]
    held = {one.slug for one in scenario.live}
    freed = [key for key, one in scenario.experiments.items() if one.slug not in held][-1:]
    if not scenario.judges("delete.slug-freed"):
        freed = []
    return [
        (5, [Action(Scenario.create, number, (team,)) for team in teams]),
        (3, [Action(Scenario.create, number, (team, key)) for team in teams for key in freed]),
    ]


def possible_actions(scenario: Scenario, number: int) -> Weighted:
    """Return the actions on an experiment in groups, each with the weight of the group."""
    one = scenario.experiments[number]
    judges, status = scenario.judges, one.status

    def actions(method: Callable[..., None], arguments: Iterable[str]) -> list[Action]:
        return [Action(method, number, (argument,)) for argument in arguments]

    def action_if(method: Callable[..., None], condition: bool) -> list[Action]:
        return [Action(method, number)] if condition else []

    transitions = allowed(status, *TRANSITION_NAMES, "delete")
    illegal = [name for name in (*TRANSITION_NAMES, "delete") if name not in transitions]
    editable = [field for field in EDITABLE[status] if judges(update_rule(field, status))]
    refused = [field for field in refused_fields(status) if judges(update_rule(field, status))]
    uncounted = [kind for kind in COUNTED if judges(uncounted_rule(kind, status))]
    is_running = status == "running"
    is_slug_held = judges(slug_rule(status)) and scenario.has_room(one.owner)
    weighted = [
        (20, actions(Scenario.transition, allowed(status, "start", "pause"))),
        (5, actions(Scenario.update, editable)),
        (5, actions(Scenario.update, ["name"])),
        (10, actions(Scenario.count, COUNTED if is_running else [])),
        (5, actions(Scenario.transition, allowed(status, "complete"))),
        (5, action_if(Scenario.delete, "delete" in transitions)),
        (6, actions(Scenario.illegal_transition, illegal)),
        (9, actions(Scenario.send_uncounted, [] if is_running else uncounted)),
        (3, actions(Scenario.illegal_update, refused)),
        (3, action_if(Scenario.unknown_winner, "complete" in transitions)),
        (3, action_if(Scenario.taken_slug, is_slug_held)),
        (4, action_if(Scenario.check_list_and_quota, True)),
    ]
    if len(scenario.teams) > 1:
        weighted += [
            (5, actions(Scenario.by_other_team, transitions)),
            (5, actions(Scenario.by_other_team, ["get", "update"])),
        ]
    return weighted
