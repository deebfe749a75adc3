"""Events that cannot be taken: what each is told, and that the others are."""

from typing import Any

import httpx
import pytest

from pictify_conformance.testing import assertions
from pictify_conformance.testing.experiments import Lab
from pictify_conformance.testing.payloads import Json, event, viewer

LARGEST = 10 * 1024
FRAME = len(b'{"k":""}')


def item_errors(response: httpx.Response, processed: int) -> list[tuple[Any, Any]]:
    """Index and error of each item that was not taken, from an answer that took so many others."""
    body = assertions.json_of(assertions.status(response, 200))
    errors = body.get("errors") if isinstance(body, dict) else None
    if not isinstance(errors, list) or not all(isinstance(item, dict) for item in errors):
        assertions.fail("a list of errors", response)
    if body.get("ok") is not True or body.get("processed") != processed:
        assertions.fail(f"ok true and {processed} processed", response)
    if not all(isinstance(item.get("error"), str) and item["error"] for item in errors):
        assertions.fail("an error text for each item", response)
    return [(item.get("index"), item.get("error")) for item in errors]


def fault(lab: Lab, made: Json, kind: str) -> Json:
    """A well-formed event that cannot be taken."""
    if kind in ("draft", "paused", "completed"):
        return event(lab.experiment(kind))
    faults: dict[str, Json] = {
        "unknown-slug": {"experiment": lab.new_slug()},
        "unknown-variant": {"variantId": "nobody"},
        "large-metadata": {"metadata": {"k": "x" * LARGEST}},
    }
    return {**event(made), **faults[kind]}


FAULTS = ["draft", "paused", "completed", "unknown-slug", "unknown-variant", "large-metadata"]


@pytest.mark.rule("events.item-errors")
@pytest.mark.parametrize("kind", FAULTS)
def test_item_errors(lab: Lab, kind: str) -> None:
    """What cannot be taken is told by its index; those around it are taken."""
    made = lab.experiment("running")
    response = lab.events([event(made), fault(lab, made, kind), event(made, "click", "v1")])
    assertions.same(
        [index for index, _ in item_errors(response, 2)], [1], "the indexes of the errors"
    )
    assertions.same(lab.counters(made["uid"]), {"v0": (1, 0), "v1": (0, 1)}, "the counters")


@pytest.mark.rule("events.item-errors")
@pytest.mark.parametrize(
    "broken", [{}, {"event": "open"}, {"variantId": 1}, 7, None, "click", []], ids=str
)
def test_item_errors_of_broken_items(lab: Lab, broken: Any) -> None:
    """A broken item is told by its index; those around it are taken."""
    made = lab.experiment("running")
    item = {**event(made), **broken} if broken and isinstance(broken, dict) else broken
    response = lab.events([item, event(made), item])
    assertions.same(
        [index for index, _ in item_errors(response, 1)], [0, 2], "the indexes of the errors"
    )
    assertions.same(lab.counters(made["uid"]), {"v0": (1, 0), "v1": (0, 0)}, "the counters")


@pytest.mark.rule("events.item-errors")
def test_item_errors_of_all_items(lab: Lab) -> None:
    """An array of which nothing can be taken is a 200 too."""
    response = lab.events([{}, event({"slug": lab.new_slug()})])
    assertions.same(
        [index for index, _ in item_errors(response, 0)], [0, 1], "the indexes of the errors"
    )


@pytest.mark.rule("events.single-item-error")
@pytest.mark.parametrize("kind", FAULTS)
def test_single_item_error(lab: Lab, kind: str) -> None:
    """A well-formed single event that cannot be taken is a 200 with an error."""
    made = lab.experiment("running")
    response = lab.events(fault(lab, made, kind))
    assertions.same(
        [index for index, _ in item_errors(response, 0)], [0], "the indexes of the errors"
    )
    assertions.same(lab.counters(made["uid"]), {"v0": (0, 0), "v1": (0, 0)}, "the counters")


METADATA = [
    pytest.param({"k": "x" * (LARGEST - FRAME)}, True, id="10-KB"),
    pytest.param({"k": "x" * (LARGEST - FRAME + 1)}, False, id="10-KB-and-a-byte"),
    pytest.param({"k": "\u00e9" * ((LARGEST - FRAME) // 2)}, True, id="10-KB-of-two-byte-letters"),
    pytest.param(
        {"k": "\u00e9" * ((LARGEST - FRAME) // 2 + 1)}, False, id="more-of-two-byte-letters"
    ),
    pytest.param({}, True, id="empty"),
    pytest.param({"a": {"b": {"c": 1}}}, True, id="3-levels"),
    pytest.param({"a": {"b": {"c": {}}}}, False, id="4-levels"),
]


@pytest.mark.rule("events.metadata-limits")
@pytest.mark.parametrize(("metadata", "fits"), METADATA)
def test_metadata_limits(lab: Lab, metadata: Json, fits: bool) -> None:
    """Metadata up to 10 KB and 3 levels is taken, alone and in an array."""
    error_message = event(lab.experiment("running"), metadata=metadata)
    for body in (error_message, [error_message]):
        response = lab.events(body)
        assertions.same(
            [index for index, _ in item_errors(response, int(fits))],
            [] if fits else [0],
            "the errors",
        )


@pytest.mark.rule("events.without-variant")
@pytest.mark.parametrize("fields", [{"variant": ...}, {"variant": None}], ids=["absent", "null"])
def test_without_variant(lab: Lab, fields: Json) -> None:
    """An event without a variant counts for the variant that the pixel counts for."""
    for number in range(6):
        made = lab.experiment("running")
        assertions.taken(lab.events(event(made, "click", **fields), **viewer(number)), 1)
        assertions.status(lab.pixel(made["slug"], headers=viewer(number)), 200)
        assertions.same(
            sorted(lab.counters(made["uid"]).values()),
            [(0, 0), (1, 1)],
            "the counters, variant by variant",
        )
