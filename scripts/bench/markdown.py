"""Tables in Markdown, and progress on stderr."""

import sys
from collections.abc import Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))


def progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
