"""The command line of the mock: `pictify-mock --help`."""

from __future__ import annotations

import argparse
import gc
import logging
import re
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from pictify_mock import __version__, development
from pictify_mock.domain.json_values import LARGEST, SMALLEST
from pictify_mock.domain.plans import PLANS
from pictify_mock.domain.teams import Team
from pictify_mock.http.signals import exit_on_signals

if TYPE_CHECKING:  # importing the server takes long, so it waits until the arguments are valid
    from collections.abc import Callable, Sequence

    from starlette.types import ASGIApp

    from pictify_mock.storage.memory import Store

LAST_PORT = 65535


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Exit with code 2 and one line on stderr."""
        # The name of a file may contain line feeds and escape sequences.
        printable = (c if c.isprintable() else ascii(c)[1:-1] for c in message)
        self.exit(2, f"{self.prog}: {''.join(printable)}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    exit_on_signals()
    parser = build_parser()
    options = parse(parser, arguments)
    teams = build_teams(parser, options)
    try:
        from pictify_mock.app import create_app
        from pictify_mock.http import server
    except ImportError as error:
        parser.error(f"{error.name} is missing; install it with: pip install pictify-mock")
    try:
        listener = server.bind(options.host, options.port)
    except (OSError, UnicodeError) as error:
        parser.error(f"cannot listen on {options.host} port {options.port}: {error}")
    line = start_line(server.url(listener), options)
    if not server.has_uvloop():
        note = "uvloop is not installed; asyncio's own event loop serves, which is slower"
        print(f"note: {note}", file=sys.stderr)
    warn_of_others(options)
    with listener, closing(open_store(parser, options.db, teams)) as store:
        app = build_app(create_app, parser, options, teams, store)
        if options.log == "requests":
            app = with_access_log(app, teams)
        server.run(app, listener, lambda: print(line, flush=True))
    return 0


def parse(parser: Parser, arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line. Unknown words are not shown, because they may be keys."""
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        name = unknown[0].partition("=")[0]
        known = f"unknown option {name}" if name.startswith("-") else "an extra argument"
        parser.error(f"{known}; pictify-mock --help lists the options")
    if options.no_control and options.control_token:
        parser.error("--control-token needs the control paths; leave out --no-control")
    return options


def start_line(url: str, options: argparse.Namespace) -> str:
    """Return the line that programs read the address from, with notes for people."""
    notes = []
    if not options.api_key:
        notes = [f"API key {development.API_KEY}", f"write key {development.WRITE_KEY}"]
    if allows_control(options):
        notes.append(f"dashboard {url}/_mock/")
    return f"Pictify Experiments mock server on {url}" + (f" ({', '.join(notes)})" if notes else "")


def allows_control(options: argparse.Namespace) -> bool:
    """Return True if there are control paths: off loopback only for those who have the token."""
    from pictify_mock.control.access import is_loopback

    has_guard = options.control_token is not None or is_loopback(options.host)
    return not options.no_control and has_guard


def warn_of_others(options: argparse.Namespace) -> None:
    from pictify_mock.control.access import is_loopback

    if not is_loopback(options.host):
        warning = f"listening on {options.host}, where other machines may reach this"
        if not options.control_token:
            warning += "; without --control-token there are no control paths"
        print(f"warning: {warning}", file=sys.stderr)


def with_access_log(app: ASGIApp, teams: Sequence[Team]) -> ASGIApp:
    from pictify_mock.control.access_log import AccessLog

    handler = logging.StreamHandler(sys.stderr)  # unlike print, it survives a closed pipe
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    logger = logging.getLogger("pictify_mock.requests")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    return AccessLog(app, teams, logger.info)


