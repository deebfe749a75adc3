"""Systems without uvloop, `fork`, or event loops that take signal handlers."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

import pictify_mock

from .process import address, stop

# Programs that take away from this system what another one lacks.
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


def python(*parts: str) -> list[str]:
    return [sys.executable, "-c", "\n".join(["import asyncio, os, sys", *parts])]


def run(*parts: str) -> tuple[int, str, str]:
    done = subprocess.run(python(*parts), capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_serves_and_says_once_that_it_is_slower(number: int) -> None:
    command = "sys.argv[1:] = ['--port', '0']; from pictify_mock.cli import command; command()"
    program = python(WITHOUT_UVLOOP, WITHOUT_FORK, WITHOUT_SIGNAL_HANDLERS, command)
    process = subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with httpx.Client(base_url=address(process.stdout.readline())) as http:
        for _ in range(3):
            assert http.get("/s/some-slug/pixel.gif").status_code == 200
        code, out, err = stop(process, number)
    note = "note: uvloop is not installed; asyncio's own event loop serves, which is slower\n"
    assert (code, out, err) == (0, "", note)


@posix
def test_a_signal_during_the_start_ends_the_command_with_code_0() -> None:
    program = """
import signal
from pictify_mock import cli
from pictify_mock.http import server
server.run = lambda *_: signal.raise_signal(signal.SIGTERM)
cli.main(["--port", "0"])
"""
    assert run(program) == (0, "", "")


def test_mock_server_serves_and_prints_nothing() -> None:
    program = """
from urllib.request import ProxyHandler, build_opener
from pictify_mock import MockServer
for _ in range(2):
    with MockServer() as server:
        print(build_opener(ProxyHandler({})).open(server.url + "/s/some-slug/pixel.gif").status)
        server.reset()
"""
    assert run(WITHOUT_UVLOOP, WITHOUT_SIGNAL_HANDLERS, program) == (0, "200\n200\n", "")


def test_no_module_makes_processes() -> None:
    """Not every system can do that in the same way."""
    makes = re.compile(r"\b(os\.fork|forkpty|multiprocessing|ProcessPoolExecutor|subprocess)\b")
    files = Path(pictify_mock.__file__).parent.rglob("*.py")
    assert [file for file in files if makes.search(file.read_text(encoding="utf-8"))] == []


def test_uvloop_serves_where_it_is_installed() -> None:
    uvloop = pytest.importorskip("uvloop")
    from pictify_mock.http import server

    loop = server.new_event_loop()
    loop.close()
    assert isinstance(loop, uvloop.Loop)
