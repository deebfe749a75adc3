"""Connections to the API: what is sent with every call, how long to wait, when to try again."""

from __future__ import annotations

import copy
import json
import logging
import os
import re
import sys
from collections.abc import Callable, Mapping
from time import perf_counter, sleep
from typing import Any, Generic, NamedTuple, Self, TypeAlias, TypeVar

import httpx

from ._stamp import VERSION
from .errors import APIConnectionError, APITimeoutError, MissingKeyError, UnreadableResponseError, path_of
from .retries import Attempts, RetryPolicy
from .types import UNSET, Unset

Timeout: TypeAlias = float | httpx.Timeout | None
"""Seconds for each of connecting, sending, waiting and reading; None is no limit."""

BASE_URL = "https://api.pictify.io"
DEFAULT_TIMEOUT = httpx.Timeout(30.0, connect=5.0)
HTTPX_TIMEOUT = httpx.Timeout(5.0)
USER_AGENT = f"pictify-experiments/{VERSION} python/{sys.version_info.major}.{sys.version_info.minor}"
logger = logging.getLogger("pictify_experiments")

HttpT = TypeVar("HttpT", httpx.Client, httpx.AsyncClient)
T = TypeVar("T")


class _OurKeysOnly(httpx.Auth):
    """Keeps httpx from putting other credentials in the place of ours."""


OUR_KEYS_ONLY = _OurKeysOnly()


class Call(NamedTuple):
    """What an operation sends."""

    method: str
    path: str
    security: tuple[str | None, ...]
    """The schemes of which one is used, best first; None is no credential."""
    repeatable: bool
    """Whether doing it twice is doing it once."""
    params: Mapping[str, Any] = {}
    body: Any = None


class _Settings(Generic[HttpT]):
    """What the clients have in common."""

    _kind: type[HttpT]
    """Of connections."""

    def __init__(
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        write_key: str | None = None,
        timeout: Timeout | Unset = UNSET,
        retries: RetryPolicy = RetryPolicy(),
        headers: Mapping[str, str] | None = None,
        http_client: HttpT | None = None,
    ) -> None:
        """Any argument may be left out.

        Args:
            api_key: The team's secret key; else that of `PICTIFY_API_KEY`. Only tracking works without one.
            base_url: Where the API is; else `PICTIFY_BASE_URL`, else `https://api.pictify.io`.
            write_key: The key that vouches for events; else that of `PICTIFY_WRITE_KEY`.
            timeout: Seconds to wait for each step of a call: 30, and 5 for connecting, unless told. None is no limit.
            retries: How often, and for how long, to try again.
            headers: Sent with every call, in place of our own of the same name.
            http_client: Connections of your own, with proxies or certificates. You close it, and keys, base URL and
                headers are still those of this client.

        Raises:
            ValueError: A key, a header or the base URL cannot be sent.
            TypeError: The connections are of the other kind.
        """
        url = base_url or os.environ.get("PICTIFY_BASE_URL") or BASE_URL
        self._base_url = _base_url("base_url" if base_url else "PICTIFY_BASE_URL", url)
        self._credentials: dict[str, dict[str, str]] = {}
        if (api_key := _key("api_key", api_key)) is not None:
            self._credentials["bearerAuth"] = {"authorization": f"Bearer {api_key}"}
        if (write_key := _key("write_key", write_key)) is not None:
            self._credentials["writeKeyAuth"] = {"x-write-key": write_key}
        self._retries = retries
        self._headers = {"user-agent": USER_AGENT, **_lowered(headers or {})}
        if not isinstance(http_client, self._kind | None):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"http_client has to be an httpx.{self._kind.__name__}, not {type(http_client).__name__}")
        self._owns_http_client = http_client is None
        self.http_client: HttpT = self._kind() if http_client is None else http_client
        """The connections, as httpx has them."""
        if isinstance(timeout, Unset):
            timeout = DEFAULT_TIMEOUT if self.http_client.timeout == HTTPX_TIMEOUT else self.http_client.timeout
        self._timeout = httpx.Timeout(timeout)

    @property
    def base_url(self) -> str:
        """Where the API is."""
        return self._base_url

    def with_options(
        self,
        *,
        timeout: Timeout | Unset = UNSET,
        retries: RetryPolicy | Unset = UNSET,
        headers: Mapping[str, str] | Unset = UNSET,
    ) -> Self:
        """The same client on the same connections, with other settings. Headers are added to those it has."""
        other = copy.copy(self)
        if not isinstance(timeout, Unset):
            other._timeout = httpx.Timeout(timeout)
        if not isinstance(retries, Unset):
            other._retries = retries
        if not isinstance(headers, Unset):
            other._headers = {**self._headers, **_lowered(headers)}
        return other

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self._base_url!r})"

    def _request(self, call: Call, timeout: Timeout | Unset, headers: Mapping[str, str] | None) -> httpx.Request:
        params = {name: value for name, value in call.params.items() if value is not UNSET and value is not None}
        try:
            return self.http_client.build_request(
                call.method,
                self._base_url + call.path,
                params=params or None,
                json=call.body,
                headers={**self._headers, **self._credential(call.security), **_lowered(headers or {})},
                timeout=self._timeout if isinstance(timeout, Unset) else timeout,
            )
        except httpx.InvalidURL as error:
            raise ValueError(f"{call.method} cannot be sent: {error}") from error

    def _credential(self, security: tuple[str | None, ...]) -> dict[str, str]:
        for scheme in security:
            if scheme is None:
                return {}
            if scheme in self._credentials:
                return self._credentials[scheme]
        raise MissingKeyError("This operation needs an API key: give api_key, or set PICTIFY_API_KEY.")


