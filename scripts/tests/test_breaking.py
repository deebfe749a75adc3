"""Thirty changes of the spec, what the gate says of each, and whom it names."""

import copy
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import pytest

import check_breaking
import generate_client
from breaking.change import Change, greatest
from breaking.revision import CHANGELOG, CLIENT, SPEC, Revision
from breaking.versions import judge

Spec: TypeAlias = dict[str, Any]
Edit: TypeAlias = Callable[[Spec], object]

LIST, ONE, EVENTS, CLICK = (
    "/experiments/api",
    "/experiments/api/{uid}",
    "/s/events",
    "/s/{slug}/click",
)
NEXT = {"major": "2.0.0", "minor": "1.1.0", "patch": "1.0.1", "none": "1.0.0"}
RELEASED = "## [1.0.0] - 2026-01-02\n\n- All of it.\n"


@dataclass(frozen=True)
class Row:
    """A change in one sentence, whom it breaks, which version it asks for, and who notices."""

    sentence: str
    edit: Edit
    breaks: str
    bump: str
    seen_by: str
    generate: bool = False


def breaks(whom: str, sentence: str, seen_by: str, edit: Edit, *, generate: bool = False) -> Row:
    return Row(sentence, edit, whom, "major", seen_by, generate)


def harmless(bump: str, sentence: str, seen_by: str, edit: Edit, *, generate: bool = False) -> Row:
    return Row(sentence, edit, "", bump, seen_by, generate)


def schema(spec: Spec, name: str) -> Any:
    return spec["components"]["schemas"][name]


def members(spec: Spec, name: str) -> Any:
    return schema(spec, name)["properties"]


def operation(spec: Spec, method: str, path: str) -> Any:
    return spec["paths"][path][method]


def renamed(spec: Spec, old: str, new: str) -> None:
    """Another text everywhere, be it a key or a value."""
    changed = json.loads(json.dumps(spec).replace(old, new))
    spec.clear()
    spec.update(changed)


def another_name(spec: Spec) -> None:
    renamed(spec, "{uid}", "{id}")
    spec["components"]["parameters"]["Uid"].update(name="id")


def a_required_member(spec: Spec) -> None:
    members(spec, "CreateExperimentRequest")["owner"] = {
        "type": "string",
        "description": "Who made it.",
    }
    schema(spec, "CreateExperimentRequest")["required"].append("owner")


def an_inherited_key(spec: Spec) -> None:
    """What an operation does not say it has from the root: the spec at the ref says `security: []` here."""
    del operation(spec, "get", CLICK)["security"]


def a_firm_answer(spec: Spec) -> None:
    del schema(spec, "DeletedExperiment")["x-level"]


def a_copy(spec: Spec) -> None:
    item = {
        "parameters": spec["paths"][ONE]["parameters"],
        "post": copy.deepcopy(operation(spec, "get", ONE)),
    }
    item["post"] |= {"operationId": "copyExperiment", "summary": "Copy experiment", "x-rules": []}
    spec["paths"][f"{ONE}/copy"] = item


