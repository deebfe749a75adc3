"""The verdict on a rule, from its findings."""

from dataclasses import replace

import pytest

from pictify_conformance.results.causes import causes
from pictify_conformance.results.exchange import Exchange
from pictify_conformance.results.findings import Detail, Finding, Outcome
from pictify_conformance.results.verdicts import Verdict, judge, summary
from pictify_conformance.spec import Rule

RULE = Rule("create.draft", "documented", "A create is a draft.")
OTHER = Rule("update.kept", "documented", "An update is kept.")


def finding(
    outcome: Outcome, blocked_by: str | None = None, test: str = "t", reason: str = ""
) -> Finding:
    return Finding(RULE.id, outcome, (Detail(reason or str(outcome)),), blocked_by, test, 0.5)


def verdict_on(*findings: Finding) -> Verdict:
    return judge([RULE], findings, {})[0]


PASSED = replace(finding(Outcome.passed), details=())
SKIPPED = finding(Outcome.skip, reason="needs a slot")


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
    for order in (outcomes, outcomes[::-1]):
        assert verdict_on(*map(finding, order)).outcome is expected


def test_rule_that_was_tested_in_part_is_skipped_and_says_so() -> None:
    verdict = verdict_on(PASSED, SKIPPED)
    assert (verdict.outcome, verdict.in_part) == (Outcome.skip, True)
    assert verdict.reason == "tested in part, and that part passed\nneeds a slot"
    assert verdict_on(SKIPPED).reason == "needs a slot"


@pytest.mark.parametrize("findings", [[], [finding(Outcome.passed, test="")]])
def test_rule_that_no_test_judged_is_an_error(findings: list[Finding]) -> None:
    """Even if all responses were right."""
    assert verdict_on(*findings).outcome is Outcome.error


def test_disabled_rule_says_why() -> None:
    verdict = judge([RULE], [], {RULE.id: "not asked for"})[0]
    assert (verdict.outcome, verdict.reason) == (Outcome.disabled, "not asked for")


def test_own_failure_outweighs_a_blocked_one() -> None:
    blocked = finding(Outcome.fail, blocked_by="other")
    assert verdict_on(blocked, finding(Outcome.fail, reason="own")).blocked_by is None
    assert verdict_on(blocked).blocked_by == "other"


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
def test_only_a_rule_that_failed_blocks_others(outcome: Outcome, blocked_by: str | None) -> None:
    other = Finding(OTHER.id, outcome, test="t")
    disabled = {OTHER.id: "not asked for"} if outcome is Outcome.disabled else {}
    verdicts = judge([RULE, OTHER], [finding(Outcome.fail, blocked_by=OTHER.id), other], disabled)
    assert verdicts[0].blocked_by == blocked_by
    assert [cause.lead.rule.id for cause in causes(verdicts)] == [blocked_by or RULE.id]


def test_rule_that_could_only_be_read_passes_and_says_so() -> None:
    skipped_read_only = replace(SKIPPED, skipped_read_only=True)
    verdict = verdict_on(skipped_read_only, PASSED)
    assert (verdict.outcome, verdict.by_reading) == (Outcome.passed, True)
    assert verdict.reason == "by reading alone"
    assert verdict_on(skipped_read_only).reason == "needs a slot"


def test_tests_are_named_once_and_their_seconds_added() -> None:
    verdict = verdict_on(PASSED, PASSED)
    assert (verdict.tests, verdict.seconds) == (["t"], 1.0)


FIRST, LAST = (
    Exchange("GET", f"http://server.test/{path}", (), "", 200, (), "{}", 0.0, 0.0)
    for path in ("a?b=1", "c")
)


@pytest.mark.parametrize(
    ("detail", "is_shown"),
    [
        (Detail("off"), True),
        (Detail("off", exchange=LAST), False),
        (Detail("off", steps=("curl",)), False),
    ],
    ids=["nothing", "exchange", "steps"],
)
def test_failure_shows_the_last_request_unless_it_shows_its_own(
    detail: Detail, is_shown: bool
) -> None:
    verdict = Verdict(RULE, Outcome.fail, (detail,), exchanges=(FIRST,))
    assert ("last request: GET /a?b=1, answered 200" in verdict.reason) == is_shown


