"""Rules that a read-only run can test, on the experiments that the account has."""

from collections.abc import Callable

import httpx
import pytest

from pictify_conformance import spec
from pictify_conformance.http.write_guard import API
from pictify_conformance.testing import ApiClient, Experiments
from pictify_conformance.testing.assertions import (
    assert_equal,
    assert_no_body,
    assert_problem,
    assert_refused,
    assert_status,
)
from pictify_conformance.testing.payloads import STATUSES, TYPES, Json
from pictify_conformance.testing.responses import experiment_of, rows_of

ROWS = 20

each_read = pytest.mark.parametrize("name", ["list", "get", "quota"])


def read(api: ApiClient, experiments: Experiments, name: str) -> httpx.Response:
    if name == "list":
        return api.list_experiments(limit=1)
    return api.get_quota() if name == "quota" else api.get(experiments.unknown_uid())


def judges_schemas(test: Callable[..., None]) -> Callable[..., None]:
    """Mark a test with the schema rules of the reading operations."""
    levels: tuple[spec.Level, ...] = ("documented", "assumed")
    for operation_id in ("listExperiments", "getExperiment", "getExperimentQuota"):
        for level in levels:
            test = pytest.mark.rule(spec.schema_rule(operation_id, level))(test)
    return test


@pytest.fixture
def present(api: ApiClient, experiments: Experiments) -> list[Json]:
    """Some experiments of the account, or else a new one."""
    return rows_of(api.list_experiments(limit=ROWS))[:ROWS] or [experiments.create_and_read()]


@judges_schemas
def test_schemas(api: ApiClient, present: list[Json]) -> None:
    """The collector checks every response against its schema."""
    assert_status(api.get_quota(), 200)
    for query in ({"status": "running"}, {"type": "smart_link"}):
        rows_of(api.list_experiments(**query))
    for row in present:
        api.get(row["uid"])


@pytest.mark.rule("list.contains-created")
def test_contains_created(api: ApiClient, experiments: Experiments, present: list[Json]) -> None:
    responses = {row["uid"]: api.get(row["uid"]) for row in present}
    still = {row["uid"]: row for row in experiments.rows()}
    compared = 0
    for row in present:
        if identity(still.get(row["uid"], {})) != identity(row):
            continue  # somebody changed or deleted it meanwhile
        shown = experiment_of(responses[row["uid"]])
        assert_equal(identity(row), identity(shown), "the row")
        compared += 1
    if not compared:
        pytest.skip("all experiments on the first page changed during the test")


def identity(experiment: Json) -> Json:
    """Return the fields that distinguish an experiment from others."""
    return {name: experiment.get(name) for name in ("uid", "name", "type", "slug", "createdAt")}


def listed(api: ApiClient, member: str, value: str) -> list[str]:
    """Return this member of the rows that a filter selects."""
    rows = rows_of(api.list_experiments(**{member: value}))
    # Without rows the filter is not tested. A run that may write tests it on its own experiments.
    if not rows and api.target.read_only:
        pytest.skip(f"the account has no experiments whose {member} is {value}")
    return [str(row.get(member)) for row in rows]


@pytest.mark.rule("list.filter-type")
@pytest.mark.parametrize("type_", TYPES)
def test_filter_type(api: ApiClient, type_: str) -> None:
    types = listed(api, "type", type_)
    assert_equal(types, [type_] * len(types), "the types")


@pytest.mark.rule("list.filter-status")
@pytest.mark.parametrize("status", STATUSES)
def test_filter_status(api: ApiClient, status: str) -> None:
    statuses = listed(api, "status", status)
    assert_equal(statuses, [status] * len(statuses), "the statuses")


@pytest.mark.rule("auth.missing-key.refused")
@each_read
def test_missing_key_refused(api: ApiClient, experiments: Experiments, name: str) -> None:
    assert_refused(read(api.with_headers(), experiments, name))


@pytest.mark.rule("auth.missing-key.status")
@each_read
def test_missing_key_status(api: ApiClient, experiments: Experiments, name: str) -> None:
    response = read(api.with_headers(), experiments, name)
    assert_problem(response, 401, "missing-authorization")


@pytest.mark.rule("auth.invalid-key.refused")
@each_read
def test_invalid_key_refused(api: ApiClient, experiments: Experiments, name: str) -> None:
    key = api.target.api_key
    for wrong in (key[:-1], key + "0", "ct-no-such-key"):
        sender = api.with_headers(Authorization=f"Bearer {wrong}")
        assert_refused(read(sender, experiments, name))


@pytest.mark.rule("get.head")
def test_head(api: ApiClient) -> None:
    response = api.request("HEAD", f"{API}?limit=1")
    assert_status(response, 200)
    assert_no_body(response)
