"""Code that calls an operation, with curl, the client and fetch. Every sample runs on the mock."""

import json
import re
import shlex
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from codegen.words import argument_name
from docs.description import Description, Example, Operation
from docs.python_code import PythonCode
from naming import snake_case

WIDTH = 80
# Those of `pictify-mock`.
ADDRESS = "http://127.0.0.1:8080"
API_KEY, WRITE_KEY = "pk_test_development_only", "wk_test_development_only"
# Clicks, pixels and images of HTTP libraries do not count.
VIEWER = "Mozilla/5.0"
LANGUAGES = {"curl": "sh", "Python": "python", "Python async": "python", "JavaScript": "js"}
AUTHENTICATION = {
    "bearerAuth": ("Authorization", f"Bearer {API_KEY}", f'"{API_KEY}"'),
    "writeKeyAuth": ("X-Write-Key", WRITE_KEY, f'write_key="{WRITE_KEY}"'),
}
RESULTS = {  # the result's name, and the parts that a sample prints
    "ExperimentEnvelope": ("experiment", "experiment.uid, experiment.status"),
    "ExperimentList": ("page", "page.total, [row.name for row in page.experiments]"),
    "DeletedExperiment": ("answer", "answer.deleted"),
    "ExperimentQuota": ("quota", "quota.plan, quota.max_variants"),
    "ExperimentEventResponse": ("answer", "answer.processed"),
    "Location": ("url", "url"),
    "image": ("image", "len(image)"),
}
SYNC = """\
{imports}

pictify = PictifyExperiments({arguments})
{result} = pictify.{call}
print({parts})
"""
ASYNC = """\
import asyncio
{imports}

async def main() -> None:
    async with AsyncPictifyExperiments({arguments}) as pictify:
        {result} = await pictify.{call}
        print({parts})


asyncio.run(main())
"""


class Case(NamedTuple):
    """Something that an operation can do, and the code for it under the labels of `LANGUAGES`."""

    title: str
    code: dict[str, str]


def samples(description: Description) -> dict[str, list[Case]]:
    """Return the cases of each operation: one for each example of its body."""
    found = {
        operation.id: [_case(operation, body) for body in operation.bodies or (None,)]
        for operation in description.operations
    }
    written = [
        (case.code, label)
        for cases in found.values()
        for case in cases
        for label in case.code
        if LANGUAGES[label] == "python"
    ]
    sources = formatted([code[label] for code, label in written])
    for (code, label), source in zip(written, sources, strict=True):
        code[label] = source
    return found


def formatted(sources: Sequence[str]) -> list[str]:
    """Format Python, all files at once."""
    with tempfile.TemporaryDirectory() as work:
        files = [Path(work, f"{place}.py") for place in range(len(sources))]
        for file, source in zip(files, sources, strict=True):
            file.write_text(source, encoding="utf-8")
        for command in (("check", "--fix-only", "--select=I"), ("format",)):
            ruff = [
                "ruff",
                *command,
                "--quiet",
                "--isolated",
                "--no-cache",
                f"--line-length={WIDTH}",
                work,
            ]
            subprocess.run(ruff, check=True)
        return [file.read_text(encoding="utf-8") for file in files]


def _case(operation: Operation, body: Example | None) -> Case:
    code = {"curl": curl(operation, body), "JavaScript": javascript(operation, body)}
    # The client sends no beacons.
    if body is None or body.media == "application/json":
        code |= {
            "Python": python(operation, body, SYNC),
            "Python async": python(operation, body, ASYNC),
        }
    title = body.summary if body else str(operation.raw["summary"])
    return Case(title, {label: code[label] for label in LANGUAGES if label in code})


def curl(operation: Operation, body: Example | None) -> str:
    """Return a command that calls the operation."""
    words = ["curl"]
    if operation.method != ("post" if body else "get"):
        words.append(f"-X {operation.method.upper()}")
    if (result := _result(operation)) == "Location":
        words.append("-i")
    if result == "image":
        follow = "-L " * ("302" in operation.responses)
        words.append(f"{follow}-o image.{_url(operation).rpartition('.')[2]}")
    words.append(shlex.quote(_url(operation)))
    lines = [" ".join(words)]
    lines += [f'-H "{name}: {value}"' for name, value in _headers(operation, body).items()]
    if body:
        lines.append(f"-d {shlex.quote(literal(_json(body)))}")
    return " \\\n  ".join(lines) + "\n"


