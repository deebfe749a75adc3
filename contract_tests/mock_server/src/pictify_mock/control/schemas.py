"""The bodies of the control paths. Unlike in the API, a member that is not known is a typing error."""

from typing import Any

from pydantic_core import SchemaValidator
from pydantic_core import core_schema as cs
from pydantic_core.core_schema import CoreSchema

from pictify_mock.http.schemas import BOOLEAN, SMALLEST, sometimes, text, whole, words

YEAR = 366 * 24 * 3600


def members(**schemas: CoreSchema) -> SchemaValidator:
    fields = {name: sometimes(schema) for name, schema in schemas.items()}
    return SchemaValidator(cs.typed_dict_schema(fields, extra_behavior="forbid", strict=True))


def seconds(most: float) -> CoreSchema:
    return cs.float_schema(ge=-most, le=most, allow_inf_nan=False, strict=True)


TEAM = whole(0)
METHOD = words("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")

RESET = members(team=cs.nullable_schema(TEAM))
CLOCK = members(freeze=BOOLEAN, set=text(), advance=seconds(100 * YEAR))
SEED = SchemaValidator(
    cs.typed_dict_schema(
        {"seed": cs.typed_dict_field(whole(SMALLEST))}, extra_behavior="forbid", strict=True
    )
)
FAULT = members(
    times=whole(1),
    method=METHOD,
    path=text(1000),
    team=TEAM,
    status=whole(400, 599),
    delay=cs.float_schema(ge=0, le=3600, allow_inf_nan=False, strict=True),
    drop=words("request", "answer"),
    truncate=whole(0),
    retryAfter=whole(0),
)
MOVE = members(winnerVariantId=text())
RECOMPUTE = members(uid=text())
ANYTHING = SchemaValidator(cs.any_schema())

Body = dict[str, Any]
