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
    "responses": {"200": {"description": "It."}},
}
STAMP = 'VERSION = "{version}"\nSPEC = "{sha256}"\n'
RELEASED = "# Changelog\n\n## [Unreleased]\n\n## [1.0.0] - 2026-01-02\n\n- All of it.\n"


def spec(version: str = "1.0.0", rules: tuple[dict[str, str], ...] = (RULE,)) -> Spec:
    operation = {**OPERATION, "x-rules": list(rules)}
    return {
        "openapi": "3.1.1",
        "info": {"version": version},
        "paths": {"/experiments": {"get": operation}},
    }


def write(
    root: Path, document: Spec, changelog: str = RELEASED, module: str = "", version: str = "1.0.0"
) -> None:
    """A spec, the client of it and a changelog, where the repository has them."""
    package = root / "generated" / "pictify_experiments"
    package.mkdir(parents=True, exist_ok=True)
    (root / "spec").mkdir(exist_ok=True)
    text = json.dumps(document)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    (root / "spec" / "openapi.yaml").write_text(text, encoding="utf-8")
    (root / "CHANGELOG.md").write_text(changelog, encoding="utf-8")
    (package / "__init__.py").write_text(module, encoding="utf-8")
    (package / "_stamp.py").write_text(
        STAMP.format(version=version, sha256=sha256), encoding="utf-8"
    )


def git(root: Path, *arguments: str) -> str:
    who = (
        "-c",
        "user.name=Someone",
        "-c",
        "user.email=someone@example.com",
        "-c",
        "tag.gpgsign=false",
    )
    done = subprocess.run(
        ["git", "-C", str(root), *who, *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout


def commit(root: Path, tag: str = "") -> None:
    git(root, "add", "-A")
    git(root, "commit", "--quiet", "--no-gpg-sign", "--message", "A version")
    if tag:
        git(root, "tag", tag)
