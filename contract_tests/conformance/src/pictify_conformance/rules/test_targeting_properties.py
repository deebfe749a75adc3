"""Smart links: what a rule can look at in a visit, and who is no viewer."""

import datetime as dt
from typing import Any

import pytest

from pictify_conformance.testing import assertions
from pictify_conformance.testing.assigned_variant import DEFAULT, PHONE, rule, shows, smart_link
from pictify_conformance.testing.experiments import Lab
from pictify_conformance.testing.payloads import event

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
AGENTS = {
    "iPhone": (PHONE, "mobile", "iOS"),
    "iPad": (
        "Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "Version/16.6 Mobile/15E148 Safari/604.1",
        "tablet",
        "iOS",
    ),
    "Android phone": (
        f"Mozilla/5.0 (Linux; Android 14; Pixel 8) {WEBKIT} Chrome/131.0.0.0 Mobile Safari/537.36",
        "mobile",
        "Android",
    ),
    "Android tablet": (
        f"Mozilla/5.0 (Linux; Android 14; SM-X700) {WEBKIT} Chrome/131.0.0.0 Safari/537.36",
        "tablet",
        "Android",
    ),
    "Windows": (
        f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/131.0.0.0 Safari/537.36",
        "desktop",
        "Windows",
    ),
    "macOS": (
        f"Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) {WEBKIT} Version/17.5 Safari/605.1.15",
        "desktop",
        "macOS",
    ),
    "Linux": (
        "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
        "desktop",
        "Linux",
    ),
    "ChromeOS": (
        f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {WEBKIT} Chrome/131.0.0.0 Safari/537.36",
        "desktop",
        "ChromeOS",
    ),
}
CRAWLERS = [
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Twitterbot/1.0",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "curl/8.5.0",
    "python-requests/2.32.3",
]


def headers_of(agent: str) -> dict[str, str]:
    """What this browser sends."""
    return {"User-Agent": agent}


@pytest.mark.rule("targeting.device")
@pytest.mark.parametrize("name", AGENTS)
def test_device(lab: Lab, name: str) -> None:
    """The type of a device and its system are told apart, under each of their names."""
    agent, type_, os = AGENTS[name]
    types = sorted({"mobile", "tablet", "desktop"} - {type_})
    made = smart_link(lab, rule("device", "equals", types), rule("device.type", "equals", type_))
    shows(lab, made, "v1", headers_of(agent))
    systems = sorted({os for _, _, os in AGENTS.values()} - {os})
    made = smart_link(lab, rule("device.os", "equals", systems), rule("device.os", "equals", os))
    shows(lab, made, "v1", headers_of(agent))


@pytest.mark.rule("targeting.country")
@pytest.mark.parametrize("name", ["country", "geo.country"])
@pytest.mark.parametrize("header", ["CloudFront-Viewer-Country", "CF-IPCountry"])
def test_country(lab: Lab, name: str, header: str) -> None:
    """The country is the one in the header."""
    made = smart_link(lab, rule(name, "equals", "DE"), rule(name, "equals", ["at", "CH"]))
    for code, expected in (("DE", "v0"), ("AT", "v1"), ("CH", "v1"), ("FR", DEFAULT)):
        shows(lab, made, expected, {header: code})
    shows(lab, made, DEFAULT)


@pytest.mark.rule("targeting.country")
def test_country_in_both_headers(lab: Lab) -> None:
    """The first header is believed where both are there."""
    made = smart_link(lab, rule("country", "equals", "DE"))
    shows(lab, made, "v0", {"CloudFront-Viewer-Country": "DE", "CF-IPCountry": "US"})
    shows(lab, made, DEFAULT, {"CloudFront-Viewer-Country": "US", "CF-IPCountry": "DE"})


@pytest.mark.rule("targeting.country")
def test_country_tells_the_continent(lab: Lab) -> None:
    """A country is on its continent and on no other."""
    continents = {"US": "NA", "DE": "EU", "JP": "AS", "NG": "AF", "BR": "SA", "NZ": "OC"}
    made = smart_link(
        lab, *(rule("geo.continent", "equals", continent) for continent in continents.values())
    )
    for index, country in enumerate(continents):
        shows(lab, made, f"v{index}", {"CF-IPCountry": country})
    shows(lab, made, DEFAULT)


