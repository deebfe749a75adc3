"""The texts of docstrings: descriptions, with ranges and defaults from the schema."""

import json
import keyword
import re
import textwrap
from typing import Any

from openapi_python_client.strings import PythonIdentifier

from pictify_conformance.spec import resolved

WIDTH = 96


def argument_name(name: str) -> str:
    """Return the name of an argument: `type`, where the generator's name is `type_`."""
    found = str(PythonIdentifier(name, "field_"))
    bare = found.removesuffix("_")
    return found if keyword.iskeyword(bare) else bare


def in_python(words: str) -> str:
    """Return the text with names in backticks as in Python, and without dead references."""
    words = re.sub(': see "[^"]+"', "", words).replace(" of the rules below", " of the rules")
    return re.sub(
        r"`(?!navigator)([a-z]+[a-zA-Z.]*[A-Z][a-zA-Z.]*)`",
        lambda name: f"`{'.'.join(PythonIdentifier(part, '') for part in name[1].split('.'))}`",
        words,
    )


def described(description: str, schema: dict[str, Any], document: dict[str, Any]) -> str:
    """Return the description for Python, with range and default if it does not mention them."""
    return in_python(with_facts(description, schema, document))


def with_facts(description: str, schema: dict[str, Any], document: dict[str, Any]) -> str:
    """Return the description, with range and default if it does not mention them."""
    variants = [part for part in schema.get("anyOf", ()) if part.get("type") != "null"]
    whole = {**variants[0], **schema} if len(variants) == 1 else schema
    whole = {**resolved(whole, document), **whole}
    facts = [fact for told, fact in _facts(whole) if told not in description.replace(",", "")]
    return " ".join([description.strip(), *facts])


def _facts(schema: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the bounds and the default: the words of a description, and a sentence."""
    found = []
    if "maximum" in schema:
        least, most = schema.get("minimum", 0), schema["maximum"]
        found.append((str(most), f"{least} to {most}."))
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
    """Wrap the paragraphs of a description. Names in backticks become Python names."""
    paragraphs = in_python(description.strip()).split("\n\n")
    return "\n\n".join(textwrap.fill(paragraph, WIDTH - indent) for paragraph in paragraphs)


def section(title: str, rows: dict[str, str], indent: int) -> str:
    """Return a section of a docstring, such as Args, with a line for each name."""
    lines = [
        textwrap.fill(f"{name}: {in_python(words)}", WIDTH - indent, subsequent_indent="    ")
        for name, words in rows.items()
    ]
    return f"{title}:\n{textwrap.indent(chr(10).join(lines), '    ')}"
