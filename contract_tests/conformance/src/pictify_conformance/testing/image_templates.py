"""The templates that images are made from: whether a create has to name one, and whether a made-up one will do."""

import functools
from collections.abc import Callable
from typing import Any

import pytest

EXAMPLE = "tmpl_xyz789"
"""The template that the pages show."""

FIELDS = ("templateUid", "fallbackTemplateUid")
UNKNOWN = (
    "this server takes no template that is made up: name one of the account's by --template-uid"
)


class Templates:
    """What one server takes as a template, found out by creating, once and only where it matters."""

    def __init__(self, known: str | None, creates: Callable[[dict[str, Any]], bool]) -> None:
        self._known, self._creates = known, creates

    @functools.cached_property
    def common(self) -> dict[str, Any]:
        """What every create has to name: nothing on a server that can do without."""
        if self._known:
            return {"templateUid": self._known}
        named = {"templateUid": EXAMPLE}
        return named if not self._creates({}) and self._creates(named) else {}

    @functools.cached_property
    def may_be_made_up(self) -> bool:
        """Whether no template is missed; so too where nothing at all can be created, for another reason."""
        return self._creates({"templateUid": EXAMPLE}) or not self._creates({})

    def fitted(self, body: dict[str, Any]) -> dict[str, Any]:
        """A create or update whose templates this server can know."""
        rows = body.get("variants")
        rows = rows if isinstance(rows, list) else []
        if not any(map(_named, (body, *rows))):
            return body
        if self._known:
            renamed = {"variants": [self._renamed(row) for row in rows]} if rows else {}
            return {**self._renamed(body), **renamed}
        if not self.may_be_made_up:
            pytest.skip(UNKNOWN)
        return body

    def _renamed(self, names: Any) -> Any:
        fields = _named(names)
        return {**names, **dict.fromkeys(fields, self._known)} if fields else names


def _named(names: Any) -> list[str]:
    """The fields that name a template."""
    return (
        [field for field in FIELDS if isinstance(names.get(field), str)]
        if isinstance(names, dict)
        else []
    )
