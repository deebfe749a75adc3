"""Every job of the toolkit. `nox -l` lists them; `nox` alone is the main job."""

import argparse
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import nox
from nox.command import CommandFailed
from nox.popen import popen

os.environ.setdefault(
    "UV_COMPILE_BYTECODE", "1"
)  # the first start of everything is as fast as the next

nox.needs_version = ">=2026.10.20"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_venv = "yes"
nox.options.error_on_external_run = True
nox.options.sessions = ["check", "conformance"]

PROJECT = nox.project.load_toml("pyproject.toml")
DISTRIBUTIONS = ("generated", "contract_tests/mock_server", "contract_tests/conformance")
MOCK = ("-e", "contract_tests/mock_server")
SUITE = ("-e", "contract_tests/conformance")
KEYS = ("api-key", "second-api-key", "write-key")
CLEANING_UP = 60  # seconds that a suite gets after Ctrl-C to take its experiments off the server
SPEC_READER = "contract_tests/conformance/src"
READS_SPEC = {
    "PYTHONPATH": SPEC_READER
}  # for scripts that use pictify_conformance.spec, which needs YAML only
IMPORTABLE = (
    ".",
    "generated",
    "contract_tests",
    "contract_tests/mock_server/src",
    SPEC_READER,
    "scripts",
)
UNIT_TESTS = (
    "contract_tests/mock_server/tests",
    "contract_tests/conformance/tests",
    "spec/tests",
    "scripts/tests",
)
EVERY_CORE = ("-n", "auto", "--dist=loadfile")  # of pytest-xdist
REDOCLY, PRISM, PYRIGHT = "@redocly/cli", "@stoplight/prism-cli", "pyright"
GENERATORS = (
    "@hey-api/openapi-ts",
    "@stoplight/spectral-cli",
    "axios",
    "openapi-fetch",
    "openapi-to-postmanv2",
    "openapi-typescript",
    "typescript",
)
SWAGGER_UI = "swagger-ui-dist"
TRY_IT = Path("contract_tests/mock_server/src/pictify_mock/control/dashboard/api")
NPM_VERSIONS = json.loads(Path("scripts/package.json").read_text(encoding="utf-8"))[
    "devDependencies"
]
QUIET_NODE = {
    "NPM_CONFIG_AUDIT": "false",
    "NPM_CONFIG_FUND": "false",
    "NPM_CONFIG_UPDATE_NOTIFIER": "false",
    "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
    "REDOCLY_TELEMETRY": "off",
    "SCARF_ANALYTICS": "false",
}


@nox.session
def tests(session: nox.Session) -> None:
    """Run everything that must pass."""
    if session.posargs:
        session.error("tests takes no options; its parts do, such as `nox -s unit -- -k spec`")
    for part in (lint, types, check, build, unit, client, browser, conformance):
        part(session)  # one environment for all of them is made faster than eight


@nox.session
def generate(session: nox.Session) -> None:
    """Make generated/, and the document of the mock's page to try the API, from the spec."""
    install(session, "generate")
    session.run("python", "scripts/generate_client.py", env=READS_SPEC)
    session.run("python", "scripts/generate_try_it.py", env=READS_SPEC)


@nox.session
def check(session: nox.Session) -> None:
    """Check that generated/ is what the spec gives."""
    install(session, "generate")
    session.run("python", "scripts/generate_client.py", "--check", env=READS_SPEC)


@nox.session
def vendor(session: nox.Session) -> None:
    """Copy the version of Swagger UI in scripts/package.json into the mock."""
    install(session, "audit")  # it has Node
    package = npm_tool(session, SWAGGER_UI, f"{SWAGGER_UI}/package.json").parent
    for file in (TRY_IT / "vendor").iterdir():
        shutil.copy(package / file.name, file)


@nox.session
def conformance(session: nox.Session) -> None:
    """Judge the mock, or the server at `-- --target URL`."""
    session.install(*SUITE, *MOCK)
    judge(session, "pictify-conformance")


@nox.session
def mock(session: nox.Session) -> None:
    """Serve the mock until Ctrl-C."""
    session.install(*MOCK)
    with suppress(KeyboardInterrupt):
        raise SystemExit(run_unprinted(session, ["pictify-mock"], session.posargs))


@nox.session
def lint(session: nox.Session) -> None:
    """Check the style of code, spec and workflows."""
    install(session, "lint")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("lint-imports", "--no-logo", env={"PYTHONPATH": os.pathsep.join(IMPORTABLE)})
    redocly(session, "lint", "--config=spec/redocly.yaml", "spec/openapi.yaml")
    session.run("openapi-spec-validator", "spec/openapi.yaml")
    session.run("zizmor", "--offline", "--quiet", "--strict-collection", ".github")


