"""Listing experiments: the rows, the filters and the order."""

from collections.abc import Iterable

import pytest

from pictify_conformance import spec
from pictify_conformance.testing import ApiClient, Counters, Experiments
from pictify_conformance.testing.assertions import (
    assert_equal,
    assert_eventually,
    assert_field_errors,
    assert_problem,
    assert_status,
)
from pictify_conformance.testing.payloads import STATUSES, TYPES, Json, variants
from pictify_conformance.testing.responses import (
    EXPERIMENT,
    common_keys,
    json_object,
    published_fields,
    timestamp,
)

VARIANT = spec.document()["components"]["schemas"]["Variant"]


def uids(rows: Iterable[Json]) -> list[str]:
    return [row["uid"] for row in rows]


def assert_filtered(
    experiments: Experiments, matching: list[Json], others: list[Json], **query: str
) -> None:
    """Assert that every row matches the query, and that of the run's own just these are listed."""
    rows = list(experiments.rows(**query))
    wrong = [
        {key: row.get(key) for key in ("uid", *query)}
        for row in rows
        if not query.items() <= row.items()
    ]
    assert_equal(wrong, [], f"rows that do not match {query}")
    own = {*uids(matching), *uids(others)}
    found = sorted(own & set(uids(rows)))
    assert_equal(found, sorted(uids(matching)), f"the run's own rows that match {query}")


@pytest.mark.rule("list.unauthorised")
@pytest.mark.parametrize(
    "query",
    [{}, {"type": "ab_test", "status": "draft", "page": 1, "limit": 1}],
    ids=["all", "some"],
)
def test_unauthorised(api: ApiClient, query: dict[str, str]) -> None:
    key = api.target.api_key
    assert_status(api.with_headers().list_experiments(**query), 401)
    for wrong in ("ct-no-such-key", key[:-1], key + "0"):
        sender = api.with_headers(Authorization=f"Bearer {wrong}")
        assert_status(sender.list_experiments(**query), 401)


def required_fields(experiment: Json) -> Json:
    """Return the fields that every experiment and its variants must have."""
    rows = [
        {name: row.get(name) for name in VARIANT["required"]}
        for row in experiment.get("variants", ())
    ]
    shown = published_fields(experiment)
    return {**{name: shown.get(name) for name in EXPERIMENT["required"]}, "variants": rows}


def assert_one_row(experiments: Experiments, uid: str, name: str) -> None:
    """Assert a single row of this uid or name, with the required fields of a read."""
    rows = [row for row in experiments.rows() if row["uid"] == uid or row.get("name") == name]
    expected = [required_fields(experiments.read(uid))]
    assert_equal([*map(required_fields, rows)], expected, "the rows of the experiment")


@pytest.mark.rule("list.contains-created")
@pytest.mark.parametrize(
    ("type_", "status"),
    [*((type_, "draft") for type_ in TYPES), *(("ab_test", status) for status in STATUSES[1:])],
)
def test_contains_created(experiments: Experiments, type_: str, status: str) -> None:
    experiment = experiments.create(status, type=type_)
    assert_one_row(experiments, experiment["uid"], str(experiment.get("name")))


@pytest.mark.rule("list.contains-created")
def test_contains_created_once_after_a_new_name(api: ApiClient, experiments: Experiments) -> None:
    experiment, longest = experiments.create(), f"Renamed {experiments.new_slug()}".ljust(255, "!")
    assert_one_row(experiments, experiment["uid"], str(experiment.get("name")))
    assert_status(api.update(experiment["uid"], {"name": longest}), 200)
    assert_one_row(experiments, experiment["uid"], longest)


@pytest.mark.rule("list.rows-agree")
@pytest.mark.parametrize("status", STATUSES)
def test_rows_agree(
    api: ApiClient, experiments: Experiments, counters: Counters, status: str
) -> None:
    most = json_object(api.get_quota()).get("maxVariants")
    weights = (5000, 5000) if isinstance(most, int) and most < 3 else (5000, 3000, 2000)
    rows = [
        {**row, "name": "Each", "variables": {"headline": row["id"]}} for row in variants(*weights)
    ]
    first = "draft" if status == "draft" else "running"
    experiment = experiments.create_clickable(first, hypothesis="Lists agree.", variants=rows)
    if status != "draft":
        none = {row["id"]: (0, 0) for row in rows}
        counters.raise_to(experiment, {**none, "v0": (2, 1), "v1": (1, 0)})
    if status == "paused":
        experiments.pause(experiment["uid"])
    elif status == "completed":
        experiments.complete(experiment["uid"])
    settle = api.target.settle
    assert_eventually(lambda: assert_row_agrees(experiments, experiment["uid"]), settle)


