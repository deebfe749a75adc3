"""The operations that a server does not implement, by its answers about the run's experiments."""

from dataclasses import dataclass, field

NOT_OFFERED = frozenset({404, 405, 501})
"""The statuses of an operation that does not exist."""
BEFORE_ROUTING = frozenset({401, 403, 413, 415, 429})
"""Statuses that a gateway may answer before it looks for the operation."""
NOT_IMPLEMENTED = "{} is not implemented"
CALLS = 3
ON_ANY = frozenset(
    {"listExperiments", "createExperiment", "getExperimentQuota", "trackExperimentPixel"}
)
"""Operations on no experiment, and the pixel, which an unknown slug has too."""
ONLY_RUNNING = frozenset({"trackExperimentEvents", "trackExperimentClick"})
"""Operations that may answer 404 about an experiment that does not run."""
WITHDRAWN = "renderExperimentUrl"
"""The operation that the docs withdrew, which has rules for servers without it."""
MOVES = {
    "startExperiment": "running",
    "pauseExperiment": "paused",
    "completeExperiment": "completed",
    "deleteExperiment": "deleted",
}


@dataclass
class Calls:
    """The calls of an operation by the team that owns the experiment."""

    refused: dict[str, str] = field(default_factory=dict)
    """The experiments whose call was `NOT_OFFERED`, with the status of each."""
    answers: set[int] = field(default_factory=set)
    is_implemented: bool = False
    """True once a call was answered in another way."""


class Operations:
    """Decides which operations a server does not implement.

    Those are the ones of which at least three calls, on different experiments of the run, were all
    404, 405 or 501. The experiments were in different statuses if the server can start one.
    """

    def __init__(self) -> None:
        self.calls: dict[str, Calls] = {}
        self._experiments: dict[str, list[str]] = {}  # uid and slug share a list with the status

    def note_created(self, uid: str, slug: object) -> None:
        self._experiments[uid] = self._experiments[str(slug)] = ["draft"]

    def note_call(self, operation_id: str, name: str, answer: int) -> None:
        """Note the answer to a well-formed call about the experiment of this uid or slug."""
        if operation_id == WITHDRAWN:
            return
        calls = self.calls.setdefault(operation_id, Calls())
        status = self._experiments.get(name, ["deleted"])
        if answer in NOT_OFFERED:
            if operation_id in ON_ANY:
                calls.refused[str(len(calls.refused))] = ""
            elif status[0] != "deleted":
                calls.refused.setdefault(name, status[0])
            calls.answers.add(answer)
        elif answer not in BEFORE_ROUTING:
            calls.is_implemented = True
            if answer < 300 and operation_id in MOVES:
                status[0] = MOVES[operation_id]

    def is_settled(self, operation_id: str) -> bool:
        """Return True if no further call of an operation tells anything new."""
        known = self.calls.get(operation_id, Calls()).is_implemented
        return known and operation_id not in MOVES and operation_id != "createExperiment"

    def add(self, other: "Operations") -> None:
        """Add what another process noted."""
        for operation_id, calls in other.calls.items():
            mine = self.calls.setdefault(operation_id, Calls())
            mine.refused |= calls.refused
            mine.answers |= calls.answers
            mine.is_implemented |= calls.is_implemented

    def missing(self) -> dict[str, frozenset[int]]:
        """Return the operations that are not implemented, with the answers to their calls."""
        return {
            operation_id: frozenset(calls.answers)
            for operation_id, calls in self.calls.items()
            if self.is_missing(operation_id)
        }

    def is_missing(self, operation_id: str) -> bool:
        calls = self.calls.get(operation_id, Calls())
        if calls.is_implemented or len(calls.refused) < CALLS:
            return False
        statuses = set(calls.refused.values())
        if operation_id in ONLY_RUNNING:
            return "running" in statuses
        can_start = self.calls.get("startExperiment", Calls()).is_implemented
        return operation_id in ON_ANY or not can_start or len(statuses) > 1
