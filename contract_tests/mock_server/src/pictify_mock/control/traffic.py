"""Play viewers of a running experiment."""

import asyncio
from collections.abc import Iterator
from ipaddress import IPv6Address
from random import Random

from pictify_mock.api.context import RequestContext
from pictify_mock.api.tracking import assign_and_count
from pictify_mock.control.context import ControlContext
from pictify_mock.control.overview import Json, experiment_of
from pictify_mock.control.schemas import Body
from pictify_mock.domain.assignment import PREPARED, prepare
from pictify_mock.domain.enums import Status
from pictify_mock.domain.errors import Refusal, invalid_field
from pictify_mock.domain.events import CLICK_LINK, PIXEL
from pictify_mock.domain.experiment import Counter, Experiment

AT_ONCE = 100  # viewers between two pauses
ADDRESSES = int(IPv6Address("2001:db8::"))  # reserved for documentation

BROWSERS = (
    b"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36",
    b"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.5 Safari",
    b"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Mobile/15E148 Safari",
    b"Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari",
    b"Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) Version/18.5 Mobile/15E148 Safari",
)
LANGUAGES = {
    b"US": b"en-US",
    b"GB": b"en-GB",
    b"DE": b"de-DE",
    b"FR": b"fr-FR",
    b"BR": b"pt-BR",
    b"IN": b"en-IN",
    b"JP": b"ja-JP",
    b"ZA": b"en-ZA",
}


async def play(control: ControlContext, body: Body) -> Json:
    """Show the experiment to new viewers, some of whom click. Return what they did."""
    uid, click_rates = body["uid"], body.get("clickRates", {})
    experiment = experiment_of(control, uid)
    _check(experiment, click_rates)
    if not PREPARED.is_set():
        await asyncio.to_thread(prepare)
    app_state = control.app_state
    # Random numbers of its own, so that requests between the slices cannot change the viewers
    rng = Random(app_state.rng.getrandbits(64))
    counters = {variant.id: Counter() for variant in experiment.variants}
    played = 0
    for context in _viewers(control, rng, body["viewers"]):
        now = app_state.store.by_uid(uid)
        if now is None or now.status is not Status.RUNNING:
            break  # changed by a request between the slices
        variant = await assign_and_count(context, now, "impression", PIXEL)
        counter = counters.setdefault(variant.id, Counter())
        counter.impressions += 1
        if rng.random() < click_rates.get(variant.id, 0):
            await assign_and_count(context, now, "click", CLICK_LINK)
            counter.clicks += 1
        played += 1
        if played % AT_ONCE == 0:
            await asyncio.sleep(0)
    variants = [
        {"id": variant_id, "impressions": counter.impressions, "clicks": counter.clicks}
        for variant_id, counter in counters.items()
    ]
    return {"uid": uid, "viewers": played, "variants": variants}


def _check(experiment: Experiment, click_rates: dict[str, float]) -> None:
    for variant_id in click_rates:
        if experiment.variant(variant_id) is None:
            known = ", ".join(variant.id for variant in experiment.variants)
            message = f"name {variant_id[:100]!r}, which is not a variant; send some of {known}"
            raise invalid_field("/clickRates", message, "invalid_value")
    if experiment.status is not Status.RUNNING:
        status = experiment.status.value
        detail = f"A {status} experiment has no viewers; only a running one counts them."
        raise Refusal("invalid-state-transition", detail, members={"currentStatus": status})


def _viewers(control: ControlContext, rng: Random, number: int) -> Iterator[RequestContext]:
    """Yield the request of each viewer, from an address that no other viewer has."""
    first = ADDRESSES + (rng.getrandbits(64) << 32)
    countries = list(LANGUAGES)
    for address in range(first, first + number):
        country = rng.choice(countries)
        headers = {
            b"user-agent": rng.choice(BROWSERS),
            b"cloudfront-viewer-country": country,
            b"accept-language": LANGUAGES[country],
        }
        scope = {"method": "GET", "query_string": b"", "client": (str(IPv6Address(address)), 0)}
        yield RequestContext(control.app_state, scope, headers, None, None)
