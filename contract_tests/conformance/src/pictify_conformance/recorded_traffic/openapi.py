"""The spec as traffic meets it: which operation a request calls, and what its parts have to be."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import unquote

import jsonschema_rs

from pictify_conformance.spec.document import path_pattern, resolved
from pictify_conformance.spec.pointers import escaped

Part: TypeAlias = Mapping[str, Any]

VALUE = "it"  # stands for every value in a message: a value may be a key


@dataclass(frozen=True)
class Operation:
    """An operation with the path that it has in the spec."""

    method: str
    path: str
    part: Part
    parameters: tuple[Part, ...]

    @property
    def pointer(self) -> str:
        """Where it stands in the spec."""
        return f"#/paths/{escaped(self.path)}/{self.method.lower()}"


@dataclass(frozen=True)
class Fault:
    """What is wrong with a value, where in it, and where the spec says otherwise."""

    message: str
    inside: str
    pointer: str


class OpenApi:
    """One document, with what is derived from it."""

    def __init__(self, document: Part) -> None:
        self.document = document
        self.components = {"schemas": document.get("components", {}).get("schemas", {})}
        ordered = sorted(document["paths"], key=lambda path: path.count("{"))  # a literal path wins
        self.routes = [(path, path_pattern(path)) for path in ordered]
        self._validators: dict[str, Any] = {}

    def resolve(self, part: Any) -> Any:
        """Return the part itself, or what a reference leads to."""
        return resolved(part, self.document)

    def followed(self, part: Any, pointer: str) -> tuple[Any, str]:
        """The part and where it stands, which is elsewhere if a reference stands for it."""
        return self.resolve(part), part.get("$ref", pointer)

    def path(self, sent: str) -> tuple[str, dict[str, str]] | None:
        """The path of the spec that a sent one is, and its parameters."""
        for path, pattern in self.routes:
            if found := pattern.fullmatch(sent):
                return path, {name: unquote(value) for name, value in found.groupdict().items()}
        return None

    def operation(self, method: str, path: str) -> Operation | None:
        """The operation of a path; HEAD is GET without a body."""
        item = self.document["paths"][path]
        part = item.get(method.lower()) or (item.get("get") if method == "HEAD" else None)
        if part is None:
            return None
        parameters = tuple(
            map(self.resolve, (*item.get("parameters", ()), *part.get("parameters", ())))
        )
        return Operation(
            "GET" if method == "HEAD" and "head" not in item else method, path, part, parameters
        )

    def check(self, schema: Any, pointer: str, value: Any) -> Iterator[Fault]:
        """What is wrong with a value."""
        if pointer not in self._validators:
            whole = {"allOf": [schema], "components": self.components}
            self._validators[pointer] = jsonschema_rs.Draft202012Validator(
                whole, validate_formats=True, mask=VALUE
            )
        for error in self._validators[pointer].iter_errors(value):
            yield self._fault(nearest(error), pointer)

    @staticmethod
    def _fault(error: Any, pointer: str) -> Fault:
        steps = list(map(str, error.schema_path))
        inside = "".join(
            f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.instance_path
        )
        place = (
            "/".join(["#", *steps])
            if steps[:1] == ["components"]
            else "/".join([pointer, *steps[2:]])
        )
        return Fault(error.message, inside.removeprefix("."), place)


def nearest(error: Any) -> Any:
    """Of the alternatives that a value could be, the fault of the one that it nearly is."""
    while branches := [branch for branch in getattr(error.kind, "context", ()) if branch]:
        error = min(branches, key=len)[0]
    return error
