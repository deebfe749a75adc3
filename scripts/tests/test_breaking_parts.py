"""The parts of the comparison: promises, the client, and what redocly does not rate."""

from pathlib import Path
from typing import Any, TypeAlias

import pytest
from packaging.version import Version

from breaking import promises, surface, versions, wire
from breaking.change import Bump
from breaking.normal_form import normal_form
from breaking.revision import Revision
from pictify_conformance.spec.pointers import describe, is_assumed

Document: TypeAlias = dict[str, Any]

RULE = {"id": "get.unknown", "level": "documented", "text": "An unknown uid is 404."}
ASSUMED = {"id": "get.sure", "level": "assumed", "text": "A read shows what was written."}
BEARER: Document = {"bearerAuth": []}
WRITE: Document = {"writeKeyAuth": []}
NONE: Document = {}
MOVE = {"from": ["draft", "paused"], "to": "running"}
TABLES = {
    "x-lifecycle": {"initial": "draft", "transitions": {"start": MOVE}},
    "x-editable": {"draft": ["name"]},
}


def document(*rules: dict[str, str], operation: str = "getExperiment", **parts: Any) -> Document:
    return {"paths": {"/x": {"get": {"operationId": operation, "x-rules": list(rules), **parts}}}}


def verdicts(old: Document, new: Document) -> list[tuple[str, str]]:
    """Return, for each changed promise, the bump and whom it breaks."""
    return [(change.bump.name, " ".join(change.breaks)) for change in promises.compare(old, new)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([RULE], [RULE], []),
        ([RULE], [], [("major", "callers servers")]),
        ([ASSUMED], [], [("major", "servers")]),
        ([], [RULE], [("minor", "")]),
        ([RULE], [{**RULE, "id": "get.unknown-uid"}], [("major", "servers")]),
        ([RULE], [{**RULE, "text": "A uid that nobody knows is 404."}], [("patch", "")]),
        ([ASSUMED], [{**ASSUMED, "level": "documented"}], [("major", "servers")]),
        ([RULE], [{**RULE, "level": "assumed"}], [("minor", "")]),
    ],
)
def test_rules(
    old: list[dict[str, str]], new: list[dict[str, str]], expected: list[tuple[str, str]]
) -> None:
    assert verdicts(document(*old), document(*new)) == expected


def test_rules_and_transitions_of_a_lost_operation_are_not_reported() -> None:
    old = {**document(RULE, operation="start"), **TABLES}
    halt = {"transitions": {"halt": MOVE}, "initial": "draft"}
    new = {**document(operation="halt"), **TABLES, "x-lifecycle": halt}
    assert verdicts(old, new) == []


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
    found = promises.compare(document(security=old), document(security=new))
    assert any(change.breaks for change in found) is breaks


def test_operation_inherits_the_keys_of_the_root() -> None:
    public = {**document(security=[]), "security": [BEARER]}
    inherited = {**document(), "security": [BEARER]}
    assert verdicts(public, inherited) == [("major", "callers servers"), ("minor", "")]
    assert verdicts(public, {**public, "security": [WRITE]}) == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (
            {"x-lifecycle": {"initial": "draft", "transitions": {"start": {**MOVE, "to": "x"}}}},
            [("major", "callers servers")] * 2,
        ),
        (
            {"x-lifecycle": {"initial": "draft", "transitions": {}}},
            [("major", "callers servers")] * 2,
        ),
        (
            {"x-lifecycle": {"initial": "new", "transitions": {"start": MOVE}}},
            [("major", "callers servers")],
        ),
        (
            {"x-editable": {"draft": ["title"], "x-level": {"title": "assumed"}}},
            [("major", "callers servers"), ("minor", "")],
        ),
    ],
)
def test_tables(changed: Document, expected: list[tuple[str, str]]) -> None:
    old = {**document(), **TABLES}
    assert verdicts(old, {**old, **changed}) == expected


