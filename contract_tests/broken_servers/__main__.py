"""Try every fault: `python -m broken_servers --help`."""

import argparse
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from broken_servers import forks, report, whole
from broken_servers.fault import CATALOGUE, Fault, catalogue
from broken_servers.trial import Modules, Trial, census, try_out
from pictify_conformance import spec
from pictify_conformance.exit_codes import WRONG_USAGE, Stop
from pictify_conformance.options import Parser
from pictify_conformance.spec import LEVELS, Level
from shards import NoReports, Shard, differences, shard

PATIENCE = 600  # seconds for one server
STEP = 100  # trials from one line of progress to the next, where there is no terminal
BROKEN_OFF = 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the faults and return the exit code: 0 if every one of them was caught."""
    try:
        options = parser().parse_args(arguments)
        run = Run(options, chosen(options))
        return run.join() if options.join else run.all()
    except Stop as stop:
        print(f"broken_servers: {stop}", file=sys.stderr)
        return stop.code
    except NoReports as error:
        print(f"broken_servers: {error}", file=sys.stderr)
        return WRONG_USAGE
    except KeyboardInterrupt:
        print("broken_servers: interrupted", file=sys.stderr)
        return BROKEN_OFF


def parser() -> Parser:
    """The options."""
    parser = Parser(
        prog="python -m broken_servers", description="See that the suite notices every fault."
    )
    add = parser.add_argument
    add(
        "--fault",
        action="append",
        default=[],
        metavar="NAME",
        help="try only this fault; may be repeated",
    )
    add(
        "--rule",
        action="append",
        default=[],
        metavar="ID",
        help="only the faults of this rule or prefix",
    )
    add(
        "--level",
        choices=tuple(LEVELS),
        help="default: documented for documented rules, else strict",
    )
    add(
        "-j",
        "--jobs",
        type=int,
        default=os.cpu_count(),
        metavar="N",
        help="servers at a time (default: one a core)",
    )
    part = parser.add_mutually_exclusive_group().add_argument
    part(
        "--shard",
        type=shard,
        default=Shard(),
        metavar="K/N",
        help="only this part of the servers, such as 2/8",
    )
    part(
        "--join",
        type=Path,
        metavar="DIR",
        help="try nothing: join the reports of all shards, found in DIR",
    )
    add("--report-dir", type=Path, default=Path("reports"), metavar="DIR", help="default: reports")
    return parser


def chosen(options: argparse.Namespace) -> list[Fault]:
    """The faults that are asked for."""
    faults = catalogue()
    if unknown := [name for name in options.fault if name not in faults]:
        raise Stop(WRONG_USAGE, f"no fault {unknown[0]!r}")
    if unknown := [
        name for name in options.rule if not any(_begins(rule, name) for rule in spec.rules())
    ]:
        raise Stop(WRONG_USAGE, f"no rule {unknown[0]!r}")
    if options.jobs < 1:
        raise Stop(WRONG_USAGE, "-j takes a number from 1 up")
    if not (options.fault or options.rule):
        return list(faults.values())
    named = [
        fault
        for fault in faults.values()
        if any(_begins(fault.breaks, name) for name in options.rule)
    ]
    return list(dict.fromkeys([*(faults[name] for name in options.fault), *named]))


def _begins(rule: str, prefix: str) -> bool:
    return rule == prefix or rule.startswith(prefix + ".")


class Run:
    """One run over the faults and, where nothing was picked out, over the whole servers, or over a shard of both."""

    def __init__(self, options: argparse.Namespace, faults: list[Fault]) -> None:
        self.options = options
        self.console = Console()
        self.faults = [(fault, self.level_of(fault)) for fault in faults]
        self.servers = [] if options.fault or options.rule else whole.examinations()

    def units(self) -> list[str]:
        """Name the broken servers and the whole ones, in the order in which shards take them."""
        return [
            *(report.unit(fault.name, level) for fault, level in self.faults),
            *(report.server_unit(name, level) for name, level in self.servers),
        ]

    def all(self) -> int:
        """Try everything that the shard takes, tell it and return the exit code."""
        part: Shard = self.options.shard
        units: Sequence[tuple[Any, Level]] = part.take([*self.faults, *self.servers])
        faults = [(fault, level) for fault, level in units if isinstance(fault, Fault)]
        servers = [(name, level) for name, level in units if isinstance(name, str)]
        self.modules: Modules = census()
        with Progress(console=self.console, transient=True, auto_refresh=False) as self.progress:
            trials = self.tried("at the level of their rules", faults)
            missed = {
                trial.fault for trial in trials if not trial.caught and trial.level == "documented"
            }
            later = (
                [] if self.options.level else [fault for fault, _ in faults if fault.name in missed]
            )
            again = (
                self.tried("at strict", [(fault, "assumed") for fault in later]) if later else []
            )
            examined = self.examined(servers) if servers else []
        found = report.Report(trials, [trial.fault for trial in again if trial.caught], examined)
        self.say(f"wrote {part.write(self.options.report_dir, report.CAMPAIGN, found.as_json())}")
        return self.conclude(found)

    def join(self) -> int:
        """Join what the shards of this run found, tell it and return the exit code."""
        found = report.joined(self.options.join)
        if wrong := list(differences(self.units(), found.units())):
            self.say("\n".join(wrong))
            return 1
        for trial in found.trials:
            if not trial.caught:
                self.say(report.miss(trial, CATALOGUE[trial.fault]))
        return self.conclude(found)

    def conclude(self, found: report.Report) -> int:
        """Tell the totals, write the table and return the exit code."""
        self.say(found.totals())
        self.say(f"wrote {found.write(self.options.report_dir)}")
        return 0 if found.is_good() else 1

    def level_of(self, fault: Fault) -> Level:
        """The level at which a fault has to be caught: that of its rule."""
        return (
            LEVELS[self.options.level] if self.options.level else spec.rules()[fault.breaks].level
        )

    def tried(self, how: str, jobs: Sequence[tuple[Fault, Level]]) -> list[Trial]:
        """The trials; the faults that are not caught are told at once."""
        task = self.progress.add_task(f"faults {how}", total=len(jobs))
        found = []
        functions = [partial(try_out, fault, level, self.modules) for fault, level in jobs]
        for place, result in forks.each(functions, self.options.jobs, PATIENCE):
            fault, level = jobs[place]
            trial = result or Trial(
                fault.name, level, "error", "the trial ended without a verdict", PATIENCE
            )
            found.append(trial)
            self.progress.update(task, advance=1, refresh=True)
            if not self.console.is_terminal and len(found) % STEP == 0:
                self.say(f"{len(found)} of {len(jobs)} tried")
            if not trial.caught:
                self.say(report.miss(trial, fault))
        return found

    def examined(self, servers: Sequence[tuple[str, Level]]) -> list[whole.Examination]:
        """What the full suite says about these whole servers."""
        task = self.progress.add_task("whole servers", total=len(servers))
        found = []
        functions = [partial(whole.examine, name, level) for name, level in servers]
        for place, result in forks.each(functions, self.options.jobs, PATIENCE):
            self.progress.update(task, advance=1, refresh=True)
            found.append(
                result
                or whole.Examination(*servers[place], {}, ["ended without a verdict"], PATIENCE)
            )
        return found

    def say(self, text: str) -> None:
        """Print plainly, above the progress."""
        self.console.print(text, markup=False, highlight=False, soft_wrap=True)


if __name__ == "__main__":
    sys.exit(main())