@nox.session
def types(session: nox.Session) -> None:
    """Check the types of everything in Python."""
    install(session, "types")
    session.install(*SUITE, *MOCK)
    session.run(
        "mypy", "generated/pictify_experiments", "contract_tests", "scripts", "spec", "noxfile.py"
    )


@nox.session
def unit(session: nox.Session) -> None:
    """Test the spec, the mock, the suite and the scripts."""
    install(session, "unit")
    session.install(*SUITE, *MOCK)
    try:
        tool = {"REDOCLY": str(npm_tool(session, REDOCLY, ".bin/redocly")), **QUIET_NODE}
    except CommandFailed:
        session.warn(
            "skipping the tests of `breaking`: redocly is not to be had from the npm registry"
        )
        tool = {}
    session.run("pytest", *UNIT_TESTS, *EVERY_CORE, *session.posargs, env=tool)


@nox.session
def client(session: nox.Session) -> None:
    """Test the installed client against the mock."""
    install(session, "client")
    session.install(*SUITE, *MOCK)
    session.install("./generated")
    session.install("--force-reinstall", "--no-deps", "./generated")  # the last one may be older
    try:
        checker = {"PYRIGHT": str(npm_tool(session, PYRIGHT, "pyright/index.js"))}
    except CommandFailed:
        session.warn("skipping pyright: it is not to be had from the npm registry")
        checker = {}
    session.run("pytest", "contract_tests/client", *EVERY_CORE, *session.posargs, env=checker)


