"""The files of the three distributions, and the ways to install them."""

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
PACKAGES = ("pictify_conformance", "pictify_experiments", "pictify_mock")
READ_SPEC = """
from pictify_conformance import spec
assert spec.document()["openapi"], spec.PATH
print(spec.PATH, spec.digest())
"""

Install: TypeAlias = Callable[..., tuple[Path, str]]


def files_of(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def wheel_of(dist: Path, package: str) -> dict[str, bytes]:
    [wheel] = dist.glob(f"{package}-*.whl")
    return files_of(wheel)


@pytest.mark.parametrize("package", PACKAGES)
def test_wheel_holds_every_file_of_the_package_and_no_test(dist: Path, package: str) -> None:
    [source] = [*ROOT.glob(f"generated/{package}"), *ROOT.glob(f"contract_tests/*/src/{package}")]
    command = ["git", "-C", str(source), "ls-files"]
    known = subprocess.run(command, capture_output=True, text=True, check=False)
    if known.returncode:
        pytest.skip("this is not a clone")
    wanted = {f"{package}/{name}" for name in known.stdout.split() if (source / name).exists()}
    names = wheel_of(dist, package).keys()
    assert f"{package}/py.typed" in names
    assert wanted - names == set()
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    assert not [name for name in names if name.startswith("tests/")]


def test_distributions_have_the_version_of_the_spec(dist: Path) -> None:
    """A `.post` is that of all three."""
    versions = [path.name.split("-")[1].removesuffix(".tar.gz") for path in dist.iterdir()]
    assert len(versions) == 6
    [version] = set(versions)
    assert version.partition(".post")[0] == spec.document()["info"]["version"]


def test_suite_requires_the_mock_only_with_the_extra(dist: Path) -> None:
    files = wheel_of(dist, "pictify_conformance")
    [metadata] = [text for name, text in files.items() if name.endswith("/METADATA")]
    lines = message_from_bytes(metadata).get_all("Requires-Dist", [])
    [mock] = [each for each in map(Requirement, lines) if each.name == "pictify-mock"]
    assert mock.marker
    assert not mock.marker.evaluate({"extra": ""})
    assert mock.marker.evaluate({"extra": "mock"})


def test_sdist_of_the_suite_holds_the_spec_and_no_test(dist: Path) -> None:
    [sdist] = dist.glob("pictify_conformance-*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2]: name for name in archive.getnames()}
        copy = archive.extractfile(names["src/pictify_conformance/spec/openapi.yaml"])
        assert copy
        assert copy.read() == SPEC.read_bytes()
    assert not [name for name in names if name.startswith("tests/")]


def output_of(*command: str | Path, cwd: Path) -> str:
    """Run a command without the variables that tell Python where packages are."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    ended = subprocess.run(
        command, cwd=cwd, env=others, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout.strip()


@pytest.fixture
def install(tmp_path: Path) -> Install:
    """Install a requirement in an empty environment, and return its `spec.PATH` and digest there.

    Its dependencies are those of the environment that runs this test.
    """
    folder = tmp_path / "environment"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    def command(*requirement: str | Path) -> tuple[Path, str]:
        output_of("uv", "venv", "--quiet", f"--python={sys.executable}", folder, cwd=tmp_path)
        purelib = "import sysconfig; print(sysconfig.get_path('purelib'))"
        libraries = output_of(python, "-c", purelib, cwd=tmp_path)
        # Python searches the folder of a .pth file, but does not read its .pth files, which
        # belong to editable installs.
        Path(libraries, "dependencies.pth").write_text(sysconfig.get_path("purelib"))
        options = ("--quiet", "--no-deps", "--no-build-isolation", "--no-cache")
        pip = ("uv", "pip", "install", f"--python={python}", *options)
        output_of(*pip, *requirement, cwd=tmp_path)
        path, digest = output_of(python, "-I", "-c", READ_SPEC, cwd=tmp_path).rsplit(maxsplit=1)
        return Path(path), digest

    return command


def assert_own_copy(installed: tuple[Path, str], folder: Path) -> None:
    path, digest = installed
    assert path.is_relative_to(folder / "environment")
    assert digest == spec.digest()


def test_wheel_from_the_sdist(install: Install, dist: Path, tmp_path: Path) -> None:
    assert_own_copy(install(*dist.glob("pictify_conformance-*.whl")), tmp_path)


def test_editable_install_reads_the_spec_of_the_checkout(install: Install) -> None:
    assert install("-e", SUITE) == (SPEC, spec.digest())


def test_install_from_git(install: Install, tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    for folder in (SUITE, SPEC.parent):
        target = repository / folder.relative_to(ROOT)
        shutil.copytree(folder, target, ignore=shutil.ignore_patterns("__pycache__"))
    output_of("git", "init", "--quiet", repository, cwd=tmp_path)
    git = ("git", "-C", repository, "-c", "user.name=A", "-c", "user.email=a@example.com")
    output_of(*git, "add", ".", cwd=tmp_path)
    output_of(*git, "commit", "--quiet", "--message=All", cwd=tmp_path)
    url = f"git+{repository.as_uri()}#subdirectory=contract_tests/conformance"
    assert_own_copy(install(f"pictify-conformance @ {url}"), tmp_path)
