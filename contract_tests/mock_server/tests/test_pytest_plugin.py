"""The pytest plugin in another project, with a pytest run of its own."""

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
PLUGINS = {entry.name for entry in entry_points(group="pytest11")}
WITHOUT_OTHERS = [f"-pno:{name}" for name in sorted(PLUGINS - {"pictify_mock", "anyio", "xdist"})]
HEAVY = ["httptools", "orjson", "pydantic", "pydantic_core", "starlette", "uvicorn", "uvloop"]
HEAVY += ["PIL", "httpx", "pictify_experiments", "pictify_mock.testing"]


def run_python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the folder, with the client at hand, and behind a proxy that does not exist."""
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
    arguments = ("-m", "pytest", "-q", "-ra", "-pno:cacheprovider", *WITHOUT_OTHERS, *options)
    return run_python(folder, *arguments)


def assert_all_passed(done: subprocess.CompletedProcess[str], number: int) -> None:
    """Assert that so many tests passed and none failed."""
    assert re.search(rf"^{number} passed in", done.stdout, re.MULTILINE), done.stdout + done.stderr


def test_the_plugin_loads_nothing_of_the_server_until_it_is_used(tmp_path: Path) -> None:
    program = f"""
import sys
class Look:
    def pytest_configure(self, config):
        print(config.pluginmanager.hasplugin("pictify_mock"))
import pytest
pytest.main(["--co", "-pno:anyio", "-pno:xdist", *{WITHOUT_OTHERS}], [Look()])
print(sorted(set({HEAVY}) & set(sys.modules)))
"""
    done = run_python(tmp_path, "-c", program)
    assert done.stdout.splitlines()[0] == "True", done.stderr
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_tests_of_the_readme_pass(tmp_path: Path) -> None:
    text = README.read_text(encoding="utf-8")
    section = text.partition("\n## In pytest\n")[2].partition("\n## ")[0]
    (example,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    assert_all_passed(run_pytest(tmp_path, example), 2)


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
    pages = await asyncio.gather(*(client.list_experiments() for _ in range(20)))
    return [page.total for page in pages]


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
            options = {"base_url": "http://mock", "http_client": http}
            return await many(AsyncPictifyExperiments("pk_test_development_only", **options))
    assert asyncio.run(scenario()) == [1] * 20
'''


def test_every_fixture_works_with_warnings_as_errors_and_behind_a_proxy(tmp_path: Path) -> None:
    assert_all_passed(run_pytest(tmp_path, FIXTURES), 7)


def test_each_worker_of_xdist_has_one_server(tmp_path: Path) -> None:
    tests = """
import pathlib
import pytest
@pytest.mark.parametrize("number", range(3))
def test_url(pictify_mock, worker_id, number):
    with pathlib.Path(f"urls-{worker_id}.txt").open("a") as urls:
        urls.write(pictify_mock.url + "\\n")
"""
    assert_all_passed(run_pytest(tmp_path, tests, "--dist=each", "--tx=2*popen"), 6)
    urls = [set(file.read_text().split()) for file in tmp_path.glob("urls-*.txt")]
    assert [len(own) for own in urls] == [1, 1]
    assert urls[0] != urls[1]


@pytest.mark.parametrize("fixture", ["pictify", "async_pictify"])
def test_without_the_client_its_fixtures_name_the_remedy(tmp_path: Path, fixture: str) -> None:
    """The other fixtures work."""
    (tmp_path / "conftest.py").write_text("import sys; sys.modules['pictify_experiments'] = None\n")
    tests = (
        f"def test_mine({fixture}): pass\ndef test_other(pictify_mock): assert pictify_mock.url\n"
    )
    done = run_pytest(tmp_path, tests)
    assert "1 passed, 1 error" in done.stdout
    assert f"the fixture {fixture} needs the client: pip install pictify-experiments" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_fixtures_are_listed_with_a_description(tmp_path: Path) -> None:
    listed = run_pytest(tmp_path, "", "--fixtures").stdout
    for name in ("pictify_mock_server", "pictify_mock", "pictify_mock_app", "async_pictify"):
        described = rf"^{name}( \[session scope\])? -- .*\n    [A-Z]\w*"
        assert re.search(described, listed, re.MULTILINE), name
