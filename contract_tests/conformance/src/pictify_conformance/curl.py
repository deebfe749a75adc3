"""A request as a command for a shell that has the keys in its environment."""

import re
import shlex
from collections.abc import Iterable

UNSAFE = re.compile(r"[\"\\$`!]")  # what double quotes do not quote


def arguments(
    method: str,
    url: str,
    headers: Iterable[tuple[str, str]],
    body: str,
    *,
    variables: Iterable[str],
    agent: str | None = None,
) -> list[str]:
    """Return what follows `curl`, a string for each option with its value."""
    names = list(variables)
    return [
        *([f"-X {shlex.quote(method)}"] if method != "GET" else []),
        quoted(url, names),
        *([f"-A {quoted(agent, names)}"] if agent else []),
        *(f"-H {quoted(f'{name}: {value}', names)}" for name, value in headers),
        *([f"--data-binary {quoted(body, names)}"] if body else []),
    ]


def quoted(text: str, variables: Iterable[str]) -> str:
    """Quote a text, but for these variables in it, which the shell is to fill in."""
    parts = re.split(rf"(\$(?:{'|'.join(map(re.escape, variables))})(?!\w))", text)
    if len(parts) == 1:
        return shlex.quote(text)
    if not any(map(UNSAFE.search, parts[::2])):
        return f'"{text}"'
    return "".join(
        f'"{part}"' if place % 2 else shlex.quote(part) for place, part in enumerate(parts) if part
    )
