"""Creating experiments: what the response shows, and the fields that are refused."""

import pytest

from pictify_conformance import spec
from pictify_conformance.rules.parameters import of_rule
from pictify_conformance.testing import ApiClient, Experiments
from pictify_conformance.testing.assertions import (
    assert_equal,
    assert_includes,
    assert_status,
)
from pictify_conformance.testing.image_templates import EXAMPLE
from pictify_conformance.testing.payloads import DESTINATION, STATUSES, TYPES, Json, variants
from pictify_conformance.testing.plan_limits import has_auto_optimisation

EXAMPLES = {
    name: spec.document()["components"]["examples"][name]["value"]
    for name in ("CreateAbTest", "CreateSmartLink", "CreateScheduled")
}
THREE_VARIANTS: list[Json] = [
    {"id": "first", "variables": {"headline": "One"}, "weight": 7000},
    {"id": "second", "variables": {"headline": "Two"}, "weight": 3000, "isDefault": True},
    {"id": "third", "variables": {"headline": "Three"}, "weight": 0},
]
OF_EACH_TYPE: list[Json] = [{"type": type_, "variants": THREE_VARIANTS} for type_ in TYPES]
REQUEST_ONLY = {"fallbackTemplateUid": "tmpl_fallback_only"}


@pytest.mark.rule("create.draft")
@pytest.mark.parametrize("example", EXAMPLES)
def test_draft(experiments: Experiments, example: str) -> None:
    fields = {**EXAMPLES[example], "slug": experiments.new_slug()}
    experiment = experiments.assert_created(experiments.body(**fields))
    assert_equal(experiment.get("status"), "draft", "status")
    assert_equal(
        experiments.read(experiment["uid"]).get("status"), "draft", "status in a later read"
    )


@pytest.mark.rule("create.draft")
def test_draft_with_templates_of_variants_only(experiments: Experiments) -> None:
    rows = [{**row, "templateUid": EXAMPLE} for row in variants(5000, 5000)]
    experiments.assert_created(experiments.body(variants=rows, templateUid=...))


@pytest.mark.rule("create.draft")
def test_draft_with_another_status_in_the_body(experiments: Experiments) -> None:
    """The docs do not say whether a member that is not documented is refused or ignored."""
    for status in STATUSES:
        created = experiments.create_unless_refused(experiments.body(status=status))
        for shown in (created, experiments.read(created["uid"])) if created else ():
            assert_equal(shown.get("status"), "draft", f"status of a create with {status}")


@pytest.mark.rule("create.no-template")
def test_no_template(api: ApiClient, experiments: Experiments) -> None:
    experiment = experiments.assert_created(experiments.body(templateUid=...))
    assert_status(api.start(experiment["uid"]), 200)


@pytest.mark.rule("create.draft")
def test_draft_with_the_name_of_another(experiments: Experiments) -> None:
    first = experiments.assert_created(experiments.body())
    second = experiments.assert_created(experiments.body(name=first["name"]))
    assert_equal(len({first["uid"], second["uid"]}), 2, "the number of uids of two creates")


def assert_echoed(experiments: Experiments, sent: Json) -> None:
    """Assert that a create is accepted, and shown by the response and a later read."""
    experiment = experiments.assert_created(sent)
    assert_includes(experiment, sent, "the answer")
    assert_includes(experiments.read(experiment["uid"]), sent, "a later read")


@pytest.mark.rule("create.echo")
@pytest.mark.parametrize("fields", [*EXAMPLES.values(), *OF_EACH_TYPE], ids=[*EXAMPLES, *TYPES])
def test_echo(experiments: Experiments, fields: Json) -> None:
    """Schedules have tests of their own: they may come back in another notation."""
    sent = experiments.body(**{**fields, "slug": experiments.new_slug()})
    sent["variants"] = [
        {key: value for key, value in row.items() if key != "schedule"} for row in sent["variants"]
    ]
    assert_echoed(experiments, sent)


