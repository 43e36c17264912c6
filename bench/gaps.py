"""The four gaps with many units: page 1 and the export, on a scratch database that is made and thrown away.

    DATABASE_URL=postgres://user@host:5432/name python -m bench.gaps     # without it: SQLite in memory
    python -m bench.gaps 1000 10000                                      # other numbers of units

Each unit has a plan, a deployment and two receipts, owed or done, and three records.
"""

import os
import statistics
import sys
import time
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.db import connection
from django.test import Client
from django.test.utils import get_runner, setup_test_environment
from django.urls import reverse
from django.utils.timezone import now

from assessments.models import Duty, LedgerEntry, UnitYear
from civportal.lib.clock import today
from civportal.lib.names import plain_name
from tests.factories import CaseOfficerFactory, CycleFactory, DocumentFactory
from units.models import Category, Unit

ROUNDS = 5
SIZES = (1000, 10_000)


def fill(count):
    """The year with so many units more."""
    cycle = CycleFactory()
    officer = CaseOfficerFactory()
    kind = Category.objects.get(code="organ")
    names = [f"云泽县第{number}单位" for number in range(count)]
    units = Unit.objects.bulk_create(
        (
            Unit(name=name, match_name=plain_name(name), category=kind, sort_order=number)
            for number, name in enumerate(names)
        ),
        batch_size=500,
    )
    UnitYear.objects.bulk_create((UnitYear(cycle=cycle, unit=unit) for unit in units), batch_size=500)
    papers = [DocumentFactory(cycle=cycle, issued=True) for _number in range(2)]
    Duty.objects.bulk_create(duties(cycle, units, papers), batch_size=500)
    LedgerEntry.objects.bulk_create(records(cycle, units, officer), batch_size=500)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return officer


def duties(cycle, units, papers):
    due = today() - timedelta(days=30)
    days = {"opens_on": due - timedelta(days=30), "due_on": due, "closes_on": due + timedelta(days=30)}
    done = {"handed_in_at": now() - timedelta(days=40), "fulfilled_at": now() - timedelta(days=40)}
    for number, unit in enumerate(units):
        for place, kind in enumerate((Duty.Kind.ANNUAL_PLAN, Duty.Kind.DEPLOYMENT)):
            came = done if (number + place) % 3 else {}
            yield Duty(cycle=cycle, unit=unit, kind=kind, **days, **came)
        for place, paper in enumerate(papers):
            came = done if (number + place) % 4 else {}
            yield Duty(
                cycle=cycle,
                unit=unit,
                kind=Duty.Kind.RECEIPT,
                document=paper,
                title=paper.title,
                **days,
                **came,
            )


def records(cycle, units, officer):
    for number, unit in enumerate(units):
        for place in range(3):
            at = now() - timedelta(days=20 * (number % 9) + place)
            yield LedgerEntry(
                cycle=cycle, unit=unit, title=f"活动{place}", status=LedgerEntry.Status.SUBMITTED,
                receipt=f"YZ-{number}-{place}", held_on=at.date(), created_by=officer, submitted_by=officer,
                submitted_at=at, first_submitted_at=at,
            )  # fmt: skip


def busy(act):
    """Milliseconds on the processor of this process and of its database connection."""
    before = time.process_time() + of_database()
    act()
    return (time.process_time() + of_database() - before) * 1000


def of_database():
    """Seconds on the processor of the connection's own process; SQLite works in ours."""
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(count):
    officer = fill(count)
    client = Client()
    client.force_login(officer)
    gaps = reverse("assessments:gaps")

    def median(act):
        act()
        return statistics.median(busy(act) for _round in range(ROUNDS))

    def export(kind):
        return lambda: b"".join(client.post(gaps, {"format": kind}).streaming_content)

    page, narrowed = median(lambda: client.get(gaps)), median(lambda: client.get(gaps, {"gap": "plan"}))
    csv, xlsx = median(export("csv")), median(export("xlsx"))
    times = [f"{page:.0f}", f"{narrowed:.0f}"]
    times += [text for took in (csv, xlsx) for text in (f"{took:.0f}", f"{took * 1000 / count:.0f}")]
    print("|", " | ".join([connection.vendor, f"{count:,}", *times]), "|", flush=True)


def main():
    sizes = [int(text) for text in sys.argv[1:]] or SIZES
    setup_test_environment()
    runner = get_runner(django.conf.settings)(verbosity=0, interactive=False)
    print("| database | units | page 1, busy ms | one gap | csv, ms | µs a row | xlsx, ms | µs a row |")
    print("| --- | --: | --: | --: | --: | --: | --: | --: |")
    for count in sizes:
        made = runner.setup_databases()
        try:
            measure(count)
        finally:
            runner.teardown_databases(made)


if __name__ == "__main__":
    main()