def test_mark_that_goes_alone_breaks_servers() -> None:
    responses: Document = {"200": {}, "409": {}}
    level: Document = {"x-level": {"responses": {"409": "assumed"}}}
    marked = document(responses=responses, **level)
    assert verdicts(marked, document(responses={"200": {}})) == []
    assert verdicts(marked, document(responses=responses)) == [("major", "servers")]
    assert verdicts(document(responses=responses), marked) == [("minor", "")]


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
    files = {"__init__": "", "pictify": client, "models/__init__": "", "models/all": models}
    for name, content in files.items():
        (root / f"{name}.py").write_text(content, encoding="utf-8")
    return root


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("    name: str\n", "    name: str\n    owner: str\n", "`owner` of `Request`"),
        ("    id: str\n", "    id: str\n    kind: str\n", "`kind` of `Part`"),
        ('    note: str = ""\n', "", "Public object was removed: `Request.note`"),
        ("    uid: str\n", "    uid: str\n    kind: str\n", None),
        ('    note: str = ""\n', '    new: str = ""\n    note: str = ""\n', None),
    ],
)
def test_model_that_is_sent_breaks_its_makers(
    tmp_path: Path, old: str, new: str, expected: str | None
) -> None:
    after = package(tmp_path / "new", models=MODELS.replace(old, new))
    changes = surface.compare(package(tmp_path / "old"), after)
    if expected is None:
        assert changes == []
    else:
        [change] = changes
        assert change.text.endswith(expected)


def test_change_of_the_sync_and_the_async_client_is_reported_once(tmp_path: Path) -> None:
    both = CLIENT + CLIENT.replace("class Pictify", "class AsyncPictify")
    new = package(tmp_path / "new", client=both.replace("uid: str", "id: str"))
    changes = surface.compare(package(tmp_path / "old", client=both), new)
    assert [change.text for change in changes] == [
        "Parameter was removed: `uid` of `PictifyExperiments.read` and 1 like it",
        "Parameter was added as required: `id` of `PictifyExperiments.read` and 1 like it",
    ]


# What redocly lists

ANSWER = "#/paths/~1x/get/responses/200/content/schema/properties/a"
REQUEST = "#/paths/~1x/get/parameters/0/schema"
BODY = "#/paths/~1x/post/requestBody/schema/properties/a"


def entry(
    path: str, about: str, kind: str = "modified", *, was: Any = None, now: Any = None, **more: Any
) -> Document:
    sides = {
        name: {"pointer": "#/x", "line": 7, "value": value}
        for name, value in (("base", was), ("revision", now))
        if value is not None
    }
    shared = {"path": path, "typeName": about, "kind": kind, "impact": "patch", "verdicts": []}
    return {**shared, **sides, **more}


@pytest.mark.parametrize(
    ("listed", "bump", "breaks"),
    [
        (entry(ANSWER, "Schema", was=9, now=5, property="maxLength"), "major", "servers"),
        (entry(REQUEST, "Schema", was=5, now=9, property="maxLength"), "minor", ""),
        (entry(REQUEST, "Schema", was=20, now=50, property="default"), "major", "callers servers"),
        (entry(BODY, "Schema", "removed", was={}), "major", "callers"),
        (entry(ANSWER, "Header", was=True, now=False, property="required"), "major", "callers"),
        (entry(ANSWER, "Header", "added", now={"required": True}), "major", "servers"),
        (entry(ANSWER, "Header", "added", now={"schema": {}}), "patch", ""),
        (entry("#/x", "RequestBody", "added", now={"required": True}), "major", "callers servers"),
        (entry("#/x", "RequestBody", "added", now={"content": {}}), "patch", ""),
        (entry("#/x", "RequestBody", was=True, now=False, property="required"), "minor", ""),
        (entry("#/x", "Parameter", was=True, property="required"), "minor", ""),
        (entry("#/x", "Operation", now=True, property="deprecated"), "minor", ""),
        (entry("#/x", "Operation", was="a", now="b", property="summary"), "patch", ""),
    ],
)
def test_unrated_entry(listed: Document, bump: str, breaks: str, tmp_path: Path) -> None:
    revision = Revision("v1.0.0", tmp_path)
    revision.spec.parent.mkdir()
    revision.spec.write_text("paths:" + "\n" * 6 + "x: {}\n", encoding="utf-8")
    revision.__dict__["normal_form"] = {"x": {}}
    [change] = wire.rated(listed, revision, revision)
    assert (change.bump.name, " ".join(change.breaks)) == (bump, breaks)
    file = "spec/openapi.yaml:7"
    assert change.where == (file if "revision" in listed else f"v1.0.0:{file}")


# The normal form


def schema(**parts: Any) -> Document:
    body = {"content": {"application/json": {"schema": parts}}}
    return document(responses={"200": body})


