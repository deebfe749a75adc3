"""A commit can be released if versions, changelog and client fit together."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

import pytest

import check_release

from .repository import Spec, commit, git, released, spec, write

Release: TypeAlias = Callable[..., tuple[int, str]]

DATED = """## [Unreleased]

## [1.1.0] - 2026-02-03

### pictify-mock

- More.

## [1.0.0] - 2026-01-02

- All of it.
"""
PENDING = DATED.replace("## [Unreleased]\n", "## [Unreleased]\n\n- Later.\n")
SILENT = DATED.replace("- More.\n", "")
WITHOUT_HEADING = DATED.replace("### pictify-mock", "")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with 1.0.0 released and 1.1.0 ready."""
    folder = released(tmp_path / "repository")
    commit_release(folder, "1.1.0")
    return folder


def commit_release(
    root: Path,
    version: str,
    changelog: str = DATED,
    document: Spec | None = None,
    others: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Commit a release whose parts have one version, except the packages that `others` names."""
    client = others.get("pictify_experiments", version)
    write(root, document or spec(version), changelog, version=client)
    for path in check_release.VERSIONED.values():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        number = others.get(file.parent.name, version)
        file.write_text(f'__version__ = "{number}"\n', encoding="utf-8")
    if git(root, "status", "--porcelain"):
        commit(root)


@pytest.fixture
def release(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Release:
    """Run the command; of the scripts that it runs only the named one fails."""
    monkeypatch.setattr(check_release, "ROOT", root)

    def command(failing: str = "nothing", *options: str) -> tuple[int, str]:
        def run(arguments: Sequence[str]) -> bool:
            return not any(failing in argument for argument in arguments)

        return check_release.main(["--redocly=redocly", *options], run), capsys.readouterr().out

    return command


def test_release_that_is_ready(root: Path, release: Release) -> None:
    """The output is the command that tags it; nothing is tagged or changed."""
    code, output = release()
    assert code == 0
    assert "git tag --annotate v1.1.0 --message 'Version 1.1.0'" in output
    assert (git(root, "tag"), git(root, "status", "--porcelain")) == ("v1.0.0\n", "")


@pytest.mark.parametrize("script", ["generate_client.py", "check_breaking.py"])
def test_failing_script_ends_the_check(release: Release, script: str) -> None:
    code, output = release(script)
    assert code == 1
    assert "This cannot be released: failed: the " in output
    assert "git tag" not in output


def test_first_release_is_compared_with_nothing(root: Path, release: Release) -> None:
    git(root, "tag", "--delete", "v1.0.0")
    assert release("check_breaking.py")[0] == 0


def test_uncommitted_file(root: Path, release: Release) -> None:
    (root / "new.txt").touch()
    assert "something is not committed" in release()[1]


@pytest.mark.parametrize(
    ("version", "client", "changelog", "problem"),
    [
        ("1.0.0", "1.0.0", DATED, "1.0.0 is released already; raise info.version or"),
        ("0.9.0", "0.9.0", DATED, "0.9.0 is older than 1.0.0, which is released"),
        ("1.1.0", "1.0.0", DATED, "the client is 1.0.0 and the spec 1.1.0; run `nox -s generate`"),
        ("1.1.0", "1.1.0.post1", DATED, "1.1.0.post1 follows no release of 1.1.0; remove `post`"),
        ("1.1.0", "", DATED, "generated/ has no version"),
        ("1.2.0", "1.2.0", DATED, "has no section `## [1.2.0] - ` with its date"),
        ("1.1.0", "1.1.0", DATED.replace(" - 2026-02-03", ""), "has no section `## [1.1.0] - `"),
        ("1.1.0", "1.1.0", SILENT, "CHANGELOG.md says nothing under [1.1.0]"),
        ("1.1.0", "1.1.0", WITHOUT_HEADING, "has entries under no heading of [1.1.0]"),
        (
            "1.1.0",
            "1.1.0",
            DATED.replace("### pictify-mock", "### Added"),
            "has entries under `### Added` of [1.1.0]; the headings are Spec, ",
        ),
        ("1.1.0", "1.1.0", PENDING, "has entries under [Unreleased]; move them to [1.1.0]"),
    ],
)
def test_version_or_changelog_that_does_not_fit(
    root: Path, release: Release, version: str, client: str, changelog: str, problem: str
) -> None:
    commit_release(root, version, changelog, others={"pictify_experiments": client})
    code, output = release("generate_client.py")
    assert code == 1
    assert problem in output


@pytest.mark.parametrize("product", ["pictify_mock", "pictify_conformance"])
def test_product_of_another_version(root: Path, release: Release, product: str) -> None:
    commit_release(root, "1.1.0", others={product: "1.0.9"})
    code, output = release()
    assert code == 1
    assert f"{product.replace('_', '-')} is 1.0.9 and the client 1.1.0; set __version__" in output


def test_release_that_is_tagged_already(root: Path, release: Release) -> None:
    git(root, "tag", "v1.1.0")
    assert "1.1.0 is released already" in release()[1]
    code, output = release("nothing", "--tag=v1.1.0")
    assert code == 0
    assert "git tag" not in output
    assert "since v1.0.0" in output


def test_tag_of_another_version(root: Path, release: Release) -> None:
    git(root, "tag", "v1.2.0")
    output = release("nothing", "--tag=v1.2.0")[1]
    assert "the tag is v1.2.0 and the client 1.1.0; delete the tag" in output


def test_release_of_the_same_spec_is_a_post_release(root: Path, release: Release) -> None:
    changelog = DATED.replace("## [1.1.0]", "## [1.0.0.post1]")
    commit_release(root, "1.0.0.post1", changelog, spec())
    assert "git tag --annotate v1.0.0.post1" in release()[1]
