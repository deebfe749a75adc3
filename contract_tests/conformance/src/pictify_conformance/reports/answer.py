"""Reads an answer for a reproduction script, which contains this file and needs no other."""

import hashlib
import json
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

VOLATILE = re.compile(
    "date|server|connection|keep-alive|etag|set-cookie|x-request-id|age|via|cf-.*|"
    "x-ratelimit-.*|ratelimit.*|content-length|content-encoding|transfer-encoding|vary"
)
CHANGING = re.compile(  # date-times, ids of requests
    r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:?\d\d)?|req[-_]\w+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)
CUT = re.compile(r"\.\.\. \(\d+ bytes\)$")
MAX_BODY = 8192  # bytes of a body that the run keeps
KEYS = ("PICTIFY_API_KEY", "PICTIFY_SECOND_API_KEY", "PICTIFY_WRITE_KEY")


def digest(
    status: int, headers: Iterable[tuple[str, str]], body: str, token: str, uids: Iterable[str]
) -> str:
    """Return a digest of what does not differ between two runs, or nothing if the body was cut.

    Of a list, own rows count, and of a body that is not text, status and headers. Chance assigns
    a viewer to a variant, so the counters
    of an A/B test count in any order.
    """
    if CUT.search(body):
        return ""
    headers = list(headers)
    media_type = dict(headers).get("content-type", "")
    if not re.match(r"$|text/|application/(.*[+])?json", media_type):
        body = ""
    try:
        value = json.loads(body)
        if isinstance(value, dict) and isinstance(value.get("experiments"), list):
            value = [row for row in value["experiments"] if token and token in json.dumps(row)]
        body = json.dumps(_without_chance(value), sort_keys=True)
    except ValueError:
        pass
    kept = sorted(f"{name}: {value}" for name, value in headers if not VOLATILE.fullmatch(name))
    text = "\n".join([str(status), *kept, body])
    for changing in (*uids, token):
        text = text.replace(changing, "ID") if changing else text
    return hashlib.sha256(CHANGING.sub("ID", text).encode("utf-8", "replace")).hexdigest()[:16]


def _without_chance(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_chance(item) for item in value]
    if not isinstance(value, dict):
        return value
    changed = {name: _without_chance(member) for name, member in value.items()}
    if "uid" in changed:
        changed["uid"] = "ID"
    rows = changed.get("variants")
    if changed.get("type") == "ab_test" and isinstance(rows, list):
        counted = [row for row in rows if isinstance(row, dict)]
        counters = sorted(str([row.get("impressions"), row.get("clicks")]) for row in counted)
        for row, pair in zip(counted, counters, strict=True):
            row["impressions"] = row["clicks"] = pair
    return changed


def own_uids(body: str, token: str) -> list[str]:
    """Return the uid of each experiment in an answer whose slug or name has the token."""
    try:
        shown = json.loads(body)
        rows = shown.get("experiments", [shown.get("experiment", shown)])
        names = {row["uid"]: f"{row.get('slug')} {row.get('name')}" for row in rows}
    except (ValueError, AttributeError, LookupError, TypeError):
        return []
    plain = re.compile(r"[\w.~-]*\w[\w.~-]*")  # no other path
    return [uid for uid, name in names.items() if token in name and plain.fullmatch(str(uid))]


def main() -> None:
    """Print the digest of the answer in a folder, or note the uids of own experiments in it."""
    folder, token = Path(sys.argv[2]), sys.argv[3]
    body = (folder / "body").read_bytes().decode("utf-8", "backslashreplace")
    made = folder / "made"
    if sys.argv[1] == "uid":
        uids = own_uids(body, token)
        with made.open("a") as file:
            print(*uids, file=file)
        print(*uids)
        return
    if len(body.encode()) > MAX_BODY:
        body += "... (0 bytes)"
    for key in filter(os.environ.get, KEYS):
        body = body.replace(os.environ[key], f"${key}")
    head = (folder / "head").read_text("latin-1").strip().replace("\r", "").split("\n\n")[-1]
    first, *lines = head.split("\n")
    headers = [
        (name.lower(), value.strip()) for name, _, value in (x.partition(":") for x in lines)
    ]
    uids = made.read_text().split() if made.exists() else []
    print(digest(int(first.split()[1]), headers, body, token, uids))


if __name__ == "__main__":
    main()
