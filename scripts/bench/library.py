"""Measures one library at one task, in a process of its own that imports little else.

python scripts/bench/library.py LIBRARY TASK URL SECONDS
"""

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any, NamedTuple

RAW, OURS, STOCK = "httpx and json", "pictify_experiments", "openapi-python-client"
OPENAPI_GENERATOR, OPENAI = "openapi-generator", "openai"
UID, LIMIT = "exp_0123456789", 100
BATCH = 0.005  # seconds, long enough for the clock
Samples = list[tuple[float, float]]
"""Processor and elapsed microseconds; 0 where no time is measured."""


class Calls(NamedTuple):
    """The calls of a program."""

    get: Callable[[], Any]
    list: Callable[[], Any]


class Library(NamedTuple):
    module: str
    open: Callable[[str], Calls]
    """Return the calls, given the URL of the server."""


def raw(url: str) -> Calls:
    headers = {"Authorization": "Bearer key"}
    http = import_module("httpx").Client(base_url=f"{url}/experiments", headers=headers)

    def read(path: str, **query: int) -> Any:
        return http.get(path, params=query).json()

    return Calls(partial(read, f"/api/{UID}"), partial(read, "/api", limit=LIMIT))


def ours(url: str) -> Calls:
    pictify = import_module("pictify_experiments").PictifyExperiments("key", base_url=url)
    return Calls(
        partial(pictify.get_experiment, UID), partial(pictify.list_experiments, limit=LIMIT)
    )


def stock(url: str) -> Calls:
    package = import_module("stock_experiments")
    client = package.AuthenticatedClient(base_url=url, token="key")  # noqa: S106

    def call(name: str, *arguments: Any, **query: Any) -> Any:
        # An import of the program, so that a program of one get does not import the list.
        operation = import_module(f"stock_experiments.api.experiments.{name}")
        return operation.sync(*arguments, client=client, **query)

    return Calls(
        partial(call, "get_experiment", UID), partial(call, "list_experiments", limit=LIMIT)
    )


def openapi_generator(url: str) -> Calls:
    package = import_module("openapi_experiments")
    configuration = package.Configuration(host=url, access_token="key")  # noqa: S106
    api = package.ExperimentsApi(package.ApiClient(configuration))
    return Calls(partial(api.get_experiment, UID), partial(api.list_experiments, limit=LIMIT))


def openai(url: str) -> Calls:
    batches = import_module("openai").OpenAI(api_key="key", base_url=f"{url}/v1").batches
    return Calls(partial(batches.retrieve, UID), partial(batches.list, limit=LIMIT))


LIBRARIES = {
    RAW: Library("httpx", raw),
    OURS: Library("pictify_experiments", ours),
    STOCK: Library("stock_experiments", stock),
    OPENAPI_GENERATOR: Library("openapi_experiments", openapi_generator),
    OPENAI: Library("openai", openai),
}


def timed(call: Callable[[], Any], seconds: float) -> Samples:
    """Measure batches of a call."""
    call()  # not counted: imports and connections
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


def import_library(library: Library, _: str, __: float) -> Samples:
    began = time.process_time()
    import_module(library.module)
    return [((time.process_time() - began) * 1e6, 0)]


def program(library: Library, url: str, _: float) -> Samples:
    """Measure the whole process up to its first answer, the start of Python included."""
    library.open(url).get()
    return [(time.process_time() * 1e6, 0)]


def one_get(library: Library, url: str, seconds: float) -> Samples:
    return timed(library.open(url).get, seconds)


def list_of_many(library: Library, url: str, seconds: float) -> Samples:
    return timed(library.open(url).list, seconds)


def list_to_dict(library: Library, url: str, seconds: float) -> Samples:
    page = library.open(url).list()
    return timed(page.to_dict, seconds) if hasattr(page, "to_dict") else []


ONCE = {"import of the library": import_library, "a program of one get": program}
"""Tasks that a process does only once."""
TASKS = {
    **ONCE,
    "one get": one_get,
    "list of 100": list_of_many,
    "to_dict of the list": list_to_dict,
}


if __name__ == "__main__":
    name, task, url, seconds = sys.argv[1:]
    print(json.dumps(TASKS[task](LIBRARIES[name], url, float(seconds))))
