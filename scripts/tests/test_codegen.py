"""The templates: what they make of each idiom, what that does, and what they refuse."""

import copy
import hashlib
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
import yaml
from openapi_python_client.config import Config, ConfigFile, MetaType

import generate_client
from codegen.__main__ import HERE, Sdk
from codegen.idioms import NoIdiom
from codegen.operations import UndocumentedProblem, operations
from codegen.problems import PROBLEMS
from codegen.stamp import stamp
from generate_client import GENERATED, OVERLAY, SPEC

GOLDEN = Path(__file__).parent / "golden"
PACKAGE = "shapes_client"
MADE = {
    "models/shape.py": "shape.txt",
    "models/tree.py": "tree.txt",
    "models/colour.py": "colour.txt",
    "models/facts.py": "facts.txt",
    "api/experiments/put_shape.py": "put_shape.txt",
    "api/experiments/get_shape.py": "get_shape.txt",
}
SHAPE: dict[str, Any] = {
    "id": "s",
    "made": "2026-03-02T09:00:00Z",
    "when": None,
    "part": {"field": "x"},
    "parts": [{}, {"field": "y", "new": 1}],
    "colour": "blue",
    "nothing": [None],
    "kind": "shape",
    "share": None,
    "tags": ["a"],
    "colours": ["red", "pink"],
    "facts": {"a": {"b": 1}},
    "tree": {"kind": "node", "below": [{"kind": "leaf"}, {"kind": "bush"}]},
    "token": "t0ken",
    "class": "c",
}


def document() -> Any:
    """The spec as the generator sees it, with the idioms."""
    whole = generate_client.overlaid(generate_client.load(SPEC), generate_client.load(OVERLAY))
    added = yaml.safe_load((GOLDEN / "spec.yaml").read_text(encoding="utf-8"))
    whole["components"]["schemas"] |= added["schemas"]
    whole["paths"] |= added["paths"]
    return whole


