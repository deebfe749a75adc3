"""The reference as text: reference.md for people, llms.txt and llms-full.txt for models."""

import re

from docs.chapters import LIFECYCLE, Links, chapters
from docs.description import Description
from docs.samples import LANGUAGES, Case
from docs.templates import render

PICTURE = "![The lifecycle as a picture](assets/lifecycle.svg)"
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
LINKS = Links(operation="[`{0}`](#{0})", error="`{0}`", rule='<a id="rule-{0}"></a>`{0}`')


def markdown(
    description: Description, samples: dict[str, list[Case]], picture: str = PICTURE
) -> str:
    """Return reference.md."""
    return render(
        "reference.md.j2",
        description=description,
        info=description.document["info"],
        chapters=chapters(description, picture, LINKS),
        samples=samples,
        languages=LANGUAGES,
        links=LINKS,
        level="##",
        in_tabs=False,
    )


def llms_full(description: Description, samples: dict[str, list[Case]]) -> str:
    """Return llms-full.txt: the reference without picture and anchors."""
    text = markdown(description, samples, LIFECYCLE).replace(f"{LIFECYCLE}\n\n", "")
    return re.sub(r'<a id="[^"]*"></a>\n?', "", text)


def llms(description: Description) -> str:
    """Return llms.txt, the index of what there is to read."""
    text = str(description.document["info"]["description"])
    return render(
        "llms.txt.j2",
        description=description,
        info=description.document["info"],
        lead=text.partition("\n## ")[0].strip(),
        chapters=[(title, anchor(title)) for title in HEADING.findall(text)],
    )


def anchor(title: str) -> str:
    """Return the anchor that Markdown gives a heading."""
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
