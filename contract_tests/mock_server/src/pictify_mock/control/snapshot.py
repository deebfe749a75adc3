"""The whole state of the server as a JSON document, and back. No key is part of it."""

from array import array
from base64 import b64decode, b64encode
from collections.abc import Container, Generator, Sequence
from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Any

import orjson

from pictify_mock import json_bytes
from pictify_mock.control import date_times, schemas
from pictify_mock.control.context import ControlContext
from pictify_mock.domain import editing, slugs, uids
from pictify_mock.domain.clock import to_millisecond
from pictify_mock.domain.enums import Status
from pictify_mock.domain.errors import FieldError, Refusal, invalid, invalid_field
from pictify_mock.domain.events import RecordedEvent, event_details
from pictify_mock.domain.experiment import Counter, Experiment
from pictify_mock.http import request_body, request_parsing
from pictify_mock.http.responses import experiment_json
from pictify_mock.http.schemas import check
from pictify_mock.slices import in_slices
from pictify_mock.version import __version__

MOST_NESTING = request_body.MOST_NESTING + 8  # a state wraps experiments in levels of its own
WORDS = 625  # of the Mersenne Twister's state in `Random`, its index included
HIGHEST_BIT = 1 << 31


async def dump(control: ControlContext) -> dict[str, Any]:
    """Return the state at this moment, but each experiment as it is when its slice comes."""
    store = control.app_state.store
    uids, slugs = store.archived_names()
    experiments = [
        (index, each)
        for index, team in enumerate(control.app_state.teams)
        for each in store.of_team(team)
    ]
    document = {
        "version": schemas.STATE_VERSION,
        "server": __version__,
        "clock": {"now": control.clock().isoformat(), **control.clock.json()},
        "seed": control.seed,
        "chance": _random_state_json(control.app_state.rng),
        "archived": {"uids": uids, "slugs": slugs},
    }
    written = [
        json_bytes.dumps(_experiment_json(control, *each)) async for each in in_slices(experiments)
    ]
    return {**document, "experiments": list(map(orjson.Fragment, written))}


def load(control: ControlContext, document: Any) -> Generator[None, None, None]:
    """Replace the state step by step, or raise a refusal and change nothing.

    The document is emptied on the way.
    """
    documents = document.get("experiments") if isinstance(document, dict) else None
    # The experiments are validated one by one, in slices.
    shell = {**document, "experiments": []} if isinstance(documents, list) else document
    state = check(schemas.STATE, shell)
    experiments, events = yield from _experiments(control, documents or [])
    clock, chance = state.get("clock") or {}, state.get("chance")
    now = _moment(clock.get("now"), "/clock/now", control.clock())
    random_state = None if chance is None else _random_state(chance)
    store, archived = control.app_state.store, state.get("archived") or {}
    _check_archived(archived, events)
    staging = store.new_staging()
    staging.add_archived_names(archived.get("uids") or (), archived.get("slugs") or ())
    for experiment in experiments:
        staging.add(experiment)
        staging.add_recent(experiment.uid, events[experiment.uid])
        yield
    yield from store.adopt(staging)
    control.clock.release()
    if clock.get("driven"):
        control.clock.freeze(bool(clock.get("frozen")))
        control.clock.set(now)
    control.seed = state.get("seed")
    if random_state is not None:
        control.app_state.rng.setstate(random_state)
    elif control.seed is not None:
        control.reseed(control.seed)


def _experiment_json(control: ControlContext, team: int, experiment: Experiment) -> dict[str, Any]:
    document = {"team": team, **experiment_json(experiment)}
    for variant, json in zip(experiment.variants, document["variants"], strict=True):
        json["tallies"] = variant.counter.tallies
    if experiment.optimised_at is not None:
        document["optimisedAt"] = experiment.optimised_at.isoformat()
    events = control.app_state.store.recent(experiment.uid)
    if events:
        document["events"] = [{**each.members(), "at": each.at.isoformat()} for each in events]
    return document


def _experiments(
    control: ControlContext, documents: list[Any]
) -> Generator[None, None, tuple[list[Experiment], dict[str, list[RecordedEvent]]]]:
    """Return the experiments, and the events of each by its uid."""
    experiments, events = [], {}
    taken: set[str] = set()
    for index, document in enumerate(documents):
        try:
            experiment = _experiment(control, document)
            if experiment.uid in events or experiment.slug in taken:
                field = "/uid" if experiment.uid in events else "/slug"
                message = "is that of another experiment too; give each its own"
                raise invalid_field(field, message, "conflict")
            events[experiment.uid] = _events(document)
        except Refusal as refusal:
            place = f"/experiments/{index}"
            raise invalid([replace(f, field=place + f.field) for f in refusal.fields]) from None
        taken.add(experiment.slug)
        experiments.append(experiment)
        documents[index] = None  # freeing all of them at once would block the loop
        yield
    return experiments, events


