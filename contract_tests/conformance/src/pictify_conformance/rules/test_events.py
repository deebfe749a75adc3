"""Events: what is taken and what is counted."""

import json
from typing import Any

import httpx
import pytest

from pictify_conformance import spec
from pictify_conformance.testing import assertions
from pictify_conformance.testing.experiments import A_DOZEN, Lab
from pictify_conformance.testing.payloads import Json, event

SCHEMAS = spec.document()["components"]["schemas"]
NAMES = SCHEMAS["EventType"]["enum"]
WORDS = {"channel": "EventChannel", "device": "EventDevice", "source": "EventSource"}
VALUES = [(member, word) for member, schema in WORDS.items() for word in SCHEMAS[schema]["enum"]]
VALUES += [("referrer", "a newsletter")]  # any text, not only a URL
MAXIMUM = 100
EVERYTHING: Json = {
    "channel": "email",
    "device": "mobile",
    "referrer": "https://news.example.com/today?from=mail",
    "metadata": {"campaign": "summer", "basket": {"items": 3}, "story": "x" * 9_000},
    "source": "sdk",
}


def beacon(lab: Lab, body: Any, media_type: str = "text/plain;charset=UTF-8") -> httpx.Response:
    """Send JSON as text, as navigator.sendBeacon does."""
    return lab.client.post(
        "/s/events", content=json.dumps(body), headers={"Content-Type": media_type}
    )


def without(body: Json, member: str) -> Json:
    """The body without one member."""
    return {key: value for key, value in body.items() if key != member}


@pytest.mark.rule("events.single")
@pytest.mark.parametrize("name", NAMES)
def test_single(lab: Lab, name: str) -> None:
    """One event of each name is taken."""
    assertions.taken(lab.events(event(lab.experiment("running"), name)), 1)


@pytest.mark.rule("events.single")
def test_single_of_the_longest_slug(lab: Lab) -> None:
    """An event of an experiment whose slug has 60 characters is taken."""
    assertions.taken(lab.events(event(lab.experiment("running", slug=lab.new_slug(60)))), 1)


@pytest.mark.rule("events.single")
def test_single_a_dozen(lab: Lab) -> None:
    """One event after the other is taken."""
    made = lab.experiment("running")
    for _ in A_DOZEN:
        assertions.taken(lab.events(event(made)), 1)


@pytest.mark.rule("events.all-fields")
@pytest.mark.parametrize(("member", "word"), VALUES)
def test_all_fields(lab: Lab, member: str, word: str) -> None:
    """An event with each published word is accepted and counted."""
    made = lab.experiment("running")
    assertions.taken(lab.events(event(made, **{member: word})), 1)
    lab.counted(made["uid"], {"v0": (1, 0), "v1": (0, 0)})


@pytest.mark.rule("events.all-fields")
@pytest.mark.parametrize("member", [*EVERYTHING, "all"])
def test_all_fields_published(lab: Lab, member: str) -> None:
    """An event with every published member, alone and with the others, is accepted and counted."""
    fields = EVERYTHING if member == "all" else {member: EVERYTHING[member]}
    made = lab.experiment("running")
    assertions.taken(lab.events(event(made, **fields)), 1)
    lab.counted(made["uid"], {"v0": (1, 0), "v1": (0, 0)})


@pytest.mark.rule("events.batch")
@pytest.mark.parametrize("count", [1, 2, 10])
def test_batch(lab: Lab, count: int) -> None:
    """An array is taken as a whole."""
    made = lab.experiment("running")
    assertions.taken(
        lab.events([event(made, NAMES[index % len(NAMES)]) for index in range(count)]), count
    )


@pytest.mark.rule("events.batch")
def test_batch_of_two_experiments(lab: Lab) -> None:
    """An array may tell of several experiments, and what follows counts for its own only."""
    first, second = lab.experiment("running"), lab.experiment("running")
    assertions.taken(lab.events([event(first), event(second, "click")]), 2)
    assertions.taken(lab.events([event(first, "click")]), 1)
    lab.counted(first["uid"], {"v0": (1, 1), "v1": (0, 0)})
    lab.counted(second["uid"], {"v0": (0, 1), "v1": (0, 0)})


@pytest.mark.rule("events.batch-maximum.refused")
def test_batch_maximum_refused(lab: Lab) -> None:
    """Of 101 and 100 events, 100 are counted."""
    made = lab.experiment("running")
    assertions.refused(lab.events([event(made, variant="v1")] * (MAXIMUM + 1)))
    assertions.taken(lab.events([event(made)] * MAXIMUM), MAXIMUM)
    lab.counted(made["uid"], {"v0": (MAXIMUM, 0), "v1": (0, 0)})


