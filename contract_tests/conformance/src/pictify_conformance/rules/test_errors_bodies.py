"""What is refused for its bytes, whatever they mean: no JSON, another media type, too much of it."""

import json
from collections.abc import Callable

import httpx
import pytest

from pictify_conformance.http.write_guard import API
from pictify_conformance.testing import assertions
from pictify_conformance.testing.experiments import Lab
from pictify_conformance.testing.payloads import Json, event

TAKES_JSON: dict[str, Callable[[Lab, Json, bytes, str], httpx.Response]] = {
    "create": lambda lab, _, content, media: lab.create(
        content=content, headers={"Content-Type": media}
    ),
    "update": lambda lab, made, content, media: post(
        lab, "PUT", f"{API}/{made['uid']}", content, media
    ),
    "complete": lambda lab, made, content, media: post(
        lab, "POST", f"{API}/{made['uid']}/complete", content, media
    ),
    "events": lambda lab, _, content, media: post(lab, "POST", "/s/events", content, media),
}
takes_json = pytest.mark.parametrize("name", TAKES_JSON)


def post(lab: Lab, method: str, path: str, content: bytes, media_type: str) -> httpx.Response:
    """Send bytes; events without the team's key."""
    sender = lab.with_headers() if path.startswith("/s/") else lab
    return sender.request(method, path, content=content, headers={"Content-Type": media_type})


def valid(lab: Lab, name: str, made: Json) -> Json:
    """A body that the operation accepts."""
    bodies: dict[str, Json] = {
        "create": lab.body(),
        "update": {"name": f"Renamed {lab.target.token}"},
        "complete": {"winnerVariantId": "v0"},
        "events": event(made),
    }
    return bodies[name]


def as_json(body: Json) -> bytes:
    """The body as JSON."""
    return json.dumps(body).encode()


NOT_JSON: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "blank": lambda _: b" \n",
    "a word": lambda _: b"experiment",
    "a form": lambda _: b"name=Summer&type=ab_test",
    "cut short": lambda whole: whole[:-1],
    "one brace more": lambda whole: whole + b"}",
    "twice": lambda whole: whole + whole,
    "comma at the end": lambda whole: whole[:-1] + b",}",
    "single quotes": lambda whole: whole.replace(b'"', b"'"),
    "comment": lambda whole: whole + b"// done",
}
NEARLY_JSON = {"NaN": b',"more":NaN}', "not UTF-8": b',"more":"\xff"}'}


@pytest.mark.rule("errors.malformed-json.refused")
@takes_json
def test_malformed_json_refused(lab: Lab, name: str) -> None:
    """Bytes that are not JSON are refused and change nothing."""
    made = lab.read(lab.experiment("running")["uid"])
    body = valid(lab, name, made)
    for damage in NOT_JSON.values():
        assertions.refused(TAKES_JSON[name](lab, made, damage(as_json(body)), "application/json"))
    lab.unchanged(made)
    lab.nothing_left(body)


@pytest.mark.rule("errors.malformed-json.status")
@pytest.mark.parametrize("damage", [*NOT_JSON, *NEARLY_JSON])
@takes_json
def test_malformed_json_status(lab: Lab, name: str, damage: str) -> None:
    """Bytes that are not JSON are 400 validation-error."""
    made = lab.experiment("running")
    whole = as_json(valid(lab, name, made))
    content = NOT_JSON[damage](whole) if damage in NOT_JSON else whole[:-1] + NEARLY_JSON[damage]
    assertions.problem(
        TAKES_JSON[name](lab, made, content, "application/json"), 400, "validation-error"
    )


OTHER_MEDIA = (
    "application/xml",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/jsonp",
)


@pytest.mark.rule("errors.media-type")
@takes_json
def test_media_type(lab: Lab, name: str) -> None:
    """JSON under another media type is 415 and changes nothing."""
    made = lab.read(lab.experiment("running")["uid"])
    body = valid(lab, name, made)
    for media_type in OTHER_MEDIA if name == "events" else (*OTHER_MEDIA, "text/plain"):
        answer = TAKES_JSON[name](lab, made, as_json(body), media_type)
        assertions.problem(answer, 415, "unsupported-media-type")
    lab.unchanged(made)
    lab.nothing_left(body)


@pytest.mark.rule("errors.media-type")
@pytest.mark.parametrize(
    "media_type", ["application/json", "application/json; charset=utf-8", "Application/JSON"]
)
@takes_json
def test_media_type_listed(lab: Lab, name: str, media_type: str) -> None:
    """The listed media type is taken in any case and with its charset."""
    made = lab.experiment("running")
    answer = TAKES_JSON[name](lab, made, as_json(valid(lab, name, made)), media_type)
    assertions.status(answer, 201 if name == "create" else 200)


@pytest.mark.rule("errors.payload-too-large")
@takes_json
def test_payload_too_large(lab: Lab, name: str) -> None:
    """A body of 1 MiB is read; one byte more is 413, and changes nothing."""
    made = lab.read(lab.experiment("running")["uid"])
    refused, accepted = valid(lab, name, made), valid(lab, name, made)
    answer = TAKES_JSON[name](lab, made, as_json(refused).ljust(2**20 + 1), "application/json")
    assertions.problem(answer, 413, "payload-too-large")
    lab.unchanged(made)
    lab.nothing_left(refused)
    answer = TAKES_JSON[name](lab, made, as_json(accepted).ljust(2**20), "application/json")
    assertions.status(answer, 201 if name == "create" else 200)


@pytest.mark.rule("errors.payload-too-large")
def test_payload_too_large_unannounced(lab: Lab) -> None:
    """A body that does not tell its length is measured too."""
    body = lab.body()
    chunks = as_json(body).ljust(2**20 + 1)
    answer = lab.create(
        content=iter([chunks[:5000], chunks[5000:]]), headers={"Content-Type": "application/json"}
    )
    assertions.problem(answer, 413, "payload-too-large")
    lab.nothing_left(body)
