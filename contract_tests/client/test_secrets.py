"""Keys stay out of messages, representations, pickles, logs and the variables of frames."""

import logging
import pickle
import traceback
from typing import Any

import httpx
import pytest
from pictify_experiments import PictifyError
from pictify_experiments.models import EventType, ExperimentEvent
from pictify_experiments.secrets import Redactor

from .conftest import AT_ONCE, Open

KEYS = ("secret-api-key", "secret-write-key", "secret-of-event")
HOSTILE = "first\r\nsecond\x1b[31m\u2028third"


def echoing(request: httpx.Request) -> httpx.Response:
    """Refuse, and repeat the keys and control characters."""
    known = KEYS if request.url.path == "/s/events" else KEYS[:2]
    detail = f"{' and '.join(known)} {HOSTILE}"
    row = {"field": HOSTILE, "message": KEYS[0], "code": None}
    return httpx.Response(
        400,
        request=request,
        headers={"X-Request-Id": f"{KEYS[0]}\x1b[0m"},
        json={"detail": detail, "errors": [row], "type": "about:blank"},
    )


def cut_off(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadError("cut off", request=request)


def failure(open_client: Open, handler: Any, name: str) -> PictifyError:
    client = open_client(
        KEYS[0],
        write_key=KEYS[1],
        base_url="http://server.test",
        retries=AT_ONCE,
        transport=httpx.MockTransport(handler),
    )
    event = ExperimentEvent(EventType.CLICK, "slug", write_key=KEYS[2])
    with pytest.raises(PictifyError) as caught:
        client.list_experiments() if name == "list" else client.track(event)
    return caught.value


@pytest.mark.parametrize("name", ["list", "track"])
@pytest.mark.parametrize("handler", [echoing, cut_off])
def test_errors_hold_no_key(open_client: Open, handler: Any, name: str) -> None:
    """Neither message, representation, traceback with its variables, nor pickle has a key."""
    error = failure(open_client, handler, name)
    trace = traceback.TracebackException.from_exception(error, capture_locals=True)
    frames = [
        repr(frame.locals) for frame in trace.stack if "pictify_experiments" in frame.filename
    ]
    assert frames
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - made here
    assert str(copy) == str(error)
    request = getattr(getattr(error, "response", None), "request", None)
    shown = [str(error), repr(error), *frames, repr(request and request.headers)]
    found = [key for key in KEYS for text in shown if key in text]
    assert found == []
    if handler is cut_off:
        assert not any(key.encode() in pickle.dumps(error) for key in KEYS)


@pytest.mark.parametrize("name", ["list", "track"])
def test_messages_are_one_printable_line(
    open_client: Open, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    """Control characters of the server are escaped, in messages and in logs."""
    caplog.set_level(logging.DEBUG, logger="pictify_experiments")
    error = failure(open_client, echoing, name)
    for text in (str(error), *caplog.messages):
        assert text.isprintable()
        assert not any(key in text for key in KEYS)
    assert "first\\r\\nsecond\\x1b[31m" in str(error)


def test_wrong_key_is_in_no_frame(open_client: Open) -> None:
    """Tools that print the variables of frames do not show a key that was refused."""
    with pytest.raises(ValueError, match=r"^api_key is empty or has characters") as caught:
        open_client(f"{KEYS[0]}\n")
    trace = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    ours = [
        frame.locals
        for frame in trace.stack
        if "pictify_experiments" in frame.filename and frame.locals
    ]
    assert ours
    assert KEYS[0] not in repr(ours)


@pytest.mark.parametrize(
    ("key", "text", "shown"),
    [
        ("key", "API key: monkey, key-ring", "API [secret]: monkey, key-ring"),
        ("secret", "Bearer secret", "[secret]"),
        ("12345678", "x12345678x", "x[secret]x"),
    ],
)
def test_short_keys_are_hidden_where_they_stand_alone(key: str, text: str, shown: str) -> None:
    assert Redactor([f"Bearer {key}"])(text) == shown


def test_raw_response_shows_no_key(open_client: Open) -> None:
    page = {"experiments": [], "total": 0, "page": 1, "limit": 20}
    client = open_client(
        KEYS[0],
        base_url="http://server.test",
        transport=httpx.MockTransport(lambda _: httpx.Response(200, json=page)),
    )
    sent = client.with_raw_response.list_experiments().http_response.request
    assert sent.headers["Authorization"] == "[secret]"
