"""Build the documentation from spec/openapi.yaml."""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from command_line import WRONG_USAGE, OneLineParser
from docs import conformance, lifecycle, redoc, reference
from docs.description import Description
from docs.samples import samples

ROOT = Path(__file__).parents[1]
FORMS = "\n\nThe same as [Markdown](reference.md), for [language models](llms.txt) and as [OpenAPI](openapi.json)."


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = OneLineParser("build_docs", __doc__)
    parser.add_argument(
        "--redocly", type=Path, required=True, help="the redocly command, for index.html"
    )
    parser.add_argument(
        "--results", type=Path, help="the results.json of a conformance run, for a page of its own"
    )
    parser.add_argument(
        "--output", type=Path, default=ROOT / "reports" / "docs", help="a folder (reports/docs)"
    )
    return parser.parse_args(arguments)


def files(
    description: Description, redocly: Path | None, results: Path | None
) -> Iterator[tuple[str, str]]:
    """Each file's name and text; index.html only where there is a redocly."""
    judged = conformance.page(description, conformance.read(results)) if results else None
    verdict = (
        "\n\nWhat [a run of the suite](conformance.html) said, rule by rule." if judged else ""
    )
    code = samples(description)
    yield "openapi.json", json.dumps(description.document, indent=2, ensure_ascii=False) + "\n"
    yield reference.PICTURE, lifecycle.picture(description.document["x-lifecycle"]) + "\n"
    yield "reference.md", reference.markdown(description, code, verdict)
    yield "llms.txt", reference.llms(description)
    yield "llms-full.txt", reference.llms_full(description, code)
    if judged:
        yield "conformance.html", judged
    if redocly:
        yield "index.html", redoc.page(description, code, verdict + FORMS, redocly)


def main(arguments: Sequence[str] | None = None) -> int:
    chosen = options(arguments)
    description = Description.load(ROOT / "spec" / "openapi.yaml")
    with tempfile.TemporaryDirectory(prefix="pictify-docs-") as work:
        try:
            for name, text in files(description, chosen.redocly, chosen.results):
                Path(work, name).write_text(text, encoding="utf-8")
                print(f"{len(text.encode()):>9,} bytes  {name}")
        except conformance.NoResults as error:
            print(f"build_docs: {error}", file=sys.stderr)
            return WRONG_USAGE
        except redoc.BuildError as error:
            print(f"build_docs: {error}", file=sys.stderr)
            return 1
        shutil.rmtree(chosen.output, ignore_errors=True)
        shutil.copytree(work, chosen.output)
    print(f"wrote {chosen.output / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
