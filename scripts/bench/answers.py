"""The answers that the measured clients get: experiments of our mock, and objects of openai."""

import json
from typing import Any

from bench.library import LIMIT, UID
from bench.servers import GOAL, MOCK, ask, serving

MOBILE = {"type": "rule", "property": "device", "ruleOperator": "equals", "value": "mobile"}
GERMAN = {"type": "rule", "property": "country", "ruleOperator": "equals", "value": "DE"}
TREE = {
    "type": "group",
    "operator": "AND",
    "children": [MOBILE, {"type": "group", "operator": "OR", "children": [GERMAN] * 3}],
}
SCHEDULE = {
    "startAt": "2026-03-16T11:00:00Z",
    "endAt": "2027-03-16T13:00:00Z",
    "recurrence": {
        "type": "cron",
        "cronExpression": "0 11 * * 1-5",
        "timezone": "America/New_York",
    },
}
VARIABLES = {"headline": "Fresh every day", "price": 12.5, "colours": ["red", "green"]}
REST = {"id": "rest", "name": "Everybody else", "weight": 10000, "isDefault": True}
BODY = {"goalConfig": GOAL, "hypothesis": "What fits is clicked.", "templateUid": "tmpl_xyz789"}


def answers() -> dict[str, str]:
    """Return the text for each path. An object of openai is as long as an experiment."""
    page = experiments()
    one = {"experiment": page["experiments"][0]}
    batch = openai_batch(len(json.dumps(one)))
    batches = {"object": "list", "data": [batch] * LIMIT, "has_more": False}
    paths = {
        f"/experiments/api/{UID}": one,
        "/experiments/api": page,
        f"/v1/batches/{UID}": batch,
        "/v1/batches": batches,
    }
    return {path: json.dumps(answer) for path, answer in paths.items()}


def experiments() -> Any:
    """Return a page of smart links and scheduled experiments, in turn, of three variants each."""
    with serving("memory", *MOCK) as mock:
        for number in range(LIMIT):
            is_link = number % 2 == 1
            special = {"conditions": TREE} if is_link else {"schedule": SCHEDULE}
            variant = {"name": "Some", "weight": 0, "variables": VARIABLES, **special}
            body = {
                "name": f"Bench {number}",
                "type": "smart_link" if is_link else "scheduled",
                "slug": f"bench-{number}",
                "variants": [REST, {"id": "some", **variant}, {"id": "more", **variant}],
                **BODY,
            }
            ask(mock.url, "POST", "/experiments/api", body)
        return json.loads(ask(mock.url, "GET", f"/experiments/api?limit={LIMIT}"))


def openai_batch(length: int) -> dict[str, Any]:
    """Return a batch of this length in JSON."""
    batch: dict[str, Any] = {
        "id": UID,
        "object": "batch",
        "endpoint": "/v1/chat/completions",
        "input_file_id": "file-abc123",
        "completion_window": "24h",
        "status": "completed",
        "output_file_id": "file-cvaTdG",
        "created_at": 1711471533,
        "completed_at": 1711493163,
        "request_counts": {"total": 100, "completed": 95, "failed": 5},
        "metadata": {"note": ""},
    }
    batch["metadata"]["note"] = "x" * (length - len(json.dumps(batch)))
    return batch
