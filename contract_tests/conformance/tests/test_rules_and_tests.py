"""Rules and tests name each other."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pictify_conformance import rules, spec

TESTS = Path(rules.__file__).parent


def marked() -> Iterator[tuple[str, str]]:
    """Each test of the suite with each rule id that it is marked with, read from the source."""
    for path in sorted(TESTS.glob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for decorator in node.decorator_list:
                    if ast.unparse(decorator).startswith("pytest.mark.rule("):
                        yield (
                            f"{path.name}::{node.name}",
                            ast.literal_eval(ast.unparse(decorator)[len("pytest.mark.rule(") : -1]),
                        )


def written() -> set[str]:
    """The rules that a person states; schemathesis judges the others."""
    return {identifier for identifier, rule in spec.rules().items() if rule.area != "schema"}


def test_every_rule_has_a_test() -> None:
    """No rule of the spec is without a test."""
    assert written() - {rule for _, rule in marked()} == set()


def test_every_test_has_a_rule_of_the_spec() -> None:
    """No test judges a rule that the spec does not state."""
    assert [(test, rule) for test, rule in marked() if rule not in written()] == []


def test_tests_are_named_after_their_rule() -> None:
    """A test of one rule has a name that begins with what the rule is about, the second part of its id."""
    judged = Counter(test for test, _ in marked())
    for test, rule in ((test, rule) for test, rule in marked() if judged[test] == 1):
        expected = "test_" + rule.split(".")[1].replace("-", "_")
        assert test.partition("::")[2].startswith(expected), f"{test} judges {rule}"
