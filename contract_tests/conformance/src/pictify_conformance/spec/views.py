"""The view of the spec for each level."""

import functools
from typing import Any

from pictify_conformance.spec.document import document, operations, resolved
from pictify_conformance.spec.rules import Level

ERROR_MEDIA_TYPES = ("application/json", "application/problem+json")


@functools.cache
def view(level: Level) -> dict[str, Any]:
    """Return the spec without extensions and, at the documented level, without what is assumed."""
    if level == "assumed":
        return dict(_without_extensions(document()))
    published = dict(_without_extensions(_published(document())))
    _accept_any_error_body(published)
    return published


def _without_extensions(node: Any) -> Any:
    if isinstance(node, dict):
        return {
            key: _without_extensions(value)
            for key, value in node.items()
            if not str(key).startswith("x-")
        }
    if isinstance(node, list):
        return [_without_extensions(item) for item in node]
    return node


def _published(node: Any) -> Any:
    """Return a node without the parts that are marked as assumed."""
    if isinstance(node, list):
        return [_published(item) for item in node if not _is_assumed(item)]
    if not isinstance(node, dict):
        return node
    marked = node.get("x-level", {})
    return {
        key: _published(value)
        for key, value in node.items()
        if key not in marked and (key == "x-level" or not _is_assumed(value))
    }


def _is_assumed(node: Any) -> bool:
    return isinstance(node, dict) and bool(resolved(node).get("x-level") == "assumed")


def _accept_any_error_body(spec: dict[str, Any]) -> None:
    # The pages name JSON for errors, and their editions agree on nothing inside it.
    responses = list(spec["components"]["responses"].values())
    for _, _, operation in operations(spec):
        responses += operation["responses"].values()
    for response in responses:
        if any("schema" not in body for body in response.get("content", {}).values()):
            response["content"] = {media_type: {} for media_type in ERROR_MEDIA_TYPES}
