"""The documentation as text. Its page is tested in a browser, its samples with the client."""

import copy
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema_rs
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
    """The spec."""
    return Description.load(ROOT / "spec" / "openapi.yaml")


@pytest.fixture(scope="module")
def built(description: Description) -> dict[str, str]:
    """The files that need no Node."""
    return dict(build_docs.files(description, None, None))


def test_same_bytes_twice(description: Description, built: dict[str, str]) -> None:
    """Two builds give equal bytes."""
    assert dict(build_docs.files(description, None, None)) == built


def test_openapi_is_the_spec(built: dict[str, str]) -> None:
    """openapi.json is the spec as one valid document without references to elsewhere."""
    document = json.loads(built["openapi.json"])
    assert document == json.loads(json.dumps(spec.document()))
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []
    assert set(re.findall(r'"\$ref": "(.)', built["openapi.json"])) == {"#"}


@pytest.mark.parametrize("name", ["reference.md", "llms-full.txt"])
def test_reference_is_whole(name: str, description: Description, built: dict[str, str]) -> None:
    """Every chapter, operation, parameter, answer, problem, rule and schema is in the reference."""
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
def test_links_lead_somewhere(name: str, built: dict[str, str]) -> None:
    """Every link leads to a file that is built or to an anchor in the reference."""
    text = built["reference.md"]
    anchors = {anchor(title) for title in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}
    anchors |= set(re.findall(r'<a id="([^"]+)">', text))
    for target in re.findall(r"\]\(([^)]+)\)", built[name]):
        file, _, place = target.partition("#")
        assert file in {"", *built}
        assert not place or place in anchors


def test_no_place_is_left(built: dict[str, str]) -> None:
    """What is drawn from tables stands in its place."""
    assert "<!--" not in built["reference.md"] + built["llms-full.txt"]
    assert "| `slug-in-use` | 409 |" in built["reference.md"]


def test_missing_place_is_told(description: Description) -> None:
    """A text without a place for the picture is an error and not a page without one."""
    document = copy.deepcopy(description.document)
    document["info"]["description"] = "Nothing."
    with pytest.raises(ValueError, match="0 places <!-- x-lifecycle -->"):
        chapters(Description(document), "", str)


def test_picture_shows_every_move(description: Description) -> None:
    """The picture of the lifecycle has each status and each move of x-lifecycle, in its frame."""
    moves = description.document["x-lifecycle"]["transitions"]
    drawn = ET.fromstring(lifecycle.picture(description.document["x-lifecycle"]))  # noqa: S314 - it is ours
    words = [str(text.text) for text in drawn.iter(f"{SVG}text")]
    told = [name.removesuffix("Experiment") for name, move in moves.items() for _ in move["from"]]
    statuses = {move["to"] for move in moves.values()} | {
        status for move in moves.values() for status in move["from"]
    }
    assert sorted(words) == sorted([*told, *statuses])
    assert len(list(drawn.iter(f"{SVG}path"))) == len(told)
    width, height = lifecycle.SIZE
    for box in drawn.iter(f"{SVG}rect"):
        assert 0 < float(box.get("x", "")) < width - float(box.get("width", ""))
        assert 0 < float(box.get("y", "")) < height - float(box.get("height", ""))


def test_redoc_gets_rules_errors_and_samples(description: Description) -> None:
    """The copy for Redoc has under each operation its rules, problems and samples, and is valid OpenAPI."""
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
    [
        ("<head></head>", "telemetry"),
        ('<head></head>"disableTelemetry":true', "another logo"),
    ],
)
def test_talking_page_is_refused(page: str, words: str) -> None:
    """A page that would send telemetry, or has another picture from the web, is not written."""
    with pytest.raises(redoc.BuildError, match=words):
        redoc.sealed(page)


def test_sealed_page_names_no_picture_of_the_web() -> None:
    """The page's policy allows no request, and the logo is none."""
    page = redoc.sealed(f'<head></head>"disableTelemetry":true {redoc.LOGO}')
    assert "default-src 'none'" in page
    assert redoc.LOGO not in page


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("Recurrence", {"type": "none", "timezone": "x"}, "{'type': 'none', 'timezone': 'x'}"),
        ("VariantSchedule", {"endAt": "2026-03-16T11:30:00+01:00"},
            "{'end_at': datetime(2026, 3, 16, 10, 30, tzinfo=UTC)}"),
        ("TemplateVariables", {"aB": [1, None]}, "{'aB': [1, None]}"),
        ("ConditionTree", {"type": "rule", "paramName": "x"}, "{'type': 'rule', 'param_name': 'x'}"),
    ],
)  # fmt: skip
def test_values_in_python(name: str, value: Any, code: str, description: Description) -> None:
    """A JSON value is written as plain data, whose keys are those of the client."""
    writer = PythonCode(description.document)
    assert writer.plain({"$ref": f"#/components/schemas/{name}"}, value) == code


def test_events_in_python(description: Description) -> None:
    writer = PythonCode(description.document)
    event = {"event": "click", "experiment": "x", "channel": "in-app", "writeKey": "wk"}
    code = "ExperimentEvent(event=EventType.CLICK, experiment='x', channel=EventChannel.IN_APP,"
    assert writer.events([event]) == f"[{code} write_key='wk')]"
    assert writer.models == {"EventChannel", "EventType", "ExperimentEvent"}


def test_conformance_page(description: Description) -> None:
    """The page of a run has each rule with its outcome and what its tests do, and no time or port."""
    page = conformance.page(description, results())
    assert page.count('<details class="pass"') == len(spec.rules())
    assert all(f'id="rule-{rule}"' in page for rule in spec.rules())
    assert "An unknown uid is 404, whatever it looks like. <small" in page
    assert "test_getting.py::test_unknown</code>, 2 times" in page
    assert not {"1234", "12.5", "2026-03-02"} & set(re.findall(r"[\d.-]+\d", page))


def test_conformance_page_shows_what_is_broken(description: Description) -> None:
    """A broken rule stands open with its reason, and whatever a server said is text."""
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
    [
        "",
        "{}",
        "[]",
        "<html>",
        '{"schema_version": 2, "rules": []}',
        '{"schema_version": 1, "rules": []}',
        None,
    ],
)
def test_what_is_no_result(
    text: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that is no result of a run is one line and exit code 2, and what was built before stays."""
    file, output = tmp_path / "results.json", tmp_path / "docs"
    output.mkdir()
    (output / "index.html").write_text("before")
    if text is not None:
        file.write_text(text)
    assert build_docs.main(["--redocly=none", f"--results={file}", f"--output={output}"]) == 2
    assert re.fullmatch(r"build_docs: .+results\.json.+\n", capsys.readouterr().err)
    assert (output / "index.html").read_text() == "before"


def test_results_have_the_published_form() -> None:
    """The run that these tests make up has the members that the suite's schema asks of a rule."""
    schema = json.loads(
        (
            ROOT / "contract_tests/conformance/src/pictify_conformance/reports/results.schema.json"
        ).read_text(encoding="utf-8")
    )
    rule = schema["properties"]["rules"]["items"]
    kept = {
        name: rule["properties"][name]
        for name in rule["properties"]
        if name not in ("seconds", "exchanges")
    }
    whole = {"properties": kept, "additionalProperties": False, "$defs": schema["$defs"]}
    validator = jsonschema_rs.Draft202012Validator(whole)
    assert [
        error.message for made in results()["rules"] for error in validator.iter_errors(made)
    ] == []
