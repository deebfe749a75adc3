"""Saved pages of the docs are read in every form, and what they say is held against the spec."""

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import compare_docs
from compare_docs import SPEC
from docs_drift import known as known_differences
from docs_drift import report
from docs_drift.known import Known
from docs_drift.report import Reading
from docs_drift.spec import Spec

from . import press, seeds

PAGES = press.PAGES
NOTES = SPEC.with_name("sources.md").read_text(encoding="utf-8")
SPECIFIED = Spec(SPEC)
KNOWN = Known(NOTES, SPECIFIED.assumptions)
OVERVIEWS = ("overview.md", "overview.html", "overview_and_create.txt", "overview_tabs.txt")

CHANGES = (  # pages, what they say, what they say instead, what is told
    (OVERVIEWS, "/experiments/api/{uid}/pause", "/experiments/api/{uid}/halt", "/experiments/api/{uid}/halt"),
    (OVERVIEWS, "/s/{slug}/click", "/s/{slug}/go", "overview GET /s/{slug}/click"),
    (OVERVIEWS[:2], "confidenceThreshold", "hypothesis", "editable running"),
    (OVERVIEWS[2:], "name, confidenceThreshold", "name, hypothesis", "editable running"),
    (OVERVIEWS[:1], "`name` only", "`name`, `hypothesis`", "editable completed"),
    (OVERVIEWS[2:3], "completedname only", "completedname, hypothesis", "editable completed"),
    (OVERVIEWS[:1], "All fields", "All fields except `slug`", "editable draft"),
    (OVERVIEWS[:1], "3-60 characters", "3-80 characters", "slug length"),
    (OVERVIEWS[1:2], "3&ndash;60 characters", "3&ndash;80 characters", "slug length"),
    (OVERVIEWS[2:], "3-60 characters", "3-80 characters", "slug length"),
    (OVERVIEWS, "digits and hyphens OR alphanumeric and hyphens", "digits, underscores and hyphens", "slug characters"),
    (OVERVIEWS[2:], "track, sdk", "track, sdk, click", "slug reserved"),
    (OVERVIEWS[:1], "`sdk`", "`click`", "slug reserved"),
    (OVERVIEWS[1:2], "<code>sdk</code>", "<code>click</code>", "slug reserved"),
    (OVERVIEWS[:1], "`paused` → `running`", "`paused` → `draft`", "lifecycle paused → draft"),
    (OVERVIEWS[1:2], "draft</td><td>running</td><td>409", "draft</td><td>running</td><td>paused", "draft → paused"),
    (OVERVIEWS[2:], "paused → completed", "paused → stopped", "lifecycle paused → stopped"),
    (OVERVIEWS[:1], "| `archived` |", "| `rendering` |", "words status"),
    (OVERVIEWS[:1], "| `smart_link` |", "| `bandit` |", "words type"),
    (OVERVIEWS[2:], "smart_link", "bandit", "words"),
    (OVERVIEWS[2:3], "Maximum string length: 255", "Maximum string length: 99", "body name maxLength"),
    (OVERVIEWS[2:3], "numberdefault:0.95", "numberdefault:0.9", "confidenceThreshold default"),
    (OVERVIEWS[2:3], '"status": "draft"', '"status": "new"', "experiment.status example"),
    (OVERVIEWS[2:3], '5000,\n        "impressions"', '"half",\n        "impressions"', "variants.weight example"),
    (OVERVIEWS[2:3], '"impressions": 123', '"views": 123', "experiment.variants.views member"),
    (OVERVIEWS[2:3], "lowercase alphanumeric with hyphens", "lowercase alphanumeric with dots", "slug characters"),
)  # fmt: skip

ODD = {
    "bullets.md": (
        "16: trackExperimentEvents body timestamp member",
        "20: trackExperimentEvents example event example",
        "24: trackExperimentEvents example processed example",
    ),
    "components.mdx": (
        "13: createExperiment body minimumSampleSize default",
        "24: createExperiment body surprise member",
        "28: createExperiment example experiment.status example",
    ),
    "nested_tables.html": (),
    "one_line.txt": ("1: pauseExperiment example experiment.status example",),
    "operation_block.html": (
        "5: listExperiments parameter limit default",
        "12: listExperiments status 403 status",
    ),
    "spaced.txt": (),
    "stacked.txt": ("20: listExperiments query limit default",),
    "tables.md": (
        "21: updateExperiment body hypothesis required",
        "22: updateExperiment body confidenceThreshold default",
        "25: updateExperiment body colour member",
        "33: updateExperiment status 418 status",
    ),
}


