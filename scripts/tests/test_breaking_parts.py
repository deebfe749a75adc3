"""What the thirty changes do not reach: single promises, the client's surface, and what redocly does not rate."""

from pathlib import Path
from typing import Any, TypeAlias

import pytest
from packaging.version import Version

from breaking import promises, surface, versions, wire
from breaking.change import Bump
from breaking.revision import Revision
from pictify_conformance.spec.pointers import describe, is_assumed

Document: TypeAlias = dict[str, Any]

RULE = {"id": "get.unknown", "level": "documented", "text": "An unknown uid is 404."}
SURE = {"id": "get.sure", "level": "assumed", "text": "A read shows what was written."}
BEARER, WRITE, NONE = {"bearerAuth": []}, {"writeKeyAuth": []}, {}  # type: ignore[var-annotated]


def document(*rules: dict[str, str], operation: str = "getExperiment", **parts: Any) -> Document:
    return {"paths": {"/x": {"get": {"operationId": operation, "x-rules": list(rules), **parts}}}}


def told(old: Document, new: Document) -> list[tuple[str, str]]:
    """Each change of the promises: how much it raises the version, and whom it breaks."""
    return [(change.bump.name, " ".join(change.breaks)) for change in promises.compare(old, new)]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ([RULE], [RULE], []),
        ([RULE], [], [("major", "callers servers")]),
        ([SURE], [], [("major", "servers")]),
        ([], [RULE], [("minor", "")]),
        ([RULE], [{**RULE, "id": "get.unknown-uid"}], [("major", "servers")]),
        ([RULE], [{**RULE, "text": "A uid that nobody knows is 404."}], [("patch", "")]),
        ([SURE], [{**SURE, "level": "documented"}], [("major", "servers")]),
        ([RULE], [{**RULE, "level": "assumed"}], [("minor", "")]),
    ],
)
def test_rules(
    old: list[dict[str, str]], new: list[dict[str, str]], found: list[tuple[str, str]]
) -> None:
    """A rule that goes, moves to another id or is asked of more servers breaks; a new or a freer one does not."""
    assert told(document(*old), document(*new)) == found


def test_rules_of_a_lost_operation_are_not_told_one_by_one() -> None:
    """What goes with its operation is told by the operation, and a rule that moves keeps its id."""
    assert told(document(RULE), document(operation="readExperiment")) == []
    assert told(document(RULE), document(RULE, operation="readExperiment")) == []


@pytest.mark.parametrize(
    ("old", "new", "breaks"),
    [
        ([BEARER], [BEARER, WRITE], False),
        ([BEARER, WRITE], [BEARER], True),
        ([BEARER, NONE], [BEARER], True),
        ([BEARER], [], False),
        ([WRITE, NONE], [NONE], True),
        ([BEARER], [{**BEARER, **WRITE}], True),
        ([{**BEARER, **WRITE}], [BEARER], False),
        ([{"oauth": ["read"]}], [{"oauth": ["write"]}], True),
    ],
)
def test_keys(old: list[Document], new: list[Document], breaks: bool) -> None:
    """A request that had the right keys and has no more breaks, be they an alternative, a scope or none at all."""
    found = promises.compare(document(security=old), document(security=new))
    assert any(change.breaks for change in found) is breaks


def test_root_security_reaches_operations() -> None:
    """Keys that the root asks for count where an operation does not say otherwise."""
    public, inherited = document(security=[]), document()
    assert told({**public, "security": [BEARER]}, {**inherited, "security": [BEARER]}) == [
        ("major", "callers servers"),
        ("minor", ""),
    ]
    assert told({**public, "security": [BEARER]}, {**public, "security": [WRITE]}) == []


def test_tables() -> None:
    """A move or field that goes breaks callers and servers, one that comes breaks nobody."""
    move = {"from": ["draft", "paused"], "to": "running"}
    table = {
        "x-lifecycle": {"initial": "draft", "transitions": {"start": move}},
        "x-editable": {"draft": ["name"]},
    }
    fewer = {
        "x-lifecycle": {"initial": "draft", "transitions": {"start": {**move, "from": ["draft"]}}}
    }
    elsewhere = {
        "x-lifecycle": {"initial": "new", "transitions": {"start": {**move, "to": "paused"}}}
    }
    assert told({**document(), **table}, {**document(), **table, **fewer}) == [
        ("major", "callers servers")
    ]
    assert told({**document(), **table, **fewer}, {**document(), **table}) == [("minor", "")]
    assert (
        told({**document(), **table}, {**document(), **table, **elsewhere})
        == [("major", "callers servers")] * 3
    )
    renamed = {"x-editable": {"draft": ["title"], "x-level": {"title": "assumed"}}}
    assert told({**document(), **table}, {**document(), **table, **renamed}) == [
        ("major", "callers servers"),
        ("minor", ""),
    ]


