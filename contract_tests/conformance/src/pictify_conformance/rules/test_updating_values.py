"""The values of an update: merged, replaced, cleared, ignored or refused."""

from typing import Any

import httpx
import pytest

from pictify_conformance.http.write_guard import RESERVED_SLUGS
from pictify_conformance.rules.updates import FULL, assert_update_refused
from pictify_conformance.testing import ApiClient, Counters, Experiments
from pictify_conformance.testing.assertions import (
    assert_equal,
    assert_events_accepted,
    assert_field_errors,
    assert_includes,
    assert_status,
    assert_that,
)
from pictify_conformance.testing.assigned_variant import group, rule
from pictify_conformance.testing.counters import NO_COUNTS
from pictify_conformance.testing.payloads import Json, event, variants
from pictify_conformance.testing.responses import field_errors, json_object


@pytest.mark.rule("update.configs-merged")
@pytest.mark.parametrize(
    ("config", "change"),
    [
        ("goalConfig", {"destinationUrl": "https://shop.example.com/b"}),
        ("goalConfig", {"type": "impressions_only"}),
        ("banditConfig", {"algorithm": "epsilon_greedy"}),
        ("banditConfig", {"warmupImpressions": 70}),
        ("banditConfig", {"recomputeIntervalMinutes": 25}),
        ("outputConfig", {"format": "jpeg"}),
        ("outputConfig", {"quality": 70}),
    ],
    ids=str,
)
def test_configs_merged(
    api: ApiClient, experiments: Experiments, config: str, change: Json
) -> None:
    uid = experiments.create(**{config: FULL[config]})["uid"]
    assert_status(api.update(uid, {config: change}), 200)
    assert_equal(experiments.read(uid).get(config), {**FULL[config], **change}, config)


@pytest.mark.rule("update.variants-replaced")
def test_variants_replaced(api: ApiClient, experiments: Experiments, counters: Counters) -> None:
    """A variant that stays keeps nothing but its counters."""
    experiment = experiments.create("running", **FULL)
    counters.raise_to(experiment, {"v0": (1, 0), "v1": (2, 1)})
    experiments.pause(experiment["uid"])
    new, kept = {"id": "v2", "weight": 4000}, {"id": "v1", "weight": 6000}
    assert_status(api.update(experiment["uid"], {"variants": [new, kept]}), 200)
    shown = experiments.read(experiment["uid"])["variants"]
    counted = [{"impressions": 0, "clicks": 0}, {"impressions": 2, "clicks": 1}]
    assert_equal(shown, [{**new, **counted[0]}, {**kept, **counted[1]}], "variants")


@pytest.mark.rule("update.variants-replaced")
def test_variants_replaced_count_on(
    api: ApiClient, experiments: Experiments, counters: Counters
) -> None:
    experiment = experiments.create("running")
    counters.raise_to(experiment, {"v0": (1, 0), "v1": (0, 0)})
    experiments.pause(experiment["uid"])
    rows = [{"id": "v0", "weight": 1}, {"id": "new", "weight": 9999}]
    assert_status(api.update(experiment["uid"], {"variants": rows}), 200)
    experiments.start(experiment["uid"])
    events = [event(experiment, variant="v0"), event(experiment, variant="new")]
    assert_events_accepted(api.send_events(events), 2)
    counters.assert_counts(experiment, {"v0": (2, 0), "new": (1, 0)})


READ_ONLY: Json = {
    "uid": "exp_another",
    "status": "completed",
    "winnerVariantId": "v1",
    "winnerDeclaredAt": "2026-03-01T00:00:00Z",
    "createdAt": "2020-01-01T00:00:00Z",
    "updatedAt": "2020-01-01T00:00:00Z",
}


@pytest.mark.rule("update.read-only-ignored")
@pytest.mark.parametrize("member", READ_ONLY)
def test_read_only_ignored(api: ApiClient, experiments: Experiments, member: str) -> None:
    before = experiments.create_and_read("running")
    response = api.update(before["uid"], {member: READ_ONLY[member], "name": "New"})
    assert_status(response, 200)
    after = experiments.read(before["uid"])
    expected = {**before, "name": "New", "updatedAt": None}
    assert_equal({**after, "updatedAt": None}, expected, "the experiment")
    is_ignored = after.get("updatedAt") != READ_ONLY["updatedAt"]
    assert_that(is_ignored, "updatedAt not taken from the request", response)


