"""Parameters and members as reference pages list them: a name, a type, and what is said of it.

The name and its type may stand in two lines, in one, or glued together with everything else; what is glued is parted
first, with the help of the names that the spec knows.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .facts import Vocabulary
from .marked import Word

NAME = r"[A-Za-z_$][\w$-]*(?:\[\]|\[\d*\]|\.\d+)?(?:\.[A-Za-z_$][\w$-]*(?:\[\])?)*"
BASIC = (
    r"string|integer|number|boolean|object|array|enum|any|file|null|"
    r"binary|uuid|date-time|float|double|int32|int64|bool|int"
)
ONE_TYPE = rf"(?:[Aa]rrays? of )?(?:{BASIC})s?(?:\s?<[\w -]+>|\s?\([\w -]+\))?(?:\[\])*"
TYPE = rf"(?:[A-Z]\w*(?: \w+)? · )?{ONE_TYPE}(?:(?:\s*\|\s*|\s+or\s+){ONE_TYPE})*"
GLUED_TYPE = (
    r"(?:enum<\w+>|string(?:<[\w-]+>)?|integer(?:<\w+>)?|number(?:<\w+>)?|boolean|object|array|enum)"
    r"(?:\[\])*(?: \| null)?"
)
MARKER = r"required|optional|header|query|path|cookie|body|read-?only|write-?only|deprecated|nullable|unique"
LABEL = (
    r"(?:Available options|A(?:llowed|vailable) values|Possible values|Allowed|Enum|One of|Options)\s*:|"
    r"Required range\s*:|"
    r"(?:Required|Maximum|Minimum) (?:string |array )?length\s*:|Pattern\s*:|Examples?\s*:|Default\s*:|"
    r"(?:Show|Hide) child attributes"
)
HEAD = re.compile(
    rf"[-*•]?\s*`?(?P<name>{NAME})`?(?P<star>\s?\*)?\s*(?P<gap>:|[(]|—|\u2013|-|\s|(?<=[`*])|$)\s*"
    rf"[(`]?(?P<type>{TYPE})`?(?P<rest>$|[\s,;).:—\u2013-].*|(?={MARKER}|default).*)",
    re.DOTALL,
)
TYPE_LINE = re.compile(
    rf"`?(?P<type>{TYPE})`?(?P<rest>(?:[\s,;|]*\b(?:{MARKER}|default\s*:?\s*\S+))*(?:(?:{MARKER})|default:\S+)*"
    r"(?:\s+(?:[<>]=|≤|≥|\[ ?\d).*)?)\s*"
)
NAME_LINE = re.compile(rf"[-*•]?\s*`?(?P<name>{NAME})`?\s*(?P<star>\*)?\s*(?P<required>required)?")
MARKERS = re.compile(
    rf"[\s,;()|·]*(?:(?P<marker>{MARKER}|Required|Optional|Nullable)(?=$|[A-Z,;()|·.`]|\s+[A-Z(]|\s*(?:{MARKER}|[Dd]efault))|"
    r"(?P<default>[Dd]efault(?: value)?\s*[:=]\s*|[Dd]efaults to\s+))"
)
OPTIONS = re.compile(
    r"(?:Available options|A(?:llowed|vailable) values|Possible values|Allowed|Enum|One of(?=\s*[:`\"'])|Options)"
    r"\s*:?\s*(?P<rest>(?<=[:\s])\S.*|)",
    re.IGNORECASE,
)
RANGE = re.compile(r"Required range\s*:\s*`?(?P<rest>[^`]*)`?")
BOUND = re.compile(
    r"(?P<low>-?[\d.,]+)?\s*(?P<op1><=?|≤)?\s*x\s*(?P<op2><=?|>=?|≤|≥)?\s*(?P<high>-?[\d.,]+)?"
)
LENGTH = re.compile(
    r"(?P<which>Required|Maximum|Minimum) (?P<what>string |array )?length\s*:\s*`?"
    r"(?P<low>\d[\d,]*)?(?:\s*[-\u2013]\s*(?P<high>\d[\d,]*))?`?",
    re.IGNORECASE,
)
INTERVAL = re.compile(
    r"\[\s*(\d+)\s*\.\.\s*(\d+)\s*\]\s*(characters|items)?|(<=|>=|≤|≥)\s*(-?\d+(?:\.\d+)?)\s*(characters|items)?"
)
PATTERN = re.compile(r"Pattern\s*:\s*`?(?P<pattern>\S.*?)`?$|^`?(?P<bare>\^\S+\$)`?$")
EXAMPLE = re.compile(r"Examples?\s*:\s*(?P<rest>.*)")
CHILDREN = re.compile(
    r"(?P<which>Show|Hide|End of) child attributes|(?P<other>Expand all|Collapse all)",
    re.IGNORECASE,
)
WORD = re.compile(r"[\w.:/+-]+")


@dataclass
class Field:
    """A parameter or member as it is listed."""

    line: int
    name: str
    kind: str
    said: dict[str, tuple[Any, int]] = field(default_factory=dict)
    place: str = ""
    children: str = ""  # "shown", "collapsed" or nothing

    def say(self, aspect: str, value: Any, line: int) -> None:
        """Keep what is said first."""
        self.said.setdefault(aspect, (value, line))


def head(lines: Sequence[str]) -> tuple[Field, str, int] | None:
    """The field that begins in the first of these lines, what is left of its last line, and how many it takes."""
    first = lines[0].strip()
    if (
        len(lines) > 2
        and re.fullmatch("required|optional", lines[1].strip())
        and TYPE_LINE.fullmatch(lines[2].strip())
    ):
        turned = head([lines[0], lines[2]])
        return turned and (turned[0], f"{lines[1]}, {turned[1]}", 3)
    if (
        (named := NAME_LINE.fullmatch(first))
        and len(lines) > 1
        and (typed := TYPE_LINE.fullmatch(lines[1].strip()))
    ):
        found = Field(0, clean(named["name"]), typed["type"])
        if named["star"] or named["required"]:
            found.say("required", True, 0)
        return found, typed["rest"], 2
    if (whole := HEAD.fullmatch(first)) and whole["name"].lower() not in BASIC.split("|"):
        if whole["gap"].strip() == "" and not _is_list_like(first, whole):
            return None
        found = Field(0, clean(whole["name"]), whole["type"])
        if whole["star"]:
            found.say("required", True, 0)
        return found, whole["rest"].strip(" `"), 1
    return None


def _is_list_like(first: str, whole: re.Match[str]) -> bool:
    """Whether a name and a type with nothing but space between them are a head and no prose."""
    marks = rf"[\s`,;()]*((?:{MARKER})[\s,;()]*|default\s*[:=]?\s*\S+\s*)*([A-Z].*)?"
    return bool(re.fullmatch(marks, whole["rest"], re.DOTALL)) or first.startswith(
        ("`", "- `", "* `")
    )


def clean(name: str) -> str:
    """A name without the signs of a list."""
    return re.sub(r"\[\d*\]|\.\d+(?=\.|$)", "", name)


class Reader:
    """Gathers what the lines after a head say of its field."""

    def __init__(self, current: Field, vocabulary: Vocabulary, type_line: int) -> None:
        self.field = current
        self.vocabulary = vocabulary
        self.waiting = ""
        self.comma = False
        self.type_said(current.kind, type_line)

    def type_said(self, kind: str, line: int) -> None:
        """A type as pages write it says what, how, and whether null will do."""
        field_ = self.field
        kind = kind.split(" · ")[-1]
        names = {_json_type(part.strip()) for part in re.split(r"\s*\|\s*|\s+or\s+", kind)}
        if "null" in names:
            field_.say("nullable", True, line)
        field_.say("type", frozenset(names - {"null", "any"}), line)
        if found := re.search(r"string\s?[<(]([a-z][\w-]+)[>)]", kind):
            if re.fullmatch(MARKER, found[1]):
                self.marker(found[1], line)
            elif found[1] not in ("enum", "string"):
                field_.say("format", found[1], line)

    def read(self, text: str, line: int) -> None:
        """Take a line, or what is left of one."""
        text = self.markers(text.strip(), line)
        if text:
            self.statement(text, line)

    def markers(self, text: str, line: int) -> str:
        """Take the markers at the start of a text."""
        while found := MARKERS.match(text):
            text = text[found.end() :]
            if found["default"]:
                text = self.default(text, line)
            else:
                self.marker(found["marker"].lower().replace("-", ""), line)
        return text.strip(" ,;()|·") if text.strip(" ,;()|·.") else ""

    def marker(self, marker: str, line: int) -> None:
        if marker in ("required", "optional"):
            self.field.say("required", marker == "required", line)
        elif marker in ("header", "query", "path", "cookie", "body"):
            self.field.place = self.field.place or marker
        elif marker in ("readonly", "nullable"):
            self.field.say({"readonly": "readOnly"}.get(marker, marker), True, line)

    def default(self, text: str, line: int) -> str:
        """A default, which may be glued to what follows it."""
        found = (
            re.match(r"[`\"']([^`\"']*)[`\"']", text)
            or re.match(
                r"(-?\d+(?:\.\d+)?)(?![\w])|(-?\d+(?:\.\d+)?)(?=required|deprecated|[A-Z])", text
            )
            or re.match(r"(true|false)", text)
            or next(
                (
                    found
                    for word in self.words()
                    if (found := re.match(rf"({re.escape(word)})(?![a-z\d_-])", text))
                ),
                None,
            )
            or re.match(
                r"([A-Z]+(?=[A-Z][a-z]|\s|$)|[^\sA-Z,;)]+?(?=required|deprecated|[A-Z,;)\s]|$)|\S+)",
                text,
            )
        )
        if not found:
            self.waiting = "default"
            return text
        value = next(group for group in found.groups() if group is not None)
        self.field.say("default", value, line)
        return text[found.end() :]

    def words(self) -> list[str]:
        return sorted(self.vocabulary.words, key=len, reverse=True)

    def statement(self, text: str, line: int) -> None:
        """Take what a line says after the markers."""
        if self.continued(text, line):
            return
        if found := CHILDREN.match(text):
            self.field.children = (
                "shown" if (found["which"] or "").lower() == "hide" else "collapsed"
            )
        elif found := OPTIONS.match(text):
            self.options(found["rest"], line)
        elif found := RANGE.match(text):
            self.range(found["rest"], line)
        elif found := LENGTH.match(text):
            self.length(found, line)
        elif found := PATTERN.match(text):
            self.field.say("pattern", found["pattern"] or found["bare"], line)
        elif found := EXAMPLE.match(text):
            self.waiting = "" if found["rest"].strip("` ") else "example"
        elif found := re.match(r"[-*•]\s*`([\w.-]+)`\s*$", text):
            self.options(found[1], line)
        else:
            self.prose(text, line)

    def continued(self, text: str, line: int) -> bool:
        """Whether a line goes on with what the one before began."""
        waiting, self.waiting = self.waiting, ""
        if waiting == "options" and (
            found := re.fullmatch(r"[-*•]?\s*[`\"']?([\w.:/+-]+)[`\"']?\s*(,?)", text)
        ):
            known = found[1] in self.vocabulary.words
            if self.comma or known or not self.field.said.get("enum"):
                self.option_words([found[1]], line)
                self.waiting, self.comma = "options", bool(found[2])
                return True
        if (
            waiting == "options"
            and re.match(r"[`\"']", text)
            and re.fullmatch(r"(\s*[`\"'][\w.:/+-]+[`\"']\s*,?)+", text)
        ):
            self.options(text, line)
            return True
        if waiting == "default":
            self.default(text, line)
        return waiting in ("example", "default")

    def options(self, text: str, line: int) -> None:
        """A list of words, in quotes or parted by commas."""
        if quoted := re.match(r"(?:\s*[`\"'][\w.:/+-]+[`\"']\s*(?:,|\||or)?)+", text):
            self.option_words(re.findall(r"[`\"']([\w.:/+-]+)[`\"']", quoted[0]), line)
            if self.comma and quoted[0].rstrip().endswith(","):
                self.waiting = "options"
            rest = text[quoted.end() :].strip()
            if rest and not rest.startswith(","):
                self.statement(rest, line)
        else:
            listed = re.match(r"[\w.:/+-]*(?:\s*[,|]\s*[\w.:/+-]+)*", text)
            self.option_words(WORD.findall(listed[0]) if listed else [], line)
        self.comma = not text.strip() or text.rstrip().endswith(",")
        self.waiting = "options" if self.comma else self.waiting

    def option_words(self, words: list[str], line: int) -> None:
        before, first = self.field.said.get("enum", ((), line))
        if words:
            self.field.said["enum"] = ((*before, *(Word(word, line) for word in words)), first)

    def range(self, text: str, line: int) -> None:
        """`1 <= x <= 100`, `x >= 1`."""
        found = BOUND.search(text)
        if found and found["low"] and found["op1"]:
            self.field.say("minimum", number(found["low"]), line)
        if found and found["high"] and found["op2"]:
            low = found["op2"] in (">", ">=", "≥")
            self.field.say("minimum" if low else "maximum", number(found["high"]), line)

    def length(self, found: re.Match[str], line: int) -> None:
        """`Required string length: 1 - 255`, `Maximum array length: 100`."""
        array = (found["what"] or "").strip() == "array" or (
            not found["what"] and self.field.said["type"][0] == {"array"}
        )
        suffix = "Items" if array else "Length"
        if found["which"] != "Maximum" and found["low"]:
            self.field.say(f"min{suffix}", number(found["low"]), line)
        if found["which"] == "Maximum" and found["low"]:
            self.field.say(f"max{suffix}", number(found["low"]), line)
        if found["which"] == "Required" and (high := found["high"] or found["low"]):
            self.field.say(f"max{suffix}", number(high), line)

    def prose(self, text: str, line: int) -> None:
        """Bounds that other generators write behind the type."""
        for low, high, unit, sign, one, one_unit in INTERVAL.findall(text):
            kind = next(iter(self.field.said["type"][0]), "")
            bare = {"string": "Length", "array": "Items"}.get(kind, "imum")
            suffix = {"characters": "Length", "items": "Items"}.get(unit or one_unit, bare)
            if low:
                self.field.say(f"min{suffix}", number(low), line)
                self.field.say(f"max{suffix}", number(high), line)
            else:
                self.field.say(
                    ("min" if sign in (">=", "≥") else "max") + suffix, number(one), line
                )
        if found := re.fullmatch(r"(-?\d+) to (-?\d+)", text):
            self.field.say("minimum", number(found[1]), line)
            self.field.say("maximum", number(found[2]), line)
        if found := re.search(
            r"\b(?:Default(?: value)?\s*:|Defaults to)\s*`?\"?([\w.-]*[\w-])", text
        ):
            self.field.say("default", found[1], line)
        if found := re.search(
            r"\b(?:Available options|Allowed values|Possible values|Enum|One of)\s*:\s*(.*)", text
        ):
            self.options(found[1], line)


def number(text: str) -> float | int:
    """A number with or without commas."""
    plain = text.replace(",", "").rstrip(".")
    try:
        return float(plain) if "." in plain else int(plain[:18])
    except ValueError:
        return 0


def _json_type(name: str) -> str:
    if name.endswith("[]") or re.match(r"[Aa]rrays? of|array|list", name):
        return "array"
    found = re.match(BASIC, name)
    kind = found[0] if found else "any"
    names = {
        "enum": "string",
        "file": "string",
        "binary": "string",
        "uuid": "string",
        "date-time": "string",
        "bool": "boolean",
    }
    return names.get(
        kind,
        "integer" if kind.startswith("int") else "number" if kind in ("float", "double") else kind,
    )
