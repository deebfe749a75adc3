"""Calls with keywords and plain data, and results that can be sent back."""

import datetime as dt
import inspect
import json
from typing import Any, get_type_hints

import httpx
import pydantic
import pytest
from pictify_experiments import (
    AsyncPictifyExperiments,
    MissingMemberError,
    PictifyExperiments,
    SlugInUseError,
    UnreadableResponseError,
)
from pictify_experiments.api import experiments
from pictify_experiments.models import (
    ConditionRule,
    CreateExperimentRequest,
    EventType,
    Experiment,
    ExperimentEvent,
    GoalConfigInput,
    RuleOperator,
    UpdateExperimentRequest,
    VariantInput,
)
from pictify_experiments.pictify import AsyncRawResponses, RawResponses

from .conftest import DESTINATION, Open, answering, request

HALVES: list[dict[str, Any]] = [{"id": "a", "weight": 5000}, {"id": "b", "weight": 5000}]
GERMAN = {"type": "rule", "property": "country", "rule_operator": "equals", "value": "DE"}
GROUP = {"type": "group", "operator": "AND"}
BODY = "body has to be a UpdateExperimentRequest"


def body_of_last_request(control: httpx.Client) -> Any:
    return json.loads(control.get("/requests").json()["requests"][-1]["request"]["body"])


def test_create_with_keywords_and_plain_data(pictify: Any, control: httpx.Client) -> None:
    """Keywords and dicts are sent as the models that they stand for."""
    made = pictify.create_experiment(
        name="Plain",
        type="smart_link",
        slug="plain-data",
        variants=(
            {"id": "rest", "weight": 10000, "is_default": True, "variables": {"is_default": 1}},
            {"id": "de", "weight": 0, "conditions": GERMAN},
            VariantInput(id="fr", weight=0, conditions=ConditionRule("country", "equals", "FR")),
        ),
        goal_config={"type": "click_through", "destination_url": DESTINATION},
    )
    assert isinstance(made, Experiment)
    assert made.variants[1].conditions == ConditionRule("country", RuleOperator.EQUALS, "DE")
    sent = body_of_last_request(control)
    assert sent["goalConfig"] == {"type": "click_through", "destinationUrl": DESTINATION}
    assert sent["variants"][0]["variables"] == {"is_default": 1}
    assert sent["variants"][1]["conditions"]["ruleOperator"] == "equals"


def test_models_take_plain_data() -> None:
    """A model sends a dict in the place of another model as that model."""
    group = {"type": "group", "operator": "OR", "children": [GERMAN, {"type": "not"}]}
    body = CreateExperimentRequest("x", "ab_test", "abc", [{**HALVES[0], "conditions": group}])  # type: ignore[list-item]
    [variant] = body.to_dict()["variants"]
    assert variant["conditions"]["children"][0]["ruleOperator"] == "equals"
    assert variant["conditions"]["children"][1] == {"type": "not"}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"nome": "x"}, "unexpected key 'nome'; did you mean 'name'?"),
        (
            {"variants": [HALVES[0], {"id": "b", "wieght": 1}]},
            "variants[1]: unexpected key 'wieght'; did you mean 'weight'?",
        ),
        ({"variants": [{"id": "a"}]}, "variants[0]: missing key 'weight'"),
        (
            {"goal_config": {"type": "click_through", "destinationUrl": "x"}},
            "goal_config: unexpected key 'destinationUrl'; did you mean 'destination_url'?",
        ),
        (
            {
                "variants": [
                    {**HALVES[0], "conditions": {**GROUP, "children": [{**GERMAN, "x": 1}]}}
                ]
            },
            "variants[0].conditions.children[0]: unexpected key 'x'",
        ),
        (
            {"variants": [{**HALVES[0], "schedule": {"start_at": dt.datetime(2026, 1, 1)}}]},
            "variants[0].schedule.start_at is a date-time without a time zone: "
            "2026-01-01 00:00:00; add one, such as tzinfo=UTC",
        ),
        ({"variants": HALVES[0]}, "variants has to be a list, not dict"),
        ({"variants": (half for half in HALVES)}, "variants has to be a list, not generator"),
        ({"variants": ["a"]}, "variants[0] has to be a VariantInput or a dict, not str"),
        (
            {"body": UpdateExperimentRequest(), "name": "x"},
            "body and name cannot be given together",
        ),
        ({}, "give at least one field; to change attributes sends nothing by itself"),
        (
            {"body": UpdateExperimentRequest()},
            "give at least one field; to change attributes sends nothing by itself",
        ),
        ({"body": "x"}, f"{BODY}, not str; or give its members as keywords"),
        ({"body": {"name": "x"}}, f"{BODY}, not dict; or give its members as keywords"),
    ],
)
def test_wrong_keywords_are_refused(
    pictify: Any, control: httpx.Client, draft: Experiment, fields: Any, message: str
) -> None:
    """A wrong keyword, key or value is named with its place, and nothing is sent."""
    control.delete("/requests")
    with pytest.raises((TypeError, ValueError)) as caught:
        pictify.update_experiment(draft.uid, **fields)
    assert str(caught.value) == f"update_experiment: {message}"
    assert control.get("/requests").json()["requests"] == []


