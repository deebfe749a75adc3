"""Listing experiments: pages, their size, and the total."""

import math

import pytest

from pictify_conformance.rules.rows import uids
from pictify_conformance.testing import assertions
from pictify_conformance.testing.experiments import Lab
from pictify_conformance.testing.payloads import TYPES, Json

DEFAULT_LIMIT, LARGEST_LIMIT = 20, 100
PAUSED = {"type": "ab_test", "status": "paused"}


def limits(total: int) -> list[int]:
    """Two limits that give a few pages, the last one full and not full where the total is 3."""
    few = max(1, math.ceil(total / 3))
    return [min(few, 99), min(few + 1, 100)]


@pytest.mark.alone
@pytest.mark.rule("list.paging")
def test_paging(lab: Lab) -> None:
    """Pages are no longer than the limit, say which they are, and show each match once."""
    made = [lab.experiment("paused") for _ in range(3)]
    total = len(list(lab.rows(**PAUSED)))
    lab.experiment()  # matches on no page
    for limit in limits(total):
        rows: list[Json] = []
        for number in range(1, math.ceil(total / limit) + 1):
            rows += page_of(lab, number, limit, **PAUSED)
        seen = uids(rows)
        assertions.same(
            [row.get("status") for row in rows],
            ["paused"] * len(rows),
            f"the status on all pages of {limit}",
        )
        own = [uid for uid in seen if uid in uids(made)]
        assertions.same(
            sorted(own), sorted(uids(made)), f"the run's own rows over all pages of {limit}"
        )
        assertions.same(
            len(set(seen)), len(seen), f"how many different rows the pages of {limit} hold"
        )


def page_of(lab: Lab, number: int, limit: int, **query: str) -> list[Json]:
    """A page that says its number and limit and keeps to the limit."""
    answer = lab.list_experiments(page=number, limit=limit, **query)
    body, rows = assertions.page(answer), assertions.rows(answer)
    assertions.same([body.get("page"), body.get("limit")], [number, limit], "page and limit")
    if len(rows) > limit:
        assertions.fail(f"at most {limit} rows, not {len(rows)}", answer)
    return rows


@pytest.mark.alone
@pytest.mark.rule("list.paging")
def test_paging_without_filters(lab: Lab) -> None:
    """Neighbouring pages of the whole list share no row, and a page before the last is full."""
    made = [lab.experiment() for _ in range(3)]
    pages = [uids(page_of(lab, number, 1)) for number in range(1, len(made) + 1)]
    assertions.same(list(map(len, pages)), [1, 1, 1], "rows on the first pages of 1")
    assertions.same(
        len({uid for page in pages for uid in page}), len(made), "how many different rows they hold"
    )


@pytest.mark.alone
@pytest.mark.rule("list.total")
@pytest.mark.parametrize(
    "query",
    [{}, {"type": "ab_test"}, {"status": "paused"}, PAUSED],
    ids=["all", "type", "status", "both"],
)
def test_total(lab: Lab, query: dict[str, str]) -> None:
    """total counts the matches of the filters, on every page and with every limit."""
    for status, type_ in (
        ("paused", "ab_test"),
        ("paused", "ab_test"),
        ("draft", "ab_test"),
        ("paused", "scheduled"),
    ):
        lab.experiment(status, type=type_)
    matches = len(list(lab.rows(**query)))
    for more in ({"limit": 1}, {"limit": 1, "page": 2}, {"limit": 100}, {}, {"page": matches + 1}):
        answer = lab.list_experiments(**query, **more)
        if more.get("page", 1) > matches and 400 <= answer.status_code < 500:
            continue  # what a page past the end is, no page tells
        if assertions.page(answer).get("total") != matches:
            assertions.fail(f"a total of {matches}", answer)


@pytest.mark.alone
@pytest.mark.rule("list.total")
@pytest.mark.parametrize("type_", TYPES)
def test_total_follows(lab: Lab, type_: str) -> None:
    """total grows by one with a create and shrinks when an experiment no longer matches."""
    totals = [total(lab, type=type_, status="draft")]
    made = lab.experiment(type=type_)
    totals.append(total(lab, type=type_, status="draft"))
    lab.resume(made["uid"])
    totals.append(total(lab, type=type_, status="draft"))
    assertions.same(
        totals,
        [totals[0], totals[0] + 1, totals[0]],
        "total before, with and without one more match",
    )


@pytest.mark.alone
@pytest.mark.rule("list.total")
def test_total_of_one_team(lab: Lab, other_lab: Lab) -> None:
    """total does not count another team's experiments."""
    before = total(lab)
    other_lab.experiment("paused")
    assertions.same(total(lab), before, "total after another team has made an experiment")


def total(lab: Lab, **query: str) -> int:
    """How many matches the list says there are, of paused A/B tests where nothing else is asked for."""
    answer = lab.list_experiments(**(query or PAUSED))
    found = assertions.page(answer).get("total")
    if not isinstance(found, int):
        assertions.fail("a total", answer)
    return found


@pytest.mark.alone
@pytest.mark.rule("list.default-page")
def test_default_page(lab: Lab) -> None:
    """A list without page and limit is the first page of 20."""
    lab.experiment()
    present = filled(lab, DEFAULT_LIMIT + 1)
    answer = lab.list_experiments()
    body, rows = assertions.page(answer), assertions.rows(answer)
    assertions.same([body.get("page"), body.get("limit")], [1, DEFAULT_LIMIT], "page and limit")
    assertions.same(len(rows), min(present, DEFAULT_LIMIT), f"the number of rows, of {present}")
    assertions.same(
        uids(rows),
        uids(page_of(lab, 1, DEFAULT_LIMIT)),
        "the rows of the default page and those of page 1",
    )


def filled(lab: Lab, wanted: int) -> int:
    """How many experiments there are, once they are as many as are wanted or the plan has no room for more."""
    present = len(list(lab.rows()))
    while present < wanted and lab.create(lab.body()).status_code == 201:
        present += 1
    return present


@pytest.mark.rule("list.limit-100")
@pytest.mark.parametrize("limit", [1, 100])
def test_limit_100(lab: Lab, limit: int) -> None:
    """Both ends of the range of limit are accepted."""
    made = [lab.experiment(), lab.experiment()]
    if len(page_of(lab, 1, limit)) < min(limit, len(made)):
        pytest.fail(f"the first page of {limit} misses rows", pytrace=False)


@pytest.mark.alone
@pytest.mark.rule("list.full-page")
def test_full_page(lab: Lab) -> None:
    """A page of 100 holds all matches, or 100 of more."""
    present = filled(lab, LARGEST_LIMIT)
    expected = min(present, LARGEST_LIMIT)
    assertions.same(
        len(page_of(lab, 1, LARGEST_LIMIT)),
        expected,
        f"rows on the page of {LARGEST_LIMIT}, of {present}",
    )
    if present < LARGEST_LIMIT:
        pytest.skip(
            f"needs {LARGEST_LIMIT} experiments, and the plan has room for {present}: use a larger plan"
        )


@pytest.mark.alone
@pytest.mark.rule("list.past-the-end")
@pytest.mark.parametrize("beyond", [1, 1_000_000])
def test_past_the_end(lab: Lab, beyond: int) -> None:
    """A page past the end is empty and has the same total."""
    lab.experiment("paused")
    matches = total(lab)
    answer = lab.list_experiments(**PAUSED, limit=1, page=matches + beyond)
    body = assertions.page(answer)
    assertions.same(
        [body.get("experiments"), body.get("total")], [[], matches], "experiments and total"
    )
