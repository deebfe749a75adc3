"""Deleting an experiment, and what is left of it."""

import pytest

from pictify_conformance import spec
from pictify_conformance.rules.operations import ON_EXPERIMENT, call
from pictify_conformance.testing import ApiClient, Experiments
from pictify_conformance.testing.assertions import (
    assert_equal,
    assert_problem,
    assert_refused,
    assert_status,
    assert_that,
)
from pictify_conformance.testing.payloads import Json
from pictify_conformance.testing.responses import experiment_of, json_object

DELETABLE = spec.document()["x-lifecycle"]["transitions"]["deleteExperiment"]["from"]

each_deletable = pytest.mark.parametrize("status", DELETABLE)


def create_and_delete(api: ApiClient, experiments: Experiments, status: str) -> Json:
    experiment = experiments.create(status)
    assert_status(api.delete(experiment["uid"]), 200)
    return experiment


@pytest.mark.rule("delete.answer")
@each_deletable
def test_answer(api: ApiClient, experiments: Experiments, status: str) -> None:
    uid = experiments.create(status)["uid"]
    response = api.delete(uid)
    assert_that(json_object(response).get("deleted") is True, "deleted true", response)
    rows = (*experiments.rows(), *experiments.rows(status=status))
    shown = [row.get("uid") for row in rows if row.get("status") != "archived"]
    assert_equal(shown.count(uid), 0, "rows that show it as if it were not deleted")
    later = api.get(uid)
    if later.status_code == 200:
        assert_equal(experiment_of(later).get("status"), "archived", "the status in a later read")
    else:
        assert_refused(later)


@pytest.mark.rule("lifecycle.any-order")
@each_deletable
def test_any_order_leaves_others(api: ApiClient, experiments: Experiments, status: str) -> None:
    """The others have the same name, and slugs that begin alike."""
    api.require("deleteExperiment")
    experiment = experiments.create(status)
    same_name, slug = {"name": experiment.get("name")}, experiment["slug"]
    others = [
        experiments.create_and_read(other, **same_name, slug=f"{slug}-{other}")
        for other in ("draft", "completed")
    ]
    assert_status(api.delete(experiment["uid"]), 200)
    for other in others:
        experiments.assert_unchanged(other)


@pytest.mark.rule("delete.unknown")
def test_unknown(api: ApiClient, experiments: Experiments) -> None:
    for uid in experiments.unknown_uids():
        assert_status(api.delete(uid), 404)


@pytest.mark.rule("delete.running.refused")
def test_running_refused(api: ApiClient, experiments: Experiments) -> None:
    before = experiments.create_and_read("running")
    assert_refused(api.delete(before["uid"]))
    experiments.assert_unchanged(before)
    assert_equal(experiments.read(before["uid"]).get("status"), "running", "the status")


@pytest.mark.rule("delete.running.status")
def test_running_status(api: ApiClient, experiments: Experiments) -> None:
    response = api.delete(experiments.create("running")["uid"])
    assert_problem(response, 409, "invalid-state-transition")


@pytest.mark.rule("delete.gone")
@each_deletable
@pytest.mark.parametrize("name", ON_EXPERIMENT)
def test_gone(api: ApiClient, experiments: Experiments, status: str, name: str) -> None:
    uid = create_and_delete(api, experiments, status)["uid"]
    assert_problem(call(api, name, uid), 404, "experiment-not-found")


@pytest.mark.rule("delete.unlisted")
@each_deletable
def test_unlisted(api: ApiClient, experiments: Experiments, status: str) -> None:
    uid = create_and_delete(api, experiments, status)["uid"]
    for query in ({}, {"status": status}, {"type": "ab_test"}):
        listed = [row.get("uid") for row in experiments.rows(**query)]
        assert_equal(listed.count(uid), 0, f"rows of {uid} in the list of {query or 'all'}")


@pytest.mark.rule("delete.slug-freed")
@each_deletable
def test_slug_freed(api: ApiClient, experiments: Experiments, status: str) -> None:
    old = create_and_delete(api, experiments, status)
    new = experiments.assert_created(experiments.body(slug=old["slug"]))
    assert_equal(new["slug"], old["slug"], "the slug")
    assert_that(new["uid"] != old["uid"], "another uid than the deleted one")