def compared(folder: Path, name: str, text: str) -> Reading:
    """A page, saved and compared."""
    page = folder / name
    page.write_text(text, encoding="utf-8")
    return compare_docs.compared(page, SPECIFIED, KNOWN)


def told(reading: Reading) -> list[str]:
    """What is reported, in words."""
    return [
        f"{found.line}: {report.title(found)}: {found.page} / {found.spec}"
        for found in reading.drift
    ]


@pytest.mark.parametrize("form", press.FORMS)
def test_pages_as_published_do_not_differ(form: str, tmp_path: Path) -> None:
    """In every form, the published page of every operation is understood and gives no false alarm."""
    document = press.edition()
    for operation, text in press.printed(document, form).items():
        reading = compared(tmp_path, form, text)
        assert told(reading) == [], operation
        assert reading.understood["endpoints"] == 1, operation
        assert all("collapsed" in remark.text for remark in reading.remarks), reading.remarks


@pytest.mark.parametrize("form", press.FORMS)
def test_every_field_of_a_page_is_understood(form: str, tmp_path: Path) -> None:
    """In every form, as many parameters and members are found as the page has."""
    document = press.edition()
    for operation, page in press.sheets(document, form not in press.SHALLOW).items():
        reading = compared(tmp_path, form, press.FORMS[form](document, page))
        printed = [
            entry.name
            for title, _, entries in page.sections
            for entry in entries
            if title == "Body"
        ]
        assert reading.understood.get("body members", 0) >= len(printed), operation


@pytest.mark.parametrize("form", press.FORMS)
@pytest.mark.parametrize("seed", seeds.SEEDS, ids=lambda seed: seed.name)
def test_a_change_is_told_with_its_line(seed: seeds.Seed, form: str, tmp_path: Path) -> None:
    """A page that says something else than it did is reported, with the line that says it."""
    document = press.edition()
    seed.change(document)
    text = press.printed(document, form)[seed.operation]
    reading = compared(tmp_path, form, text)
    found = [one for one in reading.drift if seed.told in report.title(one)]
    lines = text.split("\n")
    assert form in seed.unseen or found, told(reading)
    assert form in seed.unseen or any(
        word in lines[one.line - 1] for one in found for word in seed.line.split("|")
    )


@pytest.mark.parametrize("name", OVERVIEWS)
def test_overviews_do_not_differ(name: str) -> None:
    """An overview, and an overview with an endpoint on one page, are understood and give no false alarm."""
    reading = compare_docs.compared(PAGES / name, SPECIFIED, KNOWN)
    assert told(reading) == []
    assert reading.understood["endpoints"] == 12
    assert reading.understood["moves"] == 5
    assert reading.understood["rows of editable fields"] == 4
    assert reading.understood["slug rules"] in (3, 4)


@pytest.mark.parametrize(
    ("name", "before", "after", "expected"),
    [
        (name, before, after, expected)
        for names, before, after, expected in CHANGES
        for name in names
    ],
)
def test_a_change_of_an_overview_is_told(
    name: str, before: str, after: str, expected: str, tmp_path: Path
) -> None:
    """Tables, lists and flattened tables that say something else are reported, with the line that says it."""
    text = (PAGES / name).read_text(encoding="utf-8")
    start, before = next(
        (text.index(words), words) for words in before.split(" OR ") if words in text
    )
    changed = text[:start] + after + text[start + len(before) :]
    lines = {changed.count("\n", 0, start) + 1 + number for number in range(after.count("\n") + 1)}
    reading = compared(tmp_path, name, changed)
    found = [one for one in reading.drift if expected in report.title(one)]
    assert found, told(reading)
    assert expected.startswith(("overview", "words")) or lines & {one.line for one in found}


