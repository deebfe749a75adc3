"""Make and validate the uids of experiments."""

import re
import string
from random import Random

from pictify_mock.domain.errors import FieldError

ALPHABET = string.digits + string.ascii_uppercase
LENGTH = 10
PATTERN = re.compile(r"[A-Za-z0-9_-]{1,100}")  # one segment of a path for every reader
RESERVED = frozenset({"quota"})  # a path of the API where a uid would stand


def new_uid(rng: Random) -> str:
    return "exp_" + "".join(rng.choices(ALPHABET, k=LENGTH))


def faults(uid: str, field: str) -> list[FieldError]:
    if not PATTERN.fullmatch(uid):
        message = f"is {uid[:100]!r}; use 1 to 100 letters, digits, _ and -"
        return [FieldError(field, message, "invalid_format")]
    if uid in RESERVED:
        message = f"is {uid!r}, which is a path of the API; choose another"
        return [FieldError(field, message, "invalid_value")]
    return []
