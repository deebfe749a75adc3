"""Take the pictures of the README, in Chromium: the mock's dashboard and a report. And its badge.

    python scripts/take_screenshots.py

The report is that of a server with one fault: `GET /experiments/api/quota` fails. The badge is the
verdict of a whole strict run on the mock.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from PIL import Image
from playwright.sync_api import Page, ViewportSize, sync_playwright

IMAGES = Path(__file__).resolve().parent.parent / "spec" / "docs" / "images"
SIZE: ViewportSize = {"width": 1200, "height": 760}
COLOURS = 128  # fewer lose the green of a small text
VARIANTS = [{"id": "photo", "weight": 5000}, {"id": "text", "weight": 5000}]
GOAL = {"type": "click_through", "destinationUrl": "https://shop.example.com/summer"}
HERO = {
    "uid": "exp_HERO",
    "name": "Homepage hero",
    "type": "ab_test",
    "slug": "homepage-hero",
    "status": "running",
    "variants": VARIANTS,
    "goalConfig": GOAL,
}
TRAFFIC = {"uid": "exp_HERO", "viewers": 2000, "clickRates": {"photo": 0.05, "text": 0.08}}
FAULT = {"path": "/experiments/api/quota", "status": 500, "times": None}
JUDGE = ("--api-key=pk_test_development_only", "--quick", "--area=get", "--area=list")


@contextmanager
def mock() -> Iterator[str]:
    """Start the mock on a free port, and stop it at the end."""
    command = ["pictify-mock", "--port=0", "--seed=7"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            line = server.stdout.readline() if server.stdout else ""
            yield re.findall(r"http://[\d.:]+", line)[0]
        finally:
            server.terminate()


def dashboard(page: Page, url: str) -> None:
    with httpx.Client(base_url=f"{url}/_mock") as control:
        control.put("/state", json={"version": 1, "experiments": [HERO]}).raise_for_status()
        control.post("/traffic", json=TRAFFIC).raise_for_status()
    page.goto(f"{url}/_mock/#experiments/exp_HERO")
    page.locator("article").wait_for()
    save(page, "dashboard")


def report(page: Page, url: str, folder: str) -> None:
    httpx.post(f"{url}/_mock/faults", json=FAULT).raise_for_status()
    command = ["pictify-conformance", f"--target={url}", f"--report-dir={folder}", *JUDGE]
    subprocess.run([*command, "--area=quota"], capture_output=True, check=False)  # ends with 1
    page.goto(Path(folder, "report.html").as_uri())
    save(page, "report")


def badge(folder: str) -> None:
    command = ["pictify-conformance", f"--report-dir={folder}"]
    subprocess.run(command, check=True)
    shutil.copyfile(Path(folder, "badge.svg"), IMAGES / "conformance.svg")


def save(page: Page, name: str) -> None:
    """Save the page with a palette, which makes it three times smaller."""
    image = Image.open(BytesIO(page.screenshot())).convert("RGB")
    file = IMAGES / f"{name}.png"
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
    print(f"{file.stat().st_size:>9,} bytes  {file.name}")


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with mock() as url, TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        dashboard(page, url)
        report(page, url, folder)
        browser.close()
        badge(folder)


if __name__ == "__main__":
    main()
