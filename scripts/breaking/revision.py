"""The spec, the changelog and the client, as they are here and as they were at a git ref."""

import re
import subprocess
import tarfile
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any

import yaml

from breaking.normal_form import normal_form
from pictify_conformance.spec.pointers import names

SPEC, CHANGELOG, CLIENT = "spec/openapi.yaml", "CHANGELOG.md", "generated/pictify_experiments"
RELEASE = re.compile(r"v\d+\.\d+\.\d+(\.post\d+)?")


class NoRevision(Exception):
    """There is nothing to compare with. The message is one line with the reason and the remedy."""


@dataclass(frozen=True)
class Revision:
    """One version of the three files, in a folder with the layout of the repository."""

    name: str
    folder: Path
    released: tuple[str, ...] = ()
    """The tags of the releases that it contains."""

    @property
    def spec(self) -> Path:
        return self.folder / SPEC

    @cached_property
    def document(self) -> dict[str, Any]:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            found = yaml.load(self.spec.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - both are safe
        except (OSError, yaml.YAMLError) as error:
            message = " ".join(str(error).split())
            raise NoRevision(f"{self.name}: {SPEC} cannot be read: {message}") from None
        if not isinstance(found, dict) or not isinstance(found.get("paths"), dict):
            raise NoRevision(f"{self.name}: {SPEC} is not an OpenAPI document: it has no paths")
        return found

    @cached_property
    def normal_form(self) -> dict[str, Any]:
        return normal_form(self.document)

    @cached_property
    def _root(self) -> yaml.Node | None:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        root: yaml.Node | None = yaml.compose(self.spec.read_text(encoding="utf-8"), loader)
        return root

    def line(self, pointer: str) -> int:
        """Return the line of a part of the spec, or of what is nearest around it."""
        node, line = self._root, 1
        for name in names(pointer):
            if isinstance(node, yaml.MappingNode):
                found = [pair for pair in node.value if pair[0].value == name]
            elif isinstance(node, yaml.SequenceNode) and name.isdigit():
                found = [(item, item) for item in node.value[int(name) :][:1]]
            else:
                found = []
            if not found:
                break
            [(key, node), *_] = found
            line = key.start_mark.line + 1
        return line

    @property
    def version(self) -> str:
        """Return `info.version`."""
        return str(self.document.get("info", {}).get("version"))

    @property
    def client(self) -> Path:
        return self.folder / CLIENT

    def stamp(self, name: str) -> str:
        """Return a constant of the client's `_stamp.py`, or an empty string."""
        found = re.search(rf'^{name} = "(.*)"$', text_of(self.client / "_stamp.py"), re.MULTILINE)
        return found[1] if found else ""

    @property
    def changelog(self) -> str:
        return text_of(self.folder / CHANGELOG)


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def at(root: Path, ref: str, into: Path) -> Revision:
    """Write the files that are committed at a ref into an empty folder."""
    if git(root, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}") is None:
        raise NoRevision(f"{ref} is not known here; {remedy(root)}")
    paths = [
        path
        for path in (SPEC, CHANGELOG, CLIENT)
        if git(root, "cat-file", "-e", f"{ref}:{path}") is not None
    ]
    for path in (SPEC, CLIENT):
        if path not in paths:
            raise NoRevision(f"{ref} has no {path}; compare with a later commit")
    with tarfile.open(fileobj=BytesIO(git(root, "archive", ref, "--", *paths) or b"")) as archive:
        # Python has the filter from 3.11.4 on.
        archive.extraction_filter = getattr(tarfile, "data_filter", None)
        archive.extractall(into)  # noqa: S202 - git packed it
    return Revision(ref, into, tuple(tags(root, "--merged", ref)))


def newest_release(root: Path) -> str | None:
    """Return the tag of the newest release."""
    return next(iter(tags(root, "--sort=-version:refname")), None)


def tags(root: Path, *options: str) -> list[str]:
    """Return the tags of releases."""
    found = (git(root, "tag", *options) or b"").decode().split()
    return [tag for tag in found if RELEASE.fullmatch(tag)]


def remedy(root: Path) -> str:
    if (git(root, "rev-parse", "--is-shallow-repository") or b"").strip() == b"true":
        command = "git fetch --unshallow --tags origin '+refs/heads/*:refs/remotes/origin/*'"
        return f"this clone is shallow, `{command}` completes it"
    return "`git fetch --tags origin` may bring it, `git branch --all` and `git tag` list the refs"


def git(root: Path, *arguments: str) -> bytes | None:
    """Run git. Return its output, or None if it fails."""
    command = ["git", "-C", str(root), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError:
        raise NoRevision("git is not installed; it is needed to read the other version") from None
    if b"not a git repository" in done.stderr:
        raise NoRevision(f"{root} is not a git repository; clone it to compare with a ref")
    return done.stdout if done.returncode == 0 else None
