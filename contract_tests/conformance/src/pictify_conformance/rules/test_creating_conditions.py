"""Creating experiments: the condition trees of smart links."""

import pytest

from pictify_conformance.testing import assertions
from pictify_conformance.testing.assigned_variant import group, rule
from pictify_conformance.testing.experiments import Lab
from pictify_conformance.testing.payloads import Json

OPERATORS = (
    "equals",
    "not_equals",
    "contains",
    "not_contains",
    "starts_with",
    "ends_with",
    "gt",
    "lt",
    "gte",
    "lte",
)
MOBILE: Json = {"type": "rule", "property": "device", "ruleOperator": "equals", "value": "mobile"}


def groups(levels: int) -> Json:
    """Groups in groups, the innermost with one rule; each with a rule before it."""
    return (
        MOBILE if levels == 0 else group("AND" if levels % 2 else "OR", MOBILE, groups(levels - 1))
    )


def smart_link(lab: Lab, tree: Json) -> Json:
    """A create whose second variant has these conditions."""
    rows = [
        {"id": "default", "weight": 10_000, "isDefault": True},
        {"id": "other", "weight": 0, "conditions": tree},
    ]
    return lab.body(type="smart_link", variants=rows)


def kept(lab: Lab, tree: Json, shown: Json) -> None:
    """The tree is accepted, and the answer and a later read show it so."""
    made = lab.accepted(smart_link(lab, tree))
    assertions.shows(
        made["variants"][-1].get("conditions"), shown, "the condition tree in the answer"
    )
    assertions.shows(
        lab.read(made["uid"])["variants"][-1].get("conditions"),
        shown,
        "the condition tree in a later read",
    )


TREES: dict[str, Json] = {
    "a group of one": group("AND", MOBILE),
    "order": group(
        "OR",
        rule("country", "equals", "DE"),
        rule("country", "equals", "AT"),
        rule("country", "equals", "CH"),
    ),
    "two levels": group(
        "AND", MOBILE, group("OR", rule("country", "equals", "DE"), rule("country", "equals", "AT"))
    ),
    "group first": group(
        "OR",
        group("AND", MOBILE, rule("country", "not_equals", "DE")),
        rule("device", "equals", "desktop"),
    ),
    "every operator": group("OR", *(rule("custom", operator, "7") for operator in OPERATORS)),
    "values of every type": group(
        "AND",
        *(
            rule("custom", "equals", value)
            for value in ("ä", 7, 1.5, True, False, ["b", "a"], ["a", 1])
        ),
    ),
}


@pytest.mark.rule("create.conditions-kept")
@pytest.mark.parametrize("name", TREES)
def test_conditions_kept(lab: Lab, name: str) -> None:
    """A condition tree comes back as it was sent, children in their order."""
    kept(lab, TREES[name], TREES[name])


@pytest.mark.rule("create.conditions-kept")
def test_conditions_kept_by_variant(lab: Lab) -> None:
    """Each variant keeps its own conditions."""
    trees = [group("AND", rule("country", "equals", country)) for country in ("DE", "AT")]
    rows = [
        {"id": f"v{index}", "weight": 5000, "conditions": tree} for index, tree in enumerate(trees)
    ]
    made = lab.accepted(lab.body(type="smart_link", variants=rows))
    assertions.shows(lab.read(made["uid"])["variants"], rows, "the variants in a later read")


@pytest.mark.rule("create.condition-depth.refused")
@pytest.mark.parametrize("levels", [1, 2])
def test_condition_depth_accepted(lab: Lab, levels: int) -> None:
    """A tree of one or two levels of groups is accepted and kept."""
    kept(lab, groups(levels), groups(levels))


@pytest.mark.rule("create.conditions-kept")
def test_conditions_kept_of_three_levels(lab: Lab) -> None:
    """A tree of three levels is kept whole, unless this server counts it as four."""
    tree = group(
        "AND",
        groups(2),
        MOBILE,
        group("OR", group("AND", MOBILE, rule("country", "equals", "DE")), MOBILE),
    )
    if made := lab.unless_refused(smart_link(lab, tree)):
        for shown in (made, lab.read(made["uid"])):
            assertions.shows(shown["variants"][-1].get("conditions"), tree, "the condition tree")


