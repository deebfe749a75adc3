"""The fixtures, in a project of somebody else: a folder of its own, and a pytest of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
README = Path(__file__).parents[1] / "README.md"
CLIENT = ROOT / "generated"
OURS = "pictify_mock"
OTHERS = sorted({entry.name for entry in entry_points(group="pytest11")} - {OURS, "anyio", "xdist"})
HEAVY = ["httptools", "orjson", "pydantic", "pydantic_core", "starlette", "uvicorn", "uvloop"]
HEAVY += ["PIL", "httpx", "pictify_experiments", "pictify_mock.testing"]

BLOCKS = [f"-pno:{name}" for name in OTHERS]


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the folder, with the client at hand, and with a proxy that is none."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV"))
    }
    environment |= {"PYTHONPATH": str(CLIENT), "http_proxy": "http://127.0.0.1:9"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def run_pytest(folder: Path, tests: str, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    (folder / "test_mine.py").write_text(tests)
    return python(folder, "-m", "pytest", "-q", "-ra", "-pno:cacheprovider", *BLOCKS, *options)


def passed(done: subprocess.CompletedProcess[str]) -> int:
    """How many tests passed of a run in which all did."""
    match = re.search(r"^(\d+) passed in", done.stdout, re.MULTILINE)
    assert match is not None, done.stdout + done.stderr
    return int(match[1])


def test_it_costs_nothing_until_used(tmp_path: Path) -> None:
    """An empty project loads the plugin and nothing of the server."""
    program = f"""
import sys
class Look:
    def pytest_configure(self, config):
        print(config.pluginmanager.hasplugin("{OURS}"))
import pytest
pytest.main(["--co", "-pno:anyio", "-pno:xdist", *{BLOCKS}], [Look()])
print(sorted(set({HEAVY}) & set(sys.modules)))
"""
    done = python(tmp_path, "-c", program)
    assert done.stdout.splitlines()[0] == "True", done.stderr
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_lines_of_the_readme(tmp_path: Path) -> None:
    """The test that the README shows passes as it stands."""
    section = (
        README.read_text(encoding="utf-8").partition("\n## In pytest\n")[2].partition("\n## ")[0]
    )
    shown = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    assert [len(block.splitlines()) for block in shown] == [5]
    assert passed(run_pytest(tmp_path, shown[0])) == 1


FIXTURES = '''
import asyncio
import json
from urllib.request import ProxyHandler, Request, build_opener

import httpx
import pytest
from pictify_experiments import AsyncPictifyExperiments, PictifyExperiments
from pictify_experiments.models import CreateExperimentRequest, VariantInput

HALVES = [VariantInput(id="a", weight=5000), VariantInput(id="b", weight=5000)]
MINE = CreateExperimentRequest(name="Mine", type="ab_test", slug="my-slug", variants=HALVES)


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_starts_anew(pictify_mock, pictify_mock_server, pictify, turn):
    assert pictify_mock is pictify_mock_server
    assert isinstance(pictify, PictifyExperiments)
    assert (pictify.list_experiments().total, pictify_mock.requests(method="POST")) == (0, [])
    pictify.create_experiment(MINE)
    pictify_mock.clock.freeze("2030-01-01T00:00:00Z")
    pictify_mock.faults.add(status=503, times=100, path="/nowhere")


def test_keys(pictify_mock):
    """Without any client."""
    key = {"Authorization": f"Bearer {pictify_mock.api_key}"}
    request = Request(f"{pictify_mock.url}/experiments/api", headers=key)
    assert json.load(build_opener(ProxyHandler({})).open(request))["total"] == 0
    assert pictify_mock.write_key


async def many(client):
    assert isinstance(client, AsyncPictifyExperiments)
    await client.create_experiment(MINE)
    return [each.total for each in await asyncio.gather(*(client.list_experiments() for _ in range(20)))]


def test_async_in_two_loops(async_pictify, pictify_mock):
    assert asyncio.run(many(async_pictify)) == [1] * 20
    pictify_mock.reset()
    assert asyncio.run(many(async_pictify)) == [1] * 20


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.mark.anyio
async def test_async_with_a_plugin(async_pictify):
    assert await many(async_pictify) == [1] * 20


@pytest.mark.parametrize("turn", [1, 2])
def test_app(pictify_mock_app, turn):
    async def scenario():
        transport = httpx.ASGITransport(pictify_mock_app)
        async with httpx.AsyncClient(transport=transport, base_url="http://mock") as http:
            client = AsyncPictifyExperiments("pk_test_development_only", base_url="http://mock", http_client=http)
            return await many(client)
    assert asyncio.run(scenario()) == [1] * 20
'''


def test_the_fixtures(tmp_path: Path) -> None:
    """Every fixture works in a foreign project, with warnings as errors and a proxy set."""
    assert passed(run_pytest(tmp_path, FIXTURES)) == 7


def test_one_server_a_worker(tmp_path: Path) -> None:
    """Under pytest-xdist each worker has one server for all of its tests."""
    tests = """
import pathlib
import pytest
@pytest.mark.parametrize("number", range(3))
def test_url(pictify_mock, worker_id, number):
    with pathlib.Path(f"urls-{worker_id}.txt").open("a") as urls:
        urls.write(pictify_mock.url + "\\n")
"""
    assert passed(run_pytest(tmp_path, tests, "--dist=each", "--tx=2*popen")) == 6
    urls = [set(file.read_text().split()) for file in tmp_path.glob("urls-*.txt")]
    assert [len(own) for own in urls] == [1, 1]
    assert urls[0] != urls[1]


@pytest.mark.parametrize("fixture", ["pictify", "async_pictify"])
def test_without_the_client(tmp_path: Path, fixture: str) -> None:
    """Without the client its fixtures are errors that name the remedy; the others work."""
    (tmp_path / "conftest.py").write_text("import sys; sys.modules['pictify_experiments'] = None\n")
    tests = (
        f"def test_mine({fixture}): pass\ndef test_other(pictify_mock): assert pictify_mock.url\n"
    )
    done = run_pytest(tmp_path, tests)
    assert "1 passed, 1 error" in done.stdout
    assert f"the fixture {fixture} needs the client: pip install pictify-experiments" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_they_are_listed_with_what_they_are(tmp_path: Path) -> None:
    """`pytest --fixtures` tells of each."""
    done = run_pytest(tmp_path, "", "--fixtures")
    for name in (
        "pictify_mock_server",
        "pictify_mock",
        "pictify_mock_app",
        "pictify",
        "async_pictify",
    ):
        assert re.search(
            rf"^{name}( \[session scope\])? -- .*\n    [A-Z]\w*", done.stdout, re.MULTILINE
        ), name
