"""What the server of bench.clients answers: experiments as our mock has them, and objects of openai as long as they."""

import json
from typing import Any

from bench.library import LIMIT, UID
from bench.servers import GOAL, MOCK, ask, serving

TREE = {
    "type": "group",
    "operator": "AND",
    "children": [
        {"type": "rule", "property": "device", "ruleOperator": "equals", "value": "mobile"},
        {
            "type": "group",
            "operator": "OR",
            "children": [
                {"type": "rule", "property": "country", "ruleOperator": "equals", "value": country}
                for country in ("DE", "AT", "CH")
            ],
        },
    ],
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
REST = {
    "id": "rest",
    "name": "Everybody else",
    "weight": 10000,
    "isDefault": True,
    "variables": VARIABLES,
}
SOME = {"id": "some", "name": "Some", "weight": 0, "variables": VARIABLES}
BODY = {"goalConfig": GOAL, "hypothesis": "What fits is clicked.", "templateUid": "tmpl_xyz789"}


def answers() -> dict[str, str]:
    """The text for each path."""
    page = experiments()
    one = {"experiment": page["experiments"][0]}
    batch = openai_batch(len(json.dumps(one)))
    batches = {
        "object": "list",
        "data": [batch] * LIMIT,
        "first_id": UID,
        "last_id": UID,
        "has_more": False,
    }
    experiment_paths = {f"/experiments/api/{UID}": one, "/experiments/api": page}
    openai_paths = {f"/v1/batches/{UID}": batch, "/v1/batches": batches}
    return {path: json.dumps(answer) for path, answer in (experiment_paths | openai_paths).items()}


def experiments() -> Any:
    """A page of smart links and scheduled experiments, in turn, with three variants each."""
    with serving("memory", *MOCK) as mock:
        for number in range(LIMIT):
            kind, more = (
                ("smart_link", {"conditions": TREE})
                if number % 2
                else ("scheduled", {"schedule": SCHEDULE})
            )
            variants = [REST, {**SOME, **more}, {**SOME, "id": "more", **more}]
            body = {
                "name": f"Bench {number}",
                "type": kind,
                "slug": f"bench-{number}",
                "variants": variants,
                **BODY,
            }
            ask(mock.url, "POST", "/experiments/api", body)
        return json.loads(ask(mock.url, "GET", f"/experiments/api?limit={LIMIT}"))


def openai_batch(length: int) -> dict[str, Any]:
    """A batch that is this long in JSON."""
    batch: dict[str, Any] = {
        "id": UID,
        "object": "batch",
        "endpoint": "/v1/chat/completions",
        "errors": None,
        "input_file_id": "file-abc123",
        "completion_window": "24h",
        "status": "completed",
        "output_file_id": "file-cvaTdG",
        "error_file_id": "file-HOWS94",
        "created_at": 1711471533,
        "in_progress_at": 1711471538,
        "expires_at": 1711557933,
        "completed_at": 1711493163,
        "request_counts": {"total": 100, "completed": 95, "failed": 5},
        "metadata": {"customer_id": "user_123456789", "note": ""},
    }
    batch["metadata"]["note"] = "x" * (length - len(json.dumps(batch)))
    return batch
