"""How findings add up to verdicts."""

from dataclasses import replace

import pytest

from pictify_conformance.results.exchange import Exchange
from pictify_conformance.results.findings import Detail, Finding, Outcome
from pictify_conformance.results.verdicts import Verdict, causes, judge, summary
from pictify_conformance.spec import Rule

RULE = Rule("create.draft", "documented", "A create is a draft.")
OTHER = Rule("update.kept", "documented", "An update is kept.")


def found(
    outcome: Outcome, blocked_by: str | None = None, test: str = "t", reason: str = ""
) -> Finding:
    """A finding about the rule."""
    return Finding(RULE.id, outcome, (Detail(reason or str(outcome)),), blocked_by, test, 0.5)


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
    verdict = judge(
        [RULE], [found(Outcome.passed), found(Outcome.skip, reason="needs a slot")], {}
    )[0]
    assert (verdict.outcome, verdict.in_part) == (Outcome.skip, True)
    assert verdict.reason == "tested in part, and that part passed\nneeds a slot"
    assert (
        judge([RULE], [found(Outcome.skip, reason="needs a slot")], {})[0].reason == "needs a slot"
    )


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
    [
        (Outcome.fail, OTHER.id),
        (Outcome.passed, None),
        (Outcome.skip, None),
        (Outcome.disabled, None),
    ],
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
    passed = replace(found(Outcome.passed), details=())
    verdict = judge([RULE], [held_back, passed], {})[0]
    assert (verdict.outcome, verdict.by_reading, verdict.reason) == (
        Outcome.passed,
        True,
        "by reading alone",
    )
    assert judge([RULE], [held_back], {})[0].reason == "needs to write"


def test_tests_and_seconds_add_up() -> None:
    """A verdict names each of its tests once and adds their times."""
    verdict = judge([RULE], [found(Outcome.passed, test="a"), found(Outcome.passed, test="a")], {})[
        0
    ]
    assert (verdict.tests, verdict.seconds) == (["a"], 1.0)


def test_failure_tells_the_last_request_unless_it_shows_one() -> None:
    """A failure that shows no request of its own tells the last one, and no other failure does."""
    seen = Exchange("GET", "http://server.test/a?b=1", (), "", 200, (), "{}", 0.0, 0.0)
    for detail, told in (
        (Detail("off"), True),
        (Detail("off", exchange=seen), False),
        (Detail("off", steps=("curl",)), False),
    ):
        verdict = Verdict(RULE, Outcome.fail, (detail,), exchanges=(seen,))
        assert ("last request: GET /a?b=1, answered 200" in verdict.reason) == told


def test_telling_exchange_is_shown_though_others_followed() -> None:
    """The exchange that shows what is wrong is among those that are shown, though it is not one of the last."""
    one, last = (
        Exchange("GET", f"http://server.test/{path}", (), "", 200, (), "", 0.0, 0.0)
        for path in "ab"
    )
    verdict = Verdict(
        RULE, Outcome.fail, (Detail(expected="status 404", exchange=one),), exchanges=(last,)
    )
    assert (verdict.telling, verdict.shown) == (one, (one, last))
    assert Verdict(RULE, Outcome.fail, (Detail("off"),), exchanges=(one, last)).telling == last


def test_summary_counts_every_outcome() -> None:
    """The summary has all five outcomes, also those that did not occur."""
    assert summary([Verdict(RULE, Outcome.passed)]) == {
        "fail": 0,
        "error": 0,
        "skip": 0,
        "pass": 1,
        "disabled": 0,
    }