def test_moves_of_a_renamed_operation_are_not_told() -> None:
    """What an operation does to the lifecycle comes and goes with it."""
    move = {"from": ["running"], "to": "paused"}
    old = {**document(operation="pause"), "x-lifecycle": {"transitions": {"pause": move}}}
    assert (
        told(old, {**document(operation="halt"), "x-lifecycle": {"transitions": {"halt": move}}})
        == []
    )


def test_marks_that_go_with_their_part() -> None:
    """A mark that goes together with what it marks raises nothing; one that goes alone breaks servers."""
    marked = document(responses={"200": {}, "409": {}, "x-level": {"409": "assumed"}})
    assert told(marked, document(responses={"200": {}})) == []
    assert told(marked, document(responses={"200": {}, "409": {}})) == [("major", "servers")]
    assert told(document(responses={"200": {}, "409": {}}), marked) == [("minor", "")]


def test_assumed_parts() -> None:
    """A part is assumed by its own mark, by its owner's, and by that of what is around it."""
    spec = {
        "a": {"b": {"c": 1}, "x-level": {"b": "assumed"}},
        "d": {"x-level": "assumed", "e": {"f": 1}},
        "g": {"h": 1},
    }
    assert [
        is_assumed(spec, pointer)
        for pointer in ("#/a/b/c", "#/d", "#/d/e/f", "#/a", "#/g/h", "#/no/where")
    ] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]


def test_parts_have_names() -> None:
    """A part is called by what it is in HTTP: method, path, status and name."""
    spec = {"paths": {"/s/{slug}": {"get": {"parameters": [{"name": "page", "schema": {}}]}}}}
    assert (
        describe(spec, "#/paths/~1s~1{slug}/get/parameters/0/schema")
        == "GET /s/{slug} parameters page"
    )


# The client

CLIENT = """
class PictifyExperiments:
    def create(self, body: Request | dict[str, object], *, timeout: float = 1) -> Answer: ...
    def read(self, uid: str) -> Answer: ...
"""
MODELS = """
from attrs import define as _define

@_define(repr=False)
class Request:
    name: str
    part: Part | Unset = UNSET
    note: str = ""

@_define
class Part:
    id: str

@_define
class Answer:
    uid: str
"""


def package(folder: Path, client: str = CLIENT, models: str = MODELS) -> Path:
    root = folder / "pictify_experiments"
    (root / "models").mkdir(parents=True)
    for name, content in {
        "__init__": "",
        "pictify": client,
        "models/__init__": "",
        "models/all": models,
    }.items():
        (root / f"{name}.py").write_text(content, encoding="utf-8")
    return root


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (
            ("    name: str\n", "    name: str\n    owner: str\n"),
            "Parameter was added as required: `owner` of `Request`",
        ),
        (
            ("    id: str\n", "    id: str\n    kind: str\n"),
            "Parameter was added as required: `kind` of `Part`",
        ),
        (('    note: str = ""\n', ""), "Public object was removed: `Request.note`"),
        (("    uid: str\n", "    uid: str\n    kind: str\n"), None),
        (
            (
                '    part: Part | Unset = UNSET\n    note: str = ""\n',
                '    note: str = ""\n    part: Part | Unset = UNSET\n',
            ),
            None,
        ),
        (('    note: str = ""\n', '    new: str = ""\n    note: str = ""\n'), None),
    ],
)
def test_models(tmp_path: Path, change: tuple[str, str], found: str | None) -> None:
    """A model that is sent, or part of one, breaks who makes it; the order of what is optional breaks nobody."""
    new = package(tmp_path / "new", models=MODELS.replace(*change))
    assert [one.text for one in surface.compare(package(tmp_path / "old"), new)] == (
        [found] if found else []
    )


