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

from pictify_conformance import spec
from pictify_conformance.exit_codes import WRONG_USAGE, Stop
from pictify_conformance.options import Parser, make_report_dir
from pictify_conformance.recorded_traffic.har import origin, read
from pictify_conformance.recorded_traffic.judge import Findings, judge
from pictify_conformance.redaction import LONG, printable
from pictify_conformance.spec.pointers import MISSING, is_assumed, steps

COLUMNS = ("call", "differs", "the spec says", "place in the spec", "first seen", "times")
KEY_LIKE = r"\b[pw]k_\w{6,}"
SAID = 100  # characters of the spec in a row


def main(arguments: Sequence[str]) -> int:
    """Judge HAR files, print and write the differences, and return the exit code."""
    options = parse(arguments)
    recordings = [read(path, name) for path, name in named(options.files)]
    findings = Findings()
    for recording in recordings:
        judge(recording, options.server, findings)
    if not findings.judged:
        files = ", ".join(recording.name for recording in recordings)
        notes = "; ".join(left_out(findings)) or "no entries; record some calls"
        server = f" of {options.server}" if options.server else ""
        raise Stop(WRONG_USAGE, f"{files}: no call{server} to judge: {notes}")
    entries = [entry for recording in recordings for entry in recording.entries]
    keys = {key for entry in entries for key in entry.secrets()}
    found, headline = rows(findings, keys), verdict(findings)
    make_report_dir(options.report_dir)
    show(found, headline)
    report = options.report_dir / "traffic.json"
    differences = [dict(zip(COLUMNS, row, strict=True)) for row in found]
    data = {
        "verdict": headline,
        "left out": left_out(findings),
        "unreadable": findings.unreadable,
        "differences": differences,
    }
    report.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    print(f"Report: {report}")
    return 1 if found else 0


def named(files: Sequence[Path]) -> list[tuple[Path, str]]:
    """Return each file with its name, or with its path if others have the same name."""
    paths = list(dict.fromkeys(files))
    names = [path.name for path in paths]
    return [(path, path.name if names.count(path.name) == 1 else str(path)) for path in paths]


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
        try:
            scheme, host, _ = origin(options.server)
        except ValueError:  # of the port or of an IPv6 address
            scheme = host = ""
        if scheme not in ("http", "https") or not host:
            raise Stop(WRONG_USAGE, f"--server {options.server!r} is not an http or https URL")
    return options


def rows(findings: Findings, keys: set[str]) -> list[tuple[str, ...]]:
    """Return a row for each difference, without keys, and marked if the spec only assumes it."""
    known = sorted((key for key in keys if len(key) > 3), key=len, reverse=True)
    secret = re.compile("|".join([*map(_key_pattern, known), KEY_LIKE]))
    found = []
    for (call, message, pointer), places in findings.differences.items():
        mark = " (assumed)" if is_assumed(spec.document(), pointer) else ""
        texts = (call, message, said(pointer) + mark, pointer, places[0], str(len(places)))
        found.append(tuple(_one_line(secret.sub("[key]", text)) for text in texts))
    return found


def said(pointer: str) -> str:
    """Return the part of the spec at a pointer in one line: its value, or the names in it."""
    [*_, (name, node)] = steps(spec.document(), pointer)
    if isinstance(node, list) and any(isinstance(item, dict) for item in node):
        items = map(spec.resolved, node)
        value = ", ".join(item.get("name") or " and ".join(item) for item in items)
    elif isinstance(node, dict):
        value = ", ".join(key for key in map(str, node) if not key.startswith("x-"))
    else:
        value = "" if node is MISSING else json.dumps(node, ensure_ascii=False, default=str)
    text = f"{name}: {value or 'none'}"
    return text if len(text) <= SAID else f"{text[:SAID]}…"


def _one_line(text: str) -> str:
    return " ".join(printable(text).split())


def _key_pattern(key: str) -> str:
    # A short key may be a part of an ordinary word.
    return re.escape(key) if len(key) >= LONG else rf"(?<!\w){re.escape(key)}(?!\w)"


def show(found: Sequence[tuple[str, ...]], headline: str) -> None:
    """Print the differences of each call, and the verdict. Pointers stay whole, to be copied."""
    last = ""
    for call, message, says, pointer, place, times in sorted(found):
        if call != last:
            print(call)
        last = call
        print(f"  {message}\n    the spec says  {says}\n    at             {pointer}")
        print(f"    first seen     {place}, {number(int(times), 'time')} in all\n")
    print(headline)


def verdict(findings: Findings) -> str:
    """Return in one line what was judged, and what was not and why."""
    differences = len(findings.differences)
    differ = number(differences, "difference") if differences else "no difference"
    judged = f"{differ} from the spec in {number(findings.judged, 'call')}"
    return f"{', '.join([judged, *left_out(findings)])}."


def left_out(findings: Findings) -> list[str]:
    """Return what was not judged, with the number of each and the reason."""
    unreadable, first = len(findings.unreadable), "".join(findings.unreadable[:1])
    notes = [
        (findings.refused, f"{findings.refused} of them refused, whose requests are not judged"),
        (findings.unrecorded, f"{number(findings.unrecorded, 'message')} not recorded whole"),
        (
            findings.keyless,
            f"the key of {number(findings.keyless, 'call')} removed when it was recorded",
        ),
        (findings.headerless, f"{number(findings.headerless, 'call')} recorded without headers"),
        (findings.preflights, f"{number(findings.preflights, 'preflight')} left out"),
        (findings.redirected, f"{number(findings.redirected, 'target')} of redirects left out"),
        (findings.unanswered, f"{number(findings.unanswered, 'call')} without an answer left out"),
        (findings.elsewhere, f"{number(findings.elsewhere, 'call')} of other servers left out"),
        (unreadable, f"{number(unreadable, 'unreadable call')} left out (first {first})"),
    ]
    return [note for count, note in notes if count]


def number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
