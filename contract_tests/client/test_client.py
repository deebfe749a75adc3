"""The client itself: its settings, what it sends, what it keeps to itself."""

import asyncio
import logging
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pictify_experiments
import pytest
from pictify_experiments import AsyncPictifyExperiments, PictifyExperiments, RetryPolicy
from pictify_experiments.errors import APITimeoutError, PictifyError
from pictify_experiments.models import EventType, Experiment, ExperimentEvent

from pictify_mock import MockServer

from .conftest import AT_ONCE, Open, request

EMPTY_PAGE = {"experiments": [], "total": 0, "page": 1, "limit": 20}
HOSTILE = [
    "a/b",
    "a?b=c",
    "a#b",
    "%2e%2e",
    "..%2f",
    "a b",
    "é",
    "\\",
    "\n",
    "a/../b",
    "%",
    "{uid}",
    "exp\x00",
]


class Recorder:
    """A server that notes what it is asked, and answers with an empty page."""

    def __init__(self) -> None:
        self.asked: list[httpx.Request] = []
        self.transport = httpx.MockTransport(self._answer)

    def _answer(self, asked: httpx.Request) -> httpx.Response:
        self.asked.append(asked)
        if asked.url.path.startswith("/s/") and asked.method == "GET":
            return httpx.Response(302, headers={"Location": "https://shop.example.com/"})
        return httpx.Response(200, json=EMPTY_PAGE)


@pytest.fixture
def recorder() -> Recorder:
    """A server that notes what it is asked."""
    return Recorder()


