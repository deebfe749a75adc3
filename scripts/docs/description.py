"""The spec in the form that the pages need: operations with what belongs to each of them."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import yaml

from codegen.problems import PROBLEMS
from codegen.words import with_facts
from pictify_conformance import spec
from pictify_conformance.spec import operations, resolved

KEYS = {"bearerAuth": "API key", "writeKeyAuth": "write key"}
Names: TypeAlias = tuple[str, ...]


class Problem(NamedTuple):
    """An error that an operation may return, and the client's class for it."""

    status: str
    code: str
    cause: str
    remedy: str
    error: str


class Row(NamedTuple):
    """A parameter, or a member of an object, as a row of a table."""

    name: str
    kind: str
    required: bool
    words: str


class Example(NamedTuple):
    """An example of a body."""

    name: str
    summary: str
    media: str
    value: Any


@dataclass(frozen=True)
class Description:
    """The whole document."""

    document: dict[str, Any]

    @classmethod
    def load(cls, path: Path) -> "Description":
        """Read a file. The result is JSON data, in which no two places share an object."""
        return cls(json.loads(json.dumps(yaml.safe_load(path.read_text(encoding="utf-8")))))

    @cached_property
    def operations(self) -> list["Operation"]:
        """Every operation, in the order of the document."""
        return [
            Operation(self, path, method.lower(), raw)
            for method, path, raw in operations(self.document)
        ]

    @property
    def common_rules(self) -> list[spec.Rule]:
        """The rules that span operations."""
        return [rule for rule in spec.rules().values() if not rule.operations]

    def members(self, schema: dict[str, Any], path: str = "", seen: Names = ()) -> Iterator[Row]:
        """Yield the members of an object or of each element of an array, and theirs in turn."""
        name = schema.get("$ref")
        if name in seen:  # a condition tree has condition trees
            return
        seen = (*seen, name) if name else seen
        whole = resolved(schema, self.document)
        variants = [
            resolved(part, self.document) for part in _variants(whole) if not _is_null(part)
        ]
        for part in _variants(whole):
            if path and len(variants) > 1 and "properties" in resolved(part, self.document):
                yield Row(path, "object", False, self.words(part))
            yield from self.members(part, path, seen)
        if "items" in whole:
            yield from self.members(whole["items"], path and f"{path}[]", seen)
        for member, part in whole.get("properties", {}).items():
            inner = f"{path}.{member}".lstrip(".")
            is_required = member in whole.get("required", [])
            words = self.words(part)
            if is_required and _level(whole, "required") == "assumed":
                words += " *That it is required is assumed.*"
            yield Row(inner, self.kind(part), is_required, words)
            yield from self.members(part, inner, seen)

    def kind(self, schema: dict[str, Any]) -> str:
        """Return the type of a value in words."""
        whole = resolved(schema, self.document)
        if variants := _variants(whole):
            return " or ".join(dict.fromkeys(map(self.kind, variants)))
        if whole.get("type") == "array":
            kind = self.kind(whole["items"])
            return f"array of {kind if ' ' in kind else kind + 's'}"
        kinds = whole.get("type", "any")
        words = " or ".join(kinds if isinstance(kinds, list) else [kinds])
        if "format" in whole:
            words = re.sub("string|integer", rf"\g<0> ({whole['format']})", words)
        return words

    def words(self, part: dict[str, Any], description: str | None = None) -> str:
        """Return the description of a value, with its range, its default and its level."""
        whole = {**resolved(part, self.document), **part}
        words = with_facts(description or whole.get("description", ""), part, self.document)
        for variant in [whole, *(resolved(each, self.document) for each in _variants(whole))]:
            values = [f"`{value}`" for value in variant.get("enum", [])]
            if not all(value in words for value in values):
                words += f" One of {', '.join(values)}."
        if whole.get("x-level") == "assumed":
            words += " *Assumed.*"
        return " ".join(words.split())


