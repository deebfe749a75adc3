"""The form of refusals, unknown paths and methods, and unknown members."""

import httpx
import pytest

from pictify_conformance import spec
from pictify_conformance.http.write_guard import API
from pictify_conformance.testing import ApiClient, Experiments
from pictify_conformance.testing.assertions import (
    PROBLEM_TYPE,
    assert_equal,
    assert_events_accepted,
    assert_field_errors,
    assert_problem,
    assert_refused,
    assert_status,
    assert_that,
)
from pictify_conformance.testing.payloads import Json, event
from pictify_conformance.testing.responses import experiment_of, json_of, words_of

JSON = {"Content-Type": "application/json"}
KNOWN_CODES = set(spec.document()["components"]["schemas"]["FieldErrorCode"]["enum"])


def assert_json_object(response: httpx.Response) -> None:
    assert_that(isinstance(json_of(response), dict), "a JSON object", response)


def assert_published_error(response: httpx.Response, status: int) -> None:
    assert_status(response, status)
    assert_json_object(response)


@pytest.mark.rule("errors.json")
def test_json(api: ApiClient, experiments: Experiments) -> None:
    assert_published_error(api.with_headers().list_experiments(), 401)
    wrong_key = api.with_headers(Authorization="Bearer ct-no-key")
    assert_published_error(wrong_key.list_experiments(), 401)
    assert_published_error(api.create({}), 400)
    one_variant = experiments.body(variants=[{"id": "v0", "weight": 10_000}])
    assert_published_error(api.create(one_variant), 400)
    assert_published_error(api.get(experiments.unknown_uid()), 404)
    uid = experiments.create("running")["uid"]
    assert_published_error(api.start(uid), 409)
    experiments.complete(uid)
    assert_published_error(api.start(uid), 409)


@pytest.mark.rule("errors.json")
@pytest.mark.parametrize("content", [b"{", b"[]", b"null", b""], ids=repr)
def test_json_of_malformed_json(api: ApiClient, content: bytes) -> None:
    """The docs publish a body for a 400 only."""
    response = api.create(content=content, headers=JSON)
    assert_refused(response)
    if response.status_code == 400:
        assert_json_object(response)


def refused(api: ApiClient, experiments: Experiments) -> list[tuple[httpx.Response, int, str]]:
    """Send a request for each problem. Return the responses with status and code."""
    running = experiments.create("running")
    uid, wrong_key = running["uid"], api.with_headers(Authorization="Bearer ct-no-such-key")
    too_large, css = b" " * (2**20 + 1), {"Content-Type": "text/css"}
    return [
        (api.with_headers().get_quota(), 401, "missing-authorization"),
        (wrong_key.get_quota(), 401, "invalid-api-key"),
        (api.create({}), 400, "validation-error"),
        (api.list_experiments(limit=0), 400, "validation-error"),
        (api.send_events({}), 400, "validation-error"),
        (api.complete(uid, "nobody"), 400, "invalid-winner"),
        (api.update(uid, {"hypothesis": "No."}), 400, "field-not-editable"),
        (api.get(experiments.unknown_uid()), 404, "experiment-not-found"),
        (api.click(experiments.new_slug()), 404, "experiment-not-found"),
        (api.create(experiments.body(slug=running["slug"])), 409, "slug-in-use"),
        (api.start(uid), 409, "invalid-state-transition"),
        (api.request("TRACE", API), 405, "method-not-allowed"),
        (api.create(content=too_large, headers=JSON), 413, "payload-too-large"),
        (api.create(content=b"-", headers=css), 415, "unsupported-media-type"),
    ]


@pytest.mark.rule("errors.problem-shape")
def test_problem_shape(api: ApiClient, experiments: Experiments) -> None:
    for response, status, code in refused(api, experiments):
        assert_problem(response, status, code)
        body = json_of(response)
        expected = [status, response.request.url.path]
        assert_equal([body.get("status"), body.get("instance")], expected, "status and instance")
        texts = [body.get("title"), body.get("detail")]
        are_texts = all(isinstance(text, str) and text.strip() for text in texts)
        assert_that(are_texts, "a title and a detail in words", response)


