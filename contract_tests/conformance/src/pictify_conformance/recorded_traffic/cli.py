"""The command `pictify-conformance traffic [--server URL] FILE.har ...`.

It reports undocumented paths, methods, statuses and query parameters, wrong types, and calls that
were answered without their key. The exit code is 0 without a difference, 1 with one, and 2 if a
file is not a HAR.
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
from pictify_conformance.recorded_traffic.har import read
from pictify_conformance.recorded_traffic.judge import Findings, judge
from pictify_conformance.redaction import LONG
from pictify_conformance.spec.pointers import is_assumed

COLUMNS = ("call", "differs", "the spec says", "first seen", "times")
KEY_LIKE = r"\b[pw]k_\w{6,}"
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def main(arguments: Sequence[str]) -> int:
    """Judge HAR files, print and write the differences, and return the exit code."""
    options = parse(arguments)
    entries = {path.name: read(path) for path in options.files}
    if not any(entries.values()):
        raise Stop(WRONG_USAGE, f"{', '.join(entries)}: no entries; record some calls")
    findings = Findings()
    for file, calls in entries.items():
        judge(calls, file, options.server, findings)
    if not findings.judged:
        raise Stop(WRONG_USAGE, f"none of {findings.elsewhere} calls goes to {options.server}")
    keys = {key for calls in entries.values() for entry in calls for key in entry.secrets()}
    found, headline = rows(findings, keys), verdict(findings)
    show(Console(), found, headline)
    options.report_dir.mkdir(parents=True, exist_ok=True)
    report = options.report_dir / "traffic.json"
    differences = [dict(zip(COLUMNS, row, strict=True)) for row in found]
    data = {"verdict": headline, "differences": differences}
    report.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    print(f"Report: {report}")
    return 1 if found else 0


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = Parser(
        prog="pictify-conformance traffic", description="Check recorded traffic against the spec."
    )
    add = parser.add_argument
    add("files", nargs="+", type=Path, metavar="FILE.har", help="recorded traffic")
    add("--server", metavar="URL", help="judge only calls of this server (all)")
    add("--report-dir", type=Path, default=Path("reports"), metavar="DIR", help="(reports)")
    options = parser.parse_args(arguments)
    if options.server:
        url = urlsplit(options.server)
        if url.scheme not in ("http", "https") or not url.netloc:
            raise Stop(WRONG_USAGE, f"--server {options.server!r} is not an http or https URL")
    return options


def rows(findings: Findings, keys: set[str]) -> list[tuple[str, ...]]:
    """Return a row for each difference, without keys, and marked if the spec only assumes it."""
    known = sorted((key for key in keys if len(key) > 3), key=len, reverse=True)
    secret = re.compile("|".join([*map(_key_pattern, known), KEY_LIKE]))
    found = []
    for (call, message, pointer), places in findings.differences.items():
        mark = " (assumed)" if is_assumed(spec.document(), pointer) else ""
        texts = (call, message, pointer + mark, places[0], str(len(places)))
        found.append(tuple(UNPRINTABLE.sub("?", secret.sub("[key]", text)) for text in texts))
    return found


def _key_pattern(key: str) -> str:
    # A short key may be a part of an ordinary word.
    return re.escape(key) if len(key) >= LONG else rf"(?<!\w){re.escape(key)}(?!\w)"


def show(console: Console, found: Sequence[tuple[str, ...]], headline: str) -> None:
    """Print a table of the differences, and the verdict."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in COLUMNS:
        table.add_column(name, overflow="fold")
    for row in found:
        table.add_row(*map(Text, row))
    if found:
        console.print(table)
    console.print(headline, soft_wrap=True, markup=False, highlight=False)


def verdict(findings: Findings) -> str:
    """Return in one line what was judged, and what was not and why."""
    counts = {
        f"{findings.refused} of them refused, whose requests are not judged": findings.refused,
        f"{number(findings.unrecorded, 'message')} not recorded whole": findings.unrecorded,
        f"{number(findings.preflights, 'preflight')} left out": findings.preflights,
        f"{number(findings.elsewhere, 'call')} of other servers left out": findings.elsewhere,
    }
    notes = "".join(f", {note}" for note, count in counts.items() if count)
    differences = len(findings.differences)
    differ = number(differences, "difference") if differences else "no difference"
    return f"{differ} from the spec in {number(findings.judged, 'call')}{notes}."


def number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
