"""Servers for the full suite: conforming ones, and null servers with one fixed response."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from starlette.responses import Response

from alternative_server.app import create_app
from alternative_server.behaviour import BEHAVIOURS, TEMPLATE, Behaviour
from alternative_server.state import Team
from broken_servers.server import SETTLE, broken_by, serving
from broken_servers.trial import SEED, silence
from pictify_conformance import runner, spec
from pictify_conformance.judge import Judge
from pictify_conformance.results.verdicts import judge, summary
from pictify_conformance.spec import Level
from pictify_conformance.target import Target

JSON = "application/json"
NULL_SERVERS = {
    "200 {}": Response(b"{}", 200, media_type=JSON),
    "200 []": Response(b"[]", 200, media_type=JSON),
    "200 without a body": Response(b"", 200),
    "404 {}": Response(b"{}", 404, media_type=JSON),
    "500 {}": Response(b"{}", 500, media_type=JSON),
}
NULL_FAILURES = 0.9  # at least this part of the judged rules fails on a null server


@dataclass(frozen=True)
class SuiteResult:
    """The verdicts of the full suite on a server."""

    server: str
    level: Level
    counts: dict[str, int]
    unexpected: list[str]
    seconds: float

    @property
    def as_expected(self) -> bool:
        """Return True if a conforming server passed, or a null server failed nearly everything."""
        if not self.counts or self.counts["error"]:
            return False
        failed, judged = self.counts["fail"], self.counts["fail"] + self.counts["pass"]
        return failed >= NULL_FAILURES * judged if self.server in NULL_SERVERS else failed == 0


def servers() -> list[tuple[str, Level]]:
    """List the servers and the levels to judge them at, the slowest first."""
    names = ("mock", *BEHAVIOURS, *NULL_SERVERS)
    return [("200 {}", "assumed"), *((name, "documented") for name in names)]


def judge_server(name: str, level: Level) -> SuiteResult:
    """Judge one server by every rule of the level."""
    clock = time.monotonic()
    rules = spec.rules().values()
    beyond = {rule.id: "beyond" for rule in rules if not rule.is_judged_at(level)}
    with serve(name, level) as target:
        plugin = Judge(target, [rule for rule in rules if rule.id not in beyond], silence)
        pytest.main(runner.pytest_arguments(SEED, [runner.TESTS]), plugins=[plugin])
    verdicts = judge(rules, plugin.results.findings, beyond)
    bad_outcomes = ("error", "pass" if name in NULL_SERVERS else "fail")
    unexpected = [
        f"{verdict.outcome}: {verdict.rule.id}: {verdict.reason}"
        for verdict in verdicts
        if str(verdict.outcome) in bad_outcomes
    ]
    return SuiteResult(name, level, summary(verdicts), unexpected, time.monotonic() - clock)


@contextmanager
def serve(name: str, level: Level) -> Iterator[Target]:
    """Serve the server of this name."""
    if name in BEHAVIOURS:
        with alternative_server(BEHAVIOURS[name]) as target:
            yield target
    elif name in NULL_SERVERS:
        with serving(NULL_SERVERS[name]) as url:
            keys = ("a-key-of-one-team", "a-key-of-another", "a-write-key")
            yield Target(url, *keys, level=level, settle=SETTLE)
    else:
        with broken_by(None, level) as (target, _):
            yield target


@contextmanager
def alternative_server(behaviour: Behaviour) -> Iterator[Target]:
    """Serve the alternative server with this behaviour and two teams."""
    teams = [
        Team(f"{nth} team", f"key-of-the-{nth}", f"write-key-of-the-{nth}", behaviour.plan)
        for nth in ("one", "other")
    ]
    keys = (teams[0].api_key, teams[1].api_key, teams[0].write_key)
    template = TEMPLATE if behaviour.templates == "known" else None
    with serving(create_app(teams, behaviour)) as url:
        yield Target(url + behaviour.prefix, *keys, template_uid=template)
