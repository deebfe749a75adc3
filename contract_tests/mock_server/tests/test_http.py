"""Credentials, methods, media types, the order of checks and what every answer carries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pictify_mock.api.operations import PATHS

from .conftest import KEYS, body, created, moved_to

if TYPE_CHECKING:
    import httpx

API = "/experiments/api"
BEARER_OPERATIONS = [
    (method, path.format(uid="exp_0000000000"))
    for path, methods in PATHS.items()
    for method in methods
    if path.startswith(API)
]


def code(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == "application/json"
    document = answer.json()
    assert document["status"] == answer.status_code
    assert {"type", "title", "status", "detail", "instance"} <= set(document)
    return str(document["type"]).removeprefix("https://docs.pictify.io/errors/")


def send(http: httpx.Client, method: str, path: str, **options: Any) -> httpx.Response:
    """A request with exactly these headers."""
    headers = options.pop("headers", {})
    request = http.build_request(method, path, headers=headers, **options)
    if "Authorization" not in headers:
        del request.headers["authorization"]
    return http.send(request)


@pytest.mark.parametrize(("method", "path"), BEARER_OPERATIONS)
def test_management_needs_a_key(http: httpx.Client, method: str, path: str) -> None:
    """Without a key, and whatever else is wrong, every management operation is a 401."""
    answer = send(http, method, path, content=b"not json")
    assert (answer.status_code, code(answer)) == (401, "missing-authorization")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer unknown",
        f"Basic {KEYS[0]}",
        KEYS[0],
        f"Bearer {KEYS[0]}x",
        f"Bearer {KEYS[0]} x",
        "Bearer wk_one",
        "Bearer \xff",
    ],
)
def test_keys_that_are_not_known(http: httpx.Client, sent: str) -> None:
    """Any other credential is a 401 that does not repeat it."""
    answer = send(http, "GET", API, headers={"Authorization": sent.encode("latin-1")})
    assert (answer.status_code, code(answer)) == (401, "invalid-api-key")
    assert KEYS[0] not in answer.text
    assert "wk_one" not in answer.text


def test_the_scheme_is_not_case_sensitive(http: httpx.Client) -> None:
    """bearer is Bearer."""
    assert (
        send(http, "GET", API, headers={"Authorization": f"bearer  {KEYS[0]}"}).status_code == 200
    )


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PATCH", API, "GET, HEAD, POST"),
        ("POST", f"{API}/quota", "GET, HEAD"),
        ("PATCH", f"{API}/exp_1", "DELETE, GET, HEAD, PUT"),
        ("GET", f"{API}/exp_1/start", "POST"),
        ("HEAD", f"{API}/exp_1/pause", "POST"),
        ("PUT", f"{API}/exp_1/complete", "POST"),
        ("GET", "/s/events", "OPTIONS, POST"),
        ("POST", "/s/some-slug/click", "GET, HEAD"),
        ("DELETE", "/s/some-slug/pixel.gif", "GET, HEAD"),
        ("POST", "/s/some-slug.png", "GET, HEAD"),
        ("OPTIONS", API, "GET, HEAD, POST"),
        ("TRACE", API, "GET, HEAD, POST"),
        ("QUERY", API, "GET, HEAD, POST"),
        ("get", API, "GET, HEAD, POST"),
        ("BREW", API, "GET, HEAD, POST"),
    ],
)
def test_methods_that_are_not_allowed(
    http: httpx.Client, method: str, path: str, allowed: str
) -> None:
    """A known path answers any other method with 405 and the methods that it takes."""
    request = http.build_request(method, path)
    request.method = method
    answer = http.send(request)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
    if method != "HEAD":
        assert code(answer) == "method-not-allowed"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/experiments",
        f"{API}/",
        f"{API}/quota/",
        f"{API}/exp_1/start/",
        f"{API}/exp_1/stop",
        f"{API}%0A",
        f"{API}/quota%0A",
        "/s/events%0A",
        "/s/events/",
        "//s/events",
        "/s//click",
        "/s/some-slug",
        "/s/some-slug/pixel",
        "/s/some-slug/pixelxgif",
        "/_mocks/health",
        "/%ff%00",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_paths_that_do_not_exist(http: httpx.Client, method: str, path: str) -> None:
    """A path that is nearly right is a 404, never a redirect."""
    answer = http.request(method, path)
    assert (answer.status_code, code(answer)) == (404, "not-found")


@pytest.mark.parametrize(
    "path", [API, f"{API}/quota", "/s/some-slug/pixel.gif", "/s/some-slug/click"]
)
def test_head_is_get_without_a_body(http: httpx.Client, path: str) -> None:
    """HEAD has the status and headers of GET."""
    get, head = http.get(path), http.head(path)
    for answer in (get, head):
        del answer.headers["x-request-id"]
    assert (head.status_code, head.headers, head.content) == (get.status_code, get.headers, b"")


@pytest.mark.parametrize(
    "media_type",
    ["text/html", "text/plain", "application/x-www-form-urlencoded", "json", "", ";;", "*/*"],
)
def test_media_types_that_are_not_listed(http: httpx.Client, media_type: str) -> None:
    """A body in another media type is a 415."""
    answer = http.post(API, content=b"{}", headers={"Content-Type": media_type})
    assert (answer.status_code, code(answer)) == (415, "unsupported-media-type")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": "application/json; charset=latin-1"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ],
)
def test_bodies_that_are_not_plain_json(http: httpx.Client, headers: dict[str, str]) -> None:
    """A body of no declared type, in another charset or compressed is a 415 too."""
    assert http.post(API, content=b"{}", headers=headers).status_code == 415


@pytest.mark.parametrize(
    "media_type",
    [
        "application/json",
        'APPLICATION/JSON ; Charset="UTF-8"',
        "application/json;;;=",
        "application/json;x",
    ],
)
def test_media_types_that_are_listed(http: httpx.Client, media_type: str) -> None:
    """Case and odd parameters do not matter."""
    content = http.build_request("POST", API, json=body()).content
    assert http.post(API, content=content, headers={"Content-Type": media_type}).status_code == 201


def test_the_order_of_checks(http: httpx.Client) -> None:
    """Authentication, then media type, then body, then existence, then state."""
    uid = moved_to(http, "running")["uid"]
    unknown = f"{API}/exp_0000000000"
    assert (
        send(http, "PUT", unknown, content=b"x", headers={"Content-Type": "text/html"}).status_code
        == 401
    )
    assert http.put(unknown, content=b"x", headers={"Content-Type": "text/html"}).status_code == 415
    assert (
        http.put(unknown, content=b"x", headers={"Content-Type": "application/json"}).status_code
        == 400
    )
    assert http.put(unknown, json={"slug": "Bad Slug"}).status_code == 400
    assert http.put(unknown, json={"slug": "good-slug"}).status_code == 404
    assert code(http.put(f"{API}/{uid}", json={"slug": "Bad Slug"})) == "validation-error"
    assert code(http.put(f"{API}/{uid}", json={"slug": "good-slug"})) == "field-not-editable"
    assert http.post(f"{unknown}/complete", json={}).status_code == 400
    assert http.post(f"{unknown}/complete", json={"winnerVariantId": "x"}).status_code == 404
    draft = created(http, slug="a-draft")["uid"]
    assert (
        http.post(f"{API}/{draft}/complete", json={"winnerVariantId": "control"}).status_code == 409
    )


def test_every_answer_has_an_id(http: httpx.Client) -> None:
    """X-Request-Id is on every answer and never the same."""
    answers = [
        http.get(API),
        http.get("/nowhere"),
        http.patch(API),
        http.head("/s/some-slug/click"),
        http.get("/s/some-slug/pixel.gif"),
        http.options("/s/events"),
        send(http, "GET", API, headers={"X-Request-Id": "mine"}),
        http.post(API, content=b"x"),
    ]
    ids = [answer.headers["x-request-id"] for answer in answers]
    assert len(set(ids)) == len(ids)
    assert "mine" not in ids


def test_the_instance_is_the_path(http: httpx.Client) -> None:
    """A problem names the path that was asked for, as a URI reference and without its query."""
    answer = http.get(f"{API}/exp%20%C3%A9%00%ff?key=secret")
    assert answer.status_code == 404
    assert answer.json()["instance"] == f"{API}/exp%20%C3%A9%00%EF%BF%BD"


def test_events_are_open_to_any_origin(http: httpx.Client) -> None:
    """A page of any origin may send events and read the answer, refusals included."""
    preflight = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}
    answer = send(http, "OPTIONS", "/s/events", headers=preflight)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-methods"] == "POST"
    assert "X-Write-Key" in answer.headers["access-control-allow-headers"]
    origin = {"Origin": "https://shop.example"}
    for asked in (
        answer,
        send(http, "POST", "/s/events", headers=origin, json={}),
        http.get("/s/events", headers=origin),
    ):
        assert asked.headers["access-control-allow-origin"] == "https://shop.example"
        assert asked.headers["access-control-allow-credentials"] == "true"
        assert asked.headers["vary"] == "Origin"


@pytest.mark.parametrize(
    "path", [API, f"{API}/quota", "/s/some-slug/click", "/s/some-slug/pixel.gif", "/nowhere"]
)
def test_nothing_else_is_open_to_other_origins(http: httpx.Client, path: str) -> None:
    """Every other path knows nothing of origins."""
    for method in ("GET", "OPTIONS"):
        answer = http.request(method, path, headers={"Origin": "https://shop.example"})
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_idempotency_keys_do_nothing(http: httpx.Client) -> None:
    """A repeated Idempotency-Key repeats the work."""
    headers = {"Idempotency-Key": "same"}
    statuses = [http.post(API, json=body(), headers=headers).status_code for _ in range(2)]
    assert statuses == [201, 409]
