"""What schemathesis finds by following the spec's links from one answer to the next request."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.errors import FlakyStrategyDefinition
from hypothesis.stateful import run_state_machine_as_test
from schemathesis.core.result import Ok
from schemathesis.core.transforms import UNRESOLVABLE as NOTHING
from schemathesis.core.transport import Response
from schemathesis.generation.stateful.state_machine import StepOutput

from pictify_conformance import spec
from pictify_conformance.http.transport import RecordingTransport, exchange_of, requests_session
from pictify_conformance.http.write_guard import Guard
from pictify_conformance.results.findings import Detail, Outcome
from pictify_conformance.schemathesis_adapter import checks
from pictify_conformance.schemathesis_adapter.case_runner import CaseRunner
from pictify_conformance.schemathesis_adapter.cases import cases
from pictify_conformance.testing.collector import COLLECTOR, Collector
from pictify_conformance.testing.experiments import Lab
from pictify_conformance.testing.failures import Blocked, details_of
from pictify_conformance.testing.payloads import Json

OPERATIONS = [operation["operationId"] for _, _, operation in spec.operations()]
pytestmark = pytest.mark.slow
LEVELS: tuple[spec.Level, ...] = ("documented", "assumed")
SCENARIOS = cases(40)
TRIES = 3  # where answers are not the same from one walk to the next, links that begin alike may go on otherwise
walks = settings(
    max_examples=SCENARIOS,
    stateful_step_count=8,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)

# How an answer comes about from which links lead on: the status that is needed first, if any, and the call.
SOURCES: dict[str, tuple[str, Callable[[Lab, Json], httpx.Response]]] = {
    "listExperiments": ("draft", lambda lab, _: lab.list_experiments(type="ab_test")),
    "createExperiment": ("", lambda lab, _: lab.attempt(lab.body())),
    "getExperiment": ("draft", lambda lab, made: lab.get(made["uid"])),
    "updateExperiment": (
        "draft",
        lambda lab, made: lab.update(made["uid"], {"name": made["name"] + " again"}),
    ),
    "deleteExperiment": ("draft", lambda lab, made: lab.delete(made["uid"])),
    "startExperiment": ("draft", lambda lab, made: lab.start(made["uid"])),
    "pauseExperiment": ("running", lambda lab, made: lab.pause(made["uid"])),
    "completeExperiment": ("running", lambda lab, made: lab.complete(made["uid"])),
}


def every_operation(level: spec.Level) -> Any:
    """The level, marked with the schema rows of all operations."""
    rows = [spec.schema_rule(operation_id, level) for operation_id in OPERATIONS]
    return pytest.param(level, marks=[pytest.mark.rule(row) for row in rows], id=level)


@pytest.fixture
def stage(lab: Lab, guard: Guard, line: RecordingTransport) -> Iterator[CaseRunner]:
    """Where requests that schemathesis makes meet own experiments."""
    with requests_session(line) as session:
        yield CaseRunner(lab, guard, session)


@pytest.mark.parametrize("level", [every_operation(level) for level in LEVELS])
def test_each_link(
    level: spec.Level, lab: Lab, stage: CaseRunner, request: pytest.FixtureRequest
) -> None:
    """Each link leads from an answer to a request that is answered as the spec says."""
    judge = request.config.stash[COLLECTOR]
    for link in checks.links(level):
        row = spec.schema_rule(_operation_id(link.target), level)
        try:
            _follow(link, level, lab, stage)
        except Blocked as blocked:
            judge.add_finding(
                row,
                Outcome.fail,
                *blocked.details,
                blocked_by=blocked.rule,
                test=request.node.nodeid,
            )
        except AssertionError as breach:
            error_message = [detail.within(link.full_name) for detail in details_of(breach)]
            judge.add_finding(row, Outcome.fail, *error_message, test=request.node.nodeid)
        finally:
            lab.clear()


def _follow(link: Any, level: spec.Level, lab: Lab, stage: CaseRunner) -> None:
    """Get the answer that the link leads on from, and send the request that it leads to."""
    operation_id = _operation_id(link.source)
    status, call = SOURCES[operation_id]
    made = lab.clickable(status) if status else {}
    came = call(lab, made)
    known = {"uid": made["uid"]} if "{uid}" in link.source.path else {}
    transition = link.extract(
        StepOutput(Response.from_any(came), link.source.Case(path_parameters=known))
    )
    parts: dict[str, Any] = {
        container: {name: _found(each) for name, each in named.items()}
        for container, named in transition.parameters.items()
    }
    if link.target.body:
        parts |= {"body": _found(transition.request_body) or {}, "media_type": "application/json"}
    if came.status_code != int(link.status_code) or NOTHING in _values(parts):
        needed = f"a {link.status_code} of {operation_id} with all that the link {link.name} takes from it"
        raise Blocked(
            spec.schema_rule(operation_id, level), Detail(needed, exchange=exchange_of(came))
        )
    case = link.target.Case(**parts)
    stage.judge(level, case, stage.send(case))


def _found(extracted: Any) -> Any:
    """What the link's expression found in the answer."""
    if extracted is None:
        return None
    return extracted.value.ok() if isinstance(extracted.value, Ok) else NOTHING


def _values(node: Any) -> list[Any]:
    """All that is in an object, whatever is in it."""
    return (
        [leaf for value in node.values() for leaf in _values(value)]
        if isinstance(node, dict)
        else [node]
    )


def _operation_id(operation: Any) -> str:
    return str(operation.definition.raw["operationId"])


@pytest.mark.parametrize("level", [every_operation(level) for level in LEVELS])
def test_walk(
    level: spec.Level,
    team: Lab,
    guard: Guard,
    line: RecordingTransport,
    request: pytest.FixtureRequest,
) -> None:
    """On random walks along the links every answer is as the spec says."""
    walked: list[CaseRunner] = []
    with requests_session(line) as session:

        def new_stage() -> CaseRunner:
            walked.append(
                CaseRunner(
                    Lab(team.target, team.client, guard, team.target.api_key), guard, session
                )
            )
            return walked[-1]

        machine = _machine(level, new_stage, request.config.stash[COLLECTOR], request.node.nodeid)
        for _ in range(TRIES):
            with contextlib.suppress(FlakyStrategyDefinition):
                run_state_machine_as_test(machine, settings=walks)
                break
    if len(walked) < SCENARIOS:
        raise RuntimeError(f"the walk ended after {len(walked)} of {SCENARIOS} scenarios")


def _machine(
    level: spec.Level, new_stage: Callable[[], CaseRunner], judge: Collector, test: str
) -> type[Any]:
    """A state machine that goes on after a breach and notes it for the operation that it came from."""

    class Walk(checks.schema(level).as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            self.stage = new_stage()

        def teardown(self) -> None:
            self.stage.clear()

        def call(self, case: Any, **_: Any) -> Any:
            return self.stage.send(case)

        def validate_response(self, response: Any, case: Any, *_: Any, **__: Any) -> None:
            try:
                self.stage.judge(level, case, response, recorder=self.recorder)
            except AssertionError as breach:
                row = spec.schema_rule(_operation_id(case.operation), level)
                judge.add_finding(row, Outcome.fail, *details_of(breach), test=test)

    return Walk
