"""The first look at a server tells what no run would."""

import httpx
import pytest

from contract_tests import knock, transport
from contract_tests.options import NO_VERDICT, WRONG_USAGE, Stop
from contract_tests.target import Target

TARGET = Target("http://server.test", "secret-key")


def answer_with(monkeypatch: pytest.MonkeyPatch, *statuses: int) -> None:
    """Let list and quota be answered so."""
    answers = iter([httpx.Response(status, headers={"Location": "/login"}) for status in statuses])
    monkeypatch.setattr(transport, "get", lambda *_, **__: next(answers))


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (401, WRONG_USAGE, "refuses the API key"),
        (403, WRONG_USAGE, "refuses the API key"),
        (404, NO_VERDICT, "does not offer the API"),
        (410, NO_VERDICT, "does not offer the API"),
        (429, NO_VERDICT, "limits the rate"),
        (302, NO_VERDICT, "leads elsewhere: list is at /login"),
        (500, NO_VERDICT, "is out of order"),
        (503, NO_VERDICT, "is out of order"),
    ],
)
def test_answers_everything_alike(monkeypatch: pytest.MonkeyPatch, status: int, code: int, words: str) -> None:
    """A server that gives list and quota the same refusal is told so in one line."""
    answer_with(monkeypatch, status, status)
    with pytest.raises(Stop, match=words) as stop:
        knock.knock(TARGET)
    assert stop.value.code == code


@pytest.mark.parametrize("statuses", [(200, 200), (200, 404), (404, 200), (500, 200), (401, 200)], ids=str)
def test_one_is_enough(monkeypatch: pytest.MonkeyPatch, statuses: tuple[int, int]) -> None:
    """A server that has one of the two is judged."""
    answer_with(monkeypatch, *statuses)
    knock.knock(TARGET)
