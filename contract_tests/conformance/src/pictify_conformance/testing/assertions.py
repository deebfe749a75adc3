"""What tests say about an answer. A failure holds what was expected, and the request and the answer that show it."""

import datetime as dt
import json
from typing import Any, NoReturn
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx

from pictify_conformance import spec
from pictify_conformance.http.transport import exchange_of
from pictify_conformance.results.findings import Detail
from pictify_conformance.testing.failures import Unexpected

PROBLEM_TYPE = "https://docs.pictify.io/errors/"
SHOWN = 600  # characters of a value
EXPERIMENT = spec.document()["components"]["schemas"]["Experiment"]


def fail(expected: str, response: httpx.Response) -> NoReturn:
    """Fail with the expectation and the exchange."""
    raise Unexpected(Detail(expected=expected, exchange=exchange_of(response)))


def status(response: httpx.Response, *expected: int) -> httpx.Response:
    """The answer has one of these statuses."""
    if response.status_code not in expected:
        fail(f"status {' or '.join(map(str, expected))}", response)
    return response


def refused(response: httpx.Response) -> httpx.Response:
    """The answer is a 4xx that refuses this very request; a 429 says nothing about it."""
    if not 400 <= response.status_code < 500 or response.status_code == 429:
        fail("a refusal (4xx other than 429)", response)
    return response


def json_of(response: httpx.Response) -> Any:
    """The body, which is JSON and says so."""
    media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json" and not media_type.endswith("+json"):
        fail(f"a JSON media type, not {media_type or 'none'}", response)
    try:
        return response.json()
    except ValueError:
        fail("a body that is JSON", response)


def experiment(response: httpx.Response) -> dict[str, Any]:
    """The experiment in an answer."""
    body = json_of(response)
    found = body.get("experiment") if isinstance(body, dict) else None
    if not isinstance(found, dict):
        fail('a body {"experiment": {...}}', response)
    rows = found.get("variants")
    if not isinstance(rows, list) or not all(
        isinstance(row, dict) and isinstance(row.get("id"), str) for row in rows
    ):
        fail("an experiment with its variants and their ids", response)
    if not isinstance(found.get("uid"), str) or not isinstance(found.get("slug"), str):
        fail("an experiment with its uid and slug", response)
    return found


def page(response: httpx.Response) -> dict[str, Any]:
    """The JSON object of a 200, such as a page of a list."""
    body = json_of(status(response, 200))
    if not isinstance(body, dict):
        fail("a JSON object", response)
    return body


def rows(response: httpx.Response) -> list[dict[str, Any]]:
    """The experiments on a page of a list."""
    found = page(response).get("experiments") or []
    if not isinstance(found, list) or not all(
        isinstance(row, dict) and isinstance(row.get("uid"), str) for row in found
    ):
        fail("a list of experiments with their uids", response)
    return found


def rows_of_any_form(response: httpx.Response) -> list[dict[str, Any]]:
    """Return whatever objects a page of a list holds, if it holds a list at all."""
    found = page(response).get("experiments")
    if not isinstance(found, list):
        fail("a page of a list", response)
    return [row for row in found if isinstance(row, dict)]


def problem(response: httpx.Response, status_code: int, code: str, *fields: str) -> dict[str, Any]:
    """The answer is this problem, and its errors name these fields."""
    status(response, status_code)
    body = json_of(response)
    if not isinstance(body, dict) or body.get("type") != PROBLEM_TYPE + code:
        fail(f"the problem {code}", response)
    named = [item.get("field") for item in body.get("errors") or [] if isinstance(item, dict)]
    for field in fields:
        if field not in named:
            fail(f"an item of errors for {field}", response)
    return body


def faults(problem: dict[str, Any]) -> set[tuple[str, str]]:
    """Field and code of each item of a problem's errors."""
    items = problem.get("errors") or []
    return {
        (str(item.get("field")), str(item.get("code"))) for item in items if isinstance(item, dict)
    }


def leads_to(response: httpx.Response, destination: str) -> None:
    """A 302 to this destination, to whose query a server may have added."""
    location = status(response, 302).headers.get("location", "")
    here, there = urlsplit(urljoin(str(response.url), location)), urlsplit(destination)
    places = [(url.scheme, url.netloc, url.path or "/", url.fragment) for url in (here, there)]
    if (
        not location
        or places[0] != places[1]
        or not set(parse_qsl(there.query)) <= set(parse_qsl(here.query))
    ):
        fail(f"Location: {destination}, not {location or 'none'}", response)


