"""Parse a large JSON object in slices: parsed at once, it would block the loop for seconds."""

import re
from collections.abc import Generator, Iterator
from json import JSONDecoder
from typing import Any

from pictify_mock.domain.errors import invalid_field
from pictify_mock.http import request_body
from pictify_mock.slices import run_in_slices

_SPACE = re.compile(r"[ \t\n\r]*")
# Only finds the end of a value. It accepts more than orjson, which then parses the value.
_end_of = JSONDecoder().raw_decode


async def parse(raw: bytes, most_nesting: int) -> Any:
    """Parse a body of any size like `request_body.parse`, with the same refusals."""
    if len(raw) <= request_body.LARGEST_BODY:
        return request_body.parse(raw, most_nesting)
    members: dict[str, Any] = {}
    try:
        await run_in_slices(_Reader(raw.decode(), most_nesting).read(members))
    except (RecursionError, ValueError) as error:
        raise invalid_field("", f"is not JSON: {error}", "invalid_format") from None
    return members


class _Reader:
    """Reads the members of an object, and of each array in it the items."""

    def __init__(self, text: str, most_nesting: int) -> None:
        self._text = text
        self._most_nesting = most_nesting
        self._place = 0

    def read(self, members: dict[str, Any]) -> Generator[None, None, None]:
        """Fill `members` step by step."""
        for _ in self._entries("{", "}"):
            name = self._value(0)
            if not isinstance(name, str):
                raise ValueError(f"a name is not a string before character {self._place}")
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
        """Yield at the start of each entry of an object or array. The caller reads the entry."""
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
        raw = self._text[start : self._place].encode()
        value = request_body.parse(raw, self._most_nesting - depth)
        self._skip_space()
        return value

    def _next(self) -> str:
        return self._text[self._place : self._place + 1]

    def _expect(self, character: str) -> None:
        self._skip_space()
        if self._next() != character:
            raise ValueError(f"{character} is missing at character {self._place}")
        self._place += 1
        self._skip_space()

    def _skip_space(self) -> None:
        match = _SPACE.match(self._text, self._place)
        assert match is not None
        self._place = match.end()
