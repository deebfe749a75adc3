"""A clock that can be stopped, set and moved on."""

from datetime import UTC, datetime, timedelta

from pictify_mock.domain.clock import Clock


class DrivenClock:
    """Runs along with the clock behind it, at a distance that is nothing at first."""

    def __init__(self, behind: Clock) -> None:
        self._behind = behind
        self._ahead = timedelta(0)
        self._stopped: datetime | None = None

    def __call__(self) -> datetime:
        return self._stopped or self._behind() + self._ahead

    @property
    def frozen(self) -> bool:
        return self._stopped is not None

    @property
    def driven(self) -> bool:
        return self.frozen or self._ahead != timedelta(0)

    def set(self, moment: datetime) -> None:
        """Go on from this moment, or stand still at it."""
        moment = moment.astimezone(UTC)
        if self.frozen:
            self._stopped = moment
        else:
            self._ahead = moment - self._behind()

    def freeze(self, stopped: bool) -> None:
        now = self()
        self._stopped = now if stopped else None
        self.set(now)

    def release(self) -> None:
        """Follow the clock behind again."""
        self._ahead, self._stopped = timedelta(0), None
