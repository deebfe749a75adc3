"""The access log of `--log requests`."""

import re
from collections.abc import Callable, Iterable
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pictify_mock.control.app import PREFIX
from pictify_mock.control.redaction import REDACTED, KeyRedactor
from pictify_mock.domain.teams import Team

NO_RESPONSE = "---"  # in place of a status

_KEY_PARAMETER = re.compile(r"([^&=]*(?:key|secret|token)[^&=]*=)[^&]+", re.IGNORECASE)
_UNPRINTABLE = re.compile(r"[^\x21-\x7e]")  # a terminal would obey escape sequences


class AccessLog:
    """Writes method, target, status and milliseconds of each request to the API, without any key.

    The control paths are left out, since the dashboard polls them every second.
    """

    def __init__(self, app: ASGIApp, teams: Iterable[Team], write: Callable[[str], object]) -> None:
        self._app = app
        self._redact = KeyRedactor(teams)
        self._write = write

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or f"{scope['path']}/".startswith(f"{PREFIX}/"):
            await self._app(scope, receive, send)
            return
        status = NO_RESPONSE

        async def note_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        began = perf_counter()
        try:
            await self._app(scope, receive, note_status)
        finally:
            milliseconds = (perf_counter() - began) * 1000
            self._write(f"{scope['method']} {self._target(scope)} {status} {milliseconds:.1f} ms")

    def _target(self, scope: Scope) -> str:
        path = self._redact(scope["raw_path"].decode("latin-1"))
        query = self._redact(scope["query_string"].decode("latin-1"))
        query = _KEY_PARAMETER.sub(rf"\1{REDACTED}", query)
        return _UNPRINTABLE.sub(_escaped, f"{path}?{query}" if query else path)


def _escaped(character: re.Match[str]) -> str:
    return f"\\x{ord(character[0]):02x}"
