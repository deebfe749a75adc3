"""A test chooses the variant of a visit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pictify_mock.app import create_app

from .conftest import (
    CLICK_THROUGH,
    TEAMS,
    create_in_status,
    field_errors,
    get_experiment,
    in_process_client,
    problem_code,
)

if TYPE_CHECKING:
    import httpx

HEADER = "X-Pictify-Mock-Variant"
TOKEN = "let-me-in"  # noqa: S105 - made up
PIXEL = "/s/hero-test/pixel.gif"
ALL_TO_CONTROL = [{"id": "control", "weight": 10_000}, {"id": "variant-b", "weight": 0}]


def counts(http: httpx.Client, uid: str) -> list[tuple[int, int]]:
    variants = get_experiment(http, uid)["variants"]
    return [(each["impressions"], each["clicks"]) for each in variants]


@pytest.fixture
def running(http: httpx.Client) -> str:
    changes = {"goalConfig": CLICK_THROUGH, "variants": ALL_TO_CONTROL}
    return str(create_in_status(http, "running", **changes)["uid"])


def test_a_header_or_the_query_forces_the_variant_of_one_visit(
    http: httpx.Client, running: str
) -> None:
    plain = http.get("/s/hero-test.png").headers["Location"]
    forced = http.get("/s/hero-test.png", params={"_mock_variant": "variant-b"}).headers["Location"]
    assert forced != plain
    http.get(PIXEL, headers={HEADER: "variant-b"})
    http.get("/s/hero-test/click", headers={HEADER: "variant-b"})
    http.get(PIXEL)
    assert counts(http, running) == [(2, 0), (2, 1)]


def test_a_forced_visit_counts_as_usual(http: httpx.Client, running: str) -> None:
    """A crawler's visit does not."""
    http.get(PIXEL, headers={HEADER: "variant-b", "User-Agent": "Googlebot/2.1"})
    assert counts(http, running) == [(0, 0), (0, 0)]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"headers": {HEADER: "unknown"}}, "header.x-pictify-mock-variant"),
        ({"params": {"_mock_variant": ""}}, "query._mock_variant"),
    ],
)
def test_an_unknown_variant_is_refused(
    http: httpx.Client, running: str, sent: dict[str, Any], field: str
) -> None:
    response = http.get(PIXEL, **sent)
    assert (response.status_code, field_errors(response)[0][0]) == (400, field)
    assert counts(http, running) == [(0, 0), (0, 0)]


@pytest.mark.parametrize(
    ("options", "headers", "code"),
    [
        ({"control_token": TOKEN}, {}, "control-token-required"),
        ({"control_token": TOKEN}, {"Authorization": "Bearer wrong"}, "control-token-required"),
        ({}, {"Host": "mock.example"}, "control-forbidden"),
    ],
)
def test_forcing_needs_what_the_control_paths_need(
    options: dict[str, Any], headers: dict[str, str], code: str
) -> None:
    with in_process_client(create_app(TEAMS, **options)) as http:
        uid = create_in_status(http, "running", variants=ALL_TO_CONTROL)["uid"]
        refused = http.get(PIXEL, headers={HEADER: "variant-b", **headers})
        assert (refused.status_code >= 400, problem_code(refused)) == (True, code)
        allowed = {HEADER: "variant-b", "Authorization": f"Bearer {TOKEN}"}
        assert http.get(PIXEL, headers=allowed).status_code == 200
        assert counts(http, uid) == [(0, 0), (1, 0)]


def test_without_control_nothing_is_forced() -> None:
    with in_process_client(create_app(TEAMS, control=False)) as http:
        uid = create_in_status(http, "running", variants=ALL_TO_CONTROL)["uid"]
        http.get(PIXEL, headers={HEADER: "variant-b"}, params={"_mock_variant": "unknown"})
        assert counts(http, uid) == [(1, 0), (0, 0)]