@pytest.mark.rule("events.batch-maximum.status")
def test_batch_maximum_status(lab: Lab) -> None:
    """101 events are a validation error."""
    response = lab.events([event(lab.experiment("running"))] * (MAXIMUM + 1))
    assertions.problem(response, 400, "validation-error")


@pytest.mark.rule("events.required")
@pytest.mark.parametrize("member", ["event", "experiment"])
def test_required(lab: Lab, member: str) -> None:
    """An event that says nothing of what or of whom is not taken."""
    made = lab.experiment("running")
    assertions.not_taken(assertions.status(lab.events(without(event(made), member)), 200, 400))
    assertions.taken(lab.events(event(made, variant="v1")), 1)
    lab.counted(made["uid"], {"v0": (0, 0), "v1": (1, 0)})


@pytest.mark.rule("events.invalid")
@pytest.mark.parametrize(
    "fields",
    [
        {"event": "open"},
        {"event": None},
        {"event": 1},
        {"experiment": None},
        {"experiment": 1},
        {"variantId": 1},
        {"channel": "fax"},
        {"device": "watch"},
        {"source": "browser"},
        {"referrer": 1},
        {"metadata": "summer"},
        {"metadata": ["summer"]},
        {"writeKey": 1},
    ],
    ids=str,
)
def test_invalid(lab: Lab, fields: Json) -> None:
    """A single event that breaks its schema is refused, by the name of the member."""
    response = lab.events({**event(lab.experiment("running")), **fields})
    assertions.problem(response, 400, "validation-error", *(f"/{member}" for member in fields))


@pytest.mark.rule("events.invalid")
def test_invalid_slug_length(lab: Lab) -> None:
    """A slug of 60 characters is looked up, one of 61 is refused."""
    made = lab.experiment("running", slug=lab.new_slug(60))
    assertions.taken(lab.events(event(made)), 1)
    response = lab.events(event({"slug": lab.new_slug(61)}))
    assertions.problem(response, 400, "validation-error", "/experiment")


@pytest.mark.rule("events.invalid")
@pytest.mark.parametrize("body", [[], "impression", 1, True, None], ids=str)
def test_invalid_body(lab: Lab, body: Any) -> None:
    """What is neither an event nor an array of events is refused."""
    response = lab.client.post(
        "/s/events", content=json.dumps(body), headers={"Content-Type": "application/json"}
    )
    assertions.problem(response, 400, "validation-error")


@pytest.mark.rule("events.text-plain")
@pytest.mark.parametrize("media_type", ["text/plain", "text/plain;charset=UTF-8"])
def test_text_plain(lab: Lab, media_type: str) -> None:
    """JSON sent as text is taken and counted."""
    made = lab.experiment("running")
    assertions.taken(beacon(lab, event(made, "click", "v1"), media_type), 1)
    assertions.taken(beacon(lab, [event(made), event(made)], media_type), 2)
    lab.counted(made["uid"], {"v0": (2, 0), "v1": (0, 1)})


@pytest.mark.rule("events.impression-counts")
@pytest.mark.parametrize("variant", ["v0", "v1"])
def test_impression_counts(lasting: Lab, variant: str) -> None:
    """An impression is one impression of its variant."""
    made = lasting.experiment("running")
    assertions.taken(lasting.events(event(made, "impression", variant)), 1)
    lasting.counted(made["uid"], {"v0": (0, 0), "v1": (0, 0), variant: (1, 0)})


@pytest.mark.rule("events.click-counts")
@pytest.mark.parametrize("variant", ["v0", "v1"])
def test_click_counts(lasting: Lab, variant: str) -> None:
    """A click is one click of its variant."""
    made = lasting.experiment("running")
    assertions.taken(lasting.events(event(made, "click", variant)), 1)
    lasting.counted(made["uid"], {"v0": (0, 0), "v1": (0, 0), variant: (0, 1)})


DOZENS = [
    pytest.param(
        "impression", (len(A_DOZEN), 0), marks=pytest.mark.rule("events.impression-counts")
    ),
    pytest.param("click", (0, len(A_DOZEN)), marks=pytest.mark.rule("events.click-counts")),
]


@pytest.mark.parametrize(("name", "counters"), DOZENS)
def test_counts_a_dozen(lab: Lab, name: str, counters: tuple[int, int]) -> None:
    """A dozen events, one after the other, are a dozen."""
    made = lab.experiment("running")
    for _ in A_DOZEN:
        assertions.taken(lab.events(event(made, name, "v1")), 1)
    lab.counted(made["uid"], {"v0": (0, 0), "v1": counters})