def assert_errors_listed(response: httpx.Response, expected: set[tuple[str, str]]) -> None:
    """Assert a validation error with exactly these fields and codes, each with a message."""
    assert_problem(response, 400, "validation-error")
    assert_field_errors(response, expected)
    for item in json_of(response)["errors"]:
        is_known = str(item.get("message") or "").strip() and item["code"] in KNOWN_CODES
        assert_that(is_known, "a message and a known code for each error", response)


@pytest.mark.rule("errors.field-errors")
@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"name": ...}, {("/name", "required")}, id="no name"),
        pytest.param({"name": 7}, {("/name", "invalid_type")}, id="name is a number"),
        pytest.param({"name": "n" * 256}, {("/name", "too_long")}, id="name too long"),
        pytest.param({"slug": "No Slug"}, {("/slug", "invalid_format")}, id="bad slug"),
        pytest.param({"type": "multivariate"}, {("/type", "invalid_value")}, id="unknown type"),
        pytest.param(
            {"variants": [{"id": "a", "weight": 10_001}, {"id": "b", "weight": 0}]},
            {("/variants/0/weight", "out_of_range")},
            id="weight too large",
        ),
        pytest.param(
            {"variants": [{"id": "a", "weight": 5000}, {"weight": 5000}]},
            {("/variants/1/id", "required")},
            id="no id in the second",
        ),
        pytest.param(
            {"outputConfig": {"quality": "best"}},
            {("/outputConfig/quality", "invalid_type")},
            id="deep down",
        ),
        pytest.param(
            {"name": ..., "hypothesis": "h" * 501, "minimumRunDays": "7"},
            {
                ("/name", "required"),
                ("/hypothesis", "too_long"),
                ("/minimumRunDays", "invalid_type"),
            },
            id="three at once",
        ),
    ],
)
def test_field_errors(
    api: ApiClient, experiments: Experiments, fields: Json, expected: set[tuple[str, str]]
) -> None:
    assert_errors_listed(api.create(experiments.body(**fields)), expected)


@pytest.mark.rule("errors.field-errors")
def test_field_errors_of_a_query(api: ApiClient) -> None:
    codes = {"page": "out_of_range", "limit": "invalid_type", "type": "invalid_value"}
    expected = {(f"query.{name}", code) for name, code in codes.items()}
    response = api.list_experiments(page=0, limit="all", type="multivariate")
    assert_errors_listed(response, expected)


ON_MOVES = ["GET", "PUT", "PATCH", "DELETE", "TRACE"]
ON_VISITS = ["POST", "PUT", "PATCH", "DELETE", "TRACE"]


@pytest.mark.rule("errors.method-not-allowed")
@pytest.mark.parametrize(
    ("path", "allowed", "others"),
    [
        (API, {"get", "post"}, ["TRACE"]),
        (f"{API}/quota", {"get"}, ["TRACE"]),
        (f"{API}/{{uid}}", {"get", "put", "delete"}, ["POST", "PATCH", "TRACE"]),
        (f"{API}/{{uid}}/start", {"post"}, ON_MOVES),
        (f"{API}/{{uid}}/pause", {"post"}, ON_MOVES),
        (f"{API}/{{uid}}/complete", {"post"}, ON_MOVES),
        ("/s/events", {"post"}, ["GET", "TRACE"]),
        ("/s/{slug}/click", {"get"}, ON_VISITS),
        ("/s/{slug}/pixel.gif", {"get"}, ON_VISITS),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_method_not_allowed(
    api: ApiClient, experiments: Experiments, path: str, allowed: set[str], others: list[str]
) -> None:
    experiment = experiments.read(experiments.create_clickable()["uid"])
    for method in others:
        response = api.request(method, path.format(**experiment))
        assert_problem(response, 405, "method-not-allowed")
        named = words_of(response, "allow") - {"head", "options"}
        assert_equal(sorted(named), sorted(allowed), f"Allow of {path}")
    experiments.assert_unchanged(experiment)


@pytest.mark.rule("errors.unknown-path")
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/experiments"),
        ("GET", "/Experiments/api"),
        ("GET", f"{API}/"),
        ("GET", f"{API}/quota/"),
        ("GET", f"{API}/quota/used"),
        ("GET", f"{API}/{{uid}}/"),
        ("GET", f"{API}/{{uid}}/results"),
        ("PUT", f"{API}/{{uid}}/"),
        ("DELETE", f"{API}/{{uid}}/"),
        ("POST", f"{API}/{{uid}}/start/"),
        ("POST", f"{API}/{{uid}}/stop"),
        ("GET", "/s"),
        ("GET", "/s/{slug}"),
        ("GET", "/s/{slug}/"),
        ("GET", "/s/{slug}/click/"),
        ("GET", "/s/{slug}/pixel"),
        ("GET", "/s/{slug}/pixel.gif/"),
    ],
)
def test_unknown_path(api: ApiClient, experiments: Experiments, method: str, path: str) -> None:
    experiment = experiments.read(experiments.create_clickable("paused")["uid"])
    response = api.request(method, path.format(**experiment))
    assert_status(response, 404)
    assert_json_object(response)
    body = json_of(response)
    is_problem = str(body.get("type")).startswith(PROBLEM_TYPE)
    assert_that(is_problem, "a problem", response)
    assert_equal(body.get("status"), 404, "status")
    experiments.assert_unchanged(experiment)


