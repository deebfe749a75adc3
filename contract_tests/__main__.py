"""Judge a server: `python -m contract_tests --help`."""

import argparse
import contextlib
import datetime as dt
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import httpx
import pytest
from rich.console import Console
from rich.progress import Progress

from contract_tests import own_mock, report, spec
from contract_tests.plugin import Judge, Told
from contract_tests.target import Target
from contract_tests.traffic import BROWSER
from contract_tests.verdict import exit_code, judge

ROOT = Path(__file__).parent.parent
TESTS = ROOT / "contract_tests" / "api"
WRONG_USAGE, NO_VERDICT = 2, 3
FINISHED = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED)
EXIT_CODES = "exit codes: 0 conforming, 1 a rule is broken, 2 wrong usage, 3 no verdict (ours, or nothing judged)"


class Stop(Exception):
    """The run cannot go on; one line says why."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """Stop as wrong usage."""
        raise Stop(WRONG_USAGE, f"{message} (see --help)")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the suite and return the exit code."""
    try:
        options = parser().parse_args(arguments)
        with target_of(options) as target:
            return run(target, options)
    except Stop as stop:
        print(f"contract_tests: {stop}", file=sys.stderr)
        return stop.code
    except own_mock.NotStarted as error:
        print(f"contract_tests: {error}", file=sys.stderr)
        return NO_VERDICT
    except KeyboardInterrupt:
        print("contract_tests: interrupted", file=sys.stderr)
        return NO_VERDICT


def parser() -> Parser:
    """Options first, then the environment, then the defaults."""
    env = os.environ.get
    parser = Parser(prog="python -m contract_tests", description="Judge a server rule by rule.", epilog=EXIT_CODES)
    add = parser.add_argument
    add(
        "--target",
        metavar="URL",
        default=env("PICTIFY_BASE_URL"),
        help="the server [PICTIFY_BASE_URL]; default: our mock",
    )
    add("--api-key", default=env("PICTIFY_API_KEY"), help="a team's API key [PICTIFY_API_KEY]")
    add("--second-api-key", default=env("PICTIFY_SECOND_API_KEY"), help="another team's [PICTIFY_SECOND_API_KEY]")
    add("--write-key", default=env("PICTIFY_WRITE_KEY"), help="the first team's write key [PICTIFY_WRITE_KEY]")
    add("--level", choices=("documented", "strict"), help="default: documented with a target, strict without")
    add("--area", action="append", default=[], help="judge only this area; may be repeated")
    add("--rule", action="append", default=[], help="judge only the rules of this id or prefix; may be repeated")
    add("--settle", type=float, default=5.0, metavar="SECONDS", help="how long counters may lag (default 5)")
    add("--seed", type=int, default=1, help="of the generated data (default 1)")
    add("--report-dir", type=Path, default=ROOT / "reports", metavar="DIR", help="default: reports")
    return parser


@contextlib.contextmanager
def target_of(options: argparse.Namespace) -> Iterator[Target]:
    """The server to judge: the one that was named, or our mock."""
    if options.target is None:
        with own_mock.running() as target:
            yield Target(**{**vars(target), "level": options.level or "strict"})
        return
    url = options.target.rstrip("/")
    if not is_http(url):
        raise Stop(WRONG_USAGE, f"--target {options.target!r} is no http or https URL")
    if not options.api_key:
        raise Stop(WRONG_USAGE, "a target needs an API key: --api-key or PICTIFY_API_KEY")
    keys = (options.api_key, options.second_api_key, options.write_key)
    target = Target(url, *keys, level=options.level or "documented", settle=options.settle)
    knock(target)
    yield target


