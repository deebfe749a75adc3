"""Run openapi-python-client with our templates: `python -m codegen PREPARED FOLDER SPEC`.

The generator renders a fixed list of templates. Here they also get source code for each schema
(`idioms`) and the raw operations (`operations`), and every template of `templates/package/` is
rendered.
"""

import re
import sys
from pathlib import Path
from typing import Any

import yaml
from openapi_python_client import Project
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData

from codegen.idioms import Idioms, NoIdiom
from codegen.operations import UndocumentedProblem, operations
from codegen.problems import PROBLEMS
from codegen.stamp import stamp

HERE = Path(__file__).resolve().parent
TEMPLATES = HERE / "templates"


class Sdk(Project):
    """The generator's project, with our modules added."""

    def __init__(self, document: dict[str, Any], spec: Path, config: Config) -> None:
        openapi = GeneratorData.from_dict(document, config=config)
        if not isinstance(openapi, GeneratorData):
            raise SystemExit(f"{openapi.header}: {openapi.detail}")
        super().__init__(openapi=openapi, config=config, custom_template_path=TEMPLATES)
        self.idioms = Idioms(list(openapi.models), document)
        source = (TEMPLATES / "errors.py.jinja").read_text(encoding="utf-8")
        self.env.globals.update(
            idioms=self.idioms,
            operations=operations(openapi, document, self.idioms),
            server=document["servers"][0]["url"],
            security_schemes=document["components"]["securitySchemes"],
            problems=PROBLEMS,
            errors=sorted(re.findall(r"^class ([A-Z]\w+)", source, re.MULTILINE)),
            stamp=stamp(document, spec, HERE),
        )

    def _run_post_hooks(self) -> None:
        for template in sorted((TEMPLATES / "package").glob("*.jinja")):
            self._render(f"package/{template.name}", self.package_dir / template.stem)
        models = self.package_dir / "models"
        for union in self.idioms.unions.values():
            self._render("union.py.jinja", models / f"{union.module}.py", union=union)
        for enum in self.openapi.enums:  # one module for all of them
            (models / f"{enum.class_info.module_name}.py").unlink()
        self._render("enums.py.jinja", models / "enums.py", openapi=self.openapi)
        self._render("dicts.py.jinja", models / "dicts.py", openapi=self.openapi)
        super()._run_post_hooks()

    def _render(self, template: str, into: Path, **variables: Any) -> None:
        into.write_text(self.env.get_template(template).render(**variables), encoding="utf-8")


def main(prepared: Path, folder: Path, spec: Path) -> int:
    """Generate, and print a line on stderr for each error."""
    settings = ConfigFile.load_from_path(HERE / "config.yml")
    config = Config.from_sources(
        settings, MetaType.UV, prepared, "utf-8", False, output_path=folder
    )
    try:
        errors = Sdk(yaml.safe_load(prepared.read_text(encoding="utf-8")), spec, config).build()
    except (NoIdiom, UndocumentedProblem) as error:
        print(error, file=sys.stderr)
        return 1
    for found in errors:
        print(found.header, found.detail or "", sep=": ", file=sys.stderr)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
