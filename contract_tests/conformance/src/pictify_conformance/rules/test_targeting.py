"""Which variant a viewer is given, as the counters show it."""

import pytest

from pictify_conformance.testing import assertions
from pictify_conformance.testing.experiments import Lab
from pictify_conformance.testing.payloads import variants, viewer


@pytest.mark.rule("targeting.sticky")
def test_sticky(lab: Lab) -> None:
    """All that one viewer does counts for one variant."""
    for number in range(5):
        made = lab.clickable()
        for _ in range(4):
            assertions.status(lab.pixel(made["slug"], headers=viewer(number)), 200)
            assertions.status(lab.click(made["slug"], headers=viewer(number)), 302)
        assertions.same(
            sorted(lab.counters(made["uid"]).values()),
            [(0, 0), (4, 4)],
            "the counters, variant by variant",
        )


@pytest.mark.rule("targeting.zero-weight")
@pytest.mark.parametrize("weights", [(0, 10000), (10000, 0), (0, 10000, 0)], ids=str)
def test_zero_weight(lab: Lab, weights: tuple[int, ...]) -> None:
    """The variant of weight 10,000 is given to everybody."""
    made = lab.experiment("running", variants=variants(*weights))
    for number in range(8):
        assertions.status(lab.pixel(made["slug"], headers=viewer(number)), 200)
    expected = {f"v{index}": (8 if weight else 0, 0) for index, weight in enumerate(weights)}
    lab.counted(made["uid"], expected)


@pytest.mark.rule("targeting.zero-weight")
def test_zero_weight_between_others(lab: Lab) -> None:
    """A variant of weight 0 is given to nobody, wherever it stands."""
    made = lab.experiment("running", variants=variants(5000, 0, 5000))
    for number in range(20):
        assertions.status(lab.pixel(made["slug"], headers=viewer(number)), 200)
    lab.totalled(made["uid"], 20, 0)
    assertions.same(
        lab.counters(made["uid"]).get("v1"), (0, 0), "the counters of the variant of weight 0"
    )
