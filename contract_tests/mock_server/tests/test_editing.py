"""Creating and changing experiments: defaults, bounds, and what each status lets change."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from pictify_mock.domain import editing
from pictify_mock.domain.enums import ExperimentType, Status
from pictify_mock.domain.errors import Refusal
from pictify_mock.domain.experiment import (
    BanditConfig,
    Counter,
    GoalConfig,
    OutputConfig,
    Variant,
)
from pictify_mock.domain.plans import PLANS

from .conftest import assert_field_errors
from .factories import NOW, TEAM

if TYPE_CHECKING:
    from pictify_mock.domain.experiment import Experiment

URL = "https://example.com/"
RULE = {"type": "rule", "property": "device", "value": "mobile"}
HALVES = (Variant("a", 5000), Variant("b", 5000))


def draft(**fields: Any) -> Experiment:
    required = {
        "type": ExperimentType.AB_TEST,
        "name": "Hero",
        "slug": "hero-test",
        "variants": HALVES,
    }
    return editing.created("exp_1", TEAM, required | fields, NOW)


def test_a_new_experiment_is_a_draft_with_the_published_defaults() -> None:
    made = draft()
    assert (made.uid, made.team, made.type) == ("exp_1", TEAM, "ab_test")
    assert (made.name, made.slug, made.status) == ("Hero", "hero-test", Status.DRAFT)
    assert (made.created_at, made.updated_at) == (NOW, NOW)
    assert made.variants == HALVES
    assert made.goal == GoalConfig("impressions_only", None)
    assert made.bandit == BanditConfig(False, "thompson_sampling", 50, 15)
    assert made.output == OutputConfig("png", 90)
    numbers = (made.minimum_sample_size, made.confidence_threshold, made.minimum_run_days)
    assert numbers == (1000, 0.95, 7)
    assert (made.template_uid, made.hypothesis, made.fallback_image_url) == (None, None, None)
    assert (made.winner_variant_id, made.winner_declared_at) == (None, None)


def test_configurations_merge_member_by_member() -> None:
    before = draft(
        goal={"type": "click_through", "destination_url": URL}, output={"format": "webp"}
    )
    sent = {"goal": {"destination_url": f"{URL}2"}, "output": {"quality": 10}}
    after = editing.edited(before, sent, NOW)
    assert after.goal == GoalConfig("click_through", f"{URL}2")
    assert after.output == OutputConfig("webp", 10)
    assert (after.name, after.bandit, after.variants) == (before.name, before.bandit, HALVES)


def test_null_sets_the_default() -> None:
    before = draft(
        goal={"type": "click_through", "destination_url": URL},
        bandit={"enabled": True, "warmup_impressions": 5},
        hypothesis="It is better.",
        minimum_run_days=1,
    )
    nulls = {"goal": None, "bandit": {"enabled": None}, "hypothesis": None}
    after = editing.edited(before, nulls | {"minimum_run_days": None}, NOW)
    assert (after.goal, after.bandit) == (GoalConfig(), BanditConfig(False, warmup_impressions=5))
    assert (after.hypothesis, after.minimum_run_days) == (None, 7)


def test_a_variant_keeps_its_counters_by_its_id() -> None:
    before = draft()
    before.variants[0].counter.clicks = 3
    after = editing.edited(before, {"variants": (Variant("new", 1), Variant("a", 9999))}, NOW)
    assert [variant.counter for variant in after.variants] == [Counter(), Counter(clicks=3)]


def test_conditions_are_stored_with_one_comparison_key() -> None:
    tree = RULE | {"operator": "equals"}
    made = draft(variants=(Variant("a", 5000, conditions=tree), Variant("b", 5000)))
    assert made.variants[0].conditions == RULE | {"ruleOperator": "equals"}


CHANGES: dict[str, dict[str, Any]] = {
    "/type": {"type": ExperimentType.SMART_LINK},
    "/name": {"name": "New name"},
    "/slug": {"slug": "new-slug"},
    "/templateUid": {"template_uid": "tmpl_new"},
    "/variants": {"variants": (Variant("a", 4000), Variant("b", 6000))},
    "/goalConfig/type": {"goal": {"type": "click_through"}},
    "/goalConfig/destinationUrl": {"goal": {"destination_url": f"{URL}new"}},
    "/banditConfig/enabled": {"bandit": {"enabled": True}},
    "/banditConfig/algorithm": {"bandit": {"algorithm": "epsilon_greedy"}},
    "/banditConfig/warmupImpressions": {"bandit": {"warmup_impressions": 1}},
    "/banditConfig/recomputeIntervalMinutes": {"bandit": {"recompute_interval_minutes": 1}},
    "/hypothesis": {"hypothesis": "New"},
    "/minimumSampleSize": {"minimum_sample_size": 5},
    "/confidenceThreshold": {"confidence_threshold": 0.8},
    "/minimumRunDays": {"minimum_run_days": 1},
    "/outputConfig/format": {"output": {"format": "webp"}},
    "/outputConfig/quality": {"output": {"quality": 50}},
    "/fallbackImageUrl": {"fallback_image_url": "https://cdn.example/new.png"},
}
ALL_BUT_TYPE = set(CHANGES) - {"/type"}
EDITABLE = {
    Status.DRAFT: ALL_BUT_TYPE,
    Status.PAUSED: ALL_BUT_TYPE,
    Status.RUNNING: {
        "/name",
        "/confidenceThreshold",
        "/minimumRunDays",
        "/goalConfig/destinationUrl",
    },
    Status.COMPLETED: {"/name"},
}


@pytest.mark.parametrize("status", EDITABLE)
@pytest.mark.parametrize("pointer", CHANGES)
def test_each_status_lets_only_the_published_fields_change(status: Status, pointer: str) -> None:
    before = replace(draft(goal={"destination_url": URL}), status=status)
    if pointer in EDITABLE[status]:
        after = editing.edited(before, CHANGES[pointer], NOW)
        assert after.updated_at == NOW + timedelta(milliseconds=1)
        assert replace(after, updated_at=NOW) != before
        return
    with pytest.raises(Refusal) as refused:
        editing.edited(before, {"name": "New name", **CHANGES[pointer]}, NOW)
    assert refused.value.code == "field-not-editable"
    assert_field_errors(refused.value.fields, (pointer, "not_editable"))
    when = "once the experiment is made" if pointer == "/type" else f"the experiment is {status}"
    assert f"{when}; " in refused.value.detail


@pytest.mark.parametrize(
    ("change", "is_equal"),
    [
        ({}, True),
        ({"is_default": False}, True),
        ({"variables": {"a": 1.0, "b": True}}, True),
        ({"variables": {"a": True, "b": True}}, False),
        ({"variables": None}, False),
        ({"is_default": True}, False),
        ({"id": "c"}, False),
        ({"name": "A"}, False),
        ({"template_uid": "tmpl_new"}, False),
        ({"conditions": RULE | {"ruleOperator": "equals"}}, False),
        ({"schedule": {"startAt": "2026-03-15T09:00:00Z"}}, False),
    ],
)
def test_variants_are_compared_as_json(change: dict[str, Any], is_equal: bool) -> None:
    """While an experiment is running, its variants may be sent back, but not changed."""
    variant = Variant("a", 5000, variables={"a": 1, "b": True})
    default = replace(HALVES[1], is_default=True)
    running = replace(draft(variants=(variant, default)), status=Status.RUNNING)
    sent = {"variants": (replace(variant, **change), default)}
    if is_equal:
        editing.edited(running, sent, NOW)
        return
    with pytest.raises(Refusal, match=r"^/variants: may not change"):
        editing.edited(running, sent, NOW)


def test_a_running_experiment_keeps_the_number_of_its_variants() -> None:
    running = replace(draft(), status=Status.RUNNING)
    with pytest.raises(Refusal, match=r"^/variants: may not change"):
        editing.edited(running, {"variants": (*HALVES, Variant("c", 0))}, NOW)


@pytest.mark.parametrize(
    ("fields", "pointer", "code"),
    [
        ({"slug": "Hero"}, "/slug", "invalid_format"),
        ({"variants": HALVES[:1]}, "/variants", "invalid_value"),
        (
            {"goal": {"destination_url": "ftp://a.b/"}},
            "/goalConfig/destinationUrl",
            "invalid_value",
        ),
        ({"bandit": {"enabled": True}}, "/banditConfig/enabled", "invalid_value"),
        ({"fallback_image_url": "not a uri"}, "/fallbackImageUrl", "invalid_format"),
    ],
)
def test_a_field_out_of_bounds_is_refused(fields: dict[str, Any], pointer: str, code: str) -> None:
    """The basic plan has no auto-optimisation."""
    with pytest.raises(Refusal) as refused:
        editing.check_fields(fields, PLANS["basic"])
    assert refused.value.code == "validation-error"
    assert_field_errors(refused.value.fields, (pointer, code))


@pytest.mark.parametrize(
    "fields",
    [
        {"goal": {"type": "click_through"}, "bandit": {"enabled": False}, "slug": "hero-test"},
        {"goal": {"destination_url": None}, "bandit": {}, "variants": None},
        {"goal": {"destination_url": ""}},
        {"fallback_image_url": None, "slug": None, "goal": None, "bandit": None, "name": "x"},
    ],
)
def test_absent_and_null_fields_are_within_bounds(fields: dict[str, Any]) -> None:
    editing.check_fields(fields, PLANS["basic"])


@pytest.mark.parametrize(
    ("fields", "pointer", "code"),
    [
        ({"goal": {"type": "click_through"}}, "/goalConfig/destinationUrl", "required"),
        (
            {"type": ExperimentType.SMART_LINK, "bandit": {"enabled": True}},
            "/banditConfig/enabled",
            "invalid_value",
        ),
    ],
)
def test_fields_that_do_not_fit_together_are_refused(
    fields: dict[str, Any], pointer: str, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        draft(**fields)
    assert_field_errors(refused.value.fields, (pointer, code))


def test_a_click_through_goal_keeps_a_destination() -> None:
    before = draft(goal={"type": "click_through", "destination_url": URL})
    for status, none in product((Status.DRAFT, Status.RUNNING), (None, "")):
        with pytest.raises(Refusal, match=r"^/goalConfig/destinationUrl: is missing"):
            editing.edited(replace(before, status=status), {"goal": {"destination_url": none}}, NOW)
    fields = {"goal": {"type": "impressions_only", "destination_url": ""}}
    assert editing.edited(before, fields, NOW).goal == GoalConfig()


def test_a_taken_slug_is_a_conflict() -> None:
    refused = editing.slug_in_use()
    assert refused.code == "slug-in-use"
    assert_field_errors(refused.fields, ("/slug", "conflict"))
    assert refused.detail == f"/slug: {refused.fields[0].message}"


def test_every_wrong_field_is_named() -> None:
    fields = {"slug": "A", "fallback_image_url": "a"}
    with pytest.raises(Refusal) as refused:
        editing.check_fields(fields, PLANS["business"])
    assert {fault.field for fault in refused.value.fields} == {"/slug", "/fallbackImageUrl"}
