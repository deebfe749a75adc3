"""Reads an answer for a reproduction script, which contains this file and needs no other."""

import hashlib
import json
import os
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

VOLATILE = re.compile(
    "date|server|connection|keep-alive|etag|set-cookie|x-request-id|age|via|cf-.*|"
    "x-ratelimit-.*|ratelimit.*|content-length|content-encoding|transfer-encoding|vary"
)
CHANGING = re.compile(  # date-times, ids of requests
    r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:?\d\d)?|req[-_]\w+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)
CUT = re.compile(r"\.\.\. \(\d+ bytes\)$")
MAX_BODY = 2048  # bytes of a body that the run keeps
KEYS = ("PICTIFY_API_KEY", "PICTIFY_SECOND_API_KEY", "PICTIFY_WRITE_KEY")


def digest(
    status: int, headers: Iterable[Sequence[str]], body: str, token: str, uids: Iterable[str]
) -> str:
    """Return a digest of what does not differ between two runs. Of a list, own rows count.

    Of a body that was cut, or is no text, status and headers count.
    """
    headers = list(headers)
    media_type = dict(headers).get("content-type", "")
    if CUT.search(body) or not re.match(r"$|text/|application/(.*[+])?json", media_type):
        body = ""
    try:
        value = json.loads(body)
        if isinstance(value, dict) and isinstance(value.get("experiments"), list):
            value = [row for row in value["experiments"] if token and token in json.dumps(row)]
        body = json.dumps(value, sort_keys=True)
    except ValueError:
        pass
    kept = sorted(f"{name}: {value}" for name, value in headers if not VOLATILE.fullmatch(name))
    text = "\n".join([str(status), *kept, body])
    for changing in (*uids, token):
        text = text.replace(changing, "ID") if changing else text
    return hashlib.sha256(CHANGING.sub("ID", text).encode("utf-8", "replace")).hexdigest()[:16]


def own_uid(body: str, token: str) -> str:
    """Return the uid of an experiment whose slug or name has the token, or nothing."""
    try:
        shown = json.loads(body)
        shown = shown.get("experiment", shown)
        uid = str(shown["uid"])
        is_own = bool(token) and token in f"{shown.get('slug')} {shown.get('name')}"
    except (ValueError, AttributeError, LookupError, TypeError):
        return ""
    return uid if is_own and re.fullmatch(r"[\w.~-]*\w[\w.~-]*", uid) else ""


def main() -> None:
    """Print the digest of the answer in a folder, or note the uid of what a create made."""
    folder, token = Path(sys.argv[2]), sys.argv[3]
    body = (folder / "body").read_bytes().decode("utf-8", "backslashreplace")
    made = folder / "made"
    if sys.argv[1] == "uid":
        uid = own_uid(body, token)
        if uid:
            with made.open("a") as file:
                print(uid, file=file)
        print(uid)
        return
    if len(body.encode()) > MAX_BODY:
        body += "... (0 bytes)"
    for key in filter(os.environ.get, KEYS):
        body = body.replace(os.environ[key], f"${key}")
    head = (folder / "head").read_text("latin-1").strip().replace("\r", "").split("\n\n")[-1]
    first, *lines = head.split("\n")
    headers = [(name.lower(), value.strip()) for name, _, value in (x.partition(":") for x in lines)]
    uids = made.read_text().split() if made.exists() else []
    print(digest(int(first.split()[1]), headers, body, token, uids))


if __name__ == "__main__":
    main()
