"""The file of `--db`: a JSON document for each experiment, archived ones included.

No other module knows SQLite.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

APPLICATION = int.from_bytes(b"pict", "big")
VERSION = 1
STEP = 500  # documents

SCHEMA = (
    f"PRAGMA application_id = {APPLICATION}",
    f"PRAGMA user_version = {VERSION}",
    "CREATE TABLE experiment (uid TEXT PRIMARY KEY, document TEXT NOT NULL)",
)
LOCKED = "PRAGMA locking_mode = EXCLUSIVE"  # the system releases the lock of a killed process
# NORMAL: a commit survives the process, but maybe not a power cut. WAL comes after the schema: so
# the first page that is ever written has our application id, and a file whose first start was
# killed is recognised.
SETTINGS = ("PRAGMA synchronous = NORMAL", "PRAGMA journal_mode = WAL")

UPSERT = (
    "INSERT INTO experiment VALUES (?, ?) "
    "ON CONFLICT (uid) DO UPDATE SET document = excluded.document"
)
SELECT = "SELECT document FROM experiment WHERE uid = ?"
SELECT_ALL = "SELECT document FROM experiment"
DELETE = "DELETE FROM experiment WHERE uid = ?"

PROBLEMS = {
    sqlite3.SQLITE_BUSY: "is in use by another server; stop that one or name another file",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened; name a file in a folder that exists",
    sqlite3.SQLITE_CORRUPT: "is damaged; put a copy in its place or name another file",
    sqlite3.SQLITE_FULL: "cannot grow: the disk is full",
    sqlite3.SQLITE_IOERR: "cannot be read or written; check the disk and the room on it",
    sqlite3.SQLITE_NOTADB: "is not a file of this server; name another",
    sqlite3.SQLITE_PERM: "may not be read; check its permissions",
    sqlite3.SQLITE_READONLY: "may not be written; check the permissions of file and folder",
}
PRIMARY = 0xFF  # the lowest byte of an extended result code is the general one


class SqliteFileError(Exception):
    """The file cannot be used. The message is one line that names it."""


class SqliteFile:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._check_place()
        with self._translated_errors():
            self._check_owner()
            self._connection = self._connect("mode=rwc")
            try:
                self._prepare()
            except BaseException:
                self._connection.close()
                raise

    def documents(self) -> Iterator[str]:
        with self._translated_errors():
            for (document,) in self._connection.execute(SELECT_ALL):
                yield document

    def documents_of(self, uids: Iterable[str]) -> Iterator[str]:
        """Yield the documents of those uids that the file has."""
        with self._translated_errors():
            for uid in uids:
                yield from (row[0] for row in self._connection.execute(SELECT, (uid,)))

    def commit(self, rows: Sequence[tuple[str, bytes | None]]) -> None:
        """Write these documents, and delete those that are None, in one transaction."""
        for _ in self.commit_in_steps(rows):
            pass

    def commit_in_steps(self, rows: Sequence[tuple[str, bytes | None]]) -> Iterator[None]:
        """Do what `commit` does, step by step. Closing the iterator early rolls back."""
        with self._translated_errors():
            self._connection.execute("BEGIN")
            try:
                for start in range(0, len(rows), STEP):
                    self._write(rows[start : start + STEP])
                    yield
                self._connection.execute("COMMIT")
            except (sqlite3.Error, GeneratorExit):
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        self._connection.close()

    def error(self, problem: str) -> SqliteFileError:
        return SqliteFileError(f"{self._file} {problem}")

    def _write(self, rows: Sequence[tuple[str, bytes | None]]) -> None:
        changed = [(uid, document.decode()) for uid, document in rows if document is not None]
        self._connection.executemany(UPSERT, changed)
        self._connection.executemany(DELETE, [(uid,) for uid, document in rows if document is None])

    def _connect(self, how: str) -> sqlite3.Connection:
        uri = f"{self._file.absolute().as_uri()}?{how}"
        return sqlite3.connect(
            uri, uri=True, timeout=0, isolation_level=None, check_same_thread=False
        )

    def _check_place(self) -> None:
        folder = self._file.absolute().parent
        if self._file.is_dir() or not folder.is_dir():
            raise self.error(PROBLEMS[sqlite3.SQLITE_CANTOPEN])
        if not all(_is_writable(path) for path in (folder, self._file) if path.exists()):
            raise self.error(PROBLEMS[sqlite3.SQLITE_READONLY])

    def _check_owner(self) -> None:
        """Refuse a file that is not ours, without changing a byte of it."""
        if not self._file.exists() or self._file.stat().st_size == 0:
            return
        with closing(self._connect("mode=ro&immutable=1")) as connection:
            # A killed process may leave a file that is shorter than its first page says. SQLite
            # repairs it only when it opens it for writing, and reads it like this only.
            connection.execute("PRAGMA writable_schema = ON")
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            (version,) = connection.execute("PRAGMA user_version").fetchone()
        if application != APPLICATION:
            raise self.error(PROBLEMS[sqlite3.SQLITE_NOTADB])
        if version != VERSION:
            problem = f"is of version {version} and this server writes {VERSION}"
            raise self.error(f"{problem}; name another file")

    def _prepare(self) -> None:
        self._connection.execute(LOCKED)
        # Takes the lock, and rolls back what a killed process left unfinished
        self._connection.execute("BEGIN IMMEDIATE")
        if self._connection.execute("SELECT 1 FROM sqlite_schema").fetchone() is None:
            for statement in SCHEMA:
                self._connection.execute(statement)
        self._connection.execute("COMMIT")
        for setting in SETTINGS:
            self._connection.execute(setting)
        if self._connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise self.error(PROBLEMS[sqlite3.SQLITE_CORRUPT])

    @contextmanager
    def _translated_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", None)
            problem = PROBLEMS.get(code & PRIMARY) if code is not None else None
            raise self.error(problem or f"fails: {error}") from error


def _is_writable(path: Path) -> bool:
    return os.access(path, os.R_OK | os.W_OK, effective_ids=os.access in os.supports_effective_ids)
