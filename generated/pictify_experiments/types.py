"""Base classes and helpers of models, operations and clients."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum, StrEnum
from functools import wraps
from importlib import import_module
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Final,
    Generic,
    Literal,
    Self,
    TypeAlias,
    TypeVar,
    cast,
)

import httpx

from .errors import MissingMemberError
from .wire import format_datetime, read_str, warn_deprecated

T = TypeVar("T")
EnumT = TypeVar("EnumT", bound="OpenEnum")
ModelT = TypeVar("ModelT", bound="Model")
Maker: TypeAlias = "type[Model] | Callable[[Any], Any]"
"""A model, or the function that makes one of a plain dict."""


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


_MEMBERS: dict[type[OpenEnum], dict[Any, Any]] = {}  # Python 3.11 is slow at attributes of enums


def read_enum(kind: type[EnumT], text: Any, name: str) -> EnumT:
    """Return the member of this text."""
    try:
        return _MEMBERS[kind][text]  # type: ignore[no-any-return]
    except (KeyError, TypeError):
        _MEMBERS[kind] = kind._value2member_map_
        return kind(read_str(text, name))


class Model:
    """An object of the API.

    Members that this version does not know are kept in `additional_properties`. To read an
    attribute whose member a server left out is a `MissingMemberError`.
    """

    __slots__ = ()
    __attrs_attrs__: Any

    def __init_subclass__(cls) -> None:
        # the name in errors of the constructor
        if "__init__" in cls.__dict__:
            cls.__init__.__qualname__ = cls.__name__

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
    """Let the constructor take `type_` for `type`, with a warning."""
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


def request_body(
    operation: str, model: type[ModelT], body: ModelT | Unset, fields: Mapping[str, Any]
) -> ModelT:
    """Return the body of a call, which is given as a model or as keywords.

    Raises:
        TypeError: Both are given, or a keyword is wrong or missing.
    """
    if not isinstance(body, Unset):
        if fields:
            raise TypeError(f"{operation}: body and {', '.join(fields)} cannot be given together")
        return body
    try:
        return from_keywords(model, fields)
    except TypeError as error:
        error.args = (f"{operation}: {error}",)
        raise


def body_to_json(operation: str, body: Any, model: type[Model]) -> dict[str, Any]:
    """Return the body of a call as JSON has it.

    Raises:
        TypeError: It is not of this model, it is empty, or a plain dict in it has a wrong key.
        ValueError: A date-time has no time zone.
    """
    if not isinstance(body, model):
        raise TypeError(
            f"{operation}: body has to be a {model.__name__}, not {type(body).__name__}; "
            "or give its members as keywords"
        )
    try:
        found = body.to_dict()
    except (TypeError, ValueError) as error:
        error.args = (f"{operation}: {error}",)
        raise
    if not found:
        raise TypeError(
            f"{operation}: give at least one field; to change attributes sends nothing by itself"
        )
    return found


def from_keywords(model: type[ModelT], members: Mapping[str, Any]) -> ModelT:
    """Return the model with these members.

    Raises:
        TypeError: A key is wrong or missing.
    """
    try:
        return model(**members)
    except TypeError:
        raise TypeError(_wrong_key(model, members)) from None


def _wrong_key(model: type[Model], members: Mapping[Any, Any]) -> str:
    from difflib import get_close_matches

    from attrs import NOTHING

    names = {attribute.alias: attribute for attribute in model.__attrs_attrs__}
    known = names.keys() | {attribute.name for attribute in model.__attrs_attrs__}
    for key in members:
        if key not in known:
            near = get_close_matches(str(key), names, 1)
            return f"unexpected key {key!r}" + (f"; did you mean {near[0]!r}?" if near else "")
    missing = [
        repr(alias)
        for alias, attribute in names.items()
        if attribute.default is NOTHING and not {alias, attribute.name} & members.keys()
    ]
    return f"missing key {', '.join(missing)}"


def to_json(value: Any, name: str = "", model: Maker | None = None) -> Any:
    """Return the value as JSON has it. The name is for errors.

    The model, or the function that makes one, is for plain dicts.
    """
    try:
        return _to_json(value, model)
    except (TypeError, ValueError) as error:
        put_place(error, name)
        raise


def list_to_json(value: Any, name: str, model: Maker | None = None) -> Any:
    """Return the list as JSON has it. The name is for errors, the model for plain dicts in it."""
    if value is None:
        return None
    try:
        if isinstance(value, str | bytes) or not isinstance(value, Sequence):
            raise TypeError(f"has to be a list, not {type(value).__name__}")
        items: Sequence[Any] = value  # pyright: ignore[reportUnknownVariableType]
        return _items_to_json(items, model)
    except (TypeError, ValueError) as error:
        put_place(error, name)
        raise


def _items_to_json(items: Sequence[Any], model: Maker | None) -> list[Any]:
    found: list[Any] = []
    for index, item in enumerate(items):
        try:
            found.append(_to_json(item, model))
        except (TypeError, ValueError) as error:
            put_place(error, f"[{index}]")
            raise
    return found


def _to_json(value: Any, model: Maker | None) -> Any:
    if value is None:
        return None
    if isinstance(value, Model):
        d = value.to_dict()
        if model is not None and type(value) is not model:
            for member in value.READ_ONLY:
                d.pop(member, None)
        return d
    if model is not None:
        if not isinstance(value, Mapping):
            kind = model.__name__ if isinstance(model, type) else "model"
            raise TypeError(f"has to be a {kind} or a dict, not {type(value).__name__}")
        members = cast("Mapping[str, Any]", value)
        if isinstance(model, type):
            make: Callable[..., Model] = from_keywords  # typed, as `type` narrows to Unknown
            return make(model, members).to_dict()
        return _to_json(model(members), None)
    if isinstance(value, str):
        return str(value)  # a member of an enum as its text
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        items: Sequence[Any] = value  # pyright: ignore[reportUnknownVariableType]
        return _items_to_json(items, None)
    if isinstance(value, datetime):
        return format_datetime(value)
    if isinstance(value, date):
        raise ValueError("has to be a datetime with a time zone, not a date")
    return value  # pyright: ignore[reportUnknownVariableType]


def put_place(error: TypeError | ValueError, place: str) -> None:
    """Put the place of a wrong value before the message: `variants[1].schedule: unexpected key`."""
    if not place:
        return
    inner, reason = getattr(error, "place", ("", str(error)))
    path = f"{place}.{inner}" if inner and inner[0] != "[" else place + inner
    joint = " " if reason.startswith(("has ", "is ")) else ": "
    error.args = (path + joint + reason,)
    setattr(error, "place", (path, reason))  # noqa: B010 - exceptions do not declare it


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
