"""Look for known vulnerabilities in every package that the sessions install.

    python scripts/audit_dependencies.py

Resolves the dependency groups, the three distributions and scripts/package.json in a temporary
folder, so that no lock file stays behind, and asks pip-audit and npm audit. The exit code is 0 when
no vulnerability is known, 1 when one is, 3 when a service does not answer for every package.
"""

import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from command_line import OneLineParser

ROOT = Path(__file__).resolve().parent.parent
DISTRIBUTIONS = ("generated", "contract_tests/mock_server", "contract_tests/conformance")
FOUND, NO_ANSWER = 1, 3
TIMEOUT = 300  # seconds that a tool gets
ACCEPTED: dict[str, str] = {}  # the id of an advisory, and why it does no harm here


class NoAnswer(Exception):
    """A service did not answer for every package."""


def python_vulnerabilities(folder: Path) -> Iterator[str]:
    """Resolve all dependency groups and distributions together, and ask pip-audit."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = [f"--group={group}" for group in project["dependency-groups"]]
    lock = str(folder / "requirements.txt")
    resolve = ["uv", "pip", "compile", "--quiet", "--generate-hashes", f"--output-file={lock}"]
    projects = [f"{path}/pyproject.toml" for path in DISTRIBUTIONS]
    output_of(*resolve, *groups, *projects, cwd=ROOT)
    ask = ["pip-audit", f"--requirement={lock}", "--require-hashes", "--disable-pip"]
    packages = json_of(*ask, "--format=json", "--progress-spinner=off", member="dependencies")
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    for package in packages:
        for found in package.get("vulns", ()):
            if ACCEPTED.keys().isdisjoint([found["id"], *found["aliases"]]):
                fixed = " or ".join(found["fix_versions"]) or "no version"
                yield f"{package['name']} {package['version']}: {found['id']}, fixed in {fixed}"
    if unknown:
        count = f"{len(unknown)} of {len(packages)} packages"
        raise NoAnswer(f"the service has no answer for {count}, {unknown[0]} for one")


def npm_vulnerabilities(folder: Path) -> Iterator[str]:
    """Resolve the npm tools, and ask npm audit."""
    shutil.copy(ROOT / "scripts" / "package.json", folder)
    resolve = ["npm", "install", "--package-lock-only", "--ignore-scripts"]
    output_of(*resolve, "--no-audit", "--no-fund", cwd=folder)
    packages = json_of("npm", "audit", "--json", member="vulnerabilities", cwd=folder)
    causes = [cause for package in packages.values() for cause in package["via"]]
    # A cause that is a name is another package of the report, which has the advisory.
    advisories = {cause["url"]: cause for cause in causes if isinstance(cause, dict)}
    for url, cause in advisories.items():
        if url.rpartition("/")[2] not in ACCEPTED:
            yield f"{cause['name']} {cause['range']}: {cause['title']}, {url}"


def json_of(*command: str, member: str, cwd: Path | None = None) -> Any:
    """Return a member of a command's JSON, which only an answer of the service has."""
    printed = output_of(*command, cwd=cwd, accepted_codes=(0, 1))
    try:
        document = json.loads(printed)
    except ValueError:
        raise NoAnswer(f"{command[0]} printed no JSON") from None
    if member not in document:
        raise NoAnswer(f"{command[0]} says: {document.get('message', document)}")
    return document[member]


def output_of(*command: str, cwd: Path | None = None, accepted_codes: Sequence[int] = (0,)) -> str:
    """Run a command and return its output. A code other than 0 without output is a failure."""
    try:
        ended = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=TIMEOUT)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoAnswer(str(error)) from None
    if ended.returncode not in accepted_codes or (ended.returncode and not ended.stdout):
        lines = ended.stderr.strip().splitlines() or ["nothing on stderr"]
        raise NoAnswer(f"{command[0]} ended with {ended.returncode}: {lines[-1]}")
    return ended.stdout


def main(arguments: Sequence[str] | None = None) -> int:
    OneLineParser("audit_dependencies", __doc__).parse_args(arguments)
    codes = set()
    for name, audit in ("Python", python_vulnerabilities), ("npm", npm_vulnerabilities):
        with TemporaryDirectory() as folder:
            codes.add(report(name, audit(Path(folder))))
    return FOUND if FOUND in codes else max(codes)


def report(name: str, vulnerabilities: Iterator[str]) -> int:
    """Print the vulnerabilities and a summary. Return the exit code."""
    count = 0
    try:
        for found in vulnerabilities:
            print(f"{name}: {found}")
            count += 1
    except NoAnswer as error:
        print(f"{name}: NOT AUDITED. {error}")
        return FOUND if count else NO_ANSWER
    print(f"{name}: {count or 'no'} known {'vulnerability' if count == 1 else 'vulnerabilities'}")
    return FOUND if count else 0


if __name__ == "__main__":
    sys.exit(main())
