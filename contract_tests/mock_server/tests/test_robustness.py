"""Hostile and broken input, in process: no answer is a 5xx, and what gets in gets out."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from pictify_mock.app import create_app
from pictify_mock.domain.plans import PLANS
from pictify_mock.domain.teams import Team
from pictify_mock.http.request_body import LARGEST_BODY, MOST_NESTING, read

from .conftest import KEYS, body, created

if TYPE_CHECKING:
    import httpx

API = "/experiments/api"
JSON = {"Content-Type": "application/json"}


def with_name(text: bytes) -> bytes:
    return orjson.dumps(body(name="NAME")).replace(b'"NAME"', text)


def with_variables(text: bytes) -> bytes:
    variants = [{"id": "a", "weight": 5000, "variables": {"x": "X"}}, {"id": "b", "weight": 5000}]
    return orjson.dumps(body(variants=variants)).replace(b'"X"', text)


def nested(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


BROKEN = [
    b"",
    b" ",
    b"{",
    b"null",
    b"true",
    b'"text"',
    b"5",
    b"[]",
    b"{}{}",
    b"\xef\xbb\xbf{}",
    b"\xff\xfe{}",
    b"\x00",
    b"{'a': 1}",
    b"NaN",
    b"-Infinity",
    b"1e400",
    nested(100_000),
    b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    nested(1024),
    with_name(b'"\xff"'),
    with_name(b'"\xed\xa0\x80"'),
    with_name(b'"\\ud800"'),
    with_name(b'"\\udfff\\ud800"'),
    with_name(b"NaN"),
    with_name(b"1" + b"0" * 400),
    with_variables(b"NaN"),
    with_variables(b"Infinity"),
    with_variables(b"1e400"),
    with_variables(b"1" + b"0" * 400),
    with_variables(b'"\\ud800"'),
    with_variables(b'{"\\ud800": 1}'),
    with_variables(nested(MOST_NESTING)),
    orjson.dumps(body(minimumSampleSize="N")).replace(b'"N"', b"1" + b"0" * 300),
    orjson.dumps(body(minimumSampleSize="N")).replace(b'"N"', b"18446744073709551616"),
]


@pytest.mark.parametrize("content", BROKEN, ids=range(len(BROKEN)))
@pytest.mark.parametrize(
    "path", [API, f"{API}/exp_0000000000", f"{API}/exp_0000000000/complete", "/s/events"]
)
def test_broken_bodies(http: httpx.Client, path: str, content: bytes) -> None:
    """A body that is no JSON, or no JSON that can be written again, is a 400 with a problem document."""
    method = "PUT" if path.endswith("0000") else "POST"
    answer = http.request(method, path, content=content, headers=JSON)
    harmless = {404} if method == "PUT" and content.startswith(b"{") else set()
    assert answer.status_code in {400} | harmless
    assert answer.json()["status"] == answer.status_code


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b'"\\u0000"', "\x00"),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
        ('"\u2028\ufeff\uffff"'.encode(), "\u2028\ufeff\uffff"),
        (b"18446744073709551615", 2**64 - 1),
        (b"-9223372036854775808", -(2**63)),
        (b"1e300", 1e300),
        (b"-0.0", -0.0),
        (b"302.0", 302.0),
        (nested(MOST_NESTING - 4), orjson.loads(nested(MOST_NESTING - 4))),
        (b'{"__proto__": {"": null}}', {"__proto__": {"": None}}),
    ],
)
def test_odd_values_come_back(http: httpx.Client, text: bytes, value: Any) -> None:
    """Every value that is accepted is returned, by every operation that shows it."""
    answer = http.post(API, content=with_variables(text), headers=JSON)
    assert answer.status_code == 201, answer.text
    uid = answer.json()["experiment"]["uid"]
    shown = [
        answer,
        http.get(f"{API}/{uid}"),
        http.put(f"{API}/{uid}", json=answer.json()["experiment"]),
    ]
    documents = [each.json()["experiment"] for each in shown] + http.get(API).json()["experiments"]
    assert [document["variants"][0]["variables"]["x"] for document in documents] == [value] * 4


def test_deep_conditions(http: httpx.Client) -> None:
    """Deep groups are refused, deep rule values are kept."""
    rule: dict[str, Any] = {
        "type": "rule",
        "property": "x",
        "ruleOperator": "equals",
        "value": orjson.loads(nested(200)),
    }
    variants = [{"id": "a", "weight": 5000, "conditions": rule}, {"id": "b", "weight": 5000}]
    assert created(http, variants=variants)["variants"][0]["conditions"] == rule
    for _ in range(100):
        rule = {"type": "group", "operator": "AND", "children": [rule]}
    variants[0]["conditions"] = rule
    assert http.post(API, json=body(variants=variants, slug="deep-one")).status_code == 400


def test_lengths_count_code_points(http: httpx.Client) -> None:
    """255 astral characters fit into a name, 256 do not."""
    assert created(http, name="\U0001f600" * 255)["name"] == "\U0001f600" * 255
    assert http.post(API, json=body(name="\U0001f600" * 256, slug="too-long")).status_code == 400


def test_a_body_at_the_limit(http: httpx.Client) -> None:
    """One mebibyte is accepted, one byte more is a 413."""
    content = orjson.dumps(body())
    for size, status in ((LARGEST_BODY, 201), (LARGEST_BODY + 1, 413)):
        answer = http.post(API, content=content.ljust(size), headers=JSON)
        assert answer.status_code == status
    assert answer.json()["type"].endswith("/payload-too-large")


@pytest.mark.parametrize(
    "content",
    [
        orjson.dumps(body(variants=[{}] * 300_000)),
        orjson.dumps([{}] * 300_000),
        orjson.dumps({"a" * 9: 1, **{str(number): [] for number in range(60_000)}}),
        orjson.dumps(
            body(
                variants=[
                    {
                        "id": "a",
                        "weight": 1,
                        "conditions": {
                            "type": "group",
                            "operator": "x",
                            "children": [{}] * 300_000,
                        },
                    },
                    {"id": "b", "weight": 1},
                ]
            )
        ),
    ],
    ids=["variants", "events", "members", "children"],
)
def test_large_faulty_bodies(http: httpx.Client, content: bytes) -> None:
    """A mebibyte of faults is answered briefly."""
    assert len(content) <= LARGEST_BODY
    for path in (API, "/s/events"):
        answer = http.post(path, content=content, headers=JSON)
        assert answer.status_code == 400
        assert len(answer.content) < 30_000


@pytest.mark.parametrize(
    "path", ["%00", "%ff", "%ed%a0%80", "%F0%9F%98%80", "..%2f..", "a" * 5000, "%", "%zz", "'\"<>"]
)
def test_junk_in_paths(http: httpx.Client, path: str) -> None:
    """Junk where a uid or slug stands is a 404 and no more."""
    for method, place in (
        ("GET", f"{API}/{path}"),
        ("POST", f"{API}/{path}/start"),
        ("GET", f"/s/{path}/click"),
    ):
        answer = http.request(method, place)
        assert answer.status_code == 404
        assert answer.json()["status"] == 404
    assert http.get(f"/s/{path}/pixel.gif").status_code in (200, 404)


@pytest.mark.parametrize(
    "query",
    ["%", "%zz", "page=%", "&&&&", "=", "page", "%00=%00", "limit[]=5", "a=" + "b" * 60_000],
)
def test_junk_in_queries(http: httpx.Client, query: str) -> None:
    """Junk in a query is refused or ignored."""
    assert http.get(f"{API}?{query}").status_code in (200, 400)
    assert http.get(f"/s/some-slug/pixel.gif?{query}").status_code == 200


@pytest.mark.parametrize("agent", [b"", b"\xff\xfe", b"a" * 60_000])
def test_junk_in_user_agents(http: httpx.Client, agent: bytes) -> None:
    """Any user agent is some viewer."""
    uid = created(http, goalConfig={"destinationUrl": "https://example.com"})["uid"]
    http.post(f"{API}/{uid}/start")
    assert http.get("/s/hero-test/click", headers=[(b"User-Agent", agent)]).status_code == 302


def ask(messages: list[dict[str, Any]], headers: list[tuple[bytes, bytes]]) -> list[dict[str, Any]]:
    """What the application sends when these messages are all that arrive."""
    app = create_app([Team(KEYS[0].encode(), (), PLANS["business"])])
    waiting, sent = list(messages), []
    scope = {
        "type": "http",
        "method": "POST",
        "path": API,
        "query_string": b"",
        "headers": [
            (b"authorization", b"Bearer " + KEYS[0].encode()),
            (b"content-type", b"application/json"),
            *headers,
        ],
    }

    async def receive() -> dict[str, Any]:
        return waiting.pop(0) if waiting else await asyncio.Future()

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return [*sent, *waiting]


CHUNK = {"type": "http.request", "body": b" " * 400_000, "more_body": True}


def test_a_chunked_body_over_the_limit() -> None:
    """Without a Content-Length the body is refused once it passes the limit, and the rest of it swallowed."""
    answer = ask([CHUNK] * 5 + [{"type": "http.request"}], [])
    assert answer[0]["status"] == 413
    assert answer.count(CHUNK) == 0


@pytest.mark.parametrize("length", [b"1048577", b"9" * 5000])
def test_an_announced_body_over_the_limit(length: bytes) -> None:
    """With a Content-Length it is refused before it comes."""
    answer = ask([{"type": "http.disconnect"}], [(b"content-length", length)])
    assert answer[0]["status"] == 413


@pytest.mark.parametrize("length", [b"", b"-1", b"x", "\u0661".encode()])
def test_a_content_length_that_is_none(length: bytes) -> None:
    """A Content-Length that is no number is left to the HTTP parser."""
    ended = {"type": "http.request", "body": orjson.dumps(body()), "more_body": False}
    assert ask([ended], [(b"content-length", length)])[0]["status"] == 201


def test_a_client_that_leaves() -> None:
    """A client that is gone before its body ends gets no answer, and leaves nothing behind."""
    assert ask([CHUNK, {"type": "http.disconnect"}], []) == []


def test_a_client_that_stalls(monkeypatch: pytest.MonkeyPatch) -> None:
    """A body that does not go on is a 408 that closes the connection, and leaves nothing behind."""
    monkeypatch.setattr("pictify_mock.http.request_body.TIMEOUT_SECONDS", 0.01)
    answer = ask([CHUNK], [])
    assert answer[0]["status"] == 408
    assert (b"connection", b"close") in answer[0]["headers"]


def test_a_request_that_is_cancelled() -> None:
    """Only a client that stalls is told so: whoever else ends a request that waits for its body has it ended."""

    async def receive() -> dict[str, Any]:
        task = asyncio.current_task()
        assert task is not None
        task.cancel("the server stops")
        await asyncio.sleep(0)
        raise AssertionError

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(read({b"content-length": b"5"}, receive))


def test_a_bug_is_told(
    http: httpx.Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A mistake of the server itself is a problem document with an id, and a traceback in its log."""
    monkeypatch.setattr("pictify_mock.domain.quota.used", lambda _: 1 / 0)
    answer = http.get(f"{API}/quota")
    assert (answer.status_code, answer.json()["status"]) == (500, 500)
    assert answer.headers["x-request-id"]
    assert "ZeroDivisionError" in caplog.text
    assert "ZeroDivisionError" not in answer.text
