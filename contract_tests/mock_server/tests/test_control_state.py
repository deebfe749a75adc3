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

from .conftest import API, CLICKED, body, created, fields, moved_to
from .process import address, end, serve

ROOT = Path(__file__).parents[3]
MOCK = "http://localhost/_mock"


@pytest.fixture
def state(http: httpx.Client, other_team: dict[str, str]) -> dict[str, Any]:
    """The state of a server that has something of everything."""
    http.post(f"{MOCK}/clock", json={"set": "2026-04-01T12:00:00.000Z", "freeze": True})
    http.post(f"{MOCK}/seed", json={"seed": 3})
    http.delete(f"{API}/{created(http, slug='gone-slug')['uid']}")
    moved_to(http, "completed", slug="done-slug")
    tree = {"type": "rule", "property": "device", "ruleOperator": "equals", "value": "mobile"}
    variants = [
        {"id": "a", "weight": 1, "conditions": tree, "variables": {"x": [1, None]}},
        {"id": "b", "weight": 9999},
    ]
    created(http, slug="smart-slug", type="smart_link", variants=variants)
    moved_to(http, "running", goalConfig=CLICKED)
    event = {
        "experiment": "hero-test",
        "variantId": "control",
        "channel": "email",
        "metadata": {"a": {"b": 1}},
    }
    http.post(
        "/s/events",
        json=[{**event, "event": name} for name in ("impression", "click", "view", "conversion")],
    )
    http.post(API, json=body(slug="other-slug"), headers=other_team)
    dumped: dict[str, Any] = http.get(f"{MOCK}/state").json()
    return dumped


def test_round_trip(http: httpx.Client, state: dict[str, Any]) -> None:
    """What was dumped is loaded after a reset, to the last counter, event, uid and draw."""
    before = http.get(API).json(), created(http, slug="next-slug")["uid"]
    http.post(f"{MOCK}/reset", json={})
    loaded = http.put(f"{MOCK}/state", json=state)
    assert loaded.json() == {"experiments": 4}
    assert http.get(f"{MOCK}/state").json() == state
    assert (http.get(API).json(), created(http, slug="next-slug")["uid"]) == before
    assert len(state["experiments"]) == 4
    assert len(state["archived"]["uids"]) == 1
    assert state["archived"]["slugs"] == ["gone-slug"]


def test_a_state_by_hand(http: httpx.Client) -> None:
    """A state written by hand needs little more than the bodies of creates."""
    by_hand = {"version": 1, "experiments": [{"uid": "exp_MINE", **body(), "status": "running"}]}
    assert http.put(f"{MOCK}/state", json=by_hand).status_code == 200
    experiment = http.get(f"{API}/exp_MINE").json()["experiment"]
    assert (experiment["status"], experiment["variants"][0]["impressions"]) == ("running", 0)


def generator(words: list[int], index: int) -> str:
    """A state of the generator as `chance.words` has it."""
    return b64encode(array("I", [*words, index]).tobytes()).decode()


def event(**changes: Any) -> dict[str, Any]:
    """A kept event, but for these changes."""
    return {"at": "2026-03-15T09:00:00Z", "event": "click", "variantId": "control", **changes}


BROKEN = [
    ([], []),
    (["version"], 2),
    (["surprise"], 1),
    (["experiments"], None),
    (["experiments", 1, "uid"], "same"),
    (["experiments", 0, "slug"], "other-slug"),
    (["experiments", 0, "variants", 0, "weight"], 6000),
    (["experiments", 0, "variants", 0, "impressions"], "many"),
    (["experiments", 0, "variants", 0, "clicks"], -1),
    (["experiments", 0, "status"], "archived"),
    (["experiments", 0, "status"], "completed"),
    (["experiments", 0, "createdAt"], "yesterday"),
    (["experiments", 0, "team"], 2),
    (["experiments", 0, "events"], [{"event": "click"}]),
    (["clock", "now"], "noon"),
    (["chance", "words"], "AAAA"),
    (["seed"], "x"),
]


@pytest.mark.parametrize(("path", "value"), BROKEN, ids=lambda part: json.dumps(part)[:60])
def test_a_broken_state(
    http: httpx.Client, state: dict[str, Any], path: list[Any], value: Any
) -> None:
    """A state that is broken anywhere is refused with the place, and changes nothing."""
    if path[-1:] == ["uid"]:
        value = state["experiments"][0]["uid"]
    assert refused_at(http, state, path, value).startswith("/".join(["", *map(str, path[:2])])[:12])


