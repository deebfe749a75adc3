"""A walk through the blocks of a page, which knows of what operation and in what section it is."""

import re
from collections.abc import Callable, Sequence
from http import HTTPStatus

from . import endpoints, examples, fragment
from .blocks import Block, Code, Line, Page, Row
from .endpoints import Found
from .facts import Endpoint, Findings, Vocabulary
from .glue import unglued
from .listing import Listing
from .marked import Unreadable, load
from .overview import Overview
from .rules import Rules

MEDIA = r"(?:application|text|image|multipart)/[\w.+*-]+"
STATUS = r"(?:[1-5]\d\d|[1-5]XX)"
SECTIONS = {
    "auth": r"authorizations?|authentication|security(?: schemes?)?",
    "path": r"path(?: param(?:eter)?s)?|url param(?:eter)?s",
    "query": r"query(?:[ -]string)?(?: param(?:eter)?s)?",
    "header": r"(?:request )?headers?(?: param(?:eter)?s)?",
    "cookie": r"cookies?(?: param(?:eter)?s)?",
    "parameter": r"(?:request )?param(?:eter)?s",
    "body": r"(?:request )?body(?: (?:param(?:eter)?s|schema|fields|properties|required))?|request(?: schema)?|payload",
    "response": r"(?:success(?:ful)? )?responses?(?: (?:body|schema|fields|properties))?|returns",
    "": r"response headers|(?:code )?examples?|example (?:request|response)s?|errors?|error codes?|notes?|see also",
}
SECTION = {
    place: re.compile(
        rf"(?:{names})(?:\s*(?:schema)?\s*[:·-]?\s*(?P<status>{STATUS}(?!\d))?\s*[-\u2013·:]?\s*(?P<media>{MEDIA})?)",
        re.IGNORECASE,
    )
    for place, names in SECTIONS.items()
}
STATUS_LINE = re.compile(
    rf"(?P<status>{STATUS})(?:\s*[-\u2013·:]?\s*(?P<media>{MEDIA})|\s*[-\u2013:]?\s*[A-Z][\w ,.'-]*)?"
)
GLUED_STATUSES = re.compile(rf"(?:{STATUS}){{2,}}")
KNOWN_STATUSES = frozenset(str(int(status)) for status in HTTPStatus if status >= HTTPStatus.OK)
END = re.compile(
    r"was this page helpful|powered by|on this page|⌘\s?i\b|ask a question|suggest edits|assistant$|previous$|next$",
    re.IGNORECASE,
)
AHEAD = 24


