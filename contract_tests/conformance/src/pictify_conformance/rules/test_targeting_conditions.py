"""Smart links: which variant the condition trees choose."""

import contextlib
from typing import Any

import pytest

from pictify_conformance.testing import assertions
from pictify_conformance.testing.assigned_variant import (
    DEFAULT,
    DEFAULT_VARIANT,
    PHONE,
    group,
    rule,
    shown,
    shows,
    smart_link,
)
from pictify_conformance.testing.experiments import Lab
from pictify_conformance.testing.failures import Blocked
from pictify_conformance.testing.payloads import Json, variants, viewer

MOBILE = rule("device", "equals", "mobile")
ON_PHONE = {"User-Agent": PHONE}
ALWAYS = rule("custom.absent", "not_equals", "anything")
NEVER = rule("custom.absent", "equals", "anything")


def custom(operator: str, value: object) -> Json:
    """A rule about the query parameter x."""
    return rule("custom.x", operator, value)


def judged(lab: Lab, tree: Json, fits: tuple[Any, ...], misses: tuple[Any, ...]) -> None:
    """The tree holds for a visit with each of the first values as x, and for none with one of the others."""
    made = smart_link(lab, tree)
    for x in fits:
        shows(lab, made, "v0", x=x)
    for x in misses:
        shows(lab, made, DEFAULT, x=x)


HOLDS, FAILS = (rule("device", operator, "tablet") for operator in ("not_equals", "equals"))
OTHERS = rule("device", "not_equals", "mobile")


def first_of(lab: Lab, *trees: Json) -> str:
    """The variant that a visit is shown, where the comparison is spelt as `create` does, or else as `concept` does."""
    found = shown(lab, smart_link(lab, *trees))
    if found != DEFAULT:
        return found
    with contextlib.suppress(Blocked):
        return shown(lab, smart_link(lab, *map(respelt, trees)))
    return found


def respelt(tree: Json) -> Json:
    """The tree with the comparison of each rule in `operator`, too."""
    if "children" in tree:
        return {**tree, "children": [respelt(child) for child in tree["children"]]}
    return {**tree, "operator": tree["ruleOperator"]}


@pytest.mark.rule("targeting.first-match")
@pytest.mark.parametrize(
    "held", [(True, True), (True, False), (False, True), (False, True, True)], ids=str
)
def test_first_match(lab: Lab, held: tuple[bool, ...]) -> None:
    """The first variant whose conditions hold is shown, whatever stands before and after it."""
    trees = [HOLDS if each else FAILS for each in held]
    assertions.same(
        first_of(lab, *trees),
        f"v{held.index(True)}",
        f"the variant shown where conditions hold as {held}",
    )


@pytest.mark.rule("targeting.first-match")
@pytest.mark.parametrize(
    ("tree", "holds"),
    [(group("AND", HOLDS, FAILS), False), (group("OR", FAILS, HOLDS), True)],
    ids=["AND", "OR"],
)
def test_first_match_of_groups(lab: Lab, tree: Json, holds: bool) -> None:
    """Conditions that are joined by AND hold together, those joined by OR hold if one does."""
    assertions.same(first_of(lab, tree, HOLDS), "v0" if holds else "v1", "the variant shown")


@pytest.mark.rule("targeting.first-match")
@pytest.mark.parametrize("place", [0, 1])
def test_first_match_for_each_visit(lab: Lab, place: int) -> None:
    """A phone is shown the variant for phones and a computer the other, where the server calls a phone mobile."""
    trees = [OTHERS, OTHERS]
    trees.insert(place, group("AND", MOBILE))
    made = smart_link(lab, *trees)
    if shown(lab, made, ON_PHONE) == f"v{place}":
        shows(lab, made, f"v{0 if place else 1}")
        shows(lab, made, f"v{place}", ON_PHONE)


@pytest.mark.rule("targeting.fallback")
@pytest.mark.parametrize("place", [0, 1, 2])
def test_fallback_to_the_default(lab: Lab, place: int) -> None:
    """The default variant is shown where no conditions hold, wherever it stands and whatever it weighs."""
    rows = [{"id": f"v{index}", "weight": 5000, "conditions": NEVER} for index in range(2)]
    rows.insert(place, {**DEFAULT_VARIANT, "weight": 0})
    made = smart_link(lab, variants=rows)
    for number in range(3):
        shows(lab, made, DEFAULT, viewer(number))


@pytest.mark.rule("targeting.fallback")
def test_fallback_to_the_first(lab: Lab) -> None:
    """Without a default variant the first is shown, even one whose conditions do not hold."""
    rows = [{"id": "v0", "weight": 0, "conditions": NEVER}, {"id": "v1", "weight": 10_000}]
    made = smart_link(lab, variants=rows)
    for number in range(3):
        shows(lab, made, "v0", viewer(number))


@pytest.mark.rule("targeting.by-type")
@pytest.mark.parametrize("type_", ["ab_test", "scheduled"])
def test_by_type(lab: Lab, type_: str) -> None:
    """Conditions that hold decide nothing outside smart links."""
    rows = [{"id": "v0", "weight": 0, "conditions": ALWAYS}, DEFAULT_VARIANT]
    shows(lab, lab.experiment("running", type=type_, variants=rows), DEFAULT)


@pytest.mark.rule("targeting.by-type")
@pytest.mark.parametrize("type_", ["ab_test", "smart_link"])
def test_by_type_of_schedules(lab: Lab, type_: str) -> None:
    """An open schedule decides nothing outside scheduled experiments."""
    rows = [
        {"id": "v0", "weight": 0, "schedule": {"startAt": "2020-01-01T00:00:00Z"}},
        DEFAULT_VARIANT,
    ]
    shows(lab, lab.experiment("running", type=type_, variants=rows), DEFAULT)


