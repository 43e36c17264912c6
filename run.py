#!/usr/bin/env python3
"""From a bare machine to the running portal: python3 run.py (needs Python 3.11 or newer, nothing else).

python3 run.py [--port 8000]     set everything up, make demo data, serve
python3 run.py test [...]        set everything up and run the tests; words after it go to pytest
python3 run.py check             linters, types, import contracts, migrations, deployment settings
python3 run.py shots [...]       a picture of every main page, in the folder shots/
python3 run.py manage ...        any Django command, for example: manage createsuperuser
"""

import hashlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
UNFINISHED = VENV / "unfinished"
WHEELHOUSE = ROOT / "wheelhouse"
ENV_FILE = ROOT / ".env"
OLDEST_PYTHON = (3, 11)
USUAL_PORT = 8000
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
# No letter or digit that is mistaken for another one on paper.
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


class Trouble(Exception):
    """Something a person has to put right; the text says what and how."""


# ── what can be asked for ────────────────────────────────────────────────────────────────────────


def serve(*words):
    """Everything from nothing: packages, settings, database, demo county, server."""
    port = port_wanted(words)
    install("requirements.txt")
    write_env()
    say("Preparing the database; an empty one gets the demo county, which takes a minute or two …")
    manage_quietly("migrate", "--verbosity=0")
    manage_quietly("demo", "--if-empty", "--stage=review")
    say(f"Portal   http://127.0.0.1:{port}/")
    say(f"Sign in  http://127.0.0.1:{port}/login/")
    say(f"Admin    http://127.0.0.1:{port}/admin/")
    say("Ctrl+C ends it.")
    return call(PYTHON, "manage.py", "runserver", f"127.0.0.1:{port}")


def test(*words):
    """Every test, browser journeys included."""
    install("requirements-dev.txt")
    browser = find_browser()
    without = [] if browser else ["-m", "not e2e"]
    # Two at a time for the whole suite (a third less time on two cores); a few tests start faster alone.
    workers = ["-n", "2"] if not words and (os.cpu_count() or 1) > 1 else []
    return call(PYTHON, "-m", "pytest", *workers, *without, *words, CHROMIUM=browser)


def check(*words):
    """Everything that can be said about the code without running it."""
    install("requirements-dev.txt")
    failed = [name for name, command, env in checks() if not passes(name, command, env)]
    say(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0


def shots(*words):
    """A picture of every main page, at desktop and phone size."""
    install("requirements-dev.txt")
    browser = find_browser()
    if not browser:
        raise Trouble("Pictures need Chromium; install it and try again.")
    return call(PYTHON, "-m", "tests.shots", *words, CHROMIUM=browser)


def manage(*words):
    """Any Django command."""
    install("requirements.txt")
    write_env()
    return call(PYTHON, "manage.py", *words)


COMMANDS = {"serve": serve, "test": test, "check": check, "shots": shots, "manage": manage}


# ── packages ─────────────────────────────────────────────────────────────────────────────────────


def install(lock):
    """Make .venv hold what the lock says; does nothing while the lock has not changed."""
    digest = hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()
    stamp = VENV / f"{lock}.installed"
    (ROOT / "var").mkdir(exist_ok=True)
    make_venv()
    if stamp.exists() and stamp.read_text() == digest:
        return
    say(f"Installing the packages of {lock} …")
    # An interrupted installation can leave half a package that looks whole: the mark stays,
    # and the next run begins with an empty folder.
    UNFINISHED.touch()
    if call(*installer(), "--require-hashes", "-r", lock, *offline()):
        raise Trouble(
            "The packages could not be installed (the lines above say why). Without Internet, put the wheels "
            "into a folder named wheelhouse beside run.py; README.md tells how. Then run this again."
        )
    UNFINISHED.unlink()
    stamp.write_text(digest)


def make_venv():
    """A virtual environment that works: kept when it does, made anew when it does not."""
    if works(PYTHON) and not UNFINISHED.exists():
        return
    say("Making .venv …")
    if shutil.which("uv"):
        status = call("uv", "venv", "--quiet", "--clear", "--python", sys.executable, VENV)
    else:
        status = call(sys.executable, "-m", "venv", "--clear", VENV)
    if status:
        raise Trouble("Python cannot make a virtual environment. On Debian: apt-get install python3-venv")


def works(python):
    """Whether that Python starts; a venv breaks when the Python it was made with is removed."""
    try:
        return subprocess.run([python, "-c", ""], capture_output=True).returncode == 0
    except OSError:
        return False


def installer():
    """The fastest installer at hand; both read the same lock.

    The lock names every package, so nothing is resolved: pip would ask for the newest of what is
    wanted with an extra, and then refuse it for having no hash.
    """
    if shutil.which("uv"):
        return ["uv", "pip", "install", "--quiet", "--no-deps", "--python", PYTHON]
    return [PYTHON, "-m", "pip", "install", "-qq", "--no-deps", "--disable-pip-version-check"]


def offline():
    return ["--no-index", "--find-links", WHEELHOUSE] if WHEELHOUSE.is_dir() else []


# ── settings and server ──────────────────────────────────────────────────────────────────────────


def write_env():
    """Settings for a trial machine, when there are none: random key, random demo password."""
    if ENV_FILE.exists():
        return
    text = (
        "# Written by run.py for a trial machine. Every setting is explained in .env.example.\n"
        f"DEBUG=1\nSTYLEGUIDE=1\nSECRET_KEY={secrets.token_urlsafe(50)}\nDEMO_PASSWORD={readable_password()}\n"
    )
    draft = ENV_FILE.with_name(".env.draft")
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8")
    draft.replace(ENV_FILE)
    say("Settings for this machine written to .env.")


def readable_password():
    """Three groups of four, easy to read out and to type."""
    return "-".join("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(3))


def port_wanted(words):
    """The port after --port if it is free; otherwise the first free one from 8000 on."""
    if not words:
        return next(port for port in range(USUAL_PORT, USUAL_PORT + 100) if is_free(port))
    if len(words) != 2 or words[0] != "--port" or not words[1].isdigit():
        raise Trouble(f"Not understood: {' '.join(words)}\n{__doc__}")
    port = int(words[1])
    if not is_free(port):
        raise Trouble(f"Port {port} is in use. Choose another one: python3 run.py --port {port + 1}")
    return port


def is_free(port):
    with socket.socket() as attempt:
        attempt.settimeout(1)
        return attempt.connect_ex(("127.0.0.1", port)) != 0


# ── the browser ──────────────────────────────────────────────────────────────────────────────────


def find_browser():
    """The path of a Chromium, installed on the way where we may; "" when there is none."""
    found = find_program(BROWSERS)
    if (not found or not has_chinese_font()) and may_install():
        say("Installing Chromium and a Chinese font …")
        call("apt-get", "update", "-qq")
        call("apt-get", "install", "-qq", "-y", "--no-install-recommends", "chromium", "fonts-noto-cjk")
        found = find_program(BROWSERS)
    if not found and os.environ.get("CI"):
        raise Trouble("The browser journeys need Chromium, and in CI they are not left out.")
    if not found:
        say("No Chromium found: the browser journeys are left out. On Debian: apt-get install chromium")
    return found


def find_program(names):
    return next((path for path in map(shutil.which, names) if path), "")


def has_chinese_font():
    """Whether pictures would show Chinese text; taken for granted where fontconfig is not used."""
    if not sys.platform.startswith("linux"):
        return True
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True).stdout)


