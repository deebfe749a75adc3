"""Reads an answer for a reproduction script, which contains this file and needs no other."""

import hashlib
import json
import os
import re
import sys
from collections.abc import Container, Iterable, Sequence
from pathlib import Path
from typing import Any

VOLATILE = re.compile(
    "date|server|connection|keep-alive|etag|set-cookie|x-request-id|age|via|cf-.*|"
    "x-ratelimit-.*|ratelimit.*|content-length|content-encoding|transfer-encoding|vary"
)
CHANGING = re.compile(  # date-times, ids of requests, hashes
    r"[0-9a-f]{16,}|\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:?\d\d)?|req[-_]\w+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # a report shows them as escapes
CUT = re.compile(r"\.\.\. \(\d+ bytes\)$")
MAX_BODY = 65_536  # bytes of a body that the run keeps
KEYS = ("PICTIFY_API_KEY", "PICTIFY_SECOND_API_KEY", "PICTIFY_WRITE_KEY")


def digest(
    status: int,
    headers: Iterable[tuple[str, str]],
    body: str,
    token: str,
    uids: Iterable[str],
    marks: Sequence[str] = (),
) -> str:
    """Return a digest of what does not differ between two runs, or nothing if the body was cut.

    Of a list, page, limit and own rows count, which have one of the marks, or else the token. Of a
    body that is neither text nor a pixel, only status and headers count. Chance assigns a viewer
    to a variant, so the counters of an A/B test count in any order.
    """
    if CUT.search(body):
        return ""
    headers, names = list(headers), {uid: f"ID{nth}" for nth, uid in enumerate(uids)}
    media_type = dict(headers).get("content-type", "")
    if not re.match(r"$|text/|image/gif|application/(.*[+])?json", media_type):
        body = ""
    try:
        value = json.loads(body)
        if isinstance(value, dict) and isinstance(value.get("experiments"), list):
            own = marks or [token or "none"]
            rows = [row for row in value["experiments"] if any(x in json.dumps(row) for x in own)]
            value = [value.get("page"), value.get("limit"), rows]
        body = json.dumps(_without_chance(value, names), sort_keys=True)
    except ValueError:
        pass
    kept = sorted(f"{name}: {value}" for name, value in headers if not VOLATILE.fullmatch(name))
    text = "\n".join([str(status), *kept, body])
    for uid, name in names.items():
        text = text.replace(uid, name)
    text = CHANGING.sub("ID", text.replace(token, "ID") if token else text)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def _without_chance(value: Any, uids: Container[str]) -> Any:
    if isinstance(value, list):
        return [_without_chance(item, uids) for item in value]
    if not isinstance(value, dict):
        return value
    changed = {name: _without_chance(member, uids) for name, member in value.items()}
    if "uid" in changed and str(changed["uid"]) not in uids:
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
    return [
        uid for uid, name in names.items() if token and token in name and plain.fullmatch(str(uid))
    ]


def main() -> None:
    """Print the digest of the answer in a folder, or note the uids of own experiments in it."""
    folder, token = Path(sys.argv[2]), sys.argv[3]
    body = (folder / "body").read_bytes().decode("utf-8", "backslashreplace")
    made = folder / f"made-{token}"
    if sys.argv[1] == "uid":
        uids = own_uids(body, token)
        with made.open("a") as file:
            print(*uids, file=file)
        print(*uids)
        return
    body = CONTROL.sub(lambda match: ascii(match[0])[1:-1], body)
    if len(body.encode()) > MAX_BODY:
        body += "... (0 bytes)"
    for key in filter(os.environ.get, KEYS):
        body = body.replace(os.environ[key], f"${key}")
    head = (folder / "head").read_text("latin-1").strip().replace("\r", "").split("\n\n")[-1]
    first, *lines = head.split("\n")
    headers = [
        (name.lower(), value.strip()) for name, _, value in (x.partition(":") for x in lines)
    ]
    uids = list(dict.fromkeys(made.read_text().split())) if made.exists() else []
    print(digest(int(first.split()[1]), headers, body, token, uids))


if __name__ == "__main__":
    main()
