"""The last events of each experiment, within a bound for all of them."""

from collections import deque
from collections.abc import Iterable, Sequence

from pictify_mock.domain.events import RecordedEvent

RECENT = 1_000  # events of an experiment
ROOM = 64 * 1024 * 1024  # bytes of all events
EVENT = 500  # bytes that an event takes without metadata and referrer


class RecentEvents:
    """When there is no room, experiments lose their oldest events, the one that has had events longest first."""

    def __init__(self) -> None:
        self._events: dict[str, deque[RecordedEvent]] = {}
        self._room = ROOM

    def of(self, uid: str) -> Sequence[RecordedEvent]:
        return self._events.get(uid, ())

    def add(self, uid: str, seen: RecordedEvent) -> None:
        events = self._events.get(uid)
        if events is None:
            events = self._events[uid] = deque()
        events.append(seen)
        if len(events) > RECENT:
            oldest = events.popleft()
            if (
                oldest.details is seen.details
            ):  # most have those of one constant, so that nothing changes
                return
            self._room += _size(oldest)
        self._room -= _size(seen)
        while self._room < 0:
            self._make_room()

    def extend(self, uid: str, events: Iterable[RecordedEvent]) -> None:
        for seen in events:
            self.add(uid, seen)

    def forget(self, uid: str) -> None:
        self._room += sum(map(_size, self._events.pop(uid, ())))

    def _make_room(self) -> None:
        uid, events = next(iter(self._events.items()))
        self._room += _size(events.popleft())
        if not events:
            del self._events[uid]


def _size(seen: RecordedEvent) -> int:
    details = seen.details
    return (
        EVENT + len(details.get("metadata", b"")) + len(details.get("referrer", ""))
        if details
        else EVENT
    )
