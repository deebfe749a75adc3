"""List the mutants that no test noticed, after `mutmut run`: file, line and change."""

import re
from collections import Counter
from pathlib import Path

from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import walk_mutatable_files


def main() -> None:
    """Print every mutant that was not killed, and the count of each status."""
    counts: Counter[str] = Counter()
    for path in walk_mutatable_files():
        data = SourceFileMutationData(path=path)
        data.load()
        for name, code in data.exit_code_by_key.items():
            status = status_by_exit_code[code]
            counts[status] += 1
            if status != "killed":
                print(description(path, name, status, get_diff_for_mutant(name, path=path)))
    statuses = [f"{count} {status}" for status, count in counts.most_common()]
    print(f"{counts.total()} mutants: {', '.join(statuses)}")


def description(path: Path, name: str, status: str, diff: str) -> str:
    """Return file and line of a mutant, its status, and the lines that differ."""
    changes = [line for line in diff.splitlines()[2:] if line.startswith(("-", "+"))]
    place = f"{path}:{line_of(path.read_text(encoding='utf-8'), name, diff)}"
    return "\n".join((f"{place}: {status} ({name.rpartition('.')[2]})", *changes, ""))


def line_of(source: str, name: str, diff: str) -> int:
    """Return the line of the change. The diff counts from the first line of the function."""
    found = re.search(r"x(?:ǁ(\w+?)ǁ|_)(\w+)__mutmut_", name)
    hunk = re.search(r"^@@ -(\d+).*\n((?: .*\n)*)", diff, re.MULTILINE)
    assert found
    assert hunk
    owner, function = found.groups()
    start = source.index(f"class {owner}") if owner else 0
    definition = re.compile(rf"^ *(?:async )?def {function}\(", re.MULTILINE).search(source, start)
    assert definition
    return source.count("\n", 0, definition.start()) + int(hunk[1]) + hunk[2].count("\n")


if __name__ == "__main__":
    main()
