"""The rows of a list."""

from collections.abc import Iterable

from pictify_conformance.testing.payloads import Json


def uids(experiments: Iterable[Json]) -> list[str]:
    """The uids, in order."""
    return [experiment["uid"] for experiment in experiments]