@pytest.mark.parametrize("name", ODD)
def test_other_shapes_are_read(name: str) -> None:
    """Pages of other generators, of components, of bullets and in one line give what they say, and nothing false."""
    reading = compare_docs.compared(PAGES / "odd" / name, SPECIFIED, KNOWN)
    found = [
        f"{one.line}: {report.title(one)}" for one in reading.drift if one.page != "not listed"
    ]
    assert tuple(found) == ODD[name]
    assert reading.understood["endpoints"] == 1


def test_placeholders_are_no_differences(tmp_path: Path) -> None:
    """What the site's generator puts into examples is no difference: placeholders, 123, and words that are left out."""
    body = {
        "experiment": {"uid": "<string>", "status": "draft", "variants": "<array>", "weight": 123}
    }
    body["experiment"] |= {
        "variants": [
            {
                "id": "<string>",
                "weight": 123,
                "conditions": {"children": "<array>", "value": "<unknown>"},
            }
        ]
    }
    del body["experiment"]["weight"]
    text = f"GET\n/experiments/api/{{uid}}\n200\n{json.dumps(body, indent=1)}\n"
    assert told(compared(tmp_path, "page.txt", text)) == []


def test_decided_differences_name_their_reason(tmp_path: Path) -> None:
    """What the spec marks as assumed, or a contradiction decides, is told apart, with the reason from the notes."""
    text = press.printed(press.edition(), "fragment.md")["getExperiment"]
    reading = compared(tmp_path, "page.md", text)
    assert any("A-errors" in reason for reason in reading.known)
    assert any(
        reason.startswith("decided: bandit algorithm: both in either direction")
        for reason in reading.known
    )


def test_a_decision_covers_only_what_was_decided(tmp_path: Path) -> None:
    """A page that says yet something else than the decision knows of is reported."""
    document = press.edition()
    seeds.add("greedy", *seeds.SCHEMAS, "BanditConfig", "properties", "algorithm", "enum")(document)
    reading = compared(tmp_path, "page.md", press.printed(document, "fragment.md")["getExperiment"])
    assert any("banditConfig.algorithm enum" in one for one in told(reading))


def test_every_decision_rests_on_the_notes() -> None:
    """Each entry of known.yaml names a contradiction or an assumption that spec/sources.md has."""
    for entry in yaml.safe_load(known_differences.LISTED.read_text(encoding="utf-8")):
        assert entry["because"] in KNOWN.contradictions or entry["because"] in KNOWN.assumptions


def test_endpoints_of_other_apis_are_no_differences(tmp_path: Path) -> None:
    """An endpoint that has nothing to do with experiments is listed apart; one that has is a difference."""
    reading = compared(
        tmp_path, "page.md", "# API\n\nGET /templates\n\nPOST /experiments/api/{uid}/duplicate\n"
    )
    assert list(reading.others) == ["GET /templates"]
    assert [one.operation for one in reading.drift] == ["POST /experiments/api/{uid}/duplicate"]


def test_a_broken_fragment_is_told_by_its_line(tmp_path: Path) -> None:
    """OpenAPI that is no YAML is not understood, and the rest of the page is."""
    text = "GET /experiments/api\n\n````yaml GET /experiments/api\nopenapi: 3.1.0\npaths: {\n  oops\n````\n"
    reading = compared(tmp_path, "page.md", text)
    assert [remark.text.partition(":")[0] for remark in reading.remarks] == [
        "the OpenAPI fragment that begins in line 4 is broken"
    ]
    assert reading.understood["endpoints"] == 1


def test_an_example_that_is_cut_off_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    """A truncated example gives the differences before the cut, and says that it is cut."""
    text = 'GET /experiments/api/{uid}\n200\n{\n  "experiment": {\n    "uid": 7,\n    "slug": "a'
    reading = compared(tmp_path, "page.txt", text)
    assert [one.line for one in reading.drift] == [5]
    assert "cut off" in reading.remarks[0].text


def test_invisible_characters_and_line_ends_do_not_matter(tmp_path: Path) -> None:
    """Zero-width characters, odd spaces, smart quotes, entities and CRLF change nothing."""
    plain = press.printed(press.edition(), "lines.txt")["createExperiment"]
    odd = "\ufeff" + plain.replace("\n", "\u200b\r\n").replace(" ", "\u00a0").replace('"', "\u201c")
    assert told(compared(tmp_path, "odd.txt", odd)) == []
    assert (
        compared(tmp_path, "odd.txt", odd).understood
        == compared(tmp_path, "plain.txt", plain).understood
    )


