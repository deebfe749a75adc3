"""badge.svg: the verdict in a few words, for a README."""

from xml.sax.saxutils import escape

from pictify_conformance.exit_codes import CONFORMING, NO_VERDICT, RULE_BROKEN
from pictify_conformance.results.run import Run

COLOURS = {CONFORMING: "#1a7f37", RULE_BROKEN: "#c62828", NO_VERDICT: "#57606a"}
CHARACTER_WIDTH = 7  # of Verdana at 11 px, a little more than the average
LEFT = len("conformance") * CHARACTER_WIDTH + 10
SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img"
 aria-label="conformance: {words}">
<title>conformance: {words}</title>
<rect width="{left}" height="20" fill="#24292f"/>
<rect x="{left}" width="{right}" height="20" fill="{colour}"/>
<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
<text x="{left_middle}" y="14">conformance</text><text x="{right_middle}" y="14">{words}</text>
</g>
</svg>
"""


def as_svg(run: Run) -> str:
    """Return the badge: the level, and how many of the judged rules passed."""
    words = "no verdict"
    if run.exit_code != NO_VERDICT:
        counts = run.counts
        judged = counts["pass"] + counts["fail"] + (counts["skip"] if run.require_all else 0)
        words = f"{counts['pass']}/{judged} {run.level}"
    right = len(words) * CHARACTER_WIDTH + 10
    return SVG.format(
        words=escape(words),
        width=LEFT + right,
        left=LEFT,
        right=right,
        colour=COLOURS[run.exit_code],
        left_middle=LEFT / 2,
        right_middle=LEFT + right / 2,
    )
