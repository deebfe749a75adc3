"""Where the decisions lie that the mock shares with other implementations as data."""

from pathlib import Path

# A run of `nox -s mutants` copies the tests one folder deeper.
VECTORS = next(
    found for folder in Path(__file__).parents if (found := folder / "spec" / "vectors").is_dir()
)
