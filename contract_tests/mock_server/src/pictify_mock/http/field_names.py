"""The names of what a client may send: in JSON on the left, in the domain on the right."""

EXPERIMENT = {
    "name": "name",
    "type": "type",
    "slug": "slug",
    "templateUid": "template_uid",
    "variants": "variants",
    "goalConfig": "goal",
    "banditConfig": "bandit",
    "hypothesis": "hypothesis",
    "minimumSampleSize": "minimum_sample_size",
    "confidenceThreshold": "confidence_threshold",
    "minimumRunDays": "minimum_run_days",
    "outputConfig": "output",
    "fallbackImageUrl": "fallback_image_url",
}
VARIANT = {
    "id": "id",
    "name": "name",
    "templateUid": "template_uid",
    "variables": "variables",
    "weight": "weight",
    "isDefault": "is_default",
    "conditions": "conditions",
    "schedule": "schedule",
}
GOAL = {"type": "type", "destinationUrl": "destination_url"}
BANDIT = {
    "enabled": "enabled",
    "algorithm": "algorithm",
    "warmupImpressions": "warmup_impressions",
    "recomputeIntervalMinutes": "recompute_interval_minutes",
}
OUTPUT = {"format": "format", "quality": "quality"}
