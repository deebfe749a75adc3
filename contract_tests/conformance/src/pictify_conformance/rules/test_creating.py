"""Creating experiments: what is made, what it shows, and which fields are refused."""

from typing import Any

import pytest

from pictify_conformance import spec
from pictify_conformance.testing import assertions
from pictify_conformance.testing.experiments import Lab
from pictify_conformance.testing.image_templates import EXAMPLE
from pictify_conformance.testing.payloads import DESTINATION, Json, variants
from pictify_conformance.testing.plan_limits import has_bandits

TYPES = ("ab_test", "smart_link", "scheduled")
EXAMPLES = {
    name: spec.document()["components"]["examples"][name]["value"]
    for name in ("CreateAbTest", "CreateSmartLink", "CreateScheduled")
}
EVERY_FIELD: Json = {
    "type": "ab_test",
    "name": 'Sommer & "Winter", 夏 🎈',
    "templateUid": "tmpl_whole",
    "variants": [
        {
            "id": "first",
            "name": "Première",
            "templateUid": "tmpl_first",
            "variables": {
                "headline": "Été",
                "size": 12.5,
                "on": True,
                "off": False,
                "list": [1, [2]],
                "deep": {"a": {"b": ""}},
                "a.b": 0.1,
                "$c": "d",
                "none": None,
            },
            "weight": 1,
            "isDefault": False,
        },
        {"id": "second", "name": "Deuxième", "weight": 9999, "isDefault": True},
    ],
    "goalConfig": {"type": "click_through", "destinationUrl": f"{DESTINATION}/Sale?a=1&b=%20#c"},
    "banditConfig": {
        "enabled": False,
        "algorithm": "thompson_sampling",
        "warmupImpressions": 25,
        "recomputeIntervalMinutes": 30,
    },
    "hypothesis": "Less is more.\nOr not?",
    "minimumSampleSize": 250,
    "confidenceThreshold": 0.975,
    "minimumRunDays": 3,
    "outputConfig": {"format": "webp", "quality": 75},
    "fallbackImageUrl": "https://cdn.example.com/over.png",
}
OF_EACH_TYPE: list[Json] = [
    {
        **{field: value for field, value in EVERY_FIELD.items() if field != "banditConfig"},
        "type": type_,
        "variants": [
            {"id": "first", "variables": {"headline": "One"}, "weight": 5000},
            {"id": "second", "variables": {"headline": "Two"}, "weight": 3000},
            {
                "id": "third",
                "name": "Troisième",
                "variables": {"headline": "Three"},
                "weight": 2000,
                "isDefault": True,
            },
        ],
    }
    for type_ in TYPES
]
REQUEST_ONLY = {"fallbackTemplateUid": "tmpl_fallback_only"}


@pytest.mark.rule("create.draft")
@pytest.mark.parametrize("example", EXAMPLES)
def test_draft(lab: Lab, example: str) -> None:
    """A valid create of each type is 201 and makes a draft."""
    made = lab.accepted(lab.body(**{**EXAMPLES[example], "slug": lab.new_slug()}))
    assertions.same(made.get("status"), "draft", "status")
    assertions.same(lab.read(made["uid"]).get("status"), "draft", "status in a later read")


@pytest.mark.rule("create.draft")
def test_draft_with_templates_of_variants(lab: Lab) -> None:
    """Where each variant names its own template, the experiment needs none."""
    rows = [{**row, "templateUid": EXAMPLE} for row in variants(5000, 5000)]
    lab.accepted(lab.body(variants=rows, templateUid=...))


@pytest.mark.rule("create.no-template")
def test_no_template(lab: Lab) -> None:
    """An experiment of no template is made and started."""
    made = lab.accepted(lab.body(templateUid=...))
    assertions.status(lab.start(made["uid"]), 200)


@pytest.mark.rule("create.draft")
def test_draft_of_the_same_name(lab: Lab) -> None:
    """Two experiments may have one name: nothing but the slug has to be unique."""
    first = lab.accepted(lab.body())
    second = lab.accepted(lab.body(name=first["name"]))
    assertions.same(len({first["uid"], second["uid"]}), 2, "how many uids two creates are given")


