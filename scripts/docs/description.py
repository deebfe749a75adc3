"""The spec in the form that the pages need: operations with what belongs to each of them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from codegen.problems import PROBLEMS
from codegen.words import described
from pictify_conformance.spec import operations, resolved


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
    def common_rules(self) -> list[dict[str, Any]]:
        """The rules that span operations."""
        return list(self.document["x-rules"])

    @property
    def schemas(self) -> dict[str, dict[str, Any]]:
        """Every named schema."""
        return dict(self.document["components"]["schemas"])

    def members(self, schema: dict[str, Any]) -> list[Row]:
        """Return the members of an object, with their ranges and defaults in words."""
        return [
            Row(name, self.kind(part), name in schema.get("required", []), self._words(part))
            for name, part in schema.get("properties", {}).items()
        ]

    def kind(self, schema: dict[str, Any]) -> str:
        """Return the type of a value in words, with a link for a named schema."""
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            return f"[{name}](#{name.lower()})"
        for union in ("oneOf", "anyOf"):
            if union in schema:
                return " or ".join(self.kind(part) for part in schema[union])
        if schema.get("type") == "array":
            return f"array of {self.kind(schema['items'])}"
        kinds = schema.get("type", "any")
        words = " or ".join(kinds if isinstance(kinds, list) else [kinds])
        if "format" in schema:
            words = words.replace("string", f"string ({schema['format']})")
        return f"{words} `{schema['const']}`" if "const" in schema else words

    def _words(self, part: dict[str, Any]) -> str:
        whole = {**resolved(part, self.document), **part}
        return " ".join(described(whole.get("description", ""), part, self.document).split())


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
                described(part["description"], part["schema"], self.description.document),
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
        content = self.raw.get("requestBody", {}).get("content", {})
        return self.description.kind(content["application/json"]["schema"]) if content else None

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
    def rules(self) -> list[dict[str, Any]]:
        return list(self.raw.get("x-rules", []))

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

    def _examples(self, part: dict[str, Any]) -> Iterator[Example]:
        for media, body in part.get("content", {}).items():
            for name, reference in body.get("examples", {}).items():
                example = resolved(reference, self.description.document)
                yield Example(name, example.get("summary", name), media, example["value"])
