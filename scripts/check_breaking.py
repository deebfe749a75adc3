"""Tell what a change of the spec or the client breaks, for whom, and the version that it needs.

    python scripts/check_breaking.py --redocly FILE [REF]

REF is the version to compare with: a tag, branch or commit; without it, the newest release. The
exit code is 1 when `info.version` or CHANGELOG.md lacks what the changes need, and 2 when there is
nothing to compare with.
"""

import argparse
import hashlib
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from breaking import promises, report, surface, wire
from breaking.change import Bump, Change, greatest
from breaking.revision import CLIENT, SPEC, NoRevision, Revision, at, newest_release
from breaking.versions import judge, judge_client_alone
from command_line import WRONG_USAGE, OneLineParser

ROOT = Path(__file__).resolve().parent.parent


def compare(redocly: Path, old: Revision, new: Revision) -> list[Change]:
    """Return every change of spec and client, the worst first."""
    found = []
    if modules(old.client) != modules(new.client):
        found += surface.compare(old.client, new.client)
        found = found or [Change("The client reads differently.", CLIENT, "comparison", Bump.none)]
    if without_version(old.document) != without_version(new.document):
        in_spec = [
            *wire.compare(redocly, old, new),
            *promises.compare(old.normal_form, new.normal_form),
        ]
        found += in_spec or [Change("The spec reads differently.", SPEC, "comparison")]
    return sorted(found, key=lambda change: -change.bump)


def without_version(document: Mapping[str, Any]) -> dict[str, Any]:
    return {**document, "info": {**document.get("info", {}), "version": None}}


def modules(client: Path) -> dict[str, bytes]:
    """Return the modules that are imported. `_stamp.py` holds hashes only."""
    paths = (path for path in client.rglob("*.py") if path.name != "_stamp.py")
    return {path.relative_to(client).as_posix(): path.read_bytes() for path in paths}


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = OneLineParser("check_breaking", __doc__)
    parser.add_argument("ref", nargs="?", metavar="REF", help="default: the newest release")
    parser.add_argument("--redocly", type=Path, required=True, metavar="FILE", help="the command")
    parser.add_argument(
        "--report-dir", type=Path, default=ROOT / "reports", metavar="DIR", help="(reports)"
    )
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    chosen = options(arguments)
    with tempfile.TemporaryDirectory(prefix="pictify-breaking-") as folder:
        try:
            ref = chosen.ref or newest_release(ROOT)
            if ref is None:
                raise NoRevision("no release is tagged; name a ref: nox -s breaking -- REF")
            old, new = at(ROOT, ref, Path(folder)), Revision("here", ROOT)
            if new.stamp("SPEC") != hashlib.sha256(new.spec.read_bytes()).hexdigest():
                raise NoRevision("generated/ was not made from this spec; run `nox -s generate`")
            changes = compare(chosen.redocly, old, new)
            bump = greatest(changes)
            is_client_alone = bool(changes) and bump is Bump.none
            verdict = judge_client_alone(old, new) if is_client_alone else judge(bump, old, new)
        except NoRevision as error:
            print(f"check_breaking: {error}", file=sys.stderr)
            return WRONG_USAGE
    page = report.markdown(ref, changes, verdict)
    print(page, end="")
    chosen.report_dir.mkdir(parents=True, exist_ok=True)
    (chosen.report_dir / "breaking.md").write_text(page, encoding="utf-8")
    return 1 if verdict.missing else 0


if __name__ == "__main__":
    sys.exit(main())
