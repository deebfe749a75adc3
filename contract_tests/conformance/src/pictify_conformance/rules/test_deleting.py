"""Deleting an experiment, and what is left of it."""

from collections.abc import Callable

import httpx
import pytest

from pictify_conformance import spec
from pictify_conformance.testing import assertions
from pictify_conformance.testing.experiments import Lab

DELETABLE = spec.document()["x-lifecycle"]["transitions"]["deleteExperiment"]["from"]
CALLS: dict[str, Callable[[Lab, str], httpx.Response]] = {
    "get": Lab.get,
    "update": lambda lab, uid: lab.update(uid, {"name": "Too late"}),
    "delete": Lab.delete,
    "start": Lab.start,
    "pause": Lab.pause,
    "complete": Lab.complete,
}


def deleted(lab: Lab, status: str = "draft") -> dict[str, str]:
    """Uid and slug of an experiment that was deleted."""
    made = lab.experiment(status)
    assertions.status(lab.delete(made["uid"]), 200)
    return made


@pytest.mark.rule("delete.answer")
@pytest.mark.parametrize("status", DELETABLE)
def test_answer(lab: Lab, status: str) -> None:
    """What does not run can be deleted."""
    uid = lab.experiment(status)["uid"]
    response = assertions.status(lab.delete(uid), 200)
    body = assertions.json_of(response)
    if not isinstance(body, dict) or body.get("deleted") is not True:
        assertions.fail("deleted true", response)
    rows = [
        row.get("uid")
        for row in (*lab.rows(), *lab.rows(status=status))
        if row.get("status") != "archived"
    ]
    assertions.same(rows.count(uid), 0, "rows that show it as if it were not deleted")
    later = lab.get(uid)
    if later.status_code == 200 and assertions.experiment(later).get("status") != "archived":
        assertions.fail("no experiment any more, or an archived one", later)


@pytest.mark.rule("lifecycle.any-order")
@pytest.mark.parametrize("status", DELETABLE)
def test_any_order_leaves_others(lab: Lab, status: str) -> None:
    """A delete takes no other experiment with it, of the same name neither."""
    made = lab.experiment(status)
    others = [lab.existing(name=made.get("name")), lab.existing("completed")]
    assertions.status(lab.delete(made["uid"]), 200)
    for other in others:
        lab.unchanged(other)


@pytest.mark.rule("delete.unknown")
def test_unknown(lab: Lab) -> None:
    """An unknown uid is 404, whatever it looks like."""
    for uid in lab.unknown_uids():
        assertions.status(lab.delete(uid), 404)


@pytest.mark.rule("delete.running.refused")
def test_running_refused(lab: Lab) -> None:
    """What runs is not deleted and goes on running."""
    before = lab.existing("running")
    assertions.refused(lab.delete(before["uid"]))
    lab.unchanged(before)
    assertions.same(lab.read(before["uid"]).get("status"), "running", "the status")


@pytest.mark.rule("delete.running.status")
def test_running_status(lab: Lab) -> None:
    """The refusal is that of an illegal move."""
    assertions.problem(
        lab.delete(lab.experiment("running")["uid"]), 409, "invalid-state-transition"
    )


@pytest.mark.rule("delete.gone")
@pytest.mark.parametrize("status", DELETABLE)
@pytest.mark.parametrize("call", CALLS)
def test_gone(lab: Lab, status: str, call: str) -> None:
    """No operation knows a deleted uid."""
    uid = deleted(lab, status)["uid"]
    assertions.problem(CALLS[call](lab, uid), 404, "experiment-not-found")


@pytest.mark.rule("delete.unlisted")
@pytest.mark.parametrize("status", DELETABLE)
def test_unlisted(lab: Lab, status: str) -> None:
    """No list has a deleted experiment."""
    uid = deleted(lab, status)["uid"]
    for query in ({}, {"status": status}, {"type": "ab_test"}):
        assert uid not in [row.get("uid") for row in lab.rows(**query)], (
            f"the list of {query or 'all'} has {uid}"
        )


@pytest.mark.rule("delete.slug-freed")
@pytest.mark.parametrize("status", DELETABLE)
def test_slug_freed(lab: Lab, status: str) -> None:
    """The slug of a deleted experiment is free at once."""
    old = deleted(lab, status)
    new = assertions.experiment(assertions.status(lab.create(lab.body(slug=old["slug"])), 201))
    assertions.same(new["slug"], old["slug"], "the slug")
    assert new["uid"] != old["uid"], "the new experiment has the uid of the deleted one"
