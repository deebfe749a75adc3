"""Changes of the docs, one at a time: what changes in the edition, and what has to be told of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]
BODY = ("requestBody", "content", "application/json", "schema")


@dataclass(frozen=True)
class Seed:
    """A change of the page of one operation, with the words that its difference has, and those of its line."""

    name: str
    operation: str
    change: Callable[[Document], None]
    told: str
    line: str = ""
    unseen: tuple[str, ...] = ()  # the forms that do not show it


def at(document: Document, *names: str | int) -> Any:
    """What names lead to."""
    found: Any = document
    for name in names:
        found = found[name]
    return found


def operation(document: Document, path: str, method: str) -> Any:
    """An operation of the edition."""
    return document["paths"][path][method]


def put(value: Any, *names: str | int) -> Callable[[Document], None]:
    """Set what names lead to."""

    def change(document: Document) -> None:
        at(document, *names[:-1])[names[-1]] = value

    return change


def drop(*names: str | int) -> Callable[[Document], None]:
    """Take away what names lead to, a word of a list included."""

    def change(document: Document) -> None:
        holder = at(document, *names[:-1])
        holder.remove(names[-1]) if isinstance(holder, list) and isinstance(
            names[-1], str
        ) else holder.pop(names[-1])

    return change


def add(value: Any, *names: str | int) -> Callable[[Document], None]:
    """Add to a list."""

    def change(document: Document) -> None:
        at(document, *names).append(value)

    return change


def move(new: str, *names: str) -> Callable[[Document], None]:
    """Give another name, in the same place of the order."""

    def change(document: Document) -> None:
        holder = at(document, *names[:-1])
        items = [(new if name == names[-1] else name, member) for name, member in holder.items()]
        holder.clear()
        holder.update(items)

    return change


def several(*changes: Callable[[Document], None]) -> Callable[[Document], None]:
    """All of these changes."""

    def change(document: Document) -> None:
        for one in changes:
            one(document)

    return change


LIST = ("paths", "/experiments/api", "get")
CREATE = ("paths", "/experiments/api", "post")
UID = ("paths", "/experiments/api/{uid}")
MADE = (*CREATE, *BODY, "properties")
SCHEMAS = ("components", "schemas")
READ = (*SCHEMAS, "Experiment", "properties")
VARIANT = (*SCHEMAS, "ExperimentVariant", "properties")
ROWS = (*LIST, "responses", "200", "content", "application/json", "schema", "properties")
DEEP = ("collapsed.txt",)
STATUSES = ("converted.md", "glued.txt")  # show the status of the answer alone
LISTS = ("converted.md", "page.html", "lines.txt", "pills.txt", "collapsed.txt", "glued.txt")

SEEDS = (
    Seed(
        "a larger maximum",
        "listExperiments",
        put(200, *LIST, "parameters", 3, "schema", "maximum"),
        "limit maximum",
        "200",
    ),
    Seed(
        "another minimum",
        "listExperiments",
        put(0, *LIST, "parameters", 2, "schema", "minimum"),
        "page minimum",
        "0",
    ),
    Seed(
        "another default",
        "listExperiments",
        put(50, *LIST, "parameters", 3, "schema", "default"),
        "limit default",
        "50",
    ),
    Seed(
        "no default",
        "listExperiments",
        drop(*LIST, "parameters", 2, "schema", "default"),
        "page default",
    ),
    Seed(
        "one word more",
        "listExperiments",
        add("archived", *LIST, "parameters", 1, "schema", "enum"),
        "status enum",
        "archived",
    ),
    Seed(
        "one word less",
        "listExperiments",
        drop(*LIST, "parameters", 0, "schema", "enum", "scheduled"),
        "type enum",
    ),
    Seed(
        "a new parameter",
        "listExperiments",
        add({"name": "sort", "in": "query", "schema": {"type": "string"}}, *LIST, "parameters"),
        "query sort",
        "sort",
    ),
    Seed("a parameter that is gone", "listExperiments", drop(*LIST, "parameters", 2), "query page"),
    Seed(
        "a parameter of another type",
        "listExperiments",
        put("string", *LIST, "parameters", 2, "schema", "type"),
        "page type",
        "string",
    ),
    Seed(
        "a required parameter",
        "listExperiments",
        put(True, *LIST, "parameters", 0, "required"),
        "type required",
        "true|required",
    ),
    Seed(
        "another name in the answer",
        "listExperiments",
        move("count", *ROWS, "total"),
        "200 count",
        "count",
    ),
    Seed(
        "a shorter name",
        "createExperiment",
        put(100, *MADE, "name", "maxLength"),
        "name maxLength",
        "100",
    ),
    Seed(
        "another pattern",
        "createExperiment",
        put("^[a-z]{3,40}$", *MADE, "slug", "pattern"),
        "slug pattern",
        "{3,40}",
    ),
    Seed(
        "a new member",
        "createExperiment",
        put({"type": "array", "items": {"type": "string"}}, *MADE, "tags"),
        "body tags",
        "tags",
    ),
    Seed(
        "a member that is gone",
        "createExperiment",
        drop(*MADE, "fallbackTemplateUid"),
        "body fallbackTemplateUid",
    ),
    Seed(
        "another type",
        "createExperiment",
        put("integer", *MADE, "hypothesis", "type"),
        "hypothesis type",
        "integer",
    ),
    Seed(
        "required no more",
        "createExperiment",
        drop(*CREATE, *BODY, "required", "slug"),
        "slug required",
    ),
    Seed(
        "required now",
        "createExperiment",
        add("templateUid", *CREATE, *BODY, "required"),
        "templateUid required",
        "",
    ),
    Seed(
        "a new format",
        "createExperiment",
        add("avif", *MADE, "outputConfig", "properties", "format", "enum"),
        "outputConfig.format enum",
        "avif",
        unseen=DEEP,
    ),
    Seed(
        "a longer warm-up",
        "createExperiment",
        put(100, *MADE, "banditConfig", "properties", "warmupImpressions", "default"),
        "warmupImpressions default",
        "100",
        unseen=DEEP,
    ),
    Seed(
        "three variants",
        "createExperiment",
        put(3, *MADE, "variants", "minItems"),
        "variants minItems",
        "3",
    ),
    Seed(
        "weights of 100",
        "createExperiment",
        put(100, *VARIANT, "weight", "maximum"),
        "variants.weight maximum",
        "100",
        unseen=DEEP,
    ),
    Seed(
        "another success",
        "createExperiment",
        move("200", *CREATE, "responses", "201"),
        "status 200",
        "200",
    ),
    Seed(
        "another refusal",
        "createExperiment",
        move("402", *CREATE, "responses", "429"),
        "status 402",
        "402",
        unseen=STATUSES,
    ),
    Seed(
        "a refusal that is gone",
        "createExperiment",
        drop(*CREATE, "responses", "409"),
        "status 409",
        unseen=STATUSES,
    ),
    Seed(
        "another status",
        "getExperiment",
        add("rendering", *READ, "status", "enum"),
        "status enum",
        "rendering",
        unseen=DEEP,
    ),
    Seed(
        "nothing about creation",
        "getExperiment",
        several(drop(*READ, "createdAt"), drop(*SCHEMAS, "Experiment", "required", "createdAt")),
        "experiment.createdAt",
        unseen=DEEP,
    ),
    Seed(
        "an expiry",
        "getExperiment",
        put({"type": "string", "format": "date-time"}, *READ, "expiresAt"),
        "experiment.expiresAt",
        "expiresAt",
        unseen=DEEP,
    ),
    Seed(
        "always a winner",
        "getExperiment",
        drop(*READ, "winnerVariantId", "nullable"),
        "winnerVariantId nullable",
        unseen=("converted.md", "page.html", "lines.txt", "pills.txt", "glued.txt", *DEEP),
    ),
    Seed(
        "dates of another form",
        "getExperiment",
        put("date", *READ, "createdAt", "format"),
        "createdAt format",
        "date",
        unseen=DEEP,
    ),
    Seed(
        "another path",
        "startExperiment",
        move("/experiments/api/{uid}/begin", "paths", "/experiments/api/{uid}/start"),
        "/experiments/api/{uid}/begin endpoint",
        "",
    ),
    Seed(
        "another method",
        "updateExperiment",
        move("patch", *UID, "put"),
        "PATCH /experiments/api/{uid} endpoint",
        "",
    ),
    Seed(
        "a path parameter of another name",
        "getExperiment",
        put("id", *UID, "get", "parameters", 0, "name"),
        "path id",
        "id",
    ),
    Seed(
        "a winner that need not be named",
        "completeExperiment",
        put([], "paths", "/experiments/api/{uid}/complete", "post", *BODY, "required"),
        "winnerVariantId required",
        unseen=LISTS,
    ),
    Seed(
        "counts as text",
        "getExperimentQuota",
        put("string", *SCHEMAS, "QuotaUsage", "properties", "used", "type"),
        "used type",
        "string",
        unseen=DEEP,
    ),
    Seed(
        "an event less",
        "trackExperimentEvents",
        drop(*SCHEMAS, "ExperimentEvent", "properties", "event", "enum", "view"),
        "event enum",
    ),
    Seed(
        "a key for clicks",
        "trackExperimentClick",
        put([{"bearerAuth": []}], "paths", "/s/{slug}/click", "get", "security"),
        "security",
        "",
    ),
    Seed(
        "fewer events in a call",
        "trackExperimentEvents",
        put(50, "paths", "/s/events", "post", *BODY, "oneOf", 1, "maxItems"),
        "maxItems",
        "50",
        unseen=LISTS,
    ),
    Seed(
        "one field less to change",
        "updateExperiment",
        drop(*UID, "put", *BODY, "properties", "hypothesis"),
        "body hypothesis",
    ),
    Seed(
        "another media type",
        "trackExperimentPixel",
        move(
            "image/png",
            "paths",
            "/s/{slug}/pixel.gif",
            "get",
            "responses",
            "200",
            "content",
            "image/gif",
        ),
        "media type",
        "image/png",
        unseen=LISTS,
    ),
)
