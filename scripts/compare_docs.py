"""Hold saved pages of the docs against the spec, and report where they differ.

    python scripts/compare_docs.py PAGE_OR_FOLDER...     1 if anything differs, 2 if nothing could be read

Pages may be HTML, Markdown or text saved from a browser. What the spec marks as assumed, and what docs_drift/known.yaml
lists, is no difference.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from command_line import WRONG_USAGE, OneLineParser
from docs_drift import reading, report, tables
from docs_drift.compare import Comparison
from docs_drift.known import Known
from docs_drift.marked import Unreadable
from docs_drift.report import Reading
from docs_drift.spec import Spec
from docs_drift.walk import Walk

ROOT = Path(__file__).resolve().parent.parent
SPEC = ROOT / "spec" / "openapi.yaml"


def compared(path: Path, spec: Spec, known: Known) -> Reading:
    """One page."""
    try:
        page = reading.read(path)
    except reading.NotText:
        return Reading(path, None)
    found = Walk(page, spec.vocabulary, tables.read).facts()
    comparison = Comparison(spec, known)
    differences = comparison.take(found.facts)
    remarks = sorted(set(found.remarks), key=lambda remark: remark.line)
    return Reading(path, page.form, found.facts, differences, remarks, comparison.others)


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, report, and tell by the exit code."""
    parser = OneLineParser("compare_docs", __doc__)
    parser.add_argument(
        "pages",
        nargs="+",
        type=Path,
        metavar="PAGE_OR_FOLDER",
        help="saved pages, or folders of them",
    )
    parser.add_argument("--spec", type=Path, default=SPEC, help="the spec (spec/openapi.yaml)")
    parser.add_argument(
        "--report-dir",
        type=Path,
        default=Path("reports"),
        help="where docs_drift.md and .json go (reports)",
    )
    chosen = parser.parse_args(arguments)
    for path in (*chosen.pages, chosen.spec):
        if not path.exists():
            parser.error(f"there is no {path}; name saved pages or a folder of them")
    try:
        spec = Spec(chosen.spec)
        known = Known(
            chosen.spec.with_name("sources.md").read_text(encoding="utf-8"), spec.assumptions
        )
        readings = [compared(path, spec, known) for path in reading.files(chosen.pages)]
        files = report.write(chosen.report_dir, readings, relative(chosen.spec))
    except Unreadable as error:
        parser.error(f"{chosen.spec}:{error.line}: {error}")
    except OSError as error:
        parser.error(f"{error.filename}: {error.strerror}")
    for line in report.console(readings, relative(chosen.spec)):
        print(line)
    print(f"Report: {' and '.join(map(str, files))}")
    if not any(page.facts for page in readings):
        print(
            "nothing was recognised on these pages: save a page of the API reference as HTML, Markdown or text",
            file=sys.stderr,
        )
        return WRONG_USAGE
    return 1 if any(page.drift for page in readings) else 0


def relative(path: Path) -> Path:
    """A path as it is seen from here, if it is below."""
    return Path(os.path.relpath(path)) if path.is_relative_to(Path.cwd()) else path


if __name__ == "__main__":
    sys.exit(main())
