"""Dumping the state of the server, and loading it."""

from __future__ import annotations

import copy
import json
import re
from array import array
from base64 import b64encode
from pathlib import Path
from typing import Any

import httpx
import pytest

from pictify_mock.cli import main

from .conftest import (
    API,
    CLICK_THROUGH,
    MOCK,
    assert_helpful,
    body,
    create_experiment,
    create_in_status,
    get_experiment,
)
from .process import KEY, address, serve, stop

ROOT = Path(__file__).parents[3]


@pytest.fixture
def state(http: httpx.Client, other_team: dict[str, str]) -> dict[str, Any]:
    """The state of a server that has something of everything."""
    http.post(f"{MOCK}/clock", json={"set": "2026-04-01T12:00:00.000Z", "freeze": True})
    http.post(f"{MOCK}/seed", json={"seed": 3})
    http.delete(f"{API}/{create_experiment(http, slug='gone-slug')['uid']}")
    create_in_status(http, "completed", slug="done-slug")
    tree = {"type": "rule", "property": "device", "ruleOperator": "equals", "value": "mobile"}
    variants = [
        {"id": "a", "weight": 1, "conditions": tree, "variables": {"x": [1, None]}},
        {"id": "b", "weight": 9999},
    ]
    create_experiment(http, slug="smart-slug", type="smart_link", variants=variants)
    create_in_status(http, "running", goalConfig=CLICK_THROUGH)
    event = {"experiment": "hero-test", "variantId": "control", "channel": "email"}
    names = ("impression", "click", "view", "conversion")
    events = [event | {"event": name, "metadata": {"a": {"b": 1}}} for name in names]
    http.post("/s/events", json=events)
    http.post(API, json=body(slug="other-slug"), headers=other_team)
    dumped: dict[str, Any] = http.get(f"{MOCK}/state").json()
    return dumped


def test_a_dumped_state_is_loaded_whole(http: httpx.Client, state: dict[str, Any]) -> None:
    """To the last counter, event, uid and random number."""
    before = http.get(API).json(), create_experiment(http, slug="next-slug")["uid"]
    http.post(f"{MOCK}/reset", json={})
    assert http.put(f"{MOCK}/state", json=state).json() == {"experiments": 4}
    assert http.get(f"{MOCK}/state").json() == state
    assert (http.get(API).json(), create_experiment(http, slug="next-slug")["uid"]) == before
    assert len(state["experiments"]) == 4
    assert len(state["archived"]["uids"]) == 1
    assert state["archived"]["slugs"] == ["gone-slug"]


def test_a_state_may_be_little_more_than_the_bodies_of_creates(http: httpx.Client) -> None:
    state = {"version": 1, "experiments": [{"uid": "exp_MINE", **body(), "status": "running"}]}
    assert http.put(f"{MOCK}/state", json=state).status_code == 200
    experiment = get_experiment(http, "exp_MINE")
    assert (experiment["status"], experiment["variants"][0]["impressions"]) == ("running", 0)


def generator_words(words: list[int], index: int) -> str:
    """Return a state of the random generator as `chance.words` has it."""
    return b64encode(array("I", [*words, index]).tobytes()).decode()


def event(**changes: Any) -> dict[str, Any]:
    return {"at": "2026-03-15T09:00:00Z", "event": "click", "variantId": "control", **changes}


def with_value(state: dict[str, Any], path: list[Any], value: Any) -> Any:
    """Return a copy of the state that has this value in this place."""
    if not path:
        return value
    part = changed = copy.deepcopy(state)
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    return changed


# Much of this would pass a check of types, and later be a hang, a 500 or a path that leads
# elsewhere.
REFUSED = [
    ([], []),
    (["version"], 2),
    (["sur/prise"], 1),
    (["experiments"], None),
    (["seed"], "x"),
    (["chance", "words"], "AAAA"),
    (["chance", "words"], generator_words([0] * 624, 624)),
    (["chance", "words"], generator_words([2**31 - 1, *[0] * 623], 0)),
    (["chance", "words"], generator_words([1] * 624, 625)),
    (["chance", "words"], generator_words([1] * 623, 0)),
    (["chance", "words"], generator_words([1] * 624, 0)[:-5] + "\u0661===="),
    (["chance", "gauss"], "1.5"),
    (["clock", "now"], "noon"),
    (["clock", "now"], "1969-12-31T23:59:59Z"),
    (["clock", "now"], "0001-01-01T00:00:00+14:00"),
    (["clock", "now"], "9999-12-31T23:59:59-14:00"),
    (["experiments", 0, "createdAt"], "yesterday"),
    (["experiments", 0, "createdAt"], "0001-01-01T00:00:00+01:00"),
    (["experiments", 0, "createdAt"], "9999-12-31T23:59:59.999Z"),
    (["experiments", 0, "updatedAt"], "9999-12-31T23:59:59.999Z"),
    (["experiments", 0, "winnerDeclaredAt"], "0001-01-01T00:00:00Z"),
    (["experiments", 0, "optimisedAt"], "9999-12-31T23:59:59-01:00"),
    (["experiments", 0, "uid"], "../../x"),
    (["experiments", 0, "uid"], "quota"),
    (["experiments", 0, "staus"], "running"),
    (["experiments", 0, "variants", 0, "click"], 1),
    (["clock", "frosen"], True),
    (["experiments", 0, "slug"], "events"),
    (["experiments", 0, "slug"], "../x"),
    (["experiments", 0, "status"], "archived"),
    (["experiments", 0, "team"], 2),
    (["experiments", 0, "variants", 0, "impressions"], "many"),
    (["experiments", 0, "variants", 0, "impressions"], 2**53),
    (["experiments", 0, "variants", 0, "clicks"], -1),
    (["experiments", 0, "variants", 0, "tallies"], {"click/web": 1}),
    (["experiments", 0, "variants", 0, "tallies"], {"click/web/mobile": 2**53}),
    (["experiments", 0, "variants", 0, "tallies"], {"click/web/mobile": 1.5}),
    (["experiments", 0, "events"], [{"event": "click"}]),
    (["experiments", 0, "events"], [event(at="0001-01-01T00:00:00Z")]),
    (["experiments", 0, "events"], [event(at=5)]),
    (["experiments", 0, "events"], [event(event="look")]),
    (["experiments", 0, "events"], [event(channel={"a": 1})]),
    (["experiments", 0, "events"], [event()] * 1001),
    (["archived", "uids", 0], "../../x"),
    (["archived", "uids", 0], "quota"),
    (["archived", "slugs", 0], "No"),
]


