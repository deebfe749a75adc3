"""The facts of a page held against the spec: every difference once, and which of them are decided already."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from . import compare_bodies, compare_operations, compare_tables
from .differences import Clash, Difference, Saying, told
from .facts import Endpoint, Fact
from .known import Known
from .spec import Operation, Spec

OF_OPERATIONS: dict[str, Callable[[Fact, Operation], Iterator[Clash]]] = {
    "endpoint": compare_operations.endpoint,
    "status": compare_operations.status,
    "auth": compare_operations.auth,
    "media type": compare_operations.media_type,
    "response header": compare_operations.response_header,
    **dict.fromkeys(
        ("path", "query", "header", "cookie", "parameter"), compare_operations.parameter
    ),
    "example": compare_bodies.example,
}
Table: TypeAlias = Callable[[Fact, Spec], Iterator[Clash]]
OF_TABLES: dict[str, Table] = {
    "overview": compare_tables.overview,
    "lifecycle": compare_tables.move,
    "editable": compare_tables.editable,
    "slug": compare_tables.slug,
    "words": compare_tables.words,
}


class Comparison:
    """Asks the spec for every fact of a page."""

    def __init__(self, spec: Spec, known: Known) -> None:
        self.spec, self.known = spec, known
        self.found: dict[tuple[str, ...], Difference] = {}
        self.others: dict[str, int] = {}  # endpoints of other APIs of the vendor

    def take(self, facts: Iterable[Fact]) -> list[Difference]:
        """The differences, by line."""
        for fact in facts:
            if fact.operation and not self.spec.operation(fact.operation):
                self.unknown(fact.operation, fact.line)
            else:
                for clash in self.clashes(fact):
                    self.keep(clash)
        return sorted(
            self.found.values(), key=lambda difference: (difference.line, difference.subject)
        )

    def clashes(self, fact: Fact) -> Iterable[Clash]:
        """Where the spec says something else."""
        if fact.place in OF_TABLES:
            return OF_TABLES[fact.place](fact, self.spec)
        operation = self.spec.operation(fact.operation)
        return (
            OF_OPERATIONS.get(fact.place, compare_bodies.member)(fact, operation)
            if operation
            else ()
        )

    def keep(self, clash: Clash) -> None:
        """Keep a difference, once, and with the reason if it is decided."""
        fact, spec = clash.fact, clash.spec
        operation = self.spec.operation(fact.operation)
        name = operation.id if operation else ""
        reason = self.known.assumed(spec.mark) if spec.mark else self.known.decided(clash, name)
        subject = f"{fact.place} {fact.subject}".strip()
        difference = Difference(
            clash.kind,
            name,
            subject,
            fact.line,
            clash.page,
            told(spec.value, fact.aspect),
            spec.line,
            spec.pointer,
            reason,
        )
        self.found.setdefault((clash.kind, name, subject, fact.aspect, clash.page), difference)

    def unknown(self, endpoint: Endpoint, line: int) -> None:
        """An endpoint that the spec lacks is a difference if it belongs to this API."""
        if not self.spec.related(endpoint):
            self.others.setdefault(str(endpoint), line)
            return
        methods = self.spec.methods(endpoint.path)
        says = Saying(f"{', '.join(methods)} only" if methods else "no such path", 0, "#/paths")
        found = Difference(
            "endpoint", str(endpoint), "", line, str(endpoint), str(says.value), 0, says.pointer
        )
        self.found.setdefault(("endpoint", str(endpoint)), found)
