"""The code blocks of the README and of spec/docs/ run with the built wheels."""

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

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {
    path.stem: path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("spec/docs/*.md"))
}
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
GIT_URL = re.compile(r'"([\w-]+) @ git\+https://\S+/OWNER/REPOSITORY#subdirectory=(\S+)"')
MOCK = "http://127.0.0.1:8080"
RULE = "--quick --rule list.contains-created"  # one rule in the place of all
# Node lacks it.
SEND_BEACON = """
const sendBeacon = (url, body) => fetch(url, {method: "POST", body});
Object.defineProperty(globalThis, "navigator", {value: {sendBeacon}});
"""
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
    """Return the code blocks of the README in a language."""
    return [code for name, code in FENCE.findall(README) if name == language]


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
        self.environment["NO_PROXY"] = "127.0.0.1"
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


@pytest.fixture
def url(mock: str) -> str:
    """The address of the mock, which is empty."""
    url = next(word for word in mock.split() if word.startswith("http://"))
    httpx.post(f"{url}/_mock/reset", trust_env=False).raise_for_status()
    return url


def test_packages_are_installed_from_the_wheels(project: Project) -> None:
    found = json.loads(project.run("python", "-I", "-c", DIRECT_URLS, *PACKAGES))
    for package, (direct_url, place) in found.items():
        [wheel] = (project.folder / "dist").glob(f"{package}-*.whl")
        assert json.loads(direct_url)["url"] == wheel.as_uri()
        assert Path(place).is_relative_to(project.folder)


def test_git_urls_name_the_folder_of_the_distribution() -> None:
    _, from_git, *_ = commands()
    for name, folder in GIT_URL.findall("".join([README, *PAGES.values()])):
        text = (ROOT / folder / "pyproject.toml").read_text(encoding="utf-8")
        assert tomllib.loads(text)["project"]["name"] == name
    names = [name for name, _ in GIT_URL.findall(from_git)]
    assert sorted(name.replace("-", "_") for name in names) == sorted(PACKAGES)
    assert len(from_git.splitlines()) == len(names)


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


class PageRunner:
    """Runs the blocks of a page in their order, with the mock at a free port."""

    def __init__(self, project: Project, url: str) -> None:
        self.project = project
        self.url = url
        self.exported: dict[str, str] = {}
        self.printed = ""

    def run(self, name: str) -> str:
        """Run the page, and return what its last program prints."""
        for language, code in FENCE.findall(PAGES[name]):
            getattr(self, f"run_{language}")(code.replace(MOCK, self.url))
        return self.printed

    def run_sh(self, code: str) -> None:
        if code == commands()[2]:
            return  # It runs already.
        for line in re.findall(r"^export (.*)", code, re.MULTILINE):
            self.exported |= dict(word.split("=", 1) for word in shlex.split(line))
        # The wheels are installed already.
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
    start, _ = (code for name, code in FENCE.findall(PAGES["quickstart"]) if name == "python")
    page.run_python(start.replace(MOCK, page.url))
    page.run("authentication")
    requests = httpx.get(f"{page.url}/_mock/requests?path=/s/events", trust_env=False).json()
    answers = [json.loads(each["answer"]["body"]) for each in requests["requests"]]
    assert [(answer["processed"], "warning" in answer) for answer in answers] == [(1, False)] * 2


@pytest.mark.parametrize("name", ["judging", "testing"])
def test_page_runs(name: str, page: PageRunner) -> None:
    page.run(name)
