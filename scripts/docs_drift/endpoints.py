"""Method and path, however a page writes them: in one line, over several, glued to a title, in a sample."""

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from .facts import Endpoint, Vocabulary

METHOD = r"GET|PUT|POST|DELETE|DEL|PATCH|HEAD|OPTIONS"
HOST = r"(?:https?://[^\s/'\"`]+)"
GLUED = re.compile(rf"(?<![A-Z])`?(?P<method>{METHOD})`?\s*`?{HOST}?(?P<path>/[^\s`'\"|,;)]+)")
MENTION = re.compile(
    rf"^(?P<method>{METHOD}|{METHOD.lower()})`?\s*`?{HOST}?(?P<path>/[^\s`'\"|,;)]*)"
)
SPACED = re.compile(rf"({METHOD})\s+/\s+\w")
ALONE = re.compile(rf"`?({METHOD}|{METHOD.lower()})`?", re.ASCII)
BASE = re.compile(rf"{HOST}/?")
PATH = re.compile(rf"`?{HOST}?(?P<path>/[^\s`'\"|,;)]+)`?")
SEGMENT = re.compile(r"[\w{}$<>:.-]+")
TITLE = re.compile(r"(?<=[a-z0-9}])(?=[A-Z][a-z])")
REQUEST = re.compile(r"(?:--request|-X)[\s=]*['\"]?(\w+)")
URL = re.compile(r"https?://[^\s'\"`\\<>]+(?:<[^\s>]+>[^\s'\"`\\<>]*)*")
DATA = re.compile(
    r"(?:--data(?:-raw|-binary|-ascii)?|--json|-d)[\s=]+(?:'(.*?)'(?=\s|$)|\"((?:[^\"\\]|\\.)*)\")",
    re.DOTALL,
)
FETCH = re.compile(
    r"(?:fetch|axios(?:\.(\w+))?|requests\.(\w+)|sendBeacon)\(\s*['\"`](https?://[^'\"`]+|/[^'\"`]+)['\"`]"
)
FETCH_METHOD = re.compile(r"method\s*[:=]\s*['\"](\w+)['\"]")


class Found(NamedTuple):
    """An endpoint, what follows it in its line, and how many lines it takes."""

    endpoint: Endpoint
    rest: str
    lines: int
    query: tuple[str, ...] = ()


def in_lines(lines: Sequence[str], vocabulary: Vocabulary) -> Found | None:
    """The endpoint that begins in the first of these lines."""
    first = lines[0].strip()
    if SPACED.match(first):
        first = re.sub(r"\s*/\s*", "/", first)
    if ALONE.fullmatch(first):
        return over_lines(lines, vocabulary)
    found = MENTION.match(first) or GLUED.search(first)
    if not found or (found["path"] == "/" and not MENTION.match(first)):
        return None
    path, rest = parted(found["path"], vocabulary)
    after = (rest + first[found.end() :]).strip("` ")
    if path == "/" and not after:
        spread = over_lines([found["method"], "/", *lines[1:]], vocabulary)
        return spread and spread._replace(lines=spread.lines - 1)
    return endpoint(found["method"], path, after, 1) if plausible(path) else None


def over_lines(lines: Sequence[str], vocabulary: Vocabulary) -> Found | None:
    """Method, perhaps a host, and a path whose segments may stand in lines of their own."""
    method, used, path = lines[0].strip("` "), 1, ""
    if used < len(lines) and BASE.fullmatch(lines[used].strip()):
        used += 1
    for line in lines[used:]:
        text = line.strip("` ")
        if (
            text == "/"
            or (path and text.startswith(".") and SEGMENT.fullmatch(text))
            or (path.endswith("/") and SEGMENT.fullmatch(text))
        ):
            path += text
        elif not path and (found := PATH.fullmatch(line.strip())):
            path = found["path"]
        elif (
            text.startswith("/") and path and not path.endswith("/") and SEGMENT.fullmatch(text[1:])
        ):
            path += text
        else:
            break
        used += 1
    path, rest = parted(path, vocabulary)
    return endpoint(method, path, rest, used) if plausible(path) else None


def in_sample(code: str, vocabulary: Vocabulary) -> Found | None:
    """The endpoint that a sample calls, with curl or from a script."""
    if re.search(r"\bcurl\b", code):
        url = URL.search(code)
        stated = REQUEST.search(code)
        method = stated[1] if stated else ("POST" if DATA.search(code) else "GET")
        target = url[0] if url else ""
    elif called := FETCH.search(code):
        stated = FETCH_METHOD.search(code)
        method = (
            (stated and stated[1])
            or called[1]
            or called[2]
            or ("POST" if "sendBeacon" in called[0] else "GET")
        )
        target = called[3]
    else:
        return None
    path = re.sub(HOST, "", target, count=1)
    path, rest = parted(path, vocabulary)
    return endpoint(method, path, rest, 0) if plausible(path) else None


def body_of_sample(code: str) -> tuple[str, int]:
    """The body that a sample of curl sends, and how many lines of code stand before it."""
    found = DATA.search(code)
    if not found:
        return "", 0
    body = found[1] if found[1] is not None else found[2].replace('\\"', '"')
    start = found.start(1) if found[1] is not None else found.start(2)
    return body, code.count("\n", 0, start) + len(
        body[: len(body) - len(body.lstrip())].splitlines()[1:]
    )


def endpoint(method: str, path: str, rest: str, lines: int) -> Found:
    """An endpoint in its usual form: a method in capitals, a path without query."""
    method = {"DEL": "DELETE"}.get(method.upper(), method.upper())
    path, _, query = path.partition("?")
    names = tuple(part.partition("=")[0] for part in query.split("&") if part)
    path = re.sub(r"(?<=/):(\w+)", r"{\1}", re.sub(r"[<$]\{?<?(\w+)>?\}?", r"{\1}", path))
    return Found(Endpoint(method, path.rstrip("/") or "/"), rest.strip(), lines, names)


def plausible(path: str) -> bool:
    """Whether this can be a path of an API: not a lone slash, no file of the site."""
    return bool(re.match(r"/[\w{:<$]", path)) and not re.search(
        r"\.(html?|md|js|css|svg|txt)$", path
    )


def parted(raw: str, vocabulary: Vocabulary) -> tuple[str, str]:
    """A path and what is glued to its end."""
    for pattern in patterns(vocabulary.paths):
        found = pattern.match(raw)
        if found and (
            found.end() == len(raw) or not re.match(r"[a-z0-9_/{.-]", raw[found.end() :])
        ):
            if raw[found.end() :].startswith("?"):
                break
            return found[0], raw[found.end() :]
    outside = re.sub(r"\{[^}]*\}", lambda braces: "{" + "x" * (len(braces[0]) - 2) + "}", raw)
    cut = TITLE.search(outside)
    end = cut.start() if cut else len(raw.rstrip(".,:;"))
    return raw[:end], raw[end:]


@cache
def patterns(paths: tuple[str, ...]) -> list[re.Pattern[str]]:
    """The known paths as they may be written, longest first: with parameters in any brackets."""
    ordered = sorted(paths, key=len, reverse=True)
    return [
        re.compile(re.sub(r"\\\{\w+\\\}", r"(?:\\{\\w+\\}|:\\w+?|<\\w+>)", re.escape(path)))
        for path in ordered
    ]
