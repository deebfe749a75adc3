"""Everything the server remembers as one JSON document, and back. No key is part of it."""

from __future__ import annotations

from array import array
from base64 import b64decode, b64encode
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson
from pydantic_core import SchemaValidator
from pydantic_core import core_schema as cs

from contract_tests.mock_server import __version__
from contract_tests.mock_server.domain import editing
from contract_tests.mock_server.domain.errors import FieldError, Refusal, invalid
from contract_tests.mock_server.domain.events import Seen, kept
from contract_tests.mock_server.domain.experiment import Counter, Experiment, Status
from contract_tests.mock_server.domain.schedules import moment
from contract_tests.mock_server.slices import in_slices
from contract_tests.mock_server.wire import requests
from contract_tests.mock_server.wire.responses import experiment_json
from contract_tests.mock_server.wire.shapes import BOOLEAN, OBJECT, check, record, sometimes, text, whole, words

if TYPE_CHECKING:
    from collections.abc import Generator
    from random import Random

    from contract_tests.mock_server.domain.teams import Team

    from .desk import Desk

VERSION = 1
WORDS = 625  # of the generator behind `Random`

LIVE = tuple(status.value for status in Status if status is not Status.ARCHIVED)
COUNTS = record({}, {"impressions": whole(0), "clicks": whole(0), "tallies": cs.dict_schema(text(), whole(0))})
STORED = SchemaValidator(
    record(
        {"uid": text(100)},
        {
            "team": whole(0),
            "status": words(*LIVE),
            "createdAt": text(),
            "updatedAt": text(),
            "winnerVariantId": text(),
            "winnerDeclaredAt": text(),
            "optimisedAt": text(),
            "variants": cs.list_schema(COUNTS),
            "events": cs.list_schema(OBJECT),
        },
    )
)
STATE = SchemaValidator(
    cs.typed_dict_schema(
        {
            "version": cs.typed_dict_field(cs.literal_schema([VERSION])),
            "server": sometimes(text()),
            "clock": sometimes(record({}, {"now": text(), "frozen": BOOLEAN, "driven": BOOLEAN})),
            "seed": sometimes(cs.nullable_schema(whole())),
            "chance": sometimes(record({"words": text()}, {"gauss": cs.float_schema()})),
            "archived": sometimes(record({}, {"uids": cs.list_schema(text()), "slugs": cs.list_schema(text())})),
            "experiments": cs.typed_dict_field(cs.list_schema(OBJECT)),
        },
        extra_behavior="forbid",
        strict=True,
    )
)


async def dump(desk: Desk) -> dict[str, Any]:
    """Everything at once but the experiments, each of which is told as it is when its turn comes."""
    store = desk.world.store
    uids, slugs = store.gone()
    experiments = [(index, each) for index, team in enumerate(desk.world.teams) for each in store.of_team(team)]
    document = {
        "version": VERSION,
        "server": __version__,
        "clock": {"now": desk.clock().isoformat(), "frozen": desk.clock.frozen, "driven": desk.clock.driven},
        "seed": desk.seed,
        "chance": _chance_json(desk.world.chance),
        "archived": {"uids": uids, "slugs": slugs},
    }
    written = [orjson.dumps(_stored_json(desk, *each)) async for each in in_slices(experiments)]
    return {**document, "experiments": list(map(orjson.Fragment, written))}


def load(desk: Desk, document: Any) -> Generator[None, None, None]:
    """Take the place of all that was, or raise and change nothing. The document is used up, step by step."""
    documents = document.get("experiments") if isinstance(document, dict) else None
    state = check(STATE, {**document, "experiments": []} if isinstance(documents, list) else document)
    experiments, events = yield from _experiments(desk, documents or [])
    clock, chance = state.get("clock") or {}, state.get("chance")
    now = _moment(clock.get("now"), "/clock/now", desk.clock())
    chance_state = None if chance is None else _chance_state(chance)
    store, archived = desk.world.store, state.get("archived") or {}
    successor = store.successor()
    successor.remember(archived.get("uids") or (), archived.get("slugs") or ())
    for experiment in experiments:
        successor.add(experiment)
        successor.recall(experiment.uid, events[experiment.uid])
        yield
    yield from store.become(successor)
    desk.clock.release()
    if clock.get("driven"):
        desk.clock.freeze(bool(clock.get("frozen")))
        desk.clock.set(now)
    desk.seed = state.get("seed")
    if chance_state is not None:
        desk.world.chance.setstate(chance_state)
    elif desk.seed is not None:
        desk.world.chance.seed(desk.seed)


