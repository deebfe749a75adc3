"""The JSON object of a large body, read in slices: all at once would hold the loop for seconds."""

import re
from collections.abc import Generator, Iterator
from json import JSONDecoder
from typing import Any

from pictify_mock.domain.errors import FieldError, invalid
from pictify_mock.http import request_body
from pictify_mock.slices import done_in_slices

_SPACE = re.compile(r"[ \t\n\r]*")
_end_of = JSONDecoder().raw_decode  # laxer than orjson, so it only tells where a value ends


async def parse(raw: bytes, most_nesting: int) -> Any:
    """Return what `bodies.parse` does, or refuse the same."""
    if len(raw) <= request_body.LARGEST_BODY:
        return request_body.parse(raw, most_nesting)
    members: dict[str, Any] = {}
    try:
        await done_in_slices(_Reader(raw.decode(), most_nesting).read(members))
    except (RecursionError, ValueError) as error:
        raise invalid([FieldError("", f"is not JSON: {error}", "invalid_format")]) from None
    return members


class _Reader:
    """Walks the members of an object, and the items of each that is an array."""

    def __init__(self, text: str, most_nesting: int) -> None:
        self._text = text
        self._most_nesting = most_nesting
        self._place = 0

    def read(self, members: dict[str, Any]) -> Generator[None, None, None]:
        """Put what is read into `members`, step by step."""
        for _ in self._entries("{", "}"):
            name = self._value(0)
            if not isinstance(name, str):
                raise ValueError(f"a name is no string before character {self._place}")
            self._expect(":")
            if self._next() == "[":
                members[name] = items = []
                for _ in self._entries("[", "]"):
                    items.append(self._value(2))
                    yield
            else:
                members[name] = self._value(1)
                yield
        if self._next():
            raise ValueError(f"there is more after character {self._place}")

    def _entries(self, opening: str, closing: str) -> Iterator[None]:
        """Yield wherever an entry of an object or array begins; the caller reads it."""
        self._expect(opening)
        if self._next() == closing:
            self._expect(closing)
            return
        yield
        while self._next() == ",":
            self._expect(",")
            yield
        self._expect(closing)

    def _value(self, depth: int) -> Any:
        start = self._place
        _, self._place = _end_of(self._text, start)
        value = request_body.parse(
            self._text[start : self._place].encode(), self._most_nesting - depth
        )
        self._skip()
        return value

    def _next(self) -> str:
        return self._text[self._place : self._place + 1]

    def _expect(self, character: str) -> None:
        self._skip()
        if self._next() != character:
            raise ValueError(f"{character} is missing at character {self._place}")
        self._place += 1
        self._skip()

    def _skip(self) -> None:
        match = _SPACE.match(self._text, self._place)
        assert match is not None
        self._place = match.end()
