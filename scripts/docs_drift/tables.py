"""Tables: of endpoints, of fields, of statuses, words and rules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from . import endpoints
from .fields import MARKER, NAME, TYPE, TYPE_LINE, Field, clean

if TYPE_CHECKING:
    from .blocks import Row
    from .walk import Walk

NAMES = re.compile(
    r"name|parameter|param|field|property|attribute|key|member|argument", re.IGNORECASE
)
YES = re.compile(r"\W*(yes|y|true|required|✓|✔|✅|x|always)\W*", re.IGNORECASE)
LABELS = re.compile(
    r"length|characters|allowed characters|reserved.*|uniqueness|unique|format|pattern",
    re.IGNORECASE,
)
WORD = re.compile(r"`?([A-Za-z][\w-]*)`?")


def read(rows: list[Row], walk: Walk) -> None:
    """Take a table for what its header and its cells look like."""
    header = [cell.lower().strip("`* ") for cell in rows[0].cells]
    body = rows[1:] if rows[0].header or not _data(rows[0]) else rows
    readers = (_fields, *RULES)
    if (
        not _endpoints(body, walk)
        and not any(reader(header, body, walk) for reader in readers)
        and len(header) > 1
    ):
        walk.findings.remark(
            rows[0].line, f"a table that is not compared: {' | '.join(header)[:80]}"
        )


def _editable(header: list[str], rows: list[Row], walk: Walk) -> bool:
    """Rows of a status and the fields that may be changed in it."""
    title = " ".join(header)
    fits = re.search(r"edit|may change|can (be )?(change|update)|modif|updat", title) and re.search(
        r"status|state", title
    )
    for row in rows if fits else ():
        walk.rules.editable_row(row.cells[0], row.cells[-1].replace("\n", ", "), row.line)
    return bool(fits)


def _moves(header: list[str], rows: list[Row], walk: Walk) -> bool:
    """Rows of a status and where it leads."""
    leads = re.search(r"\bto\b|next|transition|move|start|can (go|become)", " ".join(header[1:]))
    fits = leads and re.search(r"from|status|state", header[0])
    for row in rows if fits else ():
        walk.rules.transition_row(header, list(row.cells), row.line)
    return bool(fits)


def _slugs(header: list[str], rows: list[Row], walk: Walk) -> bool:
    """Rows of the rules of a slug."""
    labelled = any(LABELS.fullmatch(row.cells[0].strip("`* :")) for row in rows)
    fits = labelled and "slug" in f"{walk.rules.topic} {header} {rows[0].cells}".lower()
    for row in rows if fits else ():
        walk.rules.slug_row(
            row.cells[0].strip("`* :").capitalize(), " ".join(row.cells[1:]), row.line
        )
    return fits


def _statuses(header: list[str], rows: list[Row], walk: Walk) -> bool:
    """Rows of a status of HTTP and its meaning."""
    fits = re.match(r"(http )?(status|code)", header[0]) and all(
        re.match(r"\W*[1-5]\d\d\b", row.cells[0]) for row in rows
    )
    for row in rows if fits else ():
        walk.saw_status(row.cells[0].strip("`* ")[:3], row.line)
    return bool(fits)


def _data(row: Row) -> bool:
    """Whether a first row holds data already."""
    typed = any(TYPE_LINE.match(cell) for cell in row.cells[1:])
    return typed or bool(
        endpoints.ALONE.fullmatch(row.cells[0].strip("` ")) or re.search(r"\d|/", row.cells[0])
    )


def _endpoints(rows: list[Row], walk: Walk) -> bool:
    """Rows of method and path."""
    found = False
    for row in rows:
        cells = [cell.strip("` ") for cell in row.cells]
        methods = [cell for cell in cells if endpoints.ALONE.fullmatch(cell)]
        paths = [cell for cell in cells if endpoints.PATH.match(cell)]
        text = (
            f"{methods[0]} {paths[0]}"
            if methods and paths
            else next((cell for cell in cells if endpoints.MENTION.match(cell)), "")
        )
        if text and (mention := endpoints.in_lines([text], walk.vocabulary)):
            walk.mention(mention, row.line, 0, table=True)
            found = True
    return found


def _fields(header: list[str], rows: list[Row], walk: Walk) -> bool:
    """Rows of parameters or members."""
    if not (
        NAMES.search(header[0]) and re.search(r"type|required|description", " ".join(header[1:]))
    ):
        return False
    columns = {
        name: next((i for i, title in enumerate(header) if re.search(name, title)), -1)
        for name in ("type", "required", "default", r"^in$|location")
    }
    listing = walk.listing
    if not listing.place:
        topic = walk.rules.topic
        place = next(
            (place for place in ("path", "query", "header", "body", "response") if place in topic),
            "",
        )
        if not place and (walk.operation or walk.sampled):
            walk.findings.remark(
                rows[0].line if rows else 0,
                "a table of fields that does not tell where they belong",
            )
        if not place:
            return True
        listing.enter(place, "", walk.operation or walk.sampled, rows[0].line if rows else 0)
    for row in rows:
        cells = dict(enumerate(row.cells))
        name = re.match(rf"\W*({NAME})", cells[0])
        if not name:
            continue
        kind = cells.get(columns["type"], "any").strip("` ") or "any"
        field = Field(row.line, clean(name[1]), kind if re.match(TYPE, kind) else "any")
        said = cells.get(columns["required"], "")
        if columns["required"] > 0:
            field.say("required", bool(YES.fullmatch(said.strip())), row.line)
        elif re.search(r"\brequired\b", cells[0]) or cells[0].rstrip().endswith("*"):
            field.say("required", True, row.line)
        default = cells.get(columns["default"], "").strip("`\"' ")
        if default and default not in ("-", "—", "\u2013", "none", "None", "N/A"):
            field.say("default", default, row.line)
        field.place = cells.get(columns[r"^in$|location"], "").strip("` ").lower()
        listing.add(field, row.line)
        _describe(row, columns, walk)
    return True


def _describe(row: Row, columns: dict[str, int], walk: Walk) -> None:
    reader = walk.listing.reader
    for number, cell in enumerate(row.cells[1:], start=1):
        if reader and number not in columns.values():
            for text in cell.split("\n"):
                reader.read(text, row.line)


def _stacked(_: list[str], rows: list[Row], walk: Walk) -> bool:
    """Rows whose first cell is a name, and whose last begins with a type, as some generators lay fields out."""
    taken = False
    for row in rows:
        lines = [line for cell in row.cells for line in cell.split("\n") if line.strip()]
        if len(lines) > 1 and (kind := re.match(rf"({TYPE})\s+(?=\S)", lines[1])):
            lines[1:2] = [kind[1], lines[1][kind.end() :]]
        marks = [line for line in lines[1:2] if re.fullmatch(rf"{MARKER}|\*", line.strip())]
        if walk.listing.place and (
            used := walk.listing.take(
                [lines[0], *lines[1 + len(marks) :]], row.line, [row.line] * len(lines)
            )
        ):
            for text in [*marks, *lines[used + len(marks) :]]:
                walk.listing.say(text, row.line)
            taken = True
    return taken


def _words(header: list[str], rows: list[Row], walk: Walk) -> bool:
    """A first column of words may be the values of an enumeration."""
    words = [
        found[1] for row in rows if (found := WORD.fullmatch(row.cells[0].split("\n")[0].strip()))
    ]
    fits = len(words) == len(rows) and sum(word in walk.vocabulary.words for word in words) > 1
    if fits:
        walk.findings.add(rows[0].line, None, "words", header[0], "members", tuple(words))
    return fits


RULES = (_editable, _moves, _slugs, _statuses, _stacked, _words)
