"""The schemas of control requests. Unlike the API, they refuse unknown members as mistakes."""

from collections.abc import Mapping
from itertools import product
from typing import Any

from pydantic_core import SchemaValidator
from pydantic_core import core_schema as cs
from pydantic_core.core_schema import CoreSchema

from pictify_mock.domain.enums import ExperimentType, Status
from pictify_mock.domain.events import tally
from pictify_mock.http.schemas import (
    BOOLEAN,
    CHANNELS,
    DEVICES,
    EVENT_NAMES,
    LARGEST,
    OBJECT,
    record,
    sometimes,
    text,
    whole,
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
    return SchemaValidator(cs.typed_dict_schema(fields, extra_behavior="forbid", strict=True))


def number(low: float, high: float) -> CoreSchema:
    return cs.float_schema(ge=low, le=high, allow_inf_nan=False, strict=True)


def digits(low: int, high: int) -> CoreSchema:
    """Return the schema of an integer in a query, which is text."""
    return cs.int_schema(ge=low, le=high)


TEAM = whole(0)
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")

RESET = members(team=cs.nullable_schema(TEAM), empty=BOOLEAN)
CLOCK = members(freeze=BOOLEAN, set=text(), advance=cs.any_schema())
SEED = members({"seed": whole()})
FAULT = members(
    name=cs.str_schema(strict=True, pattern=r"^[A-Za-z0-9_.-]{1,100}$"),
    times=cs.nullable_schema(whole(1)),
    probability=number(0, 1),
    method=words(*METHODS),
    path=text(1000),
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
MOVE = members(winnerVariantId=text())
RECOMPUTE = members(uid=text())
TRAFFIC = members(
    {"uid": text(), "viewers": whole(1, 100_000)},
    clickRates=cs.dict_schema(text(), number(0, 1), strict=True),
)
CREATE = SchemaValidator(
    cs.typed_dict_schema({"team": sometimes(TEAM)}, extra_behavior="allow", strict=True)
)
ANYTHING = SchemaValidator(cs.any_schema())

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
EXPERIMENT = SchemaValidator(
    record(
        {"uid": text()},
        {
            "team": whole(0),
            "status": words(*LIVE),
            "createdAt": text(),
            "updatedAt": text(),
            "winnerVariantId": text(),
            "winnerDeclaredAt": text(),
            "optimisedAt": text(),
            "variants": cs.list_schema(COUNTS),
            "events": cs.list_schema(EVENT, max_length=RECENT),
        },
    )
)
STATE = members(
    {"version": cs.literal_schema([STATE_VERSION]), "experiments": cs.list_schema(OBJECT)},
    server=text(),
    clock=record({}, {"now": text(), "frozen": BOOLEAN, "driven": BOOLEAN}),
    seed=cs.nullable_schema(whole()),
    chance=record({"words": text()}, {"gauss": cs.float_schema(allow_inf_nan=False, strict=True)}),
    archived=record({}, {"uids": cs.list_schema(text()), "slugs": cs.list_schema(text())}),
)
