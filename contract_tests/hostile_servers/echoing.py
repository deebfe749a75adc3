"""Servers that say what nobody should see: keys, control sequences, cookies, and answers that are hardly HTTP."""

import base64
import json
from collections import deque
from collections.abc import Callable
from io import BufferedIOBase
from urllib.parse import quote

from hostile_servers.experiments import API, ExperimentsServer
from hostile_servers.server import HostileServer, Request, Response

SPEAKS_TO_TERMINALS = "\x1b]0;owned\x07\x1b[2J\x9b31m\x00\u202etxet\u2066"
COOKIE = "session-of-somebody"


def each_character(form: str) -> Callable[[str], str]:
    """Return what writes every character of a text as its code."""
    return lambda text: "".join(form.format(ord(character)) for character in text)


def in_base64(
    before: str, encode: Callable[[bytes], bytes] = base64.b64encode
) -> Callable[[str], str]:
    """Return what encodes a text behind another one."""
    return lambda text: encode(f"{before}{text}:".encode()).decode()


FORMS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "bearer": "Bearer {}".format,
    "upper case": str.upper,
    "JSON slashes": lambda text: text.replace("/", "\\/").replace("+", "\\u002B"),
    "JSON codes": each_character("\\u{:04x}"),
    "JSON in JSON": lambda text: json.dumps(json.dumps([text]).replace("+", "\\u002b")),
    "percent": lambda text: quote(text, safe=""),
    "percent, lower case": lambda text: (
        quote(text, safe="").replace("%2B", "%2b").replace("%2F", "%2f")
    ),
    "percent, every character": each_character("%{:02X}"),
    "percent, twice": each_character("%25{:02x}"),
    "HTML": lambda text: text.replace("+", "&#43;").replace("/", "&#x2F;"),
    "UTF-16": "\0".join,
    "base64": in_base64(""),
    "base64, second": in_base64("x"),
    "base64, third": in_base64("xy"),
    "percent of HTML": lambda text: quote(
        text.replace("+", "&#43;").replace("/", "&#x2F;"), safe=""
    ),
    "base64 of URLs": in_base64("?>", base64.urlsafe_b64encode),
    "first half": lambda text: text[: (len(text) + 1) // 2],
    "second half": lambda text: text[len(text) // 2 :],
    "middle": lambda text: text[len(text) // 4 : -(len(text) // 4)],
}
"""How a key may stand in a text, such as a log, a link or a page."""


class DebugPages(ExperimentsServer):
    """Create, but answer all else with a page that shows the keys in every form, and drives terminals.

    The media type and a header do so, too, as far as HTTP lets them.
    """

    def answer(self, request: Request) -> Response:
        """Answer a create and the first look soundly."""
        if (request.method, request.path) in (("POST", API), ("GET", f"{API}?limit=1")):
            return super().answer(request)
        key = request.headers.get("authorization", "").removeprefix("Bearer ")
        forms = deque(form(key) for form in FORMS.values())
        forms.rotate(len(self.requests) * 4)  # as of a long page only the beginning is reported
        shown = [SPEAKS_TO_TERMINALS, *forms]
        told = quote(request.headers.get("authorization", ""), safe=" ")
        headers = {
            "content-type": f"text/{told.split()[-1] if told else 'plain'}\x9b31m",
            "x-debug": told,
        }
        return Response(500, "\n".join(shown).encode(), headers)


class Sessions(ExperimentsServer):
    """Give every client a session, and let whoever has one in without a key."""

    def answer(self, request: Request) -> Response:
        """Answer with a cookie."""
        has_key = request.headers.get("authorization", "").startswith("Bearer ")
        is_let_in = has_key or COOKIE in request.headers.get("cookie", "")
        answer = (
            super().answer(request) if is_let_in else Response.of(401, {"title": "Who are you?"})
        )
        cookie = f"session={COOKIE}; Path=/; HttpOnly"
        return Response(answer.status, answer.body, {**answer.headers, "set-cookie": cookie})


class LostVisits(ExperimentsServer):
    """Lead every visit to a place that is no URL."""

    def answer(self, request: Request) -> Response:
        """Redirect visits."""
        if request.method in ("GET", "HEAD") and request.path.startswith("/s/"):
            return Response(302, headers={"location": "http://xn--/"})
        return super().answer(request)


ODD_ANSWERS = {
    "Location that is no host": b"HTTP/1.1 302 Found\r\nLocation: http://xn--/\r\nContent-Length: 0\r\n\r\n",
    "Location with an odd port": b"HTTP/1.1 302 Found\r\nLocation: http://a:99999999/\r\nContent-Length: 0\r\n\r\n",
    "Location with a bracket": b"HTTP/1.1 307 Found\r\nLocation: http://[bad/\r\nContent-Length: 0\r\n\r\n",
    "Location of no encoding": b"HTTP/1.1 308 Found\r\nLocation: /\xff\xfe\x80\r\nContent-Length: 0\r\n\r\n",
    "Location with controls": b"HTTP/1.1 302 Found\r\nLocation: http://a\x1b[31m/\r\nContent-Length: 0\r\n\r\n",
    "redirect to itself": b"HTTP/1.1 301 Moved\r\nLocation: /experiments/api\r\nContent-Length: 0\r\n\r\n",
    "unknown charset": b"HTTP/1.1 500 Oh\r\nContent-Type: text/plain; charset=klingon\r\nContent-Length: 1\r\n\r\nx",
    "gzip that is none": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",
    "unknown encoding": b"HTTP/1.1 503 Oh\r\nContent-Encoding: klingon\r\nContent-Length: 4\r\n\r\nnope",
    "header without a name": b"HTTP/1.1 200 OK\r\n: nameless\r\nContent-Length: 0\r\n\r\n",
    "header with NUL": b"HTTP/1.1 200 OK\r\nX-Odd: a\x00b\r\nContent-Length: 0\r\n\r\n",
    "length that is no number": b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
    "chunk that is none": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nmany\r\n",
    "status of no number": b"HTTP/1.1 abc Oh\r\nContent-Length: 0\r\n\r\n",
    "status 999": b"HTTP/1.1 999 Oh\r\nContent-Length: 0\r\n\r\n",
    "no status line": b"Content-Length: 0\r\n\r\n",
    "HTTP/0.9": b"<html>hello</html>",
    "a hundred times 100": b"HTTP/1.1 100 Continue\r\n\r\n" * 100,
    "switch of protocols": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
    "nothing": b"",
}


class OddAnswers(HostileServer):
    """Answer every request with the same bytes, and hang up."""

    def __init__(self, answer: bytes) -> None:
        super().__init__()
        self._answer = answer

    def send(self, request: Request, stream: BufferedIOBase) -> None:
        """Send the bytes."""
        del request
        stream.write(self._answer)
        raise ConnectionAbortedError
