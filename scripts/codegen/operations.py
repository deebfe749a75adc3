"""What the generator does not pass on to its templates: security, sources, deprecation, documented problems."""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.model_property import ModelProperty
from openapi_python_client.parser.properties.protocol import PropertyProtocol
from openapi_python_client.strings import safe_for_docstring

from codegen.idioms import Idioms, NoIdiom
from codegen.problems import PROBLEMS
from codegen.words import described, section, text
from pictify_conformance.spec import resolved

DOCS = "https://docs.pictify.io"
REPEATABLE = {"get", "put", "delete"}
EMPTY_SUCCESS = {  # what a success without a body says
    "delete_experiment": "DeletedExperiment(deleted=True)",
    "track_experiment_events": "ExperimentEventResponse(ok=True, processed=0)",
}


class UndocumentedProblem(Exception):
    """The spec shows a problem for which there is no class of error."""


COMMON_ARGUMENTS = {
    "timeout": "Seconds for each step of this call, in place of the client's.",
    "headers": "Sent with this call, in place of the client's of the same name.",
}
COMMON_ERRORS = {"APIConnectionError": "No whole response came, or not in time."}


class Paging(NamedTuple):
    """How to read all pages of a list."""

    name: str
    rows: str
    row: str


class Success(NamedTuple):
    """A documented answer that is no error."""

    status: int
    kind: str
    prop: PropertyProtocol
    raw: dict[str, Any]


@dataclass(frozen=True)
class Operation:
    """One operation, as the templates write it."""

    endpoint: Endpoint
    raw: dict[str, Any]
    document: dict[str, Any]
    idioms: Idioms
    raw_path: str
    words: dict[str, str]
    errors: dict[str, str]
    docs: str | None

    @property
    def name(self) -> str:
        return str(self.endpoint.name)

    @property
    def summary(self) -> str:
        return self.endpoint.summary.get_untrusted_value()

    @property
    def path(self) -> str:
        return self.endpoint.path.get_untrusted_value()

    @property
    def deprecated(self) -> bool:
        return bool(self.raw.get("deprecated"))

    @property
    def security(self) -> tuple[str | None, ...]:
        """The schemes of which one is used, best first; None is no credential."""
        return tuple(next(iter(scheme), None) for scheme in self.raw["security"]) or (None,)

    @property
    def repeatable(self) -> bool:
        """Whether doing it twice is doing it once."""
        return self.endpoint.method in REPEATABLE and not self.raw.get("x-counts", False)

    @property
    def security_code(self) -> str:
        return repr(self.security)

    @property
    def why_deprecated(self) -> str:
        """The first sentence of the description, without the word itself."""
        words = " ".join(self.endpoint.description.get_untrusted_value().split())
        return words.removeprefix("Deprecated: ").partition(". ")[0].rstrip(".") + "."

    @property
    def tag(self) -> str:
        return str(self.endpoint.tags[0])

    # Arguments

    @property
    def path_with_segments(self) -> str:
        """The inside of an f-string that fills the path in."""
        path = self.path.replace('"', "%22")
        for part in self.endpoint.path_parameters:
            call = f"path_segment({part.python_name}, '{part.python_name}')"
            path = path.replace(f"{{{part.python_name}}}", f"{{{call}}}")
        return path

    @property
    def arguments(self) -> list[tuple[str, str]]:
        """The arguments by name, with what they are."""
        body = [("body", str(self.raw["requestBody"].get("description", "")))] if self.body else []
        in_path, in_query = (
            [(str(part.python_name), self.words[part.name.get_untrusted_value()]) for part in parts]
            for parts in (self.endpoint.path_parameters, self.endpoint.query_parameters)
        )
        return in_path + body + in_query

    @property
    def most_items(self) -> int | None:
        """How many items a body that may be an array takes."""
        variants = next(iter(self.raw["requestBody"]["content"].values()))["schema"].get(
            "oneOf", ()
        )
        return next((found["maxItems"] for found in variants if "maxItems" in found), None)

    @property
    def paging(self) -> Paging | None:
        """How to read all pages, if it gives one page of a list."""
        queries = {part.python_name for part in self.endpoint.query_parameters}
        if not {"page", "limit"} <= queries or not isinstance(self.json, ModelProperty):
            return None
        lists = [
            part for part in self.json.required_properties or () if isinstance(part, ListProperty)
        ]
        row = self.idioms.annotation(lists[0].inner_property)
        return Paging(self.name.replace("list_", "iterate_", 1), str(lists[0].python_name), row)

    @property
    def body(self) -> PropertyProtocol | None:
        if (
            len(self.endpoint.bodies) > 1
            or self.endpoint.header_parameters
            or self.endpoint.cookie_parameters
        ):
            raise NoIdiom(
                f"{self.name}: bodies of several media types, header and cookie parameters have no idiom"
            )
        return self.endpoint.bodies[0].prop if self.endpoint.bodies else None

    @property
    def positional(self) -> list[str]:
        """The arguments that may be given by place, with their types."""
        found = [
            f"{part.python_name}: {self.idioms.annotation(part)}"
            for part in self.endpoint.path_parameters
        ]
        return found + ([f"body: {self.idioms.annotation(self.body)}"] if self.body else [])

    @property
    def named(self) -> list[str]:
        """The arguments that are given by name, with their types and defaults."""
        return [
            f"{part.python_name}: {self.idioms.argument(part)}{'' if part.required else ' = UNSET'}"
            for part in self.endpoint.query_parameters
        ]

    @property
    def handed_on(self) -> str:
        """All arguments, handed on to a function that takes the same."""
        names = [part.python_name for part in self.endpoint.path_parameters] + (
            ["body"] if self.body else []
        )
        return ", ".join(
            [
                *names,
                *(
                    f"{part.python_name}={part.python_name}"
                    for part in self.endpoint.query_parameters
                ),
            ]
        )

    @property
    def classes(self) -> list[tuple[str, str]]:
        """Module and name of every model in the arguments and the result."""
        parts: list[PropertyProtocol] = [
            *self.endpoint.path_parameters,
            *self.endpoint.query_parameters,
        ]
        parts += [part for part in (self.body, self.json) if part]
        return sorted({found for part in parts for found in self.idioms.classes(part)})

    # Result

    def _successes(self) -> Iterator[Success]:
        for found in self.endpoint.responses:
            first = found.status_code.range[0] if found.status_code.range else 0
            if 200 <= first < 400:
                raw = resolved(self.raw["responses"][found.status_code.pattern], self.document)
                yield Success(first, found.source["return_type"], found.prop, raw)

    @property
    def json(self) -> PropertyProtocol | None:
        """What a success is, if it is JSON."""
        return next((found.prop for found in self._successes() if found.kind == "Any"), None)

    @property
    def empty_success(self) -> str | None:
        """The result of a success without a body, as far as it is known."""
        return EMPTY_SUCCESS.get(self.name)

    @property
    def media(self) -> str | None:
        """The kind of media, such as image, if a success is bytes."""
        found = [list(found.raw["content"]) for found in self._successes() if found.kind == "bytes"]
        return found[0][0].partition("/")[0] if found else None

    @property
    def location(self) -> str | None:
        """The format of the Location, if a success is a redirect."""
        found = [
            found.raw["headers"]["Location"] for found in self._successes() if found.status >= 300
        ]
        return resolved(found[0], self.document)["schema"]["format"] if found else None

    @property
    def result(self) -> str:
        kinds = [
            self.json and self.idioms.annotation(self.json),
            "bytes" if self.media else None,
            "str" if self.location else None,
        ]
        return " | ".join(kind for kind in kinds if kind) or "None"

    # Words

    def docstring(self, indent: int) -> str:
        """What it does, its arguments, result and errors, and where it is documented."""
        endpoint = self.endpoint
        parts = [f"{self.summary}.", text(endpoint.description.get_untrusted_value(), indent)]
        arguments = {**dict(self.arguments), **COMMON_ARGUMENTS}
        parts.append(section("Args", arguments, indent))
        parts.append(section("Raises", {**self.errors, **COMMON_ERRORS}, indent))
        if self.docs:
            parts.append(f"Docs: {self.docs}")
        return textwrap.indent(
            "\n\n".join(safe_for_docstring(part) for part in parts), " " * indent
        ).strip()


