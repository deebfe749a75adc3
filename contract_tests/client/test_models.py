"""Models: from JSON and back, what is not known, what is not set."""

import copy
import datetime as dt
import pickle
from typing import Any, get_type_hints, is_typeddict

import attrs
import pydantic
import pytest
from pictify_experiments import MissingMemberError, models
from pictify_experiments.models import (
    ConditionGroup,
    ConditionRule,
    CreateExperimentRequest,
    EventType,
    Experiment,
    ExperimentList,
    ExperimentStatus,
    GroupOperator,
    RuleOperator,
    UpdateExperimentRequest,
    Variant,
    VariantInput,
    VariantScheduleInput,
)
from pictify_experiments.types import UNSET, OpenEnum, Unset, read_enum

from .examples import EXAMPLES, MODELS, SPEC, moments, readers

ENUMS: list[type[OpenEnum]] = [
    enum
    for name in models.__all__
    if isinstance(enum := getattr(models, name), type) and issubclass(enum, OpenEnum)
]
DICTS = [kind for name in models.__all__ if is_typeddict(kind := getattr(models, name))]
AT_NINE = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


@pytest.mark.parametrize(("model", "value"), readers())
def test_there_and_back(model: Any, value: dict[str, Any]) -> None:
    """Every example of the spec is the same after it was read and written, copied and pickled."""
    read = model.from_dict(value)
    assert model.from_dict(read.to_dict()) == read
    assert moments(read.to_dict()) == moments(value)
    for twin in (copy.copy(read), copy.deepcopy(read), pickle.loads(pickle.dumps(read))):  # noqa: S301 - it is our own
        assert twin == read
        assert twin.to_dict() == read.to_dict()
    assert model.from_dict({**value, "more": 1}) != read


def test_examples_are_of_most_models() -> None:
    """The examples reach every kind of body."""
    assert {case.values[0].__name__ for case in readers()} >= {
        *(
            "CreateExperimentRequest",
            "UpdateExperimentRequest",
            "ExperimentEnvelope",
            "ExperimentList",
        ),
        *(
            "ExperimentEvent",
            "ExperimentEventResponse",
            "ExperimentQuota",
            "Problem",
            "TransitionProblem",
        ),
    }


def test_unknown_members_are_kept() -> None:
    """A member that this version does not know is kept, at any depth, and is sent back."""
    value = copy.deepcopy(EXAMPLES["RunningExperiment"]["experiment"])
    value["novelty"] = {"a": [1]}
    value["variants"][0]["colour"] = "red"
    read = Experiment.from_dict(value)
    assert read.additional_properties == {"novelty": {"a": [1]}}
    assert read.variants[0].additional_properties == {"colour": "red"}
    assert moments(read.to_dict()) == moments(value)
    assert "novelty" in repr(read)


def test_unknown_members_can_be_set() -> None:
    """A member that this version does not know can be sent, and is in changed copies."""
    body = UpdateExperimentRequest(name="New", additional_properties={"novelty": 1})
    assert body.to_dict() == {"novelty": 1, "name": "New"}
    assert attrs.evolve(body, name="Newer").to_dict() == {"novelty": 1, "name": "Newer"}
    assert repr(body) == "UpdateExperimentRequest(name='New', additional_properties={'novelty': 1})"


@pytest.mark.parametrize("enum", ENUMS)
def test_unknown_value_of_an_enum(enum: type[OpenEnum]) -> None:
    """An unknown text is kept, and equals itself and the text."""
    new = enum("brand new")
    assert (new, str(new), new.value, new.is_known) == (
        "brand new",
        "brand new",
        "brand new",
        False,
    )
    assert {new: 1}[enum("brand new")] == 1
    assert new != next(iter(enum))
    assert copy.deepcopy(new) == new == pickle.loads(pickle.dumps(new))  # noqa: S301 - it is our own
    assert repr(new) == f"{enum.__name__}('brand new')"
    assert "brand new" not in list(enum)
    assert all(enum(member.value) is member and member.is_known for member in enum)


def test_unknown_value_does_not_break_a_list() -> None:
    """One experiment with a new status does not keep the others from being read."""
    page = copy.deepcopy(EXAMPLES["ExperimentList"])
    page["experiments"] *= 2
    page["experiments"][1] = {**page["experiments"][1], "status": "resting", "type": "raffle"}
    first, second = ExperimentList.from_dict(page).experiments
    assert (first.status, second.status) == (ExperimentStatus.RUNNING, "resting")
    assert not second.type_.is_known
    assert moments(ExperimentList.from_dict(page).to_dict()) == moments(page)


