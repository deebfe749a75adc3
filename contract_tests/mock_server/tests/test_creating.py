"""What create accepts, refuses and fills in; the same rules on PUT."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import API, CLICKED, HALVES, body, code, created, fields, read

if TYPE_CHECKING:
    import httpx


def test_a_minimal_create(http: httpx.Client) -> None:
    """What was not sent is answered with its default, or not at all."""
    answer = http.post(API, json=body())
    assert answer.status_code == 201
    experiment = answer.json()["experiment"]
    assert re.fullmatch("exp_[0-9A-Z]{10}", experiment.pop("uid"))
    assert experiment == {
        "slug": "hero-test",
        "type": "ab_test",
        "name": "Hero",
        "status": "draft",
        "variants": [{**variant, "impressions": 0, "clicks": 0} for variant in HALVES],
        "goalConfig": {"type": "impressions_only"},
        "banditConfig": {
            "enabled": False,
            "algorithm": "thompson_sampling",
            "warmupImpressions": 50,
            "recomputeIntervalMinutes": 15,
        },
        "minimumSampleSize": 1000,
        "confidenceThreshold": 0.95,
        "minimumRunDays": 7,
        "winnerVariantId": None,
        "winnerDeclaredAt": None,
        "outputConfig": {"format": "png", "quality": 90},
        "createdAt": "2026-03-15T09:00:00.000Z",
        "updatedAt": "2026-03-15T09:00:00.000Z",
    }


def test_a_full_create(http: httpx.Client) -> None:
    """Everything that was sent comes back, and only that."""
    tree = {
        "type": "rule",
        "property": "url.param",
        "ruleOperator": "equals",
        "value": [1, None],
        "paramName": "x",
    }
    schedule = {
        "startAt": "2026-03-15T09:00:00Z",
        "endAt": "2026-03-15T17:00:00+01:00",
        "recurrence": {"type": "weekly", "timezone": "America/New_York", "cronExpression": ""},
    }
    sent = body(
        variants=[
            {
                "id": "a",
                "weight": 10_000,
                "name": "A",
                "templateUid": "t",
                "isDefault": True,
                "conditions": tree,
            },
            {
                "id": "b",
                "weight": 0,
                "variables": {"x": [1, {"y": None}], "": "\x00"},
                "schedule": schedule,
            },
        ],
        templateUid="tmpl_1",
        hypothesis="h" * 500,
        goalConfig=CLICKED,
        banditConfig={
            "enabled": True,
            "algorithm": "epsilon_greedy",
            "warmupImpressions": 1,
            "recomputeIntervalMinutes": 2,
        },
        outputConfig={"format": "webp", "quality": 0.5},
        minimumSampleSize=0,
        confidenceThreshold=1,
        minimumRunDays=0,
        fallbackImageUrl="https://cdn.example/x.png",
    )
    got = created(http, **sent)
    assert {key: value for key, value in got.items() if key in sent and key != "variants"} == {
        key: value for key, value in sent.items() if key != "variants"
    }
    assert got["variants"] == [
        {**variant, "impressions": 0, "clicks": 0} for variant in sent["variants"]
    ]
    assert read(http, got["uid"]) == got


def test_one_comparison_key(http: httpx.Client) -> None:
    """A rule's comparison comes back as ruleOperator, whichever key it was sent under."""
    rule = {"type": "rule", "property": "device", "value": "mobile"}
    made = created(
        http, variants=[HALVES[0], {**HALVES[1], "conditions": {**rule, "operator": "equals"}}]
    )
    assert made["variants"][1]["conditions"] == {**rule, "ruleOperator": "equals"}


def test_what_is_unknown_is_ignored(http: httpx.Client) -> None:
    """Unknown members, read-only members and counters are neither refused nor kept."""
    sent = body(
        uid="exp_mine",
        status="running",
        expiresAt=None,
        surprise={"a": 1},
        fallbackTemplateUid="tmpl_2",
        createdAt=5,
        variants=[
            {**variant, "clicks": 9, "impressions": "x", "priority": 1} for variant in HALVES
        ],
    )
    got = created(http, **sent)
    assert got["uid"] != "exp_mine"
    assert got["status"] == "draft"
    assert not {"expiresAt", "surprise", "fallbackTemplateUid"} & set(got)
    assert got["variants"] == [{**variant, "impressions": 0, "clicks": 0} for variant in HALVES]


