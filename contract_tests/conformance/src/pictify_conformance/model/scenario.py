"""One sequence of actions on a few experiments, each compared with the model."""

import math
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass

import httpx
import pytest

from pictify_conformance.model.state import (
    COUNTED,
    HOLDING_A_SLOT,
    RUNNING_GOAL,
    WINNER,
    Experiment,
    counters_after,
    counters_of,
    refusal_rule,
    required_members,
    slug_rule,
    stable_members,
    status_after,
    uncounted_rule,
    update_body,
    update_rule,
)
from pictify_conformance.model.trace import Trace
from pictify_conformance.testing import plan_limits
from pictify_conformance.testing.assertions import (
    assert_equal,
    assert_events_accepted,
    assert_includes,
    assert_leads_to,
    assert_problem,
    assert_refused,
    assert_status,
)
from pictify_conformance.testing.counters import Counts, total
from pictify_conformance.testing.payloads import Json, click_goal, event
from pictify_conformance.testing.responses import experiment_of, fail, json_object, rows_of
from pictify_conformance.testing.team import Team

ANY_ORDER = "lifecycle.any-order"
COUNTED_AT_ONCE = "events.counted-at-once"
EXPERIMENTS_PER_TEAM = 2
PAGE = 100
POLL_INTERVAL = 0.1  # seconds
NO_SLOT = "the plan has no slot left for an ab_test experiment: free one or use a larger plan"
LIMITED_RATE = "the server limits the rate of requests: the model needs a few hundred"


@dataclass
class CounterWait:
    """The time that all scenarios together may wait for counters that lag behind."""

    seconds_left: float
    any_moved: bool = False


def quota_of(team: Team) -> tuple[float, float]:
    """Return used and limit of A/B tests; the limit is infinite where the quota shows none."""
    used, limit = plan_limits.usage(team.api.get_quota(), "ab_test")
    if not isinstance(used, int):
        return 0, math.inf
    return used, limit if isinstance(limit, int) else math.inf


