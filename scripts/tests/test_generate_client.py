"""The command generates the same bytes every time, compares them, and replaces the client whole."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

import generate_client
from generate_client import OVERLAY, SPEC, GenerationError

Check = Callable[[Path], tuple[int, str]]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate_client.generate(SPEC, tmp_path_factory.mktemp("generation"))


@pytest.fixture
def client(fresh: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(fresh, tmp_path / "client"))


@pytest.fixture
def check(
    fresh: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Check:
    """Run --check on a client, without generating once more."""

    def command(client: Path) -> tuple[int, str]:
        monkeypatch.setattr(generate_client, "generate", lambda *_: fresh)
        code = generate_client.main(["--check", "--output", str(client)])
        return code, capsys.readouterr().out

    return command


def test_equal_client_passes(client: Path, check: Check) -> None:
    """Files that Python has cached do not count."""
    cache = client / "pictify_experiments" / "__pycache__"
    cache.mkdir()
    (cache / "client.pyc").touch()
    assert check(client) == (0, "client/ is what the spec gives.\n")


def test_hand_edit_fails(client: Path, check: Check) -> None:
    with (client / "pictify_experiments" / "client.py").open("a") as module:
        module.write("EDITED = True\n")
    code, output = check(client)
    assert code == 1
    assert "differs  pictify_experiments/client.py" in output
    assert "-EDITED = True" in output
    assert "nox -s generate" in output


def test_extra_and_missing_file_fail(client: Path, check: Check) -> None:
    (client / "pictify_experiments" / "models" / "gone.py").touch()
    (client / "pictify_experiments" / "py.typed").unlink()
    code, output = check(client)
    assert code == 1
    assert "extra    pictify_experiments/models/gone.py" in output
    assert "missing  pictify_experiments/py.typed" in output


def test_client_of_an_older_spec_fails(
    client: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = yaml.safe_load(SPEC.read_text(encoding="utf-8"))
    spec["components"]["schemas"]["Experiment"]["properties"]["novelty"] = {"type": "string"}
    newer = tmp_path / "openapi.yaml"
    newer.write_text(yaml.safe_dump(spec, sort_keys=False), encoding="utf-8")
    code = generate_client.main(["--check", "--spec", str(newer), "--output", str(client)])
    assert code == 1
    assert "differs  pictify_experiments/models/experiment.py" in capsys.readouterr().out


def test_generation_does_not_depend_on_the_hash_seed(
    fresh: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    monkeypatch.setenv("PYTHONHASHSEED", seed)
    assert generate_client.differences(fresh, generate_client.generate(SPEC, tmp_path)) == []


def test_operation_without_module_is_refused(fresh: Path) -> None:
    document = {"paths": {"/lost": {"get": {"operationId": "findLost"}}}}
    with pytest.raises(GenerationError, match="findLost"):
        generate_client.verify(fresh, document)


def test_overlay_action_without_match_is_refused() -> None:
    stale = {"actions": [{"target": "$.paths['/gone']", "remove": True}]}
    with pytest.raises(GenerationError, match=r"\$\.paths\['/gone'\] matches nothing"):
        generate_client.overlaid({"paths": {}}, stale)


def test_every_overlay_action_has_a_reason() -> None:
    for action in generate_client.load(OVERLAY)["actions"]:
        assert len({"remove", "update"} & action.keys()) == 1
        assert action["description"]


def test_overlay_updates_every_match() -> None:
    overlay = {"actions": [{"target": "$.paths[*].get", "update": {"x-counts": True}}]}
    spec = {"paths": {"/a": {"get": {"operationId": "a"}}, "/b": {"get": {}}}}
    paths = generate_client.overlaid(spec, overlay)["paths"]
    assert paths["/a"]["get"] == {"operationId": "a", "x-counts": True}
    assert paths["/b"]["get"] == {"x-counts": True}


def test_swap_leaves_nothing_of_the_old_client(client: Path, fresh: Path) -> None:
    (client / "stale.py").touch()
    generate_client.swap(fresh, client)
    assert generate_client.differences(client, fresh) == []
    assert [path.name for path in client.parent.iterdir()] == ["client"]


def test_interrupted_swap_keeps_the_old_client(
    client: Path, fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (client / "old.py").touch()
    rename = Path.rename

    def interrupted(path: Path, target: Path) -> Path:
        if path.name == "new":
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        generate_client.swap(fresh, client)
    assert generate_client.differences(client, fresh) == ["  extra    old.py"]
    assert [path.name for path in client.parent.iterdir()] == ["client"]


def test_wrong_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate_client, "version", lambda _: "0.1")
    with pytest.raises(GenerationError, match=r"is needed, 0\.1 is installed"):
        generate_client.check_pins()


def test_missing_ruff_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(generate_client, "search_path", lambda: str(tmp_path))
    with pytest.raises(GenerationError, match="ruff is not on the PATH"):
        generate_client.check_pins()


@pytest.mark.parametrize("arguments", [["--wat"], ["--spec", "nowhere.yaml"]])
def test_wrong_usage_is_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        generate_client.main(arguments)
    assert end.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1
