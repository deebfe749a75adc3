from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

import pytest

import check_release

from .repository import Spec, commit, git, spec, write

Release: TypeAlias = Callable[..., tuple[int, str]]

DATED = """## [Unreleased]

## [1.1.0] - 2026-02-03

### pictify-mock

- More.

## [1.0.0] - 2026-01-02

- All of it.
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with 1.0.0 released and 1.1.0 ready."""
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    write(folder, spec())
    commit(folder, "v1.0.0")
    ready(folder, "1.1.0")
    return folder


def ready(
    root: Path,
    version: str,
    changelog: str = DATED,
    document: Spec | None = None,
    others: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Commit a release whose parts have one version, but for the packages that `others` names."""
    write(
        root,
        document or spec(version),
        changelog,
        version=others.get("pictify_experiments", version),
    )
    for path in check_release.VERSIONED.values():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(
            f'__version__ = "{others.get(file.parent.name, version)}"\n', encoding="utf-8"
        )
    if git(root, "status", "--porcelain"):
        commit(root)


@pytest.fixture
def release(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Release:
    """The command in that repository: exit code and output. Of the steps only the named one fails."""
    monkeypatch.setattr(check_release, "ROOT", root)

    def command(failing: str = "nothing", *options: str) -> tuple[int, str]:
        def run(arguments: Sequence[str]) -> bool:
            return not any(failing in argument for argument in arguments)

        return check_release.main(["--redocly=redocly", *options], run), capsys.readouterr().out

    return command


def test_ready(root: Path, release: Release) -> None:
    """What can be released ends with the command that tags it, and neither tags nor changes anything."""
    code, output = release()
    assert (code, "git tag --annotate v1.1.0 --message 'Version 1.1.0'" in output) == (0, True)
    assert (git(root, "tag"), git(root, "status", "--porcelain")) == ("v1.0.0\n", "")


@pytest.mark.parametrize("step", ["generate_client.py", "check_breaking.py"])
def test_failing_step(release: Release, step: str) -> None:
    """A step that fails ends it, says which, and gives no command."""
    code, output = release(step)
    assert (code, "This cannot be released: not so:" in output, "git tag" in output) == (
        1,
        True,
        False,
    )


def test_first_release_compares_with_nothing(root: Path, release: Release) -> None:
    """Without a release before it nothing is compared."""
    git(root, "tag", "--delete", "v1.0.0")
    assert release("check_breaking.py")[0] == 0


def test_uncommitted(root: Path, release: Release) -> None:
    """What is not committed cannot be tagged."""
    (root / "new.txt").touch()
    assert "something is not committed" in release()[1]


PENDING = DATED.replace("## [Unreleased]\n", "## [Unreleased]\n\n- Later.\n")
UNTOLD = DATED.replace("- More.\n", "")
UNSORTED = DATED.replace("### pictify-mock", "")


@pytest.mark.parametrize(
    ("version", "client", "changelog", "problem"),
    [
        ("1.0.0", "1.0.0", DATED, "1.0.0 is released already; raise info.version or"),
        ("0.9.0", "0.9.0", DATED, "0.9.0 is older than 1.0.0, which is released"),
        ("1.1.0", "1.0.0", DATED, "the client is 1.0.0 and the spec 1.1.0; run `nox -s generate`"),
        (
            "1.1.0",
            "1.1.0.post1",
            DATED,
            "1.1.0.post1 follows on no release of 1.1.0; take `post` out",
        ),
        ("1.1.0", "", DATED, "generated/ has no version"),
        ("1.2.0", "1.2.0", DATED, "has no section `## [1.2.0] - ` with its date"),
        (
            "1.1.0",
            "1.1.0",
            DATED.replace(" - 2026-02-03", ""),
            "has no section `## [1.1.0] - ` with its date",
        ),
        ("1.1.0", "1.1.0", UNTOLD, "CHANGELOG.md says nothing under [1.1.0]"),
        (
            "1.1.0",
            "1.1.0",
            UNSORTED,
            "CHANGELOG.md has entries under no heading of [1.1.0]; the headings are Spec, ",
        ),
        (
            "1.1.0",
            "1.1.0",
            UNSORTED.replace("- More", "### Added\n\n- More"),
            "has entries under `### Added` of [1.1.0]",
        ),
        (
            "1.1.0",
            "1.1.0",
            PENDING,
            "CHANGELOG.md has entries under [Unreleased]; move them to [1.1.0]",
        ),
    ],
)
def test_problem(
    root: Path, release: Release, version: str, client: str, changelog: str, problem: str
) -> None:
    """A version that is not new, not told or not the client's cannot be released, and one line says what to do."""
    ready(root, version, changelog, others={"pictify_experiments": client})
    code, output = release("generate_client.py")
    assert (code, problem in output) == (1, True)


@pytest.mark.parametrize("product", ["pictify_mock", "pictify_conformance"])
def test_product_of_another_version(root: Path, release: Release, product: str) -> None:
    """The mock and the suite are released with the client's version."""
    ready(root, "1.1.0", others={product: "1.0.9"})
    code, output = release()
    assert code == 1
    assert (
        f"{product.replace('_', '-')} is 1.0.9 and the client 1.1.0; set __version__ in contract_tests/"
        in output
    )


def test_tag_is_there(root: Path, release: Release) -> None:
    """A release whose tag is set already is compared with the one before, and tells no command."""
    git(root, "tag", "v1.1.0")
    assert "1.1.0 is released already" in release()[1]
    code, output = release("nothing", "--tag=v1.1.0")
    assert (code, "git tag" in output) == (0, False)
    assert "since v1.0.0" in output


def test_tag_of_another_version(root: Path, release: Release) -> None:
    """A tag that does not name the version releases nothing."""
    git(root, "tag", "v1.2.0")
    assert (
        "the tag is v1.2.0 and the client 1.1.0; delete the tag"
        in release("nothing", "--tag=v1.2.0")[1]
    )


def test_same_spec(root: Path, release: Release) -> None:
    """A change of the products alone is released as `.post1` of the spec's version."""
    told = DATED.replace("## [1.1.0] - 2026-02-03", "## [1.0.0.post1] - 2026-02-03")
    ready(root, "1.0.0.post1", told, spec())
    assert "git tag --annotate v1.0.0.post1" in release()[1]


@pytest.mark.parametrize("arguments", [[], ["--redocly=x", "v1"]])
def test_wrong_usage_is_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong usage ends with one line and code 2."""
    with pytest.raises(SystemExit) as end:
        check_release.main(arguments)
    assert end.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1
