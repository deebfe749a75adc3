"""All experiments, page by page, while they come and go."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictify_experiments.errors import ValidationError
from pictify_experiments.models import Experiment
from pictify_experiments.paging import Walk

from pictify_mock import MockServer

from .conftest import Open, request

MANY = 230


@pytest.fixture(scope="module")
def crowded() -> Iterator[MockServer]:
    """A mock with hundreds of experiments, some of them running."""
    with MockServer() as server, httpx.Client(base_url=server.url) as http:
        http.headers["Authorization"] = f"Bearer {server.api_key}"
        for number in range(MANY):
            made = http.post("/experiments/api", json=request(name=str(number)).to_dict()).json()[
                "experiment"
            ]
            if number % 2:
                http.post(f"/experiments/api/{made['uid']}/start")
        yield server


def names(rows: list[Experiment]) -> list[int]:
    return [int(row.name) for row in rows]


@pytest.mark.parametrize("page_size", [100, 7])
def test_all_are_given_once(open_client: Open, crowded: MockServer, page_size: int) -> None:
    """Each of hundreds of experiments comes once, newest first, with any size of page."""
    client = open_client(crowded.api_key, base_url=crowded.url)
    found = list(client.iterate_experiments(page_size=page_size))
    assert sorted(names(found)) == list(range(MANY))
    assert [row.created_at for row in found] == sorted(
        (row.created_at for row in found), reverse=True
    )


def test_pages_are_read_as_needed(open_client: Open, crowded: MockServer) -> None:
    """230 experiments in pages of 100 are three requests."""
    httpx.delete(f"{crowded.url}/_mock/requests")
    list(open_client(crowded.api_key, base_url=crowded.url).iterate_experiments())
    asked = httpx.get(f"{crowded.url}/_mock/requests").json()["requests"]
    assert [row["query"] for row in asked] == [f"page={page}&limit=100" for page in (1, 2, 3)]


def test_filters(open_client: Open, crowded: MockServer) -> None:
    """The filters are those of the list."""
    client = open_client(crowded.api_key, base_url=crowded.url)
    found = list(client.iterate_experiments(status="running", type="ab_test"))
    assert sorted(names(found)) == list(range(1, MANY, 2))
    assert list(client.iterate_experiments(type="scheduled")) == []


def test_wrong_page_size_is_refused(pictify: Any) -> None:
    """A size that the API refuses is its error, at the first page."""
    with pytest.raises(ValidationError):
        list(pictify.iterate_experiments(page_size=101))


class Shelf:
    """A list of rows, newest first, that is read page by page and changes in between."""

    def __init__(self, rows: int, limit: int) -> None:
        self.rows = list(range(rows))
        self.limit = limit
        self.newest = 0

    def walk(self, changes: Iterator[list[int]]) -> list[int]:
        """All that a walk gives, with the next of the changes after each page."""
        walk: Walk[int] = Walk(str)
        found: list[int] = []
        while walk.page is not None:
            start = (walk.page - 1) * self.limit
            found += walk.take(self.rows[start : start + self.limit], len(self.rows))
            for change in next(changes, []):
                self.change(change)
        return found

    def change(self, change: int) -> None:
        """A row comes for a negative number; else the row of this place goes."""
        if change < 0:
            self.newest -= 1
            self.rows.insert(0, self.newest)
        elif self.rows:
            del self.rows[change % len(self.rows)]


@settings(deadline=None, database=None)
@given(
    st.integers(0, 40),
    st.integers(1, 7),
    st.lists(st.lists(st.integers(-20, 20), max_size=6), max_size=12),
)
def test_what_stays_is_given_once(rows: int, limit: int, changes: list[list[int]]) -> None:
    """Rows that are there all the time come once, even if others come and go."""
    shelf = Shelf(rows, limit)
    found = shelf.walk(iter(changes))
    assert len(found) == len(set(found))
    assert {row for row in shelf.rows if row >= 0} <= set(found)
