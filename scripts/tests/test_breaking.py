"""Changes of the spec: the verdict on each, and whom it breaks."""

import copy
import json
import os
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import pytest

import check_breaking
import generate_client
from breaking.change import greatest
from breaking.revision import CHANGELOG, CLIENT, SPEC, Revision
from breaking.versions import judge

Spec: TypeAlias = dict[str, Any]

SCHEMAS = "components/schemas"
CREATE = f"{SCHEMAS}/CreateExperimentRequest"
SHOWN = f"{SCHEMAS}/Experiment"
LIST = "paths/~experiments~api/get"
CLICK = "paths/~s~{slug}~click"
TEXT = {"type": "string", "description": "Who made it."}
NEXT = {"major": "2.0.0", "minor": "1.1.0", "patch": "1.0.1", "none": "1.0.0"}


class Edit(NamedTuple):
    """An edit at a place, such as `paths/~s~events/post`: names joined by /, with ~ for a slash."""

    action: str
    place: str
    value: Any = None

    def __str__(self) -> str:
        return f"{self.action} {self.place}"

    def apply(self, spec: Spec) -> None:
        *names, last = (name.replace("~", "/") for name in self.place.split("/"))
        node: Any = spec
        for name in names:
            node = node[int(name) if isinstance(node, list) else name]
        if self.action == "remove":
            del node[last]
        elif self.action == "set":
            node[last] = self.value
        elif self.action == "append":
            node[last].append(self.value)
        elif self.action == "remove item":
            node[last].remove(self.value)


NEW_OPERATION = {
    "post": {
        "operationId": "copyExperiment",
        "summary": "Copy",
        "responses": {"204": {"description": "Copied."}},
    }
}

EXPECTED = {
    ("major", "callers", "redocly"): [
        Edit("remove", CLICK),
        Edit("remove", f"{SHOWN}/properties/hypothesis"),
        Edit("remove item", f"{SHOWN}/required", "uid"),
        Edit("append", f"{SCHEMAS}/ExperimentStatus/enum", "stopped"),
    ],
    ("major", "callers", "redocly's list"): [Edit("remove", f"{CREATE}/properties/hypothesis")],
    ("major", "callers servers", "redocly"): [
        Edit("remove item", f"{SCHEMAS}/ExperimentStatusFilter/enum", "draft"),
        Edit("set", f"{CREATE}/properties/name/maxLength", 100),
        Edit("set", f"{SCHEMAS}/Variant/properties/impressions/type", "string"),
    ],
    ("major", "callers servers", "redocly's list"): [
        Edit("set", f"{LIST}/parameters/3/schema/default", 50)
    ],
    # The operation inherits the key that the root asks for.
    ("major", "callers servers", "security"): [Edit("remove", f"{CLICK}/get/security")],
    ("major", "servers", "redocly's list"): [
        Edit("append", f"{SHOWN}/required", "hypothesis"),
        Edit("remove item", f"{SCHEMAS}/ExperimentStatus/enum", "archived"),
    ],
    ("major", "servers", "levels"): [Edit("remove", f"{SCHEMAS}/DeletedExperiment/x-level")],
    ("minor", "", "redocly"): [
        Edit("set", "paths/~copies", NEW_OPERATION),
        Edit("set", f"{SHOWN}/properties/owner", TEXT),
    ],
    ("minor", "", "redocly's list"): [
        Edit("append", f"{SCHEMAS}/ExperimentStatusFilter/enum", "archived"),
        Edit("set", "paths/~experiments~api/post/requestBody/required", False),
    ],
    ("patch", "", "redocly"): [Edit("set", f"{LIST}/description", "All experiments.")],
    ("patch", "", "comparison"): [
        Edit("set", "components/examples/Quota/value/plan", "business"),
        Edit("set", f"{SCHEMAS}/ExperimentType/enum", ["scheduled", "smart_link", "ab_test"]),
        Edit("set", f"{SHOWN}/properties/name/type", ["string"]),
    ],
}
"""Edits by the version that they raise, whom they break, and what notices."""
ROWS = [(*expected, edit) for expected, edits in EXPECTED.items() for edit in edits]


