"""The templates: the client that they make of each kind of schema, and the schemas they refuse."""

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

IDIOMS = Path(__file__).with_name("idioms.yaml")
PACKAGE = "shapes_client"
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
    """Return the spec as the generator sees it, with every idiom added."""
    whole = generate_client.overlaid(generate_client.load(SPEC), generate_client.load(OVERLAY))
    added = generate_client.load(IDIOMS)
    whole["components"]["schemas"] |= added["schemas"]
    whole["paths"] |= added["paths"]
    return whole


def project(whole: Any, folder: Path) -> Sdk:
    settings = ConfigFile.load_from_path(HERE / "config.yml")
    settings.package_name_override = PACKAGE
    config = Config.from_sources(settings, MetaType.UV, SPEC, "utf-8", False, output_path=folder)
    return Sdk(whole, SPEC, config)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A client with every idiom."""
    folder = tmp_path_factory.mktemp("shapes") / "client"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", generate_client.search_path())
        assert project(document(), folder).build() == []
    return folder


@pytest.fixture
def package(made: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """That client, imported."""
    monkeypatch.syspath_prepend(str(made))
    yield importlib.import_module(PACKAGE)
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


def test_every_idiom_is_read_and_written(package: ModuleType) -> None:
    models = importlib.import_module(f"{package.__name__}.models")
    shape = models.Shape.from_dict(SHAPE)
    assert shape.to_dict() == SHAPE
    assert (shape.colour.is_known, shape.parts[1].additional_properties) == (False, {"new": 1})
    assert isinstance(shape.tree, models.Node)
    assert shape.tree.below == [models.Leaf(), {"kind": "bush"}]
    assert "t0ken" not in repr(shape)
    assert shape.count is package.UNSET


def test_docstrings_have_ranges_and_defaults(made: Path) -> None:
    source = (made / PACKAGE / "models" / "shape.py").read_text(encoding="utf-8")
    assert '"""An optional number. 1 to 9. The server\'s default is 3."""' in source
    assert '"""A word of Python, up to 1,000 characters."""' in source


@pytest.mark.parametrize("name", ["id", "made", "part", "parts", "colour", "nothing"])
def test_missing_required_member_is_named(package: ModuleType, name: str) -> None:
    models = importlib.import_module(f"{package.__name__}.models")
    others = {member: value for member, value in SHAPE.items() if member != name}
    with pytest.raises(ValueError, match=f"Shape has no member '{name}'"):
        models.Shape.from_dict(others)


def test_operations_send_path_query_body_and_credential(package: ModuleType) -> None:
    models = importlib.import_module(f"{package.__name__}.models")
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json=SHAPE) if request.method == "GET" else httpx.Response(204)

    http = httpx.Client(transport=httpx.MockTransport(answer))
    client = package.PictifyExperiments("key", base_url="http://server.test", http_client=http)
    shape = models.Shape.from_dict(SHAPE)
    deprecated = r"get_shape is deprecated: nobody draws any more\."
    with pytest.warns(DeprecationWarning, match=deprecated):
        assert client.get_shape("a/b", "c", colour="red") == shape
    assert client.put_shape("s", "p", [shape]) is None
    assert [str(request.url) for request in sent] == [
        "http://server.test/shapes/a%2Fb/c?colour=red",
        "http://server.test/shapes/s/p",
    ]
    assert yaml.safe_load(sent[1].content) == [SHAPE]
    assert {request.headers["Authorization"] for request in sent} == {"Bearer key"}


@pytest.mark.parametrize(
    "schema",
    [
        pytest.param(
            {"anyOf": [{"$ref": "#/components/schemas/Part"}, {"type": "string"}]},
            id="union without discriminator",
        ),
        pytest.param({"type": "string", "format": "date"}, id="date"),
        pytest.param({"type": "string", "format": "uuid"}, id="UUID"),
    ],
)
def test_schema_without_an_idiom_is_refused_by_name(tmp_path: Path, schema: Any) -> None:
    whole = document()
    whole["components"]["schemas"]["Part"]["properties"]["odd"] = schema
    with pytest.raises(NoIdiom, match="odd"):
        project(whole, tmp_path / "client").build()


def test_header_parameter_is_refused(tmp_path: Path) -> None:
    whole = document()
    header = {"name": "X-Odd", "in": "header", "schema": {"type": "string"}}
    whole["paths"]["/experiments/api/quota"]["get"]["parameters"] = [header]
    with pytest.raises(NoIdiom, match="get_experiment_quota"):
        project(whole, tmp_path / "client").build()


def test_problem_without_an_error_class_is_refused(tmp_path: Path) -> None:
    whole = document()
    problem = whole["components"]["examples"]["KeyMissing"]["value"]
    problem["type"] = "https://docs.pictify.io/errors/brand-new"
    with pytest.raises(UndocumentedProblem, match="brand-new"):
        project(whole, tmp_path / "client")


def test_every_problem_has_an_error_class(made: Path) -> None:
    source = (made / PACKAGE / "errors.py").read_text(encoding="utf-8")
    assert [name for name in PROBLEMS.values() if f"class {name}(" not in source] == []


def test_only_idempotent_operations_are_retried(tmp_path: Path) -> None:
    sdk = project(document(), tmp_path / "client")
    found = operations(sdk.openapi, document(), sdk.idioms)
    assert {name for name, operation in found.items() if operation.repeatable} == {
        "list_experiments",
        "get_experiment",
        "update_experiment",
        "delete_experiment",
        "get_experiment_quota",
        "get_shape",
        "put_shape",
    }


def test_stamp_changes_with_spec_templates_and_settings(tmp_path: Path) -> None:
    whole = {"info": {"version": "2.1.0"}}
    here, spec = tmp_path / "codegen", tmp_path / "openapi.yaml"
    here.mkdir()
    (here / "config.yml").write_text("project_name_override: x\n")
    (here / "overlay.yaml").write_text("actions: []\n")
    (here / "model.py.jinja").write_text("class A: ...\n")
    spec.write_text("a: 1\n")
    stamps = [stamp(whole, spec, here)]
    for file, text in (
        (spec, "a: 2\n"),
        (here / "model.py.jinja", "class B: ...\n"),
        (here / "config.yml", "post: 3\n"),
    ):
        file.write_text(text)
        stamps.append(stamp(whole, spec, here))
    assert [each.version for each in stamps] == ["2.1.0"] * 3 + ["2.1.0.post3"]
    assert len({each.spec for each in stamps}) == 2
    assert len({each.templates for each in stamps}) == 2
    assert len({each.config for each in stamps}) == 2


def test_stamp_of_the_spec_is_its_sha256() -> None:
    source = (GENERATED / "pictify_experiments" / "_stamp.py").read_text(encoding="utf-8")
    assert f'SPEC = "{hashlib.sha256(SPEC.read_bytes()).hexdigest()}"' in source
