"""The files of the dashboard. They contain no data."""

from functools import cache
from pathlib import Path

from starlette.responses import RedirectResponse, Response

FOLDER = Path(__file__).parent
MEDIA_TYPES = {".css": "text/css", ".html": "text/html", ".js": "text/javascript"}
FILES = {
    f"/{file.name}": (file, MEDIA_TYPES[file.suffix])
    for file in FOLDER.iterdir()
    if file.suffix in MEDIA_TYPES
}
FILES["/"] = FILES.pop("/page.html")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def response(path: str) -> Response:
    if not path:
        return RedirectResponse("_mock/", 308)  # relative, for a proxy with a prefix
    file, media_type = FILES[path]
    return Response(_text(file), headers={"Content-Security-Policy": POLICY}, media_type=media_type)


@cache
def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")
