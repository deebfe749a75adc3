"""The bench measures, and tells what it measured."""

import json
from argparse import Namespace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from bench import __main__ as bench
from bench import clients, clients_report, packages, report, servers, servers_report
from bench.answers import answers
from bench.library import OPENAI, OPENAPI_GENERATOR, OURS, RAW, STOCK, TASKS, UID
from bench.load import Load, Request, asyncio_client

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="processor times come from /proc"
)


def test_our_own_load_is_counted_by_the_server() -> None:
    """Without wrk a client of our own loads a server, whose processor time is seen."""
    with servers.serving("hello", *servers.HELLO) as hello:
        load = asyncio_client(hello.url, Request("POST", "/", [1]), {"X-Some": "header"}, 1)
        assert load.requests > 100
        assert 0 < load.p99 < 1000
        assert hello.cpu() > 0
        assert hello.megabytes() > 1


def test_the_load_is_what_the_mock_counts() -> None:
    """Every case of the bench is one that the mock answers well."""
    with servers.serving("memory", *servers.MOCK) as mock:
        servers.fill(mock, 2)
        for request in servers.CASES.values():
            answer = servers.ask(
                mock.url, request.method, request.at(uid=mock.uid).path, request.body
            )
            assert b'"status":4' not in answer
            assert b'"errors":[{' not in answer
        experiment = json.loads(servers.ask(mock.url, "GET", f"/experiments/api/{mock.uid}"))[
            "experiment"
        ]
        assert sum(variant["impressions"] for variant in experiment["variants"]) == 102
        assert sum(variant["clicks"] for variant in experiment["variants"]) == 1


def test_ratios_are_of_the_same_round() -> None:
    """A ratio compares what was measured in the same round; the median of the rounds is told, with the aim."""
    hello = SimpleNamespace(
        name="hello", rounds={"one event": [Load(1, 100, 1, 10), Load(1, 10, 1, 10)]}
    )
    mock = SimpleNamespace(
        name="memory", rounds={"one event": [Load(1, 60, 2, 20), Load(1, 6, 2, 20)]}
    )
    rows = [row for server in (hello, mock) for row in servers_report.rows(server, hello)]
    told = servers_report.part(rows, {"start, s": 0.25}, "2 rounds")
    assert "| one event | memory | 0.60 | 0.55 | 2.0 | 2.0 | 33 | 20.0 | 2.0 |" in told.text
    assert "- start, s: 0.25" in told.text
    assert [(bar.label, bar.share, bar.aim) for bar in told.bars] == [
        ("one event, memory", 0.6, 0.55)
    ]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our client and the stock one, made where there is no Java."""
    folder = tmp_path_factory.mktemp("clients")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("shutil.which", lambda _: None)
        assert packages.make(folder) == {
            OPENAPI_GENERATOR: "it is made by Java, which is not on the PATH"
        }
    return folder


def test_libraries_do_their_tasks(made: Path) -> None:
    """Every task gives figures for our client, and others give them where they have such a thing."""
    (made / "answers.json").write_text(json.dumps(answers()), encoding="utf-8")
    with servers.serving("answers", *servers.HELLO, str(made / "answers.json")) as server:

        def found(library: str, task: str) -> list[list[float]]:
            return clients.sample(library, task, server.url, 0, made)

        assert all(found(OURS, task)[0][0] > 0 for task in (clients.IMPORT, *TASKS))
        assert found(STOCK, "one get, no network")[0][1] > 0
        assert found(STOCK, "to_dict of the list")[0][1] > 0
        assert found(RAW, "to_dict of the list") == []


def test_measurements_are_interleaved(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In each round every library has its turn at a task before the next task; what has no figures is left out."""
    asked: list[tuple[str, str]] = []

    def sample(library: str, task: str, *_: Any) -> list[list[float]]:
        asked.append((task, library))
        return [[1.0, 0.0]] if library == OURS else []

    monkeypatch.setattr(clients, "sample", sample)
    found = clients.measure(
        {RAW, OURS}, "http://server.test", tmp_path, Namespace(rounds=2, seconds=0)
    )
    tasks = (clients.IMPORT, *TASKS)
    one_round = [
        (task, library) for task in tasks for library in (RAW, OURS) for _ in range(turns(task))
    ]
    assert asked == one_round * 2
    assert {where: len(values) for where, values in found.items()} == {
        (task, OURS): 2 * turns(task) for task in tasks
    }


