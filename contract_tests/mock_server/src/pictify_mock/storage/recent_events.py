"""The last events of each experiment, bounded for one and for all of them."""

from collections import deque
from collections.abc import Sequence

from pictify_mock.domain.events import RecordedEvent

RECENT = 1_000  # events of an experiment
ROOM = 64 * 1024 * 1024  # bytes of all events
EVENT = 500  # bytes that an event takes without metadata and referrer


class RecentEvents:
    """Keeps events in memory. Without room, the experiment with events longest loses its oldest."""

    def __init__(self) -> None:
        self._events: dict[str, deque[RecordedEvent]] = {}
        self._room = ROOM

    def of(self, uid: str) -> Sequence[RecordedEvent]:
        return self._events.get(uid, ())

    def add(self, uid: str, event: RecordedEvent) -> None:
        events = self._events.get(uid)
        if events is None:
            events = self._events[uid] = deque()
        events.append(event)
        if len(events) > RECENT:
            oldest = events.popleft()
            if oldest.details is event.details:
                return  # most share the details of one constant, and so have the same size
            self._room += _size(oldest)
        self._room -= _size(event)
        while self._room < 0:
            self._make_room()

    def forget(self, uid: str) -> None:
        self._room += sum(map(_size, self._events.pop(uid, ())))

    def _make_room(self) -> None:
        uid, events = next(iter(self._events.items()))
        self._room += _size(events.popleft())
        if not events:
            del self._events[uid]


def _size(event: RecordedEvent) -> int:
    details = event.details
    if not details:
        return EVENT
    return EVENT + len(details.get("metadata", b"")) + len(details.get("referrer", ""))
