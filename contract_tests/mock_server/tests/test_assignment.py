"""Who a visit is: its device, whether it is a crawler, and which part of the traffic it falls into."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from math import sqrt
from random import Random
from threading import Event, current_thread, main_thread
from typing import TYPE_CHECKING

import pytest

from pictify_mock.domain.assignment import Assignment, assign, bucket, by_weight
from pictify_mock.domain.bots import is_bot
from pictify_mock.domain.continents import CONTINENTS
from pictify_mock.domain.devices import LONGEST, Device, device
from pictify_mock.domain.enums import ExperimentType, Status
from pictify_mock.domain.experiment import Experiment, Variant
from pictify_mock.domain.plans import PLANS
from pictify_mock.domain.teams import Team
from pictify_mock.domain.visit import Visit, viewer_key

from .conftest import CLICKED, moved_to, read

if TYPE_CHECKING:
    import httpx

NOW = datetime(2026, 3, 15, 9, tzinfo=UTC)
GECKO = "AppleWebKit/537.36 (KHTML, like Gecko)"
SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5"
CHROME = f"{GECKO} Chrome/131.0.0.0"

BROWSERS = [
    (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36", "desktop", "Windows"),
    (
        f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36 Edg/131.0.0.0",
        "desktop",
        "Windows",
    ),
    (
        "Mozilla/5.0 (Windows NT 6.1; Trident/7.0; Tablet PC 2.0; rv:11.0) like Gecko",
        "desktop",
        "Windows",
    ),
    (f"Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) {SAFARI} Safari/605.1.15", "desktop", "macOS"),
    (f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {CHROME} Safari/537.36", "desktop", "ChromeOS"),
    (f"Mozilla/5.0 (X11; Linux x86_64) {CHROME} Safari/537.36", "desktop", "Linux"),
    (
        "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
        "desktop",
        "Linux",
    ),
    (
        "Mozilla/5.0 (X11; Fedora; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
        "desktop",
        "Linux",
    ),
    (
        f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) {SAFARI} Mobile/15E148 Safari/604.1",
        "mobile",
        "iOS",
    ),
    (
        f"Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) {SAFARI} Mobile/15E148 Safari/604.1",
        "tablet",
        "iOS",
    ),
    (
        f"Mozilla/5.0 (Linux; Android 14; Pixel 8) {CHROME} Mobile Safari/537.36",
        "mobile",
        "Android",
    ),
    (f"Mozilla/5.0 (Linux; Android 14; SM-X700) {CHROME} Safari/537.36", "tablet", "Android"),
    ("Mozilla/5.0 (Android 14; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0", "mobile", "Android"),
    ("Mozilla/5.0 (Android 14; Tablet; rv:133.0) Gecko/133.0 Firefox/133.0", "tablet", "Android"),
    ("Mozilla/5.0 (Tablet; rv:26.0) Gecko/26.0 Firefox/26.0", "tablet", "Firefox OS"),
    (
        f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) {SAFARI} Safari/604.1",
        "mobile",
        "iOS",
    ),
    (
        f"Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1; Microsoft; Lumia 950) {GECKO} Mobile Safari/537.36",
        "mobile",
        "Windows Phone",
    ),
]
NOBODY = ["", "Mozilla/5.0", "anything at all", "\x00\xff", "(" * 500]
CRAWLERS = [
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    f"Mozilla/5.0 {GECKO}; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
    f"Mozilla/5.0 (X11; Linux x86_64) {GECKO} HeadlessChrome/131.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    "Twitterbot/1.0",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "curl/8.5.0",
    "python-httpx/0.28.1",
    "python-requests/2.32.3",
    "Go-http-client/2.0",
]


@pytest.mark.parametrize(("user_agent", "type_", "os"), BROWSERS)
def test_devices(user_agent: str, type_: str, os: str) -> None:
    """A browser's User-Agent tells the type of the device and its system."""
    assert device(user_agent) == Device(type_, os)


@pytest.mark.parametrize("user_agent", NOBODY)
def test_devices_that_are_not_told(user_agent: str) -> None:
    """A User-Agent that tells nothing has neither type nor system, and is nobody's crawler."""
    assert device(user_agent) == Device(None, None)
    assert not is_bot(user_agent)


@pytest.mark.parametrize("user_agent", [user_agent for user_agent, _, _ in BROWSERS])
def test_browsers_are_no_crawlers(user_agent: str) -> None:
    """A browser is a viewer."""
    assert not is_bot(user_agent)


@pytest.mark.parametrize("user_agent", CRAWLERS)
def test_crawlers(user_agent: str) -> None:
    """Crawlers, previews, headless browsers and HTTP libraries are no viewers."""
    assert is_bot(user_agent)


