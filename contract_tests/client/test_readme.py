"""The Python in the client's README runs."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pictify_experiments import PictifyExperiments

from pictify_mock import MockServer

ROOT = Path(__file__).parents[2]


@pytest.fixture
def mock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A mock with its built-in keys, whose URL and keys are in the environment."""
    with MockServer() as server:
        monkeypatch.setenv("PICTIFY_BASE_URL", server.url)
        monkeypatch.setenv("PICTIFY_API_KEY", server.api_key)
        monkeypatch.setenv("PICTIFY_WRITE_KEY", server.write_key)
        yield


def run_blocks(page: str) -> None:
    """Run the Python blocks of a page, one after the other."""
    blocks = re.findall(
        r"```python\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL
    )
    namespace: dict[str, Any] = {}
    for block in (block for block in blocks if "pictify" in block):
        exec(block, namespace)  # noqa: S102 - it is our own page
    assert blocks
    for client in (value for value in namespace.values() if isinstance(value, PictifyExperiments)):
        client.close()


@pytest.mark.usefixtures("mock")
def test_page_of_the_client(capsys: pytest.CaptureFixture[str]) -> None:
    """The code of the client's own page runs, and prints what the page says."""
    run_blocks("generated/README.md")
    told = capsys.readouterr().out
    assert told.startswith(
        "running\n[0, 0]\nConditionGroup(operator=GroupOperator.AND, children=[ConditionRule("
    )
    for words in (
        "it is running and can become",
        "/variants ",
        "refused: 404 experiment-not-found",
        "150 taken; [(150, ",
    ):
        assert words in told
    assert "['Lunch banner', 'Who sees what', 'Homepage hero']" in told
