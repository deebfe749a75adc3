"""The plugin: it turns tests and responses into findings."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests
from schemathesis.core.failures import Failure

from conformance.tests.helpers import QUIET_PYTEST
from pictify_conformance import spec
from pictify_conformance.judge import Judge
from pictify_conformance.results.findings import Detail, Finding, Outcome
from pictify_conformance.results.verdicts import judge as judge_rules
from pictify_conformance.target import Target
from pictify_conformance.testing import assertions
from pictify_conformance.testing.failures import Blocked, result_of

TARGET = Target("http://server.test", "secret-key", None, "write-secret-key", level="assumed")


def new_judge(target: Target = TARGET, tries: int = 1) -> Judge:
    return Judge(target, spec.rules().values(), lambda *_: None, tries=tries)


def excinfo_of(error: BaseException) -> pytest.ExceptionInfo[BaseException]:
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
        (ExceptionGroup("mixed", [AssertionError("one"), KeyError("ours")]), Outcome.error),
    ],
    ids=repr,
)
def test_error_of_a_test_decides_its_outcome(error: BaseException, outcome: Outcome) -> None:
    assert result_of(excinfo_of(error)).outcome is outcome


def test_failed_assertion_has_no_traceback() -> None:
    with pytest.raises(pytest.fail.Exception) as caught:
        assertions.assert_equal([1, 20], [1, 50], "page and limit")
    assert not caught.value.pytrace
    assert str(caught.value) == "page and limit: expected [1, 50], came [1, 20]"


def test_blocked_test_fails_and_names_the_other_rule() -> None:
    result = result_of(excinfo_of(Blocked("create.draft", Detail("a draft"))))
    assert (result.outcome, result.blocked_by) == (Outcome.fail, "create.draft")
    assert str(result.details[0]) == "needed first: a draft"


URL = "http://server.test/x"
LOST = [
    httpx.ReadTimeout("slow", request=httpx.Request("PUT", URL)),
    requests.ConnectionError("gone", request=requests.Request("PUT", URL).prepare()),
]


@pytest.mark.parametrize("error", LOST, ids=["httpx", "requests"])
def test_connection_error_is_an_error_that_names_the_request(error: Exception) -> None:
    result = result_of(excinfo_of(error))
    assert (result.outcome, f"PUT {URL}" in result.details[0].message) == (Outcome.error, True)


def test_failure_of_schemathesis_has_title_and_message() -> None:
    failure = Failure(operation="GET /x", title="Wrong body", message="no such field")
    assert result_of(excinfo_of(failure)).details == (Detail("Wrong body: no such field"),)


ASSUMED = {"schema.getExperimentQuota.assumed"}
BOTH = ASSUMED | {"schema.getExperimentQuota"}
USAGE = {"used": 0, "limit": None}
QUOTA = {
    "plan": "business",
    "quota": {"ab_test": USAGE, "smart_link": USAGE, "scheduled": USAGE},
    "maxVariants": 10,
    "analyticsRetentionDays": 365,
}
REQUEST_ID = {"X-Request-Id": "1"}


@pytest.mark.parametrize(
    ("status", "content", "expected"),
    [
        (200, {"json": QUOTA, "headers": REQUEST_ID}, set()),
        (200, {"json": QUOTA}, ASSUMED),
        (200, {"json": {}, "headers": REQUEST_ID}, ASSUMED),
        (200, {"json": {"maxVariants": "ten"}}, BOTH),
        (200, {"text": "ten"}, BOTH),
        (500, {"json": {}}, BOTH),
        (418, {"json": {}}, ASSUMED),
    ],
    ids=["good", "no-id", "members-missing", "wrong-type", "not-json", "500", "unknown-status"],
)
def test_response_breaks_the_schema_row_of_the_level_that_it_violates(
    status: int, content: dict[str, Any], expected: set[str]
) -> None:
    request = httpx.Request("GET", "http://server.test/experiments/api/quota")
    response = httpx.Response(status, request=request, **content)
    response.elapsed = dt.timedelta(0)
    judge = new_judge()
    judge.check_response("getExperimentQuota", response)
    assert {finding.rule for finding in judge.results.findings} == expected


def test_findings_are_redacted() -> None:
    judge = new_judge()
    text = "sent secret-key and write-secret-key \x1b[31m\x00\ud800 end"
    judge.add_finding("get.unknown", Outcome.fail, Detail(text))
    expected = "sent $PICTIFY_API_KEY and $PICTIFY_WRITE_KEY \\x1b[31m\\x00\\ud800 end"
    assert judge.results.findings[0].details[0].message == expected


def findings_of(judge: Judge, folder: Path, source: str) -> list[Finding]:
    """Return the findings of a test module, which gets a name that no other test uses."""
    path = folder / f"test_{folder.name}.py".replace("-", "_")
    path.write_text(source)
    pytest.main([*QUIET_PYTEST, "--rootdir", str(folder), str(path)], [judge])
    return judge.results.findings


FAILING = """
import httpx
import pytest
from pictify_conformance.http.transport import EXCHANGE
from pictify_conformance.results.exchange import Exchange
from pictify_conformance.testing import assertions, responses
from pictify_conformance.testing.collector import COLLECTOR

