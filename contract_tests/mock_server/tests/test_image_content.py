"""The content of a variant's image, before anything is drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pictify_mock.domain import image_content
from pictify_mock.domain.enums import ExperimentType
from pictify_mock.domain.experiment import OutputConfig, Variant
from pictify_mock.domain.image_content import Picture

from .factories import make_experiment


def second_picture(variant: Variant, format_: str = "png", **changes: Any) -> Picture:
    """Return the picture of the second variant of a smart link."""
    experiment = make_experiment(
        Variant("control", 5000), variant, type=ExperimentType.SMART_LINK, **changes
    )
    return image_content.of(experiment, variant, format_)


def test_every_variant_has_a_picture_of_its_own() -> None:
    pictures = list(image_content.all_of(make_experiment(), "webp"))
    assert [(each.variant_id, each.place, each.format) for each in pictures] == [
        ("a", 0, "webp"),
        ("b", 1, "webp"),
    ]
    assert len({each.digest for each in pictures}) == 2


def test_a_picture_names_its_variant_and_the_first_four_variables() -> None:
    variables = {
        "text": "a",
        "number": 1.5,
        "list": [None, True],
        "object": {"a": "b"},
        "fifth": 5,
        "sixth": 6,
    }
    shown = (("text", "a"), ("number", "1.5"), ("list", "[null,true]"), ("object", '{"a":"b"}'))
    expected = Picture(
        format="png",
        quality=None,
        kind="Smart link",
        slug="hero-test",
        experiment="Hero",
        variant="b",
        variant_id="b",
        place=1,
        weight=2500,
        variables=shown,
        hidden=2,
    )
    assert second_picture(Variant("b", 2500, variables=variables)) == expected
    named = second_picture(Variant("b", 2500, name="Blue"))
    assert named == replace(expected, variant="Blue", variables=(), hidden=0)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("x" * 120, "x" * 120), ("x" * 121, "x" * 119 + "…"), ("a\nb\x7fc", "a b c"), ("", "")],
)
def test_text_is_cut_at_120_printable_characters(text: str, shown: str) -> None:
    assert second_picture(Variant("b", 0), name=text).experiment == shown


@pytest.mark.parametrize(
    ("format_", "quality", "used"),
    [
        ("jpeg", 79.6, 80),
        ("webp", 0.2, 1),
        ("jpeg", -1, 1),
        ("jpeg", 100.4, 100),
        ("png", 80, None),
    ],
)
def test_a_lossy_format_has_a_quality_from_1_to_100(
    format_: str, quality: float, used: int | None
) -> None:
    output = OutputConfig(quality=quality)
    assert second_picture(Variant("b", 0), format_, output=output).quality == used
