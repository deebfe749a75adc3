"""index.html: the reference in Redoc, as one file that requests nothing."""

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from docs.chapters import PICTURE, chapters, linked, problem_list, rule_list
from docs.description import Description, Operation
from docs.samples import LANGUAGES, Case

LOGO = "https://cdn.redoc.ly/redoc/logo-mini-full.svg"
NO_LOGO = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/%3E"
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' blob:; worker-src blob:; "
    "style-src 'unsafe-inline'; img-src data:; font-src data:"
)
# Enough contrast for WCAG AA, and headings that fit a phone.
STYLE = """\
html:root.light { --color-blue-6: #0b5fd6; --color-blue-7: #2458b0; --color-carrot-6: #9a5200;
  --color-carrot-7: #8f4a00; --color-warm-grey-5: #65666f; }
html.light [class*="tag-"] { --tag-color: #1d4fc4; }
html.light .tag-get, html.light .tag-success { --tag-color: #157143; }
html.light .tag-put, html.light .tag-warning { --tag-color: #8f4a00; }
html.light .tag-delete, html.light .tag-error { --tag-color: #b3123a; }
html:root.dark { --color-warm-grey-5: #9b9ca8; }
html:root.dark .schema-name { color: #a5a1ff !important; }
.md-table-wrapper code { white-space: nowrap; }
@media (max-width: 600px) { h1 { font-size: 26px !important; } }
"""
# Wide tables get a tabindex, so that they can be scrolled with the keyboard.
KEYBOARD_SCROLLING = """\
new MutationObserver(() => {
  for (const table of document.querySelectorAll(".md-table-wrapper:not([tabindex])"))
    table.tabIndex = 0;
}).observe(document, {childList: true, subtree: true});
"""
QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}


class BuildError(Exception):
    """Redocly failed, or built a page that would request something."""


def page(
    description: Description, samples: dict[str, list[Case]], extra: str, redocly: Path
) -> str:
    """Return the page. `redocly` is the command that builds it.

    Raises:
        BuildError: Redocly failed, or its page cannot be sealed.
    """
    with tempfile.TemporaryDirectory(prefix="pictify-docs-") as work:
        source, config, target = (
            Path(work, name) for name in ("openapi.json", "redocly.yaml", "index.html")
        )
        source.write_text(json.dumps(enriched(description, samples, extra)), encoding="utf-8")
        config.write_text(json.dumps(settings(samples)), encoding="utf-8")
        options: list[str | Path] = ["--output", target, "--inlineBundle", "--config", config]
        result = subprocess.run(
            [redocly, "build-docs", source, *options],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **QUIET},
        )
        if result.returncode or not target.exists():
            raise BuildError(f"redocly build-docs failed:\n{result.stdout}{result.stderr}")
        return sealed(target.read_text(encoding="utf-8"))


def settings(samples: dict[str, list[Case]]) -> dict[str, Any]:
    """Return Redoc's settings. It omits samples whose label they do not list."""
    rows = [row for cases in samples.values() for row in _code(cases)]
    languages = [{"lang": row["lang"], "label": row["label"]} for row in rows]
    return {"telemetry": "off", "openapi": {"codeSamples": {"languages": languages}}}


def sealed(html: str) -> str:
    """Return the page without its logo, and with a policy that allows no request.

    Raises:
        BuildError: The page would send telemetry, or has another logo.
    """
    if '"disableTelemetry":true' not in html:
        raise BuildError("the page would send telemetry")
    if LOGO not in html:
        raise BuildError("Redoc has another logo; check that the page loads nothing")
    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    html = html.replace(LOGO, NO_LOGO).replace("<head>", f"<head>\n  {policy}", 1)
    own = f"<style>\n{STYLE}</style>\n<script>\n{KEYBOARD_SCROLLING}</script>\n</head>"
    return html.replace("</head>", own, 1)


def enriched(
    description: Description, samples: dict[str, list[Case]], extra: str
) -> dict[str, Any]:
    """Return a copy of the document with rules, problems and samples under each operation."""
    document: dict[str, Any] = json.loads(json.dumps(description.document))
    text = chapters(description, PICTURE, address)
    common = f"\n## Rules of all operations\n\n{rule_list(description.common_rules)}\n"
    document["info"]["description"] = text + common + extra
    for operation in description.operations:
        raw = document["paths"][operation.path][operation.method]
        raw["description"] = _text(operation)
        for body in raw.get("requestBody", {}).get("content", {}).values():
            # The samples show the other examples.
            body["examples"] = dict(list(body["examples"].items())[:1])
        raw["x-codeSamples"] = _code(samples[operation.id])
    return document


def address(operation: str) -> str:
    """Return the link to an operation in Redoc."""
    return f"#/experiments/{operation.lower()}"


def _code(cases: list[Case]) -> list[dict[str, str]]:
    return [
        {"lang": LANGUAGES[label], "label": f"{label}: {case.title}", "source": source}
        for case in cases
        for label, source in case.code.items()
    ]


def _text(operation: Operation) -> str:
    parts = [linked(operation.description, operation.raw["description"], address)]
    if operation.problems:
        parts.append(f"### Errors\n\n{problem_list(operation.problems)}")
    if operation.rules:
        summary = f"<summary>{len(operation.rules)} rules</summary>"
        parts.append(f"### Rules\n\n<details>{summary}\n\n{rule_list(operation.rules)}\n</details>")
    return "\n\n".join(parts)
