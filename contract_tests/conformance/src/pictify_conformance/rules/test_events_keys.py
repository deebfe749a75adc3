"""The keys of events, and events from pages of other origins."""

from typing import Any

import httpx
import pytest

from pictify_conformance.http.write_guard import API
from pictify_conformance.testing import ApiClient, Counters, Experiments, Team
from pictify_conformance.testing.assertions import (
    assert_equal,
    assert_events_accepted,
    assert_problem,
    assert_status,
    assert_that,
)
from pictify_conformance.testing.payloads import Json, event
from pictify_conformance.testing.responses import json_object, json_of, words_of

ORIGIN = "https://shop.example.com"
REQUEST_HEADERS = {"content-type", "x-write-key"}


def assert_accepted(response: httpx.Response, *, warning: bool) -> None:
    """Assert that one event is accepted, with the warning about the missing key or without."""
    assert_events_accepted(response, 1)
    has_warning = json_of(response).get("warning") == "write_key_recommended"
    assert_equal(has_warning, warning, "the warning is write_key_recommended")


def send(api: ApiClient, form: str, body: Json, **headers: str) -> httpx.Response:
    """Send an event alone, in an array or as a beacon."""
    if form == "beacon":
        return api.send_beacon(body)
    return api.send_events([body] if form == "array" else body, **headers)


each_form = pytest.mark.parametrize("form", ["one", "array", "beacon"])


@pytest.mark.rule("events.write-key-warning")
@each_form
def test_write_key_warning(api: ApiClient, experiments: Experiments, form: str) -> None:
    assert_accepted(send(api, form, event(experiments.create("running"))), warning=True)


@pytest.mark.rule("events.write-key")
@each_form
def test_write_key_in_event(
    api: ApiClient, experiments: Experiments, write_key: str, form: str
) -> None:
    body = event(experiments.create("running"), writeKey=write_key)
    assert_accepted(send(api, form, body), warning=False)


@pytest.mark.rule("events.write-key")
@pytest.mark.parametrize("form", ["one", "array"])
def test_write_key_in_header(
    api: ApiClient, experiments: Experiments, write_key: str, form: str
) -> None:
    body, headers = event(experiments.create("running")), {"X-Write-Key": write_key}
    assert_accepted(send(api, form, body, **headers), warning=False)


@pytest.mark.rule("events.write-key-unknown")
@pytest.mark.parametrize("place", ["header", "event", "array"])
def test_write_key_unknown(
    api: ApiClient, experiments: Experiments, counters: Counters, place: str
) -> None:
    experiment, key = experiments.create("running"), f"wk_{api.target.token}"
    with_key = event(experiment, writeKey=key)
    if place == "header":
        response = api.send_events(event(experiment), **{"X-Write-Key": key})
    else:
        response = api.send_events(with_key if place == "event" else [event(experiment), with_key])
    assert_problem(response, 401, "invalid-api-key")
    counters.assert_nothing_counted(experiment)


@pytest.mark.rule("events.api-key")
@pytest.mark.parametrize("form", ["one", "array"])
def test_api_key(api: ApiClient, experiments: Experiments, counters: Counters, form: str) -> None:
    experiment = experiments.create("running")
    assert_accepted(send(api, form, event(experiment, "click"), **api.headers), warning=False)
    counters.assert_counts(experiment, {"v0": (0, 1), "v1": (0, 0)})


def item_errors(response: httpx.Response) -> Any:
    """Return the errors of a call of which no event was accepted."""
    body = json_object(response)
    is_none = body.get("processed") == 0 and body.get("errors")
    assert_that(is_none, "0 processed, and errors", response)
    return body["errors"]


@pytest.mark.rule("events.foreign-key")
@pytest.mark.parametrize("form", ["one", "array"])
def test_foreign_key(
    api: ApiClient, experiments: Experiments, counters: Counters, other_team: Team, form: str
) -> None:
    """The answer is as for an unknown experiment."""
    experiment = experiments.create("running")
    foreign = send(api, form, event(experiment), **other_team.api.headers)
    unknown = send(api, form, event({"slug": experiments.new_slug()}), **api.headers)
    assert_equal(item_errors(foreign), item_errors(unknown), "the item errors")
    counters.assert_nothing_counted(experiment)


def assert_open_to(response: httpx.Response, origin: str) -> None:
    """Assert that a browser lets a page of this origin read the response."""
    allowed = words_of(response, "access-control-allow-origin")
    assert_that(allowed & {"*", origin}, f"Access-Control-Allow-Origin for {origin}", response)


@pytest.mark.rule("events.cors")
def test_cors_preflight(api: ApiClient) -> None:
    headers = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": ", ".join(sorted(REQUEST_HEADERS)),
    }
    response = api.client.options("/s/events", headers=headers)
    assert_status(response, 200, 204)
    assert_open_to(response, ORIGIN)
    allowed = words_of(response, "access-control-allow-headers")
    are_allowed = "*" in allowed or allowed >= REQUEST_HEADERS
    expected = f"Access-Control-Allow-Headers with {sorted(REQUEST_HEADERS)}, not {sorted(allowed)}"
    assert_that(are_allowed, expected, response)
    methods = words_of(response, "access-control-allow-methods")
    assert_that(methods & {"*", "post"}, "Access-Control-Allow-Methods with POST", response)


@pytest.mark.rule("events.cors")
@pytest.mark.parametrize("origin", [ORIGIN, "http://localhost:3000", "null"])
def test_cors_post(api: ApiClient, experiments: Experiments, origin: str) -> None:
    """A page may read a refusal, too."""
    response = api.send_events(event(experiments.create("running")), Origin=origin)
    assert_events_accepted(response, 1)
    assert_open_to(response, origin)
    assert_open_to(api.send_events([], Origin=origin), origin)


@pytest.mark.rule("events.cors")
@pytest.mark.parametrize("path", [API, f"{API}/quota", "/s/{slug}/click", "/s/{slug}/pixel.gif"])
def test_cors_elsewhere(api: ApiClient, experiments: Experiments, path: str) -> None:
    url = path.format(slug=experiments.create_clickable()["slug"])
    preflight = {"Origin": ORIGIN, "Access-Control-Request-Method": "GET"}
    for response in (
        api.request("GET", url, headers={"Origin": ORIGIN}),
        api.request("OPTIONS", url, headers=preflight),
    ):
        is_open = "access-control-allow-origin" in response.headers
        assert_that(not is_open, "no Access-Control-Allow-Origin", response)
