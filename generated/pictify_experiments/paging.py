"""Reading a list page by page, while rows come and go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Row = TypeVar("Row")

MOST_VAIN_PAGES = 20  # a list whose total alternates, or that ignores `page`, would never end


class Walk(Generic[Row]):
    """The next page to read, and the rows of a page that are new.

    New rows push others onto the next page, where they appear again and are passed over. Deleted
    rows pull others back onto pages that were read already: the total is smaller than before, and
    the walk goes back by as many rows. It ends after the last page, or after too many pages that
    bring no new row.
    """

    def __init__(self, key: Callable[[Row], str]) -> None:
        self.page: int | None = 1
        """The page to read next; None at the end."""
        self._key = key
        self._seen: set[str] = set()
        self._total = 0
        self._size = 1  # the most rows that a page had; the server may give fewer than asked for
        self._vain_pages = 0

    def take(self, rows: Sequence[Row], total: int) -> list[Row]:
        """Return the rows of the page that were on no page before."""
        page = self.page or 1
        new = {self._key(row): row for row in rows if self._key(row) not in self._seen}
        self._seen.update(new)
        self._size = max(self._size, len(rows))
        self._vain_pages = 0 if new else self._vain_pages + 1
        self.page = self._next(page, len(rows), total)
        self._total = total
        return list(new.values())

    def _next(self, page: int, rows: int, total: int) -> int | None:
        growth = total - self._total
        if self._vain_pages > MOST_VAIN_PAGES:
            return None
        if growth < 0 and page > 1:
            back = -(growth // self._size)
            self._vain_pages -= back  # these pages were read before
            return max(1, page - back)
        return page + 1 if rows and page * self._size < total else None
