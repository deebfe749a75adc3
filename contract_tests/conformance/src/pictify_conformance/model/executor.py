"""One game: calls on a few experiments, each compared with the model, which goes along."""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import httpx
import pytest

from pictify_conformance import spec
from pictify_conformance.model.state import (
    ENDED,
    HOLDING_A_SLOT,
    RUNNING_GOAL,
    WINNER,
    Experiment,
    change,
    counters,
    facts,
    leads_to,
    refusal,
    required,
    slug_rule,
    update_rule,
)
from pictify_conformance.model.trace import Breach, Steps
from pictify_conformance.testing import assertions, plan_limits, responses
from pictify_conformance.testing.failures import details_of
from pictify_conformance.testing.payloads import DESTINATION, Json, variants
from pictify_conformance.testing.team import Team

T = TypeVar("T")
OWN_RULE = "lifecycle.any-order"
FOREIGN = "auth.team-scope.refused"
AT_ONCE = "events.counted-at-once"
LIVE_AT_MOST = 2
PAGE = 100


def quota_of(team: Team) -> dict[str, float]:
    """Used and limit of A/B tests; where the quota does not tell, there is no limit that could be known."""
    used, limit = plan_limits.usage(team.api.get_quota(), "ab_test")
    if not isinstance(used, int):
        return {"used": 0, "limit": math.inf}
    return {"used": used, "limit": limit if isinstance(limit, int) else math.inf}


def slots_of(team: Team) -> float:
    """How many experiments a team can still make."""
    quota = quota_of(team)
    return quota["limit"] - quota["used"]


