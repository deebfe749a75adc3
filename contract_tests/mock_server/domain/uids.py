"""New names for new experiments."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

ALPHABET = string.digits + string.ascii_uppercase
LENGTH = 10


def new_uid(chance: Random) -> str:
    return "exp_" + "".join(chance.choices(ALPHABET, k=LENGTH))
