"""How long binders take, step by step, and in how much memory.

    python bench/binder.py                             # one unit of real size: 60 records, 180 files
    python bench/binder.py --units 40 --entries 15     # many units, three files a record

Works in a scratch database and a scratch store that are thrown away afterwards (Linux only, for the
peak of memory). Photos are 1600 × 1200.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SCRATCH = tempfile.TemporaryDirectory(prefix="binder-")
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
os.environ["DATABASE_URL"] = f"sqlite:///{SCRATCH.name}/db.sqlite3"
os.environ["MEDIA_ROOT"] = f"{SCRATCH.name}/media"

import django

django.setup()

from django.core.management import call_command

from assessments.actions import binder as binders
from assessments.actions import binder_archive
from civportal.lib import archive
from tests.assessments import real_unit
from tests.factories import CaseOfficerFactory, CycleFactory, LiaisonFactory, UnitFactory

MEGABYTE = 2**20


def memory(word):
    """VmRSS, or VmHWM for the peak, in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(word)) // 1024


def forget_the_peak():
    Path("/proc/self/clear_refs").write_text("5")


def furnished(units, entries):
    """A year with so many units of real size each."""
    cycle = CycleFactory()
    for number in range(units):
        unit, liaison = UnitFactory(name=f"云泽县第{number}小学"), LiaisonFactory()
        real_unit.furnish(unit, cycle, liaison, entries=entries, count=3 * entries, start=number * 1000)
    return cycle


def made(cycle, scope, unit, by):
    """(binder, seconds of each step)."""
    binder, steps = binders.make(cycle, scope, unit, by=by), []
    while binder.is_making:
        began = time.perf_counter()
        binder = binders.advance(binder, by=by)
        steps.append(time.perf_counter() - began)
    return binder, steps


def told(what, binder, steps, before):
    numbers = binders.numbers_of(binder)
    print(
        f"{what}: {numbers['entry_count']} records, {numbers['file_count']} originals, "
        f"{numbers['page_count']} pages; {len(steps)} steps, {sum(steps):.1f} s, "
        f"the longest {max(steps):.1f} s; memory {before} MB before, {memory('VmHWM')} MB at the peak; "
        f"archive {binder.size / MEGABYTE:.0f} MB"
    )


def send(binder):
    """Write the archive to nowhere, as fast as it goes."""
    forget_the_peak()
    before, began = memory("VmRSS"), time.perf_counter()
    size = sum(map(len, archive.stream(binder_archive.members(binder), binder.begun_at)))
    seconds = time.perf_counter() - began
    assert size == binder.size
    print(
        f"sending: {seconds:.2f} s, {size / MEGABYTE / seconds:.0f} MB/s; "
        f"memory {before} MB before, {memory('VmHWM')} MB at the peak"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=1)
    parser.add_argument("--entries", type=int, default=real_unit.ENTRIES)
    asked = parser.parse_args()
    call_command("migrate", verbosity=0)
    cycle = furnished(asked.units, asked.entries)
    officer = CaseOfficerFactory()
    for what in ("first time", "again, with its pictures drawn"):
        forget_the_peak()
        before = memory("VmRSS")
        unit = cycle.unit_years.first().unit
        scope = ("unit", unit) if asked.units == 1 else ("all", None)
        binder, steps = made(cycle, *scope, officer)
        told(what, binder, steps, before)
    send(binder)


if __name__ == "__main__":
    main()
