"""The shards of the fuzz campaign, joined, are the whole campaign."""

from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

import pytest

import fuzz_mock
from fuzz_mock import Found

Capture: TypeAlias = pytest.CaptureFixture[str]
BROKEN = "seed-3"


@pytest.fixture
def codes(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """The exit code of the run of each unit, 0 unless a test says otherwise."""
    codes: dict[str, int] = {}

    def judge(seed: int, _: Path, __: Sequence[str]) -> Found:
        unit = fuzz_mock.unit(seed)
        return Found(unit, codes.get(unit, 0), "a verdict", 1.0)

    monkeypatch.setattr(fuzz_mock, "judge", judge)
    return codes


def run_shards(folder: Path, of: int, *, without: int | None = None) -> list[int]:
    """Run all shards of a split, or all but one, and return their exit codes."""
    numbers = [number for number in range(1, of + 1) if number != without]
    return [
        fuzz_mock.main([f"--shard={number}/{of}", f"--report-dir={folder}"]) for number in numbers
    ]


@pytest.mark.parametrize("of", [1, 3, 8])
@pytest.mark.parametrize(("code", "expected"), [(0, 0), (1, 1), (3, 3)])
def test_join_says_what_a_whole_run_says(
    codes: dict[str, int], tmp_path: Path, capsys: Capture, of: int, code: int, expected: int
) -> None:
    """Text and exit code are the same, and a shard that finds something says so itself."""
    codes[BROKEN] = code
    assert fuzz_mock.main([f"--report-dir={tmp_path / 'whole'}"]) == expected
    said = capsys.readouterr().out.splitlines()[len(fuzz_mock.SEEDS) : -1]
    assert sorted(run_shards(tmp_path / "shards", of)) == [*[0] * (of - 1), expected]
    capsys.readouterr()
    assert fuzz_mock.main([f"--join={tmp_path / 'shards'}"]) == expected
    assert capsys.readouterr().out.splitlines() == said
    assert (BROKEN in said[0]) == bool(code)


@pytest.mark.usefixtures("codes")
def test_missing_shard_is_noticed(tmp_path: Path, capsys: Capture) -> None:
    run_shards(tmp_path, 3, without=2)
    capsys.readouterr()
    assert fuzz_mock.main([f"--join={tmp_path}"]) == 1
    lost = [
        line for line in capsys.readouterr().out.splitlines() if line.startswith("in no shard: ")
    ]
    assert lost == [f"in no shard: {fuzz_mock.unit(seed)}" for seed in (2, 5, 8)]


@pytest.mark.parametrize(
    "arguments", [["--shard=0/8"], ["--shard=9/8"], ["--shard=x"], ["--join=nowhere"]]
)
def test_wrong_usage_is_one_line(capsys: Capture, arguments: list[str]) -> None:
    try:
        code: object = fuzz_mock.main(arguments)
    except SystemExit as end:
        code = end.code
    assert (code, capsys.readouterr().err.count("\n")) == (2, 1)


def test_run_without_a_verdict(tmp_path: Path) -> None:
    """A run that ends without a verdict is not taken for the one before it in the same folder."""
    (tmp_path / "seed-1").mkdir()
    (tmp_path / "seed-1" / "results.json").write_text(
        '{"summary": {"verdict": "CONFORMING"}}', encoding="utf-8"
    )
    found = fuzz_mock.judge(1, tmp_path, ["--no-such-option"])
    assert found.code == 2
    assert found.verdict.startswith("no verdict, see ")
