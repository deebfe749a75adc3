"""The file of `--db`: one JSON document for each experiment that ever was. No other module knows SQLite."""

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
LOCKED = "PRAGMA locking_mode = EXCLUSIVE"  # the lock lives and dies with the process
# NORMAL: a commit outlives the process, though not a power cut. WAL comes after the schema: that way the first
# page that is ever written already says whose file it is, and a kill leaves none that is not known again.
SETTINGS = ("PRAGMA synchronous = NORMAL", "PRAGMA journal_mode = WAL")

PUT = "INSERT INTO experiment VALUES (?, ?) ON CONFLICT (uid) DO UPDATE SET document = excluded.document"
ONE = "SELECT document FROM experiment WHERE uid = ?"
DELETE = "DELETE FROM experiment WHERE uid = ?"

TROUBLES = {
    sqlite3.SQLITE_BUSY: "is in use by another server; stop that one or name another file",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened; name a file in a folder that exists",
    sqlite3.SQLITE_CORRUPT: "is damaged; put a copy in its place or name another file",
    sqlite3.SQLITE_FULL: "cannot grow: the disk is full",
    sqlite3.SQLITE_IOERR: "cannot be read or written; check the disk and the room on it",
    sqlite3.SQLITE_NOTADB: "is not a file of this server; name another",
    sqlite3.SQLITE_PERM: "may not be read; check its permissions",
    sqlite3.SQLITE_READONLY: "may not be written; check the permissions of the file and of its folder",
}
PRIMARY = 0xFF  # SQLite's finer codes have the general one in their lowest byte


class JournalError(Exception):
    """What is wrong with the file, in one line that names it."""


class Journal:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._check_place()
        with self._told():
            self._check_owner()
            self._connection = self._connect("mode=rwc")
            try:
                self._prepare()
            except BaseException:
                self._connection.close()
                raise

    def documents(self) -> Iterator[str]:
        with self._told():
            for (document,) in self._connection.execute("SELECT document FROM experiment"):
                yield document

    def documents_of(self, uids: Iterable[str]) -> Iterator[str]:
        """Those that the file has of these."""
        with self._told():
            for uid in uids:
                yield from (row[0] for row in self._connection.execute(ONE, (uid,)))

    def commit(self, rows: Sequence[tuple[str, bytes | None]]) -> None:
        """Write these documents, and remove those that are None: all of it or nothing."""
        for _ in self.commit_in_steps(rows):
            pass

    def commit_in_steps(self, rows: Sequence[tuple[str, bytes | None]]) -> Iterator[None]:
        """Do the same step by step. Whoever stops before the last one has written nothing."""
        with self._told():
            self._connection.execute("BEGIN")
            try:
                for start in range(0, len(rows), STEP):
                    step = rows[start : start + STEP]
                    self._connection.executemany(PUT, _texts(step))
                    self._connection.executemany(
                        DELETE, [(uid,) for uid, document in step if document is None]
                    )
                    yield
                self._connection.execute("COMMIT")
            except (sqlite3.Error, GeneratorExit):
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        self._connection.close()

    def error(self, problem: str) -> JournalError:
        return JournalError(f"{self._file} {problem}")

    def _connect(self, how: str) -> sqlite3.Connection:
        uri = f"{self._file.absolute().as_uri()}?{how}"
        return sqlite3.connect(
            uri, uri=True, timeout=0, isolation_level=None, check_same_thread=False
        )

    def _check_place(self) -> None:
        folder = self._file.absolute().parent
        if self._file.is_dir() or not folder.is_dir():
            raise self.error(TROUBLES[sqlite3.SQLITE_CANTOPEN])
        if not all(_writable(path) for path in (folder, self._file) if path.exists()):
            raise self.error(TROUBLES[sqlite3.SQLITE_READONLY])

    def _check_owner(self) -> None:
        """Refuse a file with anything in it that is not ours. This look changes not a byte.

        A kill may have left a file that is shorter than its first page says. Only `writable_schema` has SQLite read
        that without the repair which opening it for writing begins with.
        """
        if not self._file.exists() or self._file.stat().st_size == 0:
            return
        with closing(self._connect("mode=ro&immutable=1")) as connection:
            connection.execute("PRAGMA writable_schema = ON")
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            (version,) = connection.execute("PRAGMA user_version").fetchone()
        if application != APPLICATION:
            raise self.error(TROUBLES[sqlite3.SQLITE_NOTADB])
        if version != VERSION:
            raise self.error(
                f"is of version {version} and this server writes {VERSION}; name another file"
            )

    def _prepare(self) -> None:
        self._connection.execute(LOCKED)
        self._connection.execute(
            "BEGIN IMMEDIATE"
        )  # takes the lock, and undoes what a kill left half done
        if self._connection.execute("SELECT 1 FROM sqlite_schema").fetchone() is None:
            for statement in SCHEMA:
                self._connection.execute(statement)
        self._connection.execute("COMMIT")
        for setting in SETTINGS:
            self._connection.execute(setting)
        if self._connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise self.error(TROUBLES[sqlite3.SQLITE_CORRUPT])

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", None)
            problem = TROUBLES.get(code & PRIMARY) if code is not None else None
            raise self.error(problem or f"fails: {error}") from error


def _writable(path: Path) -> bool:
    return os.access(path, os.R_OK | os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _texts(rows: Iterable[tuple[str, bytes | None]]) -> list[tuple[str, str]]:
    return [(uid, document.decode()) for uid, document in rows if document is not None]
