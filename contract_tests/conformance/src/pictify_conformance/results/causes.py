"""The causes of a run's failures: rules that fail alike stand together, the most telling first."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pictify_conformance import spec
from pictify_conformance.results.findings import Outcome
from pictify_conformance.results.verdicts import Verdict

GENERAL_AREAS = ("schema", "model", "errors", "limits")
"""Areas whose rules fail beside those about the operation itself."""
ABOUT_STATUS = re.compile(
    "status|a refusal|a 200|Undocumented status|Server error|API accepts invalid authentication"
    "|Unexpected response to a request without authentication"
)
"""The beginning of what an assertion expects, or of a message of schemathesis, about the status."""


@dataclass(frozen=True)
class Cause:
    """Rules that fail alike, and those that could not be tried because of them."""

    verdicts: tuple[Verdict, ...]
    blocked: tuple[Verdict, ...]

    @property
    def lead(self) -> Verdict:
        """The rule that tells the most."""
        return self.verdicts[0]

    @property
    def operation(self) -> str:
        """The operation that is at fault, as method and path, or the area."""
        return _operation(self.lead)

    @property
    def finding(self) -> str:
        """What was expected and what came, in one line."""
        return self.lead.details[0].line if self.lead.details else self.lead.rule.text

    @property
    def rules(self) -> list[str]:
        return [verdict.rule.id for verdict in self.verdicts]


def causes(verdicts: Iterable[Verdict]) -> list[Cause]:
    """Group the failed rules by operation and by what came, the largest group first."""
    failed = {v.rule.id: v for v in verdicts if v.outcome is Outcome.fail}
    roots = {rule: _root(rule, failed) for rule in failed}
    groups: dict[tuple[str, str], list[Verdict]] = {}
    for rule in dict.fromkeys(roots.values()):
        groups.setdefault((_operation(failed[rule]), _deviation(failed[rule])), []).append(
            failed[rule]
        )
    found = []
    for group in groups.values():
        own = {verdict.rule.id for verdict in group}
        blocked = (failed[rule] for rule in failed if rule not in own and roots[rule] in own)
        found.append(Cause(tuple(sorted(group, key=_vagueness)), tuple(blocked)))
    return sorted(found, key=_order)


def _root(rule: str, failed: Mapping[str, Verdict]) -> str:
    """Return the broken rule because of which a rule failed, or the rule itself."""
    seen = [rule]
    while (blocker := failed[seen[-1]].blocked_by) and blocker in failed and blocker not in seen:
        seen.append(blocker)
    return seen[-1]


def _order(cause: Cause) -> tuple[bool, int, bool, int]:
    """Return a key that puts first what fails each time and blocks or breaks most rules."""
    telling = [verdict for verdict in cause.verdicts if not _is_general(verdict)]
    return cause.lead.flaky, -len(cause.blocked), not telling, -len(telling)


def _vagueness(verdict: Verdict) -> tuple[bool, bool, bool]:
    """Return a key that puts a rule about this very operation first."""
    is_own = _operation(verdict) in map(_title, verdict.rule.operations)
    return _is_general(verdict), verdict.flaky, not is_own


def _is_general(verdict: Verdict) -> bool:
    return verdict.rule.area in GENERAL_AREAS


def _operation(verdict: Verdict) -> str:
    """Return the operation whose status is wrong, else that of the rule or of its request."""
    shown, operations = verdict.main_exchange, verdict.rule.operations
    called = shown and shown.operation_id
    if called and (_deviation(verdict) or len(operations) != 1):
        return _title(called)
    return _title(operations[0]) if operations else verdict.rule.area


def _title(operation_id: str) -> str:
    titles = {each["operationId"]: f"{method} {path}" for method, path, each in spec.operations()}
    return titles.get(operation_id, operation_id)


def _deviation(verdict: Verdict) -> str:
    """Return the status that came if the failure is about that, or else nothing."""
    detail = next(iter(verdict.details), None)
    if detail and detail.exchange and ABOUT_STATUS.match(detail.expected or detail.message):
        return str(detail.exchange.status)
    return ""
