"""Which of the answers that the spec names a run has seen."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from pictify_conformance import spec

Triple: TypeAlias = tuple[str, str, str]
"""Operation, status and media type; the last is empty where there is no body."""


@dataclass(frozen=True)
class Coverage:
    """The documented answers, those of them that came, and those that came and are not documented."""

    documented: tuple[Triple, ...]
    seen: frozenset[Triple]
    undocumented: tuple[Triple, ...]

    @property
    def not_seen(self) -> tuple[Triple, ...]:
        """What no request of the run was answered."""
        return tuple(triple for triple in self.documented if triple not in self.seen)


def coverage(level: spec.Level, answers: Iterable[Triple]) -> Coverage:
    """What a run's answers cover of the spec at a level."""
    documented, whole = triples(level), frozenset(triples("assumed"))
    named = frozenset(_as_named(answer, whole) for answer in answers)
    return Coverage(documented, named.intersection(documented), tuple(sorted(named - whole)))


def triples(level: spec.Level) -> tuple[Triple, ...]:
    """Every answer that the spec names at a level, in its order."""
    published = spec.view(level)["paths"]
    return tuple(
        (operation["operationId"], status, media_type)
        for method, path, operation in spec.operations()
        for status, response in operation["responses"].items()
        if status in published[path][method.lower()]["responses"]
        for media_type in _media_types(response)
    )


def _media_types(response: dict[str, Any]) -> list[str]:
    whole = spec.resolve(response["$ref"]) if "$ref" in response else response
    return list(whole.get("content") or [""])


def _as_named(answer: Triple, named: frozenset[Triple]) -> Triple:
    """The answer under the spec's name for it: JSON of any kind is JSON."""
    operation_id, status, media_type = answer
    if answer in named:
        return answer
    for other in (
        ("application/json", "application/problem+json") if media_type.endswith("json") else ("",)
    ):
        if (operation_id, status, other) in named:
            return operation_id, status, other
    return answer


def triple(operation_id: str, status: int, content_type: str) -> Triple:
    """An answer as a triple."""
    return operation_id, str(status), content_type.partition(";")[0].strip().lower()
