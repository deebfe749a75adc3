"""Make responses from values of the domain."""

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any
from urllib.parse import quote

import orjson
from starlette.responses import Response
from starlette.types import Scope

from pictify_mock import json_bytes
from pictify_mock.domain.errors import Refusal
from pictify_mock.domain.experiment import Experiment, Variant
from pictify_mock.domain.field_names import BANDIT, EXPERIMENT, GOAL, VARIANT
from pictify_mock.domain.plans import Plan

logger = logging.getLogger(__name__)

ERROR_TYPES = "https://docs.pictify.io/errors/"

TRANSPARENT_GIF = (
    b"GIF89a\x01\x00\x01\x00\xf0\x00\x00"  # 1 by 1 pixel, a palette of two
    b"\x00\x00\x00\x00\x00\x00"
    b"\x21\xf9\x04\x01\x00\x00\x00\x00"  # the first colour is transparent
    b"\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00"
    b"\x02\x02\x44\x01\x00\x3b"
)


CLICK_HEADERS = ((b"cache-control", b"no-store"), (b"content-length", b"0"))
PIXEL_HEADERS = (
    (b"cache-control", b"no-cache, no-store, must-revalidate"),
    (b"content-length", b"%d" % len(TRANSPARENT_GIF)),
    (b"content-type", b"image/gif"),
)


class Encoded(Response):
    """A response with encoded headers. To encode the same ones each time would take a while."""

    def __init__(
        self, status_code: int, headers: list[tuple[bytes, bytes]], body: bytes = b""
    ) -> None:
        self.status_code, self.raw_headers, self.body = status_code, headers, body
        self.background = None


class Json(Response):
    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return json_bytes.dumps(content)


def experiment(value: Experiment, status: int = 200) -> Response:
    return Json({"experiment": _serialized(value)}, status)


def experiment_page(rows: Iterable[Experiment], total: int, page: int, limit: int) -> Response:
    experiments = list(map(_serialized, rows))
    return Json({"experiments": experiments, "total": total, "page": page, "limit": limit})


def deleted() -> Response:
    return Json({"deleted": True})


def quota(plan: Plan, used: Mapping[Any, int]) -> Response:
    usage = {
        kind.value: {"used": used[kind], "limit": limit} for kind, limit in plan.limits.items()
    }
    document = {
        "plan": plan.name,
        "quota": usage,
        "maxVariants": plan.max_variants,
        "analyticsRetentionDays": plan.analytics_retention_days,
    }
    return Json(document)


def events(processed: int, errors: list[tuple[int, str]], *, keyless: bool) -> Response:
    answer: dict[str, Any] = {
        "ok": True,
        "processed": processed,
        "errors": [{"index": index, "error": error} for index, error in errors],
    }
    if keyless:
        answer["warning"] = "write_key_recommended"
    return Json(answer)


def click(destination: str) -> Response:
    return Encoded(302, [(b"location", destination.encode()), *CLICK_HEADERS])


def pixel() -> Response:
    return Encoded(200, [*PIXEL_HEADERS], TRANSPARENT_GIF)


def image(location: str) -> Response:
    """Redirect to an image. A relative location works behind any proxy."""
    headers = {
        "Location": location,
        "Cache-Control": "no-store, no-cache, must-revalidate, private",
    }
    return Response(status_code=302, headers=headers)


def picture(content: bytes, format_: str) -> Response:
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(content, headers=headers, media_type=f"image/{format_}")


def preflight(asked_headers: bytes | None) -> Response:
    """Allow the headers that a browser asks for: tracing scripts add some to every request."""
    allowed = "Authorization, Content-Type, X-Write-Key"
    headers = {
        "Allow": "OPTIONS, POST",
        "Access-Control-Allow-Methods": "POST",
        "Access-Control-Allow-Headers": asked_headers.decode("latin-1")
        if asked_headers
        else allowed,
        "Access-Control-Max-Age": "86400",
        "Vary": "Access-Control-Request-Headers",
    }
    return Response(status_code=204, headers=headers)


def problem(refusal: Refusal, path: str) -> Response:
    document: dict[str, Any] = {
        "type": ERROR_TYPES + refusal.code,
        "title": refusal.title,
        "status": refusal.status,
        "detail": refusal.detail,
        "instance": quote(path, safe="/:@!$&'()*+,;=~", errors="replace"),
    }
    if refusal.fields:
        document["errors"] = [
            {"field": f.field, "message": f.message, "code": f.code} for f in refusal.fields
        ]
    return Json(document | refusal.members, refusal.status, refusal.headers)


def internal_error(scope: Scope) -> Response:
    """Log the present exception, and make the response to its request."""
    logger.exception("%s %s", scope["method"], scope["path"])
    return problem(Refusal("internal-error", "Its log has the traceback."), scope["path"])


def _serialized(value: Experiment) -> orjson.Fragment:
    """Return the experiment's JSON, from a cache while its counters do not move.

    Everything else of an experiment is immutable.
    """
    counters = [(each.counter.impressions, each.counter.clicks) for each in value.variants]
    return _serialized_at(value, *counters)


@lru_cache(maxsize=256)
def _serialized_at(value: Experiment, *_: tuple[int, int]) -> orjson.Fragment:
    return orjson.Fragment(json_bytes.dumps(experiment_json(value)))


def experiment_json(value: Experiment) -> dict[str, Any]:
    declared = value.winner_declared_at
    return {
        "uid": value.uid,
        "slug": value.slug,
        "type": value.type,
        "name": value.name,
        "status": value.status,
        **_EXPERIMENT(value),
        "variants": [_variant_json(variant) for variant in value.variants],
        "goalConfig": _GOAL(value.goal),
        "banditConfig": _BANDIT(value.bandit),
        "minimumSampleSize": value.minimum_sample_size,
        "confidenceThreshold": value.confidence_threshold,
        "minimumRunDays": value.minimum_run_days,
        "winnerVariantId": value.winner_variant_id,
        "winnerDeclaredAt": None if declared is None else date_time(declared),
        "outputConfig": {"format": value.output.format, "quality": value.output.quality},
        "createdAt": date_time(value.created_at),
        "updatedAt": date_time(value.updated_at),
    }


def _variant_json(variant: Variant) -> dict[str, Any]:
    return {
        "id": variant.id,
        "weight": variant.weight,
        **_VARIANT(variant),
        "impressions": variant.counter.impressions,
        "clicks": variant.counter.clicks,
    }


def _members(names: Mapping[str, str], *keys: str) -> Callable[[object], dict[str, Any]]:
    """Return a function that reads these members, without those that are None."""
    values = attrgetter(*(names[key] for key in keys))
    return lambda value: {
        key: member for key, member in zip(keys, values(value), strict=True) if member is not None
    }


_EXPERIMENT = _members(EXPERIMENT, "templateUid", "hypothesis", "fallbackImageUrl")
_VARIANT = _members(
    VARIANT, "name", "templateUid", "variables", "isDefault", "conditions", "schedule"
)
_GOAL = _members(GOAL, "type", "destinationUrl")
_BANDIT = _members(BANDIT, *BANDIT)


# Cached, since a list shows the same moments again and again
@lru_cache(maxsize=4096)
def date_time(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