def project(whole: Any, folder: Path) -> Sdk:
    settings = ConfigFile.load_from_path(HERE / "config.yml")
    settings.package_name_override = PACKAGE
    return Sdk(
        whole,
        SPEC,
        Config.from_sources(settings, MetaType.UV, SPEC, "utf-8", False, output_path=folder),
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package that is made from the spec with the idioms."""
    folder = tmp_path_factory.mktemp("shapes") / "client"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", generate_client.search_path())
        assert project(document(), folder).build() == []
    return folder


@pytest.fixture
def package(made: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """That package, imported."""
    monkeypatch.syspath_prepend(str(made))
    yield importlib.import_module(PACKAGE)
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


@pytest.mark.parametrize(("file", "golden"), MADE.items())
def test_idioms_are_written_so(made: Path, file: str, golden: str) -> None:
    """Each idiom is written as in its golden file."""
    fresh, meant = made / PACKAGE / file, GOLDEN / golden
    assert fresh.read_text(encoding="utf-8") == meant.read_text(encoding="utf-8"), (
        f"if it is meant: cp {fresh} {meant}"
    )


def test_every_idiom_is_read_and_written(package: ModuleType) -> None:
    """A shape with every kind of member is the same after it was read and written."""
    models = importlib.import_module(f"{package.__name__}.models")
    shape = models.Shape.from_dict(SHAPE)
    assert shape.to_dict() == SHAPE
    assert (shape.colour.is_known, shape.parts[1].additional_properties) == (False, {"new": 1})
    assert isinstance(shape.tree, models.Node)
    assert shape.tree.below == [models.Leaf(), {"kind": "bush"}]
    assert "t0ken" not in repr(shape)
    assert shape.count is package.UNSET


@pytest.mark.parametrize("name", ["id", "made", "part", "parts", "colour", "nothing"])
def test_required_members_have_to_be_there(package: ModuleType, name: str) -> None:
    """A required member that is missing is told by its name."""
    models = importlib.import_module(f"{package.__name__}.models")
    with pytest.raises(ValueError, match=f"Shape has no member '{name}'"):
        models.Shape.from_dict({member: value for member, value in SHAPE.items() if member != name})


def test_operations_do_what_they_say(package: ModuleType) -> None:
    """Path, query, body, credential and result are those of the operation."""
    models = importlib.import_module(f"{package.__name__}.models")
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json=SHAPE) if request.method == "GET" else httpx.Response(204)

    connections = httpx.Client(transport=httpx.MockTransport(answer))
    client = package.PictifyExperiments(
        "key", base_url="http://server.test", http_client=connections
    )
    shape = models.Shape.from_dict(SHAPE)
    with pytest.warns(
        DeprecationWarning, match=r"get_shape is deprecated: nobody draws any more\."
    ):
        assert client.get_shape("a/b", "c", colour="red") == shape
    assert client.put_shape("s", "p", [shape]) is None
    assert [str(request.url) for request in asked] == [
        "http://server.test/shapes/a%2Fb/c?colour=red",
        "http://server.test/shapes/s/p",
    ]
    assert yaml.safe_load(asked[1].content) == [SHAPE]
    assert {request.headers["Authorization"] for request in asked} == {"Bearer key"}


REFUSED: dict[str, dict[str, Any]] = {
    "a union that nothing tells apart": {
        "anyOf": [{"$ref": "#/components/schemas/Part"}, {"type": "string"}]
    },
    "a date": {"type": "string", "format": "date"},
    "a UUID": {"type": "string", "format": "uuid"},
}


@pytest.mark.parametrize("schema", REFUSED.values(), ids=REFUSED)
def test_schemas_without_an_idiom_are_refused(tmp_path: Path, schema: dict[str, Any]) -> None:
    """A schema without an idiom is refused by its name."""
    whole = document()
    whole["components"]["schemas"]["Part"]["properties"]["odd"] = schema
    with pytest.raises(NoIdiom, match="odd"):
        project(whole, tmp_path / "client").build()


def test_header_parameters_are_refused(tmp_path: Path) -> None:
    """An operation with a header parameter is refused by its name."""
    whole = document()
    header = {"name": "X-Odd", "in": "header", "schema": {"type": "string"}}
    whole["paths"]["/experiments/api/quota"]["get"]["parameters"] = [header]
    with pytest.raises(NoIdiom, match="get_experiment_quota"):
        project(whole, tmp_path / "client").build()


def test_problems_without_a_class_are_refused(tmp_path: Path) -> None:
    """A documented problem for which there is no class of error is refused by its code."""
    whole = document()
    whole["components"]["examples"]["KeyMissing"]["value"]["type"] = (
        "https://docs.pictify.io/errors/brand-new"
    )
    with pytest.raises(UndocumentedProblem, match="brand-new"):
        project(whole, tmp_path / "client")


def test_every_class_of_a_problem_exists(made: Path) -> None:
    """Each problem has a class in errors.py."""
    source = (made / PACKAGE / "errors.py").read_text(encoding="utf-8")
    assert [name for name in PROBLEMS.values() if f"class {name}(" not in source] == []


def test_what_is_repeated(tmp_path: Path) -> None:
    """The client repeats what reads, updates or deletes, not what creates, moves or counts."""
    sdk = project(document(), tmp_path / "client")
    found = operations(sdk.openapi, document(), sdk.idioms)
    assert {name for name, operation in found.items() if operation.repeatable} == {
        *(
            "list_experiments",
            "get_experiment",
            "update_experiment",
            "delete_experiment",
            "get_experiment_quota",
        ),
        *("get_shape", "put_shape"),
    }


def test_stamp_follows_what_a_client_is_made_from(tmp_path: Path) -> None:
    """The stamp changes with the spec, the templates and the settings, each in its own part."""
    whole = {"info": {"version": "2.1.0"}}
    here, spec = tmp_path / "codegen", tmp_path / "openapi.yaml"
    here.mkdir()
    (here / "config.yml").write_text("project_name_override: x\n")
    (here / "overlay.yaml").write_text("actions: []\n")
    (here / "model.py.jinja").write_text("class A: ...\n")
    spec.write_text("a: 1\n")
    first = stamp(whole, spec, here)
    spec.write_text("a: 2\n")
    second = stamp(whole, spec, here)
    (here / "model.py.jinja").write_text("class B: ...\n")
    third = stamp(whole, spec, here)
    (here / "config.yml").write_text("post: 3\n")
    fourth = stamp(whole, spec, here)
    assert first.version == "2.1.0"
    assert changed(first, second) == {"spec"}
    assert changed(second, third) == {"templates"}
    assert changed(third, fourth) == {"config", "version"}
    assert fourth.version == "2.1.0.post3"


def test_stamp_can_be_checked_by_hand() -> None:
    """The stamp of the spec is what sha256sum says of it."""
    told = (GENERATED / "pictify_experiments" / "_stamp.py").read_text(encoding="utf-8")
    assert f'SPEC = "{hashlib.sha256(SPEC.read_bytes()).hexdigest()}"' in told


def changed(one: Any, other: Any) -> set[str]:
    return {name for name, value in vars(one).items() if vars(other)[name] != value}


def test_document_is_not_touched(tmp_path: Path) -> None:
    """Generating leaves the document as it was."""
    whole = document()
    before = copy.deepcopy(whole)
    project(whole, tmp_path / "client")
    assert whole == before