def test_experiment_is_no_body_of_create(pictify: Any, draft: Experiment) -> None:
    with pytest.raises(TypeError, match=r"^create_experiment: body has to be .*, not Experiment; "):
        pictify.create_experiment(draft)
    with pytest.raises(TypeError, match=r"^create_experiment: body has to be .*, not Experiment; "):
        pictify.with_raw_response.create_experiment(draft)


def test_constructors_are_named_in_errors() -> None:
    with pytest.raises(TypeError, match=r"^VariantInput\(\) missing .* 'weight'$"):
        VariantInput(id="a")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"^GoalConfigInput\(\) got an .* 'x'$"):
        GoalConfigInput(type="click_through", x=1)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"^PictifyExperiments\(\) got an .* 'nope'$"):
        PictifyExperiments(nope="x")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"^PictifyExperiments\.with_options\(\) got an .* 'x'$"):
        PictifyExperiments().with_options(x=1)  # type: ignore[call-arg]


def test_missing_keywords_are_refused(pictify: Any, draft: Experiment) -> None:
    with pytest.raises(TypeError, match=r"^create_experiment: missing key 'slug'$"):
        pictify.create_experiment(name="x", type="ab_test", variants=HALVES)
    with pytest.raises(TypeError, match=r"^complete_experiment: missing key 'winner_variant_id'$"):
        pictify.complete_experiment(draft)


def test_experiment_stands_for_its_uid(pictify: Any, draft: Experiment) -> None:
    """Every operation takes an experiment in place of its uid or its slug."""
    assert pictify.get_experiment(draft) == draft
    assert pictify.start_experiment(draft).status == "running"
    assert pictify.track_experiment_click(draft) == DESTINATION
    assert pictify.pause_experiment(draft).status == "paused"
    assert pictify.complete_experiment(draft, winner_variant_id="b").winner_variant_id == "b"
    assert pictify.delete_experiment(draft).deleted
    with pytest.raises(TypeError, match=r"^uid has to be a str"):
        pictify.get_experiment(object())


def test_read_change_send_back(pictify: Any, control: httpx.Client, running: Experiment) -> None:
    """The parts of an experiment can be sent back. The counters of its variants are not."""
    pictify.pause_experiment(running)
    running.variants[0].weight, running.variants[1].weight = 1000, 9000
    changed = pictify.update_experiment(
        running,
        variants=running.variants,
        goal_config=running.goal_config,
        output_config=running.output_config,
        bandit_config=running.bandit_config,
        hypothesis=running.hypothesis,
    )
    assert [variant.weight for variant in changed.variants] == [1000, 9000]
    assert not {"impressions", "clicks"} & body_of_last_request(control)["variants"][0].keys()


def test_counters_are_numbers(running: Experiment) -> None:
    assert [variant.clicks / (variant.impressions or 1) for variant in running.variants] == [0, 0]


def test_raw_response_has_the_envelope(pictify: Any, control: httpx.Client) -> None:
    """With the raw response, keywords give the body as the API describes it."""
    answer = pictify.with_raw_response.create_experiment(
        name="Raw", type="ab_test", slug="raw-response", variants=HALVES
    )
    assert (answer.status_code, answer.parsed.experiment.name) == (201, "Raw")
    answer = pictify.with_raw_response.update_experiment(answer.parsed.experiment, name="New")
    assert answer.parsed.experiment.name == "New"
    assert body_of_last_request(control) == {"name": "New"}


def test_find_experiment(pictify: Any, draft: Experiment) -> None:
    assert pictify.find_experiment(slug=draft.slug) == draft
    assert pictify.find_experiment(slug="nobodys-slug") is None


def test_slug_in_use_names_find_experiment(pictify: Any, draft: Experiment) -> None:
    with pytest.raises(SlugInUseError, match=r"find_experiment\(slug=\.\.\.\)"):
        pictify.create_experiment(request(slug=draft.slug))


