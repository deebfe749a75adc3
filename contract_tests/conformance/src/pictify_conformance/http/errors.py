"""Messages of exceptions, and the errors of a connection."""

import traceback
from collections.abc import Iterator
from pathlib import Path

import httpx
import requests
from schemathesis.core.failures import Failure


class RunOver(httpx.TransportError):
    """Nothing more is sent: the server stopped answering, or the time limit is reached."""


CONNECTION_ERRORS = (httpx.TransportError, requests.RequestException)


def leaf_errors(error: BaseException) -> Iterator[BaseException]:
    """Yield the single exceptions of nested exception groups."""
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from leaf_errors(inner)
    else:
        yield error


def error_message(error: BaseException) -> str:
    """Return the message of an exception; for a connection error, with its request."""
    if isinstance(error, Failure):
        return f"{error.title}: {error.message}"
    if isinstance(error, RunOver):
        return str(error)
    if isinstance(error, CONNECTION_ERRORS):
        request = getattr(error, "_request", None) or getattr(error, "request", None)
        to = f" to {request.method} {request.url}" if request else ""
        return f"no usable response{to}: {error!r}"
    return str(getattr(error, "msg", None) or error)


def unexpected_error_message(error: BaseException) -> str:
    """Return one line with the exception and the place in our code that raised it."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "pictify_conformance" in Path(frame.filename).parts]
    last = (ours or frames)[-1:]
    place = "".join(f" at {Path(frame.filename).name}:{frame.lineno}" for frame in last)
    return f"unexpected {type(error).__name__}{place}: {error}"
