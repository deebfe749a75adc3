"""The schema of every request body: types, lengths and enums, for pydantic's core.

Importing pydantic's models would take longer than the rest of the server's start. Rules that a
schema cannot express are in the domain.
"""

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import partial
from typing import Any

from pydantic_core import ErrorDetails, PydanticCustomError, SchemaValidator, ValidationError
from pydantic_core import core_schema as cs
from pydantic_core.core_schema import CoreSchema

from pictify_mock.domain.errors import MOST_FIELD_ERRORS, FieldError, invalid
from pictify_mock.domain.json_values import LARGEST, SMALLEST


def _whole(value: Any) -> Any:
    # 302.0 is an integer in JSON Schema, and some JSON writers send it like this.
    if type(value) is float and value.is_integer():
        return int(value)
    if type(value) is not int:
        raise PydanticCustomError("int_type", "not an integer")
    return value


def _number(value: Any) -> Any:
    # Unlike a float schema, this keeps an integer as it was sent.
    if type(value) not in (int, float):
        raise PydanticCustomError("number_type", "not a number")
    return value


def text(max_length: int | None = None) -> CoreSchema:
    return cs.str_schema(strict=True, max_length=max_length)


def words(*known: str) -> CoreSchema:
    return cs.chain_schema([text(), cs.literal_schema(list(known))])


def within(read: Callable[[Any], Any], low: float, high: float) -> CoreSchema:
    def check(value: Any) -> Any:
        number = read(value)
        if not low <= number <= high:
            bounds = {"value": str(value), "low": low, "high": high}
            raise PydanticCustomError("out_of_range", "out of range", bounds)
        return number

    return cs.no_info_plain_validator_function(check)


def whole(low: int = SMALLEST, high: int = LARGEST) -> CoreSchema:
    return within(_whole, low, high)


def number(low: float, high: float) -> CoreSchema:
    return within(_number, low, high)


def form(pattern: str, problem: str) -> CoreSchema:
    """Return the schema of a text that matches the pattern, or else has this problem."""

    def check(value: str) -> str:
        if re.fullmatch(pattern, value) is None:
            raise PydanticCustomError("wrong_form", "wrong form", {"problem": problem})
        return value

    return cs.chain_schema([text(), cs.no_info_plain_validator_function(check)])


def record(required: Mapping[str, CoreSchema], optional: Mapping[str, CoreSchema]) -> CoreSchema:
    """Return the schema of an object. Optional members may be null, unknown ones are dropped."""
    members = {name: cs.typed_dict_field(schema) for name, schema in required.items()}
    for name, schema in optional.items():
        members[name] = cs.typed_dict_field(cs.nullable_schema(schema), required=False)
    return cs.typed_dict_schema(members, extra_behavior="ignore", strict=True)


def sometimes(schema: CoreSchema) -> cs.TypedDictField:
    return cs.typed_dict_field(schema, required=False)


