"""Requests that schemathesis makes by following the spec's links between responses."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.errors import FlakyStrategyDefinition
from hypothesis.stateful import run_state_machine_as_test
from schemathesis.core.result import Ok
from schemathesis.core.transforms import UNRESOLVABLE
from schemathesis.core.transport import Response
from schemathesis.generation.stateful.state_machine import StepOutput

from pictify_conformance import spec
from pictify_conformance.http.transport import RecordingTransport, exchange_of, requests_session
from pictify_conformance.http.write_guard import Guard
from pictify_conformance.results.findings import Detail, Outcome
from pictify_conformance.schemathesis_adapter import checks
from pictify_conformance.schemathesis_adapter.case_runner import CaseRunner
from pictify_conformance.schemathesis_adapter.cases import cases
from pictify_conformance.testing import Team
from pictify_conformance.testing.collector import Collector
from pictify_conformance.testing.failures import Blocked, details_of
from pictify_conformance.testing.payloads import Json

pytestmark = pytest.mark.slow
LEVELS: tuple[spec.Level, ...] = ("documented", "assumed")
OPERATIONS = [operation["operationId"] for _, _, operation in spec.operations()]
SCENARIOS = cases(40)
# Hypothesis gives up if links that begin alike go on otherwise, as on a server whose answers vary.
TRIES = 3
walks = settings(
    max_examples=SCENARIOS,
    stateful_step_count=8,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)

each_level = pytest.mark.parametrize(
    "level",
    [
        pytest.param(
            level,
            marks=[pytest.mark.rule(spec.schema_rule(id_, level)) for id_ in OPERATIONS],
            id=level,
        )
        for level in LEVELS
    ],
)


@pytest.fixture
def new_case_runner(
    team: Team, guard: Guard, transport: RecordingTransport
) -> Iterator[Callable[[], CaseRunner]]:
    """Makes runners that send generated requests about the run's own experiments."""
    with requests_session(transport) as session:
        yield lambda: CaseRunner(team, guard, session)


@each_level
def test_each_link(
    level: spec.Level,
    team: Team,
    new_case_runner: Callable[[], CaseRunner],
    collector: Collector,
    request: pytest.FixtureRequest,
) -> None:
    case_runner, test = new_case_runner(), request.node.nodeid
    for link in checks.links(level):
        rule = spec.schema_rule(operation_id_of(link.target), level)
        try:
            follow(link, level, team, case_runner)
        except Blocked as blocked:
            by = blocked.rule
            collector.add_finding(rule, Outcome.fail, *blocked.details, blocked_by=by, test=test)
        except AssertionError as breach:
            details = [detail.within(link.full_name) for detail in details_of(breach)]
            collector.add_finding(rule, Outcome.fail, *details, test=test)
        finally:
            team.api.remove_created()


def call_source(team: Team, operation_id: str) -> tuple[Json, httpx.Response]:
    """Call the operation where a link begins. Return its experiment and the response."""
    api = team.api
    if operation_id == "createExperiment":
        return {}, team.experiments.try_create(team.experiments.body())
    is_of_running = operation_id in ("pauseExperiment", "completeExperiment")
    experiment = team.experiments.create_clickable("running" if is_of_running else "draft")
    match operation_id:
        case "listExperiments":
            return experiment, api.list_experiments(type="ab_test")
        case "updateExperiment":
            return experiment, api.update(
                experiment["uid"], {"name": experiment["name"] + " again"}
            )
    move: Callable[[str], httpx.Response] = getattr(api, operation_id.removesuffix("Experiment"))
    return experiment, move(experiment["uid"])


def follow(link: Any, level: spec.Level, team: Team, case_runner: CaseRunner) -> None:
    """Get the response where a link begins, and judge the request to which it leads."""
    operation_id = operation_id_of(link.source)
    experiment, response = call_source(team, operation_id)
    known = {"uid": experiment["uid"]} if "{uid}" in link.source.path else {}
    source = link.source.Case(path_parameters=known)
    transition = link.extract(StepOutput(Response.from_any(response), source))
    parts: dict[str, Any] = {
        container: {name: extracted_value(each) for name, each in named.items()}
        for container, named in transition.parameters.items()
    }
    if link.target.body:
        body = extracted_value(transition.request_body) or {}
        parts |= {"body": body, "media_type": "application/json"}
    if response.status_code != int(link.status_code) or UNRESOLVABLE in leaf_values(parts):
        expected = f"a {link.status_code} of {operation_id} with all that the link {link.name} uses"
        detail = Detail(expected, exchange=exchange_of(response))
        raise Blocked(spec.schema_rule(operation_id, level), detail)
    case = link.target.Case(**parts)
    case_runner.judge(level, case, case_runner.send(case))


def extracted_value(extracted: Any) -> Any:
    """Return what the link's expression found in the response."""
    if extracted is None:
        return None
    return extracted.value.ok() if isinstance(extracted.value, Ok) else UNRESOLVABLE


def leaf_values(node: Any) -> list[Any]:
    """Return all values in nested objects."""
    if not isinstance(node, dict):
        return [node]
    return [leaf for value in node.values() for leaf in leaf_values(value)]


def operation_id_of(operation: Any) -> str:
    return str(operation.definition.raw["operationId"])


@each_level
def test_walk(
    level: spec.Level,
    new_case_runner: Callable[[], CaseRunner],
    collector: Collector,
    request: pytest.FixtureRequest,
) -> None:
    """Walks along the links go on after a breach, which fails the operation of its request."""
    walked = 0

    class Walk(checks.schema(level).as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            nonlocal walked
            walked += 1
            self.case_runner = new_case_runner()

        def teardown(self) -> None:
            self.case_runner.clear()

        def call(self, case: Any, **_: Any) -> Any:
            return self.case_runner.send(case)

        def validate_response(self, response: Any, case: Any, *_: Any, **__: Any) -> None:
            try:
                self.case_runner.judge(level, case, response, recorder=self.recorder)
            except AssertionError as breach:
                rule = spec.schema_rule(operation_id_of(case.operation), level)
                details, test = details_of(breach), request.node.nodeid
                collector.add_finding(rule, Outcome.fail, *details, test=test)

    for _ in range(TRIES):
        with contextlib.suppress(FlakyStrategyDefinition):
            run_state_machine_as_test(Walk, settings=walks)
            break
    if walked < SCENARIOS:
        raise RuntimeError(f"the walk ended after {walked} of {SCENARIOS} scenarios")
