"""The content of a variant's image."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from typing import Any

from pictify_mock.domain.enums import ExperimentType
from pictify_mock.domain.experiment import Experiment, Variant

FORMATS = {"png": "png", "jpeg": "jpeg", "jpg": "jpeg", "webp": "webp"}
KINDS = {
    ExperimentType.AB_TEST: "A/B test",
    ExperimentType.SMART_LINK: "Smart link",
    ExperimentType.SCHEDULED: "Scheduled",
}
LOSSLESS = "png"
QUALITIES = (1, 100)
DESIGN = 1  # raise it when the drawing changes, since browsers cache a digest for ever
MOST_VARIABLES = 4
LONGEST = 120

_AS_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that the drawing depends on, cut to a readable length.

    Equal pictures are equal files.
    """

    format: str
    quality: int | None
    kind: str
    slug: str
    experiment: str
    variant: str
    variant_id: str
    place: int
    weight: int
    variables: tuple[tuple[str, str], ...]
    hidden: int

    @property
    def digest(self) -> str:
        """Return the name of the file. No other content has the same."""
        return hashlib.sha256(repr((DESIGN, *astuple(self))).encode()).hexdigest()[:20]


def of(experiment: Experiment, variant: Variant, format_: str) -> Picture:
    variables = variant.variables or {}
    first = list(variables.items())[:MOST_VARIABLES]
    return Picture(
        format=format_,
        quality=None if format_ == LOSSLESS else _quality(experiment.output.quality),
        kind=KINDS[experiment.type],
        slug=experiment.slug,
        experiment=_cut(experiment.name),
        variant=_cut(variant.name or variant.id),
        variant_id=_cut(variant.id),
        place=experiment.variants.index(variant),
        weight=variant.weight,
        variables=tuple((_cut(name), _cut(_text(value))) for name, value in first),
        hidden=len(variables) - len(first),
    )


def all_of(experiment: Experiment, format_: str) -> Iterator[Picture]:
    return (of(experiment, variant, format_) for variant in experiment.variants)


def _quality(value: float) -> int:
    low, high = QUALITIES
    return round(max(low, min(high, value)))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else _AS_JSON(value)


def _cut(text: str) -> str:
    start = text[: LONGEST + 1]
    line = "".join(character if character.isprintable() else " " for character in start)
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
