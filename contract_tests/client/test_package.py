"""The distribution, and a project that uses it."""

import email
import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pictify_mock import MockServer

ROOT = Path(__file__).parents[2]
GENERATED = ROOT / "generated"
MOST_BYTES = 100_000


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built here."""
    folder = tmp_path_factory.mktemp("wheel")
    build = ["-m", "build", "--wheel", "--no-isolation", f"--outdir={folder}", str(GENERATED)]
    subprocess.run([sys.executable, *build], check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def project(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a program, and the wheel unpacked beside it as an installer would."""
    folder = tmp_path_factory.mktemp("project")
    zipfile.ZipFile(wheel).extractall(folder / "site")
    (folder / "consumer.py").write_bytes(
        (ROOT / "contract_tests" / "client" / "consumer.py").read_bytes()
    )
    return folder


def run(project: Path, *command: str) -> str:
    """Run Python in the project, with the wheel and without anything of this repository."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(project / "site"),
        "MYPYPATH": str(project / "site"),
    }
    done = subprocess.run(
        [sys.executable, *command],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_wheel_is_small(wheel: Path) -> None:
    """The wheel is below 100 KB and holds the package, its marker of types and its licence."""
    names = {name.partition("/")[2] for name in zipfile.ZipFile(wheel).namelist()}
    assert wheel.stat().st_size < MOST_BYTES
    assert {"py.typed", "pictify.py", "licenses/LICENSE"} <= names


def test_wheel_needs_little(wheel: Path) -> None:
    """The wheel needs anyio, which httpx needs too, attrs and httpx."""
    with zipfile.ZipFile(wheel) as archive:
        file = next(name for name in archive.namelist() if name.endswith("METADATA"))
        metadata = email.message_from_bytes(archive.read(file))
    wanted = metadata.get_all("Requires-Dist") or []
    needed = [requirement for requirement in wanted if "extra ==" not in requirement]
    assert sorted(requirement.partition(">")[0].partition("<")[0] for requirement in needed) == [
        "anyio",
        "attrs",
        "httpx",
    ]


def test_project_runs(project: Path) -> None:
    """The program of the project runs with the wheel alone."""
    with MockServer() as server:
        told = run(project, "consumer.py", server.url, server.api_key)
    assert told.splitlines() == [
        "completed",
        "https://shop.example.com/ True",
        "2",
        "https://shop.example.com/",
        "Consumer",
        "1",
    ]


MISSPELT = """
from pictify_experiments import PictifyExperiments
from pictify_experiments.models import ConditionRuleDict, ExperimentType, VariantInput

