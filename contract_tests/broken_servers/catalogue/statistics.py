"""Viewers that are not split by the weights."""

from broken_servers.fault import Patch, patch_mock
from pictify_mock.domain import assignment
from pictify_mock.domain.experiment import Variant

BASIS_POINTS = 10_000


@patch_mock("targeting.split")
def split_ignores_the_weights(patch: Patch) -> None:
    """Each variant with a weight gets as many viewers as the others."""

    def evenly(variants: tuple[Variant, ...], place: int) -> Variant:
        weighted = [variant for variant in variants if variant.weight]
        return weighted[place * len(weighted) // BASIS_POINTS]

    patch(assignment, "by_weight", evenly)


@patch_mock("targeting.split")
def split_turns_the_weights_round(patch: Patch) -> None:
    """The first variant gets the viewers of the last."""

    def reversed_weights(variants: tuple[Variant, ...], place: int) -> Variant:
        passed = 0
        for variant, other in zip(variants, reversed(variants), strict=True):
            passed += other.weight
            if place < passed:
                return variant
        return variants[-1]

    patch(assignment, "by_weight", reversed_weights)


@patch_mock("bandit.traffic")
def traffic_stays_where_it_was(patch: Patch) -> None:
    """Viewers are split evenly, even once the weights have moved."""

    def evenly(variants: tuple[Variant, ...], place: int) -> Variant:
        return variants[place * len(variants) // BASIS_POINTS]

    patch(assignment, "by_weight", evenly)
