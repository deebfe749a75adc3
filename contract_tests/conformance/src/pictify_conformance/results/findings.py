"""What tests and answers say about rules, as data: nobody has to read it out of a sentence."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import IntEnum

from pictify_conformance.results.exchange import Exchange


class Outcome(IntEnum):
    """Five outcomes, never mixed; a later one can only make a rule's worse."""

    disabled = 0  # switched off by the caller
    passed = 1
    skip = 2  # the server or the account cannot do this
    error = 3  # the suite broke, or the server could not be reached
    fail = 4  # the server broke the rule

    def __str__(self) -> str:
        return "pass" if self is Outcome.passed else self.name


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing that was found: in words, or as what was expected and what came, with what shows it."""

    said: str = ""
    """What is wrong, in words. Without it `expected` says it, and the exchange shows what came."""
    expected: str = ""
    came: str = ""
    """The value that came, where it is a part of an answer or of several."""
    exchange: Exchange | None = None
    """The request and the answer that show it."""
    steps: tuple[str, ...] = ()
    """The commands that lead there."""
    context: str = ""
    """What it belongs to, such as one of several tries."""

    @property
    def shows_requests(self) -> bool:
        """Return True if a reader sees which requests it is about."""
        return self.exchange is not None or bool(self.steps)

    @property
    def line(self) -> str:
        """The whole in a line, with the request and the status that came."""
        request = f" ({self.exchange.line})" if self.exchange else ""
        return self._first.partition("\n")[0] + request

    def __str__(self) -> str:
        """Return the whole as a reader is to see it."""
        lines = [self._first]
        if self.said and self.expected:
            lines.append(f"  expected: {self.expected}")
        if self.came:
            lines.append(f"  came: {self.came}")
        if self.exchange:
            lines.append(self.exchange.as_text())
        if self.steps:
            lines.append("the steps that lead there:")
            lines += [f"  {number}. {step}" for number, step in enumerate(self.steps, 1)]
        return "\n".join(lines)

    @property
    def _first(self) -> str:
        text = self.said if self.said or not self.expected else f"expected: {self.expected}"
        return f"{self.context}: {text}" if self.context else text

    def within(self, context: str) -> "Detail":
        """Return the same as a part of something."""
        return replace(self, context=f"{context}: {self.context}" if self.context else context)

    def redacted(self, clean: Callable[[str], str]) -> "Detail":
        """Return the same with every text cleaned. An exchange holds clean texts only."""
        said, expected, came, context = map(
            clean, (self.said, self.expected, self.came, self.context)
        )
        return Detail(said, expected, came, self.exchange, tuple(map(clean, self.steps)), context)


@dataclass(frozen=True)
class Finding:
    """What one test, or one answer, says about a rule."""

    rule: str
    outcome: Outcome
    details: tuple[Detail, ...] = ()
    blocked_by: str | None = None
    test: str = ""
    seconds: float = 0.0
    exchanges: tuple[Exchange, ...] = ()
    """The last exchanges before it was found."""
    held_back: bool = False
    """Whether the run was not allowed to try; what another test of the rule found counts more."""
    flaky: bool = False
    """Whether it was found in one of two tries only."""


def compared(first: list[Finding], second: list[Finding] | None = None) -> list[Finding]:
    """Return two tries as one: what failed in one of them only is flaky."""
    if second is None:
        return first
    failed, again = ({finding.rule for finding in failures(found)} for found in (first, second))
    return [
        *(
            replace(each, flaky=True) if _is_fail(each) and each.rule not in again else each
            for each in first
        ),
        *(replace(each, flaky=True) for each in failures(second) if each.rule not in failed),
    ]


def failures(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the findings of a broken rule."""
    return filter(_is_fail, findings)


def _is_fail(finding: Finding) -> bool:
    return finding.outcome is Outcome.fail
