"""The coverage of a run: which of the spec's responses it received."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from pictify_conformance import spec

Triple: TypeAlias = tuple[str, str, str]
"""Operation, status and media type, which is empty without a body."""


@dataclass(frozen=True)
class Coverage:
    """The documented responses, those of them that were seen, and undocumented ones."""

    documented: tuple[Triple, ...]
    seen: frozenset[Triple]
    undocumented: tuple[Triple, ...]

    @property
    def not_seen(self) -> tuple[Triple, ...]:
        return tuple(triple for triple in self.documented if triple not in self.seen)


def coverage(level: spec.Level, answers: Iterable[Triple]) -> Coverage:
    """Compare the responses of a run with those of the spec at a level."""
    documented, known = triples(level), frozenset(triples("assumed"))
    received = frozenset(_as_documented(answer, known) for answer in answers)
    undocumented = tuple(sorted(received - known))
    return Coverage(documented, received.intersection(documented), undocumented)


def triples(level: spec.Level) -> tuple[Triple, ...]:
    """Return every response that the spec names at a level, in its order."""
    published = spec.view(level)["paths"]
    return tuple(
        (operation["operationId"], status, media_type)
        for method, path, operation in spec.operations()
        for status, response in operation["responses"].items()
        if status in published[path][method.lower()]["responses"]
        for media_type in spec.resolved(response).get("content") or [""]
    )


def _as_documented(answer: Triple, known: frozenset[Triple]) -> Triple:
    """Return the spec's name for a response: it treats JSON of any kind alike."""
    operation_id, status, media_type = answer
    json_types = ("application/json", "application/problem+json")
    for other in (media_type, *(json_types if media_type.endswith("json") else ("",))):
        if (operation_id, status, other) in known:
            return operation_id, status, other
    return answer


def triple(operation_id: str, status: int, content_type: str) -> Triple:
    return operation_id, str(status), content_type.partition(";")[0].strip().lower()
