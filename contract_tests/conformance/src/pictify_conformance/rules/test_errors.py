"""What every refusal has in common: its form, and what no path, method or input can bring about."""

from collections.abc import Callable

import httpx
import pytest

from pictify_conformance import spec
from pictify_conformance.http.write_guard import API
from pictify_conformance.testing import assertions
from pictify_conformance.testing.experiments import Lab
from pictify_conformance.testing.payloads import Json, event

JSON = {"Content-Type": "application/json"}
START = "2026-03-16T11:00:00Z"
KNOWN_CODES = set(spec.document()["components"]["schemas"]["FieldErrorCode"]["enum"])

Send = Callable[[Lab], httpx.Response]

PUBLISHED: dict[str, tuple[int, Send]] = {
    "list without key": (401, lambda lab: lab.with_headers().list_experiments()),
    "list with a wrong key": (
        401,
        lambda lab: lab.with_headers(Authorization="Bearer ct-no-key").list_experiments(),
    ),
    "empty create": (400, lambda lab: lab.create({})),
    "create of one variant": (
        400,
        lambda lab: lab.create(lab.body(variants=[{"id": "v0", "weight": 10_000}])),
    ),
    "unknown uid": (404, lambda lab: lab.get(lab.unknown_uid())),
    "start of a running one": (409, lambda lab: lab.start(lab.experiment("running")["uid"])),
    "start of a completed one": (409, lambda lab: lab.start(lab.experiment("completed")["uid"])),
}


@pytest.mark.rule("errors.json")
@pytest.mark.parametrize("case", PUBLISHED)
def test_json(lab: Lab, case: str) -> None:
    """An error that a page publishes with a body is a JSON object."""
    status, send = PUBLISHED[case]
    answer = assertions.status(send(lab), status)
    if not isinstance(assertions.json_of(answer), dict):
        assertions.fail("a JSON object", answer)


@pytest.mark.rule("errors.json")
@pytest.mark.parametrize("content", [b"{", b"[]", b"null", b""], ids=repr)
def test_json_of_malformed_json(lab: Lab, content: bytes) -> None:
    """Where a create that is no JSON object is the published 400, it is told in JSON."""
    answer = assertions.refused(lab.create(content=content, headers=JSON))
    if answer.status_code == 400 and not isinstance(assertions.json_of(answer), dict):
        assertions.fail("a JSON object", answer)


def taken_slug(lab: Lab) -> httpx.Response:
    """A create with a slug that is in use."""
    return lab.create(lab.body(slug=lab.experiment()["slug"]))


PROBLEMS: dict[str, tuple[int, str, Send]] = {
    "no key": (401, "missing-authorization", lambda lab: lab.with_headers().quota()),
    "bad key": (
        401,
        "invalid-api-key",
        lambda lab: lab.with_headers(Authorization="Bearer ct-no-such-key").quota(),
    ),
    "bad create": (400, "validation-error", lambda lab: lab.create({})),
    "bad query": (400, "validation-error", lambda lab: lab.list_experiments(limit=0)),
    "bad event": (400, "validation-error", lambda lab: lab.events({})),
    "bad winner": (
        400,
        "invalid-winner",
        lambda lab: lab.complete(lab.experiment("running")["uid"], "nobody"),
    ),
    "frozen": (
        400,
        "field-not-editable",
        lambda lab: lab.update(lab.experiment("running")["uid"], {"hypothesis": "No."}),
    ),
    "unknown uid": (404, "experiment-not-found", lambda lab: lab.get(lab.unknown_uid())),
    "unknown slug": (404, "experiment-not-found", lambda lab: lab.click(lab.new_slug())),
    "taken slug": (409, "slug-in-use", taken_slug),
    "bad move": (409, "invalid-state-transition", lambda lab: lab.pause(lab.experiment()["uid"])),
    "bad method": (405, "method-not-allowed", lambda lab: lab.request("TRACE", API)),
    "too large": (
        413,
        "payload-too-large",
        lambda lab: lab.create(content=b" " * (2**20 + 1), headers=JSON),
    ),
    "bad media type": (
        415,
        "unsupported-media-type",
        lambda lab: lab.create(content=b"-", headers={"Content-Type": "text/css"}),
    ),
}


@pytest.mark.rule("errors.problem-shape")
@pytest.mark.parametrize("case", PROBLEMS)
def test_problem_shape(lab: Lab, case: str) -> None:
    """An error tells its type, title, status, detail and path."""
    status, code, send = PROBLEMS[case]
    answer = send(lab)
    body = assertions.problem(answer, status, code)
    assertions.same(
        [body.get("status"), body.get("instance")],
        [status, answer.request.url.path],
        "status and instance",
    )
    if not all(isinstance(body.get(key), str) and body[key].strip() for key in ("title", "detail")):
        assertions.fail("a title and a detail in words", answer)


