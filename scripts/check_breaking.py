"""Tell what a change of the spec or the client breaks, for whom, and which version it needs.

    python scripts/check_breaking.py --redocly FILE [REF]

REF is what to compare with: a tag, branch or commit; without it, the newest release. 1 when `info.version` and
CHANGELOG.md do not say what the changes ask for, 2 when there is nothing to compare with.
"""

import argparse
import hashlib
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from breaking import promises, report, surface, wire
from breaking.change import Bump, Change, greatest
from breaking.revision import CLIENT, SPEC, NoRevision, Revision, at, newest_release
from breaking.versions import Verdict, judge, judge_client_alone
from command_line import WRONG_USAGE, OneLineParser

ROOT = Path(__file__).resolve().parent.parent


def compare(redocly: Path, old: Revision, new: Revision) -> list[Change]:
    """Every change of spec and client, the worst first."""
    found = []
    if contents(old.client) != contents(new.client):
        found += surface.compare(old.client, new.client)
        found = found or [Change("The client reads differently.", CLIENT, "comparison", Bump.none)]
    if unversioned(old.document) != unversioned(new.document):
        on_the_wire = [
            *wire.compare(redocly, old, new),
            *promises.compare(old.document, new.document),
        ]
        found += on_the_wire or [Change("The spec reads differently.", SPEC, "comparison")]
    return sorted(found, key=lambda change: -change.bump)


def unversioned(document: Mapping[str, Any]) -> dict[str, Any]:
    """The spec but for its version."""
    return {**document, "info": {**document.get("info", {}), "version": None}}


def contents(client: Path) -> dict[str, bytes]:
    """The modules of the client; its stamp tells hashes, which nobody imports."""
    modules = (path for path in client.rglob("*.py") if path.name != "_stamp.py")
    return {path.relative_to(client).as_posix(): path.read_bytes() for path in modules}


def verdict_on(changes: Sequence[Change], old: Revision, new: Revision) -> Verdict:
    if changes and greatest(changes) is Bump.none:
        return judge_client_alone(old, new)
    return judge(greatest(changes), old, new)


def check_client(new: Revision) -> None:
    """A client of another spec has another surface than the one that is to be judged."""
    if new.stamp("SPEC") != hashlib.sha256(new.spec.read_bytes()).hexdigest():
        raise NoRevision("generated/ is not of this spec; run `nox -s generate` first")


# Command line


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = OneLineParser("check_breaking", __doc__)
    parser.add_argument(
        "ref",
        nargs="?",
        metavar="REF",
        help="compare with this tag, branch or commit (newest release)",
    )
    parser.add_argument(
        "--redocly", type=Path, required=True, metavar="FILE", help="the command; nox installs it"
    )
    parser.add_argument(
        "--report-dir", type=Path, default=ROOT / "reports", metavar="DIR", help="(reports)"
    )
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    chosen = options(arguments)
    with tempfile.TemporaryDirectory(prefix="pictify-breaking-") as work:
        try:
            ref = chosen.ref or newest_release(ROOT)
            if ref is None:
                raise NoRevision(
                    "no tag such as v1.0.0 names a release; say what to compare with: nox -s breaking -- REF"
                )
            old, new = at(ROOT, ref, Path(work)), Revision("here", ROOT)
            check_client(new)
            changes = compare(chosen.redocly, old, new)
            verdict = verdict_on(changes, old, new)
        except NoRevision as error:
            print(f"check_breaking: {error}", file=sys.stderr)
            return WRONG_USAGE
    report.show(Console(), ref, changes, verdict)
    for path in report.write(chosen.report_dir, ref, changes, verdict):
        print(f"Report: {path}")
    return 1 if verdict.missing else 0


if __name__ == "__main__":
    sys.exit(main())