def test_an_operation_is_told_once(tmp_path: Path) -> None:
    """What is lost in the sync and the async client is one change, told for the sync one."""
    both = CLIENT + CLIENT.replace("class Pictify", "class AsyncPictify")
    changes = surface.compare(
        package(tmp_path / "old", client=both),
        package(tmp_path / "new", client=both.replace("uid: str", "id: str")),
    )
    assert [change.text for change in changes] == [
        "Parameter was removed: `uid` of `PictifyExperiments.read` and 1 like it",
        "Parameter was added as required: `id` of `PictifyExperiments.read` and 1 like it",
    ]


# What redocly lists


def entry(
    path: str, about: str, kind: str = "modified", *, was: Any = None, now: Any = None, **more: Any
) -> Document:
    sides = {"base": was, "revision": now}
    found = {
        name: {"pointer": "#/x", "line": 7, "value": value}
        for name, value in sides.items()
        if value is not None
    }
    return {
        "path": path,
        "typeName": about,
        "kind": kind,
        "impact": "patch",
        "verdicts": [],
        **found,
        **more,
    }


ANSWER, REQUEST = (
    "#/paths/~1x/get/responses/200/content/schema/properties/a",
    "#/paths/~1x/get/parameters/0/schema",
)


@pytest.mark.parametrize(
    ("listed", "bump", "breaks"),
    [
        (entry(ANSWER, "Schema", was=9, now=5, property="maxLength"), "major", "servers"),
        (entry(REQUEST, "Schema", was=5, now=9, property="maxLength"), "minor", ""),
        (entry(REQUEST, "Schema", was=20, now=50, property="default"), "major", "callers servers"),
        (
            entry("#/paths/~1x/post/requestBody/schema/properties/a", "Schema", "removed", was={}),
            "major",
            "callers",
        ),
        (entry(ANSWER, "Header", was=True, now=False, property="required"), "major", "callers"),
        (entry(ANSWER, "Header", "added", now={"required": True}), "major", "servers"),
        (entry(ANSWER, "Header", "added", now={"schema": {}}), "patch", ""),
        (entry("#/x", "RequestBody", "added", now={"required": True}), "major", "callers servers"),
        (entry("#/x", "RequestBody", "added", now={"content": {}}), "patch", ""),
        (entry("#/x", "Operation", now=True, property="deprecated"), "minor", ""),
        (entry("#/x", "Operation", was="a", now="b", property="summary"), "patch", ""),
    ],
)
def test_second_reading(listed: Document, bump: str, breaks: str, tmp_path: Path) -> None:
    """What redocly lists and does not rate is rated by whom it breaks."""
    revision = Revision("here", tmp_path)
    revision.__dict__["document"] = {"x": {}}
    [change] = wire.rated(listed, revision, revision)
    assert (change.bump.name, " ".join(change.breaks)) == (bump, breaks)


def test_places(tmp_path: Path) -> None:
    """A change is told at its line, a removed part at its line at the ref."""
    revision = Revision("v1.0.0", tmp_path)
    revision.__dict__["document"] = {"x": {}}
    [gone] = wire.rated(entry("#/x", "Server", "removed", was={}), revision, revision)
    [there] = wire.rated(entry("#/x", "Server", "added", now={}), revision, revision)
    assert (gone.where, there.where) == ("v1.0.0:spec/openapi.yaml:7", "spec/openapi.yaml:7")


# Versions and changelogs


@pytest.mark.parametrize(
    ("version", "bump", "following"),
    [
        ("1.2.3", Bump.major, "2.0.0"),
        ("1.2.3", Bump.minor, "1.3.0"),
        ("1.2.3", Bump.patch, "1.2.4"),
        ("1.2.3", Bump.none, "1.2.3"),
        ("0.4.1", Bump.major, "0.5.0"),
        ("0.4.1", Bump.minor, "0.4.2"),
    ],
)
def test_next_version(version: str, bump: Bump, following: str) -> None:
    """The next version is the semantic one."""
    assert str(versions.raised(Version(version), bump)) == following


def test_entries_of_a_changelog() -> None:
    """An entry is an item of a list, in one line however it is broken, under Unreleased or the version."""
    old = "## [1.0.0] - 2026-01-02\n\n### Added\n\n- One\n  thing.\n"
    new = (
        "# Log\n\n## [Unreleased]\n\nText.\n\n- Two\n  things.\n\n## [1.1.0]\n\n- Three.\n\n"
        + old
        + "- Late.\n"
    )
    assert versions.new_entries(old, new, "1.1.0") == ["Two things.", "Three."]
