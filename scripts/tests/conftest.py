"""The three distributions, built once a process from the working tree."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("generated", "contract_tests/mock_server", "contract_tests/conformance")


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the three sdists, and the three wheels that were built from them."""
    folder = tmp_path_factory.mktemp("dist")
    for source in FOLDERS:
        build(ROOT / source, folder)
    return folder


@pytest.fixture(scope="session")
def checkout_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the suite's wheel, built from the checkout without an sdist in between."""
    folder = tmp_path_factory.mktemp("checkout")
    build(ROOT / "contract_tests" / "conformance", folder, "--wheel")
    return next(folder.iterdir())


def build(source: Path, folder: Path, *options: str) -> None:
    command = [sys.executable, "-m", "build", "--no-isolation", f"--outdir={folder}", *options]
    subprocess.run([*command, str(source)], check=True, capture_output=True)