def is_http(url: str) -> bool:
    """Whether a server can stand at this URL."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def knock(target: Target) -> None:
    """Stop in the first second if the server is not there, does not know the key, or has no such API."""
    headers = {"User-Agent": BROWSER, "Authorization": f"Bearer {target.api_key}"}
    try:
        paths = ("/experiments/api?limit=1", "/experiments/api/quota")
        answers = [httpx.get(target.base_url + path, headers=headers, timeout=target.timeout) for path in paths]
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Stop(NO_VERDICT, f"{target.base_url} does not answer: {error}") from None
    statuses = {answer.status_code for answer in answers}
    if statuses <= {401, 403}:
        raise Stop(WRONG_USAGE, f"{target.base_url} refuses the API key ({answers[0].status_code})")
    if statuses <= {404, 410}:
        raise Stop(NO_VERDICT, f"{target.base_url} does not offer the API: list and quota are {answers[0].status_code}")


def run(target: Target, options: argparse.Namespace) -> int:
    """Judge, write the reports, print the verdict."""
    console = Console()
    disabled = switched_off(target, options)
    rules = spec.rules()
    started, clock = dt.datetime.now(dt.UTC), time.monotonic()
    with progress_on(console) as progress:
        plugin = Judge(target, [rule for rule in rules.values() if rule.id not in disabled], progress)
        ended = pytest.main(pytest_arguments(options.seed, [TESTS]), plugins=[plugin])
    verdicts = judge(rules.values(), plugin.findings, disabled)
    seconds = round(time.monotonic() - clock, 2)
    stamp = started.isoformat(timespec="seconds")
    finished = report.Run(target.base_url, target.level, options.seed, stamp, seconds, verdicts)
    report.show(finished, console)
    if ended == pytest.ExitCode.INTERRUPTED:
        console.print("interrupted; what the run made is removed, but for what stands below", highlight=False)
    for left in plugin.left_behind:
        console.print(f"could not be removed, delete by hand: {left}", markup=False, highlight=False, soft_wrap=True)
    for problem in plugin.problems:
        console.print(problem, markup=False, highlight=False)
    for path in report.write(finished, options.report_dir):
        console.print(f"wrote {path}", markup=False, highlight=False, soft_wrap=True)
    return exit_code(verdicts) if ended in FINISHED and not plugin.problems else NO_VERDICT


def switched_off(target: Target, options: argparse.Namespace) -> dict[str, str]:
    """The rules that are not to be judged, with the reason."""
    rules = spec.rules().values()
    areas = {rule.area for rule in rules}
    if unknown := [area for area in options.area if area not in areas]:
        raise Stop(WRONG_USAGE, f"no area {unknown[0]!r}; there are {', '.join(sorted(areas))}")
    if unknown := [name for name in options.rule if not any(_has_prefix(rule.id, name) for rule in rules)]:
        raise Stop(WRONG_USAGE, f"no rule {unknown[0]!r}")
    asked_for, reasons = [*options.area, *options.rule], {}
    for rule in rules:
        if rule.level == "assumed" and target.level == "documented":
            reasons[rule.id] = "assumed; the level is documented"
        elif asked_for and not any(_has_prefix(rule.id, name) for name in asked_for):
            reasons[rule.id] = "not asked for"
    return reasons


def _has_prefix(rule: str, prefix: str) -> bool:
    return rule == prefix or rule.startswith(prefix + ".")


def pytest_arguments(seed: int, tests: Iterable[Path]) -> list[str]:
    """How pytest runs these modules: silently, and by our settings alone."""
    quiet = ["-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:logging", "-p", "no:xdist"]
    plain = ["-o", "addopts=--strict-markers --assert=plain", "-o", "filterwarnings=ignore"]
    where = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT), *map(str, tests)]
    return [*quiet, *plain, f"--hypothesis-seed={seed}", *where]


@contextlib.contextmanager
def progress_on(console: Console) -> Iterator[Told]:
    """A bar on a terminal; a line for each finished module elsewhere."""
    if console.is_terminal:
        with Progress(console=console, transient=True) as bar:
            task = bar.add_task("judging", total=None)

            def advance(test: str, done: int, total: int) -> None:
                bar.update(task, completed=done, total=total, description=test.partition("::")[2])

            yield advance
        return
    modules: list[str] = []

    def tell(test: str, done: int, total: int) -> None:
        module = test.partition("::")[0]
        if modules and (module != modules[-1] or done == total):
            console.print(f"{done:4} of {total} tests, {Path(modules[-1]).stem} done", highlight=False)
        if not modules or module != modules[-1]:
            modules.append(module)

    yield tell


if __name__ == "__main__":
    sys.exit(main())
