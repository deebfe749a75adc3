"""Reproduction scripts: they show the fault, only there, and leave nothing behind."""

import os
import subprocess
from pathlib import Path

import httpx
import pytest

from broken_servers.fault import catalogue
from broken_servers.server import broken_by
from broken_servers.trial import judge_rule
from pictify_conformance import runner, spec
from pictify_conformance.reports.script import script_for
from pictify_conformance.results.exchange import Exchange
from pictify_conformance.results.findings import Detail, Outcome
from pictify_conformance.results.verdicts import Verdict
from pictify_conformance.target import KEYS, Target


def run_script(script: str, target: Target) -> subprocess.CompletedProcess[str]:
    keys = {variable: getattr(target, name) for name, variable in KEYS.items()}
    return subprocess.run(
        ["bash"],
        input=script,
        env={"PATH": os.environ["PATH"], **{name: key for name, key in keys.items() if key}},
        capture_output=True,
        text=True,
        check=False,
    )


def count(target: Target) -> int:
    """Return the number of experiments that the server lists."""
    headers = {"Authorization": f"Bearer {target.api_key}"}
    return int(httpx.get(f"{target.base_url}/experiments/api", headers=headers).json()["total"])


@pytest.mark.parametrize(
    ("fault", "module"),
    [
        ("draft-is-completed", "test_lifecycle.py"),
        ("pixel-counts-as-click", "test_pixel.py"),
        ("list-hides-scheduled", "test_listing.py"),
        ("create-without-key-is-stored", "test_auth.py"),
        ("unknown-uid-is-gone", "test_getting.py"),
    ],
)
def test_script_shows_the_fault_and_only_the_fault(fault: str, module: str) -> None:
    broken = catalogue()[fault]
    rule = spec.rules()[broken.rule]
    with broken_by(broken, rule.level) as (target, _):
        verdict = judge_rule(rule, target, [Path(runner.TESTS, module)])
        script = script_for(verdict, target.base_url)
        assert script
        before = count(target)
        shown = run_script(script, target)
        assert (shown.returncode, shown.stderr) == (0, ""), shown.stdout
        assert "the fault is there" in shown.stdout
        assert count(target) == before
    with broken_by(None, rule.level) as (sound, _):
        script = script.replace(target.base_url, sound.base_url)
        assert run_script(script, sound).returncode == 1
        assert count(sound) == 0


def verdict_with(body: str) -> Verdict:
    headers = (("authorization", "Bearer $PICTIFY_API_KEY"),)
    url = "http://127.0.0.1:1/experiments/api"
    sent = Exchange("POST", url, headers, body, 201, (), "{}", 1.0, 0.1)
    return Verdict(spec.rules()["create.draft"], Outcome.fail, (Detail("off"),), exchanges=(sent,))


def test_script_without_its_key_ends_with_one_line() -> None:
    script = script_for(verdict_with("{}"), "http://127.0.0.1:1")
    assert script
    ended = run_script(script, Target("http://127.0.0.1:1", ""))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.endswith("PICTIFY_API_KEY: is not set: give a key of the server\n")
    assert ended.stderr.count("\n") == 1


def test_request_that_was_cut_has_no_script() -> None:
    assert script_for(verdict_with('{"name": "aaa... (99999 bytes)'), "http://127.0.0.1:1") is None
