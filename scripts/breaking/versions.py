"""The version that a change needs, and whether `info.version` and the changelog have it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from packaging.version import InvalidVersion, Version

from breaking.change import Bump
from breaking.revision import NoRevision, Revision

HEADING = re.compile(r"^## \[?([^\]\s]+)\]?(?: - (\d{4}-\d\d-\d\d))?", re.MULTILINE)
UNRELEASED = "Unreleased"


@dataclass(frozen=True)
class Verdict:
    """The version that is needed, the release that it counts from, and what is missing."""

    since: str | None
    needed: str
    missing: tuple[str, ...]


def judge(bump: Bump, old: Revision, new: Revision) -> Verdict:
    """Compare version and changelog of `new` with what the changes since `old` need."""
    last, now = last_release(old), parsed(new.version, new)
    pending = max(parsed(old.version, old), last or now)
    needed = max(raised(last, bump), pending) if last else pending
    version = max(now, needed)
    missing = []
    if now < needed:
        missing.append(f"info.version is {now}, and this needs {needed}")
    if bump >= Bump.minor and not new_entries(old.changelog, new.changelog, new.version):
        missing.append(f"CHANGELOG.md has no new entry under [{UNRELEASED}] or [{version}]")
    return Verdict(str(last) if last else None, str(version), tuple(missing))


def judge_client_alone(old: Revision, new: Revision) -> Verdict:
    """Ask for a `post` release if the client changed and the spec did not."""
    last, was, now = last_release(old), old.stamp("VERSION"), new.stamp("VERSION")
    if last is None or now != was or last != Version(Version(was).base_version):
        return Verdict(str(last) if last else None, now, ())
    post = (Version(was).post or 0) + 1
    remedy = f"set `post: {post}` in scripts/codegen/config.yml"
    missing = f"the client is still {was}, and the spec is the same: {remedy}"
    return Verdict(str(last), f"{last}.post{post}", (missing,))


def raised(version: Version, bump: Bump) -> Version:
    """Return the next version.

    Before 1.0.0 what breaks raises the second number, and all else the third.
    """
    major, minor, patch = (*version.release, 0, 0)[:3]
    if bump is Bump.none:
        return version
    if bump is Bump.major and major > 0:
        return Version(f"{major + 1}.0.0")
    if bump is Bump.major or (bump is Bump.minor and major > 0):
        return Version(f"{major}.{minor + 1}.0")
    return Version(f"{major}.{minor}.{patch + 1}")


def last_release(revision: Revision) -> Version | None:
    """Return the newest release of its tags and of the dated sections of its changelog."""
    dated = [name for name, date, _ in sections(revision.changelog) if date]
    found = [Version(name) for name in (*revision.released, *dated) if is_version(name)]
    return max((Version(version.base_version) for version in found), default=None)


def parsed(text: str, revision: Revision) -> Version:
    if not is_version(text):
        message = f"info.version {text!r} is not a version; write it as 1.2.3"
        raise NoRevision(f"{revision.name}: {message}")
    return Version(text)


def is_version(text: str) -> bool:
    try:
        Version(text)
    except InvalidVersion:
        return False
    return True


# The changelog


def sections(changelog: str) -> Iterator[tuple[str, str, str]]:
    """Yield name, date and text of the section of each version."""
    headings = list(HEADING.finditer(changelog))
    ends = [heading.start() for heading in headings[1:]] + [len(changelog)]
    for heading, end in zip(headings, ends, strict=True):
        yield heading[1], heading[2] or "", changelog[heading.end() : end]


def new_entries(old: str, new: str, version: str) -> list[str]:
    """Return the entries under Unreleased and the version that the old changelog does not have."""
    known = {entry for _, _, text in sections(old) for entry in entries(text)}
    texts = (text for name, _, text in sections(new) if name in (UNRELEASED, version))
    return [entry for text in texts for entry in entries(text) if entry not in known]


def entries(text: str) -> list[str]:
    """Return the items of a section's lists, each in one line."""
    without_headings = re.sub(r"^#.*$", "", text, flags=re.MULTILINE)
    _, *items = re.split(r"^\s*[-*] ", without_headings, flags=re.MULTILINE)
    return [" ".join(item.split()) for item in items]
