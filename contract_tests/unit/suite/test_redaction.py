"""Keys that stay secret."""

import pytest

from contract_tests.redaction import printable, redaction

KEY = "key_5f1c9a04b7e2"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"Bearer {KEY}", "Bearer $API_KEY"),
        (f'{{"writeKey": "{KEY}"}}', '{"writeKey": "$API_KEY"}'),
        (f"Bearer {KEY[:-1]}", "Bearer [nearly $API_KEY]"),
        (f"Bearer {KEY}0", "Bearer [nearly $API_KEY]"),
        (KEY.swapcase(), "[nearly $API_KEY]"),
        (f"{KEY[:8]}.", "[nearly $API_KEY]."),
        ("key_7", "key_7"),
    ],
)
def test_key(text: str, expected: str) -> None:
    """A key gives way to its name, and what is nearly one to a note, wherever it stands."""
    assert redaction({"API_KEY": KEY})(text) == expected


def test_key_within_a_key() -> None:
    """A key that holds another one is taken for itself."""
    clean = redaction({"A": "secret-key", "B": "secret-key-of-b"})
    assert clean("secret-key-of-b and secret-key") == "$B and $A"


def test_short_key() -> None:
    """A key that is a single letter leaves words whole."""
    assert redaction({"A": "w"})('whose key "w" was') == 'whose key "$A" was'


def test_printable() -> None:
    """Characters that would drive a terminal are written out."""
    assert printable("\x1b[31m\x00\ud800 end\n") == "\\x1b[31m\\x00\\ud800 end\n"
