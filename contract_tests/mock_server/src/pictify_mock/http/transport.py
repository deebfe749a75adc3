"""The writes of one turn of the loop as one."""

import asyncio
from typing import Any

LINGERING = 0.5  # seconds


class JoiningTransport:
    """A transport that sends head and body of an answer together: each system call costs as much as the domain does."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self.is_closing = (
            transport.is_closing
        )  # asked for at each answer; __getattr__ takes its time
        self._loop = asyncio.get_running_loop()
        self._waiting: list[bytes] = []
        self._finished = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if self._finished:
            return
        if not self._waiting:
            self._loop.call_soon(self._send)
        self._waiting.append(data)

    def finish(self, data: bytes) -> None:
        """Send the last bytes, and close once the client has, or soon.

        Closing while the client still sends may cost it the answer, so what it sends is read on.
        """
        if self._finished or self._transport.is_closing():
            return
        self.write(data)
        self._send()
        self._finished = True
        self._transport.resume_reading()
        self._transport.write_eof()
        self._loop.call_later(LINGERING, self._transport.close)

    def close(self) -> None:
        if not self._finished:
            self._send()
            self._transport.close()

    def abort(self) -> None:
        self._waiting.clear()
        self._transport.abort()

    def _send(self) -> None:
        waiting, self._waiting = self._waiting, []
        if waiting and not self._transport.is_closing():
            self._transport.write(b"".join(waiting))
