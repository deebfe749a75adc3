"""Rate limits: off by default, otherwise a window of a minute on the server's clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pictify_mock.api import authentication
from pictify_mock.app import create_app
from pictify_mock.domain.plans import PLANS
from pictify_mock.domain.teams import Team, by_api_key
from pictify_mock.http.responses import TRANSPARENT_GIF

from .conftest import (
    API,
    CLICK_THROUGH,
    KEYS,
    StoppedClock,
    create_in_status,
    get_experiment,
    impressions,
    in_process_client,
    problem_code,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import httpx

LIMIT_HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Retry-After")
EVENT = {"event": "impression", "experiment": "hero-test", "variantId": "control"}


@pytest.fixture
def plan() -> str:
    return "starter"


@pytest.fixture
def limited(clock: StoppedClock, plan: str) -> Iterator[httpx.Client]:
    """A client of a server with rate limits, with the key of its first team."""
    names = (plan, "business")
    teams = [Team(key.encode(), (), PLANS[name]) for key, name in zip(KEYS, names, strict=True)]
    app = create_app(teams, clock=clock, trust_forwarded=True, rate_limits=True)
    with in_process_client(app) as client:
        yield client


def limit_headers(response: httpx.Response) -> list[str | None]:
    return [response.headers.get(name) for name in LIMIT_HEADERS]


def send_many(http: httpx.Client, path: str, times: int) -> None:
    for _ in range(times):
        http.get(path)


def test_nothing_is_limited_by_default(http: httpx.Client) -> None:
    for _ in range(101):
        response = http.get("/s/some-slug/click")
        assert (response.status_code, limit_headers(response)) == (404, [None] * 4)


@pytest.mark.parametrize(
    ("plan", "limit"),
    [("starter", 60), ("basic", 60), ("standard", 300), ("business", 1000), ("enterprise", 1000)],
)
def test_a_key_has_the_requests_of_its_plan_in_a_minute(
    limited: httpx.Client, clock: StoppedClock, plan: str, limit: int
) -> None:
    assert PLANS[plan].requests_a_minute == limit
    reset = str(int(clock.now.timestamp()) + 60)
    first = limited.get(f"{API}/quota")
    assert limit_headers(first) == [str(limit), str(limit - 1), reset, None]
    send_many(limited, API, limit - 1)
    refused = limited.get(f"{API}/quota")
    assert (refused.status_code, problem_code(refused)) == (429, "rate-limit-exceeded")
    assert limit_headers(refused) == [str(limit), "0", reset, "60"]


def test_the_next_minute_begins_anew(limited: httpx.Client, clock: StoppedClock) -> None:
    """A refused request changes nothing."""
    uid = create_in_status(limited, "running")["uid"]
    send_many(limited, API, 60)
    clock.advance(seconds=59)
    refused = limited.post(f"{API}/{uid}/pause")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    clock.advance(seconds=1)
    assert get_experiment(limited, uid)["status"] == "running"


def test_neither_another_team_nor_an_unknown_key_uses_up_the_limit(
    limited: httpx.Client, other_team: dict[str, str]
) -> None:
    for _ in range(100):
        assert limited.get(API, headers={"Authorization": "Bearer unknown"}).status_code == 401
    assert limited.get(API).headers["X-RateLimit-Remaining"] == "59"
    send_many(limited, API, 60)
    assert limited.get(API).status_code == 429
    assert limited.get(API, headers=other_team).status_code == 200


def test_an_error_counts_against_the_limit(limited: httpx.Client) -> None:
    response = limited.post(API, json={})
    assert response.status_code == 400
    assert limit_headers(response)[1::2] == ["59", None]


@pytest.mark.parametrize("path", ["/s/hero-test/click", "/s/hero-test.png"])
def test_an_address_has_100_requests_of_each_public_operation(
    limited: httpx.Client, path: str
) -> None:
    create_in_status(limited, "running", goalConfig=CLICK_THROUGH)
    send_many(limited, path, 99)
    assert (limited.get(path).status_code, limited.get(path).status_code) == (302, 429)
    assert limited.get(path, headers={"X-Forwarded-For": "10.9.9.9"}).status_code == 302
    # Each operation has a limit of its own.
    assert limited.get("/s/hero-test/pixel.gif").headers["X-RateLimit-Remaining"] == "99"


@pytest.mark.parametrize(
    ("one", "same", "other"),
    [
        (["203.0.113.7"], ["203.0.113.7:41234"], ["203.0.113.70"]),
        (["203.0.113.7:80"], ["203.0.113.7:81", "10.0.0.1"], ["203.0.113.8:80", "203.0.113.7"]),
        (["2001:db8::7"], ["[2001:db8::7]:41234", "10.0.0.1"], ["[2001:db8::8]:41234"]),
        (["[2001:db8::7]"], [" [2001:db8::7]:1 , 10.0.0.1"], ["2001:db8::7:1"]),
    ],
)
def test_a_forwarded_address_has_no_port_and_is_the_first_of_all_lines(
    limited: httpx.Client, one: list[str], same: list[str], other: list[str]
) -> None:
    remaining = []
    for lines in (one, same, other):
        headers = [("X-Forwarded-For", line) for line in lines]
        response = limited.get("/s/hero-test/pixel.gif", headers=headers)
        remaining.append(response.headers["X-RateLimit-Remaining"])
    assert remaining == ["99", "98", "99"]


def test_a_request_is_authenticated_once(
    limited: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[bytes] = []

    def look_up(teams: Sequence[Team], key: bytes) -> Team | None:
        looked_up.append(key)
        return by_api_key(teams, key)

    monkeypatch.setattr(authentication, "by_api_key", look_up)
    assert limited.get(API).status_code == 200
    assert looked_up == [KEYS[0].encode()]


def test_beyond_the_limit_the_pixel_is_still_a_pixel_and_not_counted(
    limited: httpx.Client,
) -> None:
    uid = create_in_status(limited, "running")["uid"]
    send_many(limited, "/s/hero-test/pixel.gif", 100)
    response = limited.get("/s/hero-test/pixel.gif")
    assert (response.status_code, response.content) == (200, TRANSPARENT_GIF)
    assert response.headers["X-RateLimit-Remaining"] == "0"
    assert impressions(limited, uid) == 100


def test_an_address_has_1000_event_calls_which_a_page_can_read_about(
    limited: httpx.Client,
) -> None:
    uid = create_in_status(limited, "running")["uid"]
    for _ in range(1000):
        limited.post("/s/events", json=EVENT)
    origin = {"Origin": "https://shop.example.com"}
    refused = limited.post("/s/events", json=EVENT, headers=origin)
    assert (refused.status_code, problem_code(refused)) == (429, "rate-limit-exceeded")
    assert refused.headers["Access-Control-Allow-Origin"] == origin["Origin"]
    exposed = refused.headers["Access-Control-Expose-Headers"].lower().split(", ")
    assert {name.lower() for name in LIMIT_HEADERS} <= set(exposed)
    assert limited.options("/s/events").status_code == 204
    assert impressions(limited, uid) == 1000