def build_parser() -> Parser:
    # An abbreviation such as --api-keys would be shown with its value.
    parser = Parser(
        prog="pictify-mock", description="A stateful Pictify Experiments API.", allow_abbrev=False
    )
    add = parser.add_argument
    add("--version", action="version", version=f"%(prog)s {__version__}")
    add("--port", type=port, default=8080, help="0 takes a free one (default: 8080)")
    add("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    own_team = "a team of its own; repeatable"
    add("--api-key", type=key, action="append", default=[], help=own_team)
    add("--write-key", type=key, action="append", default=[], help="for the teams, in order")
    plans = f"for the teams, in order: {', '.join(PLANS)}"
    add("--plan", action="append", default=[], help=plans)
    add("--rate-limits", action="store_true", help="answer 429 beyond the documented limits")
    add("--trust-forwarded", action="store_true", help="believe X-Forwarded-For")
    db = "keep the state in this file (default: in memory)"
    add("--db", type=Path, metavar="FILE", help=db)
    state = "start with this state, as GET /_mock/state gives it"
    add("--state", type=Path, metavar="FILE", help=state)
    seed = "the same uids and draws for the same requests"
    add("--seed", type=integer, metavar="N", help=seed)
    log = "write a line on stderr for each request, without keys"
    add("--log", choices=["requests"], help=log)
    add("--no-control", action="store_true", help="no control paths under /_mock/ but health")
    add("--control-token", type=key, metavar="TOKEN", help="ask for it on the control paths")
    return parser


def port(text: str) -> int:
    # Checked as text, since int() takes other digits, and refuses thousands of them in other words.
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(LAST_PORT))
    if not is_number or int(text) > LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; use 0 to {LAST_PORT}")
    return int(text)


def integer(text: str) -> int:
    is_number = re.fullmatch("-?[0-9]{1,20}", text)  # int() refuses thousands of digits
    if is_number is None or not SMALLEST <= int(text) <= LARGEST:
        message = f"{text[:40]!r} is not an integer of 64 bits; use {SMALLEST} to {LARGEST}"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def key(text: str) -> bytes:
    if not (text.isascii() and text.isprintable() and text and " " not in text):
        message = "a key is printable ASCII without spaces, at least one character"
        raise argparse.ArgumentTypeError(message)
    return text.encode()


def build_teams(parser: Parser, options: argparse.Namespace) -> list[Team]:
    api_keys = options.api_key or [development.API_KEY.encode()]
    write_keys = options.write_key or ([] if options.api_key else [development.WRITE_KEY.encode()])
    for option, given in (("--write-key", write_keys), ("--plan", options.plan)):
        if len(given) > len(api_keys):
            times = f"is given {len(given)} times for {len(api_keys)} team(s)"
            parser.error(f"{option} {times}; each --api-key is a team")
    if len({*api_keys, *write_keys}) < len(api_keys) + len(write_keys):
        parser.error("a key is given twice; every --api-key and --write-key is one of its own")
    unknown = [name for name in options.plan if name not in PLANS]
    if unknown:
        parser.error(f"unknown plan {unknown[0]!r}; use one of {', '.join(PLANS)}")
    plans = options.plan + [development.PLAN] * len(api_keys)
    return [
        Team(api_key, tuple(write_keys[index : index + 1]), PLANS[plans[index]])
        for index, api_key in enumerate(api_keys)
    ]


def build_app(
    create_app: Callable[..., ASGIApp],
    parser: Parser,
    options: argparse.Namespace,
    teams: Sequence[Team],
    store: Store,
) -> ASGIApp:
    from pictify_mock.domain.errors import Refusal

    if options.state and store.everything():
        problem = f"{options.db} holds experiments already, which --state would replace"
        parser.error(f"{problem}; leave one of the two out")
    try:
        return create_app(
            teams,
            store=store,
            trust_forwarded=options.trust_forwarded,
            rate_limits=options.rate_limits,
            control=allows_control(options),
            control_token=options.control_token and options.control_token.decode(),
            start=options.state and options.state.read_bytes(),
            seed=options.seed,
        )
    except OSError as error:
        parser.error(f"cannot read {options.state}: {error.strerror}")
    except Refusal as refusal:
        parser.error(f"{options.state} is not a state of this server: {refusal.detail}")


def open_store(parser: Parser, file: Path | None, teams: Sequence[Team]) -> Store:
    from pictify_mock.storage.memory import Store

    if file is None:
        return Store()
    from pictify_mock.storage.durable import DurableStore
    from pictify_mock.storage.sqlite import SqliteFileError

    try:
        return DurableStore(file, teams)
    except SqliteFileError as error:
        parser.error(str(error))


def command() -> NoReturn:
    """Run `main` as a process of its own."""
    gc.disable()  # no import is garbage; `server.run` enables it again
    sys.exit(main())
