"""The audit tells "no known vulnerability" from "nobody answered", and leaves no lock file."""

import json
import os
import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

import audit_dependencies

Audit: TypeAlias = Callable[..., tuple[int, str]]

CLEAN_PYTHON = {"dependencies": [{"name": "good", "version": "1.0", "vulns": []}]}
FOUND_PYTHON = {
    "dependencies": [
        {
            "name": "bad",
            "version": "2.0",
            "vulns": [{"id": "PYSEC-1", "aliases": ["GHSA-a"], "fix_versions": ["2.1"]}],
        }
    ]
}
UNKNOWN = {"name": "odd", "skip_reason": "not found"}
UNKNOWN_PYTHON = {"dependencies": [*CLEAN_PYTHON["dependencies"], UNKNOWN]}
CLEAN_NPM: dict[str, Any] = {"vulnerabilities": {}}
ADVISORY = "https://example.com/GHSA-b"
CAUSE = {"name": "deep", "range": "<3", "title": "Reads too much", "url": ADVISORY}
FOUND_NPM = {"vulnerabilities": {"deep": {"via": [CAUSE]}, "tool": {"via": ["deep"]}}}
REFUSED_NPM = {"message": "405 Method Not Allowed", "error": {}}


def put_command(folder: Path, name: str, printed: str, code: int = 0) -> None:
    """Make a command that notes its folder and arguments, prints this and ends with this code."""
    file = folder / name
    noted = shlex.quote(str(folder / f"{name}.calls"))
    lines = ["#!/bin/sh", f'echo "$PWD $*" >> {noted}', f"printf %s {shlex.quote(printed)}"]
    file.write_text("\n".join([*lines, f"exit {code}\n"]))
    file.chmod(0o755)


@pytest.fixture
def audit(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Audit:
    """The command, with tools that answer with these reports: exit code and output."""
    if sys.platform == "win32":
        pytest.skip("the tools that answer are shell scripts")
    monkeypatch.setenv("PATH", os.pathsep.join((str(tmp_path), os.environ["PATH"])))

    def command(python: Any = CLEAN_PYTHON, npm: Any = CLEAN_NPM) -> tuple[int, str]:
        put_command(tmp_path, "uv", "")
        for name, answer, clean in ("pip-audit", python, CLEAN_PYTHON), ("npm", npm, CLEAN_NPM):
            printed = answer if isinstance(answer, str) else json.dumps(answer)
            put_command(tmp_path, name, printed, code=int(answer != clean))
        put_npm_install(tmp_path / "npm")
        return audit_dependencies.main([]), capsys.readouterr().out

    return command


def put_npm_install(file: Path) -> None:
    """Let `npm install` succeed, whatever `npm audit` says."""
    script = file.read_text().splitlines(keepends=True)
    script.insert(2, 'test "$1" = audit || exit 0\n')
    file.write_text("".join(script))


def test_nothing_known(audit: Audit) -> None:
    assert audit() == (0, "Python: no known vulnerabilities\nnpm: no known vulnerabilities\n")


def test_what_is_found_is_named(audit: Audit) -> None:
    """Package, version, advisory and remedy stand in one line; a cause is told once."""
    code, printed = audit(FOUND_PYTHON, FOUND_NPM)
    assert code == 1
    assert printed.splitlines() == [
        "Python: bad 2.0: PYSEC-1, fixed in 2.1",
        "Python: 1 known vulnerability",
        "npm: deep <3: Reads too much, https://example.com/GHSA-b",
        "npm: 1 known vulnerability",
    ]


def test_accepted_is_left_out(audit: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    """An accepted advisory is known by any of its ids."""
    accepted = dict.fromkeys(("GHSA-a", "GHSA-b"), "not reachable")
    monkeypatch.setattr(audit_dependencies, "ACCEPTED", accepted)
    assert audit(FOUND_PYTHON, FOUND_NPM)[0] == 0


@pytest.mark.parametrize(
    ("reports", "reason"),
    [
        ({"python": UNKNOWN_PYTHON}, "the service has no answer for 1 of 2 packages, odd for one"),
        ({"python": ""}, "pip-audit ended with 1: nothing on stderr"),
        ({"python": "a page"}, "pip-audit printed no JSON"),
        ({"npm": REFUSED_NPM}, "npm says: 405 Method Not Allowed"),
        ({"npm": ""}, "npm ended with 1: nothing on stderr"),
    ],
)
def test_no_answer_is_no_pass(audit: Audit, reports: dict[str, Any], reason: str) -> None:
    """A service that does not answer ends the audit with 3 and its reason, not with 0."""
    code, printed = audit(**reports)
    assert code == 3
    assert f"NOT AUDITED. {reason}\n" in printed


def test_what_is_found_outweighs_no_answer(audit: Audit) -> None:
    code, printed = audit(FOUND_PYTHON, REFUSED_NPM)
    assert code == 1
    assert "NOT AUDITED" in printed


def test_missing_tool(audit: Audit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    code, printed = audit()
    assert code == 3
    assert "NOT AUDITED. [Errno 2] No such file or directory: 'uv'" in printed


def test_lock_files_do_not_stay(audit: Audit, tmp_path: Path) -> None:
    """Both tools work in temporary folders, which are gone at the end."""
    audit()
    [resolved] = (tmp_path / "uv.calls").read_text().splitlines()
    [lock] = re.findall(r"--output-file=(\S+)", resolved)
    install, ask = (tmp_path / "npm.calls").read_text().splitlines()
    for place in Path(lock).parent, Path(install.split()[0]), Path(ask.split()[0]):
        assert not place.exists()
        assert not place.is_relative_to(audit_dependencies.ROOT)


def test_every_group_and_distribution_is_resolved(audit: Audit, tmp_path: Path) -> None:
    audit()
    resolved = (tmp_path / "uv.calls").read_text().split()
    assert {"--group=unit", "--group=lint", "--group=audit", "--group=build"} <= set(resolved)
    assert resolved[-3:] == [
        "generated/pyproject.toml",
        "contract_tests/mock_server/pyproject.toml",
        "contract_tests/conformance/pyproject.toml",
    ]