@pytest.mark.rule("errors.request-id")
def test_request_id(api: ApiClient, experiments: Experiments) -> None:
    experiment = experiments.create_clickable()
    uid, slug = experiment["uid"], experiment["slug"]
    responses = [api.get(uid), api.get(uid), api.list_experiments(), api.get_quota()]
    responses += [api.start(uid), api.click(slug), api.load_pixel(slug)]
    responses += [api.send_events(event(experiment)), api.create(experiments.body())]
    responses += [api.request("HEAD", API), api.request("OPTIONS", "/s/events")]
    responses += [api.request("GET", "/nowhere")]
    responses += [response for response, _, _ in refused(api, experiments)]
    seen: set[str] = set()
    for response in responses:
        request_id = response.headers.get("x-request-id", "").strip()
        expected = f"a request id that no other answer has, not {request_id!r}"
        assert_that(request_id and request_id not in seen, expected, response)
        seen.add(request_id)


UNKNOWN = "x-unknown-member"


def assert_not_shown(response: httpx.Response) -> None:
    assert_status(response, 200, 201)
    assert_that(UNKNOWN not in response.text, "an answer without the unknown member", response)


@pytest.mark.rule("errors.unknown-members")
def test_unknown_members_of_an_experiment(api: ApiClient, experiments: Experiments) -> None:
    more: Json = {UNKNOWN: "kept?"}
    schedule = {"startAt": "2026-03-16T11:00:00Z", **more}
    body: Json = {
        "name": f"Unknown members {api.target.token}",
        "variants": [
            {"id": "a", "weight": 5000, **more},
            {"id": "b", "weight": 5000, "schedule": schedule},
        ],
        "goalConfig": {"type": "impressions_only", **more},
        "banditConfig": more,
        "outputConfig": more,
        **more,
    }
    response = api.create(experiments.body(type="scheduled", **body))
    assert_not_shown(response)
    uid = experiment_of(response, 201)["uid"]
    assert_not_shown(api.get(uid))
    assert_not_shown(api.update(uid, body))
    assert_not_shown(api.get(uid))
    assert_not_shown(api.list_experiments(limit=100))


@pytest.mark.rule("errors.unknown-members")
def test_unknown_members_of_other_requests(api: ApiClient, experiments: Experiments) -> None:
    experiment = experiments.create("running")
    assert_events_accepted(api.send_events({**event(experiment), UNKNOWN: 1}), 1)
    body = {"winnerVariantId": "v0", UNKNOWN: 1}
    assert_not_shown(api.request("POST", f"{API}/{experiment['uid']}/complete", json=body))


@pytest.mark.rule("errors.unknown-members")
def test_unknown_members_of_a_query(api: ApiClient, experiments: Experiments) -> None:
    experiment = experiments.create_and_read("running")
    path = f"{API}/{experiment['uid']}"
    query = {UNKNOWN: "1", "sort": "name", "offset": "1000", "fields": "uid", "type[]": "scheduled"}
    shown = experiment_of(api.request("GET", path, params=query))
    assert_equal(shown, experiment, "the experiment that a read with unknown parameters shows")
    rows = experiments.rows(type="ab_test", status="running", **query)
    own = [row for row in rows if row["uid"] == experiment["uid"]]
    assert_equal(own, [experiment], "its rows in a list with them")
    assert_status(api.request("GET", f"{API}/quota", params=query), 200)
    assert_status(api.request("POST", f"{path}/pause", params=query), 200)
