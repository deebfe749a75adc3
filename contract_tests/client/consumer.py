"""A program that uses the client. Tests run it, and check its types as strictly as they can."""

import asyncio
import sys
from typing import Literal, assert_type

from pictify_experiments import (
    UNSET,
    AsyncPictifyExperiments,
    InvalidTransitionError,
    PictifyExperiments,
    Response,
    RetryPolicy,
    Unset,
    ValidationError,
)
from pictify_experiments.api.experiments import get_experiment, track_experiment_click
from pictify_experiments.models import (
    ConditionGroup,
    ConditionRule,
    CreateExperimentRequest,
    Experiment,
    ExperimentEnvelope,
    ExperimentEvent,
    ExperimentStatus,
    ExperimentType,
    FieldError,
    GoalConfig,
    GoalConfigDict,
    GoalConfigInput,
    GroupOperator,
    RuleOperator,
    VariantInput,
)


def conditions() -> ConditionGroup:
    """Return the conditions for mobile viewers in Germany."""
    country = ConditionRule(property="country", rule_operator="equals", value="DE")
    device = ConditionRule(
        property="device", rule_operator=RuleOperator.NOT_EQUALS, value="desktop"
    )
    return ConditionGroup(operator=GroupOperator.AND, children=[country, device])


def create(pictify: PictifyExperiments) -> Experiment:
    """Create a smart link, and start it."""
    body = CreateExperimentRequest(
        name="Consumer",
        type=ExperimentType.SMART_LINK,
        slug="consumer-test",
        variants=[
            VariantInput(id="rest", weight=10000, is_default=True, variables={"headline": "Hello"}),
            VariantInput(id="here", weight=0, conditions=conditions()),
        ],
        goal_config=GoalConfigInput(
            type="click_through", destination_url="https://shop.example.com/"
        ),
    )
    draft = pictify.create_experiment(body)
    assert_type(draft, Experiment)
    return pictify.start_experiment(draft.uid)


def plain(pictify: PictifyExperiments) -> Experiment:
    """Create an A/B test from plain data, change it and complete it."""
    goal: GoalConfigDict = {"type": "click_through", "destination_url": "https://shop.example.com/"}
    draft = pictify.create_experiment(
        name="Plain",
        type="ab_test",
        slug="plain-data",
        variants=[
            {"id": "a", "weight": 5000},
            {
                "id": "b",
                "weight": 5000,
                "conditions": {
                    "type": "group",
                    "operator": "AND",
                    "children": [
                        {
                            "type": "rule",
                            "property": "device",
                            "rule_operator": "equals",
                            "value": "mobile",
                        }
                    ],
                },
            },
        ],
        goal_config=goal,
    )
    rates = [variant.clicks / max(variant.impressions, 1) for variant in draft.variants]
    assert_type(rates, list[float])
    draft.variants[1].conditions = UNSET
    changed = pictify.update_experiment(
        draft, variants=draft.variants, goal_config=draft.goal_config, hypothesis=None
    )
    pictify.start_experiment(changed)
    assert_type(pictify.find_experiment(slug="plain-data"), Experiment | None)
    return pictify.complete_experiment(changed, winner_variant_id="b")


def read(experiment: Experiment) -> str:
    """Narrow optional members by `is UNSET`, by truth and by class."""
    assert_type(experiment.status, ExperimentStatus)
    assert_type(experiment.goal_config, GoalConfig | None | Unset)
    if not experiment.goal_config:
        return "no goal"
    assert_type(experiment.goal_config, GoalConfig)
    conditions = experiment.variants[1].conditions
    if isinstance(conditions, ConditionGroup):
        assert_type(conditions.operator, GroupOperator | Literal["AND", "OR"])
    return (
        (experiment.goal_config.destination_url or "nowhere") if experiment.status.is_known else "?"
    )


def refused(pictify: PictifyExperiments, experiment: Experiment) -> list[FieldError]:
    """Return the fields of a refused create."""
    try:
        pictify.start_experiment(experiment.uid)
    except InvalidTransitionError as error:
        assert_type(error.allowed_transitions, list[ExperimentStatus])
    try:
        pictify.create_experiment(name="", type="ab_test", slug="no slug", variants=[])
    except ValidationError as error:
        return error.field_errors
    return []


async def count(url: str, key: str) -> int:
    """Count the running experiments in an event loop."""
    async with AsyncPictifyExperiments(key, base_url=url, timeout=10) as pictify:
        answer = await pictify.with_raw_response.list_experiments(limit=1)
        assert_type(answer.parsed.experiments, list[Experiment])
        return sum([1 async for _ in pictify.iterate_experiments(status="running")])


def main(url: str, key: str) -> None:
    """Run all of it."""
    with PictifyExperiments(key, base_url=url, retries=RetryPolicy(max_retries=1)) as pictify:
        experiment = create(pictify)
        print(assert_type(plain(pictify).status, ExperimentStatus))
        print(read(experiment), len(refused(pictify, experiment)) > 0)
        event = ExperimentEvent(event="impression", experiment=experiment)
        print(pictify.track([event, {"event": "view", "experiment": experiment}]).processed)
        print(assert_type(track_experiment_click.sync(experiment.slug, client=pictify), str))
        answer = get_experiment.sync_detailed(experiment.uid, client=pictify)
        assert_type(answer, Response[ExperimentEnvelope])
        assert_type(answer.request_id, str | None)
        for row in pictify.iterate_experiments(type=ExperimentType.SMART_LINK):
            print(assert_type(row, Experiment).name)
    print(asyncio.run(count(url, key)))


if __name__ == "__main__":
    main(*sys.argv[1:])
