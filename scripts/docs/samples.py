"""Code that calls an operation: curl, and the client, sync and async. Every sample runs."""

import json
import shlex
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from codegen.words import argument_name
from docs.description import Description, Example, Operation
from docs.python_code import PythonCode
from naming import snake_case

WIDTH = 80
VIEWER = "Mozilla/5.0"
KEYS = {
    "bearerAuth": "Authorization: Bearer $PICTIFY_API_KEY",
    "writeKeyAuth": "X-Write-Key: $PICTIFY_WRITE_KEY",
}
RESULTS = {  # the result's name, and the parts that a sample prints
    "ExperimentEnvelope": ("experiment", "experiment.uid, experiment.status"),
    "ExperimentList": ("page", "page.total, [row.name for row in page.experiments]"),
    "DeletedExperiment": ("answer", "answer.deleted"),
    "ExperimentQuota": ("quota", "quota.plan, quota.max_variants"),
    "ExperimentEventResponse": ("answer", "answer.processed, answer.warning"),
    "Location": ("url", "url"),
    "bytes": ("image", "len(image)"),
}
SYNC = """\
{imports}

with PictifyExperiments() as pictify:
    {result} = pictify.{call}
    print({parts})
"""
ASYNC = """\
import asyncio
{imports}

async def main() -> None:
    async with AsyncPictifyExperiments() as pictify:
        {result} = await pictify.{call}
        print({parts})


asyncio.run(main())
"""


class Sample(NamedTuple):
    """A sample, with the language for colours and the label for people."""

    operation: str
    lang: str
    label: str
    source: str


def samples(description: Description) -> dict[str, list[Sample]]:
    """Return the samples of each operation: one of each kind for each example of its body."""
    written = [sample for operation in description.operations for sample in _of(operation)]
    sources = formatted([sample.source if sample.lang == "python" else "" for sample in written])
    found: dict[str, list[Sample]] = {}
    for sample, source in zip(written, sources, strict=True):
        found.setdefault(sample.operation, []).append(
            sample._replace(source=source or sample.source)
        )
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


def _of(operation: Operation) -> Iterator[Sample]:
    bodies: list[Example | None] = [*operation.bodies] or [None]
    for place, body in enumerate(bodies):
        note = f": {body.name}" if body and place else ""
        yield Sample(operation.id, "curl", f"curl{note}", curl(operation, body))
        if body is None or body.media == "application/json":
            yield Sample(operation.id, "python", f"Python{note}", python(operation, body, SYNC))
            yield Sample(
                operation.id, "python", f"Python, async{note}", python(operation, body, ASYNC)
            )


def curl(operation: Operation, body: Example | None) -> str:
    """Return a command that calls the operation."""
    server = operation.description.document["servers"][0]["url"]
    path, query = operation.path, []
    for part in operation.parameters:
        if part["in"] == "path":
            path = path.replace(f"{{{part['name']}}}", part["example"])
        else:
            query.append(f"{part['name']}={part['example']}")
    url = shlex.quote(f"{server}{path}" + ("?" + "&".join(query) if query else ""))
    words = ["curl -sS" if operation.method == "get" else f"curl -sS -X {operation.method.upper()}"]
    words[0] += f" {url}"
    if operation.schemes:
        words.append(f'-H "{KEYS[operation.schemes[0]]}"')
    else:
        words.append(f'-A "{VIEWER}"')
    if body:
        text = (
            body.value
            if isinstance(body.value, str)
            else json.dumps(body.value, indent=2, ensure_ascii=False)
        )
        words += [f'-H "Content-Type: {body.media}"', f"-d {shlex.quote(text)}"]
    return " \\\n  ".join([*words, *_output(operation)]) + "\n"


def _output(operation: Operation) -> list[str]:
    """Return the options of curl for a response that is not JSON."""
    good = [response for status, response in operation.responses.items() if status[0] in "23"]
    pictures = [
        media
        for response in good
        for media in response.get("content", {})
        if media.startswith("image/")
    ]
    if pictures:
        return [f"-L -o {pictures[0].replace('/', '.')}"]
    is_redirect = any("Location" in response.get("headers", {}) for response in good)
    return ["-o /dev/null -w '%{redirect_url}\\n'"] if is_redirect else []


def python(operation: Operation, body: Example | None, frame: str) -> str:
    """Return a program that calls the operation with the client."""
    code = PythonCode(operation.description.document)
    arguments = [repr(part["example"]) for part in operation.parameters if part["in"] == "path"]
    if body:
        schema = operation.raw["requestBody"]["content"]["application/json"]["schema"]
        is_events = operation.id == "trackExperimentEvents"
        arguments.append(
            code.events(body.value) if is_events else code.arguments(schema, body.value)
        )
    arguments += [
        f"{argument_name(part['name'])}={part['example']!r}"
        for part in operation.parameters
        if part["in"] == "query"
    ]
    if not operation.schemes:
        arguments.append(f'headers={{"User-Agent": "{VIEWER}"}}')
    client = "PictifyExperiments" if frame is SYNC else "AsyncPictifyExperiments"
    imports = [f"from pictify_experiments import {client}"]
    if code.models:
        imports.append(f"from pictify_experiments.models import {', '.join(sorted(code.models))}")
    if code.uses_datetime:
        imports.append("from datetime import UTC, datetime")
    call = f"{snake_case(operation.id)}({', '.join(arguments)})"
    result, parts = RESULTS[_result(operation)]
    return frame.format(imports="\n".join(imports), call=call, result=result, parts=parts)


def _result(operation: Operation) -> str:
    """Return the name of the schema of a success, `Location` or `bytes`."""
    _, success = operation.success
    schema: dict[str, Any] = (
        success.get("content", {}).get("application/json", {}).get("schema", {})
    )
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    return "Location" if "Location" in success.get("headers", {}) else "bytes"