def test_response_without_its_experiment(open_client: Open) -> None:
    """An envelope without its only member is an error of the call."""
    client = open_client("key", base_url="http://server.test", transport=answering(json={}))
    with pytest.raises(UnreadableResponseError, match="ExperimentEnvelope came without experiment"):
        client.get_experiment("exp_1")
    answer = client.with_raw_response.get_experiment("exp_1")
    with pytest.raises(MissingMemberError):
        answer.parsed.experiment  # noqa: B018


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('{"experiments": [], "total": null}', "total has to be an int, not None"),
        ('{"experiments": [{"uid": null}]}', "Experiment: uid has to be a str, not None"),
        ('{"experiments": [{"variants": [{"clicks": NaN}]}]}', "clicks is NaN, which is not JSON"),
    ],
)
def test_wrong_values_are_named(open_client: Open, body: str, message: str) -> None:
    client = open_client("key", base_url="http://server.test", transport=answering(content=body))
    with pytest.raises(UnreadableResponseError, match=message):
        client.list_experiments()


def test_odd_rules_stop_no_list(open_client: Open) -> None:
    """Conditions in the form of the concept page, or in no known form, leave the list readable."""
    published = {"type": "rule", "property": "device", "operator": "equals", "value": "mobile"}
    trees = [published, {"type": "rule"}, {"type": "group"}, {"operator": "AND"}]
    variants = [{"id": f"v{n}", "weight": 1, "conditions": tree} for n, tree in enumerate(trees)]
    fields = dict.fromkeys(("uid", "slug", "type", "name", "status"), "x")
    moments = dict.fromkeys(("createdAt", "updatedAt"), "2026-03-02T09:00:00Z")
    page = {"experiments": [{**fields, **moments, "variants": variants}], "total": 1}
    client = open_client("key", base_url="http://server.test", transport=answering(json=page))
    [experiment] = client.iterate_experiments()
    assert experiment.variants[0].conditions.rule_operator == "equals"
    assert experiment.variants[3].conditions == {"operator": "AND"}


def test_events_answered_with_less_than_documented(open_client: Open) -> None:
    """An error without an index does not make accepted events unknown."""
    body = {"errors": [{"error": "unknown slug"}]}
    client = open_client("key", base_url="http://server.test", transport=answering(json=body))
    result = client.track([ExperimentEvent(EventType.CLICK, "slug")] * 101)
    assert (result.ok, result.processed, len(result.errors)) == (True, 0, 2)


@pytest.mark.parametrize("status", [200, 202])
def test_empty_object_is_no_answer(open_client: Open, status: int) -> None:
    """An empty body can be a success; an object without any member is not."""
    client = open_client("key", base_url="http://server.test", transport=answering(status, json={}))
    with pytest.raises(UnreadableResponseError, match="the body is an empty object"):
        client.delete_experiment("exp_1")
    with pytest.raises(UnreadableResponseError, match="the body is an empty object"):
        client.track(ExperimentEvent(EventType.CLICK, "slug"))


def methods(kind: type) -> list[Any]:
    return [each for _, each in inspect.getmembers(kind, inspect.isfunction)]


@pytest.mark.parametrize(
    "kind", [PictifyExperiments, AsyncPictifyExperiments, RawResponses, AsyncRawResponses]
)
def test_hints_of_methods_resolve(kind: type) -> None:
    """`typing.get_type_hints` reads every method of the clients."""
    public = [each for each in methods(kind) if not each.__name__.startswith("_")]
    assert len(public) >= len(experiments.__all__)
    for method in methods(kind):
        get_type_hints(method)
    for name in dir(kind):
        found = inspect.getattr_static(kind, name)
        if isinstance(found, property):
            get_type_hints(found.fget)


def test_hints_of_modules_resolve() -> None:
    for name in experiments.__all__:
        module = getattr(experiments, name)
        for function in (module.sync, module.asyncio, module.sync_detailed):
            assert "return" in get_type_hints(function)


def test_pydantic_validates_calls() -> None:
    """`pydantic.validate_call` takes the methods of a client, keywords included."""
    transport = answering(json={"deleted": True})
    with httpx.Client(transport=transport) as http:
        client = PictifyExperiments("key", base_url="http://server.test", http_client=http)
        validated = pydantic.validate_call(config={"arbitrary_types_allowed": True})
        assert validated(client.delete_experiment)("exp_1").deleted
        with pytest.raises(pydantic.ValidationError, match="Experiment"):
            validated(client.delete_experiment)(7)  # type: ignore[arg-type]
        wrong: Any = [{"id": "a", "weight": "many"}]
        with pytest.raises(pydantic.ValidationError, match="weight"):
            validated(client.update_experiment)("exp_1", variants=wrong)
