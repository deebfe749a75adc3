"""All rows of a list that is read page by page, while rows come and go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Row = TypeVar("Row")


class Walk(Generic[Row]):
    """Which page to read next, and which of its rows are new.

    Rows that come push others onto the next page, where they are seen again and passed over. Rows that go pull others
    back onto pages that were read already; then the total is smaller than before, and those pages are read again.
    """

    def __init__(self, key: Callable[[Row], str]) -> None:
        self.page: int | None = 1
        """The page to read next; None at the end."""
        self._key = key
        self._seen: set[str] = set()
        self._total = 0

    def take(self, rows: Sequence[Row], total: int, limit: int) -> list[Row]:
        """The rows of the page that was read that were not on any other."""
        page = self.page or 1
        gone = self._total - total
        if gone > 0 and page > 1:
            self.page = max(1, page - -(-gone // max(limit, 1)))
        elif rows and page * limit < total:
            self.page = page + 1
        else:
            self.page = None
        self._total = total
        new = {self._key(row): row for row in rows if self._key(row) not in self._seen}
        self._seen.update(new)
        return list(new.values())