FAULTS: dict[str, tuple[Json, set[tuple[str, str]]]] = {
    "no name": ({"name": ...}, {("/name", "required")}),
    "name is a number": ({"name": 7}, {("/name", "invalid_type")}),
    "name too long": ({"name": "n" * 256}, {("/name", "too_long")}),
    "bad slug": ({"slug": "No Slug"}, {("/slug", "invalid_format")}),
    "unknown type": ({"type": "multivariate"}, {("/type", "invalid_value")}),
    "weight too large": (
        {"variants": [{"id": "a", "weight": 10_001}, {"id": "b", "weight": 0}]},
        {("/variants/0/weight", "out_of_range")},
    ),
    "no id in the second": (
        {"variants": [{"id": "a", "weight": 5000}, {"weight": 5000}]},
        {("/variants/1/id", "required")},
    ),
    "deep down": (
        {"outputConfig": {"quality": "best"}},
        {("/outputConfig/quality", "invalid_type")},
    ),
    "three at once": (
        {"name": ..., "hypothesis": "h" * 501, "minimumRunDays": "7"},
        {("/name", "required"), ("/hypothesis", "too_long"), ("/minimumRunDays", "invalid_type")},
    ),
}


@pytest.mark.rule("errors.field-errors")
@pytest.mark.parametrize("case", FAULTS)
def test_field_errors(lab: Lab, case: str) -> None:
    """Each broken field of a body is listed by its JSON Pointer, with a message and a code."""
    fields, faults = FAULTS[case]
    listed(lab.create(lab.body(**fields)), faults)


@pytest.mark.rule("errors.field-errors")
def test_field_errors_of_a_query(lab: Lab) -> None:
    """Each broken parameter of a query is listed by its name, with a message and a code."""
    faults = {
        ("query.page", "out_of_range"),
        ("query.limit", "invalid_type"),
        ("query.type", "invalid_value"),
    }
    listed(lab.list_experiments(page=0, limit="all", type="multivariate"), faults)


def listed(answer: httpx.Response, faults: set[tuple[str, str]]) -> None:
    """The answer is a validation-error with exactly these faults, each with a message."""
    problem = assertions.problem(answer, 400, "validation-error")
    assertions.same(sorted(assertions.faults(problem)), sorted(faults), "the faults")
    for item in problem["errors"]:
        if not str(item.get("message") or "").strip() or item["code"] not in KNOWN_CODES:
            assertions.fail("a message and a known code for each fault", answer)


PATHS: dict[str, tuple[set[str], list[str]]] = {
    API: ({"GET", "POST"}, ["TRACE"]),
    f"{API}/quota": ({"GET"}, ["TRACE"]),
    f"{API}/{{uid}}": ({"GET", "PUT", "DELETE"}, ["POST", "PATCH", "TRACE"]),
    f"{API}/{{uid}}/start": ({"POST"}, ["GET", "PUT", "PATCH", "DELETE", "TRACE"]),
    f"{API}/{{uid}}/pause": ({"POST"}, ["GET", "PUT", "PATCH", "DELETE", "TRACE"]),
    f"{API}/{{uid}}/complete": ({"POST"}, ["GET", "PUT", "PATCH", "DELETE", "TRACE"]),
    "/s/events": ({"POST"}, ["GET", "TRACE"]),
    "/s/{slug}/click": ({"GET"}, ["POST", "PUT", "PATCH", "DELETE", "TRACE"]),
    "/s/{slug}/pixel.gif": ({"GET"}, ["POST", "PUT", "PATCH", "DELETE", "TRACE"]),
}
ALWAYS_ALLOWED = {"HEAD", "OPTIONS"}


@pytest.mark.rule("errors.method-not-allowed")
@pytest.mark.parametrize("path", PATHS)
def test_method_not_allowed(lab: Lab, path: str) -> None:
    """A method that the path does not have is 405, names those it has, and changes nothing."""
    allowed, others = PATHS[path]
    made = lab.read(lab.clickable()["uid"])
    for method in others:
        answer = lab.request(method, path.format(**made))
        assertions.problem(answer, 405, "method-not-allowed")
        named = {word.strip().upper() for word in answer.headers.get("allow", "").split(",")}
        assertions.same(sorted(named - ALWAYS_ALLOWED), sorted(allowed), f"Allow of {path}")
    lab.unchanged(made)


