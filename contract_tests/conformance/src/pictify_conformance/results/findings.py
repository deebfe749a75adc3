"""The findings of tests and responses about rules, as data that reports need not parse."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import IntEnum

from pictify_conformance.results.exchange import Exchange

MAX_LINE = 120  # characters of a name and two values that fit one line


class Outcome(IntEnum):
    """The five outcomes. The worst finding decides the outcome of a rule."""

    disabled = 0  # by the caller
    passed = 1
    skip = 2  # the server or the account cannot do this
    error = 3  # the suite or the connection broke
    fail = 4  # the server broke the rule

    def __str__(self) -> str:
        return "pass" if self is Outcome.passed else self.name


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing that was found, in words or as an expectation, with what shows it."""

    message: str = ""
    """The message. If it is empty, `expected` and the exchange say all."""
    expected: str = ""
    actual: str = ""
    """The value in question, if it is part of a response or of several."""
    exchange: Exchange | None = None
    """The request and the response that show it."""
    steps: tuple[str, ...] = ()
    """The commands that reproduce it."""
    context: str = ""
    """The part of the test, such as one of several tries."""
    found: float = field(default_factory=time.time, compare=False, repr=False)
    """The time at which it was found. The exchange before that shows it."""

    @property
    def shows_requests(self) -> bool:
        return self.exchange is not None or bool(self.steps)

    @property
    def line(self) -> str:
        """The first line, with the request and the status of the response."""
        request = f" ({self.exchange.line})" if self.exchange else ""
        text = self._first.partition("\n")[0]
        if self.message and self.expected and self.actual and not self._is_short:
            text += f": expected {_beginning(self.expected)}, came {_beginning(self.actual)}"
        return text + request

    def __str__(self) -> str:
        lines = [self._first]
        if not self._is_short:
            if self.message and self.expected:
                lines.append(f"  expected: {self.expected}")
            if self.actual:
                lines.append(f"  came: {self.actual}")
        if self.exchange:
            lines.append(self.exchange.as_text())
        if self.steps:
            lines.append("the requests that lead there:")
            lines += [f"  {step}" for step in self.steps]
        return "\n".join(lines)

    @property
    def _is_short(self) -> bool:
        values = (self.message, self.expected, self.actual)
        return all(values) and len("".join(values)) <= MAX_LINE

    @property
    def _first(self) -> str:
        text = self.message if self.message or not self.expected else f"expected: {self.expected}"
        if self._is_short:
            text = f"{self.message}: expected {self.expected}, came {self.actual}"
        return f"{self.context}: {text}" if self.context else text

    def within(self, context: str) -> "Detail":
        """Return a copy with the context put first."""
        return replace(self, context=f"{context}: {self.context}" if self.context else context)

    def redacted(self, redact: Callable[[str], str]) -> "Detail":
        """Return a copy with every text redacted. The exchange is redacted already."""
        return Detail(
            redact(self.message),
            redact(self.expected),
            redact(self.actual),
            self.exchange,
            tuple(map(redact, self.steps)),
            redact(self.context),
            self.found,
        )


def _beginning(text: str) -> str:
    return text if len(text) <= MAX_LINE else f"{text[:MAX_LINE]}..."


@dataclass(frozen=True)
class Finding:
    """The result of one test, or of one response, for a rule."""

    rule: str
    outcome: Outcome
    details: tuple[Detail, ...] = ()
    blocked_by: str | None = None
    test: str = ""
    seconds: float = 0.0
    exchanges: tuple[Exchange, ...] = ()
    """The last exchanges before it was found."""
    skipped_read_only: bool = False
    """True if the run was not allowed to try. Findings of other tests then count more."""
    flaky: bool = False
    """True if only one of two tries found it."""


def merge_tries(first: list[Finding], second: list[Finding] | None = None) -> list[Finding]:
    """Return the findings of two tries of a test. A failure in only one of them is flaky."""
    if second is None:
        return first
    failed, failed_again = ({each.rule for each in failures(found)} for found in (first, second))
    flaky = failed ^ failed_again
    new = [each for each in failures(second) if each.rule not in failed]
    return [
        replace(each, flaky=True) if each.outcome is Outcome.fail and each.rule in flaky else each
        for each in [*first, *new]
    ]


def failures(findings: Iterable[Finding]) -> Iterator[Finding]:
    return (finding for finding in findings if finding.outcome is Outcome.fail)
