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

from .repository import RELEASED, RULE, STAMP, commit, git, spec, write

Command: TypeAlias = Callable[..., tuple[int, str, str]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository whose 1.0.0 is released."""
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    write(folder, spec())
    commit(folder, "v1.0.0")
    return folder


@pytest.fixture
def check(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """The command in that repository: exit code, output and complaints. Nothing differs on the wire here."""
    monkeypatch.setattr(wire, "entries", lambda *_: [])
    monkeypatch.setenv("COLUMNS", "200")

    def command(*arguments: str, root: Path = root) -> tuple[int, str, str]:
        monkeypatch.setattr(check_breaking, "ROOT", root)
        code = check_breaking.main(
            ["--redocly=redocly", f"--report-dir={root / 'reports'}", *arguments]
        )
        return (code, *capsys.readouterr())

    return command


WITHOUT_RULE = spec(rules=())
NEXT_MAJOR = spec("2.0.0", rules=())
SAID = RELEASED.replace(
    "## [Unreleased]", "## [Unreleased]\n\n- The promise about unknown uids is withdrawn."
)


def test_nothing_changed(check: Command) -> None:
    """The same spec and client pass."""
    code, output, _ = check("v1.0.0")
    assert (code, output.splitlines()[0]) == (0, "Nothing differs from v1.0.0.")


def test_version_and_changelog_are_missing(root: Path, check: Command) -> None:
    """A breaking change without version and entry fails, and tells whom it breaks and what is missing."""
    write(root, WITHOUT_RULE)
    code, output, _ = check("v1.0.0")
    assert code == 1
    assert "Breaks servers judged by the suite" in output
    assert "Next version: 2.0.0 (major; since 1.0.0)." in output
    assert "Missing: info.version is 1.0.0, and this needs 2.0.0." in output
    assert "Missing: CHANGELOG.md has no new entry under [Unreleased] or [2.0.0]." in output


def test_changelog_is_silent(root: Path, check: Command) -> None:
    """A breaking change with the next version fails while the changelog says nothing new."""
    write(root, NEXT_MAJOR)
    code, output, _ = check("v1.0.0")
    assert (code, output.count("Missing:"), "CHANGELOG.md has no new entry" in output) == (
        1,
        1,
        True,
    )


@pytest.mark.parametrize("heading", ["## [Unreleased]", "## [2.0.0] - 2026-02-03"])
def test_both_say_so(root: Path, check: Command, heading: str) -> None:
    """A breaking change passes with the next version and an entry, under Unreleased or the version."""
    write(root, NEXT_MAJOR, SAID.replace("## [Unreleased]", heading))
    assert check("v1.0.0")[0] == 0


def test_old_entries_do_not_count(root: Path, check: Command) -> None:
    """An entry that the changelog had at the ref says nothing about what came after."""
    write(root, spec(), SAID)
    commit(root)
    write(root, NEXT_MAJOR, SAID)
    assert check("HEAD")[0] == 1


def test_minor_is_not_enough(root: Path, check: Command) -> None:
    """A breaking change with the version of an addition fails."""
    write(root, spec("1.1.0", rules=()), SAID)
    code, output, _ = check("v1.0.0")
    assert (code, "info.version is 1.1.0, and this needs 2.0.0" in output) == (1, True)


def test_pending_version_counts_from_the_last_release(root: Path, check: Command) -> None:
    """On top of an unreleased major version more may break or come, and nothing takes the version back."""
    write(root, NEXT_MAJOR, SAID)
    commit(root)
    more = SAID.replace("\n- The", "\n- Another rule.\n- The")
    for version, code in ("2.0.0", 0), ("2.1.0", 0), ("1.1.0", 1):
        write(root, spec(version, rules=({**RULE, "id": "get.other"},)), more)
        assert check("HEAD")[0] == code
    assert "info.version is 1.1.0, and this needs 2.0.0" in check("HEAD")[1]


def test_wording_needs_no_entry(root: Path, check: Command) -> None:
    """What only reads differently asks for the next patch and for no entry."""
    document = spec("1.0.1")
    document["info"]["description"] = "Said better."
    write(root, document)
    code, output, _ = check("v1.0.0")
    assert (code, "Next version: 1.0.1 (patch; since 1.0.0)." in output) == (0, True)


def test_first_version_may_change(root: Path, check: Command) -> None:
    """Before the first release a breaking change needs an entry and keeps the version."""
    git(root, "tag", "--delete", "v1.0.0")
    write(root, spec(), "## [Unreleased]\n")
    commit(root)
    write(root, WITHOUT_RULE, "## [Unreleased]\n")
    code, output, _ = check("HEAD")
    assert (
        code,
        "Next version: 1.0.0 (major; nothing is released yet, so it may still change)." in output,
    ) == (
        1,
        True,
    )
    write(root, WITHOUT_RULE, "## [Unreleased]\n\n- Less.\n")
    assert check("HEAD")[0] == 0


def test_before_one(root: Path, check: Command) -> None:
    """Before 1.0.0 what breaks raises the second number."""
    write(root, spec("0.3.1"), "## [0.3.1] - 2026-01-02\n\n- All.\n")
    git(root, "tag", "--delete", "v1.0.0")
    commit(root)
    write(root, spec("0.3.1", rules=()), "## [0.3.1] - 2026-01-02\n\n- All.\n")
    assert "Next version: 0.4.0 (major; since 0.3.1)." in check("HEAD")[1]


def test_client_alone(root: Path, check: Command) -> None:
    """A client that changed without the spec is told apart by `post`."""
    write(root, spec(), module='"""Said better."""\n')
    code, output, _ = check("v1.0.0")
    assert (code, "set `post: 1` in scripts/codegen/config.yml" in output) == (1, True)
    write(root, spec(), module='"""Said better."""\n', version="1.0.0.post1")
    assert check("v1.0.0")[0] == 0


def test_newest_release_is_the_default(root: Path, check: Command) -> None:
    """Without a ref the newest release is compared with, by its number and not its name."""
    for tag in ("v1.9.0", "v1.10.0", "v1.10.0-rc1", "zzz"):
        git(root, "tag", tag)
    assert "Nothing differs from v1.10.0." in check()[1]


def test_reports(root: Path, check: Command) -> None:
    """The verdict is written as Markdown and as JSON, and the output says where."""
    write(root, WITHOUT_RULE)
    _, output, _ = check("v1.0.0")
    told = json.loads((root / "reports" / "breaking.json").read_text(encoding="utf-8"))
    assert (told["ref"], told["bump"], told["next_version"]) == ("v1.0.0", "major", "2.0.0")
    assert [(change["bump"], change["breaks"]) for change in told["changes"]] == [
        ("major", ["callers", "servers"])
    ]
    page = (root / "reports" / "breaking.md").read_text(encoding="utf-8")
    assert (
        "| Rule get.unknown (documented) is gone: An unknown uid is 404. | `get.unknown` | rules |"
        in page
    )
    assert f"Report: {root / 'reports' / 'breaking.md'}" in output


# Nothing to compare with


def one_line(result: tuple[int, str, str]) -> str:
    code, output, complaint = result
    assert (code, output, complaint.count("\n")) == (2, "", 1)
    return complaint


@pytest.mark.parametrize("ref", ["v1.0.0", "other", "origin/other", "{commit}"])
def test_shallow_clone(root: Path, check: Command, tmp_path: Path, ref: str) -> None:
    """In a shallow clone without the ref one line names the command that brings it, and it does."""
    ref = ref.format(commit=git(root, "rev-parse", "HEAD").strip())
    git(root, "branch", "other")
    git(root, "config", "uploadpack.allowAnySHA1InWant", "true")
    write(root, spec(), RELEASED + "\n")
    commit(root)
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth=1", "--no-tags", root.as_uri(), str(shallow))
    complaint = one_line(check(ref, root=shallow))
    assert complaint.startswith(
        f"check_breaking: there is no {ref} here; this clone is shallow, `git fetch --depth=1"
    )
    _, remedy, rest = complaint.split("`")
    subprocess.run(shlex.split(remedy), cwd=shallow, check=True, capture_output=True)
    brought = "origin/other" if "origin/other" in rest else ref
    assert check(brought, root=shallow)[0] == 0


def test_unknown_ref(check: Command) -> None:
    """A ref that nobody knows is one line that tells how to find one."""
    assert "there is no v9.9.9 here; `git fetch --tags origin` may bring it" in one_line(
        check("v9.9.9")
    )


def test_ref_is_never_an_option(check: Command) -> None:
    """A ref that looks like an option of git is only an unknown ref."""
    assert "there is no --all here" in one_line(check("--", "--all"))


def test_no_release(root: Path, check: Command) -> None:
    """Without a ref and without a release one line asks for a ref."""
    git(root, "tag", "--delete", "v1.0.0")
    assert "no tag such as v1.0.0 names a release" in one_line(check())


def test_ref_without_spec(root: Path, check: Command) -> None:
    """A ref at which there was no spec yet is one line."""
    git(root, "checkout", "--quiet", "--orphan", "empty")
    git(root, "rm", "-r", "--quiet", "--cached", ".")
    git(root, "commit", "--quiet", "--allow-empty", "--no-gpg-sign", "--message", "Nothing")
    assert "empty has no spec/openapi.yaml; compare with a later commit" in one_line(check("empty"))


def test_no_repository(tmp_path: Path, check: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside of a repository one line says that there is nothing to compare with."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    outside = tmp_path / "outside"
    write(outside, spec())
    assert "is no git repository" in one_line(check("main", root=outside))


def test_stale_client(root: Path, check: Command) -> None:
    """A client of another spec is not compared."""
    (root / "spec" / "openapi.yaml").write_text(json.dumps(spec(rules=())), encoding="utf-8")
    assert "run `nox -s generate` first" in one_line(check("v1.0.0"))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("paths: [", "cannot be read"),
        ("[]", "is no OpenAPI document"),
        ('{"paths": {}}', "no version"),
        ('{"info": {"version": "new"}, "paths": {}}', "no version"),
    ],
)
def test_broken_spec(root: Path, check: Command, text: str, complaint: str) -> None:
    """A spec that cannot be read, has no paths or no version is one line."""
    write(root, {})
    (root / "spec" / "openapi.yaml").write_text(text, encoding="utf-8")
    stamp = STAMP.format(version="1.0.0", sha256=hashlib.sha256(text.encode()).hexdigest())
    (root / "generated" / "pictify_experiments" / "_stamp.py").write_text(stamp, encoding="utf-8")
    assert complaint in one_line(check("v1.0.0"))


@pytest.mark.parametrize(
    ("command", "complaint"), [("nowhere", "does not run"), ("false", "cannot compare the specs")]
)
def test_redocly_fails(root: Path, command: str, complaint: str) -> None:
    """A redocly that is not there or breaks is no verdict."""
    with pytest.raises(NoRevision, match=complaint):
        wire.entries(Path(command), Revision("old", root), Revision("new", root))


@pytest.mark.parametrize("arguments", [["--wat"], [], ["--redocly=x", "one", "two"]])
def test_wrong_usage_is_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong usage ends with one line and code 2."""
    with pytest.raises(SystemExit) as end:
        check_breaking.main(arguments)
    assert end.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1
