"""The command line of the suite: options first, then the environment, then the defaults."""

import argparse
import difflib
import itertools
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NoReturn
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
REPORTS = Path("reports")


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """Stop as wrong usage. Of an ambiguous option the value, which may be a key, is left out."""
        raise Stop(WRONG_USAGE, AMBIGUOUS.sub(r"\1\2", message) + " (see --help)")


@dataclass(frozen=True)
class Option:
    """An option of the command, and of pytest where `of_pytest` says so, by the same name."""

    group: str
    flag: str
    help: str
    env: str = ""
    """The variable that holds the default."""
    of_pytest: bool = True
    more: Mapping[str, Any] = field(default_factory=dict)
    """What else argparse is to know."""

    @property
    def name(self) -> str:
        """What the value is called in a namespace of options."""
        return self.flag.lstrip("-").replace("-", "_")

    def settings(self) -> dict[str, Any]:
        """Return the keyword arguments of `add_argument`, with a default from the environment as it is now."""
        default = {"default": os.environ.get(self.env)} if self.env else {}
        return {
            "help": f"{self.help} [{self.env}]" if self.env else self.help,
            **default,
            **self.more,
        }


def table() -> Iterator[Option]:
    """Every option that can be given, in the order of the help."""
    server = partial(Option, "the server")
    key = {"metavar": "KEY"}
    yield server("--target", "default: our mock", "PICTIFY_BASE_URL", more={"metavar": "URL"})
    yield server("--api-key", "a team's", KEYS["api_key"], more=key)
    yield server("--second-api-key", "another team's", KEYS["second_api_key"], more=key)
    yield server("--write-key", "the first team's", KEYS["write_key"], more=key)
    yield server(
        "--template-uid", "a template of theirs", "PICTIFY_TEMPLATE_UID", more={"metavar": "UID"}
    )
    seconds = {"type": _positive, "metavar": "SECONDS"}
    yield server(
        "--settle", "how long counters may lag (default 5)", more={"default": 5.0, **seconds}
    )
    most = {"type": _positive, "metavar": "N"}
    yield server("--rate", "send at most N requests a second; default: no limit", more=most)
    timeout = Target.timeout
    for_all = f"for a request and its whole answer (default {timeout:g})"
    yield server("--request-timeout", for_all, more={"default": timeout, **seconds})
    rules = partial(Option, "what is judged")
    several, flag = {"action": "append", "default": []}, {"action": "store_true"}
    levels = "default: documented with a target, strict without"
    yield rules("--level", levels, more={"choices": tuple(LEVELS)})
    yield rules("--area", "judge only this area; may be repeated", more=several)
    yield rules(
        "--rule", "only this rule or prefix; may be repeated", more={"metavar": "ID", **several}
    )
    yield rules("--quick", "generate few requests, and try nothing twice", more=flag)
    times = {"type": _times, "default": 1, "metavar": "N"}
    yield rules("--times", "generate N times as many requests", more=times)
    yield rules("--read-only", "send nothing but reads, and judge what they can", more=flag)
    yield rules("--list", "show the rules, and judge nothing", of_pytest=False, more=flag)
    run = partial(Option, "the run")
    processes = "processes, or auto; default: auto on our mock, 1 with a target or --rule"
    yield run("-n", processes, of_pytest=False, more={"type": _processes, "metavar": "N"})
    yield run("--time-limit", "start no more tests after that; default: no limit", more=seconds)
    seed = {"type": int, "default": 1, "metavar": "N"}
    yield run("--seed", "of the generated data (default 1)", more=seed)
    yield run("--require-all", "exit with 1 too if a rule could not be tested", more=flag)
    worse = "a results.json: exit with 1 only for what is worse than there"
    yield run("--baseline", worse, of_pytest=False, more={"type": Path, "metavar": "FILE"})
    yield run(
        "--report-dir",
        "default: reports; of pytest: none are written",
        more={"type": Path, "metavar": "DIR"},
    )


def parser() -> Parser:
    """What can be said on the command line."""
    parser = Parser(
        prog="pictify-conformance",
        description="Judge a server rule by rule.",
        epilog=EXPLAINED,
        add_help=False,
    )
    groups: dict[str, argparse._ArgumentGroup] = {}
    for option in table():
        if option.group not in groups:
            groups[option.group] = parser.add_argument_group(option.group)
        groups[option.group].add_argument(option.flag, **option.settings())
    run = groups["the run"].add_argument
    run("--version", action="version", version=f"%(prog)s {__version__}", help="show the version")
    run("-h", "--help", action="help", help="show this")
    parser.set_defaults(report_dir=REPORTS)
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
        raise argparse.ArgumentTypeError(
            f"{text!r} is neither auto nor a number from 1 to {MOST_PROCESSES}"
        )
    return int(text)


def cores() -> int:
    """How many processes run well at a time."""
    return min(os.cpu_count() or 1, MOST_PROCESSES)


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
        told = (
            "give the server's key as --api-key or PICTIFY_API_KEY, and write an @ of a path as %40"
        )
        raise Stop(WRONG_USAGE, f"--target holds credentials, which are not shown; {told}")
    if not _is_http(url):
        raise Stop(
            WRONG_USAGE,
            f"--target {url!r} is no http or https URL without query, fragment and spaces",
        )


def _check_keys(keys: dict[str, str]) -> None:
    """Stop if a key is none, or is given twice."""
    for name, key in keys.items():
        if not key.isascii() or not key.isprintable() or " " in key:
            told = (
                "a space, a line break or another character that no key has; the key is not shown"
            )
            raise Stop(WRONG_USAGE, f"{_where_from(name)} holds {told}")
    for (one, key), (other, same) in itertools.combinations(keys.items(), 2):
        if key == same:
            told = (
                "leave it out, or give one of another team"
                if other == "second_api_key"
                else "leave it out"
            )
            raise Stop(
                WRONG_USAGE, f"{_where_from(other)} is the same key as {KEY_OPTIONS[one]}; {told}"
            )


def _where_from(name: str) -> str:
    return f"{KEY_OPTIONS[name]} (or {KEYS[name]})"


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
        is_plain = url.isprintable() and not any(character in url for character in " ?#")
        return (
            is_plain
            and parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and parts.port != 0
        )
    except ValueError:
        return False


def target_of(options: argparse.Namespace) -> Target:
    """The server that is named."""
    keys = (options.api_key, options.second_api_key or None, options.write_key or None)
    return Target(options.target.rstrip("/"), *keys, settle=options.settle, **asked_of(options))


def asked_of(options: argparse.Namespace) -> dict[str, Any]:
    """What is asked for whatever the server is, as attributes of a target."""
    asked = {
        "level": level(options),
        "rate": options.rate,
        "template_uid": options.template_uid or None,
    }
    asked |= {"timeout": options.request_timeout, "time_limit": options.time_limit}
    return asked | {"quick": options.quick, "times": options.times, "read_only": options.read_only}


def level(options: argparse.Namespace) -> Level:
    """How strictly to judge."""
    return LEVELS[options.level or ("documented" if options.target else "strict")]


def switched_off(options: argparse.Namespace) -> dict[str, str]:
    """The rules that are not to be judged, with the reason."""
    rules = spec.rules().values()
    areas = {rule.area for rule in rules}
    if unknown := [area for area in options.area if area not in areas]:
        raise Stop(WRONG_USAGE, f"no area {unknown[0]!r}; there are {', '.join(sorted(areas))}")
    if unknown := [
        name for name in options.rule if not any(_has_prefix(rule.id, name) for rule in rules)
    ]:
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