def _stored_json(desk: Desk, team: int, experiment: Experiment) -> dict[str, Any]:
    document = {"team": team, **experiment_json(experiment)}
    for variant, json in zip(experiment.variants, document["variants"], strict=True):
        json["tallies"] = variant.counter.tallies
    if experiment.optimised_at is not None:
        document["optimisedAt"] = experiment.optimised_at.isoformat()
    seen = desk.world.store.recent(experiment.uid)
    if seen:
        document["events"] = [{**each.told(), "at": each.at.isoformat()} for each in seen]
    return document


def _experiments(
    desk: Desk, documents: list[Any]
) -> Generator[None, None, tuple[list[Experiment], dict[str, list[Seen]]]]:
    experiments, events = [], {}
    slugs: set[str] = set()
    for index, document in enumerate(documents):
        try:
            experiment = _experiment(desk, document)
            if experiment.uid in events or experiment.slug in slugs:
                field = "/uid" if experiment.uid in events else "/slug"
                raise invalid([FieldError(field, "is that of another experiment too", "conflict")])
            events[experiment.uid] = list(map(_seen, document.get("events") or ()))
        except Refusal as refusal:
            fields = [FieldError(f"/experiments/{index}{f.field}", f.message, f.code) for f in refusal.fields]
            raise invalid(fields) from None
        slugs.add(experiment.slug)
        experiments.append(experiment)
        documents[index] = None  # freeing all of them at once would take long
        yield
    return experiments, events


def _experiment(desk: Desk, document: dict[str, Any]) -> Experiment:
    """Judged as a create is, then brought to where it was."""
    stored = check(STORED, document)
    team = _team(desk, stored.get("team") or 0)
    fields = requests.new_experiment(document)
    editing.check_fields(fields, team.plan)
    created_at = _moment(stored.get("createdAt"), "/createdAt", desk.clock())
    draft = editing.created(stored["uid"], team, fields, created_at)
    counters = [
        Counter(each.get("impressions") or 0, each.get("clicks") or 0, each.get("tallies") or {})
        for each in stored["variants"]
    ]
    variants = tuple(replace(v, counter=counter) for v, counter in zip(draft.variants, counters, strict=True))
    status, winner = Status(stored.get("status") or Status.DRAFT), stored.get("winnerVariantId")
    if (status is Status.COMPLETED or winner is not None) and draft.variant(winner or "") is None:
        raise invalid([FieldError("/winnerVariantId", "is not the id of one of the variants", "invalid_value")])
    return replace(
        draft,
        variants=variants,
        status=status,
        updated_at=_moment(stored.get("updatedAt"), "/updatedAt", created_at),
        winner_variant_id=winner,
        winner_declared_at=_moment(stored.get("winnerDeclaredAt"), "/winnerDeclaredAt", None),
        optimised_at=_moment(stored.get("optimisedAt"), "/optimisedAt", None),
    )


def _team(desk: Desk, index: int) -> Team:
    teams = desk.world.teams
    if index >= len(teams):
        message = f"names no team; there are {len(teams)}, counted from 0"
        raise invalid([FieldError("/team", message, "invalid_value")])
    return teams[index]


def _moment(value: str | None, field: str, default: datetime | None) -> Any:
    if value is None:
        return default
    found = moment(value)
    if found is None:
        raise invalid([FieldError(field, "is not a date-time; write it like 2026-03-15T09:00:00Z", "invalid_format")])
    return found.astimezone(UTC)


def _seen(event: dict[str, Any]) -> Seen:
    details = dict(event)
    try:
        at, kind, variant = details.pop("at"), details.pop("event"), details.pop("variantId")
    except KeyError as missing:
        raise invalid([FieldError(f"/events/{missing.args[0]}", "is missing; add it", "required")]) from None
    return Seen(_moment(str(at), "/events/at", None), str(kind), str(variant), kept(details))


def _chance_json(chance: Random) -> dict[str, Any]:
    _, numbers, gauss = chance.getstate()
    return {"words": b64encode(array("I", numbers).tobytes()).decode(), "gauss": gauss}


def _chance_state(chance: dict[str, Any]) -> tuple[Any, ...]:
    try:
        numbers = array("I", b64decode(chance["words"], validate=True))
    except ValueError:
        numbers = array("I")
    if len(numbers) != WORDS or numbers[-1] >= WORDS:
        raise invalid(
            [FieldError("/chance/words", "is not the state of a generator; leave chance out", "invalid_value")]
        )
    return 3, tuple(numbers), chance.get("gauss")
