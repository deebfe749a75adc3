"""Keys that stay secret, and texts that drive nothing."""

import base64
import time

import pytest

from hostile_servers.echoing import FORMS, CONTROL_SEQUENCES
from pictify_conformance.redaction import printable, redaction

KEY = "key_5f1c9a04b7e2"
ODD_KEY = "sk/5f1c9a04+b7e2/c3d4+e5f6a7b8="


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"Bearer {KEY}", "Bearer $API_KEY"),
        (f'{{"writeKey": "{KEY}"}}', '{"writeKey": "$API_KEY"}'),
        (f"Bearer {KEY[:-1]}", "Bearer [nearly $API_KEY]"),
        (f"Bearer {KEY}0", "Bearer [nearly $API_KEY]"),
        (f"Bearer x{KEY}", "Bearer x$API_KEY"),
        (KEY.swapcase(), "[nearly $API_KEY]"),
        (f"{KEY[:8]}.", "[nearly $API_KEY]."),
        (f"{KEY[3:11]}.", "[nearly $API_KEY]."),
        (f"'{KEY[-8:]}'", "'[nearly $API_KEY]'"),
        (KEY[-7:], KEY[-7:]),
        ("key_7", "key_7"),
        (base64.b64encode(KEY.encode()).decode(), "[base64 of $API_KEY]g=="),
        (f"%22{KEY}%22", "%22$API_KEY%22"),
        (f"{KEY}, {KEY[:9]} {KEY}", "$API_KEY, [nearly $API_KEY] $API_KEY"),
        (f"é\N{GRINNING FACE}{KEY}é", "é\N{GRINNING FACE}$API_KEYé"),
    ],
)
def test_key(text: str, expected: str) -> None:
    """A key gives way to its name, and what is nearly one to a note, wherever it stands."""
    assert redaction({"API_KEY": KEY})(text) == expected


@pytest.mark.parametrize("key", [KEY, ODD_KEY, ODD_KEY * 5], ids=["plain", "odd", "long"])
@pytest.mark.parametrize("form", FORMS)
def test_key_in_every_form(key: str, form: str) -> None:
    """Of a key in any form less than half stays, and the text around it whole."""
    told = redaction({"API_KEY": key})(f"before {FORMS[form](key)} after")
    assert "$API_KEY" in told
    assert told.startswith("before ")
    assert told.endswith(" after")
    encoded = FORMS[form](key)
    half = max(8, (len(encoded) + 3) // 2)
    assert not [at for at in range(len(encoded) - half + 1) if encoded[at : at + half] in told]


def test_key_that_looks_escaped() -> None:
    """A key with what looks like an escape is found as it is, and escaped itself."""
    key = "sk%41%42-and\\u0043-some-more"
    redacted = redaction({"A": key})
    assert redacted(f"<{key}>") == "<$A>"
    assert redacted("".join(f"%{ord(character):02X}" for character in key)) == "$A"


def test_key_within_a_key() -> None:
    """A key that holds another one is taken for itself."""
    clean = redaction({"A": "secret-key", "B": "secret-key-of-b"})
    assert clean("secret-key-of-b and secret-key") == "$B and $A"


def test_short_key() -> None:
    """A key that is a single letter, or a word, leaves other words whole."""
    assert redaction({"A": "w"})('whose key "w" was') == 'whose key "$A" was'
    told = "the key is open; an open-air, reopened %6f%70en Open"
    assert redaction({"A": "open"})(told) == "the key is $A; an open-air, reopened $A Open"


def test_no_key() -> None:
    """Without a key a text only becomes printable."""
    assert redaction({})("Bearer \x1b[31mkey") == "Bearer \\x1b[31mkey"


def test_printable() -> None:
    """Characters that would drive a terminal or turn the text are written out; letters, tabs and lines stay."""
    assert printable("\x1b[31m\x00\ud800\tend\n") == "\\x1b[31m\\x00\\ud800\tend\n"
    assert printable("\x9b\u202e\u2066\ufeff é 日本 \N{GRINNING FACE}") == (
        "\\x9b\\u202e\\u2066\\ufeff é 日本 \N{GRINNING FACE}"
    )
    assert printable(CONTROL_SEQUENCES).isprintable()


@pytest.mark.parametrize(
    "part",
    [KEY + " ", KEY[:7] + " ", "\\", "%25", "\\u002b", "&#0", "\x1b", '{"name": "é"}, '],
    ids=ascii,
)
def test_time_grows_with_the_text(part: str) -> None:
    """A megabyte takes seconds at most, whatever it holds."""
    text, began = part * (2**20 // len(part)), time.process_time()
    redaction({"A": KEY, "B": ODD_KEY, "C": "w"})(text)
    assert time.process_time() - began < 10
