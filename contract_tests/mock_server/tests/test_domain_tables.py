"""URLs, plans, the lifecycle, time, JSON values, uids, keys and refusals: small rules as tables."""

from __future__ import annotations

from datetime import UTC, timedelta
from random import Random
from typing import Any

import pytest

from pictify_mock.domain import clock, json_values, lifecycle, plans, quota, slugs, uids, urls
from pictify_mock.domain.enums import ExperimentType, Status
from pictify_mock.domain.errors import (
    MOST_FIELD_ERRORS,
    FieldError,
    Refusal,
    invalid,
    invalid_field,
)
from pictify_mock.domain.teams import by_api_key, by_write_key

from .conftest import assert_field_errors, assert_helpful
from .factories import NOW, TEAM, make_experiment


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "HTTP://example.com/a/b?c=d&e=%20#f",
        "http://user@host:8080/",
        "http://[::1]:80/x",
        "http://a.b.:65535",
        "https://a.b?x",
        "http://localhost/it's(1)",
    ],
)
def test_an_absolute_web_address_is_a_destination(url: str) -> None:
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
        ("http://h:65536/", "invalid_value"),
        ("http://a..b/", "invalid_value"),
        ("http://.a.b/", "invalid_value"),
        (f"http://{'a' * 64}.b/", "invalid_value"),
        ("http://[12345::]/", "invalid_value"),
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
def test_anything_else_is_not_a_destination(url: str, code: str) -> None:
    assert_field_errors(urls.destination_faults("/x", url), ("/x", code))


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://a b/", "may not have ' ' as character 9; write it as %20"),
        ("http://a.b/ä", "may not have 'ä' as character 12; write it as %C3%A4"),
        ("http://a.b/100%", "may not have '%' as character 15; write it as %25"),
        ("http://a.b/\n", "may not have '\\n' as character 12; write it as %0A"),
        ("http://h:99999", "has a port beyond 65535; send 0 to 65535, or none"),
        ("http://a..b", "has the host a..b; between its dots may be 1 to 63 characters"),
    ],
)
def test_the_error_of_a_destination_says_where_it_is_wrong(url: str, message: str) -> None:
    (error,) = urls.destination_faults("/x", url)
    assert error.message == message


@pytest.mark.parametrize("uri", ["urn:a:b", "https://cdn.example/x.png", "data:,x"])
def test_a_fallback_image_may_have_any_uri(uri: str) -> None:
    assert urls.uri_faults("/x", uri) == []
    (error,) = urls.uri_faults("/x", "not-a-uri")
    assert error.message.startswith("is not an absolute URI; start with a scheme")


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
def test_a_legal_transition_leads_to_its_status_at_a_later_time(
    action: str, status: str, target: str
) -> None:
    moved = lifecycle.move(make_experiment(status=Status(status)), action, NOW)
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
def test_an_illegal_transition_is_refused_with_the_legal_ones(
    action: str, status: str, allowed: list[str]
) -> None:
    with pytest.raises(Refusal) as refused:
        lifecycle.move(make_experiment(status=Status(status)), action, NOW)
    assert (refused.value.code, refused.value.status) == ("invalid-state-transition", 409)
    assert refused.value.members == {"currentStatus": status, "allowedTransitions": allowed}
    remedy = f"it may become {' or '.join(allowed)}" if allowed else "no transition is left"
    assert refused.value.detail == f"A {status} experiment does not allow {action}; {remedy}."


def test_completion_stores_the_winner_and_the_time() -> None:
    done = lifecycle.complete(make_experiment(status=Status.PAUSED), "b", NOW + timedelta(days=1))
    assert (done.status, done.winner_variant_id) == (Status.COMPLETED, "b")
    assert done.winner_declared_at == done.updated_at


def test_completion_with_an_unknown_winner_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        lifecycle.complete(make_experiment(status=Status.RUNNING), "c", NOW)
    assert refused.value.code == "invalid-winner"
    assert_field_errors(refused.value.fields, ("/winnerVariantId", "invalid_value"))
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
def test_each_plan_has_the_published_limits(
    plan: str, limits: list[int | None], variants: int, days: int, bandit: bool
) -> None:
    found = plans.PLANS[plan]
    assert [found.limits[kind] for kind in ExperimentType] == limits
    numbers = (found.max_variants, found.analytics_retention_days, found.bandit)
    assert numbers == (variants, days, bandit)


def test_drafts_running_and_paused_experiments_are_used() -> None:
    used = quota.used([make_experiment(status=status) for status in Status])
    assert used[ExperimentType.AB_TEST] == 3


