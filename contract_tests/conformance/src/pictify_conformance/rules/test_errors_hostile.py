"""Input that nobody sends in earnest, and that no server may stumble over."""

import json
import re
from collections.abc import Callable

import httpx
import pytest

from pictify_conformance.http.write_guard import API
from pictify_conformance.testing import assertions
from pictify_conformance.testing.experiments import Lab
from pictify_conformance.testing.payloads import Json

JSON = {"Content-Type": "application/json"}


def as_json(body: Json) -> bytes:
    """The body as JSON."""
    return json.dumps(body).encode()


def nested(levels: int) -> str:
    """Arrays in arrays."""
    return "[" * levels + "]" * levels


def tree(levels: int) -> str:
    """A condition tree of many groups."""
    group = '{"type":"group","operator":"AND","children":['
    return group * levels + "]}" * levels


def with_variant(member: str) -> str:
    """Variants of which the first has this member."""
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
    "deep variables": with_variant(f'"variables":{{"deep":{nested(500)}}}'),
    "deeper variables": with_variant(f'"variables":{{"deep":{nested(99_999)}}}'),
    "deep conditions": with_variant(f'"conditions":{tree(2000)}'),
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
    "an odd URL": r'"fallbackImageUrl":"http://[::1","goalConfig":{"destinationUrl":"http://[::1]:99999/\r\nX: 1"}',
}


@pytest.mark.rule("errors.hostile-input")
@pytest.mark.parametrize("case", HOSTILE_MEMBERS)
def test_hostile_input_members(lab: Lab, case: str) -> None:
    """Extreme members are taken or refused in an update and a create, and what is taken can be read."""
    made = lab.experiment()
    members = HOSTILE_MEMBERS[case].encode("utf-8", "surrogateescape")
    whole = as_json(lab.body(type="scheduled"))[:-1] + b"," + members + b"}"
    survived(lab.create(content=whole, headers=JSON))
    survived(
        lab.request("PUT", f"{API}/{made['uid']}", content=b"{" + members + b"}", headers=JSON)
    )
    survived(lab.get(made["uid"]))
    survived(lab.list_experiments(limit=100))


HOSTILE_BODIES = [
    b"null",
    b"true",
    b"7",
    b'"text"',
    b"[]",
    b"[null]",
    b"[[]]",
    b"\x00",
    b"\xff\xfe{\x00}\x00",
    b"\xef\xbb\xbf{}",
]
HOSTILE_BODIES += [
    b"{" * 100_000,
    b"[" * 100_000,
    nested(100_000).encode(),
    b'{"a":' * 50_000,
    b'{"event":[]}',
    b'[{"event":{}},7]',
]


@pytest.mark.rule("errors.hostile-input")
@pytest.mark.parametrize("body", HOSTILE_BODIES, ids=lambda body: repr(body[:12])[2:-1])
def test_hostile_input_bodies(lab: Lab, body: bytes) -> None:
    """Bodies that are no object, or hardly JSON, are no server error."""
    uid = lab.experiment("running")["uid"]
    survived(lab.create(content=body, headers=JSON))
    survived(lab.request("PUT", f"{API}/{uid}", content=body, headers=JSON))
    survived(lab.request("POST", f"{API}/{uid}/complete", content=body, headers=JSON))
    survived(lab.request("POST", f"{API}/{uid}/start", content=body, headers=JSON))
    survived(lab.with_headers().request("POST", "/s/events", content=body, headers=JSON))


JUNK = [
    "%00",
    "%ff",
    "%F0%9F%98%80",
    "%",
    "%zz",
    "'%20OR%201=1--",
    "{uid}",
    "x" * 4000,
    "%0d%0aX:1",
    "%20",
    ".",
]
CLIMBING = ["%2e%2e%2f%2e%2e", "..%5c..", "%2fetc%2fpasswd"]


@pytest.mark.rule("errors.hostile-input")
@pytest.mark.parametrize("junk", [*JUNK, *CLIMBING], ids=lambda junk: junk[:16])
def test_hostile_input_paths(lab: Lab, junk: str) -> None:
    """Junk in a management path or a query is no server error."""
    for path in (
        f"{API}/{junk}",
        f"{API}/{junk}/start",
        f"/{junk}",
        f"{API}?limit={junk}",
        f"{API}?status={junk}",
    ):
        survived(lab.request("GET", path))


