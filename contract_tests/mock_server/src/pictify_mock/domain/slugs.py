"""Validate slugs, the last part of a public URL."""

import re

from pictify_mock.domain.errors import FieldError

PATTERN = re.compile(r"[a-z0-9][a-z0-9-]{1,58}[a-z0-9]")
RESERVED = frozenset({"events", "api", "admin", "health", "status", "pixel", "track", "sdk"})


def faults(slug: str) -> list[FieldError]:
    if not PATTERN.fullmatch(slug):
        message = (
            "is not a slug; use 3 to 60 lowercase letters, digits and hyphens, "
            "with a letter or digit at both ends"
        )
        return [FieldError("/slug", message, "invalid_format")]
    if slug in RESERVED:
        message = f"is reserved; choose another than {', '.join(sorted(RESERVED))}"
        return [FieldError("/slug", message, "invalid_value")]
    return []
