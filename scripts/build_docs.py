"""Build the documentation from spec/openapi.yaml, spec/docs/ and the READMEs."""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from command_line import WRONG_USAGE, OneLineParser
from docs import conformance, output, pages, reference, site
from docs.description import Description
from docs.samples import Case, samples

ROOT = Path(__file__).parents[1]


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = OneLineParser("build_docs", __doc__)
    parser.add_argument(
        "--results", type=Path, help="the results.json of a conformance run, for a page of its own"
    )
    parser.add_argument(
        "--output", type=Path, default=ROOT / "reports" / "docs", help="a folder (reports/docs)"
    )
    return parser.parse_args(arguments)


def texts(description: Description, code: dict[str, list[Case]]) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each file beside the pages."""
    yield "openapi.json", json.dumps(description.document, indent=2, ensure_ascii=False) + "\n"
    yield "reference.md", reference.markdown(description, code)
    yield "llms.txt", reference.llms(description)
    yield "llms-full.txt", reference.llms_full(description, code)


def build(work: Path, results: Path | None) -> Path:
    """Build in an empty folder, and return the folder of the site.

    Raises:
        conformance.NoResults: The file holds no results.
        site.BuildError: The site cannot be built.
    """
    description = Description.load(ROOT / "spec" / "openapi.yaml")
    verdict = conformance.page(description, conformance.read(results)) if results else None
    code = samples(description)
    info = description.document["info"]
    folder = site.build(
        work, pages.site(description, code, verdict), info["title"], info["summary"]
    )
    for name, text in texts(description, code):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def main(arguments: Sequence[str] | None = None) -> int:
    chosen = options(arguments)
    with tempfile.TemporaryDirectory(prefix="pictify-docs-") as work:
        try:
            output.check(chosen.output)
            output.replace(chosen.output, build(Path(work), chosen.results))
        except (conformance.NoResults, output.WrongFolder) as error:
            print(f"build_docs: {error}", file=sys.stderr)
            return WRONG_USAGE
        except site.BuildError as error:
            print(f"build_docs: {error}", file=sys.stderr)
            return 1
    print(f"wrote {chosen.output / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
