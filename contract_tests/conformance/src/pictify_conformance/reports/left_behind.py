"""left-behind.txt: the experiments that the run made and could not remove, each with its slug and uid in a line."""

from collections.abc import Sequence
from pathlib import Path

from pictify_conformance.results.left_behind import FILE


def write(names: Sequence[str], directory: Path) -> Path:
    """Write the file; without names there is none, not even that of an earlier run."""
    path = directory / FILE
    if names:
        directory.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{name}\n" for name in dict.fromkeys(names)), encoding="utf-8")
    else:
        path.unlink(missing_ok=True)
    return path
