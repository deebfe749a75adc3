"""Check that the commit can be released, and print the commands that tag it.

    python scripts/check_release.py --redocly FILE [--tag TAG]

All three distributions have the version of the release: the spec's, with `.post1` and so on where
the spec did not change since the last release. With --tag, the tag exists already. Nothing is
tagged or pushed.
"""

import argparse
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from packaging.version import Version

from breaking.revision import NoRevision, Revision, git, tags
from breaking.versions import UNRELEASED, entries, is_version, sections
from command_line import WRONG_USAGE, OneLineParser

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = ROOT / "scripts"
VERSIONED = {
    "pictify-mock": "contract_tests/mock_server/src/pictify_mock/version.py",
    "pictify-conformance": "contract_tests/conformance/src/pictify_conformance/__init__.py",
}
HEADINGS = ("Spec", "pictify-experiments", *VERSIONED, "Repository")  # in the changelog


# Checks of the files


def problems(root: Path, tag: str | None = None) -> Iterator[str]:
    """Yield each obstacle in one line, with its remedy."""
    new = Revision("here", root)
    if git(root, "status", "--porcelain"):
        yield "something is not committed; commit it, a tag names commits only"
    yield from tag_problems(new, tag)
    yield from version_problems(new, earlier_releases(root, tag))
    yield from product_problems(new)
    yield from changelog_problems(new)


def earlier_releases(root: Path, tag: str | None) -> list[str]:
    """Return the tags of earlier releases, newest first."""
    return [name for name in tags(root, "--sort=-version:refname") if name != tag]


def tag_problems(new: Revision, tag: str | None) -> Iterator[str]:
    version = new.stamp("VERSION")
    if tag is not None and tag != f"v{version}":
        yield f"the tag is {tag} and the client {version}; delete the tag and set v{version}"


def version_problems(new: Revision, released: Sequence[str]) -> Iterator[str]:
    """Require a new version; a `.post` needs a release of the same spec version."""
    version, spec = new.stamp("VERSION"), new.version
    if not is_version(version):
        yield f"generated/ has no version ({version!r}); run `nox -s generate`"
        return
    if Version(version).base_version != Version(spec).base_version:
        yield f"the client is {version} and the spec {spec}; run `nox -s generate`"
    if f"v{version}" in released:
        remedy = "raise info.version or, for the same spec, `post` in scripts/codegen/config.yml"
        yield f"{version} is released already; {remedy}"
    newest = max((Version(tag) for tag in released), default=None)
    if newest and Version(version) < newest:
        yield f"{version} is older than {newest}, which is released; raise info.version"
    if Version(version).post and f"v{spec}" not in released:
        remedy = "remove `post` from scripts/codegen/config.yml"
        yield f"{version} follows no release of {spec}; {remedy}"


def product_problems(new: Revision) -> Iterator[str]:
    version = new.stamp("VERSION")
    for name, path in VERSIONED.items():
        text = (new.folder / path).read_text(encoding="utf-8")
        found = re.search(r'^__version__ = "(.*)"$', text, re.MULTILINE)
        if not found or found[1] != version:
            has = found[1] if found else "without a version"
            yield f"{name} is {has} and the client {version}; set __version__ in {path}"


def changelog_problems(new: Revision) -> Iterator[str]:
    """Require a dated section with entries under known headings, and no unreleased entries."""
    version = new.stamp("VERSION")
    found = {name: (date, text) for name, date, text in sections(new.changelog)}
    date, text = found.get(version, ("", ""))
    if not date:
        missing = f"no section `## [{version}] - ` with its date"
        yield f"CHANGELOG.md has {missing}; rename [{UNRELEASED}] to it"
        return
    if not entries(text):
        yield f"CHANGELOG.md says nothing under [{version}]; tell what changed"
    unknown = [name for name, items in by_heading(text) if items and name not in HEADINGS]
    if unknown:
        place = f"`### {unknown[0]}`" if unknown[0] else "no heading"
        headings = ", ".join(HEADINGS)
        yield f"CHANGELOG.md has entries under {place} of [{version}]; the headings are {headings}"
    if entries(found.get(UNRELEASED, ("", ""))[1]):
        yield f"CHANGELOG.md has entries under [{UNRELEASED}]; move them to [{version}]"


def by_heading(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each heading with its entries; the first is an empty one."""
    first, *rest = re.split(r"^### +", text, flags=re.MULTILINE)
    yield "", entries(first)
    for section in rest:
        name, _, below = section.partition("\n")
        yield name.strip(), entries(below)


# Checks that run a script


def steps(redocly: Path, last: str | None) -> Iterator[tuple[str, list[str]]]:
    """Yield each command with its purpose, the quickest first."""
    yield "the client is what the spec gives", [str(SCRIPTS / "generate_client.py"), "--check"]
    if last:
        yield (
            f"the version fits what changed since {last}",
            [str(SCRIPTS / "check_breaking.py"), f"--redocly={redocly}", last],
        )


def run(arguments: Sequence[str]) -> bool:
    """Run Python, showing what it prints."""
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, check=False).returncode == 0


# Command line


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = OneLineParser("check_release", __doc__)
    parser.add_argument("--redocly", type=Path, required=True, metavar="FILE", help="the command")
    parser.add_argument("--tag", help="the tag of this release, if it exists already")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None, run: Callable[[Sequence[str]], bool] = run) -> int:
    chosen = options(arguments)
    try:
        found, version = list(problems(ROOT, chosen.tag)), Revision("here", ROOT).stamp("VERSION")
        last = next(iter(earlier_releases(ROOT, chosen.tag)), None)
    except NoRevision as error:
        print(f"check_release: {error}", file=sys.stderr)
        return WRONG_USAGE
    if found:
        print("This cannot be released:", *(f"  {line}" for line in found), sep="\n")
        return 1
    for purpose, command in steps(chosen.redocly, last):
        print(f"--- {purpose}", flush=True)
        if not run(command):
            print(f"This cannot be released: failed: {purpose}")
            return 1
    print(f"{version} can be released.")
    if chosen.tag is None:
        print("Once `nox -s tests` has passed:")
        print(f"  git tag --annotate v{version} --message 'Version {version}'")
        print(f"  git push origin v{version}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
