"""The mock decides as `spec/vectors` says."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from pictify_mock.domain import conditions, schedule_windows, schedules, slugs, targeting
from pictify_mock.domain.assignment import assigned, bucket, by_weight
from pictify_mock.domain.enums import ExperimentType, Status
from pictify_mock.domain.experiment import Variant
from pictify_mock.domain.properties import readings
from pictify_mock.domain.visit import Visit, viewer_key

from .conftest import assert_field_errors
from .factories import NOW, make_experiment
from .vectors import load_vectors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pictify_mock.domain.experiment import Experiment

CONDITIONS, SCHEDULES, BUCKETS, SLUGS = map(
    load_vectors, ("conditions", "schedules", "buckets", "slugs")
)


def pairs(cases: list[dict[str, Any]], subject: str, items: str) -> list[Any]:
    """Return the subject of each case with each of its items."""
    return [
        pytest.param(case[subject], item, id=f"{case['about']}, {number}")
        for case in cases
        for number, item in enumerate(case[items])
    ]


def make_visit(described: dict[str, Any]) -> Visit:
    described_headers = described.get("headers", {}).items()
    headers = {name.lower().encode(): value.encode() for name, value in described_headers}
    now = datetime.fromisoformat(described["now"]) if "now" in described else NOW
    return Visit("127.0.0.1", headers, described.get("query", {}), now)


def experiment_of(type_: ExperimentType, rows: list[dict[str, Any]], **changes: Any) -> Experiment:
    variants = (
        Variant(
            row["id"],
            weight=0,
            is_default=row.get("isDefault"),
            conditions=row.get("conditions"),
            schedule=row.get("schedule"),
        )
        for row in rows
    )
    return make_experiment(*variants, type=type_, **{"status": Status.RUNNING, **changes})


@pytest.mark.parametrize(("tree", "item"), pairs(CONDITIONS["trees"], "tree", "visits"))
def test_an_accepted_tree_holds_for_these_visits(
    tree: dict[str, Any], item: dict[str, Any]
) -> None:
    assert conditions.faults(tree, "") == []
    holds = targeting.holds(conditions.normal(tree), make_visit(item["visit"]))
    assert holds is item["holds"]


@pytest.mark.parametrize(("variants", "item"), pairs(CONDITIONS["choices"], "variants", "visits"))
def test_a_smart_link_shows_this_variant(
    variants: list[dict[str, Any]], item: dict[str, Any]
) -> None:
    experiment = experiment_of(ExperimentType.SMART_LINK, variants)
    assert assigned(experiment, make_visit(item["visit"])).id == item["shown"]


@pytest.mark.parametrize(("schedule", "item"), pairs(SCHEDULES["schedules"], "schedule", "moments"))
def test_an_accepted_schedule_is_open_at_these_moments(
    schedule: dict[str, Any], item: dict[str, Any]
) -> None:
    assert schedules.faults(schedule, "") == []
    window = schedule_windows.window(schedule)
    assert schedule_windows.is_open(window, datetime.fromisoformat(item["now"])) is item["open"]


@pytest.mark.parametrize(("variants", "item"), pairs(SCHEDULES["choices"], "variants", "moments"))
def test_a_scheduled_experiment_shows_this_variant(
    variants: list[dict[str, Any]], item: dict[str, Any]
) -> None:
    experiment = experiment_of(ExperimentType.SCHEDULED, variants)
    assert assigned(experiment, make_visit(item)).id == item["shown"]


@pytest.fixture
def in_new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give the machine another time zone than UTC."""
    with monkeypatch.context() as machine:
        machine.setenv("TZ", "America/New_York")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("in_new_york")
def test_hours_and_days_are_those_of_utc_on_any_machine() -> None:
    at_two = make_visit({"now": "2026-03-15T02:00:00+00:00"})
    assert readings({"property": "time.hour"}, at_two) == (2,)
    assert readings({"property": "time.dayOfWeek"}, at_two) == (0,)
    day = {"startAt": "2026-03-08T00:00:00Z", "endAt": "2026-03-09T00:00:00Z"}
    assert schedules.faults(day | {"recurrence": {"type": "daily"}}, "") == []


@pytest.mark.parametrize("case", BUCKETS["viewers"]["cases"], ids=str)
def test_a_viewer_is_this_hash(case: dict[str, Any]) -> None:
    assert viewer_key(case["address"], case["userAgent"]) == case["viewer"]


@pytest.mark.parametrize("case", BUCKETS["buckets"]["cases"], ids=str)
def test_a_viewer_has_this_bucket_in_an_experiment(case: dict[str, Any]) -> None:
    assert bucket(case["uid"], case["viewer"]) == case["bucket"]


@pytest.mark.parametrize("case", BUCKETS["viewers"]["cases"], ids=str)
@pytest.mark.parametrize("uid", ["exp_1", "exp_abc123"])
def test_a_visit_is_given_the_variant_of_its_bucket(case: dict[str, Any], uid: str) -> None:
    buckets = {
        (each["uid"], each["viewer"]): each["bucket"] for each in BUCKETS["buckets"]["cases"]
    }
    place = buckets[uid, case["viewer"]]
    variants = (Variant("before", place), Variant("met", 1), Variant("after", 9_999 - place))
    experiment = make_experiment(*variants, uid=uid, status=Status.RUNNING)
    visit = Visit(case["address"], {b"user-agent": case["userAgent"].encode()}, {}, NOW)
    assert assigned(experiment, visit).id == "met"


@pytest.mark.parametrize(("status", "shown"), [(Status.RUNNING, "a"), (Status.COMPLETED, "b")])
def test_only_a_completed_experiment_shows_its_winner(status: Status, shown: str) -> None:
    rows: list[dict[str, Any]] = [{"id": "a", "isDefault": True}, {"id": "b"}]
    experiment = experiment_of(
        ExperimentType.SMART_LINK, rows, status=status, winner_variant_id="b"
    )
    assert assigned(experiment, make_visit({})).id == shown


@pytest.mark.parametrize("case", BUCKETS["places"]["cases"], ids=str)
def test_a_bucket_leads_to_this_variant(case: dict[str, Any]) -> None:
    variants = tuple(Variant(str(index), weight) for index, weight in enumerate(case["weights"]))
    assert by_weight(variants, case["bucket"]).id == str(case["variant"])


@pytest.mark.parametrize("slug", SLUGS["valid"])
def test_a_valid_slug_is_accepted(slug: str) -> None:
    assert slugs.faults(slug) == []


@pytest.mark.parametrize(
    ("kind", "code"), [("malformed", "invalid_format"), ("reserved", "invalid_value")]
)
def test_a_malformed_or_reserved_slug_is_refused(kind: str, code: str) -> None:
    for slug in SLUGS[kind]:
        assert_field_errors(slugs.faults(slug), ("/slug", code))


def test_the_error_of_a_reserved_slug_lists_the_reserved_words() -> None:
    (error,) = slugs.faults("api")
    assert ", ".join(sorted(SLUGS["reserved"])) in error.message
