"""The command line of the suite: options first, then the environment, then the defaults."""

import argparse
import difflib
import itertools
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from pictify_conformance import __version__, spec
from pictify_conformance.exit_codes import EXPLAINED, WRONG_USAGE, Stop
from pictify_conformance.spec import LEVELS, Level
from pictify_conformance.target import KEYS, Target

KEY_OPTIONS = {name: f"--{name.replace('_', '-')}" for name in KEYS}
OPTION = re.compile(r"-[a-z]|--[a-z]{1,12}(-[a-z]{1,12})?")
AMBIGUOUS = re.compile(r"^(ambiguous option: [^=]*)=.*( could match)", re.DOTALL)
MOST_PROCESSES = 8
MOST_TIMES = 10_000
MOST = 1_000_000  # requests or seconds; no system takes a much longer time for a wait


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """Stop as wrong usage. Of an ambiguous option the value, which may be a key, is left out."""
        raise Stop(WRONG_USAGE, AMBIGUOUS.sub(r"\1\2", message) + " (see --help)")


def parser() -> Parser:
    """What can be said on the command line."""
    env = os.environ.get
    parser = Parser(
        prog="pictify-conformance", description="Judge a server rule by rule.", epilog=EXPLAINED, add_help=False
    )
    server = parser.add_argument_group("the server").add_argument
    server("--target", metavar="URL", default=env("PICTIFY_BASE_URL"), help="[PICTIFY_BASE_URL]; default: our mock")
    server("--api-key", metavar="KEY", default=env("PICTIFY_API_KEY"), help="a team's [PICTIFY_API_KEY]")
    second = env("PICTIFY_SECOND_API_KEY")
    server("--second-api-key", metavar="KEY", default=second, help="another team's [PICTIFY_SECOND_API_KEY]")
    server("--write-key", metavar="KEY", default=env("PICTIFY_WRITE_KEY"), help="the first team's [PICTIFY_WRITE_KEY]")
    template = env("PICTIFY_TEMPLATE_UID")
    server("--template-uid", metavar="UID", default=template, help="a template of theirs [PICTIFY_TEMPLATE_UID]")
    server("--settle", type=_positive, default=5.0, metavar="SECONDS", help="how long counters may lag (default 5)")
    server("--rate", type=_positive, metavar="N", help="send at most N requests a second; default: no limit")
    timeout = Target.timeout
    told = f"for a request and its whole answer (default {timeout:g})"
    server("--request-timeout", type=_positive, default=timeout, metavar="SECONDS", help=told)
    rules = parser.add_argument_group("what is judged").add_argument
    rules("--level", choices=tuple(LEVELS), help="default: documented with a target, strict without")
    rules("--area", action="append", default=[], help="judge only this area; may be repeated")
    rules("--rule", metavar="ID", action="append", default=[], help="only this rule or prefix; may be repeated")
    rules("--quick", action="store_true", help="generate few requests, and try nothing twice")
    rules("--times", type=_times, default=1, metavar="N", help="generate N times as many requests")
    rules("--read-only", action="store_true", help="send nothing but reads, and judge what they can")
    rules("--list", action="store_true", help="show the rules, and judge nothing")
    run = parser.add_argument_group("the run").add_argument
    run("-n", type=_processes, metavar="N", help="processes, or auto; default: auto on our mock, 1 with a target")
    run("--time-limit", type=_positive, metavar="SECONDS", help="start no more tests after that; default: no limit")
    run("--seed", type=int, default=1, metavar="N", help="of the generated data (default 1)")
    run("--require-all", action="store_true", help="exit with 1 too if a rule could not be tested")
    run("--baseline", type=Path, metavar="FILE", help="a results.json: exit with 1 only for what is worse than there")
    run("--report-dir", type=Path, default=Path("reports"), metavar="DIR", help="default: reports")
    run("--version", action="version", version=f"%(prog)s {__version__}", help="show the version")
    run("-h", "--help", action="help", help="show this")
    return parser


def parse(arguments: Sequence[str] | None, options: argparse.Namespace) -> None:
    """Read the command line into the options. What is unknown is named only as far as it cannot hold a key."""
    known = parser()
    _, unknown = known.parse_known_args(arguments, options)
    if unknown:
        known.error(_unknown(unknown, list(known._option_string_actions)))


