"""The spec as its readers look at it: operations with what belongs to each of them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from codegen.problems import PROBLEMS
from codegen.words import described
from pictify_conformance.spec import resolved
from pictify_conformance.spec.pointers import METHODS


class Rule(NamedTuple):
    """What a schema cannot say."""

    id: str
    level: str
    text: str


class Problem(NamedTuple):
    """One way in which an operation refuses."""

    status: str
    code: str
    cause: str
    remedy: str
    level: str
    error: str


class Row(NamedTuple):
    """A parameter, a header or a member of an object."""

    name: str
    kind: str
    required: bool
    words: str


class Answer(NamedTuple):
    """A response as a table shows it."""

    status: str
    words: str
    media: str
    level: str


class Example(NamedTuple):
    """A body as it may be sent."""

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
        """Read it from a file, with the aliases of YAML written out."""
        return cls(json.loads(json.dumps(yaml.safe_load(path.read_text(encoding="utf-8")))))

    @cached_property
    def operations(self) -> list["Operation"]:
        """Every operation, in the order of the document."""
        return [
            Operation(self, path, method, item[method], item.get("parameters", []))
            for path, item in self.document["paths"].items()
            for method in item
            if method in METHODS
        ]

    @property
    def common_rules(self) -> list[Rule]:
        """The rules that span operations."""
        return [_rule(raw) for raw in self.document["x-rules"]]

    @property
    def schemas(self) -> dict[str, dict[str, Any]]:
        """Every named schema."""
        return dict(self.document["components"]["schemas"])

    def members(self, schema: dict[str, Any]) -> list[Row]:
        """The members of an object, with their ranges and defaults in words."""
        required = schema.get("required", [])
        return [
            Row(name, self.kind(part), name in required, self._words(part))
            for name, part in schema.get("properties", {}).items()
        ]

    def kind(self, schema: dict[str, Any]) -> str:
        """The type of a value in a few words; named schemas by their name."""
        if "$ref" in schema:
            return (
                f"[{name}](#{name.lower()})" if (name := schema["$ref"].rpartition("/")[2]) else ""
            )
        for union in ("oneOf", "anyOf"):
            if union in schema:
                return " or ".join(self.kind(part) for part in schema[union])
        if schema.get("type") == "array":
            return f"array of {self.kind(schema['items'])}"
        kinds = schema.get("type", "any")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        told = [
            f"{kind} ({schema['format']})" if kind == "string" and "format" in schema else kind
            for kind in kinds
        ]
        return " or ".join(told) + (f" `{schema['const']}`" if "const" in schema else "")

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
    shared: list[dict[str, Any]]

    @property
    def id(self) -> str:
        return str(self.raw["operationId"])

    @property
    def parameters(self) -> list[dict[str, Any]]:
        """Its parameters, those of its path first."""
        return [
            resolved(part, self.description.document)
            for part in [*self.shared, *self.raw.get("parameters", [])]
        ]

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
        """The security schemes of which one is used; empty where it takes none."""
        return [next(iter(scheme)) for scheme in self.raw["security"] if scheme]

    @property
    def open(self) -> bool:
        """Whether it may be called without a key."""
        return {} in self.raw["security"] or not self.raw["security"]

    @property
    def bodies(self) -> list[Example]:
        """The examples of its request body, the first to be shown first."""
        return list(self._examples(self.raw.get("requestBody", {}).get("content", {})))

    @property
    def body_kind(self) -> str | None:
        """The type of its JSON body."""
        content = self.raw.get("requestBody", {}).get("content", {})
        return self.description.kind(content["application/json"]["schema"]) if content else None

    @cached_property
    def responses(self) -> dict[str, dict[str, Any]]:
        """Every response by its status."""
        document = self.description.document
        return {
            status: resolved(part, document)
            for status, part in self.raw["responses"].items()
            if status != "x-level"
        }

    @property
    def success(self) -> tuple[str, dict[str, Any]]:
        """The status and the response of what goes well: a redirect, where there is one."""
        good = {
            status: response for status, response in self.responses.items() if status[0] in "23"
        }
        status = max(good)
        return status, good[status]

    @property
    def success_examples(self) -> list[Example]:
        """What may come back."""
        return list(self._examples(self.success[1].get("content", {})))

    @property
    def answers(self) -> list[Answer]:
        """Its responses as rows of a table."""
        return [
            Answer(
                status,
                response["description"],
                ", ".join(response.get("content", {})),
                self._level(status),
            )
            for status, response in self.responses.items()
        ]

    @property
    def rules(self) -> list[Rule]:
        """Its own rules."""
        return [_rule(raw) for raw in self.raw.get("x-rules", [])]

    @property
    def problems(self) -> list[Problem]:
        """The refusals that its responses show, with cause and remedy."""
        table = self.description.document["x-problems"]
        return [
            Problem(
                status,
                code,
                table[code]["cause"],
                table[code]["remedy"],
                self._level(status),
                PROBLEMS[code],
            )
            for status, response in self.responses.items()
            if status[0] in "45"
            for code in dict.fromkeys(
                example.value["type"].rpartition("/")[2]
                for example in self._examples(response.get("content", {}))
            )
        ]

    def _level(self, status: str) -> str:
        return str(self.raw["responses"].get("x-level", {}).get(status, "documented"))

    def _examples(self, content: dict[str, Any]) -> Iterator[Example]:
        for media, body in content.items():
            for name, reference in body.get("examples", {}).items():
                example = resolved(reference, self.description.document)
                yield Example(name, example.get("summary", name), media, example["value"])


def _rule(raw: dict[str, Any]) -> Rule:
    return Rule(raw["id"], raw["level"], raw["text"])
