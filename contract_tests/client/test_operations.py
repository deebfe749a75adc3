"""Every operation through the installed client, synchronously and in an event loop."""

import itertools
import pkgutil
from typing import Any

import httpx
import pytest
from pictify_experiments import AuthenticatedClient, Client
from pictify_experiments.api import experiments
from pictify_experiments.api.experiments import (
    complete_experiment,
    create_experiment,
    delete_experiment,
    get_experiment,
    get_experiment_quota,
    list_experiments,
    pause_experiment,
    render_experiment_url,
    start_experiment,
    track_experiment_click,
    track_experiment_events,
    track_experiment_pixel,
    update_experiment,
)
from pictify_experiments.models import (
    CompleteExperimentRequest,
    ConditionGroup,
    ConditionRule,
    CreateExperimentRequest,
    EventType,
    Experiment,
    ExperimentEnvelope,
    ExperimentEvent,
    ExperimentStatus,
    ExperimentType,
    GoalConfigInput,
    GoalType,
    GroupOperator,
    ImageFormat,
    Problem,
    RuleOperator,
    TransitionProblem,
    UpdateExperimentRequest,
    VariantInput,
)
from pictify_experiments.types import UNSET

from contract_tests.client.conftest import Call
from contract_tests.target import Target

DESTINATION = "https://shop.example.com/summer?utm=1#top"
TRANSPARENT_GIF = b"GIF89a\x01\x00\x01\x00"
serial = itertools.count(1)


def request(**fields: Any) -> CreateExperimentRequest:
    """A valid create with a slug of its own."""
    base: dict[str, Any] = {
        "name": "Client test",
        "type_": ExperimentType.AB_TEST,
        "slug": f"client-test-{next(serial)}",
        "variants": [VariantInput(id="a", weight=5000), VariantInput(id="b", weight=5000)],
        "goal_config": GoalConfigInput(type_=GoalType.CLICK_THROUGH, destination_url=DESTINATION),
    }
    return CreateExperimentRequest(**{**base, **fields})


@pytest.fixture
def draft(client: AuthenticatedClient) -> Experiment:
    """A draft with a destination."""
    made = create_experiment.sync(client=client, body=request())
    assert isinstance(made, ExperimentEnvelope)
    return made.experiment


@pytest.fixture
def running(client: AuthenticatedClient, draft: Experiment) -> Experiment:
    """A running experiment with a destination."""
    started = start_experiment.sync(draft.uid, client=client)
    assert isinstance(started, ExperimentEnvelope)
    return started.experiment


def test_every_operation_is_called_here() -> None:
    """No operation of the client is without a test in this module."""
    modules = {module.name for module in pkgutil.iter_modules(experiments.__path__)}
    assert modules <= globals().keys()


def test_create(call: Call, client: AuthenticatedClient) -> None:
    """A create gives the typed draft, condition tree included."""
    german = ConditionRule(type_="rule", property_="country", rule_operator=RuleOperator.EQUALS, value="DE")
    tree = ConditionGroup(type_="group", operator=GroupOperator.AND, children=[german])
    variants = [
        VariantInput(id="rest", weight=10000, is_default=True),
        VariantInput(id="de", weight=0, conditions=tree),
    ]
    body = request(type_=ExperimentType.SMART_LINK, variants=variants)
    made = call(create_experiment, client=client, body=body).experiment
    assert (made.status, made.type_) == (ExperimentStatus.DRAFT, ExperimentType.SMART_LINK)
    assert made.variants[1].conditions == tree
    assert made.goal_config.destination_url == DESTINATION
    assert made.created_at.tzinfo is not None


def test_create_sends_nothing_that_was_not_set() -> None:
    """A request holds what the caller set and no published default."""
    assert VariantInput(id="a", weight=5000).to_dict() == {"id": "a", "weight": 5000}
    assert UpdateExperimentRequest(name="New").to_dict() == {"name": "New"}


def test_get(call: Call, client: AuthenticatedClient, draft: Experiment) -> None:
    """A read gives what create answered."""
    assert call(get_experiment, draft.uid, client=client).experiment == draft


def test_list(call: Call, client: AuthenticatedClient, draft: Experiment) -> None:
    """A list gives typed rows and the total, and sends only the parameters that were set."""
    page = call(list_experiments, client=client, type_=ExperimentType.AB_TEST, limit=100, detailed=True)
    assert draft in page.parsed.experiments
    assert page.parsed.total >= 1


def test_update(call: Call, client: AuthenticatedClient, draft: Experiment) -> None:
    """An update changes what was set and leaves the rest."""
    answer = call(update_experiment, draft.uid, client=client, body=UpdateExperimentRequest(hypothesis="Blue wins."))
    assert answer.experiment.hypothesis == "Blue wins."
    assert answer.experiment.name == draft.name


