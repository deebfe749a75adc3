"""Generated values in every place of a state, a create, a visit and an order to the mock.

A value is refused with a 400, or everything works with it.
"""

from __future__ import annotations

import copy
import json
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pictify_mock.api.operations import PATHS
from pictify_mock.app import create_app
from pictify_mock.domain import uids
from pictify_mock.domain.schedules import moment

from .conftest import API, CLICK_THROUGH, MOCK, TEAMS, StoppedClock, body, in_process_client

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

JSON = {"Content-Type": "application/json"}
odd_values = settings(
    max_examples=100,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

TREE = {"type": "rule", "property": "device", "ruleOperator": "equals", "value": "mobile"}
SCHEDULE = {
    "startAt": "2026-01-01T00:00:00Z",
    "endAt": "2026-01-01T09:00:00Z",
    "recurrence": {"type": "daily", "timezone": "Europe/Berlin"},
}
EVENT = {
    "at": "2026-03-15T09:00:00Z",
    "event": "click",
    "variantId": "a",
    "channel": "web",
    "metadata": {"a": 1},
}
TIMES = dict.fromkeys(
    ("createdAt", "updatedAt", "winnerDeclaredAt", "optimisedAt"), "2026-03-15T09:00:00Z"
)


def stored(uid: str, **changes: Any) -> dict[str, Any]:
    """Return an experiment of a state."""
    tallies = {"click/web/mobile": 3}
    variants = [
        {"id": "a", "weight": 4000, "impressions": 60, "clicks": 3, "tallies": tallies},
        {"id": "b", "weight": 6000, "name": "B", "isDefault": True, "variables": {"x": [1, None]}},
    ]
    plain = body(uid=uid, slug=uid, team=0, goalConfig=CLICK_THROUGH, variants=variants, **TIMES)
    return plain | changes


BANDIT = {"enabled": True, "warmupImpressions": 5}
AIMED = [{"id": "a", "weight": 1, "conditions": TREE}, {"id": "b", "weight": 9999}]
TIMED = [{"id": "a", "weight": 1, "schedule": SCHEDULE}, {"id": "b", "weight": 9999}]
STATE: dict[str, Any] = {
    "version": 1,
    "clock": {"now": "2026-03-15T10:00:00Z", "frozen": True, "driven": True},
    "seed": 3,
    "archived": {"uids": ["exp-gone"], "slugs": ["gone"]},
    "experiments": [
        stored("exp-ab", status="running", banditConfig=BANDIT, events=[EVENT]),
        stored("exp-paused", status="paused", minimumSampleSize=5, confidenceThreshold=0.9),
        stored("exp-done", status="completed", winnerVariantId="a", outputConfig={"quality": 5}),
        stored("exp-smart", status="running", type="smart_link", variants=AIMED),
        stored("exp-timed", status="running", type="scheduled", variants=TIMED),
    ],
}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Yield the path of each value inside this JSON, and the value."""
    members: Any = ()
    if isinstance(value, dict):
        members = value.items()
    elif isinstance(value, list):
        members = enumerate(value)
    for name, member in members:
        yield (*path, name), member
        yield from places(member, (*path, name))


def with_value(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    """Return a copy of the document that has this value in this place."""
    part = changed = copy.deepcopy(document)
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    return changed


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = {"a": value} if levels % 2 else [value]
    return value


def repeated(part: str, times: int, end: str) -> str:
    return part * times + end


DATE_TIMES = st.builds(
    "{}-{}T{}:00{}{}".format,
    st.sampled_from(["0000", "0001", "1969", "1970", "2026", "8999", "9000", "9001", "9999"]),
    st.sampled_from(["01-01", "12-31", "02-29", "06-15"]),
    st.sampled_from(["00:00", "23:59", "24:00"]),
    st.sampled_from(["", ".9999999", "." + "9" * 5000]),
    st.sampled_from(["Z", "+14:00", "-12:00", "+23:59", "-23:59", "+24:00"]),
)
LONG_PARTS = ["9", "a", "a/", "1,", "*/", "-", ".", "[", "(", "%", "\u202e", "\u0661", "\0"]
WORDS = ["", ".", "..", "../../x", "quota", "events", "exp-done", "a\r\nb: c", "NaN", "__proto__"]
TEXTS = (
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    | st.builds(
        repeated,
        st.sampled_from([*LONG_PARTS, "\U0001f600"]),
        st.sampled_from([1, 900, 5000]),
        st.text(max_size=2),
    )
    | st.sampled_from(WORDS)
)
NUMBERS = (
    st.integers(-(2**64), 2**65)
    | st.sampled_from([0, -1, 1, 5000, 10_000, 2**31, 2**53, 2**63 - 1, 2**63, 10**400])
    | st.floats(allow_nan=False, allow_infinity=False)
)
VALUES: st.SearchStrategy[Any] = (
    DATE_TIMES
    | TEXTS
    | NUMBERS
    | st.sampled_from([None, True, False, [], {}, [[]], {"": {}}, [None] * 3])
    | st.builds(nested, st.sampled_from([3, 100, 230, 240]))
)
SURROGATES = st.text(st.characters(categories=["Cs"]) | st.characters(), max_size=10)


@st.composite
def odd_places(draw: st.DrawFn, document: Any) -> tuple[tuple[Any, ...], Any]:
    """Draw a place in the document, and a value for it, mostly of the type that belongs there."""
    path, member = draw(st.sampled_from(list(places(document))))
    if isinstance(member, str):
        likely: st.SearchStrategy[Any] = DATE_TIMES if moment(member) else TEXTS
    else:
        likely = NUMBERS if isinstance(member, int | float) else VALUES
    return path, draw(likely if draw(st.integers(0, 2)) else VALUES)


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    app = create_app(TEAMS, clock=StoppedClock(), chance=Random(7))
    with in_process_client(app) as client:
        client.headers["User-Agent"] = "Mozilla/5.0 (iPhone) Mobile"
        yield client


def post_json(http: httpx.Client, path: str, document: Any) -> httpx.Response:
    """Send JSON in ASCII, which can spell lone surrogates too."""
    return http.post(path, content=json.dumps(document).encode(), headers=JSON)


def assert_no_server_error(responses: list[httpx.Response]) -> None:
    assert [each.text for each in responses if each.status_code >= 500] == []


def assert_works(http: httpx.Client) -> None:
    """Assert that no operation on any experiment is a 500, and that the state can be loaded."""
    dumped = http.get(f"{MOCK}/state")
    experiments = dumped.json()["experiments"]
    responses = [dumped]
    for experiment in experiments:
        uid, slug = experiment["uid"], experiment["slug"]
        responses += [http.get(f"/s/{slug}{end}") for end in ("/pixel.gif", "/click", ".png")]
        responses += [
            http.get(f"{API}/{uid}"),
            http.put(f"{API}/{uid}", json={"name": "New", "confidenceThreshold": 0.5}),
            http.put(f"{API}/{uid}", json={"variants": experiment["variants"]}),
            http.post("/s/events", json={"event": "impression", "experiment": slug}),
            http.get(f"{MOCK}/experiments/{uid}/events"),
            http.post(f"{API}/{uid}/start"),
            http.post(f"{API}/{uid}/pause"),
        ]
    for path in (API, f"{API}/quota", f"{MOCK}/experiments"):
        responses.append(http.get(path))
    responses.append(http.post(f"{MOCK}/recompute", json={}))
    responses.append(http.post(API, json=body(slug="new-slug")))
    loaded = http.put(f"{MOCK}/state", json=http.get(f"{MOCK}/state").json())
    assert loaded.status_code == 200, loaded.text
    for experiment in experiments:
        place = f"{API}/{experiment['uid']}"
        responses.append(http.post(f"{place}/complete", json={"winnerVariantId": "a"}))
        responses.append(http.delete(place))
    assert_no_server_error(responses)


@odd_values
@given(odd_places(STATE))
@example((("clock", "now"), "0001-01-01T00:00:00+14:00"))
@example((("experiments", 0, "createdAt"), "0001-01-01T00:00:00Z"))
@example((("experiments", 1, "updatedAt"), "9999-12-31T23:59:59.999Z"))
@example((("experiments", 3, "optimisedAt"), "9999-12-31T23:59:59.999-01:00"))
@example((("experiments", 4, "uid"), "../../x"))
@example((("experiments", 0, "variants", 0, "impressions"), 2**63 - 1))
@example((("experiments", 0, "banditConfig", "warmupImpressions"), -(2**63)))
def test_an_odd_value_in_a_state(http: httpx.Client, odd: tuple[tuple[Any, ...], Any]) -> None:
    assert http.put(f"{MOCK}/state", json=STATE).status_code == 200
    before = http.get(f"{MOCK}/state").json()
    response = http.put(f"{MOCK}/state", json=with_value(STATE, *odd))
    assert response.status_code in (200, 400), response.text
    if response.status_code == 200:
        assert_works(http)
    else:
        assert http.get(f"{MOCK}/state").json() == before


@pytest.mark.parametrize("now", ["1970-01-01T00:00:00Z", "8999-12-31T23:59:59.999Z"])
def test_the_first_and_the_last_moment_of_the_clock(http: httpx.Client, now: str) -> None:
    state = with_value(STATE, ("clock", "now"), now)
    for experiment in state["experiments"]:
        experiment.update(dict.fromkeys(TIMES, now))
    assert http.put(f"{MOCK}/state", json=state).status_code == 200
    assert http.post(f"{MOCK}/clock", json={"set": now}).status_code == 200
    assert_works(http)


def test_no_uid_can_be_loaded_that_is_another_path_of_the_api() -> None:
    prefix = f"{API}/"
    segments = {path.removeprefix(prefix).split("/")[0] for path in PATHS if prefix in path}
    assert segments - {"{uid}"} == uids.RESERVED


GROUP = {"type": "group", "operator": "AND", "children": [TREE | {"paramName": "x"}]}
CREATE = body(
    type="scheduled",
    goalConfig=CLICK_THROUGH,
    fallbackImageUrl="https://example.com/a.png",
    outputConfig={"format": "png", "quality": 90},
    variants=[
        {"id": "a", "weight": 5000, "conditions": GROUP, "schedule": SCHEDULE},
        {"id": "b", "weight": 5000, "name": "B", "variables": {"x": "y"}},
    ],
)
CRON_FIELDS = st.text("0123456789*/,-#?@LWlwMONJANmon", min_size=1, max_size=12) | st.sampled_from(
    ["9" * 5000, "*/" + "9" * 5000, "1-" + "9" * 5000, "1," * 2500 + "1", "1/" * 2500 + "1", "*"]
)
CRON = st.lists(CRON_FIELDS, min_size=4, max_size=6).map(" ".join)
ZONES = TEXTS | st.sampled_from(
    ["Factory", "localtime", "posixrules", "America", "US/", "zone.tab", "tzdata", "EST5EDT"]
)
ORIGINS = ["http://", "HTTPS://", "//", "javascript:", "http:///", "http://[", "http://a@b:99999/"]
URLS = st.builds(
    "{}{}{}".format,
    st.sampled_from([*ORIGINS, ""]),
    TEXTS,
    st.sampled_from(["", "]", ":", "%", "%zz", "#", "?", "/\r\nX: y"]),
)


def assert_refused_or_usable(http: httpx.Client, created: httpx.Response) -> None:
    """Assert that an experiment was refused, or can be started, seen, sent back and deleted."""
    assert created.status_code in (201, 400), created.text
    if created.status_code == 400:
        return
    experiment = created.json()["experiment"]
    place, slug = f"{API}/{experiment['uid']}", experiment["slug"]
    responses = [http.put(place, json=experiment), http.post(f"{place}/start")]
    responses += [http.get(f"/s/{slug}{end}") for end in ("/pixel.gif", "/click?x=y", ".webp")]
    responses += [http.post(f"{place}/pause"), http.delete(place)]
    assert_no_server_error(responses)


@odd_values
@given(
    odd_places(CREATE)
    | st.tuples(st.sampled_from([path for path, _ in places(CREATE)]), SURROGATES | URLS)
)
def test_an_odd_value_in_a_create(http: httpx.Client, odd: tuple[tuple[Any, ...], Any]) -> None:
    http.post(f"{MOCK}/reset", json={})
    assert_refused_or_usable(http, post_json(http, API, with_value(CREATE, *odd)))


@odd_values
@given(st.sampled_from(["cron", "daily", "weekly"]), CRON, ZONES, DATE_TIMES, DATE_TIMES)
@example("cron", "9" * 5000 + " * * * *", "UTC", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z")
@example("cron", "* * * * *", "a/" * 900 + "b", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z")
def test_an_odd_schedule(
    http: httpx.Client, kind: str, cron: str, zone: str, start: str, end: str
) -> None:
    http.post(f"{MOCK}/reset", json={})
    for window in ({}, {"startAt": start}, {"startAt": start, "endAt": end}, {"endAt": end}):
        for timezone in (zone, "America/New_York"):
            recurrence = {"type": kind, "cronExpression": cron, "timezone": timezone}
            schedule = {**window, "recurrence": recurrence}
            changed = with_value(CREATE, ("variants", 0, "schedule"), schedule)
            assert_refused_or_usable(http, post_json(http, API, changed))


HEADERS = [
    "User-Agent",
    "Accept-Language",
    "Referer",
    "CloudFront-Viewer-Country",
    "CF-IPCountry",
    "Origin",
    "Cookie",
]
PROPERTIES = ["device.os", "geo.country", "browser.language", "referrer.domain", "custom.x"]
AGENTS = st.builds(
    repeated,
    st.sampled_from(["Mozilla/5.0 (", "Mozilla/5.0 (Linux; Android ", "Googlebot/", "curl/"]),
    st.sampled_from([1, 5, 500]),
    st.text(max_size=8),
)
LANGUAGES = st.lists(st.text("abAB-;q=01.9, *", max_size=12), max_size=40).map(",".join)


@odd_values
@given(st.sampled_from(HEADERS), AGENTS | LANGUAGES | URLS | TEXTS, TEXTS)
def test_an_odd_visitor_is_shown_something(
    http: httpx.Client, header: str, value: str, parameter: str
) -> None:
    http.post(f"{MOCK}/reset", json={})
    rules = [
        {"type": "rule", "property": name, "ruleOperator": "contains", "value": "a"}
        for name in PROPERTIES
    ]
    tree = {"type": "group", "operator": "OR", "children": rules}
    variants = [AIMED[0] | {"conditions": tree}, AIMED[1]]
    smart_link = body(type="smart_link", goalConfig=CLICK_THROUGH, variants=variants)
    uid = http.post(API, json=smart_link).json()["experiment"]["uid"]
    http.post(f"{API}/{uid}/start")
    headers = {header.encode(): value.encode("utf-8", "replace")}
    query = {"x": parameter[:1000], parameter[:1000]: "x"}
    for path, status in (("click", 302), ("pixel.gif", 200)):
        seen = http.get(f"/s/hero-test/{path}", headers=headers, params=query)
        assert seen.status_code == status, seen.text


ORDERS = {
    "clock": ["set", "advance", "freeze"],
    "seed": ["seed"],
    "faults": ["path", "method", "times", "team"],
    "recompute": ["recompute"],
    "reset": ["reset"],
}


@odd_values
@given(st.sampled_from(list(ORDERS)), st.data())
def test_an_odd_order_to_the_mock(http: httpx.Client, path: str, data: st.DataObject) -> None:
    order: dict[str, Any] = {"delay": 0} if path == "faults" else {}
    for member in ORDERS[path]:
        if data.draw(st.booleans()):
            order[member] = data.draw(VALUES | SURROGATES)
    response = post_json(http, f"{MOCK}/{path}", order)
    assert response.status_code in (200, 400), response.text
    assert http.get(f"{MOCK}/clock").status_code == 200
    assert http.get(f"{API}/quota").status_code == 200
    assert http.put(f"{MOCK}/state", json=http.get(f"{MOCK}/state").json()).status_code == 200
    http.post(f"{MOCK}/reset", json={})
