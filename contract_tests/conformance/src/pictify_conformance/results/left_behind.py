"""The experiments that a run created, or may have created, and did not remove."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pictify_conformance.results.operations import NOT_OFFERED

FILE = "left-behind.txt"
NAMES_IN_A_LINE = 10


@dataclass(frozen=True)
class LeftBehind:
    """Experiments, each by its slug and uid."""

    experiments: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    """Experiments that were not touched because they may be somebody else's."""
    delete_statuses: frozenset[int] = frozenset()
    """The statuses of deletes of the run's own experiments."""

    def __bool__(self) -> bool:
        return bool(self.experiments or self.foreign)

    @property
    def is_deletion_offered(self) -> bool:
        """Return False if every delete was answered as an unknown operation is."""
        return not self.delete_statuses or not self.delete_statuses <= NOT_OFFERED

    def lines(self) -> Iterator[str]:
        """Yield a line for the run's own experiments, and one for those of others."""
        if self.experiments:
            if self.is_deletion_offered:
                names = _first_names(self.experiments)
                yield f"could not be removed, delete by hand: {names}; {FILE} names all"
            else:
                count = f"{len(self.experiments):,} left"
                yield f"experiments: {count}, because the server offers no deletion; see {FILE}"
        if self.foreign:
            advice = "not touched, because it may be somebody else's; look at it by hand"
            yield f"{advice}: {_first_names(self.foreign)}"


def _first_names(names: Sequence[str]) -> str:
    more = len(names) - NAMES_IN_A_LINE
    return ", ".join(names[:NAMES_IN_A_LINE]) + (f" and {more:,} more" if more > 0 else "")