UNKNOWN_PATHS = [
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
]


@pytest.mark.rule("errors.unknown-path")
@pytest.mark.parametrize(("method", "path"), UNKNOWN_PATHS)
def test_unknown_path(lab: Lab, method: str, path: str) -> None:
    """A path that the API does not have is a 404 problem, with a trailing slash too, and does nothing."""
    made = lab.read(lab.clickable("paused")["uid"])
    answer = assertions.status(lab.request(method, path.format(**made)), 404)
    body = assertions.json_of(answer)
    if not isinstance(body, dict) or not str(body.get("type")).startswith(assertions.PROBLEM_TYPE):
        assertions.fail("a problem", answer)
    assertions.same(body.get("status"), 404, "status")
    lab.unchanged(made)


@pytest.mark.rule("errors.request-id")
def test_request_id(lab: Lab) -> None:
    """Every answer has a request id that no other has."""
    made = lab.clickable()
    reads = [
        lab.get(made["uid"]),
        lab.get(made["uid"]),
        lab.list_experiments(),
        lab.quota(),
        lab.start(made["uid"]),
    ]
    public = [
        lab.click(made["slug"]),
        lab.pixel(made["slug"]),
        lab.events(event(made)),
        lab.create(lab.body()),
    ]
    heads = [
        lab.request("HEAD", API),
        lab.request("OPTIONS", "/s/events"),
        lab.request("GET", "/nowhere"),
    ]
    answers = [*reads, *public, *heads, *(send(lab) for _, _, send in PROBLEMS.values())]
    seen: set[str] = set()
    for answer in answers:
        identifier = answer.headers.get("x-request-id", "").strip()
        if not identifier or identifier in seen:
            assertions.fail(f"a request id that no other answer has, not {identifier!r}", answer)
        seen.add(identifier)


UNKNOWN = "x-unknown-member"


@pytest.mark.rule("errors.unknown-members")
def test_unknown_members_of_an_experiment(lab: Lab) -> None:
    """Unknown members of a create and an update, nested ones too, are taken and shown nowhere."""
    more = {UNKNOWN: "kept?"}
    rows = [
        {"id": "a", "weight": 5000, **more},
        {"id": "b", "weight": 5000, "schedule": {"startAt": START, **more}},
    ]
    configs = {
        "goalConfig": {"type": "impressions_only", **more},
        "banditConfig": {**more},
        "outputConfig": {**more},
    }
    body = {"name": f"Unknown members {lab.target.token}", "variants": rows, **configs, **more}
    created = assertions.status(lab.create(lab.body(type="scheduled", **body)), 201)
    uid = assertions.experiment(created)["uid"]
    for answer in (
        created,
        lab.get(uid),
        lab.update(uid, body),
        lab.get(uid),
        lab.list_experiments(limit=100),
    ):
        if UNKNOWN in assertions.status(answer, 200, 201).text:
            assertions.fail("an answer without the unknown member", answer)


@pytest.mark.rule("errors.unknown-members")
def test_unknown_members_of_other_requests(lab: Lab) -> None:
    """Unknown members of an event and of a completion are taken."""
    made = lab.experiment("running")
    assertions.taken(lab.events({**event(made), UNKNOWN: 1}), 1)
    answer = lab.request(
        "POST", f"{API}/{made['uid']}/complete", json={"winnerVariantId": "v0", UNKNOWN: 1}
    )
    if UNKNOWN in assertions.status(answer, 200).text:
        assertions.fail("an answer without the unknown member", answer)


@pytest.mark.rule("errors.unknown-members")
def test_unknown_members_of_a_query(lab: Lab) -> None:
    """Unknown query parameters change no answer, be they words that other APIs know."""
    made = lab.existing("running")
    odd = {UNKNOWN: "1", "sort": "name", "offset": "1000", "fields": "uid", "type[]": "scheduled"}
    shown = assertions.experiment(
        assertions.status(lab.request("GET", f"{API}/{made['uid']}", params=odd), 200)
    )
    assertions.same(shown, made, "the experiment that a read with unknown parameters shows")
    rows = lab.rows(type="ab_test", status="running", **odd)
    assertions.same(
        [row for row in rows if row["uid"] == made["uid"]], [made], "its rows in a list with them"
    )
    assertions.status(lab.request("GET", f"{API}/quota", params=odd), 200)
    assertions.status(lab.request("POST", f"{API}/{made['uid']}/pause", params=odd), 200)
