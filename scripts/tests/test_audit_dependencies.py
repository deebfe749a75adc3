"""The audit tells "no known vulnerability" from "no answer", and leaves no lock file."""

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

GOOD = {"name": "good", "version": "1.0", "vulns": []}
VULNERABILITY = {"id": "PYSEC-1", "aliases": ["GHSA-a"], "fix_versions": ["2.1"]}
BAD = {"name": "bad", "version": "2.0", "vulns": [VULNERABILITY]}
UNKNOWN = {"name": "odd", "skip_reason": "not found"}
CLEAN_PYTHON: dict[str, Any] = {"dependencies": [GOOD]}
FOUND_PYTHON = {"dependencies": [BAD]}
UNKNOWN_PYTHON = {"dependencies": [GOOD, UNKNOWN]}
ADVISORY = "https://example.com/GHSA-b"
CAUSE = {"name": "deep", "range": "<3", "title": "Reads too much", "url": ADVISORY}
CLEAN_NPM: dict[str, Any] = {"vulnerabilities": {}}
FOUND_NPM = {"vulnerabilities": {"deep": {"via": [CAUSE]}, "tool": {"via": ["deep"]}}}
REFUSED_NPM = {"message": "405 Method Not Allowed", "error": {}}


def put_command(folder: Path, name: str, printed: str, code: int = 0) -> None:
    """Write a command that records its calls and prints this. `npm install` always succeeds."""
    record = shlex.quote(str(folder / f"{name}.calls"))
    script = f"""#!/bin/sh
test "$1" = install && printed= code=0 || code={code}
echo "$PWD $*" >> {record}
test "$1" = install || printf %s {shlex.quote(printed)}
exit $code
"""
    (folder / name).write_text(script)
    (folder / name).chmod(0o755)


@pytest.fixture
def audit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Audit:
    """Run the command with tools that give these answers: exit code and output."""
    if sys.platform == "win32":
        pytest.skip("the tools that answer are shell scripts")
    monkeypatch.setenv("PATH", os.pathsep.join((str(tmp_path), os.environ["PATH"])))

    def command(python: Any = CLEAN_PYTHON, npm: Any = CLEAN_NPM) -> tuple[int, str]:
        put_command(tmp_path, "uv", "")
        for name, answer, clean in ("pip-audit", python, CLEAN_PYTHON), ("npm", npm, CLEAN_NPM):
            printed = answer if isinstance(answer, str) else json.dumps(answer)
            put_command(tmp_path, name, printed, code=int(answer != clean))
        return audit_dependencies.main([]), capsys.readouterr().out

    return command


def test_no_known_vulnerability(audit: Audit) -> None:
    assert audit() == (0, "Python: no known vulnerabilities\nnpm: no known vulnerabilities\n")


def test_vulnerability_is_named_once_with_its_remedy(audit: Audit) -> None:
    code, printed = audit(FOUND_PYTHON, FOUND_NPM)
    assert code == 1
    assert printed.splitlines() == [
        "Python: bad 2.0: PYSEC-1, fixed in 2.1",
        "Python: 1 known vulnerability",
        "npm: deep <3: Reads too much, https://example.com/GHSA-b",
        "npm: 1 known vulnerability",
    ]


def test_accepted_advisory_is_left_out(audit: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
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
    ],
)
def test_no_answer_is_not_a_pass(audit: Audit, reports: dict[str, Any], reason: str) -> None:
    code, printed = audit(**reports)
    assert code == 3
    assert f"NOT AUDITED. {reason}\n" in printed


def test_vulnerability_outweighs_no_answer(audit: Audit) -> None:
    code, printed = audit(FOUND_PYTHON, REFUSED_NPM)
    assert code == 1
    assert "NOT AUDITED" in printed


def test_missing_tool(audit: Audit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    code, printed = audit()
    assert code == 3
    assert "NOT AUDITED. [Errno 2] No such file or directory: 'uv'" in printed


def test_everything_is_resolved_in_temporary_folders(audit: Audit, tmp_path: Path) -> None:
    audit()
    [resolved] = (tmp_path / "uv.calls").read_text().splitlines()
    assert {"--group=unit", "--group=lint", "--group=build"} <= set(resolved.split())
    projects = [f"{folder}/pyproject.toml" for folder in audit_dependencies.DISTRIBUTIONS]
    assert resolved.split()[-3:] == projects
    [lock] = re.findall(r"--output-file=(\S+)", resolved)
    install, ask = (tmp_path / "npm.calls").read_text().splitlines()
    for folder in Path(lock).parent, Path(install.split()[0]), Path(ask.split()[0]):
        assert not folder.exists()
        assert not folder.is_relative_to(audit_dependencies.ROOT)
