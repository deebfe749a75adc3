"""The files of all reports."""

from collections.abc import Sequence
from pathlib import Path

from pictify_conformance.reports import badge, har, html, junit, results_json
from pictify_conformance.results.left_behind import FILE
from pictify_conformance.results.run import Run


def write(run: Run, directory: Path) -> list[Path]:
    """Write the reports, and return their paths; the one for people comes last."""
    directory.mkdir(parents=True, exist_ok=True)
    left_behind = write_left_behind(run.left_behind.experiments, directory)
    har.write(run.exchanges, directory / "run.har")
    (directory / "junit.xml").write_bytes(junit.as_bytes(run))
    texts = {
        "results.json": results_json.as_text(run),
        "badge.svg": badge.as_svg(run),
        "report.html": html.as_html(run),
    }
    for name, text in texts.items():
        (directory / name).write_text(text, encoding="utf-8", errors="backslashreplace")
    names = ("results.json", "junit.xml", "badge.svg", "run.har", "report.html")
    first = [left_behind] if left_behind.exists() else []
    return [*first, *(directory / name for name in names)]


def write_left_behind(names: Sequence[str], directory: Path) -> Path:
    """Write left-behind.txt, or remove that of an earlier run if there are no names."""
    path = directory / FILE
    if names:
        directory.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{name}\n" for name in dict.fromkeys(names)), encoding="utf-8")
    else:
        path.unlink(missing_ok=True)
    return path
