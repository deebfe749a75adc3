"""Starting, pausing and completing: every move the spec's table has, and every one it has not."""

import datetime as dt
import re
import time
from typing import Any

import httpx
import pytest

from pictify_conformance import spec
from pictify_conformance.http.write_guard import API
from pictify_conformance.testing import assertions
from pictify_conformance.testing.experiments import A_DOZEN, Lab
from pictify_conformance.testing.payloads import event

TRANSITIONS: dict[str, dict[str, Any]] = spec.document()["x-lifecycle"]["transitions"]
STATUSES = ("draft", "running", "paused", "completed")
MOVES = {"start": "startExperiment", "pause": "pauseExperiment", "complete": "completeExperiment"}
DELETE = {"delete": "deleteExperiment"}
SLACK = dt.timedelta(seconds=1)
SOON = dt.timedelta(minutes=1)
A_SECOND_AND_MORE = 1.1  # as servers may keep whole seconds


def allowed(operation: str) -> list[str]:
    """The statuses from which an operation may be called."""
    return list(TRANSITIONS[operation]["from"])


def illegal(*statuses: str, **moves: str) -> list[tuple[str, str]]:
    """Move and status of every move that the table does not have."""
    return [
        (move, status)
        for move, operation in moves.items()
        for status in statuses
        if status not in allowed(operation)
    ]


def reachable(status: str) -> list[str]:
    """The statuses that start, pause and complete can reach from here."""
    rows = (TRANSITIONS[operation] for operation in MOVES.values())
    return sorted({row["to"] for row in rows if status in row["from"]})


def moved(lab: Lab, move: str, uid: str) -> httpx.Response:
    """Try a move."""
    response: httpx.Response = getattr(lab, move)(uid)
    return response


def check_refused(lab: Lab, move: str, status: str) -> None:
    """The move is 409 and changes nothing."""
    before = lab.existing(status)
    assertions.status(moved(lab, move, before["uid"]), 409)
    lab.unchanged(before)


def check_moved(lab: Lab, move: str, status: str) -> None:
    """The move leads where the table says, in the answer and in a later read."""
    uid, goal = lab.existing(status)["uid"], TRANSITIONS[MOVES[move]]["to"]
    answer = assertions.experiment(assertions.status(moved(lab, move, uid), 200))
    assertions.same(answer.get("status"), goal, "the status in the answer")
    assertions.same(answer["uid"], uid, "the uid in the answer")
    assertions.same(lab.read(uid).get("status"), goal, "the status in a later read")


@pytest.mark.rule("lifecycle.start")
@pytest.mark.parametrize("status", allowed("startExperiment"))
def test_start(lab: Lab, status: str) -> None:
    """What is started runs."""
    check_moved(lab, "start", status)


@pytest.mark.rule("lifecycle.pause")
@pytest.mark.parametrize("status", allowed("pauseExperiment"))
def test_pause(lab: Lab, status: str) -> None:
    """What is paused is paused."""
    check_moved(lab, "pause", status)


@pytest.mark.rule("lifecycle.complete")
@pytest.mark.parametrize("status", allowed("completeExperiment"))
def test_complete(lab: Lab, status: str) -> None:
    """What is completed is completed."""
    check_moved(lab, "complete", status)


@pytest.mark.rule("lifecycle.start")
def test_start_a_dozen(lab: Lab) -> None:
    """What is paused can be started, time and again."""
    uid = lab.experiment()["uid"]
    for _ in A_DOZEN:
        assertions.status(lab.start(uid), 200)
        assertions.same(lab.read(uid).get("status"), "running", "the status in a later read")
        lab.halt(uid)


@pytest.mark.rule("lifecycle.pause")
def test_pause_a_dozen(lab: Lab) -> None:
    """What is started can be paused, time and again."""
    uid = lab.experiment()["uid"]
    for _ in A_DOZEN:
        lab.resume(uid)
        assertions.status(lab.pause(uid), 200)
        assertions.same(lab.read(uid).get("status"), "paused", "the status in a later read")


@pytest.mark.rule("lifecycle.complete")
def test_complete_a_dozen(lab: Lab) -> None:
    """One experiment after the other can be completed."""
    for _ in A_DOZEN:
        check_moved(lab, "complete", "running")
        lab.clear()


@pytest.mark.rule("lifecycle.start.illegal")
@pytest.mark.parametrize(
    ("move", "status"), illegal("draft", "running", "paused", start="startExperiment")
)
def test_start_illegal(lab: Lab, move: str, status: str) -> None:
    """What runs cannot be started."""
    check_refused(lab, move, status)


@pytest.mark.rule("lifecycle.pause.illegal")
@pytest.mark.parametrize(
    ("move", "status"), illegal("draft", "running", "paused", pause="pauseExperiment")
)
def test_pause_illegal(lab: Lab, move: str, status: str) -> None:
    """What does not run cannot be paused."""
    check_refused(lab, move, status)