def _variants(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the schemas of which a value fits one. Lists of required members are none."""
    return [
        part
        for part in [*schema.get("oneOf", []), *schema.get("anyOf", [])]
        if part.keys() - {"required"}
    ]


def _level(schema: dict[str, Any], part: str) -> str:
    """Return the level of a part of a schema."""
    levels = schema.get("x-level", {})
    return str(levels if isinstance(levels, str) else levels.get(part, "documented"))


def _is_null(schema: dict[str, Any]) -> bool:
    return schema.get("type") == "null"


@dataclass(frozen=True)
class Operation:
    """One operation."""

    description: Description
    path: str
    method: str
    raw: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.raw["operationId"])

    @property
    def parameters(self) -> list[dict[str, Any]]:
        """Its parameters, those of its path first."""
        document = self.description.document
        shared = document["paths"][self.path].get("parameters", [])
        return [resolved(part, document) for part in [*shared, *self.raw.get("parameters", [])]]

    @property
    def rows(self) -> list[Row]:
        """Its parameters as rows of a table."""
        return [
            Row(
                part["name"],
                f"{part['in']}, {self.description.kind(part['schema'])}",
                bool(part.get("required")),
                self.description.words(part["schema"], part["description"]),
            )
            for part in self.parameters
        ]

    @property
    def schemes(self) -> list[str]:
        """The security schemes, of which a request uses one. Empty if it needs none."""
        return [next(iter(scheme)) for scheme in self.raw["security"] if scheme]

    @property
    def is_public(self) -> bool:
        """True if it may be called without a key."""
        return {} in self.raw["security"] or not self.raw["security"]

    @property
    def bodies(self) -> list[Example]:
        """The examples of its request body, if it needs one, the first to be shown first."""
        body = self.raw.get("requestBody", {})
        return list(self._examples(body)) if body.get("required") else []

    @property
    def body_kind(self) -> str | None:
        """The type of its JSON body."""
        schema = self._schema(self.raw.get("requestBody", {}))
        return self.description.kind(schema) if schema else None

    @property
    def body(self) -> list[Row]:
        """The members of its JSON body."""
        rows = self.description.members(self._schema(self.raw.get("requestBody", {})))
        return list(dict.fromkeys(rows))  # one event and an array of them have the same

    @property
    def result(self) -> list[Row]:
        """The members of the JSON of a success."""
        return list(self.description.members(self._schema(self.success[1])))

    @property
    def keys(self) -> str:
        """Its security schemes in words."""
        schemes = " or ".join(KEYS[scheme] for scheme in self.schemes)
        return f"{schemes}, or none" if schemes and self.is_public else schemes or "none"

    @cached_property
    def responses(self) -> dict[str, dict[str, Any]]:
        """Every response by its status."""
        return {
            status: resolved(part, self.description.document)
            for status, part in self.raw["responses"].items()
        }

    @property
    def success(self) -> tuple[str, dict[str, Any]]:
        """The status and the response of a success, which is a redirect if there is one."""
        status = max(status for status in self.responses if status[0] in "23")
        return status, self.responses[status]

    @property
    def success_examples(self) -> list[Example]:
        return list(self._examples(self.success[1]))

    @property
    def rules(self) -> list[spec.Rule]:
        return [rule for rule in spec.rules().values() if self.id in rule.operations]

    @property
    def problems(self) -> list[Problem]:
        """The problems in the examples of its responses."""
        table = self.description.document["x-problems"]
        return [
            Problem(status, code, table[code]["cause"], table[code]["remedy"], PROBLEMS[code])
            for status, response in self.responses.items()
            if status[0] in "45"
            for code in dict.fromkeys(
                example.value["type"].rpartition("/")[2] for example in self._examples(response)
            )
        ]

    def level(self, status: str) -> str:
        """Return the level of the response with this status."""
        return str(self.raw.get("x-level", {}).get("responses", {}).get(status, "documented"))

    def _schema(self, part: dict[str, Any]) -> dict[str, Any]:
        """Return the schema of JSON in a request or a response, or an empty one."""
        return dict(part.get("content", {}).get("application/json", {}).get("schema", {}))

    def _examples(self, part: dict[str, Any]) -> Iterator[Example]:
        for media, body in part.get("content", {}).items():
            for name, reference in body.get("examples", {}).items():
                example = resolved(reference, self.description.document)
                yield Example(name, example.get("summary", name), media, example["value"])
