"""Facts that the generator does not pass on: security, sources, deprecation, problems."""

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
from codegen.words import described, in_python, section, text
from pictify_conformance.spec import resolved

DOCS = "https://docs.pictify.io"
REPEATABLE = {"get", "put", "delete"}
EMPTY_SUCCESS = {  # the result of a success without a body
    "delete_experiment": "models.DeletedExperiment(deleted=True)",
    "track_experiment_events": "models.ExperimentEventResponse(ok=True, processed=0)",
}
NAMED_BY = ("uid", "slug")  # path arguments in whose place the experiment itself may be given


class UndocumentedProblem(Exception):
    """The spec shows a problem without a class of error."""


COMMON_ARGUMENTS = {
    "timeout": "Seconds for each step of this call, in place of the client's.",
    "headers": "Sent with this call, in place of the client's of the same name.",
}
COMMON_ERRORS = {"APIConnectionError": "No whole response came, or not in time."}


class Paging(NamedTuple):
    """The names of reading all pages of a list."""

    name: str
    rows: str
    row: str


class Success(NamedTuple):
    """A documented response that is not an error."""

    status: int
    kind: str
    prop: PropertyProtocol
    raw: dict[str, Any]


@dataclass(frozen=True)
class Operation:
    """An operation for the templates."""

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
        """True if doing it twice is doing it once."""
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
            name = self.idioms.keyword(part)
            call = f"path_segment({name}, '{name}')"
            path = path.replace(f"{{{part.python_name}}}", f"{{{call}}}")
        return path

    @property
    def arguments(self) -> list[tuple[str, str]]:
        """Each argument's name and description."""
        in_path, in_query = (
            [
                (self.idioms.keyword(part), self.words[part.name.get_untrusted_value()])
                for part in parts
            ]
            for parts in (self.endpoint.path_parameters, self.endpoint.query_parameters)
        )
        in_path = [
            (name, f"{words} The experiment itself will do." if name in NAMED_BY else words)
            for name, words in in_path
        ]
        body = str(self.raw["requestBody"].get("description", "")) if self.body else ""
        if self.fields:
            body = f"{body.removesuffix('.')}, in place of the arguments that follow."
            fields = self.idioms.fields(str(self.fields.class_info.name))
            in_query = [(field.name, field.description) for field in fields] + in_query
        return in_path + ([("body", body)] if self.body else []) + in_query

    @property
    def most_items(self) -> int | None:
        """The most items of a body that may be an array."""
        variants = next(iter(self.raw["requestBody"]["content"].values()))["schema"].get(
            "oneOf", ()
        )
        return next((found["maxItems"] for found in variants if "maxItems" in found), None)

    @property
    def paging(self) -> Paging | None:
        """The names of reading all pages, if a success is one page of a list."""
        queries = {part.python_name for part in self.endpoint.query_parameters}
        if not {"page", "limit"} <= queries or not isinstance(self.json, ModelProperty):
            return None
        lists = [
            part for part in self.json.required_properties or () if isinstance(part, ListProperty)
        ]
        row = self.idioms.qualified(self.idioms.annotation(lists[0].inner_property))
        return Paging(self.name.replace("list_", "iterate_", 1), str(lists[0].python_name), row)

    @property
    def body(self) -> PropertyProtocol | None:
        if (
            len(self.endpoint.bodies) > 1
            or self.endpoint.header_parameters
            or self.endpoint.cookie_parameters
        ):
            lacking = "bodies of several media types, header and cookie parameters have no idiom"
            raise NoIdiom(f"{self.name}: {lacking}")
        return self.endpoint.bodies[0].prop if self.endpoint.bodies else None

    @property
    def fields(self) -> ModelProperty | None:
        """The body, if its members may be given as keywords."""
        body = self.body
        if isinstance(body, ModelProperty) and str(body.class_info.name) in self.idioms.inputs:
            return body
        return None

    @property
    def item(self) -> str:
        """The model of a body that may be a list of them."""
        found = self.idioms.annotation(self.body) if self.body else ""
        return f"models.{found.partition(' ')[0]}"

    @property
    def has_required_fields(self) -> bool:
        return bool(self.fields and self.fields.required_properties)

    @property
    def path_arguments(self) -> list[str]:
        """The arguments of the path, with their types."""
        return [
            f"{self.idioms.keyword(part)}: {self._path_annotation(part)}"
            for part in self.endpoint.path_parameters
        ]

    def _path_annotation(self, part: PropertyProtocol) -> str:
        found = self.idioms.argument(part)
        return f"{found} | models.Experiment" if str(part.python_name) in NAMED_BY else found

    @property
    def positional(self) -> list[str]:
        """The arguments that may be given by place, with their types."""
        if self.body is None:
            return self.path_arguments
        return [*self.path_arguments, f"body: {self.idioms.argument(self.body)}"]

    @property
    def named(self) -> list[str]:
        """The arguments that are given by name, with their types and defaults."""
        return [
            f"{self.idioms.keyword(part)}: {self.idioms.argument(part)}"
            f"{'' if part.required else ' = UNSET'}"
            for part in self.endpoint.query_parameters
        ]

    @property
    def queries(self) -> list[tuple[str, str]]:
        """The name in the URL and the argument of each query parameter."""
        return [
            (part.name.get_untrusted_value(), self.idioms.keyword(part))
            for part in self.endpoint.query_parameters
        ]

    @property
    def handed_on(self) -> str:
        """All arguments, handed on to a function that takes the same."""
        return self._handed_on("body")

    @property
    def handed_on_with_fields(self) -> str:
        """All arguments, with the body made of keywords if it was not given."""
        if not self.fields:
            return self.handed_on
        model = f"models.{self.fields.class_info.name}"
        return self._handed_on(f'request_body("{self.name}", {model}, body, fields)')

    def _handed_on(self, body: str) -> str:
        in_path = [self.idioms.keyword(part) for part in self.endpoint.path_parameters]
        in_query = [f"{name}={name}" for _, name in self.queries]
        return ", ".join([*in_path, *([body] if self.body else []), *in_query])

    # Result

    def _successes(self) -> Iterator[Success]:
        for found in self.endpoint.responses:
            first = found.status_code.range[0] if found.status_code.range else 0
            if 200 <= first < 400:
                raw = resolved(self.raw["responses"][found.status_code.pattern], self.document)
                yield Success(first, found.source["return_type"], found.prop, raw)

    @property
    def json(self) -> PropertyProtocol | None:
        """The type of a success that is JSON."""
        return next((found.prop for found in self._successes() if found.kind == "Any"), None)

    @property
    def empty_success(self) -> str | None:
        """The result of a success without a body."""
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
    def only_member(self) -> PropertyProtocol | None:
        """The object that a success is wrapped around."""
        if not isinstance(self.json, ModelProperty):
            return None
        members = self.idioms.properties(str(self.json.class_info.name))
        return members[0] if isinstance(members[0], ModelProperty) and not members[1:] else None

    @property
    def result(self) -> str:
        """The type of the result."""
        return self._result(self.only_member or self.json)

    @property
    def wrapped_result(self) -> str:
        """The type of the result as it is in JSON."""
        return self._result(self.json)

    def _result(self, json: PropertyProtocol | None) -> str:
        kinds = [
            json and self.idioms.qualified(self.idioms.annotation(json)),
            "bytes" if self.media else None,
            "str" if self.location else None,
        ]
        return " | ".join(kind for kind in kinds if kind) or "None"

    # Words

    @property
    def returns(self) -> str:
        """The description of the result."""
        found = [
            success.raw["description"] for success in self._successes() if success.status < 300
        ]
        if self.location:
            found.append("The target of the redirect, which is not followed.")
        return " Or else: ".join(found)

    def docstring(self, indent: int) -> str:
        """Return the summary, arguments, result, errors and the address of the docs."""
        endpoint = self.endpoint
        parts = [f"{self.summary}.", text(endpoint.description.get_untrusted_value(), indent)]
        arguments = {**dict(self.arguments), **COMMON_ARGUMENTS}
        parts.append(section("Args", arguments, indent))
        returns = textwrap.fill(in_python(self.returns), 92 - indent)
        parts.append(f"Returns:\n{textwrap.indent(returns, '    ')}")
        parts.append(section("Raises", {**self.errors, **COMMON_ERRORS}, indent))
        if self.docs:
            parts.append(f"Docs: {self.docs}")
        return textwrap.indent(
            "\n\n".join(safe_for_docstring(part) for part in parts), " " * indent
        ).strip()


def operations(
    openapi: GeneratorData, document: dict[str, Any], idioms: Idioms
) -> dict[str, Operation]:
    """Return every operation of the document, by its name in Python."""
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
    """Return the path with the names of its parameters in the document."""
    path = endpoint.path.get_untrusted_value()
    for part in endpoint.path_parameters:
        path = path.replace(f"{{{part.python_name}}}", f"{{{part.name.get_untrusted_value()}}}")
    return path


def _words(
    item: dict[str, Any], raw: dict[str, Any], document: dict[str, Any]
) -> Iterator[tuple[str, str]]:
    """Yield each parameter's name and description."""
    for reference in [*item.get("parameters", ()), *raw.get("parameters", ())]:
        parameter = resolved(reference, document)
        yield (
            parameter["name"],
            described(parameter.get("description", ""), parameter["schema"], document),
        )


def _errors(raw: dict[str, Any], document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each class of error for the documented refusals, and its cause."""
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
    """Return the codes of the problems in a response's examples."""
    examples = [
        resolved(example, document)["value"]["type"].rpartition("/")[2]
        for media in response["content"].values()
        for example in media.get("examples", {}).values()
    ]
    return list(dict.fromkeys(examples))
