"""Try tools of others on spec/openapi.yaml, and what they make in TypeScript on the mock.

    python scripts/try_generators.py [--node-modules DIR] [--report-dir DIR]

The folder has the npm packages. Prints a table of what each tool did, and writes it to
generators.md. The exit code is 0 when every tool takes the spec and the mock answers its client,
and 1 otherwise. A tool that needs Java or an npm package is skipped without it.
"""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from bench.markdown import progress, table
from check_distributions import KEY, Failed, run, serving
from command_line import OneLineParser

ROOT = Path(__file__).resolve().parent.parent
SPEC = ROOT / "spec" / "openapi.yaml"
PROGRAMS = ROOT / "scripts" / "generators"
NPM_VERSIONS = json.loads((ROOT / "scripts" / "package.json").read_text(encoding="utf-8"))[
    "devDependencies"
]
OPENAPI_GENERATOR = "openapi-generator-cli"
TSC = ("--strict", "--target", "es2022", "--module", "node16", "--outDir", "js", "main.ts")
PRINTED = "completed 1"  # the status of the experiment, and the clicks of its variant


class Tool(NamedTuple):
    """A tool: its package, its command, what that makes, and a program that uses it."""

    package: str
    command: str
    made: str = "client"
    program: str | None = None

    @property
    def version(self) -> str:
        return str(NPM_VERSIONS.get(self.package) or version(self.package))


TOOLS = (
    Tool(
        OPENAPI_GENERATOR,
        "openapi-generator-cli generate -g typescript-axios -i openapi.yaml -o client",
        program="axios.ts",
    ),
    Tool(OPENAPI_GENERATOR, "openapi-generator-cli generate -g python -i openapi.yaml -o client"),
    Tool(OPENAPI_GENERATOR, "openapi-generator-cli generate -g java -i openapi.yaml -o client"),
    Tool(
        OPENAPI_GENERATOR,
        "openapi-generator-cli generate -g go -i openapi.yaml -o client "
        "--additional-properties=enumClassPrefix=true",
    ),
    Tool("@hey-api/openapi-ts", "openapi-ts -i openapi.yaml -o client", program="hey.ts"),
    Tool(
        "openapi-typescript",
        "openapi-typescript openapi.yaml -o client.ts --default-non-nullable=false",
        made="client.ts",
        program="fetch.ts",
    ),
    Tool(
        "datamodel-code-generator",
        "datamodel-codegen --input openapi.yaml --output client.py "
        "--output-model-type pydantic_v2.BaseModel",
        made="client.py",
    ),
    Tool(
        "@stoplight/spectral-cli",
        "spectral lint --ruleset spectral.yaml --fail-severity=hint openapi.yaml",
        made="openapi.yaml",
    ),
    Tool(
        "openapi-to-postmanv2",
        "openapi2postmanv2 -s openapi.yaml -o collection.json",
        made="collection.json",  # the exit code is 0 without it, too
    ),
)


def attempt(tool: Tool, node_modules: Path | None, url: str) -> str:
    """Run a tool, and its program on the mock. Return what they did.

    Raises:
        Failed: The tool does not take the spec, or its client does not work.
    """
    # TypeScript finds packages in the folders around it.
    place = node_modules and node_modules.parent
    with tempfile.TemporaryDirectory(prefix="try-", dir=place) as name:
        folder = Path(name)
        for file in SPEC, PROGRAMS / "spectral.yaml":
            shutil.copy(file, folder)
        run(*tool.command.split(), folder=folder)
        if not (folder / tool.made).exists():
            raise Failed(f"{tool.package} made no {tool.made}")
        if tool.program is None:
            return "takes the spec"
        if node_modules is None:
            return "takes the spec; its client is not compiled, without npm packages"
        shutil.copy(PROGRAMS / tool.program, folder / "main.ts")
        run("tsc", *TSC, folder=folder)
        printed = run("node", "js/main.js", url, KEY, folder=folder).strip()
    if printed != PRINTED:
        raise Failed(f"{tool.program} printed {printed}, not {PRINTED}")
    return "takes the spec; the client compiles and calls the mock"


def missing(tool: Tool, node_modules: Path | None) -> str | None:
    """Return what a tool needs and the machine lacks, if there is such a thing."""
    if tool.package in NPM_VERSIONS and node_modules is None:
        return "no npm packages"
    if tool.package == OPENAPI_GENERATOR and not shutil.which("java"):
        return "no Java"
    return None


def try_all(node_modules: Path | None, url: str) -> tuple[str, int]:
    """Try every tool. Return the table of the results and the number of failures."""
    rows, failures = [], 0
    for tool in TOOLS:
        progress(tool.command)
        if lack := missing(tool, node_modules):
            result = f"skipped: {lack}"
        else:
            try:
                result = attempt(tool, node_modules, url)
            except Failed as failure:
                progress(str(failure))
                result, failures = "**fails**", failures + 1
        rows.append((tool.package, tool.version, f"`{tool.command}`", result))
    return table(("tool", "version", "command", "result"), rows), failures


def main(arguments: Sequence[str] | None = None) -> int:
    parser = OneLineParser("try_generators", __doc__)
    parser.add_argument("--node-modules", type=Path, metavar="DIR", help="has the npm packages")
    parser.add_argument("--report-dir", type=Path, default=ROOT / "reports", help="(reports)")
    chosen = parser.parse_args(arguments)
    node_modules = chosen.node_modules and chosen.node_modules.resolve()
    if node_modules and not (node_modules / ".bin").is_dir():
        parser.error(
            f"--node-modules {chosen.node_modules} has no .bin; install npm packages there"
        )
    bins = [Path(sys.executable).parent, *([node_modules / ".bin"] if node_modules else [])]
    os.environ["PATH"] = os.pathsep.join([*map(str, bins), os.environ["PATH"]])
    with serving(bins[0] / "pictify-mock", ROOT) as url:
        results, failures = try_all(node_modules, url)
    chosen.report_dir.mkdir(parents=True, exist_ok=True)
    (chosen.report_dir / "generators.md").write_text(f"{results}\n", encoding="utf-8")
    print(results)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
