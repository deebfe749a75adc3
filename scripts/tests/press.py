"""Prints an edition of the docs in the forms that saved pages come in."""

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import yaml

from pictify_conformance.spec import resolved

PAGES = Path(__file__).parent / "pages"
HOST = "https://api.pictify.io"
PLACES = {"path": "Path Parameters", "query": "Query Parameters", "header": "Headers"}
MISSING = object()


def edition() -> dict[str, Any]:
    """What the pages say, as OpenAPI."""
    return dict(yaml.safe_load((PAGES / "edition.yaml").read_text(encoding="utf-8")))


@dataclass
class Entry:
    """A field as a page lists it."""

    name: str
    kind: str
    pills: list[str]
    notes: list[str]
    children: bool


@dataclass
class Sheet:
    """An operation, ready for print."""

    method: str
    path: str
    title: str
    about: str
    sections: list[tuple[str, str, list[Entry]]] = field(
        default_factory=list
    )  # title, line below it, fields
    statuses: list[str] = field(default_factory=list)
    success: str = ""
    body: Any = MISSING
    answer: Any = MISSING
    credential: str = ""


def sheets(document: dict[str, Any], deep: bool = True) -> dict[str, Sheet]:
    """Every operation of an edition; the members of objects are left out if it is not deep."""
    return {
        operation["operationId"]: sheet(document, method, path, operation, deep)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }


def sheet(
    document: dict[str, Any], method: str, path: str, operation: dict[str, Any], deep: bool
) -> Sheet:
    """One operation."""
    page = Sheet(
        method.upper(),
        path,
        operation["summary"],
        operation.get("description", "More about it below."),
    )
    security = operation.get("security", document["security"])
    for name in security[0] if security else ():
        scheme = document["components"]["securitySchemes"][name]
        page.credential = scheme.get("name", "Authorization")
        page.sections.append(
            (
                "Authorizations",
                "",
                [Entry(page.credential, "string", ["header", "required"], ["The key."], False)],
            )
        )
    for place, title in PLACES.items():
        chosen = [entry for entry in operation.get("parameters", ()) if entry["in"] == place]
        if chosen:
            entries = [
                one(
                    document,
                    p["name"],
                    p["schema"],
                    p.get("required", False),
                    p.get("description", ""),
                )
                for p in chosen
            ]
            page.sections.append((title, "", entries))
    if "requestBody" in operation:
        media, content = next(iter(operation["requestBody"]["content"].items()))
        page.body = example(document, content["schema"])
        page.sections.append(
            ("Body", media, list(entries_of(document, content["schema"], deep, request=True)))
        )
    page.statuses = list(operation["responses"])
    page.success = page.statuses[0]
    content = operation["responses"][page.success].get("content", {})
    for media, stated in content.items():
        if media == "application/json":
            page.answer = example(document, stated["schema"])
            page.sections.append(
                (
                    "Response",
                    f"{page.success}\n{media}",
                    list(entries_of(document, stated["schema"], deep)),
                )
            )
    return page


