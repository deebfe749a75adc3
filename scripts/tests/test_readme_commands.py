"""The code blocks of the README run with the built wheels."""

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
SERVER = "https://experiments.example.com"  # the server to judge in the README
PACKAGES = ("pictify_conformance", "pictify_experiments", "pictify_mock")
OURS = ("PICTIFY_", "PIP_", "PYTHON", "VIRTUAL_ENV")
DIRECT_URLS = """
import importlib.metadata, json, sys
found = {}
for name in sys.argv[1:]:
    installed = importlib.metadata.distribution(name)
    found[name] = [installed.read_text("direct_url.json"), str(installed.locate_file(name))]
print(json.dumps(found))
"""


def blocks(language: str) -> list[str]:
    """Return the code blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def commands() -> tuple[str, ...]:
    """Return the blocks to install, install from git, serve, judge and check traffic."""
    found = tuple(block for block in blocks("sh") if ".venv/bin/nox" not in block)
    assert len(found) == 5
    return found


class Project:
    """A folder outside the clone with the wheels in `dist/`, in which the blocks run."""

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
    """The wheels, installed by the README's commands.

    Their dependencies are those of the environment that runs this test.
    """
    if os.name == "nt":
        pytest.skip("the blocks are for a POSIX shell")
    project = Project(tmp_path_factory.mktemp("project"))
    shutil.copytree(dist, project.folder / "dist")
    install, *_ = commands()
    project.shell(install, PIP_NO_DEPS="1", PIP_NO_INDEX="1", PIP_NO_COMPILE="1")
    [libraries] = (project.folder / "pictify" / "lib").glob("python*/site-packages")
    # Python searches the folder of a .pth file, but does not read its .pth files, which belong to
    # editable installs.
    (libraries / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return project


@pytest.fixture(scope="module")
def mock(project: Project) -> Iterator[str]:
    """Start the mock by the README's command on a free port, and return the line that it prints."""
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


def test_packages_are_installed_from_the_wheels(project: Project) -> None:
    found = json.loads(project.run("python", "-I", "-c", DIRECT_URLS, *PACKAGES))
    for package, (direct_url, place) in found.items():
        [wheel] = (project.folder / "dist").glob(f"{package}-*.whl")
        assert json.loads(direct_url)["url"] == wheel.as_uri()
        assert Path(place).is_relative_to(project.folder)


def test_git_urls_name_the_folder_of_the_distribution() -> None:
    _, from_git, *_ = commands()
    url = r'"([\w-]+) @ git\+https://\S+/OWNER/REPOSITORY#subdirectory=(\S+)"'
    named = re.findall(url, from_git)
    for name, folder in named:
        text = (ROOT / folder / "pyproject.toml").read_text(encoding="utf-8")
        assert tomllib.loads(text)["project"]["name"] == name
    assert sorted(name.replace("-", "_") for name, _ in named) == sorted(PACKAGES)
    assert len(from_git.splitlines()) == len(named)


def test_client_reads_from_the_mock(project: Project, mock: str, url: str) -> None:
    client, _ = blocks("python")
    key = re.search(r"\"(pk_\w+)\"", client)
    assert key
    assert key[1] in mock
    printed = project.run("python", "-c", client.replace("http://127.0.0.1:8080", url))
    assert printed == "running\nhttps://shop.example.com/summer\n"


def test_mock_runs_within_a_test(project: Project) -> None:
    _, in_process = blocks("python")
    project.run("python", "-c", in_process)


def test_judge_and_check_traffic(project: Project, url: str) -> None:
    """The suite writes the reports that the README names, and checks its own traffic."""
    *_, judge, traffic = commands()
    assert SERVER in judge
    assert SERVER in traffic
    assert judge.startswith("PICTIFY_API_KEY=... ")
    command = judge.replace(SERVER, url).replace("...", "pk_test_development_only").strip()
    project.shell(f"{command} --quick --rule list.contains-created")
    reports = re.findall(r"^\| `(reports/[\w.]+)` \|", README, re.MULTILINE)
    assert reports
    assert [name for name in reports if not (project.folder / name).is_file()] == []
    shutil.copy(project.folder / "reports" / "run.har", project.folder / "calls.har")
    assert "no difference from the spec in" in project.shell(traffic.replace(SERVER, url))
