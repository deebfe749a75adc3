"""What becomes of the values of an update: merged, replaced, cleared, ignored or refused."""

from typing import Any

import pytest

from pictify_conformance.rules.updates import CLICK_THROUGH, FULL, refused
from pictify_conformance.testing import assertions
from pictify_conformance.testing.experiments import Lab
from pictify_conformance.testing.payloads import Json, event, variants

CONFIGS: dict[str, tuple[Json, list[Json]]] = {
    # what is there, and changes of it
    "goalConfig": (
        CLICK_THROUGH,
        [{"destinationUrl": "https://shop.example.com/b"}, {"type": "impressions_only"}],
    ),
    "banditConfig": (
        {
            "enabled": False,
            "algorithm": "epsilon_greedy",
            "warmupImpressions": 60,
            "recomputeIntervalMinutes": 20,
        },
        [
            {"algorithm": "thompson_sampling"},
            {"warmupImpressions": 70},
            {"recomputeIntervalMinutes": 25},
        ],
    ),
    "outputConfig": ({"format": "webp", "quality": 80}, [{"format": "jpeg"}, {"quality": 70}]),
}
MERGES = [
    (config, before, change) for config, (before, changes) in CONFIGS.items() for change in changes
]


@pytest.mark.rule("update.configs-merged")
@pytest.mark.parametrize(("config", "before", "change"), MERGES, ids=str)
def test_configs_merged(lab: Lab, config: str, before: Json, change: Json) -> None:
    """A member that is not sent stays."""
    made: Json = {config: before}
    uid = lab.experiment(**made)["uid"]
    assertions.status(lab.update(uid, {config: change}), 200)
    assertions.same(lab.read(uid).get(config), {**before, **change}, config)


@pytest.mark.rule("update.variants-replaced")
def test_variants_replaced(lab: Lab) -> None:
    """A variant that stays keeps its counters and nothing else, and a new one starts at 0."""
    made = lab.experiment("running", **FULL)
    lab.report(made, {"v0": (1, 0), "v1": (2, 1)})
    lab.halt(made["uid"])
    sent = [{"id": "v2", "weight": 4000}, {"id": "v1", "weight": 6000}]
    assertions.status(lab.update(made["uid"], {"variants": sent}), 200)
    counters = [{"impressions": 0, "clicks": 0}, {"impressions": 2, "clicks": 1}]
    expected = [{**variant, **counted} for variant, counted in zip(sent, counters, strict=True)]
    assertions.same(lab.read(made["uid"])["variants"], expected, "variants")


@pytest.mark.rule("update.variants-replaced")
def test_variants_replaced_go_on(lab: Lab) -> None:
    """What comes after is counted on top, for the new variant too."""
    made = lab.experiment("running")
    lab.report(made, {"v0": (1, 0), "v1": (0, 0)})
    lab.halt(made["uid"])
    new = [{"id": "v0", "weight": 1}, {"id": "new", "weight": 9999}]
    assertions.status(lab.update(made["uid"], {"variants": new}), 200)
    lab.resume(made["uid"])
    assertions.taken(lab.events([event(made, variant="v0"), event(made, variant="new")]), 2)
    lab.counted(made["uid"], {"v0": (2, 0), "new": (1, 0)})


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
def test_read_only_ignored(lab: Lab, member: str) -> None:
    """A read-only member makes no difference."""
    before = lab.existing("running")
    assertions.status(lab.update(before["uid"], {member: READ_ONLY[member], "name": "New"}), 200)
    after = lab.read(before["uid"])
    assertions.same(
        {**after, "updatedAt": None}, {**before, "name": "New", "updatedAt": None}, "the experiment"
    )
    assert after.get("updatedAt") != READ_ONLY["updatedAt"], "updatedAt was taken from the request"