pictify = PictifyExperiments("key")
pictify.create_experiment(nome="x", type="ab_test", slug="abc", variants=[])
pictify.create_experiment(name="x", type="ab", slug="abc", variants=[])
pictify.create_experiment(name="x", type="ab_test", variants=[])
pictify.update_experiment("exp_1", variants=[{"id": "a", "wieght": 1}])
pictify.update_experiment("exp_1", goal_config={"type": "click"})
pictify.complete_experiment("exp_1", winner="b")
pictify.list_experiments(status="archived")
pictify.get_experiment("exp_1").variants[0].clicked
pictify.find_experiment(slug="abc").name
rule: ConditionRuleDict = {"type": "rule", "property": "x", "operator": "equals", "value": 1}
"""
FIRST_WRONG_LINE = 6


def wrong_lines(found: str) -> set[int]:
    return {int(line) for line in re.findall(r"wrong\.py:(\d+)(?::\d+)?(?: -|:) error", found)}


def mypy(project: Path, file: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mypy", "--strict", "--warn-unreachable"]
    return subprocess.run(
        [*command, "--cache-dir=.mypy_cache", file],
        cwd=project,
        env={**os.environ, "MYPYPATH": str(project / "site")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def pyright(project: Path) -> Callable[[str], str]:
    """Run pyright in the project, at its strictest."""
    if "PYRIGHT" not in os.environ:
        pytest.skip("PYRIGHT names no pyright; the session sets it where the npm registry gives it")

    def run_pyright(*files: str) -> str:
        settings: dict[str, Any] = {
            "include": files,
            "extraPaths": ["site"],
            "typeCheckingMode": "strict",
            "pythonVersion": "3.11",
            "reportMissingModuleSource": False,
        }
        (project / "pyrightconfig.json").write_text(json.dumps(settings))
        node = Path(sys.executable).parent / "node"
        command = [str(node), os.environ["PYRIGHT"], f"--pythonpath={sys.executable}"]
        done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
        return done.stdout

    return run_pyright


def test_project_is_typed_for_mypy(project: Path) -> None:
    done = mypy(project, "consumer.py")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("page", ["README.md", "generated/README.md"])
def test_readme_is_typed_for_mypy(project: Path, page: str) -> None:
    """The programs of both README files, written down as they are, pass `mypy --strict`."""
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    code = "\n".join(block for block in blocks if "pictify_mock" not in block)
    (project / "readme.py").write_text(code)
    done = mypy(project, "readme.py")
    assert done.returncode == 0, done.stdout


def test_mypy_finds_misspelt_keys(project: Path) -> None:
    """Wrong keywords, keys, texts and attributes are errors for mypy, each on its line."""
    (project / "wrong.py").write_text(MISSPELT)
    wrong = range(FIRST_WRONG_LINE, MISSPELT.count("\n") + 1)
    assert wrong_lines(mypy(project, "wrong.py").stdout) == set(wrong)


def test_pyright_finds_misspelt_keys(project: Path, pyright: Callable[[str], str]) -> None:
    (project / "wrong.py").write_text(MISSPELT)
    wrong = range(FIRST_WRONG_LINE, MISSPELT.count("\n") + 1)
    assert wrong_lines(pyright("wrong.py")) >= set(wrong)


def test_package_and_project_are_typed_for_pyright(pyright: Callable[..., str]) -> None:
    """pyright finds no fault with the project and the package itself at its strictest."""
    assert "0 errors, 0 warnings" in pyright("consumer.py", "site/pictify_experiments")


def test_import_is_light(project: Path) -> None:
    """Importing the package imports neither models nor operations nor attrs nor asyncio."""
    code = "import sys, pictify_experiments; print(*sys.modules)"
    loaded = run(project, "-c", code).split()
    assert not {"attr", "asyncio"} & set(loaded)
    models = [
        name
        for name in loaded
        if name.startswith(("pictify_experiments.models.", "pictify_experiments.api.ex"))
    ]
    assert models == ["pictify_experiments.api.experiments"]


def test_first_use_in_many_threads(project: Path) -> None:
    """Threads that import models and operations at the same moment get them whole."""
    lines = [
        "import threading",
        "from pictify_experiments import models",
        "from pictify_experiments.api import experiments",
        "barrier, got = threading.Barrier(len(models.__all__)), []",
        "def work(name):",
        "    barrier.wait()",
        "    got.append(getattr(models, name))",
        "    got.append([getattr(experiments, name).sync for name in experiments.__all__])",
        "threads = [threading.Thread(target=work, args=(name,)) for name in models.__all__]",
        "[thread.start() for thread in threads], [thread.join() for thread in threads]",
        "print(len(got) == 2 * len(threads))",
    ]
    assert run(project, "-c", "\n".join(lines)) == "True\n"


def test_version_is_told_everywhere(project: Path) -> None:
    """The version of the package, of its metadata and of its User-Agent is one."""
    lines = [
        "from importlib.metadata import version",
        "from pictify_experiments import __version__, client",
        "agent = client.USER_AGENT.split()[0].partition('/')[2]",
        "print(__version__, version('pictify-experiments'), agent)",
    ]
    told = set(run(project, "-c", "\n".join(lines)).split())
    assert told == {
        tomllib.loads((GENERATED / "pyproject.toml").read_text(encoding="utf-8"))["project"][
            "version"
        ]
    }
