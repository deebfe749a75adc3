"""The sessions: exit codes, keys that are never printed, and the packages that they install."""

import contextlib
import json
import logging
import re
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest
from nox.command import CommandFailed

import noxfile

logger = logging.getLogger("nox")
KEY = "secret-key-of-a-team"


class FakeSession:
    """A session that records what it installs and runs."""

    def __init__(self, arguments: Sequence[str] = ()) -> None:
        self.posargs = list(arguments)
        self.bin, self.log = "bin", logger.info
        self.installed: list[str] = []
        self.commands: list[list[str]] = []
        self.environments: list[dict[str, str]] = []

    def install(self, *packages: str) -> None:
        self.installed += packages

    def run(self, *command: str, env: dict[str, str] | None = None, **_: Any) -> None:
        self.commands.append([*command])
        self.environments.append(env or {})


class FailingSession(FakeSession):
    """A session whose commands end with a code; it logs them as nox does."""

    def __init__(self, code: int, arguments: Sequence[str] = ()) -> None:
        super().__init__(arguments)
        self._code = code

    def run(self, *command: str, **_: Any) -> NoReturn:
        logger.error(f"Command {' '.join(command)} failed with exit code {self._code}")
        raise CommandFailed(return_code=self._code)


def run(name: str, session: FakeSession) -> None:
    getattr(noxfile, name)(session)


@pytest.fixture
def code(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> int:
    """The exit code of a program that is run without printing its options."""
    code: int = request.param
    monkeypatch.setattr(noxfile, "popen", lambda *_, **__: (code, ""))
    return code


def test_keys_leave_the_command_line() -> None:
    arguments = ["--target", "u", "--api-key", "K", "--write-key=W", "--level=x", "--second", "S"]
    options, environment = noxfile.keys_to_environment(arguments)
    assert options == ["--target", "u", "--level=x"]
    assert environment == {
        "PICTIFY_API_KEY": "K",
        "PICTIFY_SECOND_API_KEY": "S",
        "PICTIFY_WRITE_KEY": "W",
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ["--api-key", KEY],
        ["--api_key", KEY],
        [f"--API-KEY={KEY}"],
        [KEY],
        ["--target", f"http://user:{KEY}@server.test"],
    ],
    ids=str,
)
@pytest.mark.parametrize("name", ["conformance", "fuzz", "mock"])
@pytest.mark.parametrize("code", [2], indirect=True)
@pytest.mark.usefixtures("code")
def test_no_key_is_printed(
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    name: str,
    arguments: list[str],
) -> None:
    caplog.set_level("DEBUG")
    with pytest.raises(SystemExit):
        run(name, FailingSession(2, arguments))
    assert KEY not in caplog.text + "".join(capfd.readouterr())


@pytest.mark.parametrize("code", [2, 3], indirect=True)
def test_conformance_keeps_the_exit_code(code: int) -> None:
    with pytest.raises(SystemExit) as end:
        run("conformance", FakeSession())
    assert end.value.code == code


@pytest.mark.parametrize(
    ("name", "last_line"),
    [("conformance", "exit code 1 is the verdict on the server"), ("traffic", "is the result")],
)
@pytest.mark.parametrize("code", [1], indirect=True)
@pytest.mark.usefixtures("code")
def test_finding_fails_the_session_and_does_not_read_like_a_crash(
    caplog: pytest.LogCaptureFixture, name: str, last_line: str
) -> None:
    caplog.set_level("INFO", "nox")
    with pytest.raises(CommandFailed):
        run(name, FailingSession(1))
    assert last_line in caplog.messages[-1]


@pytest.mark.parametrize(
    ("name", "command", "packages"),
    [
        ("conformance", ["bin/pictify-conformance", "--one"], [*noxfile.SUITE, *noxfile.MOCK]),
        ("mock", ["bin/pictify-mock", "--one"], [*noxfile.MOCK]),
        ("traffic", ["pictify-conformance", "traffic", "--one"], [*noxfile.SUITE]),
    ],
)
def test_session_passes_its_options_to_the_command(
    monkeypatch: pytest.MonkeyPatch, name: str, command: list[str], packages: list[str]
) -> None:
    session = FakeSession(["--one"])

    def popen(words: list[str], **_: Any) -> tuple[int, str]:
        session.commands.append(words)
        return 0, ""

    monkeypatch.setattr(noxfile, "popen", popen)
    with contextlib.suppress(SystemExit):  # the mock ends with its own exit code
        run(name, session)
    assert session.commands == [command]
    assert session.installed == packages


@pytest.mark.parametrize("name", ["generate", "check", "docs", "breaking", "release"])
def test_session_finds_the_reader_of_the_spec(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The environments of these sessions do not install the suite."""
    monkeypatch.setattr(noxfile, "npm_tool", lambda *_: "tool")
    session = FakeSession()
    run(name, session)
    paths = {environment["PYTHONPATH"] for environment in session.environments}
    assert paths == {"contract_tests/conformance/src"}


def test_npm_tools_have_exact_versions_and_are_never_published() -> None:
    file = Path(noxfile.__file__).with_name("scripts") / "package.json"
    package = json.loads(file.read_text(encoding="utf-8"))
    assert package["private"] is True
    versions = package["devDependencies"]
    used = {noxfile.REDOCLY, noxfile.PRISM, noxfile.PYRIGHT, noxfile.SWAGGER_UI}
    assert versions.keys() == used | set(noxfile.GENERATORS)
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions.values())


def test_npm_tool_is_installed_without_its_scripts(tmp_path: Path) -> None:
    commands: list[tuple[str, ...]] = []
    session: Any = SimpleNamespace(
        virtualenv=SimpleNamespace(location=str(tmp_path)),
        run=lambda *command, **_: commands.append(command),
    )
    noxfile.npm_tool(session, noxfile.PYRIGHT, "pyright/index.js")
    [command] = commands
    assert command[-1] == f"pyright@{noxfile.NPM_VERSIONS['pyright']}"
    assert "--ignore-scripts" in command


def test_tests_runs_every_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """The session of all tests builds and judges as well as it tests."""
    parts = ["lint", "types", "check", "build", "unit", "client", "browser", "conformance"]
    ran: list[str] = []
    for part in parts:
        monkeypatch.setattr(noxfile, part, lambda _, part=part: ran.append(part))
    run("tests", FakeSession())
    assert ran == parts
