"""What is to be seen on the image of a variant, before anything is drawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from pictify_mock.domain import image_content
from pictify_mock.domain.enums import ExperimentType
from pictify_mock.domain.experiment import Experiment, OutputConfig, Variant
from pictify_mock.domain.image_content import Picture
from pictify_mock.domain.plans import PLANS
from pictify_mock.domain.teams import Team

NOW = datetime(2026, 3, 15, 9, tzinfo=UTC)


def experiment(*variants: Variant, **changes: Any) -> Experiment:
    team = Team(b"key", (), PLANS["business"])
    made = Experiment(
        "exp_1", team, ExperimentType.SMART_LINK, "Hero", "hero-test", variants, NOW, NOW
    )
    return replace(made, **changes)


def drawn(variant: Variant, format_: str = "png", **changes: Any) -> Picture:
    """What is to be seen of the second of two variants."""
    return image_content.of(
        experiment(Variant("control", 5000), variant, **changes), variant, format_
    )


def test_a_picture_for_each_variant() -> None:
    """Every variant has its own picture, in the format that was asked for."""
    seen = list(image_content.all_of(experiment(Variant("a", 5000), Variant("b", 5000)), "webp"))
    assert [(each.variant_id, each.place, each.format) for each in seen] == [
        ("a", 0, "webp"),
        ("b", 1, "webp"),
    ]
    assert len({each.digest for each in seen}) == 2


def test_what_is_to_be_seen() -> None:
    """A picture names experiment and variant, and shows the first four variables, in JSON what is no text."""
    variables = {
        "text": "a",
        "number": 1.5,
        "list": [None, True],
        "object": {"a": "b"},
        "fifth": 5,
        "sixth": 6,
    }
    seen = drawn(Variant("b", 2500, variables=variables))
    shown = (("text", "a"), ("number", "1.5"), ("list", "[null,true]"), ("object", '{"a":"b"}'))
    same: dict[str, Any] = {
        "format": "png",
        "quality": None,
        "kind": "Smart link",
        "slug": "hero-test",
        "experiment": "Hero",
        "variant": "b",
        "variant_id": "b",
        "place": 1,
        "weight": 2500,
    }
    assert seen == Picture(**same, variables=shown, hidden=2)
    assert drawn(Variant("b", 2500, name="Blue")) == Picture(
        **same | {"variant": "Blue"}, variables=(), hidden=0
    )


@pytest.mark.parametrize(
    ("text", "seen"),
    [("x" * 120, "x" * 120), ("x" * 121, "x" * 119 + "…"), ("a\nb\x7fc", "a b c"), ("", "")],
)
def test_long_and_invisible_text(text: str, seen: str) -> None:
    """Text is shown up to 120 characters, each of which can be seen."""
    assert drawn(Variant("b", 0), name=text).experiment == seen


@pytest.mark.parametrize(
    ("format_", "quality", "seen"),
    [
        ("jpeg", 79.6, 80),
        ("webp", 0.2, 1),
        ("jpeg", -1, 1),
        ("jpeg", 100.4, 100),
        ("png", 80, None),
    ],
)
def test_quality_within_its_bounds(format_: str, quality: float, seen: int | None) -> None:
    """A quality is a whole number from 1 to 100, where the format has one."""
    assert drawn(Variant("b", 0), format_, output=OutputConfig(quality=quality)).quality == seen
