"""Slugs, URLs, plans, the lifecycle, time and JSON equality: small rules, told as tables."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from pictify_mock.domain import clock, json_values, lifecycle, plans, quota, slugs, uids, urls
from pictify_mock.domain.enums import ExperimentType, Status
from pictify_mock.domain.errors import MOST_FIELD_ERRORS, FieldError, Refusal, invalid
from pictify_mock.domain.experiment import Experiment, Variant
from pictify_mock.domain.teams import Team, by_api_key, by_write_key

from .conftest import told

NOW = datetime(2026, 3, 15, 9, tzinfo=UTC)
TEAM = Team(b"key", (b"write",), plans.PLANS["business"])


def experiment(
    status: Status = Status.DRAFT, kind: ExperimentType = ExperimentType.AB_TEST
) -> Experiment:
    variants = (Variant("a", 5000), Variant("b", 5000))
    return Experiment("exp_1", TEAM, kind, "Hero", "hero", variants, NOW, NOW, status)


@pytest.mark.parametrize(
    "slug", ["abc", "a-b", "a--b", "0a9", "a" * 60, "click", "quota", "resolve"]
)
def test_slugs_that_pass(slug: str) -> None:
    """A slug of 3 to 60 lowercase letters, digits and inner hyphens passes."""
    assert slugs.faults(slug) == []


@pytest.mark.parametrize(
    "slug",
    ["", "a", "ab", "a" * 61, "-ab", "ab-", "Abc", "a_b", "a b", "abc\n", "äbc", "a\x00b", "١٢٣"],
)
def test_slugs_that_are_malformed(slug: str) -> None:
    """Any other text is refused for its form."""
    assert told(slugs.faults(slug)) == [("/slug", "invalid_format")]


@pytest.mark.parametrize(
    "slug", ["events", "api", "admin", "health", "status", "pixel", "track", "sdk"]
)
def test_slugs_that_are_reserved(slug: str) -> None:
    """The eight reserved words are refused although they are well formed."""
    assert told(slugs.faults(slug)) == [("/slug", "invalid_value")]


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "HTTP://example.com/a/b?c=d&e=%20#f",
        "http://user@host:8080/",
        "http://[::1]:80/x",
        "https://a.b?x",
        "http://localhost/it's(1)",
    ],
)
def test_destinations_that_pass(url: str) -> None:
    """An http or https URL with a host is a destination."""
    assert urls.destination_faults("/x", url) == []


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("javascript:alert(1)", "invalid_value"),
        ("data:text/html,x", "invalid_value"),
        ("ftp://a.b/c", "invalid_value"),
        ("http:foo", "invalid_value"),
        ("http://", "invalid_value"),
        ("https:///path", "invalid_value"),
        ("http://:80/", "invalid_value"),
        ("", "invalid_format"),
        ("example.com", "invalid_format"),
        ("//example.com", "invalid_format"),
        ("http://a.b/\r\nSet-Cookie: x", "invalid_format"),
        ("http://a.b/\n", "invalid_format"),
        ("http://a.b/\x00", "invalid_format"),
        ("http://a b/", "invalid_format"),
        ("http://ä.example/", "invalid_format"),
        ("http://a.b/%zz", "invalid_format"),
        ("http://a.b/#a#b", "invalid_format"),
    ],
)
def test_destinations_that_are_refused(url: str, code: str) -> None:
    """Whatever else a URL may be, a click is never sent there."""
    assert told(urls.destination_faults("/x", url)) == [("/x", code)]


@pytest.mark.parametrize("uri", ["urn:a:b", "https://cdn.example/x.png", "data:,x"])
def test_an_image_may_have_any_uri(uri: str) -> None:
    """A fallback image is held to being a URI and to nothing more."""
    assert urls.uri_faults("/x", uri) == []


@pytest.mark.parametrize(
    ("action", "status", "target"),
    [
        ("start", "draft", "running"),
        ("start", "paused", "running"),
        ("pause", "running", "paused"),
        ("delete", "draft", "archived"),
        ("delete", "paused", "archived"),
        ("delete", "completed", "archived"),
    ],
)
def test_moves_that_exist(action: str, status: str, target: str) -> None:
    """A legal move leads to its target and takes a later time."""
    moved = lifecycle.move(experiment(Status(status)), action, NOW)
    assert (moved.status, moved.updated_at) == (target, NOW + timedelta(milliseconds=1))


@pytest.mark.parametrize(
    ("action", "status", "allowed"),
    [
        ("start", "running", ["paused", "completed"]),
        ("start", "completed", []),
        ("pause", "draft", ["running"]),
        ("pause", "paused", ["running", "completed"]),
        ("pause", "completed", []),
        ("complete", "draft", ["running"]),
        ("complete", "completed", []),
        ("delete", "running", ["paused", "completed"]),
    ],
)
def test_moves_that_do_not_exist(action: str, status: str, allowed: list[str]) -> None:
    """An illegal move is a 409 that tells the status and where it may lead."""
    with pytest.raises(Refusal) as refused:
        lifecycle.move(experiment(Status(status)), action, NOW)
    assert (refused.value.code, refused.value.status) == ("invalid-state-transition", 409)
    assert refused.value.members == {"currentStatus": status, "allowedTransitions": allowed}
    remedy = f"it may become {' or '.join(allowed)}" if allowed else "no transition is left"
    assert refused.value.detail == f"A {status} experiment does not allow {action}; {remedy}."


def test_completion_names_its_winner() -> None:
    """Completion keeps the winner and the time of its declaration."""
    done = lifecycle.complete(experiment(Status.PAUSED), "b", NOW + timedelta(days=1))
    assert (done.status, done.winner_variant_id, done.winner_declared_at) == (
        "completed",
        "b",
        done.updated_at,
    )


def test_completion_with_a_stranger() -> None:
    """A winner that is no variant is refused with its own code."""
    with pytest.raises(Refusal) as refused:
        lifecycle.complete(experiment(Status.RUNNING), "c", NOW)
    assert (refused.value.code, told(refused.value.fields)) == (
        "invalid-winner",
        [("/winnerVariantId", "invalid_value")],
    )
    assert refused.value.fields[0].message.endswith("send one of a, b")


@pytest.mark.parametrize(
    ("plan", "limits", "variants", "days", "bandit"),
    [
        ("starter", [1, 0, 0], 2, 7, False),
        ("basic", [2, 1, 1], 3, 30, False),
        ("standard", [5, 3, 3], 5, 90, True),
        ("business", [None, None, None], 10, 365, True),
        ("enterprise", [None, None, None], 20, 365, True),
    ],
)
def test_plans(plan: str, limits: list[int | None], variants: int, days: int, bandit: bool) -> None:
    """Each plan has the limits of the published table."""
    found = plans.PLANS[plan]
    assert [found.limits[kind] for kind in ExperimentType] == limits
    assert (found.max_variants, found.analytics_retention_days, found.bandit) == (
        variants,
        days,
        bandit,
    )


def test_what_counts_as_used() -> None:
    """Draft, running and paused experiments count; completed and archived ones do not."""
    assert quota.used([experiment(status) for status in Status])[ExperimentType.AB_TEST] == 3


def test_a_full_plan() -> None:
    """The slot after the last one is a 429, a limit of zero included."""
    quota.check_slot(plans.PLANS["basic"], ExperimentType.AB_TEST, [experiment()])
    for plan, kind, held in (
        ("basic", ExperimentType.AB_TEST, 2),
        ("starter", ExperimentType.SMART_LINK, 0),
    ):
        with pytest.raises(Refusal) as refused:
            quota.check_slot(plans.PLANS[plan], kind, [experiment(kind=kind)] * held)
        assert (refused.value.code, refused.value.status) == ("quota-exceeded", 429)
        allowed = f"The {plan} plan allows {held} experiments of type {kind.value}"
        assert re.fullmatch(f"{allowed} that are [^;]+; [a-z].+[.]", refused.value.detail)


def test_the_clock_of_the_system() -> None:
    """Left alone, the time is that of UTC."""
    assert clock.system_clock().tzinfo is UTC


@pytest.mark.parametrize(
    ("previous", "now", "expected"),
    [
        (NOW, NOW, NOW + timedelta(milliseconds=1)),
        (
            NOW,
            NOW + timedelta(seconds=1, microseconds=1999),
            NOW + timedelta(seconds=1, milliseconds=1),
        ),
        (NOW, NOW + timedelta(milliseconds=5), NOW + timedelta(milliseconds=5)),
        (NOW, NOW - timedelta(hours=1), NOW + timedelta(milliseconds=1)),
    ],
)
def test_time_moves_forward(previous: datetime, now: datetime, expected: datetime) -> None:
    """A write is later than the one before, whatever the clock says, and is told in whole milliseconds."""
    assert clock.after(previous, now) == expected


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        (1, 1.0, True),
        (1, True, False),
        (0, False, False),
        ({"a": [1, {"b": None}]}, {"a": [1.0, {"b": None}]}, True),
        ({"a": [1]}, {"a": [True]}, False),
        ({"a": None}, {}, False),
        ([1, 2], [2, 1], False),
        ("1", 1, False),
        (None, None, True),
        ({}, None, False),
        ([], {}, False),
        ([1], None, False),
    ],
)
def test_json_equality(left: Any, right: Any, same: bool) -> None:
    """Numbers are equal by value, and a boolean is no number."""
    assert json_values.equal(left, right) is same


@pytest.mark.parametrize(
    ("value", "depth"), [({}, 1), ({"a": {}}, 2), ({"a": [{"b": 1}]}, 3), ([[[[]]]], 4)]
)
def test_json_depth(value: Any, depth: int) -> None:
    """Objects and arrays count as levels, the value itself as the first."""
    assert json_values.deeper_than(value, depth - 1)
    assert not json_values.deeper_than(value, depth)


def test_uids() -> None:
    """A uid is exp_ and ten digits or capital letters, and follows from the source of chance."""
    uid = uids.new_uid(Random(1))
    assert uid == uids.new_uid(Random(1))
    assert uid.startswith("exp_")
    assert len(uid) == 14
    assert set(uid[4:]) <= set(uids.ALPHABET)


def test_keys_of_teams() -> None:
    """Each kind of key opens its own door only."""
    assert by_api_key([TEAM], b"key") is TEAM
    assert by_write_key([TEAM], b"write") is TEAM
    assert (
        by_api_key([TEAM], b"write")
        is by_write_key([TEAM], b"key")
        is by_api_key([TEAM], b"")
        is None
    )


@pytest.mark.parametrize(
    ("fields", "detail"),
    [
        (["/slug"], "/slug: is wrong"),
        (["/slug", "/name"], "/slug: is wrong (1 more in errors)"),
        (["", "/name", "/slug"], "The body: is wrong (2 more in errors)"),
    ],
)
def test_the_detail_of_a_refusal(fields: list[str], detail: str) -> None:
    """A refusal is told by its first fault, and how many more there are."""
    refused = invalid([FieldError(field, "is wrong", "invalid_value") for field in fields])
    assert refused.detail == str(refused) == detail


def test_a_flood_of_faults_is_cut() -> None:
    """A refusal lists so many faults and no more."""
    faults = [FieldError(f"/{number}", "is wrong", "invalid_value") for number in range(1000)]
    assert len(invalid(faults).fields) == MOST_FIELD_ERRORS
