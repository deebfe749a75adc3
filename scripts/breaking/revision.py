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

SPEC, CHANGELOG, CLIENT = "spec/openapi.yaml", "CHANGELOG.md", "generated/pictify_experiments"
RELEASE = re.compile(r"v\d+\.\d+\.\d+(\.post\d+)?")


class NoRevision(Exception):
    """There is nothing to compare with; one line says why and what to do."""


@dataclass(frozen=True)
class Revision:
    """One version of the three, in a folder that is laid out as the repository is."""

    name: str
    folder: Path
    released: tuple[str, ...] = ()
    """The releases that lead up to it, as far as its tags tell."""

    @property
    def spec(self) -> Path:
        """The OpenAPI document."""
        return self.folder / SPEC

    @cached_property
    def document(self) -> dict[str, Any]:
        """The OpenAPI document, read."""
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            found = yaml.load(self.spec.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - both are safe
        except (OSError, yaml.YAMLError) as error:
            raise NoRevision(
                f"{self.name}: {SPEC} cannot be read: {' '.join(str(error).split())}"
            ) from None
        if not isinstance(found, dict) or not isinstance(found.get("paths"), dict):
            raise NoRevision(f"{self.name}: {SPEC} is no OpenAPI document: it has no paths")
        return found

    @property
    def version(self) -> str:
        """`info.version`."""
        return str(self.document.get("info", {}).get("version"))

    @property
    def client(self) -> Path:
        """The generated package."""
        return self.folder / CLIENT

    def stamp(self, name: str) -> str:
        """What the client says it was made from."""
        path = self.client / "_stamp.py"
        found = re.search(
            rf'^{name} = "(.*)"$',
            path.read_text(encoding="utf-8") if path.is_file() else "",
            re.MULTILINE,
        )
        return found[1] if found else ""

    @property
    def changelog(self) -> str:
        """The changelog; empty where there is none."""
        path = self.folder / CHANGELOG
        return path.read_text(encoding="utf-8") if path.is_file() else ""


def at(root: Path, ref: str, into: Path) -> Revision:
    """What is committed at a ref, laid out in an empty folder."""
    if git(root, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}") is None:
        raise NoRevision(f"there is no {ref} here; {remedy(root, ref)}")
    for path in (SPEC, CLIENT):
        if git(root, "cat-file", "-e", f"{ref}:{path}") is None:
            raise NoRevision(f"{ref} has no {path}; compare with a later commit")
    wanted = [
        path
        for path in (SPEC, CHANGELOG, CLIENT)
        if git(root, "cat-file", "-e", f"{ref}:{path}") is not None
    ]
    with tarfile.open(fileobj=BytesIO(git(root, "archive", ref, "--", *wanted) or b"")) as archive:
        archive.extraction_filter = getattr(
            tarfile, "data_filter", None
        )  # Python has it from 3.11.4 on
        archive.extractall(into)  # noqa: S202 - git packed it
    return Revision(ref, into, tuple(tags(root, "--merged", ref)))


def newest_release(root: Path) -> str | None:
    """The tag of the newest release."""
    return next(iter(tags(root, "--sort=-version:refname")), None)


def tags(root: Path, *which: str) -> list[str]:
    """The tags of releases."""
    return [
        tag for tag in (git(root, "tag", *which) or b"").decode().split() if RELEASE.fullmatch(tag)
    ]


def remedy(root: Path, ref: str) -> str:
    """What brings a ref that is missing: a shallow clone has nothing but its own commit."""
    if (git(root, "rev-parse", "--is-shallow-repository") or b"").strip() != b"true":
        return "`git fetch --tags origin` may bring it, `git branch --all` and `git tag` list what there is"
    if RELEASE.fullmatch(ref):
        return f"this clone is shallow, `git fetch --depth=1 origin tag {ref}` brings it"
    if re.search(r"[~^@]", ref):
        return "this clone is shallow, `git fetch --unshallow origin` brings its history"
    branch = ref.removeprefix("origin/")
    if re.fullmatch(r"[0-9a-f]{40}", branch):
        return f"this clone is shallow, `git fetch --depth=1 origin {branch}` brings it"
    if re.fullmatch(r"[0-9a-f]{7,39}", branch):
        return "this clone is shallow and looks for a commit by its full name only; write it out"
    fetch = f"git fetch --depth=1 origin {branch}:refs/remotes/origin/{branch}"
    return f"this clone is shallow, `{fetch}` brings it as origin/{branch}"


def git(root: Path, *arguments: str) -> bytes | None:
    """What git prints, or None if it refuses."""
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, check=False
        )
    except FileNotFoundError:
        raise NoRevision("git is not installed; it has the version to compare with") from None
    if b"not a git repository" in done.stderr:
        raise NoRevision(f"{root} is no git repository; clone it to compare with a ref")
    return done.stdout if done.returncode == 0 else None
