"""Updating an experiment: partial updates, slugs, and what is refused in every status."""

import pytest

from pictify_conformance.rules.updates import (
    EDITABLE,
    FULL,
    UNPUBLISHED,
    assert_update_refused,
    changes_of,
)
from pictify_conformance.testing import ApiClient, Counters, Experiments, Team
from pictify_conformance.testing.assertions import (
    assert_equal,
    assert_field_errors,
    assert_problem,
    assert_refused,
    assert_status,
    assert_that,
)
from pictify_conformance.testing.payloads import STATUSES, variants
from pictify_conformance.testing.responses import fail, published_fields, timestamp


@pytest.mark.rule("update.unknown")
def test_unknown(api: ApiClient, experiments: Experiments) -> None:
    for uid in experiments.unknown_uids():
        assert_status(api.update(uid, {"name": "Nobody's"}), 404)


@pytest.mark.rule("update.name-length")
@pytest.mark.parametrize("letter", ["n", "\u00e9"], ids=["ascii", "two-byte"])
def test_name_length(api: ApiClient, experiments: Experiments, letter: str) -> None:
    uid = experiments.create()["uid"]
    assert_status(api.update(uid, {"name": letter * 255}), 200)
    before = experiments.read(uid)
    assert_equal(before.get("name"), letter * 255, "the name")
    assert_status(api.update(uid, {"name": "x" + letter * 255}), 400)
    experiments.assert_unchanged(before)


PARTIAL = {
    "draft": [field for field in EDITABLE["draft"] if field not in UNPUBLISHED],
    "running": ["name", "confidenceThreshold", "minimumRunDays"],
    "paused": ["name", "variants"],
    "completed": ["name"],
}


@pytest.mark.rule("update.partial")
@pytest.mark.parametrize("status", PARTIAL)
def test_partial(api: ApiClient, experiments: Experiments, status: str) -> None:
    before = experiments.create_and_read(status, **FULL)
    for field in PARTIAL[status]:
        assert_status(api.update(before["uid"], changes_of(experiments, field)), 200)
        after = experiments.read(before["uid"])
        found, expected = (published_fields(each, field, "updatedAt") for each in (after, before))
        assert_equal(found, expected, f"all but {field}")
        before = after


@pytest.mark.rule("update.partial")
def test_partial_counters(api: ApiClient, experiments: Experiments, counters: Counters) -> None:
    experiment, counts = experiments.create("running"), {"v0": (2, 1), "v1": (1, 0)}
    assert_status(api.update(experiment["uid"], {"name": "Before"}), 200)
    counters.raise_to(experiment, counts)
    assert_status(api.update(experiment["uid"], {"name": "After"}), 200)
    counters.assert_counts_now(experiment, counts)


WRONG_SUMS = [(5000, 4999), (5000, 5001), (0, 0), (10000, 10000), (3333, 3333, 3333)]


@pytest.mark.rule("update.weights-sum.refused")
@pytest.mark.parametrize("status", ["draft", "paused"])
@pytest.mark.parametrize("weights", WRONG_SUMS, ids=str)
def test_weights_sum_refused(
    api: ApiClient, experiments: Experiments, status: str, weights: tuple[int, ...]
) -> None:
    before = experiments.create_and_read(status)
    body = {"name": "A valid change", "variants": variants(*weights)}
    assert_refused(api.update(before["uid"], body))
    experiments.assert_unchanged(before)


@pytest.mark.rule("update.weights-sum.status")
@pytest.mark.parametrize("weights", WRONG_SUMS[:2], ids=str)
def test_weights_sum_status(
    api: ApiClient, experiments: Experiments, weights: tuple[int, ...]
) -> None:
    before, body = experiments.create_and_read(), {"variants": variants(*weights)}
    assert_update_refused(api, experiments, before, body, "/variants")


@pytest.mark.rule("update.slug-of-running")
@pytest.mark.parametrize("status", ["draft", "paused"])
def test_slug_of_running(api: ApiClient, experiments: Experiments, status: str) -> None:
    """A server may refuse the update, or the start after it."""
    holder, other = experiments.create_and_read("running"), experiments.create(status)
    response = api.update(other["uid"], {"slug": holder["slug"]})
    if response.status_code == 200:
        if experiments.read(other["uid"])["slug"] == holder["slug"]:
            response = api.start(other["uid"])
        if response.status_code == 200:
            fail("a refusal of the update or of the start after it", response)
    assert_refused(response)
    experiments.assert_unchanged(holder)


@pytest.mark.rule("update.slug-taken")
@pytest.mark.parametrize("status", STATUSES)
def test_slug_taken(api: ApiClient, experiments: Experiments, status: str) -> None:
    holder, before = experiments.create(status), experiments.create_and_read()
    response = api.update(before["uid"], {"name": "A valid change", "slug": holder["slug"]})
    assert_problem(response, 409, "slug-in-use")
    assert_field_errors(response, {("/slug", "conflict")})
    experiments.assert_unchanged(before)


@pytest.mark.rule("update.slug-taken")
def test_slug_taken_by_another_team(
    api: ApiClient, experiments: Experiments, other_team: Team
) -> None:
    """The public path does not name the team."""
    holder, before = other_team.experiments.create(), experiments.create_and_read()
    response = api.update(before["uid"], {"slug": holder["slug"]})
    assert_problem(response, 409, "slug-in-use", "/slug")
    experiments.assert_unchanged(before)


@pytest.mark.rule("update.slug-taken")
@pytest.mark.parametrize("status", STATUSES)
def test_slug_taken_not_by_itself(api: ApiClient, experiments: Experiments, status: str) -> None:
    experiment = experiments.create(status)
    assert_status(api.update(experiment["uid"], {"slug": experiment["slug"]}), 200)


@pytest.mark.rule("update.slug-moves")
@pytest.mark.parametrize("status", ["draft", "paused"])
def test_slug_moves(api: ApiClient, experiments: Experiments, status: str) -> None:
    experiment, new = experiments.create_clickable(status), experiments.new_slug()
    assert_status(api.update(experiment["uid"], {"slug": new}), 200)
    experiments.start(experiment["uid"])
    assert_status(api.click(experiment["slug"]), 404)
    assert_status(api.click(new), 302)
    assert_status(api.create(experiments.body(slug=experiment["slug"])), 201)
    assert_status(api.create(experiments.body(slug=new)), 409)


@pytest.mark.rule("update.updated-at")
@pytest.mark.parametrize("status", STATUSES)
def test_updated_at(api: ApiClient, experiments: Experiments, status: str) -> None:
    shown = experiments.create_and_read(status)
    uid = shown["uid"]
    for name in ("Second", "Third"):
        before = shown
        assert_status(api.update(uid, {"name": name}), 200)
        shown = experiments.read(uid)
        old, new = (timestamp(each.get("updatedAt"), "updatedAt") for each in (before, shown))
        assert_that(new > old, f"a later updatedAt than {old}, not {new}")
        assert_equal(shown.get("createdAt"), before.get("createdAt"), "createdAt")
    assert_status(api.update(uid, {"name": 7}), 400)
    after = experiments.read(uid).get("updatedAt")
    assert_equal(after, shown.get("updatedAt"), "updatedAt after a refused update")