# the command


def command(*arguments: str | Path) -> int:
    """The exit code of the command."""
    return compare_docs.main([str(argument) for argument in arguments])


def test_no_difference_is_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Pages that agree with the spec end with 0, and the reports are told."""
    assert command(*(PAGES / name for name in OVERVIEWS), "--report-dir", tmp_path) == 0
    assert str(tmp_path / "docs_drift.md") in capsys.readouterr().out
    assert len(
        json.loads((tmp_path / "docs_drift.json").read_text(encoding="utf-8"))["pages"]
    ) == len(OVERVIEWS)


def test_a_difference_is_1_and_told_like_a_compiler_tells(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A difference ends with 1 and is told as page:line, with what both sides say and where the spec says it."""
    (tmp_path / "a.txt").write_text(
        "GET\n/experiments/api\nQuery Parameters\nlimit\nintegerdefault:50\n", encoding="utf-8"
    )
    assert command(tmp_path, "--report-dir", tmp_path / "reports") == 1
    line = next(line for line in capsys.readouterr().out.splitlines() if "limit default" in line)
    assert line.startswith(
        f"{tmp_path / 'a.txt'}:5: listExperiments query limit default: the page says 50, the spec 20 ("
    )
    told_there = json.loads((tmp_path / "reports" / "docs_drift.json").read_text(encoding="utf-8"))[
        "pages"
    ][0]["differences"]
    assert any(one["pointer"].endswith("/parameters/3/schema/default") for one in told_there)


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02\x03" * 100, b"Nothing of interest.\n"])
def test_nothing_recognised_is_2(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Pages on which nothing was recognised are no agreement: that is told on stderr, with 2."""
    (tmp_path / "page.txt").write_bytes(content)
    assert command(tmp_path, "--report-dir", tmp_path / "reports") == 2
    assert capsys.readouterr().err.startswith("nothing was recognised")


def test_a_missing_page_is_2(capsys: pytest.CaptureFixture[str]) -> None:
    """A page that is not there is wrong usage, told in a line."""
    with pytest.raises(SystemExit) as end:
        command("no/such/page.html")
    assert end.value.code == 2
    assert "there is no no/such/page.html" in capsys.readouterr().err


TOKENS = """GET / /experiments/api {uid} Body Response 200 name string required default: enum<string> | --- ```yaml ````
Available options: Required range: x curl --request { } [ ] "a": openapi: 3.1.0 paths: <table> <tr><td> </table> <pre>
<![CDATA[ <! &#x0; draft → running Reserved &a *a - #"""
WORDS = st.sampled_from([*TOKENS.split(), "\n", "\t", "  "])


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["p.txt", "p.md", "p.html", "p.yaml"]),
    st.lists(WORDS | st.text(max_size=5), max_size=60),
)
def test_no_text_breaks_the_reader(
    tmp_path_factory: pytest.TempPathFactory, name: str, words: list[str]
) -> None:
    """Whatever a file holds, it is read, compared and reported without an error."""
    page = tmp_path_factory.mktemp("fuzz") / name
    page.write_text("".join(words), encoding="utf-8", errors="replace")
    reading = compare_docs.compared(page, SPECIFIED, KNOWN)
    assert report.as_json([reading], SPEC)
    assert report.markdown([reading], SPEC)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([".txt", ".md", ".html", ".json"]), st.binary(max_size=200))
def test_no_bytes_break_the_reader(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, content: bytes
) -> None:
    """Files that hold no text at all break nothing."""
    page = tmp_path_factory.mktemp("fuzz") / f"page{suffix}"
    page.write_bytes(content)
    assert report.summary(compare_docs.compared(page, SPECIFIED, KNOWN))


@pytest.mark.parametrize(
    "text",
    [
        "[" * 5000,
        '{"a":' * 3000,
        "<div>" * 20000,
        "- " * 3000 + "a",
        "openapi: 3.0.0\npaths: " + "{a: " * 3000,
    ],
)
def test_deep_nesting_breaks_nothing(text: str, tmp_path: Path) -> None:
    """Nesting that overflows a parser is not understood, and that is all."""
    for name in ("page.txt", "page.md", "page.html", "page.json"):
        assert report.summary(compared(tmp_path, name, text))
