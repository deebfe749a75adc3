"""The fields of a section, gathered one after the other and turned into facts at its end."""

import re
from collections.abc import Sequence

from . import fields
from .facts import BOUNDS, Endpoint, Findings, Vocabulary
from .fields import Field, Reader

OPTIONAL_ASPECTS = ("default", "enum", "pattern", "format")
PLACES = ("path", "query", "header", "cookie", "body", "response", "auth", "parameter")


class Listing:
    """The section that is being read, with its fields."""

    def __init__(self, findings: Findings, vocabulary: Vocabulary) -> None:
        self.findings = findings
        self.vocabulary = vocabulary
        self.place, self.status = "", ""
        self.operation: Endpoint | None = None
        self.start = 0
        self.fields: list[Field] = []
        self.reader: Reader | None = None
        self.parents: list[str] = []
        self.dotted = False
        self.unknown: list[int] = []
        self.texts = 0

    def enter(self, place: str, status: str, operation: Endpoint | None, line: int) -> None:
        """Begin a section; another status of the same response goes on with it."""
        if (
            place
            and place == self.place
            and operation == self.operation
            and (status == self.status or not self.fields)
        ):
            self.status = status
            return
        self.close()
        self.place, self.status, self.operation, self.start = place, status, operation, line

    def is_head(self, lines: Sequence[str]) -> bool:
        """Whether a field begins here, be it called like a section."""
        return bool(
            self.place
            and len(lines) > 1
            and fields.TYPE_LINE.fullmatch(lines[1].strip())
            and fields.head(lines)
        )

    def take(self, lines: Sequence[str], line: int, numbers: Sequence[int]) -> int:
        """Take the head of a field; how many lines it was."""
        found = fields.head(lines)
        if not found:
            return 0
        field, rest, taken = found
        field.line = line
        field.said = {aspect: (value, line) for aspect, (value, _) in field.said.items()}
        self.add(field, numbers[taken - 1])
        if self.reader:
            self.reader.read(rest, numbers[taken - 1])
        return taken

    def add(self, field: Field, type_line: int) -> None:
        """Begin a field."""
        field.name = self.resolved(field.name)
        self.fields.append(field)
        self.reader = Reader(field, self.vocabulary, type_line)

    def resolved(self, name: str) -> str:
        """The path of a name that stands bare below its parent."""
        last = self.fields[-1] if self.fields else None
        if last and last.children == "shown" and last.name not in self.parents:
            self.parents.append(last.name)
        if "." in name:
            self.dotted = True
        if self.dotted or not self.parents:
            return name
        listed = {field.name for field in self.fields}
        paths = [*(f"{parent}.{name}" for parent in reversed(self.parents)), name]
        fitting = [path for path in paths if path in self.vocabulary.names and path not in listed]
        return fitting[0] if fitting else paths[0]

    @property
    def about(self) -> str:
        """The name of the field that is being described."""
        return self.fields[-1].name.rpartition(".")[2] if self.place and self.fields else ""

    def say(self, text: str, line: int) -> None:
        """Take a line that is no head: it says something of the field before."""
        if not self.place:
            return
        self.texts += 1
        if text == "End of child attributes":
            del self.parents[-1:]
            return
        if self.reader:
            self.reader.read(text, line)
        if re.search(rf"[a-z]{fields.GLUED_TYPE}(?:required|$)", text) and not re.search(
            r"\s(?:sub|doc)string", text
        ):
            self.unknown.append(line)

    def understood(self, line: int) -> None:
        """A line was of use to something else."""
        if line in self.unknown:
            self.unknown.remove(line)

    def close(self) -> None:
        """State what the section said."""
        if self.place and self.operation:
            for line in self.unknown:
                self.findings.remark(
                    line, f"looks like a field of {self.title()}, glued to other text"
                )
            if not self.fields and self.texts > 2 and self.place in ("path", "query", "body"):
                self.findings.remark(
                    self.start, f"nothing recognised in the section {self.title()}"
                )
            if self.place in PLACES and self.fields:
                self.state()
        self.place, self.status = "", ""
        self.fields, self.reader, self.parents, self.unknown = [], None, [], []
        self.dotted, self.texts = False, 0

    def title(self) -> str:
        return f"{self.place} {self.status}".strip()

    def state(self) -> None:
        shown = {aspect for field in self.fields for aspect in field.said}
        for field in self.fields:
            self.state_field(field, shown)
        for parent in dict.fromkeys(field.name.rpartition(".")[0] for field in self.fields):
            names = tuple(
                field.name.rpartition(".")[2]
                for field in self.fields
                if field.name.rpartition(".")[0] == parent
            )
            line = next((field.line for field in self.fields if field.name == parent), self.start)
            self.findings.add(line, self.operation, self.where(), parent, "members", names)

    def where(self, field: Field | None = None) -> str:
        """The place of a field in terms of OpenAPI."""
        if self.place == "parameter" or (
            self.place == "header" and field and field.name == "Authorization"
        ):
            place = field.place if field else ""
            return "auth" if field and field.name == "Authorization" else place or "parameter"
        return (self.status or "response") if self.place == "response" else self.place

    def state_field(self, field: Field, shown: set[str]) -> None:
        place = self.where(field)
        self.findings.add(field.line, self.operation, place, field.name, "exists", True)
        said = dict(field.said)
        if "required" in shown:
            said.setdefault("required", (False, field.line))
        if "enum" in field.kind and "enum" not in said:
            self.findings.remark(field.line, f"{field.name}: a choice whose options are not shown")
        elif shown & {"enum"}:
            said.setdefault("enum", (None, field.line))
        for aspect in OPTIONAL_ASPECTS:
            if aspect in shown and aspect != "enum":
                said.setdefault(aspect, (None, field.line))
        for aspect in BOUNDS:
            if any(other.endswith(aspect[3:]) for other in shown & set(BOUNDS)):
                said.setdefault(aspect, (None, field.line))
        for aspect, (value, line) in said.items():
            self.findings.add(line, self.operation, place, field.name, aspect, value)
        below = any(other.name.startswith(f"{field.name}.") for other in self.fields)
        if field.children and not below:
            self.findings.remark(field.line, f"the members of {field.name} are collapsed")
