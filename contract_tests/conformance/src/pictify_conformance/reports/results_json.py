"""results.json: the run for programs."""

import json
from typing import Any

from pictify_conformance import spec
from pictify_conformance.results.response_coverage import Coverage
from pictify_conformance.results.run import Run
from pictify_conformance.results.verdicts import Verdict, summary

SCHEMA_VERSION = 1


def as_text(run: Run) -> str:
    """The file."""
    return json.dumps(as_json(run), indent=2, ensure_ascii=False) + "\n"


def as_json(run: Run) -> dict[str, Any]:
    """The run in the form of results.schema.json."""
    return {
        "schema_version": SCHEMA_VERSION,
        "target": run.target,
        "level": run.level,
        "spec": {"version": spec.document()["info"]["version"], "sha256": spec.digest()},
        "seed": run.seed,
        "started": run.started,
        "seconds": run.seconds,
        "rules": [_rule(verdict) for verdict in run.verdicts],
        "coverage": _coverage(run.coverage),
        "problems": list(run.problems),
        "summary": {**summary(run.verdicts), "verdict": run.headline},
    }


def _rule(verdict: Verdict) -> dict[str, Any]:
    return {
        "id": verdict.rule.id,
        "area": verdict.rule.area,
        "level": verdict.rule.level,
        "operations": list(verdict.rule.operations),
        "outcome": str(verdict.outcome),
        "reason": verdict.reason,
        "blocked_by": verdict.blocked_by,
        "tests": verdict.tests,
        "seconds": verdict.seconds,
        "exchanges": [{"request": seen.as_curl(), "answer": seen.as_answer()} for seen in verdict.exchanges],
    }


def _coverage(coverage: Coverage) -> dict[str, Any]:
    return {
        "documented": len(coverage.documented),
        "seen": len(coverage.seen),
        "not_seen": [list(triple) for triple in coverage.not_seen],
        "undocumented": [list(triple) for triple in coverage.undocumented],
    }
