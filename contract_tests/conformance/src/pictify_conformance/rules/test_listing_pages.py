"""Listing experiments: pages, their size, and the total."""

import math

import pytest

from pictify_conformance.testing import ApiClient, Experiments, Team
from pictify_conformance.testing.assertions import assert_equal, assert_that
from pictify_conformance.testing.payloads import TYPES, Json
from pictify_conformance.testing.responses import fail, json_object, rows_of

DEFAULT_LIMIT, MAX_LIMIT = 20, 100


@pytest.fixture
def settled(experiments: Experiments) -> str:
    """The status of few experiments of an account: paused, or draft if the server has no other."""
    return experiments.reachable("paused")


def uids_on_page(api: ApiClient, number: int, limit: int, **query: str) -> list[str]:
    """Return the uids on a page that names its number and limit and keeps to the limit."""
    response = api.list_experiments(page=number, limit=limit, **query)
    body, rows = json_object(response), rows_of(response)
    assert_equal([body.get("page"), body.get("limit")], [number, limit], "page and limit")
    assert_that(len(rows) <= limit, f"at most {limit} rows, not {len(rows)}", response)
    wrong = [row.get("status") for row in rows if not query.items() <= row.items()]
    assert_equal(wrong, [], f"rows that do not match {query}")
    return [row["uid"] for row in rows]


def total(api: ApiClient, **query: str) -> int:
    """Return the total in a list."""
    response = api.list_experiments(**query)
    found = json_object(response).get("total")
    if not isinstance(found, int):
        fail("a total", response)
    return found


def count_rows(experiments: Experiments, **query: str) -> int:
    return len(list(experiments.rows(**query)))


def fill(api: ApiClient, experiments: Experiments, wanted: int) -> int:
    """Create experiments until so many are there, as far as the plan goes. Return the number."""
    present = count_rows(experiments)
    while present < wanted and api.create(experiments.body()).status_code == 201:
        present += 1
    return present


@pytest.mark.alone
@pytest.mark.rule("list.paging")
def test_paging(api: ApiClient, experiments: Experiments, settled: str) -> None:
    """The limits give a few pages, the last one full and not full if there are three rows."""
    query = {"type": "ab_test", "status": settled}
    own = sorted(experiments.create(settled)["uid"] for _ in range(3))
    experiments.create(type="scheduled")  # which the filter leaves out
    rows = count_rows(experiments, **query)
    few = max(1, math.ceil(rows / 3))
    for limit in (min(few, 99), min(few + 1, 100)):
        found: list[str] = []
        for number in range(1, math.ceil(rows / limit) + 1):
            found += uids_on_page(api, number, limit, **query)
        own_found = sorted(uid for uid in found if uid in own)
        assert_equal(own_found, own, f"the run's own rows over all pages of {limit}")
        assert_equal(len(set(found)), len(found), f"different rows on the pages of {limit}")


@pytest.mark.alone
@pytest.mark.rule("list.paging")
def test_paging_without_filters(api: ApiClient, experiments: Experiments) -> None:
    for _ in range(3):
        experiments.create()
    pages = [uids_on_page(api, number, 1) for number in (1, 2, 3)]
    assert_equal(list(map(len, pages)), [1, 1, 1], "rows on the first pages of 1")
    assert_equal(len({page[0] for page in pages}), 3, "different rows on them")


@pytest.mark.alone
@pytest.mark.rule("list.total")
@pytest.mark.parametrize(
    "filters",
    [(), ("type",), ("status",), ("type", "status")],
    ids=["all", "type", "status", "both"],
)
def test_total(
    api: ApiClient, experiments: Experiments, settled: str, filters: tuple[str, ...]
) -> None:
    values = {"type": "ab_test", "status": settled}
    query = {name: values[name] for name in filters}
    for status in (settled, settled, "draft"):
        experiments.create(status)
    experiments.create(settled, type="scheduled")
    matches = count_rows(experiments, **query)
    pages: list[Json] = [{"limit": 1}, {"limit": 1, "page": 2}, {"limit": 100}, {}]
    for page in (*pages, {"page": matches + 1}):
        response = api.list_experiments(**query, **page)
        if page.get("page", 1) > matches and 400 <= response.status_code < 500:
            continue  # the docs do not define a page past the end
        is_right = json_object(response).get("total") == matches
        assert_that(is_right, f"a total of {matches}", response)


