"""Redaction: keys stay secret, and no text controls a terminal."""

import base64
import time

import pytest

from hostile_servers.echoing import CONTROL_SEQUENCES, FORMS
from pictify_conformance.redaction import printable, redactor

KEY = "key_5f1c9a04b7e2"
ODD_KEY = "sk/5f1c9a04+b7e2/c3d4+e5f6a7b8="
ESCAPED_KEY = "sk%41%42-and\\u0043-some-more"


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
def test_key_becomes_its_name_and_a_long_part_a_note(text: str, expected: str) -> None:
    assert redactor({"API_KEY": KEY})(text) == expected


@pytest.mark.parametrize("key", [KEY, ODD_KEY, ODD_KEY * 5], ids=["plain", "odd", "long"])
@pytest.mark.parametrize("form", FORMS)
def test_less_than_half_of_a_key_stays_in_any_form(key: str, form: str) -> None:
    encoded = FORMS[form](key)
    redacted = redactor({"API_KEY": key})(f"before {encoded} after")
    assert "$API_KEY" in redacted
    assert redacted.startswith("before ")
    assert redacted.endswith(" after")
    half = max(8, (len(encoded) + 3) // 2)
    assert not [at for at in range(len(encoded) - half + 1) if encoded[at : at + half] in redacted]


@pytest.mark.parametrize(
    ("keys", "text", "expected"),
    [
        ({"A": ESCAPED_KEY}, f"<{ESCAPED_KEY}>", "<$A>"),
        ({"A": ESCAPED_KEY}, "".join(f"%{ord(each):02X}" for each in ESCAPED_KEY), "$A"),
        (
            {"A": "secret-key", "B": "secret-key-of-b"},
            "secret-key-of-b and secret-key",
            "$B and $A",
        ),
        ({"A": "w"}, 'whose key "w" was', 'whose key "$A" was'),
        (
            {"A": "open"},
            "the key is open; an open-air, reopened %6f%70en Open",
            "the key is $A; an open-air, reopened $A Open",
        ),
        ({}, "Bearer \x1b[31mkey", "Bearer \\x1b[31mkey"),
    ],
    ids=["looks-escaped", "is-escaped", "contains-another", "a-letter", "a-word", "no-key"],
)
def test_odd_keys(keys: dict[str, str], text: str, expected: str) -> None:
    assert redactor(keys)(text) == expected


def test_characters_that_control_a_terminal_are_escaped() -> None:
    """Letters, tabs and line feeds stay."""
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
def test_a_megabyte_is_redacted_in_linear_time(part: str) -> None:
    """Quadratic time would be hours."""
    text, began = part * (2**20 // len(part)), time.process_time()
    redactor({"A": KEY, "B": ODD_KEY, "C": "w"})(text)
    assert time.process_time() - began < 10
