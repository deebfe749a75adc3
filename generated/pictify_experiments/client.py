"""Sending calls: headers, keys, timeouts, retries."""

from __future__ import annotations

import copy
import json
import logging
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from math import isfinite
from time import perf_counter, sleep
from typing import Any, Generic, NamedTuple, NoReturn, Self, TypeAlias, TypeVar, cast

import httpx

from ._stamp import VERSION
from .connections import (
    AsyncConnections,
    AsyncHttpClient,
    Connections,
    HttpClient,
    Slots,
)
from .deadline import until
from .errors import (
    APIConnectionError,
    APITimeoutError,
    MissingKeyError,
    ResponseTooLargeError,
    path_of,
    unreadable,
)
from .reading import TooLargeError, hide_keys, read, read_async, set_body
from .retries import Attempts, NotStartedError, RetryPolicy, checked
from .secrets import SECRET_HEADERS, Redactor, Secret
from .types import UNSET, Unset

Timeout: TypeAlias = float | httpx.Timeout | None
"""Seconds for each of connecting, sending, waiting and reading; None is no limit."""
Steps: TypeAlias = dict[str, float | None]

BASE_URL = "https://api.pictify.io"
DEFAULT_TIMEOUT = httpx.Timeout(30.0, connect=5.0)
HTTPX_TIMEOUT = {"connect": 5.0, "read": 5.0, "write": 5.0, "pool": 5.0}
DEFAULT_DEADLINE = 300.0  # seconds
DEFAULT_MAX_RESPONSE_BYTES = 64 * 2**20
USER_AGENT = (
    f"pictify-experiments/{VERSION} python/{sys.version_info.major}.{sys.version_info.minor}"
)
HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
logger = logging.getLogger("pictify_experiments")

ConnectionsT = TypeVar("ConnectionsT", Connections, AsyncConnections)
HttpT = TypeVar("HttpT", HttpClient, AsyncHttpClient)
T = TypeVar("T")


class Call(NamedTuple):
    """The request of an operation."""

    method: str
    path: str
    security: tuple[str | None, ...]
    """The schemes of which one is used, best first; None is no credential."""
    repeatable: bool
    """True if doing it twice is doing it once."""
    params: Mapping[str, Any] = {}
    body: Any = None

    def __repr__(self) -> str:  # events may hold a write key
        return f"Call({self.method} {self.path})"

    def secrets(self) -> Iterator[str]:
        """Yield the keys in the body."""
        body: Any = self.body
        rows = cast("list[object]", body) if isinstance(body, list) else [body]
        for row in rows:
            if isinstance(row, dict):
                key = cast("dict[str, object]", row).get("writeKey")
                if isinstance(key, str):
                    yield key


