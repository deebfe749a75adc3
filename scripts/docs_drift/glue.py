"""Text in which what a page shows apart stands without a separator, parted again.

    pageintegerdefault:1Which pageRequired range: x >= 1

The names that the spec knows tell where a field begins; one that it does not know is found where a word begins.
"""

import re
from functools import cache

from .facts import Vocabulary
from .fields import BASIC, GLUED_TYPE, LABEL, MARKER

MOST_GLUED = 6  # fields in a row of which none is known


@cache
def gluing(vocabulary: Vocabulary) -> re.Pattern[str]:
    """Heads of fields that are glued: a known name anywhere, any name where a word begins."""
    known = (
        "|".join(re.escape(name) for name in sorted(vocabulary.names, key=len, reverse=True))
        or r"(?!)"
    )
    rest = rf"(?={GLUED_TYPE}(?:{MARKER}|default:|{LABEL}|[A-Z`\s]|$|[a-z][\w.]{{1,60}}?(?:{GLUED_TYPE}|any)))"
    anything = rf"(?P<value>{known})any(?=[A-Z`\s]|$|[a-z][\w.]{{1,60}}?{GLUED_TYPE})"
    return re.compile(
        rf"{anything}|(?:(?P<known>{known})|(?<![\w.])(?P<any>[A-Za-z_$][\w$.-]*?)){rest}(?P<type>{GLUED_TYPE})(?P<marks>(?:{MARKER})*)"
    )


SECTIONS = re.compile(
    r"(?<=\S)(?=(?:Authorizations(?!tring)|Path Parameters|Query Parameters)(?:[A-Za-z_`]|$))|"
    r"(?<=(?:rizations|arameters))(?=[A-Za-z_`])(?!tring[hr<])|"
    r"(?<=[a-z.)\]`\"\d])(?=(?:Body\s?application/|Response\s?[1-5]\d\d|Headers[A-Za-z]))|"
    r"(?<=\bBody)(?=application/)|(?<=\bResponse)(?=[1-5]\d\d)|"
    r"(?<=application/json)(?=\S)|(?<=text/plain)(?=\S)|(?<=child attributes)(?=\S)|"
    rf"(?<=\S)(?={LABEL})"
)
NUMBERS = re.compile(  # nothing that is glued to the number of a bound or default belongs to it
    r"(?:Required range\s*:\s*`?(?:-?[\d.,]+\s*<=?\s*)?x(?:\s*[<>]=?\s*-?[\d.,]+)?|"
    r"length\s*:\s*`?\d[\d,]*(?:\s*-\s*\d[\d,]*)?|default:-?\d+(?:\.\d+)?)(?=[A-Za-z])(?!required)"
)


def unglued(text: str, vocabulary: Vocabulary) -> list[str]:
    """The lines that one line would be if nothing were glued."""
    text = NUMBERS.sub(r"\g<0>\n", SECTIONS.sub("\n", text))
    if re.search(rf"[\w$]{GLUED_TYPE}", text):
        for _ in range(
            MOST_GLUED
        ):  # what is glued to a field is seen to be one only when that one is apart
            before, text = (
                text,
                gluing(vocabulary).sub(lambda found: _apart(found, vocabulary), text),
            )
            if text == before:
                break
    return [line.strip() for line in text.split("\n") if line.strip(" `")]


def _apart(found: re.Match[str], vocabulary: Vocabulary) -> str:
    if found["value"]:
        return f"\n{found['value']}\nany\n"
    name, before = found["any"] or found["known"], ""
    if not name or name.lower() in ("sub", "the", "a", "of") or name.lower() in BASIC.split("|"):
        return found[0]
    if (
        found["any"]
        and name not in vocabulary.names
        and found.string[: found.start()].strip(" `\n")
    ):
        known = next(
            (name[cut:] for cut in range(1, len(name)) if name[cut:] in vocabulary.names), name
        )
        before, name = name.removesuffix(known), known
    marks = "".join(f"\n{mark}" for mark in re.findall(MARKER, found["marks"]))
    return f"{before}\n{name}\n{found['type']}{marks}\n"
