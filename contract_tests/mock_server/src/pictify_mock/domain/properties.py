"""Read the properties of a visit that a condition can name.

A property has readings, and a condition holds if any of them does. A property that is unknown, or
missing in the visit, has none.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC
from operator import itemgetter
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from pictify_mock.domain.conditions import URL_PARAM
from pictify_mock.domain.continents import CONTINENTS
from pictify_mock.domain.devices import device
from pictify_mock.domain.visit import Visit

Readings: TypeAlias = tuple[str | int, ...]

CUSTOM = "custom."
COUNTRY_HEADERS = (b"cloudfront-viewer-country", b"cf-ipcountry")
UNKNOWN_COUNTRY = "XX"

_COUNTRY = re.compile(r"[A-Z]{2}")
_LANGUAGE = re.compile(
    r"\s*([a-z]{1,8}(?:-[a-z0-9]{1,8})*)\s*(?:;\s*q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\s*)?",
    re.IGNORECASE,
)


def readings(rule: Mapping[str, Any], visit: Visit) -> Readings:
    name = rule["property"]
    if name == URL_PARAM:
        return _some(visit.query.get(rule.get("paramName", "")))
    if name.startswith(CUSTOM):
        return _some(visit.query.get(name.removeprefix(CUSTOM)))
    reader = READERS.get(name)
    return () if reader is None else reader(visit)


def _device_type(visit: Visit) -> Readings:
    return _some(device(visit.user_agent).type)


def _device_os(visit: Visit) -> Readings:
    return _some(device(visit.user_agent).os)


def _country(visit: Visit) -> Readings:
    for header in COUNTRY_HEADERS:
        code = visit.header(header).upper()
        if code != UNKNOWN_COUNTRY and _COUNTRY.fullmatch(code):
            return (code,)
    return ()


def _continent(visit: Visit) -> Readings:
    return tuple(CONTINENTS[code] for code in _country(visit) if code in CONTINENTS)


def _hour(visit: Visit) -> Readings:
    return (visit.now.astimezone(UTC).hour,)


def _day_of_week(visit: Visit) -> Readings:
    return (visit.now.astimezone(UTC).isoweekday() % 7,)


def _language(visit: Visit) -> Readings:
    """Read the preferred language, the first of equals. `en-US` reads as `en`, too."""
    header = visit.header(b"accept-language")
    offers = filter(None, map(_LANGUAGE.fullmatch, header.split(",")))
    weighted = ((float(offer[2] or 1), offer[1]) for offer in offers)
    best, tag = max(weighted, key=itemgetter(0), default=(0.0, ""))
    return tuple(dict.fromkeys((tag, tag.partition("-")[0]))) if best else ()


def _referrer(visit: Visit) -> Readings:
    try:
        return _some(urlsplit(visit.header(b"referer")).hostname)
    except ValueError:
        return ()


def _some(reading: str | None) -> Readings:
    return () if reading is None else (reading,)


READERS: dict[str, Callable[[Visit], Readings]] = {
    "device": _device_type,
    "device.type": _device_type,
    "device.os": _device_os,
    "country": _country,
    "geo.country": _country,
    "geo.continent": _continent,
    "time.hour": _hour,
    "time.dayOfWeek": _day_of_week,
    "browser.language": _language,
    "referrer.domain": _referrer,
}