@pytest.mark.rule("update.read-only-ignored")
def test_read_only_ignored_counters(
    api: ApiClient, experiments: Experiments, counters: Counters
) -> None:
    experiment = experiments.create()
    rows = [{**variant, "impressions": 900, "clicks": 90} for variant in variants(2500, 7500)]
    assert_status(api.update(experiment["uid"], {"variants": rows}), 200)
    shown = experiments.read(experiment["uid"])["variants"]
    assert_equal([variant.get("weight") for variant in shown], [2500, 7500], "the weights")
    counters.assert_counts_now(experiment, NO_COUNTS)


FULL_WITH_TEMPLATE: Json = {**FULL, "templateUid": "tmpl_first"}
OPTIONAL = [field for field in FULL_WITH_TEMPLATE if field != "variants"]


@pytest.mark.rule("update.null")
@pytest.mark.parametrize("field", OPTIONAL)
def test_null(api: ApiClient, experiments: Experiments, field: str) -> None:
    """The field is then as in an experiment that never had it."""
    blank, uid = experiments.create_and_read(), experiments.create(**FULL_WITH_TEMPLATE)["uid"]
    assert_status(api.update(uid, {field: None}), 200)
    after = experiments.read(uid)
    found, expected = ({field: each[field]} if field in each else {} for each in (after, blank))
    assert_equal(found, expected, field)
    others = {name: value for name, value in FULL_WITH_TEMPLATE.items() if name != field}
    assert_includes(after, others, "the other fields")


@pytest.mark.rule("update.null")
@pytest.mark.parametrize(
    ("config", "member"), [("outputConfig", "quality"), ("banditConfig", "warmupImpressions")]
)
def test_null_in_config(api: ApiClient, experiments: Experiments, config: str, member: str) -> None:
    blank, uid = experiments.create_and_read(), experiments.create(**FULL)["uid"]
    assert_status(api.update(uid, {config: {member: None}}), 200)
    default = (blank.get(config) or {}).get(member)
    assert_equal(experiments.read(uid).get(config), {**FULL[config], member: default}, config)


@pytest.mark.rule("update.null")
@pytest.mark.parametrize("field", ["name", "slug", "variants"])
def test_null_required(api: ApiClient, experiments: Experiments, field: str) -> None:
    before = experiments.create_and_read(**FULL)
    body = {"hypothesis": "A valid change.", field: None}
    assert_update_refused(api, experiments, before, body, f"/{field}")


def most_variants(api: ApiClient) -> Any:
    return json_object(api.get_quota()).get("maxVariants")


FIRST, SECOND = variants(5000, 5000)
DEFAULT = {"isDefault": True}
WRONG_VARIANTS: dict[str, list[Json]] = {
    "none": [],
    "one": variants(10000),
    "one-too-many": [],  # depends on the plan
    "repeated-id": [FIRST, {**SECOND, "id": "v0"}],
    "second-default": [{**FIRST, **DEFAULT}, {**SECOND, **DEFAULT}],
}


@pytest.mark.rule("update.variants-bounds")
@pytest.mark.parametrize("kind", WRONG_VARIANTS)
def test_variants_bounds(api: ApiClient, experiments: Experiments, kind: str) -> None:
    rows = WRONG_VARIANTS[kind]
    if kind == "one-too-many":
        most = most_variants(api)
        rows = variants(10000 - most, *[1] * most)
    body = {"name": "A valid change", "variants": rows}
    response = assert_update_refused(api, experiments, experiments.create_and_read(), body)
    assert_named(response, "/variants")


@pytest.mark.rule("update.variants-bounds")
def test_variants_bounds_accepted(api: ApiClient, experiments: Experiments) -> None:
    uid, most = experiments.create()["uid"], most_variants(api)
    first, *rest = variants(10000, *[0] * (most - 1))
    assert_status(api.update(uid, {"variants": [{**first, **DEFAULT}, *rest]}), 200)
    assert_equal(len(experiments.read(uid)["variants"]), most, "the number of variants")


