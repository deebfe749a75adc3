"""Fixtures of the suite: the benches of the two teams, and the keys."""

from collections.abc import Iterator

import httpx
import pytest

from contract_tests.guard import Guard
from contract_tests.lab import Lab
from contract_tests.plugin import TARGET, WITNESS
from contract_tests.target import Target
from contract_tests.traffic import http_client


@pytest.fixture(scope="session")
def target(pytestconfig: pytest.Config) -> Target:
    """The server under test."""
    found = pytestconfig.stash.get(TARGET, None)
    if found is None:
        raise pytest.UsageError("the contract suite needs a target: run python -m contract_tests")
    return found


@pytest.fixture(scope="session")
def guard(target: Target) -> Guard:
    """Keeps every request to what the run created."""
    return Guard(target.base_url, target.token)


@pytest.fixture(scope="session")
def client(target: Target, guard: Guard, pytestconfig: pytest.Config) -> Iterator[httpx.Client]:
    """An HTTP client without credentials."""
    with http_client(target, guard, pytestconfig.stash[WITNESS].witness) as client:
        yield client


@pytest.fixture(scope="session")
def team(target: Target, client: httpx.Client, guard: Guard, pytestconfig: pytest.Config) -> Iterator[Lab]:
    team = Lab(target, client, guard, target.api_key)
    yield team
    pytestconfig.stash[WITNESS].left_behind = team.sweep()


@pytest.fixture
def lab(team: Lab) -> Iterator[Lab]:
    """The first team's bench; what a test makes on it is gone after the test."""
    yield team
    team.clear()


@pytest.fixture
def other_lab(target: Target, client: httpx.Client, guard: Guard) -> Iterator[Lab]:
    """The second team's bench."""
    if target.second_api_key is None:
        pytest.skip("needs a key of another team: --second-api-key")
    other = Lab(target, client, guard, target.second_api_key)
    yield other
    other.clear()


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
