"""What is told about the trials."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from broken_servers.fault import CATALOGUE, Fault
from broken_servers.trial import Trial
from broken_servers.whole import Examination
from pictify_conformance import spec
from pictify_conformance.spec import LEVEL_NAMES, Level
from shards import NoReports, reports

SHOWN = 300
CAMPAIGN = "faults"


def unit(fault: str, level: Level) -> str:
    """Name a broken server that is tried at a level."""
    return f"{fault} at {LEVEL_NAMES[level]}"


def server_unit(server: str, level: Level) -> str:
    """Name a whole server that is examined at a level."""
    return f"server {server!r} at {LEVEL_NAMES[level]}"


def miss(trial: Trial, fault: Fault) -> str:
    """A fault that was not caught, with what the suite said instead."""
    said = " ".join(trial.reason.split())[:SHOWN]
    return f"NOT CAUGHT at {LEVEL_NAMES[trial.level]}: {fault.name} ({fault.breaks}): {trial.outcome} {said}".rstrip()


@dataclass(frozen=True)
class Report:
    """The trials, the names of those that only strict caught, and the whole servers."""

    trials: Sequence[Trial]
    only_strict: Sequence[str]
    examined: Sequence[Examination]

    def is_good(self) -> bool:
        """Whether every fault was caught and every whole server was judged for what it is."""
        return all(trial.caught for trial in self.trials) and all(
            each.as_expected for each in self.examined
        )

    def units(self) -> Iterator[str]:
        """Name everything that was tried."""
        yield from (unit(trial.fault, trial.level) for trial in self.trials)
        yield from (server_unit(each.server, each.level) for each in self.examined)

    def as_json(self) -> dict[str, Any]:
        """Return the report for the join of shards."""
        return asdict(self)

    def totals(self) -> str:
        """The figures, a line for the faults and one for each whole server."""
        rules = {CATALOGUE[trial.fault].breaks for trial in self.trials}
        caught = [trial.level for trial in self.trials if trial.caught]
        missed = len(self.trials) - len(caught)
        faults = (
            f"{len(self.trials)} faults of {len(rules)} of {len(spec.rules())} rules: {len(caught)} caught "
            f"({caught.count('documented')} at documented, {caught.count('assumed')} at strict), "
            f"{missed} not caught ({len(self.only_strict)} of them only at strict)"
        )
        return "\n".join([faults, *map(_server, self.examined)])

    def write(self, folder: Path) -> Path:
        """Every fault with what came of it, those that were not caught first."""
        ordered = sorted(
            self.trials,
            key=lambda trial: (trial.caught, CATALOGUE[trial.fault].breaks, trial.fault),
        )
        told = [f"- {line}" for examination in self.examined for line in examination.told]
        head = ["# Faults", "", *(f"{line}  " for line in self.totals().splitlines()), ""]
        table = [
            "| | rule | fault | what goes wrong | s |",
            "| --- | --- | --- | --- | --- |",
            *map(self._row, ordered),
        ]
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "faults.md"
        path.write_text("\n".join([*head, *table, "", *told, ""]), encoding="utf-8")
        return path

    def _row(self, trial: Trial) -> str:
        fault = CATALOGUE[trial.fault]
        outcome = (
            f"caught at {LEVEL_NAMES[trial.level]}"
            if trial.caught
            else f"**not caught: {trial.outcome}**"
        )
        if trial.fault in self.only_strict:
            outcome = "**only at strict**"
        return f"| {outcome} | {fault.breaks} | {fault.name} | {fault.sentence} | {trial.seconds:.1f} |"


def _server(examined: Examination) -> str:
    counts = ", ".join(f"{count} {outcome}" for outcome, count in examined.counts.items())
    verdict = "as expected" if examined.as_expected else "NOT AS EXPECTED"
    return f"{server_unit(examined.server, examined.level)}: {counts} in {examined.seconds:.0f} s: {verdict}"


def joined(folder: Path) -> Report:
    """Read what the shards found as one report."""
    found = reports(folder, CAMPAIGN)
    try:
        return Report(
            [Trial(**trial) for each in found for trial in each["trials"]],
            [fault for each in found for fault in each["only_strict"]],
            [Examination(**examination) for each in found for examination in each["examined"]],
        )
    except (KeyError, TypeError) as error:
        raise NoReports(f"a report in {folder} is not one of this campaign: {error}") from None
