"""Make the document of the mock's page to try the API from the spec.

The mock does not read it: it sends the bytes to the page.
"""

import json
from pathlib import Path
from typing import Any

from pictify_conformance import spec

ROOT = Path(__file__).resolve().parent.parent
MOCK = ROOT / "contract_tests" / "mock_server" / "src" / "pictify_mock"
TARGET = MOCK / "control" / "dashboard" / "api" / "openapi.json"
INFO = ("title", "summary", "version")
SERVERS = [{"url": "../..", "description": "this mock"}]  # relative to the document's URL


def document() -> str:
    """Return what the page shows: the spec without its chapters and our extensions."""
    full = spec.document()
    info = {name: full["info"][name] for name in INFO}
    short = without_extensions(full) | {"info": info, "servers": SERVERS}
    return json.dumps(short, ensure_ascii=False, separators=(",", ":")) + "\n"


def without_extensions(value: Any) -> Any:
    if isinstance(value, dict):
        members = value.items()
        return {name: without_extensions(each) for name, each in members if name[:2] != "x-"}
    return [*map(without_extensions, value)] if isinstance(value, list) else value


if __name__ == "__main__":
    TARGET.write_text(document(), encoding="utf-8")
    print(f"{TARGET.relative_to(ROOT)} is written.")
