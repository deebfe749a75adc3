"""How likely a split of viewers is by chance, if the weights decide."""

import math
from collections.abc import Sequence

VIEWERS = 250
SPLITS = ((5000, 5000), (9000, 1000), (3300, 3300, 3400))
FOUND = (500, 9500)
"""The weights that auto-optimisation finds where its traffic is judged."""
TOO_UNLIKELY = 1e-7
"""What a split is a breach below: over all of these splits, fewer than 1 conforming server in 100,000 is failed."""


def chance(counts: Sequence[int], weights: Sequence[int]) -> float:
    """The chance of a split this far from the weights or farther: Pearson's chi-squared for two or three variants."""
    expected = [sum(counts) * weight / sum(weights) for weight in weights]
    distance = sum((count - mean) ** 2 / mean for count, mean in zip(counts, expected, strict=True))
    return math.erfc(math.sqrt(distance / 2)) if len(counts) == 2 else math.exp(-distance / 2)
