import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import pytest

from pictify_conformance import cli
from pictify_mock import MockServer

Recorded: TypeAlias = dict[str, Any]
Check: TypeAlias = Callable[..., tuple[int, str, str]]

HOST = "https://experiments.example.com"
API_KEY, WRITE_KEY = "Zx81-very-secret-indeed", "Qx77-not-for-reports"
KEY = {"Authorization": f"Bearer {API_KEY}"}
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
PROBLEM = {
    "type": "https://docs.pictify.io/errors/x",
    "title": "X",
    "status": 400,
    "detail": "X.",
    "instance": "/x",
}


def call(
    method: str = "GET",
    path: str = "/experiments/api",
    status: int = 200,
    *,
    sent: object = None,
    sent_as: str = "application/json",
    came: object = LIST,
    came_as: str = "application/json",
    headers: dict[str, str] = KEY,
    answered: dict[str, str] | None = None,
    host: str = HOST,
) -> Recorded:
    """An entry of a HAR; by default a clean list."""
    request: Recorded = {"method": method, "url": f"{host}{path}", "headers": pairs(headers)}
    if sent is not None:
        request["postData"] = {
            "mimeType": sent_as,
            "text": sent if isinstance(sent, str) else json.dumps(sent),
        }
    content = {"mimeType": came_as, "text": came if isinstance(came, str) else json.dumps(came)}
    response = {
        "status": status,
        "headers": pairs({"X-Request-Id": "r", **(answered or {})}),
        "content": content,
    }
    return {"request": request, "response": response}


def pairs(headers: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.items()]


def write(path: Path, *entries: Recorded) -> Path:
    path.write_text(json.dumps({"log": {"entries": entries}}), encoding="utf-8")
    return path


@pytest.fixture
def check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Check:
    """The command on a HAR of these entries: exit code, output and complaints."""
    monkeypatch.setenv("COLUMNS", "240")

    def command(*entries: Recorded, options: tuple[str, ...] = ()) -> tuple[int, str, str]:
        file = write(tmp_path / "calls.har", *entries)
        code = cli.main(["traffic", f"--report-dir={tmp_path}", *options, str(file)])
        return (code, *capsys.readouterr())

    return command


COMPLETE = "/experiments/api/exp_1/complete"
CLICK = "/s/homepage-hero-test/click"
WRONG = [
    ("the path is not in the spec", call(path="/experiments/ap")),
    ("the method is not in the spec", call("PATCH", "/experiments/api/exp_1", sent={})),
    ("answer: status 206 is not in the spec", call(status=206)),
    ("answer: status 500 is not in the spec", call(status=500)),
    ('answer: total: it is not of type "integer"', call(came={**LIST, "total": "0"})),
    (
        'answer: the body: "limit" is a required property',
        call(came={"experiments": [], "total": 0, "page": 1}),
    ),
    ("answer: the body is not JSON", call(came="{oops")),
    ("answer: media type text/html is not in the spec", call(came="<p>", came_as="text/html")),
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
        "request: media type text/csv is not in the spec",
        call("POST", COMPLETE, sent="a,b", sent_as="text/csv"),
    ),
    (
        "request: event: it is not one of",
        call("POST", "/s/events", sent={**EVENT, "event": "look"}, came=TAKEN),
    ),
]


@pytest.mark.parametrize(("told", "entry"), WRONG, ids=[told for told, _ in WRONG])
def test_difference(check: Check, told: str, entry: Recorded) -> None:
    """A call that differs from the spec is told by what differs and by its place in the file."""
    code, output, _ = check(call(), entry)
    row = next((line for line in output.splitlines() if told in line), output)
    assert (code, told in row, "calls.har entry 2" in row) == (1, True, True)


