"""The documentation as text, and the folder it is written to. The site is tested in a browser."""

import json
import os
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

import build_docs
from browser.passing_run import results
from docs import conformance, output, pages
from docs.chapters import chapters
from docs.description import Description
from docs.reference import LINKS, anchor
from docs.samples import Case
from docs.templates import prose
from pictify_conformance import spec

ROOT = Path(__file__).parents[2]
SUITE = ROOT / "contract_tests" / "conformance" / "src" / "pictify_conformance"
PICTURE = ROOT / "scripts" / "docs" / "assets" / "lifecycle.svg"


@pytest.fixture(scope="module")
def description() -> Description:
    return Description.load(ROOT / "spec" / "openapi.yaml")


@pytest.fixture(scope="module")
def code(description: Description) -> dict[str, list[Case]]:
    return {operation.id: [Case("X", {"curl": "curl x"})] for operation in description.operations}


@pytest.fixture(scope="module")
def built(description: Description, code: dict[str, list[Case]]) -> dict[str, str]:
    """The files beside the pages."""
    return dict(build_docs.texts(description, code))


@pytest.fixture(scope="module")
def site(description: Description, code: dict[str, list[Case]]) -> pages.Site:
    return pages.site(description, code, None)


def test_openapi_json_is_the_spec_in_one_document(built: dict[str, str]) -> None:
    document = json.loads(built["openapi.json"])
    assert document == json.loads(json.dumps(spec.document()))
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []
    assert set(re.findall(r'"\$ref": "(.)', built["openapi.json"])) == {"#"}


@pytest.mark.parametrize("name", ["reference.md", "llms-full.txt"])
def test_reference_is_complete(name: str, description: Description, built: dict[str, str]) -> None:
    """It has every chapter, operation, member, problem and rule, and no placeholder."""
    text = built[name]
    for operation in description.operations:
        assert f"`{operation.method.upper()} {operation.path}`, operation `{operation.id}`" in text
        for row in (*operation.rows, *operation.body, *operation.result):
            assert f"| `{row.name}` | {row.kind}" in text
        for problem in operation.problems:
            assert f"| {problem.status} | `{problem.code}` | {problem.cause}" in text
    for rule in spec.rules().values():
        assert f"`{rule.id}`, {rule.level}: {prose(rule.text)}" in text
    for title in re.findall(r"^## .+$", description.document["info"]["description"], re.MULTILINE):
        assert f"\n{title}\n" in text
    assert "| `slug-in-use` | 409 |" in text
    assert "<!--" not in text


def test_page_of_an_operation_is_in_the_order_of_a_reader(site: pages.Site) -> None:
    page = site.pages["createExperiment"]
    assert re.findall(r"^## ([\w ]*\w)", page, re.MULTILINE) == [
        "Sample", "Body", "Responses", "Members of the response", "Errors", "Rules"
    ]  # fmt: skip
    for row in (
        "| <code>variants[].<wbr>weight</code> | integer, required | Share of the viewers",
        "| <code>variants[].<wbr>conditions.<wbr>ruleOperator</code> | string |",
        "| <code>experiment</code> | object, required | An experiment with its variants and their "
        "counters. *That it is required is assumed.* |",
        "| 409 | [`slug-in-use`](errors.md#error-slug-in-use) | Another active experiment",
        "- [`create.draft`](rules.md#rule-create.draft), documented: `POST",
    ):
        assert f"\n{row}" in page


def test_members_are_listed_once(description: Description) -> None:
    """Also those of a body that is an event or an array of events. A tree has two kinds of node."""
    for operation in description.operations:
        names = [row.name for row in operation.body if ".conditions" not in row.name]
        assert len(names) == len(set(names)), operation.id
        assert all(names)


def test_every_rule_error_and_source_has_an_address(
    description: Description, site: pages.Site
) -> None:
    for rule in spec.rules():
        assert site.pages["rules"].count(f'id="rule-{rule}"') == 1
    for error in description.document["x-problems"]:
        assert site.pages["errors"].count(f'id="error-{error}"') == 1
    for source in {source for rule in spec.rules().values() for source in rule.source}:
        assert site.pages["assumed"].count(f'id="{source}"') == 1


def test_navigation_has_every_page_once(site: pages.Site) -> None:
    assert sorted(name for names in site.nav.values() for name in names) == sorted(site.pages)


