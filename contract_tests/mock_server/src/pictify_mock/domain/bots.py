"""Recognise requests that no viewer made: of crawlers, HTTP libraries and prefetches."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pictify_mock.domain.devices import CACHED, LONGEST

PURPOSES = (b"sec-purpose", b"purpose", b"x-purpose", b"x-moz")

# What crawlerdetect does not know
_LIBRARY = re.compile(
    r"(?:node(?:js)?|deno|bun|java-http-client|hyper|ktor|cpprestsdk|insomnia|bruno-runtime"
    r"|thunder client|k6|playwright)\b|.*\bPowerShell/",
    re.IGNORECASE,
)
# Readers of e-mail, and the proxies that load images for them. To crawlerdetect they are crawlers.
_MAIL = re.compile(r"\bOutlook\b|MacOutlook/|GoogleImageProxy|YahooMailProxy|^Airmail |^Mail/")


def is_bot(user_agent: str) -> bool:
    return _is_bot(user_agent[:LONGEST])


@lru_cache(CACHED)
def _is_bot(user_agent: str) -> bool:
    known = _LIBRARY.match(user_agent) is not None
    return known or bool(_detector().is_crawler(user_agent))


@lru_cache(1)
def _detector() -> Any:
    from crawlerdetect import CrawlerDetect  # takes long, see `assignment.prepare`

    return CrawlerDetect()


def is_mail_client(user_agent: str) -> bool:
    return _is_mail_client(user_agent[:LONGEST])


@lru_cache(CACHED)
def _is_mail_client(user_agent: str) -> bool:
    return _MAIL.search(user_agent) is not None


def is_prefetch(headers: Mapping[bytes, bytes]) -> bool:
    """Return True if a browser loads this before its user asks for it."""
    if headers.keys().isdisjoint(PURPOSES):  # quicker than to look for each
        return False
    purposes = (headers.get(name, b"").lower() for name in PURPOSES)
    return any(b"prefetch" in purpose or b"preview" in purpose for purpose in purposes)
