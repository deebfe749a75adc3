"""Starting, pausing and completing: every move that the spec's table has, and every other one."""

import datetime as dt
import re
import time
from typing import Any

import httpx
import pytest

from pictify_conformance import spec
from pictify_conformance.http.write_guard import API
from pictify_conformance.rules.parameters import of_rule
from pictify_conformance.testing import ApiClient, Counters, Experiments
from pictify_conformance.testing.assertions import (
    assert_equal,
    assert_events_accepted,
    assert_problem,
    assert_refused,
    assert_status,
    assert_that,
)
from pictify_conformance.testing.payloads import A_DOZEN, STATUSES, event
from pictify_conformance.testing.responses import experiment_of, json_of, timestamp

TRANSITIONS: dict[str, dict[str, Any]] = spec.document()["x-lifecycle"]["transitions"]
MOVES = {"start": "startExperiment", "pause": "pauseExperiment", "complete": "completeExperiment"}
DELETE = {"delete": "deleteExperiment"}
SLACK = dt.timedelta(seconds=1)
SOON = dt.timedelta(minutes=1)
A_SECOND_AND_MORE = 1.1  # as servers may keep whole seconds


def sources(operation: str) -> list[str]:
    """Return the statuses from which an operation may be called."""
    return list(TRANSITIONS[operation]["from"])


def illegal(*statuses: str, **moves: str) -> list[tuple[str, str]]:
    """Return move and status of every move that the table does not have."""
    return [
        (move, status)
        for move, operation in moves.items()
        for status in statuses
        if status not in sources(operation)
    ]


def reachable(status: str) -> list[str]:
    """Return the statuses to which start, pause and complete lead from here."""
    rows = (TRANSITIONS[operation] for operation in MOVES.values())
    return sorted({row["to"] for row in rows if status in row["from"]})


def send_move(api: ApiClient, move: str, uid: str) -> httpx.Response:
    response: httpx.Response = getattr(api, move)(uid)
    return response


def assert_moves(api: ApiClient, experiments: Experiments, move: str, status: str) -> None:
    """Assert the new status in the response and in a later read."""
    uid, goal = experiments.create_and_read(status)["uid"], TRANSITIONS[MOVES[move]]["to"]
    moved = experiment_of(send_move(api, move, uid))
    assert_equal(moved.get("status"), goal, "the status in the answer")
    assert_equal(moved["uid"], uid, "the uid in the answer")
    assert_equal(experiments.read(uid).get("status"), goal, "the status in a later read")


LEGAL = [
    of_rule(f"lifecycle.{move}", move, status)
    for move, operation in MOVES.items()
    for status in sources(operation)
]
ILLEGAL = illegal(*STATUSES, **MOVES)


@pytest.mark.parametrize(("move", "status"), LEGAL)
def test_legal_move(api: ApiClient, experiments: Experiments, move: str, status: str) -> None:
    assert_moves(api, experiments, move, status)


@pytest.mark.rule("lifecycle.start")
def test_start_a_dozen_times(api: ApiClient, experiments: Experiments) -> None:
    uid = experiments.create()["uid"]
    for _ in A_DOZEN:
        assert_status(api.start(uid), 200)
        assert_equal(experiments.read(uid).get("status"), "running", "the status")
        experiments.pause(uid)


@pytest.mark.rule("lifecycle.pause")
def test_pause_a_dozen_times(api: ApiClient, experiments: Experiments) -> None:
    uid = experiments.create()["uid"]
    for _ in A_DOZEN:
        experiments.start(uid)
        assert_status(api.pause(uid), 200)
        assert_equal(experiments.read(uid).get("status"), "paused", "the status")


@pytest.mark.rule("lifecycle.complete")
def test_complete_a_dozen(api: ApiClient, experiments: Experiments) -> None:
    for _ in A_DOZEN:
        assert_moves(api, experiments, "complete", "running")
        api.remove_created()


def rule_of_illegal(move: str, status: str) -> str:
    return "completed-is-terminal" if status == "completed" else f"{move}.illegal"


@pytest.mark.parametrize(
    ("move", "status"),
    [of_rule(f"lifecycle.{rule_of_illegal(*pair)}", *pair) for pair in ILLEGAL],
)
def test_illegal_move(api: ApiClient, experiments: Experiments, move: str, status: str) -> None:
    before = experiments.create_and_read(status)
    assert_status(send_move(api, move, before["uid"]), 409)
    experiments.assert_unchanged(before)


@pytest.mark.rule("lifecycle.completed-is-terminal")
def test_completed_is_terminal_for_its_winner(api: ApiClient, experiments: Experiments) -> None:
    before = experiments.create_and_read("completed")
    assert_status(api.complete(before["uid"], "v1"), 409)
    experiments.assert_unchanged(before)


@pytest.mark.rule("lifecycle.completed-is-terminal")
@pytest.mark.parametrize("move", MOVES)
def test_completed_is_terminal_after_a_pause(
    api: ApiClient, experiments: Experiments, move: str
) -> None:
    uid = experiments.create("paused")["uid"]
    experiments.complete(uid)
    before = experiments.read(uid)
    assert_status(send_move(api, move, uid), 409)
    experiments.assert_unchanged(before)


