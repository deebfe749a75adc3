"""A page that was saved from a browser as text: what is code has to be told from what is not."""

import re
from collections.abc import Iterator
from dataclasses import replace

from .blocks import Block, Code, Line, Row

CURL = re.compile(r"curl\s+(-|'|\"|https?:)")
DOCUMENT = re.compile(r"(openapi|swagger|paths)\s*:")
MEMBER = re.compile(r"[\w'\"/$.{}-]+\s*:|-\s|#")
BRACKET = re.compile(r'"(?:[^"\\\n]|\\.)*"|[{}\[\]]')
LONGEST = 2000  # lines of one example
LONG = 400  # characters of a line that may be a whole page
LANDMARKS = re.compile(  # where the blocks of a page begin that was saved as one line
    r"\n|(?=curl --request|curl -X)|(?<=['\"}/\w])(?=(?:[1-5]\d\d)+(?:Copy|\s*[{\[]\s*[\"{]))|"
    r"(?<=[1-5]\d\d)(?=Copy|\s*[{\[]\s*[\"{])|"
    r"(?<=Copy)(?=\s*[{\[])|(?<=Ask AI)(?=\s*[{\[])|(?<=[}\]'])(?=[A-Z])|(?=Copy page|Was this page)|(?<=Try it)"
)


def read(text: str) -> list[Block]:
    """The blocks of text: examples, samples of curl, OpenAPI, rows with tabs, and lines."""
    lines = text.split("\n")
    blocks: list[Block] = []
    number, table = 0, 0
    while number < len(lines):
        line = lines[number]
        if len(line) > LONG and (pieces := LANDMARKS.sub("\n", line)) != line:
            blocks += [replace(block, line=number + 1) for block in read(pieces)]
            number += 1
            continue
        end = code_end(lines, number)
        if end > number:
            blocks += _code(lines, number, end)
            number = end
            continue
        if "\t" in line.strip():
            if not (blocks and isinstance(blocks[-1], Row) and blocks[-1].line == number):
                table += 1
            blocks.append(
                Row(number + 1, tuple(cell.strip() for cell in line.strip().split("\t")), table)
            )
        elif line.strip():
            blocks.append(Line(number + 1, line.strip()))
        number += 1
    return blocks


def _code(lines: list[str], start: int, end: int) -> Iterator[Block]:
    """The code of these lines, after what is glued before it in its first line."""
    first = lines[start]
    begin = CURL.search(first) or re.search(r"[{\[]\s*$|[{\[]|openapi|swagger|paths", first)
    cut = begin.start() if begin else 0
    if first[:cut].strip():
        yield Line(start + 1, first[:cut].strip())
    yield Code(start + 1, "\n".join([first[cut:], *lines[start + 1 : end]]).rstrip())


def code_end(lines: list[str], start: int) -> int:
    """Where the code ends that begins in this line; the line itself if none does."""
    line = lines[start]
    if CURL.search(line):
        return curl_end(lines, start)
    if DOCUMENT.match(line):
        return document_end(lines, start)
    if line.rstrip().endswith(("{", "[")) and (
        line.strip() in ("{", "[") or re.search(r"(Copy|\d{3}|json)\s*[{\[]$", line.strip())
    ):
        return json_end(lines, start)
    if re.match(r'\s*(\{\s*"|\[\s*[{\]"])', line):
        return json_end(lines, start)
    return start


def curl_end(lines: list[str], start: int) -> int:
    """Samples of curl go on after a backslash, and until their quotes close."""
    quotes, number = 0, start
    for number in range(start, min(len(lines), start + LONGEST)):
        line = lines[number]
        quotes += line.count("'") - line.count("\\'")
        if quotes % 2 == 0 and not line.rstrip().endswith("\\"):
            break
    return number + 1


def json_end(lines: list[str], start: int) -> int:
    """An example ends with its last bracket; one that was cut off where a line is no JSON any more."""
    depth, number = 0, start
    for number in range(start, min(len(lines), start + LONGEST)):
        line = lines[number]
        for bracket in BRACKET.findall(line):
            depth += (bracket in "{[") - (bracket in "}]") if len(bracket) == 1 else 0
        if depth <= 0:
            return number + 1
        if (
            number > start
            and line.strip()
            and not re.match(r'["{}\[\]\d.…/,\'<]|(true|false|null|\w+:)', line.strip())
        ):
            return number
    return number + 1


def document_end(lines: list[str], start: int) -> int:
    """YAML goes on as long as lines are indented, empty, or members."""
    number = start
    for number in range(start + 1, len(lines)):
        line = lines[number]
        if line.strip() and not line[0].isspace() and not MEMBER.match(line):
            break
    else:
        number = len(lines)
    return number
