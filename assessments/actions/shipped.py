"""What the portal ships for an empty county: read when it is asked for, then owned by the office."""

import json
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data"


def shipped(name):
    """The values of a file that ships with the portal; None when no such file does."""
    source = DATA / name
    return json.loads(source.read_text(encoding="utf-8")) if source.is_file() else None
