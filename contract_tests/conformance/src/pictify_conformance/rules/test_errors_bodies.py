"""Bodies that are refused for their bytes: not JSON, of another media type, or too large."""

import json

import httpx
import pytest

from pictify_conformance.http.write_guard import API
from pictify_conformance.testing import ApiClient, Experiments
from pictify_conformance.testing.assertions import (
    assert_no_event_accepted,
    assert_problem,
    assert_refused,
    assert_status,
)
from pictify_conformance.testing.payloads import Json, event

MAX_BYTES = 2**20

each_with_json = pytest.mark.parametrize("name", ["create", "update", "complete", "events"])


def send(
    api: ApiClient,
    name: str,
    experiment: Json,
    content: bytes,
    media_type: str = "application/json",
) -> httpx.Response:
    """Send bytes as the body of an operation; events without the team's key."""
    path, headers = f"{API}/{experiment['uid']}", {"Content-Type": media_type}
    match name:
        case "create":
            return api.create(content=content, headers=headers)
        case "update":
            return api.request("PUT", path, content=content, headers=headers)
        case "complete":
            return api.request("POST", f"{path}/complete", content=content, headers=headers)
    return api.with_headers().request("POST", "/s/events", content=content, headers=headers)


def valid_body(experiments: Experiments, name: str, experiment: Json) -> Json:
    bodies: dict[str, Json] = {
        "create": experiments.body(),
        "update": {"name": f"Renamed {experiments.target.token}"},
        "complete": {"winnerVariantId": "v0"},
        "events": event(experiment),
    }
    return bodies[name]


def as_json(body: Json) -> bytes:
    return json.dumps(body).encode()


def assert_accepted(response: httpx.Response, name: str) -> None:
    assert_status(response, 201 if name == "create" else 200)


def not_json(whole: bytes) -> dict[str, bytes]:
    """Return bytes that are not JSON, some made from a JSON object."""
    return {
        "empty": b"",
        "blank": b" \n",
        "a word": b"experiment",
        "a form": b"name=Summer&type=ab_test",
        "cut short": whole[:-1],
        "one brace more": whole + b"}",
        "twice": whole + whole,
        "comma at the end": whole[:-1] + b",}",
        "single quotes": whole.replace(b'"', b"'"),
        "comment": whole + b"// done",
    }


def nearly_json(whole: bytes) -> dict[str, bytes]:
    """Return bytes that some parsers take for JSON."""
    return {"NaN": whole[:-1] + b',"more":NaN}', "not UTF-8": whole[:-1] + b',"more":"\xff"}'}


@pytest.mark.rule("errors.malformed-json.refused")
@pytest.mark.parametrize("media_type", ["application/json", "text/plain"])
@each_with_json
def test_malformed_json_refused(
    api: ApiClient, experiments: Experiments, name: str, media_type: str
) -> None:
    """Of a beacon, which is text, the docs do not say whether it is refused or not counted."""
    experiment = experiments.create_and_read("running")
    body = valid_body(experiments, name, experiment)
    is_beacon = (name, media_type) == ("events", "text/plain")
    assert_not_taken = assert_no_event_accepted if is_beacon else assert_refused
    for content in not_json(as_json(body)).values():
        assert_not_taken(send(api, name, experiment, content, media_type))
    experiments.assert_unchanged(experiment)
    experiments.assert_not_created(body)


@pytest.mark.rule("errors.malformed-json.status")
@pytest.mark.parametrize("kind", [*not_json(b"{}"), *nearly_json(b"{}")])
@each_with_json
def test_malformed_json_status(
    api: ApiClient, experiments: Experiments, name: str, kind: str
) -> None:
    experiment = experiments.create("running")
    whole = as_json(valid_body(experiments, name, experiment))
    content = {**not_json(whole), **nearly_json(whole)}[kind]
    assert_problem(send(api, name, experiment, content), 400, "validation-error")


@pytest.mark.rule("errors.media-type")
@each_with_json
def test_media_type(api: ApiClient, experiments: Experiments, name: str) -> None:
    """Events are accepted as text/plain."""
    experiment = experiments.create_and_read("running")
    body = valid_body(experiments, name, experiment)
    media_types = ["application/xml", "application/x-www-form-urlencoded", "application/jsonp"]
    media_types += ["multipart/form-data; boundary=x"]
    media_types += [] if name == "events" else ["text/plain"]
    for media_type in media_types:
        response = send(api, name, experiment, as_json(body), media_type)
        assert_problem(response, 415, "unsupported-media-type")
    experiments.assert_unchanged(experiment)
    experiments.assert_not_created(body)


@pytest.mark.rule("errors.media-type")
@pytest.mark.parametrize(
    "media_type", ["application/json", "application/json; charset=utf-8", "Application/JSON"]
)
@each_with_json
def test_media_type_accepted(
    api: ApiClient, experiments: Experiments, name: str, media_type: str
) -> None:
    experiment = experiments.create("running")
    body = valid_body(experiments, name, experiment)
    assert_accepted(send(api, name, experiment, as_json(body), media_type), name)


@pytest.mark.rule("errors.payload-too-large")
@each_with_json
def test_payload_too_large(api: ApiClient, experiments: Experiments, name: str) -> None:
    experiment = experiments.create_and_read("running")
    body = valid_body(experiments, name, experiment)
    response = send(api, name, experiment, as_json(body).ljust(MAX_BYTES + 1))
    assert_problem(response, 413, "payload-too-large")
    experiments.assert_unchanged(experiment)
    experiments.assert_not_created(body)
    another = valid_body(experiments, name, experiment)
    assert_accepted(send(api, name, experiment, as_json(another).ljust(MAX_BYTES)), name)


@pytest.mark.rule("errors.payload-too-large")
def test_payload_too_large_without_content_length(api: ApiClient, experiments: Experiments) -> None:
    body = experiments.body()
    content = as_json(body).ljust(MAX_BYTES + 1)
    chunks = iter([content[:5000], content[5000:]])
    response = api.create(content=chunks, headers={"Content-Type": "application/json"})
    assert_problem(response, 413, "payload-too-large")
    experiments.assert_not_created(body)