def javascript(operation: Operation, body: Example | None) -> str:
    """Return a module that calls the operation with `fetch`."""
    options = [] if operation.method == "get" else [f'method: "{operation.method.upper()}"']
    headers = _headers(operation, body)
    comment, printed = "", "await response.json()"
    if body and body.media == "text/plain":
        headers = {}  # `fetch` sends text as text/plain.
        options.append("keepalive: true")
    if headers:
        options.append(f"headers: {literal(headers, 2, is_javascript=True)}")
    if (result := _result(operation)) == "Location":
        comment = "// For servers. A page cannot read a redirect, but can link to this URL.\n"
        options.append('redirect: "manual"')
        printed = 'response.headers.get("Location")'
    if result == "image":
        printed = 'response.headers.get("Content-Type")'
    if body:
        options.append(f"body: JSON.stringify({literal(_json(body), 2, is_javascript=True)})")
    lines = "".join(f"  {option},\n" for option in options)
    return (
        f'{comment}const response = await fetch("{_url(operation)}", {{\n{lines}}});\n'
        f"console.log(response.status, {printed});\n"
    )


def python(operation: Operation, body: Example | None, frame: str) -> str:
    """Return a program that calls the operation with the client."""
    code = PythonCode(operation.description.document)
    name = snake_case(operation.id)
    arguments = [repr(part["example"]) for part in operation.parameters if part["in"] == "path"]
    if operation.id == "trackExperimentEvents" and body:
        name = "track"  # takes plain data, and more events than one call does
        one, many = _schema(operation)["oneOf"]
        arguments.append(code.plain(many if isinstance(body.value, list) else one, body.value))
    elif body:
        arguments.append(code.arguments(_schema(operation), body.value))
    arguments += [f"{argument_name(key)}={value!r}" for key, value in _query(operation).items()]
    access = [AUTHENTICATION[scheme][2] for scheme in operation.schemes[:1]]
    if not access:
        arguments.append(f'headers={{"User-Agent": "{VIEWER}"}}')
    client = "PictifyExperiments" if frame is SYNC else "AsyncPictifyExperiments"
    imports = [f"from pictify_experiments import {client}"]
    if code.uses_datetime:
        imports.append("from datetime import UTC, datetime")
    result, parts = RESULTS[_result(operation)]
    return frame.format(
        imports="\n".join(imports),
        arguments=", ".join([*access, f'base_url="{ADDRESS}"']),
        call=f"{name}({', '.join(arguments)})",
        result=result,
        parts=parts,
    )


def literal(value: Any, indent: int = 0, *, is_javascript: bool = False) -> str:
    """Return JSON, or the same in JavaScript, on one line if it is short."""
    inside = indent + 2
    if isinstance(value, dict):
        parts = [
            f"{_member(name, is_javascript)}: {literal(part, inside, is_javascript=is_javascript)}"
            for name, part in value.items()
        ]
        space, (start, end) = " " * is_javascript, "{}"
    elif isinstance(value, list):
        parts = [literal(part, inside, is_javascript=is_javascript) for part in value]
        space, (start, end) = "", "[]"
    else:
        return json.dumps(value, ensure_ascii=False)
    line = f"{start}{space}{', '.join(parts)}{space}{end}"
    if "\n" not in line and indent + len(line) < WIDTH - 16:  # its name stands before it
        return line
    lines = ",".join(f"\n{' ' * inside}{part}" for part in parts)
    return f"{start}{lines}{',' * is_javascript}\n{' ' * indent}{end}"


def _member(name: str, is_javascript: bool) -> str:
    return name if is_javascript and re.fullmatch(r"\w+", name) else json.dumps(name)


def _json(body: Example) -> Any:
    return json.loads(body.value) if isinstance(body.value, str) else body.value


def _schema(operation: Operation) -> dict[str, Any]:
    return dict(operation.raw["requestBody"]["content"]["application/json"]["schema"])


def _query(operation: Operation) -> dict[str, Any]:
    """Return the query parameters whose examples are not their defaults."""
    return {
        part["name"]: part["example"]
        for part in operation.parameters
        if part["in"] == "query" and part["example"] != part["schema"].get("default")
    }


def _url(operation: Operation) -> str:
    path = operation.path
    for part in operation.parameters:
        path = path.replace(f"{{{part['name']}}}", str(part["example"]))
    query = "&".join(f"{name}={value}" for name, value in _query(operation).items())
    return f"{ADDRESS}{path}" + f"?{query}" * bool(query)


def _headers(operation: Operation, body: Example | None) -> dict[str, str]:
    """Return the headers of a request. A beacon has its key in the event."""
    if body and body.media == "text/plain":
        return {"Content-Type": body.media}
    name, value = "User-Agent", VIEWER
    if operation.schemes:
        name, value, _ = AUTHENTICATION[operation.schemes[0]]
    return {name: value} | ({"Content-Type": body.media} if body else {})


def _result(operation: Operation) -> str:
    """Return the name of the schema of a success, `Location` or `image`."""
    good = [response for status, response in operation.responses.items() if status[0] in "23"]
    kinds = [kind for response in good for kind in response.get("content", {})]
    if any(kind.startswith("image/") for kind in kinds):
        return "image"
    _, success = operation.success
    if "Location" in success.get("headers", {}):
        return "Location"
    return str(success["content"]["application/json"]["schema"]["$ref"]).rpartition("/")[2]
