"""Every operation through the installed client, synchronously and in an event loop."""

import asyncio
import builtins
import inspect
import re
from typing import Any

import httpx
import pytest
from pictify_experiments import AsyncPictifyExperiments, PictifyExperiments, errors
from pictify_experiments.api import experiments
from pictify_experiments.client import AsyncClient, Client
from pictify_experiments.models import (
    CompleteExperimentDict,
    CompleteExperimentRequest,
    ConditionGroup,
    ConditionRule,
    CreateExperimentDict,
    EventType,
    Experiment,
    ExperimentEvent,
    ExperimentStatus,
    ExperimentType,
    GroupOperator,
    ImageFormat,
    RuleOperator,
    UpdateExperimentDict,
    UpdateExperimentRequest,
    VariantInput,
)
from pictify_experiments.types import UNSET

from pictify_mock import MockServer

from .conftest import BROWSER, DESTINATION, Open, answering, request

TRANSPARENT_GIF = b"GIF89a\x01\x00\x01\x00"
KEYWORDS: dict[str, Any] = {
    "create_experiment": CreateExperimentDict,
    "update_experiment": UpdateExperimentDict,
    "complete_experiment": CompleteExperimentDict,
}


def test_both_clients_have_every_operation() -> None:
    """Both clients and both raw ones have a method for each module, with the same arguments."""
    both = PictifyExperiments("key"), AsyncPictifyExperiments("key")
    for operation in experiments.__all__:
        found = [getattr(it, operation) for it in (*both, *(one.with_raw_response for one in both))]
        assert len({tuple(inspect.signature(method).parameters) for method in found}) == 1, (
            operation
        )


METHODS = [*experiments.__all__, "iterate_experiments", "find_experiment", "track"]


@pytest.mark.parametrize("name", METHODS)
def test_docstrings_tell_all(name: str) -> None:
    """A docstring names each argument and keyword, the errors by class, and the docs.

    That of the async method refers to it.
    """
    in_short = getattr(AsyncPictifyExperiments, name).__doc__
    assert in_short == f"See `PictifyExperiments.{name}`."
    method = getattr(PictifyExperiments, name)
    words = str(method.__doc__)
    raised = re.findall(r"^ +(\w+Error):", words.partition("Raises:")[2], re.MULTILINE)
    arguments = set(inspect.signature(method).parameters) - {"self", "fields"}
    if kind := KEYWORDS.get(name):
        arguments |= kind.__annotations__.keys()
    assert raised
    assert all(hasattr(errors, error) or hasattr(builtins, error) for error in raised)
    assert {
        argument for argument in arguments if re.search(rf"^ +{argument}: \S", words, re.MULTILINE)
    } == arguments
    assert "https://docs.pictify.io/" in words
    assert ("Returns:" in words) is (name != "iterate_experiments")
    assert not re.findall(r"`[a-z]+[A-Z]\w*`", words)


def test_create(pictify: Any) -> None:
    """A create gives the typed draft, condition tree included."""
    german = ConditionRule(property="country", rule_operator=RuleOperator.EQUALS, value="DE")
    tree = ConditionGroup(operator=GroupOperator.AND, children=[german])
    variants = [
        VariantInput(id="rest", weight=10000, is_default=True),
        VariantInput(id="de", weight=0, conditions=tree),
    ]
    made = pictify.create_experiment(request(type=ExperimentType.SMART_LINK, variants=variants))
    assert (made.status, made.type_) == (ExperimentStatus.DRAFT, ExperimentType.SMART_LINK)
    assert made.variants[1].conditions == tree
    assert made.goal_config.destination_url == DESTINATION
    assert made.created_at.tzinfo is not None


def test_get(pictify: Any, draft: Experiment) -> None:
    """A read gives what create answered."""
    assert pictify.get_experiment(draft.uid) == draft


def test_list(pictify: Any, draft: Experiment) -> None:
    """A list gives typed rows and the total."""
    page = pictify.list_experiments(type=ExperimentType.AB_TEST, limit=100)
    assert (page.experiments, page.total) == ([draft], 1)


def test_list_takes_texts(pictify: Any, draft: Experiment) -> None:
    """A filter may be given as its text."""
    assert pictify.list_experiments(type="ab_test", status="draft").experiments == [draft]
    assert pictify.list_experiments(type="smart_link").experiments == []


def test_list_sends_only_what_is_set(pictify: Any, control: httpx.Client) -> None:
    """A parameter that is not set is not sent."""
    pictify.list_experiments()
    pictify.list_experiments(limit=5)
    assert [row["query"] for row in control.get("/requests").json()["requests"]] == ["", "limit=5"]


def test_update(pictify: Any, draft: Experiment) -> None:
    """An update changes what was set and leaves the rest."""
    changed = pictify.update_experiment(draft.uid, UpdateExperimentRequest(hypothesis="Blue wins."))
    assert (changed.hypothesis, changed.name) == ("Blue wins.", draft.name)


def test_null_clears(pictify: Any, draft: Experiment) -> None:
    """None is sent as null, and clears the field."""
    pictify.update_experiment(draft.uid, hypothesis="Blue wins.")
    assert pictify.update_experiment(draft.uid, hypothesis=None).hypothesis is UNSET


