"""The command compares with a git ref, and says which version and changelog entry are missing."""

import hashlib
import json
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

import check_breaking
from breaking import wire
from breaking.revision import NoRevision, Revision

from .repository import RELEASED, STAMP, commit, git, released, spec, write

Command: TypeAlias = Callable[..., tuple[int, str, str]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return released(tmp_path / "repository")


@pytest.fixture
def check(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Run the command: exit code, output and errors. `redocly diff` finds no difference here."""
    monkeypatch.setattr(wire, "entries", lambda *_: [])

    def command(*arguments: str, root: Path = root) -> tuple[int, str, str]:
        monkeypatch.setattr(check_breaking, "ROOT", root)
        reports = f"--report-dir={root / 'reports'}"
        code = check_breaking.main(["--redocly=redocly", reports, *arguments])
        return (code, *capsys.readouterr())

    return command


WITHOUT_RULE = spec(rules=())
NEXT_MAJOR = spec("2.0.0", rules=())
WITH_ENTRY = RELEASED.replace("## [Unreleased]", "## [Unreleased]\n\n- A promise is withdrawn.")


def test_same_spec_and_client_pass(check: Command) -> None:
    code, output, _ = check("v1.0.0")
    assert code == 0
    assert "Nothing differs from v1.0.0." in output


def test_breaking_change_needs_the_next_version_and_an_entry(root: Path, check: Command) -> None:
    write(root, WITHOUT_RULE)
    code, output, _ = check("v1.0.0")
    assert code == 1
    assert "## Breaks servers judged by the suite" in output
    assert "Next version: 2.0.0 (major; since 1.0.0)." in output
    assert "Missing: info.version is 1.0.0, and this needs 2.0.0." in output
    assert "Missing: CHANGELOG.md has no new entry under [Unreleased] or [2.0.0]." in output
    assert "| Rule get.unknown (documented) is gone: An unknown uid is 404. |" in output
    assert (root / "reports" / "breaking.md").read_text(encoding="utf-8") == output


def test_changelog_without_a_new_entry_fails(root: Path, check: Command) -> None:
    write(root, NEXT_MAJOR)
    code, output, _ = check("v1.0.0")
    assert code == 1
    assert output.count("Missing:") == 1
    assert "CHANGELOG.md has no new entry" in output


@pytest.mark.parametrize("heading", ["## [Unreleased]", "## [2.0.0] - 2026-02-03"])
def test_version_and_entry_pass(root: Path, check: Command, heading: str) -> None:
    write(root, NEXT_MAJOR, WITH_ENTRY.replace("## [Unreleased]", heading))
    assert check("v1.0.0")[0] == 0


def test_entry_that_the_ref_had_does_not_count(root: Path, check: Command) -> None:
    write(root, spec(), WITH_ENTRY)
    commit(root)
    write(root, NEXT_MAJOR, WITH_ENTRY)
    assert check("HEAD")[0] == 1


@pytest.mark.parametrize(("version", "code"), [("2.0.0", 0), ("2.1.0", 0), ("1.1.0", 1)])
def test_unreleased_version_counts_from_the_last_release(
    root: Path, check: Command, version: str, code: int
) -> None:
    """After an unreleased major version more may break, and the version may not go back."""
    write(root, NEXT_MAJOR, WITH_ENTRY)
    commit(root)
    other = {"id": "get.other", "level": "documented", "text": "Another rule."}
    write(root, spec(version, rules=(other,)), WITH_ENTRY.replace("\n- A", "\n- Another.\n- A"))
    assert check("HEAD")[0] == code


def test_other_words_need_the_next_patch_and_no_entry(root: Path, check: Command) -> None:
    document = spec("1.0.1")
    document["info"]["description"] = "Other words."
    write(root, document)
    code, output, _ = check("v1.0.0")
    assert code == 0
    assert "Next version: 1.0.1 (patch; since 1.0.0)." in output


def test_before_the_first_release_the_version_stays(root: Path, check: Command) -> None:
    git(root, "tag", "--delete", "v1.0.0")
    write(root, spec(), "## [Unreleased]\n")
    commit(root)
    write(root, WITHOUT_RULE, "## [Unreleased]\n")
    code, output, _ = check("HEAD")
    assert code == 1
    assert "Next version: 1.0.0 (major; nothing is released yet)." in output
    write(root, WITHOUT_RULE, "## [Unreleased]\n\n- Less.\n")
    assert check("HEAD")[0] == 0


def test_client_that_changed_alone_needs_a_post_release(root: Path, check: Command) -> None:
    write(root, spec(), module='"""Other words."""\n')
    code, output, _ = check("v1.0.0")
    assert code == 1
    assert "set `post: 1` in scripts/codegen/config.yml" in output
    write(root, spec(), module='"""Other words."""\n', version="1.0.0.post1")
    assert check("v1.0.0")[0] == 0


def test_newest_release_is_the_default(root: Path, check: Command) -> None:
    for tag in ("v1.9.0", "v1.10.0", "v1.10.0-rc1", "zzz"):
        git(root, "tag", tag)
    assert "Nothing differs from v1.10.0." in check()[1]


# Nothing to compare with


def assert_one_line(result: tuple[int, str, str], expected: str) -> None:
    code, output, error = result
    assert (code, output, error.count("\n")) == (2, "", 1)
    assert expected in error


@pytest.mark.parametrize("ref", ["v1.0.0", "origin/other", "{commit}"])
def test_remedy_for_a_shallow_clone_works(
    root: Path, check: Command, tmp_path: Path, ref: str
) -> None:
    ref = ref.format(commit=git(root, "rev-parse", "HEAD").strip())
    git(root, "branch", "other")
    write(root, spec(), RELEASED + "\n")
    commit(root)
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth=1", "--no-tags", root.as_uri(), str(shallow))
    result = check(ref, root=shallow)
    assert_one_line(result, f"{ref} is not known here; this clone is shallow")
    _, remedy, _ = result[2].split("`")
    subprocess.run(shlex.split(remedy), cwd=shallow, check=True, capture_output=True)
    assert check(ref, root=shallow)[0] == 0


@pytest.mark.parametrize("arguments", [["v9.9.9"], ["--", "--all"]])
def test_unknown_ref(check: Command, arguments: list[str]) -> None:
    """A ref that looks like an option of git is only an unknown ref."""
    assert_one_line(check(*arguments), f"{arguments[-1]} is not known here; `git fetch --tags")


def test_no_release(root: Path, check: Command) -> None:
    git(root, "tag", "--delete", "v1.0.0")
    assert_one_line(check(), "no release is tagged; name a ref")


def test_ref_without_spec(root: Path, check: Command) -> None:
    git(root, "checkout", "--quiet", "--orphan", "empty")
    git(root, "rm", "-r", "--quiet", "--cached", ".")
    git(root, "commit", "--quiet", "--allow-empty", "--no-gpg-sign", "--message", "Nothing")
    assert_one_line(check("empty"), "empty has no spec/openapi.yaml; compare with a later commit")


def test_no_repository(tmp_path: Path, check: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    outside = tmp_path / "outside"
    write(outside, spec())
    assert_one_line(check("main", root=outside), "is not a git repository")


def test_client_of_another_spec(root: Path, check: Command) -> None:
    (root / "spec" / "openapi.yaml").write_text(json.dumps(spec(rules=())), encoding="utf-8")
    assert_one_line(check("v1.0.0"), "generated/ was not made from this spec")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("paths: [", "cannot be read"),
        ("[]", "is not an OpenAPI document"),
        ('{"info": {"version": "new"}, "paths": {}}', "'new' is not a version"),
    ],
)
def test_broken_spec(root: Path, check: Command, text: str, error: str) -> None:
    (root / "spec" / "openapi.yaml").write_text(text, encoding="utf-8")
    stamp = STAMP.format(version="1.0.0", sha256=hashlib.sha256(text.encode()).hexdigest())
    (root / "generated" / "pictify_experiments" / "_stamp.py").write_text(stamp, encoding="utf-8")
    assert_one_line(check("v1.0.0"), error)


@pytest.mark.parametrize(
    ("command", "error"), [("nowhere", "does not run"), ("false", "cannot compare the specs")]
)
def test_redocly_that_fails_gives_no_verdict(root: Path, command: str, error: str) -> None:
    with pytest.raises(NoRevision, match=error):
        wire.entries(Path(command), Revision("old", root), Revision("new", root))
