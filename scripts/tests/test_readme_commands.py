"""The blocks of the README run, with what is installed from the built wheels."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SERVER = "https://experiments.example.com"  # what the README calls the server to judge
PACKAGES = ("pictify_conformance", "pictify_experiments", "pictify_mock")
OURS = ("PICTIFY_", "PIP_", "PYTHON", "VIRTUAL_ENV")
DIRECT_URLS = """
import importlib.metadata as metadata, json, sys
found = {name: metadata.distribution(name) for name in sys.argv[1:]}
print(json.dumps({name: [at.read_text("direct_url.json"), str(at.locate_file(name))] for name, at in found.items()}))
"""


def blocks(language: str) -> list[str]:
    """Return the blocks of a language, in the order of the page."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def commands() -> tuple[str, ...]:
    """Return the shell blocks that need no nox: install, install from git, serve, judge, check traffic."""
    found = tuple(block for block in blocks("sh") if ".venv/bin/nox" not in block)
    assert len(found) == 5
    return found


class Project:
    """A folder outside the clone with the wheels in `dist/`, where the README's blocks run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        tools = (folder / "pictify" / "bin", Path(sys.executable).parent)
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith(OURS)
        }
        self.environment["PATH"] = os.pathsep.join((*map(str, tools), os.environ["PATH"]))

    def shell(self, block: str, **variables: str) -> str:
        """Run a block as it stands, and return what it prints."""
        return self.run("bash", "-e", "-c", block, **variables)

    def run(self, *command: str, **variables: str) -> str:
        ended = subprocess.run(
            command, **self.settings(variables), capture_output=True, check=False
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return str(ended.stdout)

    def settings(self, variables: dict[str, str]) -> dict[str, Any]:
        return {"cwd": self.folder, "env": {**self.environment, **variables}, "text": True}


@pytest.fixture(scope="module")
def project(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The wheels, installed by the README's own commands.

    pip installs them without their dependencies, which are those of the environment that runs this test.
    """
    if os.name == "nt":
        pytest.skip("the blocks are for a POSIX shell")
    project = Project(tmp_path_factory.mktemp("project"))
    shutil.copytree(dist, project.folder / "dist")
    install, *_ = commands()
    project.shell(install, PIP_NO_DEPS="1", PIP_NO_INDEX="1", PIP_NO_COMPILE="1")
    [libraries] = (project.folder / "pictify" / "lib").glob("python*/site-packages")
    # The folder of a .pth file is searched, but its own .pth files, of what is editable, are not read.
    (libraries / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return project


@pytest.fixture(scope="module")
def mock(project: Project) -> Iterator[str]:
    """The mock, started by the README's command on a free port: the line that it prints."""
    _, _, serve, *_ = commands()
    assert serve.count("--port 8080") == 1
    command = ["bash", "-c", "exec " + serve.replace("8080", "0")]
    with subprocess.Popen(command, **project.settings({}), stdout=subprocess.PIPE) as server:
        try:
            yield server.stdout.readline() if server.stdout else ""
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def url(mock: str) -> str:
    return next(word for word in mock.split() if word.startswith("http://"))


def test_install_takes_the_wheels(project: Project) -> None:
    """What the commands run comes from the built wheels, not from this repository."""
    found = json.loads(project.run("python", "-I", "-c", DIRECT_URLS, *PACKAGES))
    for package, (direct_url, place) in found.items():
        [wheel] = (project.folder / "dist").glob(f"{package}-*.whl")
        assert json.loads(direct_url)["url"] == wheel.as_uri()
        assert Path(place).is_relative_to(project.folder)


def test_urls_name_the_folders() -> None:
    """Each URL of the repository names the folder of the distribution that it is for."""
    _, from_git, *_ = commands()
    named = re.findall(
        r'"([\w-]+) @ git\+https://\S+/OWNER/REPOSITORY#subdirectory=(\S+)"', from_git
    )
    for name, folder in named:
        assert (
            tomllib.loads((ROOT / folder / "pyproject.toml").read_text(encoding="utf-8"))[
                "project"
            ]["name"]
            == name
        )
    assert sorted(name.replace("-", "_") for name, _ in named) == sorted(PACKAGES)
    assert len(from_git.splitlines()) == len(named)


def test_mock_and_client(project: Project, mock: str, url: str) -> None:
    """The mock names its keys, and the client's block does with them what the page says."""
    client, _ = blocks("python")
    key = re.search(r"\"(pk_\w+)\"", client)
    assert key
    assert key[1] in mock
    printed = project.run("python", "-c", client.replace("http://127.0.0.1:8080", url))
    assert printed == "running\nhttps://shop.example.com/summer\n"


def test_mock_in_a_test(project: Project) -> None:
    """The block that runs the mock within a test passes."""
    _, in_process = blocks("python")
    project.run("python", "-c", in_process)


def test_judge_and_check_traffic(project: Project, url: str) -> None:
    """The suite judges a server, writes the reports that the page names, and reads its own traffic."""
    *_, judge, traffic = commands()
    assert SERVER in judge
    assert SERVER in traffic
    assert judge.startswith("PICTIFY_API_KEY=... ")
    few = (
        judge.replace(SERVER, url).replace("...", "pk_test_development_only").strip()
        + " --quick --rule list.contains-created"
    )
    project.shell(few)
    reports = re.findall(r"^\| `(reports/[\w.]+)` \|", README, re.MULTILINE)
    assert reports
    assert [name for name in reports if not (project.folder / name).is_file()] == []
    shutil.copy(project.folder / "reports" / "run.har", project.folder / "calls.har")
    assert "no difference from the spec in" in project.shell(traffic.replace(SERVER, url))
