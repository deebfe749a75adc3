"""The files of the dashboard. They contain no data."""

from functools import cache
from pathlib import Path

from starlette.responses import RedirectResponse, Response

FOLDER = Path(__file__).parent
FILES = {
    "": ("", ""),
    "/": ("page.html", "text/html"),
    "/page.css": ("page.css", "text/css"),
    "/page.js": ("page.js", "text/javascript"),
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def response(path: str) -> Response:
    name, media_type = FILES[path]
    if not name:
        return RedirectResponse("/_mock/", 308)
    return Response(_text(name), headers={"Content-Security-Policy": POLICY}, media_type=media_type)


@cache
def _text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")
