"""Creating experiments: fields that are not sent, sent as null, or not the caller's to set."""

from typing import Any

import pytest

from pictify_conformance.testing import ApiClient, Counters, Experiments
from pictify_conformance.testing.assertions import assert_equal, assert_problem
from pictify_conformance.testing.counters import NO_COUNTS
from pictify_conformance.testing.payloads import DESTINATION, TYPES, Json, variants
from pictify_conformance.testing.responses import common_keys

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
}
NO_WINNER: Json = {"winnerVariantId": None, "winnerDeclaredAt": None}
NOT_SEEN: Json = {"impressions": 0, "clicks": 0}
RECURRENCE: Json = {"type": "none", "timezone": "UTC"}
OF_VARIANT: Json = {**NOT_SEEN, "isDefault": False, "schedule": {"recurrence": RECURRENCE}}


@pytest.mark.rule("create.defaults")
@pytest.mark.parametrize("type_", TYPES)
def test_defaults(experiments: Experiments, type_: str) -> None:
    body = experiments.body(type=type_)
    experiment = experiments.assert_created(body)
    expected = {
        **body,
        **DEFAULTS,
        **NO_WINNER,
        "status": "draft",
        "variants": [{**variant, **NOT_SEEN} for variant in body["variants"]],
        **{key: experiment.get(key) for key in ("uid", "createdAt", "updatedAt")},
    }
    assert_equal(experiment, expected, "the experiment")


@pytest.mark.rule("create.defaults")
@pytest.mark.parametrize(
    ("config", "member", "value"),
    [
        ("goalConfig", "destinationUrl", DESTINATION),
        ("banditConfig", "warmupImpressions", 9),
        ("outputConfig", "quality", 9),
    ],
)
def test_defaults_of_other_members(
    experiments: Experiments, config: str, member: str, value: Any
) -> None:
    experiment = experiments.assert_created(experiments.body(**{config: {member: value}}))
    assert_equal(experiment.get(config), {**DEFAULTS[config], member: value}, config)


SOME_MEMBERS: list[Json] = [
    {},
    {
        "goalConfig": {"destinationUrl": DESTINATION},
        "banditConfig": {"enabled": False},
        "outputConfig": {"format": "webp"},
    },
    {"banditConfig": {"recomputeIntervalMinutes": 9}, "outputConfig": {"quality": 9}},
]


@pytest.mark.rule("create.published-defaults")
@pytest.mark.parametrize("fields", SOME_MEMBERS, ids=["none", "half of each", "other halves"])
def test_published_defaults(experiments: Experiments, fields: Json) -> None:
    """A default may be absent from the response."""
    merged = {config: {**DEFAULTS[config], **members} for config, members in fields.items()}
    experiment = experiments.assert_created(experiments.body(**fields))
    for shown in (experiment, experiments.read(experiment["uid"])):
        found = common_keys(shown, DEFAULTS)
        expected = common_keys({**DEFAULTS, **merged}, found)
        assert_equal(found, expected, "fields with a published default")
        for row in shown["variants"]:
            found = common_keys(row, OF_VARIANT)
            assert_equal(found, common_keys(OF_VARIANT, found), "defaults of a variant")


@pytest.mark.rule("create.published-defaults")
def test_published_defaults_of_a_recurrence(experiments: Experiments) -> None:
    window = {"startAt": "2026-03-16T11:00:00Z", "endAt": "2026-03-16T13:30:00Z"}
    sent = [{"type": "daily"}, {"timezone": "America/New_York"}]
    rows = [
        {**variant, "schedule": {**window, "recurrence": recurrence}}
        for variant, recurrence in zip(variants(5000, 5000), sent, strict=True)
    ]
    experiment = experiments.assert_created(experiments.body(type="scheduled", variants=rows))
    for shown in (experiment, experiments.read(experiment["uid"])):
        for row, members in zip(shown["variants"], sent, strict=True):
            recurrence = (row.get("schedule") or {}).get("recurrence")
            found = common_keys(recurrence or {}, RECURRENCE)
            expected = common_keys({**RECURRENCE, **members}, found)
            assert_equal(found, expected, f"the recurrence of {row['id']}")


@pytest.mark.rule("create.counters-ignored")
def test_counters_ignored(experiments: Experiments, counters: Counters) -> None:
    rows = [{**variant, "impressions": 70, "clicks": 7} for variant in variants(5000, 5000)]
    experiment = experiments.assert_created(experiments.body(variants=rows))
    shown = [(row.get("impressions"), row.get("clicks")) for row in experiment["variants"]]
    assert_equal(shown, [(0, 0)] * 2, "the counters in the answer")
    counters.assert_counts_now(experiment, NO_COUNTS)


OPTIONAL = (*DEFAULTS, "templateUid", "hypothesis", "fallbackImageUrl", "fallbackTemplateUid")
OPTIONAL_OF_VARIANT = ("name", "templateUid", "variables", "isDefault", "conditions", "schedule")
UNLIKE = ("uid", "name", "slug", "createdAt", "updatedAt")


@pytest.mark.rule("create.null")
def test_null_is_absent(experiments: Experiments) -> None:
    """The two experiments differ only in what makes each unique."""
    rows = [{**variant, **dict.fromkeys(OPTIONAL_OF_VARIANT)} for variant in variants(5000, 5000)]
    nulls = experiments.body(**dict.fromkeys(OPTIONAL), variants=rows)
    found, expected = (
        {key: value for key, value in experiment.items() if key not in UNLIKE}
        for experiment in map(experiments.assert_created, (nulls, experiments.body()))
    )
    assert_equal(found, expected, "the experiment made with nulls")


@pytest.mark.rule("create.null")
@pytest.mark.parametrize("config", ["goalConfig", "banditConfig", "outputConfig"])
def test_null_is_absent_in(experiments: Experiments, config: str) -> None:
    more = {"destinationUrl": None} if config == "goalConfig" else {}
    nulls = {**dict.fromkeys(DEFAULTS[config]), **more}
    experiment = experiments.assert_created(experiments.body(**{config: nulls}))
    assert_equal(experiment.get(config), DEFAULTS[config], config)


@pytest.mark.rule("create.null")
@pytest.mark.parametrize(
    "field", ["/name", "/type", "/slug", "/variants", "/variants/0/id", "/variants/0/weight"]
)
def test_null_where_required(api: ApiClient, experiments: Experiments, field: str) -> None:
    first, second = variants(5000, 5000)
    member = field.rpartition("/")[2]
    is_of_variant = field.count("/") > 1
    fields = {"variants": [{**first, member: None}, second]} if is_of_variant else {member: None}
    response = api.create(experiments.body(**fields))
    assert_problem(response, 400, "validation-error", field)