@pytest.mark.parametrize("enum", ENUMS)
def test_enum_refuses_values_that_are_not_text(enum: type[OpenEnum]) -> None:
    for value in (None, 7, ["running"]):
        with pytest.raises((ValueError, TypeError)):
            read_enum(enum, value, "status")


def test_texts_stand_for_members() -> None:
    """A text in the place of a member is sent as it is."""
    body = VariantInput("a", 10000, conditions=ConditionRule("country", "equals", "DE"))
    assert body.to_dict()["conditions"]["ruleOperator"] == "equals"


def test_maps_are_dicts() -> None:
    """Variables and metadata are plain dicts."""
    variant = VariantInput(id="a", weight=1, variables={"headline": "Summer", "n": [1, None]})
    assert variant.to_dict()["variables"] == {"headline": "Summer", "n": [1, None]}
    assert type(VariantInput.from_dict(variant.to_dict()).variables) is dict


def test_condition_tree_reads_as_it_is_meant() -> None:
    """A tree prints as the code that makes it, and matches by its classes."""
    rule = ConditionRule(property="country", rule_operator=RuleOperator.EQUALS, value="DE")
    tree = ConditionGroup(
        operator=GroupOperator.AND, children=[rule, ConditionGroup(GroupOperator.OR, [rule])]
    )
    assert tree.to_dict()["type"] == "group"
    operator = "rule_operator=RuleOperator.EQUALS"
    assert repr(rule) == f"ConditionRule(property='country', {operator}, value='DE', type='rule')"
    match VariantInput.from_dict({"id": "a", "weight": 0, "conditions": tree.to_dict()}).conditions:
        case ConditionGroup(children=[ConditionRule() as first, ConditionGroup()]):
            assert first == rule
        case other:
            pytest.fail(f"{other}")


def test_unknown_kind_of_condition_is_kept() -> None:
    """A node of a kind that nobody knows, or of none, is kept as it came."""
    value = {
        "id": "a",
        "weight": 0,
        "conditions": {"type": "group", "operator": "AND", "children": [{"type": "not"}, {}]},
    }
    read = VariantInput.from_dict(value)
    assert isinstance(read.conditions, ConditionGroup)
    assert read.conditions.children == [{"type": "not"}, {}]
    assert read.to_dict() == value


def test_rule_of_the_concept_page() -> None:
    """A rule with `operator` is read, and sent with `ruleOperator`."""
    rule = {"type": "rule", "property": "device", "operator": "equals", "value": "mobile"}
    read = ConditionRule.from_dict(rule)
    assert read == ConditionRule("device", RuleOperator.EQUALS, "mobile")
    assert read.to_dict()["ruleOperator"] == "equals"


@pytest.mark.parametrize("member", ["ruleOperator", "property", "value"])
def test_missing_assumed_member_stops_no_reading(member: str) -> None:
    """A member that the docs do not promise may be missing; reading its attribute names it."""
    rule = {"type": "rule", "property": "country", "ruleOperator": "equals", "value": "DE"}
    del rule[member]
    value = {"id": "a", "weight": 0, "conditions": rule}
    read = VariantInput.from_dict(value)
    names = {"ruleOperator": "rule_operator", "property": "property_", "value": "value"}
    with pytest.raises(MissingMemberError, match=f"^ConditionRule came without {names[member]}$"):
        getattr(read.conditions, names[member])
    assert read.to_dict() == value
    assert copy.deepcopy(read) == pickle.loads(pickle.dumps(read)) == read  # noqa: S301 - it is our own
    assert names[member] + "=" not in repr(read.conditions)


def test_missing_counters_are_zero() -> None:
    read = Variant.from_dict({"id": "a", "weight": 10000})
    assert (read.impressions, read.clicks) == (0, 0)


def test_unknown_attribute_is_no_missing_member() -> None:
    with pytest.raises(
        AttributeError, match="'Variant' object has no attribute 'clicked'"
    ) as caught:
        Variant("a", 1).clicked  # type: ignore[attr-defined] # noqa: B018
    assert not isinstance(caught.value, MissingMemberError)


@pytest.mark.parametrize("member", ["uid", "name", "status", "variants", "createdAt"])
def test_missing_documented_member_is_named(member: str) -> None:
    value = {**EXAMPLES["RunningExperiment"]["experiment"]}
    del value[member]
    with pytest.raises(ValueError, match=f"^Experiment has no member '{member}'$"):
        Experiment.from_dict(value)


