"""Values on their way into a URL, into JSON and out of it."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

PACKAGE = __name__.rpartition(".")[0]


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


def path_segment(value: str, name: str) -> str:
    """Return the text as one segment of a path, which it cannot leave.

    Raises:
        TypeError: It is not a str.
        ValueError: It is empty, `.` or `..`, and would name another resource.
    """
    if not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"{name} has to be a str, not {type(value).__name__}")
    if value in ("", ".", ".."):
        raise ValueError(f"{name} cannot be {value!r}")
    return quote(value, safe="")


def parse_datetime(text: str, name: str) -> datetime:
    """Return the moment that an RFC 3339 text names."""
    try:
        value = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise ValueError(f"{name} is not a date-time: {text!r}") from None
    if value.tzinfo is None:
        raise ValueError(f"{name} is a date-time without a time zone: {text}")
    return value


def format_datetime(value: datetime, name: str) -> str:
    """Return the moment as RFC 3339.

    Raises:
        ValueError: It has no time zone, so it names no moment.
    """
    offset = value.utcoffset()
    if offset is None:
        raise ValueError(
            f"{name} is a date-time without a time zone: {value}; add one, such as tzinfo=UTC"
        )
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