@pytest.mark.rule("events.batch-counts")
def test_batch_counts(lasting: Lab) -> None:
    """Each event of an array counts for its own variant."""
    made = lasting.experiment("running")
    error_message = [
        ("impression", "v0"),
        ("impression", "v1"),
        ("click", "v1"),
        ("impression", "v1"),
        ("impression", "v1"),
    ]
    assertions.taken(
        lasting.events([event(made, name, variant) for name, variant in error_message]), 5
    )
    lasting.counted(made["uid"], {"v0": (1, 0), "v1": (3, 1)})


@pytest.mark.rule("events.batch-counts")
def test_batch_counts_to_its_end(lab: Lab) -> None:
    """Of a long array every event counts, the last of them too."""
    made = lab.experiment("running")
    error_message = [
        event(made, name, variant) for name, variant in [("impression", "v0"), ("click", "v1")] * 15
    ]
    assertions.taken(lab.events(error_message), len(error_message))
    lab.counted(made["uid"], {"v0": (15, 0), "v1": (0, 15)})


@pytest.mark.rule("events.partial")
def test_partial(lab: Lab) -> None:
    """What stands before and after an event of an unknown experiment is counted, or else nothing is."""
    made = lab.experiment("running")
    lost = event({"slug": lab.new_slug()})
    response = lab.events([event(made), lost, event(made, "click", "v1")])
    if response.status_code == 200 and assertions.page(response).get("processed"):
        lab.counted(made["uid"], {"v0": (1, 0), "v1": (0, 1)})
        return
    if response.status_code != 200:
        assertions.refused(response)
    assertions.taken(lab.events(event(made, "impression", "v1")), 1)
    lab.counted(made["uid"], {"v0": (0, 0), "v1": (1, 0)})


@pytest.mark.rule("events.counted-at-once")
def test_counted_at_once(lab: Lab) -> None:
    """The next read shows each event."""
    made = lab.experiment("running")
    assertions.taken(lab.events(event(made)), 1)
    assertions.same(
        lab.counters(made["uid"]), {"v0": (1, 0), "v1": (0, 0)}, "the counters after one event"
    )
    assertions.taken(lab.events([event(made), event(made, "click", "v1")]), 2)
    assertions.same(
        lab.counters(made["uid"]), {"v0": (2, 0), "v1": (0, 1)}, "the counters after two more"
    )


@pytest.mark.rule("events.view")
def test_view(lab: Lab) -> None:
    """Of a view and an impression, the impression is counted."""
    only_an_impression_counts(lab, "view")


@pytest.mark.rule("events.conversion")
def test_conversion(lab: Lab) -> None:
    """Of a conversion and an impression, the impression is counted."""
    only_an_impression_counts(lab, "conversion")


def only_an_impression_counts(lab: Lab, name: str) -> None:
    """An event of this name is taken, and raises nothing, as an impression after it does."""
    made = lab.experiment("running")
    assertions.taken(lab.events(event(made, name)), 1)
    assertions.taken(lab.events(event(made, "impression", "v1")), 1)
    lab.counted(made["uid"], {"v0": (0, 0), "v1": (1, 0)})


@pytest.mark.rule("events.only-running")
@pytest.mark.parametrize("status", ["draft", "paused"])
def test_only_running(lab: Lab, status: str) -> None:
    """Of events before the start and one after it, one is counted."""
    made = lab.experiment(status)
    for name in ("impression", "click"):
        lab.events(event(made, name))
        beacon(lab, event(made, name))
    lab.events([event(made, "click"), event(made)])
    lab.resume(made["uid"])
    assertions.taken(lab.events(event(made, "impression", "v1")), 1)
    lab.counted(made["uid"], {"v0": (0, 0), "v1": (1, 0)})


@pytest.mark.rule("events.completed")
@pytest.mark.parametrize("variant", ["v0", "v1"])
def test_completed(lab: Lab, variant: str) -> None:
    """Events of a completed experiment count nothing, the winner's included."""
    made = lab.experiment("running")
    lab.report(made, {"v0": (1, 0), "v1": (1, 1)})
    assertions.status(lab.complete(made["uid"], "v0"), 200)
    lab.events([event(made, "impression", variant), event(made, "click", variant)])
    lab.events(event(made, "impression", variant))
    assertions.same(lab.counters(made["uid"]), {"v0": (1, 0), "v1": (1, 1)}, "the counters")


@pytest.mark.rule("events.updated-at")
def test_updated_at(lab: Lab) -> None:
    """Counting does not move updatedAt."""
    before = lab.existing("running")
    lab.report(before, {"v0": (1, 1), "v1": (0, 0)})
    assertions.same(lab.read(before["uid"]).get("updatedAt"), before.get("updatedAt"), "updatedAt")
