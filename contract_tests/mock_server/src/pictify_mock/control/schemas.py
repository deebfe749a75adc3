"""The schemas of control requests. Unlike the API, they refuse unknown members as mistakes."""

from typing import Any

from pydantic_core import SchemaValidator
from pydantic_core import core_schema as cs
from pydantic_core.core_schema import CoreSchema

from pictify_mock.http.schemas import BOOLEAN, sometimes, text, whole, words

YEAR = 366 * 24 * 3600

Body = dict[str, Any]


def members(**schemas: CoreSchema) -> SchemaValidator:
    fields = {name: sometimes(schema) for name, schema in schemas.items()}
    return SchemaValidator(cs.typed_dict_schema(fields, extra_behavior="forbid", strict=True))


def number(low: float, high: float) -> CoreSchema:
    return cs.float_schema(ge=low, le=high, allow_inf_nan=False, strict=True)


TEAM = whole(0)

RESET = members(team=cs.nullable_schema(TEAM))
CLOCK = members(freeze=BOOLEAN, set=text(), advance=number(-100 * YEAR, 100 * YEAR))
SEED = SchemaValidator(
    cs.typed_dict_schema(
        {"seed": cs.typed_dict_field(whole())}, extra_behavior="forbid", strict=True
    )
)
FAULT = members(
    times=whole(1),
    method=words("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"),
    path=text(1000),
    team=TEAM,
    status=whole(400, 599),
    delay=number(0, 3600),
    drop=words("request", "answer"),
    truncate=whole(0),
    retryAfter=whole(0),
)
MOVE = members(winnerVariantId=text())
RECOMPUTE = members(uid=text())
ANYTHING = SchemaValidator(cs.any_schema())
