"""The catalogue of faults: every rule has one, and every fault says what goes wrong."""

from pathlib import Path

import pytest

from broken_servers import __main__ as command
from broken_servers import whole
from broken_servers.fault import Fault, alter_response, catalogue
from broken_servers.trial import Trial
from broken_servers.whole import NULL_SERVERS
from pictify_conformance import spec
from pictify_conformance.spec import Level

FAULTS = catalogue().values()


def test_every_rule_has_a_fault() -> None:
    """No rule is without a server that breaks it."""
    assert spec.rules().keys() - {fault.breaks for fault in FAULTS} == set()


def test_every_fault_breaks_a_rule_of_the_spec() -> None:
    """No fault names a rule that the spec does not state."""
    assert [fault.name for fault in FAULTS if fault.breaks not in spec.rules()] == []


def test_every_fault_says_what_goes_wrong() -> None:
    """Every fault is told in one sentence on one line."""
    assert [
        fault.name for fault in FAULTS if not fault.sentence.endswith(".") or "\n" in fault.sentence
    ] == []


def test_every_fault_is_one_thing() -> None:
    """A fault is either a layer over the mock or a part inside it."""
    assert [fault.name for fault in FAULTS if (fault.layer is None) == (fault.parts is None)] == []


def test_name_is_given_once() -> None:
    """Two faults of one name are refused."""

    def total_is_the_length_of_the_page(*_: object) -> None:
        """Again."""

    with pytest.raises(ValueError, match="both declare the fault total-is-the-length-of-the-page"):
        alter_response("list.total")(total_is_the_length_of_the_page)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--fault", "no-such"], "no fault 'no-such'"),
        (["--rule", "list.no-such"], "no rule 'list.no-such'"),
        (["--level", "lenient"], "lenient"),
        (["-j", "0"], "-j"),
        (["-j", "many"], "many"),
        (["--shard", "0/8"], "0/8"),
        (["--shard", "9/8"], "9/8"),
        (["--shard", "x"], "'x'"),
        (["--shard", "1/8", "--join", "reports"], "--join"),
        (["--join", "nowhere"], "nowhere"),
    ],
)
def test_wrong_usage_is_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    """Wrong usage is 2 and one line that names what is wrong."""
    code = command.main(arguments)
    line = capsys.readouterr().err
    assert (code, line.count("\n"), told in line) == (2, 1, True), line


def tried(folder: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Run the command with trials that catch what is documented, and a null server that passes."""

    def trials(_: command.Run, __: str, jobs: list[tuple[Fault, Level]]) -> list[Trial]:
        said = {"documented": "fail", "assumed": "pass"}
        return [Trial(fault.name, level, said[level], "a reason", 0.1) for fault, level in jobs]

    def examined(_: command.Run, servers: list[tuple[str, Level]]) -> list[whole.Examination]:
        counts = {"fail": 0, "error": 0, "pass": 300}
        return [
            whole.Examination(name, level, counts, ["pass: a.rule: "], 1.0)
            for name, level in servers
        ]

    monkeypatch.setattr(command, "census", dict)
    monkeypatch.setattr(command.Run, "tried", trials)
    monkeypatch.setattr(command.Run, "examined", examined)
    return command.main(["--report-dir", str(folder), *arguments])


@pytest.mark.parametrize("of", [1, 4, 7])
@pytest.mark.parametrize("which", [(), ("--rule=get",)])
def test_joined_shards_are_the_whole(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    of: int,
    which: tuple[str, ...],
) -> None:
    """The shards of any split, joined, give the exit code, the totals and the table of a whole run."""
    assert tried(tmp_path / "whole", monkeypatch, *which) == 1
    [totals] = [line for line in capsys.readouterr().out.splitlines() if " faults of " in line]
    for number in range(1, of + 1):
        tried(tmp_path / "shards", monkeypatch, *which, f"--shard={number}/{of}")
    capsys.readouterr()
    assert tried(tmp_path / "joined", monkeypatch, *which, f"--join={tmp_path / 'shards'}") == 1
    said = capsys.readouterr().out
    assert totals in said
    assert (
        said.count("NOT CAUGHT at strict")
        == int(totals.partition(" not caught")[0].split()[-1])
        > 0
    )
    assert said.count(": NOT AS EXPECTED") == (0 if which else len(NULL_SERVERS) + 1)
    tables = [
        sorted((tmp_path / run / "faults.md").read_text().splitlines())
        for run in ("joined", "whole")
    ]
    assert tables[0] == tables[1]


def test_missing_shard_is_noticed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A join without one of the shards is 1, and names each of its servers."""
    for number in (1, 2, 4):
        tried(tmp_path, monkeypatch, "--rule=get", f"--shard={number}/4")
    capsys.readouterr()
    assert tried(tmp_path, monkeypatch, "--rule=get", f"--join={tmp_path}") == 1
    of_get = [fault.name for fault in FAULTS if fault.breaks.split(".")[0] == "get"]
    said = capsys.readouterr().out.splitlines()
    assert [line.removeprefix("in no shard: ").partition(" at ")[0] for line in said] == of_get[
        2::4
    ]


def test_whole_servers_are_shared_out_too() -> None:
    """Everything that a run over all tries is a unit, once."""
    options = command.parser().parse_args([])
    units = command.Run(options, command.chosen(options)).units()
    assert len(units) == len(set(units)) == len(FAULTS) + len(whole.examinations())
