"""The mock's page to try the API has the spec's operations and the pinned Swagger UI."""

import json

import generate_try_it
import noxfile

TRY_IT = generate_try_it.TARGET.parent


def test_document_is_what_the_spec_gives() -> None:
    document = generate_try_it.TARGET.read_text(encoding="utf-8")
    assert document == generate_try_it.document(), "run `nox -s generate` and commit the document"


def test_swagger_ui_has_the_pinned_version() -> None:
    package = json.loads((TRY_IT / "vendor" / "package.json").read_text(encoding="utf-8"))
    assert package["version"] == noxfile.NPM_VERSIONS[noxfile.SWAGGER_UI], "run `nox -s vendor`"
