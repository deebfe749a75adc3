"""The code blocks of the README and of spec/docs/ run in an empty folder."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from .repository import commit, git

ROOT = Path(__file__).parents[2]
FILES = [ROOT / "README.md", *sorted(ROOT.glob("spec/docs/*.md"))]
PAGES = {path.stem: path.read_text(encoding="utf-8") for path in FILES}
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
GIT_URL = re.compile(r'"([\w-]+) @ git\+https://\S+/OWNER/REPOSITORY#subdirectory=(\S+)"')
REPOSITORY = "https://github.com/OWNER/REPOSITORY"
SERVE = "pictify-mock --port 8080\n"
MOCK = "http://127.0.0.1:8080"
RULE = "--quick --rule list.contains-created"  # one rule in the place of all
# Node lacks it.
SEND_BEACON = """
const sendBeacon = (url, body) => fetch(url, {method: "POST", body});
Object.defineProperty(globalThis, "navigator", {value: {sendBeacon}});
"""
PACKAGES = ("pictify_conformance", "pictify_experiments", "pictify_mock")
OURS = ("PICTIFY_", "PIP_", "PYTHON", "VIRTUAL_ENV")
PLACES = """
import pictify_conformance, pictify_experiments, pictify_mock
print(pictify_conformance.__file__, pictify_experiments.__file__, pictify_mock.__file__)
"""


def blocks(page: str) -> list[tuple[str, str]]:
    """Return language and code of the blocks of a page, but not of those that need a clone."""
    return [block for block in FENCE.findall(PAGES[page]) if ".venv/bin/nox" not in block[1]]


class Project:
    """An empty folder in which the blocks run."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        tools = (folder / "pictify" / "bin", Path(sys.executable).parent)
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith(OURS)
        }
        self.environment |= {"NO_PROXY": "127.0.0.1", **environment}
        self.environment["PATH"] = os.pathsep.join((*map(str, tools), os.environ["PATH"]))

    def shell(self, block: str, **variables: str) -> str:
        """Run a block and return what it prints."""
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
    _, install = blocks("README")[0]
    for _ in range(2):
        project.shell(install, PYTHONPATH=libraries, **offline)
    [installed] = (project.folder / "pictify" / "lib").glob("python*/site-packages")
    # Python searches the folder of a .pth file, but does not read its .pth files, which belong to
    # editable installs.
    (installed / "dependencies.pth").write_text(libraries)
    return project


@pytest.fixture(scope="module")
def mock(project: Project) -> Iterator[str]:
    """Start the mock by the README's command on a free port, and return the line that it prints."""
    command = ["bash", "-c", "exec " + SERVE.replace("8080", "0")]
    with subprocess.Popen(command, **project.settings({}), stdout=subprocess.PIPE) as server:
        try:
            yield server.stdout.readline() if server.stdout else ""
        finally:
            server.terminate()


@pytest.fixture
def url(mock: str) -> str:
    """The address of the mock, which is empty."""
    url = next(word for word in mock.split() if word.startswith("http://"))
    httpx.post(f"{url}/_mock/reset", trust_env=False).raise_for_status()
    return url


def test_packages_are_installed_from_the_repository(project: Project) -> None:
    for place in project.run("python", "-c", PLACES).split():
        assert Path(place).is_relative_to(project.folder / "pictify")


def test_git_urls_name_the_folder_of_the_distribution() -> None:
    for name, folder in GIT_URL.findall("".join(PAGES.values())):
        text = (ROOT / folder / "pyproject.toml").read_text(encoding="utf-8")
        assert tomllib.loads(text)["project"]["name"] == name
    names = [name for name, _ in GIT_URL.findall(PAGES["README"])]
    assert sorted(name.replace("-", "_") for name in names) == sorted(PACKAGES)


def test_client_of_the_readme_calls_the_mock(project: Project, mock: str, url: str) -> None:
    client, _ = (code for language, code in blocks("README") if language == "python")
    key = re.search(r"\"(pk_\w+)\"", client)
    assert key
    assert key[1] in mock
    printed = project.run("python", "-c", client.replace(MOCK, url))
    assert printed == "running\nhttps://shop.example.com/summer\ncompleted\n"


class PageRunner:
    """Runs the blocks of a page in their order, with the mock at a free port."""

    def __init__(self, project: Project, url: str) -> None:
        self.project = project
        self.url = url
        self.exported: dict[str, str] = {}
        self.printed = ""

    def run(self, name: str) -> str:
        """Run the page, and return what its last program prints."""
        for language, code in blocks(name):
            getattr(self, f"run_{language}")(code.replace(MOCK, self.url))
        return self.printed

    def run_sh(self, code: str) -> None:
        if code == SERVE:
            return  # It runs already.
        for line in re.findall(r"^export (.*)", code, re.MULTILINE):
            self.exported |= dict(word.split("=", 1) for word in shlex.split(line))
        # The packages are installed already.
        code = re.sub(r"^(python3 -m venv|pip install) .*$", "", code, flags=re.MULTILINE)
        self.printed = self.project.shell(code.replace("--quick", RULE), **self.exported)

    def run_python(self, code: str) -> None:
        if "def test_" in code:
            (self.project.folder / "test_page.py").write_text(code, encoding="utf-8")
            self.project.run("python", "-m", "pytest", "-p", "no:cacheprovider", "test_page.py")
        else:
            self.printed = self.project.run("python", "-c", code)

    def run_js(self, code: str) -> None:
        if not shutil.which("node"):
            pytest.skip("there is no node on the PATH, so the rest of the page does not run")
        self.printed = self.project.run("node", "--input-type=module", "-e", SEND_BEACON + code)

    def run_html(self, code: str) -> None:
        for link in re.findall(r'(?:href|src)="([^"]+)"', code):
            browser = {"User-Agent": "Mozilla/5.0"}
            assert httpx.get(link, headers=browser, trust_env=False).status_code == 302

    def run_text(self, code: str) -> None:
        assert self.printed == code

    def run_json(self, code: str) -> None:
        assert json.loads(self.printed) == json.loads(code)

    def run_yaml(self, _: str) -> None:
        """Do nothing. The tests of the workflows check it."""


@pytest.fixture
def page(project: Project, url: str) -> PageRunner:
    return PageRunner(project, url)


def test_quickstart_ends_with_counters(page: PageRunner) -> None:
    """The two visits with the links, and the two with curl, are of one viewer."""
    counters = re.findall(r"shown (\d), clicked (\d)", page.run("quickstart"))
    assert sorted(counters) == [("0", "0"), ("2", "2")]


def test_events_of_the_page_on_keys_count(page: PageRunner) -> None:
    start, _ = (code for name, code in blocks("quickstart") if name == "python")
    page.run_python(start.replace(MOCK, page.url))
    page.run("authentication")
    requests = httpx.get(f"{page.url}/_mock/requests?path=/s/events", trust_env=False).json()
    answers = [json.loads(each["answer"]["body"]) for each in requests["requests"]]
    assert [(answer["processed"], "warning" in answer) for answer in answers] == [(1, False)] * 2


@pytest.mark.parametrize("name", ["judging", "testing", "README"])
def test_page_runs_twice(name: str, page: PageRunner) -> None:
    page.run(name)
    page.run(name)
