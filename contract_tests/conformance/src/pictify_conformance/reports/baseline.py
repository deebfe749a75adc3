"""What got worse or vanished since an earlier run."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import jsonschema_rs

from pictify_conformance.exit_codes import WRONG_USAGE, Stop
from pictify_conformance.results.verdicts import Outcome, Verdict

SCHEMA = Path(__file__).with_name("results.schema.json")


def read(path: Path) -> dict[str, str]:
    """The outcome of each rule in a results.json."""
    try:
        results: Any = json.loads(path.read_bytes())
        jsonschema_rs.validator_for(json.loads(SCHEMA.read_bytes())).validate(results)
    except OSError as error:
        raise Stop(WRONG_USAGE, f"--baseline {path}: {error.strerror}") from None
    except ValueError as error:
        told = getattr(error, "message", "it is no JSON")
        raise Stop(WRONG_USAGE, f"--baseline {path} is no results.json: {str(told)[:120]}") from None
    return {rule["id"]: rule["outcome"] for rule in results["rules"]}


def compare(before: dict[str, str], now: list[Verdict], code: int, say: Callable[[str], None]) -> int:
    """Tell the difference; the exit code is 1 only for what is worse, and stays where nothing was judged."""
    lines = [(name, line) for name, found in (("better", better), ("worse", worse)) for line in found(before, now)]
    for name, line in lines:
        say(f"{name}: {line}")
    if not lines:
        say("nothing is better or worse than in the baseline")
    if any(name == "worse" for name, _ in lines):
        return 1
    return 0 if any(verdict.outcome in (Outcome.passed, Outcome.fail) for verdict in now) else code


def worse(before: dict[str, str], now: Iterable[Verdict]) -> list[str]:
    """One line for each rule that passed before and does not now, or is no longer there.

    What was switched off for this run was not looked at, so it is no worse.
    """
    outcomes = {verdict.rule.id: str(verdict.outcome) for verdict in now}
    return [
        f"{rule}: {outcome} in the baseline, now {outcomes.get(rule, 'no longer a rule')}"
        for rule, outcome in before.items()
        if rule not in outcomes
        or (outcome == "pass" and outcomes[rule] in ("fail", "error", "skip"))
        or (outcome == "skip" and outcomes[rule] == "fail")
    ]


def better(before: dict[str, str], now: Iterable[Verdict]) -> list[str]:
    """One line for each rule that passes now and did not before."""
    return [
        f"{verdict.rule.id}: {before[verdict.rule.id]} in the baseline, now pass"
        for verdict in now
        if str(verdict.outcome) == "pass" and before.get(verdict.rule.id) in ("fail", "error", "skip")
    ]
