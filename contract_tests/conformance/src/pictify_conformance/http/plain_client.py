"""HTTP clients that send what they are told and nothing else: no cookie, and no second request after a redirect."""

from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpx
import requests


class PlainClient(httpx.Client):
    """An httpx client without memory."""

    def __init__(self, **options: Any) -> None:
        super().__init__(cookies=CookieJar(_no_cookies()), trust_env=False, **options)

    def _build_redirect_request(
        self, request: httpx.Request, response: httpx.Response
    ) -> httpx.Request:
        """Return the request itself: httpx would raise on a Location that is not a valid URL."""
        del response
        return request


class PlainSession(requests.Session):
    """A requests session without memory."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        self.cookies.set_policy(_no_cookies())

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Lead nowhere. requests reads a Location in any case, and raises where it is no URL."""


def _no_cookies() -> DefaultCookiePolicy:
    return DefaultCookiePolicy(allowed_domains=())
