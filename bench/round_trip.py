"""Whether a register comes back as it left: export, empty the portal, import, export again.

    DATABASE_URL=postgres://…/scratch python bench/round_trip.py 10000

Works on a migrated database that may be thrown away: its units are deleted.
"""

import io
import os
import sys
import time
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civportal.settings")
os.environ.setdefault("SECRET_KEY", "bench")
django.setup()

from openpyxl import load_workbook

from civportal.lib import codes
from civportal.lib.names import plain_name
from units import listings
from units.actions import intake
from units.models import Category, ImportBatch, Tag, Unit, UnitName, User
from units.views import export

MOMENT = datetime(2026, 3, 15, 8, tzinfo=UTC)
ODD = ("", "=1+1", "+86 转 2", "@甲", 'a<b>&"c"', "第一行\n第二行", "'=甲", "001", "1.50")
FURTHER = ({}, {"党员人数": "3"}, {"手机": "乙 13900000002", "=1+1": "@甲"}, {"成立日期": "2003"})
NAMES = (
    ("{}站", True, None, None),
    ("第{0}所、第{0}室", True, None, None),
    ("云泽县{}公司（筹）", False, date(2001, 2, 3), date(2019, 12, 31)),
    ("老{}厂", False, None, date(2001, 2, 3)),
)


def fill(count):
    """A register of so many units, each with what a list can say, under forty supervisors."""
    kinds = list(Category.objects.exclude(code="town"))
    bodies = Unit.objects.bulk_create(
        made(number, f"云泽县第{number}主管局", kinds, None) for number in range(min(40, count))
    )
    units = Unit.objects.bulk_create(
        (
            made(number, f"云泽县第{number}单位", kinds, bodies[number % len(bodies)])
            for number in range(len(bodies), count)
        ),
        batch_size=1000,
    )
    UnitName.objects.bulk_create(
        (name for number, unit in enumerate(units) for name in names(number, unit)), batch_size=1000
    )
    tags = [Tag.objects.get_or_create(name=text)[0] for text in ("窗口", "县城", "A类")]
    bears = Unit.tags.through
    bears.objects.bulk_create(
        bears(unit=unit, tag=one) for number, unit in enumerate(units) for one in tags[: number % 4]
    )


def made(number, name, kinds, supervisor):
    body = f"11999901{number:09d}"
    return Unit(
        name=name,
        match_name=plain_name(name),
        uscc=body + codes.check_digit(body) if number % 3 else None,
        category=kinds[number % len(kinds)],
        supervisor=supervisor,
        address=f"临河镇人民路{number}号" if number % 4 else "",
        staff_count=number % 90 if number % 4 else None,
        staff_count_is_approximate=bool(number % 4 and number % 7 == 0),
        contact="赵梅",
        mobile=f"138{number:08d}" if number % 2 else f"138{number:08d} / 139{number:08d}",
        tel=f"0512-6{number:07d}" if number % 3 else "",
        email=f"a{number}@example.cn",
        has_window=[True, False, None][number % 3],
        participation=["participating", "exempt"][number % 11 == 0],
        participation_note="" if number % 11 else "无在编人员",
        is_new_participant=number % 9 == 0,
        founded_on=[None, date(1949, 10, 1), date(1899, 1, 31), date(2026, 3, 15)][number % 4],
        remark=ODD[number % len(ODD)],
        extra=FURTHER[number % len(FURTHER)],
        sort_order=number + 1,
    )


def names(number, unit):
    for text, is_alias, first, last in NAMES[: number % (len(NAMES) + 1)]:
        name = text.format(number)
        yield UnitName(
            unit=unit, name=name, match_name=plain_name(name), is_alias=is_alias, from_on=first, to_on=last
        )


def exported(make):
    """The whole register as the portal gives it out, at a fixed moment."""
    units = Unit.objects.existing().for_listing()
    listing = listings.complete(listings.REGISTER, units)
    copy = export.Copy(listing, (), MOMENT, User.objects.system(), "核对名册")
    return b"".join(make(copy, units))


def cells(content):
    book = load_workbook(io.BytesIO(content), read_only=True)
    return [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets]


def empty():
    """The portal without its units, as another county would begin."""
    ImportBatch.objects.all().delete()
    Unit.objects.update(supervisor=None, town=None)
    Unit.objects.all().delete()
    Tag.objects.all().delete()


def timed(label, act):
    start, worked = time.perf_counter(), time.process_time()
    result = act()
    took, worked = time.perf_counter() - start, time.process_time() - worked
    print(f"{label:<36}{took:8.1f} s   CPU {worked:8.1f} s", flush=True)
    return result


def main(count):
    empty()
    fill(count)
    by = User.objects.system()
    text = timed("export, csv", lambda: exported(export.text))
    book = timed("export, xlsx", lambda: exported(export.workbook))
    for name, content in (("名册.csv", text), ("名册.xlsx", book)):
        empty()
        batch = timed(f"import of {name} into nothing", partial(intake.take_in, content, name, by=by))
        print({verdict: number for verdict, number in batch.tally.items() if number})
        same_text = timed("export, csv", lambda: exported(export.text)) == text
        same_cells = cells(timed("export, xlsx", lambda: exported(export.workbook))) == cells(book)
        print(f"csv the same to the byte: {same_text}; xlsx the same in every cell: {same_cells}")
        again = timed("the same list again", partial(intake.preview, content, name, by=by))
        print({verdict: number for verdict, number in again.tally.items() if number})
        if not (same_text and same_cells):
            sys.exit("The register did not come back as it left.")


if __name__ == "__main__":
    main(int(sys.argv[1]))
