"""Smart links: the properties of a visit that a rule can compare, and crawlers."""

import datetime as dt

import pytest

from pictify_conformance.testing import ApiClient, Counters, Experiments, Team
from pictify_conformance.testing.assertions import assert_events_accepted, assert_status
from pictify_conformance.testing.assigned_variant import (
    DEFAULT,
    PHONE,
    assert_variant_assigned,
    create_smart_link,
    rule,
)
from pictify_conformance.testing.payloads import event
from pictify_conformance.testing.responses import timestamp

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
CHROME = f"{WEBKIT} Chrome/131.0.0.0 Safari/537.36"
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
    "Android tablet": (f"Mozilla/5.0 (Linux; Android 14; SM-X700) {CHROME}", "tablet", "Android"),
    "Windows": (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME}", "desktop", "Windows"),
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
    "ChromeOS": (f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {CHROME}", "desktop", "ChromeOS"),
}
CRAWLERS = [
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Twitterbot/1.0",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "curl/8.5.0",
    "python-requests/2.32.3",
    "node",
    "Java-http-client/21.0.2",
]
MAIL_CLIENTS = [
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html",
    "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; Trident/7.0; Microsoft Outlook 16.0.1)",
    "Outlook-iOS/709.2226530.prod.iphone (3.24.1)",
]


@pytest.mark.rule("targeting.device")
@pytest.mark.parametrize("name", AGENTS)
def test_device(team: Team, name: str) -> None:
    """The first variant is for every other device, or every other system."""
    agent, type_, system = AGENTS[name]
    types = sorted({"mobile", "tablet", "desktop"} - {type_})
    systems = sorted({system for _, _, system in AGENTS.values()} - {system})
    other_type, other_system = rule("device", "equals", types), rule("device.os", "equals", systems)
    same_type, same_system = (
        rule("device.type", "equals", type_),
        rule("device.os", "equals", system),
    )
    for trees in ((other_type, same_type), (other_system, same_system)):
        experiment = create_smart_link(team, *trees)
        assert_variant_assigned(team, experiment, "v1", {"User-Agent": agent})


@pytest.mark.rule("targeting.country")
@pytest.mark.parametrize("name", ["country", "geo.country"])
@pytest.mark.parametrize("header", ["CloudFront-Viewer-Country", "CF-IPCountry"])
def test_country(team: Team, name: str, header: str) -> None:
    trees = rule(name, "equals", "DE"), rule(name, "equals", ["at", "CH"])
    experiment = create_smart_link(team, *trees)
    for code, variant in (("DE", "v0"), ("AT", "v1"), ("CH", "v1"), ("FR", DEFAULT)):
        assert_variant_assigned(team, experiment, variant, {header: code})
    assert_variant_assigned(team, experiment, DEFAULT)


@pytest.mark.rule("targeting.country")
def test_country_in_both_headers(team: Team) -> None:
    experiment = create_smart_link(team, rule("country", "equals", "DE"))
    for first, second, variant in (("DE", "US", "v0"), ("US", "DE", DEFAULT)):
        headers = {"CloudFront-Viewer-Country": first, "CF-IPCountry": second}
        assert_variant_assigned(team, experiment, variant, headers)


@pytest.mark.rule("targeting.country")
def test_country_gives_the_continent(team: Team) -> None:
    continents = {"US": "NA", "DE": "EU", "JP": "AS", "NG": "AF", "BR": "SA", "NZ": "OC"}
    trees = [rule("geo.continent", "equals", continent) for continent in continents.values()]
    experiment = create_smart_link(team, *trees)
    for index, country in enumerate(continents):
        assert_variant_assigned(team, experiment, f"v{index}", {"CF-IPCountry": country})
    assert_variant_assigned(team, experiment, DEFAULT)


@pytest.mark.rule("targeting.language")
@pytest.mark.parametrize(
    ("accepted", "language", "fits"),
    [
        ("de", "de", True),
        ("de-AT", "de", True),
        ("de-AT", "de-at", True),
        ("de", "de-AT", False),
        ("en;q=0.5, de;q=0.9", "de", True),
        ("en, de", "de", False),
        ("de;q=0.9, en;q=0.9", "de", True),
        ("fr;q=0, de;q=0.1", "fr", False),
        ("*", "de", False),
    ],
)
def test_language(team: Team, accepted: str, language: str, fits: bool) -> None:
    experiment = create_smart_link(team, rule("browser.language", "equals", language))
    variant = "v0" if fits else DEFAULT
    assert_variant_assigned(team, experiment, variant, {"Accept-Language": accepted})


