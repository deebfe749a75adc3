"""Every text that leaves the process passes here: keys give way to their names, and control characters to escapes."""

import base64
import functools
import html
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

LONG = 8
DEEPEST = 4  # escapes within escapes
NAME_CHARACTERS = "[A-Za-z0-9_-]"
NAME = re.compile(f"{NAME_CHARACTERS}*")
# Controls, what turns or hides text (bidi, zero width), what ends lines, half of a pair, and what is no character.
UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]+"
)
# JSON, Python, URLs and HTML. Runs are bounded, so that none is read over and over.
ESCAPE = re.compile(
    r"\\{1,8}+(?:u00|x)(?P<slashed>[0-9a-f]{2})|%(?P<percent>[0-9a-f]{2})"
    r"|\\{1,8}+(?P<itself>[^a-z0-9\s])|\\{2,8}+|(?P<entity>&(?:#x[0-9a-f]{1,6}|#[0-9]{1,7}|[a-z]{2,4});)"
    rf"|{UNPRINTABLE.pattern}",
    re.IGNORECASE,
)
LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def redaction(keys: Mapping[str, str]) -> Callable[[str], str]:
    """Return the function that takes the keys out of a text, and makes it printable.

    It replaces a key by `$` and its name, also where it is escaped or in base64, and by a note any run of 8 or more
    characters that is at least half of a key. A key under 8 characters, which may be part of a word, counts only alone.
    """
    longest_first = sorted(keys.items(), key=lambda pair: len(pair[1]), reverse=True)
    long = _LongKeys(
        [form for name, key in longest_first if len(key) >= LONG for form in _forms(name, key)]
    )
    short = _ShortKeys({key: name for name, key in longest_first if len(key) < LONG})

    def redacted(text: str) -> str:
        found = [*long.find(text), *short.find(text)]
        layers: list[_Unescaped] = []
        while len(layers) < DEEPEST and ESCAPE.search(plain := layers[-1].text if layers else text):
            layers.append(_Unescaped(plain))
            inside = (*long.find(layers[-1].text), *short.find(layers[-1].text))
            found += [functools.reduce(_Found.moved, reversed(layers), each) for each in inside]
        return printable(_replaced(text, found) if found else text)

    return redacted


def printable(text: str) -> str:
    """Write out the characters that would drive a terminal, or show a text as another."""
    return (
        text if text.isprintable() else UNPRINTABLE.sub(lambda found: ascii(found[0])[1:-1], text)
    )


class _Found(NamedTuple):
    """A place in a text that tells a key, and what is to stand there."""

    start: int
    end: int
    is_part: bool
    name: str
    note: str

    def moved(self, plain: "_Unescaped") -> "_Found":
        """Return the same place in the text with its escapes."""
        return self._replace(start=plain.start(self.start), end=plain.end(self.end))


def _replaced(text: str, found: list[_Found]) -> str:
    pieces, end = [], 0
    for each in _apart(found):
        pieces += [text[end : each.start], each.note]
        end = each.end
    return "".join([*pieces, text[end:]])


def _apart(found: list[_Found]) -> list[_Found]:
    """Join the places that overlap; one within another goes."""
    apart: list[_Found] = []
    for each in sorted(found, key=lambda each: (each.start, -each.end, each.is_part)):
        if not apart or each.start >= apart[-1].end:
            apart.append(each)
        elif each.end > apart[-1].end:
            longer = max(apart[-1], each, key=lambda one: one.end - one.start)
            apart[-1] = _Found(apart[-1].start, each.end, True, longer.name, _nearly(longer.name))
    return apart


def _nearly(name: str) -> str:
    return f"[nearly ${name}]"