def test_settings_of_the_environment(
    open_client: Open, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys and base URL are those of the environment, unless they are arguments."""
    monkeypatch.setenv("PICTIFY_API_KEY", "key-of-env")
    monkeypatch.setenv("PICTIFY_WRITE_KEY", "wk-of-env")
    monkeypatch.setenv("PICTIFY_BASE_URL", "http://env.test/base/")
    open_client(transport=recorder.transport).list_experiments()
    open_client(
        "key-of-arg", base_url="http://arg.test", transport=recorder.transport
    ).list_experiments()
    first, second = recorder.asked
    assert (str(first.url), first.headers["Authorization"]) == (
        "http://env.test/base/experiments/api",
        "Bearer key-of-env",
    )
    assert (str(second.url), second.headers["Authorization"]) == (
        "http://arg.test/experiments/api",
        "Bearer key-of-arg",
    )


def test_base_url_is_that_of_the_spec(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any setting the API is where the spec says."""
    monkeypatch.delenv("PICTIFY_BASE_URL", raising=False)
    assert (
        PictifyExperiments("key").base_url
        == AsyncPictifyExperiments("key").base_url
        == "https://api.pictify.io"
    )


@pytest.mark.parametrize("name", ["api_key", "write_key"])
@pytest.mark.parametrize("key", ["", "two words", "line\nend", "ключ", "tab\t"])
def test_keys_that_cannot_be_sent(open_client: Open, name: str, key: str) -> None:
    """A key that no header can hold is refused at once, and is not in the message."""
    with pytest.raises(ValueError, match=f"^{name} is empty or has characters") as caught:
        open_client(**{name: key})
    assert not key or key not in str(caught.value)


def test_settings_are_told_by_where_they_are(
    open_client: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong setting is named by its argument or variable."""
    for name, value in (("api_key", b"bytes"), ("write_key", 5)):
        with pytest.raises(ValueError, match=f"^{name} is empty"):
            open_client(**{name: value})
    for name in ("PICTIFY_API_KEY", "PICTIFY_WRITE_KEY", "PICTIFY_BASE_URL"):
        monkeypatch.setenv(name, "of two lines\n")
        with pytest.raises(ValueError, match=f"^{name} "):
            open_client()
        monkeypatch.delenv(name)


def test_connections_of_the_other_kind() -> None:
    """Connections that are not those of the client are refused at once."""
    with pytest.raises(
        TypeError, match=r"^http_client has to be the Client of httpx or httpx2, not AsyncClient$"
    ):
        PictifyExperiments("key", http_client=httpx.AsyncClient())  # type: ignore[arg-type]
    with (
        httpx.Client() as http,
        pytest.raises(
            TypeError, match=r"^http_client has to be the AsyncClient of httpx or httpx2, not"
        ),
    ):
        AsyncPictifyExperiments("key", http_client=http)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", ["Bearer secret\n", "secret\0", "secret é", b"secret", 5])
def test_headers_that_cannot_be_sent(open_client: Open, recorder: Recorder, value: Any) -> None:
    """The error names the header and does not show its value. Nothing is sent."""
    client = open_client("key", base_url="http://server.test", transport=recorder.transport)
    for call in (client.list_experiments, client.with_options, open_client):
        with pytest.raises(
            ValueError, match=r"^header 'X-Token' has a value that is not printable ASCII"
        ) as caught:
            call(headers={"X-Token": value})
        assert "secret" not in str(caught.value)
    assert recorder.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "server.test",
        "ftp://server.test",
        "http://",
        "http://u:p@server.test",
        "http://a.test?x=1",
        "http://a.test:x",
        "/x",
    ],
)
def test_base_urls_that_are_none(open_client: Open, url: str) -> None:
    """A base URL that is none is refused at once."""
    with pytest.raises(ValueError, match="base_url has to be"):
        open_client("key", base_url=url)


def test_repr_has_no_secret() -> None:
    """Neither client shows a key."""
    for kind in (PictifyExperiments, AsyncPictifyExperiments):
        client = kind("secret-key", write_key="secret-wk", base_url="http://server.test")
        assert repr(client) == f"{kind.__name__}(base_url='http://server.test')"


def test_user_agent(open_client: Open, recorder: Recorder) -> None:
    """The User-Agent has the version; a header of the client or of the call takes its place."""
    client = open_client("key", base_url="http://server.test", transport=recorder.transport)
    client.list_experiments()
    client.with_options(headers={"User-Agent": "shop/1"}).list_experiments()
    client.list_experiments(headers={"user-AGENT": "shop/2"})
    told = [asked.headers["User-Agent"] for asked in recorder.asked]
    assert told[0].startswith(f"pictify-experiments/{pictify_experiments.__version__} python/3.")
    assert told[1:] == ["shop/1", "shop/2"]


def test_public_operations_send_no_key(open_client: Open, recorder: Recorder) -> None:
    """Click and pixel are asked for without any key."""
    client = open_client(
        "key", write_key="wk", base_url="http://server.test", transport=recorder.transport
    )
    client.track_experiment_click("a-slug")
    assert not {"authorization", "x-write-key"} & recorder.asked[0].headers.keys()


def test_injected_connections_keep_our_keys(recorder: Recorder) -> None:
    """A given client keeps its own headers, sends our key instead of its own, and stays open."""
    with httpx.Client(
        transport=recorder.transport,
        auth=("user", "password"),
        headers={"X-Team": "shop"},
        base_url="http://elsewhere.test",
        follow_redirects=True,
    ) as own:
        with PictifyExperiments("key", base_url="http://server.test", http_client=own) as client:
            client.list_experiments()
            assert client.track_experiment_click("a-slug") == "https://shop.example.com/"
        assert not own.is_closed
    listed = recorder.asked[0]
    assert (listed.headers["Authorization"], listed.headers["X-Team"]) == ("Bearer key", "shop")
    assert {asked.url.host for asked in recorder.asked} == {"server.test"}


def test_timeouts(recorder: Recorder) -> None:
    """The timeout of a call comes first, then the client's, then the given client's, then ours."""

    def sent(client: PictifyExperiments, **options: Any) -> dict[str, Any]:
        client.list_experiments(**options)
        return dict(recorder.asked[-1].extensions["timeout"])

    def connections(**options: Any) -> httpx.Client:
        return httpx.Client(transport=recorder.transport, **options)

    everywhere: dict[str, Any] = {"base_url": "http://server.test"}
    usual = PictifyExperiments("key", http_client=connections(), deadline=None, **everywhere)
    assert sent(usual) == {"connect": 5.0, "read": 30.0, "write": 30.0, "pool": 30.0}
    assert sent(usual, timeout=1)["read"] == 1
    assert sent(usual, timeout=None)["read"] is None
    assert sent(usual.with_options(timeout=httpx.Timeout(2, read=9)))["read"] == 9
    assert (
        sent(PictifyExperiments("key", http_client=connections(timeout=7), **everywhere))["read"]
        == 7
    )
    assert (
        sent(
            PictifyExperiments("key", http_client=connections(timeout=7), timeout=8, **everywhere)
        )["read"]
        == 8
    )


def test_logs_have_no_keys(
    pictify: Any, server: MockServer, control: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    """One logger tells every try with its path, status and time, and none of the logs has a key."""
    caplog.set_level(logging.DEBUG)
    made = pictify.create_experiment(request())
    control.post("/faults", json={"status": 503})
    pictify.get_experiment(made.uid)
    control.post("/faults", json={"drop": "request"})
    pictify.list_experiments()
    pictify.track(
        ExperimentEvent(event=EventType.CLICK, experiment=made.slug, write_key=server.write_key)
    )
    told = [
        record.getMessage() for record in caplog.records if record.name == "pictify_experiments"
    ]
    assert f"GET /experiments/api/{made.uid}: 503" in told[1]
    assert "next try in 0.0 s" in told[1]
    assert len(told) == 6
    assert not any(key in caplog.text for key in (server.api_key, server.write_key))


def test_log_of_an_answer_without_request_id(
    recorder: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    """An answer that has no request id is logged without one."""
    caplog.set_level(logging.DEBUG, logger="pictify_experiments")
    with httpx.Client(transport=recorder.transport) as http:
        PictifyExperiments(
            "key", base_url="http://server.test", http_client=http
        ).list_experiments()
    assert caplog.messages[-1].startswith("GET /experiments/api: 200 after ")


def test_errors_have_no_keys(open_client: Open, recorder: Recorder) -> None:
    """No error of a call shows the key."""

    def fail(asked: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("cut off", request=asked)

    for transport in (recorder.transport, httpx.MockTransport(fail)):
        client = open_client(
            "secret-key", base_url="http://server.test", transport=transport, retries=AT_ONCE
        )
        with pytest.raises(PictifyError) as caught:
            client.get_experiment("exp_1")
        assert "secret-key" not in f"{caught.value} {caught.value!r}"


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_path_values_stay_in_their_segment(
    open_client: Open, recorder: Recorder, value: str
) -> None:
    """Any path argument stays one segment of the path, and decodes to the value given."""
    client = open_client("key", base_url="http://server.test/base", transport=recorder.transport)
    with pytest.raises(PictifyError):
        client.get_experiment(value)
    target = recorder.asked[0].url.raw_path.decode()
    assert target.startswith("/base/experiments/api/")
    assert target.count("/") == 4
    assert "?" not in target
    assert httpx.URL(f"http://x/{target.rpartition('/')[2]}").path == f"/{value}"


@pytest.mark.parametrize(
    ("value", "kind"), [("", ValueError), (".", ValueError), ("..", ValueError), (None, TypeError)]
)
def test_path_values_that_name_another_resource(
    open_client: Open, recorder: Recorder, value: Any, kind: type[Exception]
) -> None:
    """A path argument that would lead elsewhere is refused by its name, and nothing is sent."""
    client = open_client(
        "key", write_key="wk", base_url="http://server.test", transport=recorder.transport
    )
    for call in (client.get_experiment, client.delete_experiment, client.start_experiment):
        with pytest.raises(kind, match=r"^uid "):
            call(value)
    with pytest.raises(kind, match=r"^slug "):
        client.track_experiment_click(value)
    assert recorder.asked == []


def test_path_values_that_are_too_long(open_client: Open, recorder: Recorder) -> None:
    """A path argument that makes no URL is a wrong argument like any other."""
    client = open_client("key", base_url="http://server.test", transport=recorder.transport)
    with pytest.raises(ValueError, match=r"^GET cannot be sent: URL too long"):
        client.get_experiment("x" * 70_000)
    assert recorder.asked == []


def test_hostile_values_are_nobodys(pictify: Any, draft: Experiment) -> None:
    """No hostile value deletes an experiment."""
    for value in (
        f"../api/{draft.uid}",
        f"{draft.uid}/start",
        f"{draft.uid}?x",
        f"x/../{draft.uid}",
    ):
        with pytest.raises(PictifyError):
            pictify.delete_experiment(value)
    assert pictify.get_experiment(draft.uid) == draft


def test_threads_share_a_client(server: MockServer, control: httpx.Client) -> None:  # noqa: ARG001 - the mock is reset
    """Many threads use one client at the same time, and each gets its own answers."""
    with PictifyExperiments(server.api_key, base_url=server.url) as client:
        barrier = threading.Barrier(8)

        def work(number: int) -> tuple[str, list[str]]:
            barrier.wait()
            made = client.create_experiment(request(name=f"thread {number}"))
            return made.name, [client.get_experiment(made.uid).name for _ in range(10)]

        with ThreadPoolExecutor(8) as pool:
            results = list(pool.map(work, range(8)))
        assert all(set(read) == {name} for name, read in results)
        assert Counter(row.name for row in client.iterate_experiments()) == Counter(
            name for name, _ in results
        )


def test_tasks_share_a_client(server: MockServer, control: httpx.Client) -> None:  # noqa: ARG001 - the mock is reset
    """Many tasks use one asynchronous client at the same time, and each gets its own answers."""

    async def all_of_them() -> list[tuple[str, str]]:
        async with AsyncPictifyExperiments(server.api_key, base_url=server.url) as client:

            async def work(number: int) -> tuple[str, str]:
                made = await client.create_experiment(request(name=f"task {number}"))
                return made.name, (await client.get_experiment(made.uid)).name

            return await asyncio.gather(*(work(number) for number in range(20)))

    results = asyncio.run(all_of_them())
    assert results == [(f"task {number}", f"task {number}") for number in range(20)]


def test_connections_are_reused(server: MockServer) -> None:
    """Calls one after the other go over one connection."""
    with PictifyExperiments(server.api_key, base_url=server.url) as client:
        clients = [client.with_raw_response.list_experiments().http_response for _ in range(3)]
        streams = {
            answer.extensions["network_stream"].get_extra_info("client_addr") for answer in clients
        }
    assert len(streams) == 1


def test_slow_answer_is_tried_again(pictify: Any, control: httpx.Client) -> None:
    """A read that takes too long is tried again. If every try does, it is a timeout error."""
    control.post("/faults", json={"delay": 30, "times": 1})
    assert pictify.list_experiments(timeout=0.2).total == 0
    control.post("/faults", json={"delay": 30, "times": 9})
    with pytest.raises(APITimeoutError):
        pictify.with_options(retries=RetryPolicy(max_retries=0)).list_experiments(timeout=0.05)
