"""A page that was saved as Markdown, be it the page's source with components or an export of it."""

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from . import from_html
from .blocks import Block, Code, Line, Row

FRONT_MATTER = re.compile(r"\A---\n(.*?\n)---[ \t]*$", re.DOTALL | re.MULTILINE)
WRAPPER = re.compile(
    r"^[ \t]*</?(?!ParamField|ResponseField|Expandable)[A-Z]\w*[^>\n]*>[ \t]*$", re.MULTILINE
)
COMPONENT = re.compile(r"</?(ParamField|ResponseField|Expandable)\b")
TYPED = re.compile(
    r"(string|enum|integer|number|array|Bearer )<[\w-]+>$"
)  # no tag of HTML, but a type
MARKDOWN = MarkdownIt("commonmark").enable("table").disable(["code", "lheading"])


def read(text: str) -> list[Block]:
    """The blocks of Markdown; raw HTML in it is read as such."""
    blocks: list[Block] = []
    if front := FRONT_MATTER.match(text):
        blocks += [Line(number, line) for number, line in enumerate(front[1].splitlines(), start=2)]
        text = re.sub(r"[^\n]+", "", front[0]) + text[front.end() :]
    tokens = MARKDOWN.parse(WRAPPER.sub("", text))
    table = 0
    for index, token in enumerate(tokens):
        line = token.map[0] + 1 if token.map else 0
        if token.type == "fence":
            blocks.append(Code(line + 1, token.content.rstrip(), token.info.strip()))
        elif token.type == "html_block":
            blocks += from_html.read(token.content, line)[0]
        elif token.type == "table_open":
            table += 1
        elif token.type == "tr_open":
            blocks.append(_row(tokens, index, line, table))
        elif token.type == "inline" and COMPONENT.search(token.content):
            blocks += from_html.read(token.content, line)[0]
        elif token.type == "inline" and tokens[index - 1].type not in ("th_open", "td_open"):
            level = int(tokens[index - 1].tag[1]) if tokens[index - 1].type == "heading_open" else 0
            blocks += _lines(token, line, level)
    return blocks


def _row(tokens: list[Token], start: int, line: int, table: int) -> Row:
    cells = []
    for token in tokens[start + 1 :]:
        if token.type == "tr_close":
            break
        if token.type == "inline":
            cells.append("\n".join(text for _, text in _split(token)))
    return Row(line, tuple(cells), table, tokens[start + 1].type == "th_open")


def _lines(token: Token, line: int, level: int) -> Iterator[Line]:
    for number, text in _split(token):
        if text.strip("` "):
            yield Line(line + number, text.strip(), level)


def _split(token: Token) -> Iterator[tuple[int, str]]:
    """The lines of inline content without its markup; code keeps its backticks."""
    number, text = 0, ""
    for child in token.children or ():
        if child.type in ("softbreak", "hardbreak") or re.match("<br", child.content):
            yield number, text
            number += child.type != "html_inline"
            text = ""
        elif child.type == "code_inline":
            text += f"`{child.content}`"
        elif child.type == "html_inline":
            text += (
                child.content
                if TYPED.search(text + child.content)
                else re.sub(r"<.*>", "", child.content, flags=re.DOTALL)
            )
        else:
            text += child.content
    yield number, text
