"""The templates. What they insert is prose, in which HTML is shown and not interpreted."""

import json
import re
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

CODE_OR_TAG = re.compile(r"(`[^`]*`)|<(?!!--)")


def render(name: str, **context: Any) -> str:
    """Return a Markdown page."""
    return ENVIRONMENT.get_template(name).render(context).rstrip() + "\n"


def prose(text: str) -> str:
    """Return Markdown in which `<name>` outside of code is no tag."""
    return CODE_OR_TAG.sub(lambda found: found[1] or "&lt;", text)


def cell(text: str) -> str:
    """Return the text on one line, for a table."""
    return " ".join(text.split()).replace("|", "\\|")


def member(path: str, is_html: bool) -> str:
    """Return a path such as `variants[].weight` as code that may break at its dots."""
    broken = str(escape(path)).replace(".", ".<wbr>")
    return Markup(f"<code>{broken}</code>") if is_html else f"`{path}`"  # noqa: S704 - escaped


def html(text: str) -> Markup:
    """Return the text as HTML, with `<code>` for what stands between backticks."""
    return Markup(re.sub("`([^`]*)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped


def _inserted(value: Any) -> Any:
    return value if isinstance(value, Markup) else prose(str(value))


def _json(value: Any) -> Markup:
    return Markup(json.dumps(value, indent=2, ensure_ascii=False))  # noqa: S704 - in a code block


ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent),
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    autoescape=False,  # noqa: S701 - the output is Markdown
    finalize=_inserted,
)
ENVIRONMENT.filters |= {
    "cell": cell,
    "html": html,
    "member": member,
    "json": _json,
    "lower_first": lambda text: text[:1].lower() + text[1:],
}