CLEAN = {
    "list": call(),
    "query": call(path="/experiments/api?limit=100&type=ab_test"),
    "quota": call(path="/experiments/api/quota", came=QUOTA),
    "no key": call(
        path="/experiments/api/quota?", status=401, came={**PROBLEM, "status": 401}, headers={}
    ),
    "event": call("POST", "/s/events", sent=EVENT, came=TAKEN, headers={}),
    "events": call(
        "POST", "/s/events", sent=[EVENT, EVENT], came=TAKEN, headers={"X-Write-Key": WRITE_KEY}
    ),
    "beacon": call(
        "POST",
        "/s/events",
        sent=json.dumps(EVENT),
        sent_as="text/plain;charset=UTF-8",
        came=TAKEN,
        headers={},
    ),
    "head": call("HEAD", came=""),
    "unknown member": call(came={**LIST, "pages": 0}),
    "unknown path": call(path="/experiments/ap", status=404, came=PROBLEM),
    "unknown method": call("PATCH", "/experiments/api", status=405, came=PROBLEM),
    "base64": call(came=base64.b64encode(json.dumps(LIST).encode()).decode()),
    "cut": call(came='{"experiments": [{"ui', answered={"Content-Length": "90210"}),
    "not recorded": call(),
}
CLEAN["base64"]["response"]["content"]["encoding"] = "base64"
CLEAN["not recorded"]["response"]["content"] = {"mimeType": "application/json", "size": 90210}


@pytest.mark.parametrize("entry", CLEAN.values(), ids=CLEAN)
def test_no_difference(check: Check, entry: Recorded) -> None:
    """A call as the spec has it is no difference, however it was recorded."""
    code, output, _ = check(entry)
    assert (code, output.startswith("no difference from the spec in 1 call")) == (0, True)


def test_nested_conditions_are_no_difference(check: Check) -> None:
    """A tree of conditions within conditions is judged to its last leaf."""
    leaf: object = {"type": "rule", "property": "country", "ruleOperator": "equals", "value": "DE"}
    tree = {
        "type": "group",
        "operator": "AND",
        "children": [{"type": "group", "operator": "OR", "children": [leaf]}],
    }
    variants = [{"id": "a", "weight": 10000, "conditions": tree}, {"id": "b", "weight": 0}]
    times = {"createdAt": "2026-03-02T09:00:00Z", "updatedAt": "2026-03-02T09:00:00Z"}
    one = {
        "uid": "u",
        "slug": "s",
        "type": "smart_link",
        "name": "n",
        "status": "draft",
        "variants": variants,
        **times,
    }
    assert check(call(path="/experiments/api/u", came={"experiment": one}))[0] == 0
    tree["children"] = [{"type": "rule", "property": "country", "ruleOperator": "equals"}]
    output = check(call(path="/experiments/api/u", came={"experiment": one}))[1]
    assert (
        'answer: experiment.variants[0].conditions.children[0]: "value" is a required property'
        in output
    )


def test_refused_requests_are_not_judged(check: Check) -> None:
    """What the server refused is counted, and only its answer is judged."""
    refused = call(path="/experiments/api?limit=500", status=400, came=PROBLEM)
    code, output, _ = check(refused, call())
    assert (code, "1 of them refused, whose requests are not judged" in output) == (0, True)
    assert (
        check(
            call(path="/experiments/api?limit=500", status=400, came={**PROBLEM, "status": "400"})
        )[0]
        == 1
    )


def test_same_difference_is_told_once(check: Check) -> None:
    """A difference that many calls show is one row with their number."""
    code, output, _ = check(*[call(status=206)] * 3)
    assert (code, "1 difference from the spec in 3 calls." in output) == (1, True)
    assert output.split("calls.har entry 1")[1].split()[0] == "3"


def test_other_servers_are_left_out(check: Check) -> None:
    """With a server's URL only its calls are judged, below the path of that URL."""
    page, ours = (
        call(path="/page", host="https://shop.example.com"),
        call(path="/v1/experiments/api"),
    )
    code, output, _ = check(page, ours, options=(f"--server={HOST}/v1",))
    assert (code, "in 1 call, 1 call of other servers left out" in output) == (0, True)
    assert check(page, options=(f"--server={HOST}",))[0] == 2


