"""A transport that joins the writes of one turn of the event loop."""

import asyncio
from typing import Any

CLOSE_SECONDS = 0.5


class BatchingTransport:
    """Sends head and body of a response together: system calls are much of its cost."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        # Needed for each response, and __getattr__ is slow
        self.is_closing = transport.is_closing
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
        """Send the last bytes, and close the connection after the client does, or after a while.

        Until then keep reading: closing while the client still sends may cost it the response.
        """
        if self._finished or self._transport.is_closing():
            return
        self.write(data)
        self._send()
        self._finished = True
        self._transport.resume_reading()
        self._transport.write_eof()
        self._loop.call_later(CLOSE_SECONDS, self._transport.close)

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
