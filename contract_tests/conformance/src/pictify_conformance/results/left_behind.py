"""The experiments that a run made, or may have made, and did not remove."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

FILE = "left-behind.txt"
TOLD = 10  # names in a line
NOT_OFFERED = frozenset({404, 405, 501})  # how a server answers that has no such operation


@dataclass(frozen=True)
class LeftBehind:
    """What is left, each experiment by its slug and uid."""

    experiments: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    """What was not touched, as it may be somebody else's."""
    delete_statuses: frozenset[int] = frozenset()
    """How the server answered the deletes of the run's own experiments."""

    def __bool__(self) -> bool:
        return bool(self.experiments or self.foreign)

    @property
    def is_deletion_offered(self) -> bool:
        """Return False if every delete was answered as by a server that has no such operation."""
        return not self.delete_statuses or not self.delete_statuses <= NOT_OFFERED

    def lines(self) -> Iterator[str]:
        """Yield a line about each kind of what is left."""
        if self.experiments:
            could_not = "could not be removed, delete by hand"
            because = (
                could_not if self.is_deletion_offered else "left, as the server offers no deletion"
            )
            yield f"{because}: {in_a_line(self.experiments)}; {FILE} names all"
        if self.foreign:
            yield f"not touched, as it may be somebody else's; look at it by hand: {in_a_line(self.foreign)}"


def in_a_line(names: Sequence[str]) -> str:
    """Return the first names, and how many more there are."""
    more = len(names) - TOLD
    return ", ".join(names[:TOLD]) + (f" and {more:,} more" if more > 0 else "")
