"""A finished run: the one place that decides its verdict, its headline and its exit code."""

import datetime as dt
import functools
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, metadata
from typing import NamedTuple
from urllib.parse import urlsplit

from pictify_conformance import spec
from pictify_conformance.exit_codes import CONFORMING, NO_VERDICT, RULE_BROKEN
from pictify_conformance.results.causes import Cause, causes
from pictify_conformance.results.collected import CollectedResults
from pictify_conformance.results.comparison import Comparison, compare
from pictify_conformance.results.exchange import Exchange
from pictify_conformance.results.findings import Outcome
from pictify_conformance.results.left_behind import LeftBehind
from pictify_conformance.results.operations import NOT_IMPLEMENTED
from pictify_conformance.results.response_coverage import Coverage, coverage
from pictify_conformance.results.verdicts import BY_READING, Verdict, excuse, judge, summary
from pictify_conformance.spec import Rule
from pictify_conformance.target import Target

NAMES_IN_HEADLINE = 5
INSECURE = "the server's certificate was not checked: --insecure"


class Conclusion(NamedTuple):
    """The verdict on a whole run."""

    exit_code: int
    verdict: str
    because: str


@dataclass(frozen=True)
class Run:
    """A finished run. Reports read its verdict here and compute none."""

    target: str
    level: str
    seed: int
    started: str
    seconds: float
    verdicts: list[Verdict]
    coverage: Coverage
    exchanges: tuple[Exchange, ...] = ()
    incomplete_because: tuple[str, ...] = ()
    """Reasons for a run that did not finish, or is not complete."""
    read_only: bool = False
    left_behind: LeftBehind = field(default_factory=LeftBehind)
    require_all: bool = False
    """True if every rule has to be tested."""
    not_implemented: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """The operations that the server does not implement, with the statuses of their calls."""
    insecure: bool = False
    baseline: Comparison | None = None
    """The changes since an earlier run. If set, only those for the worse count."""
    options: Mapping[str, bool | int] = field(default_factory=dict)
    """The options that decide what is sent, as a baseline has to have them too."""
    docs_url: str | None = None
    """The address of the documentation, if it is known."""

    @property
    def headline(self) -> str:
        return f"{self.conclusion.verdict}: {self.conclusion.because}"

    @property
    def exit_code(self) -> int:
        return self.conclusion.exit_code

    @functools.cached_property
    def counts(self) -> dict[str, int]:
        return summary(self.verdicts)

    @functools.cached_property
    def causes(self) -> list[Cause]:
        return causes(self.verdicts)

    def command(self, *rules: str) -> str:
        """Return the command that judges these rules again."""
        words = ["pictify-conformance", f"--target {shlex.quote(self.target)}"]
        words += [f"--rule {shlex.quote(rule)}" for rule in rules]
        words += [f"--level {self.level}", f"--seed {self.seed}"]
        for name, value in self.options.items():
            option = f"--{name.replace('_', '-')}"
            if value is True:
                words.append(option)
            elif value and (name, value) != ("times", 1):
                words.append(f"{option} {value}")
        return " ".join(words)

    def docs_link(self, rule: Rule) -> str | None:
        """Return the address of a rule in the documentation, if that is known."""
        if not self.docs_url:
            return None
        folder = re.sub(r"/([^/]+\.html)?$", "", self.docs_url)
        return f"{folder}/rules.html#rule-{rule.id}"

    @property
    def problems(self) -> tuple[str, ...]:
        """Reasons for no verdict: the run did not finish, or could not delete an experiment."""
        left = self.left_behind
        return (*self.incomplete_because, *(left.lines() if left.is_deletion_offered else ()))

    @property
    def notes(self) -> tuple[str, ...]:
        """Remarks that change no verdict, such as experiments left on a server without deletion."""
        left = () if self.left_behind.is_deletion_offered else tuple(self.left_behind.lines())
        return (*([INSECURE] if self.insecure else ()), *left)

    def is_accepted(self, verdict: Verdict) -> bool:
        """Return True if a rule failed or was an error, and the baseline accepts that."""
        is_bad = verdict.outcome in (Outcome.fail, Outcome.error)
        return is_bad and self.baseline is not None and verdict.rule.id not in self.baseline.worse

    @functools.cached_property
    def conclusion(self) -> Conclusion:
        """The verdict: a broken rule counts more than no verdict, and that more than a pass."""
        if worse := self._worse():
            because = f"{_first_names(worse)} worse than in the baseline; {self._passed}"
            return Conclusion(RULE_BROKEN, "WORSE", because)
        missing = (
            [self._operations] if self.not_implemented.keys() & self._selected_operations else []
        )
        if self.baseline is None and (missing or self.counts["fail"]):
            reason = self._broken() if self.counts["fail"] else self._passed
            return Conclusion(RULE_BROKEN, "NOT CONFORMING", "; ".join([*missing, reason]))
        if self.baseline is None and self.require_all and self.counts["skip"]:
            because = f"all rules have to be tested; {self._passed}"
            return Conclusion(RULE_BROKEN, "NOT ALL TESTED", because)
        if obstacle := self._obstacle():
            return Conclusion(NO_VERDICT, "NO VERDICT", obstacle)
        if accepted := sum(map(self.is_accepted, self.verdicts)):
            broken = f"{_rules(accepted)} that failed or broke"
            because = f"the baseline accepts {broken}; {self._passed}"
            return Conclusion(CONFORMING, "NOT WORSE", because)
        how = f", {BY_READING}" if self.read_only else ""
        return Conclusion(CONFORMING, f"CONFORMING{how}", self._passed)

    def _worse(self) -> list[str]:
        # A rule that is now an error is no verdict on the server.
        errors = {verdict.rule.id for verdict in self.verdicts if verdict.outcome is Outcome.error}
        return [rule for rule in self.baseline.worse if rule not in errors] if self.baseline else []

    def _broken(self) -> str:
        failed = self.counts["fail"]
        own = sum(each.outcome is Outcome.fail and not each.blocked_by for each in self.verdicts)
        counts = f"of {_rules(self._judged)} {own} failed"
        if failed > own:
            counts += f", {failed - own} could not be tried because of them"
        broken = _first_names([rule for cause in self.causes for rule in cause.rules])
        return f"{broken} broken; {counts}; {self._untested}"

    def _obstacle(self) -> str | None:
        """Return the reason for no verdict, though no rule is known to be broken."""
        errors = [each for each in self.verdicts if each.outcome is Outcome.error]
        if count := sum(not self.is_accepted(each) for each in errors):
            passed = f"{self.counts['pass']} passed"
            return f"the suite or the connection broke on {_rules(count)}; {passed}"
        if not self._judged:
            return self._passed
        if self.incomplete_because:
            return f"the run is not complete; {self._passed}"
        if self.left_behind and self.left_behind.is_deletion_offered:
            left = len(self.left_behind.experiments) + len(self.left_behind.foreign)
            return f"experiments left behind: {left:,}; {self._passed}"
        return None

    @property
    def _selected_operations(self) -> set[str]:
        """The operations of which the caller wants any rule judged."""
        selected = (each.rule for each in self.verdicts if each.outcome is not Outcome.disabled)
        return {operation_id for rule in selected for operation_id in rule.operations}

    @property
    def _operations(self) -> str:
        judged = {
            operation_id
            for verdict in self.verdicts
            if verdict.outcome in (Outcome.passed, Outcome.fail)
            for operation_id in verdict.rule.operations
        }
        known = [operation["operationId"] for _, _, operation in spec.operations()]
        missing = f"{len(self.not_implemented)} not implemented"
        return f"{len(judged.intersection(known))} of {len(known)} operations judged, {missing}"

    @property
    def missing_lines(self) -> list[str]:
        """A line for each operation that is not implemented."""
        lines = []
        for method, path, operation in spec.operations():
            if (id_ := operation["operationId"]) in self.not_implemented:
                statuses = " and ".join(map(str, sorted(self.not_implemented[id_])))
                reason = NOT_IMPLEMENTED.format(id_)
                skipped = sum(each.is_skipped_for(reason) for each in self.verdicts)
                line = f"not implemented: {method} {path} ({id_}): every call was {statuses}"
                lines.append(f"{line}; {_rules(skipped)} skipped for it")
        return lines

    @property
    def _judged(self) -> int:
        return self.counts["pass"] + self.counts["fail"]

    @property
    def _passed(self) -> str:
        passed, judged = self.counts["pass"], self._judged
        if not judged:
            return f"nothing was judged; {self._untested}"
        if passed == judged == 1:
            return f"the one rule judged passes; {self._untested}"
        some = f"all {judged}" if passed == judged else f"{passed} of {judged}"
        return f"{some} rules judged pass; {self._untested}"

    @property
    def _untested(self) -> str:
        return f"{self.counts['skip']} skipped, {self.counts['disabled']} disabled"


