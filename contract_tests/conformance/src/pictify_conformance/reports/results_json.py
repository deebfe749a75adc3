"""results.json: the run for programs."""

import dataclasses
import json
from typing import Any

from pictify_conformance import __version__, spec
from pictify_conformance.results.causes import Cause
from pictify_conformance.results.exchange import Exchange
from pictify_conformance.results.findings import Detail
from pictify_conformance.results.run import Run
from pictify_conformance.results.verdicts import Verdict

SCHEMA_VERSION = 1


def as_text(run: Run) -> str:
    return json.dumps(as_json(run), indent=2, ensure_ascii=False) + "\n"


def as_json(run: Run) -> dict[str, Any]:
    """Return the run in the form of results.schema.json."""
    return {
        "schema_version": SCHEMA_VERSION,
        "version": __version__,
        "target": run.target,
        "level": run.level,
        "spec": {"version": spec.document()["info"]["version"], "sha256": spec.digest()},
        "seed": run.seed,
        "options": dict(run.options),
        "started": run.started,
        "seconds": run.seconds,
        "exit_code": run.exit_code,
        "verdict": run.conclusion.verdict,
        "because": run.conclusion.because,
        "read_only": run.read_only,
        "require_all": run.require_all,
        "baseline": run.baseline and dataclasses.asdict(run.baseline),
        "left_behind": {
            "experiments": run.left_behind.experiments,
            "foreign": run.left_behind.foreign,
            "is_deletion_offered": run.left_behind.is_deletion_offered,
        },
        "not_implemented": sorted(run.not_implemented),
        "causes": [_cause(run, cause) for cause in run.causes],
        "rules": [_rule(verdict) for verdict in run.verdicts],
        "coverage": {
            "documented": len(run.coverage.documented),
            "seen": len(run.coverage.seen),
            "not_seen": run.coverage.not_seen,
            "undocumented": run.coverage.undocumented,
        },
        "problems": run.problems,
        "notes": run.notes,
        "summary": {**run.counts, "verdict": run.headline},
    }


def _cause(run: Run, cause: Cause) -> dict[str, Any]:
    return {
        "operation": cause.operation,
        "finding": cause.finding,
        "rules": cause.rules,
        "blocked": [verdict.rule.id for verdict in cause.blocked],
        "again": run.command(cause.lead.rule.id),
    }


def _rule(verdict: Verdict) -> dict[str, Any]:
    return {
        "id": verdict.rule.id,
        "area": verdict.rule.area,
        "level": verdict.rule.level,
        "operations": verdict.rule.operations,
        "outcome": str(verdict.outcome),
        "reason": verdict.reason,
        "details": [_detail(detail) for detail in verdict.details],
        "flaky": verdict.flaky,
        "in_part": verdict.in_part,
        "by_reading": verdict.by_reading,
        "blocked_by": verdict.blocked_by,
        "tests": verdict.tests,
        "seconds": verdict.seconds,
        "exchanges": [_exchange(exchange) for exchange in verdict.shown_exchanges],
    }


def _detail(detail: Detail) -> dict[str, Any]:
    return {
        "context": detail.context,
        "said": detail.message,
        "expected": detail.expected,
        "came": detail.actual,
        "exchange": detail.exchange and _exchange(detail.exchange),
        "steps": detail.steps,
    }


def _exchange(exchange: Exchange) -> dict[str, str]:
    return {"request": exchange.as_curl(), "answer": exchange.as_answer()}
