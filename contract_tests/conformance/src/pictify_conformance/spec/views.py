"""The two views of the spec, one for each level."""

import functools
from typing import Any

from pictify_conformance.spec.document import document, operations, resolved
from pictify_conformance.spec.rules import Level

ASSUMED = "assumed"
ERROR_MEDIA_TYPES = ("application/json", "application/problem+json")


@functools.cache
def view(level: Level) -> dict[str, Any]:
    """The spec without its extensions and, at the documented level, without what is assumed."""
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
    """What is left of a node when everything marked as assumed is taken out."""
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
    if not isinstance(node, dict):
        return False
    return bool(resolved(node).get("x-level") == ASSUMED)


def _accept_any_error_body(spec: dict[str, Any]) -> None:
    """Pages name JSON for errors and nothing that all editions agree on inside it."""
    responses = [spec["components"]["responses"].values()]
    responses += [operation["responses"].values() for _, _, operation in operations(spec)]
    for response in (response for group in responses for response in group):
        for body in response.get("content", {}).values():
            if "schema" not in body:
                response["content"] = {media_type: {} for media_type in ERROR_MEDIA_TYPES}
                break
