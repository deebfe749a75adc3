"""Whether the viewers of an experiment are split as its weights say."""

from collections.abc import Sequence

import pytest

from pictify_conformance.rules.optimised_weights import (
    SECOND_IS_BETTER,
    bandit,
    moved,
    near,
    running,
)
from pictify_conformance.testing import assertions
from pictify_conformance.testing.chi_squared import FOUND, SPLITS, TOO_UNLIKELY, VIEWERS, chance
from pictify_conformance.testing.experiments import Lab, total
from pictify_conformance.testing.payloads import Json, variants, viewer


def split(lab: Lab, made: Json, weights: Sequence[int]) -> None:
    """Many viewers are split in a way that these weights make likely."""
    before = lab.counters(made["uid"])
    for number in range(VIEWERS):
        assertions.status(lab.pixel(made["slug"], headers=viewer(number)), 200)
    goal = (total(before)[0] + VIEWERS, total(before)[1])
    after = lab.settled(made["uid"], lambda now: total(now) >= goal, f"{VIEWERS} impressions more")
    counts = [after[id_][0] - before[id_][0] for id_ in before]
    if chance(counts, weights) < TOO_UNLIKELY:
        told = f"{VIEWERS} viewers were split {counts} by the weights {list(weights)}"
        pytest.fail(f"{told}; the chance of that is {chance(counts, weights):.0e}", pytrace=False)


@pytest.mark.rule("targeting.split")
@pytest.mark.parametrize("weights", SPLITS, ids=str)
def test_split(lab: Lab, weights: tuple[int, ...]) -> None:
    """Viewers are split by the weights."""
    split(lab, lab.experiment("running", variants=variants(*weights)), weights)


@pytest.mark.rule("bandit.traffic")
def test_traffic(lab: Lab) -> None:
    """Once the weights have moved to the better variant, so has the traffic."""
    made = running(lab, bandit(), 5000, 5000)
    lab.report(made, SECOND_IS_BETTER)
    moved(lab, made, near(*FOUND), f"the weights {FOUND}")
    split(lab, made, FOUND)
