"""badge.svg: the verdict in a few words, for a README."""

from xml.sax.saxutils import escape

from pictify_conformance.exit_codes import CONFORMING, NO_VERDICT, RULE_BROKEN
from pictify_conformance.results.run import Run

LABEL = "conformance"
COLOURS = {CONFORMING: "#1a7f37", RULE_BROKEN: "#c62828", NO_VERDICT: "#57606a"}
WIDTH = 7  # of a character of Verdana at 11 px, a little more than the average
SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" aria-label="{label}: {words}">
<title>{label}: {words}</title>
<rect width="{left}" height="20" fill="#24292f"/><rect x="{left}" width="{right}" height="20" fill="{colour}"/>
<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
<text x="{label_at}" y="14">{label}</text><text x="{words_at}" y="14">{words}</text>
</g>
</svg>
"""


def as_svg(run: Run) -> str:
    """Return the badge: the verdict by its colour, and what passed of what was judged, at which level."""
    words = escape(_words(run))
    left, right = (len(text) * WIDTH + 10 for text in (LABEL, words))
    return SVG.format(
        label=LABEL,
        words=words,
        width=left + right,
        left=left,
        right=right,
        colour=COLOURS[run.exit_code],
        label_at=left / 2,
        words_at=left + right / 2,
    )


def _words(run: Run) -> str:
    if run.exit_code == NO_VERDICT:
        return "no verdict"
    counts = run.counts
    asked = counts["pass"] + counts["fail"] + (counts["skip"] if run.require_all else 0)
    return f"{counts['pass']}/{asked} {run.level}"