@pytest.mark.rule("lifecycle.complete.illegal")
@pytest.mark.parametrize(
    ("move", "status"), illegal("draft", "running", "paused", complete="completeExperiment")
)
def test_complete_illegal(lab: Lab, move: str, status: str) -> None:
    """A draft cannot be completed."""
    check_refused(lab, move, status)


@pytest.mark.rule("lifecycle.completed-is-terminal")
@pytest.mark.parametrize(("move", "status"), illegal("completed", **MOVES))
def test_completed_is_terminal(lab: Lab, move: str, status: str) -> None:
    """No move leads out of completed."""
    check_refused(lab, move, status)


@pytest.mark.rule("lifecycle.completed-is-terminal")
def test_completed_is_terminal_for_its_winner(lab: Lab) -> None:
    """Another winner cannot be declared later."""
    before = lab.existing("completed")
    assertions.status(lab.complete(before["uid"], "v1"), 409)
    lab.unchanged(before)


@pytest.mark.rule("lifecycle.completed-is-terminal")
@pytest.mark.parametrize("move", MOVES)
def test_completed_is_terminal_after_a_pause(lab: Lab, move: str) -> None:
    """No move leads out of completed where a pause came before it."""
    uid = lab.experiment("paused")["uid"]
    lab.finish(uid)
    before = lab.read(uid)
    assertions.status(moved(lab, move, uid), 409)
    lab.unchanged(before)


@pytest.mark.rule("lifecycle.no-other-move")
@pytest.mark.parametrize(
    ("status", "named"), [("draft", "running"), ("paused", "running"), ("running", "completed")]
)
def test_no_other_move(lab: Lab, status: str, named: str) -> None:
    """An update that names a status is refused or leaves the status as it is."""
    uid = lab.experiment(status)["uid"]
    answer = lab.update(uid, {"name": "With a status", "status": named})
    if answer.status_code != 200:
        assertions.refused(answer)
    assertions.same(lab.read(uid).get("status"), status, "the status")


@pytest.mark.rule("lifecycle.conflict.names-status")
@pytest.mark.parametrize(("move", "status"), illegal(*STATUSES, **MOVES))
def test_conflict_names_status(lab: Lab, move: str, status: str) -> None:
    """The 409 tells the current status."""
    response = assertions.status(moved(lab, move, lab.existing(status)["uid"]), 409)
    if not re.search(rf"\b{status}\b", response.text, re.IGNORECASE):
        assertions.fail(f"a body that tells the current status, {status}", response)


@pytest.mark.rule("lifecycle.conflict.names-transitions")
@pytest.mark.parametrize(("move", "status"), illegal("draft", "running", "paused", **MOVES))
def test_conflict_names_transitions(lab: Lab, move: str, status: str) -> None:
    """The 409 tells a move that is allowed, or where it leads."""
    response = assertions.status(moved(lab, move, lab.existing(status)["uid"]), 409)
    possible = [other for other in MOVES if status in allowed(MOVES[other])]
    words = {*possible, *reachable(status)} - {move, status}
    if not any(re.search(rf"\b{word}", response.text, re.IGNORECASE) for word in words):
        assertions.fail(f"a body that tells one of {', '.join(sorted(words))}", response)


@pytest.mark.rule("lifecycle.conflict.members")
@pytest.mark.parametrize(("move", "status"), illegal(*STATUSES, **MOVES, **DELETE))
def test_conflict_members(lab: Lab, move: str, status: str) -> None:
    """The 409 holds the current status and the reachable ones."""
    response = moved(lab, move, lab.existing(status)["uid"])
    problem = assertions.problem(response, 409, "invalid-state-transition")
    assertions.same(problem.get("currentStatus"), status, "currentStatus")
    assertions.same(
        sorted(problem.get("allowedTransitions") or []), reachable(status), "allowedTransitions"
    )


@pytest.mark.rule("lifecycle.unknown-experiment")
@pytest.mark.parametrize("move", MOVES)
def test_unknown_experiment(lab: Lab, move: str) -> None:
    """An unknown uid is 404 for every move."""
    assertions.problem(moved(lab, move, lab.unknown_uid()), 404, "experiment-not-found")


@pytest.mark.rule("lifecycle.body-ignored")
@pytest.mark.parametrize(
    ("move", "status", "goal"), [("start", "draft", "running"), ("pause", "running", "paused")]
)
@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        pytest.param("application/json", b"", id="empty-json"),
        pytest.param("application/json", b"{}", id="object"),
        pytest.param("application/json", b'{"status": "completed"}', id="status"),
        pytest.param("application/json", b"{", id="broken-json"),
        pytest.param("text/plain", b"now", id="text"),
    ],
)
def test_body_ignored(
    lab: Lab, move: str, status: str, goal: str, media_type: str, content: bytes
) -> None:
    """A body makes no difference."""
    path = f"{API}/{lab.experiment(status)['uid']}/{move}"
    response = lab.request("POST", path, content=content, headers={"Content-Type": media_type})
    assertions.same(
        assertions.experiment(assertions.status(response, 200)).get("status"), goal, "the status"
    )


