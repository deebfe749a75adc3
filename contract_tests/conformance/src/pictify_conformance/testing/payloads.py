"""Parts of requests: variants, events, and the headers of browsers."""

from typing import Any, TypeAlias

from pictify_conformance.http.transport import BROWSER

Json: TypeAlias = dict[str, Any]

TYPES = ("ab_test", "smart_link", "scheduled")
STATUSES = ("draft", "running", "paused", "completed")
DESTINATION = "https://shop.example.com/summer"
A_DOZEN = range(12)  # repeats that meet an instance which is wrong one time in ten


def variants(*weights: int) -> list[Json]:
    """Return variants `v0`, `v1`, ... of these weights."""
    return [{"id": f"v{index}", "weight": weight} for index, weight in enumerate(weights)]


def click_goal(destination: str = DESTINATION) -> Json:
    """Return a `goalConfig` that sends clicks to this destination."""
    return {"type": "click_through", "destinationUrl": destination}


def event(experiment: Json, name: str = "impression", variant: Any = "v0", **fields: Any) -> Json:
    """Return an event of an experiment for one of its variants. A field of `...` is left out."""
    body = {"event": name, "experiment": experiment["slug"], "variantId": variant, **fields}
    return {key: value for key, value in body.items() if value is not ...}


def viewer(number: int) -> dict[str, str]:
    """Return the headers of one browser of many."""
    return {"User-Agent": BROWSER.replace("Chrome/131", f"Chrome/{100 + number}")}


def default_last(rows: Any) -> Any:
    """Make the last variant of a smart link its default, unless one is.

    The docs do not define smart links without a default variant.
    """
    well_formed = isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows)
    if not well_formed or any(row.get("isDefault") for row in rows):
        return rows
    return [*rows[:-1], {**rows[-1], "isDefault": True}]
