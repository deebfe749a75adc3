"""run.har: the requests and responses, for a browser's network view or any other HAR reader."""

import datetime as dt
from collections.abc import Sequence
from http.client import responses
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import harfile

from pictify_conformance import __version__
from pictify_conformance.results.exchange import Exchange, Headers

MAX_CHARACTERS = 10_000_000  # judge.py keeps more exchanges than this has room for
CUT = "The file ends here: it is full, and more was sent after these {:,} requests."
CREATOR = harfile.Creator(name="pictify-conformance", version=__version__)


def write(exchanges: Sequence[Exchange], path: Path) -> None:
    """Write the exchanges in their order, as many as fit. The last one says if there were more."""
    with (
        path.open("w", encoding="utf-8") as file,
        harfile.HarFile.open(file, creator=CREATOR) as har,
    ):
        for number, exchange in enumerate(sorted(exchanges, key=lambda each: each.started), 1):
            is_cut = file.tell() > MAX_CHARACTERS and number < len(exchanges)
            _add(har, exchange, CUT.format(number) if is_cut else None)
            if is_cut:
                return


def _add(har: harfile.HarFile, exchange: Exchange, comment: str | None) -> None:
    request_headers = dict(exchange.request_headers)
    response_headers = dict(exchange.response_headers)
    milliseconds = round(exchange.seconds * 1000, 3)
    body = exchange.request_body
    posted = harfile.PostData(mimeType=request_headers.get("content-type", ""), text=body)
    query = parse_qsl(urlsplit(exchange.url).query, keep_blank_values=True)
    content = harfile.Content(
        mimeType=response_headers.get("content-type", ""),
        text=exchange.response_body,
        size=len(exchange.response_body),
    )
    har.add_entry(
        startedDateTime=dt.datetime.fromtimestamp(exchange.started, dt.UTC),
        time=milliseconds,
        request=harfile.Request(
            method=exchange.method,
            url=exchange.url,
            httpVersion="HTTP/1.1",
            headers=_records(exchange.request_headers),
            queryString=_records(tuple(query)),
            postData=posted if body else None,
            bodySize=len(body.encode("utf-8", "replace")),
        ),
        response=harfile.Response(
            status=exchange.status,
            statusText=responses.get(exchange.status, ""),
            httpVersion="HTTP/1.1",
            headers=_records(exchange.response_headers),
            content=content,
            redirectURL=response_headers.get("location", ""),
        ),
        timings=harfile.Timings(send=0, wait=milliseconds, receive=0),
        comment=comment,
    )


def _records(pairs: Headers) -> list[harfile.Record]:
    return [harfile.Record(name=name, value=value) for name, value in pairs]
