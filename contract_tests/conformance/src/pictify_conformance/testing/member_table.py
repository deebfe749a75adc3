"""The table of request members, made from the spec: what to send for each, row by row.

A row gives every documented member one of its values, so one experiment carries a whole column of
the table. Over `ROWS` rows each member has each of its published words. A row costs the requests
of one experiment, however many members it has. A wrong value (`schema_mutations`) costs one,
and so does each value of an event's member.
"""

from collections.abc import Iterator
from typing import Any

from pictify_conformance import spec
from pictify_conformance.http.write_guard import API
from pictify_conformance.testing.assigned_variant import group, rule
from pictify_conformance.testing.payloads import TYPES, Json

ROWS = range(4)
REQUESTS = {
    "create": ("post", API),
    "update": ("put", f"{API}/{{uid}}"),
    "complete": ("post", f"{API}/{{uid}}/complete"),
    "events": ("post", "/s/events"),
}
EVENT_IDENTITY = ("event", "experiment", "variantId", "writeKey")
WORDS = {
    name: schema["enum"]
    for name, schema in spec.document()["components"]["schemas"].items()
    if "enum" in schema
}

URLS = [
    "https://shop.example.com:8443/Sale?tag=b&tag=a&empty=&text=%20a+b#top",
    "http://shop.example.com/%C3%A9t%C3%A9/?next=https://a.example/?x=1#a=b?c",
    "https://www.shop.example.com/a;b=1/c,d@e?q",
    "https://shop.example.com/" + "long/" * 20 + "?utm_source=Mail&utm_campaign=A%26B",
]
TEXTS = ['Sommer & "Winter", 夏 🎈', "0", "<b>Less</b>\nis 'more': 100 %\\n", "null"]
COUNTS = [30, 15, 20, 60]  # the docs leave the bounds open, so ordinary ones
NUMBERS = [75, 100, 33, 90]
SHARES = [0.975, 0.5, 0.9, 0.99]
IDS = [("first", "second"), ("A_1", "b-2"), ("0", "1"), ("v" * 40, "-_-")]
WEIGHTS = [(1, 9999), (10_000, 0), (0, 10_000), (3333, 6667)]
VARIABLES: list[Json] = [
    {"headline": "Été", "on": True, "list": [1, [2]], "a.b": 0.1, "$c": "d"},
    {"zero": 0, "off": False, "empty": "", "none": None, "nothing": [], "no members": {}},
    {"deep": {"a": {"b": ["", 0, False, None]}}, "size": 12.5, "below": -1},
    {},
]
ZONES = ["UTC", "America/New_York", "Asia/Kolkata", "Europe/Berlin"]
CONDITION_VALUES = ["ä", 7, 0, "", False, 1.5, True, ["b", "a"], "7", -1]
METADATA: list[Json] = [
    {},
    {"zero": 0, "off": False, "empty": "", "none": None},
    {"campaign": "summer", "basket": {"items": 3}, "story": "x" * 9_000},
]
TEMPLATES = ["tmpl_first", "tmpl-2", "TMPL_3", "4"]


def values_by_name() -> dict[str, list[Any]]:
    """Return the values of members whose schema does not say which are ordinary."""
    return {
        "confidenceThreshold": SHARES,
        "minimumSampleSize": [250, 1000, 400, 40_000],
        "destinationUrl": URLS,
        "fallbackImageUrl": [*URLS[1:], URLS[0]],
        "fallbackTemplateUid": TEMPLATES,
        "templateUid": TEMPLATES,
        "variables": VARIABLES,
        "quality": NUMBERS,
        "metadata": METADATA,
        "referrer": ["a newsletter", *URLS],  # any text, not only a URL
        "enabled": [False],  # auto-optimisation has rules of its own
    }


def members(schema: Any, path: str = "") -> dict[str, Json]:
    """Return the schema of every member that a request may have, nested ones too, by its path."""
    found: dict[str, Json] = {}
    schema = without_null(schema)
    for name, each in schema.get("properties", {}).items():
        found[f"{path}{name}"] = without_null(each)
        found |= members(each, f"{path}{name}.")
    if "items" in schema:
        found |= members(schema["items"], path)
    return found


def without_null(schema: Any) -> Json:
    """Follow a reference, and a choice between one schema and null."""
    choices = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
    return without_null(choices[0]) if len(choices) == 1 else dict(spec.resolved(schema))


