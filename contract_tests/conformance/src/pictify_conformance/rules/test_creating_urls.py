"""Creating experiments: where a click may lead, and what may be shown in the end."""

import pytest

from pictify_conformance.testing import assertions
from pictify_conformance.testing.experiments import Lab
from pictify_conformance.testing.payloads import DESTINATION, Json


def goal_refused(lab: Lab, goal: Json) -> None:
    """The create is 400, names the destination and leaves nothing behind."""
    body = lab.body(goalConfig=goal)
    assertions.problem(lab.create(body), 400, "validation-error", "/goalConfig/destinationUrl")
    lab.nothing_left(body)


@pytest.mark.rule("create.click-through-destination")
@pytest.mark.parametrize("goal", [{}, {"destinationUrl": None}], ids=["absent", "null"])
def test_click_through_destination(lab: Lab, goal: Json) -> None:
    """The goal click_through needs a destination."""
    goal_refused(lab, {"type": "click_through", **goal})
    lab.accepted(lab.body(goalConfig={"type": "click_through", "destinationUrl": DESTINATION}))


NOWHERE = [
    "ftp://a.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "mailto:a@b.example",
    "//shop.example.com",
    "/summer",
]
NOWHERE += [
    "shop.example.com",
    "https://",
    "https:///summer",
    "https:shop.example.com",
    "https://a b.example",
    "",
    "http",
]


@pytest.mark.rule("create.destination-scheme")
@pytest.mark.parametrize("type_", ["click_through", "impressions_only"])
@pytest.mark.parametrize("url", NOWHERE)
def test_destination_scheme(lab: Lab, url: str, type_: str) -> None:
    """A destination that is no absolute http or https URL is 400 and named."""
    goal_refused(lab, {"type": type_, "destinationUrl": url})


@pytest.mark.rule("create.destination-scheme")
@pytest.mark.parametrize(
    "url", ["http://a.example", "https://a.example:8443/b?c=d#e", "HTTPS://A.example/%20"]
)
def test_destination_scheme_accepted(lab: Lab, url: str) -> None:
    """An absolute http or https URL is kept as it was sent."""
    made = lab.accepted(lab.body(goalConfig={"type": "click_through", "destinationUrl": url}))
    assertions.same((made.get("goalConfig") or {}).get("destinationUrl"), url, "destinationUrl")


@pytest.mark.rule("create.fallback-url")
@pytest.mark.parametrize(
    "url",
    [
        "",
        "over.png",
        "/over.png",
        "//cdn.example.com/over.png",
        "https://cdn.example.com/o ver.png",
    ],
)
def test_fallback_url(lab: Lab, url: str) -> None:
    """A fallbackImageUrl that is no URI is 400 and named; one that is a URI is accepted."""
    assertions.problem(
        lab.create(lab.body(fallbackImageUrl=url)), 400, "validation-error", "/fallbackImageUrl"
    )
    lab.accepted(lab.body(fallbackImageUrl="https://cdn.example.com/over.png"))
