"""Pages in the system's Chromium."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from browser.pages import CONTROL_TOKEN, OpenPage

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
OPTIONS = ["--no-sandbox", "--disable-background-networking", "--no-first-run"]
# What Chromium says where the theme focuses its search and the URL names a part of the page.
NO_PROBLEM = "Autofocus processing was blocked"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser of the system. None is downloaded."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on the PATH; install it, for instance: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def problems() -> list[str]:
    """Console messages, errors, and requests outside the page's origin or folder."""
    return []


@pytest.fixture
def open_page(browser: Browser, problems: list[str]) -> Iterator[OpenPage]:
    """A function that opens a URL. It may request what begins with `origin`."""
    contexts = []

    def open_url(url: str, origin: str, width: int = 1100, **options: Any) -> Page:
        def note_message(message: ConsoleMessage) -> None:
            if NO_PROBLEM not in message.text:
                problems.append(message.text)

        def note_request(request: Request) -> None:
            if not request.url.startswith((origin, "data:", "blob:")):
                problems.append(request.url)

        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", note_message)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", note_request)
        page.goto(url)
        return page

    yield open_url
    for context in contexts:
        context.close()


@pytest.fixture
def url_with_token() -> Iterator[str]:
    """The address of a mock that asks for its control token."""
    command = [sys.executable, "-m", "pictify_mock", "--port=0", f"--control-token={CONTROL_TOKEN}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split(" on ")[1].split(" ")[0]
        finally:
            process.terminate()
