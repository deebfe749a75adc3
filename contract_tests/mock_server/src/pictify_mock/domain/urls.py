"""Validate the URLs that a viewer may be sent to."""

import re
from ipaddress import IPv6Address
from urllib.parse import quote, urlsplit

from pictify_mock.domain.errors import FieldError

_PART = r"(?:[A-Za-z0-9\-._~:/?@!$&'()*+,;=\[\]]|%[0-9A-Fa-f]{2})*"
URI = re.compile(rf"[A-Za-z][A-Za-z0-9+.\-]*:{_PART}(?:#{_PART})?")
_BEGINNING = re.compile(rf"{_PART}(?:#{_PART})?")  # up to a character that no URI may have there
_HOST = re.compile(r"[^.]{1,63}(?:\.[^.]{1,63})*\.?")
WEB = re.compile(
    r"(?i:https?)://(?:[^/?#@]*@)?(?:\[[0-9A-Fa-f:.]+\]|[^/?#@:\[\]]+)(?::[0-9]{0,5})?(?:[/?#].*)?"
)


def uri_faults(pointer: str, url: str) -> list[FieldError]:
    if URI.fullmatch(url):
        return []
    message = "is not an absolute URI; start with a scheme such as https:"
    beginning = _BEGINNING.match(url)
    place = beginning.end() if beginning else 0
    if place < len(url):
        message = f"may not have {url[place]!r} as character {place + 1}"
        message += f"; write it as {quote(url[place], safe='')}"
    return [FieldError(pointer, message, "invalid_format")]


def destination_faults(pointer: str, url: str) -> list[FieldError]:
    # A click is answered with this very text in `Location`.
    faults = uri_faults(pointer, url)
    if not faults and not WEB.fullmatch(url):
        message = "is not a web address; only http:// and https:// with a host are followed"
        faults.append(FieldError(pointer, message, "invalid_value"))
    elif not faults and (problem := _address_problem(url)) is not None:
        faults.append(FieldError(pointer, problem, "invalid_value"))
    return faults


def _address_problem(url: str) -> str | None:
    """Return what is wrong with the host or the port, or None."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if ":" in host:
            IPv6Address(host)
        elif host and not _HOST.fullmatch(host):
            return f"has the host {host}; between its dots may be 1 to 63 characters"
    except ValueError:
        return "has no IPv6 address in its brackets; correct it"
    try:
        _ = parts.port
    except ValueError:
        return "has a port beyond 65535; send 0 to 65535, or none"
    return None
