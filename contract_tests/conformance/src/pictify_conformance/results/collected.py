"""The results of the processes of a run, before they are judged."""

from dataclasses import dataclass, field

from pictify_conformance.results.exchange import Exchange
from pictify_conformance.results.findings import Finding
from pictify_conformance.results.operations import Operations
from pictify_conformance.results.response_coverage import Triple


@dataclass
class CollectedResults:
    """The results of one process."""

    findings: list[Finding] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """Reasons for a run that did not finish."""
    left_behind: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    delete_statuses: set[int] = field(default_factory=set)
    """The statuses of deletes of the run's own experiments."""
    operations: Operations = field(default_factory=Operations)
    answers: set[Triple] = field(default_factory=set)
    exchanges: list[Exchange] = field(default_factory=list)

    def add(self, other: "CollectedResults") -> None:
        self.findings += other.findings
        self.problems += [problem for problem in other.problems if problem not in self.problems]
        self.left_behind += other.left_behind
        self.foreign += other.foreign
        self.delete_statuses |= other.delete_statuses
        self.operations.add(other.operations)
        self.answers |= other.answers
        self.exchanges += other.exchanges
