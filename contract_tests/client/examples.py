"""The examples of the spec, and the models that read them."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml
from pictify_experiments import models

SPEC = yaml.safe_load(
    (Path(__file__).parents[2] / "spec" / "openapi.yaml").read_text(encoding="utf-8")
)
EXAMPLES = {
    name: example["value"]
    for name, example in SPEC["components"]["examples"].items()
    if isinstance(example["value"], dict)
}
MODELS: list[Any] = [
    model
    for name in models.__all__
    if isinstance(model := getattr(models, name), type) and hasattr(model, "from_dict")
]


def readers() -> list[Any]:
    """Every example of the spec with each model that has all of its members."""
    found = []
    for name, value in EXAMPLES.items():
        for model in MODELS:
            schema = SPEC["components"]["schemas"][model.__name__]
            if set(schema.get("required", ())) <= value.keys() <= schema["properties"].keys():
                found.append(pytest.param(model, value, id=f"{model.__name__}-{name}"))
    return found


def moments(value: Any) -> Any:
    """The value with the moments that its date-times name."""
    if isinstance(value, dict):
        return {name: moments(member) for name, member in value.items()}
    if isinstance(value, list):
        return [moments(item) for item in value]
    if isinstance(value, str) and "T" in value and value.endswith("Z"):
        return dt.datetime.fromisoformat(value)
    return value
