"""What a page is made of, whatever form it was saved in."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

Form: TypeAlias = Literal["HTML", "Markdown", "text", "OpenAPI"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text; a heading has a level."""

    line: int
    text: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class Code:
    """A block of code, which begins in this line; the info is what a fence says of it."""

    line: int
    text: str
    info: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table. Lines within a cell stay apart."""

    line: int
    cells: tuple[str, ...]
    table: int
    header: bool = False


Block: TypeAlias = Line | Code | Row


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that was not understood, or not shown."""

    line: int
    text: str


@dataclass
class Page:
    """A page, read into blocks."""

    path: Path
    form: Form
    blocks: list[Block] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
