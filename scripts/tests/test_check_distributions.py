"""The check of the built distributions says what is wrong in one line."""

import sys
from pathlib import Path

import pytest

import check_distributions

NAMES = [f"{package}-1.0.0-py3-none-any.whl" for package in check_distributions.PACKAGES]


def put_wheels(folder: Path, names: list[str]) -> None:
    for name in names:
        (folder / name).touch()


@pytest.mark.parametrize(
    ("names", "missing"),
    [
        ([], "has 0 wheels of pictify_mock instead of one; run `nox -s build`"),
        (NAMES[:2], "has 0 wheels of pictify_experiments instead of one"),
        (
            [*NAMES, NAMES[0].replace("1.0.0", "1.0.1")],
            "has 2 wheels of pictify_mock instead of one",
        ),
    ],
)
def test_wrong_wheels(
    names: list[str], missing: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder without exactly one wheel of each is wrong usage, before anything is installed."""
    put_wheels(tmp_path, names)
    with pytest.raises(SystemExit) as end:
        check_distributions.main([f"--dist={tmp_path}"])
    assert end.value.code == 2
    told = capsys.readouterr().err
    assert missing in told
    assert told.count("\n") == 1


def test_wheel_that_does_not_install(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A wheel that cannot be installed fails the check, which names it."""
    put_wheels(tmp_path, NAMES)
    assert check_distributions.main([f"--dist={tmp_path}"]) == 1
    assert NAMES[0] in capsys.readouterr().err


def test_failing_command(tmp_path: Path) -> None:
    """What a command printed before it failed is told."""
    program = "import sys; print('half'); sys.exit('the rest')"
    with pytest.raises(check_distributions.Failed, match=r"ended with 1\nhalf\nthe rest"):
        check_distributions.run(sys.executable, "-c", program, folder=tmp_path)


def test_server_that_names_no_address(tmp_path: Path) -> None:
    """A mock that prints something else than its address is told by what it printed."""
    command = tmp_path / "mock"
    command.write_text(f"#!{sys.executable}\nprint('no port is free')\n")
    command.chmod(0o755)
    with (
        pytest.raises(check_distributions.Failed, match="no port is free"),
        check_distributions.serving(command, tmp_path),
    ):
        pytest.fail("it was taken for ready")


def test_environment_leads_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither our packages nor another server reach what is checked."""
    monkeypatch.setenv("PYTHONPATH", "generated")
    monkeypatch.setenv("PICTIFY_BASE_URL", "https://experiments.example.com")
    assert not {"PYTHONPATH", "PICTIFY_BASE_URL"} & check_distributions.environment().keys()
