"""Files of any kind become pages."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from . import from_html, from_markdown, from_text
from .blocks import Code, Form, Page, Remark

LARGEST = 4_000_000  # characters of a page that are read
SUFFIXES = {
    ".html",
    ".htm",
    ".xhtml",
    ".md",
    ".mdx",
    ".markdown",
    ".txt",
    ".text",
    ".yaml",
    ".yml",
    ".json",
    "",
}
INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))
PLAIN = {
    ord(odd): plain
    for odd, plain in zip(
        "\u00a0\u2002\u2003\u2007\u2009\u202f\u2018\u2019\u201c\u201d", "      ''\"\"", strict=True
    )
}
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
MARKDOWN = re.compile(r"^(#{1,6} \S|`{3,}|~{3,}|\|.*\|\s*$|---$)", re.MULTILINE)
HTML = re.compile(
    r"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
OPENAPI = re.compile(r"\s*(\{\s*\"(openapi|swagger|paths)\"|(openapi|swagger)\s*:)")


class NotText(Exception):
    """A file that holds no text."""


def files(arguments: Iterable[Path]) -> Iterator[Path]:
    """The files that are meant: those named, and those of the folders that could be pages."""
    for argument in arguments:
        if argument.is_dir():
            yield from sorted(
                path
                for path in argument.rglob("*")
                if path.is_file() and path.suffix.lower() in SUFFIXES
            )
        else:
            yield argument


def read(path: Path) -> Page:
    """Read a page in the form that it looks to have."""
    text = decoded(path.read_bytes())
    page = Page(path, form(path, text))
    if len(text) > LARGEST:
        text = text[:LARGEST]
        last = text.count("\n") + 1
        page.remarks.append(
            Remark(last, f"the page is too long: nothing after line {last} was read")
        )
    if page.form == "HTML":
        page.blocks, stopped = from_html.read(text)
        if stopped:
            page.remarks.append(
                Remark(stopped, f"the HTML is broken: nothing after line {stopped} was read")
            )
    elif page.form == "Markdown":
        page.blocks = from_markdown.read(text)
    elif page.form == "OpenAPI":
        page.blocks = [Code(1, text, "yaml")]
    else:
        page.blocks = from_text.read(text)
    return page


def form(path: Path, text: str) -> Form:
    """What the content looks like; the name decides where the content does not."""
    start = text[:20_000]
    if path.suffix.lower() in (".html", ".htm", ".xhtml") or HTML.match(start):
        return "HTML"
    if path.suffix.lower() in (".yaml", ".yml", ".json") or (
        OPENAPI.match(start) and "```" not in start
    ):
        return "OpenAPI"
    if path.suffix.lower() in (".md", ".mdx", ".markdown") or len(MARKDOWN.findall(start)) > 1:
        return "Markdown"
    return "text"


def decoded(content: bytes) -> str:
    """The text of a file, without what cannot be seen, in lines that end alike."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", "replace")
    else:
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            text = content.decode("cp1252", "replace")
    if len(CONTROL.findall(text[:20_000])) > len(text[:20_000]) / 100:
        raise NotText
    text = CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text.translate(INVISIBLE).translate(PLAIN)
