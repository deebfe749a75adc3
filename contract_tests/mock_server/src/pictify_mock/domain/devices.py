"""What a User-Agent tells of a device: its type and its operating system.

The first look loads the table of ua-parser, see `viewers.prepare`.
"""

from functools import lru_cache
from typing import NamedTuple

LONGEST = 512  # characters; the time that crawlerdetect takes grows with the square
REMEMBERED = 4096

NAMES = {"Mac OS X": "macOS", "Chrome OS": "ChromeOS"}
DESKTOPS = ("Windows", "macOS", "Linux", "ChromeOS")


class Device(NamedTuple):
    """Both are None if the User-Agent does not tell."""

    type: str | None
    os: str | None


def device(user_agent: str) -> Device:
    return _device(user_agent[:LONGEST])


@lru_cache(REMEMBERED)
def _device(user_agent: str) -> Device:
    from ua_parser import parse_os

    parsed = parse_os(user_agent)
    os = None if parsed is None else NAMES.get(parsed.family, parsed.family)
    if "X11" in user_agent and "Linux" in user_agent:  # the parser names the distribution
        os = "Linux"
    return Device(_type(user_agent, os), os)


def _type(user_agent: str, os: str | None) -> str | None:
    """The parser knows no types. Android says Mobile on phones only; an iPad that asks for desktop pages is a Mac."""
    if os in DESKTOPS:
        return "desktop"
    if (
        "iPad" in user_agent
        or "Tablet" in user_agent
        or (os == "Android" and "Mobile" not in user_agent)
    ):
        return "tablet"
    return "mobile" if os == "iOS" or "Mobile" in user_agent else None
