"""The spec: the document, its rules, and a view of it for each level."""

from pictify_conformance.spec.document import (
    PATH,
    digest,
    document,
    operation_id,
    operations,
    resolve,
    resolved,
)
from pictify_conformance.spec.rules import LEVEL_NAMES, LEVELS, Level, Rule, rules, schema_rule
from pictify_conformance.spec.views import ERROR_MEDIA_TYPES, view

__all__ = [
    "ERROR_MEDIA_TYPES",
    "LEVELS",
    "LEVEL_NAMES",
    "PATH",
    "Level",
    "Rule",
    "digest",
    "document",
    "operation_id",
    "operations",
    "resolve",
    "resolved",
    "rules",
    "schema_rule",
    "view",
]