class _Settings(Generic[ConnectionsT, HttpT]):
    """The settings that both clients have."""

    _connect: type[ConnectionsT]

    def __init__(
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        write_key: str | None = None,
        timeout: Timeout | Unset = UNSET,
        deadline: float | None = DEFAULT_DEADLINE,
        max_retries: int | None = None,
        retries: RetryPolicy = RetryPolicy(),
        max_response_bytes: int = DEFAULT_MAX_RESPONSE_BYTES,
        headers: Mapping[str, str] | None = None,
        http_client: HttpT | None = None,
    ) -> None:
        """Any argument may be left out.

        Args:
            api_key: The team's secret key; else that of `PICTIFY_API_KEY`. Only tracking works
                without one.
            base_url: Where the API is; else `PICTIFY_BASE_URL`, else
                `https://api.pictify.io`.
            write_key: The key for events; else that of `PICTIFY_WRITE_KEY`.
            timeout: Seconds for each step of a call (to connect, send, wait, read): 30, and 5 to
                connect, or that of `http_client`. None is no limit.
            deadline: Seconds for a whole call, with its retries: 300. None is no limit.
            max_retries: Tries after the first one: 2. It stands for that of `retries`.
            retries: The number of tries, and the time for them.
            max_response_bytes: The largest response that is read, in bytes: 64 MiB.
            headers: Sent with every call, in place of the client's own of the same name.
            http_client: Your own client of httpx or httpx2, with proxies or certificates. You
                close it; keys, base URL and headers are still those of this client. Its timeout
                holds too, but `httpx.Client(timeout=5)` cannot be told from httpx's default:
                give `timeout=5` here. It keeps cookies from response to request, so for several
                viewers give it a jar that takes none.

        Raises:
            ValueError: A key, a header, the base URL, a time or a variable for proxies or
                certificates is wrong.
            TypeError: An argument is of another type.
        """
        url = base_url or os.environ.get("PICTIFY_BASE_URL") or BASE_URL
        self._base_url = _base_url("base_url" if base_url else "PICTIFY_BASE_URL", url)
        self._credentials: dict[str, dict[str, str]] = {}
        keys = [_Key("api_key", api_key), _Key("write_key", write_key)]
        del api_key, write_key  # the frames of an error are often printed with their variables
        bearer, writing = (key.checked() for key in keys)
        if bearer is not None:
            self._credentials["bearerAuth"] = {"Authorization": Secret(f"Bearer {bearer}")}
        if writing is not None:
            name = "X-Write-Key"
            self._credentials["writeKeyAuth"] = {name: writing}
        self._retries = checked(retries, max_retries)
        self._deadline = _seconds("deadline", deadline)
        if not isinstance(max_response_bytes, int) or max_response_bytes < 1:  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ValueError(
                f"max_response_bytes has to be a positive int, not {max_response_bytes!r}"
            )
        self._max_response_bytes = max_response_bytes
        self._headers = _merged({"User-Agent": USER_AGENT}, headers)
        self._connections: ConnectionsT = self._connect(http_client)  # type: ignore[arg-type]
        self._owns_connections = True
        self._timeout = _steps(_default_timeout(http_client) if timeout is UNSET else timeout)

    @property
    def base_url(self) -> str:
        """The URL of the API, without a slash at its end."""
        return self._base_url

    def with_options(
        self,
        *,
        timeout: Timeout | Unset = UNSET,
        deadline: float | None | Unset = UNSET,
        max_retries: int | None = None,
        retries: RetryPolicy | Unset = UNSET,
        headers: Mapping[str, str] | Unset = UNSET,
    ) -> Self:
        """Return the same client, on the same connections, with other settings.

        Closing it closes nothing.

        Args:
            timeout: Seconds for each step of a call. None is no limit.
            deadline: Seconds for a whole call, with its retries. None is no limit.
            max_retries: Tries after the first one. It stands for that of `retries`.
            retries: The number of tries, and the time for them.
            headers: Sent with every call, besides the headers that the client has.

        Returns:
            A new client. Settings that are not given are those of this one.

        Raises:
            ValueError: A header or a time is wrong.
            TypeError: An argument is of another type.
        """
        other = copy.copy(self)
        other._owns_connections = False
        if not isinstance(timeout, Unset):
            other._timeout = _steps(timeout)
        if not isinstance(deadline, Unset):
            other._deadline = _seconds("deadline", deadline)
        policy = self._retries if isinstance(retries, Unset) else retries
        other._retries = checked(policy, max_retries)
        if not isinstance(headers, Unset):
            other._headers = _merged(self._headers, headers)
        return other

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self._base_url!r})"

    def _request(self, http: Any, call: Call, headers: Mapping[str, str] | None) -> Any:
        params = {
            name: value
            for name, value in call.params.items()
            if value is not UNSET and value is not None
        }
        merged = _merged(self._headers, self._credential(call.security), headers)
        try:
            return http.build_request(
                call.method,
                self._base_url + call.path,
                params=params or None,
                json=call.body,
                headers=merged,
            )
        except self._refusals as error:
            reason = f"{call.method} cannot be sent: {error}"
        raise ValueError(reason)

    def _credential(self, security: tuple[str | None, ...]) -> dict[str, str]:
        for scheme in security:
            if scheme is None:
                return {}
            if scheme in self._credentials:
                return self._credentials[scheme]
        raise MissingKeyError(
            "This operation needs an API key: give api_key, or set PICTIFY_API_KEY."
        )

    def _steps_of(self, timeout: Timeout | Unset) -> dict[str, float | None]:
        return self._timeout if isinstance(timeout, Unset) else _steps(timeout)

    def _redactor(self, request: Any, call: Call) -> Redactor:
        keys = [request.headers[name] for name in SECRET_HEADERS if name in request.headers]
        for headers in self._credentials.values():
            keys += headers.values()
        return Redactor(keys, list(call.secrets()))

    def _failure(
        self, request: Any, error: Exception, redactor: Redactor, steps: Steps
    ) -> APIConnectionError:
        """Return our error for one of the HTTP library."""
        library = self._connections.library
        not_sent = (
            library.ConnectError | library.ConnectTimeout | library.PoolTimeout | NotStartedError
        )
        was_sent = not isinstance(error, not_sent)
        kind: type[APIConnectionError] = APIConnectionError
        if isinstance(error, library.TimeoutException | TimeoutError):
            kind = APITimeoutError
        elif isinstance(error, TooLargeError):
            kind = ResponseTooLargeError
        reason = redactor(self._reason(request, error, steps))
        found = kind(f"{request.method} {path_of(request)}: {reason}", was_sent)
        if isinstance(error, library.RequestError):
            setattr(error, "request", httpx.Request(request.method, str(request.url)))  # noqa: B010 - its type is not known
        found.__cause__ = error
        return found

    def _reason(self, request: Any, error: Exception, steps: Steps) -> str:
        """Name the server, and the limit that was reached or the error of the HTTP library."""
        library, server = self._connections.library, self._base_url
        if isinstance(error, TooLargeError):
            return str(error)
        limits = self._limits(request, steps)
        cause = f": {str(error) or type(error).__name__}"
        if isinstance(error, library.ConnectTimeout):
            return f"cannot connect to {server}{limits.get('connect', cause)}"
        if isinstance(error, library.ConnectError):
            return f"cannot connect to {server}{cause}"
        if isinstance(error, NotStartedError):
            return f"no connection to {server} was free{limits['deadline']}"
        if isinstance(error, library.PoolTimeout):
            return f"no connection to {server} was free{limits.get('pool', cause)}"
        if isinstance(error, library.TimeoutException):
            step = "write" if isinstance(error, library.WriteTimeout) else "read"
            cause = limits.get(step, cause)
        elif isinstance(error, TimeoutError):
            cause = limits.get("deadline", cause)
        return f"no whole response from {server}{cause}"

    def _limits(self, request: Any, steps: Steps) -> dict[str, str]:
        """Return the limit of each step, as words. The deadline may leave less than the timeout."""
        deadline = f" within deadline={self._deadline:g} s" if self._deadline is not None else ""
        limits = {"deadline": deadline} if deadline else {}
        used: Steps = request.extensions.get("timeout") or {}
        for step, seconds in used.items():
            if seconds is not None:
                limits[step] = (
                    f" within timeout={seconds:g} s" if seconds == steps.get(step) else deadline
                )
        return limits

    @property
    def _refusals(self) -> tuple[type[Exception], ...]:
        """The exceptions of a request that cannot be made."""
        return (self._connections.library.InvalidURL, ValueError, TypeError, RecursionError)

    @property
    def _failures(self) -> tuple[type[Exception], ...]:
        """The exceptions of a try: those of the HTTP library, and what it makes of an odd Location."""
        library = self._connections.library
        return (library.RequestError, library.InvalidURL, TooLargeError, TimeoutError, ValueError)


