"""Everything the server remembers as one JSON document, and back. No key is part of it."""

from array import array
from base64 import b64decode, b64encode
from collections.abc import Container, Generator, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import product
from random import Random
from typing import Any

import orjson
from pydantic_core import SchemaValidator
from pydantic_core import core_schema as cs

from pictify_mock.control import date_times
from pictify_mock.control.context import ControlContext
from pictify_mock.domain import editing, slugs, uids
from pictify_mock.domain.clock import to_millisecond
from pictify_mock.domain.enums import Status
from pictify_mock.domain.errors import FieldError, Refusal, invalid
from pictify_mock.domain.events import RecordedEvent, kept, tally
from pictify_mock.domain.experiment import Counter, Experiment
from pictify_mock.domain.teams import Team
from pictify_mock.http import request_parsing
from pictify_mock.http.responses import experiment_json
from pictify_mock.http.schemas import (
    BOOLEAN,
    CHANNELS,
    DEVICES,
    EVENT_NAMES,
    OBJECT,
    check,
    record,
    sometimes,
    text,
    whole,
    words,
)
from pictify_mock.slices import in_slices
from pictify_mock.storage.recent_events import RECENT
from pictify_mock.version import __version__

VERSION = 1
WORDS = 625  # of the generator behind `Random`
HIGHEST_BIT = 1 << 31
MOST_COUNTED = 2**53 - 1  # what every reader of JSON has exactly

LIVE = tuple(status.value for status in Status if status is not Status.ARCHIVED)
TALLIES = frozenset(
    tally(*names) for names in product(EVENT_NAMES, (None, *CHANNELS), (None, *DEVICES))
)
COUNT = whole(0, MOST_COUNTED)
COUNTS = record(
    {}, {"impressions": COUNT, "clicks": COUNT, "tallies": cs.dict_schema(text(), COUNT)}
)
SEEN = record(
    {"at": text(), "event": words(*EVENT_NAMES), "variantId": text()},
    {
        "channel": words(*CHANNELS),
        "device": words(*DEVICES),
        "referrer": text(),
        "metadata": OBJECT,
        "source": words("sdk", "api", "click", "pixel", "image"),
    },
)
STORED = SchemaValidator(
    record(
        {"uid": text()},
        {
            "team": whole(0),
            "status": words(*LIVE),
            "createdAt": text(),
            "updatedAt": text(),
            "winnerVariantId": text(),
            "winnerDeclaredAt": text(),
            "optimisedAt": text(),
            "variants": cs.list_schema(COUNTS),
            "events": cs.list_schema(SEEN, max_length=RECENT),
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
            "chance": sometimes(
                record(
                    {"words": text()}, {"gauss": cs.float_schema(allow_inf_nan=False, strict=True)}
                )
            ),
            "archived": sometimes(
                record({}, {"uids": cs.list_schema(text()), "slugs": cs.list_schema(text())})
            ),
            "experiments": cs.typed_dict_field(cs.list_schema(OBJECT)),
        },
        extra_behavior="forbid",
        strict=True,
    )
)


async def dump(control: ControlContext) -> dict[str, Any]:
    """Everything at once but the experiments, each of which is told as it is when its turn comes."""
    store = control.app_state.store
    uids, slugs = store.gone()
    experiments = [
        (index, each)
        for index, team in enumerate(control.app_state.teams)
        for each in store.of_team(team)
    ]
    document = {
        "version": VERSION,
        "server": __version__,
        "clock": {
            "now": control.clock().isoformat(),
            "frozen": control.clock.frozen,
            "driven": control.clock.driven,
        },
        "seed": control.seed,
        "chance": _chance_json(control.app_state.chance),
        "archived": {"uids": uids, "slugs": slugs},
    }
    written = [orjson.dumps(_stored_json(control, *each)) async for each in in_slices(experiments)]
    return {**document, "experiments": list(map(orjson.Fragment, written))}


def load(control: ControlContext, document: Any) -> Generator[None, None, None]:
    """Take the place of all that was, or raise and change nothing. The document is used up, step by step."""
    documents = document.get("experiments") if isinstance(document, dict) else None
    state = check(
        STATE, {**document, "experiments": []} if isinstance(documents, list) else document
    )
    experiments, events = yield from _experiments(control, documents or [])
    clock, chance = state.get("clock") or {}, state.get("chance")
    now = _moment(clock.get("now"), "/clock/now", control.clock())
    chance_state = None if chance is None else _chance_state(chance)
    store, archived = control.app_state.store, state.get("archived") or {}
    _check_archived(archived, events)
    successor = store.successor()
    successor.remember(archived.get("uids") or (), archived.get("slugs") or ())
    for experiment in experiments:
        successor.add(experiment)
        successor.recall(experiment.uid, events[experiment.uid])
        yield
    yield from store.become(successor)
    control.clock.release()
    if clock.get("driven"):
        control.clock.freeze(bool(clock.get("frozen")))
        control.clock.set(now)
    control.seed = state.get("seed")
    if chance_state is not None:
        control.app_state.chance.setstate(chance_state)
    elif control.seed is not None:
        control.app_state.chance.seed(control.seed)


