"""What models, operations and clients share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum, StrEnum
from functools import wraps
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, Literal, Self, TypeVar, cast

import httpx

from .errors import MissingMemberError
from .wire import format_datetime, read_str, warn_deprecated

T = TypeVar("T")
ModelT = TypeVar("ModelT", bound="Model")


class Unset(Enum):
    """The type of `UNSET`, a member that is not there. `None` is a member that is null."""

    UNSET = "UNSET"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset.UNSET
ABSENT: Any = UNSET  # for checks in generated code, which narrow no types
NULL: Any = None


class OpenEnum(StrEnum):
    """Texts of which more may come: one that this version does not know keeps its text."""

    @classmethod
    def of(cls, text: str, name: str = "") -> Self:
        """Return the member of this text; the name is for the error."""
        try:
            return cls._value2member_map_[text]  # type: ignore[return-value]
        except (KeyError, TypeError):
            return cls(read_str(text, name or cls.__name__))

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = member._value_ = str(value)
        return member

    @property
    def is_known(self) -> bool:
        """True if this version of the client knows the text."""
        return self._value_ in type(self)._value2member_map_

    def __reduce_ex__(self, proto: object) -> tuple[type[Self], tuple[str]]:  # noqa: ARG002
        # before Python 3.11.4 a copy goes by the name, and an unknown text has none
        return type(self), (self._value_,)

    def __repr__(self) -> str:
        kind = type(self).__name__
        return f"{kind}.{self._name_}" if self.is_known else f"{kind}({self._value_!r})"


class Model:
    """An object of the API.

    Members that this version does not know are kept in `additional_properties`. To read an
    attribute whose member a server left out is a `MissingMemberError`.
    """

    __slots__ = ()
    __attrs_attrs__: Any
    READ_ONLY: ClassVar[tuple[str, ...]] = ()
    """Members that are not sent in place of an input, by their names in JSON."""
    additional_properties: dict[str, Any]

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read the JSON object.

        Raises:
            ValueError: It is not what the API describes.
        """
        raise NotImplementedError

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object, without what is unset.

        Raises:
            ValueError: A date-time has no time zone.
            TypeError: A plain dict in it has a wrong key.
        """
        raise NotImplementedError

    if not TYPE_CHECKING:  # a type checker would take any name for an attribute

        def __getattr__(self, name: str) -> Any:
            kind = type(self).__name__
            if any(name == attribute.name for attribute in self.__attrs_attrs__):
                raise MissingMemberError(f"{kind} came without {name}")
            raise AttributeError(f"{kind!r} object has no attribute {name!r}")

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        names = [attribute.name for attribute in self.__attrs_attrs__]
        return all(getattr(self, name, UNSET) == getattr(other, name, UNSET) for name in names)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """Return what is set, as it would be written in code; keys are left out."""
        shown = [
            f"{attribute.alias}={value!r}"
            for attribute in self.__attrs_attrs__
            if attribute.repr and (value := getattr(self, attribute.name, UNSET)) is not UNSET
        ]
        if self.additional_properties:
            shown.append(f"additional_properties={self.additional_properties!r}")
        return f"{type(self).__name__}({', '.join(shown)})"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        return import_module("pydantic_core.core_schema").is_instance_schema(cls)


def accept_attribute_names(model: type[ModelT]) -> type[ModelT]:
    """Let the constructor take `type_` for `type`, with a warning, as it once did."""
    init = model.__init__
    renamed = {
        attribute.name: attribute.alias
        for attribute in model.__attrs_attrs__
        if attribute.name == f"{attribute.alias}_"
    }

    @wraps(init)
    def accept(self: ModelT, *arguments: Any, **named: Any) -> None:
        for name in renamed.keys() & named.keys():
            warn_deprecated(
                f"{model.__name__}({name}=...) is deprecated: write {renamed[name]}=..."
            )
            named[renamed[name]] = named.pop(name)
        init(self, *arguments, **named)

    model.__init__ = accept  # type: ignore[assignment]
    return model


def request_body(model: type[ModelT], body: ModelT | Unset, fields: Mapping[str, Any]) -> ModelT:
    """Return the body of a call, which is given as a model or as keywords.

    Raises:
        TypeError: Both are given, or a keyword is wrong or missing.
    """
    if isinstance(body, Unset):
        return model(**fields)
    if fields:
        raise TypeError(f"body and {', '.join(fields)} cannot be given together")
    return body


def to_json(value: Any, name: str = "", model: Callable[..., Any] | None = None) -> Any:
    """Return the value as JSON has it.

    The name is for errors. The model is that of plain dicts.
    """
    if value is None:
        return None
    if isinstance(value, str):
        return str(value)  # a member of an enum as its text
    if isinstance(value, Model):
        d = value.to_dict()
        if model is not None and type(value) is not model:
            for member in value.READ_ONLY:
                d.pop(member, None)
        return d
    if isinstance(value, Mapping) and model is not None:
        return to_json(_modelled(cast("Mapping[str, Any]", value), name, model))
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        items: Sequence[Any] = value  # pyright: ignore[reportUnknownVariableType]
        return [to_json(item, f"{name}[{index}]", model) for index, item in enumerate(items)]
    if isinstance(value, datetime):
        return format_datetime(value, name)
    if isinstance(value, date):
        raise ValueError(f"{name} has to be a datetime with a time zone, not a date")
    return value  # pyright: ignore[reportUnknownVariableType]


def _modelled(value: Mapping[str, Any], name: str, model: Callable[..., Any]) -> Any:
    try:
        return model(**value)
    except TypeError as error:
        raise TypeError(f"{name}: {error}") from error


class Response(Generic[T]):
    """A response: its parsed body, its status and its headers."""

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
        """The id to quote in a question to the operator."""
        found: str | None = self.http_response.headers.get("X-Request-Id")
        return found

    def __repr__(self) -> str:
        return f"<Response {self.status_code} {self.request_id or ''}>".replace(" >", ">")
