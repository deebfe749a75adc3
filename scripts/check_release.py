"""See that what is committed can be released, and print the command that tags it. Nothing is tagged or pushed.

    python scripts/check_release.py --redocly FILE [--tag TAG]

All three distributions have the version of the release: the spec's, with `.post1` and so on where the spec is that of
the release before. With --tag, the tag is there already, and is that of the release.
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
HEADINGS = (
    "Spec",
    "pictify-experiments",
    *VERSIONED,
    "Repository",
)  # of a version in the changelog


# What can be seen without running anything


def problems(root: Path, tag: str | None = None) -> Iterator[str]:
    """Each thing that stands in the way, in one line with its remedy."""
    new = Revision("here", root)
    if git(root, "status", "--porcelain"):
        yield "something is not committed; commit it, a tag names commits only"
    yield from tag_problems(new, tag)
    yield from version_problems(new, earlier_releases(root, tag))
    yield from product_problems(new)
    yield from changelog_problems(new)


def earlier_releases(root: Path, tag: str | None) -> list[str]:
    """The tags of releases, newest first, without that of the release itself."""
    return [name for name in tags(root, "--sort=-version:refname") if name != tag]


def tag_problems(new: Revision, tag: str | None) -> Iterator[str]:
    """The tag names the version."""
    version = new.stamp("VERSION")
    if tag is not None and tag != f"v{version}":
        yield f"the tag is {tag} and the client {version}; delete the tag, and set one that names the version"


def version_problems(new: Revision, released: Sequence[str]) -> Iterator[str]:
    """The version is new, and a `.post` follows on a release of the same spec version."""
    version, spec = new.stamp("VERSION"), new.version
    if not is_version(version):
        yield f"generated/ has no version ({version!r}); run `nox -s generate`"
        return
    if Version(version).base_version != Version(spec).base_version:
        yield f"the client is {version} and the spec {spec}; run `nox -s generate`"
    if f"v{version}" in released:
        yield (
            f"{version} is released already; raise info.version or, where the spec did not change, "
            "`post` in scripts/codegen/config.yml"
        )
    newest = max((Version(tag) for tag in released), default=None)
    if newest and Version(version) < newest:
        yield f"{version} is older than {newest}, which is released; raise info.version"
    if Version(version).post and f"v{spec}" not in released:
        yield f"{version} follows on no release of {spec}; take `post` out of scripts/codegen/config.yml"


def product_problems(new: Revision) -> Iterator[str]:
    """The mock and the suite have the client's version."""
    version = new.stamp("VERSION")
    for name, path in VERSIONED.items():
        found = re.search(
            r'^__version__ = "(.*)"$', (new.folder / path).read_text(encoding="utf-8"), re.MULTILINE
        )
        if not found or found[1] != version:
            has = found[1] if found else "of no version"
            yield f"{name} is {has} and the client {version}; set __version__ in {path}"


def changelog_problems(new: Revision) -> Iterator[str]:
    """The version has a section with its date and entries, and nothing waits for another release."""
    version = new.stamp("VERSION")
    found = {name: (date, text) for name, date, text in sections(new.changelog)}
    date, text = found.get(version, ("", ""))
    if not date:
        yield f"CHANGELOG.md has no section `## [{version}] - ` with its date; rename [{UNRELEASED}] to it"
    elif not entries(text):
        yield f"CHANGELOG.md says nothing under [{version}]; tell what changed"
    elif elsewhere := [name for name, items in by_heading(text) if items and name not in HEADINGS]:
        found_under = f"`### {elsewhere[0]}`" if elsewhere[0] else "no heading"
        yield f"CHANGELOG.md has entries under {found_under} of [{version}]; the headings are {', '.join(HEADINGS)}"
    if date and entries(found.get(UNRELEASED, ("", ""))[1]):
        yield f"CHANGELOG.md has entries under [{UNRELEASED}]; move them to [{version}]"


def by_heading(text: str) -> Iterator[tuple[str, list[str]]]:
    """The headings of a version, each with its entries; the first is none."""
    first, *rest = re.split(r"^### +", text, flags=re.MULTILINE)
    yield "", entries(first)
    for section in rest:
        name, _, below = section.partition("\n")
        yield name.strip(), entries(below)


# What has to be run


def steps(redocly: Path, last: str | None) -> Iterator[tuple[str, list[str]]]:
    """Each command with what it is for, in the order of their cost."""
    yield "The client is what the spec gives", [str(SCRIPTS / "generate_client.py"), "--check"]
    if last:
        yield (
            f"The version fits what changed since {last}",
            [str(SCRIPTS / "check_breaking.py"), f"--redocly={redocly}", last],
        )


def run(arguments: Sequence[str]) -> bool:
    """Run Python, showing what it prints."""
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, check=False).returncode == 0


# Command line


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = OneLineParser("check_release", __doc__)
    parser.add_argument(
        "--redocly", type=Path, required=True, metavar="FILE", help="the command; nox installs it"
    )
    parser.add_argument("--tag", help="the tag of this release, where it is set already")
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
            print(f"This cannot be released: not so: {purpose[0].lower()}{purpose[1:]}.")
            return 1
    print(f"{version} can be released.")
    if chosen.tag is None:
        print("Once `nox -s tests` has passed:", tag_commands(version), sep="\n")
    return 0


def tag_commands(version: str) -> str:
    return f"  git tag --annotate v{version} --message 'Version {version}'\n  git push origin v{version}"


if __name__ == "__main__":
    sys.exit(main())
