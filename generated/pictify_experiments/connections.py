"""Connections: one pool for a process, and for the asynchronous client one for each event loop."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from http.cookiejar import CookieJar, DefaultCookiePolicy
from threading import Lock
from types import ModuleType
from typing import TYPE_CHECKING, Any, Generic, NoReturn, Protocol, TypeAlias, TypeVar
from urllib.request import getproxies_environment
from weakref import WeakSet

import httpx

from .deadline import keep_deadline
from .errors import ClientStateError

if TYPE_CHECKING:
    from anyio.lowlevel import RunVar

MOST_CONNECTIONS = 20  # of an asynchronous client in one event loop, if it makes its own


class HttpClient(Protocol):
    """The synchronous client of httpx or httpx2."""

    def build_request(self, *args: Any, **kwargs: Any) -> Any: ...
    def send(self, *args: Any, **kwargs: Any) -> Any: ...
    def close(self) -> None: ...


class AsyncHttpClient(Protocol):
    """The asynchronous client of httpx or httpx2."""

    def build_request(self, *args: Any, **kwargs: Any) -> Any: ...
    async def send(self, *args: Any, **kwargs: Any) -> Any: ...
    async def aclose(self) -> None: ...


Slots: TypeAlias = AbstractAsyncContextManager[object]
HttpT = TypeVar("HttpT", HttpClient, AsyncHttpClient)
T = TypeVar("T")


class _Connections(Generic[HttpT]):
    """The connections that a client made, or those that it was given."""

    _kind: str

    def __init__(self, given: HttpT | None, make: Callable[[], HttpT]) -> None:
        self._make: Callable[[], HttpT] = make
        self._given: HttpT | None = given
        self._process = os.getpid()
        self._closed = False
        self.library = httpx if given is None else library_of(given, self._kind)
        """The module of the client, httpx or httpx2; its exceptions are those that calls raise."""
        if given is None:
            _OWNED.add(self)

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "a client cannot be pickled or deep-copied, because it has connections and keys; "
            "make one in each process, and use with_options for other settings"
        )

    def check_open(self) -> None:
        """Raise a ClientStateError if the client is closed or belongs to another process."""
        if self._closed or (self._given is not None and getattr(self._given, "is_closed", False)):
            raise ClientStateError("the client is closed; make another one")
        if self._given is not None and os.getpid() != self._process:
            raise ClientStateError(
                f"http_client was made in process {self._process}, and its connections belong to it; "
                f"make another one in process {os.getpid()}"
            )

    def forget(self) -> None:
        """Drop what a forked child inherited, without closing it: the parent still uses it."""
        raise NotImplementedError


class Connections(_Connections[HttpClient]):
    """Synchronous connections, for any number of threads."""

    _kind = "Client"

    def __init__(self, given: HttpClient | None) -> None:
        super().__init__(given, _own_client)
        self._lock = Lock()
        self._opened: HttpClient | None = given or self._make()

    def client(self) -> HttpClient:
        """Return the client of this process.

        Raises:
            ClientStateError: It is closed, or belongs to another process.
        """
        self.check_open()
        if self._opened is None:
            with self._lock:
                if self._opened is None:
                    self._opened = self._make()
        return self._opened

    def close(self) -> None:
        """Close the connections that the client made. It cannot be used again."""
        if self._given is None and not self._closed:
            self._closed = True
            if self._opened is not None:
                self._opened.close()

    def forget(self) -> None:
        _INHERITED.append(self._opened)
        self._lock = Lock()
        self._opened = None


class AsyncConnections(_Connections[AsyncHttpClient]):
    """Asynchronous connections, for any number of event loops one after the other."""

    _kind = "AsyncClient"

    def __init__(self, given: AsyncHttpClient | None) -> None:
        super().__init__(given, _own_async_client)
        self._unused: AsyncHttpClient | None = given or self._make()
        self._of_loop: RunVar[tuple[AsyncHttpClient, Slots]] | None = None

    def client(self) -> tuple[AsyncHttpClient, Slots]:
        """Return the client of this event loop, and what to hold while a request is on its way.

        Raises:
            ClientStateError: It is closed, or belongs to another process or event loop.
        """
        self.check_open()
        return self._opened()

    def _opened(self) -> tuple[AsyncHttpClient, Slots]:
        from anyio import Semaphore
        from anyio.lowlevel import RunVar

        if self._of_loop is None:
            self._of_loop = RunVar("pictify_experiments")
        found = self._of_loop.get(None)
        if found is None:
            opened, self._unused = self._unused, None
            if opened is None:
                if self._given is not None:
                    raise ClientStateError(
                        "http_client was used in another event loop, and its connections belong "
                        "to it; make another one in this loop"
                    )
                opened = self._make()
            slots: Slots = nullcontext()  # a client that was given has a pool with its own bound
            if self._given is None:
                slots = Semaphore(MOST_CONNECTIONS, fast_acquire=True)
            found = opened, slots
            self._of_loop.set(found)
        return found

    async def close(self) -> None:
        """Close the connections of this event loop. The client cannot be used again."""
        if self._given is None and not self._closed:
            opened, _ = self._opened()
            self._closed = True
            await opened.aclose()

    def forget(self) -> None:
        _INHERITED.append((self._unused, self._of_loop))
        self._unused = self._of_loop = None


_OWNED: WeakSet[_Connections[Any]] = WeakSet()
_INHERITED: list[Any] = []  # a reference is kept, because collecting a connection closes it


def _forget_inherited() -> None:
    for connections in list(_OWNED):
        connections.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_inherited)


def library_of(http_client: object, kind: str) -> ModuleType:
    """Return the module that a client is from, httpx or httpx2.

    Raises:
        TypeError: It is not a client of this kind.
    """
    for name in ("httpx", "httpx2"):
        library = sys.modules.get(name)
        if library is not None and isinstance(http_client, getattr(library, kind)):
            return library
    raise TypeError(
        f"http_client has to be the {kind} of httpx or httpx2, not {type(http_client).__name__}"
    )


def _own_client() -> HttpClient:
    made = _with_environment(
        lambda: httpx.Client(cookies=_no_cookies(), event_hooks={"response": [hide_location]})
    )
    keep_deadline(made)
    return made


def _own_async_client() -> AsyncHttpClient:
    async def hide(response: httpx.Response) -> None:
        hide_location(response)

    limits = httpx.Limits(
        max_connections=MOST_CONNECTIONS, max_keepalive_connections=MOST_CONNECTIONS
    )
    return _with_environment(
        lambda: httpx.AsyncClient(
            cookies=_no_cookies(), event_hooks={"response": [hide]}, limits=limits
        )
    )


def _no_cookies() -> CookieJar:
    """Return a jar that takes none: a cookie of one viewer is not for the next."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=[]))