def _rules(count: int) -> str:
    return "1 rule" if count == 1 else f"{count} rules"


def _first_names(rules: list[str]) -> str:
    more = len(rules) - NAMES_IN_HEADLINE
    return ", ".join(rules[:NAMES_IN_HEADLINE]) + (f" and {more} more" if more > 0 else "")


def finish_run(
    target: Target,
    seed: int,
    started: dt.datetime,
    collected: CollectedResults,
    disabled: dict[str, str],
    *,
    require_all: bool = False,
    before: Mapping[str, str] | None = None,
    docs_url: str | None = None,
) -> Run:
    """Judge the collected results, and redact every text. Exchanges are redacted already."""
    redact, missing = target.redact, collected.operations.missing()
    base_path = urlsplit(target.base_url).path.rstrip("/")
    findings = list(excuse(collected.findings, missing, base_path))
    verdicts = [
        replace(
            verdict,
            details=tuple(detail.redacted(redact) for detail in verdict.details),
            tests=list(map(redact, verdict.tests)),
        )
        for verdict in judge(spec.rules().values(), findings, disabled)
    ]
    left = tuple(dict.fromkeys(map(redact, collected.left_behind)))
    foreign = tuple(dict.fromkeys(map(redact, collected.foreign)))
    baseline = None
    if before is not None:
        baseline = compare({redact(rule): outcome for rule, outcome in before.items()}, verdicts)
    return Run(
        redact(target.base_url),
        spec.LEVEL_NAMES[target.level],
        seed,
        started.isoformat(timespec="seconds"),
        round((dt.datetime.now(dt.UTC) - started).total_seconds(), 2),
        verdicts,
        coverage(target.level, collected.answers),
        tuple(collected.exchanges),
        tuple(map(redact, collected.problems)),
        target.read_only,
        LeftBehind(left, foreign, frozenset(collected.delete_statuses)),
        require_all,
        missing,
        target.connection.insecure,
        baseline,
        sending_options(target),
        docs_url or _packaged_docs_url(),
    )


def sending_options(target: Target) -> dict[str, bool | int]:
    """Return the options of a target that decide what is sent to it."""
    return {"quick": target.quick, "times": target.times, "read_only": target.read_only}


def _packaged_docs_url() -> str | None:
    """Return the URL that the package names as its documentation."""
    try:
        urls = metadata("pictify-conformance").get_all("Project-URL") or []
    except PackageNotFoundError:
        return None
    named = dict(url.split(", ", 1) for url in urls)
    return named.get("Documentation")


def sources(rule: Rule) -> list[str]:
    """Return the pages or assumptions that a rule rests on, with their titles."""
    document = spec.document()
    titles = {**document["x-sources"], **document["x-assumptions"]}
    return [f"{code}: {titles[code]}" if code in titles else code for code in rule.source]
