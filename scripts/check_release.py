"""See that what is committed can be released, and print the command that tags it. Nothing is tagged or pushed.

    python scripts/check_release.py --redocly FILE [--dist FOLDER]

The release has the version of the client, which is the spec's, with `.post1` and so on when only the client changed.
"""

import argparse
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from packaging.version import Version

from breaking.revision import NoRevision, Revision, git, newest_release, tags
from breaking.versions import UNRELEASED, entries, is_version, sections
from command_line import WRONG_USAGE, OneLineParser

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = ROOT / "scripts"


# What can be seen without running anything


def problems(root: Path) -> Iterator[str]:
    """Each thing that stands in the way, in one line with its remedy."""
    new = Revision("here", root)
    if git(root, "status", "--porcelain"):
        yield "something is not committed; commit it, a tag names commits only"
    yield from version_problems(new, tags(root))
    yield from changelog_problems(new)


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
            f"{version} is released already; raise info.version or, for a change of the client alone, "
            "`post` in scripts/codegen/config.yml"
        )
    newest = max((Version(tag) for tag in released), default=None)
    if newest and Version(version) < newest:
        yield f"{version} is older than {newest}, which is released; raise info.version"
    if Version(version).post and f"v{spec}" not in released:
        yield f"{version} follows on no release of {spec}; take `post` out of scripts/codegen/config.yml"


def changelog_problems(new: Revision) -> Iterator[str]:
    """The version has a section with its date and entries, and nothing waits for another release."""
    version = new.stamp("VERSION")
    found = {name: (date, text) for name, date, text in sections(new.changelog)}
    date, text = found.get(version, ("", ""))
    if not date:
        yield f"CHANGELOG.md has no section `## [{version}] - ` with its date; rename [{UNRELEASED}] to it"
    elif not entries(text):
        yield f"CHANGELOG.md says nothing under [{version}]; tell what changed"
    if date and entries(found.get(UNRELEASED, ("", ""))[1]):
        yield f"CHANGELOG.md has entries under [{UNRELEASED}]; move them to [{version}]"


# What has to be run


def steps(redocly: Path, dist: Path, version: str, last: str | None) -> Iterator[tuple[str, list[str]]]:
    """Each command with what it is for, in the order of their cost."""
    yield "The client is what the spec gives", [str(SCRIPTS / "generate_client.py"), "--check"]
    if last:
        yield (
            f"The version fits what changed since {last}",
            [str(SCRIPTS / "check_breaking.py"), f"--redocly={redocly}", last],
        )
    yield "The client can be built", ["-m", "build", "--no-isolation", f"--outdir={dist}", str(ROOT / "generated")]
    built = (f"{dist}/pictify_experiments-{version}{end}" for end in (".tar.gz", "-py3-none-any.whl"))
    yield "What was built can be published", ["-m", "twine", "check", "--strict", *built]


def run(arguments: Sequence[str]) -> bool:
    """Run Python, showing what it prints."""
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, check=False).returncode == 0


# Command line


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = OneLineParser("check_release", __doc__)
    parser.add_argument("--redocly", type=Path, required=True, metavar="FILE", help="the command; nox installs it")
    parser.add_argument("--dist", type=Path, default=ROOT / "dist", metavar="FOLDER", help="where to build (dist)")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None, run: Callable[[Sequence[str]], bool] = run) -> int:
    chosen = options(arguments)
    try:
        found, version, last = list(problems(ROOT)), Revision("here", ROOT).stamp("VERSION"), newest_release(ROOT)
    except NoRevision as error:
        print(f"check_release: {error}", file=sys.stderr)
        return WRONG_USAGE
    if found:
        print("This cannot be released:", *(f"  {line}" for line in found), sep="\n")
        return 1
    for purpose, command in steps(chosen.redocly, chosen.dist, version, last):
        print(f"--- {purpose}", flush=True)
        if not run(command):
            print(f"This cannot be released: not so: {purpose[0].lower()}{purpose[1:]}.")
            return 1
    print(f"{version} can be released. Once `nox -s tests` has passed:", tag_commands(version), sep="\n")
    return 0


def tag_commands(version: str) -> str:
    return f"  git tag --annotate v{version} --message 'Version {version}'\n  git push origin v{version}"


if __name__ == "__main__":
    sys.exit(main())
