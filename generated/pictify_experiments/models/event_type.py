from enum import StrEnum


class EventType(StrEnum):
    CLICK = "click"
    CONVERSION = "conversion"
    IMPRESSION = "impression"
    VIEW = "view"

    def __str__(self) -> str:
        return str(self.value)