@pytest.mark.rule("update.read-only-ignored")
def test_read_only_ignored_counters(lab: Lab) -> None:
    """Counters that are sent make no difference."""
    before = lab.existing()
    sent = [{**variant, "impressions": 900, "clicks": 90} for variant in variants(2500, 7500)]
    assertions.status(lab.update(before["uid"], {"variants": sent}), 200)
    shown = lab.read(before["uid"])
    assertions.same(
        [variant.get("weight") for variant in shown["variants"]], [2500, 7500], "the weights"
    )
    assertions.same(lab.counters(before["uid"]), {"v0": (0, 0), "v1": (0, 0)}, "the counters")


FULLER: Json = {**FULL, "templateUid": "tmpl_first"}
OPTIONAL = [field for field in FULLER if field != "variants"]


@pytest.mark.rule("update.null")
@pytest.mark.parametrize("field", OPTIONAL)
def test_null(lab: Lab, field: str) -> None:
    """Null leaves an optional field as if it had never been set."""
    blank, uid = lab.existing(), lab.experiment(**FULLER)["uid"]
    assertions.status(lab.update(uid, {field: None}), 200)
    after = lab.read(uid)
    assertions.same(
        {field: after[field]} if field in after else {},
        {field: blank[field]} if field in blank else {},
        field,
    )
    assertions.shows(
        after, {name: value for name, value in FULLER.items() if name != field}, "the other fields"
    )


@pytest.mark.rule("update.null")
@pytest.mark.parametrize(
    ("config", "member"), [("outputConfig", "quality"), ("banditConfig", "warmupImpressions")]
)
def test_null_in_config(lab: Lab, config: str, member: str) -> None:
    """Null leaves a member of a configuration as if it had never been set."""
    blank, uid = lab.existing(), lab.experiment(**FULL)["uid"]
    assertions.status(lab.update(uid, {config: {member: None}}), 200)
    default = (blank.get(config) or {}).get(member)
    assertions.same(lab.read(uid).get(config), {**FULL[config], member: default}, config)


@pytest.mark.rule("update.null")
@pytest.mark.parametrize("field", ["name", "slug", "variants"])
def test_null_required(lab: Lab, field: str) -> None:
    """Null on a required field is refused."""
    refused(lab, lab.existing(**FULL), {"hypothesis": "With it", field: None}, f"/{field}")


def unfit(lab: Lab, kind: str) -> list[Json]:
    """Variants that do not go together."""
    first, second = variants(5000, 5000)
    if kind == "one-too-many":
        most = assertions.json_of(assertions.status(lab.quota(), 200)).get("maxVariants")
        return variants(*(10000 - most if index == 0 else 1 for index in range(most + 1)))
    return {
        "none": [],
        "one": variants(10000),
        "repeated-id": [first, {**second, "id": "v0"}],
        "second-default": [{**first, "isDefault": True}, {**second, "isDefault": True}],
    }[kind]


@pytest.mark.rule("update.variants-bounds")
@pytest.mark.parametrize("kind", ["none", "one", "one-too-many", "repeated-id", "second-default"])
def test_variants_bounds(lab: Lab, kind: str) -> None:
    """Variants that do not go together are refused."""
    problem = refused(lab, lab.existing(), {"name": "With it", "variants": unfit(lab, kind)})
    named = assertions.faults(problem)
    assert named, "no errors"
    assert all(field.startswith("/variants") for field, _ in named), f"errors name {named}"


@pytest.mark.rule("update.variants-bounds")
def test_variants_bounds_fit(lab: Lab) -> None:
    """As many variants as the plan allows, one of them the default, are accepted."""
    uid, most = (
        lab.experiment()["uid"],
        assertions.json_of(assertions.status(lab.quota(), 200)).get("maxVariants"),
    )
    first, *rest = variants(10000, *[0] * (most - 1))
    assertions.status(lab.update(uid, {"variants": [{**first, "isDefault": True}, *rest]}), 200)
    assertions.same(len(lab.read(uid)["variants"]), most, "the number of variants")


SLUGS = ["ab", "x" * 61, "-abc", "abc-", "Abc", "a_b", "a b", "a/b", "ab\n", "\u00e9t\u00e9", ""]
RESERVED = ["events", "api", "admin", "health", "status", "pixel", "track", "sdk"]