class Walk:
    """Finds the facts of one page."""

    def __init__(
        self, page: Page, vocabulary: Vocabulary, read_table: Callable[[list[Row], "Walk"], None]
    ) -> None:
        self.vocabulary, self._read_table = vocabulary, read_table
        self.findings = Findings(remarks=list(page.remarks))
        self.blocks: list[Block] = [
            part for block in page.blocks for part in parted(block, vocabulary)
        ]
        self.rules = Rules(self.findings, vocabulary)
        self.listing = Listing(self.findings, vocabulary)
        self.overview = Overview(self.findings)
        self.operation: Endpoint | None = None
        self.sampled: Endpoint | None = None
        self.status = ""
        self.tabs: dict[str, int] = {}
        self.tabs_end = -1
        self.headers: dict[int, Row] = {}

    def facts(self) -> Findings:
        """Walk, and give what was found."""
        index = 0
        while index < len(self.blocks):
            block = self.blocks[index]
            if isinstance(block, Code):
                self.code(block)
            elif isinstance(block, Row):
                index += self.table(index)
                continue
            else:
                index += self.line(index, block)
                continue
            index += 1
        self.end_tabs()
        self.listing.close()
        self.rules.end_list()
        self.overview.close()
        return self.findings

    # lines

    def line(self, index: int, block: Line) -> int:
        """Take a line, and perhaps some of those after it; how many were taken."""
        text = block.text.strip()
        lines = self.lines_from(index)
        if not self.listing.is_head(lines) and self.section(text, block):
            return 1
        if found := self.endpoint_at(lines):
            self.mention(found, block.line, index)
            return found.lines
        if self.listing.place and (
            taken := self.listing.take(lines, block.line, self.numbers(index))
        ):
            return taken
        if self.status_line(text, index, block.line):
            return 1
        self.listing.say(text, block.line)
        if self.rules.line(text, block.line, self.listing.about):
            self.listing.understood(block.line)
        return 1

    def lines_from(self, index: int) -> list[str]:
        """The texts from here on, as far as nothing else comes between."""
        lines = []
        for block in self.blocks[index : index + AHEAD]:
            if not isinstance(block, Line):
                break
            lines.append(block.text)
        return lines

    def numbers(self, index: int) -> list[int]:
        return [block.line for block in self.blocks[index : index + AHEAD]]

    def section(self, text: str, block: Line) -> bool:
        """Whether a line is the title of a section, or ends one."""
        bare = text.strip(" #:*`").replace("​", "")
        for place, pattern in SECTION.items():
            if found := pattern.fullmatch(bare):
                if not place and not block.level:
                    continue
                self.rules.heading(bare)
                self.enter(place, found["status"] or "", block.line)
                return True
        if block.level and not re.search(r"child attributes", text):
            self.rules.heading(bare)
            if not self.endpoint_at([text]):
                self.enter("", "", block.line)
        elif END.match(bare):
            self.enter("", "", block.line)
        return False

    def enter(self, place: str, status: str, line: int) -> None:
        """Begin a section, or leave the one before."""
        if place == "response" and status:
            self.saw_status(status, line)
        self.status = status or ("" if place != "response" else self.status if not place else "")
        self.listing.enter(place, self.status, self.operation or self.sampled, line)

    def endpoint_at(self, lines: Sequence[str]) -> Found | None:
        if not lines or not re.search(endpoints.METHOD, lines[0].upper()):
            return None
        return endpoints.in_lines(lines, self.vocabulary)

    def mention(self, found: Found, line: int, index: int, table: bool = False) -> None:
        """An endpoint: one of a list, or the one that the page goes on about."""
        self.overview.saw(found.endpoint, line, table or len(found.rest.split()) < 8)
        for name in found.query:
            self.findings.add(line, found.endpoint, "query", name, "exists", True)
        if table or self.listed(index, found):
            return
        self.end_tabs()
        self.listing.close()
        self.listing.enter("", "", found.endpoint, line)
        self.operation, self.sampled, self.status = found.endpoint, None, ""
        self.overview.head(found.endpoint, line)

    def listed(self, index: int, found: Found) -> bool:
        """Whether another endpoint follows so closely that this one is of a list."""
        near = [
            block
            for block in self.blocks[index + found.lines : index + found.lines + 3]
            if isinstance(block, Line)
        ]
        before = [
            block for block in self.blocks[max(0, index - 2) : index] if isinstance(block, Line)
        ]
        return any(self.endpoint_at([block.text]) for block in near) or (
            any(self.endpoint_at([block.text]) for block in before) and self.operation is None
        )

    def status_line(self, text: str, index: int, line: int) -> bool:
        """A status that stands alone is a tab, the first of which is open, or the title of what follows."""
        bare = text.strip(" `*#")
        if GLUED_STATUSES.fullmatch(bare):
            codes = re.findall(STATUS, bare)
        elif (found := STATUS_LINE.fullmatch(bare)) and len(bare) < 60:
            codes = [found["status"]]
        else:
            return False
        if not (self.operation or self.sampled) or not set(codes) <= KNOWN_STATUSES:
            return False
        for code in codes:
            self.saw_status(code, line)
        if self.tabs_end < index - 1:
            self.end_tabs()
            self.status = codes[0]
        self.tabs |= dict.fromkeys(codes, line)
        self.tabs_end = index
        if self.listing.place == "response":
            self.listing.enter("response", self.status, self.operation or self.sampled, line)
        return True

    def end_tabs(self) -> None:
        """Several tabs in a row are all the statuses that there are."""
        if len(self.tabs) > 1:
            line = min(self.tabs.values())
            self.findings.add(
                line, self.operation or self.sampled, "status", "", "members", tuple(self.tabs)
            )
        self.tabs = {}

    def saw_status(self, status: str, line: int) -> None:
        operation = self.operation or self.sampled
        if operation and status in KNOWN_STATUSES:
            self.findings.add(line, operation, "status", status, "exists", True)

    # code

    def code(self, block: Code) -> None:
        """OpenAPI, a sample, or an example; anything else is left alone."""
        if self.openapi(block):
            return
        if found := endpoints.in_sample(block.text, self.vocabulary):
            self.sample(block, found)
        elif parsed := examples.parse(block.text, block.line):
            node, whole = parsed
            operation = self.sampled or self.operation
            self.findings.add(block.line, operation, "example", self.status, "value", node)
            if not whole:
                self.findings.remark(
                    block.line, "the example is cut off or no JSON; read up to where it breaks"
                )
        elif re.match(r"\s*[{\[]", block.text):
            self.findings.remark(block.line, "an example that is no JSON")
        elif endpoints.MENTION.match(block.text.strip()) and "\n" not in block.text.strip():
            self.line_of_code(block)
        else:
            for number, text in enumerate(block.text.split("\n")[:200]):
                self.rules.moves(text, block.line + number)

    def line_of_code(self, block: Code) -> None:
        found = endpoints.in_lines([block.text.strip()], self.vocabulary)
        if found:
            self.mention(found, block.line, self.blocks.index(block))

    def openapi(self, block: Code) -> bool:
        """Whether the code is a fragment of OpenAPI; one that cannot be read is told."""
        start = block.text[:4000]
        looks = re.search(
            r"^\s*[\"']?(openapi|swagger|paths)[\"']?\s*:", start, re.MULTILINE
        ) or re.search(r"\b(get|post|put|delete) /", block.info, re.IGNORECASE)
        if not looks:
            return False
        try:
            document = fragment.found_in(
                load(block.text.replace("\t", "  "), block.line), block.info
            )
        except Unreadable as error:
            self.findings.remark(
                error.line,
                f"the OpenAPI fragment that begins in line {block.line} is broken: {error}",
            )
            return True
        if not document:
            return False
        found = fragment.read(document, self.findings)
        self.overview.fragments(found, block.line)
        if len(found) == 1:
            self.operation, self.sampled = found[0], None
            self.listing.enter("", "", found[0], block.line)
        return True

    def sample(self, block: Code, found: Found) -> None:
        """A sample tells its endpoint, and perhaps a body."""
        self.end_tabs()
        self.sampled = found.endpoint
        self.status = ""
        self.overview.sampled(found.endpoint, block.line)
        for name in found.query:
            self.findings.add(block.line, found.endpoint, "query", name, "exists", True)
        body, before = endpoints.body_of_sample(block.text)
        if body and (parsed := examples.parse(body.strip(), block.line + before)):
            self.findings.add(
                block.line + before, found.endpoint, "example", "body", "value", parsed[0]
            )

    # tables

    def table(self, index: int) -> int:
        """Take all rows of a table; how many blocks it was."""
        first = self.blocks[index]
        assert isinstance(first, Row)
        rows = [first]
        while index + len(rows) < len(self.blocks):
            row = self.blocks[index + len(rows)]
            if not isinstance(row, Row) or row.table != first.table:
                break
            rows.append(row)
        header = self.headers.setdefault(first.table, first)
        self._read_table(rows if header is first else [header, *rows], self)
        return len(rows)


def parted(block: Block, vocabulary: Vocabulary) -> list[Block]:
    """A line without glue: several, in the same place."""
    if not isinstance(block, Line):
        return [block]
    return [Line(block.line, text, block.level) for text in unglued(block.text, vocabulary)]
