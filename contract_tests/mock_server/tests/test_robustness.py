"""Broken and hostile bodies: none is answered with a 5xx, and accepted values come back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from pictify_mock.app import create_app
from pictify_mock.http.request_body import LARGEST_BODY, MOST_NESTING, read

from .conftest import API, KEYS, TEAMS, body

if TYPE_CHECKING:
    import httpx

JSON = {"Content-Type": "application/json"}


def with_name(text: bytes) -> bytes:
    return orjson.dumps(body(name="NAME")).replace(b'"NAME"', text)


def with_variables(text: bytes) -> bytes:
    variants = [{"id": "a", "weight": 5000, "variables": {"x": "X"}}, {"id": "b", "weight": 5000}]
    return orjson.dumps(body(variants=variants)).replace(b'"X"', text)


def with_sample_size(text: bytes) -> bytes:
    return orjson.dumps(body(minimumSampleSize="N")).replace(b'"N"', text)


def nested(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


BROKEN = [
    b"",
    b"{",
    b'"text"',
    b"{}{}",
    b"\xef\xbb\xbf{}",
    b"\xff\xfe{}",
    b"NaN",
    b"1e400",
    nested(100_000),
    b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    nested(1024),
    with_name(b'"\xff"'),
    with_name(b'"\xed\xa0\x80"'),
    with_name(b'"\\ud800"'),
    with_name(b"NaN"),
    with_name(b"1" + b"0" * 400),
    with_variables(b"NaN"),
    with_variables(b"1e400"),
    with_variables(b"1" + b"0" * 400),
    with_variables(b'"\\ud800"'),
    with_variables(b'{"\\ud800": 1}'),
    with_variables(nested(MOST_NESTING)),
    with_sample_size(b"1" + b"0" * 300),
    with_sample_size(b"18446744073709551616"),
]


@pytest.mark.parametrize("content", BROKEN, ids=range(len(BROKEN)))
@pytest.mark.parametrize("path", [API, f"{API}/exp_0000000000/complete", "/s/events"])
def test_a_body_that_cannot_be_parsed_or_written_again_is_refused(
    http: httpx.Client, path: str, content: bytes
) -> None:
    response = http.post(path, content=content, headers=JSON)
    assert (response.status_code, response.json()["status"]) == (400, 400)


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
    ids=range(10),
)
def test_an_accepted_value_comes_back_from_every_operation(
    http: httpx.Client, text: bytes, value: Any
) -> None:
    created = http.post(API, content=with_variables(text), headers=JSON)
    assert created.status_code == 201, created.text
    experiment = created.json()["experiment"]
    updated = http.put(f"{API}/{experiment['uid']}", json=experiment)
    (row,) = http.get(API).json()["experiments"]
    for shown in (experiment, updated.json()["experiment"], row):
        found = shown["variants"][0]["variables"]["x"]
        assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    "content",
    [
        orjson.dumps(body(variants=[{}] * 300_000)),
        orjson.dumps([{}] * 300_000),
        orjson.dumps({"a" * 9: 1, **{str(number): [] for number in range(60_000)}}),
    ],
    ids=["variants", "events", "members"],
)
def test_a_large_broken_body_is_answered_briefly(http: httpx.Client, content: bytes) -> None:
    assert len(content) <= LARGEST_BODY
    for path in (API, "/s/events"):
        response = http.post(path, content=content, headers=JSON)
        assert response.status_code == 400
        assert len(response.content) < 30_000


def exchange(
    messages: list[dict[str, Any]], headers: list[tuple[bytes, bytes]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Send these ASGI messages. Return what the application sends, and what it left unread."""
    unread, sent = list(messages), []
    key = [(b"authorization", b"Bearer " + KEYS[0].encode())]
    scope = {
        "type": "http",
        "method": "POST",
        "path": API,
        "query_string": b"",
        "headers": [*key, (b"content-type", b"application/json"), *headers],
    }

    # After the last message the client neither sends nor leaves.
    async def receive() -> dict[str, Any]:
        return unread.pop(0) if unread else await asyncio.Future()

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(create_app(TEAMS)(scope, receive, send))
    return sent, unread


CHUNK = {"type": "http.request", "body": b" " * 400_000, "more_body": True}


@pytest.mark.parametrize("length", [b"", b"-1", b"x", "\u0661".encode()])
def test_an_invalid_content_length_is_left_to_the_http_parser(length: bytes) -> None:
    ended = {"type": "http.request", "body": orjson.dumps(body()), "more_body": False}
    sent, _ = exchange([ended], [(b"content-length", length)])
    assert sent[0]["status"] == 201


def test_a_client_that_leaves_gets_no_response() -> None:
    assert exchange([CHUNK, {"type": "http.disconnect"}], []) == ([], [])


def test_a_client_that_stalls_gets_a_408_and_is_disconnected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pictify_mock.http.request_body.TIMEOUT_SECONDS", 0.01)
    sent, _ = exchange([CHUNK], [])
    assert sent[0]["status"] == 408
    assert (b"connection", b"close") in sent[0]["headers"]


def test_a_cancelled_request_is_not_a_stalled_one() -> None:
    async def receive() -> dict[str, Any]:
        task = asyncio.current_task()
        assert task is not None
        task.cancel("the server stops")
        await asyncio.sleep(0)
        raise AssertionError

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(read({b"content-length": b"5"}, receive))


def test_a_bug_of_the_server_is_a_problem_document_and_logged(
    http: httpx.Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("pictify_mock.domain.quota.used", lambda _: 1 / 0)
    response = http.get(f"{API}/quota")
    assert (response.status_code, response.json()["status"]) == (500, 500)
    assert response.headers["X-Request-Id"]
    assert "ZeroDivisionError" in caplog.text
    assert "ZeroDivisionError" not in response.text
