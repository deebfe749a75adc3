"""Send our mock 100,000 generated requests, or a shard of them, and join the shards.

    python scripts/fuzz_mock.py [--shard 2/8] [--join FOLDER] [options of pictify-conformance]

A unit is one schema rule, which is an operation at a level, with one seed. What it generates and
what it finds do not depend on other units: each is a run of pictify-conformance of its own, on a
mock of its own. 0 when every unit conforms, 1 when a rule is broken or a unit is missing, else 3.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from command_line import WRONG_USAGE, OneLineParser
from pictify_conformance import spec
from shards import NoReports, Shard, differences, reports, shard

CAMPAIGN = "fuzz"
# Each run begins with the same 4,000 values that are derived from the schemas, whatever its seed
# is: more seeds with fewer cases each would mostly repeat those.
SEEDS = 4
TIMES = 25  # of what a strict run generates for each rule
BROKEN, NO_VERDICT = 1, 3


@dataclass(frozen=True)
class Unit:
    """A rule and a seed."""

    rule: str
    seed: int

    def __str__(self) -> str:
        return f"{self.rule} with seed {self.seed}"

    @property
    def folder(self) -> str:
        """Name the folder of its reports."""
        return f"{self.rule}-{self.seed}"


@dataclass(frozen=True)
class Found:
    """A unit's name, the exit code of its run, what that says, and how long it took."""

    unit: str
    code: int
    verdict: str
    seconds: float

    def __str__(self) -> str:
        return f"{self.unit}: {self.verdict} ({self.seconds:.0f} s)"


def units() -> list[Unit]:
    """Return the units of the whole campaign, seed by seed."""
    rules = [rule.id for rule in spec.rules().values() if rule.area == "schema"]
    return [Unit(rule, seed) for seed in range(1, SEEDS + 1) for rule in rules]


def judge(unit: Unit, folder: Path, options: Sequence[str]) -> Found:
    """Run a unit. What it prints goes into a file beside its reports."""
    place, started = folder / unit.folder, time.monotonic()
    place.mkdir(parents=True, exist_ok=True)
    (place / "results.json").unlink(missing_ok=True)  # of an earlier run
    what = ("-n=1", f"--rule={unit.rule}", f"--seed={unit.seed}", f"--times={TIMES}")
    command = (sys.executable, "-m", "pictify_conformance", *what, f"--report-dir={place}", *options)
    with (place / "output.txt").open("w", encoding="utf-8") as output:
        code = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT).returncode
    return Found(str(unit), code, verdict_of(place), round(time.monotonic() - started, 1))


def verdict_of(place: Path) -> str:
    """Return the headline of a run, or where to look if it wrote none."""
    try:
        results = json.loads((place / "results.json").read_text(encoding="utf-8"))
        return str(results["summary"]["verdict"])
    except (OSError, ValueError, LookupError):
        return f"no verdict, see {place / 'output.txt'}"


def judged(wanted: Sequence[Unit], options: argparse.Namespace, more: Sequence[str]) -> Iterator[Found]:
    """Run units, a few at a time, and print what is found."""
    with ThreadPoolExecutor(options.jobs) as pool:
        try:
            for found in pool.map(lambda unit: judge(unit, options.report_dir, more), wanted):
                print(found, flush=True)
                yield found
        except KeyboardInterrupt:
            pool.shutdown(cancel_futures=True)
            raise


def conclude(found: Sequence[Found], expected: Sequence[str]) -> int:
    """Print what is wrong and the totals, and return the exit code."""
    wrong = list(differences(expected, [each.unit for each in found]))
    for line in [*wrong, *(str(each) for each in found if each.code)]:
        print(line)
    bad = sum(each.code != 0 for each in found)
    print(f"{len(found)} of {len(expected)} units: {len(found) - bad} conforming, {bad} not")
    if wrong or any(each.code == BROKEN for each in found):
        return BROKEN
    return NO_VERDICT if bad else 0


def joined(folder: Path) -> list[Found]:
    """Read what the shards found, in the order of the campaign."""
    order = {str(unit): place for place, unit in enumerate(units())}
    try:
        found = [Found(**each) for report in reports(folder, CAMPAIGN) for each in report["units"]]
    except (KeyError, TypeError) as error:
        raise NoReports(f"a report in {folder} is not one of this campaign: {error}") from None
    return sorted(found, key=lambda each: order.get(each.unit, len(order)))


# Command line


def main(arguments: Sequence[str] | None = None) -> int:
    options, more = parser().parse_known_args(arguments)
    if options.join:
        try:
            return conclude(joined(options.join), [str(unit) for unit in units()])
        except NoReports as error:
            print(f"fuzz_mock: {error}", file=sys.stderr)
            return WRONG_USAGE
    part: Shard = options.shard
    wanted = part.take(units())
    try:
        found = list(judged(wanted, options, more))
    except KeyboardInterrupt:
        print("fuzz_mock: interrupted", file=sys.stderr)
        return NO_VERDICT
    code = conclude(found, [str(unit) for unit in wanted])
    print(f"wrote {part.write(options.report_dir, CAMPAIGN, {'units': [asdict(each) for each in found]})}")
    return code


def parser() -> OneLineParser:
    parser = OneLineParser("fuzz_mock", __doc__)
    add, part = parser.add_argument, parser.add_mutually_exclusive_group().add_argument
    part("--shard", type=shard, default=Shard(), metavar="K/N", help="only this part of the units, such as 2/8")
    part("--join", type=Path, metavar="DIR", help="judge nothing: join the reports of all shards, found in DIR")
    add("-j", "--jobs", type=jobs, default=os.cpu_count(), metavar="N", help="units at a time (default: one a core)")
    add("--report-dir", type=Path, default=Path("reports/fuzz"), metavar="DIR", help="default: reports/fuzz")
    return parser


def jobs(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 64:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 64")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