def hide_location(response: httpx.Response) -> None:
    """Put the Location aside, lest httpx makes a request of it: not every one names a web page."""
    if response.has_redirect_location:
        response.extensions["location"] = response.headers.pop("Location")


def _with_environment(make: Callable[[], T]) -> T:
    """Make a client, and name the variable of the environment that prevents it.

    Raises:
        ValueError: A variable for certificates or proxies is wrong.
    """
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        value = os.environ.get(name)
        if value and not os.path.exists(value):
            raise ValueError(f"{name} names nothing that exists: {value!r}")
    try:
        return make()
    except (ValueError, OSError, httpx.InvalidURL) as error:
        raise ValueError(f"{_wrong_variable()}: {error}") from None


def _wrong_variable() -> str:
    """Name the variable that httpx cannot read. The URL of a proxy is not shown: it may hold a password."""
    for name, value in getproxies_environment().items():
        if name != "no":
            try:
                httpx.Proxy(value)
            except (ValueError, httpx.InvalidURL):
                return f"{name.upper()}_PROXY is not a valid URL"
    entries = getproxies_environment().get("no", "").split(",")
    for place, entry in enumerate(entries, 1):
        try:
            httpx.URL(f"all://{entry.strip()}")
        except httpx.InvalidURL:
            return f"entry {place} of NO_PROXY, {entry.strip()!r}, is not a host"
    return "SSL_CERT_FILE, SSL_CERT_DIR or a variable for proxies is wrong"
