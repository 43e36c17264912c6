"""The score grid at many units, on a scratch database that is made and thrown away.

    DATABASE_URL=postgres://user@host:5432/name python -m bench.grid     # without it: SQLite in memory
    python -m bench.grid 1000                                            # so many units

Every unit has four values. Measured is what the server does for one page, one cell and one page of
fifty cells; nothing of the browser.
"""

import os
import statistics
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.db import connection
from django.test import Client
from django.test.utils import get_runner, setup_test_environment
from django.urls import reverse

from assessments.actions import score
from assessments.models import ScoreLine, ScoreSheet
from bench.gaps import of_database
from tests.factories import CaseOfficerFactory, CycleFactory, UnitFactory, UnitYearFactory

UNITS = 5000
ROUNDS = 30
GRID = reverse("assessments:score_grid")


def fill(count):
    """So many units, each with a value of every indicator that takes one."""
    cycle, rui = CycleFactory(), CaseOfficerFactory()
    for number in range(count):
        UnitYearFactory(cycle=cycle, unit=UnitFactory(sort_order=number))
    score.open_sheets(cycle)
    items = [item for item in cycle.standard.indicators.items() if not item.comes_from_ledger]
    ScoreLine.objects.bulk_create(
        (
            ScoreLine(sheet=sheet, indicator=item, value=1, basis="检查", by=rui)
            for sheet in ScoreSheet.objects.all()
            for item in items
        ),
        batch_size=500,
    )
    score.refresh_all(cycle)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return rui, items[0]


def last_page(client):
    """The address of a page near the end of the list."""
    sheet = ScoreSheet.objects.select_related("unit_year__unit").order_by("unit_year__unit__sort_order")
    near = sheet[ScoreSheet.objects.count() - 60]
    return f"{GRID}?after={near.unit.sort_order},{near.pk}"


def keep(client, item, sheet, seen, value):
    address = reverse("assessments:sheet_keep", args=[sheet.pk, item.pk])
    return client.post(address, {"value": value, "basis": "检查", "seen": seen})


def save(client, item, sheets, seen, value):
    sent = {f"basis-{item.pk}": "检查"}
    for sheet in sheets:
        sent |= {f"cell-{sheet.pk}-{item.pk}": value, f"seen-{sheet.pk}-{item.pk}": seen}
    return client.post(GRID, sent)


def timed(name, acts):
    busy, wall = [], []
    for act in acts:
        begun, clock = time.process_time() + of_database(), time.perf_counter()
        answer = act()
        busy.append(1000 * (time.process_time() + of_database() - begun))
        wall.append(1000 * (time.perf_counter() - clock))
        if answer.status_code >= 400:
            raise SystemExit(f"{name} answered {answer.status_code}")
    p95 = sorted(wall)[int(len(wall) * 0.95)]
    print(
        f"| {connection.vendor} | {name} | {statistics.median(busy):.0f} "
        f"| {statistics.median(wall):.0f} | {p95:.0f} | {os.getloadavg()[0]:.1f} |",
        flush=True,
    )


def measure(count):
    rui, item = fill(count)
    client = Client()
    client.force_login(rui)
    far = last_page(client)
    sheets = list(ScoreSheet.objects.order_by("pk")[:50])
    told = [("1.00 检查", "2"), ("2.00 检查", "1")] * ROUNDS
    client.get(GRID)
    print("| database | what | busy ms, median | wall ms, median | wall ms, p95 | load |")
    print("| --- | --- | --: | --: | --: | --: |")
    timed("the first page", [lambda: client.get(GRID)] * ROUNDS)
    timed("a page near the end", [lambda: client.get(far)] * ROUNDS)
    one = [lambda seen=seen, to=to: keep(client, item, sheets[0], seen, to) for seen, to in told[:ROUNDS]]
    timed("one cell saved", one)
    fifty = [lambda seen=seen, to=to: save(client, item, sheets, seen, to) for seen, to in told[:ROUNDS]]
    timed("fifty cells saved by the button", fifty)


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else UNITS
    setup_test_environment()
    runner = get_runner(django.conf.settings)(verbosity=0, interactive=False)
    made = runner.setup_databases()
    try:
        measure(count)
    finally:
        runner.teardown_databases(made)


if __name__ == "__main__":
    main()
