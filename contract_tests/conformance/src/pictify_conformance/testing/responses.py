"""Parts of a response. Each function fails the test if the response does not have the part."""

import datetime as dt
import json
from typing import Any, NoReturn

import httpx

from pictify_conformance import spec
from pictify_conformance.http.transport import exchange_of
from pictify_conformance.results.findings import Detail
from pictify_conformance.testing.failures import Unexpected

EXPERIMENT = spec.document()["components"]["schemas"]["Experiment"]
MAX_VALUE = 600  # characters of a value in a failure


def fail(expected: str, response: httpx.Response | None = None) -> NoReturn:
    """Fail with the expectation, and the exchange if there is one."""
    exchange = exchange_of(response) if response is not None else None
    raise Unexpected(Detail(expected=expected, exchange=exchange))


def json_of(response: httpx.Response) -> Any:
    """Return the JSON body of a response that declares a JSON media type."""
    media_type = media_type_of(response)
    if media_type != "application/json" and not media_type.endswith("+json"):
        fail(f"a JSON media type, not {media_type or 'none'}", response)
    try:
        return response.json()
    except (ValueError, RecursionError):
        fail("a body that is JSON", response)


def json_object(response: httpx.Response) -> dict[str, Any]:
    """Return the JSON object in a 200."""
    body = json_of(response) if response.status_code == 200 else None
    if not isinstance(body, dict):
        fail("a 200 with a JSON object", response)
    return body


def experiment_of(response: httpx.Response, status: int = 200) -> dict[str, Any]:
    """Return the experiment in a response of this status."""
    if response.status_code != status:
        fail(f"status {status}", response)
    body = json_of(response)
    experiment = body.get("experiment") if isinstance(body, dict) else None
    if not isinstance(experiment, dict):
        fail('a body {"experiment": {...}}', response)
    variants = experiment.get("variants")
    if not isinstance(variants, list) or not all(
        isinstance(row, dict) and isinstance(row.get("id"), str) for row in variants
    ):
        fail("an experiment with its variants and their ids", response)
    if not isinstance(experiment.get("uid"), str) or not isinstance(experiment.get("slug"), str):
        fail("an experiment with its uid and slug", response)
    return experiment


def rows_of(response: httpx.Response) -> list[dict[str, Any]]:
    """Return the experiments on a page of a list."""
    rows = json_object(response).get("experiments") or []
    if not isinstance(rows, list) or not all(
        isinstance(row, dict) and isinstance(row.get("uid"), str) for row in rows
    ):
        fail("a list of experiments with their uids", response)
    return rows


def objects_of(response: httpx.Response) -> list[dict[str, Any]]:
    """Return the objects on a page of a list, even if they are no experiments."""
    rows = json_object(response).get("experiments")
    if not isinstance(rows, list):
        fail("a page of a list", response)
    return [row for row in rows if isinstance(row, dict)]


def field_errors(response: httpx.Response) -> set[tuple[str, str]]:
    """Return field and code of each of a problem's errors."""
    items = json_of(response).get("errors") or []
    return {
        (str(item.get("field")), str(item.get("code"))) for item in items if isinstance(item, dict)
    }


def media_type_of(response: httpx.Response) -> str:
    """Return the media type without its parameters, in lower case."""
    return str(response.headers.get("content-type", "")).partition(";")[0].strip().lower()


def words_of(response: httpx.Response, header: str) -> set[str]:
    """Return the comma-separated words of a header, in lower case."""
    words = response.headers.get(header, "").split(",")
    return {word.strip().lower() for word in words if word.strip()}


def timestamp(value: Any, name: str) -> dt.datetime:
    """Return a date-time with its offset."""
    try:
        found = dt.datetime.fromisoformat(value)
    except (TypeError, ValueError):
        found = None
    if found is None or found.tzinfo is None:
        raise Unexpected(Detail(f"{name} is not a valid date-time", actual=text_of(value)))
    return found


def published_fields(experiment: dict[str, Any], *left_out: str) -> dict[str, Any]:
    """Return an experiment's published fields, so that two readings can be compared.

    A server may show more, and that may change from one reading to the next. Null counts as
    absent.
    """
    shown: dict[str, Any] = _published(experiment, EXPERIMENT)
    return {name: value for name, value in shown.items() if name not in left_out}


def _published(value: Any, schema: dict[str, Any]) -> Any:
    schema = spec.resolved(schema)
    members = schema.get("properties")
    if isinstance(value, list) and "items" in schema:
        return [_published(item, schema["items"]) for item in value]
    if isinstance(value, dict) and members:
        return {
            name: _published(value[name], members[name])
            for name in members
            if value.get(name) is not None
        }
    return _milliseconds(value) if schema.get("format") == "date-time" else value


def common_keys(value: Any, other: Any) -> Any:
    """Keep only the keys that both values have. Null counts as absent."""
    if isinstance(value, dict) and isinstance(other, dict):
        both = [key for key in value if value[key] is not None and other.get(key) is not None]
        return {key: common_keys(value[key], other[key]) for key in both}
    if isinstance(value, list) and isinstance(other, list) and len(value) == len(other):
        return [common_keys(*pair) for pair in zip(value, other, strict=True)]
    return value


def _milliseconds(value: Any) -> Any:
    """Return a date-time in one notation and in the precision that every database keeps."""
    try:
        moment = dt.datetime.fromisoformat(value).astimezone(dt.UTC)
    except (TypeError, ValueError):
        return value
    return moment.isoformat(timespec="milliseconds")


def text_of(value: Any) -> str:
    """Return a value as failures show it."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= MAX_VALUE else text[:MAX_VALUE] + "..."
