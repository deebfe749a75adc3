"""The Python in the READMEs runs."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pictify_experiments import AuthenticatedClient, Client

ROOT = Path(__file__).parents[2]
READY = re.compile(r"(http://\S+) \(API key (\S+), write key (\S+)\)")


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The mock as the README starts it, with its built-in keys, on a free port; its URL."""
    line = [sys.executable, "-m", "contract_tests.mock_server", "--port", "0"]
    with subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        ready = READY.search(process.stdout.readline())
        assert ready
        for name, value in zip(("BASE_URL", "API_KEY", "WRITE_KEY"), ready.groups(), strict=True):
            monkeypatch.setenv(f"PICTIFY_{name}", value)
        yield ready[1]
        process.terminate()


def run_blocks(page: str, url: str) -> None:
    """Run the Python blocks of a page, one after the other."""
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)
    namespace: dict[str, Any] = {}
    for block in blocks:
        exec(block.replace("http://127.0.0.1:8080", url), namespace)  # noqa: S102 - it is our own page
    assert blocks
    for client in (value for value in namespace.values() if isinstance(value, (Client, AuthenticatedClient))):
        client.get_httpx_client().close()


def test_first_page(served: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The code of the front page makes an experiment, starts it and tells where its link leads."""
    run_blocks("README.md", served)
    assert capsys.readouterr().out.split() == ["running", "https://shop.example.com/summer"]


def test_page_of_the_client(served: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The code of the client's own page runs."""
    run_blocks("generated/README.md", served)
    assert "refused:" in capsys.readouterr().out