# the names in errors of Python about arguments
vars(_Settings)["__init__"].__qualname__ = "PictifyExperiments"
vars(_Settings)["with_options"].__qualname__ = "PictifyExperiments.with_options"


class Client(_Settings[Connections, HttpClient]):
    """Sends calls. Any number of threads may use one client, which keeps its connections open."""

    _connect = Connections

    @property
    def http_client(self) -> HttpClient:
        """The connections, as httpx has them."""
        return self._connections.client()

    def send(
        self, call: Call, timeout: Timeout | Unset = UNSET, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Send the call, again if that is safe, and return the response, of any status.

        Raises:
            APIConnectionError: No whole response came.
            MissingKeyError: The client has no key for it.
            ClientStateError: The client is closed, or belongs to another process.
        """
        http = self._connections.client()
        request, steps = self._request(http, call, headers), self._steps_of(timeout)
        redactor = self._redactor(request, call)
        attempts = Attempts(self._retries, call.repeatable, self._deadline)
        while True:
            started = perf_counter()
            outcome: httpx.Response | APIConnectionError
            try:
                request.extensions["timeout"] = attempts.timeouts(steps)
                with until(attempts.ends_at):
                    came = http.send(
                        request,
                        auth=self._connections.library.Auth(),
                        follow_redirects=False,
                        stream=True,
                    )
                    content = read(came, self._max_response_bytes, attempts.ends_at)
                outcome = set_body(came, content)
            except self._failures as error:
                outcome = self._failure(request, error, redactor, steps)
            except RuntimeError:
                self._connections.check_open()  # another thread may have closed it
                raise
            delay = attempts.delay_after(outcome)
            log(request, outcome, started, delay, redactor)
            if delay is None:
                return finished(outcome, redactor)
            sleep(delay)

    def close(self) -> None:
        """Close the connections. The client cannot be used again."""
        if self._owns_connections:
            self._connections.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncClient(_Settings[AsyncConnections, AsyncHttpClient]):
    """Sends calls in an event loop of asyncio or trio, many at a time."""

    _connect = AsyncConnections

    async def send(
        self, call: Call, timeout: Timeout | Unset = UNSET, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Send the call, again if that is safe, and return the response, of any status.

        Raises:
            APIConnectionError: No whole response came.
            MissingKeyError: The client has no key for it.
            ClientStateError: The client is closed, or belongs to another process or event loop.
        """
        from anyio import sleep

        http, slots = self._connections.client()
        request, steps = self._request(http, call, headers), self._steps_of(timeout)
        redactor = self._redactor(request, call)
        attempts = Attempts(self._retries, call.repeatable, self._deadline)
        while True:
            started = perf_counter()
            outcome: httpx.Response | APIConnectionError
            try:
                outcome = await self._try(http, slots, request, steps, attempts)
            except self._failures as error:
                outcome = self._failure(request, error, redactor, steps)
            delay = attempts.delay_after(outcome)
            log(request, outcome, started, delay, redactor)
            if delay is None:
                return finished(outcome, redactor)
            await sleep(delay)

    async def _try(
        self, http: AsyncHttpClient, slots: Slots, request: Any, steps: Steps, attempts: Attempts
    ) -> httpx.Response:
        from anyio import fail_after

        is_waiting = True
        try:
            with fail_after(attempts.seconds_left()):
                async with slots:
                    request.extensions["timeout"] = attempts.timeouts(steps)
                    is_waiting = False
                    came = await http.send(
                        request,
                        auth=self._connections.library.Auth(),
                        follow_redirects=False,
                        stream=True,
                    )
                    content = await read_async(came, self._max_response_bytes, attempts.ends_at)
        except TimeoutError as error:
            if is_waiting:
                raise NotStartedError from error
            raise
        return set_body(came, content)

    async def close(self) -> None:
        """Close the connections. The client cannot be used again."""
        if self._owns_connections:
            await self._connections.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def finished(outcome: httpx.Response | APIConnectionError, redactor: Redactor) -> httpx.Response:
    """Return the response without keys, or raise the error."""
    if isinstance(outcome, APIConnectionError):
        raise outcome
    hide_keys(outcome, redactor)
    return outcome


def log(
    request: Any,
    outcome: httpx.Response | APIConnectionError,
    started: float,
    delay: float | None,
    redactor: Redactor,
) -> None:
    """Log the outcome of a try. Neither headers nor bodies are logged: they hold keys."""
    if not logger.isEnabledFor(logging.DEBUG):
        return
    if isinstance(outcome, APIConnectionError):
        said = type(outcome.__cause__).__name__
    else:
        request_id = outcome.headers.get("X-Request-Id")
        said = (
            f"{outcome.status_code}, request {redactor(request_id)}"
            if request_id
            else str(outcome.status_code)
        )
    took = (perf_counter() - started) * 1000
    again = "" if delay is None else f"; next try in {delay:.1f} s"
    logger.debug("%s %s: %s after %.0f ms%s", request.method, path_of(request), said, took, again)


def read_json(
    response: httpx.Response, reader: Callable[[dict[str, Any]], T], may_be_empty: bool = True
) -> T:
    """Return the body as a model.

    Raises:
        UnreadableResponseError: It is not what the API describes.
    """
    if not response.content:
        raise unreadable(response, "the body is empty")
    text = ""
    try:
        text = response.content.decode(json.detect_encoding(response.content))
        d = _DECODER.decode(text)
        if d == {} and not may_be_empty:
            raise ValueError("the body is an empty object")
        return reader(d)
    except UnicodeDecodeError as error:
        raise unreadable(response, "the body is not UTF-8") from error
    except _ConstantError as error:
        reason = f"{_constants(text)} is {error}, which is not JSON"
        raise unreadable(response, reason) from error
    except json.JSONDecodeError as error:
        raise unreadable(response, f"{_media_type(response)} is not JSON: {error}") from error
    except (ValueError, TypeError, RecursionError) as error:
        raise unreadable(response, str(error)) from error


class _ConstantError(ValueError):
    """NaN or Infinity, which JSON does not have."""


def _refuse(constant: str) -> NoReturn:
    raise _ConstantError(constant)


def _constants(text: str) -> str:
    """Return the names of the members that are NaN or Infinity."""
    names: list[str] = []

    def note(pairs: list[tuple[str, Any]]) -> None:
        names.extend(
            name for name, value in pairs if isinstance(value, float) and not isfinite(value)
        )

    json.loads(text, object_pairs_hook=note)
    return ", ".join(dict.fromkeys(names)) or "an item"


_DECODER = json.JSONDecoder(parse_constant=_refuse)


def read_bytes(response: httpx.Response, media: str) -> bytes:
    """Return the body, if it is of this kind of media, such as image.

    Raises:
        UnreadableResponseError: It is of another kind.
    """
    kind = _media_type(response)
    if not kind.startswith(f"{media}/"):
        raise unreadable(response, f"{kind} is not {media}")
    return response.content


def _media_type(response: httpx.Response) -> str:
    return response.headers.get("Content-Type") or "a body without a media type"


def _merged(*several: Mapping[str, str] | None) -> dict[str, str]:
    """Return the headers as one, the last of a name. Names that differ in case alone are one."""
    found: dict[str, tuple[str, str]] = {}
    for headers in several:
        for name, value in (headers or {}).items():
            if not isinstance(name, str) or not HEADER_NAME.fullmatch(name):  # pyright: ignore[reportUnnecessaryIsInstance]
                raise ValueError(f"{name!r} is not a name of a header")
            if not isinstance(value, str) or not (value.isascii() and value.isprintable()):  # pyright: ignore[reportUnnecessaryIsInstance]
                # not shown, because it may be a key
                raise ValueError(f"header {name!r} has a value that is not printable ASCII text")
            secret = name.lower() in SECRET_HEADERS
            found[name.lower()] = name, Secret(value) if secret else value
    return dict(found.values())


class _Key:
    """A key that was given, or that the environment has; it is shown nowhere."""

    def __init__(self, argument: str, key: object) -> None:
        variable = f"PICTIFY_{argument.upper()}"
        self._name = argument if key is not None else variable
        self._key = key if key is not None else os.environ.get(variable) or None

    def checked(self) -> Secret | None:
        if self._key is None:
            return None
        if isinstance(self._key, str) and re.fullmatch("[!-~]+", self._key):
            return Secret(self._key)
        raise ValueError(
            f"{self._name} is empty or has characters that no key has, such as spaces or line ends"
        )


def _base_url(name: str, text: str) -> str:
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError, TypeError):
        url = httpx.URL()
    if (
        url.scheme not in ("http", "https")
        or not url.host
        or url.userinfo
        or url.query
        or url.fragment
    ):
        raise ValueError(
            f"{name} has to be http(s)://host, perhaps with a port and a path, and nothing else"
        )
    return text.rstrip("/")


def _default_timeout(http_client: Any) -> Any:
    """Return the timeout of a client that was given, unless it is that of httpx."""
    own = getattr(http_client, "timeout", None)
    return DEFAULT_TIMEOUT if own is None or own.as_dict() == HTTPX_TIMEOUT else own


def _steps(timeout: Any) -> dict[str, float | None]:
    if timeout is None or isinstance(timeout, int | float):
        seconds = _seconds("timeout", timeout)
        return dict.fromkeys(HTTPX_TIMEOUT, seconds)
    if not hasattr(timeout, "as_dict"):
        raise TypeError(
            f"timeout has to be a number of seconds, None or an httpx.Timeout, not {timeout!r}"
        )
    return {step: _seconds(f"timeout ({step})", most) for step, most in timeout.as_dict().items()}


def _seconds(name: str, seconds: Any) -> float | None:
    if seconds is None:
        return None
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        raise TypeError(f"{name} has to be a number of seconds or None, not {seconds!r}")
    if not (isfinite(seconds) and seconds >= 0):
        raise ValueError(
            f"{name} has to be a number of seconds, 0 or more, or None for no limit, not {seconds}"
        )
    return float(seconds)