ROWS = [
    # twenty that break somebody
    breaks("callers", "An operation is gone.", "redocly", lambda spec: spec["paths"].pop(CLICK)),
    breaks(
        "callers",
        "The method of an operation is another.",
        "redocly",
        lambda spec: spec["paths"][ONE].update(patch=spec["paths"][ONE].pop("put")),
    ),
    breaks(
        "callers importers servers",
        "A request needs one more member.",
        "redocly, griffe",
        a_required_member,
        generate=True,
    ),
    breaks(
        "callers",
        "A member of a request is gone.",
        "redocly's list",
        lambda spec: members(spec, "CreateExperimentRequest").pop("hypothesis"),
    ),
    breaks(
        "callers servers",
        "A filter knows fewer values.",
        "redocly",
        lambda spec: schema(spec, "ExperimentStatusFilter")["enum"].remove("draft"),
    ),
    breaks(
        "callers servers",
        "A text that is sent may be less long.",
        "redocly",
        lambda spec: members(spec, "CreateExperimentRequest")["name"].update(maxLength=100),
    ),
    breaks(
        "callers servers",
        "A parameter that is not sent means something else.",
        "redocly's list",
        lambda spec: operation(spec, "get", LIST)["parameters"][3]["schema"].update(default=50),
    ),
    breaks(
        "importers",
        "A parameter of a path has another name.",
        "griffe",
        another_name,
        generate=True,
    ),
    breaks(
        "callers",
        "A member of an answer is gone.",
        "redocly",
        lambda spec: members(spec, "Experiment").pop("hypothesis"),
    ),
    breaks(
        "callers",
        "A member of an answer need not come.",
        "redocly",
        lambda spec: schema(spec, "Experiment")["required"].remove("uid"),
    ),
    breaks(
        "servers",
        "A member of an answer has to come.",
        "redocly's list",
        lambda spec: schema(spec, "Experiment")["required"].append("hypothesis"),
    ),
    breaks(
        "callers servers",
        "A number of an answer is a text.",
        "redocly",
        lambda spec: members(spec, "Variant")["impressions"].update(type="string"),
    ),
    breaks(
        "callers",
        "An answer has a status that nobody knows.",
        "redocly",
        lambda spec: schema(spec, "ExperimentStatus")["enum"].append("stopped"),
    ),
    breaks(
        "servers",
        "An answer may no longer have one of its statuses.",
        "redocly's list",
        lambda spec: schema(spec, "ExperimentStatus")["enum"].remove("archived"),
    ),
    breaks(
        "callers servers",
        "An operation without a key inherits the root's.",
        "security",
        an_inherited_key,
    ),
    breaks(
        "importers",
        "A schema has another name.",
        "griffe",
        lambda spec: renamed(spec, "QuotaUsage", "QuotaCount"),
        generate=True,
    ),
    breaks(
        "callers servers",
        "A documented rule is gone.",
        "rules",
        lambda spec: operation(spec, "get", ONE)["x-rules"].pop(),
    ),
    breaks(
        "servers",
        "An assumed rule becomes documented.",
        "rules",
        lambda spec: spec["x-rules"][1].update(level="documented"),
    ),
    breaks(
        "servers",
        "A form of an answer that was assumed becomes documented.",
        "levels",
        a_firm_answer,
    ),
    breaks(
        "callers servers",
        "A move of the lifecycle is refused.",
        "tables",
        lambda spec: spec["x-lifecycle"]["transitions"]["startExperiment"]["from"].remove("paused"),
    ),
    # ten that do not
    harmless(
        "patch",
        "A description is another.",
        "redocly",
        lambda spec: operation(spec, "get", LIST).update(description="All experiments."),
    ),
    harmless(
        "patch",
        "An example is another.",
        "comparison",
        lambda spec: spec["components"]["examples"]["Quota"]["value"].update(plan="business"),
    ),
    harmless("minor", "An operation is new.", "redocly", a_copy),
    harmless(
        "minor",
        "An answer has one more member.",
        "redocly",
        lambda spec: members(spec, "Experiment").update(
            owner={"type": "string", "description": "Who made it."}
        ),
    ),
    harmless(
        "minor",
        "A request may have one more member.",
        "redocly",
        lambda spec: members(spec, "CreateExperimentRequest").update(owner={"type": "string"}),
    ),
    harmless(
        "minor",
        "A list has one more filter.",
        "redocly",
        lambda spec: operation(spec, "get", LIST)["parameters"].append(
            {"name": "slug", "in": "query", "schema": {"type": "string"}}
        ),
    ),
    harmless(
        "minor",
        "A filter knows one more value.",
        "redocly's list",
        lambda spec: schema(spec, "ExperimentStatusFilter")["enum"].append("archived"),
    ),
    harmless(
        "minor",
        "A documented rule becomes assumed.",
        "rules",
        lambda spec: spec["x-rules"][0].update(level="assumed"),
    ),
    harmless(
        "minor",
        "A field can be edited in one more status.",
        "tables",
        lambda spec: spec["x-editable"]["completed"].append("hypothesis"),
    ),
    harmless(
        "none",
        "The paths come in another order.",
        "",
        lambda spec: spec.update(paths=dict(reversed(spec["paths"].items()))),
    ),
]


@pytest.fixture(scope="session")
def redocly() -> Path:
    command = os.environ.get("REDOCLY")
    if command is None:
        pytest.skip(
            "redocly is not here: the session `unit` installs it, unless the npm registry does not give it"
        )
    return Path(command)


@pytest.fixture(scope="module")
def spec() -> Spec:
    """The spec as it is, with the keys that most operations need at its root."""
    document = json.loads(json.dumps(generate_client.load(generate_client.SPEC), default=str))
    return {**document, "security": [{"bearerAuth": []}]}


@pytest.fixture(scope="module")
def old(spec: Spec, tmp_path_factory: pytest.TempPathFactory) -> Revision:
    return laid_out(
        spec, tmp_path_factory.mktemp("old"), generate_client.GENERATED / generate_client.PACKAGE
    )


def laid_out(spec: Spec, folder: Path, client: Path) -> Revision:
    for name, content in (
        (SPEC, json.dumps(spec, indent=1)),
        (CHANGELOG, RELEASED),
    ):  # JSON is YAML, and quicker
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    (folder / CLIENT).parent.mkdir()
    (folder / CLIENT).symlink_to(client)
    return Revision(folder.name, folder)


def edited(row: Row, spec: Spec, old: Revision, tmp_path: Path) -> Revision:
    """The version after the change; its client is made anew only where the row is about the client."""
    after = copy.deepcopy(spec)
    row.edit(after)
    new = laid_out(after, tmp_path / "new", old.client)
    if row.generate:
        work = tmp_path / "work"
        work.mkdir()
        made = generate_client.generate(new.spec, work) / generate_client.PACKAGE
        new.client.unlink()
        new.client.symlink_to(made)
    return new


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.sentence)
def test_verdict(row: Row, spec: Spec, old: Revision, redocly: Path, tmp_path: Path) -> None:
    """The gate tells whom the change breaks, who noticed, and the next version."""
    new = edited(row, spec, old, tmp_path)
    changes = check_breaking.compare(redocly, old, new)
    worst = [change for change in changes if change.bump is greatest(changes)]
    assert " ".join(sorted({whom for change in changes for whom in change.breaks})) == row.breaks
    assert greatest(changes).name == row.bump
    assert noticed(worst) == set(filter(None, row.seen_by.split(", ")))
    assert judge(greatest(changes), old, new).needed == NEXT[row.bump]


def noticed(changes: list[Change]) -> set[str]:
    return {change.seen_by for change in changes}


def test_there_are_thirty() -> None:
    """Twenty rows break somebody and ten do not."""
    assert [sum(bool(row.breaks) is broken for row in ROWS) for broken in (True, False)] == [20, 10]
