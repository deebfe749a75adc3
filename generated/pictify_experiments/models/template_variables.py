from __future__ import annotations

from typing import Any, TypeAlias

TemplateVariables: TypeAlias = dict[str, Any]
"""Values for the template, by name."""
