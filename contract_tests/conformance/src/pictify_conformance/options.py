"""The command line of the suite: options first, then the environment, then the defaults."""

import argparse
import difflib
import itertools
import os
import re
import ssl
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from pictify_conformance import __version__, spec
from pictify_conformance.exit_codes import EXPLAINED, WRONG_USAGE, Stop
from pictify_conformance.spec import LEVELS, Level
from pictify_conformance.target import KEYS, Connection, Target

KEY_OPTIONS = {name: f"--{name.replace('_', '-')}" for name in KEYS}
OPTION = re.compile(r"-[a-z]|--[a-z]{1,12}(-[a-z]{1,12})?")
HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
OWN_HEADERS = frozenset({"authorization", "x-write-key", "host", "content-length", "content-type"})
MAX_PROCESSES = 8
MAX_TIMES = 10_000
MAX_NEAR = 3  # ids in a message
MAX_NUMBER = 1_000_000  # requests or seconds; much longer waits overflow in the operating system


class Parser(argparse.ArgumentParser):
    """A parser that reports wrong usage in one line.

    Abbreviations are off: argparse would repeat the value of an ambiguous one, which may be a key.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(allow_abbrev=False, **settings)

    def error(self, message: str) -> NoReturn:
        """Raise `Stop` with the exit code of wrong usage."""
        raise Stop(WRONG_USAGE, f"{message} (see --help)")


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if (
        not colon
        or not HEADER_NAME.fullmatch(name)
        or not (value.isprintable() and value.isascii())
    ):
        message = "a header is written 'Name: value', in printable ASCII; it is not shown"
        raise argparse.ArgumentTypeError(message)
    return name, value.strip()


HEADER: dict[str, Any] = {
    "type": _header,
    "action": "append",
    "default": [],
    "metavar": "'NAME: VALUE'",
}


def add_options(add_group: Callable[[str], Callable[..., Any]]) -> None:
    """Add the options that the command and pytest have.

    `add_group` takes a title and returns the function that adds an option to that group.
    """
    flag: dict[str, Any] = {"action": "store_true"}
    repeated: dict[str, Any] = {"action": "append", "default": []}
    number: dict[str, Any] = {"type": _positive, "metavar": "N"}
    seconds = {**number, "metavar": "SECONDS"}

    add = add_group("the server")
    _add_with_variable(add, "--target", "URL", "PICTIFY_BASE_URL", "default: our mock")
    _add_with_variable(add, "--api-key", "KEY", KEYS["api_key"], "a team's")
    _add_with_variable(add, "--second-api-key", "KEY", KEYS["second_api_key"], "another team's")
    _add_with_variable(add, "--write-key", "KEY", KEYS["write_key"], "the first team's")
    _add_with_variable(add, "--template-uid", "UID", "PICTIFY_TEMPLATE_UID", "a template of theirs")
    lag = f"how long counters may lag (default {Target.settle:g})"
    add("--settle", default=Target.settle, help=lag, **seconds)
    add("--rate", help="send at most N requests a second; default: no limit", **number)
    _add_with_variable(add, "--ca", "FILE", "SSL_CERT_FILE", "certificates to trust")
    add("--insecure", help="check no certificate; the report says so", **flag)
    add("--proxy", metavar="URL", help="send everything through this HTTP proxy")
    header = "of every request, for a gateway; hidden in reports; may be repeated"
    add("--header", dest="headers", **HEADER, help=header)
    add("--wait", help="how long the server may take to start; default: none", **seconds)
    timeout = f"for a request and its whole response (default {Target.timeout:g})"
    add("--request-timeout", default=Target.timeout, help=timeout, **seconds)

    add = add_group("what is judged")
    levels = "default: documented with a target, strict without"
    add("--level", choices=tuple(LEVELS), help=levels)
    add("--area", help="judge only this area; may be repeated", **repeated)
    add("--rule", metavar="ID", help="only this rule or prefix; may be repeated", **repeated)
    without = "an operationId that may be missing; may be repeated"
    add("--without", metavar="OPERATION", help=without, **repeated)
    add("--quick", help="generate few requests, and try nothing twice", **flag)
    times = {"type": partial(_whole, MAX_TIMES), "default": 1, "metavar": "N"}
    add("--times", help="generate N times as many requests", **times)
    add("--read-only", help="send nothing but reads, and judge what they can", **flag)

    add = add_group("the run")
    add("--time-limit", help="start no more tests after that; default: no limit", **seconds)
    add("--seed", type=_integer, default=1, metavar="N", help="of the generated data (default 1)")
    add("--require-all", help="exit with 1 too if a rule could not be tested", **flag)
    reports = "default: reports; of pytest: none are written"
    docs = "the documentation that the report links to, as nox -s docs builds it"
    add("--docs-url", metavar="URL", help=docs)
    add("--report-dir", type=Path, metavar="DIR", help=reports)


def _add_with_variable(
    add: Callable[..., Any], option: str, metavar: str, variable: str, text: str
) -> None:
    default = os.environ.get(variable)
    add(option, metavar=metavar, default=default, help=f"{text} [{variable}]")


def parser() -> Parser:
    parser = Parser(
        prog="pictify-conformance",
        description="Judge a server rule by rule.",
        epilog=EXPLAINED,
        add_help=False,
    )
    groups: dict[str, Callable[..., Any]] = {}

    def add_group(title: str) -> Callable[..., Any]:
        groups[title] = parser.add_argument_group(title).add_argument
        return groups[title]

    add_options(add_group)
    groups["what is judged"](
        "--list", action="store_true", help="show the rules, and judge nothing"
    )
    add = groups["the run"]
    processes = "processes, or auto; default: auto on our mock, 1 with a target or --rule"
    groups["the server"]("-H", dest="headers", **HEADER, help="the same as --header")
    add("-n", type=_processes, metavar="N", help=processes)
    failures = {"type": partial(_whole, MAX_TIMES), "metavar": "N"}
    add("--max-failures", help="end after N failed tests; default: no limit", **failures)
    baseline = "a results.json: exit with 1 only for what is worse, even with --require-all"
    add("--baseline", type=Path, metavar="FILE", help=baseline)
    add("--version", action="version", version=f"%(prog)s {__version__}", help="show the version")
    add("-h", "--help", action="help", help="show this")
    add("--verbose", action="store_true", help="print every rule, not only what failed")
    parser.set_defaults(report_dir=Path("reports"))
    return parser


def parse(arguments: Sequence[str] | None, options: argparse.Namespace) -> None:
    """Read the command line into the options. Unknown words are not shown: they may be keys."""
    known = parser()
    _, unknown = known.parse_known_args(arguments, options)
    if not unknown:
        return
    name = next((word.partition("=")[0] for word in unknown if word.startswith("-")), "")
    if OPTION.fullmatch(name):
        known.error(f"unknown option {name}")
    kind = "unknown option" if name else "extra argument"
    known.error(f"{kind}, which is not shown because it may hold a key")


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0
    if not 0 < number <= MAX_NUMBER:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0, up to {MAX_NUMBER:,}")
    return number


def _integer(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not an integer") from None


def _whole(most: int, text: str, or_else: str = "") -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= most:
        message = f"{text!r} is not {or_else}a number from 1 to {most:,}"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _processes(text: str) -> int:
    return cores() if text == "auto" else _whole(MAX_PROCESSES, text, "auto or ")


def cores() -> int:
    """Return the number of processes to run on this machine."""
    return min(os.cpu_count() or 1, MAX_PROCESSES)


def check(options: argparse.Namespace) -> None:
    """Raise `Stop` if the options do not fit together."""
    if options.quick and options.times > 1:
        raise Stop(WRONG_USAGE, "--quick and --times cannot be combined")
    known = [operation["operationId"] for _, _, operation in spec.operations()]
    if unknown := [each for each in options.without if each not in known]:
        names = ", ".join(known)
        raise Stop(WRONG_USAGE, f"--without: no operation {unknown[0]!r}; there are {names}")
    if options.docs_url and not _is_http(options.docs_url):
        form = "an http or https URL without query, fragment and spaces"
        raise Stop(WRONG_USAGE, f"--docs-url {options.docs_url!r} is not {form}")
    if options.target is not None:
        _check_target(options.target)
    _check_connection(options)
    if options.target is None:
        return
    if not options.api_key:
        raise Stop(WRONG_USAGE, "a target needs an API key: --api-key or PICTIFY_API_KEY")
    _check_keys({name: getattr(options, name) for name in KEYS if getattr(options, name)})


def make_report_dir(folder: Path) -> None:
    """Make the folder of the reports before the run, which may take long."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"--report-dir {folder}: {error.strerror}; name a folder that can be written"
        raise Stop(WRONG_USAGE, message) from None


