"""A program of somebody who uses the client, checked by mypy and pyright as strictly as they can, and run."""

import asyncio
import sys
from typing import assert_type

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
    EventType,
    Experiment,
    ExperimentEnvelope,
    ExperimentEvent,
    ExperimentStatus,
    ExperimentType,
    FieldError,
    GoalConfig,
    GoalConfigInput,
    GoalType,
    GroupOperator,
    RuleOperator,
    VariantInput,
)


def conditions() -> ConditionGroup:
    """Germans on the go."""
    country = ConditionRule(property_="country", rule_operator=RuleOperator.EQUALS, value="DE")
    device = ConditionRule(
        property_="device", rule_operator=RuleOperator.NOT_EQUALS, value="desktop"
    )
    return ConditionGroup(operator=GroupOperator.AND, children=[country, device])


def create(pictify: PictifyExperiments) -> Experiment:
    """A smart link that is running."""
    body = CreateExperimentRequest(
        name="Consumer",
        type_=ExperimentType.SMART_LINK,
        slug="consumer-test",
        variants=[
            VariantInput(id="rest", weight=10000, is_default=True, variables={"headline": "Hello"}),
            VariantInput(id="here", weight=0, conditions=conditions()),
        ],
        goal_config=GoalConfigInput(
            type_=GoalType.CLICK_THROUGH, destination_url="https://shop.example.com/"
        ),
    )
    draft = pictify.create_experiment(body)
    assert_type(draft, ExperimentEnvelope)
    return pictify.start_experiment(draft.experiment.uid).experiment


def read(experiment: Experiment) -> str:
    """What is optional is narrowed by `is UNSET`, by its truth and by its class."""
    assert_type(experiment.status, ExperimentStatus)
    assert_type(experiment.goal_config, GoalConfig | Unset)
    if experiment.goal_config is UNSET:
        return "no goal"
    assert_type(experiment.goal_config, GoalConfig)
    conditions = experiment.variants[1].conditions
    if isinstance(conditions, ConditionGroup):
        assert_type(conditions.operator, GroupOperator)
    return (
        (experiment.goal_config.destination_url or "nowhere") if experiment.status.is_known else "?"
    )


def refused(pictify: PictifyExperiments, experiment: Experiment) -> list[FieldError]:
    """What went wrong, typed."""
    try:
        pictify.start_experiment(experiment.uid)
    except InvalidTransitionError as error:
        assert_type(error.allowed_transitions, list[ExperimentStatus])
    try:
        pictify.create_experiment(
            CreateExperimentRequest("", ExperimentType.AB_TEST, "no slug", [])
        )
    except ValidationError as error:
        return error.field_errors
    return []


async def count(url: str, key: str) -> int:
    """All experiments that run, counted in an event loop."""
    async with AsyncPictifyExperiments(key, base_url=url, timeout=10) as pictify:
        answer = await pictify.with_raw_response.list_experiments(limit=1)
        assert_type(answer.parsed.experiments, list[Experiment])
        return sum([1 async for _ in pictify.iterate_experiments(status="running")])


def main(url: str, key: str) -> None:
    """Do all of it."""
    with PictifyExperiments(key, base_url=url, retries=RetryPolicy(max_retries=1)) as pictify:
        experiment = create(pictify)
        print(read(experiment), len(refused(pictify, experiment)) > 0)
        event = ExperimentEvent(event=EventType.IMPRESSION, experiment=experiment.slug)
        print(pictify.track([event, event]).processed)
        print(assert_type(track_experiment_click.sync(experiment.slug, client=pictify), str))
        answer = get_experiment.sync_detailed(experiment.uid, client=pictify)
        assert_type(answer, Response[ExperimentEnvelope])
        assert_type(answer.request_id, str | None)
        for row in pictify.iterate_experiments(type_=ExperimentType.SMART_LINK):
            print(assert_type(row, Experiment).name)
    print(asyncio.run(count(url, key)))


if __name__ == "__main__":
    main(*sys.argv[1:])
