"""What the three distributions hold, and how they can be installed."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from collections.abc import Callable
from email import message_from_bytes
from pathlib import Path
from typing import TypeAlias

import pytest
from packaging.requirements import Requirement

from pictify_conformance import spec

ROOT = Path(__file__).parents[2]
SPEC = ROOT / "spec" / "openapi.yaml"
SUITE = ROOT / "contract_tests" / "conformance"
DATA = {
    "pictify_conformance": (
        "py.typed",
        "reports/report.html.j2",
        "reports/results.schema.json",
        "spec/openapi.yaml",
    ),
    "pictify_experiments": ("py.typed",),
    "pictify_mock": (
        "control/dashboard/page.css",
        "control/dashboard/page.html",
        "control/dashboard/page.js",
        "control/undocumented.json",
        "py.typed",
    ),
}
READ_SPEC = """
from pictify_conformance import spec
assert spec.document()["openapi"], spec.PATH
print(spec.PATH, spec.digest())
"""

Install: TypeAlias = Callable[..., tuple[Path, str]]


def files_of(archive: Path) -> dict[str, bytes]:
    """Read a wheel or an sdist, whose names begin with the folder that it unpacks into."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return {name: wheel.read(name) for name in wheel.namelist()}
    with tarfile.open(archive) as sdist:
        members = [member for member in sdist.getmembers() if member.isfile()]
        return {
            member.name: file.read() for member in members if (file := sdist.extractfile(member))
        }


def wheel_of(dist: Path, package: str) -> dict[str, bytes]:
    [wheel] = dist.glob(f"{package}-*.whl")
    return files_of(wheel)


@pytest.mark.parametrize("package", DATA)
def test_wheel_holds_its_data(dist: Path, package: str) -> None:
    """A wheel brings every file that its code opens, its licence, and no test."""
    names = wheel_of(dist, package).keys()
    assert {f"{package}/{name}" for name in DATA[package]} - names == set()
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    assert not [name for name in names if name.startswith("tests/")]


@pytest.mark.parametrize("package", DATA)
def test_wheel_holds_every_file_of_the_package(dist: Path, package: str) -> None:
    """Whatever git knows in the folder of a package is in its wheel."""
    [source] = [*ROOT.glob(f"generated/{package}"), *ROOT.glob(f"contract_tests/*/src/{package}")]
    known = subprocess.run(
        ["git", "-C", str(source), "ls-files"], capture_output=True, text=True, check=False
    )
    if known.returncode:
        pytest.skip("this is not a clone")
    wanted = {f"{package}/{name}" for name in known.stdout.split() if (source / name).exists()}
    assert wanted - wheel_of(dist, package).keys() == set()


def test_one_version(dist: Path) -> None:
    """The three distributions have the version of the spec, with the same `.post` if they have one."""
    versions = {path.name.split("-")[1].removesuffix(".tar.gz") for path in dist.iterdir()}
    assert len(list(dist.iterdir())) == 6
    [version] = versions
    assert version.partition(".post")[0] == spec.document()["info"]["version"]


def test_suite_needs_no_mock(dist: Path) -> None:
    """The mock comes with the suite only where the extra asks for it."""
    [metadata] = [
        text
        for name, text in wheel_of(dist, "pictify_conformance").items()
        if name.endswith("/METADATA")
    ]
    needed = [
        Requirement(text) for text in message_from_bytes(metadata).get_all("Requires-Dist", [])
    ]
    [mock] = [requirement for requirement in needed if requirement.name == "pictify-mock"]
    assert mock.marker
    assert not mock.marker.evaluate({"extra": ""})
    assert mock.marker.evaluate({"extra": "mock"})


def test_sdist_holds_the_spec(dist: Path) -> None:
    """The suite's sdist has a copy of the spec, and no test."""
    [sdist] = dist.glob("pictify_conformance-*.tar.gz")
    inside = {name.partition("/")[2]: content for name, content in files_of(sdist).items()}
    assert inside["src/pictify_conformance/spec/openapi.yaml"] == SPEC.read_bytes()
    assert not [name for name in inside if name.startswith("tests/")]


def output_of(*command: str | Path, cwd: Path) -> str:
    """Run a command as in a shell of its own, which nothing tells where Python packages are."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PYTHON")
    }
    ended = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout.strip()


@pytest.fixture
def install(tmp_path: Path) -> Install:
    """Install a requirement in an empty environment, and return its `spec.PATH` and digest there.

    Its dependencies are those of the environment that runs this test.
    """
    place = tmp_path / "environment"
    python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    def command(*requirement: str | Path) -> tuple[Path, str]:
        output_of("uv", "venv", "--quiet", f"--python={sys.executable}", place, cwd=tmp_path)
        libraries = output_of(
            python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=tmp_path
        )
        # The folder of a .pth file is searched, but its own .pth files, of what is editable, are not read.
        Path(libraries, "dependencies.pth").write_text(sysconfig.get_path("purelib"))
        options = (
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "--no-cache",
            f"--python={python}",
        )
        output_of("uv", "pip", "install", *options, *requirement, cwd=tmp_path)
        path, digest = output_of(python, "-I", "-c", READ_SPEC, cwd=tmp_path).rsplit(maxsplit=1)
        return Path(path), digest

    return command


def test_wheel_from_the_checkout(install: Install, checkout_wheel: Path, tmp_path: Path) -> None:
    """A wheel that is built from the checkout has a copy of the spec."""
    path, digest = install(checkout_wheel)
    assert path.is_relative_to(tmp_path / "environment")
    assert digest == spec.digest()


def test_wheel_from_the_sdist(install: Install, dist: Path, tmp_path: Path) -> None:
    """A wheel that is built from the sdist has the copy that the sdist has."""
    path, digest = install(*dist.glob("pictify_conformance-*.whl"))
    assert path.is_relative_to(tmp_path / "environment")
    assert digest == spec.digest()


def test_editable(install: Install) -> None:
    """An editable install reads the spec of the checkout."""
    path, digest = install("-e", SUITE)
    assert path == SPEC
    assert digest == spec.digest()


def test_from_git(install: Install, tmp_path: Path) -> None:
    """The suite installs from the URL of a repository and the folder in it."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    repository = tmp_path / "repository"
    for folder in (SUITE, SPEC.parent):
        shutil.copytree(
            folder,
            repository / folder.relative_to(ROOT),
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    output_of("git", "init", "--quiet", repository, cwd=tmp_path)
    git = ("git", "-C", repository, "-c", "user.name=A", "-c", "user.email=a@example.com")
    output_of(*git, "add", ".", cwd=tmp_path)
    output_of(*git, "commit", "--quiet", "--message=All", cwd=tmp_path)
    url = f"git+{repository.as_uri()}#subdirectory=contract_tests/conformance"
    path, digest = install(f"pictify-conformance @ {url}")
    assert path.is_relative_to(tmp_path / "environment")
    assert digest == spec.digest()
