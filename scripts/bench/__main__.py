"""Measure what the project makes beside others of its kind, on loopback, and tell it as a page and a picture.

    PYTHONPATH=scripts python -m bench [--only PART] [--seconds 1] [--rounds 3] [--prism FILE]

Both parts measure in rounds, each thing in turn, so that whatever else the machine does meets all of them.
"""

import argparse
import sys
from pathlib import Path

from bench import clients, report, servers
from command_line import OneLineParser

ROOT = Path(__file__).resolve().parents[2]
PARTS = {"mock": servers.part, "client": clients.part}


def at_least_one(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1")
    return int(text)


def arguments() -> argparse.Namespace:
    parser = OneLineParser("bench", "Measure the mock and the client.", prog="nox -s bench --")
    parser.add_argument("--only", choices=PARTS, help="measure one of them")
    parser.add_argument(
        "--seconds",
        type=at_least_one,
        default=1,
        help="for each measurement of a round (default: 1)",
    )
    parser.add_argument("--rounds", type=at_least_one, default=3, help="default: 3")
    parser.add_argument("--prism", metavar="FILE", help="the JavaScript file of an installed Prism")
    return parser.parse_args()


def main() -> None:
    if not Path("/proc/self/stat").exists():
        sys.exit("bench reads times and memory from /proc, which only Linux has")
    options = arguments()
    parts = [part(options) for name, part in PARTS.items() if options.only in (None, name)]
    for file in report.write(ROOT / "reports", parts):
        print(file.relative_to(ROOT))


if __name__ == "__main__":
    main()
