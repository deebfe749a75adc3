"""Creating experiments: the condition trees of smart links."""

import pytest

from pictify_conformance import spec
from pictify_conformance.rules.parameters import of_rule
from pictify_conformance.testing import ApiClient, Experiments
from pictify_conformance.testing.assertions import assert_equal, assert_includes, assert_problem
from pictify_conformance.testing.assigned_variant import group, rule
from pictify_conformance.testing.payloads import Json

OPERATORS = spec.document()["components"]["schemas"]["RuleOperator"]["enum"]
MOBILE = rule("device", "equals", "mobile")
IN_GERMANY, IN_AUSTRIA, IN_SWITZERLAND = (
    rule("country", "equals", country) for country in ("DE", "AT", "CH")
)


def nested_groups(levels: int) -> Json:
    """Return groups in groups, the innermost with one rule, each with a rule before it."""
    if levels == 0:
        return MOBILE
    return group("AND" if levels % 2 else "OR", MOBILE, nested_groups(levels - 1))


def body_with(experiments: Experiments, tree: Json) -> Json:
    """Return a create whose second variant has these conditions."""
    rows = [
        {"id": "default", "weight": 10_000, "isDefault": True},
        {"id": "other", "weight": 0, "conditions": tree},
    ]
    return experiments.body(type="smart_link", variants=rows)


def assert_kept(experiments: Experiments, experiment: Json, tree: Json) -> None:
    """Assert that the response to the create and a later read show the tree."""
    for shown in (experiment, experiments.read(experiment["uid"])):
        assert_includes(shown["variants"][-1].get("conditions"), tree, "the condition tree")


def assert_accepted(experiments: Experiments, tree: Json) -> None:
    assert_kept(experiments, experiments.assert_created(body_with(experiments, tree)), tree)


TREES: dict[str, Json] = {
    "a group of one": group("AND", MOBILE),
    "order": group("OR", IN_GERMANY, IN_AUSTRIA, IN_SWITZERLAND),
    "two levels": group("AND", MOBILE, group("OR", IN_GERMANY, IN_AUSTRIA)),
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


ACCEPTED = [of_rule("create.conditions-kept", tree, id=name) for name, tree in TREES.items()]
ACCEPTED += [
    of_rule("create.condition-depth.refused", nested_groups(levels), id=f"{levels} levels")
    for levels in (1, 2)
]
ACCEPTED += [
    of_rule("create.condition-operators", group("AND", rule("custom", operator, "7")), id=operator)
    for operator in OPERATORS
]
ACCEPTED += [
    of_rule("create.condition-nodes", tree, id=name)
    for name, tree in (("a rule as the root", MOBILE), ("an empty root", group("AND")))
]


@pytest.mark.parametrize("tree", ACCEPTED)
def test_accepted_tree(experiments: Experiments, tree: Json) -> None:
    assert_accepted(experiments, tree)


@pytest.mark.rule("create.conditions-kept")
def test_conditions_kept_by_variant(experiments: Experiments) -> None:
    rows = [
        {"id": f"v{index}", "weight": 5000, "conditions": group("AND", each)}
        for index, each in enumerate((IN_GERMANY, IN_AUSTRIA))
    ]
    experiment = experiments.assert_created(experiments.body(type="smart_link", variants=rows))
    shown = experiments.read(experiment["uid"])["variants"]
    assert_includes(shown, rows, "the variants in a later read")


@pytest.mark.rule("create.conditions-kept")
def test_conditions_kept_of_three_levels(experiments: Experiments) -> None:
    """A server may count the levels otherwise, and refuse the tree."""
    deep = group("OR", group("AND", MOBILE, IN_GERMANY), MOBILE)
    tree = group("AND", nested_groups(2), MOBILE, deep)
    if experiment := experiments.create_unless_refused(body_with(experiments, tree)):
        assert_kept(experiments, experiment, tree)


@pytest.mark.rule("create.condition-depth.refused")
def test_condition_depth_refused(experiments: Experiments) -> None:
    """The trees are far deeper than three levels, in one branch or the other."""
    trees = [
        nested_groups(10),
        nested_groups(30),
        group("OR", nested_groups(10), MOBILE),
        group("AND", MOBILE, MOBILE, nested_groups(8), MOBILE),
    ]
    experiments.assert_creates_refused(body_with(experiments, tree) for tree in trees)


@pytest.mark.rule("create.condition-depth.status")
def test_condition_depth_status(api: ApiClient, experiments: Experiments) -> None:
    three = nested_groups(3)
    assert_accepted(experiments, three)
    for tree in (nested_groups(4), group("OR", three, MOBILE), group("AND", MOBILE, three)):
        body = body_with(experiments, tree)
        assert_problem(api.create(body), 400, "validation-error")
        experiments.assert_not_created(body)


WRONG_NODES: dict[str, tuple[Json, str]] = {
    "no type": ({"operator": "AND", "children": [MOBILE]}, "/type"),
    "unknown type": ({**MOBILE, "type": "leaf"}, "/type"),
    "no type in a child": (group("AND", MOBILE, {"property": "device"}), "/children/1/type"),
    "a group without children": ({"type": "group", "operator": "AND"}, "/children"),
    "an empty group in a group": (group("AND", MOBILE, group("OR")), "/children/1/children"),
    "unknown group operator": (group("XOR", MOBILE), "/operator"),
    "lower-case group operator": (group("and", MOBILE), "/operator"),
    "unknown rule operator": (
        group("AND", rule("device", "like", "m")),
        "/children/0/ruleOperator",
    ),
    "group operator in a rule": (
        group("AND", rule("device", "AND", "m")),
        "/children/0/ruleOperator",
    ),
    "a query parameter without its name": (rule("url.param", "equals", "m"), "/paramName"),
}


@pytest.mark.rule("create.condition-nodes")
@pytest.mark.parametrize("name", WRONG_NODES)
def test_condition_nodes(api: ApiClient, experiments: Experiments, name: str) -> None:
    tree, field = WRONG_NODES[name]
    body = body_with(experiments, tree)
    response = api.create(body)
    assert_problem(response, 400, "validation-error", f"/variants/1/conditions{field}")
    experiments.assert_not_created(body)


@pytest.mark.rule("create.condition-alias")
@pytest.mark.parametrize("operator", OPERATORS)
def test_condition_alias(experiments: Experiments, operator: str) -> None:
    alias = {"type": "rule", "property": "custom", "operator": operator, "value": "7"}
    experiment = experiments.assert_created(body_with(experiments, group("AND", alias)))
    shown = experiments.read(experiment["uid"])["variants"][-1].get("conditions")
    assert_equal(shown, group("AND", rule("custom", operator, "7")), "the condition tree")
