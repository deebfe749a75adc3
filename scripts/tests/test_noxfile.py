import contextlib
import json
import logging
import re
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn, cast

import nox
import pytest
from nox.command import CommandFailed

import noxfile

logger = logging.getLogger("nox")


def session(code: int, arguments: Sequence[str] = ()) -> nox.Session:
    """A session with these arguments, whose commands end with this code and are printed, as nox does."""

    def run(*command: str, **__: Any) -> NoReturn:
        logger.error(f"Command {' '.join(command)} failed with exit code {code}")
        raise CommandFailed(return_code=code)

    each = {
        "posargs": list(arguments),
        "install": lambda *_: None,
        "run": run,
        "log": logger.info,
        "bin": "bin",
    }
    return cast("nox.Session", SimpleNamespace(**each))


def test_keys_leave_the_command_line() -> None:
    """Keys go from the options, in either spelling, to the environment; the rest stays in order."""
    options, environment = noxfile.keys_to_environment(
        ["--target", "u", "--api-key", "K", "--write-key=W", "--level=x"]
    )
    assert options == ["--target", "u", "--level=x"]
    assert environment == {"PICTIFY_API_KEY": "K", "PICTIFY_WRITE_KEY": "W"}


def test_abbreviated_key_leaves_the_command_line() -> None:
    """A shortened option cannot smuggle its key into the printed command."""
    assert noxfile.keys_to_environment(["--second", "K"]) == ([], {"PICTIFY_SECOND_API_KEY": "K"})


KEY = "secret-key-of-a-team"
MISTYPED = [
    ["--api_key", KEY],
    [f"--api_key={KEY}"],
    [f"--API-KEY={KEY}"],
    ["--key", KEY],
    [KEY],
    ["--target", f"http://user:{KEY}@server.test"],
]


@pytest.mark.parametrize("arguments", [*MISTYPED, ["--api-key", KEY]], ids=str)
@pytest.mark.parametrize(
    "job", [noxfile.conformance, noxfile.fuzz, noxfile.mock], ids=lambda job: job.name
)
def test_no_key_is_printed(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    job: Any,
    arguments: list[str],
) -> None:
    """Whatever is on the command line, nox prints none of it, neither before the run nor when it fails."""
    monkeypatch.setattr(noxfile, "popen", lambda *_, **__: (2, ""))
    caplog.set_level("DEBUG")
    with pytest.raises(SystemExit):
        job(session(2, arguments))
    assert KEY not in caplog.text + "".join(capfd.readouterr())


@pytest.mark.parametrize("code", [2, 3])
def test_conformance_keeps_the_code(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    """Wrong usage and a run that judged nothing keep their codes."""
    monkeypatch.setattr(noxfile, "popen", lambda *_, **__: (code, ""))
    with pytest.raises(SystemExit) as end:
        noxfile.conformance(session(code))
    assert end.value.code == code


def test_failing_conformance_is_an_ordinary_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken rule fails the session the ordinary way, so that nox still sums up the run."""
    monkeypatch.setattr(noxfile, "popen", lambda *_, **__: (1, ""))
    with pytest.raises(CommandFailed):
        noxfile.conformance(session(1))


def test_all_tests_are_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """The session of all tests builds and judges as well as it tests."""
    parts = ["lint", "types", "check", "build", "unit", "client", "browser", "conformance"]
    run: list[str] = []
    for part in parts:
        monkeypatch.setattr(noxfile, part, lambda _, part=part: run.append(part))
    noxfile.tests(cast("nox.Session", SimpleNamespace(posargs=[], log=lambda _: None)))
    assert run == parts


@pytest.mark.parametrize(
    ("name", "command", "packages"),
    [
        ("conformance", ["bin/pictify-conformance", "--one"], [*noxfile.SUITE, *noxfile.MOCK]),
        ("mock", ["bin/pictify-mock", "--one"], [*noxfile.MOCK]),
        ("traffic", ["pictify-conformance", "traffic", "--one"], [*noxfile.SUITE]),
    ],
)
def test_session_only_calls_a_command(
    monkeypatch: pytest.MonkeyPatch, name: str, command: list[str], packages: list[str]
) -> None:
    """A session that is named after a command installs what brings it, and passes its options on."""
    installed: list[str] = []
    commands: list[list[str]] = []

    def run_unprinted(words: list[str], **_: Any) -> tuple[int, str]:
        commands.append(words)
        return 0, ""

    monkeypatch.setattr(noxfile, "popen", run_unprinted)
    fake = SimpleNamespace(
        posargs=["--one"],
        bin="bin",
        log=logger.info,
        install=lambda *names: installed.extend(names),
        run=lambda *words, **_: commands.append([*words]),
    )
    with contextlib.suppress(SystemExit):  # of the mock, which ends so
        getattr(noxfile, name)(cast("nox.Session", fake))
    assert (commands, installed) == ([command], packages)


@pytest.mark.parametrize("name", ["generate", "check", "docs", "breaking", "release"])
def test_session_finds_the_reader_of_the_spec(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Scripts that read the spec find the suite's reader, which their environments do not install."""
    paths: list[str] = []
    monkeypatch.setattr(noxfile, "npm_tool", lambda *_: "tool")
    fake = SimpleNamespace(
        posargs=[],
        install=lambda *_: None,
        run=lambda *_, env, **__: paths.append(env["PYTHONPATH"]),
    )
    getattr(noxfile, name)(cast("nox.Session", fake))
    assert paths == ["contract_tests/conformance/src"]


def test_build_takes_every_distribution(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All three are built into an empty folder, checked together, installed and run."""
    monkeypatch.chdir(tmp_path)
    old = tmp_path / "dist" / "pictify_mock-0.9.0.tar.gz"
    old.parent.mkdir()
    old.touch()
    commands: list[tuple[str, ...]] = []

    def run(*command: str, **_: Any) -> None:
        commands.append(command)
        if "build" in command:
            file = Path("dist", f"{Path(command[-1]).name}.whl")
            file.parent.mkdir(exist_ok=True)
            file.touch()

    noxfile.build(cast("nox.Session", SimpleNamespace(install=lambda *_: None, run=run)))
    *builds, twine, check = commands
    assert [command[-1] for command in builds] == list(noxfile.DISTRIBUTIONS)
    assert {Path(name).stem for name in twine[3:]} == {"generated", "mock_server", "conformance"}
    assert check == ("python", "scripts/check_distributions.py")


def test_npm_tools_are_pinned() -> None:
    """Every npm tool has one exact version, and the package that lists them is never published."""
    package = json.loads(
        Path(noxfile.__file__).with_name("scripts").joinpath("package.json").read_text("utf-8")
    )
    assert package["private"] is True
    assert package["devDependencies"].keys() == {noxfile.REDOCLY, noxfile.PRISM, noxfile.PYRIGHT}
    assert all(
        re.fullmatch(r"\d+\.\d+\.\d+", version) for version in package["devDependencies"].values()
    )


def test_session_installs_one_npm_tool(tmp_path: Path) -> None:
    """A session installs the tool that it needs, in that version, without running its scripts, and no other."""
    commands: list[tuple[str, ...]] = []
    virtualenv = SimpleNamespace(location=str(tmp_path))
    fake = SimpleNamespace(
        virtualenv=virtualenv, run=lambda *command, **_: commands.append(command)
    )
    noxfile.npm_tool(cast("nox.Session", fake), noxfile.PYRIGHT, "pyright/index.js")
    [command] = commands
    assert command[-1] == f"pyright@{noxfile.NPM_VERSIONS['pyright']}"
    assert "--ignore-scripts" in command
