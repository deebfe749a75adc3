"""Every sample in the documentation runs, and gets what the documentation shows."""

import json
import re
import shutil
import subprocess
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

import build_docs
from docs.description import Description, Operation
from pictify_mock import MockServer
from pictify_mock.domain.plans import PLANS
from pictify_mock.domain.teams import Team

ROOT = Path(__file__).parents[2]
API_KEY = "key_of_the_samples"
BLOCK = re.compile(r"^(curl|Python)(.*?):\n\n```(?:sh|python)\n(.*?)```", re.MULTILINE | re.DOTALL)


class Sample(NamedTuple):
    """A sample, as it stands in reference.md under its operation."""

    operation: str
    language: str
    note: str
    source: str


@cache
def description() -> Description:
    """The spec."""
    return Description.load(ROOT / "spec" / "openapi.yaml")


@cache
def found() -> list[Sample]:
    """The samples in the built reference."""
    pages = dict(build_docs.files(description(), None, None))
    sections = re.split(
        r'^<a id="\w+"></a>\n',
        pages["reference.md"].partition("\n# Operations\n")[2],
        flags=re.MULTILINE,
    )
    return [
        Sample(operation.id, *block)
        for operation, section in zip(description().operations, sections[1:], strict=True)
        for block in BLOCK.findall(section)
    ]


def named(operation: str) -> Operation:
    """The operation of this id."""
    return next(each for each in description().operations if each.id == operation)


def shown(operation: str) -> dict[str, Any]:
    """Return the experiment of the docs, in a status that the operation takes."""
    experiment = dict(named("getExperiment").success_examples[0].value["experiment"])
    if move := description().document["x-lifecycle"]["transitions"].get(operation):
        return experiment | {"status": move["from"][0]}
    bodies = [example.value for example in named(operation).success_examples]
    after = [
        body["experiment"]["status"]
        for body in bodies
        if isinstance(body, dict) and "experiment" in body
    ]
    return experiment | ({"status": after[0]} if after else {})


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MockServer]:
    """A mock with the keys of the samples, from the environment and in their events."""
    write_key = next(event["writeKey"] for event in named("trackExperimentEvents").bodies[1].value)
    with MockServer([Team(API_KEY.encode(), (write_key.encode(),), PLANS["standard"])]) as server:
        monkeypatch.setenv("PICTIFY_BASE_URL", server.url)
        monkeypatch.setenv("PICTIFY_API_KEY", API_KEY)
        monkeypatch.setenv("PICTIFY_WRITE_KEY", write_key)
        yield server


@pytest.fixture
def control(server: MockServer) -> Iterator[httpx.Client]:
    """The control paths of the mock."""
    with httpx.Client(base_url=f"{server.url}/_mock") as control:
        yield control


def run(sample: Sample, url: str, folder: Path) -> None:
    """Run a sample as it stands, with the mock in the place of the vendor's server."""
    vendor = description().document["servers"][0]["url"]
    if sample.language == "Python":
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", DeprecationWarning
            )  # of the operation that was withdrawn
            exec(compile(sample.source, sample.operation, "exec"), {"__name__": "__main__"})  # noqa: S102 - it is ours
        return
    if not shutil.which("curl"):
        pytest.skip(
            "there is no curl on the PATH; install it, for instance with: apt-get install curl"
        )
    assert vendor in sample.source
    command = sample.source.replace(vendor, url).replace("curl -sS", "curl -sS --fail-with-body", 1)
    subprocess.run(["bash", "-euc", command], check=True, capture_output=True, cwd=folder)


def shape(value: Any) -> Any:
    """Return the members and types of a JSON value, of a list those of its first item."""
    if isinstance(value, dict):
        return {name: shape(member) for name, member in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value[:1]]
    return (
        "number"
        if isinstance(value, int | float) and not isinstance(value, bool)
        else type(value).__name__
    )


def test_every_operation_has_samples() -> None:
    """Each operation has a curl command and two programs for each JSON body of the spec."""
    for operation in description().operations:
        kinds = [sample.language for sample in found() if sample.operation == operation.id]
        bodies = [body.media for body in operation.bodies] or ["application/json"]
        assert kinds.count("curl") == len(bodies)
        assert kinds.count("Python") == 2 * bodies.count("application/json")


@pytest.mark.parametrize(
    "sample", found(), ids=lambda sample: f"{sample.operation}-{sample.language}{sample.note}"
)
def test_sample(sample: Sample, server: MockServer, control: httpx.Client, tmp_path: Path) -> None:
    """A sample sends the body of the spec, and gets a response in the form of the spec."""
    operation = named(sample.operation)
    if operation.id != "createExperiment":
        control.put(
            "/state", json={"version": 1, "experiments": [shown(operation.id)]}
        ).raise_for_status()
    run(sample, server.url, tmp_path)
    exchanges = [
        each
        for each in control.get("/requests").json()["requests"]
        if "/images/" not in each["path"]
    ]
    assert [(each["method"], each["status"]) for each in exchanges] == [
        (operation.method.upper(), int(operation.success[0]))
    ]
    [exchange] = exchanges
    sent, answer = exchange["request"]["body"], exchange["answer"]["body"]
    if operation.bodies:
        assert keyless(json.loads(sent)) in [
            keyless(sendable(body.value)) for body in operation.bodies
        ]
    if operation.success_examples and operation.success_examples[0].media == "application/json":
        shapes = [shape(example.value) for example in operation.success_examples]
        if not sample.note.endswith(
            ("smart_link", "scheduled")
        ):  # whose variants hold more than those on show
            assert shape(json.loads(answer)) in shapes


def sendable(body: Any) -> Any:
    """A body as JSON, which a beacon sends as text."""
    return json.loads(body) if isinstance(body, str) else body


def keyless(body: Any) -> Any:
    """A body without its keys, which the mock's record hides."""
    events = body if isinstance(body, list) else [body]
    bare = [
        {name: value for name, value in event.items() if name != "writeKey"} for event in events
    ]
    return bare if isinstance(body, list) else bare[0]
