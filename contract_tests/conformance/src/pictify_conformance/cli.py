"""The command: `pictify-conformance --help`."""

import argparse
import contextlib
import dataclasses
import datetime as dt
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pictify_conformance import interrupts, mock_process, spec
from pictify_conformance import options as command_line
from pictify_conformance.exit_codes import NO_VERDICT, Stop
from pictify_conformance.http.errors import unexpected_error_message
from pictify_conformance.progress import show_progress
from pictify_conformance.reports import baseline
from pictify_conformance.target import Target, redactor_for


class Terminal(Console):
    """A console that stays silent when its reader goes away, so that the run goes on."""

    def on_broken_pipe(self) -> None:
        """Print nothing more. rich itself would exit with 1, the code of a broken rule."""
        with contextlib.suppress(SystemExit):
            super().on_broken_pipe()


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge a server, or recorded traffic, and return the exit code.

    Every error is one line on stderr. None of them gives the exit code of a broken rule.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    options = argparse.Namespace()
    try:
        if arguments[:1] == ["traffic"]:
            from pictify_conformance.recorded_traffic import cli as recorded_traffic

            return recorded_traffic.main(arguments[1:])
        command_line.parse(arguments, options)
        return run_command(options)
    except Stop as stop:
        code, message = stop.code, str(stop)
    except mock_process.NotStarted as error:
        code, message = NO_VERDICT, str(error)
    except KeyboardInterrupt:
        code, message = NO_VERDICT, "interrupted"
    except Exception as error:
        code, message = NO_VERDICT, unexpected_error_message(error)
    line = " ".join(redactor_for(vars(options))(message).split())
    with contextlib.suppress(OSError):  # stderr may be closed
        print(f"pictify-conformance: {line}", file=sys.stderr)
    return code


def run_command(options: argparse.Namespace) -> int:
    """Show the rules or judge the server, and return the exit code."""
    command_line.check(options)
    disabled = command_line.disabled_rules(options)
    if options.list:
        return show_rules(disabled)
    before = None
    if options.baseline:
        judged = [rule for rule in spec.rules() if rule not in disabled]
        sent = {name: getattr(options, name) for name in ("quick", "times", "read_only")}
        before = baseline.read(options.baseline, judged, sent)
    command_line.make_report_dir(options.report_dir)
    with targets_from(options) as targets:
        return judge(targets, options, disabled, before)


def show_rules(disabled: dict[str, str]) -> int:
    """Print the rules that would be judged, into a pipe one on each line."""
    console = Terminal()
    if not console.is_terminal:
        for rule in spec.rules().values():
            if rule.id not in disabled:
                line = f"{rule.id}\t{rule.level}\t{rule.text}"
                console.print(line, soft_wrap=True, markup=False, highlight=False)
        return 0
    table = Table("rule", "level", "text", box=None, pad_edge=False)
    for rule in spec.rules().values():
        if rule.id not in disabled:
            table.add_row(Text(rule.id), rule.level, Text(rule.text))
    console.print(table)
    return 0


@contextlib.contextmanager
def targets_from(options: argparse.Namespace) -> Iterator[list[Target]]:
    """Yield a target for each process: the named server for all, or a mock for each."""
    if options.target is None:
        count = options.n or (1 if options.rule else command_line.cores())
        with mock_process.starting_mocks(count) as ready:
            # The import takes a second, in which the mocks start.
            from pictify_conformance import runner  # noqa: F401

            settings = command_line.target_settings(options)
            yield [dataclasses.replace(target, **settings) for target in ready()]
        return
    from pictify_conformance.preflight import check_target

    target = command_line.target_from(options)
    check_target(target, options.wait)
    yield [target] * (options.n or 1)


def judge(
    targets: Sequence[Target],
    options: argparse.Namespace,
    disabled: dict[str, str],
    before: dict[str, str] | None,
) -> int:
    """Run the tests, write the reports, print the verdict, and return the exit code."""
    from pictify_conformance.reports import writer
    from pictify_conformance.reports.console import print_line, print_run
    from pictify_conformance.results.run import finish_run
    from pictify_conformance.runner import run_rules

    def end(left: list[str]) -> NoReturn:
        console.show_cursor()
        end_at_once(left, options.report_dir)

    console, target, started = Terminal(), targets[0], dt.datetime.now(dt.UTC)
    with show_progress(console) as progress:
        selected = [rule for rule in spec.rules().values() if rule.id not in disabled]
        collected = run_rules(targets, selected, options.seed, progress, end, options.max_failures)
    run = finish_run(
        target,
        options.seed,
        started,
        collected,
        disabled,
        require_all=options.require_all,
        before=before,
        docs_url=options.docs_url,
    )
    if options.target is None and not (disabled or options.quick or options.read_only):
        unseen = mock_process.unseen_answers(run.coverage)
        run = dataclasses.replace(run, incomplete_because=(*run.incomplete_because, *unseen))
    print_run(run, console, verbose=options.verbose)
    paths = writer.write(run, options.report_dir)
    names = ", ".join(path.name for path in reversed(paths))
    print_line(console, target.redact(f"wrote {names} into {options.report_dir}"))
    return run.exit_code


def end_at_once(left: list[str], report_dir: Path) -> NoReturn:
    """End the process without further clean-up, and print what may be left."""
    from pictify_conformance.reports.writer import write_left_behind

    message = "no experiment is known to be left on the server"
    try:
        path = write_left_behind(left, report_dir)
        if left:
            names = f"the experiments that may be left on the server ({len(left):,})"
            message = f"{path} names {names}"
    except OSError as error:
        count = f"{len(left):,} experiments may be left on the server"
        message = f"{count}; their names could not be written: {error}"
    interrupts.print_error(f"ended at once; {message}")
    mock_process.stop_all()
    os._exit(NO_VERDICT)


def command() -> NoReturn:
    """Run `main` as a process of its own."""
    # A terminal may lack letters that a server sends.
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    # CI ends a job with SIGTERM, after which the run cleans up as after Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(main())
