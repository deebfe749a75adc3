"""The check of the built distributions names what is wrong."""

import sys
from pathlib import Path

import pytest

import check_distributions

NAMES = [f"{package}-1.0.0-py3-none-any.whl" for package in check_distributions.PACKAGES]


@pytest.mark.parametrize(
    ("names", "missing"),
    [
        (NAMES[:2], "has 0 wheels of pictify_experiments instead of one; run `nox -s build`"),
        ([*NAMES, NAMES[0].replace("1.0.0", "1.0.1")], "has 2 wheels of pictify_mock"),
    ],
)
def test_wrong_wheels_are_wrong_usage(
    names: list[str], missing: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in names:
        (tmp_path / name).touch()
    with pytest.raises(SystemExit) as end:
        check_distributions.main([f"--dist={tmp_path}"])
    assert end.value.code == 2
    error = capsys.readouterr().err
    assert missing in error
    assert error.count("\n") == 1


def test_output_of_a_failing_command_is_shown(tmp_path: Path) -> None:
    program = "import sys; print('half'); sys.exit('the rest')"
    with pytest.raises(check_distributions.Failed, match=r"ended with 1\nhalf\nthe rest"):
        check_distributions.run(sys.executable, "-c", program, folder=tmp_path)


def test_variables_of_the_clone_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "generated")
    monkeypatch.setenv("PICTIFY_BASE_URL", "https://experiments.example.com")
    assert not {"PYTHONPATH", "PICTIFY_BASE_URL"} & check_distributions.environment().keys()
