"""Names, methods and parameters that the Python client lost, found by griffe."""

import re
from collections.abc import Iterator
from pathlib import Path

import griffe

from breaking.change import Change, breaking
from naming import snake_case

PACKAGE = "pictify_experiments"
FUNCTIONS = {"sync", "sync_detailed", "asyncio", "asyncio_detailed"}  # of an operation's module
FIRST = ("pictify.PictifyExperiments.", "models.", "errors.", "api.")  # nearest to the importer


def compare(old: Path, new: Path) -> list[Change]:
    """Return one change for each thing that is gone or changed, however many classes have it."""
    found: dict[tuple[str, str], list[griffe.Breakage]] = {}
    for breakage in griffe.find_breaking_changes(load(old), load(new)):
        is_removed = breakage.kind is griffe.BreakageKind.PARAMETER_REMOVED
        if is_removed and breakage.obj.name == "__init__":
            continue  # the attribute of that name is reported
        found.setdefault((breakage.kind.value, subject(breakage.obj.path)), []).append(breakage)
    return [as_change(kind, breakages) for (kind, _), breakages in found.items()]


def load(folder: Path) -> griffe.Object | griffe.Alias:
    """Read the package, with the constructors that attrs gives the models that are sent."""
    package = griffe.load(PACKAGE, search_paths=[folder.parent], allow_inspection=False)
    models = {model.name: model for model in classes(package) if ".models." in model.path}
    for client in classes(package):
        if client.name == "PictifyExperiments":
            for name in sent(client, models):
                models[name].set_member("__init__", constructor(models[name]))
    return package


def classes(scope: griffe.Object | griffe.Alias) -> Iterator[griffe.Class]:
    for member in scope.members.values():
        if isinstance(member, griffe.Class):
            yield member
        elif isinstance(member, griffe.Module):
            yield from classes(member)


def sent(client: griffe.Class, models: dict[str, griffe.Class]) -> set[str]:
    """Return the models that importers make: those that methods take, and their parts."""
    found: set[str] = set()
    methods = client.functions.values()
    open_ = [str(taken.annotation) for method in methods for taken in method.parameters]
    while open_:
        names = (set(re.findall(r"\w+", open_.pop())) & models.keys()) - found
        found |= names
        open_ += [str(part.annotation) for name in names for part in attributes(models[name])]
    return {name for name in found if is_attrs(models[name])}


def is_attrs(model: griffe.Class) -> bool:
    return any("define" in str(line.value) for line in model.decorators)


def attributes(model: griffe.Class) -> list[griffe.Attribute]:
    return [member for member in model.members.values() if isinstance(member, griffe.Attribute)]


def constructor(model: griffe.Class) -> griffe.Function:
    """Return the constructor. Optional members are used by name, so their order is free."""
    parameters = griffe.Parameters()
    for member in attributes(model):
        value = str(member.value) if member.value is not None else None
        is_taken = "init=False" not in (value or "").replace(" ", "")
        if "instance-attribute" in member.labels and is_taken:
            kinds = griffe.ParameterKind
            kind = kinds.keyword_only if value else kinds.positional_or_keyword
            parameters.add(
                griffe.Parameter(
                    member.name, annotation=member.annotation, kind=kind, default=value
                )
            )
    return griffe.Function("__init__", parameters=parameters, parent=model)


def subject(path: str) -> str:
    """Return one name for an operation's method and module, and for a model and its module."""
    _, *names = path.split(".")
    if names[0] == "api" and names[-1] in FUNCTIONS:
        names.pop()
    if names[0] in ("pictify", "api"):
        names = names[-1:]
    elif names[0] == "models" and len(names) > 2:
        del names[1]
    return ".".join(map(snake_case, names))


def as_change(kind: str, breakages: list[griffe.Breakage]) -> Change:
    """Report a breakage at the place that an importer meets first."""
    paths = {breakage.obj.path.removeprefix(f"{PACKAGE}.") for breakage in breakages}
    first, *others = sorted(paths, key=lambda path: (nearness(path), path))
    place = f"`{as_imported(first)}`" + (f" and {len(others)} like it" if others else "")
    parameters = {f"`{name}`": None for name in map(parameter, breakages) if name}
    if parameters:
        place = f"{', '.join(parameters)} of {place}"
    return breaking(f"{kind}: {place}", "generated/", "griffe", "importers")


def nearness(path: str) -> int:
    for index, prefix in enumerate(FIRST):
        if path.startswith(prefix):
            return index
    return len(FIRST)


def parameter(breakage: griffe.Breakage) -> str:
    changed = breakage.old_value or breakage.new_value
    return changed.name if isinstance(changed, griffe.Parameter) else ""


def as_imported(path: str) -> str:
    names = path.removeprefix("pictify.").removesuffix(".__init__").split(".")
    if names[0] == "models" and len(names) > 2:
        del names[:2]
    return ".".join(names)