# What would pass a look at its types only, and later be a hang, a 500, or a path that leads elsewhere.
UNSAFE = [
    (["chance", "words"], generator([0] * 624, 624)),
    (["chance", "words"], generator([2**31 - 1, *[0] * 623], 0)),
    (["chance", "words"], generator([1] * 624, 625)),
    (["chance", "words"], generator([1] * 623, 0)),
    (["chance", "words"], generator([1] * 624, 0)[:-5] + "\u0661===="),
    (["chance", "gauss"], "1.5"),
    (["clock", "now"], "1969-12-31T23:59:59Z"),
    (["clock", "now"], "0001-01-01T00:00:00+14:00"),
    (["clock", "now"], "9999-12-31T23:59:59-14:00"),
    (["experiments", 0, "createdAt"], "0001-01-01T00:00:00+01:00"),
    (["experiments", 0, "createdAt"], "9999-12-31T23:59:59.999Z"),
    (["experiments", 0, "updatedAt"], "9999-12-31T23:59:59.999Z"),
    (["experiments", 0, "winnerDeclaredAt"], "0001-01-01T00:00:00Z"),
    (["experiments", 0, "optimisedAt"], "9999-12-31T23:59:59-01:00"),
    (["experiments", 0, "uid"], ""),
    (["experiments", 0, "uid"], "../../x"),
    (["experiments", 0, "uid"], ".."),
    (["experiments", 0, "uid"], "%2e"),
    (["experiments", 0, "uid"], "exp_1\n"),
    (["experiments", 0, "uid"], "x" * 101),
    (["experiments", 0, "uid"], "quota"),
    (["experiments", 0, "slug"], "events"),
    (["experiments", 0, "slug"], "../x"),
    (["experiments", 0, "variants", 0, "impressions"], 2**53),
    (["experiments", 0, "variants", 0, "tallies"], {"click/web": 1}),
    (["experiments", 0, "variants", 0, "tallies"], {"click/web/mobile": 2**53}),
    (["experiments", 0, "variants", 0, "tallies"], {"click/web/mobile": 1.5}),
    (["experiments", 0, "events"], [event(at="0001-01-01T00:00:00Z")]),
    (["experiments", 0, "events"], [event(at=5)]),
    (["experiments", 0, "events"], [event(event="look")]),
    (["experiments", 0, "events"], [event(channel={"a": 1})]),
    (["experiments", 0, "events"], [event()] * 1001),
    (["archived", "uids", 0], "../../x"),
    (["archived", "uids", 0], "quota"),
    (["archived", "slugs", 0], "No"),
    (["sur/prise"], 1),
]


@pytest.mark.parametrize(("path", "value"), UNSAFE, ids=lambda part: json.dumps(part)[:60])
def test_an_unsafe_state(
    http: httpx.Client, state: dict[str, Any], path: list[Any], value: Any
) -> None:
    """A value that the server could not work with later is refused at its place, and changes nothing."""
    pointer = "/".join(["", *(str(step).replace("/", "~1") for step in path)])
    assert refused_at(http, state, path, value).startswith(pointer)


def test_a_uid_that_is_archived_and_is_not(http: httpx.Client, state: dict[str, Any]) -> None:
    """An archived uid is not that of an experiment, too."""
    uid = state["experiments"][0]["uid"]
    assert refused_at(http, state, ["archived", "uids"], ["exp_1", uid]) == "/archived/uids/1"


def refused_at(http: httpx.Client, state: dict[str, Any], path: list[Any], value: Any) -> str:
    """The place where this state is refused, once it has this value in this place."""
    answer = http.put(f"{MOCK}/state", json=changed(state, path, value))
    assert answer.status_code == 400, answer.text
    fields(answer)
    assert http.get(f"{MOCK}/state").json() == state
    return str(answer.json()["errors"][0]["field"])


def changed(state: dict[str, Any], path: list[Any], value: Any) -> Any:
    """The state with this value in this place."""
    if not path:
        return value
    part = copied = copy.deepcopy(state)
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    return copied


def test_a_starting_file(tmp_path: Path, http: httpx.Client, state: dict[str, Any]) -> None:
    """--state FILE starts the command with what another server dumped."""
    file = tmp_path / "state.json"
    file.write_text(json.dumps(state))
    process, line = serve(
        "--state", str(file), "--api-key", "pk_test_one", "--api-key", "pk_test_two"
    )
    assert httpx.get(f"{address(line)}/_mock/state").json() == http.get(f"{MOCK}/state").json()
    assert end(process)[0] == 0


def starting_with(**changes: Any) -> bytes:
    return json.dumps(
        {"version": 1, "experiments": [{"uid": "exp_1", **body(), **changes}]}
    ).encode()


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
        starting_with(createdAt="0001-01-01T00:00:00+01:00"),
        starting_with(updatedAt="9999-12-31T23:59:59-01:00"),
        starting_with(uid="../../x"),
        starting_with(uid="two\nlines"),
    ],
)
def test_a_bad_starting_file(
    tmp_path: Path,
    content: bytes | None,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A file that is missing or no state is one line on stderr and exit code 2."""
    monkeypatch.setattr(
        "pictify_mock.http.server.run", lambda *_: None
    )  # a good file would be served
    file = tmp_path / "state.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SystemExit) as left:
        main(["--port", "0", "--state", str(file)])
    out, err = capsys.readouterr()
    assert (left.value.code, out, err.count("\n")) == (2, "", 1)
    assert err.removesuffix("\n").isprintable()
    assert str(file) in err


def test_a_file_for_a_full_database(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--state replaces no experiments that --db holds."""
    process, line = serve("--db", str(tmp_path / "state.db"))
    httpx.post(
        address(line) + API,
        json=body(),
        headers={"Authorization": "Bearer pk_test_development_only"},
    )
    end(process)
    with pytest.raises(SystemExit) as left:
        main(["--port", "0", "--db", str(tmp_path / "state.db"), "--state", "any.json"])
    assert left.value.code == 2
    assert "holds experiments already" in capsys.readouterr().err


@pytest.mark.parametrize("page", ["README.md", "contract_tests/mock_server/README.md"])
def test_the_pages_show_it(page: str) -> None:
    """The lines that the READMEs give for use in process run."""
    blocks = re.findall(
        r"```python\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL
    )
    shown = [block for block in blocks if "pictify_mock" in block]
    for block in shown:
        exec(block, {})  # noqa: S102 - it is our own page
    assert shown