def test_null_is_as_if_never_sent(http: httpx.Client) -> None:
    """Null in an optional field leaves its default, or nothing."""
    optional = [
        "templateUid",
        "goalConfig",
        "banditConfig",
        "hypothesis",
        "minimumSampleSize",
        "confidenceThreshold",
        "minimumRunDays",
        "outputConfig",
        "fallbackImageUrl",
        "fallbackTemplateUid",
    ]
    variant_nulls = dict.fromkeys(
        ("name", "templateUid", "variables", "isDefault", "conditions", "schedule")
    )
    nulls = dict.fromkeys(optional) | {"variants": [variant | variant_nulls for variant in HALVES]}
    plain = created(http)
    nullified = created(http, slug="other-slug", **nulls)
    assert {**nullified, "uid": 0, "slug": 0} == {**plain, "uid": 0, "slug": 0}
    parts = {
        "goalConfig": dict.fromkeys(("type", "destinationUrl")),
        "outputConfig": {"format": None},
    }
    assert created(http, slug="third-slug", **parts)["goalConfig"] == {"type": "impressions_only"}


def test_whole_numbers_in_any_spelling(http: httpx.Client) -> None:
    """302.0 is an integer and comes back as one."""
    variants = [{"id": "a", "weight": 5000.0}, {"id": "b", "weight": 5e3}]
    answer = http.post(API, json=body(variants=variants, minimumSampleSize=302.0))
    assert '"weight":5000,' in answer.text
    assert '"minimumSampleSize":302,' in answer.text


CREATE_FAULTS: list[tuple[dict[str, Any], str, str]] = [
    ({"name": None}, "/name", "invalid_type"),
    ({"name": 5}, "/name", "invalid_type"),
    ({"name": "é" * 256}, "/name", "too_long"),
    ({"type": "bandit"}, "/type", "invalid_value"),
    ({"type": ["ab_test"]}, "/type", "invalid_type"),
    ({"slug": "Hero"}, "/slug", "invalid_format"),
    ({"slug": "events"}, "/slug", "invalid_value"),
    ({"slug": None}, "/slug", "invalid_type"),
    ({"variants": None}, "/variants", "invalid_type"),
    ({"variants": {}}, "/variants", "invalid_type"),
    ({"variants": []}, "/variants", "out_of_range"),
    ({"variants": HALVES[:1]}, "/variants", "out_of_range"),
    (
        {"variants": [*HALVES, *({"id": str(n), "weight": 0} for n in range(9))]},
        "/variants",
        "out_of_range",
    ),
    ({"variants": [HALVES[0]] * 500}, "/variants", "out_of_range"),
    ({"variants": [HALVES[0], 5]}, "/variants/1", "invalid_type"),
    ({"variants": [HALVES[0], {"id": "b"}]}, "/variants/1/weight", "required"),
    ({"variants": [HALVES[0], {"weight": 5000}]}, "/variants/1/id", "required"),
    (
        {"variants": [HALVES[0], {"id": "b", "weight": "5000"}]},
        "/variants/1/weight",
        "invalid_type",
    ),
    ({"variants": [HALVES[0], {"id": "b", "weight": True}]}, "/variants/1/weight", "invalid_type"),
    ({"variants": [HALVES[0], {"id": "b", "weight": 0.5}]}, "/variants/1/weight", "invalid_type"),
    ({"variants": [HALVES[0], {"id": "b", "weight": -1}]}, "/variants/1/weight", "out_of_range"),
    (
        {"variants": [HALVES[0], {"id": "b", "weight": 10_001}]},
        "/variants/1/weight",
        "out_of_range",
    ),
    ({"variants": [HALVES[0], {"id": "b", "weight": 4999}]}, "/variants", "invalid_value"),
    ({"variants": [HALVES[0], HALVES[0]]}, "/variants/1/id", "conflict"),
    (
        {"variants": [HALVES[0], {**HALVES[1], "variables": []}]},
        "/variants/1/variables",
        "invalid_type",
    ),
    (
        {"variants": [HALVES[0], {**HALVES[1], "isDefault": 1}]},
        "/variants/1/isDefault",
        "invalid_type",
    ),
    (
        {"variants": [HALVES[0], {**HALVES[1], "conditions": []}]},
        "/variants/1/conditions",
        "invalid_type",
    ),
    (
        {"variants": [HALVES[0], {**HALVES[1], "schedule": "x"}]},
        "/variants/1/schedule",
        "invalid_type",
    ),
    (
        {"variants": [HALVES[0], {**HALVES[1], "schedule": {"recurrence": {"type": "yearly"}}}]},
        "/variants/1/schedule/recurrence/type",
        "invalid_value",
    ),
    ({"templateUid": 5}, "/templateUid", "invalid_type"),
    ({"fallbackTemplateUid": 5}, "/fallbackTemplateUid", "invalid_type"),
    ({"hypothesis": "h" * 501}, "/hypothesis", "too_long"),
    ({"goalConfig": "x"}, "/goalConfig", "invalid_type"),
    ({"goalConfig": {"type": "custom_event"}}, "/goalConfig/type", "invalid_value"),
    ({"goalConfig": {"type": "click_through"}}, "/goalConfig/destinationUrl", "required"),
    (
        {"goalConfig": {"destinationUrl": "javascript:alert(1)"}},
        "/goalConfig/destinationUrl",
        "invalid_value",
    ),
    (
        {"goalConfig": {"destinationUrl": "http://a.b/\r\nX: y"}},
        "/goalConfig/destinationUrl",
        "invalid_format",
    ),
    ({"banditConfig": {"enabled": "yes"}}, "/banditConfig/enabled", "invalid_type"),
    ({"banditConfig": {"algorithm": "ucb"}}, "/banditConfig/algorithm", "invalid_value"),
    (
        {"banditConfig": {"warmupImpressions": 1.5}},
        "/banditConfig/warmupImpressions",
        "invalid_type",
    ),
    (
        {"type": "smart_link", "banditConfig": {"enabled": True}},
        "/banditConfig/enabled",
        "invalid_value",
    ),
    ({"outputConfig": {"format": "gif"}}, "/outputConfig/format", "invalid_value"),
    ({"outputConfig": {"quality": "90"}}, "/outputConfig/quality", "invalid_type"),
    ({"outputConfig": {"quality": True}}, "/outputConfig/quality", "invalid_type"),
    ({"minimumSampleSize": "5"}, "/minimumSampleSize", "invalid_type"),
    ({"minimumSampleSize": 2**63}, "/minimumSampleSize", "out_of_range"),
    ({"minimumSampleSize": 1e300}, "/minimumSampleSize", "out_of_range"),
    ({"confidenceThreshold": False}, "/confidenceThreshold", "invalid_type"),
    ({"fallbackImageUrl": "not a uri"}, "/fallbackImageUrl", "invalid_format"),
]


