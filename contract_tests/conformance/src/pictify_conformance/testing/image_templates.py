"""The templates that images are made from: which ones this server accepts."""

import functools
from collections.abc import Callable
from typing import Any

import pytest

EXAMPLE = "tmpl_xyz789"  # the template in the docs
FIELDS = ("templateUid", "fallbackTemplateUid")
UNKNOWN = "this server rejects unknown templates: name one of the account's by --template-uid"


class Templates:
    """Finds out by creating experiments which templates a server accepts, if a test needs it."""

    def __init__(self, known: str | None, is_accepted: Callable[[dict[str, Any]], bool]) -> None:
        self._known, self._is_accepted = known, is_accepted

    @functools.cached_property
    def required_fields(self) -> dict[str, Any]:
        """Return the fields that every create needs: none if the template is optional."""
        if self._known:
            return {"templateUid": self._known}
        example = {"templateUid": EXAMPLE}
        return example if not self._is_accepted({}) and self._is_accepted(example) else {}

    @functools.cached_property
    def accepts_unknown(self) -> bool:
        """Return True if the server accepts unknown template ids.

        True as well if it accepts no create at all: then something else is wrong.
        """
        return self._is_accepted({"templateUid": EXAMPLE}) or not self._is_accepted({})

    def with_known_uids(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return a body whose templates this server can know, or skip the test."""
        rows = body.get("variants")
        rows = rows if isinstance(rows, list) else []
        if not any(map(_template_fields, (body, *rows))):
            return body
        if self._known:
            known = {"variants": [self._with_known_uid(row) for row in rows]} if rows else {}
            return {**self._with_known_uid(body), **known}
        if not self.accepts_unknown:
            pytest.skip(UNKNOWN)
        return body

    def _with_known_uid(self, row: Any) -> Any:
        fields = _template_fields(row)
        return {**row, **dict.fromkeys(fields, self._known)} if fields else row


def _template_fields(row: Any) -> list[str]:
    if not isinstance(row, dict):
        return []
    return [field for field in FIELDS if isinstance(row.get(field), str)]