@pytest.mark.rule("lifecycle.updated-at")
def test_updated_at(lab: Lab) -> None:
    """Every move takes updatedAt forward."""
    uid = lab.experiment()["uid"]
    last = assertions.moment(lab.read(uid).get("updatedAt"), "updatedAt")
    for move in ("start", "pause", "start", "complete"):
        assertions.status(moved(lab, move, uid), 200)
        now = assertions.moment(lab.read(uid).get("updatedAt"), "updatedAt")
        assert now > last, f"updatedAt went from {last} to {now} with {move}"
        last = now


@pytest.mark.rule("lifecycle.updated-at")
@pytest.mark.parametrize(("move", "status"), illegal(*STATUSES, **MOVES))
def test_updated_at_of_refused(lab: Lab, move: str, status: str) -> None:
    """A refused move leaves updatedAt where it is."""
    before = lab.existing(status)
    assertions.status(moved(lab, move, before["uid"]), 409)
    assertions.same(lab.read(before["uid"]).get("updatedAt"), before.get("updatedAt"), "updatedAt")


@pytest.mark.rule("lifecycle.pause.keeps-counters")
def test_pause_keeps_counters(lab: Lab) -> None:
    """Counters outlive a pause and go on after it."""
    made = lab.experiment("running")
    lab.report(made, {"v0": (1, 0), "v1": (2, 1)})
    lab.halt(made["uid"])
    lab.counted(made["uid"], {"v0": (1, 0), "v1": (2, 1)})
    lab.resume(made["uid"])
    assertions.taken(lab.events(event(made, "click", "v0")), 1)
    lab.counted(made["uid"], {"v0": (1, 1), "v1": (2, 1)})


@pytest.mark.rule("lifecycle.complete.winner")
@pytest.mark.parametrize("status", allowed("completeExperiment"))
@pytest.mark.parametrize("winner", ["v0", "v1"])
def test_complete_winner(lab: Lab, status: str, winner: str) -> None:
    """The named variant is the winner, declared now."""
    before = lab.existing(status)
    answer = assertions.experiment(assertions.status(lab.complete(before["uid"], winner), 200))
    for shown in (answer, lab.read(before["uid"])):
        assertions.same(shown.get("winnerVariantId"), winner, "winnerVariantId")
        declared = assertions.moment(shown.get("winnerDeclaredAt"), "winnerDeclaredAt")
        made = assertions.moment(before.get("createdAt"), "createdAt")
        assert made - SLACK <= declared <= made + SOON, (
            f"made at {made}, completed at once, declared at {declared}"
        )


@pytest.mark.rule("lifecycle.complete.winner")
def test_complete_winner_declared_later(lab: Lab) -> None:
    """What is completed more than a second after it was made was declared after it was made."""
    before = lab.existing("running")
    time.sleep(A_SECOND_AND_MORE)
    after = lab.finish(before["uid"])
    made, declared = (
        assertions.moment(shown.get(name), name)
        for shown, name in ((before, "createdAt"), (after, "winnerDeclaredAt"))
    )
    assert made < declared, f"made at {made}, completed later, declared at {declared}"


@pytest.mark.rule("lifecycle.complete.winner")
@pytest.mark.parametrize("status", ["draft", "running", "paused"])
def test_complete_winner_not_before(lab: Lab, status: str) -> None:
    """Before completion there is no winner."""
    shown = lab.existing(status)
    assertions.same(
        [shown.get("winnerVariantId"), shown.get("winnerDeclaredAt")],
        [None, None],
        "winner and time before completion",
    )


UNFIT_WINNERS = [
    pytest.param({}, id="missing"),
    pytest.param({"winnerVariantId": "nobody"}, id="unknown"),
    pytest.param({"winnerVariantId": "V0"}, id="other-case"),
    pytest.param({"winnerVariantId": ""}, id="empty"),
    pytest.param({"winnerVariantId": None}, id="null"),
    pytest.param({"winnerVariantId": 0}, id="number"),
    pytest.param({"winnerVariantId": "Second"}, id="name"),
]
WITH_NAMES = [
    {"id": "v0", "name": "First", "weight": 5000},
    {"id": "v1", "name": "Second", "weight": 5000},
]


@pytest.mark.rule("lifecycle.complete.winner-invalid")
@pytest.mark.parametrize("status", allowed("completeExperiment"))
@pytest.mark.parametrize("body", UNFIT_WINNERS)
def test_complete_winner_invalid(lab: Lab, status: str, body: dict[str, Any]) -> None:
    """Without a winner that is one of its variants nothing is completed."""
    before = lab.existing(status, variants=WITH_NAMES)
    assertions.status(lab.request("POST", f"{API}/{before['uid']}/complete", json=body), 400)
    lab.unchanged(before)


@pytest.mark.rule("lifecycle.complete.winner-problem")
@pytest.mark.parametrize("body", UNFIT_WINNERS)
def test_complete_winner_problem(lab: Lab, body: dict[str, Any]) -> None:
    """The refusal names the winner."""
    uid = lab.experiment("running")["uid"]
    response = lab.request("POST", f"{API}/{uid}/complete", json=body)
    assertions.problem(response, 400, "invalid-winner", "/winnerVariantId")
