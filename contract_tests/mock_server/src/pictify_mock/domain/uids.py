"""New names for new experiments, and which names may be theirs."""

import re
import string
from random import Random

from pictify_mock.domain.errors import FieldError

ALPHABET = string.digits + string.ascii_uppercase
LENGTH = 10
PATTERN = re.compile(r"[A-Za-z0-9_-]{1,100}")  # one segment of a path, whatever reads the path
RESERVED = frozenset({"quota"})  # a path of its own where a uid would stand


def new_uid(chance: Random) -> str:
    return "exp_" + "".join(chance.choices(ALPHABET, k=LENGTH))


def faults(uid: str, field: str) -> list[FieldError]:
    if not PATTERN.fullmatch(uid):
        message = f"is {uid[:100]!r}, which is no plain part of a path; use 1 to 100 letters, digits, _ and -"
        return [FieldError(field, message, "invalid_format")]
    if uid in RESERVED:
        return [
            FieldError(
                field, f"is {uid!r}, which is a path of the API; choose another", "invalid_value"
            )
        ]
    return []