NAMED = {"name": "q", "in": "query", "schema": {"type": "string"}}
TEXT, NULL = {"type": "string"}, {"type": "null"}
SAME = {
    "order of enum": (schema(enum=["a", "b"]), schema(enum=["b", "a"])),
    "order of required": (schema(required=["a", "b"]), schema(required=["b", "a"])),
    "order of types": (schema(type=["string", "null"]), schema(type=["null", "string"])),
    "order of alternatives": (schema(oneOf=[TEXT, {"x": 1}]), schema(oneOf=[{"x": 1}, TEXT])),
    "null as an alternative": (schema(type=["string", "null"]), schema(anyOf=[TEXT, NULL])),
    "null and an enum": (
        schema(type=["string", "null"], enum=["a", None]),
        schema(oneOf=[NULL, {**TEXT, "enum": ["a"]}]),
    ),
    "nullable": (schema(type=["string", "null"]), schema(type="string", nullable=True)),
    "const": (schema(const="a"), schema(enum=["a"])),
    "one type": (schema(type="string"), schema(type=["string"])),
    "one alternative": (schema(**TEXT, title="T"), schema(allOf=[TEXT], title="T")),
    "default of a keyword": (schema(type="object"), schema(type="object", required=[])),
    "inside a member": (
        schema(properties={"enum": {"enum": [1, 2]}}),
        schema(properties={"enum": {"enum": [2, 1]}}),
    ),
    "parameter of the path": (
        document(parameters=[NAMED]),
        {"paths": {"/x": {**document()["paths"]["/x"], "parameters": [NAMED]}}},
    ),
    "order of parameters": (
        document(parameters=[NAMED, {**NAMED, "name": "a"}]),
        document(parameters=[{**NAMED, "name": "a", "required": False}, NAMED]),
    ),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_two_ways_to_write_the_same_have_one_normal_form(one: Document, other: Document) -> None:
    assert normal_form(one) == normal_form(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (schema(type="string"), schema(type=["string", "null"])),
        (schema(minLength=0), schema(minLength=1)),
        (schema(anyOf=[TEXT, NULL], minLength=1), schema(type=["string", "null"])),
        (schema(example=["a", "b"]), schema(example=["b", "a"])),
        (schema(prefixItems=[TEXT, NULL]), schema(prefixItems=[NULL, TEXT])),
        (document(parameters=[NAMED]), document()),
    ],
)
def test_normal_form_keeps_differences(one: Document, other: Document) -> None:
    assert normal_form(one) != normal_form(other)


# Versions and changelogs


@pytest.mark.parametrize(
    ("version", "bump", "expected"),
    [
        ("1.2.3", Bump.major, "2.0.0"),
        ("1.2.3", Bump.minor, "1.3.0"),
        ("1.2.3", Bump.patch, "1.2.4"),
        ("1.2.3", Bump.none, "1.2.3"),
        ("0.4.1", Bump.major, "0.5.0"),
        ("0.4.1", Bump.minor, "0.4.2"),
    ],
)
def test_next_version(version: str, bump: Bump, expected: str) -> None:
    assert str(versions.raised(Version(version), bump)) == expected


def test_entries_of_a_changelog() -> None:
    """An entry is an item of a list under Unreleased or the version, however it is wrapped."""
    old = "## [1.0.0] - 2026-01-02\n\n### Added\n\n- One\n  thing.\n"
    unreleased = "# Log\n\n## [Unreleased]\n\nText.\n\n- Two\n  things.\n\n"
    new = f"{unreleased}## [1.1.0]\n\n- Three.\n\n{old}- Late.\n"
    assert versions.new_entries(old, new, "1.1.0") == ["Two things.", "Three."]


# The names of parts


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        ("#/own/mark", True),
        ("#/own", False),
        ("#/deep/inner/mark", True),
        ("#/deep/inner/other", False),
        ("#/whole", True),
        ("#/whole/inside/deeper", True),
        ("#/none/at/all", False),
    ],
)
def test_assumed_parts(pointer: str, expected: bool) -> None:
    spec = {
        "own": {"mark": {"c": 1}, "x-level": {"mark": "assumed"}},
        "deep": {"inner": {"mark": 1, "other": 2}, "x-level": {"inner": {"mark": "assumed"}}},
        "whole": {"x-level": "assumed", "inside": {"deeper": 1}},
    }
    assert is_assumed(spec, pointer) is expected


def test_part_is_named_by_method_path_and_name() -> None:
    spec = {"paths": {"/s/{slug}": {"get": {"parameters": [{"name": "page", "schema": {}}]}}}}
    pointer = "#/paths/~1s~1{slug}/get/parameters/0/schema"
    assert describe(spec, pointer) == "GET /s/{slug} parameters page"
