"""Odd methods, paths, queries, media types and bodies, where the docs define nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from .conftest import (
    API,
    HALVES,
    assert_helpful,
    body,
    create_experiment,
    create_in_status,
    field_errors,
    get_experiment,
    problem_code,
)

if TYPE_CHECKING:
    import httpx

UNKNOWN = f"{API}/exp_0000000000"
JSON = {"Content-Type": "application/json"}
HTML = {"Content-Type": "text/html"}


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer ", "Bearer pk_test_one x"])
def test_an_incomplete_key_is_unknown(http: httpx.Client, authorization: str) -> None:
    response = http.get(API, headers={"Authorization": authorization})
    assert (response.status_code, problem_code(response)) == (401, "invalid-api-key")
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "path",
    [
        f"{API}/quota%0A",
        "//s/events",
        "/s//click",
        "/s/some-slug/pixelxgif",
        "/s/.png",
        "/s/some-slug.png.png",
        "/s/some-slug/images/0.gif",
        "/_mocks/health",
        "/%ff%00",
    ],
)
def test_a_path_that_is_nearly_right_is_unknown(http: httpx.Client, path: str) -> None:
    response = http.get(path)
    assert response.status_code == 404
    assert problem_code(response).endswith("not-found")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (f"page={2**63}", "out_of_range"),
        (f"page={'9' * 5000}", "out_of_range"),
        ("page=", "invalid_type"),
        ("page=1.0", "invalid_type"),
        ("page=%D9%A1", "invalid_type"),
        ("page=1%0A", "invalid_type"),
        ("page=1_0", "invalid_type"),
        ("limit=5&limit=5", "conflict"),
        ("status=", "invalid_value"),
        ("type=%ff%fe%00", "invalid_value"),
    ],
    ids=range(10),
)
def test_an_odd_query_parameter_is_refused(http: httpx.Client, query: str, code: str) -> None:
    response = http.get(f"{API}?{query}")
    assert response.status_code == 400
    assert field_errors(response) == [(f"query.{query.partition('=')[0]}", code)]
    assert http.get(API, params={"page": 2**63 - 1}).json()["page"] == 2**63 - 1


def test_experiments_of_one_millisecond_are_listed_by_uid(http: httpx.Client) -> None:
    uids = [create_experiment(http, slug=f"number-{number}")["uid"] for number in range(5)]
    rows = http.get(API).json()["experiments"]
    assert [row["uid"] for row in rows] == sorted(uids)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": ";;"},
        {"Content-Type": "application/json; charset=latin-1"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ],
)
def test_a_body_that_is_not_plain_json_is_refused(
    http: httpx.Client, headers: dict[str, str]
) -> None:
    response = http.post(API, content=b"{}", headers=headers)
    assert (response.status_code, problem_code(response)) == (415, "unsupported-media-type")


@pytest.mark.parametrize(
    "media_type",
    [
        'APPLICATION/JSON ; Charset="UTF-8"',
        "application/json;charset=utf8",
        "application/json; charset='UTF8'",
        "application/json; charset=US-ASCII",
        "application/json;;;=;x",
    ],
)
def test_other_spellings_of_a_media_type_in_utf_8_are_taken(
    http: httpx.Client, media_type: str
) -> None:
    content = http.build_request("POST", API, json=body()).content
    response = http.post(API, content=content, headers={"Content-Type": media_type})
    assert response.status_code == 201


def test_a_preflight_allows_the_headers_it_asks_for(http: httpx.Client) -> None:
    """Such as those of tracing scripts, which add them to every request of a page."""
    asked = "baggage,content-type,sentry-trace"
    headers = {"Origin": "https://shop.example.com", "Access-Control-Request-Headers": asked}
    response = http.options("/s/events", headers=headers)
    assert response.headers["Access-Control-Allow-Headers"] == asked
    assert "X-Write-Key" in http.options("/s/events").headers["Access-Control-Allow-Headers"]


def test_checks_come_in_the_order_of_the_readme(http: httpx.Client) -> None:
    """Authentication, media type, body, existence, status."""
    uid = create_in_status(http, "running")["uid"]
    draft = create_experiment(http, slug="a-draft")["uid"]
    no_key = {"Authorization": "Bearer unknown"}
    assert http.put(UNKNOWN, content=b"x", headers=HTML | no_key).status_code == 401
    assert http.put(UNKNOWN, content=b"x", headers=HTML).status_code == 415
    assert http.put(UNKNOWN, content=b"x", headers=JSON).status_code == 400
    assert http.put(UNKNOWN, json={"slug": "Bad Slug"}).status_code == 400
    assert http.put(UNKNOWN, json={"slug": "good-slug"}).status_code == 404
    malformed = http.put(f"{API}/{uid}", json={"slug": "Bad Slug"})
    assert problem_code(malformed) == "validation-error"
    frozen = http.put(f"{API}/{uid}", json={"slug": "good-slug"})
    assert problem_code(frozen) == "field-not-editable"
    assert http.post(f"{UNKNOWN}/complete", json={}).status_code == 400
    winner = {"winnerVariantId": "unknown"}
    assert http.post(f"{UNKNOWN}/complete", json=winner).status_code == 404
    assert http.post(f"{API}/{draft}/complete", json=winner).status_code == 409


def test_the_instance_of_a_problem_is_a_uri_reference_without_the_query(
    http: httpx.Client,
) -> None:
    response = http.get(f"{API}/exp%20%C3%A9%00%ff?key=secret")
    assert response.status_code == 404
    assert response.json()["instance"] == f"{API}/exp%20%C3%A9%00%EF%BF%BD"


def test_an_idempotency_key_is_ignored(http: httpx.Client) -> None:
    headers = {"Idempotency-Key": "same"}
    statuses = [http.post(API, json=body(), headers=headers).status_code for _ in range(2)]
    assert statuses == [201, 409]


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"name": None}, "/name", "invalid_type"),
        ({"name": "é" * 256}, "/name", "too_long"),
        ({"type": "bandit"}, "/type", "invalid_value"),
        ({"variants": {}}, "/variants", "invalid_type"),
        ({"variants": HALVES[:1]}, "/variants", "out_of_range"),
        ({"variants": HALVES * 100}, "/variants", "out_of_range"),
        ({"variants": [HALVES[0], {"id": "b"}]}, "/variants/1/weight", "required"),
        (
            {"variants": [HALVES[0], {"id": "b", "weight": 0.5}]},
            "/variants/1/weight",
            "invalid_type",
        ),
        (
            {"variants": [HALVES[0], {"id": "b", "weight": -1}]},
            "/variants/1/weight",
            "out_of_range",
        ),
        (
            {"variants": [HALVES[0], HALVES[1] | {"isDefault": 1}]},
            "/variants/1/isDefault",
            "invalid_type",
        ),
        ({"outputConfig": {"quality": True}}, "/outputConfig/quality", "invalid_type"),
        ({"minimumSampleSize": 2**63}, "/minimumSampleSize", "out_of_range"),
        ({"minimumSampleSize": 1e300}, "/minimumSampleSize", "out_of_range"),
        ({"goalConfig": "x"}, "/goalConfig", "invalid_type"),
    ],
)
def test_a_broken_body_is_refused_with_a_pointer(
    http: httpx.Client, change: dict[str, Any], field: str, code: str
) -> None:
    created = http.post(API, json=body(**change))
    experiment = create_experiment(http)
    updated = http.put(f"{API}/{experiment['uid']}", json={"hypothesis": "new", **change})
    for response in (created, updated):
        assert (response.status_code, problem_code(response)) == (400, "validation-error")
        assert field_errors(response) == [(field, code)]
        assert_helpful(response.json()["errors"][0]["message"])
    assert get_experiment(http, experiment["uid"]) == experiment


def test_a_whole_number_may_be_written_as_a_float(http: httpx.Client) -> None:
    variants = [{"id": "a", "weight": 5000.0}, {"id": "b", "weight": 5e3}]
    response = http.post(API, json=body(variants=variants, minimumSampleSize=302.0))
    assert '"weight":5000,' in response.text
    assert '"minimumSampleSize":302,' in response.text


def test_an_image_is_gone_only_under_the_last_slug_of_a_deleted_experiment(
    http: httpx.Client,
) -> None:
    first = create_experiment(http)["uid"]
    http.put(f"{API}/{first}", json={"slug": "second-slug"})
    assert http.get("/s/hero-test.png").status_code == 404
    http.delete(f"{API}/{first}")
    assert http.get("/s/hero-test.png").status_code == 404
    assert http.get("/s/second-slug.png").status_code == 410
    taker = create_experiment(http, slug="second-slug")["uid"]
    assert http.get("/s/second-slug.png").status_code == 404
    http.put(f"{API}/{taker}", json={"slug": "third-slug"})
    assert http.get("/s/second-slug.png").status_code == 410
