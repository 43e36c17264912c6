"""“Accept, show the next” with a full queue, on a scratch database that is made and thrown away.

    DATABASE_URL=postgres://user@host:5432/name python -m bench.review     # without it: SQLite in memory
    python -m bench.review 200                                             # so many waiting records

Each record claims two indicators and has a photo. One step is what the reviewer waits for: the POST of
the decision and the GET of the page to which it leads.
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

from assessments.actions import score
from assessments.models import LedgerEntry
from bench.gaps import of_database
from civportal.lib.clock import now
from tests.factories import (
    CaseOfficerFactory,
    ClaimFactory,
    CycleFactory,
    EntryFactory,
    EvidenceFactory,
    IndicatorFactory,
    LiaisonFactory,
    UnitYearFactory,
)

WAITING = 200


def fill(count):
    """So many records that wait, ten of each unit."""
    cycle = CycleFactory()
    first = cycle.standard.indicators.proved_by_ledger().get()
    indicators = [first, IndicatorFactory(standard=cycle.standard, parent=first.parent, sort_order=9)]
    for number in range(count):
        if number % 10 == 0:
            writer = LiaisonFactory()
            unit = writer.memberships.get().unit
            UnitYearFactory(cycle=cycle, unit=unit)
        at = now() - timedelta(minutes=count - number)
        said = {"cycle": cycle, "unit": unit, "created_by": writer, "submitted_at": at}
        entry = EntryFactory(**said, submitted=True)
        for indicator in indicators:
            ClaimFactory(entry=entry, indicator=indicator)
        EvidenceFactory(entry=entry)
    score.open_sheets(cycle)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return CaseOfficerFactory()


def step(client, address):
    """Accept what stands at the address; the address and the page of the next one."""
    entry = LedgerEntry.objects.get(pk=int(address.strip("/").split("/")[1]))
    sent = {f"points_{claim.pk}": "2" for claim in entry.claims.all()}
    sent["version"] = entry.version
    accepting = reverse("assessments:entry_accept", args=[entry.pk])
    wall, busy = time.perf_counter(), time.process_time() + of_database()
    following = client.post(accepting, sent).url
    shown = client.get(following)
    busy = time.process_time() + of_database() - busy
    wall = time.perf_counter() - wall
    if shown.status_code != 200:
        raise SystemExit(f"{following} answered {shown.status_code}")
    return following, 1000 * busy, 1000 * wall


def measure(count):
    client = Client()
    client.force_login(fill(count))
    address = reverse("assessments:review", args=[LedgerEntry.objects.awaiting_review().first().pk])
    client.get(address)
    busy, wall = [], []
    # The last one leads to the empty queue, which is another page.
    for _number in range(count - 1):
        address, own, clock = step(client, address)
        busy.append(own)
        wall.append(clock)
    p95 = statistics.quantiles(wall, n=20)[-1]
    figures = [statistics.median(busy), statistics.median(wall), p95]
    load = f"{os.getloadavg()[0]:.1f}"
    cells = [connection.vendor, str(len(wall)), *(f"{it:.0f}" for it in figures), load]
    print("|", " | ".join(cells), "|", flush=True)


def main():
    count = int(sys.argv[1]) if sys.argv[1:] else WAITING
    setup_test_environment()
    runner = get_runner(django.conf.settings)(verbosity=0, interactive=False)
    print("| database | n | busy ms, median | wall ms, median | wall ms, p95 | load |")
    print("| --- | --: | --: | --: | --: | --: |")
    made = runner.setup_databases()
    try:
        measure(count)
    finally:
        runner.teardown_databases(made)


if __name__ == "__main__":
    main()
