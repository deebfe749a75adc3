"""A small repository with a spec, a client and a changelog."""

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any, TypeAlias

Spec: TypeAlias = dict[str, Any]
RULE = {"id": "get.unknown", "level": "documented", "text": "An unknown uid is 404."}
OPERATION = {
    "operationId": "getExperiment",
    "summary": "Get",
    "responses": {"200": {"description": "The experiment."}},
}
STAMP = 'VERSION = "{version}"\nSPEC = "{sha256}"\n'
RELEASED = "# Changelog\n\n## [Unreleased]\n\n## [1.0.0] - 2026-01-02\n\n- All of it.\n"
SETTINGS = ("user.name=Someone", "user.email=someone@example.com", "tag.gpgsign=false")


def spec(version: str = "1.0.0", rules: tuple[dict[str, str], ...] = (RULE,)) -> Spec:
    paths = {"/experiments": {"get": {**OPERATION, "x-rules": list(rules)}}}
    return {"openapi": "3.1.1", "info": {"version": version}, "paths": paths}


def write(
    root: Path, document: Spec, changelog: str = RELEASED, module: str = "", version: str = "1.0.0"
) -> None:
    """Write a spec, its client and a changelog."""
    text = json.dumps(document)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    files = {
        "spec/openapi.yaml": text,
        "CHANGELOG.md": changelog,
        "generated/pictify_experiments/__init__.py": module,
        "generated/pictify_experiments/_stamp.py": STAMP.format(version=version, sha256=sha256),
    }
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content, encoding="utf-8")


def released(root: Path) -> Path:
    """Make a repository whose 1.0.0 is released."""
    root.mkdir()
    git(root, "init", "--quiet", "--initial-branch=main")
    write(root, spec())
    commit(root, "v1.0.0")
    return root


def git(root: Path, *arguments: str) -> str:
    options = [option for setting in SETTINGS for option in ("-c", setting)]
    command = ["git", "-C", str(root), *options, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def commit(root: Path, tag: str = "") -> None:
    git(root, "add", "-A")
    git(root, "commit", "--quiet", "--no-gpg-sign", "--message", "A version")
    if tag:
        git(root, "tag", tag)
