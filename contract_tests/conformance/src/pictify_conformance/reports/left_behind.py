"""left-behind.txt: the experiments that the run made and could not remove, each with its slug and uid in a line."""

from collections.abc import Sequence
from pathlib import Path

NAME = "left-behind.txt"
TOLD = 10  # names in a line


def write(names: Sequence[str], directory: Path) -> Path:
    """Write the file; without names there is none, not even that of an earlier run."""
    path = directory / NAME
    if names:
        directory.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{name}\n" for name in dict.fromkeys(names)), encoding="utf-8")
    else:
        path.unlink(missing_ok=True)
    return path


def in_a_line(names: Sequence[str]) -> str:
    """Return the first names, and how many more there are."""
    more = len(names) - TOLD
    return ", ".join(names[:TOLD]) + (f" and {more:,} more" if more > 0 else "")
