"""The templates that the suite names, on servers that require one or accept only their own."""

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
    """Every create names a template only if the server requires one."""
    assert Templates(None, creates).common == common


@pytest.mark.parametrize("creates", [free, wants_one, full])
def test_made_up(creates: Any) -> None:
    """Templates are made up unless the server looks them up."""
    assert Templates(None, creates).fitted(NAMED) is NAMED


def test_unknown() -> None:
    """On a server that knows only its own, a made-up template cannot be tested."""
    templates = Templates(None, knows_its_own)
    assert templates.fitted(PLAIN) is PLAIN
    with pytest.raises(pytest.skip.Exception, match="--template-uid"):
        templates.fitted(NAMED)


def test_known() -> None:
    """The account's template replaces each that is named; wrong types stay."""
    templates = Templates("tmpl_known", lambda _: pytest.fail("nothing has to be created"))
    assert templates.common == {"templateUid": "tmpl_known"}
    assert templates.fitted(PLAIN) is PLAIN
    rows = [{"id": "v0", "templateUid": "tmpl_known"}, {"id": "v1"}, None]
    assert templates.fitted(NAMED) == {**NAMED, "templateUid": "tmpl_known", "variants": rows}
