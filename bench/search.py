"""How long finding takes among many units: python -m bench.search [units]

Makes a scratch database on the server of DATABASE_URL (SQLite: a file in var/), fills it, asks,
prints the table of README.md, and throws the database away. Besides the time on the wall, which
others on the machine lengthen, it measures the time on the processor, the database's included.
"""

import os
import sys
from statistics import median, quantiles
from time import perf_counter, process_time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.runner import DiscoverRunner
from django.urls import reverse

from assessments.models import LedgerEntry
from civportal.lib import codes
from tests.factories import CaseOfficerFactory, CycleFactory, LiaisonFactory
from tests.names import unit_names
from units.models import SearchEntry, Unit, UnitName

ROUNDS = 15
WAYS = ("hits", "liaison", "page", "scan")
STEP = 5_000
TITLES = ["志愿者清扫老街", "道德讲堂第{}讲", "文明交通劝导", "走访慰问困难家庭", "“我们的节日”主题活动"]
QUESTIONS = [
    ("one character", "教"),
    ("two characters, in every name", "云泽"),
    ("two characters", "教育"),
    ("two characters", "长安"),
    ("three characters", "教育局"),
    ("four characters", "行政审批"),
    ("a whole name", "云泽县东坝镇教育局"),
    ("two words", "东坝 小学"),
    ("three words", "长沟 王家坪 银行"),
    ("two common words that never meet", "教育局 银行"),
    ("a former name", "旧称77号"),
    ("one letter", "y"),
    ("initials, two letters", "jy"),
    ("initials", "jyj"),
    ("initials, in every name", "yzx"),
    ("pinyin", "jiaoyu"),
    ("pinyin, in every name", "yunze"),
    ("pinyin of a town", "changgou"),
    ("a code", "{code}"),
    ("the end of a code", "{end}"),
    ("the beginning of all codes", "119999"),
    ("nothing, characters", "火星"),
    ("nothing, letters", "qqxx"),
]


def main(units=100_000):
    runner = DiscoverRunner(verbosity=0, interactive=False)
    kept = runner.setup_databases()
    try:
        print(f"{connection.vendor} {version()}, {units:,} units, {units:,} ledger entries, n={ROUNDS}")
        wall, busy = timed(lambda: fill(units))
        print(f"filled in {wall:.0f} s ({busy:.0f} s busy); {SearchEntry.objects.count():,} entries\n")
        measure()
    finally:
        runner.teardown_databases(kept)


def version():
    with connection.cursor() as cursor:
        cursor.execute(
            "SHOW server_version" if connection.vendor == "postgresql" else "SELECT sqlite_version()"
        )
        return cursor.fetchone()[0]


def fill(many):
    """Units with codes, every tenth with a former name, and one ledger entry each."""
    names, year = unit_names(many), CycleFactory()
    author = LiaisonFactory(memberships__unit=None, memberships__role="case_officer")
    for start in range(0, many, STEP):
        units = Unit.objects.bulk_create(
            Unit(name=name.text, match_name=name.text, uscc=code(number), sort_order=number)
            for number, name in enumerate(names[start : start + STEP], start)
        )
        UnitName.objects.bulk_create(
            UnitName(
                unit=unit,
                name=f"旧称{unit.sort_order}号",
                match_name=f"旧称{unit.sort_order}号",
                is_alias=False,
            )
            for unit in units[7::10]
        )
        LedgerEntry.objects.bulk_create(
            LedgerEntry(
                cycle=year,
                unit=unit,
                title=TITLES[unit.sort_order % 5].format(unit.sort_order),
                created_by=author,
            )
            for unit in units
        )
    with connection.cursor() as cursor:
        # What PostgreSQL does by itself within a minute.
        cursor.execute("ANALYZE")


def former_name(unit):
    name = f"旧称{unit.sort_order}号"
    return UnitName(unit=unit, name=name, match_name=name, is_alias=False)


def title_of(unit):
    return TITLES[unit.sort_order % len(TITLES)].format(unit.sort_order)


def code(number):
    body = f"11999901{number:09d}"
    return body + codes.check_digit(body)


def measure():
    """Every question in every round, so that a noisy moment is everybody's."""
    officer = CaseOfficerFactory()
    liaison = LiaisonFactory(memberships__unit=Unit.objects.get(uscc=code(54_321 % Unit.objects.count())))
    office = Client()
    office.force_login(officer)
    ways = {
        "hits": lambda text: Unit.objects.visible_to(officer).hits(text),
        "liaison": lambda text: Unit.objects.visible_to(liaison).hits(text),
        "page": lambda text: office.get(reverse("assessments:search"), {"q": text}),
        "scan": scan,
    }
    unit = Unit.objects.all()[Unit.objects.count() // 2]
    asked = [(what, text.format(code=unit.uscc, end=unit.uscc[-6:])) for what, text in QUESTIONS]
    times = {(text, way): [] for _what, text in asked for way in ways}
    for _round in range(ROUNDS + 1):
        for _what, text in asked:
            for way, ask in ways.items():
                times[text, way].append(timed(lambda ask=ask, text=text: ask(text)))
    report(asked, times)


def scan(text):
    """What finding was before: every name read, the first few of all that hold the text and how many."""
    former = UnitName.objects.filter(match_name__icontains=text).values("unit")
    found = Unit.objects.filter(Q(match_name__icontains=text) | Q(uscc__icontains=text) | Q(pk__in=former))
    return list(found.for_listing()[:8]), found.count()


def timed(act):
    """Seconds on the wall and on the processor."""
    began, was_busy = perf_counter(), busy()
    act()
    return perf_counter() - began, busy() - was_busy


def busy():
    """Seconds of processor that this process and its database connection have had."""
    if connection.vendor == "sqlite":
        return process_time()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_read_file('/proc/self/schedstat')")
        return process_time() + int(cursor.fetchone()[0].split()[0]) / 1e9


COLUMNS = [
    *("asked", "text", "found", "hits: busy ms", "as liaison", "page", "scan", "scan ÷ hits"),
    *("hits: wall ms", "p95"),
]


def report(asked, times):
    print(f"| {' | '.join(COLUMNS)} |")
    print(f"| --- | --- |{' --: |' * (len(COLUMNS) - 2)}")
    # The first round warms up.
    took = {key: spent[1:] for key, spent in times.items()}
    wall, busy = (
        {key: [both[which] * 1000 for both in spent] for key, spent in took.items()} for which in (0, 1)
    )
    for what, text in asked:
        hits, liaison, page, plain = (median(busy[text, way]) for way in WAYS)
        count = Unit.objects.hits(text).count
        cells = [what, text, "many" if count is None else str(count), f"{hits:.1f}", f"{liaison:.1f}"]
        cells += [f"{page:.0f}", f"{plain:.0f}", f"{plain / hits:.1f}"]
        cells += [f"{median(wall[text, 'hits']):.1f}", f"{p95(wall[text, 'hits']):.1f}"]
        print(f"| {' | '.join(cells)} |")
    for name, spent in (("busy", busy), ("wall", wall)):
        slowest = max(median(values) for (_text, way), values in spent.items() if way == "hits")
        print(f"\nThe slowest question, median: {slowest:.1f} ms {name}.")


def p95(spent):
    return quantiles(spent, n=20)[-1]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