@pytest.mark.rule("targeting.referrer")
@pytest.mark.parametrize(
    ("referrer", "fits"),
    [
        ("https://news.example.com/a?b=c", True),
        ("http://News.Example.com:8080", True),
        ("https://me@news.example.com/", True),
        ("https://example.com/news.example.com", False),
        ("https://other.example.com/", False),
        ("news.example.com", False),
        ("", False),
    ],
)
def test_referrer(team: Team, referrer: str, fits: bool) -> None:
    experiment = create_smart_link(team, rule("referrer.domain", "equals", "news.example.com"))
    variant = "v0" if fits else DEFAULT
    assert_variant_assigned(team, experiment, variant, {"Referer": referrer})


@pytest.mark.rule("targeting.query")
def test_query_by_parameter(team: Team) -> None:
    tree = rule("url.param", "equals", "spring", paramName="utm_campaign")
    experiment = create_smart_link(team, tree)
    assert_variant_assigned(team, experiment, "v0", utm_campaign="spring", utm_source="mail")
    assert_variant_assigned(team, experiment, DEFAULT, utm_campaign="autumn", utm_source="spring")
    assert_variant_assigned(team, experiment, DEFAULT)


@pytest.mark.rule("targeting.query")
def test_query_by_custom_name(team: Team) -> None:
    """The name may have dots."""
    tier = rule("custom.tier", "equals", "gold")
    user_tier = rule("custom.user.tier", "equals", "größer & mehr")
    experiment = create_smart_link(team, tier, user_tier)
    assert_variant_assigned(team, experiment, "v0", tier="gold")
    assert_variant_assigned(team, experiment, "v1", None, **{"user.tier": "größer & mehr"})
    assert_variant_assigned(team, experiment, DEFAULT, tier="silver")


@pytest.mark.rule("targeting.time")
@pytest.mark.parametrize("form", [int, str])
def test_time(team: Team, form: type[int] | type[str]) -> None:
    """The first variant is for every other hour, or every other day."""
    created_at = team.experiments.create().get("createdAt")
    now = timestamp(created_at, "createdAt").astimezone(dt.UTC)  # by the server's own clock
    moments = [now, now + dt.timedelta(seconds=10)]
    hours = {moment.hour for moment in moments}
    days = {moment.isoweekday() % 7 for moment in moments}
    for name, current, count in (("time.hour", hours, 24), ("time.dayOfWeek", days, 7)):
        others = [form(number) for number in range(count) if number not in current]
        same = [form(number) for number in current]
        experiment = create_smart_link(
            team, rule(name, "equals", others), rule(name, "equals", same)
        )
        assert_variant_assigned(team, experiment, "v1")


@pytest.mark.rule("targeting.crawlers")
@pytest.mark.parametrize(
    ("header", "value"),
    [
        *(("User-Agent", agent) for agent in CRAWLERS),
        ("Sec-Purpose", "prefetch;prerender"),
        ("Purpose", "prefetch"),
        ("X-Moz", "prefetch"),
    ],
)
def test_crawlers(
    api: ApiClient, experiments: Experiments, counters: Counters, header: str, value: str
) -> None:
    """The visits of the browser that follows are counted."""
    experiment = experiments.create_clickable()
    for headers in ({header: value}, None):
        assert_status(api.load_pixel(experiment["slug"], headers=headers), 200)
        assert_status(api.click(experiment["slug"], headers=headers), 302)
    counters.assert_totals(experiment, 1, 1)


@pytest.mark.rule("targeting.crawlers")
@pytest.mark.parametrize("agent", CRAWLERS)
def test_crawlers_can_send_events(
    api: ApiClient, experiments: Experiments, counters: Counters, agent: str
) -> None:
    experiment = experiments.create("running")
    for body in (event(experiment), event(experiment, variant=...)):
        assert_events_accepted(api.send_events(body, **{"User-Agent": agent}), 1)
    counters.assert_totals(experiment, 2, 0)


@pytest.mark.rule("targeting.mail-clients")
@pytest.mark.parametrize("agent", MAIL_CLIENTS)
def test_mail_clients(
    api: ApiClient, experiments: Experiments, counters: Counters, agent: str
) -> None:
    experiment = experiments.create("running")
    assert_status(api.load_pixel(experiment["slug"], headers={"User-Agent": agent}), 200)
    counters.assert_totals(experiment, 1, 0)
