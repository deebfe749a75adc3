"""The baseline: an earlier results.json."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs

from pictify_conformance.exit_codes import WRONG_USAGE, Stop

SCHEMA = Path(__file__).with_name("results.schema.json")


def read(path: Path) -> dict[str, str]:
    """Return the outcome of each rule in a results.json.

    Raises:
        Stop: the file cannot be read, or is not a results.json.
    """
    try:
        results: Any = json.loads(path.read_bytes())
        jsonschema_rs.validator_for(json.loads(SCHEMA.read_bytes())).validate(results)
    except OSError as error:
        raise Stop(WRONG_USAGE, f"--baseline {path}: {error.strerror}") from None
    except ValueError as error:
        reason = str(getattr(error, "message", "it is not JSON"))[:120]
        raise Stop(WRONG_USAGE, f"--baseline {path} is not a results.json: {reason}") from None
    return {rule["id"]: rule["outcome"] for rule in results["rules"]}