DELETED = replace(LAST, method="DELETE")
PAUSED = replace(LAST, method="POST", started=9.0)
PROBE = replace(FIRST, request_headers=(), started=FIRST.started + 1)
OTHER_TEAM = replace(FIRST, request_headers=(("authorization", "Bearer $PICTIFY_SECOND_API_KEY"),))


@pytest.mark.parametrize(
    ("detail", "exchanges", "main", "shown"),
    [
        (Detail(expected="404", exchange=FIRST), (LAST,), FIRST, (FIRST,)),
        (Detail("accepted", exchange=FIRST), (FIRST, PROBE), PROBE, (FIRST, PROBE)),
        (Detail("off"), (FIRST, LAST), LAST, (FIRST, LAST)),
        (Detail("off"), (FIRST, LAST, DELETED), LAST, (FIRST, LAST)),
        (Detail("off", found=5.0), (FIRST, LAST, PAUSED), LAST, (FIRST, LAST)),
        (Detail("off"), (FIRST, LAST, LAST, LAST), LAST, (FIRST, LAST)),
        (Detail("off"), (FIRST,) * 3 + (LAST,) * 3, LAST, (FIRST,) * 3 + (LAST,)),
        (Detail("off"), (FIRST, OTHER_TEAM), OTHER_TEAM, (FIRST, OTHER_TEAM)),
    ],
    ids=["own", "probe", "last", "before-clean-up", "before-later", "first-poll", "polls", "team"],
)
def test_exchange_that_shows_the_failure_is_the_main_one(
    detail: Detail, exchanges: tuple[Exchange, ...], main: Exchange, shown: tuple[Exchange, ...]
) -> None:
    verdict = Verdict(RULE, Outcome.fail, (detail,), exchanges=exchanges)
    assert (verdict.main_exchange, verdict.shown_exchanges) == (main, shown)


def test_rules_that_fail_alike_are_one_cause_and_the_one_with_most_blocked_comes_first() -> None:
    listing = "listExperiments"
    hidden = [Rule(f"list.{name}", "documented", "Listed.", (listing,)) for name in "abc"]
    schema = Rule("schema.listExperiments", "documented", "Listed.", (listing,))
    start = Rule("lifecycle.start", "documented", "Starts.", ("startExperiment",))
    verdicts = [Verdict(rule, Outcome.fail, (Detail("off"),)) for rule in (schema, *hidden, start)]
    verdicts.append(Verdict(RULE, Outcome.fail, blocked_by=start.id))
    found = [(each.operation, each.rules, len(each.blocked)) for each in causes(verdicts)]
    assert found == [
        ("POST /experiments/api/{uid}/start", ["lifecycle.start"], 1),
        ("GET /experiments/api", ["list.a", "list.b", "list.c", "schema.listExperiments"], 0),
    ]


def test_rules_broken_by_one_wrong_status_are_one_cause() -> None:
    listing = Rule("list.rows", "documented", "Lists.", ("listExperiments",))
    schema = Rule("schema.listExperiments", "documented", "Lists.", ("listExperiments",))
    refused = replace(FIRST, url="http://server.test/experiments/api", status=500)
    found = (
        Detail("Server error", exchange=refused),
        Detail(expected="status 200", exchange=refused),
    )
    verdicts = [
        Verdict(r, Outcome.fail, (it,)) for r, it in zip((schema, listing), found, strict=True)
    ]
    assert [cause.rules for cause in causes(verdicts)] == [["list.rows", "schema.listExperiments"]]


def test_smallest_requests_show_a_broken_rule() -> None:
    generated = Finding(RULE.id, Outcome.fail, (Detail("odd"),), test="a", exchanges=(LAST,) * 3)
    own = replace(generated, details=(Detail("plain"),), test="b", exchanges=(LAST,))
    [verdict] = judge([RULE], [generated, own], {})
    assert verdict.details == own.details


def test_rules_that_block_each_other_have_a_cause() -> None:
    one = Verdict(RULE, Outcome.fail, blocked_by=OTHER.id)
    other = Verdict(OTHER, Outcome.fail, blocked_by=RULE.id)
    assert sum(len(cause.verdicts) for cause in causes([one, other])) >= 1


def test_summary_counts_every_outcome() -> None:
    counts = {"fail": 0, "error": 0, "skip": 0, "pass": 1, "disabled": 0}
    assert summary([Verdict(RULE, Outcome.passed)]) == counts
