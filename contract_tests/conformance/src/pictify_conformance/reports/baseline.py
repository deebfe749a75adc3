"""The baseline: an earlier results.json."""

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs

from pictify_conformance.exit_codes import WRONG_USAGE, Stop

SCHEMA = Path(__file__).with_name("results.schema.json")


def read(path: Path, judged: Collection[str], options: Mapping[str, bool | int]) -> dict[str, str]:
    """Return the outcome of each rule in a results.json.

    Raises:
        Stop: the file cannot be read, is not a results.json, or has left out or sent what this
            run does not.
    """
    try:
        results: Any = json.loads(path.read_bytes())
        jsonschema_rs.validator_for(json.loads(SCHEMA.read_bytes())).validate(results)
    except OSError as error:
        raise Stop(WRONG_USAGE, f"--baseline {path}: {error.strerror}") from None
    except ValueError as error:
        reason = str(getattr(error, "message", "it is not JSON"))[:120]
        raise Stop(WRONG_USAGE, f"--baseline {path} is not a results.json: {reason}") from None
    outcomes = {rule["id"]: rule["outcome"] for rule in results["rules"]}
    before = results.get("options", {})
    for name, value in options.items():
        if before.get(name, value) != value:
            option = f"--{name.replace('_', '-')}"
            was, now = (json.dumps(each) for each in (before[name], value))
            advice = "give both runs the same options"
            message = f"--baseline {path} was made with {option} {was}, not {now}; {advice}"
            raise Stop(WRONG_USAGE, message)
    if left_out := [rule for rule in judged if outcomes.get(rule) == "disabled"]:
        advice = "give both runs the same --level, --area and --rule"
        message = f"--baseline {path} did not judge {left_out[0]}; {advice}"
        raise Stop(WRONG_USAGE, message)
    return outcomes
