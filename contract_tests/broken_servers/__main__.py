"""Try every fault: `python -m broken_servers --help`."""

import argparse
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from broken_servers import forks, report, whole
from broken_servers.fault import Fault, catalogue
from broken_servers.trial import Modules, Trial, census, try_out
from pictify_conformance import spec
from pictify_conformance.options import WRONG_USAGE, Parser, Stop
from pictify_conformance.target import Strictness

PATIENCE = 600  # seconds for one server
STEP = 100  # trials from one line of progress to the next, where there is no terminal
BROKEN_OFF = 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the faults and return the exit code: 0 if every one of them was caught."""
    try:
        options = parser().parse_args(arguments)
        return Run(options, chosen(options)).all()
    except Stop as stop:
        print(f"broken_servers: {stop}", file=sys.stderr)
        return stop.code
    except KeyboardInterrupt:
        print("broken_servers: interrupted", file=sys.stderr)
        return BROKEN_OFF


def parser() -> Parser:
    """The options."""
    parser = Parser(prog="python -m broken_servers", description="See that the suite notices every fault.")
    add = parser.add_argument
    add("--fault", action="append", default=[], metavar="NAME", help="try only this fault; may be repeated")
    add("--rule", action="append", default=[], metavar="ID", help="only the faults of this rule or prefix")
    add("--level", choices=("documented", "strict"), help="default: documented for documented rules, else strict")
    add("-j", "--jobs", type=int, default=os.cpu_count(), metavar="N", help="servers at a time (default: one a core)")
    add("--report-dir", type=Path, default=Path("reports"), metavar="DIR", help="default: reports")
    return parser


def chosen(options: argparse.Namespace) -> list[Fault]:
    """The faults that are asked for."""
    faults = catalogue()
    if unknown := [name for name in options.fault if name not in faults]:
        raise Stop(WRONG_USAGE, f"no fault {unknown[0]!r}")
    if unknown := [name for name in options.rule if not any(_begins(rule, name) for rule in spec.rules())]:
        raise Stop(WRONG_USAGE, f"no rule {unknown[0]!r}")
    if options.jobs < 1:
        raise Stop(WRONG_USAGE, "-j takes a number from 1 up")
    if not (options.fault or options.rule):
        return list(faults.values())
    named = [fault for fault in faults.values() if any(_begins(fault.breaks, name) for name in options.rule)]
    return list(dict.fromkeys([*(faults[name] for name in options.fault), *named]))


def _begins(rule: str, prefix: str) -> bool:
    return rule == prefix or rule.startswith(prefix + ".")


class Run:
    """One run over the faults and, where nothing was picked out, over the whole servers."""

    def __init__(self, options: argparse.Namespace, faults: list[Fault]) -> None:
        self.options, self.faults = options, faults
        self.console = Console()
        self.modules: Modules = census()

    def all(self) -> int:
        """Try everything, tell it and return the exit code."""
        with Progress(console=self.console, transient=True, auto_refresh=False) as self.progress:
            trials = self.tried("at the level of their rules", [(fault, self.level_of(fault)) for fault in self.faults])
            missed = {trial.fault for trial in trials if not trial.caught and trial.level == "documented"}
            later = [] if self.options.level else [fault for fault in self.faults if fault.name in missed]
            again = self.tried("at strict", [(fault, "strict") for fault in later]) if later else []
            examined = [] if self.options.fault or self.options.rule else self.examined()
        told = report.Report(trials, [trial.fault for trial in again if trial.caught], examined)
        self.say(told.totals())
        self.say(f"wrote {told.write(self.options.report_dir)}")
        return 0 if told.is_good() else 1

    def level_of(self, fault: Fault) -> Strictness:
        """The level at which a fault has to be caught: that of its rule."""
        level: Strictness = "documented" if spec.rules()[fault.breaks].level == "documented" else "strict"
        return self.options.level or level

    def tried(self, how: str, jobs: Sequence[tuple[Fault, Strictness]]) -> list[Trial]:
        """The trials; the faults that are not caught are told at once."""
        task = self.progress.add_task(f"faults {how}", total=len(jobs))
        found = []
        functions = [partial(try_out, fault, level, self.modules) for fault, level in jobs]
        for place, result in forks.each(functions, self.options.jobs, PATIENCE):
            fault, level = jobs[place]
            trial = result or Trial(fault.name, level, "error", "the trial ended without a verdict", PATIENCE)
            found.append(trial)
            self.progress.update(task, advance=1, refresh=True)
            if not self.console.is_terminal and len(found) % STEP == 0:
                self.say(f"{len(found)} of {len(jobs)} tried")
            if not trial.caught:
                self.say(report.miss(trial, fault))
        return found

    def examined(self) -> list[whole.Examination]:
        """What the full suite says about the whole servers."""
        servers = whole.examinations()
        task = self.progress.add_task("whole servers", total=len(servers))
        found = []
        functions = [partial(whole.examine, name, level) for name, level in servers]
        for place, result in forks.each(functions, self.options.jobs, PATIENCE):
            self.progress.update(task, advance=1, refresh=True)
            found.append(result or whole.Examination(*servers[place], {}, ["ended without a verdict"], PATIENCE))
        return found

    def say(self, text: str) -> None:
        """Print plainly, above the progress."""
        self.console.print(text, markup=False, highlight=False, soft_wrap=True)


if __name__ == "__main__":
    sys.exit(main())
