"""Values on their way into a URL, into JSON and out of it."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Any
from urllib.parse import quote

PACKAGE = __name__.rpartition(".")[0]
NUMBERS = (int, float)  # `int | float` would be made again by each call


class MalformedError(ValueError):
    """A JSON object that is not what the API describes."""


def malformed(model: type, src_dict: object, error: Exception) -> MalformedError:
    """Return the error of the innermost object that could not be read."""
    if isinstance(error, MalformedError):
        return error
    if not isinstance(src_dict, Mapping):
        return MalformedError(
            f"{model.__name__} has to be an object, not {type(src_dict).__name__}"
        )
    if isinstance(error, KeyError):
        return MalformedError(f"{model.__name__} has no member {error}")
    return MalformedError(f"{model.__name__}: {error}")


def path_segment(value: Any, name: str) -> str:
    """Return the text, or the attribute of this name, as one segment of a path.

    Raises:
        TypeError: It is not a str, and has no such attribute.
        ValueError: It is empty, `.` or `..`, and would name another resource.
    """
    if not isinstance(value, str):
        value = getattr(value, name, value)
    if not isinstance(value, str):
        raise TypeError(f"{name} has to be a str, not {type(value).__name__}")
    if value in ("", ".", ".."):
        raise ValueError(f"{name} cannot be {value!r}")
    return quote(value, safe="")


def read_str(value: Any, name: str) -> str:
    """Return a text as it is."""
    if isinstance(value, str):
        return value
    raise wrong(name, "a str", value)


def read_bool(value: Any, name: str) -> bool:
    """Return a bool as it is."""
    if isinstance(value, bool):
        return value
    raise wrong(name, "a bool", value)


def read_int(value: Any, name: str) -> int:
    """Return a whole number, which JSON may write as 5.0."""
    if isinstance(value, NUMBERS) and not isinstance(value, bool) and value % 1 == 0:
        return int(value)
    raise wrong(name, "an int", value)


def read_float(value: Any, name: str) -> float:
    """Return a number as it is."""
    if isinstance(value, NUMBERS) and not isinstance(value, bool) and isfinite(value):
        return value
    raise wrong(name, "a number", value)


def read_dict(value: Any, name: str) -> dict[str, Any]:
    """Return an object as it is."""
    if isinstance(value, dict):
        return value  # pyright: ignore[reportUnknownVariableType]
    raise wrong(name, "a dict", value)


def read_list(value: Any, name: str) -> list[Any]:
    """Return a list as it is."""
    if isinstance(value, list):
        return value  # pyright: ignore[reportUnknownVariableType]
    raise wrong(name, "a list", value)


def wrong(name: str, kind: str, value: Any) -> ValueError:
    """Return the error of a value of another type."""
    return ValueError(f"{name} has to be {kind}, not {value!r:.60}")


_fromisoformat = datetime.fromisoformat


def parse_datetime(text: str, name: str) -> datetime:
    """Return the moment that an RFC 3339 text names."""
    try:
        value = _fromisoformat(text)
    except (TypeError, ValueError):
        raise ValueError(f"{name} is not a date-time: {text!r}") from None
    if value.tzinfo is None:
        raise ValueError(f"{name} is a date-time without a time zone: {text}")
    return value


def format_datetime(value: datetime) -> str:
    """Return the moment as RFC 3339.

    Raises:
        ValueError: It has no time zone, so it names no moment.
    """
    offset = value.utcoffset()
    if offset is None:
        reason = "is a date-time without a time zone"
        raise ValueError(f"{reason}: {value}; add one, such as tzinfo=UTC")
    if offset % timedelta(minutes=1):  # RFC 3339 has no seconds in an offset
        value = value.astimezone(UTC)
    text = value.isoformat()
    return f"{text.removesuffix('+00:00')}Z" if text.endswith("+00:00") else text


def warn_deprecated(message: str) -> None:
    """Warn of a deprecated operation, at the line outside this package that calls it."""
    level, frame = 1, sys._getframe()  # pyright: ignore[reportPrivateUsage]
    while frame.f_back and frame.f_globals.get("__name__", "").startswith(PACKAGE):
        level, frame = level + 1, frame.f_back
    warnings.warn(message, DeprecationWarning, stacklevel=level)
