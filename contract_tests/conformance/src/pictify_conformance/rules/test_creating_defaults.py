"""Creating experiments: what fields hold that were not sent, sent as null, or are not the caller's to set."""

from typing import Any

import pytest

from pictify_conformance.testing import assertions
from pictify_conformance.testing.experiments import Lab
from pictify_conformance.testing.payloads import DESTINATION, Json, variants

TYPES = ("ab_test", "smart_link", "scheduled")
DEFAULTS: Json = {
    "goalConfig": {"type": "impressions_only"},
    "banditConfig": {
        "enabled": False,
        "algorithm": "thompson_sampling",
        "warmupImpressions": 50,
        "recomputeIntervalMinutes": 15,
    },
    "outputConfig": {"format": "png", "quality": 90},
    "minimumSampleSize": 1000,
    "confidenceThreshold": 0.95,
    "minimumRunDays": 7,
    "winnerVariantId": None,
    "winnerDeclaredAt": None,
}
SHOWN = {name: default for name, default in DEFAULTS.items() if default is not None}
PARTS = [
    ("goalConfig", "destinationUrl", DESTINATION),
    ("banditConfig", "warmupImpressions", 9),
    ("outputConfig", "quality", 9),
]


@pytest.mark.rule("create.defaults")
@pytest.mark.parametrize("type_", TYPES)
def test_defaults(lab: Lab, type_: str) -> None:
    """What was not sent has its published default, and what has none is absent."""
    body = lab.body(type=type_)
    made = lab.accepted(body)
    unseen = {"impressions": 0, "clicks": 0}
    expected = {
        **body,
        **DEFAULTS,
        "status": "draft",
        "variants": [{**variant, **unseen} for variant in body["variants"]],
        **{key: made.get(key) for key in ("uid", "createdAt", "updatedAt")},
    }
    assertions.same(made, expected, "the experiment")


@pytest.mark.rule("create.defaults")
@pytest.mark.parametrize(("config", "member", "value"), PARTS)
def test_defaults_of_the_rest(lab: Lab, config: str, member: str, value: Any) -> None:
    """A configuration that is sent in part has the defaults for the rest."""
    made = lab.accepted(lab.body(**{config: {member: value}}))
    assertions.same(made.get(config), {**DEFAULTS[config], member: value}, config)


IN_PART: list[Json] = [
    {},
    {
        "goalConfig": {"destinationUrl": DESTINATION},
        "banditConfig": {"enabled": False},
        "outputConfig": {"format": "webp"},
    },
    {"banditConfig": {"recomputeIntervalMinutes": 9}, "outputConfig": {"quality": 9}},
]


@pytest.mark.rule("create.published-defaults")
@pytest.mark.parametrize("fields", IN_PART, ids=["none", "half of each", "other halves"])
def test_published_defaults(lab: Lab, fields: Json) -> None:
    """What was not sent is absent or has its published default."""
    made = lab.accepted(lab.body(**fields))
    for shown in (made, lab.read(made["uid"])):
        held = assertions.of(shown, SHOWN)
        assertions.same(
            held, assertions.of(merged(SHOWN, fields), held), "what has a published default"
        )
        rows = [assertions.of(row, {"impressions": 0, "clicks": 0}) for row in shown["variants"]]
        assertions.same(
            [any(row.values()) for row in rows], [False, False], "whether a counter is above 0"
        )


def merged(defaults: Json, fields: Json) -> Json:
    """The defaults, with what was sent in their place."""
    return {
        **defaults,
        **{config: {**defaults[config], **members} for config, members in fields.items()},
    }


@pytest.mark.rule("create.counters-ignored")
def test_counters_ignored(lab: Lab) -> None:
    """Counters that are sent are not refused and not kept."""
    rows = [{**variant, "impressions": 70, "clicks": 7} for variant in variants(5000, 5000)]
    made = lab.accepted(lab.body(variants=rows))
    assertions.same(
        [(row.get("impressions"), row.get("clicks")) for row in made["variants"]],
        [(0, 0)] * 2,
        "the answer",
    )
    assertions.same(
        lab.counters(made["uid"]), {"v0": (0, 0), "v1": (0, 0)}, "the counters in a later read"
    )


OPTIONAL = (
    *DEFAULTS.keys() - {"winnerVariantId", "winnerDeclaredAt"},
    "templateUid",
    "hypothesis",
    "fallbackImageUrl",
)
OPTIONAL_OF_VARIANT = ("name", "templateUid", "variables", "isDefault", "conditions", "schedule")
UNLIKE = ("uid", "name", "slug", "createdAt", "updatedAt")


def alike(experiment: Json) -> Json:
    """The experiment without what differs between any two."""
    return {key: value for key, value in experiment.items() if key not in UNLIKE}


@pytest.mark.rule("create.null")
def test_null_is_absent(lab: Lab) -> None:
    """Null for every optional field makes the same experiment as leaving them out."""
    plain = lab.accepted(lab.body())
    rows = [{**variant, **dict.fromkeys(OPTIONAL_OF_VARIANT)} for variant in variants(5000, 5000)]
    nulls = lab.body(**dict.fromkeys((*OPTIONAL, "fallbackTemplateUid")), variants=rows)
    assertions.same(alike(lab.accepted(nulls)), alike(plain), "the experiment made with nulls")


@pytest.mark.rule("create.null")
@pytest.mark.parametrize("config", ["goalConfig", "banditConfig", "outputConfig"])
def test_null_is_absent_in(lab: Lab, config: str) -> None:
    """Null for every member of a configuration gives its defaults."""
    members = {
        **dict.fromkeys(DEFAULTS[config]),
        **({"destinationUrl": None} if config == "goalConfig" else {}),
    }
    assertions.same(
        lab.accepted(lab.body(**{config: members})).get(config), DEFAULTS[config], config
    )


@pytest.mark.rule("create.null")
@pytest.mark.parametrize(
    "field", ["/name", "/type", "/slug", "/variants", "/variants/0/id", "/variants/0/weight"]
)
def test_null_where_required(lab: Lab, field: str) -> None:
    """Null for a required field is 400 and named."""
    first, second = variants(5000, 5000)
    member = field.rpartition("/")[2]
    fields = (
        {"variants": [{**first, member: None}, second]} if field.count("/") > 1 else {member: None}
    )
    assertions.problem(lab.create(lab.body(**fields)), 400, "validation-error", field)
