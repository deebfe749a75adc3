"""The three distributions, built once per process from the working tree."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("generated", "contract_tests/mock_server", "contract_tests/conformance")


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the three sdists, and the three wheels that were built from them."""
    folder = tmp_path_factory.mktemp("dist")
    for name in FOLDERS:
        command = [sys.executable, "-m", "build", "--no-isolation", f"--outdir={folder}"]
        subprocess.run([*command, str(ROOT / name)], check=True, capture_output=True)
    return folder