def test_guides_come_in_their_order_and_unknown_ones_last(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    description: Description,
    code: dict[str, list[Case]],
) -> None:
    for name in ("testing", "another", "quickstart"):
        text = (
            f"# About {name}\n[a](testing.md#b) [c](images/d.png) [e](#f) [g](https://h.example)\n"
        )
        (tmp_path / f"{name}.md").write_text(text, encoding="utf-8")
    monkeypatch.setattr(pages, "WRITTEN", tmp_path)
    found = pages.site(description, code, None)
    assert found.nav["Guides"] == ["quickstart", "concepts", "testing", "another"]
    assert "- [About another](another.md)" in found.pages["index"]
    assert found.pages["another"] == (tmp_path / "another.md").read_text(encoding="utf-8")


def test_link_to_a_file_of_the_repository_leads_to_its_page(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    description: Description,
    code: dict[str, list[Case]],
) -> None:
    readme = tmp_path / "mock" / "README.md"
    readme.parent.mkdir()
    readme.write_text("[a](../guides/b.md#c) ![d](../guides/images/e.png) [f](../LICENSE)")
    (tmp_path / "guides").mkdir()
    (tmp_path / "guides" / "b.md").write_text("[the mock](../mock/README.md)")
    monkeypatch.setattr(pages, "WRITTEN", tmp_path / "guides")
    monkeypatch.setattr(pages, "COPIES", {"mock": readme})
    found = pages.site(description, code, None).pages
    assert found["mock"] == "[a](b.md#c) ![d](images/e.png) [f](../LICENSE)"
    assert found["b"] == "[the mock](mock.md)"


def test_names_in_angle_brackets_are_no_tags() -> None:
    assert prose("a <name>, `custom.<name>` and <b>") == "a &lt;name>, `custom.<name>` and &lt;b>"


@pytest.mark.parametrize("name", ["reference.md", "llms.txt"])
def test_links_lead_to_a_built_file_or_an_anchor(name: str, built: dict[str, str]) -> None:
    text = built["reference.md"]
    anchors = {anchor(title) for title in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}
    anchors |= set(re.findall(r'<a id="([^"]+)">', text))
    for target in re.findall(r"\]\(([^)]+)\)", built[name]):
        file, _, place = target.partition("#")
        assert file in {"", "assets/lifecycle.svg", *built}
        assert not place or place in anchors


def test_text_without_placeholder_is_an_error() -> None:
    description = Description({"info": {"description": "Nothing."}, "x-problems": {}})
    with pytest.raises(ValueError, match="0 placeholders <!-- x-lifecycle -->"):
        chapters(description, "", LINKS)


def test_picture_shows_the_lifecycle(description: Description) -> None:
    """The picture has the statuses and the transitions of x-lifecycle."""
    moves = [
        (operation.removesuffix("Experiment"), start, move["to"])
        for operation, move in description.document["x-lifecycle"]["transitions"].items()
        for start in move["from"]
    ]
    picture = ET.parse(PICTURE).getroot()  # noqa: S314 - our own file
    words = [str(text.text) for text in picture.iter("{http://www.w3.org/2000/svg}text")]
    statuses = {status for _, start, end in moves for status in (start, end)}
    assert sorted(words) == sorted([*(verb for verb, _, _ in moves), *statuses])
    shown = "; ".join(f"{verb}: {start} to {end}" for verb, start, end in moves)
    label = " ".join(str(picture.get("aria-label")).split())
    assert label == f"Lifecycle. {shown}."


def test_conformance_page_has_every_rule(description: Description) -> None:
    """It has no time and no port, so equal verdicts give equal bytes."""
    page = conformance.page(description, results())
    assert page.count('<details class="pass"') == len(spec.rules())
    assert all(f'id="rule-{rule}"' in page for rule in spec.rules())
    assert "<p><code>GET /experiments/api/{uid}</code> returns 404 for an unknown uid." in page
    assert "test_getting.py::test_unknown</code>, 2 times" in page
    assert not {"1234", "12.5", "2026-03-02"} & set(re.findall(r"[\d.-]+\d", page))


def test_conformance_page_opens_failed_rules_and_escapes_text(description: Description) -> None:
    run = results(target="https://api.example.com", spec={"version": "0.9.0"})
    run["rules"][0] |= {"outcome": "fail", "reason": "<script>", "blocked_by": "create.draft"}
    run |= {"exit_code": 1, "verdict": "NOT CONFORMING", "because": "one rule is broken"}
    page = conformance.page(description, run)
    assert re.search(r'<details class="fail" id="[^"]+" open>', page)
    assert "&lt;script&gt; (blocked by create.draft)" in page
    assert '# NOT CONFORMING { class="fail" }\n\none rule is broken.' in page
    assert "https://api.example.com" in page
    assert "not by the version of this reference" in page


