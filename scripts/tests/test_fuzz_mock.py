"""The joined shards of the fuzz campaign say what a whole run says."""

from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

import pytest

import fuzz_mock
from fuzz_mock import UnitResult

Capture: TypeAlias = pytest.CaptureFixture[str]
BROKEN = "seed-3"


@pytest.fixture
def codes(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """The exit code of each unit's run, 0 unless a test says otherwise."""
    codes: dict[str, int] = {}

    def run_unit(seed: int, _: Path, __: Sequence[str]) -> UnitResult:
        unit = fuzz_mock.unit(seed)
        return UnitResult(unit, codes.get(unit, 0), "a verdict", 1.0)

    monkeypatch.setattr(fuzz_mock, "run_unit", run_unit)
    return codes


def run_shards(folder: Path, of: int, *, without: int | None = None) -> list[int]:
    """Run the shards of a split, and return their exit codes."""
    numbers = [number for number in range(1, of + 1) if number != without]
    return [
        fuzz_mock.main([f"--shard={number}/{of}", f"--report-dir={folder}"]) for number in numbers
    ]


@pytest.mark.parametrize("of", [1, 3])
@pytest.mark.parametrize("code", [0, 1, 3])
def test_join_says_what_a_whole_run_says(
    codes: dict[str, int], tmp_path: Path, capsys: Capture, of: int, code: int
) -> None:
    codes[BROKEN] = code
    assert fuzz_mock.main([f"--report-dir={tmp_path / 'whole'}"]) == code
    said = capsys.readouterr().out.splitlines()[len(fuzz_mock.SEEDS) : -1]
    assert sorted(run_shards(tmp_path / "shards", of)) == [*[0] * (of - 1), code]
    capsys.readouterr()
    assert fuzz_mock.main([f"--join={tmp_path / 'shards'}"]) == code
    assert capsys.readouterr().out.splitlines() == said
    assert (BROKEN in said[0]) == bool(code)


@pytest.mark.usefixtures("codes")
def test_missing_shard_is_noticed(tmp_path: Path, capsys: Capture) -> None:
    run_shards(tmp_path, 3, without=2)
    capsys.readouterr()
    assert fuzz_mock.main([f"--join={tmp_path}"]) == 1
    missing = [f"in no shard: seed-{seed}" for seed in (2, 5, 8)]
    assert capsys.readouterr().out.splitlines()[:3] == missing


@pytest.mark.parametrize("arguments", [["--shard=9/8"], ["--join=nowhere"]])
def test_wrong_usage_is_one_line(capsys: Capture, arguments: list[str]) -> None:
    try:
        code: object = fuzz_mock.main(arguments)
    except SystemExit as end:
        code = end.code
    assert (code, capsys.readouterr().err.count("\n")) == (2, 1)


def test_run_without_a_verdict_does_not_use_an_earlier_one(tmp_path: Path) -> None:
    (tmp_path / "seed-1").mkdir()
    results = '{"summary": {"verdict": "CONFORMING"}}'
    (tmp_path / "seed-1" / "results.json").write_text(results, encoding="utf-8")
    result = fuzz_mock.run_unit(1, tmp_path, ["--no-such-option"])
    assert result.code == 2
    assert result.verdict.startswith("no verdict, see ")
