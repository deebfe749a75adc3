"""The redaction of every text that leaves the process.

Keys are replaced by their names, and control characters by escapes.
"""

import base64
import functools
import html
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

LONG = 8  # characters; a shorter key may be part of a word
MAX_NESTING = 4  # escapes within escapes
NAME_CHARACTERS = "[A-Za-z0-9_-]"
NAME = re.compile(f"{NAME_CHARACTERS}*")
# Controls, bidi and zero-width characters, line ends, surrogates and noncharacters.
UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]+"
)
# Escapes of JSON, Python, URLs and HTML; possessive and bounded, so that matching is linear.
ESCAPE = re.compile(
    r"\\{1,8}+(?:u00|x)(?P<slashed>[0-9a-f]{2})|%(?P<percent>[0-9a-f]{2})"
    r"|\\{1,8}+(?P<itself>[^a-z0-9\s])|\\{2,8}+"
    r"|(?P<entity>&(?:#x[0-9a-f]{1,6}|#[0-9]{1,7}|[a-z]{2,4});)"
    rf"|{UNPRINTABLE.pattern}",
    re.IGNORECASE,
)
LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def redactor(keys: Mapping[str, str]) -> Callable[[str], str]:
    """Return a function that removes the keys (by name) from a text, and makes it printable.

    A key becomes `$` and its name, also if it is escaped or in base64. A run of 8 or more
    characters that is at least half of a key becomes a note. A key of fewer than 8 characters is
    only removed where it stands alone.
    """
    longest_first = sorted(keys.items(), key=lambda pair: len(pair[1]), reverse=True)
    long = _LongKeys(
        [form for name, key in longest_first if len(key) >= LONG for form in _forms(name, key)]
    )
    short = _ShortKeys({key: name for name, key in longest_first if len(key) < LONG})

    def redact(text: str) -> str:
        matches = [*long.find(text), *short.find(text)]
        layers: list[_Unescaped] = []
        while len(layers) < MAX_NESTING and ESCAPE.search(layers[-1].text if layers else text):
            layers.append(_Unescaped(layers[-1].text if layers else text))
            inside = (*long.find(layers[-1].text), *short.find(layers[-1].text))
            matches += [functools.reduce(_Match.escaped, reversed(layers), each) for each in inside]
        return printable(_replace(text, matches) if matches else text)

    return redact


def printable(text: str) -> str:
    """Escape the characters that would control a terminal or disguise a text."""
    if text.isprintable():
        return text
    return UNPRINTABLE.sub(lambda match: ascii(match[0])[1:-1], text)


class _Match(NamedTuple):
    """A place in a text that shows a key or a part of it, and its replacement."""

    start: int
    end: int
    is_part: bool
    name: str
    replacement: str

    def escaped(self, plain: "_Unescaped") -> "_Match":
        """Return the same place in the text before it was unescaped."""
        return self._replace(start=plain.start(self.start), end=plain.end(self.end))


def _replace(text: str, matches: list[_Match]) -> str:
    pieces, end = [], 0
    for each in _merged(matches):
        pieces += [text[end : each.start], each.replacement]
        end = each.end
    return "".join([*pieces, text[end:]])


def _merged(matches: list[_Match]) -> list[_Match]:
    """Join matches that overlap, and drop those within another."""
    merged: list[_Match] = []
    for each in sorted(matches, key=lambda each: (each.start, -each.end, each.is_part)):
        if not merged or each.start >= merged[-1].end:
            merged.append(each)
        elif each.end > merged[-1].end:
            longer = max(merged[-1], each, key=lambda one: one.end - one.start)
            note = _part_note(longer.name)
            merged[-1] = _Match(merged[-1].start, each.end, True, longer.name, note)
    return merged


def _part_note(name: str) -> str:
    return f"[nearly ${name}]"


