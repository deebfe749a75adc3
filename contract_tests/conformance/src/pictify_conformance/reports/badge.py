"""badge.svg: the verdict in a few words, for a README."""

from xml.sax.saxutils import escape

from pictify_conformance.results.verdicts import Verdict, exit_code, summary

LABEL = "conformance"
COLOURS = {0: "#1a7f37", 1: "#c62828", 3: "#57606a"}
WIDTH = 7  # of a character of Verdana at 11 px, a little more than the average
SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" aria-label="{label}: {words}">
<title>{label}: {words}</title>
<rect width="{left}" height="20" fill="#24292f"/><rect x="{left}" width="{right}" height="20" fill="{colour}"/>
<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
<text x="{label_at}" y="14">{label}</text><text x="{words_at}" y="14">{words}</text>
</g>
</svg>
"""


def as_svg(verdicts: list[Verdict], level: str) -> str:
    """The badge: what passed of what was judged, at which level."""
    counts, code = summary(verdicts), exit_code(verdicts)
    judged = counts["pass"] + counts["fail"]
    words = escape(f"{counts['pass']}/{judged} {level}" if code < 2 else "no verdict")
    left, right = (len(text) * WIDTH + 10 for text in (LABEL, words))
    return SVG.format(
        label=LABEL,
        words=words,
        width=left + right,
        left=left,
        right=right,
        colour=COLOURS[code],
        label_at=left / 2,
        words_at=left + right / 2,
    )
