"""The spec's promises beside its schemas: rules, tables, what is only assumed, and keys."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, TypeAlias

from breaking.change import Bump, Change, breaking
from pictify_conformance.spec.pointers import METHODS, describe, exists, marks

Document: TypeAlias = Mapping[str, Any]
Rules: TypeAlias = dict[str, Mapping[str, Any]]

RULES, LEVELS, TABLES, SECURITY = "rules", "levels", "tables", "security"
NO_KEY: frozenset[str] = frozenset()
ALIKE = 0.8  # from this likeness of two texts on, a rule counts as renamed


def compare(old: Document, new: Document) -> list[Change]:
    """Return every promise that was withdrawn, made or made stricter."""
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


def operation_ids(document: Document) -> set[str]:
    return {operation["operationId"] for _, _, operation in operations(document)}


# Rules


def rules(old: Document, new: Document) -> Iterator[Change]:
    """Compare the rules by id, which baselines, reports and `--rule` use."""
    before, after = rules_of(old), rules_of(new)
    lost = operation_ids(old) - operation_ids(new)
    added = {id_: rule["text"] for id_, rule in after.items() if id_ not in before}
    for id_, rule in before.items():
        if id_ in after:
            yield from changed(id_, rule, after[id_])
        elif rule["operation"] not in lost:  # redocly reports a lost operation
            yield withdrawn(id_, rule, added)
    for id_, text in added.items():
        yield Change(f"Rule {id_} ({after[id_]['level']}) is new: {text}", id_, RULES, Bump.minor)


def rules_of(document: Document) -> Rules:
    """Return the rules by id. Those of the root belong to no operation."""
    found: Rules = {rule["id"]: {**rule, "operation": ""} for rule in document.get("x-rules", ())}
    for _, _, operation in operations(document):
        for rule in operation.get("x-rules", ()):
            found[rule["id"]] = {**rule, "operation": operation["operationId"]}
    return found


def withdrawn(id_: str, rule: Mapping[str, Any], added: dict[str, str]) -> Change:
    alike = get_close_matches(rule["text"], added.values(), n=1, cutoff=ALIKE)
    for other, text in added.items():
        if [text] == alike:
            del added[other]
            text = f"Rule {id_} is now called {other}: baselines and --rule do not find it."
            return breaking(text, id_, RULES, "servers")
    text = f"Rule {id_} ({rule['level']}) is gone: {rule['text']}"
    if rule["level"] == "documented":
        return breaking(text, id_, RULES, "callers", "servers")
    return breaking(text, id_, RULES, "servers")


def changed(id_: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Change]:
    if (was["level"], now["level"]) == ("assumed", "documented"):
        text = f"Rule {id_} was assumed and is documented now: {now['text']}"
        yield breaking(text, id_, RULES, "servers")
    elif was["level"] != now["level"]:
        yield Change(f"Rule {id_} is only {now['level']} now.", id_, RULES, Bump.minor)
    if was["text"] != now["text"]:
        yield Change(f"Rule {id_} reads differently: it must mean the same.", id_, RULES)


# What is assumed


def levels(old: Document, new: Document) -> Iterator[Change]:
    """Compare the marks. A part that loses its mark binds servers, which were free."""
    before = {pointer: holder for holder, pointer in marks(old)}
    after = {pointer: holder for holder, pointer in marks(new)}
    for pointer, holder in before.items():
        kept = pointer if exists(old, pointer) else holder
        if pointer not in after and exists(new, kept):
            text = f"{describe(old, pointer)} was assumed and is documented now."
            yield breaking(text, pointer, LEVELS, "servers")
    for pointer in after:
        if pointer not in before and exists(old, pointer):
            text = f"{describe(new, pointer)} is only assumed now."
            yield Change(text, pointer, LEVELS, Bump.minor)


# Tables


def lifecycle(old: Document, new: Document) -> Iterator[Change]:
    """Compare the transitions of the operations that both versions have."""
    before, after = transitions(old), transitions(new)
    lost, made = operation_ids(old) - operation_ids(new), operation_ids(new) - operation_ids(old)
    for (operation, status), target in before.items():
        now = after.get((operation, status))
        if now != target and operation not in lost:
            result = f"leads to {now}, not {target}" if now else "is refused now"
            text = f"{operation} of a {status} experiment {result}."
            yield breaking(text, "x-lifecycle", TABLES, "callers", "servers")
    for operation, status in sorted(after.keys() - before.keys()):
        if operation not in made:
            text = f"{operation} of a {status} experiment is allowed now."
            yield Change(text, "x-lifecycle", TABLES, Bump.minor)


def transitions(document: Document) -> dict[tuple[str, str], str]:
    """Return the target status by operation and status. A create is a transition, too."""
    table = document.get("x-lifecycle", {})
    found = {("createExperiment", "new"): table["initial"]} if "initial" in table else {}
    for operation, row in table.get("transitions", {}).items():
        found |= {(operation, status): row["to"] for status in row["from"]}
    return found


def editable(old: Document, new: Document) -> Iterator[Change]:
    before, after = fields(old), fields(new)
    for status, field in sorted(before - after):
        text = f"`{field}` of a {status} experiment can no longer be edited."
        yield breaking(text, "x-editable", TABLES, "callers", "servers")
    for status, field in sorted(after - before):
        text = f"`{field}` of a {status} experiment can be edited now."
        yield Change(text, "x-editable", TABLES, Bump.minor)


def fields(document: Document) -> set[tuple[str, str]]:
    table = document.get("x-editable", {})
    return {
        (status, field) for status, names in table.items() if status != "x-level" for field in names
    }


# Security


def security(old: Document, new: Document) -> Iterator[Change]:
    """Compare the keys that each operation accepts, whether it or the root states them."""
    before, after = accepted_keys(old), accepted_keys(new)
    for place in sorted(before.keys() & after.keys()):
        # Where no key was needed before, a request with a key may have meant something else.
        enough = after[place] - ({NO_KEY} & before[place])
        for keys in sorted(before[place] - after[place], key=sorted):
            if not any(other <= keys for other in enough):
                text = f"{place} no longer accepts a request with {in_words(keys)}."
                yield breaking(text, place, SECURITY, "callers", "servers")
        for keys in sorted(after[place] - before[place], key=sorted):
            text = f"{place} accepts a request with {in_words(keys)} now."
            yield Change(text, place, SECURITY, Bump.minor)


def accepted_keys(document: Document) -> dict[str, set[frozenset[str]]]:
    """Return, by operation, the sets of keys and scopes that are enough to call it."""
    found = {}
    for method, path, operation in operations(document):
        stated = operation.get("security", document.get("security", []))
        accepted = {
            frozenset(f"{key} {scope}".strip() for key in row for scope in row[key] or [""])
            for row in stated
        }
        found[f"{method.upper()} {path}"] = accepted or {NO_KEY}
    return found


def in_words(keys: frozenset[str]) -> str:
    return " and ".join(sorted(keys)) or "no key"
