"""The pages of the site, as Markdown: those of the spec, those written by hand, and the READMEs."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from codegen.problems import PROBLEMS
from docs.chapters import Links, chapters
from docs.description import Description, Operation
from docs.samples import ADDRESS, API_KEY, LANGUAGES, WRITE_KEY, Case
from docs.templates import render
from pictify_conformance import spec

ROOT = Path(__file__).parents[2]
WRITTEN = ROOT / "spec" / "docs"
# In the order in which they are read. Other pages of `WRITTEN` come after them.
GUIDES = ("quickstart", "authentication", "concepts", "testing", "judging", "generators")
COPIES = {
    "client": ROOT / "generated" / "README.md",
    "mock": ROOT / "contract_tests" / "mock_server" / "README.md",
    "suite": ROOT / "contract_tests" / "conformance" / "README.md",
    "changelog": ROOT / "CHANGELOG.md",
}
LINKS = Links(
    operation="[`{0}`]({0}.md)",
    error="[`{0}`](errors.md#error-{0})",
    rule="[`{0}`](rules.md#rule-{0})",
)
# A part of the page, because an image would not have the colours of its text.
LIFECYCLE = Path(__file__).with_name("assets") / "lifecycle.svg"
CLIENT = """\
# Reference of the client

`AsyncPictifyExperiments` has the same methods, to be awaited. [The guide](client.md) explains how
they are used.

::: pictify_experiments.PictifyExperiments

::: pictify_experiments.RetryPolicy

::: pictify_experiments.Response

::: pictify_experiments.errors
"""


@dataclass(frozen=True)
class Site:
    """The text of each page by its name, and the names under the headings of the navigation."""

    pages: dict[str, str]
    nav: dict[str, list[str]]


def site(description: Description, samples: dict[str, list[Case]], verdict: str | None) -> Site:
    """Return all pages. `verdict` is the page of a run, if there is one."""
    pages = {path.stem: _copy(path) for path in sorted(WRITTEN.glob("*.md"))}
    guides = [name for name in GUIDES if name in pages or name == "concepts"]
    guides += [name for name in pages if name not in GUIDES]
    pages |= {name: _copy(path) for name, path in COPIES.items()}
    picture = f"<div>{LIFECYCLE.read_text(encoding='utf-8')}</div>"
    pages |= {
        "concepts": f"# Concepts\n\n{chapters(description, picture, LINKS)}",
        "client-reference": CLIENT,
        "errors": _errors(description),
        "rules": _rules(description),
        "assumed": _assumed(description),
        "index": _index(description, {name: _title(pages, name) for name in guides}),
    }
    nav = {
        "": ["index"],
        "Guides": guides,
        "Experiments": [],
        "Lifecycle": [],
        "Events": [],
        "Public URLs": [],
        "Reference": ["errors", "rules", "assumed"],
        "Packages": ["client", "client-reference", "mock", "suite", "changelog"],
    }
    for operation in description.operations:
        pages[operation.id] = _operation(operation, samples)
        nav[_group(operation)].append(operation.id)
    if verdict:
        pages["conformance"] = verdict
        nav["Reference"].append("conformance")
    return Site(pages, nav)


def _copy(path: Path) -> str:
    """Return a page of the repository, with links between pages as they are on the site."""
    places = {source: f"{name}.md" for name, source in COPIES.items()}
    places |= {source: source.name for source in WRITTEN.glob("*.md")}

    def link(found: re.Match[str]) -> str:
        target = (path.parent / found[1]).resolve()
        if target.is_relative_to(WRITTEN / "images"):
            return f"]({target.relative_to(WRITTEN).as_posix()})"
        return f"]({places.get(target, found[1])}{found[2] or ''})"

    text = path.read_text(encoding="utf-8")
    return re.sub(r"\]\((?!\w+:|#)([^)#\s]+)(#[^)]*)?\)", link, text)


def _title(pages: dict[str, str], name: str) -> str:
    """Return the first heading of a page."""
    return pages.get(name, "# Concepts").partition("# ")[2].partition("\n")[0]


def _group(operation: Operation) -> str:
    if operation.id in operation.description.document["x-lifecycle"]["transitions"]:
        return "Lifecycle"
    if not operation.path.startswith("/s/"):
        return "Experiments"
    return "Public URLs" if operation.method == "get" else "Events"


def _operation(operation: Operation, samples: dict[str, list[Case]]) -> str:
    return render(
        "page.md.j2",
        description=operation.description,
        operation=operation,
        cases=samples[operation.id],
        languages=LANGUAGES,
        server={"Address": ADDRESS, "API key": API_KEY, "Write key": WRITE_KEY},
        links=LINKS,
        level="#",
        in_tabs=True,
    )


def _index(description: Description, guides: dict[str, str]) -> str:
    info = description.document["info"]
    lead = str(info["description"]).partition("\n## ")[0].strip()
    return render("index.md.j2", description=description, info=info, lead=lead, guides=guides)


def _errors(description: Description) -> str:
    users = {
        code: [
            operation.id
            for operation in description.operations
            if code in {problem.code for problem in operation.problems}
        ]
        for code in description.document["x-problems"]
    }
    problems = description.document["x-problems"]
    return render("errors.md.j2", problems=problems, classes=PROBLEMS, users=users, links=LINKS)


def _rules(description: Description) -> str:
    groups = [("Rules of all operations", description.common_rules)]
    groups += [(operation.raw["summary"], operation.rules) for operation in description.operations]
    return render("rules.md.j2", description=description, groups=groups, links=LINKS)


def _assumed(description: Description) -> str:
    rules = spec.rules().values()
    return render(
        "assumed.md.j2",
        assumptions=description.document["x-assumptions"],
        sources=description.document["x-sources"],
        rules=rules,
        links=LINKS,
        counts=Counter(rule.level for rule in rules),
    )
