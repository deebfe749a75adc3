"""What other systems lack: uvloop, `fork`, and event loops that take signal handlers."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

import pictify_mock

from .process import address, end

PACKAGE = Path(pictify_mock.__file__).parent
WITHOUT_UVLOOP = "sys.modules['uvloop'] = None"
WITHOUT_FORK = "del os.fork, os.forkpty, os.posix_spawn"
WITHOUT_SIGNAL_HANDLERS = """
def refuse(*_):
    raise NotImplementedError
asyncio.SelectorEventLoop.add_signal_handler = refuse
"""

posix = pytest.mark.skipif(
    not hasattr(signal, "pthread_kill"), reason="a process cannot be sent such signals here"
)


def program(*lacks: str, run: str) -> list[str]:
    return [sys.executable, "-c", "\n".join(["import asyncio, os, sys", *lacks, run])]


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_on_another_system(number: int) -> None:
    """It serves, says once that it is slower, and ends at a signal with code 0."""
    run = "sys.argv[1:] = ['--port', '0']; from pictify_mock.cli import command; command()"
    lacks = (WITHOUT_UVLOOP, WITHOUT_FORK, WITHOUT_SIGNAL_HANDLERS)
    process = subprocess.Popen(
        program(*lacks, run=run), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    url = address(process.stdout.readline())
    with httpx.Client(base_url=url) as http:
        assert [http.get("/s/some-slug/pixel.gif").status_code for _ in range(3)] == [200] * 3
        code, out, err = end(process, number)
    assert (code, out) == (0, "")
    assert (
        err == "note: uvloop is not installed; asyncio's own event loop serves, which is slower\n"
    )


@posix
def test_a_signal_during_the_start() -> None:
    """A signal that comes before the loop runs ends the command with code 0."""
    run = """
import signal
from pictify_mock import cli
from pictify_mock.http import server
server.run = lambda *_: signal.raise_signal(signal.SIGTERM)
cli.main(["--port", "0"])
"""
    done = subprocess.run(program(run=run), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_server_in_a_thread_on_another_system() -> None:
    """MockServer serves, and says nothing about it."""
    run = """
from urllib.request import ProxyHandler, build_opener
from pictify_mock import MockServer
for _ in range(2):
    with MockServer() as server:
        print(build_opener(ProxyHandler({})).open(server.url + "/s/some-slug/pixel.gif").status)
        server.reset()
"""
    lacks = (WITHOUT_UVLOOP, WITHOUT_SIGNAL_HANDLERS)
    done = subprocess.run(program(*lacks, run=run), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "200\n200\n", "")


def test_nothing_forks() -> None:
    """No module of the mock makes processes, which not every system can do in the same way."""
    makes = re.compile(r"\b(os\.fork|forkpty|multiprocessing|ProcessPoolExecutor|subprocess)\b")
    assert [
        file.name
        for file in PACKAGE.rglob("*.py")
        if makes.search(file.read_text(encoding="utf-8"))
    ] == []


def test_uvloop_is_used_where_it_is() -> None:
    """Where uvloop is installed, its event loop serves."""
    uvloop = pytest.importorskip("uvloop")
    from pictify_mock.http import server

    loop = server.new_event_loop()
    loop.close()
    assert isinstance(loop, uvloop.Loop)
