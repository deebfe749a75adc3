"""Rate limits: off unless asked for, and then a window of a minute on the server's clock."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import httpx
import pytest

from pictify_mock.app import create_app
from pictify_mock.domain.plans import PLANS
from pictify_mock.domain.teams import Team
from pictify_mock.http.responses import TRANSPARENT_GIF

from .conftest import API, CLICKED, KEYS, InProcess, StoppedClock, code, moved_to, read

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADERS = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "retry-after")
NINE = datetime(2026, 3, 15, 9, tzinfo=UTC)
EVENT = {"event": "impression", "experiment": "hero-test", "variantId": "control"}


@pytest.fixture
def limited(clock: StoppedClock, plan: str) -> Iterator[httpx.Client]:
    """A server with rate limits, with the key of its first team."""
    teams = [
        Team(key.encode(), (), PLANS[name])
        for key, name in zip(KEYS, (plan, "business"), strict=True)
    ]
    app = create_app(teams, clock=clock, trust_forwarded=True, rate_limits=True)
    headers = {"Authorization": f"Bearer {KEYS[0]}", "User-Agent": "Mozilla/5.0"}
    with httpx.Client(transport=InProcess(app), base_url="http://mock", headers=headers) as client:
        yield client


def told(answer: httpx.Response) -> dict[str, str]:
    return {name: answer.headers[name] for name in HEADERS if name in answer.headers}


def spend(http: httpx.Client, path: str, times: int) -> None:
    for _ in range(times):
        http.get(path)


def test_nothing_is_limited_unless_asked_for(http: httpx.Client) -> None:
    """Without the option no answer tells of limits, and none is refused for them."""
    for _ in range(150):
        answer = http.get("/s/some-slug/click")
        assert (answer.status_code, told(answer)) == (404, {})


@pytest.mark.parametrize(
    ("plan", "most"),
    [("starter", 60), ("basic", 60), ("standard", 300), ("business", 1000), ("enterprise", 1000)],
)
def test_management_by_plan(limited: httpx.Client, plan: str, most: int) -> None:
    """A key has its plan's requests in a minute, over all management operations."""
    assert PLANS[plan].requests_a_minute == most
    first = limited.get(f"{API}/quota")
    reset = str(int(NINE.timestamp()) + 60)
    assert told(first) == dict(zip(HEADERS, (str(most), str(most - 1), reset), strict=False))
    spend(limited, API, most - 1)
    refused = limited.get(f"{API}/quota")
    assert (refused.status_code, code(refused)) == (429, "rate-limit-exceeded")
    assert told(refused) == dict(zip(HEADERS, (str(most), "0", reset, "60"), strict=True))
    assert refused.headers["x-request-id"]


@pytest.mark.parametrize("plan", ["starter"])
def test_the_next_minute(limited: httpx.Client, clock: StoppedClock) -> None:
    """What the clock makes the next minute is allowed again; a refused request has changed nothing."""
    uid = moved_to(limited, "running")["uid"]
    spend(limited, API, 60)
    clock.advance(seconds=59)
    refused = limited.post(f"{API}/{uid}/pause")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    clock.advance(seconds=1)
    assert read(limited, uid)["status"] == "running"


@pytest.mark.parametrize("plan", ["starter"])
def test_each_key_has_its_own_limit(limited: httpx.Client, other_team: dict[str, str]) -> None:
    """One team does not use up another's, and a bad key uses up nobody's."""
    for _ in range(100):
        assert limited.get(API, headers={"Authorization": "Bearer unknown"}).status_code == 401
    spend(limited, API, 61)
    assert limited.get(API).status_code == 429
    assert limited.get(API, headers=other_team).status_code == 200


def test_errors_tell_of_the_limit_too(limited: httpx.Client) -> None:
    """A refusal for another reason counts and carries the headers, though no Retry-After."""
    answer = limited.post(API, json={})
    assert (answer.status_code, told(answer)["x-ratelimit-remaining"]) == (400, "999")
    assert "retry-after" not in answer.headers


@pytest.mark.parametrize(
    ("path", "status"), [("/s/hero-test/click", 302), ("/s/hero-test.png", 302)]
)
def test_links_and_images_by_address(limited: httpx.Client, path: str, status: int) -> None:
    """One address has 100 a minute of each public operation."""
    moved_to(limited, "running", goalConfig=CLICKED)
    spend(limited, path, 99)
    assert (limited.get(path).status_code, limited.get(path).status_code) == (status, 429)
    assert limited.get(path, headers={"X-Forwarded-For": "10.9.9.9"}).status_code == status
    assert limited.get("/s/hero-test/pixel.gif").headers["x-ratelimit-remaining"] == "99"


def test_a_limited_pixel_is_a_pixel(limited: httpx.Client) -> None:
    """Beyond the limit the pixel is still the GIF, and counts nothing."""
    uid = moved_to(limited, "running")["uid"]
    spend(limited, "/s/hero-test/pixel.gif", 100)
    answer = limited.get("/s/hero-test/pixel.gif")
    assert (answer.status_code, answer.content) == (200, TRANSPARENT_GIF)
    assert answer.headers["x-ratelimit-remaining"] == "0"
    assert sum(variant["impressions"] for variant in read(limited, uid)["variants"]) == 100


def test_events_by_address(limited: httpx.Client) -> None:
    """One address has 1,000 calls a minute, whatever the key; beyond that nothing is read nor counted."""
    uid = moved_to(limited, "running")["uid"]
    for _ in range(1000):
        limited.post("/s/events", json=EVENT)
    refused = limited.post("/s/events", json=EVENT, headers={"Origin": "https://shop.example.com"})
    assert (refused.status_code, code(refused)) == (429, "rate-limit-exceeded")
    assert refused.headers["access-control-allow-origin"] == "https://shop.example.com"
    exposed = refused.headers["access-control-expose-headers"].lower().split(", ")
    assert {
        "retry-after",
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
    } <= set(exposed)
    assert limited.options("/s/events").status_code == 204
    assert sum(variant["impressions"] for variant in read(limited, uid)["variants"]) == 1000