def operations(
    openapi: GeneratorData, document: dict[str, Any], idioms: Idioms
) -> dict[str, Operation]:
    """Every operation of the document, by its name in Python."""
    found = {}
    for collection in openapi.endpoint_collections_by_tag.values():
        for endpoint in collection.endpoints:
            path = _raw_path(endpoint)
            raw = document["paths"][path][endpoint.method]
            words = dict(_words(document["paths"][path], raw, document))
            pages = [document["x-sources"][code] for code in raw.get("x-source", ())]
            docs = DOCS + pages[0] if pages else None
            errors = dict(_errors(raw, document))
            found[str(endpoint.name)] = Operation(
                endpoint, raw, document, idioms, path, words, errors, docs
            )
    return found


def _raw_path(endpoint: Endpoint) -> str:
    """The path as it is written in the document, before its parameters became Python names."""
    path = endpoint.path.get_untrusted_value()
    for part in endpoint.path_parameters:
        path = path.replace(f"{{{part.python_name}}}", f"{{{part.name.get_untrusted_value()}}}")
    return path


def _words(
    item: dict[str, Any], raw: dict[str, Any], document: dict[str, Any]
) -> Iterator[tuple[str, str]]:
    """Each parameter's name, and what it is."""
    for reference in [*item.get("parameters", ()), *raw.get("parameters", ())]:
        parameter = resolved(reference, document)
        yield (
            parameter["name"],
            described(parameter.get("description", ""), parameter["schema"], document),
        )


def _errors(raw: dict[str, Any], document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each class of error that an operation's documented refusals raise, and when."""
    for status, reference in raw["responses"].items():
        if status[0] in "45":
            response = resolved(reference, document)
            for code in _codes(response, document):
                if code not in PROBLEMS:
                    raise UndocumentedProblem(
                        f"{raw['operationId']}: the problem {code} has no class of error"
                    )
                yield PROBLEMS[code], response["description"]


def _codes(response: dict[str, Any], document: dict[str, Any]) -> list[str]:
    """The codes of the problems that a response's examples show."""
    examples = [
        resolved(example, document)["value"]["type"].rpartition("/")[2]
        for media in response["content"].values()
        for example in media.get("examples", {}).values()
    ]
    return list(dict.fromkeys(examples))