@pytest.mark.rule("lifecycle.no-other-move")
@pytest.mark.parametrize(
    ("status", "named"), [("draft", "running"), ("paused", "running"), ("running", "completed")]
)
def test_no_other_move(api: ApiClient, experiments: Experiments, status: str, named: str) -> None:
    uid = experiments.create(status)["uid"]
    response = api.update(uid, {"name": "With a status", "status": named})
    if response.status_code != 200:
        assert_refused(response)
    assert_equal(experiments.read(uid).get("status"), status, "the status")


@pytest.mark.rule("lifecycle.conflict.names-status")
@pytest.mark.parametrize(("move", "status"), ILLEGAL)
def test_conflict_names_status(
    api: ApiClient, experiments: Experiments, move: str, status: str
) -> None:
    response = send_move(api, move, experiments.create_and_read(status)["uid"])
    assert_status(response, 409)
    is_named = re.search(rf"\b{status}\b", response.text, re.IGNORECASE)
    assert_that(is_named, f"a body that names the current status, {status}", response)


@pytest.mark.rule("lifecycle.conflict.names-transitions")
@pytest.mark.parametrize(("move", "status"), illegal("draft", "running", "paused", **MOVES))
def test_conflict_names_transitions(
    api: ApiClient, experiments: Experiments, move: str, status: str
) -> None:
    """A move may be named itself, or by the status to which it leads."""
    response = send_move(api, move, experiments.create_and_read(status)["uid"])
    assert_status(response, 409)
    possible = [other for other in MOVES if status in sources(MOVES[other])]
    words = {*possible, *reachable(status)} - {move, status}
    is_named = any(re.search(rf"\b{word}", response.text, re.IGNORECASE) for word in words)
    assert_that(is_named, f"a body that names one of {', '.join(sorted(words))}", response)


@pytest.mark.rule("lifecycle.conflict.members")
@pytest.mark.parametrize(("move", "status"), illegal(*STATUSES, **MOVES, **DELETE))
def test_conflict_members(api: ApiClient, experiments: Experiments, move: str, status: str) -> None:
    response = send_move(api, move, experiments.create_and_read(status)["uid"])
    assert_problem(response, 409, "invalid-state-transition")
    problem = json_of(response)
    assert_equal(problem.get("currentStatus"), status, "currentStatus")
    allowed = sorted(problem.get("allowedTransitions") or [])
    assert_equal(allowed, reachable(status), "allowedTransitions")


@pytest.mark.rule("lifecycle.unknown-experiment")
@pytest.mark.parametrize("move", MOVES)
def test_unknown_experiment(api: ApiClient, experiments: Experiments, move: str) -> None:
    response = send_move(api, move, experiments.unknown_uid())
    assert_problem(response, 404, "experiment-not-found")


BODIES = {
    "empty-json": ("application/json", b""),
    "object": ("application/json", b"{}"),
    "status": ("application/json", b'{"status": "completed"}'),
    "broken-json": ("application/json", b"{"),
    "text": ("text/plain", b"now"),
}


@pytest.mark.rule("lifecycle.body-ignored")
@pytest.mark.parametrize(("move", "status"), [("start", "draft"), ("pause", "running")])
@pytest.mark.parametrize("name", BODIES)
def test_body_ignored(
    api: ApiClient, experiments: Experiments, move: str, status: str, name: str
) -> None:
    media_type, content = BODIES[name]
    path, headers = f"{API}/{experiments.create(status)['uid']}", {"Content-Type": media_type}
    moved = experiment_of(api.request("POST", f"{path}/{move}", content=content, headers=headers))
    assert_equal(moved.get("status"), TRANSITIONS[MOVES[move]]["to"], "the status")


@pytest.mark.rule("lifecycle.updated-at")
def test_updated_at(api: ApiClient, experiments: Experiments) -> None:
    uid = experiments.create()["uid"]
    last = timestamp(experiments.read(uid).get("updatedAt"), "updatedAt")
    for move in ("start", "pause", "start", "complete"):
        assert_status(send_move(api, move, uid), 200)
        now = timestamp(experiments.read(uid).get("updatedAt"), "updatedAt")
        assert_that(now > last, f"a later updatedAt after {move} than {last}, not {now}")
        last = now


@pytest.mark.rule("lifecycle.updated-at")
@pytest.mark.parametrize(("move", "status"), ILLEGAL)
def test_updated_at_of_refused(
    api: ApiClient, experiments: Experiments, move: str, status: str
) -> None:
    before = experiments.create_and_read(status)
    assert_status(send_move(api, move, before["uid"]), 409)
    after = experiments.read(before["uid"]).get("updatedAt")
    assert_equal(after, before.get("updatedAt"), "updatedAt")


