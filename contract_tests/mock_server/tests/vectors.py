"""The decisions that `spec/vectors` shares with other implementations as data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

# A run of `nox -s mutants` copies the tests one folder deeper.
FOLDER = next(
    found for folder in Path(__file__).parents if (found := folder / "spec" / "vectors").is_dir()
)


def load_vectors(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
