"""Lists and tables of the whole API, held against those of the spec: endpoints, moves, fields, slugs, words."""

import re
from collections.abc import Iterator

from .differences import Clash, Saying, changes, first, saying
from .facts import Fact
from .rules import CHARACTERS
from .spec import Spec

LONGEST_SLUG = 200
SAMPLES = {
    "lowercase": "abc", "uppercase": "aBc", "digits": "a1c", "hyphens": "a-c", "underscores": "a_c", "dots": "a.c",
}  # fmt: skip


def overview(fact: Fact, spec: Spec) -> Iterator[Clash]:
    """A list of endpoints that has most of the operations should have all."""
    listed = [spec.operation(endpoint) for endpoint in fact.value]
    ours = [operation for operation in spec.operations.values() if not operation.deprecated]
    if len({operation for operation in listed if operation}) * 2 >= len(ours):
        for operation in ours:
            if operation not in listed:
                name = str(operation.endpoint)
                page = "not in the list of endpoints"
                yield Clash(
                    fact._replace(subject=name),
                    "endpoint",
                    page,
                    None,
                    saying(name, operation.node),
                )


def move(fact: Fact, spec: Spec) -> Iterator[Clash]:
    """A move between statuses."""
    if fact.value not in spec.moves:
        ends = [end for start, end in spec.moves if start == fact.value[0]]
        ours = f"{fact.value[0]} → {' or '.join(ends) or 'nothing'}"
        yield Clash(
            fact,
            "lifecycle",
            fact.subject,
            list(fact.value),
            saying(ours, spec.part("x-lifecycle")),
        )


def editable(fact: Fact, spec: Spec) -> Iterator[Clash]:
    """The fields that may be changed in a status."""
    ours = spec.editable.get(fact.subject)
    if ours is None:
        rows = saying(f"no such row; {', '.join(spec.editable)}", spec.part("x-editable"))
        yield Clash(fact, "editable fields", fact.subject, fact.subject, rows)
        return
    left_out = {name[1:] for name in fact.value if name.startswith("-")}
    theirs = spec.changeable - left_out if "*" in fact.value else set(fact.value)
    told = changes(theirs - set(ours.value), set(ours.value) - theirs - spec.editable_assumed)
    if told:
        says = ours._replace(value=", ".join(ours.value))
        yield Clash(fact, "editable fields", f"{fact.subject}: {told}", list(fact.value), says)


def slug(fact: Fact, spec: Spec) -> Iterator[Clash]:
    """Length, characters and reserved words of a slug."""
    pattern = spec.slug.value
    if fact.aspect == "range":
        lengths = [n for n in range(1, LONGEST_SLUG) if re.fullmatch(pattern, "a" * n)]
        ours = (lengths[0], lengths[-1]) if lengths else fact.value
        says, page = ("{} to {} characters".format(*limits) for limits in (ours, fact.value))
    elif fact.aspect == "kinds":
        kinds = {kind for kind in CHARACTERS if re.fullmatch(pattern, SAMPLES[kind])}
        extra = set(fact.value) - kinds
        says, page = ", ".join(sorted(kinds)), ", ".join(sorted(extra)) or ", ".join(sorted(kinds))
    elif fact.aspect == "words":
        yield from _reserved(fact, spec.reserved)
        return
    else:
        says, page = pattern, fact.value
    if says != page:
        yield Clash(fact, "slug", page, None, spec.slug._replace(value=says))


def _reserved(fact: Fact, ours: Saying) -> Iterator[Clash]:
    """A list that shares no word with the reserved ones is another list."""
    theirs, words = set(fact.value), set(ours.value)
    told = changes(theirs - words, words - theirs)
    if theirs & words and told:
        yield Clash(
            fact, "slug", f"reserved: {told}", None, ours._replace(value=", ".join(ours.value))
        )


def words(fact: Fact, spec: Spec) -> Iterator[Clash]:
    """A list of words that is most of one of the spec's enumerations."""
    theirs = set(fact.value)
    best = max(
        spec.enums.values(),
        key=lambda shape: len(theirs & set(shape.enum)) / len(theirs | set(shape.enum)),
        default=None,
    )
    if best and len(theirs & set(best.enum)) * 2 > len(theirs) and theirs != set(best.enum):
        ours = saying(best.enum, best, first(best.marks))
        yield Clash(fact, "words", ", ".join(fact.value), list(fact.value), ours)