def test_preflights_are_left_out(check: Check) -> None:
    """What a browser asks of itself before a call is counted and not judged."""
    code, output, _ = check(call("OPTIONS", "/s/events", status=204, came=""), call())
    assert (code, "1 preflight left out" in output) == (0, True)


def test_no_key_is_printed(check: Check, tmp_path: Path) -> None:
    """No key of a header, an event or a URL reaches the output or the report, wherever else it stands."""
    event = {**EVENT, "writeKey": WRITE_KEY}
    calls = [
        call(path=f"/hooks/{API_KEY}"),
        call(path=f"/experiments/api?{API_KEY}&pk_live_0123456789&token=pk_live_0123456789"),
        call(came={**LIST, "total": API_KEY}),
        call(
            "POST",
            "/s/events",
            sent=[{**event, "event": WRITE_KEY}, {WRITE_KEY: 1}],
            came={WRITE_KEY: 1},
        ),
        call("POST", f"/s/events?{WRITE_KEY}", sent=event, came=TAKEN),
    ]
    code, output, complaints = check(*calls)
    told = output + complaints + (tmp_path / "traffic.json").read_text(encoding="utf-8")
    assert code == 1
    assert [key for key in (API_KEY, WRITE_KEY, "pk_live_0123456789") if key in told] == []
    assert "/hooks/[key]" in told


def test_report(check: Check, tmp_path: Path) -> None:
    """The report tells each difference with its place in the spec, and the output where the report is."""
    _, output, _ = check(call(came={**LIST, "total": "0"}))
    [row] = json.loads((tmp_path / "traffic.json").read_text(encoding="utf-8"))["differences"]
    assert row["call"] == "GET /experiments/api 200"
    assert row["the spec says"] == "#/components/schemas/ExperimentList/properties/total/type"
    assert f"Report: {tmp_path / 'traffic.json'}" in output


def test_what_is_assumed_is_marked(check: Check, tmp_path: Path) -> None:
    """A difference from what the spec only assumes is told as such, be it behind a reference."""
    without = call()
    without["response"]["headers"] = []
    check(without, call(came={**LIST, "total": "0"}))
    rows = json.loads((tmp_path / "traffic.json").read_text(encoding="utf-8"))["differences"]
    assert [row["the spec says"].endswith(" (assumed)") for row in rows] == [True, False]


def test_traffic_of_the_mock(check: Check) -> None:
    """What our mock answers to a list, a refusal and a click on nothing is no difference."""
    with MockServer() as server, httpx.Client(base_url=server.url) as http:
        key = {"Authorization": f"Bearer {server.api_key}"}
        answers = [
            http.get("/experiments/api", headers=key),
            http.get("/experiments/api"),
            http.get("/s/nowhere/click"),
        ]
    entries = [
        call(
            path=answer.request.url.path,
            status=answer.status_code,
            came=answer.text,
            came_as=answer.headers["content-type"],
            headers=dict(answer.request.headers),
            answered=dict(answer.headers),
        )
        for answer in answers
    ]
    assert check(*entries)[0] == 0


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{oops", "is not JSON"),
        ("[]", "is no HAR"),
        ('{"log": {}}', "is no HAR"),
        ('{"log": {"entries": [{}]}}', "is no HAR"),
        ('{"log": {"entries": []}}', "there is nothing in it"),
    ],
)
def test_what_is_no_har(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, complaint: str
) -> None:
    """A file that is no HAR ends with one line and code 2."""
    (tmp_path / "x.har").write_text(content, encoding="utf-8")
    assert cli.main(["traffic", str(tmp_path / "x.har")]) == 2
    error = capsys.readouterr().err
    assert (error.count("\n"), complaint in error) == (1, True)


def test_missing_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is not there ends with one line and code 2."""
    assert cli.main(["traffic", str(tmp_path / "nowhere.har")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("arguments", [[], ["--wat", "x.har"], ["--server=example.com", "x.har"]])
def test_wrong_usage_is_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong usage ends with one line and code 2."""
    assert cli.main(["traffic", *arguments]) == 2
    assert capsys.readouterr().err.count("\n") == 1
