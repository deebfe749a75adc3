"""Parse the JSON and query strings of requests into values of the domain."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic_core import ValidationError
from starlette.datastructures import QueryParams

from pictify_mock.domain.editing import Fields
from pictify_mock.domain.enums import ExperimentType, Status
from pictify_mock.domain.errors import FieldError, Refusal, invalid, invalid_field
from pictify_mock.domain.events import MAX_BATCH
from pictify_mock.domain.experiment import Variant
from pictify_mock.domain.field_names import CONFIGS, EXPERIMENT, VARIANT
from pictify_mock.domain.json_values import LARGEST
from pictify_mock.http import schemas


def new_experiment(body: Any) -> Fields:
    return _fields(schemas.check(schemas.CREATE, body))


def changes(body: Any) -> Fields:
    return _fields(schemas.check(schemas.UPDATE, body))


def winner(body: Any) -> str:
    if not isinstance(body, dict):
        raise invalid_field("", "is not an object; send one", "invalid_type")
    variant_id: str = schemas.check(schemas.COMPLETE, body, "invalid-winner")["winnerVariantId"]
    return variant_id


def _fields(body: Mapping[str, Any]) -> Fields:
    fields = _renamed(EXPERIMENT, body)
    if "type" in fields:
        fields["type"] = ExperimentType(fields["type"])
    if "variants" in fields:
        sent = map(without_nulls, fields["variants"])
        fields["variants"] = tuple(Variant(**_renamed(VARIANT, each)) for each in sent)
    for name, names in CONFIGS.items():
        if fields.get(name) is not None:
            fields[name] = _renamed(names, fields[name])
    return fields


def _renamed(names: Mapping[str, str], value: Mapping[str, Any]) -> Fields:
    return {names[key]: member for key, member in value.items() if key in names}


def without_nulls(variant: Mapping[str, Any]) -> dict[str, Any]:
    """Drop the nulls of a variant and its schedule, but not those inside free-form members."""
    members = {key: member for key, member in variant.items() if member is not None}
    for key in ("schedule", "recurrence"):
        if key in members:
            members[key] = without_nulls(members[key])
    return members


class Listing(NamedTuple):
    type: ExperimentType | None
    status: Status | None
    page: int
    limit: int


LIST_STATUSES = tuple(status.value for status in Status if status is not Status.ARCHIVED)
_INTEGER = re.compile(r"-?[0-9]+")
_MOST_DIGITS = 19  # of a 64-bit integer; int() refuses thousands of digits


def listing(query: bytes) -> Listing:
    parameters = QueryParams(query)
    faults: list[FieldError] = []
    kind = _word(parameters, "type", tuple(ExperimentType), faults)
    status = _word(parameters, "status", LIST_STATUSES, faults)
    page = _whole(parameters, "page", 1, LARGEST, faults)
    limit = _whole(parameters, "limit", 20, 100, faults)
    if faults:
        raise invalid(faults)
    return Listing(
        ExperimentType(kind) if kind else None, Status(status) if status else None, page, limit
    )


def _single(parameters: QueryParams, name: str, faults: list[FieldError]) -> str | None:
    values = parameters.getlist(name)
    if len(values) > 1:
        message = "is given more than once; give it once"
        faults.append(FieldError(f"query.{name}", message, "conflict"))
        return None
    return values[0] if values else None


def _word(
    parameters: QueryParams, name: str, known: tuple[str, ...], faults: list[FieldError]
) -> str | None:
    value = _single(parameters, name, faults)
    if value is not None and value not in known:
        message = f"is not known; send one of {', '.join(known)}"
        faults.append(FieldError(f"query.{name}", message, "invalid_value"))
    return value


def _whole(
    parameters: QueryParams, name: str, default: int, high: int, faults: list[FieldError]
) -> int:
    value = _single(parameters, name, faults)
    if value is None:
        return default
    if not _INTEGER.fullmatch(value):
        message = "is not an integer; send digits only"
        faults.append(FieldError(f"query.{name}", message, "invalid_type"))
        return default
    number = int(value) if len(value) <= _MOST_DIGITS else high + 1
    if not 1 <= number <= high:
        message = f"is {value[:40]}; send 1 to {high}"
        faults.append(FieldError(f"query.{name}", message, "out_of_range"))
    return number


def events(body: Any) -> list[dict[str, Any] | str]:
    """Return the events of an array, with a message in place of each malformed one.

    A single event has to be well-formed.
    """
    if isinstance(body, dict):
        return [schemas.check(schemas.EVENT, body)]
    if not isinstance(body, list):
        message = "is neither an event nor an array of events; send one"
        raise invalid_field("", message, "invalid_type")
    if not 1 <= len(body) <= MAX_BATCH:
        message = f"is an array of {len(body)} events; send 1 to {MAX_BATCH}"
        raise invalid_field("", message, "out_of_range")
    try:
        # All at once takes half the time of one by one.
        well_formed: list[dict[str, Any] | str] = schemas.EVENTS.validate_python(body)
    except ValidationError:
        return [_event(item) for item in body]
    return well_formed


def _event(item: Any) -> dict[str, Any] | str:
    try:
        return schemas.check(schemas.EVENT, item)
    except Refusal as refusal:
        return refusal.detail
