"""Whether a User-Agent is that of a crawler, a preview, or an HTTP library."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pictify_mock.domain.devices import LONGEST, REMEMBERED

if TYPE_CHECKING:
    from crawlerdetect import CrawlerDetect


def is_bot(user_agent: str) -> bool:
    return _is_bot(user_agent[:LONGEST])


@lru_cache(REMEMBERED)
def _is_bot(user_agent: str) -> bool:
    return bool(_detector().is_crawler(user_agent))


@lru_cache(1)
def _detector() -> CrawlerDetect:
    from crawlerdetect import CrawlerDetect

    return CrawlerDetect()
