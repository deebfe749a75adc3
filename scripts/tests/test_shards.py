"""Every unit of a campaign is in one shard, and a join notices a missing one."""

import argparse
import json
from pathlib import Path

import pytest

from shards import NoReports, Shard, differences, reports, shard

UNITS = [f"unit {number}" for number in range(20)]


@pytest.mark.parametrize("of", [1, 2, 3, 7, 19, 20, 40])
def test_every_unit_is_in_exactly_one_shard(of: int) -> None:
    parts = [Shard(number, of).take(UNITS) for number in range(1, of + 1)]
    assert sorted(unit for part in parts for unit in part) == sorted(UNITS)
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


def test_missing_double_and_unknown_units_are_named() -> None:
    lost = Shard(2, 7).take(UNITS)
    rest = [unit for unit in UNITS if unit not in lost]
    assert list(differences(UNITS, UNITS)) == []
    assert list(differences(UNITS, rest)) == [f"in no shard: {unit}" for unit in lost]
    assert list(differences(UNITS, [*UNITS, *lost])) == [f"in 2 shards: {unit}" for unit in lost]
    unknown = [f"not a unit of this campaign: {unit}" for unit in lost]
    assert list(differences(rest, UNITS)) == unknown


@pytest.mark.parametrize("text", ["1/1", "2/8", "8/8"])
def test_shard_is_parsed(text: str) -> None:
    assert str(shard(text)) == text


@pytest.mark.parametrize("text", ["0/8", "9/8", "x", "", "2", "1/0", "2/8/9", "²/8", "2/8\n"])
def test_malformed_shard_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is not a shard such as 2/8"):
        shard(text)


def test_reports_of_one_campaign_are_found_in_any_folder(tmp_path: Path) -> None:
    Shard(1, 2).write(tmp_path, "fuzz", {"units": ["a"]})
    Shard(2, 2).write(tmp_path / "another", "fuzz", {"units": ["b"]})
    Shard(1, 2).write(tmp_path, "faults", {"units": ["c"]})
    found = reports(tmp_path, "fuzz")
    assert sorted(json.dumps(each["units"]) for each in found) == ['["a"]', '["b"]']


@pytest.mark.parametrize("text", ["", "[]", "{"])
def test_unreadable_report_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "fuzz-1-of-2.json").write_text(text, encoding="utf-8")
    with pytest.raises(NoReports, match=r"fuzz-1-of-2\.json"):
        reports(tmp_path, "fuzz")


def test_folder_without_reports_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoReports, match=r"no fuzz-\*-of-\*\.json in"):
        reports(tmp_path, "fuzz")
