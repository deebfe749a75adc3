"""The assertions that compare JSON values and read the responses to events."""

from typing import Any

import httpx
import pytest

from pictify_conformance.testing.assertions import (
    assert_equal,
    assert_includes,
    assert_no_event_accepted,
)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [(True, 1), (0, False), ([1, True], [1, 1]), ({"a": [{"b": 0}]}, {"a": [{"b": False}]})],
)
def test_boolean_is_not_equal_to_a_number(actual: Any, expected: Any) -> None:
    with pytest.raises(pytest.fail.Exception):
        assert_equal(actual, expected, "member")
    with pytest.raises(pytest.fail.Exception):
        assert_includes(actual, expected, "member")


@pytest.mark.parametrize("value", [1, True, None, "a", [], {}, {"a": [1, {"b": False}]}])
def test_value_is_equal_to_itself(value: Any) -> None:
    assert_equal(value, value, "member")


def test_integer_is_equal_to_the_same_float() -> None:
    assert_equal([1, {"a": 2.0}], [1.0, {"a": 2}], "member")


def test_unequal_objects_show_the_members_that_differ() -> None:
    with pytest.raises(pytest.fail.Exception, match=r"^object, a: expected 1, came true$"):
        assert_equal({"a": True, "b": 2}, {"a": 1, "b": 2}, "object")


def response(status: int, body: Any) -> httpx.Response:
    return httpx.Response(status, json=body, request=httpx.Request("POST", "http://server.test"))


ERRORS = [{"index": 0, "error": "unknown variant"}]


@pytest.mark.parametrize("status", [400, 422])
def test_refused_events_are_not_accepted(status: int) -> None:
    assert_no_event_accepted(response(status, {}))


@pytest.mark.parametrize("errors", [[], ERRORS])
def test_response_without_a_processed_event_accepts_none(errors: list[Any]) -> None:
    assert_no_event_accepted(response(200, {"ok": True, "processed": 0, "errors": errors}))


@pytest.mark.parametrize("processed", [3, 1, False, None])
def test_response_that_processed_an_event_accepts_it_despite_errors(processed: Any) -> None:
    body = {"ok": True, "processed": processed, "errors": ERRORS}
    with pytest.raises(pytest.fail.Exception):
        assert_no_event_accepted(response(200, body))
