"""Which version a change needs, and whether `info.version` and the changelog say so."""

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
    """The version that is needed, from which one, and what is missing for it."""

    since: str | None
    needed: str
    missing: tuple[str, ...]

    @property
    def told(self) -> str:
        """How the version was found."""
        return (
            f"since {self.since}"
            if self.since
            else "nothing is released yet, so it may still change"
        )


def judge(bump: Bump, old: Revision, new: Revision) -> Verdict:
    """What the changes since `old` ask of version and changelog of `new`."""
    last, now = last_release(old), parsed(new.version, new)
    pending = max(parsed(old.version, old), last or now)
    needed = max(raised(last, bump), pending) if last else pending
    missing = []
    if now < needed:
        missing.append(f"info.version is {now}, and this needs {needed}")
    if bump >= Bump.minor and not new_entries(old.changelog, new.changelog, new.version):
        missing.append(
            f"CHANGELOG.md has no new entry under [{UNRELEASED}] or [{max(now, needed)}]"
        )
    return Verdict(str(last) if last else None, str(max(now, needed)), tuple(missing))


def judge_client_alone(old: Revision, new: Revision) -> Verdict:
    """The client changed and the spec did not: a release of it is told apart by `post` in its settings."""
    last, was, now = last_release(old), old.stamp("VERSION"), new.stamp("VERSION")
    if last is None or now != was or last != Version(Version(was).base_version):
        return Verdict(str(last) if last else None, now, ())
    post = (Version(was).post or 0) + 1
    missing = f"the client is still {was}, and the spec is the same: set `post: {post}` in scripts/codegen/config.yml"
    return Verdict(str(last), f"{last}.post{post}", (missing,))


def raised(version: Version, bump: Bump) -> Version:
    """The next version. Before 1.0.0 the second number is for what breaks, the third for all else."""
    major, minor, patch = (*version.release, 0, 0)[:3]
    if major == 0 and bump:
        bump = Bump.minor if bump is Bump.major else Bump.patch
    if bump is Bump.none:
        return version
    parts = {
        Bump.major: (major + 1, 0, 0),
        Bump.minor: (major, minor + 1, 0),
        Bump.patch: (major, minor, patch + 1),
    }
    return Version(".".join(map(str, parts[bump])))


def last_release(revision: Revision) -> Version | None:
    """The newest release up to a revision, by its tags and by the dated sections of its changelog."""
    dated = [name for name, date, _ in sections(revision.changelog) if date]
    found = [Version(name) for name in (*revision.released, *dated) if is_version(name)]
    return max((Version(version.base_version) for version in found), default=None)


def parsed(text: str, revision: Revision) -> Version:
    if not is_version(text):
        raise NoRevision(f"{revision.name}: info.version {text!r} is no version; write it as 1.2.3")
    return Version(text)


def is_version(text: str) -> bool:
    try:
        Version(text)
    except InvalidVersion:
        return False
    return True


# The changelog


def sections(changelog: str) -> Iterator[tuple[str, str, str]]:
    """Name, date and text of each section for a version."""
    headings = list(HEADING.finditer(changelog))
    ends = [heading.start() for heading in headings[1:]] + [len(changelog)]
    for heading, end in zip(headings, ends, strict=True):
        yield heading[1], heading[2] or "", changelog[heading.end() : end]


def new_entries(old: str, new: str, version: str) -> list[str]:
    """What the new changelog says under Unreleased and its version, and the old one nowhere."""
    told = {entry for _, _, text in sections(old) for entry in entries(text)}
    wanted = (text for name, _, text in sections(new) if name in (UNRELEASED, version))
    return [entry for text in wanted for entry in entries(text) if entry not in told]


def entries(text: str) -> list[str]:
    """The items of a section's lists, each in one line."""
    items = re.split(
        r"^\s*[-*] ", re.sub(r"^#.*$", "", text, flags=re.MULTILINE), flags=re.MULTILINE
    )
    return [" ".join(item.split()) for item in items[1:]]