@dataclass(frozen=True)
class _Form:
    """A key as it may stand in a text."""

    text: str
    name: str
    is_base64: bool = False

    @property
    def shortest(self) -> int:
        """The length from which a part of it is taken out."""
        return max(LONG, (len(self.text) + 1) // 2)

    def found(self, text: str, start: int, end: int) -> _Found:
        """Return the place of a part of it, which may be all of it."""
        if self.is_base64:
            is_part = end - start < len(self.text)
            note = _nearly(self.name) if is_part else f"[base64 of ${self.name}]"
            return _Found(start, end, is_part, self.name, note)
        word = NAME.match(text, end)
        last = word.end() if word else end
        is_part = text[start:last] != self.text
        return _Found(
            start, last, is_part, self.name, _nearly(self.name) if is_part else f"${self.name}"
        )


def _forms(name: str, key: str) -> Iterator[_Form]:
    """The key, as it is and without what looks like an escape in it, and what base64 makes of it anywhere in a text."""
    yield from (_Form(text, name) for text in {key, _Unescaped(key).text} if len(text) >= LONG)
    for before in range(3):
        first, last = (
            -(-before * 8 // 6),
            (before + len(key.encode())) * 8 // 6,
        )  # what neighbours have no part in
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield _Form(
                encode(bytes(before) + key.encode()).decode()[first:last], name, is_base64=True
            )


class _LongKeys:
    """Finds long runs of characters that a key has, too, in a time that grows with the text alone.

    Every run that is long enough holds one of the pieces of a few characters that are looked at in a text.
    """

    def __init__(self, forms: list[_Form]) -> None:
        shortest = min((form.shortest for form in forms), default=LONG)
        self._size = shortest // 2
        self._step = shortest - self._size + 1
        self._pieces: dict[str, list[tuple[_Form, str, int]]] = {}
        for form in dict.fromkeys(forms):
            lower = form.text.translate(LOWER)
            for at in range(len(lower) - self._size + 1):
                self._pieces.setdefault(lower[at : at + self._size], []).append((form, lower, at))

    def find(self, text: str) -> Iterator[_Found]:
        """Yield the places of keys and of their parts."""
        lower = text.translate(LOWER) if self._pieces else ""
        size, pieces, last = self._size, self._pieces, len(lower) - self._size
        ends: dict[_Form, int] = {}
        for at in [at for at in range(0, last + 1, self._step) if lower[at : at + size] in pieces]:
            for form, key, offset in pieces[lower[at : at + size]]:
                if at < ends.get(form, 0):
                    continue
                start, end = _run(lower, at, key, offset, size)
                if end - start >= form.shortest:
                    found = form.found(text, start, end)
                    ends[form] = found.end
                    yield found


def _run(text: str, at: int, key: str, offset: int, size: int) -> tuple[int, int]:
    """Return from where to where a text is the same as a key, around a piece of both."""
    before = after = 0
    for one, other in zip(
        reversed(text[max(0, at - offset) : at]), reversed(key[:offset]), strict=False
    ):
        if one != other:
            break
        before += 1
    end = at + size
    for one, other in zip(text[end : end + len(key)], key[offset + size :], strict=False):
        if one != other:
            break
        after += 1
    return at - before, end + after


class _ShortKeys:
    """Finds keys that may be a part of a word, where they are whole words."""

    def __init__(self, names: dict[str, str]) -> None:
        self._names = names
        words = "|".join(map(re.escape, names))
        self._pattern = (
            re.compile(f"(?<!{NAME_CHARACTERS})(?:{words})(?!{NAME_CHARACTERS})") if names else None
        )

    def find(self, text: str) -> Iterator[_Found]:
        """Yield the places of keys."""
        for found in self._pattern.finditer(text) if self._pattern else ():
            name = self._names[found[0]]
            yield _Found(found.start(), found.end(), False, name, f"${name}")


class _Unescaped:
    """A text without its escapes, and where each character of it came from."""

    def __init__(self, text: str) -> None:
        pieces: list[str] = []
        self._here, self._there = [0], [0]
        length = end = 0
        for found in ESCAPE.finditer(text):
            character = _unescaped(found)
            pieces += [text[end : found.start()], character]
            length += found.start() - end
            self._here += [length, length + len(character)]
            self._there += found.span()
            length, end = length + len(character), found.end()
        self.text = "".join([*pieces, text[end:]])

    def start(self, here: int) -> int:
        """Return where a character begins."""
        mark = bisect_right(self._here, here) - 1
        return self._there[mark] + here - self._here[mark]

    def end(self, here: int) -> int:
        """Return where the character before this one ends."""
        mark = bisect_left(self._here, here)
        if mark == len(self._here) or self._here[mark] != here:
            mark -= 1
        return self._there[mark] + here - self._here[mark]


def _unescaped(found: re.Match[str]) -> str:
    code = found["slashed"] or found["percent"]
    if code:
        return chr(int(code, 16))
    if found["entity"]:
        return html.unescape(found["entity"])
    return found["itself"] or ("\\" if found[0].startswith("\\") else "")
