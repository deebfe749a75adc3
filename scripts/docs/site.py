"""The site: pages in Markdown, made into HTML by Zensical.

Zensical is the successor of Material for MkDocs, by the same authors. Material reaches its end of
life in May 2027, and MkDocs has had no release since 2024. The pages use nothing that Material
cannot do, and the settings are in its format, so a change of the generator is a change of one
command. Search works from file://, and every page stays inside its folder.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path

import yaml

from docs.pages import WRITTEN, Site

ASSETS, THEME = (Path(__file__).with_name(name) for name in ("assets", "theme"))
SETTINGS = Path(__file__).with_name("site.yml")
COLOUR = re.compile(r"\x1b\[[\d;]*m")
CLIENT = Path(__file__).parents[2] / "generated"


class BuildError(Exception):
    """Zensical failed, or found a broken link."""


def build(work: Path, site: Site, title: str, summary: str) -> Path:
    """Build the site in an empty folder and return the folder of the site.

    Raises:
        BuildError: Zensical failed, or found a broken link.
    """
    sources = work / "docs"
    shutil.copytree(ASSETS, sources / "assets")
    shutil.copytree(THEME, work / "theme")
    if (WRITTEN / "images").exists():
        shutil.copytree(WRITTEN / "images", sources / "images")
    for name, text in site.pages.items():
        (sources / f"{name}.md").write_text(text, encoding="utf-8")
    settings = yaml.safe_load(SETTINGS.read_text(encoding="utf-8"))
    settings |= {"site_name": title, "site_description": summary}
    settings["nav"] = [
        {heading: [f"{name}.md" for name in names]} if heading else f"{names[0]}.md"
        for heading, names in site.nav.items()
    ]
    settings["plugins"]["mkdocstrings"]["handlers"]["python"]["paths"] = [str(CLIENT)]
    (work / "mkdocs.yml").write_text(json.dumps(settings), encoding="utf-8")  # JSON is YAML
    command = ["zensical", "build", "--strict"]
    result = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
    if result.returncode:
        said = COLOUR.sub("", result.stdout + result.stderr).partition("Traceback")[0]
        raise BuildError(f"{' '.join(command)} failed:\n{said}")
    for name in ("404.html", "sitemap.xml"):  # neither works without the address of the site
        (work / "site" / name).unlink()
    return work / "site"
