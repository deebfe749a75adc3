"""Every way to count, through the life of an experiment of each type."""

from collections.abc import Callable

import httpx
import pytest

from pictify_conformance.rules.parameters import of_rule
from pictify_conformance.testing import ApiClient, Counters, Experiments
from pictify_conformance.testing.assertions import assert_status
from pictify_conformance.testing.payloads import TYPES, Json, event

REPEATS = 3
WAYS: dict[str, Callable[[ApiClient, Json], httpx.Response]] = {
    "events.impression-counts": lambda api, shown: api.send_events(event(shown)),
    "events.click-counts": lambda api, shown: api.send_events(event(shown, "click")),
    "pixel.counts": lambda api, shown: api.load_pixel(shown["slug"]),
    "click.counts": lambda api, shown: api.click(shown["slug"]),
}


@pytest.mark.parametrize("type_", TYPES)
@pytest.mark.parametrize("way", [of_rule(rule, rule, id=rule) for rule in WAYS])
def test_counts_all_its_life(
    api: ApiClient, experiments: Experiments, counters: Counters, way: str, type_: str
) -> None:
    """It counts after each start, an update, and a change of its slug."""
    shown, counted = experiments.create_clickable("draft", type=type_), 0
    uid = shown["uid"]
    for change in ({}, {"name": "A new name"}, {"slug": experiments.new_slug()}):
        if change:
            experiments.pause(uid)
            experiments.update_paused(uid, change)
        shown = experiments.start(uid)
        for _ in range(REPEATS):
            assert_status(WAYS[way](api, shown), 200, 302)
            counted += 1
    added = (0, counted) if "click" in way else (counted, 0)
    counters.assert_totals(shown, *added)
