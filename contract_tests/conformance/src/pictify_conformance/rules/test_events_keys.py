"""Keys for events, and events from pages of other origins."""

import json
from typing import Any

import httpx
import pytest

from pictify_conformance.http.write_guard import API
from pictify_conformance.testing import assertions
from pictify_conformance.testing.experiments import Lab
from pictify_conformance.testing.payloads import Json, event

WARNING = "write_key_recommended"
ORIGIN = "https://shop.example.com"
ASKED = {"content-type", "x-write-key"}


def warns(answer: Json, expected: bool) -> None:
    """The answer has the warning, or has it not."""
    assertions.same(answer.get("warning") == WARNING, expected, f"whether the warning is {WARNING}")


def beacon(lab: Lab, error_message: Json) -> httpx.Response:
    """Send an event as text, as navigator.sendBeacon does."""
    headers = {"Content-Type": "text/plain;charset=UTF-8"}
    return lab.client.post("/s/events", content=json.dumps(error_message), headers=headers)


def nothing_counted(lab: Lab, made: Json) -> None:
    """Of what was sent before and one event without a key, that event is counted."""
    assertions.taken(lab.events(event(made, "impression", "v1")), 1)
    lab.counted(made["uid"], {"v0": (0, 0), "v1": (1, 0)})


@pytest.mark.rule("events.write-key-warning")
@pytest.mark.parametrize("batch", [False, True], ids=["one", "array"])
def test_write_key_warning(lab: Lab, batch: bool) -> None:
    """Without a key the events are taken with a warning."""
    error_message = event(lab.experiment("running"))
    warns(assertions.taken(lab.events([error_message] if batch else error_message), 1), True)


@pytest.mark.rule("events.write-key-warning")
def test_write_key_warning_of_beacon(lab: Lab) -> None:
    """A beacon without a key is taken with a warning, too."""
    warns(assertions.taken(beacon(lab, event(lab.experiment("running"))), 1), True)


@pytest.mark.rule("events.write-key")
@pytest.mark.parametrize("batch", [False, True], ids=["one", "array"])
@pytest.mark.parametrize("place", ["header", "event"])
def test_write_key(lab: Lab, write_key: str, place: str, batch: bool) -> None:
    """With the write key the events are taken without the warning."""
    error_message = event(
        lab.experiment("running"), **({"writeKey": write_key} if place == "event" else {})
    )
    headers = {"X-Write-Key": write_key} if place == "header" else {}
    warns(
        assertions.taken(lab.events([error_message] if batch else error_message, **headers), 1),
        False,
    )


@pytest.mark.rule("events.write-key")
def test_write_key_in_beacon(lab: Lab, write_key: str) -> None:
    """A beacon carries the write key in the event."""
    warns(
        assertions.taken(beacon(lab, event(lab.experiment("running"), writeKey=write_key)), 1),
        False,
    )


@pytest.mark.rule("events.write-key-unknown")
@pytest.mark.parametrize("place", ["header", "event", "array"])
def test_write_key_unknown(lab: Lab, place: str) -> None:
    """A write key that nobody has is refused and counts nothing."""
    made, unknown = lab.experiment("running"), f"wk_{lab.target.token}"
    error_message = event(made, writeKey=unknown)
    response = {
        "header": lambda: lab.events(event(made), **{"X-Write-Key": unknown}),
        "event": lambda: lab.events(error_message),
        "array": lambda: lab.events([event(made), error_message]),
    }[place]()
    assertions.problem(response, 401, "invalid-api-key")
    nothing_counted(lab, made)


@pytest.mark.rule("events.api-key")
@pytest.mark.parametrize("batch", [False, True], ids=["one", "array"])
def test_api_key(lab: Lab, batch: bool) -> None:
    """With the API key the events are taken without the warning."""
    made = lab.experiment("running")
    error_message = event(made, "click")
    warns(
        assertions.taken(lab.events([error_message] if batch else error_message, **lab.headers), 1),
        False,
    )
    lab.counted(made["uid"], {"v0": (0, 1), "v1": (0, 0)})


def errors_of(response: httpx.Response) -> Any:
    """The item errors of a call of which nothing was taken."""
    body = assertions.json_of(assertions.status(response, 200))
    if not isinstance(body, dict) or body.get("processed") != 0 or not body.get("errors"):
        assertions.fail("0 processed, and errors", response)
    return body["errors"]


@pytest.mark.rule("events.foreign-key")
@pytest.mark.parametrize("batch", [False, True], ids=["one", "array"])
def test_foreign_key(lab: Lab, other_lab: Lab, batch: bool) -> None:
    """Another team's key sees no experiment and counts nothing."""
    made = lab.experiment("running")
    error_message, unknown = event(made), event({"slug": lab.new_slug()})
    foreign = errors_of(
        lab.events([error_message] if batch else error_message, **other_lab.headers)
    )
    assertions.same(
        foreign,
        errors_of(lab.events([unknown] if batch else unknown, **lab.headers)),
        "the item errors",
    )
    nothing_counted(lab, made)


def words(response: httpx.Response, header: str) -> set[str]:
    """The words of a header, in lower case."""
    return {
        word.strip().lower() for word in response.headers.get(header, "").split(",") if word.strip()
    }


def opened_to(response: httpx.Response, origin: str) -> None:
    """A browser lets a page of this origin read the answer."""
    if not words(response, "access-control-allow-origin") & {"*", origin}:
        assertions.fail(f"Access-Control-Allow-Origin for {origin}", response)


@pytest.mark.rule("events.cors")
def test_cors_preflight(lab: Lab) -> None:
    """A preflight allows to post JSON with a write key."""
    asked = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": ", ".join(sorted(ASKED)),
    }
    response = lab.client.options("/s/events", headers={"Origin": ORIGIN, **asked})
    assertions.status(response, 200, 204)
    opened_to(response, ORIGIN)
    if (
        "*" not in (allowed := words(response, "access-control-allow-headers"))
        and not allowed >= ASKED
    ):
        assertions.fail(
            f"Access-Control-Allow-Headers with {sorted(ASKED)}, not {sorted(allowed)}", response
        )
    if not words(response, "access-control-allow-methods") & {"*", "post"}:
        assertions.fail("Access-Control-Allow-Methods with POST", response)


@pytest.mark.rule("events.cors")
@pytest.mark.parametrize("origin", [ORIGIN, "http://localhost:3000", "null"])
def test_cors_post(lab: Lab, origin: str) -> None:
    """A page of any origin may read what became of its events, a refusal too."""
    response = lab.events(event(lab.experiment("running")), Origin=origin)
    assertions.taken(response, 1)
    opened_to(response, origin)
    opened_to(lab.events([], Origin=origin), origin)


@pytest.mark.rule("events.cors")
@pytest.mark.parametrize("path", [API, f"{API}/quota", "/s/{slug}/click", "/s/{slug}/pixel.gif"])
def test_cors_elsewhere(lab: Lab, path: str) -> None:
    """No other route is open to other origins."""
    url, asked = path.format(slug=lab.clickable()["slug"]), {"Access-Control-Request-Method": "GET"}
    for response in (
        lab.request("GET", url, headers={"Origin": ORIGIN}),
        lab.request("OPTIONS", url, headers={"Origin": ORIGIN, **asked}),
    ):
        if "access-control-allow-origin" in response.headers:
            assertions.fail("no Access-Control-Allow-Origin", response)
