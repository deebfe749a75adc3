"""Recorded traffic: every difference from the spec is reported, once and without a key."""

import base64
import copy
import functools
import gzip
import json
import operator
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
NO_KEY = {"Accept": "*/*"}
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
def check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Check:
    """Run the command on a HAR with these entries; return exit code, stdout and stderr."""

    def command(
        *entries: object, options: tuple[str, ...] = (), creator: str = "Test"
    ) -> tuple[int, str, str]:
        file = tmp_path / "calls.har"
        log = {"creator": {"name": creator}, "entries": entries}
        file.write_text(json.dumps({"log": log}), encoding="utf-8")
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
    ("request: it was answered without its key (bearerAuth)", call(headers=NO_KEY)),
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
    assert (code, message in output, "first seen     calls.har entry 2, 1 time" in output) == (
        1,
        True,
        True,
    ), output


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


POSTED = call("POST", "/s/events", returned=TAKEN, headers={"Content-Type": "application/json"})
PLAIN, ENCODED = json.dumps(LIST), base64.b64encode(json.dumps(LIST).encode()).decode()
ZIPPED = base64.b64encode(gzip.compress(PLAIN.encode())).decode()
GZIP = pairs({"X-Request-Id": "r", "Content-Encoding": "gzip"})
NOT_WHOLE = "1 message not recorded whole"
REMOVED = "the key of 1 call removed"


def with_parts(entry: Recorded, **changed: object) -> Recorded:
    """Change parts of an entry, named like `response__content__text`."""
    entry = copy.deepcopy(entry)
    for place, value in changed.items():
        *names, last = place.split("__")
        functools.reduce(operator.getitem, names, entry)[last] = value
    return entry


def content(**parts: object) -> Recorded:
    return with_parts(call(), response__content={"mimeType": "application/json", **parts})


def posted(size: int = 0, **parts: object) -> Recorded:
    data = {"mimeType": "application/json", **parts} if parts else None
    return with_parts(POSTED, request__postData=data, request__bodySize=size)


def keyed(value: str) -> Recorded:
    return call(headers={"Authorization": value})


QUIRKS = {
    # Bodies
    "Playwright omits the response": (content(size=729, compression=0), NOT_WHOLE),
    "Playwright omits the request": (posted(46, text="", params=[]), NOT_WHOLE),
    "Playwright does not see a Blob": (posted(), NOT_WHOLE),
    "Playwright attaches files": (content(size=729, _file="6baa.json"), NOT_WHOLE),
    "Firefox without bodies": (content(size=729, comment="not included"), NOT_WHOLE),
    "unknown size": (content(size=-1), NOT_WHOLE),
    "unknown size and an empty text": (content(size=-1, text=""), NOT_WHOLE),
    "size null": (content(size=None), NOT_WHOLE),
    "text null": (content(text=None), NOT_WHOLE),
    "content null": (with_parts(call(), response__content=None, response__bodySize=9), NOT_WHOLE),
    "empty text with a size": (content(size=90, text=""), NOT_WHOLE),
    "empty text with a length": (
        call(returned="", answered={"Content-Length": "90"}),
        NOT_WHOLE,
    ),
    "params without a text": (posted(params=[{"name": "event", "value": "view"}]), NOT_WHOLE),
    "redacted body": (content(text="[Filtered]"), NOT_WHOLE),
    "too deep": (content(text="[" * 1000 + "]" * 1000), NOT_WHOLE),
    "deep for the validator": (content(text="[" * 400 + "]" * 400), NOT_WHOLE),
    "lone surrogate": (content(text='{"a": "\\ud83c"}'), NOT_WHOLE),
    "cut base64": (content(text=ENCODED[:-3], encoding="base64"), NOT_WHOLE),
    "byte order mark": (content(text="\ufeff" + PLAIN), "in 1 call."),
    "bytes that are not UTF-8": (content(text='{"a": "\udcff",' + PLAIN[1:]), "in 1 call."),
    "gzip in base64": (
        with_parts(content(text=ZIPPED, encoding="base64"), response__headers=GZIP),
        "in 1 call.",
    ),
    "still compressed": (
        with_parts(content(text="\x1b\x08\ufffd"), response__headers=GZIP),
        NOT_WHOLE,
    ),
    "plain text marked as base64": (content(text=PLAIN, encoding="base64"), "in 1 call."),
    # Keys and headers
    "schemathesis filters the key": (keyed("[Filtered]"), REMOVED),
    "redacted": (keyed("redacted"), REMOVED),
    "asterisks": (keyed("*****"), REMOVED),
    "blank": (keyed(""), REMOVED),
    "redacted after the scheme": (keyed("Bearer <redacted>"), "in 1 call."),
    "no request headers": (call(headers={}), "1 call recorded without headers"),
    "no response headers": (
        with_parts(call(), response__headers=[]),
        "1 call recorded without headers",
    ),
    # Calls
    "not modified": (call(status=304, returned=""), "in 1 call."),
    "port of the scheme": (call(host="https://experiments.example.com:443"), "in 1 call."),
    "upper-case host": (call(host="HTTPS://Experiments.Example.COM"), "in 1 call."),
}
"""What recorders write, and a part of the verdict, which must have no difference."""