@pytest.mark.rule("create.request-only")
def test_request_only(experiments: Experiments) -> None:
    experiment = experiments.assert_created(experiments.body(**REQUEST_ONLY))
    for shown in (experiment, experiments.read(experiment["uid"]), *experiments.rows()):
        found = sorted(REQUEST_ONLY.keys() & shown.keys())
        assert_equal(found, [], "members of a request alone")


@pytest.mark.rule("create.echo")
def test_echo_of_auto_optimisation(api: ApiClient, experiments: Experiments) -> None:
    """It is enabled if the plan has it."""
    is_enabled = has_auto_optimisation(api.get_quota())
    assert_echoed(experiments, experiments.body(banditConfig={"enabled": is_enabled}))


UNBOUNDED: list[Json] = [
    *(
        {name: number}
        for name in ("minimumSampleSize", "minimumRunDays", "confidenceThreshold")
        for number in (0, 9999)
    ),
    *({"outputConfig": {"quality": number}} for number in (0, 0.5, 101)),
    {"banditConfig": {"warmupImpressions": 0, "recomputeIntervalMinutes": 0}},
    {
        "minimumSampleSize": 5_000_000_000,
        "minimumRunDays": 40_000,
        "confidenceThreshold": 0.987654321,
    },
    {"banditConfig": {"warmupImpressions": 40_000, "recomputeIntervalMinutes": 40_000}},
    {"minimumSampleSize": 40_000},
    {"fallbackImageUrl": f"{DESTINATION}/{'long/' * 200}"},
    {"hypothesis": ""},
    {"name": ""},
    {"variants": [{"id": letter * 100, "name": letter * 1000, "weight": 5000} for letter in "vV"]},
]


@pytest.mark.rule("create.no-other-bounds")
@pytest.mark.parametrize("fields", UNBOUNDED, ids=lambda fields: "-".join(fields))
def test_no_other_bounds(experiments: Experiments, fields: Json) -> None:
    assert_echoed(experiments, experiments.body(**fields))


@pytest.mark.rule("create.echo")
def test_echo_of_unbounded_values(experiments: Experiments, api: ApiClient) -> None:
    """The docs do not define their bounds, so they may be refused."""
    for fields in UNBOUNDED:
        sent = experiments.body(**fields)
        if experiment := experiments.create_unless_refused(sent):
            assert_includes(experiment, sent, "the answer")
            assert_includes(experiments.read(experiment["uid"]), sent, "a later read")
            api.remove(experiment["uid"])


@pytest.mark.rule("create.required")
def test_required(experiments: Experiments) -> None:
    required = ("name", "type", "slug", "variants")
    missing = [experiments.body(**{field: ...}) for field in required]
    experiments.assert_creates_refused([{}, *missing], 400)


@pytest.mark.parametrize(
    ("field", "longest"),
    [
        of_rule("create.name-length", "name", 255),
        of_rule("create.hypothesis-length", "hypothesis", 500),
    ],
)
@pytest.mark.parametrize("letter", ["n", "é", "夏", "🎈"])
def test_length(experiments: Experiments, field: str, longest: int, letter: str) -> None:
    """A letter of several bytes, or of two surrogates, counts once."""
    text = experiments.new_slug().ljust(longest, letter)
    experiment = experiments.assert_created(experiments.body(**{field: text}))
    assert_equal(experiments.read(experiment["uid"]).get(field), text, field)
    too_long = [text + letter, text + letter * 1000]
    experiments.assert_creates_refused(
        [experiments.body(**{field: each}) for each in too_long], 400
    )


@pytest.mark.rule("create.hypothesis-length")
def test_hypothesis_length_of_each_type(experiments: Experiments) -> None:
    too_long = [experiments.body(type=type_, hypothesis="n" * 501) for type_ in TYPES]
    experiments.assert_creates_refused(too_long, 400)
