"""Requests as commands for a shell that has the keys in its environment."""

import re
import shlex
from collections.abc import Iterable

UNSAFE = re.compile(r"[\"\\$`!]")  # characters that double quotes do not protect


def arguments(
    method: str,
    url: str,
    headers: Iterable[tuple[str, str]],
    body: str,
    *,
    variables: Iterable[str],
    agent: str | None = None,
) -> list[str]:
    """Return the arguments of `curl`, one string for each option with its value."""
    names = list(variables)
    found = [quoted(url, names)]
    if method == "HEAD":
        found.insert(0, "--head")
    elif method != "GET":
        found.insert(0, f"-X {shlex.quote(method)}")
    if agent:
        found.append(f"-A {quoted(agent, names)}")
    headers = list(headers)
    found += [f"-H {quoted(f'{name}: {value}', names)}" for name, value in headers]
    if body:
        if not any(name.lower() == "content-type" for name, _ in headers):
            found.append("-H Content-Type:")  # curl would add one
        found.append(f"--data-raw {quoted(body, names)}")
    return found


def quoted(text: str, variables: Iterable[str]) -> str:
    """Quote a text, except for these variables, which the shell fills in."""
    names = "|".join(map(re.escape, variables))
    parts = re.split(rf"(\$(?:{names})(?!\w)|\$\{{(?:{names})\}})", text)
    if len(parts) == 1:
        return shlex.quote(text)
    if not any(map(UNSAFE.search, parts[::2])):
        return f'"{text}"'
    return "".join(
        f'"{part}"' if place % 2 else shlex.quote(part) for place, part in enumerate(parts) if part
    )
