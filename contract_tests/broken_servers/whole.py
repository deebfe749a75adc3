"""Whole servers that the full suite judges: sound ones, ours and others, and null ones that always answer alike."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from starlette.responses import Response

from alternative_server.app import other_server
from alternative_server.habits import STRANGERS, TEMPLATE, Habits
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
NEARLY_EVERY = 0.9  # of the rules that are judged


@dataclass(frozen=True)
class Examination:
    """What the full suite said about a whole server."""

    server: str
    level: Level
    counts: dict[str, int]
    told: list[str]
    seconds: float

    @property
    def as_expected(self) -> bool:
        """Whether a sound server passed, or a null server failed nearly every rule, without an error of ours."""
        if not self.counts or self.counts["error"]:
            return False
        failed, judged = self.counts["fail"], self.counts["fail"] + self.counts["pass"]
        return failed >= NEARLY_EVERY * judged if self.server in NULL_SERVERS else failed == 0


def examinations() -> list[tuple[str, Level]]:
    """Every whole server, at each level for which it tells something, slow ones first."""
    return [
        ("200 {}", "assumed"),
        *((name, "documented") for name in ("sound", *STRANGERS, *NULL_SERVERS)),
    ]


def examine(name: str, level: Level) -> Examination:
    """Judge one whole server by everything that the level asks for."""
    clock = time.monotonic()
    rules = spec.rules().values()
    beyond = {rule.id: "beyond" for rule in rules if not rule.is_judged_at(level)}
    with whole(name, level) as target:
        plugin = Judge(target, [rule for rule in rules if rule.id not in beyond], silence)
        pytest.main(runner.pytest_arguments(SEED, [runner.TESTS]), plugins=[plugin])
    verdicts = judge(rules, plugin.results.findings, beyond)
    odd = "pass" if name in NULL_SERVERS else "fail"
    told = [
        f"{v.outcome}: {v.rule.id}: {v.reason}"
        for v in verdicts
        if str(v.outcome) in ("error", odd)
    ]
    return Examination(name, level, summary(verdicts), told, time.monotonic() - clock)


@contextmanager
def whole(name: str, level: Level) -> Iterator[Target]:
    """The server of this name."""
    if name in STRANGERS:
        with stranger(STRANGERS[name]) as target:
            yield target
        return
    if name not in NULL_SERVERS:
        with broken_by(None, level) as (target, _):
            yield target
        return
    with serving(NULL_SERVERS[name]) as url:
        yield Target(
            url, "a-key-of-one-team", "a-key-of-another", "a-write-key", level=level, settle=SETTLE
        )


@contextmanager
def stranger(habits: Habits) -> Iterator[Target]:
    """A server with these habits, and two teams on it."""
    teams = [
        Team(f"{nth} team", f"key-of-the-{nth}", f"write-key-of-the-{nth}", habits.plan)
        for nth in ("one", "other")
    ]
    one, other = teams
    with serving(other_server(teams, habits)) as url:
        known = TEMPLATE if habits.templates == "known" else None
        yield Target(
            url + habits.prefix, one.api_key, other.api_key, one.write_key, template_uid=known
        )
