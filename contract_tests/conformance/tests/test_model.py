"""The model finds what only an order of calls shows, and reports it in few requests."""

import httpx
import pytest

from broken_servers.fault import catalogue
from broken_servers.server import broken_by
from pictify_conformance.http.transport import RecordingTransport, http_client
from pictify_conformance.http.write_guard import Guard
from pictify_conformance.model.search import find_violation
from pictify_conformance.model.state import (
    refusal_rule,
    refused_fields,
    status_after,
    update_body,
    update_rule,
)
from pictify_conformance.model.trace import Trace, Violation
from pictify_conformance.spec import Level, rules
from pictify_conformance.target import Target
from pictify_conformance.testing.team import Team

STATUSES = ("draft", "running", "paused", "completed")
SEQUENCES = 60


def violation_of(fault: str, level: Level, *, teams: int = 1, seed: str = "1") -> Violation | None:
    """Return what the model finds on our mock with a fault."""
    with broken_by(catalogue()[fault], level) as (target, errors):
        guard = Guard(target.base_url, target.token)
        with http_client(RecordingTransport(target, guard)) as client:
            keys = [target.api_key, target.second_api_key or ""][:teams]
            both = [Team(target, client, guard, key) for key in keys]
            violation = find_violation(both, SEQUENCES, seed)
        assert errors == []
        return violation


def commands(violation: Violation) -> list[str]:
    return list(violation.details[-1].steps)


@pytest.mark.parametrize("level", ["documented", "assumed"])
@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ("second-start-does-not-last", "lifecycle.start"),
        ("update-while-paused-is-echoed", "update.paused-fields"),
        ("completing-what-was-paused-mistakes-the-winner", "lifecycle.complete.winner"),
        ("start-renames-the-one-before", "lifecycle.any-order"),
    ],
)
def test_violation_is_reported_in_four_requests_or_fewer(
    level: Level, fault: str, rule: str
) -> None:
    violation = violation_of(fault, level)
    assert violation is not None
    assert violation.rule == rule
    assert len(commands(violation)) <= 4, violation
    assert all("curl" in command for command in commands(violation))


def test_request_of_one_team_that_changes_another_teams_experiment_is_found() -> None:
    violation = violation_of("update-reaches-the-other-team", "documented", teams=2)
    assert violation is not None
    assert "$PICTIFY_SECOND_API_KEY" in str(violation)


def test_same_seed_finds_the_same_violation() -> None:
    found = [violation_of("start-renames-the-one-before", "documented") for _ in range(2)]
    first, second = (str(each).count("curl") for each in found if each)
    assert first == second


@pytest.fixture
def target() -> Target:
    return Target("http://server.test", "key-of-the-first", "key-of-the-second")


def answered(status: int, path: str, key: str, body: object = None) -> httpx.Response:
    """Return a response to a POST, with an experiment if it is a 201."""
    created = {"experiment": {"uid": "exp_1"}} if status == 201 else {}
    headers = {"Authorization": f"Bearer {key}"}
    request = httpx.Request("POST", f"http://server.test{path}", json=body, headers=headers)
    return httpx.Response(status, json=created, request=request)


def test_commands_can_be_repeated_in_a_shell(target: Target) -> None:
    """Keys and uids are variables of the shell, and no key is shown."""
    trace = Trace(target)
    trace.record(answered(201, "/experiments/api", "key-of-the-first", {"name": "It's"}))
    trace.record(answered(200, "/experiments/api/exp_1/start", "key-of-the-second"))
    create, start = trace.commands
    assert create.startswith("UID_1=$(curl")
    assert '--data-raw \'{"name":"It\'"\'"\'s"}\'' in create
    assert '"$PICTIFY_BASE_URL/experiments/api/$UID_1/start"' in start
    assert '-H "Authorization: Bearer $PICTIFY_SECOND_API_KEY"' in start
    assert "key-of-the" not in create + start


@pytest.mark.parametrize("status", STATUSES)
def test_every_expectation_is_a_rule(status: str) -> None:
    transitions = {
        refusal_rule(action, status)
        for action in ("start", "pause", "complete", "delete")
        if not status_after(action, status)
    }
    fields = {update_rule(field, status) for field in refused_fields(status)}
    assert transitions | fields <= rules().keys()


@pytest.mark.parametrize(
    ("field", "default"),
    [
        ("name", None),
        ("variants", None),
        ("goalConfig", None),
        ("outputConfig", None),
        ("minimumRunDays", 7),
        ("confidenceThreshold", 0.95),
        ("minimumSampleSize", 1000),
    ],
)
def test_no_two_updates_give_a_field_the_same_value_or_its_default(
    field: str, default: object
) -> None:
    values = [update_body(field, number, "ct-slug")[field] for number in range(1, 21)]
    assert all(value not in values[:index] for index, value in enumerate(values))
    assert default not in values
