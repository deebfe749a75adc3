"""Every sample in the documentation runs as it stands, on a mock with the documentation's data."""

import json
import re
import shutil
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from docs.description import Description, Operation
from docs.samples import ADDRESS, API_KEY, LANGUAGES, WRITE_KEY, Case, samples
from pictify_mock import MockServer

ROOT = Path(__file__).parents[2]
DESCRIPTION = Description.load(ROOT / "spec" / "openapi.yaml")
FOUND = samples(DESCRIPTION)


class Sample(NamedTuple):
    """A sample with its operation."""

    operation: Operation
    place: int
    label: str

    @property
    def case(self) -> Case:
        return FOUND[self.operation.id][self.place]


SAMPLES = [
    Sample(operation, place, label)
    for operation in DESCRIPTION.operations
    for place, case in enumerate(FOUND[operation.id])
    for label in case.code
]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MockServer]:
    """A mock with its development keys. The environment sets no others."""
    for name in ("PICTIFY_API_KEY", "PICTIFY_WRITE_KEY", "PICTIFY_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    with MockServer() as server:
        assert (server.api_key, server.write_key) == (API_KEY, WRITE_KEY)
        yield server


def shown(operation: Operation) -> dict[str, Any]:
    """Return the experiment of the docs, in a status that the operation takes."""
    read = next(each for each in DESCRIPTION.operations if each.id == "getExperiment")
    experiment = dict(read.success_examples[0].value["experiment"])
    if move := DESCRIPTION.document["x-lifecycle"]["transitions"].get(operation.id):
        return experiment | {"status": move["from"][0]}
    return experiment | ({"status": "paused"} if operation.id == "updateExperiment" else {})


def run(label: str, source: str, folder: Path) -> str:
    """Run a sample and return what it prints or saves."""
    if label == "JavaScript":
        command = ["node", "--input-type=module", "--eval", source]
    else:
        command = ["bash", "-euc", source.replace("curl ", "curl -sS --fail-with-body ", 1)]
    tool = "node" if label == "JavaScript" else "curl"
    if not shutil.which(tool):
        pytest.skip(f"there is no {tool} on the PATH")
    ended = subprocess.run(command, capture_output=True, check=False, cwd=folder)
    assert ended.returncode == 0, ended.stderr.decode()
    return (ended.stdout + b"".join(each.read_bytes() for each in folder.iterdir())).decode("latin")


def events(body: Any) -> list[Any]:
    """Return one event, or any other body, as a list, without the key that the log hides."""
    rows = body if isinstance(body, list) else [body]
    return [{name: row[name] for name in row if name != "writeKey"} for row in rows]


def test_every_operation_has_samples() -> None:
    """Each example of a body has its title. The client sends all but beacons."""
    for operation in DESCRIPTION.operations:
        titles = [body.summary for body in operation.bodies] or [operation.raw["summary"]]
        assert [case.title for case in FOUND[operation.id]] == titles
        for case in FOUND[operation.id]:
            is_beacon = case.title.startswith("A beacon")
            labels = ["curl", "JavaScript"] if is_beacon else list(LANGUAGES)
            assert list(case.code) == labels


@pytest.mark.parametrize(
    "sample", SAMPLES, ids=lambda sample: f"{sample.operation.id}-{sample.place}-{sample.label}"
)
def test_sample(
    sample: Sample, server: MockServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A sample sends the body of the spec, succeeds, and prints what came."""
    operation, place, label = sample
    if operation.id != "createExperiment":
        server.load_state({"version": 1, "experiments": [shown(operation)]})
    source = sample.case.code[label]
    assert ADDRESS in source
    source = source.replace(ADDRESS, server.url)
    if LANGUAGES[label] == "python":
        with warnings.catch_warnings():
            # The image is deprecated.
            warnings.simplefilter("ignore", DeprecationWarning)
            names: dict[str, Any] = {"__name__": "__main__"}
            exec(compile(source, operation.id, "exec"), names)  # noqa: S102 - it is ours
        if client := names.get("pictify"):
            client.close()
        printed = capsys.readouterr().out
    else:
        printed = run(label, source, tmp_path)
    exchange, *others = [each for each in server.requests() if "/images/" not in each["path"]]
    status, _ = operation.success
    assert others == []
    assert (exchange["method"], str(exchange["status"])) == (operation.method.upper(), status)
    if operation.bodies:
        body = operation.bodies[place].value
        sent = events(json.loads(exchange["request"]["body"] or "null"))
        assert sent == events(json.loads(body) if isinstance(body, str) else body)
    assert "write_key_recommended" not in str(exchange["answer"])
    assert printed.strip()
    if label == "JavaScript":
        assert printed.startswith("200" if operation.id == "renderExperimentUrl" else status)


def test_json_of_the_chapters_can_be_sent(server: MockServer) -> None:
    """Each block is an event, the body of a create, or that of an update of what runs."""
    text = DESCRIPTION.document["info"]["description"]
    blocks = re.findall(r"^```json\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) > 3
    headers = {"Authorization": f"Bearer {server.api_key}"}
    with httpx.Client(base_url=server.url, headers=headers, trust_env=False) as http:
        for body in map(json.loads, blocks):
            if "type" in body:
                created = http.post("/experiments/api", json=body)
                assert created.status_code == 201, created.text
                path = f"/experiments/api/{created.json()['experiment']['uid']}"
                if body["type"] == "ab_test":
                    running = path
                http.post(f"{path}/start").raise_for_status()
            elif "event" in body:
                counted = http.post("/s/events", json=body).json()
                assert counted == {"ok": True, "processed": 1, "errors": []}
            else:
                updated = http.put(running, json=body)
                assert updated.status_code == 200, updated.text