def strictly(schema: Any) -> Any:
    """Return the schema with objects that refuse unknown members as mistakes."""
    if isinstance(schema, list):
        return [strictly(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: strictly(part) for name, part in schema.items()}
    if inner.get("type") != "typed-dict":
        return inner
    refused = cs.no_info_plain_validator_function(partial(_refuse_unknown, list(inner["fields"])))
    return {**inner, "extra_behavior": "allow", "extras_schema": refused}


def _refuse_unknown(known: list[str], _: Any) -> Any:
    raise PydanticCustomError("unknown_member", "not known", {"known": known})


BOOLEAN = cs.bool_schema(strict=True)
NUMBER = cs.no_info_plain_validator_function(_number)
OBJECT = cs.dict_schema(strict=True)
ANYTHING = cs.any_schema()

RECURRENCE = record(
    {},
    {
        "type": words("none", "daily", "weekly", "cron"),
        "cronExpression": text(),
        "timezone": text(),
    },
)
SCHEDULE = record({}, {"startAt": text(), "endAt": text(), "recurrence": RECURRENCE})
VARIANT = record(
    {"id": text(), "weight": whole(0, 10_000)},
    {
        "name": text(),
        "templateUid": text(),
        "variables": OBJECT,
        "isDefault": BOOLEAN,
        "conditions": ANYTHING,
        "schedule": SCHEDULE,
    },
)
GOAL = record({}, {"type": words("impressions_only", "click_through"), "destinationUrl": text()})
BANDIT = record(
    {},
    {
        "enabled": BOOLEAN,
        "algorithm": words("thompson_sampling", "epsilon_greedy"),
        "warmupImpressions": whole(),
        "recomputeIntervalMinutes": whole(),
    },
)
OUTPUT = record({}, {"format": words("png", "jpeg", "webp"), "quality": NUMBER})

MOST_VARIANTS = 100  # more than any plan allows, but few enough to report the errors of each


def variants(schema: CoreSchema) -> CoreSchema:
    return cs.list_schema(schema, min_length=2, max_length=MOST_VARIANTS, strict=True)


ALWAYS = {
    "name": text(255),
    "type": words("ab_test", "smart_link", "scheduled"),
    "slug": text(),
    "variants": variants(VARIANT),
}
OPTIONAL = {
    "templateUid": text(),
    "goalConfig": GOAL,
    "banditConfig": BANDIT,
    "hypothesis": text(500),
    "minimumSampleSize": whole(),
    "confidenceThreshold": NUMBER,
    "minimumRunDays": whole(),
    "outputConfig": OUTPUT,
    "fallbackImageUrl": text(),
}

NEW_EXPERIMENT = record(ALWAYS, {**OPTIONAL, "fallbackTemplateUid": text()})
CHANGES = cs.typed_dict_schema(
    {name: sometimes(schema) for name, schema in ALWAYS.items()}
    | {name: sometimes(cs.nullable_schema(schema)) for name, schema in OPTIONAL.items()},
    extra_behavior="ignore",
    strict=True,
)
CREATE, UPDATE = SchemaValidator(NEW_EXPERIMENT), SchemaValidator(CHANGES)
COMPLETE = SchemaValidator(record({"winnerVariantId": text()}, {}))
EVENT_NAMES = ("impression", "view", "click", "conversion")
CHANNELS = ("web", "email", "ad", "in-app", "social", "other")
DEVICES = ("mobile", "desktop", "tablet")
_EVENT = record(
    {"event": words(*EVENT_NAMES), "experiment": text(60)},
    {
        "variantId": text(),
        "channel": words(*CHANNELS),
        "device": words(*DEVICES),
        "referrer": text(),
        "metadata": OBJECT,
        "source": words("sdk", "api"),
        "writeKey": text(),
    },
)
EVENT, EVENTS = SchemaValidator(_EVENT), SchemaValidator(cs.list_schema(_EVENT, strict=True))

FAULTS = {
    "missing": ("required", "is missing; add it"),
    "string_type": ("invalid_type", "is not a string; send one"),
    "string_too_long": ("too_long", "is longer than {max_length} characters; shorten it"),
    "int_parsing": ("invalid_type", "is not an integer of up to 20 digits; send digits only"),
    "wrong_form": ("invalid_format", "{problem}"),
    "int_type": ("invalid_type", "is not an integer; send a whole number, without quotes"),
    "number_type": ("invalid_type", "is not a number; send one, without quotes"),
    "bool_type": ("invalid_type", "is not a boolean; send true or false"),
    "dict_type": ("invalid_type", "is not an object; send one"),
    "list_type": ("invalid_type", "is not an array; send one"),
    "literal_error": ("invalid_value", "is not one of the known words; send {expected}"),
    "unknown_member": ("invalid_value", "is not known here; {instead}"),
    "out_of_range": ("out_of_range", "is {value}; send {low} to {high}"),
    "too_short": ("out_of_range", "holds {actual_length} entries; send at least {min_length}"),
    "too_long": ("out_of_range", "holds {actual_length} entries; send at most {max_length}"),
}


def check(shape: SchemaValidator, value: Any, code: str = "validation-error") -> dict[str, Any]:
    try:
        checked: dict[str, Any] = shape.validate_python(value)
    except ValidationError as error:
        raise invalid(faults(error), code) from None
    return checked


def faults(error: ValidationError) -> list[FieldError]:
    errors = error.errors(include_url=False, include_input=False)
    return [_fault(details) for details in errors[:MOST_FIELD_ERRORS]]


def _fault(details: ErrorDetails) -> FieldError:
    code, message = FAULTS.get(details["type"], ("invalid_value", "is not valid"))
    context = details.get("ctx", {})
    if "known" in context:
        context["instead"] = _instead(str(details["loc"][-1]), context["known"])
    pointer = "".join(f"/{_escaped(str(part))}" for part in details["loc"])
    return FieldError(pointer, message.format_map(context), code)


def _instead(name: str, known: list[str]) -> str:
    nearest = get_close_matches(name, known, 1)
    if nearest:
        return f"write {nearest[0]}"
    return f"leave it out, or send {', '.join(known)}" if known else "leave it out"


def _escaped(member: str) -> str:
    """Escape a part of a JSON Pointer."""
    return member.replace("~", "~0").replace("/", "~1")