def may_install():
    return bool(shutil.which("apt-get")) and hasattr(os, "geteuid") and os.geteuid() == 0


# ── checks ───────────────────────────────────────────────────────────────────────────────────────


def checks():
    """Name, command and environment of every check."""
    production = {
        "DEBUG": "0",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "portal.example",
        "DATABASE_URL": "sqlite://:memory:",
    }
    python = [PYTHON, "-m"]
    manage_py = [PYTHON, "manage.py"]
    contracts = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return [
        ("ruff check", [*python, "ruff", "check", "--output-format=concise", "."], {}),
        ("ruff format", [*python, "ruff", "format", "--check", "--output-format=concise", "."], {}),
        ("djlint", [*python, "djlint", "--lint", "--quiet", "templates"], {}),
        ("mypy", [*python, "mypy"], {}),
        ("import contracts", [PYTHON, "-c", contracts], {}),
        ("migrations", [*manage_py, "makemigrations", "--check", "--dry-run"], production),
        ("deployment", [*manage_py, "check", "--deploy", "--fail-level", "WARNING"], production),
    ]


def passes(name, command, env):
    say(f"── {name}")
    return call(*command, **env) == 0


# ── speaking and calling ─────────────────────────────────────────────────────────────────────────


def say(text):
    print(text, flush=True)


def manage_quietly(*words):
    """A Django command that has to succeed."""
    if call(PYTHON, "manage.py", *words):
        raise Trouble(f"`manage.py {' '.join(words)}` failed; the lines above say why.")


def call(*words, **env):
    """Run a command in the project's folder and give its exit status; Ctrl+C ends it and us."""
    child = subprocess.Popen([str(word) for word in words], cwd=ROOT, env={**os.environ, **env})
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            # The child got the same signal and is tidying up.
            continue


def main(words):
    if words and words[0] in ("-h", "--help", "help"):
        say(__doc__)
        return 0
    name, rest = (words[0], words[1:]) if words and not words[0].startswith("-") else ("serve", words)
    if name not in COMMANDS:
        raise Trouble(f"Not understood: {name}\n{__doc__}")
    return COMMANDS[name](*rest)


if __name__ == "__main__":
    if sys.version_info < OLDEST_PYTHON:
        sys.exit("The portal needs Python 3.11 or newer; this is {}.{}.".format(*sys.version_info[:2]))
    try:
        sys.exit(main(sys.argv[1:]))
    except Trouble as trouble:
        sys.exit(f"run.py: {trouble}")
