"""Rules and tests name each other."""

import importlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pictify_conformance import rules, spec
from pictify_conformance.judge import register_markers

TESTS = Path(rules.__file__).parent


def marks_of(test: Any) -> Iterator[pytest.Mark]:
    """Yield the marks of a test and of each of its parameter sets."""
    for mark in test.pytestmark:
        yield mark
        if mark.name == "parametrize":
            for case in mark.args[1]:
                yield from getattr(case, "marks", ())


@pytest.fixture(scope="module")
def marked(pytestconfig: pytest.Config) -> list[tuple[str, str]]:
    """Each test of the suite with each rule id that it is marked with."""
    register_markers(pytestconfig)
    found = set()
    for path in TESTS.glob("test_*.py"):
        module = importlib.import_module(f"pictify_conformance.rules.{path.stem}")
        for name, test in vars(module).items():
            if name.startswith("test_"):
                rules_of_test = (mark.args[0] for mark in marks_of(test) if mark.name == "rule")
                found |= {(f"{path.name}::{name}", rule) for rule in rules_of_test}
    return sorted(found)


def written() -> set[str]:
    """Return the rules that a person wrote; the others are made for each operation's schema."""
    return {identifier for identifier, rule in spec.rules().items() if rule.area != "schema"}


def test_every_rule_has_a_test(marked: list[tuple[str, str]]) -> None:
    assert written() - {rule for _, rule in marked} == set()


def test_every_test_has_a_rule_of_the_spec(marked: list[tuple[str, str]]) -> None:
    assert {rule for _, rule in marked} - spec.rules().keys() == set()


def test_tests_are_named_after_their_rule(marked: list[tuple[str, str]]) -> None:
    """A test of one rule has a name that begins with the second part of the rule's id."""
    judged = Counter(test for test, _ in marked)
    for test, rule in ((test, rule) for test, rule in marked if judged[test] == 1):
        expected = "test_" + rule.split(".")[1].replace("-", "_")
        assert test.partition("::")[2].startswith(expected), f"{test} judges {rule}"
