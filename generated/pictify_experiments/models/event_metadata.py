from __future__ import annotations

from typing import Any, TypeAlias

EventMetadata: TypeAlias = dict[str, Any]
"""Facts of your own about an event."""
