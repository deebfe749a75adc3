"""The reference as text: reference.md for people, llms.txt and llms-full.txt for models."""

import re
from pathlib import Path

import jinja2

from docs.chapters import LIFECYCLE, chapters, linked, problem_list, rule_list
from docs.description import Description
from docs.samples import LANGUAGES, Case

PICTURE = "lifecycle.svg"
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


def markdown(description: Description, samples: dict[str, list[Case]], extra: str) -> str:
    """Return reference.md, which shows the file `PICTURE`."""
    return _reference(description, samples, f"![The lifecycle as a picture]({PICTURE})", extra)


def llms_full(description: Description, samples: dict[str, list[Case]]) -> str:
    """Return llms-full.txt: the reference without picture and anchors."""
    text = _reference(description, samples, LIFECYCLE, "").replace(f"{LIFECYCLE}\n\n", "")
    return re.sub(r'<a id="[^"]*"></a>\n?', "", text)


def llms(description: Description) -> str:
    """Return llms.txt, the index of what there is to read."""
    text = str(description.document["info"]["description"])
    page = _template("llms.txt.j2").render(
        description=description,
        info=description.document["info"],
        lead=text.partition("\n## ")[0].strip(),
        chapters=[(title, anchor(title)) for title in HEADING.findall(text)],
    )
    return page.rstrip() + "\n"


def anchor(title: str) -> str:
    """Return the anchor that Markdown gives a heading."""
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


def _reference(
    description: Description, samples: dict[str, list[Case]], picture: str, extra: str
) -> str:
    page = _template("reference.md.j2").render(
        description=description,
        info=description.document["info"],
        chapters=chapters(description, picture, _link),
        linked=lambda text: linked(description, text, _link),
        samples=samples,
        languages=LANGUAGES,
        rules=rule_list,
        problems=problem_list,
        extra=extra,
    )
    return page.rstrip() + "\n"


def _link(operation: str) -> str:
    return f"#{operation.lower()}"


def _template(name: str) -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701 - the output is Markdown, made from our own spec
    )
    environment.filters["cell"] = lambda text: " ".join(text.split()).replace("|", "\\|")
    environment.filters["lower_first"] = lambda text: text[:1].lower() + text[1:]
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": False}
    return environment.get_template(name)