class Scenario:
    """The experiments of one or two teams, and the actions on them.

    Each action raises `Violation` where an answer or a later read differs from the model. An
    expectation of a rule that the level does not include is left out.
    """

    def __init__(self, slots: Mapping[Team, float], wait: CounterWait) -> None:
        self.teams = list(slots)
        self.experiments: dict[int, Experiment] = {}
        trace = Trace(self.teams[0].target)
        self.judges, self.rule, self._record = trace.judges, trace.rule, trace.record
        self._slots, self._wait = slots, wait
        self._used_before = {team: quota_of(team)[0] for team in self.teams}
        self._updates = 0

    @property
    def live(self) -> list[Experiment]:
        return [one for one in self.experiments.values() if not one.is_deleted]

    def clear(self) -> None:
        """Delete what the scenario created."""
        for team in self.teams:
            team.api.remove_created()

    # --- the plan

    def has_room(self, team: Team) -> bool:
        return self._held(team) < min(self._slots[team], EXPERIMENTS_PER_TEAM)

    def _held(self, team: Team) -> int:
        # The docs do not say that a completed experiment frees its slot, so at the documented
        # level it does not.
        frees = self.judges("quota.used")
        mine = [one for one in self.live if one.owner is team]
        return sum(one.status in HOLDING_A_SLOT or not frees for one in mine)

    # --- requests and comparisons

    def _send(self, response: httpx.Response) -> httpx.Response:
        """Record a request. Skip the test if the rate is limited."""
        self._record(response)
        # A create is answered 429 if the plan has no slot left, too.
        is_limited = response.status_code == httpx.codes.TOO_MANY_REQUESTS
        if is_limited and not response.request.url.path.endswith("/api"):
            pytest.skip(LIMITED_RATE)
        return response

    def _read(self, rule: str, one: Experiment) -> Json:
        with self.rule(rule):
            return experiment_of(one.owner.api.get(one.uid))

    def _assert_unchanged(
        self, rule: str, called: Experiment | None, *changed: str, counter_rule: str = ""
    ) -> None:
        """Read every experiment. Only these members of the one that was called may differ."""
        for one in self.live:
            own_rule, free = (rule, changed) if one is called else (ANY_ORDER, ())
            now = self._read(own_rule, one)
            expected = stable_members(one.shown, *free)
            with self.rule(own_rule):
                assert_equal(stable_members(now, *free), expected, f"a later read of {one.slug}")
            if self.judges(COUNTED_AT_ONCE):
                with self.rule(counter_rule or own_rule):
                    label = f"the counters in a later read of {one.slug}"
                    assert_equal(counters_of(now), one.counters, label)
            one.shown = now

    def _assert_refused(
        self, rule: str, one: Experiment, response: httpx.Response, *statuses: int
    ) -> None:
        with self.rule(rule):
            assert_refused(response)
            if statuses:
                assert_status(response, *statuses)
        self._assert_unchanged(rule, one)

    # --- create, transitions, delete

    def create(self, number: int, team: Team, slug: str | None = None) -> None:
        """Create a draft with a destination, under a new slug or one that a delete has freed."""
        rule = "delete.slug-freed" if slug else "create.draft"
        body = team.experiments.body(
            goalConfig=click_goal(), slug=slug or team.experiments.new_slug()
        )
        response = self._send(team.api.create(body))
        if response.status_code == httpx.codes.TOO_MANY_REQUESTS and not self.judges("quota.used"):
            pytest.skip(NO_SLOT)
        with self.rule(rule):
            uid = experiment_of(response, 201)["uid"]
        with self.rule("get.reads-created"):
            shown = experiment_of(team.api.get(uid))
        with self.rule("create.echo", if_judged=True):
            assert_includes(shown, body, "a read of the new experiment")
        with self.rule("create.draft", if_judged=True):
            assert_equal(shown.get("status"), "draft", "the status of the new experiment")
        with self.rule("create.defaults", if_judged=True):
            counts = set(counters_of(shown).values())
            assert_equal(counts, {(0, 0)}, "the counters of the new experiment")
        self._assert_unchanged(rule, None)
        self.experiments[number] = Experiment(team, shown, counters_of(shown))

    def transition(self, one: Experiment, name: str) -> None:
        """Start, pause or complete where the status allows it."""
        rule, status = f"lifecycle.{name}", status_after(name, one.status)
        response = self._send(getattr(one.owner.api, name)(one.uid))
        with self.rule(rule):
            now = experiment_of(response)
            assert_equal(now.get("status"), status, "the status in the answer")
        one.shown = {**one.shown, "status": status}
        if name != "complete":
            self._assert_unchanged(rule, one, counter_rule="lifecycle.pause.keeps-counters")
            return
        one.shown["winnerVariantId"] = WINNER
        changed = ["winnerDeclaredAt"]
        if not self.judges("update.equal-values"):
            changed.append("variants")  # the weights may show that the winner gets all traffic
        self._assert_unchanged("lifecycle.complete.winner", one, *changed)

    def illegal_transition(self, one: Experiment, name: str) -> None:
        """Start, pause, complete or delete where the status does not allow it."""
        response = self._send(getattr(one.owner.api, name)(one.uid))
        if name == "delete":
            self._assert_refused(refusal_rule(name, one.status), one, response)
            with self.rule("delete.running.status", if_judged=True):
                assert_status(response, 409)
            return
        self._assert_refused(refusal_rule(name, one.status), one, response, 409)
        with self.rule("lifecycle.conflict.names-status", if_judged=True):
            if not re.search(rf"\b{one.status}\b", response.text, re.IGNORECASE):
                fail(f"the current status, {one.status}", response)
        with self.rule("lifecycle.conflict.members", if_judged=True):
            assert_problem(response, 409, "invalid-state-transition")

    def unknown_winner(self, one: Experiment) -> None:
        """Complete with a winner that is not a variant."""
        response = self._send(one.owner.api.complete(one.uid, "nobody"))
        self._assert_refused("lifecycle.complete.winner-invalid", one, response, 400)

    def delete(self, one: Experiment) -> None:
        response = self._send(one.owner.api.delete(one.uid))
        with self.rule("delete.answer"):
            assert_status(response, 200)
        one.is_deleted = True
        later = one.owner.api.get(one.uid)
        if later.status_code == httpx.codes.OK:
            with self.rule("delete.answer"):
                status = experiment_of(later).get("status")
                assert_equal(status, "archived", "the status of what was deleted")
        with self.rule("delete.gone", if_judged=True):
            assert_status(later, 404)
        self._assert_unchanged("delete.answer", None)

    # --- update

    def update(self, one: Experiment, field: str) -> None:
        """Change a field that the status lets change."""
        rule, body = update_rule(field, one.status), self._update_body(one, field)
        response = self._send(one.owner.api.update(one.uid, body))
        is_partial_allowed = self.judges("update.running-goal-config")
        if field == RUNNING_GOAL and response.status_code != 200 and not is_partial_allowed:
            body = {"goalConfig": {**one.shown["goalConfig"], **body["goalConfig"]}}
            response = self._send(one.owner.api.update(one.uid, body))
        with self.rule(rule):
            experiment_of(response)
        (member,) = body
        now = self._read(rule, one)
        with self.rule(rule):
            assert_includes(now.get(member), body[member], f"{member} in a later read")
        self._assert_unchanged(
            "update.partial", one, member, counter_rule="update.variants-replaced"
        )
        if member == "goalConfig":
            is_running = one.status == "running"
            one.redirect_rule = "click.new-destination" if is_running else "click.redirect"

    def illegal_update(self, one: Experiment, field: str) -> None:
        """Change a field that the status does not let change."""
        response = self._send(one.owner.api.update(one.uid, self._update_body(one, field)))
        self._assert_refused(update_rule(field, one.status), one, response, 400)

    def _update_body(self, one: Experiment, field: str) -> Json:
        self._updates += 1
        return update_body(field, self._updates, one.owner.experiments.new_slug())

    # --- refused requests

    def taken_slug(self, one: Experiment) -> None:
        """Create another experiment with the slug of this one."""
        response = self._send(one.owner.api.create(one.owner.experiments.body(slug=one.slug)))
        self._assert_refused(slug_rule(one.status), one, response, 409)

    def by_other_team(self, one: Experiment, action: str) -> None:
        """Send a request with the key of the team that does not own the experiment."""
        other = next(team for team in self.teams if team is not one.owner)
        body = [{"name": "Theirs"}] if action == "update" else []
        response = self._send(getattr(other.api, action)(one.uid, *body))
        self._assert_refused("auth.team-scope.refused", one, response)
        with self.rule("auth.team-scope.status", if_judged=True):
            assert_status(response, 404)

    # --- counters

    def count(self, one: Experiment, kind: str) -> None:
        """Raise a counter of a running experiment once."""
        rule = COUNTED[kind].rule
        before = counters_of(self._read(rule, one))
        response = self._send_counted(one, kind)
        if kind == "link":
            with self.rule("click.redirect"):
                assert_status(response, 302)
            with self.rule(one.redirect_rule, if_judged=True):
                assert_leads_to(response, one.destination)
        elif kind == "pixel":
            with self.rule("pixel.image"):
                assert_status(response, 200)
        else:
            with self.rule("events.single"):
                assert_events_accepted(response, len(COUNTED[kind].events))
        self._assert_counted(rule, one, before, kind)
        self._assert_unchanged(rule, one)

    def send_uncounted(self, one: Experiment, kind: str) -> None:
        """Send the same to an experiment that is not running."""
        rule = uncounted_rule(kind, one.status)
        before = counters_of(self._read(rule, one))
        self._send_counted(one, kind)
        if self._wait.seconds_left > 0:
            after = counters_of(self._read(rule, one))
            with self.rule(rule, if_judged=True):
                assert_equal(after, before, "the counters (variant: impressions, clicks)")
        self._assert_unchanged(rule, one)

    def _send_counted(self, one: Experiment, kind: str) -> httpx.Response:
        if kind == "link":
            return self._send(one.owner.api.click(one.slug))
        if kind == "pixel":
            return self._send(one.owner.api.load_pixel(one.slug))
        events = [
            event({"slug": one.slug}, name, variant) for name, variant in COUNTED[kind].events
        ]
        return self._send(one.owner.api.send_events(events if kind == "batch" else events[0]))

    def _assert_counted(self, rule: str, one: Experiment, before: Counts, kind: str) -> None:
        after = counters_after(before, kind)
        now = self._settled_counters(rule, one, total(after))
        if now is None:
            return
        is_variant_open = kind in ("link", "pixel")
        found, expected = (total(now), total(after)) if is_variant_open else (now, after)
        with self.rule(rule):
            assert_equal(found, expected, f"the counters of {one.slug} after one {kind}")
        one.counters = now

    def _settled_counters(
        self, rule: str, one: Experiment, expected: tuple[int, int]
    ) -> Counts | None:
        """Wait for the counters. Return None where they prove nothing.

        That is so once the waiting time of the run is used up, since earlier requests may then
        still be uncounted, and on a server on which no counter ever moved.
        """
        at_once = self.judges(COUNTED_AT_ONCE)
        wait = self._wait
        if wait.seconds_left <= 0 and not at_once:
            return None
        started, settle = time.monotonic(), one.owner.target.settle
        deadline = started + min(settle, wait.seconds_left)
        now = counters_of(self._read(rule, one))
        while total(now) < expected and time.monotonic() < deadline:
            time.sleep(POLL_INTERVAL)
            now = counters_of(self._read(rule, one))
        waited = time.monotonic() - started
        wait.seconds_left -= max(0.0, waited - POLL_INTERVAL)  # one read is no waiting
        wait.any_moved |= total(now) > (0, 0)
        if total(now) >= expected or at_once or (waited >= settle and wait.any_moved):
            return now
        wait.seconds_left = 0.0
        return None

    # --- lists and quota

    def check_list_and_quota(self, one: Experiment) -> None:
        """Compare the list of the experiment's status, and the quota, with the model."""
        for team in self.teams:
            response = team.api.list_experiments(status=one.status, type="ab_test", limit=PAGE)
            with self.rule("list.filter-status"):
                page, rows = json_object(response), rows_of(response)
            if len(rows) == page.get("total"):  # an experiment may be on another page
                self._assert_listed(team, one.status, rows)
        for team in self.teams:
            held = [each for each in self.live if each.owner is team]
            expected = sum(each.status in HOLDING_A_SLOT for each in held)
            with self.rule("quota.used", if_judged=True):
                used = quota_of(team)[0] - self._used_before[team]
                assert_equal(used, expected, "used A/B tests of the quota, without earlier ones")

    def _assert_listed(self, team: Team, status: str, rows: list[Json]) -> None:
        for one in self.experiments.values():
            found = [row for row in rows if row["uid"] == one.uid]
            label = f"the rows of {one.slug} in the list of {status} experiments"
            if one.is_deleted:
                with self.rule("delete.unlisted", if_judged=True):
                    assert_equal([row["uid"] for row in found], [], label)
                continue
            is_own = one.owner is team
            expected = [one.shown] if is_own and one.status == status else []
            with self.rule("list.filter-status" if is_own else "auth.team-scope.unlisted"):
                uids = [row["uid"] for row in expected]
                assert_equal([row["uid"] for row in found], uids, label)
            with self.rule("list.contains-created", if_judged=True):
                assert_equal(required_members(found), required_members(expected), label)
