"""Recorded traffic: every difference from the spec is reported, once and without a key."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from pictify_conformance import cli

Recorded: TypeAlias = dict[str, Any]
Check: TypeAlias = Callable[..., tuple[int, str, str]]

HOST = "https://experiments.example.com"
API_KEY, WRITE_KEY = "Zx81-very-secret-indeed", "Qx77-not-for-reports"
KEY, WRITE = {"Authorization": f"Bearer {API_KEY}"}, {"X-Write-Key": WRITE_KEY}
LIST = {"experiments": [], "total": 0, "page": 1, "limit": 20}
TAKEN = {"ok": True, "processed": 1, "errors": []}
EVENT = {"event": "view", "experiment": "homepage-hero-test"}
USED = {"used": 0, "limit": None}
QUOTA = {
    "plan": "standard",
    "quota": {"ab_test": USED, "smart_link": USED, "scheduled": USED},
    "maxVariants": 5,
    "analyticsRetentionDays": 90,
}
PROBLEM = {"type": "https://docs.pictify.io/errors/x", "title": "X", "status": 400}
PROBLEM |= {"detail": "X.", "instance": "/x"}


def call(
    method: str = "GET",
    path: str = "/experiments/api",
    status: int = 200,
    *,
    sent: object = None,
    sent_as: str = "application/json",
    returned: object = LIST,
    returned_as: str = "application/json",
    headers: dict[str, str] = KEY,
    answered: dict[str, str] | None = None,
    host: str = HOST,
) -> Recorded:
    """Return an entry of a HAR, by default a list without a difference."""
    request: Recorded = {"method": method, "url": f"{host}{path}", "headers": pairs(headers)}
    if sent is not None:
        request["postData"] = {"mimeType": sent_as, "text": text(sent)}
    headers = {"X-Request-Id": "r", **(answered or {})}
    content = {"mimeType": returned_as, "text": text(returned)}
    response = {"status": status, "headers": pairs(headers), "content": content}
    return {"request": request, "response": response}


def text(body: object) -> str:
    return body if isinstance(body, str) else json.dumps(body)


def pairs(headers: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.items()]


@pytest.fixture
def check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Check:
    """Run the command on a HAR with these entries; return exit code, stdout and stderr."""
    monkeypatch.setenv("COLUMNS", "240")

    def command(*entries: Recorded, options: tuple[str, ...] = ()) -> tuple[int, str, str]:
        file = tmp_path / "calls.har"
        file.write_text(json.dumps({"log": {"entries": entries}}), encoding="utf-8")
        code = cli.main(["traffic", f"--report-dir={tmp_path}", *options, str(file)])
        return (code, *capsys.readouterr())

    return command


COMPLETE = "/experiments/api/exp_1/complete"
CLICK = "/s/homepage-hero-test/click"
WRONG = [
    ("the path is not in the spec", call(path="/experiments/ap")),
    ("the method is not in the spec", call("PATCH", "/experiments/api/exp_1", sent={})),
    ("answer: status 206 is not in the spec", call(status=206)),
    ('answer: total: it is not of type "integer"', call(returned={**LIST, "total": "0"})),
    (
        'answer: the body: "limit" is a required property',
        call(returned={"experiments": [], "total": 0, "page": 1}),
    ),
    ("answer: the body is not JSON", call(returned="{oops")),
    (
        "answer: media type text/html is not in the spec",
        call(returned="<p>", returned_as="text/html"),
    ),
    (
        "answer: header Location is missing",
        call(path=CLICK, status=302, answered={"Cache-Control": "no-store"}),
    ),
    ("request: it was answered without its key (bearerAuth)", call(headers={})),
    (
        "request: it was answered without its key (bearerAuth)",
        call(headers={"Authorization": "Basic abcdef"}),
    ),
    ("request: query parameter color is not in the spec", call(path="/experiments/api?color=red")),
    (
        "request: query parameter limit: it is greater than the maximum of 100",
        call(path="/experiments/api?limit=500"),
    ),
    (
        'request: query parameter limit: it is not of type "integer"',
        call(path="/experiments/api?limit=many"),
    ),
    ("request: the body is missing", call("POST", COMPLETE)),
    ("request: the body is not JSON", call("POST", COMPLETE, sent="{oops")),
    (
        'request: winnerVariantId: it is not of type "string"',
        call("POST", COMPLETE, sent={"winnerVariantId": 7}),
    ),
    (
        "request: event: it is not one of",
        call("POST", "/s/events", sent={**EVENT, "event": "look"}, returned=TAKEN),
    ),
]


@pytest.mark.parametrize(("message", "entry"), WRONG, ids=[message for message, _ in WRONG])
def test_difference_is_reported_with_its_place_in_the_file(
    check: Check, message: str, entry: Recorded
) -> None:
    code, output, _ = check(call(), entry)
    row = next((line for line in output.splitlines() if message in line), output)
    assert (code, message in row, "calls.har entry 2" in row) == (1, True, True)


CLEAN = {
    "list": call(),
    "query": call(path="/experiments/api?limit=100&type=ab_test"),
    "quota": call(path="/experiments/api/quota", returned=QUOTA),
    "no key": call(status=401, returned={**PROBLEM, "status": 401}, headers={}),
    "event": call("POST", "/s/events", sent=EVENT, returned=TAKEN, headers={}),
    "events": call("POST", "/s/events", sent=[EVENT, EVENT], returned=TAKEN, headers=WRITE),
    "beacon": call(
        "POST", "/s/events", sent=EVENT, sent_as="text/plain;charset=UTF-8", returned=TAKEN
    ),
    "head": call("HEAD", returned=""),
    "unknown member": call(returned={**LIST, "pages": 0}),
    "unknown path": call(path="/experiments/ap", status=404, returned=PROBLEM),
    "unknown method": call("PATCH", "/experiments/api", status=405, returned=PROBLEM),
    "base64": call(returned=base64.b64encode(json.dumps(LIST).encode()).decode()),
    "cut": call(returned='{"experiments": [{"ui', answered={"Content-Length": "90210"}),
    "not recorded": call(),
}
CLEAN["base64"]["response"]["content"]["encoding"] = "base64"
CLEAN["not recorded"]["response"]["content"] = {"mimeType": "application/json", "size": 90210}


@pytest.mark.parametrize("entry", CLEAN.values(), ids=CLEAN)
def test_call_that_agrees_with_the_spec_is_no_difference(check: Check, entry: Recorded) -> None:
    code, output, _ = check(entry)
    assert (code, output.startswith("no difference from the spec in 1 call")) == (0, True)


def smart_link(tree: object) -> dict[str, object]:
    """Return a draft as responses have it, whose first variant has these conditions."""
    counters = {"impressions": 0, "clicks": 0}
    first = {"id": "a", "weight": 10000, "conditions": tree, **counters}
    variants = [first, {"id": "b", "weight": 0, **counters}]
    times = {"createdAt": "2026-03-02T09:00:00Z", "updatedAt": "2026-03-02T09:00:00Z"}
    names = {"uid": "u", "slug": "s-1", "type": "smart_link", "name": "n", "status": "draft"}
    return {**names, "variants": variants, **times}


def test_what_the_dashboard_sends_is_no_difference(check: Check) -> None:
    """An empty destination, an empty group, `operator` in a rule, and an object to start."""
    rule = {"type": "rule", "property": "country", "operator": "equals", "value": "DE"}
    goal = {"type": "impressions_only", "destinationUrl": ""}
    for children in ([], [rule]):
        draft = smart_link({"type": "group", "operator": "AND", "children": children})
        body, returned = {**draft, "goalConfig": goal}, {"experiment": draft}
        created = call("POST", "/experiments/api", 201, sent=body, returned=returned)
        started = call("POST", "/experiments/api/u/start", sent={}, returned=returned)
        assert check(created, started)[0] == 0


def test_tree_of_conditions_is_judged_to_its_last_leaf(check: Check) -> None:
    leaf: object = {"type": "rule", "property": "country", "ruleOperator": "equals", "value": "DE"}
    tree = {
        "type": "group",
        "operator": "AND",
        "children": [{"type": "group", "operator": "OR", "children": [leaf]}],
    }
    experiment = smart_link(tree)
    assert check(call(path="/experiments/api/u", returned={"experiment": experiment}))[0] == 0
    tree["children"] = [{"type": "rule", "property": "country", "ruleOperator": "equals"}]
    output = check(call(path="/experiments/api/u", returned={"experiment": experiment}))[1]
    place = "experiment.variants[0].conditions.children[0]"
    assert f'answer: {place}: "value" is a required property' in output


def test_of_a_refused_request_only_the_response_is_judged(check: Check) -> None:
    refused = call(path="/experiments/api?limit=500", status=400, returned=PROBLEM)
    code, output, _ = check(refused, call())
    assert (code, "1 of them refused, whose requests are not judged" in output) == (0, True)
    problem = {**PROBLEM, "status": "400"}
    assert check(call(path="/experiments/api?limit=500", status=400, returned=problem))[0] == 1


def test_difference_of_many_calls_is_one_row_with_their_number(check: Check) -> None:
    code, output, _ = check(*[call(status=206)] * 3)
    assert (code, "1 difference from the spec in 3 calls." in output) == (1, True)
    assert output.split("calls.har entry 1")[1].split()[0] == "3"


def test_calls_of_other_servers_are_left_out(check: Check) -> None:
    page = call(path="/page", host="https://shop.example.com")
    ours = call(path="/v1/experiments/api")
    code, output, _ = check(page, ours, options=(f"--server={HOST}/v1",))
    assert (code, "in 1 call, 1 call of other servers left out" in output) == (0, True)
    assert check(page, options=(f"--server={HOST}",))[0] == 2


def test_preflights_are_left_out(check: Check) -> None:
    code, output, _ = check(call("OPTIONS", "/s/events", status=204, returned=""), call())
    assert (code, "1 preflight left out" in output) == (0, True)


def test_no_key_is_shown(check: Check, tmp_path: Path) -> None:
    """Neither a key of a header, nor of an event or a URL, also where it stands elsewhere."""
    event = {**EVENT, "writeKey": WRITE_KEY}
    calls = [
        call(path=f"/hooks/{API_KEY}"),
        call(path=f"/experiments/api?{API_KEY}&pk_live_0123456789&token=pk_live_0123456789"),
        call(returned={**LIST, "total": API_KEY}),
        call("POST", "/s/events", sent=[{**event, "event": WRITE_KEY}], returned={WRITE_KEY: 1}),
        call("POST", "/s/events", sent=[event, {WRITE_KEY: 1}], returned=TAKEN),
        call("POST", f"/s/events?{WRITE_KEY}", sent=event, returned=TAKEN),
    ]
    code, output, errors = check(*calls)
    shown = output + errors + (tmp_path / "traffic.json").read_text(encoding="utf-8")
    assert code == 1
    assert [key for key in (API_KEY, WRITE_KEY, "pk_live_0123456789") if key in shown] == []
    assert "/hooks/[key]" in shown


def test_short_key_is_hidden_only_where_it_stands_alone(check: Check) -> None:
    recorded = call(path="/hooks/open/reopened", headers={"Authorization": "Bearer open"})
    assert "/hooks/[key]/reopened" in check(recorded)[1]


def test_report_has_the_place_in_the_spec(check: Check, tmp_path: Path) -> None:
    _, output, _ = check(call(returned={**LIST, "total": "0"}))
    [row] = json.loads((tmp_path / "traffic.json").read_text(encoding="utf-8"))["differences"]
    assert row["call"] == "GET /experiments/api 200"
    assert row["the spec says"] == "#/components/schemas/ExperimentList/properties/total/type"
    assert f"Report: {tmp_path / 'traffic.json'}" in output


def test_difference_from_what_is_assumed_is_marked(check: Check, tmp_path: Path) -> None:
    """Also behind a reference."""
    without = call()
    without["response"]["headers"] = []
    check(without, call(returned={**LIST, "total": "0"}))
    rows = json.loads((tmp_path / "traffic.json").read_text(encoding="utf-8"))["differences"]
    assert [row["the spec says"].endswith(" (assumed)") for row in rows] == [True, False]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read"),
        ("{oops", "is not JSON"),
        ("[]", "is not a HAR"),
        ('{"log": {}}', "is not a HAR. It has no log.entries, or one of its entries has no "),
        ('{"log": {"entries": [{}]}}', "is not a HAR"),
        ('{"log": {"entries": []}}', "no entries"),
    ],
)
def test_file_that_is_not_a_har_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None, message: str
) -> None:
    if content is not None:
        (tmp_path / "x.har").write_text(content, encoding="utf-8")
    assert cli.main(["traffic", str(tmp_path / "x.har")]) == 2
    error = capsys.readouterr().err
    assert (error.count("\n"), message in error) == (1, True), error


@pytest.mark.parametrize("arguments", [[], ["--wat", "x.har"], ["--server=example.com", "x.har"]])
def test_wrong_usage_is_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["traffic", *arguments]) == 2
    assert capsys.readouterr().err.count("\n") == 1
