"""Puts our client, and those that other generators make of the same spec, into one folder."""

import compileall
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

import generate_client
from bench.library import OPENAPI_GENERATOR

BIN = Path(sys.executable).parent
IMAGES = ("image/gif", "image/png", "image/jpeg", "image/webp")
STOCK = {
    # Without these the generator leaves the operations out.
    "content_type_overrides": dict.fromkeys(IMAGES, "application/octet-stream"),
    "package_name_override": "stock_experiments",
    "post_hooks": [],
    "use_path_prefixes_for_title_model_names": False,
}


def make(folder: Path) -> dict[str, str]:
    """Make the clients. Return those that cannot be made, each with the reason."""
    ours = generate_client.GENERATED / generate_client.PACKAGE
    shutil.copytree(ours, folder / generate_client.PACKAGE)
    spec = folder / "openapi.yaml"
    document = generate_client.load(generate_client.SPEC)
    overlaid = generate_client.overlaid(document, generate_client.load(generate_client.OVERLAY))
    spec.write_text(yaml.safe_dump(overlaid, sort_keys=False), encoding="utf-8")
    make_stock(spec, folder / "stock_experiments")
    missing = {}
    if shutil.which("java"):
        make_by_openapi_generator(spec, folder / "openapi_experiments")
    else:
        missing[OPENAPI_GENERATOR] = "it needs Java, which is not on the PATH"
    compileall.compile_dir(folder, quiet=1)
    return missing


def make_stock(spec: Path, package: Path) -> None:
    """Run openapi-python-client without our templates."""
    settings = spec.with_name("stock.yaml")
    settings.write_text(yaml.safe_dump(STOCK), encoding="utf-8")
    options = ("--path", spec, "--config", settings, "--output-path", package, "--meta", "none")
    run("openapi-python-client", "generate", *options)


def make_by_openapi_generator(spec: Path, package: Path) -> None:
    project = spec.with_name("by_openapi_generator")
    options = ("-g", "python", "-i", spec, "-o", project)
    run("openapi-generator-cli", "generate", *options, "--package-name", package.name)
    (project / package.name).rename(package)


def run(tool: str, *arguments: str | Path) -> None:
    done = subprocess.run([BIN / tool, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{tool} failed:\n{done.stdout}{done.stderr}")