def assert_refused(http: httpx.Client, state: dict[str, Any], broken: Any, field: str) -> None:
    """Assert that the broken state is refused at this field and changes nothing."""
    response = http.put(f"{MOCK}/state", json=broken)
    assert response.status_code == 400, response.text
    for error in response.json()["errors"]:
        assert_helpful(error["message"])
    assert response.json()["errors"][0]["field"].startswith(field)
    assert http.get(f"{MOCK}/state").json() == state


@pytest.mark.parametrize(("path", "value"), REFUSED, ids=range(len(REFUSED)))
def test_an_invalid_value_is_refused_at_its_place_and_changes_nothing(
    http: httpx.Client, state: dict[str, Any], path: list[Any], value: Any
) -> None:
    pointer = "".join("/" + str(step).replace("/", "~1") for step in path)
    assert_refused(http, state, with_value(state, path, value), pointer)


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (["experiments", 0, "slug"], "other-slug", "/experiments/"),
        (["experiments", 0, "variants", 0, "weight"], 6000, "/experiments/0/variants"),
        (["experiments", 1, "status"], "completed", "/experiments/1/"),
    ],
)
def test_values_that_do_not_fit_together_are_refused(
    http: httpx.Client, state: dict[str, Any], path: list[Any], value: Any, field: str
) -> None:
    assert_refused(http, state, with_value(state, path, value), field)


def test_a_uid_is_neither_used_twice_nor_archived_and_used(
    http: httpx.Client, state: dict[str, Any]
) -> None:
    uid = state["experiments"][0]["uid"]
    twice = with_value(state, ["experiments", 1, "uid"], uid)
    assert_refused(http, state, twice, "/experiments/1/uid")
    archived = with_value(state, ["archived", "uids"], ["exp_1", uid])
    assert_refused(http, state, archived, "/archived/uids/1")


def test_a_server_starts_with_the_state_of_a_file(
    tmp_path: Path, http: httpx.Client, state: dict[str, Any]
) -> None:
    file = tmp_path / "state.json"
    file.write_text(json.dumps(state))
    keys = ("--api-key", "pk_test_one", "--api-key", "pk_test_two")
    process, line = serve("--state", str(file), *keys)
    started = httpx.get(f"{address(line)}/_mock/state").json()
    assert stop(process)[0] == 0
    assert started == http.get(f"{MOCK}/state").json()


def state_file(**changes: Any) -> bytes:
    experiment = {"uid": "exp_1", **body(), **changes}
    return json.dumps({"version": 1, "experiments": [experiment]}).encode()


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b"{",
        b"[]",
        b'{"version": 1, "experiments": [{}]}',
        b"\xff",
        b'{"version": 1, "experiments": [], "two\\nlines\\u001b[2J": 1}',
        state_file(createdAt="0001-01-01T00:00:00+01:00"),
        state_file(updatedAt="9999-12-31T23:59:59-01:00"),
        state_file(uid="../../x"),
        state_file(uid="two\nlines"),
    ],
    ids=range(11),
)
def test_a_bad_state_file_is_one_line_on_stderr(
    tmp_path: Path,
    content: bytes | None,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A good file would be served.
    monkeypatch.setattr("pictify_mock.http.server.run", lambda *_: None)
    file = tmp_path / "state.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SystemExit) as exited:
        main(["--port", "0", "--state", str(file)])
    out, err = capsys.readouterr()
    assert (exited.value.code, out, err.count("\n")) == (2, "", 1)
    assert err.removesuffix("\n").isprintable()
    assert str(file) in err


def test_a_state_file_does_not_replace_what_a_database_holds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = str(tmp_path / "state.db")
    process, line = serve("--db", database)
    httpx.post(address(line) + API, json=body(), headers={"Authorization": f"Bearer {KEY}"})
    stop(process)
    with pytest.raises(SystemExit) as exited:
        main(["--port", "0", "--db", database, "--state", "any.json"])
    assert exited.value.code == 2
    assert "holds experiments already" in capsys.readouterr().err


def test_the_python_examples_of_the_readme_run() -> None:
    text = (ROOT / "contract_tests" / "mock_server" / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    examples = [block for block in blocks if "pictify_mock" in block]
    for example in examples:
        # Examples stand alone: each begins with its imports.
        exec(example, {})  # noqa: S102 - it is our own page
    assert examples
