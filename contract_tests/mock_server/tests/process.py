"""Run the mock as a process of its own."""

from __future__ import annotations

import re
import signal
import subprocess
import sys

COMMAND = [sys.executable, "-m", "pictify_mock"]
KEY = "pk_test_development_only"


def serve(*options: str) -> tuple[subprocess.Popen[str], str]:
    """Start a server on a free port. Return its process and the line that says it is ready."""
    process = subprocess.Popen(
        [*COMMAND, "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, process.stdout.readline()


def stop(process: subprocess.Popen[str], number: int = signal.SIGINT) -> tuple[int, str, str]:
    """Send a signal. Return the exit code, and what else came on stdout and stderr."""
    process.send_signal(number)
    out, err = process.communicate(timeout=5)
    return process.returncode, out, err


def address(line: str) -> str:
    match = re.search(r"http://\S+", line)
    assert match is not None
    return match[0]
