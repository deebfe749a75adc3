"""Differences over HTTP, from `redocly diff`.

It rates what breaks callers. It lists what breaks servers, such as an answer that may no longer
have a value, but calls it a patch: that is rated here.
"""

import json
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from breaking.change import Audience, Bump, Change, breaking
from breaking.revision import SPEC, NoRevision, Revision
from pictify_conformance.spec.pointers import describe, is_assumed

Entry: TypeAlias = Mapping[str, Any]

RATED, LISTED = "redocly", "redocly's list"

# A server may go on as before: it offers more than is promised.
CALLERS_ONLY = {
    "enum-values-added",
    "operation-removed",
    "parameter-removed",
    "path-removed",
    "property-removed",
    "required-properties-removed",
    "response-header-removed",
    "server-removed",
}
CONSTRAINT_CHANGED = {
    "schema-combinator-changed",
    "schema-constraint-changed",
    "schema-type-changed",
}
CONSTRAINTS = {
    *("type", "nullable", "enum", "const", "format", "pattern", "required", "multipleOf"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength"),
    *("minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"),
    "additionalProperties",
}


def compare(redocly: Path, old: Revision, new: Revision) -> list[Change]:
    """Return each difference once.

    `info.version` is judged elsewhere, and so are keys: an operation may inherit them.
    """
    found: list[Change] = []
    for entry in entries(redocly, old, new):
        is_version = (entry["typeName"], entry.get("property")) == ("Info", "version")
        if not is_version and not entry["typeName"].startswith("SecurityRequirement"):
            found += rated(entry, old, new)
    return list(dict.fromkeys(found))


def entries(redocly: Path, old: Revision, new: Revision) -> list[Entry]:
    """Run `redocly diff` on the specs in normal form."""
    command = [str(redocly), "diff", "old.json", "new.json", "--format=json", "--fail-on=none"]
    try:
        with tempfile.TemporaryDirectory(prefix="pictify-breaking-") as folder:
            for name, revision in (("old.json", old), ("new.json", new)):
                text = json.dumps(revision.normal_form, default=str)
                (Path(folder) / name).write_text(text, encoding="utf-8")
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    except OSError as error:
        raise NoRevision(f"{redocly} does not run: {error.strerror}") from None
    try:
        return list(json.loads(done.stdout)["changes"])
    except (ValueError, KeyError):
        lines = [line.strip() for line in done.stderr.splitlines() if "rror:" in line]
        reason = lines[0] if lines else " ".join(done.stderr.split()) or "it printed nothing"
        raise NoRevision(f"redocly cannot compare the specs: {reason}") from None


def rated(entry: Entry, old: Revision, new: Revision) -> Iterator[Change]:
    """Yield the changes of an entry, with whom each breaks."""
    if "revision" in entry:
        where = f"{SPEC}:{new.line(entry['revision']['pointer'])}"
    else:
        where = f"{old.name}:{SPEC}:{old.line(entry['base']['pointer'])}"
    for verdict in entry["verdicts"]:
        audience = broken_by(verdict["ruleId"], entry)
        yield Change(verdict["message"], where, RATED, Bump[verdict["impact"]], audience)
    if not entry["verdicts"]:
        yield unrated(entry, where, name_of(entry, old, new), new)


def broken_by(rule: str, entry: Entry) -> tuple[Audience, ...]:
    """Return whom a verdict of redocly is about."""
    if rule == "operation-id-changed":
        return ("importers", "servers")  # the client's method, and the ids of the schema rules
    is_wider_answer = rule in CONSTRAINT_CHANGED and in_answer(entry) and not replaces_type(entry)
    return ("callers",) if rule in CALLERS_ONLY or is_wider_answer else ("callers", "servers")


def replaces_type(entry: Entry) -> bool:
    """Return True if a value of the old type is not one of the new type."""
    if entry.get("property") != "type":
        return False
    was, now = ({value} if isinstance(value, str) else set(value or ()) for value in values(entry))
    return not was <= now


def unrated(entry: Entry, where: str, name: str, new: Revision) -> Change:
    """Rate a change that redocly does not consider breaking."""
    kind, about, changed = entry["kind"], entry["typeName"], entry.get("property")
    was, now = values(entry)
    values_text = f"was {shown(was)}, is {shown(now)}"
    is_request = not in_answer(entry)
    if about == "Schema" and kind == "removed" and is_request and "/properties/" in entry["path"]:
        return breaking(f"{name} is gone: a request's value is ignored.", where, LISTED, "callers")
    if about == "Schema" and changed == "default":
        text = f"The default of {name} {values_text}."
        return breaking(text, where, LISTED, "callers", "servers")
    if about == "Schema" and changed in CONSTRAINTS:
        text = f"`{changed}` of {name} {values_text}"
        if is_request:
            return Change(f"{text}: more requests are valid.", where, LISTED, Bump.minor)
        return demanded(f"{text}: fewer answers are valid.", entry, where, new)
    if about == "Header" and changed == "required" and was:
        return breaking(f"{name} is no longer required.", where, LISTED, "callers")
    if about in ("RequestBody", "Parameter") and changed == "required" and was:
        return Change(f"{name} is optional now.", where, LISTED, Bump.minor)
    if about == "Header" and (now is True or is_required(now)):
        return demanded(f"{name} is required now.", entry, where, new)
    if about == "RequestBody" and kind == "added" and is_required(now):
        return breaking(f"{name} is required now.", where, LISTED, "callers", "servers")
    if changed == "deprecated" and now:
        return Change(f"{name} is deprecated.", where, LISTED, Bump.minor)
    text = f"`{changed}` of {name} reads differently." if changed else f"{about} {kind}: {name}"
    return Change(text, where, RATED, Bump[entry["impact"]])


def demanded(text: str, entry: Entry, where: str, new: Revision) -> Change:
    """Rate a demand on servers. One that is only assumed leaves them free."""
    if is_assumed(new.normal_form, entry["revision"]["pointer"]):
        return Change(f"{text} It is assumed.", where, LISTED, Bump.minor)
    return breaking(text, where, LISTED, "servers")


def is_required(value: Any) -> bool:
    return isinstance(value, dict) and value.get("required") is True


def shown(value: Any) -> str:
    return "none" if value is None else json.dumps(value, ensure_ascii=False)


def name_of(entry: Entry, old: Revision, new: Revision) -> str:
    """Return the name of the part of the spec that an entry is about."""
    revision, side = (new, entry["revision"]) if "revision" in entry else (old, entry["base"])
    pointer = side["pointer"].removesuffix(f"/{entry.get('property')}")
    return f"`{describe(revision.normal_form, pointer)}`"


def in_answer(entry: Entry) -> bool:
    return "/responses/" in entry["path"]


def values(entry: Entry) -> tuple[Any, Any]:
    return entry.get("base", {}).get("value"), entry.get("revision", {}).get("value")
