"""Make generated/ from the spec, or check that it is what the spec gives.

    python scripts/generate_client.py            replace generated/
    python scripts/generate_client.py --check    compare, write nothing; 1 when anything differs

Generation always goes into an empty folder: the generator's own --overwrite keeps files that no
longer belong.
"""

import argparse
import difflib
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from pathlib import Path
from typing import Any

import jsonpath
import yaml

from command_line import OneLineParser
from naming import snake_case

ROOT = Path(__file__).resolve().parent.parent
SPEC = ROOT / "spec" / "openapi.yaml"
GENERATED = ROOT / "generated"
CODEGEN = ROOT / "scripts" / "codegen"
OVERLAY = CODEGEN / "overlay.yaml"
PACKAGE = "pictify_experiments"
REMEDY = "Remedy: change the spec or scripts/codegen/, run `nox -s generate`, commit generated/."
DIFF_LINES = 4  # enough to recognise the change
IMPORT_ALL = f"""
import importlib, pkgutil, {PACKAGE} as package
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    importlib.import_module(module.name)
"""


class GenerationError(Exception):
    """The client cannot be made from this spec."""


def load(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise GenerationError(f"{path} is not YAML: {error}") from None


# The spec as the generator needs it


def overlaid(spec: Any, overlay: Any) -> Any:
    """Apply the overlay to the spec. An action that matches nothing is out of date."""
    for action in overlay["actions"]:
        matches = list(jsonpath.finditer(action["target"], spec))
        if not matches:
            raise GenerationError(
                f"overlay.yaml: {action['target']} matches nothing in the spec; take the action out"
            )
        for match in matches:
            if action.get("remove"):
                container: Any = match.parent and match.parent.obj
                del container[match.parts[-1]]
            else:
                found: Any = match.obj
                found.update(action["update"])
    return spec


# Generation


def generate(spec: Path, into: Path) -> Path:
    """Make the client and verify it, in the empty folder `into`."""
    check_pins()
    document = overlaid(load(spec), load(OVERLAY))
    prepared, client = into / "openapi.yaml", into / "generated"
    prepared.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    places = os.pathsep.join([str(CODEGEN.parent), *filter(None, [os.environ.get("PYTHONPATH")])])
    run("-m", "codegen", str(prepared), str(client), str(spec), PYTHONPATH=places)
    shutil.copy(ROOT / "LICENSE", client)
    verify(client, document)
    return client


def check_pins() -> None:
    """Check the versions of the generator and of ruff, on which every byte depends."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))[
        "dependency-groups"
    ]
    for name, pin in (
        requirement.split("==") for requirement in groups["generate"] if "==" in requirement
    ):
        try:
            found = version(name)
        except PackageNotFoundError:
            found = "none"
        if found != pin:
            raise GenerationError(
                f"{name} {pin} is needed, {found} is installed; run this through nox"
            )
    if shutil.which("ruff", path=search_path()) is None:
        raise GenerationError("ruff is not on the PATH; run this through nox")


def search_path() -> str:
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])


def run(*arguments: str, **environment: str) -> None:
    """Run Python with the tools of its own environment first on the PATH."""
    environment = {
        **os.environ,
        "PATH": search_path(),
        "PYTHONDONTWRITEBYTECODE": "1",
        **environment,
    }
    done = subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise GenerationError((done.stdout + done.stderr).strip())


def verify(client: Path, document: Any) -> None:
    """Check that every operation has a module and that every module imports."""
    made = {module.stem for module in (client / PACKAGE / "api").glob("*/*.py")}
    lost = [operation for operation in operation_ids(document) if snake_case(operation) not in made]
    if lost:
        raise GenerationError(f"the generator made no module for {', '.join(lost)}")
    run("-W", "error", "-c", IMPORT_ALL, PYTHONPATH=str(client))


def operation_ids(document: Any) -> Iterator[str]:
    for path_item in document["paths"].values():
        yield from (part["operationId"] for part in path_item.values() if "operationId" in part)


# Comparing and swapping


def differences(committed: Path, fresh: Path) -> list[str]:
    """One entry for each file that differs, is extra or is missing."""
    old, new = contents(committed), contents(fresh)
    found = []
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            found.append(f"  extra    {name}")
        elif name not in old:
            found.append(f"  missing  {name}")
        elif old[name] != new[name]:
            found.append(f"  differs  {name}\n{first_lines(old[name], new[name])}")
    return found


def contents(folder: Path) -> dict[str, bytes]:
    files = (
        path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    )
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def first_lines(old: bytes, new: bytes) -> str:
    was, now = (text.decode(errors="replace").splitlines() for text in (old, new))
    changes = islice(difflib.unified_diff(was, now, n=0, lineterm=""), 2, 2 + DIFF_LINES)
    return "\n".join(f"             {line}" for line in changes) or "             line ends only"


def swap(fresh: Path, target: Path) -> None:
    """Replace `target` by renaming, so that it is always whole, old or new."""
    with tempfile.TemporaryDirectory(prefix=".generated-", dir=target.parent) as beside:
        new, old = Path(beside, "new"), Path(beside, "old")
        shutil.copytree(fresh, new)
        try:
            if target.exists():
                target.rename(old)
            new.rename(target)
        except BaseException:
            if old.exists() and not target.exists():
                old.rename(target)
            raise


# Command line


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = OneLineParser("generate_client", __doc__)
    parser.add_argument("--check", action="store_true", help="compare and write nothing")
    parser.add_argument(
        "--spec", type=Path, default=SPEC, help="the OpenAPI document (spec/openapi.yaml)"
    )
    parser.add_argument(
        "--output", type=Path, default=GENERATED, help="the client's folder (generated/)"
    )
    chosen = parser.parse_args(arguments)
    if not chosen.spec.is_file():
        parser.error(f"there is no spec at {chosen.spec}")
    return chosen


def main(arguments: Sequence[str] | None = None) -> int:
    chosen = options(arguments)
    with tempfile.TemporaryDirectory(prefix="pictify-client-") as work:
        try:
            fresh = generate(chosen.spec, Path(work))
        except GenerationError as error:
            print(f"generate_client: {error}", file=sys.stderr)
            return 1
        if chosen.check:
            return report(chosen.output, differences(chosen.output, fresh))
        swap(fresh, chosen.output)
    print(f"{chosen.output.name}/ is written, {len(contents(chosen.output))} files.")
    return 0


def report(output: Path, found: Sequence[str]) -> int:
    if not found:
        print(f"{output.name}/ is what the spec gives.")
        return 0
    print(
        f"{output.name}/ is not what the spec gives ({len(found)} files):", *found, REMEDY, sep="\n"
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