class Game:
    """Makes calls as teams do, keeps the model in step, and raises `Breach` where the server differs.

    Every expectation is that of a rule; the ones of rules that the level does not judge are not had.
    """

    def __init__(self, slots: Mapping[Team, float]) -> None:
        self.teams, self._slots = list(slots), slots
        self.live: list[Experiment] = []
        self.gone: list[Experiment] = []
        self._steps = Steps(self.teams[0].target)
        self._number = 0
        self._used = {team: quota_of(team)["used"] for team in self.teams}

    # --- what there is room for

    def room(self) -> list[Team]:
        """The teams that may make another experiment."""
        return [
            team for team in self.teams if self._held(team) < min(self._slots[team], LIVE_AT_MOST)
        ]

    def full(self) -> list[Team]:
        """The teams whose last slots this game has taken."""
        return [team for team in self.teams if 0 < self._slots[team] <= self._held(team)]

    def _held(self, team: Team) -> int:
        """How many slots a team's experiments hold; where no page tells, the completed ones do too."""
        all_do = not self.judges("quota.used")
        return sum(
            one.owner is team and (all_do or one.status in HOLDING_A_SLOT) for one in self.live
        )

    # --- judging

    def judges(self, rule: str) -> bool:
        """Whether a rule is one of the level."""
        return spec.rules()[rule].is_judged_at(self.teams[0].target.level)

    def check(self, rule: str, judge: Callable[..., T], *arguments: Any) -> T | None:
        """What a function of `expect` gives; its failure is a breach of the rule."""
        return self.need(rule, judge, *arguments) if self.judges(rule) else None

    def need(self, rule: str, judge: Callable[..., T], *arguments: Any) -> T:
        """The same at every level: without it the game cannot go on."""
        try:
            return judge(*arguments)
        except pytest.fail.Exception as failure:
            raise Breach(rule, details_of(failure), self._steps.lines) from None

    def call(self, response: httpx.Response) -> httpx.Response:
        """Note a call that was made; a limited rate ends the test."""
        self._steps.add(response)
        if (
            response.status_code == httpx.codes.TOO_MANY_REQUESTS
            and not response.request.url.path.endswith("/api")
        ):
            pytest.skip("the server limits the rate of requests: the model needs a few hundred")
        return response

    def read(self, rule: str, one: Experiment) -> Json:
        return self.need(rule, lambda: responses.experiment_of(one.owner.api.get(one.uid)))

    def agree(
        self, rule: str, called: Experiment | None, *changed: str, counting: str = ""
    ) -> None:
        """Later reads show what they showed before, but for these members of the one that was called."""
        for one in self.live:
            own, free = (rule, changed) if one is called else (OWN_RULE, ())
            now = self.read(own, one)
            expected, told = facts(one.shown, *free), f"a later read of {one.slug}"
            self.need(own, assertions.assert_equal, facts(now, *free), expected, told)
            if self.judges(AT_ONCE):
                self.need(
                    counting or own,
                    assertions.assert_equal,
                    counters(now),
                    one.counters,
                    f"the counters in {told}",
                )
            one.shown = now

    def _refused(self, rule: str, one: Experiment, answer: httpx.Response, *statuses: int) -> None:
        """A refusal that changed nothing."""
        self.need(rule, assertions.assert_refused, answer)
        if statuses:
            self.need(rule, assertions.assert_status, answer, *statuses)
        self.agree(rule, one)

    # --- calls

    def create(self, team: Team, slug: str | None = None) -> Experiment:
        """Make a draft whose click link will lead somewhere."""
        rule = "delete.slug-freed" if slug else "create.draft"
        body = team.experiments.body(
            goalConfig={"type": "click_through", "destinationUrl": DESTINATION},
            slug=slug or team.experiments.new_slug(),
        )
        answer = self.call(team.api.create(body))
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS and not self.judges("quota.used"):
            pytest.skip(
                "the plan has no slot left for an experiment of this type: free one or use a larger plan"
            )
        made = self.need(rule, lambda: responses.experiment_of(answer, 201))
        shown = self.need(
            "get.reads-created",
            lambda: responses.experiment_of(team.api.get(made["uid"])),
        )
        self.check(
            "create.echo", assertions.assert_includes, shown, body, "a read of what was created"
        )
        self.check(
            "create.draft",
            assertions.assert_equal,
            shown.get("status"),
            "draft",
            "the status of what was created",
        )
        self.check(
            "create.defaults",
            assertions.assert_equal,
            set(counters(shown).values()),
            {(0, 0)},
            "the counters at first",
        )
        self.agree(rule, None)
        self.live.append(Experiment(team, shown, counters(shown)))
        return self.live[-1]

    def move(self, one: Experiment, move: str) -> None:
        """Start, pause or complete, as the status allows it."""
        rule, goal = f"lifecycle.{move}", leads_to(move, one.status)
        answer = self.call(getattr(one.owner.api, move)(one.uid))
        now = self.need(rule, lambda: responses.experiment_of(answer))
        self.need(
            rule, assertions.assert_equal, now.get("status"), goal, "the status in the answer"
        )
        one.shown = {**one.shown, "status": goal}
        if move == "complete":
            one.shown["winnerVariantId"] = WINNER
            silent = (
                () if self.judges("update.equal-values") else ("variants",)
            )  # all traffic may show in the weights
            self.agree("lifecycle.complete.winner", one, "winnerDeclaredAt", *silent)
        else:
            self.agree(rule, one, counting="lifecycle.pause.keeps-counters")

    def illegal_move(self, one: Experiment, move: str) -> None:
        """A move that the status does not allow is refused, and its 409 tells the status."""
        rule = refusal(move, one.status)
        answer = self.call(getattr(one.owner.api, move)(one.uid))
        if move == "delete":
            self._refused(rule, one, answer)
            self.check("delete.running.status", assertions.assert_status, answer, 409)
            return
        self._refused(rule, one, answer, 409)
        if not re.search(rf"\b{one.status}\b", answer.text, re.IGNORECASE):
            self.check(
                "lifecycle.conflict.names-status",
                responses.fail,
                f"the current status, {one.status}",
                answer,
            )
        self.check(
            "lifecycle.conflict.members",
            assertions.assert_problem,
            answer,
            409,
            "invalid-state-transition",
        )

    def unknown_winner(self, one: Experiment) -> None:
        """A winner that is no variant completes nothing."""
        answer = self.call(one.owner.api.complete(one.uid, "nobody"))
        self._refused("lifecycle.complete.winner-invalid", one, answer, 400)

    def delete(self, one: Experiment) -> None:
        """Delete what does not run."""
        answer = self.call(one.owner.api.delete(one.uid))
        self.need("delete.answer", assertions.assert_status, answer, 200)
        self.live.remove(one)
        self.gone.append(one)
        later = one.owner.api.get(one.uid)
        if later.status_code == httpx.codes.OK:
            told = self.need("delete.answer", responses.experiment_of, later)
            self.need(
                "delete.answer",
                assertions.assert_equal,
                told.get("status"),
                ENDED,
                "the status of what was deleted",
            )
        self.check("delete.gone", assertions.assert_status, later, 404)
        self.agree("delete.answer", None)

    def update(self, one: Experiment, field: str) -> None:
        """Change a field that the status lets change."""
        self._number += 1
        rule, body = update_rule(field, one.status), change(field, self._number, one.owner)
        answer = self.call(one.owner.api.update(one.uid, body))
        if (
            field == RUNNING_GOAL
            and not self.judges("update.running-goal-config")
            and answer.status_code != 200
        ):
            body = {"goalConfig": {**one.shown["goalConfig"], **body["goalConfig"]}}
            answer = self.call(one.owner.api.update(one.uid, body))
        self.need(rule, lambda: responses.experiment_of(answer))
        (member,) = body
        now = self.read(rule, one)
        self.need(
            rule,
            assertions.assert_includes,
            now.get(member),
            body[member],
            f"{member} in a later read",
        )
        self.agree("update.partial", one, member, counting="update.variants-replaced")
        if member == "goalConfig":
            one.redirect = "click.new-destination" if one.status == "running" else "click.redirect"

    def illegal_update(self, one: Experiment, field: str) -> None:
        """Change a field that the status does not let change."""
        self._number += 1
        answer = self.call(one.owner.api.update(one.uid, change(field, self._number, one.owner)))
        self._refused(update_rule(field, one.status), one, answer, 400)

    def broken_weights(self, one: Experiment) -> None:
        """Weights that miss the sum by one are refused where weights may change."""
        answer = self.call(one.owner.api.update(one.uid, {"variants": variants(5000, 4999)}))
        self._refused("update.weights-sum.refused", one, answer)

    def taken_slug(self, one: Experiment) -> None:
        """A second experiment of a slug is refused."""
        self._refused(
            slug_rule(one.status),
            one,
            self.call(one.owner.api.create(one.owner.experiments.body(slug=one.slug))),
            409,
        )

    def over_quota(self, one: Experiment) -> None:
        """A create without a slot is refused, if the quota says that there is none."""
        team, quota = one.owner, quota_of(one.owner)
        if quota["used"] >= quota["limit"]:
            self.need(
                "quota.exceeded",
                assertions.assert_status,
                self.call(team.api.create(team.experiments.body())),
                429,
            )
            self.agree("quota.exceeded", None)

    def stranger(self, one: Experiment, name: str) -> None:
        """What another team does to an experiment is refused and changes nothing."""
        other = next(team for team in self.teams if team is not one.owner)
        calls: dict[str, Callable[[str], httpx.Response]] = {
            "get": other.api.get,
            "update": lambda uid: other.api.update(uid, {"name": "Theirs"}),
            **{move: getattr(other.api, move) for move in ("start", "pause", "complete", "delete")},
        }
        answer = self.call(calls[name](one.uid))
        self._refused(FOREIGN, one, answer)
        self.check("auth.team-scope.status", assertions.assert_status, answer, 404)

    # --- looking

    def look(self, one: Experiment) -> None:
        """The list of its status has every experiment that it must, once and as a read shows it, and the quota fits."""
        for team in self.teams:
            rows = self._page(team, one.status)
            if rows is not None:
                self._agree_on_rows(team, one.status, rows)
        for team in self.teams if self.judges("quota.used") else ():
            held = sum(
                other.owner is team and other.status in HOLDING_A_SLOT for other in self.live
            )
            self.check(
                "quota.used",
                assertions.assert_equal,
                quota_of(team)["used"],
                self._used[team] + held,
                "used of ab_test",
            )

    def _page(self, team: Team, status: str) -> list[Json] | None:
        answer = team.api.list_experiments(status=status, type="ab_test", limit=PAGE)
        body = self.need("list.filter-status", responses.json_object, answer)
        rows = self.need("list.filter-status", responses.rows_of, answer)
        return (
            rows if len(rows) == body.get("total") else None
        )  # what is on other pages is not looked for

    def _agree_on_rows(self, team: Team, status: str, rows: list[Json]) -> None:
        for one in self.live:
            found = [facts(row) for row in rows if row["uid"] == one.uid]
            mine = one.owner is team
            rule = "auth.team-scope.unlisted" if not mine else "list.filter-status"
            expected = [facts(one.shown)] if mine and one.status == status else []
            told = f"the rows of {one.slug} in the list of {status} experiments"
            self.need(
                rule,
                assertions.assert_equal,
                [row["uid"] for row in found],
                [row["uid"] for row in expected],
                told,
            )
            self.check(
                "list.contains-created",
                assertions.assert_equal,
                required(found),
                required(expected),
                told,
            )
        for gone in self.gone:
            left = [row["uid"] for row in rows if row["uid"] == gone.uid]
            self.check(
                "delete.unlisted", assertions.assert_equal, left, [], "the rows of what was deleted"
            )
