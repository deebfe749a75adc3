"""Results of a conformance run for tests of the pages that show them."""

from typing import Any

from docs.conformance import OUTCOMES
from pictify_conformance import spec


def results(**changes: Any) -> dict[str, Any]:
    """Return the results of a run in which every rule passed, with some members changed."""
    rules = [
        {
            "id": rule.id,
            "area": rule.area,
            "level": rule.level,
            "operations": list(rule.operations),
            "outcome": "pass",
            "reason": "",
            "blocked_by": None,
            "seconds": 0.1,
            "exchanges": [],
            "tests": ["pictify_conformance/rules/test_getting.py::test_unknown[a]"] * 2,
        }
        for rule in spec.rules().values()
    ]
    return {
        "schema_version": 1,
        "target": "http://127.0.0.1:1234",
        "level": "strict",
        "spec": {"version": spec.document()["info"]["version"], "sha256": spec.digest()},
        "seed": 1,
        "coverage": {"documented": 0, "seen": 0, "not_seen": [], "undocumented": []},
        "started": "2026-03-02T09:00:00+00:00",
        "seconds": 12.5,
        "exit_code": 0,
        "verdict": "CONFORMING",
        "because": "all pass",
        "problems": [],
        "rules": rules,
        "summary": {**dict.fromkeys(OUTCOMES, 0), "pass": len(rules), "verdict": "all pass"},
        **changes,
    }