def _check_target(url: str) -> None:
    if "@" in url:  # anywhere: a password may contain a slash
        raise Stop(
            WRONG_USAGE,
            "--target holds credentials, which are not shown; give the server's key as --api-key"
            " or PICTIFY_API_KEY, and write an @ in a path as %40",
        )
    if not _is_http(url):
        form = "an http or https URL without query, fragment and spaces"
        raise Stop(WRONG_USAGE, f"--target {url!r} is not {form}")


def _check_connection(options: argparse.Namespace) -> None:
    if options.ca and options.insecure:
        options.ca = None  # it may come from the environment
    if options.ca and not Path(options.ca).exists():
        raise Stop(WRONG_USAGE, f"--ca (or SSL_CERT_FILE) {options.ca}: there is no such file")
    try:
        ssl.create_default_context(cafile=None if Path(options.ca or ".").is_dir() else options.ca)
    except (OSError, ssl.SSLError):
        message = "has no certificate in PEM form"
        raise Stop(WRONG_USAGE, f"--ca (or SSL_CERT_FILE) {options.ca} {message}") from None
    if options.proxy and not _is_http(options.proxy):
        message = "--proxy is not an http or https URL; it is not shown, as it may hold a password"
        raise Stop(WRONG_USAGE, message)
    if own := [name for name, _ in options.headers if name.lower() in OWN_HEADERS]:
        raise Stop(WRONG_USAGE, f"--header {own[0]}: the suite sets this header itself")


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
        is_complete = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return False
    is_plain = url.isprintable() and not any(character in url for character in " ?#")
    return bool(is_plain and is_complete)