def _stored_json(control: ControlContext, team: int, experiment: Experiment) -> dict[str, Any]:
    document = {"team": team, **experiment_json(experiment)}
    for variant, json in zip(experiment.variants, document["variants"], strict=True):
        json["tallies"] = variant.counter.tallies
    if experiment.optimised_at is not None:
        document["optimisedAt"] = experiment.optimised_at.isoformat()
    seen = control.app_state.store.recent(experiment.uid)
    if seen:
        document["events"] = [{**each.told(), "at": each.at.isoformat()} for each in seen]
    return document


def _experiments(
    control: ControlContext, documents: list[Any]
) -> Generator[None, None, tuple[list[Experiment], dict[str, list[RecordedEvent]]]]:
    experiments, events = [], {}
    taken: set[str] = set()
    for index, document in enumerate(documents):
        try:
            experiment = _experiment(control, document)
            if experiment.uid in events or experiment.slug in taken:
                field = "/uid" if experiment.uid in events else "/slug"
                raise invalid(
                    [
                        FieldError(
                            field,
                            "is that of another experiment too; give each its own",
                            "conflict",
                        )
                    ]
                )
            events[experiment.uid] = _events(document)
        except Refusal as refusal:
            fields = [
                FieldError(f"/experiments/{index}{f.field}", f.message, f.code)
                for f in refusal.fields
            ]
            raise invalid(fields) from None
        taken.add(experiment.slug)
        experiments.append(experiment)
        documents[index] = None  # freeing all of them at once would take long
        yield
    return experiments, events


def _experiment(control: ControlContext, document: dict[str, Any]) -> Experiment:
    """Judged as a create is, then brought to where it was."""
    stored = check(STORED, document)
    _raise_any(uids.faults(stored["uid"], "/uid"))
    _raise_any(_tally_faults(stored.get("variants") or ()))
    team = _team(control, stored.get("team") or 0)
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
        raise invalid(
            [
                FieldError(
                    "/winnerVariantId",
                    "is not the id of a variant; send one of them",
                    "invalid_value",
                )
            ]
        )
    return replace(
        draft,
        variants=variants,
        status=status,
        updated_at=to_millisecond(_moment(stored.get("updatedAt"), "/updatedAt", created_at)),
        winner_variant_id=winner,
        winner_declared_at=_moment(stored.get("winnerDeclaredAt"), "/winnerDeclaredAt", None),
        optimised_at=_moment(stored.get("optimisedAt"), "/optimisedAt", None),
    )


def _team(control: ControlContext, index: int) -> Team:
    teams = control.app_state.teams
    if index >= len(teams):
        message = f"names no team; there are {len(teams)}, counted from 0"
        raise invalid([FieldError("/team", message, "invalid_value")])
    return teams[index]


def _moment(value: str | None, field: str, default: datetime | None) -> Any:
    return default if value is None else date_times.read(value, field, date_times.LATEST_LOADED)


def _events(stored: dict[str, Any]) -> list[RecordedEvent]:
    return [
        RecordedEvent(
            _moment(each["at"], f"/events/{index}/at", None),
            each["event"],
            each["variantId"],
            kept(each, orjson.dumps),
        )
        for index, each in enumerate(stored.get("events") or ())
    ]


def _tally_faults(variants: Iterable[dict[str, Any]]) -> list[FieldError]:
    remedy = "write names such as click/email/mobile or view/-/-"
    return [
        FieldError(
            f"/variants/{index}/tallies",
            f"counts {unknown[0][:100]!r}, which nothing is; {remedy}",
            "invalid_value",
        )
        for index, variant in enumerate(variants)
        if (unknown := [name for name in variant.get("tallies") or () if name not in TALLIES])
    ]


def _check_archived(archived: dict[str, Any], live: Container[str]) -> None:
    for index, uid in enumerate(archived.get("uids") or ()):
        field = f"/archived/uids/{index}"
        _raise_any(uids.faults(uid, field))
        if uid in live:
            raise invalid(
                [FieldError(field, "is that of an experiment, too; leave it out", "conflict")]
            )
    for index, slug in enumerate(archived.get("slugs") or ()):
        _raise_any(
            [FieldError(f"/archived/slugs/{index}", f.message, f.code) for f in slugs.faults(slug)]
        )


def _raise_any(faults: Sequence[FieldError]) -> None:
    if faults:
        raise invalid(faults)


def _chance_json(chance: Random) -> dict[str, Any]:
    _, numbers, gauss = chance.getstate()
    return {"words": b64encode(array("I", numbers).tobytes()).decode(), "gauss": gauss}


def _chance_state(chance: dict[str, Any]) -> tuple[Any, ...]:
    try:
        numbers = array("I", b64decode(chance["words"], validate=True))
    except ValueError:
        numbers = array("I")
    if len(numbers) != WORDS or numbers[-1] >= WORDS or not _can_go_on(numbers):
        message = (
            "is not the state of a generator; send one that this server gave, or leave chance out"
        )
        raise invalid([FieldError("/chance/words", message, "invalid_value")])
    return 3, tuple(numbers), chance.get("gauss")


def _can_go_on(numbers: Sequence[int]) -> bool:
    """Whether anything but zeros ever follows. All else of the first word is never looked at again."""
    return bool(numbers[0] & HIGHEST_BIT) or any(numbers[1:-1])
