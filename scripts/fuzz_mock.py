"""Send our mock more than 100,000 generated requests, or a shard of them, and join the shards.

    python scripts/fuzz_mock.py [--shard 2/8] [--join FOLDER] [options of pictify-conformance]

A unit is a seed: a run of pictify-conformance of its own, on mocks of its own, over every operation
at both levels. What it generates and finds does not depend on other units. 0 when every unit
conforms, 1 when a rule is broken or a unit is missing or double, else 3.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from command_line import WRONG_USAGE, OneLineParser
from shards import NoReports, Shard, differences, reports, shard

CAMPAIGN = "fuzz"
# Each run sends 3,000 requests that are derived from the schemas, whatever its seed is, and 1,800 for
# each time: more seeds with fewer cases each would mostly repeat the former.
SEEDS = range(1, 9)
TIMES = 10  # what a strict run generates
BROKEN, NO_VERDICT = 1, 3


@dataclass(frozen=True)
class Found:
    """A unit's name, the exit code of its run, what that says, and how long it took."""

    unit: str
    code: int
    verdict: str
    seconds: float

    def __str__(self) -> str:
        return f"{self.unit}: {self.verdict} ({self.seconds:.0f} s)"


def unit(seed: int) -> str:
    """Name a unit, and the folder of its reports."""
    return f"seed-{seed}"


def judge(seed: int, folder: Path, options: Sequence[str]) -> Found:
    """Run a unit. What it prints goes into a file beside its reports."""
    place, started = folder / unit(seed), time.monotonic()
    place.mkdir(parents=True, exist_ok=True)
    (place / "results.json").unlink(missing_ok=True)  # of an earlier run
    what = ("--area=schema", f"--seed={seed}", f"--times={TIMES}")
    command = (
        sys.executable,
        "-m",
        "pictify_conformance",
        *what,
        f"--report-dir={place}",
        *options,
    )
    with (place / "output.txt").open("w", encoding="utf-8") as output:
        code = code_of(command, output)
    return Found(unit(seed), code, verdict_of(place), round(time.monotonic() - started, 1))


def code_of(command: Sequence[str], output: IO[str]) -> int:
    """Run a command and return its exit code."""
    with subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:
            process.wait()  # Ctrl-C reaches it too, and it stops its mocks
            raise


def verdict_of(place: Path) -> str:
    """Return the headline of a run, or where to look if it wrote none."""
    try:
        results = json.loads((place / "results.json").read_text(encoding="utf-8"))
        return str(results["summary"]["verdict"])
    except (OSError, ValueError, LookupError):
        return f"no verdict, see {place / 'output.txt'}"


def judged(seeds: Sequence[int], folder: Path, options: Sequence[str]) -> Iterator[Found]:
    """Run units one after another, each on every core, and print what is found."""
    for seed in seeds:
        found = judge(seed, folder, options)
        print(found, flush=True)
        yield found


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
    order = {unit(seed): seed for seed in SEEDS}
    try:
        found = [Found(**each) for report in reports(folder, CAMPAIGN) for each in report["units"]]
    except (KeyError, TypeError) as error:
        raise NoReports(f"a report in {folder} is not one of this campaign: {error}") from None
    return sorted(found, key=lambda each: order.get(each.unit, len(SEEDS)))


# Command line


def main(arguments: Sequence[str] | None = None) -> int:
    options, more = parser().parse_known_args(arguments)
    if options.join:
        try:
            return conclude(joined(options.join), [unit(seed) for seed in SEEDS])
        except NoReports as error:
            print(f"fuzz_mock: {error}", file=sys.stderr)
            return WRONG_USAGE
    part: Shard = options.shard
    seeds = part.take(SEEDS)
    try:
        found = list(judged(seeds, options.report_dir, more))
    except KeyboardInterrupt:
        print("fuzz_mock: interrupted", file=sys.stderr)
        return NO_VERDICT
    code = conclude(found, [unit(seed) for seed in seeds])
    print(
        f"wrote {part.write(options.report_dir, CAMPAIGN, {'units': [asdict(each) for each in found]})}"
    )
    return code


def parser() -> OneLineParser:
    parser = OneLineParser("fuzz_mock", __doc__)
    add, part = parser.add_argument, parser.add_mutually_exclusive_group().add_argument
    part(
        "--shard",
        type=shard,
        default=Shard(),
        metavar="K/N",
        help="only this part of the seeds, such as 2/8",
    )
    part(
        "--join",
        type=Path,
        metavar="DIR",
        help="judge nothing: join the reports of all shards, found in DIR",
    )
    add(
        "--report-dir",
        type=Path,
        default=Path("reports/fuzz"),
        metavar="DIR",
        help="default: reports/fuzz",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
