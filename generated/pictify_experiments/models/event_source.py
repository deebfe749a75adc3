from enum import StrEnum


class EventSource(StrEnum):
    API = "api"
    SDK = "sdk"

    def __str__(self) -> str:
        return str(self.value)
