"""Making, reading, listing, changing, moving and deleting experiments over HTTP."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import StoppedClock, body, created, moved_to

if TYPE_CHECKING:
    import httpx

API = "/experiments/api"
STATUSES = ["draft", "running", "paused", "completed"]
HALVES = [{"id": "control", "weight": 5000}, {"id": "variant-b", "weight": 5000}]
CLICKED = {"type": "click_through", "destinationUrl": "https://example.com/"}


def code(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).removeprefix("https://docs.pictify.io/errors/")


def fields(answer: httpx.Response) -> set[tuple[str, str]]:
    return {(error["field"], error["code"]) for error in answer.json()["errors"]}


def read(http: httpx.Client, uid: str) -> dict[str, Any]:
    experiment: dict[str, Any] = http.get(f"{API}/{uid}").json()["experiment"]
    return experiment


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
    tree = {"type": "rule", "property": "url.param", "ruleOperator": "equals", "value": [1, None], "paramName": "x"}
    schedule = {
        "startAt": "2026-03-15T09:00:00Z",
        "endAt": "2026-03-15T17:00:00+01:00",
        "recurrence": {"type": "weekly", "timezone": "America/New_York", "cronExpression": ""},
    }
    sent = body(
        variants=[
            {"id": "a", "weight": 10_000, "name": "A", "templateUid": "t", "isDefault": True, "conditions": tree},
            {"id": "b", "weight": 0, "variables": {"x": [1, {"y": None}], "": "\x00"}, "schedule": schedule},
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
    assert got["variants"] == [{**variant, "impressions": 0, "clicks": 0} for variant in sent["variants"]]
    assert read(http, got["uid"]) == got


def test_what_is_unknown_is_ignored(http: httpx.Client) -> None:
    """Unknown members, read-only members and counters are neither refused nor kept."""
    sent = body(
        uid="exp_mine",
        status="running",
        expiresAt=None,
        surprise={"a": 1},
        fallbackTemplateUid="tmpl_2",
        createdAt=5,
        variants=[{**variant, "clicks": 9, "impressions": "x", "priority": 1} for variant in HALVES],
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
    variant_nulls = dict.fromkeys(("name", "templateUid", "variables", "isDefault", "conditions", "schedule"))
    nulls = dict.fromkeys(optional) | {"variants": [variant | variant_nulls for variant in HALVES]}
    plain = created(http)
    nullified = created(http, slug="other-slug", **nulls)
    assert {**nullified, "uid": 0, "slug": 0} == {**plain, "uid": 0, "slug": 0}
    parts = {"goalConfig": dict.fromkeys(("type", "destinationUrl")), "outputConfig": {"format": None}}
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
    ({"variants": [*HALVES, *({"id": str(n), "weight": 0} for n in range(9))]}, "/variants", "out_of_range"),
    ({"variants": [HALVES[0]] * 500}, "/variants", "out_of_range"),
    ({"variants": [HALVES[0], 5]}, "/variants/1", "invalid_type"),
    ({"variants": [HALVES[0], {"id": "b"}]}, "/variants/1/weight", "required"),
    ({"variants": [HALVES[0], {"weight": 5000}]}, "/variants/1/id", "required"),
    ({"variants": [HALVES[0], {"id": "b", "weight": "5000"}]}, "/variants/1/weight", "invalid_type"),
    ({"variants": [HALVES[0], {"id": "b", "weight": True}]}, "/variants/1/weight", "invalid_type"),
    ({"variants": [HALVES[0], {"id": "b", "weight": 0.5}]}, "/variants/1/weight", "invalid_type"),
    ({"variants": [HALVES[0], {"id": "b", "weight": -1}]}, "/variants/1/weight", "out_of_range"),
    ({"variants": [HALVES[0], {"id": "b", "weight": 10_001}]}, "/variants/1/weight", "out_of_range"),
    ({"variants": [HALVES[0], {"id": "b", "weight": 4999}]}, "/variants", "invalid_value"),
    ({"variants": [HALVES[0], HALVES[0]]}, "/variants/1/id", "conflict"),
    ({"variants": [HALVES[0], {**HALVES[1], "variables": []}]}, "/variants/1/variables", "invalid_type"),
    ({"variants": [HALVES[0], {**HALVES[1], "isDefault": 1}]}, "/variants/1/isDefault", "invalid_type"),
    ({"variants": [HALVES[0], {**HALVES[1], "conditions": []}]}, "/variants/1/conditions", "invalid_type"),
    ({"variants": [HALVES[0], {**HALVES[1], "schedule": "x"}]}, "/variants/1/schedule", "invalid_type"),
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
    ({"goalConfig": {"destinationUrl": "javascript:alert(1)"}}, "/goalConfig/destinationUrl", "invalid_value"),
    ({"goalConfig": {"destinationUrl": "http://a.b/\r\nX: y"}}, "/goalConfig/destinationUrl", "invalid_format"),
    ({"banditConfig": {"enabled": "yes"}}, "/banditConfig/enabled", "invalid_type"),
    ({"banditConfig": {"algorithm": "ucb"}}, "/banditConfig/algorithm", "invalid_value"),
    ({"banditConfig": {"warmupImpressions": 1.5}}, "/banditConfig/warmupImpressions", "invalid_type"),
    ({"type": "smart_link", "banditConfig": {"enabled": True}}, "/banditConfig/enabled", "invalid_value"),
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
def test_creates_that_are_refused(http: httpx.Client, change: dict[str, Any], field: str, fault: str) -> None:
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
def test_updates_that_are_refused(http: httpx.Client, change: dict[str, Any], field: str, fault: str) -> None:
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
    assert (refused.status_code, fields(refused)) == (400, {("/banditConfig/enabled", "invalid_value")})
    experiment = created(http, banditConfig={"enabled": False})
    assert http.put(f"{API}/{experiment['uid']}", json=experiment).status_code == 200
    assert http.put(f"{API}/{experiment['uid']}", json={"banditConfig": {"enabled": True}}).status_code == 400


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
def test_a_slug_is_held_in_every_status(http: httpx.Client, other_team: dict[str, str], status: str) -> None:
    """Every experiment that is not archived holds its slug, for all teams."""
    holder = moved_to(http, status)
    for headers in ({}, other_team):
        refused = http.post(API, json=body(), headers=headers)
        assert (refused.status_code, code(refused)) == (409, "slug-in-use")
    mine = created(http, slug="my-own")
    refused = http.put(f"{API}/{mine['uid']}", json={"slug": holder["slug"]})
    assert (refused.status_code, fields(refused)) == (409, {("/slug", "conflict")})
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
            http.request(method, f"{API}/{uid}{path}", json=sent) for uid in (foreign, archived, "exp_0000000000")
        ]
        assert {answer.status_code for answer in answers} == {404}
        documents = [{**answer.json(), "instance": ""} for answer in answers]
        assert documents[0] == documents[1] == documents[2]
        assert documents[0]["type"].endswith("/experiment-not-found")


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
    assert [(page["total"], page["page"], page["limit"]) for page in pages] == [(5, n, 2) for n in (1, 2, 3, 4)]
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
def test_list_parameters_that_are_refused(http: httpx.Client, query: str, field: str, fault: str) -> None:
    """A parameter outside its bounds is a 400 that names it."""
    answer = http.get(f"{API}?{query}")
    assert (answer.status_code, fields(answer)) == (400, {(field, fault)})


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
        assert {fault for _, fault in fields(answer)} == {"not_editable"}
        assert all(field.startswith(f"/{key}") for field, _ in fields(answer))
        assert read(http, before["uid"]) == before


@pytest.mark.parametrize("status", STATUSES)
def test_what_was_read_can_be_put_back(http: httpx.Client, status: str) -> None:
    """GET then PUT of the same object is accepted in every status and moves only updatedAt."""
    conditions = {"type": "rule", "property": "device", "operator": "equals", "value": 1}
    variants = [{**HALVES[0], "conditions": conditions}, {**HALVES[1], "variables": {"a": 1.0, "b": True}}]
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
    assert after["goalConfig"] == {"type": "click_through", "destinationUrl": "https://example.com/2"}
    assert after["outputConfig"] == {"format": "webp", "quality": 10}
    assert (after["banditConfig"]["enabled"], after["banditConfig"]["warmupImpressions"]) == (True, 50)
    assert (after["templateUid"], after["name"]) == ("t", "Hero")
    assert [variant["id"] for variant in after["variants"]] == ["variant-b", "c"]


def test_null_clears(http: httpx.Client) -> None:
    """Null takes an optional field back to its default or away; a required one refuses it."""
    uid = created(http, goalConfig=CLICKED, hypothesis="h", minimumRunDays=1, banditConfig={"enabled": True})["uid"]
    nulls = {"goalConfig": None, "hypothesis": None, "minimumRunDays": None, "banditConfig": {"enabled": None}}
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
        assert (answer.status_code, fields(answer)) == (400, {("/goalConfig/destinationUrl", "required")})


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
    done = http.post(f"{API}/{uid}/complete", json={"winnerVariantId": "variant-b"}).json()["experiment"]
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
        answer = http.post(f"{API}/{uid}/{action}", content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code == 200
