"""The bench measures servers and clients, and reports them as tables."""

import json
from pathlib import Path

import pytest

from bench import __main__ as bench
from bench import clients, packages, servers
from bench.answers import answers
from bench.library import OPENAPI_GENERATOR, OURS, RAW, STOCK, TASKS, UID
from bench.load import Load, Request, measure
from bench.markdown import table

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="processor times come from /proc"
)


def test_load_is_measured_at_the_server() -> None:
    with servers.serving("hello", *servers.HELLO) as hello:
        load = measure(hello.url, Request("POST", "/", [1]), {"X-Some": "header"}, 1)
        assert load.requests > 100
        assert 0 < load.p99 < 1000
        assert hello.cpu() > 0


def test_mock_accepts_every_case() -> None:
    with servers.serving("memory", *servers.MOCK) as mock:
        servers.fill(mock, 2)
        for case in servers.CASES:
            answer = servers.ask(mock.url, *mock.request(case))
            assert b'"status":4' not in answer
            assert b'"errors":[{' not in answer
        shown = json.loads(servers.ask(mock.url, "GET", f"/experiments/api/{mock.uid}"))
        variants = shown["experiment"]["variants"]
        assert sum(variant["impressions"] for variant in variants) == 102
        assert sum(variant["clicks"] for variant in variants) == 1


def test_memory_is_that_of_the_server() -> None:
    assert 10 < servers.megabytes_with(1) < 200


def test_ratios_compare_measurements_of_the_same_round() -> None:
    hello, mock = (servers.Server(name, "", None) for name in ("hello", "memory"))  # type: ignore[arg-type]
    hello.rounds["one event"] = [Load(1, 100, 1, 10), Load(1, 10, 1, 10)]
    mock.rounds["one event"] = [Load(1, 60, 2, 20), Load(1, 6, 2, 20)]
    rows = servers.servers_table([hello, mock]).splitlines()[2:]
    assert rows == ["| one event | memory | 0.60 | 2.0 | 2.0 | 33 | 20.0 | 2.0 |"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our client and the stock one, on a machine without Java."""
    folder = tmp_path_factory.mktemp("clients")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("shutil.which", lambda _: None)
        assert packages.make(folder).keys() == {OPENAPI_GENERATOR}
    return folder


def test_libraries_do_their_tasks(made: Path) -> None:
    texts = answers()
    assert len(texts[f"/v1/batches/{UID}"]) == len(texts[f"/experiments/api/{UID}"])
    (made / "answers.json").write_text(json.dumps(texts), encoding="utf-8")
    with servers.serving("answers", *servers.HELLO, str(made / "answers.json")) as server:
        for task in TASKS:
            assert clients.sample(OURS, task, server.url, 0, made)[0][0] > 0
        for task in ("one get", "to_dict of the list"):
            assert clients.sample(STOCK, task, server.url, 0, made)[0][1] > 0
        assert clients.sample(RAW, "to_dict of the list", server.url, 0, made) == []


def test_library_that_fails_ends_the_bench(made: Path) -> None:
    with pytest.raises(SystemExit, match=r"(?s)pictify_experiments failed at one get:.*Error"):
        clients.sample(OURS, "one get", "http://127.0.0.1:1", 0, made)


def test_figures_are_multiples_of_our_client() -> None:
    samples = {
        ("list of 100", OURS): [[2000.0, 5000.0], [1000.0, 3000.0], [3000.0, 4000.0]],
        ("list of 100", STOCK): [[2600.0, 8000.0]],
        ("import of the library", OURS): [[80_000.0, 0.0]],
    }
    _, least, _, elapsed = clients.tables(samples)
    head = ["", OURS, STOCK]
    first = ["list of 100", "1,000 µs", "2,600 µs, 2.60x"]
    assert least == table(head, [first, ["import of the library", "80 ms", ""]])
    assert elapsed == table(head, [["list of 100", "4,000 µs", "8,000 µs, 2.00x"]])


@pytest.mark.parametrize("argument", ["--rounds=0", "--seconds=x"])
def test_wrong_usage_is_one_line(
    argument: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["bench", argument])
    with pytest.raises(SystemExit) as end:
        bench.options()
    assert end.value.code == 2
    assert capsys.readouterr().err.count("is not a number from 1\n") == 1
