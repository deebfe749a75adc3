"""The answers that the measured clients get: experiments, and objects of openai."""

import json
from typing import Any

import generate_client
from bench.library import LIMIT, UID


def answers() -> dict[str, str]:
    """Return the text for each path. An object of openai is as long as an experiment."""
    rows = experiments()
    one = {"experiment": rows[0]}
    batch = openai_batch(len(json.dumps(one)))
    paths = {
        f"/experiments/api/{UID}": one,
        "/experiments/api": {"experiments": rows, "page": 1, "limit": LIMIT, "total": LIMIT},
        f"/v1/batches/{UID}": batch,
        "/v1/batches": {"object": "list", "data": [batch] * LIMIT, "has_more": False},
    }
    return {path: json.dumps(answer) for path, answer in paths.items()}


def experiments() -> list[dict[str, Any]]:
    """Return smart links and scheduled experiments, in turn, made from the spec's examples."""
    examples = generate_client.load(generate_client.SPEC)["components"]["examples"]
    running = examples["RunningExperiment"]["value"]["experiment"]
    kinds = []
    for name in ("CreateSmartLink", "CreateScheduled"):
        create = examples[name]["value"]
        variants = [{**row, "impressions": 0, "clicks": 0} for row in create["variants"]]
        kinds.append({**running, "type": create["type"], "variants": variants})
    return kinds * (LIMIT // len(kinds))


def openai_batch(length: int) -> dict[str, Any]:
    """Return a batch of this length in JSON."""
    batch: dict[str, Any] = {
        "id": UID,
        "object": "batch",
        "endpoint": "/v1/chat/completions",
        "input_file_id": "file-abc123",
        "completion_window": "24h",
        "status": "completed",
        "created_at": 1711471533,
        "completed_at": 1711493163,
        "request_counts": {"total": 100, "completed": 95, "failed": 5},
        "metadata": {"note": ""},
    }
    batch["metadata"]["note"] = "x" * (length - len(json.dumps(batch)))
    return batch
