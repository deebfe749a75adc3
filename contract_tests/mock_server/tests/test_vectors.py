"""The mock decides as the vectors tell any implementation to."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from pictify_mock.domain import conditions, schedule_windows, schedules, slugs, targeting
from pictify_mock.domain.assignment import assigned, bucket, by_weight
from pictify_mock.domain.enums import ExperimentType, Status
from pictify_mock.domain.experiment import Experiment, Variant
from pictify_mock.domain.plans import PLANS
from pictify_mock.domain.properties import readings
from pictify_mock.domain.teams import Team
from pictify_mock.domain.visit import Visit, viewer_key

from .vectors import VECTORS

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 3, 15, 9, tzinfo=UTC)


def vectors(name: str) -> Any:
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))


def each(cases: list[dict[str, Any]], subject: str, items: str) -> list[Any]:
    """The subject of each case with each of its items."""
    return [
        pytest.param(case[subject], item, id=f"{case['about']}, {number}")
        for case in cases
        for number, item in enumerate(case[items])
    ]


def visit(described: dict[str, Any]) -> Visit:
    headers = {name.lower(): value for name, value in described.get("headers", {}).items()}
    now = datetime.fromisoformat(described["now"]) if "now" in described else NOW
    return Visit("127.0.0.1", headers, described.get("query", {}), now)


def experiment(type_: ExperimentType, rows: list[dict[str, Any]]) -> Experiment:
    variants = tuple(
        Variant(
            row["id"],
            0,
            None,
            None,
            None,
            row.get("isDefault"),
            row.get("conditions"),
            row.get("schedule"),
        )
        for row in rows
    )
    team = Team(b"key", (), PLANS["business"])
    return Experiment("exp_1", team, type_, "Hero", "hero", variants, NOW, NOW, Status.RUNNING)


CONDITIONS, SCHEDULES, BUCKETS, SLUGS = map(
    vectors, ("conditions", "schedules", "buckets", "slugs")
)


@pytest.mark.parametrize(("tree", "item"), each(CONDITIONS["trees"], "tree", "visits"))
def test_condition_trees(tree: dict[str, Any], item: dict[str, Any]) -> None:
    """A tree that is accepted holds for the visits that the vectors name."""
    assert conditions.faults(tree, "") == []
    assert targeting.holds(conditions.normal(tree), visit(item["visit"])) is item["holds"]


@pytest.mark.parametrize(("variants", "item"), each(CONDITIONS["choices"], "variants", "visits"))
def test_choices_of_smart_links(variants: list[dict[str, Any]], item: dict[str, Any]) -> None:
    """A smart link shows the variant that the vectors name."""
    made = experiment(ExperimentType.SMART_LINK, variants)
    assert assigned(made, visit(item["visit"])).id == item["shown"]


@pytest.mark.parametrize(("schedule", "item"), each(SCHEDULES["schedules"], "schedule", "moments"))
def test_schedules(schedule: dict[str, Any], item: dict[str, Any]) -> None:
    """A schedule that is accepted is open at the moments that the vectors name."""
    assert schedules.faults(schedule, "") == []
    assert (
        schedule_windows.is_open(
            schedule_windows.window(schedule), datetime.fromisoformat(item["now"])
        )
        is item["open"]
    )


@pytest.mark.parametrize(("variants", "item"), each(SCHEDULES["choices"], "variants", "moments"))
def test_choices_of_schedules(variants: list[dict[str, Any]], item: dict[str, Any]) -> None:
    """A scheduled experiment shows the variant that the vectors name."""
    assert assigned(experiment(ExperimentType.SCHEDULED, variants), visit(item)).id == item["shown"]


@pytest.fixture
def in_new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine's own time zone is another than UTC."""
    with monkeypatch.context() as machine:
        machine.setenv("TZ", "America/New_York")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("in_new_york")
def test_the_zone_of_the_machine() -> None:
    """Hours, days of the week and the length of a window are those of UTC, wherever the server stands."""
    at_two = visit({"now": "2026-03-15T02:00:00+00:00"})
    assert (
        readings({"property": "time.hour"}, at_two),
        readings({"property": "time.dayOfWeek"}, at_two),
    ) == (
        (2,),
        (0,),
    )
    day = {
        "startAt": "2026-03-08T00:00:00Z",
        "endAt": "2026-03-09T00:00:00Z",
        "recurrence": {"type": "daily"},
    }
    assert schedules.faults(day, "") == []


@pytest.mark.parametrize("case", BUCKETS["viewers"]["cases"], ids=str)
def test_viewers(case: dict[str, Any]) -> None:
    """A viewer is the hash that the vectors name."""
    assert viewer_key(case["address"], case["userAgent"]) == case["viewer"]


@pytest.mark.parametrize("case", BUCKETS["buckets"]["cases"], ids=str)
def test_buckets(case: dict[str, Any]) -> None:
    """A viewer has the bucket that the vectors name in each experiment."""
    assert bucket(case["uid"], case["viewer"]) == case["bucket"]


@pytest.mark.parametrize("case", BUCKETS["viewers"]["cases"], ids=str)
@pytest.mark.parametrize("uid", ["exp_1", "exp_abc123"])
def test_viewers_of_a_split(case: dict[str, Any], uid: str) -> None:
    """A visit is given the variant of its bucket in the experiment that it visits."""
    place = {(each["uid"], each["viewer"]): each["bucket"] for each in BUCKETS["buckets"]["cases"]}[
        uid, case["viewer"]
    ]
    weights = {"before": place, "met": 1, "after": 9_999 - place}
    variants = tuple(Variant(id_, weight) for id_, weight in weights.items())
    made = replace(experiment(ExperimentType.AB_TEST, []), uid=uid, variants=variants)
    assert (
        assigned(made, Visit(case["address"], {"user-agent": case["userAgent"]}, {}, NOW)).id
        == "met"
    )


def test_a_winner_wins_at_the_end() -> None:
    """Everything resolves to the winner of a completed experiment, and of no other."""
    rows: list[dict[str, Any]] = [{"id": "a", "isDefault": True}, {"id": "b"}]
    running = replace(experiment(ExperimentType.SMART_LINK, rows), winner_variant_id="b")
    assert assigned(running, visit({})).id == "a"
    assert assigned(replace(running, status=Status.COMPLETED), visit({})).id == "b"


@pytest.mark.parametrize("case", BUCKETS["places"]["cases"], ids=str)
def test_places(case: dict[str, Any]) -> None:
    """A bucket leads to the variant that the vectors name."""
    variants = tuple(Variant(str(index), weight) for index, weight in enumerate(case["weights"]))
    assert by_weight(variants, case["bucket"]).id == str(case["variant"])


@pytest.mark.parametrize(
    ("slug", "codes"),
    [
        (slug, codes)
        for kind, codes in (
            ("valid", []),
            ("malformed", ["invalid_format"]),
            ("reserved", ["invalid_value"]),
        )
        for slug in SLUGS[kind]
    ],
)
def test_slugs(slug: str, codes: list[str]) -> None:
    """A slug is taken or refused as the vectors say."""
    assert [fault.code for fault in slugs.faults(slug)] == codes
