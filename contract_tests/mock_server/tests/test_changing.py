"""Changing, moving and deleting experiments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from .conftest import (
    API,
    CLICKED,
    HALVES,
    STATUSES,
    StoppedClock,
    code,
    created,
    fields,
    moved_to,
    read,
)

if TYPE_CHECKING:
    import httpx

CHANGES: dict[str, Any] = {
    "name": "New name",
    "slug": "new-slug",
    "templateUid": "tmpl_new",
    "variants": [{"id": "control", "weight": 4000}, {"id": "variant-c", "weight": 6000}],
    "goalConfig": {"type": "click_through"},
    "destination": {"destinationUrl": "https://example.com/new"},
    "banditConfig": {"enabled": True},
    "outputConfig": {"quality": 50},
    "hypothesis": "New",
    "minimumSampleSize": 5,
    "confidenceThreshold": 0.8,
    "minimumRunDays": 1,
    "fallbackImageUrl": "https://cdn.example/new.png",
}


EDITABLE = {
    "draft": set(CHANGES),
    "paused": set(CHANGES),
    "running": {"name", "confidenceThreshold", "minimumRunDays", "destination"},
    "completed": {"name"},
}


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("name", CHANGES)
def test_editable_fields(http: httpx.Client, status: str, name: str) -> None:
    """Each status lets the published fields change and no other; a mixed request is refused whole."""
    before = moved_to(http, status, goalConfig={"destinationUrl": "https://example.com/"})
    key = "goalConfig" if name == "destination" else name
    answer = http.put(f"{API}/{before['uid']}", json={"name": "Mixed", key: CHANGES[name]})
    if name in EDITABLE[status]:
        assert answer.status_code == 200, answer.text
        assert answer.json()["experiment"] != before
        assert answer.json()["experiment"]["updatedAt"] > before["updatedAt"]
    else:
        assert (answer.status_code, code(answer)) == (400, "field-not-editable")
        assert f"while the experiment is {status};" in answer.json()["detail"]
        assert {fault for _, fault in fields(answer)} == {"not_editable"}
        assert all(field.startswith(f"/{key}") for field, _ in fields(answer))
        assert read(http, before["uid"]) == before


@pytest.mark.parametrize("status", STATUSES)
def test_what_was_read_can_be_put_back(http: httpx.Client, status: str) -> None:
    """GET then PUT of the same object is accepted in every status and moves only updatedAt."""
    conditions = {"type": "rule", "property": "device", "operator": "equals", "value": 1}
    variants = [
        {**HALVES[0], "conditions": conditions},
        {**HALVES[1], "variables": {"a": 1.0, "b": True}, "isDefault": True},
    ]
    before = moved_to(http, status, variants=variants, goalConfig=CLICKED, hypothesis="h")
    answer = http.put(f"{API}/{before['uid']}", json=before)
    assert answer.status_code == 200, answer.text
    assert {**answer.json()["experiment"], "updatedAt": ""} == {**before, "updatedAt": ""}
    assert answer.json()["experiment"]["updatedAt"] > before["updatedAt"]


def test_equality_is_that_of_json(http: httpx.Client) -> None:
    """While running, 1 may come back as 1.0 and a default may be spelled out, but true is not 1."""
    before = moved_to(http, "running", variants=[{**HALVES[0], "variables": {"a": 1}}, HALVES[1]])
    for variables, status in (({"a": 1.0}, 200), ({"a": True}, 400)):
        variants = [{**HALVES[0], "variables": variables, "isDefault": False}, HALVES[1]]
        assert http.put(f"{API}/{before['uid']}", json={"variants": variants}).status_code == status


def test_merging(http: httpx.Client) -> None:
    """PUT is partial; the configurations merge field by field, variants are replaced whole."""
    uid = created(http, goalConfig=CLICKED, outputConfig={"format": "webp"}, templateUid="t")["uid"]
    sent = {
        "goalConfig": {"destinationUrl": "https://example.com/2"},
        "outputConfig": {"quality": 10},
        "banditConfig": {"enabled": True},
        "variants": [{"id": "variant-b", "weight": 10_000, "name": "B"}, {"id": "c", "weight": 0}],
    }
    after = http.put(f"{API}/{uid}", json=sent).json()["experiment"]
    assert after["goalConfig"] == {
        "type": "click_through",
        "destinationUrl": "https://example.com/2",
    }
    assert after["outputConfig"] == {"format": "webp", "quality": 10}
    assert (after["banditConfig"]["enabled"], after["banditConfig"]["warmupImpressions"]) == (
        True,
        50,
    )
    assert (after["templateUid"], after["name"]) == ("t", "Hero")
    assert [variant["id"] for variant in after["variants"]] == ["variant-b", "c"]


def test_null_clears(http: httpx.Client) -> None:
    """Null takes an optional field back to its default or away; a required one refuses it."""
    uid = created(
        http, goalConfig=CLICKED, hypothesis="h", minimumRunDays=1, banditConfig={"enabled": True}
    )["uid"]
    nulls = {
        "goalConfig": None,
        "hypothesis": None,
        "minimumRunDays": None,
        "banditConfig": {"enabled": None},
    }
    after = http.put(f"{API}/{uid}", json=nulls).json()["experiment"]
    assert after["goalConfig"] == {"type": "impressions_only"}
    assert "hypothesis" not in after
    assert (after["minimumRunDays"], after["banditConfig"]["enabled"]) == (7, False)
    for name in ("name", "slug", "variants", "type"):
        assert http.put(f"{API}/{uid}", json={name: None}).status_code == 400


def test_a_goal_keeps_its_destination(http: httpx.Client) -> None:
    """A click_through goal cannot lose its destination, running or not."""
    for status in ("draft", "running"):
        before = moved_to(http, status, slug=f"goal-{status}", goalConfig=CLICKED)
        answer = http.put(f"{API}/{before['uid']}", json={"goalConfig": {"destinationUrl": None}})
        assert (answer.status_code, fields(answer)) == (
            400,
            {("/goalConfig/destinationUrl", "required")},
        )


def test_counters_live_through_an_edit(http: httpx.Client) -> None:
    """Counters stay with their variant id when the variants are replaced."""
    uid = moved_to(http, "running")["uid"]
    events = [{"event": "click", "experiment": "hero-test", "variantId": "control"}] * 3
    http.post("/s/events", json=events)
    http.post(f"{API}/{uid}/pause")
    variants = [{"id": "fresh", "weight": 5000}, {"id": "control", "weight": 5000, "clicks": 0}]
    after = http.put(f"{API}/{uid}", json={"variants": variants}).json()["experiment"]
    assert [variant["clicks"] for variant in after["variants"]] == [0, 3]


def test_type_never_changes(http: httpx.Client) -> None:
    """The same type may be sent, another one is refused in every status."""
    for status in STATUSES:
        uid = moved_to(http, status, slug=f"type-{status}")["uid"]
        assert http.put(f"{API}/{uid}", json={"type": "ab_test"}).status_code == 200
        refused = http.put(f"{API}/{uid}", json={"type": "smart_link"})
        assert (refused.status_code, fields(refused)) == (400, {("/type", "not_editable")})
        assert refused.json()["detail"].startswith(
            "/type: may not change once the experiment is made; "
        )


@pytest.mark.parametrize(
    ("sent", "fault"),
    [
        ({}, "required"),
        ({"winnerVariantId": None}, "invalid_type"),
        ({"winnerVariantId": "x"}, "invalid_value"),
    ],
)
def test_winners_that_are_refused(http: httpx.Client, sent: dict[str, Any], fault: str) -> None:
    """A winner has to be sent, and to be one of the variants."""
    before = moved_to(http, "running")
    answer = http.post(f"{API}/{before['uid']}/complete", json=sent)
    assert (answer.status_code, code(answer)) == (400, "invalid-winner")
    assert fields(answer) == {("/winnerVariantId", fault)}
    assert read(http, before["uid"]) == before


def test_completion(http: httpx.Client, clock: StoppedClock) -> None:
    """A completed experiment names its winner and the moment, and is over."""
    uid = moved_to(http, "paused")["uid"]
    clock.advance(days=1)
    done = http.post(f"{API}/{uid}/complete", json={"winnerVariantId": "variant-b"}).json()[
        "experiment"
    ]
    assert (done["status"], done["winnerVariantId"]) == ("completed", "variant-b")
    assert done["winnerDeclaredAt"] == done["updatedAt"] == "2026-03-16T09:00:00.000Z"
    for action in ("start", "pause", "complete"):
        refused = http.post(f"{API}/{uid}/{action}", json={"winnerVariantId": "variant-b"})
        assert (refused.status_code, refused.json()["allowedTransitions"]) == (409, [])
        assert refused.json()["currentStatus"] == "completed"


def test_a_running_experiment_is_not_deleted(http: httpx.Client) -> None:
    """Deleting a running experiment is a 409 and changes nothing."""
    before = moved_to(http, "running")
    refused = http.delete(f"{API}/{before['uid']}")
    assert (refused.status_code, code(refused)) == (409, "invalid-state-transition")
    assert read(http, before["uid"]) == before


@pytest.mark.parametrize("content", [b"", b"{}", b"not json", b"\xff" * 100])
def test_start_ignores_its_body(http: httpx.Client, content: bytes) -> None:
    """Whatever body comes with start and pause, it is not looked at."""
    uid = created(http)["uid"]
    for action in ("start", "pause"):
        answer = http.post(
            f"{API}/{uid}/{action}", content=content, headers={"Content-Type": "application/json"}
        )
        assert answer.status_code == 200
