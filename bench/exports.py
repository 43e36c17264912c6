"""How fast lists leave, and in how much memory; each way in a process of its own.

    DATABASE_URL=postgres://…/scratch python bench/exports.py --rows 100000 --times 3

Fills the database it is given with units, so give it one that may be thrown away.
"""

import argparse
import csv
import io
import json
import os
import statistics
import subprocess
import sys
import time
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civportal.settings")
os.environ.setdefault("SECRET_KEY", "only for measuring")

import django

django.setup()

from django.core.management import call_command
from django.db import connection
from import_export.fields import Field
from import_export.resources import ModelResource
from openpyxl import Workbook

from civportal.lib.exporting import Sheet, stream_csv, stream_xlsx
from civportal.lib.listings import Listing
from units.listings import REGISTER
from units.models import Category, Unit

EIGHT = ("单位名称", "统一社会信用代码", "单位类别", "主管部门", "地址", "在职人数", "联系人", "手机")
LIST = Listing("名册", tuple(column for column in REGISTER.columns if column.heading in EIGHT))
WAYS = {}


def way(function):
    WAYS[function.__name__] = function
    return function


def units():
    return Unit.objects.order_by("sort_order", "pk")


def fill(count):
    """A register of at least that many units, all under one supervisor."""
    kinds = list(Category.objects.all())
    boss, _made = Unit.objects.get_or_create(name="云泽县人民政府")
    made = (
        Unit(
            name=f"云泽县第{number}单位",
            match_name=f"云泽县第{number}单位",
            category=kinds[number % len(kinds)],
            supervisor=boss,
            address=f"临河镇人民路{number}号",
            staff_count=number % 300,
            staff_count_is_approximate=number % 5 == 0,
            contact="赵梅",
            mobile=f"138{number:08d}",
            uscc=f"119999{number:012d}",
            sort_order=number,
        )
        for number in range(Unit.objects.count(), count)
    )
    Unit.objects.bulk_create(made, batch_size=2000)


@way
def copy():
    """The floor: the database writes the text itself (PostgreSQL only)."""
    if connection.vendor != "postgresql":
        return []
    query = (
        "select u.name, u.uscc, c.name, s.name, u.address, u.staff_count, u.contact, u.mobile "
        "from units_unit u left join units_category c on c.id = u.category_id "
        "left join units_unit s on s.id = u.supervisor_id order by u.sort_order, u.id"
    )
    text = io.StringIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(f"copy ({query}) to stdout with csv", text)
    return [text.getvalue().encode()]


@way
def ours_csv():
    return stream_csv(LIST.headings, LIST.rows(units()))


@way
def ours_xlsx():
    return stream_xlsx([Sheet("名册", LIST.rows(units()), LIST.headings, LIST.formats)])


@way
def register_csv():
    """The whole register as it leaves: 20 columns, numbers masked."""
    listing = REGISTER.guarded()
    return stream_csv(listing.headings, listing.rows(units()))


@way
def register_xlsx():
    listing = REGISTER.guarded()
    return stream_xlsx([Sheet("名册", listing.rows(units()), listing.headings, listing.formats)])


@way
def openpyxl_write_only():
    book = Workbook(write_only=True)
    sheet = book.create_sheet("名册")
    for row in chain([LIST.headings], LIST.rows(units())):
        sheet.append(row)
    return saved(book)


@way
def import_export_xlsx():
    fields = {column.heading: Field("__".join(column.paths[:1]), column.heading) for column in LIST.columns}
    meta = type("Meta", (), {"model": Unit, "fields": list(fields)})
    resource = type("UnitsOut", (ModelResource,), {**fields, "Meta": meta})()
    return [resource.export(units().select_related("category", "supervisor")).xlsx]


@way
def csv_of_records():
    """What one writes first: records, and the file built in memory."""
    text = io.StringIO()
    writer = csv.writer(text)
    for unit in units().select_related("category", "supervisor"):
        writer.writerow(
            [
                unit.name,
                unit.uscc,
                unit.category,
                unit.supervisor,
                unit.address,
                unit.headcount,
                unit.contact,
                unit.mobile,
            ]
        )
    return [text.getvalue().encode()]


def saved(book):
    kept = io.BytesIO()
    book.save(kept)
    return [kept.getvalue()]


def measure(name):
    """One way, once: seconds to the first byte and to the last, those of this process's own work, bytes,
    and memory in MB. The ratio is one of own work, which a busy machine does not stretch.
    """
    units().first()
    before = peak_memory()
    start, first, size, busy = time.perf_counter(), None, 0, time.process_time()
    for chunk in WAYS[name]():
        first = first or time.perf_counter() - start
        size += len(chunk)
    took = time.perf_counter() - start
    peak = peak_memory()
    busy = time.process_time() - busy
    return {
        "first": first or 0,
        "took": took,
        "busy": busy,
        "size": size,
        "peak": peak,
        "rise": peak - before,
    }


def peak_memory():
    """The most that this process ever held, in MB; what the kernel tells of usage counts its parent, too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def compare(rows, times):
    results = {}
    for _time in range(times):
        for name in WAYS:
            run = subprocess.run([sys.executable, __file__, "--one", name], capture_output=True, check=True)
            results.setdefault(name, []).append(json.loads(run.stdout))
    base = statistics.median(one["busy"] for one in results["ours_csv"])
    print(f"{connection.vendor}, {rows} rows, median of {times}")
    print("| way | seconds | of our own work | x our csv | first byte ms | peak MB | rise MB | file MB |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, found in results.items():
        one = {key: statistics.median(each[key] for each in found) for key in found[0]}
        print(
            f"| {name} | {one['took']:.2f} | {one['busy']:.2f} | {one['busy'] / base:.2f} "
            f"| {one['first'] * 1000:.0f} | {one['peak']:.0f} | {one['rise']:.0f} | {one['size'] / 1e6:.1f} |"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--one")
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measure(asked.one)))
        return
    call_command("migrate", verbosity=0)
    fill(asked.rows)
    compare(asked.rows, asked.times)


if __name__ == "__main__":
    main()
