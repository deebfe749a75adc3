"""The chapters of info.description, with what is drawn from the tables of the spec put into their places."""

import re
from collections.abc import Callable

from docs.description import Description, Problem, Rule

LIFECYCLE, PROBLEMS = "<!-- x-lifecycle -->", "<!-- x-problems -->"
Link = Callable[[str], str]


def chapters(description: Description, picture: str, link: Link) -> str:
    """The text, with a picture of the lifecycle, the table of problems, and links on the names of operations."""
    text = str(description.document["info"]["description"])
    for place, filling in ((LIFECYCLE, picture), (PROBLEMS, _catalogue(description))):
        if text.count(place) != 1:
            raise ValueError(
                f"info.description has {text.count(place)} places {place}; it needs one"
            )
        text = text.replace(place, filling)
    return linked(description, text, link)


def linked(description: Description, text: str, link: Link) -> str:
    """The text with links on the names of operations."""
    for operation in description.operations:
        text = re.sub(
            rf"(?<!\[)`{operation.id}`", f"[`{operation.id}`]({link(operation.id)})", text
        )
    return text


def problem_list(problems: list[Problem]) -> str:
    """What an operation refuses, why, and what helps."""
    return "\n".join(
        f"- **{row.status} `{row.code}`**: {row.cause} *{row.remedy}* In Python `{row.error}`."
        for row in problems
    )


def rule_list(rules: list[Rule]) -> str:
    """Rules with an anchor each."""
    return "\n".join(
        f'- <a id="rule-{rule.id}"></a>`{rule.id}`, {rule.level}: {rule.text}' for rule in rules
    )


def _catalogue(description: Description) -> str:
    head = "| problem | status | cause | remedy |\n| --- | --- | --- | --- |\n"
    return head + "".join(
        f"| `{code}` | {row['status']} | {row['cause']} | {row['remedy']} |\n"
        for code, row in description.document["x-problems"].items()
    )
