"""What the plugin makes of tests and of answers."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import requests
from schemathesis.core.failures import Failure

from pictify_conformance import spec
from pictify_conformance.judge import Judge
from pictify_conformance.results.findings import Detail, Finding, Outcome
from pictify_conformance.results.verdicts import judge as verdicts_of
from pictify_conformance.target import Target
from pictify_conformance.testing import assertions
from pictify_conformance.testing.failures import Blocked, result_of

QUIET = [
    "-p",
    "no:terminal",
    "-p",
    "no:cacheprovider",
    "-o",
    "filterwarnings=ignore",
    "--import-mode=importlib",
]
TARGET = Target("http://server.test", "secret-key", None, "write-secret-key", level="assumed")


def test_short_key_is_no_part_of_a_word() -> None:
    """A key that is a single letter is taken out where it stands alone, and leaves words whole."""
    judge = Judge(Target("http://server.test", "w"), spec.rules().values(), lambda *_: None)
    judge.find("get.unknown", Outcome.fail, Detail('whose key "w" was'))
    assert judge.findings[0].details[0].said == 'whose key "$PICTIFY_API_KEY" was'


@pytest.fixture
def judge() -> Judge:
    """A judge of everything, at the strict level."""
    return Judge(TARGET, spec.rules().values(), lambda *_: None)


def raised(error: BaseException) -> pytest.ExceptionInfo[BaseException]:
    """The error as pytest sees it."""
    with pytest.raises(type(error)) as caught:
        raise error
    return caught


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (AssertionError("broken"), Outcome.fail),
        (pytest.fail.Exception("broken"), Outcome.fail),
        (ExceptionGroup("two", [AssertionError("one"), AssertionError("other")]), Outcome.fail),
        (pytest.skip.Exception("cannot"), Outcome.skip),
        (KeyError("ours"), Outcome.error),
        (
            httpx.ConnectError("gone", request=httpx.Request("GET", "http://server.test/x")),
            Outcome.error,
        ),
        (ExceptionGroup("mixed", [AssertionError("one"), KeyError("ours")]), Outcome.error),
    ],
    ids=lambda value: type(value).__name__,
)
def test_outcome_of_an_error(error: BaseException, outcome: Outcome) -> None:
    """What a test raised tells a broken rule, an inability and a fault of ours apart."""
    assert result_of(raised(error)).outcome is outcome


def test_failure_of_ours_is_one_of_pytest() -> None:
    """Plain pytest shows a failure of the assertions without a traceback, with what was expected and what came."""
    with pytest.raises(pytest.fail.Exception) as caught:
        assertions.assert_equal([1, 20], [1, 50], "page and limit")
    assert not caught.value.pytrace
    assert (
        str(caught.value)
        == "page and limit: other than expected\n  expected: [1, 50]\n  came: [1, 20]"
    )


def test_blocked_names_the_other_rule() -> None:
    """A test that could not begin fails and names the rule that stopped it."""
    said = result_of(raised(Blocked("create.draft", Detail("a draft"))))
    assert (said.outcome, said.blocked_by) == (Outcome.fail, "create.draft")
    assert str(said.details[0]) == "needed first: a draft"


@pytest.mark.parametrize(
    "error",
    [
        httpx.ReadTimeout("slow", request=httpx.Request("PUT", "http://server.test/x")),
        requests.ConnectionError(
            "gone", request=requests.Request("PUT", "http://server.test/x").prepare()
        ),
    ],
    ids=["httpx", "requests"],
)
def test_lost_connection_shows_the_request(error: Exception) -> None:
    """A connection error is no verdict, and tells which request got no answer."""
    said = result_of(raised(error))
    assert (said.outcome, "PUT http://server.test/x" in said.details[0].said) == (
        Outcome.error,
        True,
    )


def test_failure_of_schemathesis_tells_title_and_message() -> None:
    """A failure that schemathesis found reads like its own report."""
    failure = Failure(operation="GET /x", title="Wrong body", message="no such field")
    assert result_of(raised(failure)).details == (Detail("Wrong body: no such field"),)


@pytest.fixture
def answered(judge: Judge) -> Callable[..., set[str]]:
    """Shows the judge an answer to a quota request; the rows that it counts against."""

    def show(status: int, **content: object) -> set[str]:
        request = httpx.Request("GET", "http://server.test/experiments/api/quota")
        response = httpx.Response(status, request=request, **content)  # type: ignore[arg-type]
        response.elapsed = dt.timedelta(0)
        judge.witness("getExperimentQuota", response)
        return {finding.rule for finding in judge.findings}

    return show


BOTH = {"schema.getExperimentQuota", "schema.getExperimentQuota.assumed"}
USAGE = {"used": 0, "limit": None}
QUOTA = {
    "plan": "business",
    "quota": {"ab_test": USAGE, "smart_link": USAGE, "scheduled": USAGE},
    "maxVariants": 10,
    "analyticsRetentionDays": 365,
}


@pytest.mark.parametrize(
    ("status", "content", "expected"),
    [
        (200, {"json": QUOTA, "headers": {"X-Request-Id": "1"}}, set()),
        (200, {"json": QUOTA}, {"schema.getExperimentQuota.assumed"}),
        (
            200,
            {"json": {}, "headers": {"X-Request-Id": "1"}},
            {"schema.getExperimentQuota.assumed"},
        ),
        (200, {"json": {"maxVariants": "ten"}}, BOTH),
        (200, {"text": "ten"}, BOTH),
        (500, {"json": {}}, BOTH),
        (418, {"json": {}}, {"schema.getExperimentQuota.assumed"}),
    ],
    ids=[
        "good",
        "no-request-id",
        "members-missing",
        "wrong-type",
        "not-json",
        "server-error",
        "unnamed-status",
    ],
)
def test_every_answer_is_judged(
    answered: Callable[..., set[str]], status: int, content: dict[str, object], expected: set[str]
) -> None:
    """An answer that the spec does not allow counts against its operation, at the level that it breaks."""
    assert answered(status, **content) == expected


def test_findings_hold_no_key_and_no_control_character(judge: Judge) -> None:
    """Keys and characters that would drive a terminal never reach a report."""
    judge.find(
        "get.unknown",
        Outcome.fail,
        Detail("sent secret-key and write-secret-key \x1b[31m\x00\ud800 end"),
    )
    assert (
        judge.findings[0].details[0].said
        == "sent $PICTIFY_API_KEY and $PICTIFY_WRITE_KEY \\x1b[31m\\x00\\ud800 end"
    )


ASKING = """
import httpx
import pytest
from pictify_conformance.http.transport import EXCHANGE
from pictify_conformance.results.exchange import Exchange
from pictify_conformance.testing import assertions, responses
from pictify_conformance.testing.collector import COLLECTOR