@pytest.fixture(scope="session")
def redocly() -> Path:
    command = os.environ.get("REDOCLY")
    if command is None:
        pytest.skip("REDOCLY names no redocly; the session `unit` installs it")
    return Path(command)


@pytest.fixture(scope="module")
def spec() -> Spec:
    """The spec as it is, with the keys that most operations need at its root."""
    document = json.loads(json.dumps(generate_client.load(generate_client.SPEC), default=str))
    return {**document, "security": [{"bearerAuth": []}]}


@pytest.fixture(scope="module")
def old(spec: Spec, tmp_path_factory: pytest.TempPathFactory) -> Revision:
    client = generate_client.GENERATED / generate_client.PACKAGE
    return laid_out(spec, tmp_path_factory.mktemp("old"), client)


def laid_out(spec: Spec, folder: Path, client: Path) -> Revision:
    (folder / SPEC).parent.mkdir(parents=True)
    (folder / SPEC).write_text(json.dumps(spec, indent=1), encoding="utf-8")
    (folder / CHANGELOG).write_text("## [1.0.0] - 2026-01-02\n\n- All of it.\n", encoding="utf-8")
    (folder / CLIENT).parent.mkdir()
    (folder / CLIENT).symlink_to(client)
    return Revision(folder.name, folder)


@pytest.mark.parametrize(("bump", "breaks", "found_by", "edit"), ROWS, ids=str)
def test_change_of_the_spec(
    bump: str,
    breaks: str,
    found_by: str,
    edit: Edit,
    spec: Spec,
    old: Revision,
    redocly: Path,
    tmp_path: Path,
) -> None:
    after = copy.deepcopy(spec)
    edit.apply(after)
    new = laid_out(after, tmp_path / "new", old.client)
    changes = check_breaking.compare(redocly, old, new)
    worst = greatest(changes)
    assert " ".join(sorted({each for change in changes for each in change.breaks})) == breaks
    assert worst.name == bump
    assert {change.found_by for change in changes if change.bump is worst} == {found_by}
    assert judge(worst, old, new).needed == NEXT[bump]


def test_another_order_of_paths_changes_nothing(
    spec: Spec, old: Revision, redocly: Path, tmp_path: Path
) -> None:
    reordered = {**spec, "paths": dict(reversed(spec["paths"].items()))}
    new = laid_out(reordered, tmp_path / "new", old.client)
    assert check_breaking.compare(redocly, old, new) == []


def test_other_spelling_is_a_patch(
    spec: Spec, old: Revision, redocly: Path, tmp_path: Path
) -> None:
    """Parameters that move to the path, and a schema in the place of its reference."""
    after = copy.deepcopy(spec)
    items = after["paths"]["/experiments/api"]
    moved = items["get"]["parameters"].pop()
    items["get"]["parameters"].insert(0, moved)
    item = after["paths"]["/s/{slug}/click"]
    item["get"]["parameters"] = item.pop("parameters")
    properties = after["components"]["schemas"]["Experiment"]["properties"]
    properties["status"] = after["components"]["schemas"]["ExperimentStatus"]
    new = laid_out(after, tmp_path / "new", old.client)
    changes = check_breaking.compare(redocly, old, new)
    assert [change.text for change in changes] == ["The spec reads differently."]


def test_required_member_of_a_request_breaks_importers(
    spec: Spec, old: Revision, redocly: Path, tmp_path: Path
) -> None:
    after = copy.deepcopy(spec)
    Edit("set", f"{CREATE}/properties/owner", TEXT).apply(after)
    Edit("append", f"{CREATE}/required", "owner").apply(after)
    made = tmp_path / "made"
    made.mkdir()
    spec_file = tmp_path / "openapi.yaml"
    spec_file.write_text(json.dumps(after), encoding="utf-8")
    client = generate_client.generate(spec_file, made) / generate_client.PACKAGE
    new = laid_out(after, tmp_path / "new", client)
    changes = check_breaking.compare(redocly, old, new)
    broken = {each for change in changes for each in change.breaks}
    assert broken == {"callers", "importers", "servers"}
    assert {change.found_by for change in changes if change.breaks} == {"redocly", "griffe"}
