"""The view of the spec for each level."""

import functools
from typing import Any

from pictify_conformance.spec.document import document, operations, resolved
from pictify_conformance.spec.pointers import level_of
from pictify_conformance.spec.rules import Level

ERROR_MEDIA_TYPES = ("application/json", "application/problem+json")
LINK_BODY = "x-request-body"


@functools.cache
def view(level: Level) -> dict[str, Any]:
    """Return the spec without extensions and, at the documented level, without what is assumed."""
    if level == "assumed":
        return dict(_plain(document()))
    published = dict(_plain(_published(document())))
    _accept_any_error_body(published)
    return published


def _plain(node: Any) -> Any:
    """Return a node without extensions, and with the bodies of links in the place for them.

    schemathesis reads expressions inside a link's requestBody, which OpenAPI does not define.
    """
    if isinstance(node, dict):
        return {
            "requestBody" if key == LINK_BODY else key: _plain(value)
            for key, value in node.items()
            if key == LINK_BODY or not str(key).startswith("x-")
        }
    if isinstance(node, list):
        return [_plain(item) for item in node]
    return node


def _published(node: Any, inherited: Any = None) -> Any:
    """Return a node without the parts that are marked as assumed."""
    if isinstance(node, list):
        return [_published(item) for item in node if not _is_assumed(item)]
    if not isinstance(node, dict):
        return node
    levels = level_of(node, inherited)
    return {
        key: _published(value, levels.get(key))
        for key, value in node.items()
        if levels.get(key) != "assumed" and (key == "x-level" or not _is_assumed(value))
    }


def _is_assumed(node: Any) -> bool:
    if not isinstance(node, dict):
        return False
    return "assumed" in (node.get("x-level"), resolved(node).get("x-level"))


def _accept_any_error_body(spec: dict[str, Any]) -> None:
    # The pages name JSON for errors, and their editions agree on nothing inside it.
    responses = list(spec["components"]["responses"].values())
    for _, _, operation in operations(spec):
        responses += operation["responses"].values()
    for response in responses:
        if any("schema" not in body for body in response.get("content", {}).values()):
            response["content"] = {media_type: {} for media_type in ERROR_MEDIA_TYPES}
