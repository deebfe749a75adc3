"""The documentation as text. Its page is tested in a browser, its samples with the client."""

import copy
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

import build_docs
from browser.passing_run import results
from docs import conformance, lifecycle, redoc
from docs.chapters import chapters
from docs.description import Description
from docs.python_code import PythonCode
from docs.reference import anchor
from docs.samples import Sample
from pictify_conformance import spec

ROOT = Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def description() -> Description:
    return Description.load(ROOT / "spec" / "openapi.yaml")


@pytest.fixture(scope="module")
def built(description: Description) -> dict[str, str]:
    """The files that are built without redocly."""
    return dict(build_docs.files(description, None, None))


def test_two_builds_give_the_same_bytes(description: Description, built: dict[str, str]) -> None:
    assert dict(build_docs.files(description, None, None)) == built


def test_openapi_is_the_spec(built: dict[str, str]) -> None:
    """It is one valid document without references to other files."""
    document = json.loads(built["openapi.json"])
    assert document == json.loads(json.dumps(spec.document()))
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []
    assert set(re.findall(r'"\$ref": "(.)', built["openapi.json"])) == {"#"}


@pytest.mark.parametrize("name", ["reference.md", "llms-full.txt"])
def test_reference_has_every_part_of_the_spec(
    name: str, description: Description, built: dict[str, str]
) -> None:
    text = built[name]
    for operation in description.operations:
        assert f"`{operation.method.upper()} {operation.path}`, operation `{operation.id}`" in text
        assert all(f"| `{row.name}` |" in text for row in operation.rows)
        assert all(
            f"**{problem.status} `{problem.code}`**: {problem.cause}" in text
            for problem in operation.problems
        )
    for rule in (rule for rule in spec.rules().values() if rule.area != "schema"):
        assert f"`{rule.id}`, {rule.level}: {rule.text}" in text
    for title in re.findall(r"^## .+$", description.document["info"]["description"], re.MULTILINE):
        assert f"\n{title}\n" in text
    assert all(f"\n## {schema}\n" in text for schema in description.schemas)


@pytest.mark.parametrize("name", ["reference.md", "llms.txt"])
def test_links_lead_to_a_built_file_or_an_anchor(name: str, built: dict[str, str]) -> None:
    text = built["reference.md"]
    anchors = {anchor(title) for title in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}
    anchors |= set(re.findall(r'<a id="([^"]+)">', text))
    for target in re.findall(r"\]\(([^)]+)\)", built[name]):
        file, _, place = target.partition("#")
        assert file in {"", *built}
        assert not place or place in anchors


def test_every_placeholder_is_replaced(built: dict[str, str]) -> None:
    assert "<!--" not in built["reference.md"] + built["llms-full.txt"]
    assert "| `slug-in-use` | 409 |" in built["reference.md"]


def test_description_without_a_placeholder_is_refused(description: Description) -> None:
    document = copy.deepcopy(description.document)
    document["info"]["description"] = "Nothing."
    with pytest.raises(ValueError, match="0 places <!-- x-lifecycle -->"):
        chapters(Description(document), "", str)


def test_picture_shows_every_status_and_transition(description: Description) -> None:
    moves = description.document["x-lifecycle"]["transitions"]
    picture = lifecycle.picture(description.document["x-lifecycle"])
    drawn = ET.fromstring(picture)  # noqa: S314 - it is ours
    words = [str(text.text) for text in drawn.iter(f"{SVG}text")]
    arrows = [name.removesuffix("Experiment") for name, move in moves.items() for _ in move["from"]]
    statuses = {status for move in moves.values() for status in (move["to"], *move["from"])}
    assert sorted(words) == sorted([*arrows, *statuses])
    assert len(list(drawn.iter(f"{SVG}path"))) == len(arrows)
    width, height = lifecycle.SIZE
    for box in drawn.iter(f"{SVG}rect"):
        assert 0 < float(box.get("x", "")) < width - float(box.get("width", ""))
        assert 0 < float(box.get("y", "")) < height - float(box.get("height", ""))