WRONG: list[tuple[str, Any, str]] = [
    ("name", None, "Experiment: name has to be a str, not None"),
    ("name", 7, "Experiment: name has to be a str, not 7"),
    ("status", 7, "Experiment: status has to be a str, not 7"),
    ("status", ["draft"], r"Experiment: status has to be a str, not \['draft'\]"),
    ("variants", {}, "Experiment: variants has to be a list, not {}"),
    ("variants", None, "Experiment: variants has to be a list, not None"),
    ("minimumRunDays", "7", "Experiment: minimum_run_days has to be an int, not '7'"),
    ("minimumRunDays", True, "Experiment: minimum_run_days has to be an int, not True"),
    ("minimumRunDays", 1.5, "Experiment: minimum_run_days has to be an int, not 1.5"),
    ("confidenceThreshold", "1", "Experiment: confidence_threshold has to be a number, not '1'"),
    ("confidenceThreshold", float("nan"), "Experiment: confidence_threshold has to be .*nan"),
    ("banditConfig", {"enabled": 1}, "BanditConfig: enabled has to be a bool, not 1"),
    ("goalConfig", "click", "GoalConfig has to be an object, not str"),
    ("hypothesis", ["x" * 100], r"Experiment: hypothesis has to be a str, not \['x{58}"),
]


@pytest.mark.parametrize(("member", "value", "message"), WRONG)
def test_wrong_values_are_named(member: str, value: Any, message: str) -> None:
    """A value of another type is refused by its model and member."""
    with pytest.raises(ValueError, match=f"^{message}$"):
        Experiment.from_dict({**EXAMPLES["RunningExperiment"]["experiment"], member: value})


@pytest.mark.parametrize("member", ["weight", "impressions", "clicks"])
@pytest.mark.parametrize("value", ["5000", None, float("inf"), False])
def test_wrong_numbers_of_a_variant_are_named(member: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"^Variant: {member} has to be an int, not "):
        Variant.from_dict({"id": "a", "weight": 1, member: value})


def test_whole_numbers_may_have_a_fraction_of_zero() -> None:
    """JSON has one kind of number: 5000.0 is 5000."""
    read = Variant.from_dict({"id": "a", "weight": 5000.0})
    assert (read.weight, type(read.weight)) == (5000, int)


def test_old_keywords_warn() -> None:
    """The constructors still take `type_` and `property_`."""
    new = ConditionRule(property="country", rule_operator=RuleOperator.EQUALS, value="DE")
    with pytest.warns(DeprecationWarning, match="write property=") as caught:
        old = ConditionRule(property_="country", rule_operator="equals", value="DE")  # type: ignore[call-arg]
    assert old == new
    assert caught[0].filename == __file__


@pytest.mark.parametrize("model", [*MODELS, *DICTS], ids=lambda model: model.__name__)
def test_hints_of_models_resolve(model: Any) -> None:
    """Tools that read type hints, such as cattrs and pydantic, can read those of each model."""
    hints = get_type_hints(model)
    assert hints
    if model in MODELS:
        attrs.resolve_types(model)
        assert {field.name for field in attrs.fields(model)} <= hints.keys()
        assert get_type_hints(model.from_dict)["return"]


def test_pydantic_takes_models() -> None:
    """A function that pydantic validates takes a model, and refuses another thing."""

    @pydantic.validate_call
    def weight_of(variant: Variant) -> int:
        return variant.weight

    assert weight_of(Variant("a", 5000)) == 5000
    with pytest.raises(pydantic.ValidationError):
        weight_of({"id": "a"})  # type: ignore[arg-type]


def test_deep_tree() -> None:
    """A tree of 100 levels is read and written."""
    tree: dict[str, Any] = {"type": "rule", "property": "p", "ruleOperator": "gt", "value": 1}
    for _ in range(100):
        tree = {"type": "group", "operator": "OR", "children": [tree]}
    value = {"id": "a", "weight": 0, "conditions": tree}
    assert VariantInput.from_dict(value).to_dict() == value


def test_date_times_are_aware() -> None:
    """A date-time is read with its time zone, in any offset and precision."""
    for text in ("2026-03-02T09:00:00Z", "2026-03-02T09:00:00.000Z", "2026-03-02T10:00:00+01:00"):
        read = VariantScheduleInput.from_dict({"startAt": text})
        assert read.start_at == AT_NINE
        assert VariantScheduleInput.from_dict(read.to_dict()) == read


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (AT_NINE, "2026-03-02T09:00:00Z"),
        (AT_NINE.replace(microsecond=250_000), "2026-03-02T09:00:00.250000Z"),
        (AT_NINE.replace(microsecond=1), "2026-03-02T09:00:00.000001Z"),
        (AT_NINE.astimezone(dt.timezone(dt.timedelta(hours=-5))), "2026-03-02T04:00:00-05:00"),
    ],
)
def test_date_times_are_written_in_full(moment: dt.datetime, text: str) -> None:
    """A date-time is sent with its offset and as precisely as it is."""
    assert VariantScheduleInput(start_at=moment).to_dict() == {"startAt": text}