def test_start_pause(pictify: Any, draft: Experiment) -> None:
    """Start and pause give the experiment in its new status."""
    assert pictify.start_experiment(draft.uid).status == ExperimentStatus.RUNNING
    assert pictify.pause_experiment(draft.uid).status == ExperimentStatus.PAUSED


def test_complete(pictify: Any, running: Experiment) -> None:
    """Completion gives the winner and the time it was declared."""
    over = pictify.complete_experiment(running.uid, CompleteExperimentRequest("b"))
    assert (over.status, over.winner_variant_id) == (ExperimentStatus.COMPLETED, "b")
    assert over.winner_declared_at.tzinfo is not None


def test_delete(pictify: Any, draft: Experiment) -> None:
    """A delete says so, and the experiment is gone."""
    assert pictify.delete_experiment(draft.uid).deleted is True
    assert pictify.list_experiments().experiments == []


def test_quota(pictify: Any) -> None:
    """The quota is typed, and no limit is None."""
    quota = pictify.get_experiment_quota()
    assert (quota.plan, quota.max_variants, quota.quota.ab_test.limit) == ("business", 10, None)


def test_events(pictify: Any, running: Experiment) -> None:
    """One event and a list of them are counted for a write key."""
    seen = ExperimentEvent(event=EventType.IMPRESSION, experiment=running.slug, variant_id="a")
    clicked = ExperimentEvent(event=EventType.CLICK, experiment=running.slug, variant_id="a")
    assert pictify.track_experiment_events(seen).processed == 1
    batch = pictify.track_experiment_events([seen, clicked])
    assert (batch.processed, batch.errors, batch.warning) == (2, [], UNSET)
    counted = pictify.get_experiment(running.uid).variants[0]
    assert (counted.impressions, counted.clicks) == (2, 1)


def test_click(pictify: Any, running: Experiment) -> None:
    """A click gives the target's URL, does not follow it, and counts for the given browser."""
    assert pictify.track_experiment_click(running.slug, headers=BROWSER) == DESTINATION
    assert sum(variant.clicks for variant in pictify.get_experiment(running.uid).variants) == 1


def test_pixel(pictify: Any, running: Experiment) -> None:
    """The pixel gives the bytes of a GIF."""
    assert pictify.track_experiment_pixel(running.slug, headers=BROWSER).startswith(TRANSPARENT_GIF)


@pytest.mark.parametrize("format_", ImageFormat)
@pytest.mark.filterwarnings("ignore:render_experiment_url is deprecated")
def test_image(pictify: Any, server: MockServer, running: Experiment, format_: ImageFormat) -> None:
    """The image gives the absolute URL of a picture, which is one."""
    url = pictify.render_experiment_url(running.slug, format_, headers=BROWSER)
    assert url.startswith(f"{server.url}/s/{running.slug}/images/")
    assert (
        httpx.get(url).headers["content-type"] == f"image/{'jpeg' if format_ == 'jpg' else format_}"
    )


@pytest.mark.filterwarnings("ignore:render_experiment_url is deprecated")
def test_image_itself(open_client: Open) -> None:
    """A server that answers with the image itself gives its bytes."""
    transport = answering(content=b"\x89PNG", headers={"Content-Type": "image/png"})
    client = open_client("key", base_url="http://server.test", transport=transport)
    assert client.render_experiment_url("some-slug", ImageFormat.PNG) == b"\x89PNG"


def test_deprecated_operation_warns_at_the_caller(pictify: Any, running: Experiment) -> None:
    """The deprecated operation warns, at a line outside the client."""
    with pytest.warns(DeprecationWarning, match="withdrew it") as caught:
        pictify.render_experiment_url(running.slug, ImageFormat.PNG)
    assert "/pictify_experiments/" not in caught[0].filename


def test_raw_response(pictify: Any, draft: Experiment) -> None:
    """The raw response has status, headers, request id and content beside the parsed body."""
    answer = pictify.with_raw_response.get_experiment(draft.uid)
    assert (answer.status_code, answer.parsed.experiment) == (200, draft)
    assert answer.request_id == answer.headers["x-request-id"]
    assert draft.uid.encode() in answer.content
    assert repr(answer) == f"<Response 200 {answer.request_id}>"


def test_modules_take_any_client(server: MockServer, control: httpx.Client) -> None:  # noqa: ARG001 - the mock is reset
    """The modules of the operations work with the plain clients, in all four forms."""
    with Client(server.api_key, base_url=server.url) as client:
        assert experiments.get_experiment_quota.sync(client=client).plan == "business"
        assert experiments.get_experiment_quota.sync_detailed(client=client).status_code == 200

    async def both() -> tuple[str, int]:
        async with AsyncClient(server.api_key, base_url=server.url) as client:
            detailed = await experiments.get_experiment_quota.asyncio_detailed(client=client)
            return (
                await experiments.get_experiment_quota.asyncio(client=client)
            ).plan, detailed.status_code

    assert asyncio.run(both()) == ("business", 200)
