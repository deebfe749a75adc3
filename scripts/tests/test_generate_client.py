import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

import generate_client
from generate_client import GENERATED, OVERLAY, SPEC, GenerationError
from naming import snake_case

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
    """The --check command on a client, without generating once more."""

    def command(client: Path) -> tuple[int, str]:
        monkeypatch.setattr(generate_client, "generate", lambda *_: fresh)
        code = generate_client.main(["--check", "--output", str(client)])
        return code, capsys.readouterr().out

    return command


def test_equal_client_passes(client: Path, check: Check) -> None:
    """A client that equals a fresh one passes the check, whatever Python has cached in it."""
    cache = client / "pictify_experiments" / "__pycache__"
    cache.mkdir()
    (cache / "client.pyc").touch()
    assert check(client) == (0, "client/ is what the spec gives.\n")


def test_hand_edit_fails(client: Path, check: Check) -> None:
    """A hand edit fails the check, which names the file and shows the line."""
    with (client / "pictify_experiments" / "client.py").open("a") as module:
        module.write("EDITED = True\n")
    code, output = check(client)
    assert code == 1
    assert "differs  pictify_experiments/client.py" in output
    assert "-EDITED = True" in output
    assert "nox -s generate" in output


def test_stale_file_fails(client: Path, check: Check) -> None:
    """A file that the generator no longer makes fails the check by name."""
    (client / "pictify_experiments" / "models" / "gone.py").touch()
    code, output = check(client)
    assert (code, "extra    pictify_experiments/models/gone.py" in output) == (1, True)


def test_missing_file_fails(client: Path, check: Check) -> None:
    """A file that is not there fails the check by name."""
    (client / "pictify_experiments" / "py.typed").unlink()
    code, output = check(client)
    assert (code, "missing  pictify_experiments/py.typed" in output) == (1, True)


def test_missing_client_fails(tmp_path: Path, check: Check) -> None:
    """A folder that is not there fails the check."""
    assert check(tmp_path / "nowhere")[0] == 1


def test_stale_client_fails(
    client: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A client of an older spec fails the check, which names the modules that moved on."""
    spec = yaml.safe_load(SPEC.read_text(encoding="utf-8"))
    spec["components"]["schemas"]["Experiment"]["properties"]["novelty"] = {"type": "string"}
    newer = tmp_path / "openapi.yaml"
    newer.write_text(yaml.safe_dump(spec, sort_keys=False), encoding="utf-8")
    code = generate_client.main(["--check", "--spec", str(newer), "--output", str(client)])
    assert (
        code,
        "differs  pictify_experiments/models/experiment.py" in capsys.readouterr().out,
    ) == (1, True)


def test_generation_is_repeatable(
    fresh: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two generations give the same bytes under any hash seed."""
    seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    monkeypatch.setenv("PYTHONHASHSEED", seed)
    assert generate_client.differences(fresh, generate_client.generate(SPEC, tmp_path)) == []


def test_every_operation_has_a_module() -> None:
    """Every operationId of the spec has a module in generated/."""
    operations = list(generate_client.operation_ids(generate_client.load(SPEC)))
    modules = {module.stem for module in GENERATED.glob("pictify_experiments/api/*/*.py")}
    assert operations
    assert {snake_case(operation) for operation in operations} <= modules


def test_operation_without_module_is_refused(fresh: Path) -> None:
    """An operation that the generator passed over is an error by name."""
    document = {"paths": {"/lost": {"get": {"operationId": "findLost"}}}}
    with pytest.raises(GenerationError, match="findLost"):
        generate_client.verify(fresh, document)


def test_overlay_action_without_match_is_refused() -> None:
    """An overlay action that matches nothing is an error that shows its target."""
    stale = {"actions": [{"target": "$.paths['/gone']", "remove": True}]}
    with pytest.raises(GenerationError, match=r"\$\.paths\['/gone'\] matches nothing"):
        generate_client.overlaid({"paths": {}}, stale)


def test_every_overlay_action_has_a_reason() -> None:
    """Every overlay action either removes or updates something, and says why."""
    for action in generate_client.load(OVERLAY)["actions"]:
        assert len({"remove", "update"} & action.keys()) == 1
        assert action["description"]


def test_overlay_updates_what_it_matches() -> None:
    """An overlay action with an update adds its members to each match."""
    counting = {"actions": [{"target": "$.paths[*].get", "update": {"x-counts": True}}]}
    spec = {"paths": {"/a": {"get": {"operationId": "a"}}, "/b": {"get": {}}}}
    assert generate_client.overlaid(spec, counting) == {
        "paths": {
            "/a": {"get": {"operationId": "a", "x-counts": True}},
            "/b": {"get": {"x-counts": True}},
        }
    }


def test_swap_replaces_everything(client: Path, fresh: Path) -> None:
    """A swap leaves the new client and nothing of the old."""
    (client / "stale.py").touch()
    generate_client.swap(fresh, client)
    assert generate_client.differences(client, fresh) == []
    assert [path.name for path in client.parent.iterdir()] == ["client"]


def test_interrupted_swap_keeps_the_old_client(
    client: Path, fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interrupt in the middle of a swap leaves the old client whole."""
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
    """Another version of the generator or of ruff is refused: the bytes depend on them."""
    monkeypatch.setattr(generate_client, "version", lambda _: "0.1")
    with pytest.raises(GenerationError, match=r"is needed, 0\.1 is installed"):
        generate_client.check_pins()


def test_missing_ruff_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without ruff on the PATH nothing is generated: the generator would leave out the formatting."""
    monkeypatch.setattr(generate_client, "search_path", lambda: str(tmp_path))
    with pytest.raises(GenerationError, match="ruff is not on the PATH"):
        generate_client.check_pins()


@pytest.mark.parametrize("arguments", [["--wat"], ["--spec", "nowhere.yaml"]])
def test_wrong_usage_is_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong usage ends with one line and code 2."""
    with pytest.raises(SystemExit) as end:
        generate_client.main(arguments)
    assert end.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1