def _experiment(control: ControlContext, document: dict[str, Any]) -> Experiment:
    """Validate the document like a create, then set what a create does not set."""
    stored = check(schemas.EXPERIMENT, document)
    _raise_any(uids.faults(stored["uid"], "/uid"))
    _raise_any(_tally_faults(stored.get("variants") or ()))
    team = control.team(stored.get("team") or 0)
    fields = request_parsing.new_experiment(document)
    editing.check_fields(fields, team.plan)
    created_at = to_millisecond(_moment(stored.get("createdAt"), "/createdAt", control.clock()))
    draft = editing.created(stored["uid"], team, fields, created_at)
    counters = [
        Counter(each.get("impressions") or 0, each.get("clicks") or 0, each.get("tallies") or {})
        for each in stored["variants"]
    ]
    variants = tuple(
        replace(v, counter=counter) for v, counter in zip(draft.variants, counters, strict=True)
    )
    status, winner = Status(stored.get("status") or Status.DRAFT), stored.get("winnerVariantId")
    if (status is Status.COMPLETED or winner is not None) and draft.variant(winner or "") is None:
        message = "is not the id of a variant; send one of them"
        raise invalid_field("/winnerVariantId", message, "invalid_value")
    return replace(
        draft,
        variants=variants,
        status=status,
        updated_at=to_millisecond(_moment(stored.get("updatedAt"), "/updatedAt", created_at)),
        winner_variant_id=winner,
        winner_declared_at=_moment(stored.get("winnerDeclaredAt"), "/winnerDeclaredAt", None),
        optimised_at=_moment(stored.get("optimisedAt"), "/optimisedAt", None),
    )


def _moment(value: str | None, field: str, default: datetime | None) -> Any:
    return default if value is None else date_times.read(value, field, date_times.LATEST_LOADED)


def _events(stored: dict[str, Any]) -> list[RecordedEvent]:
    return [
        RecordedEvent(
            _moment(each["at"], f"/events/{index}/at", None),
            each["event"],
            each["variantId"],
            event_details(each, json_bytes.dumps),
        )
        for index, each in enumerate(stored.get("events") or ())
    ]


def _tally_faults(variants: Sequence[dict[str, Any]]) -> list[FieldError]:
    remedy = "write names such as click/email/mobile or view/-/-"
    faults = []
    for index, variant in enumerate(variants):
        unknown = [name for name in variant.get("tallies") or () if name not in schemas.TALLIES]
        if unknown:
            message = f"counts {unknown[0][:100]!r}, which is not the name of a tally; {remedy}"
            faults.append(FieldError(f"/variants/{index}/tallies", message, "invalid_value"))
    return faults


def _check_archived(archived: dict[str, Any], live: Container[str]) -> None:
    for index, uid in enumerate(archived.get("uids") or ()):
        field = f"/archived/uids/{index}"
        _raise_any(uids.faults(uid, field))
        if uid in live:
            message = "is that of an experiment, too; leave it out"
            raise invalid_field(field, message, "conflict")
    for index, slug in enumerate(archived.get("slugs") or ()):
        field = f"/archived/slugs/{index}"
        _raise_any([replace(fault, field=field) for fault in slugs.faults(slug)])


def _raise_any(faults: Sequence[FieldError]) -> None:
    if faults:
        raise invalid(faults)


def _random_state_json(rng: Random) -> dict[str, Any]:
    _, numbers, gauss = rng.getstate()
    return {"words": b64encode(array("I", numbers).tobytes()).decode(), "gauss": gauss}


def _random_state(chance: dict[str, Any]) -> tuple[Any, ...]:
    try:
        numbers = array("I", b64decode(chance["words"], validate=True))
    except ValueError:
        numbers = array("I")
    if len(numbers) != WORDS or numbers[-1] >= WORDS or _is_all_zeros(numbers):
        problem = "is not the state of a generator"
        message = f"{problem}; send one that this server gave, or leave chance out"
        raise invalid_field("/chance/words", message, "invalid_value")
    return 3, tuple(numbers), chance.get("gauss")


def _is_all_zeros(numbers: Sequence[int]) -> bool:
    """Return True for a state that gives zeros for ever, and so never a free uid."""
    # The generator ignores the lower bits of the first word. The last word is its index.
    return not numbers[0] & HIGHEST_BIT and not any(numbers[1:-1])