@nox.session
def browser(session: nox.Session) -> None:
    """Test every page in Chromium, if the system has one."""
    install(session, "browser")
    session.install(*SUITE, *MOCK)
    session.run("pytest", "contract_tests/browser", *EVERY_CORE, *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation into reports/docs/."""
    install(session, "docs")
    keep_code(session, "python", "scripts/build_docs.py", *session.posargs, env=READS_SPEC)


@nox.session
def screenshots(session: nox.Session) -> None:
    """Make the pictures and the badge of the README."""
    install(session, "browser")
    session.install(*SUITE, *MOCK)
    session.run("python", "scripts/take_screenshots.py")


@nox.session
def faults(session: nox.Session) -> None:
    """Check that the suite notices every server that is broken on purpose."""
    session.install(*SUITE, *MOCK)
    places = {"PYTHONPATH": os.pathsep.join(["contract_tests", "scripts"])}
    keep_code(session, "python", "-m", "broken_servers", *session.posargs, env=places)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Send the mock more than 100,000 generated requests, in half an hour at most."""
    session.install(*SUITE, *MOCK)
    judge(session, "python", "scripts/fuzz_mock.py")


@nox.session(venv_backend="uv", reuse_venv=False)
@nox.parametrize("resolution", ["lowest-direct", "highest"])
def dependencies(session: nox.Session, resolution: str) -> None:
    """Test the mock and the suite with the oldest and the newest packages that they allow."""
    wanted = [
        f"-r{path}/pyproject.toml" for _, path in (MOCK, SUITE)
    ]  # from here all of them are direct ones
    session.install(f"--resolution={resolution}", *wanted, *SUITE, *MOCK, "pytest-xdist>=3.8")
    session.run("uv", "pip", "list", external=True)
    lenient = ("-o", "filterwarnings=default")  # an old package may warn
    session.run("pytest", UNIT_TESTS[0], *EVERY_CORE, *lenient)
    session.run(
        "pictify-conformance", "--quick", f"--report-dir={session.create_tmp()}", stderr=None
    )


@nox.session
def bench(session: nox.Session) -> None:
    """Measure the mock and the client beside others of their kind."""
    install(session, "bench")
    session.install(*MOCK)
    try:
        prism = ["--prism", str(npm_tool(session, PRISM, "@stoplight/prism-cli/dist/index.js"))]
    except CommandFailed:
        session.warn("skipping Prism: it is not to be had from the npm registry")
        prism = []
    session.run(
        "python",
        "-m",
        "bench",
        *prism,
        *session.posargs,
        env={"PYTHONPATH": os.pathsep.join(["scripts", SPEC_READER])},
    )


@nox.session
def generators(session: nox.Session) -> None:
    """Try tools of others on the spec, and what they make in TypeScript on the mock."""
    install(session, "generators")
    session.install(*MOCK)
    try:
        packages = [f"--node-modules={npm_packages(session, *GENERATORS)}"]
    except CommandFailed:
        session.warn("skipping the tools of npm: they are not to be had from its registry")
        packages = []
    keep_code(session, "python", "scripts/try_generators.py", *packages, *session.posargs)


@nox.session
def mutants(session: nox.Session) -> None:
    """Change the mock's domain code line by line, and list the changes that no test notices."""
    install(session, "mutants")
    session.install(*MOCK)
    with session.chdir("contract_tests/mock_server"):
        shutil.rmtree(
            "mutants", ignore_errors=True
        )  # what is there is of another version of the tests
        session.run("mutmut", "run", *session.posargs)
        session.run("python", "../../scripts/list_survivors.py")


@nox.session
def breaking(session: nox.Session) -> None:
    """Compare with `-- REF`: what changed, whom it breaks, and the next version."""
    install(session, "breaking")
    tool = npm_tool(session, REDOCLY, ".bin/redocly")
    where = {**QUIET_NODE, **READS_SPEC}
    keep_code(
        session,
        "python",
        "scripts/check_breaking.py",
        f"--redocly={tool}",
        *session.posargs,
        env=where,
    )


@nox.session
def traffic(session: nox.Session) -> None:
    """Compare recorded traffic, `-- FILE.har`, with the spec."""
    session.install(*SUITE)
    keep_code(session, "pictify-conformance", "traffic", *session.posargs)


@nox.session
def release(session: nox.Session) -> None:
    """Check that the commit can be released, and print the commands that tag it."""
    install(session, "breaking", "generate")
    tool = npm_tool(session, REDOCLY, ".bin/redocly")
    where = {**QUIET_NODE, **READS_SPEC}
    keep_code(
        session,
        "python",
        "scripts/check_release.py",
        f"--redocly={tool}",
        *session.posargs,
        env=where,
    )


@nox.session
def audit(session: nox.Session) -> None:
    """Look for known vulnerabilities in everything that the sessions install."""
    install(session, "audit")
    keep_code(session, "python", "scripts/audit_dependencies.py", *session.posargs)


@nox.session
def build(session: nox.Session) -> None:
    """Build the three distributions into dist/ and run each in an empty environment."""
    install(session, "build")
    shutil.rmtree("dist", ignore_errors=True)
    for folder in DISTRIBUTIONS:
        session.run("python", "-m", "build", "--no-isolation", "--outdir=dist", folder, silent=True)
    session.run("twine", "check", "--strict", *map(str, sorted(Path("dist").iterdir())))
    session.run("python", "scripts/check_distributions.py")


def install(session: nox.Session, *groups: str) -> None:
    session.install(*nox.project.dependency_groups(PROJECT, *groups))


def keep_code(session: nox.Session, *command: str, **how: Any) -> None:
    """Run a command and keep its exit code; nox alone would turn every failure into 1."""
    try:
        session.run(*command, **how)
    except CommandFailed as failure:
        end(session, failure.return_code, "exit code 1 is the result: the lines above explain it")


def judge(session: nox.Session, *program: str) -> None:
    """Run a program that judges a server, and keep its exit code."""
    options, keys = keys_to_environment(session.posargs)
    code = run_unprinted(session, program, options, keys)
    end(session, code, "exit code 1 is the verdict on the server: the lines above explain it")


def end(session: nox.Session, code: int | None, finding: str) -> None:
    """Fail the session because of what its program found, or end nox if that did not work."""
    if code == 1:
        session.log(finding)
        raise CommandFailed(return_code=code)
    if code:
        raise SystemExit(code)


def run_unprinted(
    session: nox.Session,
    program: Sequence[str],
    arguments: Sequence[str],
    keys: Mapping[str, str] | None = None,
) -> int:
    """Run a program and return its exit code.

    `session.run` would print the command line, which may contain keys.
    """
    session.log(f"{' '.join(program)} (its options are not shown, because they may hold keys)")
    command = [f"{session.bin}/{program[0]}", *program[1:], *arguments]
    code, _ = popen(
        command, env={**os.environ, **(keys or {})}, stderr=None, interrupt_timeout=CLEANING_UP
    )
    return code


def keys_to_environment(arguments: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Move the keys out of a command line, which every user of the machine can read."""
    parser = argparse.ArgumentParser(prog="nox", usage=argparse.SUPPRESS, add_help=False)
    for name in KEYS:
        parser.add_argument(f"--{name}")
    keys, options = parser.parse_known_args(arguments)
    return options, {
        f"PICTIFY_{name.upper()}": key for name, key in vars(keys).items() if key is not None
    }


def redocly(session: nox.Session, *arguments: str) -> None:
    session.run(
        str(npm_tool(session, REDOCLY, ".bin/redocly")), *arguments, env=QUIET_NODE, external=True
    )


def npm_tool(session: nox.Session, package: str, file: str) -> Path:
    return npm_packages(session, package) / file


def npm_packages(session: nox.Session, *packages: str) -> Path:
    """Return the node_modules of npm packages, installed once with the Node of the session."""
    wanted = [f"{package}@{NPM_VERSIONS[package]}" for package in packages]
    folder = Path(session.virtualenv.location, "-".join(wanted).replace("/", "-")).resolve()
    if not (folder / "node_modules" / ".package-lock.json").exists():  # npm writes it last
        command = ("npm", "install", "--no-save", "--ignore-scripts", f"--prefix={folder}")
        session.run(*command, *wanted, env=QUIET_NODE, silent=True)
    return folder / "node_modules"