GROUPS: dict[str, tuple[Json, bool]] = {
    "AND of all": (group("AND", ALWAYS, ALWAYS, ALWAYS), True),
    "AND but one": (group("AND", ALWAYS, ALWAYS, NEVER), False),
    "OR of one": (group("OR", NEVER, NEVER, ALWAYS), True),
    "OR of none": (group("OR", NEVER, NEVER, NEVER), False),
    "AND of ORs": (group("AND", group("OR", NEVER, ALWAYS), group("OR", ALWAYS, NEVER)), True),
    "OR of ANDs": (group("OR", group("AND", NEVER, ALWAYS), group("AND", ALWAYS, NEVER)), False),
    "three levels": (group("OR", NEVER, group("AND", ALWAYS, group("OR", NEVER, ALWAYS))), True),
    "the third decides": (
        group("OR", NEVER, group("AND", ALWAYS, group("OR", NEVER, NEVER))),
        False,
    ),
    "a rule as the root": (ALWAYS, True),
}


@pytest.mark.rule("targeting.groups")
@pytest.mark.parametrize("name", GROUPS)
def test_groups(lab: Lab, name: str) -> None:
    """A group joins what its children say."""
    tree, holds = GROUPS[name]
    shows(lab, smart_link(lab, tree), "v0" if holds else DEFAULT)


OPERATORS = [
    ("equals", "sun", ("sun",), ("sunny", "the sun", "moon", "")),
    ("not_equals", "sun", ("sunny", "moon", ""), ("sun",)),
    ("contains", "sun", ("sun", "sunny", "the sun"), ("su", "moon", "")),
    ("not_contains", "sun", ("su", "moon", ""), ("sun", "sunny", "the sun")),
    ("starts_with", "sun", ("sun", "sunny"), ("the sun", "su", "")),
    ("ends_with", "sun", ("sun", "the sun"), ("sunny", "un", "")),
    ("gt", 10, ("11", "10.5", "100"), ("10", "9", "-11", "eleven", "")),
    ("lt", 10, ("9", "9.5", "-100"), ("10", "11", "nine", "")),
    ("gte", 10, ("10", "10.0", "11"), ("9", "9.99", "ten")),
    ("lte", 10, ("10", "9", "-10"), ("11", "10.01", "ten")),
]


@pytest.mark.rule("targeting.operators")
@pytest.mark.parametrize(
    ("operator", "value", "fits", "misses"), OPERATORS, ids=[case[0] for case in OPERATORS]
)
def test_operators(
    lab: Lab, operator: str, value: object, fits: tuple[str, ...], misses: tuple[str, ...]
) -> None:
    """A comparison holds for what it says."""
    judged(lab, custom(operator, value), fits, misses)


VALUES = [
    ("equals", "SuN", ("sUn", "SUN"), ("moon",)),
    ("not_equals", "SuN", ("moon",), ("sUn",)),
    ("contains", "UN", ("sunny",), ("moon",)),
    ("starts_with", "SU", ("sunny",), ("moon",)),
    ("ends_with", "NY", ("sunny",), ("moon",)),
    ("equals", 7, ("7", "7.0"), ("70", "seven")),
    ("gt", "9", ("10",), ("8", "9")),
    ("lte", "not a number", (), ("1", "a")),
    ("equals", ["sun", "Moon", 7], ("SUN", "moon", "7"), ("mars", "8")),
    ("not_equals", ["sun", "moon"], ("mars",), ("sun", "MOON")),
]


@pytest.mark.rule("targeting.values")
@pytest.mark.parametrize(
    ("operator", "value", "fits", "misses"), VALUES, ids=[f"{case[0]}-{case[1]}" for case in VALUES]
)
def test_values(
    lab: Lab, operator: str, value: object, fits: tuple[str, ...], misses: tuple[str, ...]
) -> None:
    """Case does not matter, numbers are compared as numbers, and an array is any of it."""
    judged(lab, custom(operator, value), fits, misses)


@pytest.mark.rule("targeting.missing")
@pytest.mark.parametrize(
    "operator",
    [
        "equals",
        "contains",
        "starts_with",
        "ends_with",
        "gt",
        "lt",
        "gte",
        "lte",
        "not_equals",
        "not_contains",
    ],
)
@pytest.mark.parametrize("name", ["custom.absent", "geo.country", "weather"])
def test_missing(lab: Lab, name: str, operator: str) -> None:
    """For what a visit lacks the negations hold and nothing else does."""
    value = 0 if operator in {"gt", "lt", "gte", "lte"} else ""
    shows(
        lab,
        smart_link(lab, rule(name, operator, value)),
        "v0" if operator.startswith("not_") else DEFAULT,
    )


@pytest.mark.rule("targeting.sticky")
def test_sticky_events(lab: Lab) -> None:
    """An event without a variant counts for the one that its sender would be shown."""
    made = smart_link(lab, MOBILE)
    for headers, expected in ((ON_PHONE, "v0"), ({}, DEFAULT)):
        before = lab.counters(made["uid"])
        sent = lab.events({"event": "click", "experiment": made["slug"]}, **headers)
        assertions.taken(sent, 1)
        impressions, clicks = before[expected]
        lab.counted(made["uid"], {**before, expected: (impressions, clicks + 1)})


@pytest.mark.rule("targeting.zero-weight")
def test_zero_weight_of_an_ab_test(lab: Lab) -> None:
    """A default variant of weight 0 is given to nobody in an A/B test."""
    rows = variants(0, 10_000)
    rows[0]["isDefault"] = True
    shows(lab, lab.experiment("running", variants=rows), "v1")
