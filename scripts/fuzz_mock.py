"""Send our mock more than 100,000 generated requests, or a shard of them, and join the shards.

    python scripts/fuzz_mock.py [--shard 2/8] [--join FOLDER] [options of pictify-conformance]

A unit is a seed: a run of pictify-conformance over every operation at both levels. It does not
depend on other units. The exit code is 0 when every unit conforms, 1 when a rule is broken or a
unit is missing or double, else 3.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from command_line import WRONG_USAGE, OneLineParser
from shards import NoReports, Shard, differences, reports, shard

CAMPAIGN = "fuzz"
# Each run sends 3,000 requests that are derived from the schemas with any seed, and 1,800 for
# each of TIMES: more seeds with fewer cases would mostly repeat the former.
SEEDS = range(1, 9)
TIMES = 10
BROKEN, NO_VERDICT = 1, 3


@dataclass(frozen=True)
class UnitResult:
    """The result of one run of pictify-conformance."""

    unit: str
    code: int
    verdict: str
    seconds: float

    def __str__(self) -> str:
        return f"{self.unit}: {self.verdict} ({self.seconds:.0f} s)"


def unit(seed: int) -> str:
    """Name a unit, and the folder of its reports."""
    return f"seed-{seed}"


def run_unit(seed: int, folder: Path, options: Sequence[str]) -> UnitResult:
    """Run a unit. Its output goes into a file beside its reports."""
    reports, started = folder / unit(seed), time.monotonic()
    reports.mkdir(parents=True, exist_ok=True)
    (reports / "results.json").unlink(missing_ok=True)  # of an earlier run
    command = [sys.executable, "-m", "pictify_conformance", "--area=schema", f"--seed={seed}"]
    command += [f"--times={TIMES}", f"--report-dir={reports}", *options]
    with (
        (reports / "output.txt").open("w", encoding="utf-8") as output,
        subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT) as process,
    ):
        try:
            code = process.wait()
        except KeyboardInterrupt:
            process.wait()  # Ctrl-C reaches it too, and it stops its mocks
            raise
    return UnitResult(unit(seed), code, verdict_of(reports), round(time.monotonic() - started, 1))


def verdict_of(reports: Path) -> str:
    """Return the headline of a run, or where to look if it wrote none."""
    try:
        results = json.loads((reports / "results.json").read_text(encoding="utf-8"))
        return str(results["summary"]["verdict"])
    except (OSError, ValueError, LookupError):
        return f"no verdict, see {reports / 'output.txt'}"


def run_units(seeds: Sequence[int], folder: Path, options: Sequence[str]) -> Iterator[UnitResult]:
    """Run units one after another, each on every core, and print the results."""
    for seed in seeds:
        result = run_unit(seed, folder, options)
        print(result, flush=True)
        yield result


def conclude(results: Sequence[UnitResult], expected: Sequence[str]) -> int:
    """Print what is wrong and the totals, and return the exit code."""
    wrong = list(differences(expected, [each.unit for each in results]))
    bad = [each for each in results if each.code]
    for line in [*wrong, *map(str, bad)]:
        print(line)
    conforming = len(results) - len(bad)
    print(f"{len(results)} of {len(expected)} units: {conforming} conforming, {len(bad)} not")
    if wrong or any(each.code == BROKEN for each in bad):
        return BROKEN
    return NO_VERDICT if bad else 0


def joined(folder: Path) -> list[UnitResult]:
    """Read the results of all shards, in the order of the campaign."""
    order = {unit(seed): seed for seed in SEEDS}
    rows = [row for report in reports(folder, CAMPAIGN) for row in report.get("units", [{}])]
    try:
        results = [UnitResult(**row) for row in rows]
    except TypeError as error:
        raise NoReports(f"a report in {folder} is not one of this campaign: {error}") from None
    return sorted(results, key=lambda each: order.get(each.unit, len(SEEDS)))


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
        results = list(run_units(seeds, options.report_dir, more))
    except KeyboardInterrupt:
        print("fuzz_mock: interrupted", file=sys.stderr)
        return NO_VERDICT
    code = conclude(results, [unit(seed) for seed in seeds])
    units = [asdict(result) for result in results]
    print(f"wrote {part.write(options.report_dir, CAMPAIGN, {'units': units})}")
    return code


def parser() -> OneLineParser:
    parser = OneLineParser("fuzz_mock", __doc__)
    part = parser.add_mutually_exclusive_group()
    part.add_argument(
        "--shard", type=shard, default=Shard(), metavar="K/N", help="a part of the seeds, as 2/8"
    )
    part.add_argument("--join", type=Path, metavar="DIR", help="join the reports of all shards")
    parser.add_argument(
        "--report-dir", type=Path, default=Path("reports/fuzz"), metavar="DIR", help="(%(default)s)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
