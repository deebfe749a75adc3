"""Generated bodies are repaired for what a schema cannot say, and for nothing else."""

from typing import Any

import pytest

from pictify_conformance.schemathesis_adapter import constraints
from pictify_conformance.testing.payloads import DESTINATION


def repaired(valid: bool = True, **body: Any) -> Any:
    """A body after repair, with the slug that a run would give."""
    return constraints.experiment(body, lambda: "ct-new", valid=valid)


def variant(**fields: Any) -> dict[str, Any]:
    """A variant of a form that the schema accepts."""
    return {"id": "same", "weight": 3, **fields}


@pytest.mark.parametrize("valid", [True, False])
def test_weights_add_up_and_ids_differ(valid: bool) -> None:
    """The weights add up to 10,000 and the ids differ, also in bodies broken elsewhere."""
    variants = repaired(valid=valid, name=5, variants=[variant(), variant()])["variants"]
    assert sum(one["weight"] for one in variants) == constraints.TOTAL_WEIGHT
    assert len({one["id"] for one in variants}) == len(variants)


@pytest.mark.parametrize("weight", [-1, 10_001, 0.5, "5", True, None])
def test_broken_weights_stay(weight: Any) -> None:
    """A weight that was broken on purpose is left alone, and so are its neighbours."""
    variants = [variant(weight=weight), variant()]
    kept = repaired(valid=False, variants=variants)["variants"]
    assert [one["weight"] for one in kept] == [weight, 3]


@pytest.mark.parametrize("identifier", ["", "a b", 5, None])
def test_broken_ids_stay(identifier: Any) -> None:
    """An id that was broken on purpose is left alone."""
    kept = repaired(valid=False, variants=[variant(id=identifier), variant()])["variants"]
    assert kept[0]["id"] == identifier


def test_too_many_variants_stay_in_a_broken_body() -> None:
    """Only a valid body is cut to the two variants that every plan allows."""
    three = [variant(), variant(), variant()]
    assert len(repaired(valid=False, variants=three)["variants"]) == 3
    assert len(repaired(valid=True, variants=three)["variants"]) == 2


def test_one_object_in_two_places_is_taken_apart() -> None:
    """A variant that stands twice in a drawn body becomes two."""
    one = variant()
    assert [each["id"] for each in repaired(variants=[one, one])["variants"]] == ["v0", "v1"]
    assert one == variant()


@pytest.mark.parametrize(
    ("slug", "expected"), [("good-slug", "ct-new"), ("No", "No"), ("events", "events"), (5, 5)]
)
def test_only_a_usable_slug_is_replaced(slug: Any, expected: Any) -> None:
    """A slug that would be accepted becomes the run's; one that is broken on purpose stays."""
    assert repaired(valid=False, slug=slug)["slug"] == expected


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
def test_create_without_a_slug_of_the_run_gets_a_name_of_it(
    body: dict[str, Any], name: Any
) -> None:
    """A valid name gets the run's token; a name that is broken on purpose stays."""
    assert constraints.with_marked_name(body, lambda: "ct-new")["name"] == name


def test_goal_gets_a_destination() -> None:
    """A goal that may be click_through gets an http destination, unless the body is broken."""
    assert (
        repaired(goalConfig={"destinationUrl": None})["goalConfig"]["destinationUrl"] == DESTINATION
    )
    assert (
        repaired(goalConfig={"type": "impressions_only", "destinationUrl": None})["goalConfig"][
            "destinationUrl"
        ]
        is None
    )
    goal = {"type": "click_through", "destinationUrl": "urn:x"}
    assert repaired(goalConfig=goal)["goalConfig"]["destinationUrl"] == DESTINATION
    assert repaired(valid=False, goalConfig=goal)["goalConfig"] == goal


def test_bandit_is_switched_off_beside_an_ab_test() -> None:
    """Auto-optimisation stays on for A/B tests only; an update does not name the type."""
    assert repaired(banditConfig={"enabled": True})["banditConfig"] == {"enabled": False}
    on = {"enabled": True}
    assert repaired(type="ab_test", banditConfig=on)["banditConfig"] == {"enabled": True}
    assert repaired(type="scheduled", banditConfig=on)["banditConfig"] == {"enabled": False}


def test_tree_is_cut_to_three_levels() -> None:
    """A tree keeps three levels of groups and gets a rule where the fourth was."""

    def nested(levels: int) -> dict[str, Any]:
        rule = {"type": "rule", "property": "device", "ruleOperator": "equals", "value": "mobile"}
        return (
            {"type": "group", "operator": "AND", "children": [nested(levels - 1)]}
            if levels
            else rule
        )

    assert repaired(variants=[variant(conditions=nested(5))])["variants"][0][
        "conditions"
    ] == nested(3)
    assert repaired(variants=[variant(conditions=nested(2))])["variants"][0][
        "conditions"
    ] == nested(2)


@pytest.mark.parametrize(
    "node",
    [
        {"type": "group", "operator": "OR", "children": []},
        {"type": "rule", "property": "url.param", "ruleOperator": "equals", "value": "x"},
    ],
)
def test_node_that_says_nothing_becomes_a_rule(node: dict[str, Any]) -> None:
    tree = {"type": "group", "operator": "AND", "children": [node]}
    conditions = repaired(variants=[variant(conditions=tree)])["variants"][0]["conditions"]
    assert conditions == {**tree, "children": [constraints.RULE]}


def test_schedule_ends_after_it_starts() -> None:
    """A window that would end before it starts loses its end; one in order stays."""
    early, late = "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"
    for start, end, kept in ((early, late, late), (late, early, None), (early, early, None)):
        schedule = {"startAt": start, "endAt": end}
        assert (
            repaired(variants=[variant(schedule=schedule)])["variants"][0]["schedule"]["endAt"]
            == kept
        )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (2**53 - 1, 2**53 - 1),
        (2**53, constraints.MAX_SAFE_INTEGER),
        (-(2**70), -constraints.MAX_SAFE_INTEGER),
        (1.5, 1.5),
    ],
)
def test_integers_are_ones_that_all_readers_share(value: float, expected: float) -> None:
    """A negative page is invalid, and must stay so."""
    assert repaired(minimumRunDays=value)["minimumRunDays"] == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"experiment": "other"}, {"experiment": "own:other"}),
        ([{"experiment": "other"}, 5], [{"experiment": "own:other"}, 5]),
        ('{"experiment": "other"}', '{"experiment": "own:other"}'),
        ("no json", '{"event": "impression", "experiment": "own:"}'),
        ("", ""),
        ({"experiment": 5}, {"experiment": 5}),
        (None, None),
    ],
)
def test_events_are_about_own_experiments(body: Any, expected: Any) -> None:
    """Every slug in an event, a list or a text of them becomes an own one."""
    assert constraints.events(body, lambda slug: f"own:{slug}") == expected
