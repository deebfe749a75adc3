"""Fixtures of the rule tests: the server under test, its teams, and their helpers."""

from collections.abc import Iterator

import httpx
import pytest

from pictify_conformance import spec
from pictify_conformance.http.transport import RecordingTransport, http_client
from pictify_conformance.http.write_guard import Guard
from pictify_conformance.target import Target
from pictify_conformance.testing import ApiClient, Counters, Experiments, Team
from pictify_conformance.testing.cleanup import sweep
from pictify_conformance.testing.collector import COLLECTOR, TARGET, Collector
from pictify_conformance.testing.late_counters import LateCounterCheck
from pictify_conformance.testing.read_only import SkippingGuard


@pytest.fixture(scope="session")
def target(pytestconfig: pytest.Config) -> Target:
    """The server under test."""
    found = pytestconfig.stash.get(TARGET, None)
    if found is None:
        raise pytest.UsageError(
            "the rules need their plugin: pytest -p pictify_conformance.pytest_plugin"
        )
    return found


@pytest.fixture(scope="session")
def collector(pytestconfig: pytest.Config) -> Collector:
    """The object that takes findings."""
    return pytestconfig.stash[COLLECTOR]


@pytest.fixture(scope="session")
def guard(target: Target, collector: Collector) -> Iterator[Guard]:
    """Keep every request to what the run created. Report at the end what is left of it."""
    collector.guard = guard = SkippingGuard(
        target.base_url, target.token, read_only=target.read_only, cleanup_log=collector.cleanup_log
    )
    yield guard
    collector.record_leftovers()


@pytest.fixture(scope="session")
def transport(target: Target, guard: Guard, collector: Collector) -> RecordingTransport:
    """The transport of all requests."""
    return RecordingTransport(
        target, guard, collector, collector.rate_limiter, collector.time_limit
    )


@pytest.fixture(scope="session")
def client(transport: RecordingTransport) -> Iterator[httpx.Client]:
    """An HTTP client without credentials."""
    with http_client(transport) as client:
        yield client


@pytest.fixture(scope="session")
def session_team(target: Target, client: httpx.Client, guard: Guard) -> Iterator[Team]:
    """The first team. What is left of the run is deleted at the end."""
    team = Team(target, client, guard, target.api_key)
    yield team
    sweep(team.api)


@pytest.fixture
def team(session_team: Team) -> Iterator[Team]:
    """The first team. What a test creates is deleted after the test."""
    yield session_team
    session_team.api.remove_created()


@pytest.fixture(autouse=True)
def _require_operations(request: pytest.FixtureRequest, session_team: Team) -> None:
    """Skip a test of an operation that is not implemented."""
    for mark in request.node.iter_markers("rule"):
        session_team.api.require(*spec.rules()[mark.args[0]].operations)


@pytest.fixture
def api(team: Team) -> ApiClient:
    return team.api


@pytest.fixture
def experiments(team: Team) -> Experiments:
    return team.experiments


@pytest.fixture
def counters(team: Team) -> Counters:
    return team.counters


@pytest.fixture(scope="session")
def late_counter_check(session_team: Team, collector: Collector) -> Iterator[LateCounterCheck]:
    check = LateCounterCheck(session_team)
    yield check
    with collector.time_limit.judging():
        for found in check.findings():
            collector.add_finding(
                found.rule,
                found.outcome,
                *found.details,
                blocked_by=found.blocked_by,
                test=found.test,
            )
    check.remove_kept()


@pytest.fixture
def late_counters(
    late_counter_check: LateCounterCheck, request: pytest.FixtureRequest
) -> LateCounterCheck:
    """Re-reads what a test keeps at the end of the run."""
    rules = [mark.args[0] for mark in request.node.iter_markers("rule")]
    late_counter_check.start_test(request.node.nodeid, rules)
    return late_counter_check


@pytest.fixture(scope="session")
def other_session_team(target: Target, client: httpx.Client, guard: Guard) -> Iterator[Team]:
    if target.second_api_key is None:
        pytest.skip("needs a key of another team: --second-api-key")
    team = Team(target, client, guard, target.second_api_key)
    yield team
    sweep(team.api)


@pytest.fixture
def other_team(other_session_team: Team) -> Iterator[Team]:
    """The second team. What a test creates is deleted after the test."""
    yield other_session_team
    other_session_team.api.remove_created()


@pytest.fixture
def teams(request: pytest.FixtureRequest, team: Team) -> list[Team]:
    """Each team that there is a key for."""
    has_other = team.target.second_api_key is not None
    return [team, request.getfixturevalue("other_team")] if has_other else [team]


@pytest.fixture
def write_key(target: Target) -> str:
    """The first team's write key."""
    if target.write_key is None:
        pytest.skip("needs the team's write key: --write-key")
    return target.write_key
