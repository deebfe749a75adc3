"""The code blocks of the README run as they stand, twice, in an empty folder."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .repository import commit, git

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
REPOSITORY = "https://github.com/OWNER/REPOSITORY"
OURS = ("PICTIFY_", "PIP_", "PYTHON", "VIRTUAL_ENV")


def blocks(language: str) -> list[str]:
    """Return the code blocks of a language, but not those that need a clone."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return [block for block in found if ".venv/bin/nox" not in block]


INSTALL, SERVE, JUDGE = blocks("sh")
CLIENT, TEST = blocks("python")


class Project:
    """An empty folder in which the blocks run, on a free port instead of 8080."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.url = ""
        tools = (folder / "pictify" / "bin", Path(sys.executable).parent)
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith(OURS)
        }
        self.environment.update(environment)
        self.environment["PATH"] = os.pathsep.join((*map(str, tools), os.environ["PATH"]))

    def shell(self, block: str, **variables: str) -> str:
        """Run a block and return what it prints."""
        return self.run("bash", "-e", "-c", block, **variables)

    def run(self, *command: str, **variables: str) -> str:
        ended = subprocess.run(
            [part.replace("http://127.0.0.1:8080", self.url) for part in command],
            **self.settings(variables),
            capture_output=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return str(ended.stdout)

    def settings(self, variables: dict[str, str]) -> dict[str, Any]:
        return {"cwd": self.folder, "env": {**self.environment, **variables}, "text": True}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The working tree as a repository of its own, with what is not committed yet."""
    folder = tmp_path_factory.mktemp("repository")
    listed = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    git(folder, "init", "--quiet")
    commit(folder)
    return folder


@pytest.fixture(scope="module")
def project(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The packages, installed by the README's commands, from the working tree.

    What they need is that of the environment that runs this test.
    """
    if os.name == "nt":
        pytest.skip("the blocks are for a POSIX shell")
    from_here = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{repository.as_uri()}.insteadOf",
        "GIT_CONFIG_VALUE_0": REPOSITORY,
    }
    project = Project(tmp_path_factory.mktemp("project"), from_here)
    libraries = sysconfig.get_path("purelib")
    offline = {"PIP_NO_DEPS": "1", "PIP_NO_INDEX": "1", "PIP_NO_COMPILE": "1"}
    offline["PIP_NO_BUILD_ISOLATION"] = "0"  # pip reads the option's name, not its sense
    for _ in range(2):
        project.shell(INSTALL, PYTHONPATH=libraries, **offline)
    [installed] = (project.folder / "pictify" / "lib").glob("python*/site-packages")
    # Python searches the folder of a .pth file, but does not read its .pth files, which belong to
    # editable installs.
    (installed / "dependencies.pth").write_text(libraries)
    return project


@pytest.fixture(scope="module", autouse=True)
def mock(project: Project) -> Iterator[str]:
    """Start the mock by the README's command, and return the line that it prints."""
    assert SERVE.count("--port 8080") == 1
    command = ["bash", "-c", "exec " + SERVE.replace("8080", "0")]
    with subprocess.Popen(command, **project.settings({}), stdout=subprocess.PIPE) as server:
        try:
            line = server.stdout.readline() if server.stdout else ""
            project.url = next(word for word in line.split() if word.startswith("http://"))
            yield line
        finally:
            server.terminate()


def test_packages_are_installed_from_the_repository(project: Project) -> None:
    places = "import pictify_experiments, pictify_mock, pictify_conformance; print("
    places += "pictify_experiments.__file__, pictify_mock.__file__, pictify_conformance.__file__)"
    for place in project.run("python", "-c", places).split():
        assert Path(place).is_relative_to(project.folder / "pictify")


def test_client_calls_the_mock(project: Project, mock: str) -> None:
    key = re.search(r"\"(pk_\w+)\"", CLIENT)
    assert key
    assert key[1] in mock
    for _ in range(2):
        printed = project.run("python", "-c", CLIENT)
        assert printed == "running\nhttps://shop.example.com/summer\ncompleted\n"


def test_pytest_example_passes(project: Project) -> None:
    (project.folder / "test_hero.py").write_text(TEST, encoding="utf-8")
    for _ in range(2):
        assert "1 passed" in project.run("python", "-m", "pytest", "-q", "test_hero.py")


def test_mock_is_judged(project: Project) -> None:
    for shorter in "", " --rule list":
        assert "CONFORMING" in project.shell(JUDGE.strip() + shorter)
        assert (project.folder / "reports" / "report.html").is_file()
