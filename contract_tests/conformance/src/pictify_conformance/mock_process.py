"""Our own mock as a target: processes of its own with two teams each, the second on the starter plan."""

import contextlib
import dataclasses
import importlib.util
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator

from pictify_conformance.results.response_coverage import Coverage, Triple
from pictify_conformance.target import Target

_processes: list[subprocess.Popen[str]] = []


class NotStarted(Exception):
    """The mock is not there, or ended before it was ready; why is on stderr then."""


@contextlib.contextmanager
def running() -> Iterator[Target]:
    """Start the mock on a free port, and stop it at the end."""
    with starting(1) as ready:
        yield ready()[0]


@contextlib.contextmanager
def starting(count: int) -> Iterator[Callable[[], list[Target]]]:
    """Start mocks with the same keys, and stop them at the end; what is yielded waits until they are ready."""
    if importlib.util.find_spec("pictify_mock") is None:
        raise NotStarted(
            "no --target is given, and our mock is not installed: it is in pictify-conformance[mock]"
        )
    first, second, write_key = (f"{kind}_{secrets.token_hex(12)}" for kind in ("key", "key", "wk"))
    options = ["--api-key", first, "--api-key", second, "--write-key", write_key]
    plans = ["--plan", "business", "--plan", "starter"]
    command = [sys.executable, "-m", "pictify_mock", "--port", "0", *options, *plans]
    target = Target("", first, second, write_key, level="assumed")
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(_process(command)) for _ in range(count)]
        yield lambda: [
            dataclasses.replace(target, base_url=_url(server, target.redacted))
            for server in servers
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
    """Stop every mock that was started, for a process that ends without leaving its blocks."""
    for process in _processes:
        process.terminate()


def gaps(coverage: Coverage) -> list[str]:
    """What the mock can answer and a full run has not made it answer, so that the suite did not look at it."""
    missed = (triple for triple in coverage.not_seen if not _is_never_given(triple))
    return [
        f"the suite brought about no {' '.join(triple)}, which our mock can answer"
        for triple in missed
    ]


def _is_never_given(answer: Triple) -> bool:
    """Its rate limits are off, so that a 429 is one of the quota; the image route redirects to its images."""
    operation_id, status, _ = answer
    limited = status == "429" and operation_id != "createExperiment"
    return limited or (operation_id, status) == ("renderExperimentUrl", "200")


def _url(process: subprocess.Popen[str], redacted: Callable[[str], str]) -> str:
    assert process.stdout
    ready = process.stdout.readline()
    url = next((word.rstrip("/") for word in ready.split() if word.startswith("http://")), None)
    if url is None:
        raise NotStarted(
            f"our mock did not start: {redacted(ready.strip()) or 'it printed nothing'}"
        )
    return url
