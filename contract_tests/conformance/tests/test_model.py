"""The model finds what only an order of calls shows, and tells it in the few calls that it takes."""

import httpx
import pytest
from hypothesis import core

from broken_servers.fault import catalogue
from broken_servers.server import broken_by
from pictify_conformance.http.transport import Line, http_client
from pictify_conformance.http.write_guard import Guard
from pictify_conformance.model.search import play
from pictify_conformance.model.state import change, leads_to, refusal, refused_fields, update_rule
from pictify_conformance.model.trace import Breach, Steps
from pictify_conformance.spec import Level, rules
from pictify_conformance.target import Target
from pictify_conformance.testing.team import Team

STATUSES = ("draft", "running", "paused", "completed")
GAMES = 60


@pytest.fixture(autouse=True)
def _seed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same games every time, as with --seed."""
    monkeypatch.setattr(core, "global_force_seed", 1)


class Nobody:
    """A witness that looks away."""

    def witness(self, *_: object) -> None:
        """Judge nothing."""

    def note(self, *_: object) -> None:
        """Keep nothing."""


def played(fault: str | None, level: Level, *, both: bool = False) -> Breach | None:
    """What games find on our mock with a fault."""
    with broken_by(catalogue()[fault] if fault else None, level) as (target, broke):
        guard = Guard(target.base_url, target.token)
        with http_client(Line(target, guard, Nobody())) as client:
            keys = [target.api_key, *([target.second_api_key or ""] if both else [])]
            breach = play([Team(target, client, guard, key) for key in keys], GAMES)
        assert broke == []
        return breach


@pytest.mark.parametrize("level", ["documented", "assumed"])
@pytest.mark.parametrize(
    ("fault", "rule", "calls"),
    [
        ("second-start-does-not-last", "lifecycle.start", 4),
        ("update-while-paused-is-echoed", "update.paused-fields", 4),
        ("completing-what-was-paused-mistakes-the-winner", "lifecycle.complete.winner", 4),
        ("start-renames-the-one-before", "lifecycle.any-order", 4),
    ],
)
def test_a_deep_fault_is_told_in_few_calls(level: Level, fault: str, rule: str, calls: int) -> None:
    """The rule is that of the last call, and nothing that could be left out is told."""
    breach = played(fault, level)
    assert breach is not None
    told = str(breach).partition("the steps that lead there:\n")[2].splitlines()
    assert breach.rule == rule
    assert len(told) <= calls, breach
    assert all("curl" in line for line in told)


def test_one_team_in_anothers_experiments_is_found() -> None:
    """Games of two teams see what one does to the other."""
    breach = played("update-reaches-the-other-team", "documented", both=True)
    assert breach is not None
    assert "$PICTIFY_SECOND_API_KEY" in str(breach)


@pytest.fixture
def target() -> Target:
    """A target that nobody asks."""
    return Target("http://server.test", "key-of-the-first", "key-of-the-second")


def answered(status: int, method: str, path: str, **options: object) -> httpx.Response:
    """An answer and its request."""
    made = {"experiment": {"uid": "exp_1"}} if status == 201 else {}
    request = httpx.Request(method, f"http://server.test{path}", **options)  # type: ignore[arg-type]
    return httpx.Response(status, json=made, request=request)


def test_steps_can_be_repeated_in_a_shell(target: Target) -> None:
    """Keys and uids are variables of the shell, and no key is told."""
    steps, headers = Steps(target), {"Authorization": "Bearer key-of-the-first"}
    steps.add(answered(201, "POST", "/experiments/api", json={"name": "It's"}, headers=headers))
    steps.add(
        answered(
            200,
            "POST",
            "/experiments/api/exp_1/start",
            headers={"Authorization": "Bearer key-of-the-second"},
        )
    )
    create, start = steps.lines
    assert create.startswith("UID_1=$(curl")
    assert '--data-binary \'{"name":"It\'"\'"\'s"}\'' in create
    assert (
        '"$PICTIFY_BASE_URL/experiments/api/$UID_1/start" -H "Authorization: Bearer $PICTIFY_SECOND_API_KEY"'
        in start
    )
    assert "key-of-the" not in create + start


@pytest.mark.parametrize("status", STATUSES)
def test_every_expectation_is_a_rule(status: str) -> None:
    """What the model refuses or takes in a status is a rule of the spec."""
    moves = {
        refusal(move, status)
        for move in ("start", "pause", "complete", "delete")
        if not leads_to(move, status)
    }
    fields = {update_rule(field, status) for field in refused_fields(status)}
    assert moves | fields <= rules().keys()


def test_a_change_changes_and_is_no_default() -> None:
    """No two numbers give a field the same value, and none gives it a default."""
    defaults = [{"minimumRunDays": 7}, {"confidenceThreshold": 0.95}, {"minimumSampleSize": 1000}]
    for field in (
        "name",
        "variants",
        "goalConfig",
        "outputConfig",
        "minimumRunDays",
        "confidenceThreshold",
    ):
        values = [change(field, number, None) for number in range(1, 21)]  # type: ignore[arg-type]
        assert all(one not in values[:index] + defaults for index, one in enumerate(values))