def test_naive_date_time_is_refused() -> None:
    """A date-time without a time zone is refused by the name of its field."""
    naive = VariantInput(
        id="a", weight=1, schedule=VariantScheduleInput(end_at=AT_NINE.replace(tzinfo=None))
    )
    with pytest.raises(
        ValueError, match=r"^schedule.end_at is a date-time without a time zone: 2026"
    ):
        naive.to_dict()
    with pytest.raises(
        ValueError, match="VariantScheduleInput: end_at is a date-time without a time zone"
    ):
        VariantScheduleInput.from_dict({"endAt": "2026-03-02T09:00:00"})


def test_date_is_no_date_time() -> None:
    """A date in the place of a date-time is refused by the name of its field."""
    with pytest.raises(ValueError, match=r"^start_at has to be a datetime with a time zone"):
        VariantScheduleInput(start_at=AT_NINE.date()).to_dict()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("model", "value", "told"),
    [
        (Experiment, None, "Experiment has to be an object, not NoneType"),
        (Experiment, [1], "Experiment has to be an object, not list"),
        (ExperimentList, {"experiments": [5]}, "Experiment has to be an object, not int"),
        (
            VariantInput,
            {"id": "a", "weight": 1, "conditions": "x"},
            "ConditionTree has to be an object, not str",
        ),
        (
            VariantScheduleInput,
            {"endAt": "soon"},
            "VariantScheduleInput: end_at is not a date-time: 'soon'",
        ),
        (VariantScheduleInput, {"endAt": 5}, "VariantScheduleInput: end_at is not a date-time: 5"),
    ],
)
def test_wrong_value_is_reported_with_its_model_and_member(
    model: Any, value: Any, told: str
) -> None:
    with pytest.raises(ValueError, match=f"^{told}$"):
        model.from_dict(value)


def test_null_where_none_is_published_is_kept() -> None:
    """Null in the place of an optional member does not keep an experiment from being read."""
    value = {**EXAMPLES["RunningExperiment"]["experiment"], "goalConfig": None, "hypothesis": None}
    assert moments(Experiment.from_dict(value).to_dict()) == moments(value)


def test_defaults_are_not_sent() -> None:
    """A request holds what the caller set and no published default."""
    assert VariantInput(id="a", weight=5000).to_dict() == {"id": "a", "weight": 5000}
    assert UpdateExperimentRequest(name="New", hypothesis=None).to_dict() == {
        "name": "New",
        "hypothesis": None,
    }
    for model in MODELS:
        schema = SPEC["components"]["schemas"][model.__name__]
        # Of the names that a member may have, the client sends the first.
        parts = [schema, *schema.get("allOf", ()), schema.get("else", {})]
        required = {name for part in parts for name in part.get("required", ())}
        needed = {
            found.alias: None
            for found in attrs.fields(model)
            if found.init and found.default is attrs.NOTHING
        }
        assert model(**needed).to_dict().keys() == required, model


def test_unset_is_one() -> None:
    """UNSET prints as itself, is false, and survives copies and pickles as the same object."""
    assert (repr(UNSET), bool(UNSET), isinstance(UNSET, Unset)) == ("UNSET", False, True)
    copies = [copy.copy(UNSET), copy.deepcopy(UNSET), pickle.loads(pickle.dumps(UNSET))]  # noqa: S301 - it is our own
    assert all(twin is UNSET for twin in copies)
    assert VariantInput(id="a", weight=1).name is UNSET


def test_repr_shows_what_is_set() -> None:
    """A model prints as it would be written, without what is unset."""
    assert (
        repr(VariantInput(id="a", weight=1, name=None))
        == "VariantInput(id='a', weight=1, name=None)"
    )


def test_models_are_imported_when_used() -> None:
    """An unknown name in models is an error like that of any module, and every name is told."""
    assert not hasattr(models, "Nobody")
    assert {"Experiment", "ConditionTree", "EventType"} <= set(dir(models))
    assert str(EventType.CLICK) == "click"


def test_every_public_thing_says_what_it_is() -> None:
    """Every model and every one of its members has a description."""
    for model in MODELS:
        assert str(model.__doc__).strip(), model
    assert CreateExperimentRequest.__doc__ == "A new experiment."
