"""Names of the spec, as Python writes them."""

import re


def snake_case(name: str) -> str:
    """Return a name of camel case in snake case."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
