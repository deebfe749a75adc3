"""Odd values in every place that a parser looks at: they are refused with a 400 or taken, and what is taken works."""

from __future__ import annotations

import copy
import json
from random import Random
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pictify_mock.api.operations import PATHS
from pictify_mock.app import create_app
from pictify_mock.domain import uids
from pictify_mock.domain.plans import PLANS
from pictify_mock.domain.schedules import moment
from pictify_mock.domain.teams import Team

from .conftest import API, CLICKED, KEYS, InProcess, StoppedClock, body

if TYPE_CHECKING:
    from collections.abc import Iterator

MOCK = "http://localhost/_mock"
JSON = {"Content-Type": "application/json"}
ODD = settings(
    max_examples=100,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

TREE = {"type": "rule", "property": "device", "ruleOperator": "equals", "value": "mobile"}
SCHEDULE = {
    "startAt": "2026-01-01T00:00:00Z",
    "recurrence": {"type": "daily", "timezone": "Europe/Berlin"},
}
EVENT = {
    "at": "2026-03-15T09:00:00Z",
    "event": "click",
    "variantId": "a",
    "channel": "web",
    "metadata": {"a": 1},
}
TIMES = {
    f"{name}At": "2026-03-15T09:00:00Z"
    for name in ("created", "updated", "winnerDeclared", "optimised")
}


def stored(uid: str, **changes: Any) -> dict[str, Any]:
    variants = [
        {
            "id": "a",
            "weight": 4000,
            "impressions": 60,
            "clicks": 3,
            "tallies": {"click/web/mobile": 3},
        },
        {
            "id": "b",
            "weight": 6000,
            "impressions": 60,
            "variables": {"x": [1, None]},
            "name": "B",
            "isDefault": True,
        },
    ]
    return body(uid=uid, slug=uid, team=0, goalConfig=CLICKED, variants=variants, **TIMES) | changes


STATE: dict[str, Any] = {
    "version": 1,
    "clock": {"now": "2026-03-15T10:00:00Z", "frozen": True, "driven": True},
    "seed": 3,
    "archived": {"uids": ["exp-gone"], "slugs": ["gone"]},
    "experiments": [
        stored(
            "exp-ab",
            status="running",
            banditConfig={"enabled": True},
            events=[EVENT],
            hypothesis="x",
        ),
        stored(
            "exp-paused",
            status="paused",
            minimumSampleSize=5,
            confidenceThreshold=0.9,
            minimumRunDays=1,
        ),
        stored(
            "exp-done",
            status="completed",
            winnerVariantId="a",
            outputConfig={"format": "webp", "quality": 5},
        ),
        stored(
            "exp-smart",
            type="smart_link",
            status="running",
            variants=[{"id": "a", "weight": 1, "conditions": TREE}, {"id": "b", "weight": 9999}],
        ),
        stored(
            "exp-timed",
            type="scheduled",
            status="running",
            fallbackImageUrl="https://example.com/a.png",
            variants=[{"id": "a", "weight": 1, "schedule": SCHEDULE}, {"id": "b", "weight": 9999}],
        ),
    ],
}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """The path of each value in this JSON, the whole excepted, and the value."""
    members = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for name, member in members:
        yield (*path, name), member
        yield from places(member, (*path, name))


def with_value(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The document with this value in this place."""
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


DATE_TIMES = st.builds(
    "{}-{}T{}:00{}{}".format,
    st.sampled_from(["0000", "0001", "1969", "1970", "2026", "8999", "9000", "9001", "9999"]),
    st.sampled_from(["01-01", "12-31", "02-29", "06-15"]),
    st.sampled_from(["00:00", "23:59", "24:00"]),
    st.sampled_from(["", ".9999999", "." + "9" * 5000]),
    st.sampled_from(["Z", "+14:00", "-12:00", "+23:59", "-23:59", "+24:00"]),
)
LONG = st.sampled_from(
    ["9", "a", "a/", "1,", "*/", "-", ".", "[", "(", "%", "\u202e", "\u0661", "\0", "\U0001f600"]
)
TEXTS = (
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    | st.builds(
        lambda part, times, end: part * times + end,
        LONG,
        st.sampled_from([1, 900, 5000]),
        st.text(max_size=2),
    )
    | st.sampled_from(
        [
            "",
            ".",
            "..",
            "../../x",
            "quota",
            "events",
            "exp-done",
            "a\r\nb: c",
            "x" * 255,
            "NaN",
            "__proto__",
        ]
    )
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


@st.composite
def odd_places(draw: st.DrawFn, document: Any) -> tuple[tuple[Any, ...], Any]:
    """A place in the document, and an odd value for it, mostly of the kind that belongs there."""
    path, member = draw(st.sampled_from(list(places(document))))
    return path, draw(likely(member) if draw(st.integers(0, 2)) else VALUES)


def likely(member: Any) -> st.SearchStrategy[Any]:
    if isinstance(member, str):
        return DATE_TIMES if moment(member) else TEXTS
    return NUMBERS if isinstance(member, int | float) else VALUES


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    teams = [Team(key.encode(), (), PLANS["business"]) for key in KEYS]
    app = create_app(teams, clock=StoppedClock(), chance=Random(7))
    headers = {"Authorization": f"Bearer {KEYS[0]}", "User-Agent": "Mozilla/5.0 (iPhone) Mobile"}
    with httpx.Client(
        transport=InProcess(app), base_url="http://localhost", headers=headers
    ) as client:
        yield client


def assert_works(http: httpx.Client) -> None:
    """Every operation on all experiments, and time that goes on, is answered without an error of the server."""
    dumped = http.get(f"{MOCK}/state")
    answers = [dumped]
    for experiment in dumped.json()["experiments"]:
        uid, slug = experiment["uid"], experiment["slug"]
        answers += [http.get(f"/s/{slug}{end}") for end in ("/pixel.gif", "/click", ".png")]
        answers += [
            http.get(f"{API}/{uid}"),
            http.put(f"{API}/{uid}", json={"name": "New", "confidenceThreshold": 0.5}),
            http.put(f"{API}/{uid}", json={"variants": experiment["variants"]}),
            http.post("/s/events", json={"event": "impression", "experiment": slug}),
            http.get(f"{MOCK}/experiments/{uid}/events"),
            http.post(f"{API}/{uid}/start"),
            http.post(f"{API}/{uid}/pause"),
        ]
    answers += [
        http.get(API),
        http.get(f"{API}/quota"),
        http.get(f"{MOCK}/experiments"),
        http.post(f"{MOCK}/recompute", json={}),
        http.post(API, json=body(slug="new-slug")),
        http.get(f"{MOCK}/state"),
        http.put(f"{MOCK}/state", json=http.get(f"{MOCK}/state").json()),
    ]
    assert answers[-1].status_code == 200, answers[-1].text
    for experiment in dumped.json()["experiments"]:
        answers += [
            http.post(f"{API}/{experiment['uid']}/complete", json={"winnerVariantId": "a"}),
            http.delete(f"{API}/{experiment['uid']}"),
        ]
    assert [answer.text for answer in answers if answer.status_code >= 500] == []


@ODD
@given(odd_places(STATE))
@example((("clock", "now"), "0001-01-01T00:00:00+14:00"))
@example((("experiments", 0, "createdAt"), "0001-01-01T00:00:00Z"))
@example((("experiments", 1, "updatedAt"), "9999-12-31T23:59:59.999Z"))
@example((("experiments", 3, "optimisedAt"), "9999-12-31T23:59:59.999-01:00"))
@example((("experiments", 4, "uid"), "../../x"))
@example((("experiments", 0, "variants", 0, "impressions"), 2**63 - 1))
@example((("experiments", 0, "banditConfig", "warmupImpressions"), -(2**63)))
def test_a_state_with_an_odd_value(http: httpx.Client, odd: tuple[tuple[Any, ...], Any]) -> None:
    """It is refused, and everything is as it was; or it is taken, and no operation on it is a 500."""
    assert http.put(f"{MOCK}/state", json=STATE).status_code == 200
    before = http.get(f"{MOCK}/state").json()
    answer = http.put(f"{MOCK}/state", json=with_value(STATE, *odd))
    assert answer.status_code in (200, 400), answer.text
    if answer.status_code == 200:
        assert_works(http)
    else:
        assert http.get(f"{MOCK}/state").json() == before


@pytest.mark.parametrize("now", ["1970-01-01T00:00:00Z", "8999-12-31T23:59:59.999Z"])
def test_the_ends_of_time(http: httpx.Client, now: str) -> None:
    """At the first and the last moment that a clock may be set to, everything works, and can be dumped and loaded."""
    state = with_value(STATE, ("clock", "now"), now)
    for experiment in state["experiments"]:
        experiment.update(dict.fromkeys(TIMES, now))
    assert http.put(f"{MOCK}/state", json=state).status_code == 200
    assert http.post(f"{MOCK}/clock", json={"set": now}).status_code == 200
    assert_works(http)


def test_paths_that_are_no_uids() -> None:
    """Where a uid stands in a path, no other path of the API stands that could be loaded as a uid."""
    fixed = {
        path.removeprefix(f"{API}/").split("/")[0] for path in PATHS if path.startswith(f"{API}/")
    }
    assert fixed - {"{uid}"} == uids.RESERVED


CREATE = body(
    type="scheduled",
    goalConfig=CLICKED,
    fallbackImageUrl="https://example.com/a.png",
    outputConfig={"format": "png", "quality": 90},
    minimumSampleSize=5,
    variants=[
        {
            "id": "a",
            "weight": 5000,
            "conditions": {
                "type": "group",
                "operator": "AND",
                "children": [TREE | {"paramName": "x"}],
            },
            "schedule": {
                "startAt": "2026-01-01T00:00:00Z",
                "endAt": "2026-01-01T09:00:00Z",
                "recurrence": {},
            },
        },
        {"id": "b", "weight": 5000, "name": "B", "variables": {"x": "y"}},
    ],
)
CRON_WORDS = st.text("0123456789*/,-#?@LWlwMONJANmon", min_size=1, max_size=12) | st.sampled_from(
    [
        "9" * 5000,
        "*/" + "9" * 5000,
        "1-" + "9" * 5000,
        "1," * 2500 + "1",
        "1/" * 2500 + "1",
        "*",
        "\u0661",
        "7",
        "31",
    ]
)
CRON = st.lists(CRON_WORDS, min_size=4, max_size=6).map(" ".join)
ZONES = TEXTS | st.sampled_from(
    ["Factory", "localtime", "posixrules", "America", "US/", "zone.tab", "tzdata", "EST5EDT"]
)
URLS = st.builds(
    "{}{}{}".format,
    st.sampled_from(
        [
            "http://",
            "HTTPS://",
            "//",
            "javascript:",
            "http:///",
            "http://[",
            "http://a@b:99999/",
            "",
        ]
    ),
    TEXTS,
    st.sampled_from(["", "]", ":", "%", "%zz", "#", "?", "/\r\nX: y"]),
)
SURROGATES = st.text(st.characters(categories=["Cs"]) | st.characters(), max_size=10)


def sent(document: Any) -> bytes:
    """JSON in ASCII, which can also spell lone surrogates."""
    return json.dumps(document).encode()


def assert_lives(http: httpx.Client, answer: httpx.Response) -> None:
    """What is created can be started, seen, sent back and deleted; what is not is a 400."""
    assert answer.status_code in (201, 400), answer.text
    if answer.status_code == 400:
        assert answer.json()["detail"]
        return
    experiment = answer.json()["experiment"]
    place, slug = f"{API}/{experiment['uid']}", experiment["slug"]
    answers = [http.put(place, json=experiment), http.post(f"{place}/start")]
    answers += [http.get(f"/s/{slug}{end}") for end in ("/pixel.gif", "/click?x=y", ".webp")]
    answers += [http.post(f"{place}/pause"), http.delete(place)]
    assert [each.text for each in answers if each.status_code >= 500] == []


@ODD
@given(
    odd_places(CREATE)
    | st.tuples(st.sampled_from([path for path, _ in places(CREATE)]), SURROGATES | URLS)
)
def test_a_create_with_an_odd_value(http: httpx.Client, odd: tuple[tuple[Any, ...], Any]) -> None:
    """An odd value anywhere in the body of a create is refused, or is no trouble to whoever sees the experiment."""
    http.post(f"{MOCK}/reset", json={})
    assert_lives(http, http.post(API, content=sent(with_value(CREATE, *odd)), headers=JSON))


@ODD
@given(st.sampled_from(["cron", "daily", "weekly"]), CRON, ZONES, DATE_TIMES, DATE_TIMES)
@example("cron", "9" * 5000 + " * * * *", "UTC", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z")
@example("cron", "* * * * *", "a/" * 900 + "b", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z")
def test_an_odd_schedule(
    http: httpx.Client, kind: str, cron: str, zone: str, start: str, end: str
) -> None:
    """Cron expressions, time zones and date-times of any content and length are refused, or can be shown."""
    http.post(f"{MOCK}/reset", json={})
    for window in ({}, {"startAt": start}, {"startAt": start, "endAt": end}, {"endAt": end}):
        for timezone in (zone, "America/New_York"):
            recurrence = {"type": kind, "cronExpression": cron, "timezone": timezone}
            changed = with_value(
                CREATE, ("variants", 0, "schedule"), {**window, "recurrence": recurrence}
            )
            assert_lives(http, http.post(API, content=sent(changed), headers=JSON))


HEADERS = (
    "User-Agent",
    "Accept-Language",
    "Referer",
    "CloudFront-Viewer-Country",
    "CF-IPCountry",
    "Origin",
    "Cookie",
)
PROPERTIES = (
    "device.type",
    "device.os",
    "geo.country",
    "browser.language",
    "referrer.domain",
    "custom.x",
    "time.hour",
)
AGENTS = st.builds(
    lambda start, part, times: start + part * times,
    st.sampled_from(
        ["", "Mozilla/5.0 (", "Mozilla/5.0 (Linux; Android ", "Googlebot/", "Opera/", "curl/"]
    ),
    st.text(max_size=8),
    st.sampled_from([1, 50, 5000]),
)
LANGUAGES = st.lists(st.text("abAB-;q=01.9, *", max_size=12), max_size=40).map(",".join)


@settings(ODD, max_examples=50)  # a hostile User-Agent takes its time
@given(st.sampled_from(HEADERS), AGENTS | LANGUAGES | URLS | TEXTS, TEXTS)
def test_an_odd_visitor(http: httpx.Client, header: str, value: str, parameter: str) -> None:
    """Whatever a visitor's headers and query say, there is something to show."""
    http.post(f"{MOCK}/reset", json={})
    rules = [
        {"type": "rule", "property": name, "ruleOperator": "contains", "value": "a"}
        for name in PROPERTIES
    ]
    tree = {"type": "group", "operator": "OR", "children": rules}
    variants = [{"id": "a", "weight": 1, "conditions": tree}, {"id": "b", "weight": 9999}]
    made = http.post(
        API, json=body(type="smart_link", goalConfig=CLICKED, variants=variants)
    ).json()["experiment"]
    http.post(f"{API}/{made['uid']}/start")
    headers = {header.encode(): value.encode("utf-8", "replace")}
    query = {"x": parameter[:1000], parameter[:1000]: "x"}
    for path, status in (("click", 302), ("pixel.gif", 200)):
        seen = http.get(f"/s/hero-test/{path}", headers=headers, params=query)
        assert seen.status_code == status, seen.text


@ODD
@given(
    st.sampled_from(["experiment", "variantId", "event", "metadata", "referrer", "writeKey"]),
    VALUES | SURROGATES,
)
def test_an_odd_event(http: httpx.Client, member: str, value: Any) -> None:
    """An event with an odd value is refused or taken, alone and in an array."""
    event = {"event": "view", "experiment": "hero-test", "variantId": "a", member: value}
    for document in (event, [event]):
        answer = http.post("/s/events", content=sent(document), headers=JSON)
        assert answer.status_code in (200, 400, 401), answer.text


@ODD
@given(st.sampled_from(["clock", "seed", "faults", "recompute", "reset"]), st.data())
def test_odd_orders(http: httpx.Client, path: str, data: st.DataObject) -> None:
    """The control paths refuse an odd value, or are no trouble to what comes after it."""
    members = {
        "clock": ["set", "advance", "freeze"],
        "faults": ["path", "method", "times", "team"],
    }.get(path, [path])
    order = {
        member: data.draw(VALUES | SURROGATES) for member in members if data.draw(st.booleans())
    }
    always = {"delay": 0} if path == "faults" else {}
    answer = http.post(f"{MOCK}/{path}", content=sent({**always, **order}), headers=JSON)
    assert answer.status_code in (200, 400), answer.text
    assert http.get(f"{MOCK}/clock").status_code == 200
    assert http.get(f"{API}/quota").status_code == 200
    assert http.put(f"{MOCK}/state", json=http.get(f"{MOCK}/state").json()).status_code == 200
    http.post(f"{MOCK}/reset", json={})