def turns(task: str) -> int:
    return clients.STARTS if task in clients.ONCE else 1


def test_answers_are_of_like_size() -> None:
    """The list has trees and schedules, and an object of openai is as long as an experiment."""
    texts = answers()
    assert len(texts[f"/v1/batches/{UID}"]) == len(texts[f"/experiments/api/{UID}"])
    variants = [row["variants"][1] for row in json.loads(texts["/experiments/api"])["experiments"]]
    assert [
        sum(member in variant for variant in variants) for member in ("conditions", "schedule")
    ] == [50, 50]


def test_a_library_that_fails_is_told(made: Path) -> None:
    """A library that cannot do its task ends the bench with its name and the error."""
    with pytest.raises(
        SystemExit, match=r"(?s)pictify_experiments failed at one get:.*APIConnectionError"
    ):
        clients.sample(OURS, "one get", "http://127.0.0.1:1", 0, made)


def test_figures_are_multiples_of_ours() -> None:
    """The least processor time and the median of the elapsed time are told as multiples of ours, beside their aims."""
    samples = {
        ("list of 100", OURS): [[2000.0, 5000.0], [1000.0, 3000.0], [3000.0, 4000.0]],
        ("list of 100", STOCK): [[2600.0, 8000.0]],
        (clients.IMPORT, OURS): [[80_000.0, 0.0]],
        (clients.IMPORT, OPENAI): [[800_000.0, 0.0]],
    }
    told = clients_report.part(samples, {OPENAPI_GENERATOR: "it is made by Java"}, "1 round")
    assert "| list of 100 | 1,000 µs | 2,600 µs, 2.60x (aim 2.50) |  |" in told.text
    assert f"| {clients.IMPORT} | 80 ms |  | 800 ms, 10.00x |" in told.text
    assert "| list of 100 | 4,000 µs | 8,000 µs, 2.00x |" in told.text
    assert "- openapi-generator is not measured: it is made by Java" in told.text
    assert [bar.text for bar in told.bars] == ["2.60x", "10.00x"]
    assert 0 < (told.bars[0].aim or 0) < told.bars[0].share < told.bars[1].share < 1


def test_parts_are_one_page_and_one_picture(tmp_path: Path) -> None:
    """Every part has its place in the page, and its title, bars and note in the picture."""
    parts = [
        report.Part(
            f"## {name}\n",
            f"{name} & more",
            [report.Bar("one", 0.5, "0.50", "#123456", 0.4)],
            "a note",
        )
        for name in ("Mock", "Client")
    ]
    page, picture = report.write(tmp_path / "reports", parts)
    assert page.read_text(encoding="utf-8") == "# Bench\n\n## Mock\n\n## Client\n"
    texts = [text.text for text in ET.parse(picture).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314 - our own
    assert texts == [
        "Mock & more",
        "one",
        "0.50",
        "a note",
        "Client & more",
        "one",
        "0.50",
        "a note",
    ]


@pytest.mark.parametrize(
    ("argument", "told"),
    [
        ("--rounds=0", "bench: argument --rounds: '0' is no number from 1\n"),
        ("--seconds=x", "bench: argument --seconds: 'x' is no number from 1\n"),
        (
            "--only=x",
            "bench: argument --only: invalid choice: 'x' (choose from 'mock', 'client')\n",
        ),
    ],
)
def test_wrong_usage(
    argument: str, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wrong usage ends with one line that names the option, and code 2."""
    monkeypatch.setattr("sys.argv", ["bench", argument])
    with pytest.raises(SystemExit) as end:
        bench.arguments()
    assert end.value.code == 2
    assert (
        capsys.readouterr().err.replace("choose from mock, client", "choose from 'mock', 'client'")
        == told
    )