def test_results_of_the_suite_are_read(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    file.write_text(json.dumps(results()))
    assert conformance.read(file) == results()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{}", "the whole: "),
        ("[]", "the whole: "),
        ("<html>", "Expecting value"),
        (None, "No such file"),
        (json.dumps({**results(), "schema_version": 2}), "schema_version: 1 was expected"),
        (json.dumps({**results(), "rules": [1]}), "rules/0: 1 is not of type"),
        (
            json.dumps({**results(), "rules": [{**results()["rules"][0], "tests": [1]}]}),
            "rules/0/tests/0: 1 is not of type",
        ),
        (
            json.dumps({name: part for name, part in results().items() if name != "exit_code"}),
            "an older suite wrote it",
        ),
    ],
    ids=range(8),
)
def test_file_without_results_is_wrong_usage(
    text: str | None, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command prints one line, exits with 2, and writes nothing."""
    file, target = tmp_path / "results.json", tmp_path / "docs"
    if text is not None:
        file.write_text(text)
    assert build_docs.main([f"--results={file}", f"--output={target}"]) == 2
    said = capsys.readouterr().err
    assert re.fullmatch(r"build_docs: .+results\.json.+\n", said)
    assert reason in said
    assert not target.exists()


def test_page_of_a_run_opens_no_file_that_a_test_names(description: Description) -> None:
    run = results()
    run["rules"][0]["tests"] = ["../../../etc/passwd::<b>[a\nb]", "", "x"]
    page = conformance.page(description, run)
    assert "<li><code>passwd::&lt;b&gt;</code></li>" in page


class Builds:
    """Builds into a folder, each with other files."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self._monkeypatch = monkeypatch
        self.folder = folder

    def run(self, *names: str) -> int:
        def build(work: Path, _: Any) -> Path:
            for name in names:
                (work / name).parent.mkdir(exist_ok=True)
                (work / name).write_text("built")
            return work

        self._monkeypatch.setattr(build_docs, "build", build)
        return build_docs.main([f"--output={self.folder}"])

    def files(self) -> dict[str, str]:
        return {
            path.relative_to(self.folder).as_posix(): path.read_text()
            for path in self.folder.rglob("*")
            if path.is_file() and path.name != output.MANIFEST
        }


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Builds:
    return Builds(monkeypatch, tmp_path / "docs")


def test_build_replaces_what_a_build_made_and_keeps_the_rest(builds: Builds) -> None:
    assert builds.run("index.html", "a/old.css") == 0
    (builds.folder / "CNAME").write_text("mine")
    assert builds.run("index.html", "b/new.css") == 0
    assert builds.files() == {"index.html": "built", "b/new.css": "built", "CNAME": "mine"}


def test_everybody_may_read_what_was_built(builds: Builds) -> None:
    mask = os.umask(0o077)
    try:
        builds.run("index.html", "a/b.css")
    finally:
        os.umask(mask)
    modes = {path.name: path.stat().st_mode & 0o777 for path in builds.folder.rglob("*")}
    assert modes == {"index.html": 0o644, "a": 0o755, "b.css": 0o644, output.MANIFEST: 0o644}
    assert builds.folder.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("earlier", [(), ("index.html",)])
def test_foreign_file_is_not_overwritten(
    earlier: tuple[str, ...], builds: Builds, capsys: pytest.CaptureFixture[str]
) -> None:
    if earlier:
        builds.run(*earlier)
    builds.folder.mkdir(exist_ok=True)
    (builds.folder / "notes.html").write_text("mine")
    assert builds.run("index.html", "notes.html") == 2
    assert re.fullmatch(r"build_docs: --output .+ holds notes\.html.+\n", capsys.readouterr().err)
    assert builds.files()["notes.html"] == "mine"


def test_output_that_is_a_file_is_wrong_usage(
    builds: Builds, capsys: pytest.CaptureFixture[str]
) -> None:
    builds.folder.write_text("mine")
    assert builds.run("index.html") == 2
    assert "is a file; choose a folder" in capsys.readouterr().err
    builds.folder /= "inside"
    assert builds.run("index.html") == 2
    assert "Not a directory; choose another folder" in capsys.readouterr().err


def test_manifest_cannot_name_a_file_outside(builds: Builds) -> None:
    builds.run("index.html")
    outside = builds.folder.parent / "outside"
    outside.write_text("mine")
    (builds.folder / output.MANIFEST).write_text("../outside\nindex.html\n")
    assert builds.run("index.html") == 0
    assert outside.read_text() == "mine"
