"""Runs of the command, and servers, that several test modules need."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from hostile_servers.server import DropConnection, HostileServer, Request, Response, serving
from pictify_conformance import cli
from pictify_conformance.http.transport import (
    RecordingTransport,
    http_client,
    requests_session,
)
from pictify_conformance.http.write_guard import Guard
from pictify_conformance.reports import baseline
from pictify_conformance.target import Target
from pictify_conformance.testing.team import Team

KEY = "secret-key-of-a-team"
QUIET_PYTEST = ["-p", "no:terminal", "-p", "no:cacheprovider", "-o", "filterwarnings=ignore"]
QUIET_PYTEST += ["--import-mode=importlib"]
SECONDS = 120  # in which a run that is interrupted or killed must end
SCHEMA = jsonschema_rs.validator_for(
    json.loads(baseline.SCHEMA.read_bytes()), validate_formats=True
)


@dataclass(frozen=True)
class SuiteRun:
    """A run of the command that has ended."""

    code: int
    out: str
    err: str
    folder: Path

    @property
    def reports(self) -> dict[str, str]:
        """The text of each report by name."""
        return {path.name: path.read_text(encoding="utf-8") for path in self.folder.iterdir()}

    @property
    def results(self) -> Any:
        """The content of results.json, which is valid by its schema."""
        results = json.loads((self.folder / "results.json").read_bytes())
        SCHEMA.validate(results)
        return results

    @property
    def outcomes(self) -> dict[str, str]:
        """The outcome of each rule that was judged."""
        outcomes = {rule["id"]: rule["outcome"] for rule in self.results["rules"]}
        return {id_: outcome for id_, outcome in outcomes.items() if outcome != "disabled"}

    @property
    def left_behind(self) -> list[str]:
        """The lines of left-behind.txt, or none if there is no such file."""
        path = self.folder / "left-behind.txt"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


class Suite:
    """The command, run within the process of the test."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._folder, self._capsys = folder, capsys

    def run(self, *arguments: str) -> SuiteRun:
        """Run the command with its reports in the test's folder."""
        code = cli.main([*arguments, "--report-dir", str(self._folder)])
        return SuiteRun(code, *self._capsys.readouterr(), self._folder)

    def judge(self, url: str, *arguments: str, rules: tuple[str, ...] = ()) -> SuiteRun:
        """Judge a server by some rules."""
        chosen = [part for rule in rules for part in ("--rule", rule)]
        return self.run("--target", url, "--api-key", KEY, "--settle", "0.2", *chosen, *arguments)


@contextmanager
def suite_process(url: str, folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run the command against a server in a process of its own, until the block ends."""
    target = ["--target", url, "--settle", "0.2", "--report-dir", str(folder)]
    with subprocess.Popen(
        [sys.executable, "-m", "pictify_conformance", *target, *arguments],
        env={**os.environ, "PICTIFY_API_KEY": os.environ.get("PICTIFY_API_KEY", KEY)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGKILL)


@contextmanager
def getters(transport: RecordingTransport) -> Iterator[dict[str, Callable[[str], Any]]]:
    """Yield a function for each of the suite's two clients that gets a path."""
    base_url = transport.target.base_url
    with http_client(transport) as client, requests_session(transport) as session:
        yield {
            "httpx": client.get,
            "requests": lambda path: session.get(base_url + path, allow_redirects=False),
        }


@contextmanager
def team_on(server: HostileServer) -> Iterator[tuple[Team, Guard]]:
    """Yield a team's helper on a server, with the guard of its requests."""
    with serving(server) as url:
        target = Target(url, KEY, template_uid="tmpl")
        guard = Guard(url, target.token)
        with http_client(RecordingTransport(target, guard)) as client:
            yield Team(target, client, guard, target.api_key), guard


def create(team: Team, **fields: Any) -> Any:
    return team.api.create(team.experiments.body(**fields)).json().get("experiment")


class SameResponse(HostileServer):
    """Give every request the same status, and after a number of requests no response."""

    def __init__(self, status: int, requests: int = sys.maxsize) -> None:
        super().__init__()
        self._status, self._left = status, requests

    def answer(self, request: Request) -> Response:
        """Return the response."""
        del request
        self._left -= 1
        if self._left < 0:
            raise DropConnection
        return Response.of(self._status, {})
