"""Rules and tests name each other."""

import ast
from pathlib import Path

from pictify_conformance import rules, spec

TESTS = Path(rules.__file__).parent


def rules_by_test() -> dict[str, list[str]]:
    """Return the rules that each test is marked with, read from the source."""
    found: dict[str, list[str]] = {}
    for path in TESTS.glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for decorator in node.decorator_list:
                    if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == (
                        "pytest.mark.rule"
                    ):
                        rule = ast.literal_eval(decorator.args[0])
                        found.setdefault(f"{path.name}::{node.name}", []).append(rule)
    return found


def test_every_rule_has_a_test_and_every_test_a_rule() -> None:
    """schemathesis judges the schema rows."""
    stated = {id_ for id_, rule in spec.rules().items() if rule.area != "schema"}
    assert {rule for marked in rules_by_test().values() for rule in marked} == stated


def test_test_of_one_rule_is_named_after_it() -> None:
    """Its name begins with the second part of the rule's id."""
    for test, marked in rules_by_test().items():
        expected = "test_" + marked[0].split(".")[1].replace("-", "_")
        if len(marked) == 1:
            assert test.partition("::")[2].startswith(expected), f"{test} judges {marked[0]}"
