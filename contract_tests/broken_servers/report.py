"""The report on all trials."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from broken_servers.fault import CATALOGUE
from broken_servers.full_suite import SuiteResult
from broken_servers.trial import Trial
from pictify_conformance import spec
from pictify_conformance.spec import LEVEL_NAMES, Level
from shards import NoReports, reports

REASON_LENGTH = 300
CAMPAIGN = "faults"


def level_of(fault: str) -> Level:
    """Return the level at which a fault must be caught: that of its rule."""
    return spec.rules()[CATALOGUE[fault].rule].level


def server_unit(server: str, level: Level) -> str:
    """Name a server that the full suite judges at a level."""
    return f"server {server!r} at {LEVEL_NAMES[level]}"


def describe_miss(trial: Trial) -> str:
    """Describe in one line a fault that was not caught."""
    rule, reason = CATALOGUE[trial.fault].rule, " ".join(trial.reason.split())[:REASON_LENGTH]
    line = f"NOT CAUGHT at {LEVEL_NAMES[level_of(trial.fault)]}: {trial.fault} ({rule})"
    return f"{line}: {trial.outcome} {reason}".rstrip()


@dataclass(frozen=True)
class Report:
    """The trials, and the results of the full suite."""

    trials: Sequence[Trial]
    suite_results: Sequence[SuiteResult]

    def is_good(self) -> bool:
        """Return True if every fault was caught and every server judged as expected."""
        return all(trial.caught for trial in self.trials) and all(
            server.as_expected for server in self.suite_results
        )

    def units(self) -> Iterator[str]:
        """Name everything that was tried."""
        yield from (trial.fault for trial in self.trials)
        yield from (server_unit(each.server, each.level) for each in self.suite_results)

    def as_json(self) -> dict[str, Any]:
        """Return the report for the join of shards."""
        return asdict(self)

    def totals(self) -> str:
        """Return one line for the faults and one for each server."""
        rules = {CATALOGUE[trial.fault].rule for trial in self.trials}
        caught = [level_of(trial.fault) for trial in self.trials if trial.caught]
        line = (
            f"{len(self.trials)} faults of {len(rules)} of {len(spec.rules())} rules: "
            f"{len(caught)} caught ({caught.count('documented')} at documented, "
            f"{caught.count('assumed')} at strict), {len(self.trials) - len(caught)} not caught"
        )
        return "\n".join([line, *map(_server_line, self.suite_results)])

    def write(self, folder: Path) -> Path:
        """Write every fault and its outcome as a table, those that were not caught first."""
        ordered = sorted(
            self.trials,
            key=lambda trial: (trial.caught, CATALOGUE[trial.fault].rule, trial.fault),
        )
        lines = [
            "# Faults",
            "",
            *(f"{line}  " for line in self.totals().splitlines()),
            "",
            "| | rule | fault | sentence | s |",
            "| --- | --- | --- | --- | --- |",
            *map(_row, ordered),
            "",
            *(f"- {line}" for result in self.suite_results for line in result.unexpected),
            "",
        ]
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "faults.md"
        path.write_text("\n".join(lines), encoding="utf-8")
        return path


def _row(trial: Trial) -> str:
    fault = CATALOGUE[trial.fault]
    outcome = f"**not caught: {trial.outcome}**"
    if trial.caught:
        outcome = f"caught at {LEVEL_NAMES[level_of(trial.fault)]}"
    columns = (outcome, fault.rule, fault.name, fault.sentence, f"{trial.seconds:.1f}")
    return f"| {' | '.join(columns)} |"


def _server_line(server: SuiteResult) -> str:
    counts = ", ".join(f"{count} {outcome}" for outcome, count in server.counts.items())
    verdict = "as expected" if server.as_expected else "NOT AS EXPECTED"
    name = server_unit(server.server, server.level)
    return f"{name}: {counts} in {server.seconds:.0f} s: {verdict}"


def join_reports(folder: Path) -> Report:
    """Read the reports of all shards as one. Raise NoReports if one is not of this campaign."""
    shards = reports(folder, CAMPAIGN)
    try:
        return Report(
            [Trial(**trial) for shard in shards for trial in shard["trials"]],
            [SuiteResult(**result) for shard in shards for result in shard["suite_results"]],
        )
    except (KeyError, TypeError) as error:
        raise NoReports(f"a report in {folder} is not one of this campaign: {error}") from None
