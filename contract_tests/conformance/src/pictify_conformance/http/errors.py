"""What an exception says."""

import traceback
from collections.abc import Iterator
from pathlib import Path

import httpx
import requests
from schemathesis.core.failures import Failure


class RunOver(httpx.TransportError):
    """The server has stopped answering, or the run its time limit: nothing more is sent."""


CONNECTION = (httpx.TransportError, requests.RequestException)


def leaves(error: BaseException) -> Iterator[BaseException]:
    """The single exceptions in a group of groups."""
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from leaves(inner)
    else:
        yield error


def told(error: BaseException) -> str:
    """The exception's own words; those of schemathesis have a title, those of a connection their request."""
    if isinstance(error, Failure):
        return f"{error.title}: {error.message}"
    if isinstance(error, RunOver):
        return str(error)
    if isinstance(error, CONNECTION):
        request = getattr(error, "_request", None) or getattr(error, "request", None)
        to = f" to {request.method} {request.url}" if request else ""
        return f"no usable answer{to}: {error!r}"
    return str(getattr(error, "msg", None) or error)


def unexpected(error: BaseException) -> str:
    """Say in a line what broke, and where in our own code."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [
        frame for frame in frames if "pictify_conformance" in Path(frame.filename).parts
    ] or frames
    place = f" at {Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else ""
    return f"unexpected {type(error).__name__}{place}: {error}"
