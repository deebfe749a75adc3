"""A clock that can be set, advanced and frozen."""

from datetime import UTC, datetime, timedelta

from pictify_mock.domain.clock import Clock


class AdjustableClock:
    """The time of another clock plus an offset, initially zero."""

    def __init__(self, source: Clock) -> None:
        self._source = source
        self._offset = timedelta(0)
        self._frozen_at: datetime | None = None

    def __call__(self) -> datetime:
        return self._frozen_at or self._source() + self._offset

    @property
    def frozen(self) -> bool:
        return self._frozen_at is not None

    @property
    def adjusted(self) -> bool:
        return self.frozen or self._offset != timedelta(0)

    def set(self, moment: datetime) -> None:
        """Go on from this moment. A frozen clock stays frozen at it."""
        moment = moment.astimezone(UTC)
        if self.frozen:
            self._frozen_at = moment
        else:
            self._offset = moment - self._source()

    def freeze(self, frozen: bool) -> None:
        now = self()
        self._frozen_at = now if frozen else None
        self.set(now)

    def release(self) -> None:
        """Follow the source again."""
        self._offset, self._frozen_at = timedelta(0), None

    def json(self) -> dict[str, object]:
        return {"frozen": self.frozen, "driven": self.adjusted}
