"""The trial of other tools tells which one refuses the spec, and which could not be tried."""

import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

import try_generators
from try_generators import OPENAPI_GENERATOR, Tool

REFUSES = Tool("ruff", "python -c raise(SystemExit(1))")
MAKES_NOTHING = Tool("ruff", "python -c pass")
TAKES_IT = Tool("ruff", "python -c open('client','w')")
OF_NPM = Tool("openapi-typescript", "openapi-typescript")
OF_JAVA = Tool(OPENAPI_GENERATOR, "openapi-generator-cli")


@pytest.mark.parametrize(
    ("tools", "results", "code"),
    [
        ([TAKES_IT], ["takes the spec"], 0),
        ([REFUSES, TAKES_IT], ["**fails**", "takes the spec"], 1),
        ([MAKES_NOTHING], ["**fails**"], 1),
        ([OF_NPM, OF_JAVA], ["skipped: no npm packages", "skipped: no Java"], 0),
    ],
)
def test_result_of_each_tool(
    tools: list[Tool],
    results: list[str],
    code: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(try_generators, "TOOLS", tools)
    monkeypatch.setattr(try_generators, "serving", lambda *_: nullcontext("http://mock.test"))
    monkeypatch.setattr(try_generators, "version", lambda _: "1.0.0")
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))  # without Java
    assert try_generators.main([f"--report-dir={tmp_path}"]) == code
    rows = (tmp_path / "generators.md").read_text(encoding="utf-8").splitlines()[2:]
    assert [row.split(" | ")[-1].removesuffix(" |") for row in rows] == results


def test_folder_without_packages_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        try_generators.main([f"--node-modules={tmp_path}"])
    assert end.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1