def _check_keys(keys: dict[str, str]) -> None:
    for name, key in keys.items():
        if not key.isascii() or not key.isprintable() or " " in key:
            wrong = "a space, a line break or another character that no key has"
            raise Stop(WRONG_USAGE, f"{_origin(name)} holds {wrong}; the key is not shown")
    for (first, key), (second, other) in itertools.combinations(keys.items(), 2):
        if key == other:
            advice = ", or give one of another team" if second == "second_api_key" else ""
            same = f"is the same key as {KEY_OPTIONS[first]}"
            raise Stop(WRONG_USAGE, f"{_origin(second)} {same}; leave it out{advice}")


def _origin(name: str) -> str:
    return f"{KEY_OPTIONS[name]} (or {KEYS[name]})"


def target_from(options: argparse.Namespace) -> Target:
    keys = (options.api_key, options.second_api_key or None, options.write_key or None)
    url = options.target.rstrip("/")
    return Target(url, *keys, **target_settings(options))


def target_settings(options: argparse.Namespace) -> dict[str, Any]:
    """Return the options that apply to any server, as attributes of a target."""
    return {
        "level": level(options),
        "settle": options.settle,
        "rate": options.rate,
        "template_uid": options.template_uid or None,
        "timeout": options.request_timeout,
        "time_limit": options.time_limit,
        "quick": options.quick,
        "times": options.times,
        "read_only": options.read_only,
        "without": frozenset(options.without),
        "connection": Connection(
            options.ca, options.insecure, options.proxy, tuple(options.headers)
        ),
    }


def level(options: argparse.Namespace) -> Level:
    return LEVELS[options.level or ("documented" if options.target else "strict")]


def disabled_rules(options: argparse.Namespace) -> dict[str, str]:
    """Return the rules that the options disable, with the reason.

    Raises:
        Stop: an area or a rule does not exist, or the level judges nothing of it.
    """
    rules = spec.rules().values()
    areas = {rule.area for rule in rules}
    if unknown := [area for area in options.area if area not in areas]:
        raise Stop(WRONG_USAGE, f"no area {unknown[0]!r}; there are {', '.join(sorted(areas))}")
    for prefix in options.rule:
        if not any(_has_prefix(rule.id, prefix) for rule in rules):
            raise Stop(WRONG_USAGE, f"no rule {prefix!r}; {_near_rules(prefix)}")
    chosen, reasons = [*options.area, *options.rule], {}
    for prefix in chosen:
        named = [rule for rule in rules if _has_prefix(rule.id, prefix)]
        if not any(rule.is_judged_at(level(options)) for rule in named):
            kind = "is an assumed rule" if named[0].id == prefix else "has assumed rules only"
            raise Stop(WRONG_USAGE, f"{prefix} {kind}; add --level strict")
    without = frozenset(options.without)
    for rule in rules:
        if not rule.is_judged_at(level(options)):
            reasons[rule.id] = "assumed; the level is documented"
        elif chosen and not any(_has_prefix(rule.id, prefix) for prefix in chosen):
            reasons[rule.id] = "not asked for"
        elif left_out := without.intersection(rule.operations):
            reasons[rule.id] = f"--without {min(left_out)}"
    return reasons


def _near_rules(text: str) -> str:
    """Return the ids that continue a text, or else those that resemble it."""
    ids = list(spec.rules())
    near = [id_ for id_ in ids if id_.startswith(text)] or difflib.get_close_matches(text, ids)
    if not text or not near:
        return "--list shows them"
    more = f" and {len(near) - MAX_NEAR} more" if len(near) > MAX_NEAR else ""
    return f"near it: {', '.join(near[:MAX_NEAR])}{more}"


def _has_prefix(rule: str, prefix: str) -> bool:
    return rule == prefix or rule.startswith(prefix + ".")
