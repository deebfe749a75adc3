"""The distribution, and a project that uses it."""

import email
import json
import os
import subprocess
import sys
import tomllib
import zipfile
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
    """The wheel is below 80 KB and holds the package, its marker of types and its licence."""
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


def test_project_is_typed_for_mypy(project: Path) -> None:
    """mypy finds no fault with the project at its strictest."""
    run(
        project,
        "-m",
        "mypy",
        "--strict",
        "--warn-unreachable",
        "--cache-dir=.mypy_cache",
        "consumer.py",
    )


def test_package_and_project_are_typed_for_pyright(project: Path) -> None:
    """pyright finds no fault with the project and the package itself at its strictest."""
    if "PYRIGHT" not in os.environ:
        pytest.skip("PYRIGHT names no pyright; the session sets it where the npm registry gives it")
    settings: dict[str, Any] = {
        "include": ["consumer.py", "site/pictify_experiments"],
        "extraPaths": ["site"],
        "typeCheckingMode": "strict",
        "pythonVersion": "3.11",
        "reportMissingModuleSource": False,
    }
    (project / "pyrightconfig.json").write_text(json.dumps(settings))
    node = Path(sys.executable).parent / "node"
    found = subprocess.run(
        [node, os.environ["PYRIGHT"], "--outputjson", f"--pythonpath={sys.executable}"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    report = json.loads(found.stdout)
    assert report["summary"]["filesAnalyzed"] > 70
    assert [(row["file"], row["message"]) for row in report["generalDiagnostics"]] == []


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
    """Threads that use models and operations for the first time at the same moment all get them whole."""
    lines = [
        "import threading",
        "from pictify_experiments import models",
        "from pictify_experiments.api import experiments",
        "barrier, got = threading.Barrier(len(models.__all__)), []",
        "def work(name):",
        "    barrier.wait()",
        "    got.append(getattr(models, name))",
        "    got.append([getattr(experiments, operation).sync for operation in experiments.__all__])",
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
        "print(__version__, version('pictify-experiments'), client.USER_AGENT.split()[0].partition('/')[2])",
    ]
    told = set(run(project, "-c", "\n".join(lines)).split())
    assert told == {
        tomllib.loads((GENERATED / "pyproject.toml").read_text(encoding="utf-8"))["project"][
            "version"
        ]
    }
