"""What the spec promises beside the wire: its rules and tables, what is only assumed, and who needs which key."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, TypeAlias

from breaking.change import Bump, Change, breaking
from pictify_conformance.spec.pointers import METHODS, describe, exists, marks

Document: TypeAlias = Mapping[str, Any]
Rules: TypeAlias = dict[str, Mapping[str, Any]]

RULES, LEVELS, TABLES, SECURITY = "rules", "levels", "tables", "security"
NO_KEY: frozenset[str] = frozenset()
ALIKE = 0.8  # the likeness of two texts from which a rule counts as renamed


def compare(old: Document, new: Document) -> list[Change]:
    """Every promise that was withdrawn, made or made firmer."""
    return [
        *rules(old, new),
        *levels(old, new),
        *lifecycle(old, new),
        *editable(old, new),
        *security(old, new),
    ]


def operations(document: Document) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, item in document["paths"].items():
        yield from ((method, path, item[method]) for method in METHODS if method in item)


def ids(document: Document) -> set[str]:
    return {operation["operationId"] for _, _, operation in operations(document)}


# Rules


def rules(old: Document, new: Document) -> Iterator[Change]:
    """An id is what baselines, reports and `--rule` know a rule by; its level is whom it is asked of."""
    before, after = rules_of(old), rules_of(new)
    lost = ids(old) - ids(new)
    added = {id_: rule["text"] for id_, rule in after.items() if id_ not in before}
    for id_, rule in before.items():
        if id_ in after:
            yield from changed(id_, rule, after[id_])
        elif rule["operation"] not in lost:  # what is gone with its operation is told by that
            yield withdrawn(id_, rule, added)
    for id_, text in added.items():
        yield Change(f"Rule {id_} ({after[id_]['level']}) is new: {text}", id_, RULES, Bump.minor)


def rules_of(document: Document) -> Rules:
    """The rules by id; those of the root belong to no operation."""
    found: Rules = {
        entry["id"]: {**entry, "operation": ""} for entry in document.get("x-rules", ())
    }
    for _, _, operation in operations(document):
        found |= {
            entry["id"]: {**entry, "operation": operation["operationId"]}
            for entry in operation.get("x-rules", ())
        }
    return found


def withdrawn(id_: str, rule: Mapping[str, Any], added: dict[str, str]) -> Change:
    alike = get_close_matches(rule["text"], added.values(), n=1, cutoff=ALIKE)
    renamed = next((other for other, text in added.items() if [text] == alike), None)
    if renamed:
        del added[renamed]
        return breaking(
            f"Rule {id_} is called {renamed} now: baselines and --rule miss it.",
            id_,
            RULES,
            "servers",
        )
    whom = ("callers", "servers") if rule["level"] == "documented" else ("servers",)
    return breaking(f"Rule {id_} ({rule['level']}) is gone: {rule['text']}", id_, RULES, *whom)


def changed(id_: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Change]:
    if (was["level"], now["level"]) == ("assumed", "documented"):
        yield breaking(
            f"Rule {id_} was assumed and is documented now: {now['text']}", id_, RULES, "servers"
        )
    elif was["level"] != now["level"]:
        yield Change(f"Rule {id_} is only {now['level']} now.", id_, RULES, Bump.minor)
    if was["text"] != now["text"]:
        yield Change(f"Rule {id_} reads differently: it has to mean what it meant.", id_, RULES)


# What is assumed


def levels(old: Document, new: Document) -> Iterator[Change]:
    """A mark that is gone from what is still there makes it documented: servers were free, and are not any more."""
    before = {pointer: holder for holder, pointer in marks(old)}
    after = {pointer: holder for holder, pointer in marks(new)}
    for pointer, holder in before.items():
        kept = pointer if exists(old, pointer) else holder
        if pointer not in after and exists(new, kept):
            text = f"{describe(old, pointer)} was assumed and is documented now."
            yield breaking(text, pointer, LEVELS, "servers")
    for pointer in after:
        if pointer not in before and exists(old, pointer):
            yield Change(
                f"{describe(new, pointer)} is only assumed now.", pointer, LEVELS, Bump.minor
            )


# Tables


def lifecycle(old: Document, new: Document) -> Iterator[Change]:
    """A move that is no longer made, or leads elsewhere."""
    before, after = moves(old), moves(new)
    lost, made = (
        ids(old) - ids(new),
        ids(new) - ids(old),
    )  # what comes and goes with its operation is told by that
    for move, target in before.items():
        operation, status = move
        if after.get(move) != target and operation not in lost:
            goes = f"leads to {after[move]}, not {target}" if move in after else "is refused now"
            yield breaking(
                f"{operation} of a {status} experiment {goes}.",
                "x-lifecycle",
                TABLES,
                "callers",
                "servers",
            )
    for operation, status in sorted(after.keys() - before.keys()):
        if operation not in made:
            yield Change(
                f"{operation} of a {status} experiment is allowed now.",
                "x-lifecycle",
                TABLES,
                Bump.minor,
            )


def moves(document: Document) -> dict[tuple[str, str], str]:
    """Where each move leads; being made is one too."""
    table = document.get("x-lifecycle", {})
    found = {("createExperiment", "new"): table["initial"]} if "initial" in table else {}
    for operation, move in table.get("transitions", {}).items():
        found |= {(operation, status): move["to"] for status in move["from"]}
    return found


def editable(old: Document, new: Document) -> Iterator[Change]:
    """A field that may no longer be edited, or may be now."""
    before, after = fields(old), fields(new)
    for status, field in sorted(before - after):
        text = f"`{field}` of a {status} experiment can no longer be edited."
        yield breaking(text, "x-editable", TABLES, "callers", "servers")
    for status, field in sorted(after - before):
        yield Change(
            f"`{field}` of a {status} experiment can be edited now.",
            "x-editable",
            TABLES,
            Bump.minor,
        )


def fields(document: Document) -> set[tuple[str, str]]:
    table = document.get("x-editable", {})
    return {
        (status, field) for status, names in table.items() if status != "x-level" for field in names
    }


# Security


def security(old: Document, new: Document) -> Iterator[Change]:
    """A way to authenticate that an operation took and takes no more, be its own or the root's."""
    before, after = ways_in(old), ways_in(new)
    for place in sorted(before.keys() & after.keys()):
        enough = after[place] - (
            {NO_KEY} & before[place]
        )  # where no key was needed before, a key did something else
        for way in sorted(before[place] - after[place], key=sorted):
            if not any(other <= way for other in enough):
                text = f"{place} no longer takes a request with {in_words(way)}."
                yield breaking(text, place, SECURITY, "callers", "servers")
        for way in sorted(after[place] - before[place], key=sorted):
            yield Change(
                f"{place} takes a request with {in_words(way)} now.", place, SECURITY, Bump.minor
            )


def ways_in(document: Document) -> dict[str, set[frozenset[str]]]:
    """The sets of keys with which each operation can be called; what it does not say it has from the root."""
    found = {}
    for method, path, operation in operations(document):
        stated = operation.get("security", document.get("security", []))
        ways = {
            frozenset(f"{key} {scope}".strip() for key in way for scope in way[key] or [""])
            for way in stated
        }
        found[f"{method.upper()} {path}"] = ways or {NO_KEY}
    return found


def in_words(way: frozenset[str]) -> str:
    return " and ".join(sorted(way)) or "no key"