@pytest.mark.rule("get.unknown")
@pytest.mark.parametrize("sent", ["nothing", "a request"])
def test_asking(pytestconfig, sent):
    url = "http://server.test/experiments/api?page=1"
    seen = Exchange("GET", url, (), "", 200, (), "{}", 0.0, 0.0)
    pytestconfig.stash[COLLECTOR].note(None, seen)
    if sent == "nothing":
        assertions.assert_equal([1, 20], [1, 50], "page and limit")
    responses.fail("status 404", httpx.Response(200, extensions={EXCHANGE: seen}))
"""


def reason(finding: Finding) -> str:
    """What the verdict on a finding alone says."""
    [verdict] = verdicts_of([spec.rules()[finding.rule]], [finding], {})
    return verdict.reason


def test_failure_names_a_request(tmp_path: Path) -> None:
    """A failure that does not tell what was sent tells the last request, and no other does."""
    (tmp_path / "test_asking.py").write_text(ASKING)
    judge = Judge(TARGET, spec.rules().values(), lambda *_: None)
    pytest.main([*QUIET, "--rootdir", str(tmp_path), str(tmp_path)], [judge])
    assert [reason(finding).splitlines() for finding in judge.findings] == [
        [
            "page and limit: other than expected",
            "  expected: [1, 50]",
            "  came: [1, 20]",
            "  last request: GET /experiments/api?page=1, answered 200",
        ],
        ["expected: status 404", "  sent: GET /experiments/api?page=1", "  came: 200 {}"],
    ]


FLAKY = """
import pytest
tries = []

@pytest.mark.rule("get.unknown")
def test_once():
    tries.append(1)
    assert len(tries) > {fails}
"""


@pytest.mark.parametrize(
    ("fails", "tries", "outcomes"),
    [(0, 2, ["pass"]), (1, 2, ["fail"]), (2, 2, ["fail"]), (1, 1, ["fail"])],
    ids=["passes", "flaky", "fails", "one-try"],
)
def test_second_try(tmp_path: Path, fails: int, tries: int, outcomes: list[str]) -> None:
    """A test that fails is run again; one that passes then is told as flaky, and counts as failed."""
    (tmp_path / f"test_flaky_{fails}_{tries}.py").write_text(FLAKY.format(fails=fails))
    judge = Judge(TARGET, spec.rules().values(), lambda *_: None, tries=tries)
    pytest.main([*QUIET, "--rootdir", str(tmp_path), str(tmp_path)], [judge])
    assert [str(finding.outcome) for finding in judge.findings] == outcomes
    assert any(finding.flaky for finding in judge.findings) == (fails < tries and fails > 0)


LATE = """
import pytest
from pictify_conformance.results.findings import Detail, Outcome
from pictify_conformance.testing.collector import COLLECTOR

@pytest.fixture(scope="session")
def at_the_end(pytestconfig):
    yield
    pytestconfig.stash[COLLECTOR].find("click.counts", Outcome.fail, Detail("counted again"), test="another")

@pytest.mark.rule("get.unknown")
def test_last(at_the_end):
    pass
"""


def test_what_comes_out_at_the_end_is_not_flaky(tmp_path: Path) -> None:
    """What the end of the run finds about another test does not have the last test run again."""
    (tmp_path / "test_late.py").write_text(LATE)
    judge = Judge(TARGET, spec.rules().values(), lambda *_: None, tries=2)
    pytest.main([*QUIET, "--rootdir", str(tmp_path), str(tmp_path)], [judge])
    assert [finding.details for finding in judge.findings] == [(), (Detail("counted again"),)]


MANY = """
import pytest

@pytest.mark.rule("get.unknown")
@pytest.mark.parametrize("number", range(9))
def test_many(number):
    pass

@pytest.mark.rule("get.reads-created")
def test_one():
    pass
"""


@pytest.mark.parametrize(("quick", "expected"), [(False, list(range(9))), (True, [0, 3, 5, 8])])
def test_quick_tries_a_few_of_many(tmp_path: Path, quick: bool, expected: list[int]) -> None:
    """A quick run tries few of the many cases of a test, from the first to the last, and every test."""
    (tmp_path / f"test_many_{quick}.py").write_text(MANY)
    judge = Judge(replace(TARGET, quick=quick), spec.rules().values(), lambda *_: None)
    pytest.main([*QUIET, "--rootdir", str(tmp_path), str(tmp_path)], [judge])
    tried = [finding.test.partition("::")[2] for finding in judge.findings]
    assert tried == [*(f"test_many[{number}]" for number in expected), "test_one"]
