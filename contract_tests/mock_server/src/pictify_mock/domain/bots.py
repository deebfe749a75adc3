"""Recognise crawlers, link previews and HTTP libraries by their User-Agent."""

from functools import lru_cache
from typing import Any

from pictify_mock.domain.devices import CACHED, LONGEST


def is_bot(user_agent: str) -> bool:
    return _is_bot(user_agent[:LONGEST])


@lru_cache(CACHED)
def _is_bot(user_agent: str) -> bool:
    return bool(_detector().is_crawler(user_agent))


@lru_cache(1)
def _detector() -> Any:
    from crawlerdetect import CrawlerDetect  # takes long, see `assignment.prepare`

    return CrawlerDetect()
