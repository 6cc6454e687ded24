"""Open every page in headless Chromium, from file:// and from a local server.

    python site/test_browser.py [--shots FOLDER]

No error in the console, no request to another host, nothing wider than a phone, and
axe-core finds nothing serious on one page of each kind.
"""

from __future__ import annotations

import argparse
import functools
import http.server
import json
import sys
import threading
from importlib.util import find_spec
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

OUT = Path(__file__).resolve().parents[1] / "build" / "site"
# One of each kind, for the slower checks.
KINDS = (
    *("index", "gallery", "paths", "docs/lectures", "docs/notebooks", "search"),
    *("tutorials/vanilla_rnn", "api/index", "api/keras_rnn.layers.Recurrent"),
)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""


def browser() -> webdriver.Chrome:
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for one in (
        "headless=new",
        "no-sandbox",
        "disable-dev-shm-usage",
        "disable-background-networking",
        "window-size=1280,900",
    ):
        options.add_argument(f"--{one}")
    options.set_capability(
        "goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"}
    )
    return webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))


def other_hosts(driver: webdriver.Chrome, root: str) -> list[str]:
    """Return what was asked for since the last call that is not below `root`."""
    asked = []
    for entry in driver.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            asked.append(message["params"]["request"]["url"])
    return [
        url for url in asked if not url.startswith((root, "data:", "blob:", "chrome"))
    ]


def look_at(driver: webdriver.Chrome, root: str, page: str) -> list[str]:
    driver.get(f"{root}/{page}.html")
    found = [f"asks {url}" for url in other_hosts(driver, root)]
    for entry in driver.get_log("browser"):
        if entry["level"] == "SEVERE" and "favicon.ico" not in entry["message"]:
            found.append(entry["message"])
    return [f"{root[:5]} {page}: {text}" for text in found]


def accessibility(driver: webdriver.Chrome, page: str) -> list[str]:
    """Return what axe-core calls serious or critical."""
    package = Path(find_spec("axe_selenium_python").origin).parent
    driver.execute_script(
        (package / "node_modules/axe-core/axe.min.js").read_text("utf-8")
    )
    result = driver.execute_async_script(
        "const done = arguments[0]; axe.run(document).then(done, e => done("
        "{violations: [{id: String(e), impact: 'serious', nodes: []}]}))"
    )
    return [
        f"axe {page}: {one['id']} ({one['impact']}): "
        + "; ".join(node["html"][:100] for node in one["nodes"][:2])
        for one in result["violations"]
        if one["impact"] in ("serious", "critical")
    ]


def phone(driver: webdriver.Chrome, page: str) -> list[str]:
    wide = driver.execute_script("return document.documentElement.scrollWidth")
    return [f"phone {page}: {wide} pixels wide"] if wide > 400 else []


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shots", type=Path, help="folder for screenshots")
    parser.add_argument("--only", nargs="*", help="pages without .html")
    arguments = parser.parse_args()
    pages = arguments.only or sorted(
        str(path.relative_to(OUT).with_suffix("")) for path in OUT.rglob("*.html")
    )
    if not pages:
        sys.exit("There is no site: `make site` builds it.")
    handler = functools.partial(Quiet, directory=str(OUT))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    roots = (OUT.as_uri(), f"http://127.0.0.1:{server.server_port}")
    faults: list[str] = []
    driver = browser()
    driver.set_script_timeout(300)
    try:
        for root in roots:
            for page in pages:
                faults += look_at(driver, root, page)
        for page in [kind for kind in KINDS if kind in pages]:
            for name, size in (("desktop", (1280, 900)), ("phone", (390, 844))):
                driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
                    "width": size[0], "height": size[1], "deviceScaleFactor": 1,
                    "mobile": name == "phone"})  # fmt: skip
                driver.get(f"{roots[0]}/{page}.html")
                if name == "phone":
                    faults += phone(driver, page)
                else:
                    faults += accessibility(driver, page)
                if arguments.shots:
                    arguments.shots.mkdir(parents=True, exist_ok=True)
                    place = arguments.shots / f"{page.replace('/', '_')}_{name}.png"
                    driver.save_screenshot(str(place))
    finally:
        driver.quit()
        server.shutdown()
    print(*faults, sep="\n")
    print(f"{len(pages)} pages, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
