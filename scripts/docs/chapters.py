"""The chapters of info.description, with the picture and the table that belong to them."""

import re
from typing import NamedTuple

from docs.description import Description
from docs.templates import prose

LIFECYCLE, PROBLEMS = "<!-- x-lifecycle -->", "<!-- x-problems -->"


class Links(NamedTuple):
    """The Markdown for the id of an operation, of an error and of a rule."""

    operation: str
    error: str
    rule: str

    def to_operations(self, description: Description, text: str) -> str:
        """Return the text with links on the names of operations."""
        ids = "|".join(operation.id for operation in description.operations)
        return re.sub(rf"(?<!\[)`({ids})`", lambda found: self.operation.format(found[1]), text)


def chapters(description: Description, picture: str, links: Links) -> str:
    """Return the text with the picture, the table of problems, and links to operations.

    Raises:
        ValueError: The text has not exactly one placeholder for each of them.
    """
    text = prose(str(description.document["info"]["description"]))
    problems = _problem_table(description, links)
    for placeholder, content in ((LIFECYCLE, picture), (PROBLEMS, problems)):
        if (count := text.count(placeholder)) != 1:
            raise ValueError(f"info.description has {count} placeholders {placeholder}, not one")
        text = text.replace(placeholder, content)
    return links.to_operations(description, text)


def _problem_table(description: Description, links: Links) -> str:
    head = "| problem | status | cause | remedy |\n| --- | --- | --- | --- |\n"
    return head + "".join(
        f"| {links.error.format(code)} | {row['status']} | {row['cause']} | {row['remedy']} |\n"
        for code, row in description.document["x-problems"].items()
    )
