"""Who sees which variant, and what events, clicks and pixels count."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from pictify_mock.domain.assignment import bucket, by_weight
from pictify_mock.domain.experiment import Variant
from pictify_mock.domain.visit import viewer_key
from pictify_mock.http.responses import TRANSPARENT_GIF

from .conftest import KEYS, REMEDY, created, moved_to

if TYPE_CHECKING:
    import httpx

GOAL = {
    "goalConfig": {
        "type": "click_through",
        "destinationUrl": "https://example.com/Buy?a=%20b&c=d#e",
    }
}
EVENT = {"event": "impression", "experiment": "hero-test", "variantId": "control"}


def counters(http: httpx.Client, uid: str) -> dict[str, tuple[int, int]]:
    variants = http.get(f"/experiments/api/{uid}").json()["experiment"]["variants"]
    return {variant["id"]: (variant["impressions"], variant["clicks"]) for variant in variants}


def total(http: httpx.Client, uid: str) -> tuple[int, int]:
    impressions, clicks = zip(*counters(http, uid).values(), strict=True)
    return sum(impressions), sum(clicks)


def send(http: httpx.Client, events: Any, **headers: str) -> httpx.Response:
    """An event request without the API key that the client carries."""
    request = http.build_request("POST", "/s/events", json=events, headers=headers)
    if "authorization" not in headers:
        del request.headers["authorization"]
    return http.send(request)


def test_the_viewer_key_is_the_planned_hash() -> None:
    """Viewer and bucket are the hashes that the plan describes."""
    viewer = hashlib.sha256(b"127.0.0.1Mozilla/5.0").hexdigest()[:16]
    assert viewer_key("127.0.0.1", "Mozilla/5.0") == viewer
    assert (
        bucket("exp_1", viewer)
        == int(hashlib.md5(f"exp_1:{viewer}".encode(), usedforsecurity=False).hexdigest()[:8], 16)
        % 10_000
    )


@pytest.mark.parametrize(
    ("place", "variant"),
    [(0, "a"), (2999, "a"), (3000, "b"), (3001, "d"), (9999, "d"), (10_000, "d")],
)
def test_the_walk_over_the_weights(place: int, variant: str) -> None:
    """The first variant whose running total exceeds the place takes it; weight 0 takes none."""
    variants = (Variant("a", 3000), Variant("b", 1), Variant("c", 0), Variant("d", 6999))
    assert by_weight(variants, place).id == variant


def test_traffic_follows_the_weights(http: httpx.Client) -> None:
    """Many viewers spread over the variants by weight, and one viewer always sees the same one."""
    variants = [{"id": "a", "weight": 7000}, {"id": "b", "weight": 3000}, {"id": "c", "weight": 0}]
    uid = moved_to(http, "running", variants=variants)["uid"]
    for number in range(400):
        for _ in range(2):
            http.get("/s/hero-test/pixel.gif", headers={"User-Agent": f"Mozilla/{number}"})
    seen = Counter(
        {variant: impressions for variant, (impressions, _) in counters(http, uid).items()}
    )
    assert seen.total() == 800
    assert seen["c"] == 0
    assert 480 < seen["a"] < 640
    assert all(count % 2 == 0 for count in seen.values())


def test_the_weights_walk_matches_the_bucket(http: httpx.Client) -> None:
    """The variant is the first whose running total passes the bucket."""
    uid = moved_to(http, "running")["uid"]
    http.get("/s/hero-test/pixel.gif")
    first = bucket(uid, viewer_key("127.0.0.1", "Mozilla/5.0")) < 5000
    assert counters(http, uid) == {"control": (int(first), 0), "variant-b": (int(not first), 0)}


@pytest.mark.parametrize("status", ["draft", "running", "paused", "completed"])
def test_the_pixel_is_always_there(http: httpx.Client, status: str) -> None:
    """The pixel is the same 43 bytes in every status and counts while running only."""
    uid = moved_to(http, status)["uid"]
    answer = http.get("/s/hero-test/pixel.gif")
    assert (answer.status_code, answer.content, len(answer.content)) == (200, TRANSPARENT_GIF, 43)
    assert answer.headers["content-type"] == "image/gif"
    assert answer.headers["cache-control"] == "no-cache, no-store, must-revalidate"
    assert total(http, uid) == (int(status == "running"), 0)


def test_the_pixel_of_nobody(http: httpx.Client) -> None:
    """An unknown slug gets the pixel as well."""
    assert http.get("/s/no-such-slug/pixel.gif").content == TRANSPARENT_GIF


@pytest.mark.parametrize(
    ("status", "code", "counted"),
    [("draft", 404, 0), ("running", 302, 1), ("paused", 302, 0), ("completed", 302, 0)],
)
def test_clicks_by_status(http: httpx.Client, status: str, code: int, counted: int) -> None:
    """A click leads to the stored destination except from a draft, and counts while running only."""
    uid = moved_to(http, status, **GOAL)["uid"]
    answer = http.get("/s/hero-test/click?url=https://evil.example&utm=1")
    assert answer.status_code == code
    if code == 302:
        assert answer.headers["location"] == GOAL["goalConfig"]["destinationUrl"]
        assert answer.headers["cache-control"] == "no-store"
        assert answer.content == b""
    assert total(http, uid) == (0, counted)


def test_clicks_that_lead_nowhere(http: httpx.Client) -> None:
    """Unknown, archived and destination-less experiments are one and the same 404."""
    moved_to(http, "running", slug="no-destination")
    archived = moved_to(http, "completed", slug="archived-one", **GOAL)["uid"]
    http.delete(f"/experiments/api/{archived}")
    answers = [
        http.get(f"/s/{slug}/click") for slug in ("unknown-one", "archived-one", "no-destination")
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert {answer.json()["type"].rsplit("/", 1)[1] for answer in answers} == {
        "experiment-not-found"
    }
    assert len({answer.json()["detail"] for answer in answers}) == 1


def test_head_counts_nothing(http: httpx.Client) -> None:
    """HEAD answers like GET, without a body and without a trace."""
    uid = moved_to(http, "running", **GOAL)["uid"]
    click, pixel = http.head("/s/hero-test/click"), http.head("/s/hero-test/pixel.gif")
    assert (click.status_code, click.headers["location"]) == (
        302,
        GOAL["goalConfig"]["destinationUrl"],
    )
    assert (pixel.status_code, pixel.headers["content-length"], pixel.content) == (200, "43", b"")
    assert total(http, uid) == (0, 0)


def test_whoever_reads_again_reads_the_new_counts(http: httpx.Client) -> None:
    """What was answered once is never answered again after a count, alone or in a list, nor after a change."""
    uid = moved_to(http, "running", **GOAL)["uid"]
    seen = []
    changes = [
        "/s/hero-test/click",
        "/s/hero-test/pixel.gif",
        "/s/hero-test.png",
        EVENT,
        EVENT | {"event": "click"},
    ]
    for change in [None, *changes, {"name": "Renamed"}]:
        if isinstance(change, str):
            http.get(change)
        elif change is not None and "event" in change:
            send(http, change)
        elif change is not None:
            http.put(f"/experiments/api/{uid}", json=change)
        (row,) = http.get("/experiments/api").json()["experiments"]
        assert row == http.get(f"/experiments/api/{uid}").json()["experiment"]
        seen.append((*total(http, uid), row["name"]))
    assert seen == [
        (0, 0, "Hero"),
        (0, 1, "Hero"),
        (1, 1, "Hero"),
        (2, 1, "Hero"),
        (3, 1, "Hero"),
        (3, 2, "Hero"),
        (3, 2, "Renamed"),
    ]


def test_counting_is_no_write(http: httpx.Client) -> None:
    """What counts does not move updatedAt."""
    experiment = moved_to(http, "running", **GOAL)
    http.get("/s/hero-test/click")
    send(http, EVENT)
    after = http.get(f"/experiments/api/{experiment['uid']}").json()["experiment"]
    assert after["updatedAt"] == experiment["updatedAt"]


@pytest.mark.parametrize(
    ("event", "expected"),
    [("impression", (1, 0)), ("click", (0, 1)), ("view", (0, 0)), ("conversion", (0, 0))],
)
def test_what_an_event_counts(http: httpx.Client, event: str, expected: tuple[int, int]) -> None:
    """Impressions and clicks raise their counter; views and conversions are processed and show nowhere."""
    uid = moved_to(http, "running")["uid"]
    answer = send(http, EVENT | {"event": event}, **{"X-Write-Key": "wk_one"})
    assert answer.json() == {"ok": True, "processed": 1, "errors": []}
    assert counters(http, uid)["control"] == expected


def test_an_event_without_a_variant(http: httpx.Client) -> None:
    """It is credited to the variant that its viewer sees."""
    uid = moved_to(http, "running")["uid"]
    http.get("/s/hero-test/pixel.gif")
    send(http, {"event": "impression", "experiment": "hero-test", "variantId": None})
    assert sorted(counters(http, uid).values()) == [(0, 0), (2, 0)]


@pytest.mark.parametrize(
    ("status", "change", "field"),
    [
        ("running", {"experiment": "unknown"}, "/experiment"),
        ("running", {"experiment": ""}, "/experiment"),
        ("draft", {}, "/experiment"),
        ("paused", {}, "/experiment"),
        ("completed", {}, "/experiment"),
        ("running", {"variantId": "stranger"}, "/variantId"),
        ("running", {"metadata": {"a": "x" * 10_233}}, "/metadata"),
        ("running", {"metadata": {"a": {"b": {"c": {}}}}}, "/metadata"),
        ("running", {"metadata": {"a": [[[1]]]}}, "/metadata"),
    ],
)
@pytest.mark.parametrize("batch", [False, True])
def test_events_that_count_nothing(
    http: httpx.Client, status: str, change: dict[str, Any], field: str, batch: bool
) -> None:
    """A well-formed event that means nothing here is an item error, alone or in a batch."""
    uid = moved_to(http, status)["uid"]
    event = EVENT | change
    answer = send(http, [event] if batch else event, **{"X-Write-Key": "wk_one"})
    assert answer.status_code == 200
    assert (answer.json()["ok"], answer.json()["processed"]) == (True, 0)
    assert [error["index"] for error in answer.json()["errors"]] == [0]
    where, message = answer.json()["errors"][0]["error"].split(": ", 1)
    assert where == field
    assert REMEDY.fullmatch(message)
    assert total(http, uid) == (0, 0)


@pytest.mark.parametrize(
    "metadata", [{}, None, {"a": "x" * 10_232}, {"a": {"b": {"c": 1}}}, {"a": [{"b": 1}]}]
)
def test_metadata_within_its_bounds(http: httpx.Client, metadata: Any) -> None:
    """Metadata of 10 KB and three levels is accepted."""
    moved_to(http, "running")
    assert send(http, EVENT | {"metadata": metadata}).json()["processed"] == 1


def test_a_batch_with_faults(http: httpx.Client) -> None:
    """In a batch each faulty item is told by its index, and the others count."""
    uid = moved_to(http, "running")["uid"]
    items = [
        EVENT,
        {"event": "purchase", "experiment": "hero-test"},
        EVENT | {"event": "click"},
        5,
        EVENT,
    ]
    answer = send(http, items).json()
    assert answer["processed"] == 3
    assert [error["index"] for error in answer["errors"]] == [1, 3]
    assert all(isinstance(error["error"], str) for error in answer["errors"])
    assert counters(http, uid)["control"] == (2, 1)


@pytest.mark.parametrize(
    "events",
    [
        [],
        [EVENT] * 101,
        5,
        "text",
        None,
        True,
        {},
        {"event": "click"},
        EVENT | {"event": "purchase"},
        EVENT | {"experiment": "a" * 61},
        EVENT | {"channel": "fax"},
        EVENT | {"device": 5},
        EVENT | {"metadata": []},
        EVENT | {"source": "x"},
        EVENT | {"experiment": None},
    ],
)
def test_event_requests_that_are_refused(http: httpx.Client, events: Any) -> None:
    """What is no event, or no reasonable number of them, is refused whole."""
    uid = moved_to(http, "running")["uid"]
    answer = send(http, events)
    assert (answer.status_code, answer.json()["type"]) == (
        400,
        "https://docs.pictify.io/errors/validation-error",
    )
    assert total(http, uid) == (0, 0)


def test_a_full_batch(http: httpx.Client) -> None:
    """A hundred events are one request."""
    moved_to(http, "running")
    assert send(http, [EVENT] * 100).json()["processed"] == 100


@pytest.mark.parametrize(
    "media_type", ["text/plain", "text/plain;charset=UTF-8", "Application/JSON; charset=utf-8"]
)
def test_beacons(http: httpx.Client, media_type: str) -> None:
    """A beacon sends JSON as text and its key in the body."""
    uid = moved_to(http, "running")["uid"]
    content = b'{"event": "click", "experiment": "hero-test", "variantId": "control", "writeKey": "wk_one"}'
    request = http.build_request(
        "POST", "/s/events", content=content, headers={"Content-Type": media_type}
    )
    del request.headers["authorization"]
    assert http.send(request).json() == {"ok": True, "processed": 1, "errors": []}
    assert counters(http, uid)["control"] == (0, 1)


@pytest.mark.parametrize(
    ("headers", "change", "status", "warned"),
    [
        ({}, {}, 200, True),
        ({"X-Write-Key": "wk_one"}, {}, 200, False),
        ({"authorization": f"Bearer {KEYS[0]}"}, {}, 200, False),
        ({}, {"writeKey": "wk_one"}, 200, False),
        ({"X-Write-Key": "wk_one"}, {"writeKey": "unknown"}, 200, False),
        ({"X-Write-Key": "unknown"}, {}, 401, None),
        ({"X-Write-Key": ""}, {}, 401, None),
        ({"X-Write-Key": KEYS[0]}, {}, 401, None),
        ({"authorization": "Bearer wk_one"}, {}, 401, None),
        ({"authorization": "Bearer unknown", "X-Write-Key": "wk_one"}, {}, 401, None),
        ({}, {"writeKey": "unknown"}, 401, None),
        ({}, {"writeKey": "unknown", "event": "purchase"}, 401, None),
    ],
)
def test_keys_of_events(
    http: httpx.Client,
    headers: dict[str, str],
    change: dict[str, str],
    status: int,
    warned: bool | None,
) -> None:
    """A known key is silent, none is warned about, and an unknown one is refused before anything else."""
    uid = moved_to(http, "running")["uid"]
    answer = send(http, EVENT | change, **headers)
    assert answer.status_code == status
    if status == 200:
        assert answer.json().get("warning") == ("write_key_recommended" if warned else None)
    else:
        assert answer.json()["type"].endswith("/invalid-api-key")
    assert total(http, uid) == (int(status == 200), 0)


def test_keys_of_a_batch(http: httpx.Client) -> None:
    """In a batch every item may carry its key; one without is warned about, an unknown one refuses them all."""
    uid = moved_to(http, "running")["uid"]
    keyed = EVENT | {"writeKey": "wk_one"}
    assert "warning" not in send(http, [keyed, keyed]).json()
    assert "warning" in send(http, [keyed, EVENT]).json()
    assert send(http, [keyed, EVENT | {"writeKey": "unknown"}]).status_code == 401
    assert total(http, uid) == (4, 0)


def test_the_key_of_another_team(http: httpx.Client) -> None:
    """Another team's key counts nothing, and learns nothing."""
    uid = moved_to(http, "running")["uid"]
    foreign = send(http, EVENT, **{"X-Write-Key": "wk_two"}).json()
    unknown = send(http, EVENT | {"experiment": "no-such-slug"}, **{"X-Write-Key": "wk_two"}).json()
    assert foreign == unknown
    assert foreign["processed"] == 0
    assert total(http, uid) == (0, 0)


def test_drafts_count_once_they_run(http: httpx.Client) -> None:
    """Counters live on through pause and completion."""
    uid = created(http)["uid"]
    for action in ("start", "pause", "start"):
        http.post(f"/experiments/api/{uid}/{action}")
        send(http, EVENT)
    http.post(f"/experiments/api/{uid}/complete", json={"winnerVariantId": "control"})
    assert counters(http, uid)["control"] == (2, 0)