@pytest.mark.rule("create.condition-depth.refused")
def test_condition_depth_refused(lab: Lab) -> None:
    """A tree far deeper than three levels is refused, in whichever branch, and leaves nothing behind."""
    deep = [
        groups(10),
        groups(30),
        group("OR", groups(10), MOBILE),
        group("AND", MOBILE, MOBILE, groups(8), MOBILE),
    ]
    lab.all_refused(smart_link(lab, tree) for tree in deep)


@pytest.mark.rule("create.condition-depth.status")
def test_condition_depth_status(lab: Lab) -> None:
    """Three levels of groups are accepted; four are 400, in whichever branch."""
    kept(lab, groups(3), groups(3))
    for tree in (groups(4), group("OR", groups(3), MOBILE), group("AND", MOBILE, groups(3))):
        body = smart_link(lab, tree)
        assertions.problem(lab.create(body), 400, "validation-error")
        lab.nothing_left(body)


@pytest.mark.rule("create.condition-operators")
@pytest.mark.parametrize("operator", OPERATORS)
def test_condition_operators(lab: Lab, operator: str) -> None:
    """Each comparison word is accepted in ruleOperator and kept."""
    tree = group("AND", rule("custom", operator, "7"))
    kept(lab, tree, tree)


CONDITIONS = "/variants/1/conditions"
BAD_NODES: dict[str, tuple[Json, str]] = {
    "no type": ({"operator": "AND", "children": [MOBILE]}, f"{CONDITIONS}/type"),
    "unknown type": ({**MOBILE, "type": "leaf"}, f"{CONDITIONS}/type"),
    "no type in a child": (
        group("AND", MOBILE, {"property": "device"}),
        f"{CONDITIONS}/children/1/type",
    ),
    "an empty group": (group("AND"), f"{CONDITIONS}/children"),
    "a group without children": ({"type": "group", "operator": "AND"}, f"{CONDITIONS}/children"),
    "an empty group in a group": (
        group("AND", MOBILE, group("OR")),
        f"{CONDITIONS}/children/1/children",
    ),
    "unknown group operator": (group("XOR", MOBILE), f"{CONDITIONS}/operator"),
    "lower-case group operator": (group("and", MOBILE), f"{CONDITIONS}/operator"),
    "unknown rule operator": (
        group("AND", rule("device", "like", "m")),
        f"{CONDITIONS}/children/0/ruleOperator",
    ),
    "group operator in a rule": (
        group("AND", rule("device", "AND", "m")),
        f"{CONDITIONS}/children/0/ruleOperator",
    ),
}


@pytest.mark.rule("create.condition-nodes")
@pytest.mark.parametrize("name", BAD_NODES)
def test_condition_nodes(lab: Lab, name: str) -> None:
    """A node without a known type, a group without a child and an unknown operator are 400 and named."""
    tree, field = BAD_NODES[name]
    body = smart_link(lab, tree)
    assertions.problem(lab.create(body), 400, "validation-error", field)
    lab.nothing_left(body)


@pytest.mark.rule("create.condition-nodes")
def test_condition_nodes_rule_as_root(lab: Lab) -> None:
    """A rule may be the whole tree."""
    kept(lab, MOBILE, MOBILE)


@pytest.mark.rule("create.condition-alias")
@pytest.mark.parametrize("operator", OPERATORS)
def test_condition_alias(lab: Lab, operator: str) -> None:
    """A comparison word in a rule's operator comes back as ruleOperator."""
    alias = {"type": "rule", "property": "custom", "operator": operator, "value": "7"}
    made = lab.accepted(smart_link(lab, group("AND", alias)))
    tree = group("AND", rule("custom", operator, "7"))
    assertions.same(
        lab.read(made["uid"])["variants"][-1].get("conditions"), tree, "the condition tree"
    )