class Client(_Settings[httpx.Client]):
    """Calls operations. One client may be used by many threads, and keeps its connections open for the next call."""

    _kind = httpx.Client

    def send(
        self, call: Call, timeout: Timeout | Unset = UNSET, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Send the call, again where that is safe, and give its answer, whatever its status.

        Raises:
            APIConnectionError: No whole answer came.
            MissingKeyError: The client has no key for it.
        """
        request = self._request(call, timeout, headers)
        attempts = Attempts(self._retries, call.repeatable)
        while True:
            started = perf_counter()
            try:
                response = self.http_client.send(request, auth=OUR_KEYS_ONLY, follow_redirects=False)
                delay = delay_after_answer(response, attempts, started)
                if delay is None:
                    return response
            except httpx.RequestError as error:
                delay = delay_after_error(request, error, attempts, started)
            sleep(delay)

    def close(self) -> None:
        """Close the connections. The client cannot be used again."""
        if self._owns_http_client:
            self.http_client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncClient(_Settings[httpx.AsyncClient]):
    """Calls operations in an event loop of asyncio, many at a time."""

    _kind = httpx.AsyncClient

    async def send(
        self, call: Call, timeout: Timeout | Unset = UNSET, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Send the call, again where that is safe, and give its answer, whatever its status.

        Raises:
            APIConnectionError: No whole answer came.
            MissingKeyError: The client has no key for it.
        """
        request = self._request(call, timeout, headers)
        attempts = Attempts(self._retries, call.repeatable)
        while True:
            started = perf_counter()
            try:
                response = await self.http_client.send(request, auth=OUR_KEYS_ONLY, follow_redirects=False)
                delay = delay_after_answer(response, attempts, started)
                if delay is None:
                    return response
            except httpx.RequestError as error:
                delay = delay_after_error(request, error, attempts, started)
            await sleep_in_loop(delay)

    async def close(self) -> None:
        """Close the connections. The client cannot be used again."""
        if self._owns_http_client:
            await self.http_client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


async def sleep_in_loop(delay: float) -> None:
    """Sleep, and let others run. Only those who wait import asyncio."""
    import asyncio

    await asyncio.sleep(delay)


def delay_after_answer(response: httpx.Response, attempts: Attempts, started: float) -> float | None:
    """Seconds to wait before the next try; None if this answer stands."""
    delay = None if response.is_success else attempts.delay_after(response)
    if logger.isEnabledFor(logging.DEBUG):
        request_id = response.headers.get("X-Request-Id")
        known_as = f", request {request_id}" if request_id else ""
        log(response.request, f"{response.status_code}{known_as}", started, delay)
    return delay


def delay_after_error(request: httpx.Request, error: httpx.RequestError, attempts: Attempts, started: float) -> float:
    """Seconds to wait before the next try.

    Raises:
        APIConnectionError: There is none.
    """
    kind = APITimeoutError if isinstance(error, httpx.TimeoutException) else APIConnectionError
    found = kind(f"{request.method} {path_of(request)}: {str(error) or type(error).__name__}")
    delay = attempts.delay_after(found)
    log(request, type(error).__name__, started, delay)
    if delay is None:
        raise found from error
    return delay


def log(request: httpx.Request, outcome: str, started: float, delay: float | None) -> None:
    """Say what a try came to. Neither headers nor bodies are logged: they hold keys."""
    took = (perf_counter() - started) * 1000
    again = "" if delay is None else f"; next try in {delay:.1f} s"
    logger.debug("%s %s: %s after %.0f ms%s", request.method, path_of(request), outcome, took, again)


def read_json(response: httpx.Response, reader: Callable[[dict[str, Any]], T]) -> T:
    """The body as a model.

    Raises:
        UnreadableResponseError: It is not what the API describes.
    """
    try:
        return reader(json.loads(response.content))
    except json.JSONDecodeError as error:
        raise UnreadableResponseError(response, f"{_media_type(response)} is no JSON: {error}") from error
    except (ValueError, TypeError, RecursionError) as error:
        raise UnreadableResponseError(response, str(error)) from error


def read_bytes(response: httpx.Response, media: str) -> bytes:
    """The body, if it is of this kind of media, such as image.

    Raises:
        UnreadableResponseError: It is of another one.
    """
    kind = _media_type(response)
    if not kind.startswith(f"{media}/"):
        raise UnreadableResponseError(response, f"{kind} is no {media}")
    return response.content


def _media_type(response: httpx.Response) -> str:
    return response.headers.get("Content-Type") or "a body without a media type"


def _lowered(headers: Mapping[str, str]) -> dict[str, str]:
    """Names that differ in case alone are one header. A value that cannot be sent is not shown: it may be a key."""
    for name, value in headers.items():
        if not isinstance(value, str) or not (value.isascii() and value.isprintable()):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ValueError(f"header {name!r} has a value that is no text of printable ASCII characters")
    return {name.lower(): value for name, value in headers.items()}


def _key(argument: str, key: str | None) -> str | None:
    """The key, else that of the environment."""
    variable = f"PICTIFY_{argument.upper()}"
    name, key = (argument, key) if key is not None else (variable, os.environ.get(variable) or None)
    if key is not None and not (isinstance(key, str) and re.fullmatch("[!-~]+", key)):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ValueError(f"{name} is empty or has characters that no key has, such as spaces or line ends")
    return key


def _base_url(name: str, text: str) -> str:
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        url = httpx.URL()
    if url.scheme not in ("http", "https") or not url.host or url.userinfo or url.query or url.fragment:
        raise ValueError(f"{name} has to be http(s)://host, perhaps with a port and a path, and nothing else")
    return text.rstrip("/")
