"""What differs on the wire, as `redocly diff` sees it, and what its list tells that it does not rate.

It rates what breaks callers. What an answer may no longer be breaks servers, and it calls that a patch.
"""

import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from breaking.change import Bump, Change, Whom, breaking
from breaking.revision import SPEC, NoRevision, Revision
from pictify_conformance.spec.pointers import describe, is_assumed

Entry: TypeAlias = Mapping[str, Any]

SEEN_BY = "redocly"
OWN = "redocly's list"

CALLERS_ALONE = {  # a server may go on as it did: it offers more than is promised
    "enum-values-added",
    "operation-removed",
    "parameter-removed",
    "path-removed",
    "property-removed",
    "required-properties-removed",
    "response-header-removed",
    "server-removed",
}
EITHER_WAY = {"schema-combinator-changed", "schema-constraint-changed", "schema-type-changed"}
CONSTRAINTS = {
    *(
        "type",
        "nullable",
        "enum",
        "const",
        "format",
        "pattern",
        "required",
        "multipleOf",
        "additionalProperties",
    ),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength"),
    *("minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"),
}


def compare(redocly: Path, old: Revision, new: Revision) -> list[Change]:
    """Each difference that counts, once, and one for all that only reads differently."""
    found = [change for entry in entries(redocly, old, new) for change in rated(entry, old, new)]
    return list(dict.fromkeys(found))


def entries(redocly: Path, old: Revision, new: Revision) -> list[Entry]:
    """What `redocly diff` lists, but for the version itself."""
    command = [redocly, "diff", old.spec, new.spec, "--format=json", "--fail-on=none"]
    try:
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    except OSError as error:
        raise NoRevision(f"{redocly} does not run: {error.strerror}") from None
    try:
        listed: list[Entry] = json.loads(done.stdout)["changes"]
    except (ValueError, KeyError):
        raise NoRevision(f"redocly cannot compare the specs: {reason(done.stderr)}") from None
    return [entry for entry in listed if not is_told_elsewhere(entry)]


def is_told_elsewhere(entry: Entry) -> bool:
    """The version is judged and no change; keys are judged by promises.py, which knows what an operation inherits."""
    is_version = (entry["typeName"], entry.get("property")) == ("Info", "version")
    return is_version or entry["typeName"].startswith("SecurityRequirement")


def rated(entry: Entry, old: Revision, new: Revision) -> Iterator[Change]:
    """What one entry means and for whom."""
    where = place(entry, old)
    for verdict in entry["verdicts"]:
        yield Change(
            verdict["message"],
            where,
            SEEN_BY,
            Bump[verdict["impact"]],
            broken_by(verdict["ruleId"], entry),
        )
    if not entry["verdicts"]:
        yield unrated(entry, where, old, new) or Change(
            plainly(entry, named(entry, old, new)), where, SEEN_BY, Bump[entry["impact"]]
        )


def broken_by(rule: str, entry: Entry) -> tuple[Whom, ...]:
    """Whom a verdict of redocly's is about."""
    if rule == "operation-id-changed":
        return (
            "importers",
            "servers",
        )  # the client's method, and the ids of the suite's schema rules
    if rule in CALLERS_ALONE or (
        rule in EITHER_WAY and in_answer(entry) and not replaces_type(entry)
    ):
        return ("callers",)
    return ("callers", "servers")


def replaces_type(entry: Entry) -> bool:
    """Whether a value of the old type is none of the new one."""
    if entry.get("property") != "type":
        return False
    was, now = ({value} if isinstance(value, str) else set(value or ()) for value in values(entry))
    return not was <= now


def unrated(entry: Entry, where: str, old: Revision, new: Revision) -> Change | None:
    """What redocly lists and does not hold to be breaking, read again."""
    kind, about, changed = entry["kind"], entry["typeName"], entry.get("property")
    name, (was, now) = named(entry, old, new), values(entry)
    if (
        about == "Schema"
        and kind == "removed"
        and not in_answer(entry)
        and "/properties/" in entry["path"]
    ):
        return breaking(
            f"{name} is gone: what requests send in it is ignored.", where, OWN, "callers"
        )
    if about == "Schema" and changed == "default":
        return breaking(
            f"The default of {name} was {shown(was)}, is {shown(now)}.",
            where,
            OWN,
            "callers",
            "servers",
        )
    if about == "Schema" and changed in CONSTRAINTS:
        text = f"`{changed}` of {name} was {shown(was)}, is {shown(now)}"
        if in_answer(entry):
            return demanded(f"{text}: answers are narrower.", entry, where, new)
        return Change(f"{text}: requests may be more.", where, OWN, Bump.minor)
    if about == "Header" and changed == "required" and was:
        return breaking(f"{name} is no longer sure to come.", where, OWN, "callers")
    if about == "Header" and (now is True or is_required(now)):
        return demanded(f"{name} has to come now.", entry, where, new)
    if about == "RequestBody" and kind == "added" and is_required(now):
        return breaking(f"{name} is required now.", where, OWN, "callers", "servers")
    if changed == "deprecated" and now:
        return Change(f"{name} is deprecated.", where, OWN, Bump.minor)
    return None


def demanded(text: str, entry: Entry, where: str, new: Revision) -> Change:
    """A demand on servers; one that is only assumed leaves them free."""
    if is_assumed(new.document, entry["revision"]["pointer"]):
        return Change(f"{text} It is assumed.", where, OWN, Bump.minor)
    return breaking(text, where, OWN, "servers")


def is_required(value: Any) -> bool:
    return isinstance(value, dict) and value.get("required") is True


def shown(value: Any) -> str:
    return "none" if value is None else json.dumps(value, ensure_ascii=False)


def named(entry: Entry, old: Revision, new: Revision) -> str:
    """The part of the spec that an entry is about."""
    revision, side = (new, entry["revision"]) if "revision" in entry else (old, entry["base"])
    pointer = side["pointer"].removesuffix(f"/{entry.get('property')}")
    return f"`{describe(revision.document, pointer)}`"


def in_answer(entry: Entry) -> bool:
    return "/responses/" in entry["path"]


def values(entry: Entry) -> tuple[Any, Any]:
    return entry.get("base", {}).get("value"), entry.get("revision", {}).get("value")


def place(entry: Entry, old: Revision) -> str:
    """File and line; what is gone has them at the ref."""
    if "revision" in entry:
        return f"{SPEC}:{entry['revision']['line']}"
    return f"{old.name}:{SPEC}:{entry['base']['line']}"


def plainly(entry: Entry, name: str) -> str:
    """A change that nobody rated, in few words."""
    if "property" in entry:
        return f"`{entry['property']}` of {name} reads differently."
    return f"{entry['typeName']} {entry['kind']}: {name}"


def reason(output: str) -> str:
    """The line of redocly's complaint that says why."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return next(
        (line for line in lines if "rror:" in line), lines[0] if lines else "it printed nothing"
    )
