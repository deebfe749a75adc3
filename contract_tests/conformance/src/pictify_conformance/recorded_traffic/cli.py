"""Check recorded traffic against the spec.

    pictify-conformance traffic [--server URL] FILE.har ...

Tells undocumented paths, methods, statuses and query parameters, wrong types in requests and answers, and calls that
were answered without their key. 0 when nothing differs, 1 when something does, 2 when a file is no HAR.
"""

import argparse
import json
import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pictify_conformance import spec
from pictify_conformance.exit_codes import WRONG_USAGE, Stop
from pictify_conformance.options import Parser
from pictify_conformance.recorded_traffic.har import Entry, NotTraffic, read
from pictify_conformance.recorded_traffic.judge import Findings, judge
from pictify_conformance.recorded_traffic.openapi import OpenApi
from pictify_conformance.spec.pointers import is_assumed

COLUMNS = ("call", "differs", "the spec says", "first seen", "times")
KEY_LIKE = r"\b[pw]k_\w{6,}"
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def rows(spec: OpenApi, findings: Findings, keys: set[str]) -> list[tuple[str, ...]]:
    """Each difference as a row, without a key in it; what the spec only assumes is marked."""
    known = sorted((re.escape(key) for key in keys if len(key) > 3), key=len, reverse=True)
    secret = re.compile("|".join([*known, KEY_LIKE]))
    return [
        tuple(
            UNPRINTABLE.sub("?", secret.sub("[key]", text))
            for text in (call, what, said, seen.first, str(seen.times))
        )
        for (call, what, where), seen in findings.differences.items()
        for said in (f"{where} (assumed)" if is_assumed(spec.document, where) else where,)
    ]


def show(console: Console, found: Sequence[tuple[str, ...]], findings: Findings) -> None:
    """Print a table of the differences and the verdict in one line."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in COLUMNS:
        table.add_column(name, overflow="fold")
    for row in found:
        table.add_row(*map(Text, row))
    if found:
        console.print(table)
    console.print(verdict(findings), soft_wrap=True, markup=False, highlight=False)


def verdict(findings: Findings) -> str:
    """What was judged, what was not and why, in one line."""
    counted = {
        f"{findings.refused} of them refused, whose requests are not judged": findings.refused,
        f"{number(findings.unrecorded, 'message')} not recorded whole": findings.unrecorded,
        f"{number(findings.preflights, 'preflight')} left out": findings.preflights,
        f"{number(findings.elsewhere, 'call')} of other servers left out": findings.elsewhere,
    }
    notes = "".join(f", {note}" for note, count in counted.items() if count)
    differ = (
        number(len(findings.differences), "difference") if findings.differences else "no difference"
    )
    return f"{differ} from the spec in {number(findings.judged, 'call')}{notes}."


def number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


# Command line


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = Parser(
        prog="pictify-conformance traffic", description="Check recorded traffic against the spec."
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE.har", help="recorded traffic")
    parser.add_argument("--server", metavar="URL", help="judge only calls of this server (all)")
    parser.add_argument(
        "--report-dir", type=Path, default=Path("reports"), metavar="DIR", help="(reports)"
    )
    chosen = parser.parse_args(arguments)
    if chosen.server and not (
        urlsplit(chosen.server).scheme in ("http", "https") and urlsplit(chosen.server).netloc
    ):
        raise Stop(WRONG_USAGE, f"--server {chosen.server!r} is not an http or https URL")
    return chosen


def recorded(files: Sequence[Path]) -> dict[str, list[Entry]]:
    """The entries of each file."""
    found = {path.name: read(path) for path in files}
    if not any(found.values()):
        raise NotTraffic(f"{', '.join(found)}: there is nothing in it; record some calls")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    chosen = options(arguments)
    try:
        entries = recorded(chosen.files)
    except NotTraffic as error:
        raise Stop(WRONG_USAGE, str(error)) from None
    api, findings = OpenApi(spec.document()), Findings()
    for file, calls in entries.items():
        judge(api, calls, file, chosen.server, findings)
    if not findings.judged:
        raise Stop(WRONG_USAGE, f"none of {findings.elsewhere} calls goes to {chosen.server}")
    found = rows(
        api,
        findings,
        {key for calls in entries.values() for entry in calls for key in entry.secrets()},
    )
    show(Console(), found, findings)
    chosen.report_dir.mkdir(parents=True, exist_ok=True)
    report = chosen.report_dir / "traffic.json"
    data = {
        "verdict": verdict(findings),
        "differences": [dict(zip(COLUMNS, row, strict=True)) for row in found],
    }
    report.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    print(f"Report: {report}")
    return 1 if found else 0