MALFORMED = ["ab", "x" * 61, "-abc", "abc-", "Abc", "a_b", "a b", "a/b", "ab\n", "été", ""]


@pytest.mark.rule("update.slug-bounds")
@pytest.mark.parametrize("slug", [*MALFORMED, *RESERVED_SLUGS], ids=ascii)
def test_slug_bounds(api: ApiClient, experiments: Experiments, slug: str) -> None:
    body = {"name": "A valid change", "slug": slug}
    assert_update_refused(api, experiments, experiments.create_and_read(), body, "/slug")


@pytest.mark.rule("update.slug-bounds")
def test_slug_bounds_longest(api: ApiClient, experiments: Experiments) -> None:
    uid, slug = experiments.create()["uid"], experiments.new_slug(60)
    assert_status(api.update(uid, {"slug": slug}), 200)
    assert_equal(experiments.read(uid)["slug"], slug, "the slug")


@pytest.mark.rule("update.hypothesis-length")
@pytest.mark.parametrize("letter", ["h", "\u00e9"], ids=["ascii", "two-byte"])
def test_hypothesis_length(api: ApiClient, experiments: Experiments, letter: str) -> None:
    uid = experiments.create()["uid"]
    assert_status(api.update(uid, {"hypothesis": letter * 500}), 200)
    too_long = {"hypothesis": letter * 501}
    response = assert_update_refused(api, experiments, experiments.read(uid), too_long)
    assert_field_errors(response, {("/hypothesis", "too_long")})


@pytest.mark.rule("update.bounds-of-values")
@pytest.mark.parametrize(
    "goal",
    [
        pytest.param({"destinationUrl": "javascript:alert(1)"}, id="javascript"),
        pytest.param({"destinationUrl": "ftp://shop.example.com/"}, id="ftp"),
        pytest.param({"destinationUrl": "/summer"}, id="relative"),
        pytest.param({"type": "click_through"}, id="none"),
    ],
)
def test_bounds_of_values_goal(api: ApiClient, experiments: Experiments, goal: Json) -> None:
    before, body = experiments.create_and_read(), {"name": "A valid change", "goalConfig": goal}
    assert_update_refused(api, experiments, before, body, "/goalConfig/destinationUrl")


def and_group(*children: Json) -> Json:
    return group("AND", *children)


GERMANY = rule("country", "equals", "DE")
SAME_TIME = {"startAt": "2026-03-02T09:00:00Z", "endAt": "2026-03-02T09:00:00Z"}
WRONG_CRON = {"recurrence": {"type": "cron", "cronExpression": "61 * * * *"}}
WRONG_TARGETING: dict[str, tuple[str, Json]] = {
    "four-levels": ("conditions", and_group(and_group(and_group(and_group(GERMANY))))),
    "unknown-operator": ("conditions", and_group(rule("country", "resembles", "DE"))),
    "empty-group": ("conditions", and_group(and_group())),
    "no-time": ("schedule", SAME_TIME),
    "cron": ("schedule", WRONG_CRON),
    "time-zone": ("schedule", {"recurrence": {"timezone": "Mars/Olympus"}}),
}


@pytest.mark.rule("update.bounds-of-values")
@pytest.mark.parametrize("kind", WRONG_TARGETING)
def test_bounds_of_values_targeting(api: ApiClient, experiments: Experiments, kind: str) -> None:
    member, value = WRONG_TARGETING[kind]
    type_ = "smart_link" if member == "conditions" else "scheduled"
    body = {"name": "A valid change", "variants": [FIRST, {**SECOND, member: value}]}
    before = experiments.create_and_read(type=type_)
    response = assert_update_refused(api, experiments, before, body)
    assert_named(response, f"/variants/1/{member}")


def assert_named(response: httpx.Response, beginning: str) -> None:
    """Assert that there are field errors, all of fields with this beginning."""
    fields = [field for field, _ in field_errors(response)]
    are_named = fields and all(field.startswith(beginning) for field in fields)
    assert_that(are_named, f"errors about {beginning} alone, not {fields}", response)
