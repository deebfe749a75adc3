"""The import contracts of pyproject.toml are kept, and each forbidden import breaks one."""

import ast
import subprocess
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import grimp
import pytest
from importlinter.api import read_configuration
from importlinter.contracts.acyclic_siblings import AcyclicSiblingsContract
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.layers import LayersContract

ROOT = Path(__file__).parents[2]
SETTINGS = read_configuration(str(ROOT / "pyproject.toml"))
CONTRACTS = {contract["id"]: contract for contract in SETTINGS["contracts_options"]}
KINDS: dict[str, Any] = {
    "acyclic_siblings": AcyclicSiblingsContract,
    "forbidden": ForbiddenContract,
    "layers": LayersContract,
}

ARROWS = [
    ("mock", "pictify_mock.api.events", "pictify_conformance.spec"),
    ("mock", "pictify_mock.testing", "pictify_experiments"),
    ("mock", "pictify_mock.http.schemas", "yaml"),
    ("mock", "pictify_mock.http.schemas", "schemathesis"),
    ("mock-domain", "pictify_mock.domain.plans", "starlette"),
    ("mock-domain", "pictify_mock.domain.plans", "pydantic"),
    ("mock-domain", "pictify_mock.domain.plans", "orjson"),
    ("mock-layers", "pictify_mock.domain.plans", "pictify_mock.api.context"),
    ("mock-layers", "pictify_mock.storage.memory", "pictify_mock.http.responses"),
    ("suite", "pictify_conformance.mock_process", "pictify_mock.app"),
    ("suite", "pictify_conformance.cli", "pictify_experiments"),
    ("suite-layers", "pictify_conformance.rules.test_model", "pictify_conformance.pytest_plugin"),
    ("suite-layers", "pictify_conformance.rules.test_model", "pictify_conformance.cli"),
    ("suite-layers", "pictify_conformance.rules.conftest", "pictify_conformance.reports.html"),
    ("suite-layers", "pictify_conformance.reports.html", "pictify_conformance.pytest_plugin"),
    ("suite-layers", "pictify_conformance.reports.html", "pictify_conformance.cli"),
    ("suite-layers", "pictify_conformance.results.verdicts", "pictify_conformance.http.errors"),
    ("suite-layers", "pictify_conformance.spec.rules", "pictify_conformance.target"),
    ("suite-http", "pictify_conformance.http.write_guard", "pytest"),
    ("suite-http", "pictify_conformance.http.write_guard", "_pytest"),
    ("alternative", "alternative_server.app", "pictify_mock"),
    ("hostile", "hostile_servers.server", "pictify_mock"),
    ("broken", "pictify_conformance.runner", "broken_servers.fault"),
    ("broken", "pictify_mock.app", "broken_servers.fault"),
    ("broken", "scripts.build_docs", "broken_servers"),
    ("scripts", "scripts.build_docs", "pictify_conformance.options"),
    ("scripts", "scripts.docs.description", "pictify_mock.domain.plans"),
    ("no-circles", "pictify_mock.domain.plans", "pictify_mock.domain.experiment"),
]


@pytest.fixture(scope="module")
def graph() -> Iterator[grimp.ImportGraph]:
    """Return the imports of our packages, annotations included."""
    with pytest.MonkeyPatch.context() as patch:
        for place in ("contract_tests", "generated", "scripts", "."):
            patch.syspath_prepend(ROOT / place)
        roots = SETTINGS["session_options"]["root_packages"]
        yield grimp.build_graph(*roots, include_external_packages=True, cache_dir=None)


def is_kept(name: str, graph: grimp.ImportGraph) -> bool:
    options: dict[str, Any] = CONTRACTS[name]
    contract = KINDS[options["type"]](options["name"], SETTINGS["session_options"], options)
    return bool(contract.check(deepcopy(graph), verbose=False).kept)


@pytest.mark.parametrize("name", CONTRACTS)
def test_contract_is_kept(name: str, graph: grimp.ImportGraph) -> None:
    assert is_kept(name, graph)


@pytest.mark.parametrize(("name", "importer", "imported"), ARROWS)
def test_forbidden_import_breaks_the_contract(
    name: str, importer: str, imported: str, graph: grimp.ImportGraph
) -> None:
    assert importer in graph.modules
    changed = deepcopy(graph)
    changed.add_import(importer=importer, imported=imported)
    assert not is_kept(name, changed)


def test_imports_for_annotations_count(graph: grimp.ImportGraph) -> None:
    assert graph.direct_import_exists(
        importer="pictify_mock.domain.teams", imported="pictify_mock.domain.plans"
    )
    assert "exclude_type_checking_imports" not in SETTINGS["session_options"]


def test_no_test_imports_a_test() -> None:
    """Tests share modules that are not tests."""
    command = ["git", "ls-files", "*.py"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = [name for name in listed.splitlines() if not name.startswith("generated/")]
    files = [ROOT / name for name in names if (ROOT / name).exists()]
    assert len(files) > 200
    assert {file: found for file in files if (found := _tests_imported_by(file))} == {}


def _tests_imported_by(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module or ''}.{alias.name}" for alias in node.names}
    return {name for name in found if any(part.startswith("test_") for part in name.split("."))}