@pytest.mark.parametrize(("change", "field", "fault"), CREATE_FAULTS)
def test_creates_that_are_refused(
    http: httpx.Client, change: dict[str, Any], field: str, fault: str
) -> None:
    """A create with one fault is a 400 that names it, and leaves nothing behind."""
    answer = http.post(API, json=body(**change))
    assert (answer.status_code, code(answer)) == (400, "validation-error")
    assert fields(answer) == {(field, fault)}
    assert http.get(API).json()["total"] == 0


@pytest.mark.parametrize("name", ["name", "type", "slug", "variants"])
def test_required_fields(http: httpx.Client, name: str) -> None:
    """Each required field is missed by its name."""
    answer = http.post(API, json={key: value for key, value in body().items() if key != name})
    assert (answer.status_code, fields(answer)) == (400, {(f"/{name}", "required")})


@pytest.mark.parametrize(("change", "field", "fault"), CREATE_FAULTS)
def test_updates_that_are_refused(
    http: httpx.Client, change: dict[str, Any], field: str, fault: str
) -> None:
    """The rules of create hold on PUT too, and a refused PUT changes nothing."""
    if set(change) & {"type", "fallbackTemplateUid"}:
        change, field, fault = {"type": "scheduled"}, "/type", "not_editable"
    before = created(http)
    answer = http.put(f"{API}/{before['uid']}", json={"hypothesis": "new", **change})
    assert answer.status_code == 400
    assert fields(answer) == {(field, fault)}
    assert read(http, before["uid"]) == before


@pytest.mark.parametrize("plan", ["basic"])
def test_the_bandit_needs_a_larger_plan(http: httpx.Client) -> None:
    """Below standard a bandit may be sent disabled only."""
    refused = http.post(API, json=body(banditConfig={"enabled": True}))
    assert (refused.status_code, fields(refused)) == (
        400,
        {("/banditConfig/enabled", "invalid_value")},
    )
    experiment = created(http, banditConfig={"enabled": False})
    assert http.put(f"{API}/{experiment['uid']}", json=experiment).status_code == 200
    assert (
        http.put(f"{API}/{experiment['uid']}", json={"banditConfig": {"enabled": True}}).status_code
        == 400
    )