def _unknown(arguments: list[str], known: list[str]) -> str:
    name = next((each.partition("=")[0] for each in arguments if each.startswith("-")), None)
    if name is None:
        return "extra arguments that belong to no option; they are not shown, because they may hold a key"
    keys = [option for option in KEY_OPTIONS.values() if name.replace("_", "-").startswith(option)]
    if near := keys or difflib.get_close_matches(name, known, 1, cutoff=0.7):
        return f"an unknown option; did you mean {near[0]}?"
    shown = name if OPTION.fullmatch(name) else "that is not shown, because it may hold a key"
    return f"an unknown option {shown}"


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0
    if not 0 < number <= MOST:
        raise argparse.ArgumentTypeError(f"{text} is no number above 0, up to {MOST:,}")
    return number


def _times(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST_TIMES:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {MOST_TIMES:,}")
    return int(text)


def _processes(text: str) -> int:
    if text == "auto":
        return cores()
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST_PROCESSES:
        raise argparse.ArgumentTypeError(f"{text!r} is neither auto nor a number from 1 to {MOST_PROCESSES}")
    return int(text) if hasattr(os, "fork") else 1


def cores() -> int:
    """How many processes run well at a time, as far as the system can fork."""
    return min(os.cpu_count() or 1, MOST_PROCESSES) if hasattr(os, "fork") else 1


def check(options: argparse.Namespace) -> None:
    """Stop if the options do not fit together."""
    if options.quick and options.times > 1:
        raise Stop(WRONG_USAGE, "--quick and --times contradict each other")
    if options.target is None:
        return
    _check_target(options.target)
    if not options.api_key:
        raise Stop(WRONG_USAGE, "a target needs an API key: --api-key or PICTIFY_API_KEY")
    _check_keys({name: getattr(options, name) for name in KEYS if getattr(options, name)})


def _check_target(url: str) -> None:
    if "@" in url:  # wherever it stands: a password may hold a slash
        told = "give the server's key as --api-key or PICTIFY_API_KEY, and write an @ of a path as %40"
        raise Stop(WRONG_USAGE, f"--target holds credentials, which are not shown; {told}")
    if not _is_http(url):
        raise Stop(WRONG_USAGE, f"--target {url!r} is no http or https URL without query, fragment and spaces")


def _check_keys(keys: dict[str, str]) -> None:
    """Stop if a key is none, or is given twice."""
    for name, key in keys.items():
        if not key.isascii() or not key.isprintable() or " " in key:
            told = "a space, a line break or another character that no key has; the key is not shown"
            raise Stop(WRONG_USAGE, f"{_where_from(name)} holds {told}")
    for (one, key), (other, same) in itertools.combinations(keys.items(), 2):
        if key == same:
            told = "leave it out, or give one of another team" if other == "second_api_key" else "leave it out"
            raise Stop(WRONG_USAGE, f"{_where_from(other)} is the same key as {KEY_OPTIONS[one]}; {told}")


def _where_from(name: str) -> str:
    return f"{KEY_OPTIONS[name]} (or {KEYS[name]})"


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
        is_plain = url.isprintable() and not any(character in url for character in " ?#")
        return is_plain and parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def level(options: argparse.Namespace) -> Level:
    """How strictly to judge."""
    return LEVELS[options.level or ("documented" if options.target else "strict")]


def switched_off(options: argparse.Namespace) -> dict[str, str]:
    """The rules that are not to be judged, with the reason."""
    rules = spec.rules().values()
    areas = {rule.area for rule in rules}
    if unknown := [area for area in options.area if area not in areas]:
        raise Stop(WRONG_USAGE, f"no area {unknown[0]!r}; there are {', '.join(sorted(areas))}")
    if unknown := [name for name in options.rule if not any(_has_prefix(rule.id, name) for rule in rules)]:
        raise Stop(WRONG_USAGE, f"no rule {unknown[0]!r}")
    asked_for, reasons = [*options.area, *options.rule], {}
    for rule in rules:
        if not rule.is_judged_at(level(options)):
            reasons[rule.id] = "assumed; the level is documented"
        elif asked_for and not any(_has_prefix(rule.id, name) for name in asked_for):
            reasons[rule.id] = "not asked for"
    return reasons


def _has_prefix(rule: str, prefix: str) -> bool:
    return rule == prefix or rule.startswith(prefix + ".")
