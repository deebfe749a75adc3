"""Generated bodies are changed where a schema cannot say what is valid, and nowhere else."""

from typing import Any

import pytest

from pictify_conformance.schemathesis_adapter import constraints
from pictify_conformance.testing.payloads import DESTINATION


def changed(valid: bool = True, **body: Any) -> Any:
    """Return a body of a create or an update, with a slug of the run."""
    return constraints.experiment(body, lambda: "ct-new", valid=valid)


def variant(**fields: Any) -> dict[str, Any]:
    return {"id": "same", "weight": 3, **fields}


@pytest.mark.parametrize("valid", [True, False])
def test_valid_variants_get_different_ids_and_weights_that_add_up(valid: bool) -> None:
    """Also in a body that is invalid elsewhere."""
    variants = changed(valid=valid, name=5, variants=[variant(), variant()])["variants"]
    assert sum(one["weight"] for one in variants) == constraints.TOTAL
    assert len({one["id"] for one in variants}) == len(variants)


@pytest.mark.parametrize("weight", [-1, 10_001, 0.5, "5", True, None])
def test_invalid_weight_and_those_beside_it_stay(weight: Any) -> None:
    kept = changed(valid=False, variants=[variant(weight=weight), variant()])["variants"]
    assert [one["weight"] for one in kept] == [weight, 3]


@pytest.mark.parametrize("identifier", ["", "a b", 5, None])
def test_invalid_id_stays(identifier: Any) -> None:
    kept = changed(valid=False, variants=[variant(id=identifier), variant()])["variants"]
    assert kept[0]["id"] == identifier


@pytest.mark.parametrize(("valid", "count"), [(False, 3), (True, 2)])
def test_only_a_valid_body_is_cut_to_two_variants(valid: bool, count: int) -> None:
    """Every plan allows two."""
    assert len(changed(valid=valid, variants=[variant()] * 3)["variants"]) == count


def test_variant_that_occurs_twice_becomes_two() -> None:
    one = variant()
    assert [each["id"] for each in changed(variants=[one, one])["variants"]] == ["v0", "v1"]
    assert one == variant()


@pytest.mark.parametrize(
    ("slug", "expected"), [("good-slug", "ct-new"), ("No", "No"), ("events", "events"), (5, 5)]
)
def test_only_a_valid_slug_is_replaced(slug: Any, expected: Any) -> None:
    assert changed(valid=False, slug=slug)["slug"] == expected


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({"name": "Sale"}, "Sale ct-new"),
        ({"name": "Sale", "slug": "No"}, "Sale ct-new"),
        ({"name": "Sale", "slug": "ct-own"}, "Sale"),
        ({"name": 5}, 5),
        ({"name": ""}, ""),
        ({"name": "x" * 255}, "x" * 255),
    ],
)
def test_only_a_create_without_a_slug_of_the_run_gets_a_name_of_it(
    body: dict[str, Any], name: Any
) -> None:
    assert constraints.marked(body, lambda: "ct-new")["name"] == name


@pytest.mark.parametrize(
    ("valid", "goal", "destination"),
    [
        (True, {"destinationUrl": None}, DESTINATION),
        (True, {"type": "impressions_only", "destinationUrl": None}, None),
        (True, {"type": "click_through", "destinationUrl": "urn:x"}, DESTINATION),
        (False, {"type": "click_through", "destinationUrl": "urn:x"}, "urn:x"),
    ],
)
def test_valid_click_through_goal_gets_a_destination(
    valid: bool, goal: dict[str, Any], destination: str | None
) -> None:
    assert changed(valid=valid, goalConfig=goal)["goalConfig"]["destinationUrl"] == destination


@pytest.mark.parametrize(
    ("fields", "enabled"),
    [({}, False), ({"type": "ab_test"}, True), ({"type": "scheduled"}, False)],
)
def test_auto_optimisation_stays_on_only_for_an_ab_test(
    fields: dict[str, Any], enabled: bool
) -> None:
    """An update does not say which type it is for."""
    assert changed(banditConfig={"enabled": True}, **fields)["banditConfig"] == {"enabled": enabled}


def tree(levels: int) -> dict[str, Any]:
    if levels:
        return {"type": "group", "operator": "AND", "children": [tree(levels - 1)]}
    return {"type": "rule", "property": "device", "ruleOperator": "equals", "value": "mobile"}


@pytest.mark.parametrize(("levels", "kept"), [(5, 3), (2, 2)])
def test_tree_of_conditions_keeps_three_levels(levels: int, kept: int) -> None:
    [one] = changed(variants=[variant(conditions=tree(levels))])["variants"]
    assert one["conditions"] == tree(kept)


EARLY, LATE = "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"


@pytest.mark.parametrize(
    ("start", "end", "kept"), [(EARLY, LATE, LATE), (LATE, EARLY, None), (EARLY, EARLY, None)]
)
def test_end_of_a_schedule_goes_unless_it_is_after_the_start(
    start: str, end: str, kept: str | None
) -> None:
    [one] = changed(variants=[variant(schedule={"startAt": start, "endAt": end})])["variants"]
    assert one["schedule"]["endAt"] == kept


@pytest.mark.parametrize(
    ("value", "expected"),
    [(2**53 - 1, 2**53 - 1), (2**53, constraints.EXACT), (-(2**70), constraints.EXACT), (1.5, 1.5)],
)
def test_integers_beyond_53_bits_are_replaced(value: float, expected: float) -> None:
    assert changed(minimumRunDays=value)["minimumRunDays"] == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"experiment": "other"}, {"experiment": "own:other"}),
        ([{"experiment": "other"}, 5], [{"experiment": "own:other"}, 5]),
        ('{"experiment": "other"}', '{"experiment": "own:other"}'),
        ("no json", '{"event": "impression", "experiment": "own:"}'),
        ({"experiment": 5}, {"experiment": 5}),
        (None, None),
    ],
)
def test_every_slug_in_events_becomes_an_own_one(body: Any, expected: Any) -> None:
    assert constraints.events(body, lambda slug: f"own:{slug}") == expected
