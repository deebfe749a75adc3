"""Processes of our mock as targets: two teams each, the second on the starter plan."""

import contextlib
import dataclasses
import importlib.util
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator

from pictify_conformance.results.response_coverage import Coverage
from pictify_conformance.target import Target

_processes: list[subprocess.Popen[str]] = []


class NotStarted(Exception):
    """The mock is not installed, or ended before it was ready."""


@contextlib.contextmanager
def running_mock() -> Iterator[Target]:
    """Run a mock on a free port until the block ends."""
    with starting_mocks(1) as ready:
        yield ready()[0]


@contextlib.contextmanager
def starting_mocks(count: int) -> Iterator[Callable[[], list[Target]]]:
    """Run mocks with the same keys; call what is yielded to wait until they are ready."""
    if importlib.util.find_spec("pictify_mock") is None:
        raise NotStarted(
            "no --target is given, and our mock is not installed;"
            " give a target, or install pictify-conformance[mock]"
        )
    first, second, write_key = (f"{kind}_{secrets.token_hex(12)}" for kind in ("key", "key", "wk"))
    keys = ["--api-key", first, "--api-key", second, "--write-key", write_key]
    plans = ["--plan", "business", "--plan", "starter"]
    command = [sys.executable, "-m", "pictify_mock", "--port", "0", *keys, *plans]
    target = Target("", first, second, write_key, level="assumed")
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(_process(command)) for _ in range(count)]
        yield lambda: [
            dataclasses.replace(target, base_url=_url(server, target.redact)) for server in servers
        ]


@contextlib.contextmanager
def _process(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        _processes.append(process)
        try:
            yield process
        finally:
            process.terminate()


def stop_all() -> None:
    """Stop every mock, in a process that ends without leaving its blocks."""
    for process in _processes:
        process.terminate()


def unseen_answers(coverage: Coverage) -> list[str]:
    """Return a line for each response that the mock can give and a full run did not get."""
    lines = []
    for operation_id, status, media_type in coverage.not_seen:
        # The mock limits no rates, so only the quota gives a 429. It redirects to its images.
        is_rate_limit = status == "429" and operation_id != "createExperiment"
        is_image = (operation_id, status) == ("renderExperimentUrl", "200")
        if not is_rate_limit and not is_image:
            answer = f"{operation_id} {status} {media_type}".rstrip()
            lines.append(f"no request produced {answer}, which our mock can answer")
    return lines


def _url(process: subprocess.Popen[str], redact: Callable[[str], str]) -> str:
    assert process.stdout
    ready = process.stdout.readline()
    url = next((word.rstrip("/") for word in ready.split() if word.startswith("http://")), None)
    if url is None:
        output = redact(ready.strip()) or "it printed nothing"
        raise NotStarted(f"our mock did not start: {output}")
    return url