def test_start_pause(call: Call, client: AuthenticatedClient, draft: Experiment) -> None:
    """Start and pause give the experiment in its new status."""
    assert call(start_experiment, draft.uid, client=client).experiment.status == ExperimentStatus.RUNNING
    assert call(pause_experiment, draft.uid, client=client).experiment.status == ExperimentStatus.PAUSED


def test_complete(call: Call, client: AuthenticatedClient, running: Experiment) -> None:
    """Completion gives the winner and the time it was declared."""
    body = CompleteExperimentRequest(winner_variant_id="b")
    over = call(complete_experiment, running.uid, client=client, body=body).experiment
    assert (over.status, over.winner_variant_id) == (ExperimentStatus.COMPLETED, "b")
    assert over.winner_declared_at.tzinfo is not None


def test_delete(call: Call, client: AuthenticatedClient, draft: Experiment) -> None:
    """A delete says so, and the experiment is gone."""
    assert call(delete_experiment, draft.uid, client=client).deleted is True
    assert isinstance(call(get_experiment, draft.uid, client=client), Problem)


def test_quota(call: Call, client: AuthenticatedClient) -> None:
    """The quota is typed, and no limit is None."""
    quota = call(get_experiment_quota, client=client)
    assert (quota.plan, quota.max_variants, quota.quota.ab_test.limit) == ("business", 10, None)


def test_events(call: Call, client: AuthenticatedClient, mock: Target, running: Experiment) -> None:
    """One event and a list of them are counted for a write key."""
    site = Client(base_url=mock.base_url, headers={"X-Write-Key": str(mock.write_key)})
    seen = ExperimentEvent(event=EventType.IMPRESSION, experiment=running.slug, variant_id="a")
    clicked = ExperimentEvent(event=EventType.CLICK, experiment=running.slug, variant_id="a")
    assert call(track_experiment_events, client=site, body=seen).processed == 1
    batch = call(track_experiment_events, client=site, body=[seen, clicked])
    assert (batch.processed, batch.errors, batch.warning) == (2, [], UNSET)
    counted = call(get_experiment, running.uid, client=client).experiment.variants[0]
    assert (counted.impressions, counted.clicks) == (2, 1)


def test_click(call: Call, visitor: Client, running: Experiment) -> None:
    """A click gives the target's URL and does not follow it."""
    assert call(track_experiment_click, running.slug, client=visitor) == DESTINATION


def test_pixel(call: Call, visitor: Client, running: Experiment) -> None:
    """The pixel gives the bytes of a GIF."""
    assert call(track_experiment_pixel, running.slug, client=visitor).startswith(TRANSPARENT_GIF)


@pytest.mark.parametrize("format_", ImageFormat)
def test_image(call: Call, visitor: Client, mock: Target, running: Experiment, format_: ImageFormat) -> None:
    """The image gives the absolute URL of a picture, which is one."""
    url = call(render_experiment_url, running.slug, format_, client=visitor)
    assert url.startswith(f"{mock.base_url}/s/{running.slug}/images/")
    assert httpx.get(url).headers["content-type"] == f"image/{'jpeg' if format_ == 'jpg' else format_}"


def test_image_of_nobody(call: Call, visitor: Client) -> None:
    """The image of an unknown slug is a problem."""
    assert isinstance(call(render_experiment_url, "no-such-slug", ImageFormat.PNG, client=visitor), Problem)


def test_image_itself(call: Call) -> None:
    """A server that answers with the image itself gives its bytes."""
    transport = httpx.MockTransport(
        lambda _: httpx.Response(200, content=b"\x89PNG", headers={"Content-Type": "image/png"})
    )
    visitor = Client(base_url="http://server.test", httpx_args={"transport": transport})
    assert call(render_experiment_url, "some-slug", ImageFormat.PNG, client=visitor) == b"\x89PNG"


def test_refusal_is_a_problem(call: Call, client: AuthenticatedClient) -> None:
    """A refused create gives the problem and the field that is wrong."""
    variants = [VariantInput(id="a", weight=5000), VariantInput(id="b", weight=4999)]
    answer = call(create_experiment, client=client, body=request(variants=variants), detailed=True)
    assert answer.status_code == 400
    assert isinstance(answer.parsed, Problem)
    assert [error["field"] for error in answer.parsed.to_dict()["errors"]] == ["/variants"]


def test_conflict_tells_the_status(call: Call, client: AuthenticatedClient, draft: Experiment) -> None:
    """A refused move gives the current status and those that can be reached."""
    problem = call(pause_experiment, draft.uid, client=client)
    assert isinstance(problem, TransitionProblem)
    assert (problem.current_status, problem.allowed_transitions) == ("draft", ["running"])
