"""The same payloads, read by models that another generator makes from the same spec."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
import yaml
from pictify_experiments import models

from pictify_mock import MockServer

from .conftest import request
from .examples import moments, readers

SPEC = Path(__file__).parents[2] / "spec" / "openapi.yaml"


@pytest.fixture(scope="module")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """Models of pydantic, made by datamodel-code-generator."""
    file = tmp_path_factory.mktemp("oracle") / "oracle_models.py"
    options = [
        "--input-file-type=openapi",
        "--output-model-type=pydantic_v2.BaseModel",
        "--extra-fields=allow",
    ]
    command = [
        "-m",
        "datamodel_code_generator",
        f"--input={SPEC}",
        f"--output={file}",
        *options,
        "--target-python-version=3.11",
    ]
    subprocess.run([sys.executable, "-W", "ignore", *command], check=True, capture_output=True)
    spec = importlib.util.spec_from_file_location("oracle_models", file)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["oracle_models"] = module
    spec.loader.exec_module(module)
    return module


def both(oracle: ModuleType, model: Any, value: dict[str, Any]) -> tuple[Any, Any]:
    """Return a payload as both models read it, as JSON with moments for date-times."""
    theirs = getattr(oracle, model.__name__).model_validate(value)
    return (
        moments(theirs.model_dump(mode="json", by_alias=True, exclude_unset=True)),
        moments(model.from_dict(value).to_dict()),
    )


@pytest.mark.parametrize(("model", "value"), readers())
def test_examples_are_read_alike(oracle: ModuleType, model: Any, value: dict[str, Any]) -> None:
    """Both read every example of the spec to the same."""
    theirs, ours = both(oracle, model, value)
    assert ours == theirs


def test_answers_are_read_alike(oracle: ModuleType) -> None:
    """Both read the mock's answers of every kind to the same."""
    examples = yaml.safe_load(SPEC.read_text(encoding="utf-8"))["components"]["examples"]
    with MockServer() as server, httpx.Client(base_url=server.url) as http:
        http.headers["Authorization"] = f"Bearer {server.api_key}"
        for name in ("CreateAbTest", "CreateSmartLink", "CreateScheduled"):
            made = http.post("/experiments/api", json=examples[name]["value"])
            assert_alike(oracle, models.ExperimentEnvelope, made)
        uid = made.json()["experiment"]["uid"]
        assert_alike(oracle, models.ExperimentList, http.get("/experiments/api"))
        assert_alike(oracle, models.ExperimentQuota, http.get("/experiments/api/quota"))
        assert_alike(
            oracle,
            models.Problem,
            http.post("/experiments/api", json=request(slug="api").to_dict()),
        )
        assert_alike(oracle, models.TransitionProblem, http.post(f"/experiments/api/{uid}/pause"))
        assert_alike(
            oracle, models.ExperimentEventResponse, http.post("/s/events", json=[{"event": "no"}])
        )
        assert_alike(oracle, models.DeletedExperiment, http.delete(f"/experiments/api/{uid}"))


def assert_alike(oracle: ModuleType, model: Any, answer: httpx.Response) -> None:
    theirs, ours = both(oracle, model, answer.json())
    assert ours == theirs
