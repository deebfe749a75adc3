"""One library at one task, in a process of its own that imports little else, for bench.clients.

python scripts/bench/library.py LIBRARY TASK URL SECONDS
"""

import json
import sys
import time
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

RAW, OURS, STOCK = "httpx and json", "pictify_experiments", "openapi-python-client"
OPENAPI_GENERATOR, OPENAI = "openapi-generator", "openai"
UID, LIMIT = "exp_0123456789", 100
BATCH = 0.005  # seconds, long enough for the clock
Samples = list[tuple[float, float]]
"""Processor and elapsed microseconds, or bytes and 0."""


class Calls(NamedTuple):
    """What a program does with a library."""

    get: Callable[[], Any]
    list: Callable[[], Any]
    to_dict: Callable[[Any], Any] | None = None


class Library(NamedTuple):
    module: str
    """What a program imports."""
    open: Callable[[str, Any], Calls]
    """Given the server's URL, and a transport to use in place of the network, or None."""
    http: str | None = "httpx"
    """The library below that takes a transport."""


def raw(url: str, transport: Any) -> Calls:
    headers = {"Authorization": "Bearer key"}
    http = import_module("httpx").Client(base_url=url, headers=headers, transport=transport)
    path = "/experiments/api"
    return Calls(
        lambda: http.get(f"{path}/{UID}").json(),
        lambda: http.get(path, params={"limit": LIMIT}).json(),
    )


def ours(url: str, transport: Any) -> Calls:
    http = import_module("httpx").Client(transport=transport) if transport else None
    pictify = import_module("pictify_experiments").PictifyExperiments(
        "key", base_url=url, http_client=http
    )
    return Calls(
        lambda: pictify.get_experiment(UID), lambda: pictify.list_experiments(limit=LIMIT), to_dict
    )


def stock(url: str, transport: Any) -> Calls:
    package = import_module("stock_experiments")
    client = package.AuthenticatedClient(
        base_url=url,
        token="key",  # noqa: S106
        httpx_args={"transport": transport},
    )

    @cache
    def operation(name: str) -> Any:
        return import_module(f"stock_experiments.api.experiments.{name}").sync

    return Calls(
        lambda: operation("get_experiment")(UID, client=client),
        lambda: operation("list_experiments")(limit=LIMIT, client=client),
        to_dict,
    )


def openapi_generator(url: str, _: Any) -> Calls:
    package = import_module("openapi_experiments")
    configuration = package.Configuration(host=url, access_token="key")  # noqa: S106
    api = package.ExperimentsApi(package.ApiClient(configuration))
    return Calls(
        lambda: api.get_experiment(UID), lambda: api.list_experiments(limit=LIMIT), to_dict
    )


def openai(url: str, transport: Any) -> Calls:
    http = import_module("httpx2").Client(transport=transport) if transport else None
    client = import_module("openai").OpenAI(api_key="key", base_url=f"{url}/v1", http_client=http)
    return Calls(
        lambda: client.batches.retrieve(UID), lambda: client.batches.list(limit=LIMIT), to_dict
    )


def to_dict(found: Any) -> Any:
    return found.to_dict()


LIBRARIES = {
    RAW: Library("httpx", raw),
    OURS: Library("pictify_experiments", ours),
    STOCK: Library("stock_experiments", stock),
    OPENAPI_GENERATOR: Library("openapi_experiments", openapi_generator, http=None),
    OPENAI: Library("openai", openai, http="httpx2"),
}


def timed(call: Callable[[], Any], seconds: float) -> Samples:
    """Microseconds of a call, a sample for each batch of them."""
    call()  # once more than counted: what is done only once
    began = time.perf_counter()
    call()
    size = max(1, round(BATCH / (time.perf_counter() - began)))
    samples: Samples = []
    end = time.perf_counter() + seconds
    while not samples or time.perf_counter() < end:
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(size):
            call()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        samples.append((cpu / size * 1e6, wall / size * 1e6))
    return samples


def one_get(library: Library, url: str, seconds: float) -> Samples:
    return timed(library.open(url, None).get, seconds)


def one_get_without_network(library: Library, url: str, seconds: float) -> Samples:
    if library.http is None:
        return []
    http, seen = import_module(library.http), list[Any]()
    over = http.HTTPTransport()

    def note(request: Any) -> Any:
        answer = over.handle_request(request)
        seen.append((answer.read(), answer.headers))
        return http.Response(answer.status_code, content=seen[0][0], headers=seen[0][1])

    library.open(url, http.MockTransport(note)).get()
    content, headers = seen[0]
    again = http.MockTransport(lambda _: http.Response(200, content=content, headers=headers))
    return timed(library.open(url, again).get, seconds)


def list_of_many(library: Library, url: str, seconds: float) -> Samples:
    return timed(library.open(url, None).list, seconds)


def list_to_dict(library: Library, url: str, seconds: float) -> Samples:
    calls = library.open(url, None)
    found, to_dict = calls.list(), calls.to_dict
    return timed(lambda: to_dict(found), seconds) if to_dict else []


def program(library: Library, url: str, _: float) -> Samples:
    """All that this process took until it has the answer to its first get, the start of Python included."""
    library.open(url, None).get()
    return [(time.process_time() * 1e6, 0)]


def memory_of_program(library: Library, url: str, _: float) -> Samples:
    """The most bytes that this process held, with a list in its hands."""
    kept = library.open(url, None).list()
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return [(int(status.partition("VmHWM:")[2].split()[0]) * 1024, 0)] if kept else []


def memory_of_list(library: Library, url: str, _: float) -> Samples:
    """The bytes that a list holds."""
    import tracemalloc  # what it imports belongs to no library

    calls = library.open(url, None)
    calls.list()
    tracemalloc.start()
    kept = calls.list()
    return [(tracemalloc.get_traced_memory()[0], 0)] if kept else []


TASKS = {
    "one get": one_get,
    "one get, no network": one_get_without_network,
    "list of 100": list_of_many,
    "to_dict of the list": list_to_dict,
    "a program of one get": program,
    "memory of a program": memory_of_program,
    "memory of the list": memory_of_list,
}


if __name__ == "__main__":
    name, task, url, seconds = sys.argv[1:]
    print(json.dumps(TASKS[task](LIBRARIES[name], url, float(seconds))))
