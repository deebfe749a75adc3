"""The calls that a state of a game has, as data, so that a game can be chosen, made and repeated."""

from collections.abc import Mapping
from typing import NamedTuple

from pictify_conformance.model.counters import ADDED, Counting, Patience, uncounted_rule
from pictify_conformance.model.executor import Game
from pictify_conformance.model.state import (
    EDITABLE,
    MOVES,
    Experiment,
    leads_to,
    refused_fields,
    slug_rule,
    update_rule,
)
from pictify_conformance.testing.team import Team

KINDS = (*["advance"] * 6, *["refuse"] * 4, *["trespass"] * 2, "create", "look")
"""What a call is for, as often as it stands here."""
NOBODY = -1


class Call(NamedTuple):
    """A call about an experiment, by its number in the game; `detail` is a move, a field or the like."""

    name: str
    number: int = NOBODY
    detail: str = ""
    team: int = 0
    slug_of: int = NOBODY


Groups = list[list[Call]]
Slots = Mapping[Team, float]


class Calls:
    """A game that is played call by call."""

    def __init__(self, slots: Slots, patience: Patience) -> None:
        self.game = Game(slots)
        self.made: list[Call] = []
        self._counting = Counting(self.game, patience)
        self._experiments: dict[int, Experiment] = {}

    def end(self) -> None:
        """Delete what the game made."""
        for team in self.game.teams:
            team.api.remove_created()

    # --- what can be called now

    def live(self) -> list[int]:
        """The numbers of the experiments that are not deleted."""
        return [number for number, one in self._experiments.items() if one in self.game.live]

    def options(self, kind: str, number: int) -> Groups:
        """The calls of a kind, about an experiment or none, in groups that are equally likely."""
        if kind == "create":
            groups = self._creates()
        elif number == NOBODY:
            groups = []
        elif kind == "advance":
            groups = self._legal(number, self._experiments[number])
        elif kind == "refuse":
            groups = self._illegal(number, self._experiments[number])
        elif kind == "look":
            groups = [[Call("look", number)]]
        else:
            groups = self._trespasses(number, self._experiments[number])
        return [group for group in groups if group]

    def _creates(self) -> Groups:
        new = 1 + max(self._experiments, default=NOBODY)
        teams = [self.game.teams.index(team) for team in self.game.room()]
        held = {one.slug for one in self.game.live}
        freed = [number for number, one in self._experiments.items() if one.slug not in held]
        if not self.game.judges("delete.slug-freed"):
            freed = []
        return [
            [Call("create", new, team=team, slug_of=slug_of) for team in teams]
            for slug_of in (NOBODY, *freed[-1:])
        ]

    def _legal(self, number: int, one: Experiment) -> Groups:
        judges, status = self.game.judges, one.status
        moves = [
            Call("move", number, move) for move in ("start", "pause") if leads_to(move, status)
        ]
        fields = [field for field in EDITABLE[status] if judges(update_rule(field, status))]
        updates = [Call("update", number, field) for field in fields]
        counted = [Call("counted", number, what) for what in ADDED if status == "running"]
        completions = [Call("move", number, "complete")] if leads_to("complete", status) else []
        deletes = [Call("delete", number)] if leads_to("delete", status) else []
        renames = [Call("update", number, "name")]  # the one field that every status lets change
        return [*[moves] * 4, updates, renames, counted, counted, completions, deletes]

    def _illegal(self, number: int, one: Experiment) -> Groups:
        judges, status = self.game.judges, one.status
        illegal = [move for move in (*MOVES, "delete") if not leads_to(move, status)]
        moves = [Call("illegal_move", number, move) for move in illegal]
        fields = [field for field in refused_fields(status) if judges(update_rule(field, status))]
        updates = [Call("illegal_update", number, field) for field in fields] or [
            Call("broken_weights", number)
        ]
        idle = [
            what for what in ADDED if status != "running" and judges(uncounted_rule(what, status))
        ]
        uncounted = [Call("uncounted", number, what) for what in idle]
        winners = [Call("unknown_winner", number)] if leads_to("complete", status) else []
        slugs = (
            [Call("taken_slug", number)]
            if judges(slug_rule(status)) and one.owner in self.game.room()
            else []
        )
        quotas = [Call("over_quota", number)] if one.owner in self.game.full() else []
        return [moves, moves, *[uncounted] * 3, updates, winners, slugs, quotas]

    def _trespasses(self, number: int, one: Experiment) -> Groups:
        """What the experiment's own team could do now."""
        if len(self.game.teams) == 1:
            return []
        moves = [
            Call("stranger", number, move)
            for move in (*MOVES, "delete")
            if leads_to(move, one.status)
        ]
        return [moves, [Call("stranger", number, name) for name in ("get", "update")]]

    def fitted(self, call: Call) -> Call | None:
        """A call of another game as it can be made in this one, if it can."""
        if call.name == "create":
            of_team = [
                other for group in self._creates() for other in group if other.team == call.team
            ]
            same = [other for other in of_team if other.slug_of == call.slug_of]
            return next((other._replace(number=call.number) for other in same + of_team), None)
        possible = call.number in self.live() and any(
            call in group for kind in KINDS for group in self.options(kind, call.number)
        )
        return call if possible else None

    # --- calling

    def make(self, call: Call) -> None:
        """Make a call and compare its answer and later reads with the model."""
        self.made.append(call)
        if call.name == "create":
            slug = self._experiments[call.slug_of].slug if call.slug_of != NOBODY else None
            self._experiments[call.number] = self.game.create(self.game.teams[call.team], slug)
            return
        player = self._counting if call.name in ("counted", "uncounted") else self.game
        details = [call.detail] if call.detail else []
        getattr(player, call.name)(self._experiments[call.number], *details)
