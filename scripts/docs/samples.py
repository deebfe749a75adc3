"""Code that calls an operation with curl and with our client. Every sample runs unchanged."""

import json
import shlex
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from docs.description import Description, Example, Operation
from docs.python_code import PythonCode, identifier

WIDTH = 80
VIEWER = "Mozilla/5.0"  # a browser, because HTTP libraries do not count as viewers
KEYS = {
    "bearerAuth": "Authorization: Bearer $PICTIFY_API_KEY",
    "writeKeyAuth": "X-Write-Key: $PICTIFY_WRITE_KEY",
}
# What a Python sample prints of each kind of response.
PRINTED = {
    "ExperimentEnvelope": "answer.experiment.uid, answer.experiment.status",
    "ExperimentList": "answer.total, [row.name for row in answer.experiments]",
    "DeletedExperiment": "answer.deleted",
    "ExperimentQuota": "answer.plan, answer.max_variants",
    "ExperimentEventResponse": "answer.processed, answer.warning",
}
SYNC = """\
{imports}

with PictifyExperiments() as pictify:
    answer = pictify.{call}
    print({printed})
"""
ASYNC = """\
import asyncio
{imports}

async def main() -> None:
    async with AsyncPictifyExperiments() as pictify:
        answer = await pictify.{call}
        print({printed})


asyncio.run(main())
"""


class Sample(NamedTuple):
    """A sample, with its language for highlighting and its label for people."""

    operation: str
    lang: str
    label: str
    source: str


def samples(description: Description) -> dict[str, list[Sample]]:
    """Return the samples of each operation: one of each kind for each example of its body."""
    unformatted = [sample for operation in description.operations for sample in _of(operation)]
    python_sources = [sample.source for sample in unformatted if sample.lang == "python"]
    sources = iter(_formatted(python_sources))
    found: dict[str, list[Sample]] = {}
    for sample in unformatted:
        source = next(sources) if sample.lang == "python" else sample.source
        found.setdefault(sample.operation, []).append(sample._replace(source=source))
    return found


def _formatted(sources: Sequence[str]) -> list[str]:
    """Return Python as ruff formats it. One run formats all sources."""
    with tempfile.TemporaryDirectory() as work:
        files = [Path(work, f"{index}.py") for index in range(len(sources))]
        for file, source in zip(files, sources, strict=True):
            file.write_text(source, encoding="utf-8")
        for command in (("check", "--fix-only", "--select=I"), ("format",)):
            settings = ["--quiet", "--isolated", "--no-cache", f"--line-length={WIDTH}"]
            subprocess.run(["ruff", *command, *settings, work], check=True)
        return [file.read_text(encoding="utf-8") for file in files]


def _of(operation: Operation) -> Iterator[Sample]:
    bodies: list[Example | None] = [*operation.bodies] or [None]
    for index, body in enumerate(bodies):
        note = f": {body.name}" if body and index else ""
        yield Sample(operation.id, "curl", f"curl{note}", _curl(operation, body))
        if body is None or body.media == "application/json":
            for label, frame in (("Python", SYNC), ("Python, async", ASYNC)):
                source = _python(operation, body, frame)
                yield Sample(operation.id, "python", f"{label}{note}", source)


def _curl(operation: Operation, body: Example | None) -> str:
    """Return a command that calls the operation."""
    path = operation.path
    query = []
    for part in operation.parameters:
        if part["in"] == "path":
            path = path.replace(f"{{{part['name']}}}", part["example"])
        else:
            query.append(f"{part['name']}={part['example']}")
    server = operation.description.document["servers"][0]["url"]
    url = f"{server}{path}?{'&'.join(query)}" if query else f"{server}{path}"
    method = "" if operation.method == "get" else f" -X {operation.method.upper()}"
    words = [f"curl -sS{method} {shlex.quote(url)}"]
    if operation.schemes:
        words.append(f'-H "{KEYS[operation.schemes[0]]}"')
    else:
        words.append(f'-A "{VIEWER}"')
    if body:
        text = body.value
        if not isinstance(text, str):
            text = json.dumps(text, indent=2, ensure_ascii=False)
        words += [f'-H "Content-Type: {body.media}"', f"-d {shlex.quote(text)}"]
    return " \\\n  ".join([*words, *_output(operation)]) + "\n"


def _output(operation: Operation) -> Iterator[str]:
    """Yield the options for a response that is not JSON: save an image, show a redirect."""
    good = [response for status, response in operation.responses.items() if status[0] in "23"]
    for response in good:
        for media in response.get("content", {}):
            if media.startswith("image/"):
                yield f"-L -o {media.replace('/', '.')}"
                return
    if any("Location" in response.get("headers", {}) for response in good):
        yield "-o /dev/null -w '%{redirect_url}\\n'"


def _python(operation: Operation, body: Example | None, frame: str) -> str:
    """Return a program that calls the operation with our client."""
    code = PythonCode(operation.description.document)
    arguments = [repr(part["example"]) for part in operation.parameters if part["in"] == "path"]
    if body:
        schema = operation.raw["requestBody"]["content"]["application/json"]["schema"]
        arguments.append(code.expression(schema, body.value))
    arguments += [
        f"{identifier(part['name'])}={part['example']!r}"
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
    call = f"{identifier(operation.id)}({', '.join(arguments)})"
    return frame.format(imports="\n".join(imports), call=call, printed=_printed(operation))


def _printed(operation: Operation) -> str:
    _, success = operation.success
    content = success.get("content", {})
    if "application/json" in content:
        return PRINTED[content["application/json"]["schema"]["$ref"].rpartition("/")[2]]
    return "answer" if "Location" in success.get("headers", {}) else "len(answer)"
