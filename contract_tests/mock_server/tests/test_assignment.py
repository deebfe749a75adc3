"""The device and the crawlers that a User-Agent names, and the variant that a visit is given."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from math import sqrt
from threading import Event, current_thread, main_thread
from typing import TYPE_CHECKING

import pytest

from pictify_mock.domain.assignment import Assignment, assign, bucket, by_weight
from pictify_mock.domain.bots import is_bot
from pictify_mock.domain.continents import CONTINENTS
from pictify_mock.domain.devices import LONGEST, Device, device
from pictify_mock.domain.enums import Status
from pictify_mock.domain.experiment import Variant
from pictify_mock.domain.visit import Visit, viewer_key

from .conftest import CLICK_THROUGH, create_in_status
from .factories import NOW, make_experiment

if TYPE_CHECKING:
    import httpx

MOZILLA = "Mozilla/5.0"
GECKO = "AppleWebKit/537.36 (KHTML, like Gecko)"
CHROME = f"{GECKO} Chrome/131.0.0.0"
SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5"
FIREFOX = "Gecko/133.0 Firefox/133.0"
IPHONE = f"(iPhone; CPU iPhone OS 17_5 like Mac OS X) {SAFARI}"
LUMIA = "(Windows Phone 10.0; Android 6.0.1; Microsoft; Lumia 950)"
TRIDENT = "(Windows NT 6.1; Trident/7.0; Tablet PC 2.0; rv:11.0) like Gecko"

BROWSERS = [
    (f"(Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36", "desktop", "Windows"),
    (f"(Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36 Edg/131.0", "desktop", "Windows"),
    (TRIDENT, "desktop", "Windows"),
    (f"(Macintosh; Intel Mac OS X 14_5) {SAFARI} Safari/605.1.15", "desktop", "macOS"),
    (f"(X11; CrOS x86_64 14541.0.0) {CHROME} Safari/537.36", "desktop", "ChromeOS"),
    (f"(X11; Linux x86_64) {CHROME} Safari/537.36", "desktop", "Linux"),
    (f"(X11; Ubuntu; Linux x86_64; rv:133.0) {FIREFOX}", "desktop", "Linux"),
    (f"(X11; Fedora; Linux x86_64; rv:133.0) {FIREFOX}", "desktop", "Linux"),
    (f"{IPHONE} Mobile/15E148 Safari/604.1", "mobile", "iOS"),
    (f"{IPHONE} Safari/604.1", "mobile", "iOS"),
    (f"(iPad; CPU OS 16_6 like Mac OS X) {SAFARI} Mobile/15E148 Safari/604.1", "tablet", "iOS"),
    (f"(Linux; Android 14; Pixel 8) {CHROME} Mobile Safari/537.36", "mobile", "Android"),
    (f"(Linux; Android 14; SM-X700) {CHROME} Safari/537.36", "tablet", "Android"),
    (f"(Android 14; Mobile; rv:133.0) {FIREFOX}", "mobile", "Android"),
    (f"(Android 14; Tablet; rv:133.0) {FIREFOX}", "tablet", "Android"),
    ("(Tablet; rv:26.0) Gecko/26.0 Firefox/26.0", "tablet", "Firefox OS"),
    (f"{LUMIA} {GECKO} Mobile Safari/537.36", "mobile", "Windows Phone"),
]
CRAWLERS = [
    f"{MOZILLA} (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    f"{MOZILLA} {GECKO}; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
    f"{MOZILLA} (X11; Linux x86_64) {GECKO} HeadlessChrome/131.0.0.0 Safari/537.36",
    "Twitterbot/1.0",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "curl/8.5.0",
    "python-httpx/0.28.1",
    "python-requests/2.32.3",
    "Go-http-client/2.0",
    *["node", "Deno/2.1.4", "Bun/1.1.0", "Java-http-client/21.0.2", "hyper/0.14", "ktor-client"],
    *["insomnia/8.6.1", f"{MOZILLA} (Windows NT; Windows NT 10.0; en-US) PowerShell/7.4.1"],
]
MAIL_CLIENTS = [
    f"{MOZILLA} (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html",
    "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; Trident/7.0; Microsoft Outlook 16.0.1)",
    "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.10827; Pro)",
    "Outlook-iOS/709.2226530.prod.iphone (3.24.1)",
    "MacOutlook/16.63.22070801 (Intelx64 Mac OS X Version 12.4 (Build 21F79))",
]


@pytest.mark.parametrize(("user_agent", "type_", "os"), BROWSERS)
def test_a_browser_names_its_device_and_is_not_a_crawler(
    user_agent: str, type_: str, os: str
) -> None:
    assert device(f"{MOZILLA} {user_agent}") == Device(type_, os)
    assert not is_bot(f"{MOZILLA} {user_agent}")


@pytest.mark.parametrize("user_agent", ["", MOZILLA, "anything at all", "\x00\xff", "(" * 500])
def test_an_unknown_user_agent_has_no_device_and_is_not_a_crawler(user_agent: str) -> None:
    assert device(user_agent) == Device(None, None)
    assert not is_bot(user_agent)


@pytest.mark.parametrize("user_agent", CRAWLERS)
def test_crawlers_previews_headless_browsers_and_libraries_are_crawlers(user_agent: str) -> None:
    assert is_bot(user_agent)


def test_a_user_agent_is_read_up_to_512_characters() -> None:
    """The time that the detection of crawlers takes grows with the square of the length."""
    padding = "x" * LONGEST
    assert device(f"{padding} iPad") == Device(None, None)
    assert not is_bot(f"{padding} Googlebot/2.1")


def test_a_crawler_is_shown_the_default_and_not_counted() -> None:
    """Once there is a winner, it is shown the winner."""
    variants = (Variant("a", 10_000), Variant("b", 0, is_default=True))
    running = make_experiment(*variants, status=Status.RUNNING)
    crawler = Visit("127.0.0.1", {b"user-agent": CRAWLERS[0].encode()}, {}, NOW)
    assert assign(running, crawler, "click") == Assignment(variants[1], counts=False)
    viewer = crawler._replace(headers={})
    assert assign(running, viewer, "click") == Assignment(variants[0], counts=True)
    completed = replace(running, status=Status.COMPLETED, winner_variant_id="a")
    assert assign(completed, crawler, "click") == Assignment(variants[0], counts=False)


@pytest.mark.parametrize("user_agent", MAIL_CLIENTS)
def test_a_mail_client_sees_images_but_follows_no_links(user_agent: str) -> None:
    running = make_experiment(status=Status.RUNNING)
    visit = Visit("127.0.0.1", {b"user-agent": user_agent.encode()}, {}, NOW)
    assert assign(running, visit, "impression").counts
    assert not assign(running, visit, "click").counts


@pytest.mark.parametrize(
    ("header", "value", "counts"),
    [
        ("sec-purpose", "prefetch;prerender", False),
        ("purpose", "Prefetch", False),
        ("x-purpose", "preview", False),
        ("x-moz", "prefetch", False),
        ("x-moz", "", True),
    ],
)
def test_a_prefetch_is_not_counted(header: str, value: str, counts: bool) -> None:
    running = make_experiment(status=Status.RUNNING)
    visit = Visit(
        "127.0.0.1",
        {b"user-agent": MAIL_CLIENTS[0].encode(), header.encode(): value.encode()},
        {},
        NOW,
    )
    assert assign(running, visit, "impression").counts is counts


def test_every_country_is_on_one_of_seven_continents() -> None:
    assert set(CONTINENTS.values()) == {"AF", "AN", "AS", "EU", "NA", "OC", "SA"}
    assert len(CONTINENTS) == 250
    assert all(len(code) == 2 and code.isascii() and code.isupper() for code in CONTINENTS)


def test_a_place_beyond_all_weights_is_given_the_last_variant() -> None:
    variants = (Variant("a", 3000), Variant("b", 1), Variant("c", 6999))
    assert [by_weight(variants, place).id for place in (3000, 9_999, 10_000)] == ["b", "c", "c"]


def test_the_split_of_one_experiment_says_nothing_about_another() -> None:
    keys = [viewer_key("127.0.0.1", str(number)) for number in range(20_000)]
    both = sum((bucket("exp_1", key) < 5000) == (bucket("exp_2", key) < 5000) for key in keys)
    assert abs(both - 10_000) < 4 * sqrt(5000)


def test_the_first_visit_loads_the_tables_in_a_thread(
    http: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Loading takes longer than another request may wait."""
    # An event that names its variant needs neither device nor crawler, so it loads nothing.
    threads = []
    monkeypatch.setattr("pictify_mock.app.PREPARED", Event())
    monkeypatch.setattr("pictify_mock.app.prepare", lambda: threads.append(current_thread()))
    create_in_status(http, "running", goalConfig=CLICK_THROUGH)
    event = {"event": "click", "experiment": "hero-test"}
    http.post("/s/events", json=event | {"variantId": "control"})
    assert threads == []
    http.post("/s/events", json=[event])
    for path in ("/click", "/pixel.gif", ".png"):
        http.get(f"/s/hero-test{path}")
    assert len(threads) == 4
    assert main_thread() not in threads


def test_a_start_loads_neither_tables_nor_pillow() -> None:
    """They take longer to load than everything else."""
    slow = "{'ua_parser', 'crawlerdetect', 'PIL'}"
    program = f"import sys, pictify_mock.app; print({slow} & set(sys.modules))"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