def test_redoc_gets_rules_errors_and_samples(description: Description) -> None:
    samples = {
        operation.id: [Sample(operation.id, "curl", "curl", "curl x")]
        for operation in description.operations
    }
    document = redoc.enriched(description, samples, "")
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []
    for operation in description.operations:
        raw = document["paths"][operation.path][operation.method]
        assert all(f'id="rule-{rule.id}"' in raw["description"] for rule in operation.rules)
        assert all(problem.remedy in raw["description"] for problem in operation.problems)
        assert raw["x-codeSamples"] == [{"lang": "curl", "label": "curl", "source": "curl x"}]


@pytest.mark.parametrize(
    ("page", "words"),
    [("<head></head>", "telemetry"), ('<head></head>"disableTelemetry":true', "another logo")],
)
def test_page_that_sends_requests_is_refused(page: str, words: str) -> None:
    with pytest.raises(redoc.BuildError, match=words):
        redoc.sealed(page)


def test_sealed_page_allows_no_request() -> None:
    page = redoc.sealed(f'<head></head>"disableTelemetry":true {redoc.LOGO}')
    assert "default-src 'none'" in page
    assert redoc.LOGO not in page


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("EventChannel", "in-app", "EventChannel.IN_APP"),
        ("Recurrence", {"type": "none"}, "Recurrence(type_=RecurrenceType.NONE)"),
        (
            "VariantSchedule",
            {"endAt": "2026-03-16T11:30:00+01:00"},
            "VariantSchedule(end_at=datetime(2026, 3, 16, 10, 30, tzinfo=UTC))",
        ),
        ("TemplateVariables", {"a": [1, None]}, "{'a': [1, None]}"),
        (
            "ConditionTree",
            {"type": "rule", "property": "x", "value": None},
            "ConditionRule(property_='x', value=None)",
        ),
    ],
)
def test_json_value_is_written_with_the_models_of_the_client(
    name: str, value: Any, code: str, description: Description
) -> None:
    writer = PythonCode(description.document)
    assert writer.expression({"$ref": f"#/components/schemas/{name}"}, value) == code


def test_page_of_a_run_has_every_rule_and_no_time_or_port(description: Description) -> None:
    page = conformance.page(description, results())
    assert page.count('<details class="pass"') == len(spec.rules())
    assert all(f'id="rule-{rule}"' in page for rule in spec.rules())
    assert "An unknown uid is 404, whatever it looks like. <small" in page
    assert "test_getting.py::test_unknown</code>, 2 times" in page
    assert not {"1234", "12.5", "2026-03-02"} & set(re.findall(r"[\d.-]+\d", page))


def test_page_of_a_run_opens_a_broken_rule(description: Description) -> None:
    """The text that a server sent is escaped."""
    run = results(target="https://api.example.com", spec={"version": "0.9.0"})
    run["rules"][0] |= {"outcome": "fail", "reason": "<script>", "blocked_by": "create.draft"}
    run |= {"exit_code": 1, "verdict": "NOT CONFORMING", "because": "one rule is broken"}
    page = conformance.page(description, run)
    assert re.search(r'<details class="fail" id="[^"]+" open>', page)
    assert "&lt;script&gt; (blocked by create.draft)" in page
    assert '<h1 class="fail">NOT CONFORMING</h1>\n<p>one rule is broken. Judged' in page
    assert "https://api.example.com" in page
    assert "not the one of this reference" in page


@pytest.mark.parametrize(
    "text",
    [None, "", "{}", "<html>", '{"schema_version": 2, "rules": []}', '{"schema_version": 1}'],
)
def test_file_that_is_not_a_result_keeps_the_earlier_docs(
    text: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, output = tmp_path / "results.json", tmp_path / "docs"
    output.mkdir()
    (output / "index.html").write_text("before")
    if text is not None:
        file.write_text(text)
    assert build_docs.main(["--redocly=none", f"--results={file}", f"--output={output}"]) == 2
    assert re.fullmatch(r"build_docs: .+results\.json.+\n", capsys.readouterr().err)
    assert (output / "index.html").read_text() == "before"