@pytest.mark.rule("errors.hostile-input")
@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: junk[:16])
def test_hostile_input_slugs(lab: Lab, junk: str) -> None:
    """Junk in a public path is no server error."""
    slug = lab.new_slug() + junk
    survived(lab.click(slug))
    survived(lab.pixel(slug))
    survived(lab.events({"event": "impression", "experiment": slug, "variantId": junk}))


QUERIES = [
    "page=99999999999999999999",
    "limit=1e2",
    "limit=1&limit=2",
    "limit",
    "=1",
    "&&&",
    "page=%D9%A1",
    "type[]=ab_test",
    "limit=+5",
]
HEADERS = {
    "Content-Type": ";;;",
    "Authorization": "Bearer \x7f",
    "Accept": "no/thing;q=x",
    "X-Request-Id": "x" * 5000,
}


@pytest.mark.rule("errors.hostile-input")
@pytest.mark.parametrize("query", QUERIES)
def test_hostile_input_queries(lab: Lab, query: str) -> None:
    """Odd queries are no server error."""
    survived(lab.request("GET", f"{API}?{query}"))


@pytest.mark.rule("errors.hostile-input")
@pytest.mark.parametrize("name", HEADERS)
def test_hostile_input_headers(lab: Lab, name: str) -> None:
    """Odd headers are no server error."""
    sender = lab.with_headers(**{**lab.headers, name: HEADERS[name]})
    survived(sender.list_experiments(limit=1))
    survived(
        sender.create(
            content=as_json(lab.body()),
            headers={"Content-Type": "application/json; charset=klingon"},
        )
    )


INSIDE = re.compile(
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
REFUSED: dict[str, Callable[[Lab, Json], httpx.Response]] = {
    "no key": lambda lab, made: lab.with_headers().get(made["uid"]),
    "wrong key": lambda lab, made: lab.with_headers(Authorization="Bearer '\"{$gt:1}").get(
        made["uid"]
    ),
    "unknown uid": lambda lab, _: lab.get(lab.unknown_uid()),
    "odd uid": lambda lab, _: lab.request("GET", f"{API}/%00'%22%7B"),
    "empty create": lambda lab, _: lab.create({}),
    "broken JSON": lambda lab, _: lab.create(content=b'{"name": ', headers=JSON),
    "not UTF-8": lambda lab, _: lab.create(content=b"\xff\xfe{", headers=JSON),
    "wrong types": lambda lab, _: lab.create(
        lab.body(variants=[None, {"id": {"$gt": ""}, "weight": "x"}])
    ),
    "taken slug": lambda lab, made: lab.create(lab.body(slug=made["slug"])),
    "broken update": lambda lab, made: lab.update(made["uid"], {"variants": {"$set": 1}}),
    "forbidden update": lambda lab, made: lab.update(made["uid"], {"hypothesis": "Too late."}),
    "illegal move": lambda lab, made: lab.start(made["uid"]),
    "illegal delete": lambda lab, made: lab.delete(made["uid"]),
    "odd winner": lambda lab, made: lab.complete(made["uid"], {"$ne": None}),
    "broken query": lambda lab, _: lab.request("GET", f"{API}?limit[$gt]=1&page=-1&status='"),
    "broken event": lambda lab, _: lab.events({"event": {"$gt": 1}}),
    "unknown link": lambda lab, _: lab.click(lab.new_slug()),
    "unknown path": lambda lab, _: lab.request("GET", "/experiments/'%22"),
}


@pytest.mark.rule("errors.no-internals")
@pytest.mark.parametrize("case", REFUSED)
def test_no_internals(lab: Lab, case: str) -> None:
    """Every kind of refusal keeps to itself how the server is made."""
    answer = REFUSED[case](lab, lab.experiment("running"))
    if found := INSIDE.search(answer.text):
        assertions.fail(f"no sign of the server's inside, not {found[0]!r}", answer)


def survived(answer: httpx.Response) -> None:
    """The answer is no server error."""
    if answer.status_code >= 500:
        assertions.fail("no 5xx", answer)
