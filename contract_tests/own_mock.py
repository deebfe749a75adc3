"""Our own mock as a target: a process of its own with two teams, the second on the starter plan."""

import contextlib
import secrets
import subprocess
import sys
from collections.abc import Iterator

from contract_tests.target import Target


class NotStarted(Exception):
    """The mock ended before it was ready; why is on stderr."""


@contextlib.contextmanager
def running() -> Iterator[Target]:
    """Start the mock on a free port, and stop it at the end."""
    first, second, write_key = (f"{kind}_{secrets.token_hex(12)}" for kind in ("key", "key", "wk"))
    options = ["--api-key", first, "--api-key", second, "--write-key", write_key]
    command = [sys.executable, "-m", "contract_tests.mock_server", "--port", "0", *options]
    plans = ["--plan", "business", "--plan", "starter"]
    with subprocess.Popen([*command, *plans], stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        assert process.stdout
        ready = process.stdout.readline()
        url = next((word.rstrip("/") for word in ready.split() if word.startswith("http://")), None)
        try:
            if url is None:
                raise NotStarted(f"our mock did not start: {ready.strip() or 'it printed nothing'}")
            yield Target(url, first, second, write_key, level="strict")
        finally:
            process.terminate()
