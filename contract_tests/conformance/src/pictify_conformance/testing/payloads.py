"""What requests are made of: slugs and uids that nobody has, valid bodies, events, and the headers of viewers."""

import itertools
import random
import string
from typing import Any, TypeAlias

from pictify_conformance.http.transport import BROWSER
from pictify_conformance.http.write_guard import RESERVED_SLUGS, SHORTEST_SLUG
from pictify_conformance.testing.api_client import Team
from pictify_conformance.testing.image_templates import Templates

Json: TypeAlias = dict[str, Any]

TYPES = ("ab_test", "smart_link", "scheduled")
DESTINATION = "https://shop.example.com/summer"
_serial = itertools.count(1)
_templates: dict[str, Templates] = {}


def variants(*weights: int) -> list[Json]:
    """Variants `v0`, `v1`, ... of these weights."""
    return [{"id": f"v{index}", "weight": weight} for index, weight in enumerate(weights)]


def event(experiment: Json, name: str = "impression", variant: Any = "v0", **fields: Any) -> Json:
    """An event of an experiment for one of its variants; a field of `...` is left out."""
    body = {"event": name, "experiment": experiment["slug"], "variantId": variant, **fields}
    return {key: value for key, value in body.items() if value is not ...}


def viewer(number: int) -> dict[str, str]:
    """The headers of one browser of many."""
    return {"User-Agent": BROWSER.replace("Chrome/131", f"Chrome/{100 + number}")}


class Bodies(Team):
    """A team that makes up what it sends; every slug carries the run's token."""

    def new_slug(self, length: int = 0) -> str:
        """A slug of the run that nobody has, padded to a length."""
        return f"{self.target.slug_prefix}{next(_serial):x}".ljust(length, "x")

    def shortest_slugs(self, count: int) -> list[str]:
        """So many slugs of three characters, which somebody may have."""
        characters = string.ascii_lowercase + string.digits
        slugs = {"".join(three) for three in itertools.product(characters, repeat=SHORTEST_SLUG)}
        return random.Random(self.target.token).sample(sorted(slugs - set(RESERVED_SLUGS)), count)

    def unknown_uid(self) -> str:
        """A uid that nobody has."""
        return f"exp_{self.target.token}{next(_serial):x}"

    def unknown_uids(self) -> list[str]:
        """Uids that nobody has: one like those of the examples, and others, since no page gives them a pattern."""
        return [self.unknown_uid(), self.target.token, f"exp_{self.target.token}".ljust(200, "x")]

    def body(self, **fields: Any) -> Json:
        """A valid create; a field of `...` is left out."""
        body = {**self._plain(), **self.templates.common, **fields}
        if self.target.level == "documented" and body["type"] == "smart_link":
            body["variants"] = _with_a_default(body["variants"])
        return self.templates.fitted(
            {key: value for key, value in body.items() if value is not ...}
        )

    def _plain(self) -> Json:
        slug = self.new_slug()
        return {
            "name": f"Contract test {slug}",
            "type": "ab_test",
            "slug": slug,
            "variants": variants(5000, 5000),
        }

    @property
    def templates(self) -> Templates:
        """What this server takes as a template; found out once a run."""
        token = self.target.token
        if token not in _templates:
            _templates[token] = Templates(self.target.template_uid, self._creates)
        return _templates[token]

    def _creates(self, fields: Json) -> bool:
        before = len(self._made)
        response = self.create({**self._plain(), **fields})
        if self._made[before:] and self.remove(self._made[-1]):
            self._made.pop()
        return response.status_code == 201


def _with_a_default(rows: Any) -> Any:
    """Variants of a smart link, one of them the default: whether one may be missing is told by no page."""
    well_formed = isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows)
    if not well_formed or any(row.get("isDefault") for row in rows):
        return rows
    return [*rows[:-1], {**rows[-1], "isDefault": True}]
