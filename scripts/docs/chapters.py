"""The chapters of info.description, with the picture and the table that belong to them."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from docs.description import Description, Problem

LIFECYCLE, PROBLEMS = "<!-- x-lifecycle -->", "<!-- x-problems -->"
# No viewBox, which Redoc would scale, so the picture is as wide as a phone. One line, because
# Markdown would end an inline picture at a blank one.
PICTURE = " ".join(Path(__file__).with_name("lifecycle.svg").read_text(encoding="utf-8").split())
Link = Callable[[str], str]


def chapters(description: Description, picture: str, link: Link) -> str:
    """Return the text with the picture, the table of problems, and links to operations.

    Raises:
        ValueError: The text has not exactly one placeholder for each of them.
    """
    text = str(description.document["info"]["description"])
    for placeholder, content in ((LIFECYCLE, picture), (PROBLEMS, _problem_table(description))):
        if (count := text.count(placeholder)) != 1:
            raise ValueError(f"info.description has {count} placeholders {placeholder}, not one")
        text = text.replace(placeholder, content)
    return linked(description, text, link)


def linked(description: Description, text: str, link: Link) -> str:
    """Return the text with links on the names of operations."""
    for operation in description.operations:
        text = re.sub(
            rf"(?<!\[)`{operation.id}`", f"[`{operation.id}`]({link(operation.id)})", text
        )
    return text


def problem_list(problems: list[Problem]) -> str:
    return "\n".join(
        f"- **{row.status} `{row.code}`**: {row.cause} *{row.remedy}* In Python `{row.error}`."
        for row in problems
    )


def rule_list(rules: list[dict[str, Any]]) -> str:
    """Return the rules, each with an anchor."""
    return "\n".join(
        f'- <a id="rule-{rule["id"]}"></a>`{rule["id"]}`, {rule["level"]}: {rule["text"]}'
        for rule in rules
    )


def _problem_table(description: Description) -> str:
    head = "| problem | status | cause | remedy |\n| --- | --- | --- | --- |\n"
    return head + "".join(
        f"| `{code}` | {row['status']} | {row['cause']} | {row['remedy']} |\n"
        for code, row in description.document["x-problems"].items()
    )
