"""What docstrings say: descriptions, with the ranges and defaults that the schema has besides."""

import json
import re
import textwrap
from typing import Any

from openapi_python_client.strings import PythonIdentifier

from pictify_conformance.spec import resolved

WIDTH = 96


def described(description: str, schema: dict[str, Any], document: dict[str, Any]) -> str:
    """The description, and what it leaves out of the range and the default."""
    whole = schema
    for variant in schema.get("anyOf", ()):
        if variant.get("type") != "null":
            whole = {**variant, **schema}
    whole = {**resolved(whole, document), **whole}
    facts = [fact for told, fact in _facts(whole) if told not in description.replace(",", "")]
    return " ".join([description.strip(), *facts])


def _facts(schema: dict[str, Any]) -> list[tuple[str, str]]:
    """Each bound and the default: how a description may tell it, and a sentence."""
    found = []
    if "maximum" in schema:
        found.append(
            (str(schema["maximum"]), f"{schema.get('minimum', 0)} to {schema['maximum']}.")
        )
    elif "minimum" in schema:
        found.append((str(schema["minimum"]), f"{schema['minimum']} or more."))
    if "maxLength" in schema:
        found.append((str(schema["maxLength"]), f"At most {schema['maxLength']} characters."))
    if "pattern" in schema:
        found.append((schema["pattern"], f"Of the form `{schema['pattern']}`."))
    if "default" in schema:
        found.append(("default", f"The server's default is {json.dumps(schema['default'])}."))
    return found


def text(description: str, indent: int) -> str:
    """The paragraphs of a description, with the names that Python has for what stands between backticks."""
    named = re.sub(
        "`([a-z]+[A-Z][A-Za-z]*)`",
        lambda name: f"`{PythonIdentifier(name[1], '')}`",
        description.strip(),
    )
    return "\n\n".join(
        textwrap.fill(paragraph, WIDTH - indent) for paragraph in named.split("\n\n")
    )


def section(title: str, rows: dict[str, str], indent: int) -> str:
    """A part of a docstring that names things, one a line."""
    lines = [
        textwrap.fill(f"{name}: {words}", WIDTH - indent, subsequent_indent="    ")
        for name, words in rows.items()
    ]
    return f"{title}:\n{textwrap.indent(chr(10).join(lines), '    ')}"
