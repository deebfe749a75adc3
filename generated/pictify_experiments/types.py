"""What models, operations and clients share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum, StrEnum
from typing import Any, Final, Generic, Literal, Self, TypeVar, cast

import httpx

from .wire import format_datetime

T = TypeVar("T")


class Unset(Enum):
    """The type of `UNSET`, which stands for a member that is not there. `None` is a member that is null."""

    UNSET = "UNSET"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset.UNSET


def is_given(value: Any) -> bool:
    """Whether it is there and not null."""
    return value is not UNSET and value is not None


class OpenEnum(StrEnum):
    """Texts of which more may come: one that this version does not know keeps its text."""

    @classmethod
    def of(cls, text: str) -> Self:
        """The member of this text."""
        try:
            return cls._value2member_map_[text]  # type: ignore[return-value]
        except KeyError:
            return cls(text)

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = member._value_ = str(value)
        return member

    @property
    def is_known(self) -> bool:
        """Whether this version of the client knows the text."""
        return self._value_ in type(self)._value2member_map_

    def __reduce_ex__(self, proto: object) -> tuple[type[Self], tuple[str]]:  # noqa: ARG002
        # before Python 3.11.4 a copy goes by the name, and an unknown text has none
        return type(self), (self._value_,)

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}.{self._name_}"
            if self.is_known
            else f"{type(self).__name__}({self._value_!r})"
        )


class Model:
    """An object of the API. Members that this version does not know are kept in `additional_properties`."""

    __slots__ = ()
    __attrs_attrs__: Any
    additional_properties: dict[str, Any]

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read the JSON object.

        Raises:
            ValueError: It is not what the API describes.
        """
        raise NotImplementedError

    def to_dict(self) -> dict[str, Any]:
        """The JSON object, without what is unset.

        Raises:
            ValueError: A date-time has no time zone.
        """
        raise NotImplementedError

    def __repr__(self) -> str:
        """What is set, as it would be written in code; keys are left out."""
        shown = [
            f"{attribute.name}={value!r}"
            for attribute in self.__attrs_attrs__
            if attribute.repr and (value := getattr(self, attribute.name)) is not UNSET
        ]
        more = (
            [f"additional_properties={self.additional_properties!r}"]
            if self.additional_properties
            else []
        )
        return f"{type(self).__name__}({', '.join(shown + more)})"


def to_json(value: Any, name: str = "") -> Any:
    """The value as JSON has it; the name is for the error about a date-time without a time zone."""
    if value is None:
        return None
    if isinstance(value, str):
        return str(value)  # a member of an enum as its text
    if isinstance(value, Model):
        return value.to_dict()
    if isinstance(value, (list, tuple)):
        return [to_json(item, name) for item in cast("list[Any]", value)]
    if isinstance(value, datetime):
        return format_datetime(value, name)
    if isinstance(value, date):
        raise ValueError(f"{name} has to be a datetime with a time zone, not a date")
    return value


class Response(Generic[T]):
    """An answer: what it says, and how it came."""

    __slots__ = ("http_response", "parsed")

    def __init__(self, parsed: T, http_response: httpx.Response) -> None:
        self.parsed = parsed
        self.http_response = http_response

    @property
    def status_code(self) -> int:
        """The HTTP status."""
        return self.http_response.status_code

    @property
    def headers(self) -> httpx.Headers:
        """The headers; their names ignore case."""
        return self.http_response.headers

    @property
    def content(self) -> bytes:
        """The body as it came."""
        return self.http_response.content

    @property
    def request_id(self) -> str | None:
        """What to quote in a question to the operator."""
        found: str | None = self.http_response.headers.get("X-Request-Id")
        return found

    def __repr__(self) -> str:
        return f"<Response {self.status_code} {self.request_id or ''}>".replace(" >", ">")
