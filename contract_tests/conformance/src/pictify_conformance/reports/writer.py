"""Every report in its file."""

from collections.abc import Iterator
from pathlib import Path

from pictify_conformance.reports import badge, har, html, junit, left_behind, results_json
from pictify_conformance.results.left_behind import FILE
from pictify_conformance.results.run import Run


def write(run: Run, directory: Path) -> Iterator[Path]:
    """Write the reports, and tell where they are; the one for people comes last."""
    directory.mkdir(parents=True, exist_ok=True)
    left_behind.write(run.left_behind.experiments, directory)
    texts = {
        "results.json": results_json.as_text(run),
        "badge.svg": badge.as_svg(run),
        "report.html": html.as_html(run),
    }
    (directory / "junit.xml").write_bytes(junit.as_bytes(run))
    har.write(run.exchanges, directory / "run.har")
    for name, text in texts.items():
        (directory / name).write_text(text, encoding="utf-8", errors="backslashreplace")
    names = ("results.json", "junit.xml", "badge.svg", "run.har", "report.html")
    yield from (directory / name for name in ([FILE] if run.left_behind.experiments else []))
    yield from (directory / name for name in names)
