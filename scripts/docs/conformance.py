"""The page of a run of the suite: its verdict, rule by rule.

Times and ports are left out, so that equal verdicts give equal bytes.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema_rs

from docs.description import Description
from docs.templates import render
from pictify_conformance import spec

SCHEMA = (
    Path(__file__).parents[2]
    / "contract_tests/conformance/src/pictify_conformance/reports/results.schema.json"
)
OUTCOMES = ("pass", "fail", "error", "skip", "disabled")
# The class of the heading, by the exit code of the run.
TONES = {0: "pass", 1: "fail", 3: "error"}
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class NoResults(Exception):
    """The file does not hold the results of a run."""


@dataclass
class Group:
    """The rules of an operation, or of an area that spans several."""

    title: str
    anchor: str
    rules: list[dict[str, Any]] = field(default_factory=list)


def read(path: Path) -> dict[str, Any]:
    """Return the results in a file.

    Raises:
        NoResults: The file cannot be read, or has another form.
    """
    try:
        results = json.loads(path.read_text(encoding="utf-8"))
        jsonschema_rs.validate(json.loads(SCHEMA.read_text(encoding="utf-8")), results)
    except jsonschema_rs.ValidationError as error:
        place = "/".join(map(str, error.instance_path)) or "the whole"
        reason = f"{place}: {' '.join(error.message.split())[:200]}"
    except (OSError, ValueError) as error:
        reason = str(error)
    else:
        if "exit_code" in results:
            return dict(results)
        reason = "an older suite wrote it; run it again"
    raise NoResults(f"{path} is not a results.json of a conformance run: {reason}")


def page(description: Description, results: dict[str, Any]) -> str:
    target = results["target"]
    is_local = urlsplit(target).hostname in LOOPBACK
    return render(
        "conformance.md.j2",
        results=results,
        tone=TONES[results["exit_code"]],
        target="a server on this machine, such as our mock" if is_local else target,
        counts={outcome: results["summary"][outcome] for outcome in OUTCOMES},
        groups=_groups(description, results["rules"]),
        version=description.document["info"]["version"],
    )


def _groups(description: Description, rules: list[dict[str, Any]]) -> list[Group]:
    operations = {operation.id: operation for operation in description.operations}
    groups: dict[str, Group] = {}
    for rule in rules:
        operation = operations.get(next(iter(rule["operations"]), ""))
        key = operation.id if operation else rule["area"]
        title = f"{key}, all operations"
        if operation:
            title = f"{operation.method.upper()} {operation.path}"
        known = spec.rules().get(rule["id"])
        blocked = f" (blocked by {rule['blocked_by']})" if rule["blocked_by"] else ""
        row = {
            **rule,
            "text": known.text if known else "",
            "reason": rule["reason"] + blocked,
            "tests": _tests(rule["tests"]),
        }
        groups.setdefault(key, Group(title, key.lower())).rules.append(row)
    return list(groups.values())


def _tests(ids: list[str]) -> dict[str, int]:
    """Return the number of cases of each test."""
    names = (re.sub(r"\[.*\]$", "", each, flags=re.DOTALL) for each in ids)
    return Counter(name.rpartition("/")[2] for name in names)