@pytest.mark.rule("update.slug-bounds")
@pytest.mark.parametrize("slug", [*SLUGS, *RESERVED], ids=ascii)
def test_slug_bounds(lab: Lab, slug: str) -> None:
    """A malformed and a reserved slug are refused."""
    refused(lab, lab.existing(), {"name": "With it", "slug": slug}, "/slug")


@pytest.mark.rule("update.slug-bounds")
def test_slug_bounds_fit(lab: Lab) -> None:
    """A slug of 60 characters is accepted."""
    uid, slug = lab.experiment()["uid"], lab.new_slug(60)
    assertions.status(lab.update(uid, {"slug": slug}), 200)
    assertions.same(lab.read(uid)["slug"], slug, "the slug")


@pytest.mark.rule("update.hypothesis-length")
@pytest.mark.parametrize("letter", ["h", "\u00e9"], ids=["ascii", "two-byte"])
def test_hypothesis_length(lab: Lab, letter: str) -> None:
    """A hypothesis has 500 characters at most."""
    uid = lab.experiment()["uid"]
    assertions.status(lab.update(uid, {"hypothesis": letter * 500}), 200)
    problem = refused(lab, lab.read(uid), {"hypothesis": letter * 501})
    assertions.same(
        sorted(assertions.faults(problem)),
        [("/hypothesis", "too_long")],
        "field and code of the errors",
    )


def rule(operator: str) -> Json:
    """A rule of a condition tree."""
    return {"type": "rule", "property": "country", "ruleOperator": operator, "value": "DE"}


def group(*children: Json) -> Json:
    """A group of a condition tree."""
    return {"type": "group", "operator": "AND", "children": list(children)}


GOALS = [
    pytest.param({"destinationUrl": "javascript:alert(1)"}, id="javascript"),
    pytest.param({"destinationUrl": "ftp://shop.example.com/"}, id="ftp"),
    pytest.param({"destinationUrl": "/summer"}, id="relative"),
    pytest.param({"destinationUrl": ""}, id="empty"),
    pytest.param({"type": "click_through"}, id="none"),
]
TARGETING = [
    pytest.param(
        "smart_link", "conditions", group(group(group(group(rule("equals"))))), id="four-levels"
    ),
    pytest.param("smart_link", "conditions", group(rule("resembles")), id="unknown-operator"),
    pytest.param("smart_link", "conditions", group(), id="empty-group"),
    pytest.param(
        "scheduled",
        "schedule",
        {"startAt": "2026-03-02T09:00:00Z", "endAt": "2026-03-02T09:00:00Z"},
        id="no-time",
    ),
    pytest.param(
        "scheduled",
        "schedule",
        {"recurrence": {"type": "cron", "cronExpression": "61 * * * *"}},
        id="cron",
    ),
    pytest.param(
        "scheduled", "schedule", {"recurrence": {"timezone": "Mars/Olympus"}}, id="time-zone"
    ),
]


@pytest.mark.rule("update.bounds-of-values")
@pytest.mark.parametrize("goal", GOALS)
def test_bounds_of_values_goal(lab: Lab, goal: Json) -> None:
    """A destination is judged as on create."""
    refused(
        lab, lab.existing(), {"name": "With it", "goalConfig": goal}, "/goalConfig/destinationUrl"
    )


@pytest.mark.rule("update.bounds-of-values")
@pytest.mark.parametrize(("kind", "member", "value"), TARGETING)
def test_bounds_of_values_targeting(lab: Lab, kind: str, member: str, value: Any) -> None:
    """Conditions and schedules are judged as on create."""
    first, second = variants(5000, 5000)
    sent = [first, {**second, member: value}]
    problem = refused(lab, lab.existing(type=kind), {"name": "With it", "variants": sent})
    named = [field for field, _ in assertions.faults(problem)]
    assert named, "no errors"
    assert all(field.startswith(f"/variants/1/{member}") for field in named), f"errors name {named}"
