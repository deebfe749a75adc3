"""The run for a GitHub workflow: outputs, annotations and a summary of the step.

`python -m pictify_conformance.reports.github FOLDER` reads the results.json in a folder.
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MAX_ANNOTATIONS = 10  # that GitHub shows of a step


def main(folder: Path) -> None:
    """Write what a workflow shows. A run of wrong usage has no results."""
    path = folder / "results.json"
    if not path.exists():
        print("::error title=No verdict::The suite wrote no results; see the step before")
        return
    results = json.loads(path.read_bytes())
    summary = results["summary"]
    _append("GITHUB_OUTPUT", f"verdict={results['verdict']}")
    _append("GITHUB_OUTPUT", f"failed={summary['fail']}\npassed={summary['pass']}")
    _append("GITHUB_STEP_SUMMARY", "\n".join(_summary(results)))
    kind = "error" if results["exit_code"] else "warning"  # that a baseline accepts
    for cause in results["causes"][:MAX_ANNOTATIONS]:
        text = f"{cause['rules'][0]}: {cause['finding']}"
        print(f"::{kind} title={_escaped(cause['operation'])}::{_escaped(text)}")


def _summary(results: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of the summary, in Markdown."""
    yield f"## Conformance: {results['verdict']}\n\n{results['because']}\n"
    for number, cause in enumerate(results["causes"], 1):
        rules, blocked = cause["rules"], cause["blocked"]
        others = f", and {len(rules) - 1} more fail alike" if len(rules) > 1 else ""
        others += f"; {len(blocked)} not tried because of it" if blocked else ""
        yield f"{number}. `{cause['operation']}`: {_code(cause['finding'])} (`{rules[0]}`{others})"
    for line in (*results["problems"], *results["notes"]):
        yield f"\n{_code(line)}"


def _code(text: str) -> str:
    """Return text of a server as code, which holds no markup."""
    return f"`{' '.join(text.split()).replace('`', chr(39))}`"


def _escaped(text: str) -> str:
    """Escape a text for a workflow command."""
    for character in "%\r\n:,":
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def _append(variable: str, text: str) -> None:
    with Path(os.environ[variable]).open("a", encoding="utf-8") as file:
        print(text, file=file)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
