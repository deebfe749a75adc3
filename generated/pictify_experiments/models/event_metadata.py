from __future__ import annotations

from typing import Any, TypeAlias

EventMetadata: TypeAlias = dict[str, Any]
"""Your own data about an event."""
