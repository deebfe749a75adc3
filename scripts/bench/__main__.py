"""Measure the mock and the client beside others of their kind, on loopback.

    PYTHONPATH=scripts python -m bench [--only PART] [--seconds 1] [--rounds 3] [--prism FILE]

Each round measures every server and library in turn, so other work on the machine affects them all.
The result is reports/bench.md.
"""

import argparse
import sys
from pathlib import Path

from bench import clients, servers
from command_line import OneLineParser

ROOT = Path(__file__).resolve().parents[2]
PARTS = {"mock": servers.section, "client": clients.section}


def at_least_one(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1")
    return int(text)


def options() -> argparse.Namespace:
    parser = OneLineParser("bench", "Measure the mock and the client.", prog="nox -s bench --")
    parser.add_argument("--only", choices=PARTS, help="measure only the mock or the client")
    parser.add_argument(
        "--seconds", type=at_least_one, default=1, help="of each measurement (default: 1)"
    )
    parser.add_argument("--rounds", type=at_least_one, default=3, help="default: 3")
    parser.add_argument("--prism", metavar="FILE", help="the JavaScript file of an installed Prism")
    return parser.parse_args()


def main() -> None:
    if not Path("/proc/self/stat").exists():
        sys.exit("bench reads times and memory from /proc, which only Linux has")
    chosen = options()
    sections = [section(chosen) for name, section in PARTS.items() if chosen.only in (None, name)]
    page = ROOT / "reports" / "bench.md"
    page.parent.mkdir(exist_ok=True)
    page.write_text("\n\n".join(["# Bench", *sections]) + "\n", encoding="utf-8")
    print(page.relative_to(ROOT))


if __name__ == "__main__":
    main()