def test_long_user_agents_are_read_in_part() -> None:
    """What stands beyond the first 512 characters is not looked at, so no header can take long."""
    padding = "x" * LONGEST
    assert device(f"{padding} iPad") == Device(None, None)
    assert not is_bot(f"{padding} Googlebot/2.1")


def test_tables_are_loaded_beside_the_loop(
    http: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What takes long with the first visit is done in a thread, before that visit alone."""
    threads = []
    monkeypatch.setattr("pictify_mock.app.PREPARED", Event())
    monkeypatch.setattr("pictify_mock.app.prepare", lambda: threads.append(current_thread()))
    moved_to(http, "running", goalConfig=CLICKED)
    http.post(
        "/s/events", json={"event": "click", "experiment": "hero-test", "variantId": "control"}
    )
    assert threads == []
    http.post("/s/events", json=[{"event": "click", "experiment": "hero-test"}])
    for path in ("click", "pixel.gif"):
        http.get(f"/s/hero-test/{path}")
    http.get("/s/hero-test.png")
    assert len(threads) == 4
    assert main_thread() not in threads


@pytest.mark.parametrize("user_agent", CRAWLERS[-3:])
def test_crawlers_are_answered_and_not_counted(http: httpx.Client, user_agent: str) -> None:
    """A crawler gets pixel and link like everybody, and no counter moves."""
    made = moved_to(http, "running", goalConfig=CLICKED)
    headers = {"User-Agent": user_agent}
    assert http.get("/s/hero-test/pixel.gif", headers=headers).status_code == 200
    assert http.get("/s/hero-test/click", headers=headers).status_code == 302
    assert [(row["impressions"], row["clicks"]) for row in read(http, made["uid"])["variants"]] == [
        (0, 0),
        (0, 0),
    ]


def test_crawlers_are_shown_the_default() -> None:
    """A crawler is shown the default variant and counts for nobody, until there is a winner to show."""
    team = Team(b"key", (), PLANS["business"])
    variants = (Variant("a", 10_000), Variant("b", 0, is_default=True))
    running = Experiment(
        "exp_1", team, ExperimentType.AB_TEST, "Hero", "hero", variants, NOW, NOW, Status.RUNNING
    )
    crawler = Visit("127.0.0.1", {"user-agent": CRAWLERS[0]}, {}, NOW)
    assert assign(running, crawler) == Assignment(variants[1], counts=False)
    assert assign(running, replace(crawler, headers={})) == Assignment(variants[0], counts=True)
    completed = replace(running, status=Status.COMPLETED, winner_variant_id="a")
    assert assign(completed, crawler) == Assignment(variants[0], counts=False)


def test_continents() -> None:
    """Every country is on one of seven continents, 250 of them with Kosovo."""
    assert set(CONTINENTS.values()) == {"AF", "AN", "AS", "EU", "NA", "OC", "SA"}
    assert len(CONTINENTS) == 250
    assert all(len(code) == 2 and code.isascii() and code.isupper() for code in CONTINENTS)


@pytest.mark.parametrize("weights", [(5000, 5000), (9000, 1000), (3300, 3300, 3400)], ids=str)
@pytest.mark.parametrize("uid", ["exp_1", "exp_abc123"])
def test_splits(weights: tuple[int, ...], uid: str) -> None:
    """Of 20,000 viewers each variant is given its share, within four standard deviations."""
    chance, viewers = Random(7), 20_000
    variants = tuple(Variant(str(index), weight) for index, weight in enumerate(weights))
    keys = (
        viewer_key(f"10.0.{chance.randrange(256)}.{chance.randrange(256)}", str(number))
        for number in range(viewers)
    )
    given = Counter(by_weight(variants, bucket(uid, key)).id for key in keys)
    for index, weight in enumerate(weights):
        share = weight / 10_000
        assert abs(given[str(index)] - viewers * share) < 4 * sqrt(viewers * share * (1 - share))


def test_experiments_split_apart() -> None:
    """What a viewer is given in one experiment tells nothing of another."""
    keys = [viewer_key("127.0.0.1", str(number)) for number in range(20_000)]
    both = sum((bucket("exp_1", key) < 5000) == (bucket("exp_2", key) < 5000) for key in keys)
    assert abs(both - 10_000) < 4 * sqrt(5000)


def test_the_start_loads_no_tables() -> None:
    """The server starts without the tables of devices and crawlers, which take longer to load than all else."""
    program = (
        "import sys, pictify_mock.app; print({'ua_parser', 'crawlerdetect'} & set(sys.modules))"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "set()"
