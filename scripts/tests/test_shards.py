"""The shards of any split have every unit between them, and a join notices one that is missing."""

import argparse
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shards import NoReports, Shard, differences, reports, shard


@given(count=st.integers(0, 300), of=st.integers(1, 40))
def test_split_is_the_whole(count: int, of: int) -> None:
    """Every unit is in exactly one shard, and no shard has two more than another."""
    units = [f"unit {number}" for number in range(count)]
    parts = [Shard(number, of).take(units) for number in range(1, of + 1)]
    assert list(differences(units, [unit for part in parts for unit in part])) == []
    assert sorted(unit for part in parts for unit in part) == sorted(units)
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


@given(count=st.integers(1, 100), of=st.integers(1, 12), data=st.data())
def test_missing_or_double_shard_is_named(count: int, of: int, data: st.DataObject) -> None:
    """A join without one shard, or with one twice, names every unit of it."""
    units = [f"unit {number}" for number in range(count)]
    lost = Shard(data.draw(st.integers(1, of)), of).take(units)
    rest = [unit for unit in units if unit not in lost]
    assert list(differences(units, rest)) == [f"in no shard: {unit}" for unit in lost]
    assert list(differences(units, [*units, *lost])) == [f"in 2 shards: {unit}" for unit in lost]
    assert list(differences(rest, units)) == [
        f"not a unit of this campaign: {unit}" for unit in lost
    ]


@pytest.mark.parametrize("text", ["1/1", "2/8", "8/8"])
def test_shard_is_read(text: str) -> None:
    assert str(shard(text)) == text


@pytest.mark.parametrize(
    "text", ["0/8", "9/8", "x", "", "2", "2/", "/8", "1/0", "-1/8", "2/8/9", "²/8", " 2/8", "2/8\n"]
)
def test_malformed_shard_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is not a shard such as 2/8"):
        shard(text)


def test_reports_are_found(tmp_path: Path) -> None:
    """The reports of one campaign are read, wherever in the folder they are."""
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


def test_nothing_to_join_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoReports, match=r"no fuzz-\*-of-\*\.json in"):
        reports(tmp_path, "fuzz")
