"""Experiments as JSON documents, and back, by the annotations of the dataclasses.

A team is stored as its place among the teams: no key is ever part of a document.
"""

from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import orjson

from pictify_mock import json_bytes
from pictify_mock.domain.experiment import Experiment
from pictify_mock.domain.teams import Team

FIELDS = tuple(field.name for field in fields(Experiment) if field.name != "team")


def dump(experiment: Experiment, teams: Sequence[Team]) -> bytes:
    members = {name: getattr(experiment, name) for name in FIELDS}
    return json_bytes.dumps({"team": teams.index(experiment.team), **members})


def load(document: bytes | str, teams: Sequence[Team]) -> Experiment:
    members = orjson.loads(document)
    experiment: Experiment = _reader(Experiment)({**members, "team": teams[members["team"]]})
    return experiment


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    """Return the function that makes a value of this type from its JSON."""
    if is_dataclass(kind) and kind is not Team:
        return _dataclass_reader(kind)
    if get_origin(kind) is UnionType:
        some = next(_reader(part) for part in get_args(kind) if part is not type(None))
        return lambda value: None if value is None else some(value)
    if get_origin(kind) in (tuple, list):
        each, collect = _reader(get_args(kind)[0]), get_origin(kind)
        return lambda values: collect(map(each, values))
    if kind is datetime:
        return datetime.fromisoformat
    return kind if isinstance(kind, type) and issubclass(kind, Enum) else lambda value: value


def _dataclass_reader(kind: Any) -> Callable[[Any], Any]:
    readers = {name: _reader(hint) for name, hint in get_type_hints(kind).items()}
    return lambda members: kind(**{name: readers[name](value) for name, value in members.items()})