@dataclass(frozen=True)
class _Form:
    """A key in one of the forms that it may have in a text."""

    text: str
    name: str
    is_base64: bool = False

    @property
    def shortest(self) -> int:
        """The length from which a part of it is removed."""
        return max(LONG, (len(self.text) + 1) // 2)

    def match(self, text: str, start: int, end: int) -> _Match:
        """Return the match of a part of it, which may be all of it."""
        if not self.is_base64 and (word := NAME.match(text, end)):
            end = word.end()  # remove the rest of the word too
        whole = f"[base64 of ${self.name}]" if self.is_base64 else f"${self.name}"
        is_part = end - start < len(self.text) if self.is_base64 else text[start:end] != self.text
        return _Match(start, end, is_part, self.name, _part_note(self.name) if is_part else whole)


def _forms(name: str, key: str) -> Iterator[_Form]:
    """Yield the key as it is, unescaped, and in base64 at each of three offsets."""
    yield from (_Form(text, name) for text in {key, _Unescaped(key).text} if len(text) >= LONG)
    encoded_key = key.encode()
    for before in range(3):
        # The first and last characters also depend on the neighbouring bytes: leave them out.
        first, last = -(-before * 8 // 6), (before + len(encoded_key)) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            text = encode(bytes(before) + encoded_key).decode()[first:last]
            yield _Form(text, name, is_base64=True)


class _LongKeys:
    """Find long parts of keys, in a time that only depends on the text.

    The text is sampled at fixed distances. They are so small that every part that is long enough
    contains a sample, so that most places need one lookup.
    """

    def __init__(self, forms: list[_Form]) -> None:
        shortest = min((form.shortest for form in forms), default=LONG)
        self._size = shortest // 2
        self._step = shortest - self._size + 1
        self._samples: dict[str, list[tuple[_Form, str, int]]] = {}
        for form in dict.fromkeys(forms):
            lower = form.text.translate(LOWER)
            for at in range(len(lower) - self._size + 1):
                sample = lower[at : at + self._size]
                self._samples.setdefault(sample, []).append((form, lower, at))

    def find(self, text: str) -> Iterator[_Match]:
        lower = text.translate(LOWER) if self._samples else ""
        size, ends = self._size, dict[_Form, int]()
        for at in range(0, len(lower) - size + 1, self._step):
            for form, key, offset in self._samples.get(lower[at : at + size], ()):
                if at < ends.get(form, 0):
                    continue
                start, end = _common_run(lower, at, key, offset, size)
                if end - start >= form.shortest:
                    match = form.match(text, start, end)
                    ends[form] = match.end
                    yield match


def _common_run(text: str, at: int, key: str, offset: int, size: int) -> tuple[int, int]:
    """Return start and end in the text of what it shares with a key around a sample."""
    start, end = at, at + size
    while start > 0 and offset > at - start and text[start - 1] == key[offset - (at - start) - 1]:
        start -= 1
    rest = offset - at  # the distance from a place in the text to that in the key
    while end < len(text) and end + rest < len(key) and text[end] == key[end + rest]:
        end += 1
    return start, end


class _ShortKeys:
    """Find keys that may be part of a word, where they stand alone."""

    def __init__(self, names: dict[str, str]) -> None:
        self._names = names
        words = "|".join(map(re.escape, names))
        pattern = f"(?<!{NAME_CHARACTERS})(?:{words})(?!{NAME_CHARACTERS})"
        self._pattern = re.compile(pattern) if names else None

    def find(self, text: str) -> Iterator[_Match]:
        for match in self._pattern.finditer(text) if self._pattern else ():
            name = self._names[match[0]]
            yield _Match(match.start(), match.end(), False, name, f"${name}")


class _Unescaped:
    """A text without its escapes, and the place of each of its characters in the original."""

    def __init__(self, text: str) -> None:
        pieces: list[str] = []
        self._here, self._original = [0], [0]
        length = end = 0
        for match in ESCAPE.finditer(text):
            character = _character(match)
            pieces += [text[end : match.start()], character]
            length += match.start() - end
            self._here += [length, length + len(character)]
            self._original += match.span()
            length, end = length + len(character), match.end()
        self.text = "".join([*pieces, text[end:]])

    def start(self, place: int) -> int:
        """Return the original start of the character at this place."""
        mark = bisect_right(self._here, place) - 1
        return self._original[mark] + place - self._here[mark]

    def end(self, place: int) -> int:
        """Return the original end of the character before this place."""
        mark = bisect_left(self._here, place)
        if mark == len(self._here) or self._here[mark] != place:
            mark -= 1
        return self._original[mark] + place - self._here[mark]


def _character(escape: re.Match[str]) -> str:
    code = escape["slashed"] or escape["percent"]
    if code:
        return chr(int(code, 16))
    if escape["entity"]:
        return html.unescape(escape["entity"])
    return escape["itself"] or ("\\" if escape[0].startswith("\\") else "")
