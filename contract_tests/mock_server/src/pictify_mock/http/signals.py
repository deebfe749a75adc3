"""Handle the signals that end the command, also on systems whose event loops cannot."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # asyncio imports slowly, and until `exit_on_signals` a signal is a traceback
    from asyncio import AbstractEventLoop
    from collections.abc import Callable

NAMES = ("SIGINT", "SIGTERM", "SIGBREAK")  # the last is Ctrl-Break, on Windows only
SIGNALS = tuple(signal.Signals[name] for name in NAMES if name in signal.Signals.__members__)


def exit_on_signals() -> None:
    """Exit with code 0 on a signal, while there is no event loop yet."""
    for number in SIGNALS:
        signal.signal(number, lambda *_: sys.exit(0))


def call_on_signals(loop: AbstractEventLoop, callback: Callable[[], object]) -> None:
    """Call back in the loop on a signal."""

    def wake_up(*_: object) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(callback)

    for number in SIGNALS:
        try:
            loop.add_signal_handler(number, callback)
        except NotImplementedError:  # the event loops of Windows have none
            signal.signal(number, wake_up)