def assert_row_agrees(experiments: Experiments, uid: str) -> None:
    """Assert that the row and a read agree on what both show, and on whether there is a winner."""
    whole = published_fields(experiments.read(uid))
    rows = [row for row in experiments.rows() if row["uid"] == uid]
    assert_equal(len(rows), 1, "the number of rows of the experiment")
    shown = published_fields(rows[0])
    assert_equal(common_keys(shown, whole), common_keys(whole, shown), "the row")
    winner = ("winnerVariantId", "winnerDeclaredAt")
    null = [name for name in winner if rows[0].get(name, ...) is None and name in whole]
    assert_equal(null, [], "fields that are null in the row and not in a read")


@pytest.mark.rule("list.whole-rows")
@pytest.mark.parametrize("type_", TYPES)
def test_whole_rows(experiments: Experiments, type_: str) -> None:
    fields = {"hypothesis": "Lists show all.", "templateUid": "tmpl_xyz789"}
    experiment = experiments.create(type=type_, **fields)
    shown = [row for row in experiments.rows() if row["uid"] == experiment["uid"]]
    assert_equal(shown, [experiments.read(experiment["uid"])], "the rows of the experiment")


@pytest.mark.rule("list.filter-type")
@pytest.mark.parametrize("type_", TYPES)
def test_filter_type(api: ApiClient, experiments: Experiments, type_: str) -> None:
    matching = experiments.create(type=type_)
    for other_type in (other for other in TYPES if other != type_):
        other = experiments.create(type=other_type)
        assert_filtered(experiments, [matching], [other], type=type_)
        api.remove(other["uid"])


@pytest.mark.rule("list.filter-status")
@pytest.mark.parametrize("status", STATUSES)
def test_filter_status(api: ApiClient, experiments: Experiments, status: str) -> None:
    matching = experiments.create(status)
    for other_status in (other for other in STATUSES if other != status):
        other = experiments.create(other_status)
        assert_filtered(experiments, [matching], [other], status=status)
        api.remove(other["uid"])


@pytest.mark.rule("list.filter-status")
def test_filter_status_after_a_move(experiments: Experiments) -> None:
    experiment = experiments.create()
    assert_filtered(experiments, [experiment], [], status="draft")
    experiments.start(experiment["uid"])
    assert_filtered(experiments, [experiment], [], status="running")
    assert_filtered(experiments, [], [experiment], status="draft")


@pytest.mark.rule("list.filters-combine")
@pytest.mark.parametrize("type_", TYPES)
@pytest.mark.parametrize("status", ["draft", "paused"])
def test_filters_combine(experiments: Experiments, type_: str, status: str) -> None:
    other_type = next(candidate for candidate in TYPES if candidate != type_)
    matching = experiments.create(status, type=type_)
    same_type = experiments.create("running", type=type_)
    same_status = experiments.create(status, type=other_type)
    query = {"type": type_, "status": status}
    assert_filtered(experiments, [matching], [same_type, same_status], **query)


@pytest.mark.rule("list.invalid-query")
@pytest.mark.parametrize(
    ("parameter", "value", "code"),
    [
        ("type", "multivariate", "invalid_value"),
        ("type", "AB_TEST", "invalid_value"),
        ("type", "", "invalid_value"),
        ("status", "stopped", "invalid_value"),
        ("status", "archived", "invalid_value"),
        ("status", "Draft", "invalid_value"),
        ("page", "0", "out_of_range"),
        ("page", "-1", "out_of_range"),
        ("page", "first", "invalid_type"),
        ("page", "1.5", "invalid_type"),
        ("limit", "0", "out_of_range"),
        ("limit", "101", "out_of_range"),
        ("limit", "-1", "out_of_range"),
        ("limit", "all", "invalid_type"),
    ],
)
def test_invalid_query(api: ApiClient, parameter: str, value: str, code: str) -> None:
    response = api.list_experiments(**{parameter: value})
    assert_problem(response, 400, "validation-error")
    assert_field_errors(response, {(f"query.{parameter}", code)})


@pytest.mark.rule("list.newest-first")
@pytest.mark.parametrize(
    "query", [{}, {"type": "ab_test"}, {"status": "draft"}], ids=["all", "type", "status"]
)
def test_newest_first(api: ApiClient, experiments: Experiments, query: dict[str, str]) -> None:
    """A later change of the older one makes no difference."""
    older, newer = create_two(experiments)
    api.update(older["uid"], {"name": f"Changed {api.target.token}"})
    rows = list(experiments.rows(**query))
    times = [timestamp(row.get("createdAt"), "createdAt") for row in rows]
    assert_equal(times, sorted(times, reverse=True), "createdAt of the rows")
    own = [uid for uid in uids(rows) if uid in (older["uid"], newer["uid"])]
    assert_equal(own, [newer["uid"], older["uid"]], "the order of a newer and an older experiment")


def create_two(experiments: Experiments) -> tuple[Json, Json]:
    """Create two experiments that differ in createdAt, however coarse the server's clock is."""
    first = experiments.create(hypothesis="It is older.")
    for _ in range(50):
        second = experiments.create(hypothesis="It is newer.")
        if second.get("createdAt") != first.get("createdAt"):
            return first, second
    pytest.fail("createdAt stands still over 50 creates", pytrace=False)