@pytest.mark.rule("lifecycle.pause.keeps-counters")
def test_pause_keeps_counters(api: ApiClient, experiments: Experiments, counters: Counters) -> None:
    experiment = experiments.create("running")
    counters.raise_to(experiment, {"v0": (1, 0), "v1": (2, 1)})
    experiments.pause(experiment["uid"])
    counters.assert_counts(experiment, {"v0": (1, 0), "v1": (2, 1)})
    experiments.start(experiment["uid"])
    assert_events_accepted(api.send_events(event(experiment, "click", "v0")), 1)
    counters.assert_counts(experiment, {"v0": (1, 1), "v1": (2, 1)})


@pytest.mark.rule("lifecycle.complete.winner")
@pytest.mark.parametrize("status", sources("completeExperiment"))
@pytest.mark.parametrize("winner", ["v0", "v1"])
def test_complete_winner(
    api: ApiClient, experiments: Experiments, status: str, winner: str
) -> None:
    before = experiments.create_and_read(status)
    created = timestamp(before.get("createdAt"), "createdAt")
    completed = experiment_of(api.complete(before["uid"], winner))
    for shown in (completed, experiments.read(before["uid"])):
        assert_equal(shown.get("winnerVariantId"), winner, "winnerVariantId")
        declared = timestamp(shown.get("winnerDeclaredAt"), "winnerDeclaredAt")
        is_now = created - SLACK <= declared <= created + SOON
        assert_that(is_now, f"winnerDeclaredAt shortly after {created}, not {declared}")


@pytest.mark.rule("lifecycle.complete.winner")
def test_complete_winner_declared_later(experiments: Experiments) -> None:
    before = experiments.create_and_read("running")
    time.sleep(A_SECOND_AND_MORE)
    after = experiments.complete(before["uid"])
    created = timestamp(before.get("createdAt"), "createdAt")
    declared = timestamp(after.get("winnerDeclaredAt"), "winnerDeclaredAt")
    is_later = created < declared
    assert_that(is_later, f"winnerDeclaredAt after {created}, not {declared}")


@pytest.mark.rule("lifecycle.complete.winner")
@pytest.mark.parametrize("status", ["draft", "running", "paused"])
def test_complete_winner_not_before(experiments: Experiments, status: str) -> None:
    shown = experiments.create_and_read(status)
    found = [shown.get("winnerVariantId"), shown.get("winnerDeclaredAt")]
    assert_equal(found, [None, None], "winner and time before completion")


@pytest.mark.rule("lifecycle.complete.winner")
def test_complete_winner_with_less_clicks(
    api: ApiClient, experiments: Experiments, counters: Counters
) -> None:
    experiment = experiments.create("running")
    counters.raise_to(experiment, {"v0": (2, 2), "v1": (1, 0)})
    completed = experiment_of(api.complete(experiment["uid"], "v1"))
    assert_equal(completed.get("winnerVariantId"), "v1", "winnerVariantId")


each_wrong_winner = pytest.mark.parametrize(
    "body",
    [
        pytest.param({}, id="missing"),
        pytest.param({"winnerVariantId": "nobody"}, id="unknown"),
        pytest.param({"winnerVariantId": "V0"}, id="other-case"),
        pytest.param({"winnerVariantId": ""}, id="empty"),
        pytest.param({"winnerVariantId": None}, id="null"),
        pytest.param({"winnerVariantId": 0}, id="number"),
        pytest.param({"winnerVariantId": ["v0"]}, id="list"),
        pytest.param({"winnerVariantId": "Second"}, id="name"),
    ],
)
NAMED_VARIANTS = [
    {"id": "v0", "name": "First", "weight": 5000},
    {"id": "0", "name": "Second", "weight": 5000},
]


@pytest.mark.rule("lifecycle.complete.winner-invalid")
@pytest.mark.parametrize("status", sources("completeExperiment"))
@each_wrong_winner
def test_complete_winner_invalid(
    api: ApiClient, experiments: Experiments, status: str, body: dict[str, Any]
) -> None:
    before = experiments.create_and_read(status, variants=NAMED_VARIANTS)
    assert_status(api.request("POST", f"{API}/{before['uid']}/complete", json=body), 400)
    experiments.assert_unchanged(before)


@pytest.mark.rule("lifecycle.complete.winner-invalid")
def test_complete_winner_of_another_experiment(api: ApiClient, experiments: Experiments) -> None:
    before = experiments.create_and_read("running")
    other = [{**row, "id": f"other-{row['id']}"} for row in NAMED_VARIANTS]
    winner = experiments.create("running", variants=other)["variants"][0]["id"]
    assert_status(api.complete(before["uid"], winner), 400)
    experiments.assert_unchanged(before)


@pytest.mark.rule("lifecycle.complete.winner-problem")
@each_wrong_winner
def test_complete_winner_problem(
    api: ApiClient, experiments: Experiments, body: dict[str, Any]
) -> None:
    uid = experiments.create("running")["uid"]
    response = api.request("POST", f"{API}/{uid}/complete", json=body)
    assert_problem(response, 400, "invalid-winner", "/winnerVariantId")
