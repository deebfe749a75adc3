"""The bench measures, and tells what it measured."""

import json
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import pytest

import bench
import bench_report
from bench_load import Load, Request, asyncio_client

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processor times come from /proc")


def test_our_own_load_is_counted_by_the_server() -> None:
    """Without wrk a client of our own loads a server, whose processor time is seen."""
    with bench.serving("hello", *bench.HELLO) as hello:
        load = asyncio_client(hello.url, Request("POST", "/", [1]), {"X-Some": "header"}, 1)
        assert load.requests > 100
        assert 0 < load.p99 < 1000
        assert hello.cpu() > 0
        assert hello.megabytes() > 1


def test_the_load_is_what_the_mock_counts() -> None:
    """Every case of the bench is one that the mock answers well."""
    with bench.serving("memory", *bench.MOCK) as mock:
        bench.fill(mock, 2)
        for request in bench.CASES.values():
            answer = bench.ask(mock.url, request.method, request.at(uid=mock.uid).path, request.body)
            assert b'"status":4' not in answer
            assert b'"errors":[{' not in answer
        experiment = json.loads(bench.ask(mock.url, "GET", f"/experiments/api/{mock.uid}"))["experiment"]
        assert sum(variant["impressions"] for variant in experiment["variants"]) == 102
        assert sum(variant["clicks"] for variant in experiment["variants"]) == 1


def test_the_report_has_ratios_of_the_same_round() -> None:
    """A ratio compares what was measured in the same round; the median of the rounds is told, with the aim."""
    hello = SimpleNamespace(name="hello", rounds={"one event": [Load(1, 100, 1, 10), Load(1, 10, 1, 10)]})
    mock = SimpleNamespace(name="memory", rounds={"one event": [Load(1, 60, 2, 20), Load(1, 6, 2, 20)]})
    rows = [row for server in (hello, mock) for row in bench_report.rows(server, hello)]
    table = bench_report.markdown(rows, {"start, s": 0.25}, "2 rounds")
    assert "| one event | memory | 0.60 | 0.55 | 2.0 | 2.0 | 33 | 20.0 | 2.0 |" in table
    assert "- start, s: 0.25" in table
    picture = ET.fromstring(bench_report.svg(rows, "2 rounds & more"))  # noqa: S314 - our own
    assert picture.tag.endswith("svg")