@pytest.mark.alone
@pytest.mark.rule("list.total")
@pytest.mark.parametrize("type_", TYPES)
def test_total_follows_changes(api: ApiClient, experiments: Experiments, type_: str) -> None:
    query = {"type": type_, "status": "draft"}
    before = total(api, **query)
    experiment = experiments.create(type=type_)
    assert_equal(total(api, **query), before + 1, "total with one more match")
    api.require("startExperiment")
    experiments.start(experiment["uid"])
    assert_equal(total(api, **query), before, "total once it does not match")


@pytest.mark.alone
@pytest.mark.rule("list.total")
def test_total_of_more_than_a_page(api: ApiClient, experiments: Experiments) -> None:
    present = fill(api, experiments, DEFAULT_LIMIT + 1)
    assert_equal(total(api), present, "total")


@pytest.mark.alone
@pytest.mark.rule("list.total")
def test_total_of_one_team(api: ApiClient, other_team: Team, settled: str) -> None:
    query = {"type": "ab_test", "status": settled}
    before = total(api, **query)
    other_team.experiments.create(settled)
    assert_equal(total(api, **query), before, "total after a create of another team")


@pytest.mark.alone
@pytest.mark.rule("list.default-page")
def test_default_page(api: ApiClient, experiments: Experiments) -> None:
    experiments.create()
    present = fill(api, experiments, DEFAULT_LIMIT + 1)
    response = api.list_experiments()
    body, uids = json_object(response), [row["uid"] for row in rows_of(response)]
    assert_equal([body.get("page"), body.get("limit")], [1, DEFAULT_LIMIT], "page and limit")
    assert_equal(len(uids), min(present, DEFAULT_LIMIT), f"the number of rows, of {present}")
    assert_equal(uids, uids_on_page(api, 1, DEFAULT_LIMIT), "the rows, against those of page 1")


@pytest.mark.rule("list.limit-100")
@pytest.mark.parametrize("limit", [1, 100])
def test_limit_100(api: ApiClient, experiments: Experiments, limit: int) -> None:
    for _ in range(2):
        experiments.create()
    are_enough = len(uids_on_page(api, 1, limit)) >= min(limit, 2)
    assert_that(are_enough, f"two rows, or as many as the limit of {limit}")


@pytest.mark.alone
@pytest.mark.rule("list.full-page")
def test_full_page(api: ApiClient, experiments: Experiments) -> None:
    present = fill(api, experiments, MAX_LIMIT)
    found = len(uids_on_page(api, 1, MAX_LIMIT))
    expected = min(present, MAX_LIMIT)
    assert_equal(found, expected, f"rows on the page of {MAX_LIMIT}, of {present}")
    if present < MAX_LIMIT:
        needed = f"needs {MAX_LIMIT} experiments"
        pytest.skip(f"{needed}, and the plan has room for {present}: use a larger plan")


@pytest.mark.alone
@pytest.mark.rule("list.past-the-end")
@pytest.mark.parametrize("beyond", [1, 1_000_000])
def test_past_the_end(api: ApiClient, experiments: Experiments, settled: str, beyond: int) -> None:
    query = {"type": "ab_test", "status": settled}
    experiments.create(settled)
    matches = total(api, **query)
    body = json_object(api.list_experiments(**query, limit=1, page=matches + beyond))
    found = [body.get("experiments"), body.get("total")]
    assert_equal(found, [[], matches], "experiments and total")
