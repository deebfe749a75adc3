"""What reading alone can judge, on whatever the account holds: also the rules that a run may try that only reads."""

from collections.abc import Callable

import httpx
import pytest

from pictify_conformance import spec
from pictify_conformance.http.write_guard import API
from pictify_conformance.testing import assertions
from pictify_conformance.testing.experiments import Lab
from pictify_conformance.testing.payloads import Json

ROWS = 20
READS: dict[str, Callable[[Lab], httpx.Response]] = {
    "list": lambda lab: lab.list_experiments(limit=1),
    "get": lambda lab: lab.get(lab.unknown_uid()),
    "quota": lambda lab: lab.quota(),
}


def forms(test: Callable[..., None]) -> Callable[..., None]:
    """Mark a test with the schema rows of the reading operations."""
    levels: tuple[spec.Level, ...] = ("documented", "assumed")
    for operation_id in ("listExperiments", "getExperiment", "getExperimentQuota"):
        for level in levels:
            test = pytest.mark.rule(spec.schema_rule(operation_id, level))(test)
    return test


def listed(lab: Lab, **query: str) -> list[Json]:
    """The first page of a list."""
    return assertions.rows(lab.list_experiments(**query))


@pytest.fixture
def present(lab: Lab) -> list[Json]:
    """Some experiments that the account has, whoever made them, or else one of the run's own."""
    return assertions.rows(lab.list_experiments(limit=ROWS))[:ROWS] or [lab.existing()]


@forms
def test_forms(lab: Lab, present: list[Json]) -> None:
    """Lists, experiments and the quota have a published form: every answer is judged by the way."""
    assertions.status(lab.quota(), 200)
    for query in ({"status": "running"}, {"type": "smart_link"}):
        assertions.rows(lab.list_experiments(**query))
    for row in present:
        lab.get(row["uid"])


@pytest.mark.rule("list.contains-created")
def test_contains_created(lab: Lab, present: list[Json]) -> None:
    """A row of the list says of an experiment what get says."""
    answers = {row["uid"]: lab.get(row["uid"]) for row in present}
    still = {row["uid"]: row for row in lab.rows()}
    for row in present:
        if identity(still.get(row["uid"], {})) != identity(row):
            continue  # somebody changed or deleted it meanwhile
        shown = assertions.experiment(assertions.status(answers[row["uid"]], 200))
        assertions.same(identity(row), identity(shown), "the row")


def identity(experiment: Json) -> Json:
    """What tells an experiment from others, as far as it is shown."""
    return {name: experiment.get(name) for name in ("uid", "name", "type", "slug", "createdAt")}


@pytest.mark.rule("list.filter-type")
@pytest.mark.parametrize("type_", ["ab_test", "smart_link", "scheduled"])
def test_filter_type(lab: Lab, type_: str) -> None:
    """A list of one type holds no other."""
    assertions.same(
        [row.get("type") for row in listed(lab, type=type_) if row.get("type") != type_],
        [],
        "other types",
    )


@pytest.mark.rule("list.filter-status")
@pytest.mark.parametrize("status", ["draft", "running", "paused", "completed"])
def test_filter_status(lab: Lab, status: str) -> None:
    """A list of one status holds no other."""
    others = [
        row.get("status") for row in listed(lab, status=status) if row.get("status") != status
    ]
    assertions.same(others, [], "other statuses")


@pytest.mark.rule("auth.missing-key.refused")
@pytest.mark.parametrize("name", READS)
def test_missing_key_refused(lab: Lab, name: str) -> None:
    """Without a key nothing is shown."""
    assertions.refused(READS[name](lab.with_headers()))


@pytest.mark.rule("auth.missing-key.status")
@pytest.mark.parametrize("name", READS)
def test_missing_key_status(lab: Lab, name: str) -> None:
    """Reading without a key is 401 missing-authorization."""
    assertions.problem(READS[name](lab.with_headers()), 401, "missing-authorization")


@pytest.mark.rule("auth.invalid-key.refused")
@pytest.mark.parametrize("name", READS)
def test_invalid_key_refused(lab: Lab, name: str) -> None:
    """A key that is nearly one of a team shows nothing."""
    for key in (lab.target.api_key[:-1], lab.target.api_key + "0", "ct-no-such-key"):
        assertions.refused(READS[name](lab.with_headers(Authorization=f"Bearer {key}")))


@pytest.mark.rule("get.head")
def test_head(lab: Lab) -> None:
    """HEAD has the status of GET, and no body."""
    answer = assertions.status(lab.request("HEAD", f"{API}?limit=1"), 200)
    assertions.same(answer.text, "", "the body of the answer to HEAD")
