"""Reproduction scripts: they show the fault, only there, and leave nothing behind."""

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from broken_servers.fault import catalogue
from broken_servers.server import broken_by
from broken_servers.trial import judge_rule
from pictify_conformance import runner, spec
from pictify_conformance.reports import script
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
        ("filtered-list-holds-all-teams", "test_auth.py"),  # two keys get the same list
        ("slug-is-used-again-under-the-old-uid", "test_deleting.py"),
        ("image-leads-nowhere", "test_image.py"),  # the answer says what is called next
        ("pixel-is-black", "test_pixel.py"),
        ("update-is-not-told-to-the-other-instance", "test_updating_by_status.py"),
        ("tenth-trackExperimentPixel-is-500", "test_pixel.py"),
    ],
)
def test_script_shows_the_fault_and_only_the_fault(
    monkeypatch: pytest.MonkeyPatch, fault: str, module: str
) -> None:
    monkeypatch.setattr(script, "POLLS", 5)
    broken = catalogue()[fault]
    rule = spec.rules()[broken.rule]
    with broken_by(broken, rule.level) as (target, _):
        verdict = judge_rule(rule, target, [Path(runner.TESTS, module)])
        text = script_for(verdict, target.base_url)
        assert text
        before = count(target)
        shown = run_script(text, target)
        assert (shown.returncode, shown.stderr) == (0, ""), shown.stdout
        assert "the fault is there" in shown.stdout
        assert count(target) == before
    with broken_by(None, rule.level) as (sound, _):
        text = text.replace(target.base_url, sound.base_url)
        assert run_script(text, sound).returncode == 1
        assert count(sound) == 0


def verdict_with(body: str) -> Verdict:
    headers = (("authorization", "Bearer $PICTIFY_API_KEY"),)
    url = "http://127.0.0.1:1/experiments/api"
    sent = Exchange("POST", url, headers, body, 201, (), "{}", 1.0, 0.1)
    return Verdict(spec.rules()["create.draft"], Outcome.fail, (Detail("off"),), exchanges=(sent,))


def test_script_without_its_key_ends_with_one_line() -> None:
    text = script_for(verdict_with("{}"), "http://127.0.0.1:1")
    assert text
    ended = run_script(text, Target("http://127.0.0.1:1", ""))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.endswith("PICTIFY_API_KEY: is not set: give a key of the server\n")
    assert ended.stderr.count("\n") == 1


def test_requests_in_parallel_have_no_script() -> None:
    verdict = verdict_with("{}")
    [sent] = verdict.exchanges
    verdict.exchanges = (sent, replace(sent, started=sent.started + sent.seconds / 2))
    assert script_for(verdict, "http://127.0.0.1:1") is None


def test_request_that_was_cut_has_no_script() -> None:
    assert script_for(verdict_with('{"name": "aaa... (99999 bytes)'), "http://127.0.0.1:1") is None
