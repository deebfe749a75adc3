"""Kill a process at every point of its making the file of `--db`, and open the rest."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from contextlib import closing
from functools import cache
from itertools import count
from pathlib import Path

import pytest

from pictify_mock.storage.sqlite import SqliteFile

ROOT = Path(__file__).parents[3]
DOCUMENT = '{"first": "write"}'
# What is killed: a first start, a first write, and an orderly end.
WORK = f"""
from pathlib import Path
journal = SqliteFile(Path(sys.argv[1]))
journal.commit([("exp_1", b'{DOCUMENT}')])
journal.close()
"""
IMPORTS = "import resource, signal, sys; from pictify_mock.storage.sqlite import SqliteFile"
# A write beyond this size ends the process. Python would rather have an error.
SMALL_DISK = f"""
{IMPORTS}
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
{WORK}
"""
# At least so many of each; what other system calls do shows at the next of these.
SYSTEM_CALLS = {"pwrite64": 5, "unlink": 1}
SUFFIXES = ("", "-journal", "-wal", "-shm")
SIZES = [0, 1, 300, 512, 513, 1000, 4095, 4096, 6000, 8192, 12_287]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state.db"


def run(command: list[str]) -> int:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=30)
    return done.returncode


def run_python(program: str, *arguments: str, before: tuple[str, ...] = ()) -> int:
    return run([*before, sys.executable, "-B", "-c", program, *arguments])


def kill_at_size(file: Path, size: int) -> None:
    """Make the file, and die in the write that would make any of its files larger than `size`."""
    assert run_python(SMALL_DISK, str(file), str(size)) == -signal.SIGXFSZ


def kill_at_call(file: Path, call: str, number: int) -> bool:
    """Make the file, and die on entering the nth system call on it. Return False if fewer come."""
    paths = [argument for suffix in SUFFIXES for argument in ("-P", f"{file}{suffix}")]
    inject = ["-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}"]
    strace = ("strace", "-f", "-o", "/dev/null", *paths, *inject)
    return run_python(IMPORTS + WORK, str(file), before=strace) == -signal.SIGKILL


@cache
def strace_works() -> bool:
    if shutil.which("strace") is None:
        return False
    return run(["strace", "-f", "-o", "/dev/null", "true"]) == 0


def documents(file: Path) -> list[str]:
    with closing(SqliteFile(file)) as journal:
        return list(journal.documents())


def assert_usable(file: Path) -> None:
    """Assert that it opens with the first write or without it, and that it keeps another."""
    before = documents(file)
    assert before in ([], [DOCUMENT])
    with closing(SqliteFile(file)) as journal:
        journal.commit([("exp_2", b"{}")])
    assert documents(file) == [*before, "{}"]


@pytest.mark.parametrize("size", SIZES)
def test_the_next_start_undoes_a_write_that_was_cut(file: Path, size: int) -> None:
    """In the file or in what SQLite keeps beside it."""
    kill_at_size(file, size)
    assert_usable(file)


def test_a_start_after_the_first_transaction_ignores_its_journal(file: Path) -> None:
    """Everything is in the file, but the journal is still there and says that it was empty."""
    kill_at_size(file, 8192)
    other = file.with_name("other.db")
    SqliteFile(other).close()
    other.rename(file)
    assert file.with_name("state.db-journal").stat().st_size
    assert_usable(file)


@pytest.mark.parametrize("call", SYSTEM_CALLS)
@pytest.mark.parametrize("repair", [False, True], ids=["first start", "start after a kill"])
def test_a_start_succeeds_after_a_kill_at_any_system_call(
    tmp_path: Path, call: str, repair: bool
) -> None:
    if not strace_works():
        pytest.skip("strace is not installed, or may not trace here")
    before = tmp_path / "before"
    before.mkdir()
    if repair:
        kill_at_size(before / "state.db", 8192)
    for number in count(1):
        file = shutil.copytree(before, tmp_path / str(number)) / "state.db"
        if not kill_at_call(file, call, number):
            break
        assert_usable(file)
    assert documents(file) == [DOCUMENT]
    assert number > SYSTEM_CALLS[call]
