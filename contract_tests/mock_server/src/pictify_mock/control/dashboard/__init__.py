"""The files of the dashboard and of the page to try the API. They contain no data."""

from functools import cache
from pathlib import Path

from starlette.responses import RedirectResponse, Response

FOLDER = Path(__file__).parent
MEDIA_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
}
FILES = {
    f"/{file.relative_to(FOLDER).as_posix().removesuffix('page.html')}": file
    for file in FOLDER.rglob("*")
    if file.suffix in MEDIA_TYPES
}
FOLDERS = {"": "_mock/", "/api": "api/"}  # redirects, relative for a proxy with a prefix
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def response(path: str) -> Response:
    if path in FOLDERS:
        return RedirectResponse(FOLDERS[path], 308)
    file = FILES[path]
    headers = {"Content-Security-Policy": POLICY}
    return Response(_content(file), headers=headers, media_type=MEDIA_TYPES[file.suffix])


@cache
def _content(file: Path) -> bytes:
    return file.read_bytes()
