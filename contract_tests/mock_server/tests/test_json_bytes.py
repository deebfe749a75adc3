"""What the mock keeps as JSON takes no more memory than it has to."""

from __future__ import annotations

import tracemalloc

from pictify_mock import json_bytes


def test_json_takes_hardly_more_memory_than_its_length() -> None:
    tracemalloc.start()
    try:
        kept = [json_bytes.dumps({"number": number, "text": "x" * 700}) for number in range(100)]
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken < 1.2 * sum(map(len, kept))