@pytest.mark.parametrize(("entry", "note"), QUIRKS.values(), ids=QUIRKS)
def test_quirk_of_a_recorder_is_no_difference(check: Check, entry: Recorded, note: str) -> None:
    code, output, _ = check(entry, options=(f"--server={HOST}",))
    assert (code, "no difference from the spec in 1 call" in output, note in output) == (
        0,
        True,
        True,
    ), output


@pytest.mark.parametrize(
    ("entry", "note"),
    [
        (with_parts(call(), response=None), "entry 2: it has no response"),
        (with_parts(call(), response__status=""), "entry 2: its status is not a number"),
        (with_parts(call(), request__url="http://["), "entry 2: its URL is not valid"),
        (with_parts(call(), request__url=None), "entry 2: it has no URL"),
        (with_parts(call(), request__headers=[7]), "entry 2: it does not have the form"),
        (None, "entry 2: it has no request"),
        (call(status=0), "1 call without an answer"),
        (call(status=-1), "1 call without an answer"),
    ],
)
def test_entry_that_cannot_be_judged_is_left_out_and_named(
    check: Check, entry: Recorded, note: str
) -> None:
    code, output, _ = check(call(), entry)
    assert (code, "in 1 call, " in output, note in output) == (0, True, True), output


@pytest.mark.parametrize("returned", ["", "{oops"])
def test_body_that_was_recorded_is_judged(check: Check, returned: str) -> None:
    recorded = call(returned=returned, answered={"Content-Length": str(len(returned))})
    assert "answer: the body is not JSON" in check(recorded)[1]


def test_browser_that_removed_all_keys_is_no_difference(check: Check) -> None:
    code, output, _ = check(call(headers=NO_KEY), creator="WebInspector")
    assert (code, REMOVED in output) == (0, True)
    assert check(call(headers=NO_KEY), call(), creator="WebInspector")[0] == 1


def test_picture_behind_a_redirect_is_left_out(check: Check) -> None:
    answered = {"Location": "hero/images/0ba1.png", "Cache-Control": "no-store"}
    image = call(path="/s/hero.png", status=302, headers=NO_KEY, answered=answered)
    code, output, _ = check(image, call(path="/s/hero/images/0ba1.png", returned_as="image/png"))
    assert (code, "1 target of redirects left out" in output) == (0, True), output


def test_files_of_one_name_are_all_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [tmp_path / folder / "calls.har" for folder in ("a", "b")]
    for file, entry in zip(files, (call(status=206), call()), strict=True):
        file.parent.mkdir()
        file.write_text(json.dumps({"log": {"entries": [entry]}}), encoding="utf-8")
    assert cli.main(["traffic", f"--report-dir={tmp_path}", *map(str, files)]) == 1
    output = capsys.readouterr().out
    assert f"first seen     {files[0]} entry 1" in output
    assert "in 2 calls." in output


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
    assert "calls.har entry 1, 3 times in all" in output


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
    assert row["the spec says"] == 'type: "integer"'
    assert row["place in the spec"] == "#/components/schemas/ExperimentList/properties/total/type"
    assert f"at             {row['place in the spec']}\n" in output
    assert f"Report: {tmp_path / 'traffic.json'}" in output


def test_difference_from_what_is_assumed_is_marked(check: Check, tmp_path: Path) -> None:
    """Also behind a reference."""
    without = call()
    without["response"]["headers"] = pairs({"Date": "Sun, 29 Nov 2026 05:00:00 GMT"})
    check(without, call(returned={**LIST, "total": "0"}))
    rows = json.loads((tmp_path / "traffic.json").read_text(encoding="utf-8"))["differences"]
    assert [row["the spec says"].endswith(" (assumed)") for row in rows] == [True, False]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read"),
        ("{oops", "is not JSON"),
        ("[]", "is not a HAR"),
        ('{"log": {}}', "is not a HAR. It has no log.entries."),
        ("[" * 100_000, "is nested too deeply"),
        (
            '{"log": {"entries": [{}]}}',
            "1 unreadable call left out (first x.har entry 1: it has no",
        ),
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


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--wat", "x.har"],
        ["--server=example.com", "x.har"],
        ["--server=https://example.com:port", "x.har"],
    ],
)
def test_wrong_usage_is_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["traffic", *arguments]) == 2
    assert capsys.readouterr().err.count("\n") == 1
