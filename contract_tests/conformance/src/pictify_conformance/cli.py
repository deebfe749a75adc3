"""Judge a server: `pictify-conformance --help`."""

import argparse
import contextlib
import dataclasses
import datetime as dt
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

from rich.table import Table
from rich.text import Text

from pictify_conformance import interrupts, mock_process, spec
from pictify_conformance import options as command_line
from pictify_conformance.exit_codes import NO_VERDICT, Stop
from pictify_conformance.http.errors import unexpected
from pictify_conformance.progress import progress_on
from pictify_conformance.reports import baseline
from pictify_conformance.target import Target, redaction_of
from pictify_conformance.terminal import Terminal


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge a server, or recorded traffic, and return the exit code.

    Every error is one line on stderr. None of them ends with the code of a broken rule.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    options = argparse.Namespace()
    try:
        if arguments[:1] == ["traffic"]:
            from pictify_conformance.recorded_traffic import cli as recorded_traffic

            return recorded_traffic.main(arguments[1:])
        command_line.parse(arguments, options)
        return judged(options)
    except Stop as stop:
        code, told = stop.code, str(stop)
    except mock_process.NotStarted as error:
        code, told = NO_VERDICT, str(error)
    except KeyboardInterrupt:
        code, told = NO_VERDICT, "interrupted"
    except Exception as error:
        code, told = NO_VERDICT, unexpected(error)
    line = " ".join(redaction_of(vars(options))(told).split())
    with contextlib.suppress(OSError):  # nobody reads it
        print(f"pictify-conformance: {line}", file=sys.stderr)
    return code


def judged(options: argparse.Namespace) -> int:
    """Do what the command line asks for, and return the exit code."""
    command_line.check(options)
    disabled = command_line.switched_off(options)
    if options.list:
        return show_rules(disabled)
    before = baseline.read(options.baseline) if options.baseline else None
    with targets_of(options) as targets:
        return run(targets, options, disabled, before)


def show_rules(disabled: dict[str, str]) -> int:
    """Print the rules that would be judged."""
    table = Table("rule", "level", "text", box=None, pad_edge=False)
    for rule in spec.rules().values():
        if rule.id not in disabled:
            table.add_row(Text(rule.id), rule.level, Text(rule.text))
    Terminal().print(table)
    return 0


@contextlib.contextmanager
def targets_of(options: argparse.Namespace) -> Iterator[list[Target]]:
    """The server to judge, once for each process: the one that was named, or a mock for each."""
    if options.target is None:
        with mock_process.starting(
            options.n or (1 if options.rule else command_line.cores())
        ) as ready:
            from pictify_conformance import runner  # noqa: F401 - takes a second, in which the mocks start

            yield [
                dataclasses.replace(target, **command_line.asked_of(options)) for target in ready()
            ]
        return
    from pictify_conformance.preflight import knock

    target = command_line.target_of(options)
    knock(target)
    yield [target] * (options.n or 1)


def run(
    targets: Sequence[Target],
    options: argparse.Namespace,
    disabled: dict[str, str],
    before: dict[str, str] | None,
) -> int:
    """Judge, write the reports, print the verdict."""
    from pictify_conformance.reports import writer
    from pictify_conformance.reports.console import say, show
    from pictify_conformance.results.run import finished
    from pictify_conformance.runner import judge_by_tests

    def end(left: list[str]) -> NoReturn:
        console.show_cursor()
        end_at_once(left, options.report_dir)

    console, safe = Terminal(), targets[0].redacted
    started, clock = dt.datetime.now(dt.UTC), time.monotonic()
    with progress_on(console) as progress:
        selected = [rule for rule in spec.rules().values() if rule.id not in disabled]
        found = judge_by_tests(targets, selected, options.seed, progress, end)
    wanted: Any = {"require_all": options.require_all, "before": before}
    run = finished(
        targets[0], options.seed, started, time.monotonic() - clock, found, disabled, **wanted
    )
    if options.target is None and not (disabled or options.quick or options.read_only):
        gaps = mock_process.gaps(run.coverage)
        run = dataclasses.replace(run, broken_off=(*run.broken_off, *gaps))
    show(run, console)
    for path in writer.write(run, options.report_dir):
        say(console, safe(f"wrote {path}"))
    return run.exit_code


def end_at_once(left: list[str], report_dir: Path) -> NoReturn:
    """End the process without any further clean-up, and say in one line what may be left."""
    from pictify_conformance.reports import left_behind

    try:
        path = left_behind.write(left, report_dir)
        told = f"{path} names the experiments that may be left on the server ({len(left):,})"
        told = told if left else "no experiment is known to be left on the server"
    except OSError as error:
        told = f"{len(left):,} experiments may be left on the server, and none could be written down: {error}"
    interrupts.say(f"ended at once; {told}")
    mock_process.stop_all()
    os._exit(NO_VERDICT)


def command() -> NoReturn:
    """Run `main` as a process of its own."""
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr] # of a terminal without the letters
    signal.signal(
        signal.SIGTERM, signal.default_int_handler
    )  # CI ends a job so; it cleans up as after Ctrl-C
    sys.exit(main())
