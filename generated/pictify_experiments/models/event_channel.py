from enum import StrEnum


class EventChannel(StrEnum):
    AD = "ad"
    EMAIL = "email"
    IN_APP = "in-app"
    OTHER = "other"
    SOCIAL = "social"
    WEB = "web"

    def __str__(self) -> str:
        return str(self.value)
