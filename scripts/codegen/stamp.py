"""Where a generated client comes from, to be read in it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

GENERATORS = ("openapi-python-client", "ruff")


@dataclass(frozen=True)
class Stamp:
    """The version of the package, and what it was made from and with."""

    version: str
    spec: str
    config: str
    templates: str
    generator: str


def stamp(document: dict[str, Any], spec: Path, here: Path) -> Stamp:
    """The version is the spec's; `post` in config.yml counts the changes of the client alone."""
    post = yaml.safe_load((here / "config.yml").read_text(encoding="utf-8")).get("post", 0)
    number = document["info"]["version"]
    code = (path for path in here.rglob("*") if path.suffix in (".jinja", ".py"))
    return Stamp(
        version=f"{number}.post{post}" if post else number,
        spec=hashlib.sha256(spec.read_bytes()).hexdigest(),
        config=digest([here / "config.yml", here / "overlay.yaml"]),
        templates=digest(code),
        generator=", ".join(f"{name} {version(name)}" for name in GENERATORS),
    )


def digest(files: Iterable[Path]) -> str:
    """The sha256 over names and contents."""
    found = hashlib.sha256()
    for path in sorted(files):
        content = path.read_bytes()
        found.update(f"{path.name}\0{len(content)}\0".encode() + content)
    return found.hexdigest()