@pytest.mark.rule("get.unknown")
@pytest.mark.parametrize("shown", ["nothing", "a request"])
def test_failing(pytestconfig, shown):
    url = "http://server.test/experiments/api?page=1"
    exchange = Exchange("GET", url, (), "", 200, (), "{}", 0.0, 0.0)
    pytestconfig.stash[COLLECTOR].record_exchange(None, exchange)
    if shown == "nothing":
        assertions.assert_equal([1, 20], [1, 50], "page and limit")
    responses.fail("status 404", httpx.Response(200, extensions={EXCHANGE: exchange}))
"""


def test_failure_shows_its_request_or_the_last_one(tmp_path: Path) -> None:
    findings = findings_of(new_judge(), tmp_path, FAILING)
    rule = spec.rules()["get.unknown"]
    assert [judge_rules([rule], [each], {})[0].reason.splitlines() for each in findings] == [
        [
            "page and limit: expected [1, 50], came [1, 20]",
            "  last request: GET /experiments/api?page=1, answered 200",
        ],
        ["expected: status 404", "  sent: GET /experiments/api?page=1", "  came: 200 {}"],
    ]


FLAKY = """
import pytest
tries = []

@pytest.mark.rule("get.unknown")
def test_flaky():
    tries.append(1)
    assert len(tries) > {fails}
"""


@pytest.mark.parametrize(
    ("fails", "tries", "outcome", "is_flaky"),
    [
        (0, 2, Outcome.passed, False),
        (1, 2, Outcome.fail, True),
        (2, 2, Outcome.fail, False),
        (1, 1, Outcome.fail, False),
    ],
    ids=["passes", "flaky", "fails", "one-try"],
)
def test_test_that_fails_is_tried_again_and_fails_even_if_it_passes_then(
    tmp_path: Path, fails: int, tries: int, outcome: Outcome, is_flaky: bool
) -> None:
    [found] = findings_of(new_judge(tries=tries), tmp_path, FLAKY.format(fails=fails))
    assert (found.outcome, found.flaky) == (outcome, is_flaky)


LATE = """
import pytest
from pictify_conformance.results.findings import Detail, Outcome
from pictify_conformance.testing.collector import COLLECTOR

@pytest.fixture(scope="session")
def at_the_end(pytestconfig):
    yield
    detail = Detail("counted again")
    pytestconfig.stash[COLLECTOR].add_finding("click.counts", Outcome.fail, detail, test="another")

@pytest.mark.rule("get.unknown")
def test_last(at_the_end):
    pass
"""


def test_finding_at_the_end_of_the_run_does_not_repeat_the_last_test(tmp_path: Path) -> None:
    findings = findings_of(new_judge(tries=2), tmp_path, LATE)
    assert [finding.details for finding in findings] == [(), (Detail("counted again"),)]


MANY = """
import pytest

@pytest.mark.rule("get.unknown")
@pytest.mark.parametrize("number", range(15))
def test_many(number):
    pass

@pytest.mark.rule("get.reads-created")
def test_one():
    pass
"""


@pytest.mark.parametrize(("quick", "numbers"), [(False, range(15)), (True, range(0, 15, 2))])
def test_quick_run_tries_evenly_spread_cases(tmp_path: Path, quick: bool, numbers: range) -> None:
    findings = findings_of(new_judge(replace(TARGET, quick=quick)), tmp_path, MANY)
    tests = [finding.test.partition("::")[2] for finding in findings]
    first, *others = (f"test_many[{number}]" for number in numbers)
    assert tests == [first, "test_one", *others]  # the first case of each test runs first
