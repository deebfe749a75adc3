"""A server, and a page of it in the system's Chromium."""

import shutil
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from pictify_mock import MockServer

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
OPTIONS = ["--no-sandbox", "--disable-background-networking", "--no-first-run"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser of the system; none is downloaded."""
    if CHROMIUM is None:
        pytest.skip(
            "there is no Chromium on the PATH; install it, for instance with: apt-get install chromium"
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def server() -> Iterator[MockServer]:
    """A mock of its own."""
    with MockServer() as server:
        yield server


@pytest.fixture
def http(server: MockServer) -> Iterator[httpx.Client]:
    """A client with the team's key."""
    headers = {
        "Authorization": f"Bearer {server.api_key}",
        "User-Agent": "Mozilla/5.0 (X11; Linux x86_64)",
    }
    with httpx.Client(base_url=server.url, headers=headers) as client:
        yield client


@pytest.fixture
def complaints() -> list[str]:
    """What the browser said against the page, and where it went beyond the server."""
    return []


@pytest.fixture
def page(browser: Browser, server: MockServer, complaints: list[str]) -> Iterator[Page]:
    """The page of the mock."""
    page = browser.new_page(viewport={"width": 1100, "height": 900})
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request",
        lambda sent: (
            None if sent.url.startswith((server.url, "data:")) else complaints.append(sent.url)
        ),
    )
    page.goto(f"{server.url}/_mock/")
    yield page
    page.close()
