"""Try every fault: `python -m broken_servers --help`."""

import argparse
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from broken_servers import forks, full_suite, report
from broken_servers.fault import Fault, catalogue
from broken_servers.full_suite import SuiteResult
from broken_servers.trial import Trial, modules_by_rule, try_out
from pictify_conformance import spec
from pictify_conformance.exit_codes import WRONG_USAGE, Stop
from pictify_conformance.options import Parser
from pictify_conformance.spec import Level
from shards import NoReports, Shard, differences, shard

TIMEOUT = 600  # seconds for one server
PROGRESS_STEP = 50  # trials from one line of progress to the next
INTERRUPTED = 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the faults and return the exit code: 0 if every one of them was caught."""
    try:
        options = parser().parse_args(arguments)
        run = Run(options, selected_faults(options))
        return run.join() if options.join else run.try_all()
    except Stop as stop:
        print(f"broken_servers: {stop}", file=sys.stderr)
        return stop.code
    except NoReports as error:
        print(f"broken_servers: {error}", file=sys.stderr)
        return WRONG_USAGE
    except KeyboardInterrupt:
        print("broken_servers: interrupted", file=sys.stderr)
        return INTERRUPTED


def parser() -> Parser:
    """Return the parser of the command line."""
    parser = Parser(
        prog="python -m broken_servers", description="Check that the suite notices every fault."
    )
    add = parser.add_argument
    repeatable: Any = {"action": "append", "default": []}
    add("--fault", **repeatable, metavar="NAME", help="try only this fault; may be repeated")
    add("--rule", **repeatable, metavar="ID", help="only the faults of this rule or prefix")
    jobs = "servers at a time (default: one a core)"
    add("-j", "--jobs", type=int, default=os.cpu_count(), metavar="N", help=jobs)
    add("--report-dir", type=Path, default=Path("reports"), metavar="DIR", help="default: reports")
    part = parser.add_mutually_exclusive_group()
    one_shard = "only this part of the servers, such as 2/8"
    part.add_argument("--shard", type=shard, default=Shard(), metavar="K/N", help=one_shard)
    join = "try nothing: join the reports of all shards, found in DIR"
    part.add_argument("--join", type=Path, metavar="DIR", help=join)
    return parser


def selected_faults(options: argparse.Namespace) -> list[Fault]:
    """Return the faults that the options name, or all. Raise Stop for an unknown name."""
    faults = catalogue()
    if unknown := [name for name in options.fault if name not in faults]:
        raise Stop(WRONG_USAGE, f"no fault {unknown[0]!r}")
    for name in options.rule:
        if not any(_begins(rule, name) for rule in spec.rules()):
            raise Stop(WRONG_USAGE, f"no rule {name!r}")
    if options.jobs < 1:
        raise Stop(WRONG_USAGE, "-j takes a number from 1 up")
    if not (options.fault or options.rule):
        return list(faults.values())
    named = [faults[name] for name in options.fault]
    for name in options.rule:
        named += [fault for fault in faults.values() if _begins(fault.rule, name)]
    return list(dict.fromkeys(named))


def _begins(rule: str, prefix: str) -> bool:
    return rule == prefix or rule.startswith(prefix + ".")


class Run:
    """A run over the selected faults, or over all faults and the servers of the full suite."""

    def __init__(self, options: argparse.Namespace, faults: list[Fault]) -> None:
        self.options = options
        self.faults = faults
        self.servers = [] if options.fault or options.rule else full_suite.servers()

    def units(self) -> list[str]:
        """Name the faults and the servers of the full suite, as shards take them in turn."""
        return [
            *(fault.name for fault in self.faults),
            *(report.server_unit(name, level) for name, level in self.servers),
        ]

    def try_all(self) -> int:
        """Try everything in this shard, report it and return the exit code."""
        part: Shard = self.options.shard
        units: Sequence[Any] = part.take([*self.faults, *self.servers])
        trials = self.try_faults([unit for unit in units if isinstance(unit, Fault)])
        results = self.judge_servers([unit for unit in units if not isinstance(unit, Fault)])
        result = report.Report(trials, results)
        path = part.write(self.options.report_dir, report.CAMPAIGN, result.as_json())
        print(f"wrote {path}")
        return self.conclude(result)

    def join(self) -> int:
        """Join the reports of this run's shards and return the exit code."""
        result = report.join_reports(self.options.join)
        if wrong := list(differences(self.units(), result.units())):
            print("\n".join(wrong))
            return 1
        for trial in result.trials:
            if not trial.caught:
                print(report.describe_miss(trial))
        return self.conclude(result)

    def conclude(self, result: report.Report) -> int:
        """Print the totals, write the table and return the exit code."""
        print(result.totals())
        print(f"wrote {result.write(self.options.report_dir)}")
        return 0 if result.is_good() else 1

    def try_faults(self, faults: Sequence[Fault]) -> list[Trial]:
        """Try faults, and print at once each that is not caught."""
        modules = modules_by_rule()
        trials: list[Trial] = []
        functions = [partial(try_out, fault, modules) for fault in faults]
        for index, result in forks.run_each(functions, self.options.jobs, TIMEOUT):
            trial = result or Trial(faults[index].name, "error", "no verdict", TIMEOUT)
            trials.append(trial)
            if not trial.caught:
                print(report.describe_miss(trial), flush=True)
            if len(trials) % PROGRESS_STEP == 0:
                print(f"{len(trials)} of {len(faults)} tried", flush=True)
        return trials

    def judge_servers(self, servers: Sequence[tuple[str, Level]]) -> list[SuiteResult]:
        """Judge servers by the full suite."""
        results = []
        functions = [partial(full_suite.judge_server, name, level) for name, level in servers]
        for index, result in forks.run_each(functions, self.options.jobs, TIMEOUT):
            no_verdict = SuiteResult(*servers[index], {}, ["no verdict"], TIMEOUT)
            results.append(result or no_verdict)
        return results


if __name__ == "__main__":
    sys.exit(main())
