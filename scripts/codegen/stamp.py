"""The version and the hashes that a generated client contains."""

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
    """The version of the package, and the hashes of what it was made from."""

    version: str
    spec: str
    config: str
    templates: str
    generator: str


def stamp(document: dict[str, Any], spec: Path, here: Path) -> Stamp:
    """Return the stamp. `post` in config.yml counts the releases for the same spec."""
    post = yaml.safe_load((here / "config.yml").read_text(encoding="utf-8")).get("post", 0)
    number = document["info"]["version"]
    tools = ("openapi-python-client", "ruff")
    code = (path for path in here.rglob("*") if path.suffix in (".jinja", ".py"))
    return Stamp(
        version=f"{number}.post{post}" if post else number,
        spec=hashlib.sha256(spec.read_bytes()).hexdigest(),
        config=digest([here / "config.yml", here / "overlay.yaml"]),
        templates=digest(code),
        generator=", ".join(f"{tool} {version(tool)}" for tool in tools),
    )


def digest(files: Iterable[Path]) -> str:
    """Return the sha256 of names and contents."""
    found = hashlib.sha256()
    for path in sorted(files):
        content = path.read_bytes()
        found.update(f"{path.name}\0{len(content)}\0".encode() + content)
    return found.hexdigest()
