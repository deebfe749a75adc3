"""Put the spec into the distributions. It stands once in the repository, in `spec/`."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGED = "src/pictify_conformance/spec/openapi.yaml"


class SpecHook(BuildHookInterface):  # type: ignore[type-arg]
    """Add `openapi.yaml` from the checkout. An sdist has its own copy, and packs it by itself."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the file and where it goes. An editable install reads the checkout."""
        if version == "editable" or Path(self.root, PACKAGED).exists():
            return
        spec = Path(self.root).parents[1] / "spec" / "openapi.yaml"
        if not spec.exists():
            raise FileNotFoundError(
                f"{spec} is missing; build from a whole checkout or from an sdist"
            )
        target = PACKAGED if self.target_name == "sdist" else PACKAGED.removeprefix("src/")
        build_data["force_include"][str(spec)] = target
