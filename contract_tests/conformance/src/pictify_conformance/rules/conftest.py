"""Fixtures of the suite: the benches of the two teams, and the keys."""

from collections.abc import Iterator

import httpx
import pytest

from pictify_conformance.http.transport import RecordingTransport, http_client
from pictify_conformance.http.write_guard import Guard
from pictify_conformance.target import Target
from pictify_conformance.testing.collector import COLLECTOR, TARGET
from pictify_conformance.testing.experiments import Lab
from pictify_conformance.testing.late_counters import Keeper
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
def guard(target: Target, pytestconfig: pytest.Config) -> Iterator[Guard]:
    """Keep every request to what the run created; at the end, tell what is left of it."""
    judge = pytestconfig.stash[COLLECTOR]
    judge.guard = guard = SkippingGuard(
        target.base_url, target.token, read_only=target.read_only, cleanup_log=judge.cleanup_log
    )
    yield guard
    judge.record_leftovers()


@pytest.fixture(scope="session")
def line(target: Target, guard: Guard, pytestconfig: pytest.Config) -> RecordingTransport:
    """The way to the server."""
    judge = pytestconfig.stash[COLLECTOR]
    return RecordingTransport(target, guard, judge, judge.rate_limiter, judge.time_limit)


@pytest.fixture(scope="session")
def client(line: RecordingTransport) -> Iterator[httpx.Client]:
    """An HTTP client without credentials."""
    with http_client(line) as client:
        yield client


@pytest.fixture(scope="session")
def team(target: Target, client: httpx.Client, guard: Guard) -> Iterator[Lab]:
    team = Lab(target, client, guard, target.api_key)
    yield team
    team.sweep()


@pytest.fixture
def lab(team: Lab) -> Iterator[Lab]:
    """The first team's bench; what a test makes on it is gone after the test."""
    yield team
    team.clear()


@pytest.fixture(scope="session")
def keeper(
    team: Lab, client: httpx.Client, guard: Guard, pytestconfig: pytest.Config
) -> Iterator[Keeper]:
    """Reads at the end of the run what was counted before."""
    keeper, judge = (
        Keeper(team.target, client, guard, team.target.api_key),
        pytestconfig.stash[COLLECTOR],
    )
    yield keeper
    with judge.time_limit.judging():
        for found in keeper.counted_again():
            judge.add_finding(
                found.rule,
                found.outcome,
                *found.details,
                blocked_by=found.blocked_by,
                test=found.test,
            )
    keeper.clear()


@pytest.fixture
def lasting(lab: Lab, keeper: Keeper, request: pytest.FixtureRequest) -> Lab:
    """The first team's bench, or one like it whose counters are read again at the end of the run."""
    keeper.serve(request.node.nodeid, [mark.args[0] for mark in request.node.iter_markers("rule")])
    return keeper if keeper.has_room else lab


@pytest.fixture(scope="session")
def other_team(target: Target, client: httpx.Client, guard: Guard) -> Iterator[Lab]:
    if target.second_api_key is None:
        pytest.skip("needs a key of another team: --second-api-key")
    other = Lab(target, client, guard, target.second_api_key)
    yield other
    other.sweep()


@pytest.fixture
def other_lab(other_team: Lab) -> Iterator[Lab]:
    """The second team's bench."""
    yield other_team
    other_team.clear()


@pytest.fixture
def teams(request: pytest.FixtureRequest, lab: Lab) -> list[Lab]:
    """Each team that there is a key for."""
    return [lab, request.getfixturevalue("other_lab")] if lab.target.second_api_key else [lab]


@pytest.fixture
def write_key(target: Target) -> str:
    """The first team's write key."""
    if target.write_key is None:
        pytest.skip("needs the team's write key: --write-key")
    return target.write_key
