"""The calls that were made, as a reader can repeat them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import httpx

from pictify_conformance import curl
from pictify_conformance.results.findings import Detail
from pictify_conformance.target import Target

BROWSER = "Mozilla/5.0"  # a visit counts as a browser's
VARIABLES = {"api_key": "PICTIFY_API_KEY", "second_api_key": "PICTIFY_SECOND_API_KEY"}


class Breach(Exception):
    """After these steps the server broke this rule."""

    def __init__(self, rule: str, details: Sequence[Detail], steps: Sequence[str]) -> None:
        self.rule = rule
        self.details = (*details[:-1], replace(details[-1], steps=tuple(steps)))
        super().__init__("\n".join(map(str, self.details)))


class Steps:
    """The calls of one game, with shell variables for what differs from run to run."""

    def __init__(self, target: Target) -> None:
        self.lines: list[str] = []
        self._origin = target.base_url
        self._variables = {getattr(target, name): variable for name, variable in VARIABLES.items()}

    def add(self, response: httpx.Response) -> None:
        """Note a call; what a create makes is called UID_1, UID_2, ... from then on."""
        request = response.request
        line = self._curl(request)
        uid = _made(response)
        if uid is not None:
            self._variables[uid] = (
                f"UID_{sum(name.startswith('UID_') for name in self._variables.values()) + 1}"
            )
            line = f"{self._variables[uid]}=$({line} | jq -r .experiment.uid)"
        self.lines.append(f"{line}  # {response.status_code}")

    def _curl(self, request: httpx.Request) -> str:
        url = str(request.url).replace(self._origin, "$PICTIFY_BASE_URL", 1)
        told = ((name, request.headers.get(name)) for name in ("Authorization", "Content-Type"))
        words = curl.arguments(
            request.method,
            self._named(url),
            [(name, self._named(value)) for name, value in told if value],
            request.content.decode(),
            variables={"PICTIFY_BASE_URL", *self._variables.values()},
            agent=BROWSER
            if request.url.path.startswith("/s/") and request.method == "GET"
            else None,
        )
        return " ".join(["curl -sS", *words])

    def _named(self, text: str) -> str:
        for value, variable in self._variables.items():
            text = text.replace(value, f"${variable}") if value else text
        return text


def _made(response: httpx.Response) -> str | None:
    if response.status_code != httpx.codes.CREATED:
        return None
    try:
        body: Any = response.json()
        return str(body["experiment"]["uid"])
    except (ValueError, TypeError, KeyError):
        return None
