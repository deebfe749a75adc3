"""run.har: what was sent and what came, for a browser's network view or any other HAR reader."""

import datetime as dt
from collections.abc import Sequence
from http.client import responses
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import harfile

from pictify_conformance import __version__
from pictify_conformance.results.exchange import Exchange, Headers

LARGEST = 10_000_000  # characters
CUT = "The file ends here: it is full, and more was sent after these {:,} requests."
CREATOR = harfile.Creator(name="pictify-conformance", version=__version__)


def write(exchanges: Sequence[Exchange], path: Path) -> None:
    """Write the exchanges in their order, as many as fit; the last one says if there were more."""
    with (
        path.open("w", encoding="utf-8") as file,
        harfile.HarFile.open(file, creator=CREATOR) as har,
    ):
        for number, seen in enumerate(sorted(exchanges, key=lambda seen: seen.started), 1):
            is_cut = file.tell() > LARGEST and number < len(exchanges)
            _add(har, seen, CUT.format(number) if is_cut else None)
            if is_cut:
                return


def _add(har: harfile.HarFile, seen: Exchange, comment: str | None) -> None:
    sent_type, came_type = (
        dict(pairs).get("content-type", "") for pairs in (seen.sent_headers, seen.came_headers)
    )
    milliseconds = round(seen.seconds * 1000, 3)
    har.add_entry(
        startedDateTime=dt.datetime.fromtimestamp(seen.started, dt.UTC),
        time=milliseconds,
        request=harfile.Request(
            method=seen.method,
            url=seen.url,
            httpVersion="HTTP/1.1",
            headers=_records(seen.sent_headers),
            queryString=_records(
                tuple(parse_qsl(urlsplit(seen.url).query, keep_blank_values=True))
            ),
            postData=harfile.PostData(mimeType=sent_type, text=seen.sent) if seen.sent else None,
            bodySize=len(seen.sent.encode("utf-8", "replace")),
        ),
        response=harfile.Response(
            status=seen.status,
            statusText=responses.get(seen.status, ""),
            httpVersion="HTTP/1.1",
            headers=_records(seen.came_headers),
            content=harfile.Content(mimeType=came_type, text=seen.came, size=len(seen.came)),
            redirectURL=dict(seen.came_headers).get("location", ""),
        ),
        timings=harfile.Timings(send=0, wait=milliseconds, receive=0),
        comment=comment,
    )


def _records(pairs: Headers) -> list[harfile.Record]:
    return [harfile.Record(name=name, value=value) for name, value in pairs]
