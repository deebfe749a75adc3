"""The variant that a viewer is assigned by weights, as the counters show it."""

import pytest

from pictify_conformance.testing import ApiClient, Counters, Experiments, Team
from pictify_conformance.testing.assertions import assert_equal, assert_status
from pictify_conformance.testing.chi_squared import SPLITS, assert_split
from pictify_conformance.testing.payloads import variants, viewer


@pytest.mark.rule("targeting.split")
@pytest.mark.parametrize("weights", SPLITS, ids=str)
def test_split(team: Team, weights: tuple[int, ...]) -> None:
    assert_split(team, team.experiments.create("running", variants=variants(*weights)), weights)


@pytest.mark.rule("targeting.sticky")
def test_sticky(api: ApiClient, experiments: Experiments, counters: Counters) -> None:
    for number in range(5):
        experiment = experiments.create_clickable()
        for _ in range(4):
            assert_status(api.load_pixel(experiment["slug"], headers=viewer(number)), 200)
            assert_status(api.click(experiment["slug"], headers=viewer(number)), 302)
        counts = sorted(counters.read(experiment).values())
        assert_equal(counts, [(0, 0), (4, 4)], "the counters, variant by variant")


@pytest.mark.rule("targeting.zero-weight")
@pytest.mark.parametrize("weights", [(0, 10000), (10000, 0), (0, 10000, 0)], ids=str)
def test_zero_weight(
    api: ApiClient, experiments: Experiments, counters: Counters, weights: tuple[int, ...]
) -> None:
    experiment = experiments.create("running", variants=variants(*weights))
    for number in range(8):
        assert_status(api.load_pixel(experiment["slug"], headers=viewer(number)), 200)
    expected = {f"v{index}": (8 if weight else 0, 0) for index, weight in enumerate(weights)}
    counters.assert_counts(experiment, expected)


@pytest.mark.rule("targeting.zero-weight")
def test_zero_weight_between_others(
    api: ApiClient, experiments: Experiments, counters: Counters
) -> None:
    experiment = experiments.create("running", variants=variants(5000, 0, 5000))
    for number in range(20):
        assert_status(api.load_pixel(experiment["slug"], headers=viewer(number)), 200)
    counters.assert_totals(experiment, 20, 0)
    assert_equal(counters.read(experiment).get("v1"), (0, 0), "the counters of weight 0")
