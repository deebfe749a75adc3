"""How findings add up to verdicts and exit codes."""

from dataclasses import replace

import pytest

from pictify_conformance.results.verdicts import Finding, Outcome, Verdict, causes, exit_code, headline, judge, summary
from pictify_conformance.spec import Rule

RULE = Rule("create.draft", "documented", "A create is a draft.")
OTHER = Rule("update.kept", "documented", "An update is kept.")


def found(outcome: Outcome, blocked_by: str | None = None, test: str = "t", reason: str = "") -> Finding:
    """A finding about the rule."""
    return Finding(RULE.id, outcome, reason or str(outcome), blocked_by, test, 0.5)


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([Outcome.passed], Outcome.passed),
        ([Outcome.passed, Outcome.skip], Outcome.skip),
        ([Outcome.skip, Outcome.error, Outcome.passed], Outcome.error),
        ([Outcome.fail, Outcome.error, Outcome.skip, Outcome.passed], Outcome.fail),
    ],
)
def test_worst_finding_decides(outcomes: list[Outcome], expected: Outcome) -> None:
    """A rule comes out as its worst finding, whatever the order."""
    for order in (outcomes, outcomes[::-1]):
        assert judge([RULE], map(found, order), {})[0].outcome is expected


def test_what_passed_does_not_hide_what_could_not_be_tried() -> None:
    """A rule that was tried in part is a skip, and says that the part passed."""
    verdict = judge([RULE], [found(Outcome.passed), found(Outcome.skip, reason="needs a slot")], {})[0]
    assert (verdict.outcome, verdict.reason) == (
        Outcome.skip,
        "tested in part, and that part passed\nneeds a slot",
    )
    assert judge([RULE], [found(Outcome.skip, reason="needs a slot")], {})[0].reason == "needs a slot"


def test_rule_without_a_test_is_an_error() -> None:
    """A rule that no test judged is an error of ours, even if its answers looked right."""
    assert judge([RULE], [], {})[0].outcome is Outcome.error
    assert judge([RULE], [found(Outcome.passed, test="")], {})[0].outcome is Outcome.error


def test_disabled_has_its_reason() -> None:
    """A rule that was switched off says why."""
    verdict = judge([RULE], [], {RULE.id: "not asked for"})[0]
    assert (verdict.outcome, verdict.reason) == (Outcome.disabled, "not asked for")


def test_own_failure_outweighs_a_blocked_one() -> None:
    """A rule that one test found broken is not reported as blocked by another rule."""
    findings = [found(Outcome.fail, blocked_by="other"), found(Outcome.fail, reason="own")]
    assert judge([RULE], findings, {})[0].blocked_by is None
    assert judge([RULE], findings[:1], {})[0].blocked_by == "other"


@pytest.mark.parametrize(
    ("outcome", "blocked_by"),
    [(Outcome.fail, OTHER.id), (Outcome.passed, None), (Outcome.skip, None), (Outcome.disabled, None)],
    ids=str,
)
def test_only_a_rule_that_failed_is_a_cause(outcome: Outcome, blocked_by: str | None) -> None:
    """A rule that another one blocked is broken itself, unless the other failed in the tests of its own."""
    other = Finding(OTHER.id, outcome, test="t")
    disabled = {OTHER.id: "not asked for"} if outcome is Outcome.disabled else {}
    verdicts = judge([RULE, OTHER], [found(Outcome.fail, blocked_by=OTHER.id), other], disabled)
    assert verdicts[0].blocked_by == blocked_by
    assert list(causes(verdicts)) == [blocked_by or RULE.id]


def test_what_a_run_held_back_does_not_count() -> None:
    """A rule that one test may not try, and another found kept, passes, and says how far it was judged."""
    held_back = replace(found(Outcome.skip, reason="needs to write"), held_back=True)
    assert judge([RULE], [held_back, found(Outcome.passed)], {})[0].outcome is Outcome.passed
    assert judge([RULE], [held_back, found(Outcome.passed)], {})[0].reason == "by reading alone"
    assert judge([RULE], [held_back], {})[0].reason == "needs to write"


def test_tests_and_seconds_add_up() -> None:
    """A verdict names each of its tests once and adds their times."""
    verdict = judge([RULE], [found(Outcome.passed, test="a"), found(Outcome.passed, test="a")], {})[0]
    assert (verdict.tests, verdict.seconds) == (["a"], 1.0)


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ([Outcome.passed], 0),
        ([Outcome.passed, Outcome.skip, Outcome.disabled], 0),
        ([Outcome.passed, Outcome.fail], 1),
        ([Outcome.fail, Outcome.error], 1),
        ([Outcome.passed, Outcome.error], 3),
        ([Outcome.skip], 3),
        ([Outcome.disabled], 3),
        ([], 3),
    ],
)
def test_exit_code(outcomes: list[Outcome], code: int) -> None:
    """0 needs a pass and neither fail nor error; a fail is 1; everything else is 3."""
    assert exit_code(Verdict(RULE, outcome) for outcome in outcomes) == code


def test_headline_names_root_causes() -> None:
    """The verdict names the rules that are broken themselves and counts those that they blocked."""
    blocked = Verdict(OTHER, Outcome.fail, blocked_by=RULE.id)
    line = headline([Verdict(RULE, Outcome.fail), blocked])
    assert line.startswith(
        "NOT CONFORMING: create.draft broken; of 2 rules 1 failed, 1 could not be tried because of them"
    )


def test_headline_tells_what_was_not_tested() -> None:
    """A conforming verdict says how many rules were not judged."""
    verdicts = [Verdict(RULE, Outcome.passed), Verdict(OTHER, Outcome.skip)]
    assert headline(verdicts) == "CONFORMING: all 1 rules judged pass; 1 not testable here, 0 switched off"


def test_headline_tells_how_far_was_judged() -> None:
    """A conforming verdict of a run that only read says so."""
    line = headline([Verdict(RULE, Outcome.passed)], read_only=True)
    assert line.startswith("CONFORMING, by reading alone: all 1 rules judged pass")


def test_headline_without_a_judged_rule_is_no_verdict() -> None:
    """Where nothing was judged there is no verdict."""
    assert headline([Verdict(RULE, Outcome.skip)]).startswith("NO VERDICT")


def test_summary_counts_every_outcome() -> None:
    """The summary has all five outcomes, also those that did not occur."""
    assert summary([Verdict(RULE, Outcome.passed)]) == {"fail": 0, "error": 0, "skip": 0, "pass": 1, "disabled": 0}
