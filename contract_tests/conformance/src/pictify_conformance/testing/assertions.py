"""Assertions on responses. A failure holds the expected and the actual value, and the exchange."""

import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx
import pytest

from pictify_conformance.results.findings import Detail
from pictify_conformance.testing.failures import Unexpected
from pictify_conformance.testing.responses import (
    fail,
    field_errors,
    json_object,
    json_of,
    text_of,
    words_of,
)

PROBLEM_TYPE = "https://docs.pictify.io/errors/"


def assert_that(condition: object, expected: str, response: httpx.Response | None = None) -> None:
    """Fail with the expectation, and the exchange if there is one, unless the condition is true."""
    if not condition:
        fail(expected, response)


def assert_status(response: httpx.Response, *expected: int) -> None:
    assert_that(
        response.status_code in expected, f"status {' or '.join(map(str, expected))}", response
    )


def assert_refused(response: httpx.Response) -> None:
    """Assert a 4xx about this very request, which 429 is not."""
    is_refused = 400 <= response.status_code < 500 and response.status_code != 429
    assert_that(is_refused, "a refusal (4xx other than 429)", response)


def assert_problem(response: httpx.Response, status: int, code: str, *fields: str) -> None:
    """Assert a problem of this status and code whose errors name at least these fields."""
    assert_status(response, status)
    body = json_of(response)
    is_problem = isinstance(body, dict) and body.get("type") == PROBLEM_TYPE + code
    assert_that(is_problem, f"the problem {code}", response)
    named = [field for field, _ in field_errors(response)]
    for field in fields:
        assert_that(field in named, f"an item of errors for {field}", response)


def assert_field_errors(response: httpx.Response, expected: set[tuple[str, str]]) -> None:
    """Assert that a problem's errors have exactly these fields and codes."""
    assert_equal(sorted(field_errors(response)), sorted(expected), "field and code of the errors")


def assert_leads_to(response: httpx.Response, destination: str) -> None:
    """Assert a 302 to this destination. A server may add to its query."""
    assert_status(response, 302)
    location = response.headers.get("location", "")
    here, there = urlsplit(urljoin(str(response.url), location)), urlsplit(destination)
    places = [(url.scheme, url.netloc, url.path or "/", url.fragment) for url in (here, there)]
    has_query = set(parse_qsl(there.query)) <= set(parse_qsl(here.query))
    assert_that(
        location and places[0] == places[1] and has_query,
        f"Location: {destination}, not {location or 'none'}",
        response,
    )


def assert_location(response: httpx.Response, destination: str) -> None:
    """Assert a 302 whose Location is exactly this."""
    assert_status(response, 302)
    assert_equal(response.headers.get("location"), destination, "Location")


def assert_events_accepted(response: httpx.Response, count: int) -> None:
    body = json_object(response)
    is_accepted = body.get("ok") is True and is_equal(body.get("processed"), count)
    assert_that(
        is_accepted and not body.get("errors"),
        f"ok true, processed {count} and no errors",
        response,
    )


def assert_no_event_accepted(response: httpx.Response) -> None:
    """Assert a refusal, or a 200 with `processed` 0."""
    if response.status_code != httpx.codes.OK:
        assert_refused(response)
        return
    processed = json_object(response).get("processed")
    assert_that(is_equal(processed, 0), "a refusal, or a 200 with processed 0", response)


def assert_header_has(response: httpx.Response, header: str, *words: str) -> None:
    """Assert that a header has these words, which are in lower case, among others."""
    found = words_of(response, header)
    expected = f"{header} with {', '.join(words)}, not {sorted(found)}"
    assert_that(found.issuperset(words), expected, response)


def assert_no_body(response: httpx.Response) -> None:
    assert_equal(response.content.decode("utf-8", "replace"), "", "the body of the answer to HEAD")


def assert_equal(actual: Any, expected: Any, name: str) -> None:
    """Assert that two JSON values are equal: 1 and 1.0 are, 1 and true are not.

    Of two objects a failure names each member that differs.
    """
    if details := tuple(differences(actual, expected, name)):
        raise Unexpected(*details)


def assert_members_equal(actual: dict[str, Any], expected: dict[str, Any]) -> None:
    """Assert that two objects are equal, whose members have names that say what they are."""
    if details := tuple(differences(actual, expected)):
        raise Unexpected(*details)


def differences(actual: Any, expected: Any, name: str = "") -> Iterator[Detail]:
    """Yield a detail for each difference of two JSON values, of objects member by member."""
    if is_equal(actual, expected):
        return
    if not (isinstance(actual, dict) and isinstance(expected, dict)):
        yield Detail(name, text_of(expected), text_of(actual))
        return
    for key in {**expected, **actual}:
        member = f"{name}, {key}" if name else key
        if key in actual and key in expected:
            yield from differences(actual[key], expected[key], member)
        else:
            wanted, came = (
                text_of(each[key]) if key in each else "nothing" for each in (expected, actual)
            )
            yield Detail(member, wanted, came)


def assert_includes(actual: Any, sent: Any, name: str) -> None:
    """Assert that a value shows what was sent. Objects may have more members than that."""
    if not includes(actual, sent):
        raise Unexpected(
            Detail(f"{name}, which has to show what was sent", text_of(sent), text_of(actual))
        )


def assert_eventually(assertion: Callable[[], None], seconds: float) -> None:
    """Repeat an assertion until it passes, for this long at most."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            assertion()
            return
        except pytest.fail.Exception:
            if time.monotonic() >= deadline:
                raise
        time.sleep(0.1)


def is_equal(actual: Any, expected: Any) -> bool:
    """Return True if two JSON values are equal: 1 and 1.0 are, 1 and true are not."""
    if isinstance(actual, dict) and isinstance(expected, dict):
        return actual.keys() == expected.keys() and all(
            is_equal(value, expected[key]) for key, value in actual.items()
        )
    if isinstance(actual, (list, tuple)) and isinstance(expected, (list, tuple)):
        return (
            type(actual) is type(expected)
            and len(actual) == len(expected)
            and all(map(is_equal, actual, expected))
        )
    return isinstance(actual, bool) == isinstance(expected, bool) and bool(actual == expected)


def includes(actual: Any, sent: Any) -> bool:
    """Return True if a value shows what was sent. Objects may have more members than that."""
    if isinstance(sent, dict):
        return isinstance(actual, dict) and all(
            key in actual and includes(actual[key], sent[key]) for key in sent
        )
    if isinstance(sent, list):
        return (
            isinstance(actual, list)
            and len(actual) == len(sent)
            and all(map(includes, actual, sent))
        )
    return is_equal(actual, sent)
