"""Lists, and what experiments share: slugs, teams and plans."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .conftest import API, STATUSES, StoppedClock, body, code, created, fields, moved_to, read

if TYPE_CHECKING:
    import httpx


def test_list_order_and_pages(http: httpx.Client, clock: StoppedClock) -> None:
    """Newest first, then by uid, in pages that share one total."""
    for number in range(5):
        clock.advance(minutes=number % 2)
        created(http, slug=f"number-{number}")
    rows = http.get(API).json()["experiments"]
    by_uid = sorted(rows, key=lambda row: row["uid"])
    assert rows == sorted(by_uid, key=lambda row: row["createdAt"], reverse=True)
    pages = [http.get(API, params={"page": page, "limit": 2}).json() for page in (1, 2, 3, 4)]
    assert [row for page in pages for row in page["experiments"]] == rows
    assert [(page["total"], page["page"], page["limit"]) for page in pages] == [
        (5, n, 2) for n in (1, 2, 3, 4)
    ]
    assert pages[3]["experiments"] == []
    assert http.get(API, params={"page": 2**63 - 1}).json()["page"] == 2**63 - 1


def test_list_filters(http: httpx.Client) -> None:
    """Type and status filter together, and the total counts what they leave."""
    moved_to(http, "running", slug="one")
    moved_to(http, "running", slug="two", type="scheduled")
    created(http, slug="three")

    def slugs(**parameters: str) -> set[str]:
        answer = http.get(API, params=parameters).json()
        assert answer["total"] == len(answer["experiments"])
        return {row["slug"] for row in answer["experiments"]}

    assert slugs(type="ab_test") == {"one", "three"}
    assert slugs(status="running") == {"one", "two"}
    assert slugs(type="ab_test", status="running") == {"one"}
    assert slugs(type="smart_link") == set()
    assert slugs(unknown="x") == {"one", "two", "three"}


@pytest.mark.parametrize(
    ("query", "field", "fault"),
    [
        ("page=0", "query.page", "out_of_range"),
        ("page=-1", "query.page", "out_of_range"),
        (f"page={2**63}", "query.page", "out_of_range"),
        (f"page={'9' * 5000}", "query.page", "out_of_range"),
        ("page=", "query.page", "invalid_type"),
        ("page=1.0", "query.page", "invalid_type"),
        ("page=%D9%A1", "query.page", "invalid_type"),
        ("page=1%0A", "query.page", "invalid_type"),
        ("page=1_0", "query.page", "invalid_type"),
        ("limit=0", "query.limit", "out_of_range"),
        ("limit=101", "query.limit", "out_of_range"),
        ("limit=x", "query.limit", "invalid_type"),
        ("limit=5&limit=5", "query.limit", "conflict"),
        ("type=bandit", "query.type", "invalid_value"),
        ("status=archived", "query.status", "invalid_value"),
        ("status=", "query.status", "invalid_value"),
        ("type=%ff%fe%00", "query.type", "invalid_value"),
    ],
)
def test_list_parameters_that_are_refused(
    http: httpx.Client, query: str, field: str, fault: str
) -> None:
    """A parameter outside its bounds is a 400 that names it."""
    answer = http.get(f"{API}?{query}")
    assert (answer.status_code, fields(answer)) == (400, {(field, fault)})


def test_teams_are_apart(http: httpx.Client, other_team: dict[str, str]) -> None:
    """Another team's experiment, an archived one and one that never was are the same 404 everywhere."""
    foreign = http.post(API, json=body(), headers=other_team).json()["experiment"]["uid"]
    archived = created(http, slug="archived")["uid"]
    assert http.delete(f"{API}/{archived}").json() == {"deleted": True}
    assert http.get(API).json()["total"] == 0
    for method, path, sent in (
        ("GET", "", None),
        ("PUT", "", {}),
        ("DELETE", "", None),
        ("POST", "/start", None),
        ("POST", "/pause", None),
        ("POST", "/complete", {"winnerVariantId": "control"}),
    ):
        answers = [
            http.request(method, f"{API}/{uid}{path}", json=sent)
            for uid in (foreign, archived, "exp_0000000000")
        ]
        assert {answer.status_code for answer in answers} == {404}
        documents = [{**answer.json(), "instance": ""} for answer in answers]
        assert documents[0] == documents[1] == documents[2]
        assert documents[0]["type"].endswith("/experiment-not-found")


@pytest.mark.parametrize("plan", ["starter"])
def test_quota(http: httpx.Client) -> None:
    """A full plan refuses with 429 until an experiment is completed or deleted."""
    assert http.post(API, json=body(type="smart_link")).status_code == 429
    first = moved_to(http, "running")["uid"]
    refused = http.post(API, json=body(slug="second-one"))
    assert (refused.status_code, code(refused)) == (429, "quota-exceeded")
    assert http.get(f"{API}/quota").json() == {
        "plan": "starter",
        "quota": {
            "ab_test": {"used": 1, "limit": 1},
            "smart_link": {"used": 0, "limit": 0},
            "scheduled": {"used": 0, "limit": 0},
        },
        "maxVariants": 2,
        "analyticsRetentionDays": 7,
    }
    http.post(f"{API}/{first}/complete", json={"winnerVariantId": "control"})
    second = created(http, slug="second-one")["uid"]
    http.delete(f"{API}/{second}")
    assert http.get(f"{API}/quota").json()["quota"]["ab_test"]["used"] == 0


@pytest.mark.parametrize("status", STATUSES)
def test_a_slug_is_held_in_every_status(
    http: httpx.Client, other_team: dict[str, str], status: str
) -> None:
    """Every experiment that is not archived holds its slug, for all teams."""
    holder = moved_to(http, status)
    for headers in ({}, other_team):
        refused = http.post(API, json=body(), headers=headers)
        assert (refused.status_code, code(refused)) == (409, "slug-in-use")
    mine = created(http, slug="my-own")
    refused = http.put(f"{API}/{mine['uid']}", json={"slug": holder["slug"]})
    assert (refused.status_code, fields(refused)) == (409, {("/slug", "conflict")})
    assert refused.json()["detail"] == f"/slug: {refused.json()['errors'][0]['message']}"
    assert read(http, mine["uid"]) == mine


def test_a_slug_is_free_after_delete_and_rename(http: httpx.Client) -> None:
    """Deleting or renaming gives the slug back at once; the own slug is no conflict."""
    first = created(http)["uid"]
    assert http.put(f"{API}/{first}", json={"slug": "hero-test"}).status_code == 200
    http.put(f"{API}/{first}", json={"slug": "renamed"})
    second = created(http)["uid"]
    http.delete(f"{API}/{second}")
    created(http)
    assert http.get("/s/renamed/click").status_code == 404
