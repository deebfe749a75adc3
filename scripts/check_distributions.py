"""Install each wheel in an empty environment outside the clone, and run it.

    python scripts/check_distributions.py [--dist FOLDER]

The suite judges the mock, which runs in its own environment, and the client lists its experiments.
The exit code is 0 when all of it works, 1 when something does not, 2 when a wheel is missing.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from command_line import OneLineParser

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("pictify_mock", "pictify_conformance", "pictify_experiments")
SCRIPTS = "Scripts" if os.name == "nt" else "bin"
KEY = "key_of_the_check"
TIMEOUT = 300  # seconds that a command gets
ALONE = "import sys, importlib.util; sys.exit(importlib.util.find_spec('pictify_mock') is not None)"
LIST = """
import sys
from pictify_experiments import PictifyExperiments
with PictifyExperiments(sys.argv[2], base_url=sys.argv[1]) as pictify:
    print(pictify.list_experiments().total)
"""


class Failed(Exception):
    """A command failed. The message names it and holds its output."""


def check(wheels: dict[str, Path], folder: Path) -> None:
    """Install the three wheels, and run each, the suite and the client against the mock."""
    mock, suite, client = (install(wheels[package], folder) for package in PACKAGES)
    for command in mock / "pictify-mock", suite / "pictify-conformance":
        print(run(command, "--version", folder=folder).strip(), flush=True)
    with serving(mock / "pictify-mock", folder) as url:
        run(suite / "python", "-I", "-c", ALONE, folder=folder)
        judge = ("--target", url, "--api-key", KEY, "--rule", "get.unknown", "--quick")
        run(suite / "pictify-conformance", *judge, folder=folder)
        print("pictify-conformance judges the mock, which is not in its environment", flush=True)
        listed = run(client / "python", "-I", "-c", LIST, url, KEY, folder=folder)
        print(f"pictify_experiments lists {listed.strip()} experiments of the mock", flush=True)


def install(wheel: Path, folder: Path) -> Path:
    """Install a wheel in an environment of its own, and return the folder of its commands."""
    print(f"--- {wheel.name}", flush=True)
    place = folder / wheel.name.partition("-")[0]
    run("uv", "venv", "--quiet", f"--python={sys.executable}", place, folder=folder)
    run("uv", "pip", "install", "--quiet", f"--python={place}", wheel, folder=folder)
    return place / SCRIPTS


@contextmanager
def serving(command: Path, folder: Path) -> Iterator[str]:
    """Start the mock on a free port, and stop it at the end."""
    arguments = [str(command), "--port=0", f"--api-key={KEY}"]
    with subprocess.Popen(
        arguments, cwd=folder, env=environment(), stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            line = server.stdout.readline() if server.stdout else ""
            url = next((word for word in line.split() if word.startswith("http://")), None)
            if url is None:
                raise Failed(f"pictify-mock printed {line.strip() or 'nothing'}, not its address")
            yield url
        finally:
            server.terminate()


def run(*command: str | Path, folder: Path) -> str:
    """Run a command and return what it prints."""
    try:
        ended = subprocess.run(
            command,
            cwd=folder,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Failed(str(error)) from None
    if ended.returncode:
        name, output = " ".join(map(str, command)), ended.stdout + ended.stderr
        raise Failed(f"{name} ended with {ended.returncode}\n{output}")
    return ended.stdout


def environment() -> dict[str, str]:
    """Return our environment without the variables that lead to the clone or another server."""
    ours = ("PICTIFY_", "PYTHON")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = OneLineParser("check_distributions", __doc__)
    parser.add_argument("--dist", type=Path, default=ROOT / "dist", metavar="FOLDER", help="(dist)")
    dist = parser.parse_args(arguments).dist.resolve()
    found = {package: [*dist.glob(f"{package}-*.whl")] for package in PACKAGES}
    for package, wheels in found.items():
        if len(wheels) != 1:
            count = f"{len(wheels)} wheels of {package} instead of one"
            parser.error(f"{dist} has {count}; run `nox -s build`")
    with TemporaryDirectory() as folder:
        try:
            check({package: wheels[0] for package, wheels in found.items()}, Path(folder))
        except Failed as failure:
            print(f"check_distributions: {failure}", file=sys.stderr)
            return 1
    print("All three install and run.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
