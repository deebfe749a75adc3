"""The names of fields: in JSON on the left, in the domain on the right."""

EXPERIMENT = {
    "type": "type",
    "name": "name",
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
CONFIGS = {"goal": GOAL, "bandit": BANDIT, "output": OUTPUT}
