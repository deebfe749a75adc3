"""Hostile input: it may be refused or accepted, but must not be a server error."""

import json
import re

import httpx
import pytest

from pictify_conformance.http.write_guard import API
from pictify_conformance.testing import ApiClient, Experiments
from pictify_conformance.testing.assertions import assert_that
from pictify_conformance.testing.payloads import Json

JSON = {"Content-Type": "application/json"}


def assert_no_server_error(response: httpx.Response) -> None:
    assert_that(response.status_code < 500, "no 5xx", response)


def as_json(body: Json) -> bytes:
    return json.dumps(body).encode()


def nested_arrays(levels: int) -> str:
    return "[" * levels + "]" * levels


def nested_groups(levels: int) -> str:
    group = '{"type":"group","operator":"AND","children":['
    return group * levels + "]}" * levels


def with_variant(member: str) -> str:
    """Return variants of which the first has this member."""
    return f'"variants":[{{"id":"a","weight":10000,{member}}},{{"id":"b","weight":0}}]'


HOSTILE_MEMBERS = {
    "lone surrogate": r'"hypothesis":"\ud800"',
    "NUL": r'"hypothesis":"\u0000","templateUid":"\u0000"',
    "not UTF-8": '"hypothesis":"\udcff"',
    "right-to-left": '"hypothesis":"\u202e\ufeff"',
    "a number beyond double": '"confidenceThreshold":1e999',
    "a tiny number": '"confidenceThreshold":1e-999',
    "a very long number": f'"minimumSampleSize":{"9" * 5000}',
    "a 64-bit number and one": '"minimumRunDays":9223372036854775808',
    "a negative number": '"minimumRunDays":-9223372036854775809',
    "deep variables": with_variant(f'"variables":{{"deep":{nested_arrays(500)}}}'),
    "deeper variables": with_variant(f'"variables":{{"deep":{nested_arrays(99_999)}}}'),
    "deep conditions": with_variant(f'"conditions":{nested_groups(2000)}'),
    "huge weights": '"variants":[{"id":"a","weight":1e308},{"id":"b","weight":-1e308}]',
    "many variants": '"variants":[' + '{"id":"a","weight":1},' * 9999 + '{"id":"b","weight":1}]',
    "a member twice": '"name":"one","name":"two"',
    "odd member names": r'"":1,"__proto__":{"name":7},"constructor":null,"a/b~c":2,"$where":"1"',
    "an odd date": with_variant('"schedule":{"startAt":"9999-12-31T23:59:60Z"}'),
    "a date at the end of time": with_variant('"schedule":{"startAt":"9999-12-31T23:59:59-23:59"}'),
    "an odd zone": with_variant('"schedule":{"recurrence":{"timezone":"../../etc/passwd"}}'),
    "a zone with NUL": with_variant(r'"schedule":{"recurrence":{"timezone":"Europe/\u0000"}}'),
    "an odd cron": with_variant(
        '"schedule":{"recurrence":{"type":"cron","cronExpression":"*/0 * * * *"}}'
    ),
    "an odd URL": r'"fallbackImageUrl":"http://[::1",'
    r'"goalConfig":{"destinationUrl":"http://[::1]:99999/\r\nX: 1"}',
}


@pytest.mark.rule("errors.hostile-input")
@pytest.mark.parametrize("case", HOSTILE_MEMBERS)
def test_hostile_input_members(api: ApiClient, experiments: Experiments, case: str) -> None:
    """An experiment with accepted members can be read."""
    uid = experiments.create()["uid"]
    members = HOSTILE_MEMBERS[case].encode("utf-8", "surrogateescape")
    whole = as_json(experiments.body(type="scheduled"))[:-1] + b"," + members + b"}"
    assert_no_server_error(api.create(content=whole, headers=JSON))
    body = b"{" + members + b"}"
    assert_no_server_error(api.request("PUT", f"{API}/{uid}", content=body, headers=JSON))
    assert_no_server_error(api.get(uid))
    assert_no_server_error(api.list_experiments(limit=100))


HOSTILE_BODIES = [b"null", b"true", b"7", b'"text"', b"[]", b"[null]", b"[[]]", b"\x00"]
HOSTILE_BODIES += [b"\xff\xfe{\x00}\x00", b"\xef\xbb\xbf{}", b'{"event":[]}', b'[{"event":{}},7]']
HOSTILE_BODIES += [b"{" * 100_000, b"[" * 100_000, b'{"a":' * 50_000]
HOSTILE_BODIES += [nested_arrays(100_000).encode()]


@pytest.mark.rule("errors.hostile-input")
@pytest.mark.parametrize("body", HOSTILE_BODIES, ids=lambda body: repr(body[:12])[2:-1])
def test_hostile_input_bodies(api: ApiClient, experiments: Experiments, body: bytes) -> None:
    path = f"{API}/{experiments.create('running')['uid']}"
    assert_no_server_error(api.create(content=body, headers=JSON))
    assert_no_server_error(api.request("PUT", path, content=body, headers=JSON))
    assert_no_server_error(api.request("POST", f"{path}/complete", content=body, headers=JSON))
    assert_no_server_error(api.request("POST", f"{path}/start", content=body, headers=JSON))
    sender = api.with_headers()
    assert_no_server_error(sender.request("POST", "/s/events", content=body, headers=JSON))


