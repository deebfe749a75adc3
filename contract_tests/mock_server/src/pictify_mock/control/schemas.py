"""The schemas of control requests. Unlike the API, they refuse unknown members as mistakes."""

import re
from collections.abc import Mapping
from itertools import product
from typing import Any

from pydantic_core import PydanticCustomError, SchemaValidator
from pydantic_core import core_schema as cs
from pydantic_core.core_schema import CoreSchema

from pictify_mock.domain.enums import ExperimentType, Status
from pictify_mock.domain.events import tally
from pictify_mock.domain.json_values import LARGEST
from pictify_mock.http.schemas import (
    ANYTHING,
    BOOLEAN,
    CHANGES,
    CHANNELS,
    DEVICES,
    EVENT_NAMES,
    NEW_EXPERIMENT,
    NUMBER,
    OBJECT,
    VARIANT,
    form,
    number,
    record,
    sometimes,
    strictly,
    text,
    variants,
    whole,
    within,
    words,
)
from pictify_mock.storage.recent_events import RECENT

LIVE = tuple(status.value for status in Status if status is not Status.ARCHIVED)

Body = dict[str, Any]


def members(
    required: Mapping[str, CoreSchema] | None = None, /, **optional: CoreSchema
) -> SchemaValidator:
    fields = {name: cs.typed_dict_field(schema) for name, schema in (required or {}).items()}
    fields |= {name: sometimes(schema) for name, schema in optional.items()}
    return SchemaValidator(strictly(cs.typed_dict_schema(fields, strict=True)))


def joined(first: Any, second: Any) -> Any:
    """Return the schema of an object with the members of both. The second may replace some."""
    return {**first, "fields": {**first["fields"], **second["fields"]}}


def digits(low: int, high: int) -> CoreSchema:
    """Return the schema of an integer in a query, which is text."""
    return within(_integer, low, high)


def _integer(value: str) -> int:
    if re.fullmatch("-?[0-9]{1,20}", value) is None:
        raise PydanticCustomError("int_parsing", "not an integer")
    return int(value)


TEAM = whole(0)
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")
NAME = form("[A-Za-z0-9_.-]{1,100}", "is not a name; use 1 to 100 letters, digits, _, . and -")
FAULTY_PATH = form(
    r"(?!/_mock(?:/|\Z))[/*][^?#]{0,999}",
    "fits no request to the API; start with / or *, but not with /_mock, and leave out the query",
)

NOTHING = members()

RESET = members(team=cs.nullable_schema(TEAM), empty=BOOLEAN)
CLOCK = members(freeze=BOOLEAN, set=text(), advance=cs.any_schema())
SEED = members({"seed": whole()})
FAULT = members(
    name=NAME,
    times=cs.nullable_schema(whole(1)),
    probability=number(0, 1),
    method=words(*METHODS),
    path=FAULTY_PATH,
    team=TEAM,
    status=whole(200, 599),
    headers=cs.dict_schema(text(), text(), strict=True),
    body=cs.any_schema(),
    delay=number(0, 3600),
    drop=words("request", "answer"),
    truncate=whole(0),
    retryAfter=cs.any_schema(),
)
REQUESTS = members(
    path=text(),
    method=words(*METHODS),
    team=digits(0, LARGEST),
    status=digits(100, 599),
    limit=digits(0, 1000),
)
OVERVIEW = members(
    type=words(*(kind.value for kind in ExperimentType)),
    status=words(*LIVE),
    q=text(),
    limit=digits(0, 1000),
    offset=digits(0, 1_000_000),
)
VISIT = members(
    country=text(),
    device=words("desktop", "mobile", "tablet", "crawler"),
    language=text(),
    time=text(),
    query=text(),
    referrer=text(),
    address=text(),
)
COMPLETE = members(winnerVariantId=text())
RECOMPUTE = members(uid=text())
TRAFFIC = members(
    {"uid": text(), "viewers": whole(1, 100_000)},
    clickRates=cs.dict_schema(text(), number(0, 1), strict=True),
)
CREATE = SchemaValidator(
    strictly(joined(NEW_EXPERIMENT, cs.typed_dict_schema({"team": sometimes(TEAM)})))
)
READ_ONLY = ("uid", "status", "createdAt", "winnerVariantId", "winnerDeclaredAt")
SHOWN_VARIANT = joined(VARIANT, record({}, {"impressions": ANYTHING, "clicks": ANYTHING}))
SHOWN = {
    "variants": variants(SHOWN_VARIANT),
    "updatedAt": ANYTHING,
    **dict.fromkeys(READ_ONLY, ANYTHING),
}
UPDATE = SchemaValidator(strictly(joined(CHANGES, record({}, SHOWN))))
DOCUMENT = SchemaValidator(ANYTHING)  # a state, which is validated in slices

STATE_VERSION = 1
MOST_COUNTED = 2**53 - 1  # the largest integer that every JSON reader has exactly

TALLIES = frozenset(
    tally(*names) for names in product(EVENT_NAMES, (None, *CHANNELS), (None, *DEVICES))
)
COUNT = whole(0, MOST_COUNTED)
COUNTS = record(
    {}, {"impressions": COUNT, "clicks": COUNT, "tallies": cs.dict_schema(text(), COUNT)}
)
EVENT = record(
    {"at": text(), "event": words(*EVENT_NAMES), "variantId": text()},
    {
        "channel": words(*CHANNELS),
        "device": words(*DEVICES),
        "referrer": text(),
        "metadata": OBJECT,
        "source": words("sdk", "api", "click", "pixel", "image"),
    },
)
STORED = record(
    {"uid": text(), "variants": variants(joined(VARIANT, COUNTS))},
    {
        "team": TEAM,
        "status": words(*LIVE),
        "createdAt": text(),
        "updatedAt": text(),
        "winnerVariantId": text(),
        "winnerDeclaredAt": text(),
        "optimisedAt": text(),
        "events": cs.list_schema(EVENT, max_length=RECENT),
    },
)
EXPERIMENT = SchemaValidator(strictly(joined(NEW_EXPERIMENT, STORED)))
STATE = members(
    {"version": cs.literal_schema([STATE_VERSION]), "experiments": cs.list_schema(OBJECT)},
    server=text(),
    clock=record({}, {"now": text(), "frozen": BOOLEAN, "driven": BOOLEAN}),
    seed=cs.nullable_schema(whole()),
    chance=record({"words": text()}, {"gauss": NUMBER}),
    archived=record({}, {"uids": cs.list_schema(text()), "slugs": cs.list_schema(text())}),
)
