"""The folder that a build is written to. Only what an earlier build made is replaced."""

import shutil
from collections.abc import Collection
from pathlib import Path

MANIFEST = ".build_docs"


class WrongFolder(Exception):
    """The folder cannot be made, or holds files that no build made."""


def check(folder: Path, names: Collection[str] = ()) -> None:
    """Check that a build may write into the folder, and may write these files.

    Raises:
        WrongFolder: It holds files, and no build wrote into it, or wrote one of them.
    """
    if folder.is_dir() and not (folder / MANIFEST).exists():
        foreign = sorted(path.name for path in folder.iterdir())
    else:
        foreign = sorted(name for name in set(names) - _made(folder) if (folder / name).exists())
    if folder.exists() and not folder.is_dir():
        raise WrongFolder(f"--output {folder} is a file; choose a folder")
    if foreign:
        raise WrongFolder(
            f"--output {folder} holds {foreign[0]}, which this command did not make; "
            "choose another folder, or remove it"
        )


def replace(folder: Path, site: Path) -> None:
    """Put the files of the site in place of those of the last build.

    Raises:
        WrongFolder: It cannot be made, or a file that no build made is in the way.
    """
    names = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    check(folder, names)
    try:
        _make(folder)
    except OSError as error:
        raise WrongFolder(f"--output {folder}: {error.strerror}; choose another folder") from None
    for name in _made(folder):
        (folder / name).unlink(missing_ok=True)
    for name in sorted(names):
        target = folder / name
        _make(target.parent)
        shutil.copyfile(site / name, target)
        target.chmod(0o644)
    manifest = folder / MANIFEST
    manifest.write_text("".join(f"{name}\n" for name in sorted(names)), encoding="utf-8")
    manifest.chmod(0o644)


def _make(folder: Path) -> None:
    """Make a folder that everybody may read, with any umask."""
    if not folder.exists():
        _make(folder.parent)
        folder.mkdir()
        folder.chmod(0o755)


def _made(folder: Path) -> set[str]:
    """Return the files that the last build made. A name cannot lead out of the folder."""
    manifest = folder / MANIFEST
    if not manifest.exists():
        return set()
    names = manifest.read_text(encoding="utf-8").splitlines()
    return {name for name in names if (folder / name).resolve().is_relative_to(folder.resolve())}
