"""The requests of a scenario as shell commands, and the violation that they lead to."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

import httpx
import pytest

from pictify_conformance import curl, spec
from pictify_conformance.results.findings import Detail
from pictify_conformance.target import KEYS, Target
from pictify_conformance.testing.failures import details_of

BROWSER = "Mozilla/5.0"  # a visit without a browser's User-Agent is not counted
HEADERS = ("Authorization", "Content-Type")


class Violation(Exception):
    """The server broke a rule. The last detail holds the commands that show it."""

    def __init__(self, rule: str, details: Sequence[Detail], commands: Sequence[str]) -> None:
        self.rule = rule
        self.details = (*details[:-1], replace(details[-1], steps=tuple(commands)))
        super().__init__("\n".join(map(str, self.details)))


class Trace:
    """The requests so far, with shell variables for what differs from run to run."""

    def __init__(self, target: Target) -> None:
        self.commands: list[str] = []
        self._target = target
        self._variables = {
            value: variable for name, variable in KEYS.items() if (value := getattr(target, name))
        }
        self._created = 0

    def judges(self, rule: str) -> bool:
        """Return True if the target's level includes this rule."""
        return spec.rules()[rule].is_judged_at(self._target.level)

    @contextlib.contextmanager
    def rule(self, id_: str, *, if_judged: bool = False) -> Iterator[None]:
        """Raise a failed assertion as a violation of this rule.

        With `if_judged`, let it pass where the level does not include the rule. Without, the model
        cannot go on, so it is a violation at every level.
        """
        try:
            yield
        except pytest.fail.Exception as failure:
            if self.judges(id_) or not if_judged:
                raise Violation(id_, details_of(failure), self.commands) from None

    def record(self, response: httpx.Response) -> httpx.Response:
        """Add a request. The experiment that a create makes is called UID_1, UID_2 and so on."""
        command = self._curl(response.request)
        if uid := _created_uid(response):
            self._created += 1
            self._variables[uid] = f"UID_{self._created}"
            command = f"UID_{self._created}=$({command} | jq -r .experiment.uid)"
        self.commands.append(f"{command}  # {response.status_code}")
        return response

    def _curl(self, request: httpx.Request) -> str:
        url = str(request.url).replace(self._target.base_url, "$PICTIFY_BASE_URL", 1)
        headers = [(name, request.headers[name]) for name in HEADERS if name in request.headers]
        is_visit = request.method == "GET" and request.url.path.startswith("/s/")
        words = curl.arguments(
            request.method,
            self._with_variables(url),
            [(name, self._with_variables(value)) for name, value in headers],
            request.content.decode(),
            variables={"PICTIFY_BASE_URL", *self._variables.values()},
            agent=BROWSER if is_visit else None,
        )
        return " ".join(["curl -sS", *words])

    def _with_variables(self, text: str) -> str:
        for value, variable in self._variables.items():
            text = text.replace(value, f"${variable}")
        return text


def _created_uid(response: httpx.Response) -> str | None:
    if response.status_code != httpx.codes.CREATED:
        return None
    try:
        return str(response.json()["experiment"]["uid"])
    except (ValueError, TypeError, KeyError):
        return None
