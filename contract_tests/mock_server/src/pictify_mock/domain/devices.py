"""Recognise a device's type and operating system by its User-Agent."""

from functools import lru_cache
from typing import NamedTuple

LONGEST = 512  # characters; crawlerdetect's time grows with the square of the length
CACHED = 4096

NAMES = {"Mac OS X": "macOS", "Chrome OS": "ChromeOS"}
DESKTOPS = ("Windows", "macOS", "Linux", "ChromeOS")


class Device(NamedTuple):
    type: str | None  # of both, None is unknown
    os: str | None


def device(user_agent: str) -> Device:
    return _device(user_agent[:LONGEST])


@lru_cache(CACHED)
def _device(user_agent: str) -> Device:
    from ua_parser import parse_os  # takes long, see `assignment.prepare`

    parsed = parse_os(user_agent)
    os = None if parsed is None else NAMES.get(parsed.family, parsed.family)
    if "X11" in user_agent and "Linux" in user_agent:
        os = "Linux"  # ua-parser names the distribution
    return Device(_type(user_agent, os), os)


def _type(user_agent: str, os: str | None) -> str | None:
    if os in DESKTOPS:
        return "desktop"  # so is an iPad that asks for desktop pages: it sends a Mac's User-Agent
    android_tablet = os == "Android" and "Mobile" not in user_agent
    if "iPad" in user_agent or "Tablet" in user_agent or android_tablet:
        return "tablet"
    return "mobile" if os == "iOS" or "Mobile" in user_agent else None
