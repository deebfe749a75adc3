"""The documentation as text. Its page is tested in a browser, its samples with the client."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema_rs
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

import build_docs
from browser.passing_run import results
from docs import conformance, redoc
from docs.chapters import PICTURE, chapters
from docs.description import Description
from docs.reference import anchor
from docs.samples import Case
from pictify_conformance import spec

ROOT = Path(__file__).parents[2]
SUITE = ROOT / "contract_tests" / "conformance" / "src" / "pictify_conformance"


@pytest.fixture(scope="module")
def description() -> Description:
    return Description.load(ROOT / "spec" / "openapi.yaml")


@pytest.fixture(scope="module")
def built(description: Description) -> dict[str, str]:
    """The files that need no Node."""
    return dict(build_docs.files(description, None, None))


def test_two_builds_give_equal_bytes(description: Description, built: dict[str, str]) -> None:
    assert dict(build_docs.files(description, None, None)) == built


def test_openapi_json_is_the_spec_in_one_document(built: dict[str, str]) -> None:
    document = json.loads(built["openapi.json"])
    assert document == json.loads(json.dumps(spec.document()))
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []
    assert set(re.findall(r'"\$ref": "(.)', built["openapi.json"])) == {"#"}


@pytest.mark.parametrize("name", ["reference.md", "llms-full.txt"])
def test_reference_is_complete(name: str, description: Description, built: dict[str, str]) -> None:
    """It has every chapter, operation, parameter, problem, rule and schema, and no placeholder."""
    text = built[name]
    for operation in description.operations:
        assert f"`{operation.method.upper()} {operation.path}`, operation `{operation.id}`" in text
        assert all(f"| `{row.name}` |" in text for row in operation.rows)
        for problem in operation.problems:
            assert f"**{problem.status} `{problem.code}`**: {problem.cause}" in text
    for rule in spec.rules().values():
        assert rule.area == "schema" or f"`{rule.id}`, {rule.level}: {rule.text}" in text
    for title in re.findall(r"^## .+$", description.document["info"]["description"], re.MULTILINE):
        assert f"\n{title}\n" in text
    assert all(f"\n## {schema}\n" in text for schema in description.schemas)
    assert "| `slug-in-use` | 409 |" in text
    assert "<!--" not in text


@pytest.mark.parametrize("name", ["reference.md", "llms.txt"])
def test_links_lead_to_a_built_file_or_an_anchor(name: str, built: dict[str, str]) -> None:
    text = built["reference.md"]
    anchors = {anchor(title) for title in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}
    anchors |= set(re.findall(r'<a id="([^"]+)">', text))
    for target in re.findall(r"\]\(([^)]+)\)", built[name]):
        file, _, place = target.partition("#")
        assert file in {"", *built}
        assert not place or place in anchors


def test_text_without_placeholder_is_an_error() -> None:
    description = Description({"info": {"description": "Nothing."}, "x-problems": {}})
    with pytest.raises(ValueError, match="0 placeholders <!-- x-lifecycle -->"):
        chapters(description, "", str)


def test_picture_shows_the_lifecycle(description: Description) -> None:
    """The picture has the statuses and the transitions of x-lifecycle."""
    moves = [
        (operation.removesuffix("Experiment"), start, move["to"])
        for operation, move in description.document["x-lifecycle"]["transitions"].items()
        for start in move["from"]
    ]
    picture = ET.fromstring(PICTURE)  # noqa: S314 - our own file
    words = [str(text.text) for text in picture.iter("{http://www.w3.org/2000/svg}text")]
    statuses = {status for _, start, end in moves for status in (start, end)}
    assert sorted(words) == sorted([*(verb for verb, _, _ in moves), *statuses])
    shown = "; ".join(f"{verb}: {start} to {end}" for verb, start, end in moves)
    assert picture.get("aria-label") == f"Lifecycle. {shown}."


def test_redoc_gets_rules_problems_and_samples(description: Description) -> None:
    samples = {
        operation.id: [Case("X", {"curl": "curl x"})] for operation in description.operations
    }
    document = redoc.enriched(description, samples, "")
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []
    for operation in description.operations:
        raw = document["paths"][operation.path][operation.method]
        assert all(f'id="rule-{rule["id"]}"' in raw["description"] for rule in operation.rules)
        assert all(problem.remedy in raw["description"] for problem in operation.problems)
        assert raw["x-codeSamples"] == [{"lang": "sh", "label": "curl: X", "source": "curl x"}]


@pytest.mark.parametrize(
    ("page", "words"),
    [("<head></head>", "telemetry"), ('<head></head>"disableTelemetry":true', "another logo")],
)
def test_page_that_would_request_something_is_refused(page: str, words: str) -> None:
    with pytest.raises(redoc.BuildError, match=words):
        redoc.sealed(page)


def test_sealed_page_allows_no_request() -> None:
    page = redoc.sealed(f'<head></head>"disableTelemetry":true {redoc.LOGO}')
    assert "default-src 'none'" in page
    assert redoc.LOGO not in page


def test_conformance_page_has_every_rule(description: Description) -> None:
    """It has no time and no port, so equal verdicts give equal bytes."""
    page = conformance.page(description, results())
    assert page.count('<details class="pass"') == len(spec.rules())
    assert all(f'id="rule-{rule}"' in page for rule in spec.rules())
    assert "<code>GET /experiments/api/{uid}</code> returns 404 for an unknown uid." in page
    assert "test_getting.py::test_unknown</code>, 2 times" in page
    assert not {"1234", "12.5", "2026-03-02"} & set(re.findall(r"[\d.-]+\d", page))


def test_conformance_page_opens_failed_rules_and_escapes_text(description: Description) -> None:
    run = results(target="https://api.example.com", spec={"version": "0.9.0"})
    run["rules"][0] |= {"outcome": "fail", "reason": "<script>", "blocked_by": "create.draft"}
    run |= {"exit_code": 1, "verdict": "NOT CONFORMING", "because": "one rule is broken"}
    page = conformance.page(description, run)
    assert re.search(r'<details class="fail" id="[^"]+" open>', page)
    assert "&lt;script&gt; (blocked by create.draft)" in page
    assert '<h1 class="fail">NOT CONFORMING</h1>\n<p>one rule is broken.' in page
    assert "https://api.example.com" in page
    assert "not by the version of this reference" in page


@pytest.mark.parametrize(
    "text",
    ["{}", "[]", "<html>", '{"schema_version": 2, "rules": []}',
        '{"schema_version": 1, "rules": []}', None],
)  # fmt: skip
def test_file_without_results_is_wrong_usage(
    text: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command prints one line and exits with 2. What was built before stays."""
    file, output = tmp_path / "results.json", tmp_path / "docs"
    output.mkdir()
    (output / "index.html").write_text("before")
    if text is not None:
        file.write_text(text)
    assert build_docs.main(["--redocly=none", f"--results={file}", f"--output={output}"]) == 2
    assert re.fullmatch(r"build_docs: .+results\.json.+\n", capsys.readouterr().err)
    assert (output / "index.html").read_text() == "before"


def test_run_of_these_tests_has_the_published_form() -> None:
    """The rules of the passing run fit the schema that the suite publishes for results.json."""
    schema = json.loads((SUITE / "reports" / "results.schema.json").read_text(encoding="utf-8"))
    properties = schema["properties"]["rules"]["items"]["properties"]
    members = {name: properties[name] for name in properties.keys() - {"seconds", "exchanges"}}
    validator = jsonschema_rs.Draft202012Validator(
        {"properties": members, "additionalProperties": False, "$defs": schema["$defs"]}
    )
    assert all(validator.is_valid(rule) for rule in results()["rules"])