def target(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """A schema behind its reference; of several the first."""
    whole: dict[str, Any] = resolved(schema, document)
    return target(document, whole["oneOf"][0]) if "oneOf" in whole else whole


def entries_of(
    document: dict[str, Any],
    schema: dict[str, Any],
    deep: bool,
    prefix: str = "",
    request: bool = False,
    seen: tuple[int, ...] = (),
) -> Iterator[Entry]:
    """The members of a body, each before its own, which are named by dotted paths."""
    holder = target(document, schema)
    for name, member in holder.get("properties", {}).items():
        whole = target(document, member)
        inner = target(document, whole["items"]) if "items" in whole else whole
        if request and whole.get("readOnly"):
            continue
        entry = one(
            document,
            f"{prefix}{name}",
            member,
            name in holder.get("required", ()),
            whole.get("description", ""),
        )
        again = id(inner) in seen
        entry.children = "properties" in inner and not again
        yield entry
        if deep and entry.children:
            yield from entries_of(
                document, inner, deep, f"{prefix}{name}.", request, (*seen, id(inner))
            )


def one(
    document: dict[str, Any], name: str, schema: dict[str, Any], required: bool, about: str
) -> Entry:
    """A field with its pills and notes."""
    whole = target(document, schema)
    pills = ["required"] if required else []
    if "default" in whole:
        pills.insert(0, f"default:{json.dumps(whole['default']).strip(chr(34))}")
    notes = [about] if about else []
    notes += bounds(whole)
    if "enum" in whole:
        notes.append("Available options: " + ", ".join(whole["enum"]) + " ")
    if "example" in whole:
        notes.append(f"Example:\n{json.dumps(whole['example'])}")
    return Entry(name, kind(document, whole), pills, notes, False)


def kind(document: dict[str, Any], schema: dict[str, Any]) -> str:
    """A type as the pages write it."""
    stated = schema.get("type", "any")
    if "enum" in schema:
        return "enum<string>"
    if stated == "array":
        return f"{target(document, schema['items']).get('type', 'any')}[]"
    form = f"{stated}<{schema['format']}>" if "format" in schema else str(stated)
    return f"{form} | null" if schema.get("nullable") else form


def bounds(schema: dict[str, Any]) -> Iterator[str]:
    """The bounds of a field."""
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None or high is not None:
        yield "Required range: " + (
            f"{low} <= x <= {high}"
            if None not in (low, high)
            else f"x >= {low}"
            if high is None
            else f"x <= {high}"
        )
    if "maxLength" in schema:
        yield f"Maximum string length: {schema['maxLength']}"
    if "minItems" in schema:
        yield f"Minimum array length: {schema['minItems']}"
    if "pattern" in schema:
        yield f"Pattern: {schema['pattern']}"


def example(document: dict[str, Any], schema: dict[str, Any], depth: int = 0) -> Any:
    """A body as the site's generator makes it: enums without a default are left out, placeholders elsewhere."""
    whole = target(document, schema)
    if "properties" in whole and depth < 8:
        made = {
            name: example(document, member, depth + 1)
            for name, member in whole["properties"].items()
        }
        return {name: value for name, value in made.items() if value is not MISSING}
    if "example" in whole or "default" in whole:
        return whole.get("example", whole.get("default"))
    if "enum" in whole:
        return MISSING if depth % 2 else whole["enum"][0]
    if whole.get("type") == "array":
        item = example(document, whole["items"], depth + 2)
        return "<array>" if depth > 4 else [item]
    by_format = {"date-time": "2023-11-07T05:31:56Z"}
    values = {
        "string": by_format.get(whole.get("format", ""), "<string>"),
        "integer": 123,
        "number": 123,
        "boolean": True,
        "object": {},
    }
    return values.get(whole.get("type", ""), "<unknown>")


# the forms


def fragment(document: dict[str, Any], page: Sheet, fence: str = "````") -> str:
    """Markdown with the operation's own part of the API description."""
    part = {name: document[name] for name in ("openapi", "info", "servers", "security")}
    part["paths"] = {
        page.path: {page.method.lower(): document["paths"][page.path][page.method.lower()]}
    }
    part["components"] = document["components"]
    shown = yaml.dump(copy.deepcopy(part), sort_keys=False, width=88, Dumper=Unaliased)
    head = f"# {page.title}\n\n> {page.about}\n\n## OpenAPI\n\n"
    return f"{head}{fence}yaml {page.method} {page.path}\n{shown}{fence}\n\nBuilt for readers.\n"


class Unaliased(yaml.SafeDumper):
    """Writes each part out."""

    def ignore_aliases(self, _: Any) -> bool:
        """No part is written as an alias."""
        return True


def unfolded(document: dict[str, Any], page: Sheet) -> str:
    """Markdown with the operation unfolded into request and response, as older exports have it."""
    operation = document["paths"][page.path][page.method.lower()]
    parameters: dict[str, Any] = {place: {} for place in ("path", "query", "header", "cookie")}
    for entry in operation.get("parameters", ()):
        schema = dict(entry["schema"], required=entry.get("required", False))
        if "enum" in schema:
            schema["type"] = "enum<string>"
        parameters[entry["in"]][entry["name"]] = {"schema": [schema]}
    security = [
        unfolded_security(document, alternative)
        for alternative in operation.get("security", document["security"])
    ]
    request = {
        "security": security,
        "parameters": parameters,
        "body": media(document, operation.get("requestBody", {})),
    }
    response = {
        status: media(document, stated) for status, stated in operation["responses"].items()
    }
    paths = {
        "path": page.path,
        "method": page.method.lower(),
        "servers": document["servers"],
        "request": request,
        "response": response,
    }
    shown = yaml.dump(
        {"paths": paths, "components": document["components"]}, sort_keys=False, Dumper=Unaliased
    )
    return f"# {page.title}\n\n## OpenAPI\n\n````yaml {page.method} {page.path}\n{shown}````\n"


def unfolded_security(document: dict[str, Any], alternative: dict[str, Any]) -> dict[str, Any]:
    """Credentials by the header that they go into."""
    schemes = [document["components"]["securitySchemes"][name] for name in alternative]
    headers = {scheme.get("name", "Authorization"): {"type": scheme["type"]} for scheme in schemes}
    return {
        "title": " and ".join(alternative),
        "parameters": {"query": {}, "header": headers, "cookie": {}},
    }


def media(document: dict[str, Any], stated: dict[str, Any]) -> dict[str, Any]:
    """Bodies by media type, with the members of each in a list of one."""
    found = {}
    for name, content in stated.get("content", {}).items():
        schemas = content["schema"].get("oneOf", [content["schema"]])
        found[name] = {"schemaArray": [unfolded_schema(document, schema) for schema in schemas]}
    return found


def unfolded_schema(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    whole = target(document, schema)
    if "properties" not in whole:
        return dict(schema)
    members = {name: {"allOf": [member]} for name, member in whole["properties"].items()}
    return {
        "type": "object",
        "properties": members,
        "requiredProperties": whole.get("required", []),
    }


def curl(page: Sheet) -> str:
    """The sample beside an operation."""
    lines = [f"curl --request {page.method}", f"  --url {HOST}{page.path}"]
    if page.credential:
        lines.append(f"  --header '{page.credential}: <key>'")
    if page.body is not MISSING:
        lines += [
            "  --header 'Content-Type: application/json'",
            f"  --data '\n{json.dumps(page.body, indent=2)}\n'",
        ]
    return " \\\n".join(lines)


def segments(page: Sheet) -> list[str]:
    """A path over several lines."""
    return [part for segment in page.path.strip("/").split("/") for part in ("/", segment)]


def text(page: Sheet, pills: str = "\n", children: str = "Hide child attributes") -> str:
    """Text as a browser saves what it shows; pills stand in lines of their own, or glued together."""
    lines = [
        "Skip to main content",
        "Search...",
        "⌘K",
        "Navigation",
        "Experiments",
        page.title,
        "GET",
        "List experiments",
        "POST",
        "Create experiment",
    ]
    lines += [
        page.title,
        page.about,
        "Copy page",
        "",
        page.method,
        *segments(page),
        "",
        "Try it",
        "cURL",
        "",
        curl(page),
        *page.statuses,
    ]
    if page.answer is not MISSING:
        lines.append(json.dumps(page.answer, indent=2))
    for title, below, entries in page.sections:
        lines += [title, *([below] if below else [])]
        for entry in entries:
            lines += [
                "\u200b",
                entry.name,
                pills.join([entry.kind, *entry.pills]),
                *entry.notes,
                *([children] if entry.children else []),
            ]
    return "\n".join(
        [
            *lines,
            "Was this page helpful?",
            "Yes",
            "No",
            "Previous",
            "Next",
            "Powered by a docs site",
            "",
        ]
    )


def collapsed(page: Sheet) -> str:
    """The same with nothing unfolded."""
    return text(page, "\n", "Show child attributes")


def glued(page: Sheet) -> str:
    """Text without any separator between what a page shows as blocks."""
    lines = [
        f"Experiments{page.title}",
        f"{page.about}Copy page{page.method}{page.path}Try it{page.title}cURLCopy",
        curl(page),
    ]
    if page.answer is not MISSING:
        lines += [page.success, json.dumps(page.answer, indent=2)]
    for title, below, entries in page.sections:
        head = title + " - ".join(below.split("\n"))
        parts = [
            "".join(
                [
                    entry.name,
                    entry.kind,
                    *entry.pills,
                    *(note.replace("\n", "") for note in entry.notes),
                ]
            )
            + ("Show child attributes" if entry.children else "")
            for entry in entries
        ]
        lines.append(head + "".join(parts))
    return "\n".join([*lines, "Was this page helpful?YesNo", ""])


def markdown(page: Sheet) -> str:
    """Markdown that a converter made of the page, with anchors between the fields."""
    lines = [
        f"# {page.title}",
        page.about,
        f"`{page.method}`",
        "".join(segments(page)),
        "```bash\n" + curl(page) + "\n```",
    ]
    if page.answer is not MISSING:
        lines += [page.success, "```json\n" + json.dumps(page.answer, indent=2) + "\n```"]
    for title, below, entries in page.sections:
        lines += [f"#### {title}", *below.split("\n")]
        for entry in entries:
            name = entry.name.replace("_", "\\_")
            notes = [
                note.replace("Available options: ", "Available options:\n\n`")
                .replace(", ", "`,\n\n`")
                .rstrip()
                + "`"
                if note.startswith("Avail")
                else note
                for note in entry.notes
            ]
            lines += [
                f"[​](#field-{entry.name})",
                name,
                entry.kind.replace("|", "\\|"),
                *entry.pills,
                *notes,
                *(["Show child attributes"] if entry.children else []),
            ]
    return "\n\n".join([line for line in lines if line] + [""])


def html(page: Sheet) -> str:
    """A page of a docs site, with its navigation, scripts and pills."""
    parts = [
        "<!DOCTYPE html>",
        f"<html><head><title>{page.title}</title><style>body {{ color: black }}</style></head><body>",
        "<nav><ul><li><a href='/list'><span>GET</span><span>List experiments</span></a></li></ul></nav>",
        f"<main><h1 id='page-title'>{page.title}</h1><div class='about'><p>{page.about}</p></div>",
        f"<div class='bar'><div class='method'>{page.method}</div><div class='path'>",
        *(f"<div>{escape(part)}</div>" for part in segments(page)),
        "</div><button><span>Try it</span></button></div>",
        f"<div class='code'><button>Copy</button><pre><code>{escape(curl(page))}</code></pre></div>",
        *(f"<div role='tab'>{status}</div>" for status in page.statuses),
    ]
    if page.answer is not MISSING:
        parts.append(
            f"<pre class='shiki'><code language='json'>{escape(json.dumps(page.answer, indent=2))}</code></pre>"
        )
    for title, below, entries in page.sections:
        parts.append(f"<div class='api-section'><h4>{title}</h4>")
        parts += [f"<div>{escape(line)}</div>" for line in below.split("\n")]
        parts += [html_entry(entry) for entry in entries]
        parts.append("</div>")
    parts.append(
        "<div>Was this page helpful?</div></main><footer>GET /nothing</footer>"
        '<script>var page = {"GET": "/x"};</script></body></html>'
    )
    return "\n".join(parts) + "\n"


def html_entry(entry: Entry) -> str:
    """A field with its pills."""
    pills = "".join(
        f"<div data-component-part='field-info-pill'><span>{escape(pill)}</span></div>"
        for pill in [entry.kind, *entry.pills]
    )
    notes = "".join(f"<p>{html_note(note)}</p>" for note in entry.notes)
    children = (
        "<details><summary>Show child attributes</summary></details>" if entry.children else ""
    )
    return (
        f"<div class='param-head' id='f-{entry.name}'><a href='#f'>&#8203;</a>\n"
        f"<div data-component-part='field-name'>{entry.name}</div>\n{pills}</div>\n"
        f"<div class='prose'>{notes}</div>{children}"
    )


def html_note(note: str) -> str:
    label, _, rest = note.partition(": ")
    if label == "Available options":
        return f"{label}: " + ", ".join(f"<code>{word}</code>" for word in rest.strip().split(", "))
    return escape(note).replace("\n", "<br>")


FORMS: dict[str, Callable[[dict[str, Any], Sheet], str]] = {
    "fragment.md": lambda document, page: fragment(document, page),
    "unfolded.md": lambda document, page: unfolded(document, page),
    "converted.md": lambda _, page: markdown(page),
    "page.html": lambda _, page: html(page),
    "lines.txt": lambda _, page: text(page),
    "pills.txt": lambda _, page: text(page, ""),
    "collapsed.txt": lambda _, page: collapsed(page),
    "glued.txt": lambda _, page: glued(page),
}
SHALLOW = ("collapsed.txt",)


def printed(document: dict[str, Any], form: str) -> dict[str, str]:
    """All pages of an edition in one form, by operation."""
    return {
        name: FORMS[form](document, page)
        for name, page in sheets(document, form not in SHALLOW).items()
    }