@pytest.mark.rule("create.echo")
@pytest.mark.parametrize(
    "fields",
    [EVERY_FIELD, *OF_EACH_TYPE, *EXAMPLES.values()],
    ids=["every field", *TYPES, *EXAMPLES],
)
def test_echo(lab: Lab, fields: Json) -> None:
    """What was sent is what the answer and a later read show."""
    sent = without_dates(lab.body(**{**fields, "slug": lab.new_slug()}))
    made = lab.accepted({**sent, **lab.templates.fitted(REQUEST_ONLY)})
    for shown, where in ((made, "the answer"), (lab.read(made["uid"]), "a later read")):
        assertions.shows(shown, sent, where)
        assertions.same(variables(shown, sent), variables(sent, sent), f"the variables in {where}")


@pytest.mark.rule("create.request-only")
def test_request_only(lab: Lab) -> None:
    """What no page shows in an experiment is in no answer."""
    made = lab.accepted(lab.body(**REQUEST_ONLY))
    for answer in (made, lab.read(made["uid"]), *lab.rows()):
        assertions.same(
            sorted(REQUEST_ONLY.keys() & answer.keys()), [], "the members of a request alone"
        )


def without_dates(body: Json) -> Json:
    """The body with its schedules left out: they may come back in another notation."""
    rows = [
        {key: value for key, value in variant.items() if key != "schedule"}
        for variant in body["variants"]
    ]
    return {**body, "variants": rows}


def variables(experiment: Json, sent: Json) -> list[Any]:
    """The variables of each variant that was sent with some; they are free-form and come back exactly."""
    rows = zip(experiment["variants"], sent["variants"], strict=True)
    return [shown.get("variables") for shown, row in rows if "variables" in row]


@pytest.mark.rule("create.echo")
@pytest.mark.parametrize("format_", ["png", "jpeg", "webp"])
def test_echo_words(lab: Lab, format_: str) -> None:
    """Each output format comes back as it was sent."""
    kept(lab, outputConfig={"format": format_, "quality": 100})


@pytest.mark.rule("create.echo")
def test_echo_of_a_bandit(lab: Lab) -> None:
    """Whether an A/B test has auto-optimisation comes back as it was sent, on where the plan has it."""
    kept(lab, banditConfig={"enabled": has_bandits(lab.quota())})


def kept(lab: Lab, **fields: Any) -> None:
    """The fields are accepted, and the answer and a later read show them."""
    sent = lab.body(**fields)
    made = lab.accepted(sent)
    assertions.shows(made, sent, "the answer")
    assertions.shows(lab.read(made["uid"]), sent, "a later read")


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
def test_no_other_bounds(lab: Lab, fields: Json) -> None:
    """Numbers and texts have the published bounds and no others."""
    kept(lab, **fields)


@pytest.mark.rule("create.echo")
def test_echo_of_what_may_be_refused(lab: Lab) -> None:
    """What no page bounds is kept as it was sent, unless it is refused."""
    for fields in UNBOUNDED:
        sent = lab.body(**fields)
        if made := lab.unless_refused(sent):
            assertions.shows(made, sent, "the answer")
            assertions.shows(lab.read(made["uid"]), sent, "a later read")
            lab.remove(made["uid"])


@pytest.mark.rule("create.required")
def test_required(lab: Lab) -> None:
    """A create without one of the required fields, or without any, is 400 and leaves nothing behind."""
    missing = [lab.body(**{field: ...}) for field in ("name", "type", "slug", "variants")]
    lab.all_refused([{}, *missing], 400)