LANGUAGES = [
    ("de", "de", True),
    ("de-AT", "de", True),
    ("de-AT", "de-at", True),
    ("de", "de-AT", False),
    ("en;q=0.5, de;q=0.9", "de", True),
    ("en, de", "de", False),
    ("de;q=0.9, en;q=0.9", "de", True),
    ("fr;q=0, de;q=0.1", "fr", False),
    ("*", "de", False),
]


@pytest.mark.rule("targeting.language")
@pytest.mark.parametrize(("sent", "wanted", "fits"), LANGUAGES)
def test_language(lab: Lab, sent: str, wanted: str, fits: bool) -> None:
    """The language is the one that the browser wants most."""
    made = smart_link(lab, rule("browser.language", "equals", wanted))
    shows(lab, made, "v0" if fits else DEFAULT, {"Accept-Language": sent})


@pytest.mark.rule("targeting.referrer")
def test_referrer(lab: Lab) -> None:
    """The referrer is its host, without scheme, port, path and user."""
    made = smart_link(lab, rule("referrer.domain", "equals", "news.example.com"))
    for page in (
        "https://news.example.com/a?b=c",
        "http://News.Example.com:8080",
        "https://me@news.example.com/",
    ):
        shows(lab, made, "v0", {"Referer": page})
    for page in (
        "https://example.com/news.example.com",
        "https://other.example.com/",
        "news.example.com",
        "",
    ):
        shows(lab, made, DEFAULT, {"Referer": page})


@pytest.mark.rule("targeting.query")
def test_query_by_parameter(lab: Lab) -> None:
    """The parameter is the one that paramName names."""
    made = smart_link(lab, rule("url.param", "equals", "spring", paramName="utm_campaign"))
    shows(lab, made, "v0", utm_campaign="spring", utm_source="mail")
    shows(lab, made, DEFAULT, utm_campaign="autumn", utm_source="spring")
    shows(lab, made, DEFAULT)


@pytest.mark.rule("targeting.query")
def test_query_without_a_name(lab: Lab) -> None:
    """A rule about no parameter in particular finds none."""
    made = smart_link(lab, rule("url.param", "equals", "spring"))
    shows(lab, made, DEFAULT, utm_campaign="spring")


@pytest.mark.rule("targeting.query")
def test_query_by_custom_name(lab: Lab) -> None:
    """A custom property is the parameter of its name, dots and all."""
    made = smart_link(
        lab,
        rule("custom.tier", "equals", "gold"),
        rule("custom.user.tier", "equals", "größer & mehr"),
    )
    shows(lab, made, "v0", tier="gold")
    shows(lab, made, "v1", None, **{"user.tier": "größer & mehr"})
    shows(lab, made, DEFAULT, tier="silver")


@pytest.mark.rule("targeting.time")
@pytest.mark.parametrize("form", [int, str])
def test_time(lab: Lab, form: Any) -> None:
    """The hour and the day are those of now in UTC, however they are written."""
    now = assertions.moment(lab.experiment().get("createdAt"), "createdAt").astimezone(
        dt.UTC
    )  # by the server's own clock
    moments = [now, now + dt.timedelta(seconds=10)]
    hours, days = (
        {moment.hour for moment in moments},
        {moment.isoweekday() % 7 for moment in moments},
    )
    for name, current, every in (
        ("time.hour", hours, range(24)),
        ("time.dayOfWeek", days, range(7)),
    ):
        others = [form(number) for number in every if number not in current]
        made = smart_link(
            lab,
            rule(name, "equals", others),
            rule(name, "equals", [form(number) for number in current]),
        )
        shows(lab, made, "v1")


@pytest.mark.rule("targeting.crawlers")
@pytest.mark.parametrize("agent", CRAWLERS)
def test_crawlers(lab: Lab, agent: str) -> None:
    """A crawler's pixel and click are answered, and only those of the browser after it are counted."""
    made = lab.clickable()
    for headers in (headers_of(agent), None):
        assertions.status(lab.pixel(made["slug"], headers=headers), 200)
        assertions.status(lab.click(made["slug"], headers=headers), 302)
    lab.totalled(made["uid"], 1, 1)


@pytest.mark.rule("targeting.crawlers")
@pytest.mark.parametrize("agent", CRAWLERS)
def test_crawlers_report_events(lab: Lab, agent: str) -> None:
    """An event counts whoever sends it, for its viewer's variant too."""
    made = lab.experiment("running")
    for sent in (event(made), event(made, variant=...)):
        assertions.taken(lab.events(sent, **headers_of(agent)), 1)
    lab.totalled(made["uid"], 2, 0)