def taken(response: httpx.Response, count: int) -> dict[str, Any]:
    """The answer to events that were all taken."""
    body = json_of(status(response, 200))
    if (
        not isinstance(body, dict)
        or body.get("ok") is not True
        or body.get("processed") != count
        or body.get("errors")
    ):
        fail(f"ok true, processed {count} and no errors", response)
    return body


def not_taken(response: httpx.Response) -> None:
    """The answer to an event that cannot be taken: a refusal, or a 200 that says so."""
    if response.status_code != httpx.codes.OK:
        refused(response)
    elif (body := page(response)).get("processed") != 0 and not body.get("errors"):
        fail("a refusal, or a 200 with 0 processed or an error", response)


def moment(value: Any, what: str) -> dt.datetime:
    """A date-time with its offset."""
    try:
        found = dt.datetime.fromisoformat(value)
    except (TypeError, ValueError):
        found = None
    if found is None or found.tzinfo is None:
        raise Unexpected(Detail(f"{what} is no date-time", came=_text(value)))
    return found


def shows(actual: Any, sent: Any, what: str) -> None:
    """A value shows what was sent; objects may have more members than that."""
    if not _holds(actual, sent):
        raise Unexpected(Detail(f"{what} does not show what was sent", _text(sent), _text(actual)))


def _holds(actual: Any, sent: Any) -> bool:
    if isinstance(sent, dict):
        return isinstance(actual, dict) and all(
            key in actual and _holds(actual[key], sent[key]) for key in sent
        )
    if isinstance(sent, list):
        return (
            isinstance(actual, list) and len(actual) == len(sent) and all(map(_holds, actual, sent))
        )
    return isinstance(actual, bool) == isinstance(sent, bool) and bool(actual == sent)


def same(actual: Any, expected: Any, what: str) -> None:
    """Two JSON values are equal; 1 and 1.0 are. Of two objects a failure shows the members that differ."""
    if actual == expected:
        return
    if isinstance(actual, dict) and isinstance(expected, dict):
        apart = {
            key for key in {**actual, **expected} if actual.get(key, ...) != expected.get(key, ...)
        }
        actual, expected = (
            {key: value for key, value in each.items() if key in apart}
            for each in (actual, expected)
        )
    raise Unexpected(Detail(f"{what}: other than expected", _text(expected), _text(actual)))


def published(experiment: dict[str, Any], *left_out: str) -> dict[str, Any]:
    """What the pages publish of an experiment but for some members, so that two readings of it can be compared.

    A server may show more, and that may change from one reading to the next. Null says as much as absence.
    """
    shown: dict[str, Any] = _published(experiment, EXPERIMENT)
    return {name: value for name, value in shown.items() if name not in left_out}


def _published(value: Any, schema: dict[str, Any]) -> Any:
    schema = spec.resolve(schema["$ref"]) if "$ref" in schema else schema
    members = schema.get("properties")
    if isinstance(value, list) and "items" in schema:
        return [_published(item, schema["items"]) for item in value]
    if isinstance(value, dict) and members:
        return {
            name: _published(value[name], members[name])
            for name in members
            if value.get(name) is not None
        }
    return _millisecond(value) if schema.get("format") == "date-time" else value


def of(shown: Any, members: Any) -> Any:
    """A value without what the other one does not have; null says as much as absence."""
    if isinstance(shown, dict) and isinstance(members, dict):
        both = [key for key in shown if shown[key] is not None and members.get(key) is not None]
        return {key: of(shown[key], members[key]) for key in both}
    if isinstance(shown, list) and isinstance(members, list) and len(shown) == len(members):
        return [of(*pair) for pair in zip(shown, members, strict=True)]
    return shown


def _millisecond(value: Any) -> Any:
    """A date-time as all notations show it, and as databases keep it."""
    try:
        return (
            dt.datetime.fromisoformat(value).astimezone(dt.UTC).isoformat(timespec="milliseconds")
        )
    except (TypeError, ValueError):
        return value


def _text(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= SHOWN else text[:SHOWN] + "..."
