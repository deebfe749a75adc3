"""The catalogue of faults, and the command that tries them."""

from pathlib import Path

import pytest

from broken_servers import __main__ as command
from broken_servers import full_suite
from broken_servers.fault import Fault, alter_response, catalogue
from broken_servers.full_suite import SuiteResult
from broken_servers.report import level_of
from broken_servers.trial import Trial
from pictify_conformance import spec
from pictify_conformance.spec import Level

FAULTS = catalogue().values()


def test_every_rule_has_a_fault_and_every_fault_a_rule() -> None:
    assert {fault.rule for fault in FAULTS} == spec.rules().keys()


def test_every_fault_has_a_sentence_of_one_line() -> None:
    sentences = [fault.sentence for fault in FAULTS]
    assert [text for text in sentences if not text.endswith(".") or "\n" in text] == []


def test_every_fault_is_a_layer_or_replaces_parts() -> None:
    both_or_none = [f.name for f in FAULTS if (f.layer is None) == (f.replace_parts is None)]
    assert both_or_none == []


def test_second_fault_of_a_name_is_refused() -> None:
    with pytest.raises(ValueError, match="the fault total-is-the-length-of-the-page is declared"):
        alter_response("list.total", name="total_is_the_length_of_the_page")(print)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--fault", "no-such"], "no fault 'no-such'"),
        (["--rule", "list.no-such"], "no rule 'list.no-such'"),
        (["-j", "0"], "-j"),
        (["-j", "many"], "many"),
        (["--shard", "0/8"], "0/8"),
        (["--shard", "9/8"], "9/8"),
        (["--shard", "x"], "'x'"),
        (["--shard", "1/8", "--join", "reports"], "--join"),
        (["--join", "nowhere"], "nowhere"),
    ],
)
def test_wrong_usage_is_2_and_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], named: str
) -> None:
    code = command.main(arguments)
    line = capsys.readouterr().err
    assert (code, line.count("\n"), named in line) == (2, 1, True), line


@pytest.fixture(autouse=True)
def _verdicts_without_trials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catch the faults of documented rules only, and let every server pass the full suite."""

    def try_faults(_: command.Run, faults: list[Fault]) -> list[Trial]:
        outcomes = {"documented": "fail", "assumed": "pass"}
        return [Trial(f.name, outcomes[level_of(f.name)], "a reason", 0.1) for f in faults]

    def judge_servers(_: command.Run, servers: list[tuple[str, Level]]) -> list[SuiteResult]:
        counts = {"fail": 0, "error": 0, "pass": 300}
        return [SuiteResult(*server, counts, ["pass: a.rule: "], 1.0) for server in servers]

    monkeypatch.setattr(command.Run, "try_faults", try_faults)
    monkeypatch.setattr(command.Run, "judge_servers", judge_servers)


def run_command(folder: Path, *arguments: str) -> int:
    return command.main(["--report-dir", str(folder), *arguments])


@pytest.mark.parametrize("of", [1, 4, 7])
@pytest.mark.parametrize("selection", [(), ("--rule=get",)])
def test_joined_shards_give_the_result_of_a_run_without_shards(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, of: int, selection: tuple[str, ...]
) -> None:
    assert run_command(tmp_path / "unsharded", *selection) == 1
    [totals] = [line for line in capsys.readouterr().out.splitlines() if " faults of " in line]
    for number in range(1, of + 1):
        run_command(tmp_path / "shards", *selection, f"--shard={number}/{of}")
    capsys.readouterr()
    assert run_command(tmp_path / "joined", *selection, f"--join={tmp_path / 'shards'}") == 1
    printed = capsys.readouterr().out
    assert totals in printed
    missed = int(totals.partition(" not caught")[0].split()[-1])
    assert printed.count("NOT CAUGHT at strict") == missed > 0
    unexpected = 0 if selection else len(full_suite.NULL_SERVERS) + 1
    assert printed.count(": NOT AS EXPECTED") == unexpected
    tables = [(tmp_path / run / "faults.md").read_text() for run in ("joined", "unsharded")]
    assert sorted(tables[0].splitlines()) == sorted(tables[1].splitlines())


def test_join_names_each_server_of_a_missing_shard(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for number in (1, 2, 4):
        run_command(tmp_path, "--rule=get", f"--shard={number}/4")
    capsys.readouterr()
    assert run_command(tmp_path, "--rule=get", f"--join={tmp_path}") == 1
    of_get = [fault.name for fault in FAULTS if fault.rule.split(".")[0] == "get"]
    printed = capsys.readouterr().out.splitlines()
    assert [line.removeprefix("in no shard: ") for line in printed] == of_get[2::4]


def test_everything_that_a_run_tries_is_a_unit_once() -> None:
    options = command.parser().parse_args([])
    units = command.Run(options, command.selected_faults(options)).units()
    assert len(units) == len(set(units)) == len(FAULTS) + len(full_suite.servers())
