"""The templates in creates, on servers that need a template or know only their own."""

from typing import Any

import pytest

from pictify_conformance.testing.image_templates import EXAMPLE, Templates

PLAIN: dict[str, Any] = {"name": "Plain", "variants": [{"id": "v0"}, {"id": "v1"}]}
NAMED: dict[str, Any] = {
    **PLAIN,
    "templateUid": "tmpl_made_up",
    "variants": [{"id": "v0", "templateUid": "tmpl_of_its_own"}, {"id": "v1"}, None],
    "fallbackTemplateUid": 7,
}


def free(_: dict[str, Any]) -> bool:
    return True


def wants_one(fields: dict[str, Any]) -> bool:
    return "templateUid" in fields


def knows_its_own(fields: dict[str, Any]) -> bool:
    return "templateUid" not in fields


def full(_: dict[str, Any]) -> bool:
    return False


@pytest.mark.parametrize(
    ("creates", "common"),
    [(free, {}), (wants_one, {"templateUid": EXAMPLE}), (knows_its_own, {}), (full, {})],
)
def test_common(creates: Any, common: dict[str, Any]) -> None:
    """A template is named in every create where the server takes none without, and only there."""
    assert Templates(None, creates).required_fields == common


@pytest.mark.parametrize("creates", [free, wants_one, full])
def test_made_up(creates: Any) -> None:
    """Templates are made up where the server does not look them up, or cannot tell."""
    assert Templates(None, creates).with_known_uids(NAMED) is NAMED


def test_unknown() -> None:
    """If the server knows only its own templates, bodies with made-up ones are skipped."""
    templates = Templates(None, knows_its_own)
    assert templates.with_known_uids(PLAIN) is PLAIN
    with pytest.raises(pytest.skip.Exception, match="--template-uid"):
        templates.with_known_uids(NAMED)


def test_known() -> None:
    """The account's template replaces every named one without a try; wrong types stay."""
    templates = Templates("tmpl_known", lambda _: pytest.fail("nothing has to be created"))
    assert templates.required_fields == {"templateUid": "tmpl_known"}
    assert templates.with_known_uids(PLAIN) is PLAIN
    rows = [{"id": "v0", "templateUid": "tmpl_known"}, {"id": "v1"}, None]
    assert templates.with_known_uids(NAMED) == {
        **NAMED,
        "templateUid": "tmpl_known",
        "variants": rows,
    }
