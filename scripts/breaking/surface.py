"""What the Python client lost, as griffe sees it: names, methods and parameters that importers use."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import griffe

from breaking.change import Change, breaking
from naming import snake_case

PACKAGE = "pictify_experiments"
METHODS = {
    "sync",
    "sync_detailed",
    "asyncio",
    "asyncio_detailed",
}  # what the module of an operation has
FIRST = (
    "pictify.PictifyExperiments.",
    "models.",
    "errors.",
    "api.",
)  # where an importer looks first


def compare(old: Path, new: Path) -> list[Change]:
    """One change for each thing that is missing or used in another way, however many classes have it."""
    found: dict[tuple[str, str], list[griffe.Breakage]] = {}
    for breakage in griffe.find_breaking_changes(load(old), load(new)):
        if (
            breakage.obj.name == "__init__"
            and breakage.kind is griffe.BreakageKind.PARAMETER_REMOVED
        ):
            continue  # the attribute of that name is gone too, and told
        found.setdefault((breakage.kind.value, subject(breakage.obj.path)), []).append(breakage)
    return [told(what, breakages) for (what, _), breakages in found.items()]


def load(folder: Path) -> griffe.Object | griffe.Alias:
    """The package as it stands in files, with the constructors that attrs gives the models that are sent."""
    package = griffe.load(PACKAGE, search_paths=[folder.parent], allow_inspection=False)
    models = {model.name: model for model in classes(package) if ".models." in model.path}
    for client in (found for found in classes(package) if found.name == "PictifyExperiments"):
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
    """The models that importers make themselves: what methods take, and what that consists of."""
    found: set[str] = set()
    open_ends = [
        str(taken.annotation) for method in client.functions.values() for taken in method.parameters
    ]
    while open_ends:
        named = (set(re.findall(r"\w+", open_ends.pop())) & models.keys()) - found
        found |= named
        open_ends += [
            str(part.annotation) for name in named for _, part in attributes(models[name])
        ]
    return {
        name
        for name in found
        if any("define" in str(line.value) for line in models[name].decorators)
    }


def attributes(model: griffe.Class) -> Iterator[tuple[str, griffe.Attribute]]:
    return (
        (name, member)
        for name, member in model.members.items()
        if isinstance(member, griffe.Attribute)
    )


def constructor(model: griffe.Class) -> griffe.Function:
    """Members that are required go by position or name; to the others people give a name, so their order is free."""
    parameters = []
    for name, member in attributes(model):
        value = str(member.value) if member.value is not None else None
        if "instance-attribute" in member.labels and "init=False" not in (value or "").replace(
            " ", ""
        ):
            kind = (
                griffe.ParameterKind.keyword_only
                if value
                else griffe.ParameterKind.positional_or_keyword
            )
            parameters.append(
                griffe.Parameter(name, annotation=member.annotation, kind=kind, default=value)
            )
    return griffe.Function("__init__", parameters=griffe.Parameters(*parameters), parent=model)


def subject(path: str) -> str:
    """One name for an operation's method, module and functions, and for a model and its module."""
    _, *names = path.split(".")
    if names[0] == "api" and names[-1] in METHODS:
        names.pop()
    if names[0] in ("pictify", "api"):
        names = names[-1:]
    elif names[0] == "models" and len(names) > 2:
        del names[1]
    return ".".join(map(snake_case, names))


def told(what: str, breakages: Iterable[griffe.Breakage]) -> Change:
    """What broke, at the place where importers meet it first."""
    paths = sorted(
        {breakage.obj.path.removeprefix(f"{PACKAGE}.") for breakage in breakages},
        key=lambda path: (nearness(path), path),
    )
    names = ", ".join(dict.fromkeys(f"`{name}`" for name in map(parameter, breakages) if name))
    place = f"`{shown(paths[0])}`" + (f" and {len(paths) - 1} like it" if paths[1:] else "")
    text = f"{what}: {names} of {place}" if names else f"{what}: {place}"
    return breaking(text, "generated/", "griffe", "importers")


def nearness(path: str) -> int:
    return next(
        (place for place, prefix in enumerate(FIRST) if path.startswith(prefix)), len(FIRST)
    )


def parameter(breakage: griffe.Breakage) -> str:
    """The parameter that a breakage is about, if it is about one."""
    changed = breakage.old_value or breakage.new_value
    return changed.name if isinstance(changed, griffe.Parameter) else ""


def shown(path: str) -> str:
    """As an importer writes it."""
    names = path.removeprefix("pictify.").removesuffix(".__init__").split(".")
    if names[0] == "models" and len(names) > 2:
        del names[:2]
    return ".".join(names)