@pytest.mark.parametrize(
    ("plan", "kind", "held"),
    [("basic", ExperimentType.AB_TEST, 2), ("starter", ExperimentType.SMART_LINK, 0)],
)
def test_a_create_beyond_the_last_slot_is_refused(
    plan: str, kind: ExperimentType, held: int
) -> None:
    experiments = [make_experiment(type=kind)] * held
    if held:
        quota.check_slot(plans.PLANS[plan], kind, experiments[1:])
    with pytest.raises(Refusal) as refused:
        quota.check_slot(plans.PLANS[plan], kind, experiments)
    assert (refused.value.code, refused.value.status) == ("quota-exceeded", 429)
    promise = f"The {plan} plan allows {held} experiments of type {kind.value} that are "
    assert refused.value.detail.startswith(promise)
    assert_helpful(refused.value.detail.removeprefix("The ").removesuffix("."))


def test_the_system_clock_is_in_utc() -> None:
    assert clock.system_clock().tzinfo is UTC


@pytest.mark.parametrize(
    ("milliseconds", "expected"), [(0, 1), (1001.999, 1001), (5, 5), (-3_600_000, 1)]
)
def test_a_write_is_later_than_the_one_before(milliseconds: float, expected: int) -> None:
    """Times are whole milliseconds, and go on where the clock is set back."""
    now = NOW + timedelta(milliseconds=milliseconds)
    assert clock.after(NOW, now) == NOW + timedelta(milliseconds=expected)


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
def test_json_numbers_are_equal_by_value_and_differ_from_booleans(
    left: Any, right: Any, same: bool
) -> None:
    assert json_values.equal(left, right) is same


@pytest.mark.parametrize(
    ("value", "depth"), [({}, 1), ({"a": {}}, 2), ({"a": [{"b": 1}]}, 3), ([[[[]]]], 4)]
)
def test_each_object_and_array_is_a_level_of_depth(value: Any, depth: int) -> None:
    assert json_values.deeper_than(value, depth - 1)
    assert not json_values.deeper_than(value, depth)


def test_a_uid_follows_from_the_random_generator() -> None:
    uid = uids.new_uid(Random(1))
    assert uid == uids.new_uid(Random(1))
    assert uid.startswith("exp_")
    assert len(uid) == 14
    assert set(uid[4:]) <= set(uids.ALPHABET)
    assert uids.faults(uid, "/uid") == []


@pytest.mark.parametrize(
    ("uid", "code"),
    [
        ("", "invalid_format"),
        ("..", "invalid_format"),
        ("a/b", "invalid_format"),
        ("%2e", "invalid_format"),
        ("exp_1\n", "invalid_format"),
        ("x" * 101, "invalid_format"),
        ("quota", "invalid_value"),
    ],
)
def test_a_loaded_uid_is_a_plain_segment_of_a_path(uid: str, code: str) -> None:
    errors = uids.faults(uid, "/uid")
    assert_field_errors(errors, ("/uid", code))
    assert errors[0].message.startswith(f"is {uid[:100]!r}")


def test_each_kind_of_key_identifies_its_team() -> None:
    assert by_api_key([TEAM], b"key") is TEAM
    assert by_write_key([TEAM], b"write") is TEAM
    assert by_api_key([TEAM], b"write") is None
    assert by_api_key([TEAM], b"") is None
    assert by_write_key([TEAM], b"key") is None


@pytest.mark.parametrize(
    ("fields", "detail"),
    [
        (["/slug"], "/slug: is wrong"),
        (["/slug", "/name"], "/slug: is wrong (1 more in errors)"),
        (["", "/name", "/slug"], "The body: is wrong (2 more in errors)"),
    ],
)
def test_the_detail_of_a_refusal_is_its_first_error(fields: list[str], detail: str) -> None:
    refused = invalid([FieldError(field, "is wrong", "invalid_value") for field in fields])
    assert refused.detail == str(refused) == detail
    assert (refused.members, refused.headers) == ({}, {})


def test_a_refusal_lists_a_bounded_number_of_errors() -> None:
    errors = [FieldError(f"/{number}", "is wrong", "invalid_value") for number in range(1000)]
    assert len(invalid(errors).fields) == MOST_FIELD_ERRORS


def test_a_refused_field_is_a_validation_error_with_its_whole_message() -> None:
    refused = invalid_field("/slug", "is wrong", "invalid_value")
    assert (refused.code, refused.status) == ("validation-error", 400)
    assert refused.detail == "/slug: is wrong"


def test_messages_end_with_the_remedy() -> None:
    (slug,), (uri,) = slugs.faults("A"), urls.uri_faults("/x", "a")
    end = "letters, digits and hyphens, with a letter or digit at both ends"
    assert slug.message.endswith(end)
    assert uri.message.endswith("start with a scheme such as https:")


def test_a_full_plan_names_the_remedy() -> None:
    with pytest.raises(Refusal) as refused:
        quota.check_slot(plans.PLANS["starter"], ExperimentType.SCHEDULED, [])
    assert refused.value.detail.endswith(
        "that are draft, running or paused; complete or delete one, or take a larger plan."
    )
