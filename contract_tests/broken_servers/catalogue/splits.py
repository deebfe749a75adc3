"""Viewers that are not split as the weights say."""

from itertools import cycle

from broken_servers.fault import Patch, patch_mock
from pictify_mock.domain import assignment
from pictify_mock.domain.experiment import Variant

BASIS_POINTS = 10_000


@patch_mock("targeting.split")
def split_ignores_the_weights(patch: Patch) -> None:
    """Every variant with a weight gets as many viewers."""

    def evenly(variants: tuple[Variant, ...], place: int) -> Variant:
        weighed = [variant for variant in variants if variant.weight]
        return weighed[place * len(weighed) // BASIS_POINTS]

    patch(assignment, "by_weight", evenly)


@patch_mock("targeting.split")
def split_turns_the_weights_round(patch: Patch) -> None:
    """The first variant gets the weight of the last."""

    def turned(variants: tuple[Variant, ...], place: int) -> Variant:
        passed = 0
        for variant, other in zip(variants, reversed(variants), strict=True):
            passed += other.weight
            if place < passed:
                return variant
        return variants[-1]

    patch(assignment, "by_weight", turned)


@patch_mock("targeting.split")
def split_takes_turns(patch: Patch) -> None:
    """Viewers are given the variants in turn."""
    turns = cycle(range(BASIS_POINTS))
    patch(assignment, "by_weight", lambda variants, _: variants[next(turns) % len(variants)])


@patch_mock("bandit.traffic")
def traffic_stays_where_it_was(patch: Patch) -> None:
    """Whatever weights are found, viewers are split evenly."""
    patch(
        assignment,
        "by_weight",
        lambda variants, place: variants[place * len(variants) // BASIS_POINTS],
    )