JUNK = ["%00", "%ff", "%F0%9F%98%80", "%", "%zz", "'%20OR%201=1--", "{uid}", "%0d%0aX:1", "%20"]
JUNK += [".", "x" * 4000]
CLIMBING = ["%2e%2e%2f%2e%2e", "..%5c..", "%2fetc%2fpasswd"]


@pytest.mark.rule("errors.hostile-input")
@pytest.mark.parametrize("junk", [*JUNK, *CLIMBING], ids=lambda junk: junk[:16])
def test_hostile_input_paths(api: ApiClient, junk: str) -> None:
    for path in (f"{API}/{junk}", f"{API}/{junk}/start", f"/{junk}"):
        assert_no_server_error(api.request("GET", path))
    for name in ("limit", "status"):
        assert_no_server_error(api.request("GET", f"{API}?{name}={junk}"))


@pytest.mark.rule("errors.hostile-input")
@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: junk[:16])
def test_hostile_input_slugs(api: ApiClient, experiments: Experiments, junk: str) -> None:
    slug = experiments.new_slug() + junk
    assert_no_server_error(api.click(slug))
    assert_no_server_error(api.load_pixel(slug))
    body = {"event": "impression", "experiment": slug, "variantId": junk}
    assert_no_server_error(api.send_events(body))


QUERIES = ["page=99999999999999999999", "limit=1e2", "limit=1&limit=2", "limit", "=1", "&&&"]
QUERIES += ["page=%D9%A1", "type[]=ab_test", "limit=+5"]


@pytest.mark.rule("errors.hostile-input")
@pytest.mark.parametrize("query", QUERIES)
def test_hostile_input_queries(api: ApiClient, query: str) -> None:
    assert_no_server_error(api.request("GET", f"{API}?{query}"))


@pytest.mark.rule("errors.hostile-input")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Content-Type", ";;;"),
        ("Authorization", "Bearer \x7f"),
        ("Accept", "no/thing;q=x"),
        ("X-Request-Id", "x" * 5000),
    ],
    ids=["Content-Type", "Authorization", "Accept", "X-Request-Id"],
)
def test_hostile_input_headers(
    api: ApiClient, experiments: Experiments, name: str, value: str
) -> None:
    sender = api.with_headers(**{**api.headers, name: value})
    assert_no_server_error(sender.list_experiments(limit=1))
    content, headers = as_json(experiments.body()), {"Content-Type": "application/json; charset=x"}
    assert_no_server_error(sender.create(content=content, headers=headers))


INTERNALS = re.compile(
    "|".join(
        [
            r"Traceback \(most recent call last\)",
            r"File \\?\"[^\"]+\", line \d+",
            r"\\n\s*at \S|\bat [\w.<>$]+ \(\S+:\d+",  # a stack of JavaScript or Java
            r"\.(?:js|ts|py|rb|go|php|java):\d+|goroutine \d+|java\.lang\.",
            r"node_modules|site-packages",
            r"SQLSTATE|SELECT .+ FROM |MongoServerError|E11000|Cast to \w+ failed",
            r"\"stack\"\s*:",
        ]
    )
)


def assert_no_internals(response: httpx.Response) -> None:
    found = INTERNALS.search(response.text)
    shown = found[0] if found else ""
    assert_that(not found, f"nothing of the server's internals, not {shown!r}", response)


@pytest.mark.rule("errors.no-internals")
def test_no_internals(api: ApiClient, experiments: Experiments) -> None:
    """All requests are refused."""
    running = experiments.create("running")
    uid = running["uid"]
    assert_no_internals(api.with_headers().get(uid))
    assert_no_internals(api.with_headers(Authorization="Bearer '\"{$gt:1}").get(uid))
    assert_no_internals(api.get(experiments.unknown_uid()))
    assert_no_internals(api.request("GET", f"{API}/%00'%22%7B"))
    assert_no_internals(api.create({}))
    assert_no_internals(api.create(content=b'{"name": ', headers=JSON))
    assert_no_internals(api.create(content=b"\xff\xfe{", headers=JSON))
    wrong_types = [None, {"id": {"$gt": ""}, "weight": "x"}]
    assert_no_internals(api.create(experiments.body(variants=wrong_types)))
    assert_no_internals(api.create(experiments.body(slug=running["slug"])))
    assert_no_internals(api.update(uid, {"variants": {"$set": 1}}))
    assert_no_internals(api.update(uid, {"hypothesis": "Too late."}))
    assert_no_internals(api.start(uid))
    assert_no_internals(api.delete(uid))
    assert_no_internals(api.complete(uid, {"$ne": None}))
    assert_no_internals(api.request("GET", f"{API}?limit[$gt]=1&page=-1&status='"))
    assert_no_internals(api.send_events({"event": {"$gt": 1}}))
    assert_no_internals(api.click(experiments.new_slug()))
    assert_no_internals(api.request("GET", "/experiments/'%22"))