WRONG_TYPES: dict[str, list[Any]] = {
    "name": [7, True, None, ["Summer"], {"en": "Summer"}],
    "type": [7, None, ["ab_test"], "multivariate", "AB_TEST", "ab-test", "ab_test ", "bandit", ""],
    "slug": [7, True, None, ["summer"], {}],
    "variants": [7, None, "v0", {"v0": 5000, "v1": 5000}, ["v0", "v1"], [5000, 5000], [[], []]],
    "templateUid": [7, ["tmpl_xyz789"], {}],
    "hypothesis": [7, False, ["more"], {}],
    "minimumSampleSize": ["1000", True, [1000], 10.5],
    "confidenceThreshold": ["0.95", True, [0.95]],
    "minimumRunDays": ["7", True, {}, 1.5],
    "fallbackImageUrl": [7, ["https://cdn.example.com/a.png"]],
    "fallbackTemplateUid": [7, ["tmpl_xyz789"]],
    "goalConfig": [
        "impressions_only",
        [],
        7,
        {"type": 7},
        {"destinationUrl": 7},
        {"destinationUrl": [DESTINATION]},
    ],
    "banditConfig": [
        "on",
        [],
        True,
        {"enabled": "false"},
        {"enabled": 0},
        {"algorithm": 7},
        {"warmupImpressions": "50"},
    ],
    "outputConfig": ["png", [], {"format": 7}, {"quality": "90"}, {"quality": True}],
}
WRONG_TYPES_OF_VARIANT: dict[str, list[Any]] = {
    "id": [7, None, ["v0"], {}],
    "weight": ["5000", None, [5000], {}],
    "name": [7, {}],
    "templateUid": [7],
    "variables": ["headline", [], 7],
    "isDefault": ["true", 1, []],
    "conditions": ["always", 7, []],
    "schedule": [
        "daily",
        7,
        [],
        {"startAt": 7},
        {"endAt": 7},
        {"recurrence": "daily"},
        {"recurrence": {"timezone": 7}},
    ],
}


@pytest.mark.rule("create.types")
@pytest.mark.parametrize("member", WRONG_TYPES)
def test_types(lab: Lab, member: str) -> None:
    """A member of the wrong JSON type, or an unknown experiment type, is 400 and leaves nothing behind."""
    lab.all_refused([lab.body(**{member: wrong}) for wrong in WRONG_TYPES[member]], 400)


@pytest.mark.rule("create.types")
@pytest.mark.parametrize("member", WRONG_TYPES_OF_VARIANT)
def test_types_of_variant(lab: Lab, member: str) -> None:
    """A member of a variant that has the wrong JSON type is 400 and leaves nothing behind."""
    first, second = variants(5000, 5000)
    type_ = {"conditions": "smart_link", "schedule": "scheduled"}.get(member, "ab_test")
    wrong = [[{**first, member: value}, second] for value in WRONG_TYPES_OF_VARIANT[member]]
    lab.all_refused([lab.body(type=type_, variants=rows) for rows in wrong], 400)


@pytest.mark.rule("create.types")
def test_types_boolean_weight(lab: Lab) -> None:
    """true is no 1: weights of true and 9,999 are 400."""
    lab.all_refused(
        [lab.body(variants=[{"id": "v0", "weight": True}, {"id": "v1", "weight": 9999}])], 400
    )


@pytest.mark.rule("create.name-length")
@pytest.mark.parametrize("letter", ["n", "é", "夏", "🎈"])
def test_name_length(lab: Lab, letter: str) -> None:
    """A name of 255 characters, however many bytes or surrogates that is, is kept; one of 256 is 400."""
    length_bound(lab, "name", letter, 255)


@pytest.mark.rule("create.hypothesis-length")
@pytest.mark.parametrize("letter", ["n", "é", "夏", "🎈"])
def test_hypothesis_length(lab: Lab, letter: str) -> None:
    """A hypothesis of 500 characters, however many bytes or surrogates that is, is kept; one of 501 is 400."""
    length_bound(lab, "hypothesis", letter, 500)


@pytest.mark.rule("create.hypothesis-length")
def test_hypothesis_length_of_each_type(lab: Lab) -> None:
    """A hypothesis of 501 characters is 400, whatever the type."""
    lab.all_refused([lab.body(type=type_, hypothesis="n" * 501) for type_ in TYPES], 400)


def length_bound(lab: Lab, field: str, letter: str, longest: int) -> None:
    """A text of the field may be this long and no longer."""
    text = lab.new_slug().ljust(longest, letter)
    made = lab.accepted(lab.body(**{field: text}))
    assertions.same(lab.read(made["uid"]).get(field), text, field)
    lab.all_refused(
        [lab.body(**{field: text + letter}), lab.body(**{field: text + letter * 1000})], 400
    )
