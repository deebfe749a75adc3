"""Servers that show keys, control sequences and cookies, and responses that are hardly HTTP."""

import base64
import json
from collections import deque
from collections.abc import Callable
from io import BufferedIOBase
from urllib.parse import quote

from hostile_servers.experiments import API, ExperimentsServer
from hostile_servers.server import HostileServer, Request, Response

CONTROL_SEQUENCES = "\x1b]0;owned\x07\x1b[2J\x9b31m\x00\u202etxet\u2066"
COOKIE = "session-of-somebody"


def each_character(form: str) -> Callable[[str], str]:
    """Return a function that writes every character of a text as its code."""
    return lambda text: "".join(form.format(ord(character)) for character in text)


def in_base64(
    before: str, encode: Callable[[bytes], bytes] = base64.b64encode
) -> Callable[[str], str]:
    """Return a function that encodes a text behind another one."""
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
"""The forms of a key in a log, a link or a page."""


class DebugPages(ExperimentsServer):
    """Answer everything but a create and the preflight with a page that shows the keys.

    It shows them in every form, and control sequences; so do the media type and a header.
    """

    def answer(self, request: Request) -> Response:
        if (request.method, request.path) in (("POST", API), ("GET", f"{API}?limit=1")):
            return super().answer(request)
        key = request.headers.get("authorization", "").removeprefix("Bearer ")
        forms = deque(form(key) for form in FORMS.values())
        # Only the beginning of a long page is reported.
        forms.rotate(len(self.requests) * 4)
        shown = [CONTROL_SEQUENCES, *forms]
        echoed = quote(request.headers.get("authorization", ""), safe=" ")
        headers = {
            "content-type": f"text/{echoed.split()[-1] if echoed else 'plain'}\x9b31m",
            "x-debug": echoed,
        }
        return Response(500, "\n".join(shown).encode(), headers)


class Sessions(ExperimentsServer):
    """Give every client a session cookie, and accept it instead of a key."""

    def answer(self, request: Request) -> Response:
        has_key = request.headers.get("authorization", "").startswith("Bearer ")
        is_known = has_key or COOKIE in request.headers.get("cookie", "")
        answer = (
            super().answer(request) if is_known else Response.of(401, {"title": "Who are you?"})
        )
        cookie = f"session={COOKIE}; Path=/; HttpOnly"
        return Response(answer.status, answer.body, {**answer.headers, "set-cookie": cookie})


class LostVisits(ExperimentsServer):
    """Redirect every visit to something that is not a valid URL."""

    def answer(self, request: Request) -> Response:
        if request.method in ("GET", "HEAD") and request.path.startswith("/s/"):
            return Response(302, headers={"location": "http://xn--/"})
        return super().answer(request)


def redirect(status: int, location: bytes) -> bytes:
    return b"HTTP/1.1 %d Found\r\nLocation: %b\r\nContent-Length: 0\r\n\r\n" % (status, location)


def respond(head: bytes, body: bytes = b"") -> bytes:
    return b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n%b" % (head, len(body), body)


ODD_ANSWERS = {
    "Location without a host": redirect(302, b"http://xn--/"),
    "Location with an odd port": redirect(302, b"http://a:99999999/"),
    "Location with a bracket": redirect(307, b"http://[bad/"),
    "Location in no encoding": redirect(308, b"/\xff\xfe\x80"),
    "Location with controls": redirect(302, b"http://a\x1b[31m/"),
    "redirect to itself": redirect(301, b"/experiments/api"),
    "unknown charset": respond(b"500 Oh\r\nContent-Type: text/plain; charset=klingon", b"x"),
    "invalid gzip": respond(b"200 OK\r\nContent-Encoding: gzip", b"nope"),
    "unknown encoding": respond(b"503 Oh\r\nContent-Encoding: klingon", b"nope"),
    "header without a name": respond(b"200 OK\r\n: nameless"),
    "header with NUL": respond(b"200 OK\r\nX-Odd: a\x00b"),
    "length that is not a number": b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
    "invalid chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nmany\r\n",
    "status that is not a number": respond(b"abc Oh"),
    "status 999": respond(b"999 Oh"),
    "no status line": b"Content-Length: 0\r\n\r\n",
    "HTTP/0.9": b"<html>hello</html>",
    "a hundred times 100": b"HTTP/1.1 100 Continue\r\n\r\n" * 100,
    "switch of protocols": (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n"
    ),
    "nothing": b"",
}


class OddAnswers(HostileServer):
    """Answer every request with the same bytes, and close the connection."""

    def __init__(self, answer: bytes) -> None:
        super().__init__()
        self._answer = answer

    def send(self, request: Request, stream: BufferedIOBase) -> None:
        del request
        stream.write(self._answer)
        raise ConnectionAbortedError
