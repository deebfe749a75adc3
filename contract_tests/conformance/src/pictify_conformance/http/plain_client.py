"""HTTP clients without cookies and without redirects."""

from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpx
import requests


class PlainClient(httpx.Client):
    """An httpx client that keeps no cookies and follows no redirect."""

    def __init__(self, **options: Any) -> None:
        super().__init__(cookies=CookieJar(_no_cookies()), trust_env=False, **options)

    def _build_redirect_request(
        self, request: httpx.Request, response: httpx.Response
    ) -> httpx.Request:
        # httpx builds it even where it follows no redirect, and raises if Location is not a URL.
        del response
        return request


class PlainSession(requests.Session):
    """A requests session that keeps no cookies and follows no redirect."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        self.cookies.set_policy(_no_cookies())

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return None. requests would raise if Location is not a valid URL."""


def _no_cookies() -> DefaultCookiePolicy:
    return DefaultCookiePolicy(allowed_domains=())