def body_schema(operation: str, level: spec.Level = "documented") -> Json:
    """Return the schema of a body, or of one event of it."""
    method, path = REQUESTS[operation]
    content = spec.view(level)["paths"][path][method]["requestBody"]["content"]
    schema = content["application/json"]["schema"]
    schema = dict(spec.resolved(schema.get("oneOf", [schema])[0], spec.view(level)))
    if (operation, level) != ("update", "documented"):
        return schema
    # What is published of a config in an update is only that it is an object.
    configs = {name: {"type": "object"} for name in schema["properties"] if name.endswith("Config")}
    return {**schema, "properties": {**schema["properties"], **configs}}


def row(type_: str, number: int) -> Json:
    """Return a value of every member of a create, but the slug, which the run gives."""
    schema = body_schema("create", "assumed")["properties"]
    body = {
        name: _value(name, each, number)
        for name, each in schema.items()
        if name not in ("type", "slug", "variants")
    }
    if type_ != "ab_test":
        del body["banditConfig"]
    variant = without_null(schema["variants"])["items"]
    variants = [_variant(variant, type_, number, place) for place in (0, 1)]
    return {**body, "type": type_, "variants": variants}


def update_row(type_: str, number: int) -> Json:
    """Return the members of a row that an update documents."""
    documented = body_schema("update")["properties"]
    return {name: value for name, value in row(type_, number).items() if name in documented}


def event_values() -> Iterator[Json]:
    """Yield each value of each member of an event, but what says which event it is."""
    for name, schema in members(body_schema("events")).items():
        if name not in EVENT_IDENTITY:
            yield from ({name: value} for value in _values(name, schema))


def whole_event() -> Json:
    """Return a value of every member of an event, but what says which event it is."""
    return {name: value for fields in event_values() for name, value in fields.items()}


def _value(name: str, schema: Any, number: int) -> Any:
    schema = without_null(schema)
    if "properties" in schema:
        return {key: _value(key, each, number) for key, each in schema["properties"].items()}
    choices = _values(name, schema)
    return choices[number % len(choices)]


def _values(name: str, schema: Json) -> list[Any]:
    by_type: dict[str, list[Any]] = {
        "string": TEXTS,
        "integer": COUNTS,
        "number": NUMBERS,
        "boolean": [True, False],
    }
    types = schema.get("type", "string")
    type_ = types if isinstance(types, str) else types[0]
    return schema.get("enum") or values_by_name().get(name) or by_type[type_]


def _variant(schema: Any, type_: str, number: int, place: int) -> Json:
    own = {
        "id": IDS[number][place],
        "weight": WEIGHTS[number][place],
        "isDefault": place == number % 2,
        "conditions": _conditions(number + place) if type_ == "smart_link" else ...,
        "schedule": _schedule(number - place) if type_ == "scheduled" else ...,
    }
    properties = without_null(schema)["properties"]
    filled = {
        name: own[name] if name in own else _value(name, each, number + place)
        for name, each in properties.items()
        if not each.get("readOnly")
    }
    return {name: value for name, value in filled.items() if value is not ...}


def _conditions(number: int) -> Json:
    """Return a group with every operator, each with another value."""
    words, count = WORDS["RuleOperator"], len(CONDITION_VALUES)
    rules = [
        rule(f"custom{place}", word, CONDITION_VALUES[(place + number) % count])
        for place, word in enumerate(words)
    ]
    operators = WORDS["GroupOperator"]
    inner, outer = (operators[(number + step) % len(operators)] for step in (0, 1))
    return group(outer, *rules[:-1], group(inner, rules[-1]))


def _schedule(number: int) -> Json:
    words = WORDS["RecurrenceType"]
    recurrence = {"type": words[number % len(words)], "timezone": ZONES[number % len(ZONES)]}
    if recurrence["type"] == "cron":
        recurrence["cronExpression"] = "0 11 * * 1-5"
    day = f"2026-03-{16 + number % 7}"
    return {
        "startAt": f"{day}T11:00:00Z",
        "endAt": f"{day}T13:30:59Z",
        "recurrence": recurrence,
    }


def first_rows() -> list[Json]:
    """Return rows that have every member between them, and the optional ones once."""
    first, *others = (row(type_, 0) for type_ in TYPES)
    return [first, *({name: each[name] for name in ("type", "variants")} for each in others)]
