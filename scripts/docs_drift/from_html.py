"""A page that was saved as HTML: text line by line, code, and the rows of tables, each with its line in the file."""

import re
from html.parser import HTMLParser

from .blocks import Block, Code, Line, Row

Attributes = list[tuple[str, str | None]]

UNSEEN = {
    "script",
    "style",
    "svg",
    "noscript",
    "template",
    "head",
    "nav",
    "footer",
    "iframe",
    "object",
}
INLINE = {
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img", "ins", "kbd",
    "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
}  # fmt: skip
VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "param",
    "source",
    "track",
    "wbr",
}
PLACES = {
    "path": "Path Parameters",
    "query": "Query Parameters",
    "header": "Headers",
    "body": "Body",
}


class HtmlReader(HTMLParser):
    """Makes blocks of HTML, broken or not."""

    def __init__(self, first_line: int = 1) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self.first_line = first_line
        self.unseen: list[str] = []
        self.text, self.text_line = "", 0
        self.level = 0
        self.code: list[str] | None = None
        self.code_line, self.code_info = 0, ""
        self.tables: list[Table] = []
        self.table_count = 0
        self.place = ""

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """An element begins; of the unseen ones everything is left out."""
        if self.unseen:
            if tag == self.unseen[0]:
                self.unseen.append(tag)
            return
        if tag in UNSEEN:
            self.unseen = [tag]
        elif self.code is not None:
            self.break_code(tag)
        elif tag == "code":
            self.add("`")
        elif tag not in INLINE:
            self.start_block(tag, dict(attrs))

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        """An element without content; only a component is more than a break."""
        if tag not in UNSEEN:
            self.handle_starttag(tag, attrs)
            if tag not in VOID:
                self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """An element ends."""
        if self.unseen:
            if tag == self.unseen[0]:
                self.unseen.pop()
        elif self.code is not None:
            if tag == "pre":
                self.end_code()
            else:
                self.break_code(tag)
        elif tag == "code":
            self.add("`")
        elif tag not in INLINE:
            self.end_block(tag)

    def handle_data(self, data: str) -> None:
        """Text, which in code keeps its lines."""
        if self.unseen:
            return
        line = self.line
        if self.code is not None:
            self.code_line = self.code_line or line
            self.code.append(data)
            return
        for number, part in enumerate(data.split("\n")):
            self.text += " " if number and self.text else ""
            self.add(part, line + number)

    @property
    def line(self) -> int:
        """Where the parser is."""
        return self.getpos()[0] + self.first_line - 1

    def add(self, text: str, line: int = 0) -> None:
        """Go on with the line of text that is being gathered."""
        if not self.text.strip(" `") and text.strip():
            self.text_line = line or self.line
        self.text += text

    def start_block(self, tag: str, attrs: dict[str, str | None]) -> None:
        """End the line before a block, and open what the block opens."""
        self.end_line()
        if tag == "pre":
            self.code, self.code_line = [], 0
            self.code_info = attrs.get("language") or attrs.get("lang") or ""
        elif re.fullmatch("h[1-6]", tag):
            self.level = int(tag[1])
        elif tag == "table":
            self.table_count += 1
            self.tables.append(Table(self.table_count))
        elif self.tables and tag in ("tr", "td", "th"):
            self.open_cell(tag)
        elif tag in ("paramfield", "responsefield"):
            self.component(attrs)
        elif tag == "expandable":
            self.blocks.append(Line(self.line, "Hide child attributes"))

    def end_block(self, tag: str) -> None:
        """End the line within a block, and close what the block opened."""
        self.end_line()
        if re.fullmatch("h[1-6]", tag):
            self.level = 0
        elif tag == "table" and self.tables:
            self.end_row()
            self.tables.pop()
        elif tag == "tr" and self.tables:
            self.end_row()
        elif tag == "expandable":
            self.blocks.append(Line(self.line, "End of child attributes"))

    def end_line(self) -> None:
        """What was gathered is a line: of the page, or of a cell."""
        text = " ".join(self.text.split()).replace("``", "")
        self.text = ""
        if not text.strip("` "):
            return
        table = self.tables[-1] if self.tables else None
        if table and table.cells:
            table.line = table.line or self.text_line
            table.cells[-1].append(text)
        else:
            self.blocks.append(Line(self.text_line, text, self.level))

    def open_cell(self, tag: str) -> None:
        table = self.tables[-1]
        if tag == "tr":
            self.end_row()
            return
        table.header = (table.header or not table.cells) and tag == "th"
        table.cells.append([])

    def end_row(self) -> None:
        table = self.tables[-1]
        if any(table.cells):
            cells = tuple("\n".join(cell) for cell in table.cells)
            self.blocks.append(Row(table.line, cells, table.number, table.header))
        table.cells, table.line, table.header = [], 0, False

    def break_code(self, tag: str) -> None:
        """Some pages end the lines of their code by elements only."""
        if (
            self.code is not None
            and (tag == "br" or tag in ("div", "li", "p", "tr"))
            and "".join(self.code[-1:])[-1:] != "\n"
        ):
            self.code.append("\n" if self.code else "")

    def end_code(self) -> None:
        text = "".join(self.code or ())
        lead = text[: len(text) - len(text.lstrip())].count("\n")
        self.blocks.append(Code(self.code_line + lead, text.strip(), self.code_info))
        self.code = None

    def component(self, attrs: dict[str, str | None]) -> None:
        """A parameter that the page's source holds as a component becomes the lines that it would show."""
        line = self.line
        place, name = next(
            ((PLACES[key], attrs[key]) for key in PLACES if attrs.get(key)),
            ("Response", attrs.get("name")),
        )
        if place != self.place:
            self.blocks.append(Line(line, place, 4))
            self.place = place
        default = (attrs.get("default") or "").strip("{}\"'")
        marks = ["required"] if "required" in attrs else []
        marks += [f"default:{default}"] if default else []
        self.blocks += [
            Line(line, text) for text in (name or "", attrs.get("type") or "", *marks) if text
        ]

    def finish(self) -> list[Block]:
        """The blocks, with what the end of the file left open."""
        self.close()
        if self.code is not None:
            self.end_code()
        self.end_line()
        while self.tables:
            self.end_row()
            self.tables.pop()
        return self.blocks


class Table:
    """A table that is being read."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.cells: list[list[str]] = []
        self.line = 0
        self.header = False


def read(text: str, first_line: int = 1) -> tuple[list[Block], int]:
    """The blocks of HTML, and the line where reading had to stop, if it had to."""
    reader = HtmlReader(first_line)
    stopped = 0
    try:
        reader.feed(text)
    except (AssertionError, ValueError):  # what the parser makes of some broken declarations
        stopped = reader.getpos()[0]
    return reader.finish(), stopped
