"""A picture of every main page at desktop and phone size: `python3 run.py shots [part of a name]`.

Makes a demo county in a temporary folder, serves it, and photographs it into shots/.
"""

import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
SHOTS = ROOT / "shots"
PASSWORD = "demo-" + secrets.token_hex(6)
SIZES = {"desktop": (1440, 900), "phone": (360, 740)}

# who, name of the picture, address; an address ending in "*" is the first link on the page before
# it whose address matches the pattern
PAGES = [
    (None, "public-home", "/"),
    (None, "public-rankings", "/results/"),
    (None, "public-ranking", "/results/ → /results/\\d+/"),
    (None, "public-roll", "/roll/"),
    (None, "public-unit", "/roll/ → /roll/units/\\d+/"),
    (None, "login", "/login/"),
    ("lan", "liaison-home", "/home/"),
    ("lan", "ledger", "/ledger/"),
    ("lan", "entry", "/ledger/?status=accepted → /ledger/\\d+/"),
    ("lan", "entry-new", "/ledger/new/"),
    ("lan", "entry-edit", "/home/ → /ledger/\\d+/edit/"),
    ("lan", "plans", "/plans/"),
    ("lan", "my-scores", "/scores/mine/"),
    ("lan", "security", "/account/security/"),
    ("rui", "office-home", "/home/"),
    ("rui", "queue", "/review/"),
    ("rui", "review", "/review/ → /review/\\d+/"),
    ("rui", "office-ledger", "/ledger/"),
    ("rui", "office-plan", "/plans/?status=submitted → /plans/\\d+/"),
    ("rui", "units", "/units/"),
    ("rui", "unit", "/units/ → /units/\\d+/"),
    ("rui", "windows", "/windows/"),
    ("rui", "window", "/windows/ → /windows/\\d+/"),
    ("rui", "window-sheet", "/windows/ → /windows/\\d+/ → /windows/\\d+/sheet/"),
    ("rui", "letters", "/letters/"),
    ("rui", "sheets", "/scores/"),
    ("rui", "sheet", "/scores/ → /scores/\\d+/"),
    ("rui", "values", "/scores/values/"),
    ("ou", "ranking", "/ranking/"),
    ("ou", "release", "/ranking/release/"),
    ("ou", "awards", "/honors/"),
    ("ou", "grant", "/honors/grant/"),
    ("ou", "years", "/years/"),
    ("ou", "year", "/years/ → /years/\\d+/"),
    ("ou", "standard", "/years/ → /years/\\d+/ → /standards/\\d+/"),
    ("an", "imports", "/imports/"),
    ("an", "import", "/imports/ → /imports/\\d+/"),
    ("an", "import-new", "/imports/new/"),
    ("an", "people", "/people/"),
    ("an", "office", "/office/"),
    ("an", "admin", "/admin/"),
    ("an", "admin-units", "/admin/units/unit/"),
    ("shen", "auditor-home", "/home/"),
    ("shen", "trail", "/trail/"),
    ("shen", "permissions", "/permissions/?role=case_officer"),
    ("shen", "permission", "/permissions/assessments.accept_entry/"),
    ("lin", "county-leader-home", "/home/"),
    ("xun", "inspector-home", "/home/"),
    ("guan", "department-home", "/home/"),
    ("qiao", "leader-home", "/home/"),
    ("rui", "why", "/ledger/?status=accepted → /ledger/\\d+/ → /why/entry/\\d+/"),
    (None, "styleguide", "/styleguide/"),
]


def main(wanted=""):
    SHOTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as address, sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        for size, (width, height) in SIZES.items():
            photograph(browser, address, size, {"width": width, "height": height}, wanted)
        browser.close()


@contextmanager
def served(folder):
    """A server with the demo county on a free port; gone afterwards."""
    environment = {
        **os.environ,
        "DEBUG": "1", "STYLEGUIDE": "1", "SECRET_KEY": secrets.token_hex(30), "DEMO_PASSWORD": PASSWORD,
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}", "MEDIA_ROOT": str(folder / "media"),
    }  # fmt: skip
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
    subprocess.run([*manage, "demo"], cwd=ROOT, env=environment, check=True)
    port = free_port()
    command = [*manage, "runserver", "--noreload", f"127.0.0.1:{port}"]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{port}/login/")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(address):
    for _ in range(100):
        try:
            urllib.request.urlopen(address).read()
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("The server did not start.")


def photograph(browser, address, size, viewport, wanted):
    pages = {}
    for who, name, path in PAGES:
        if wanted not in name:
            continue
        if who not in pages:
            pages[who] = browser.new_context(viewport=viewport, locale="zh-CN").new_page()
            sign_in(pages[who], address, who)
        page = pages[who]
        for step in path.split(" → "):
            page.goto(address + (link(page, step) if "\\d" in step else step))
        page.wait_for_load_state("networkidle")
        page.screenshot(path=SHOTS / f"{name}-{size}.png", full_page=True)
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        print(f"{name}-{size}.png" + (f"  too wide by {wide}" if wide > 0 else ""))  # noqa: T201


def sign_in(page, address, who):
    if who is None:
        return
    page.goto(f"{address}/login/")
    page.locator("[name=username]").fill(who)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(f"{address}/home/")


def link(page, pattern):
    """The first link on the page whose path matches."""
    for element in page.locator("main a[href], .shell__body a[href]").all():
        path = (element.get_attribute("href") or "").split("?")[0]
        if re.fullmatch(pattern, path):
            return path
    print(f"{page.url} has no link like {pattern}")  # noqa: T201
    return urlsplit(page.url).path


if __name__ == "__main__":
    main(*sys.argv[1:2])
