"""How long a unit list takes to be read, judged and written, and how much memory: one size per process.

    python bench/intake.py 10000

Works on the database of DATABASE_URL, which has to be migrated and may be thrown away afterwards.
"""

import io
import os
import resource
import sys
import time
from functools import partial
from pathlib import Path

import django
from openpyxl import Workbook

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civportal.settings")
os.environ.setdefault("SECRET_KEY", "bench")
django.setup()

from civportal.lib import codes, tables
from units.actions import intake
from units.models import User

HEADINGS = [
    "序号",
    "单位名称",
    "统一社会信用代码",
    "单位类别",
    "主管部门",
    "所在镇",
    "地址",
    "在职人数",
    "主要负责人",
    "联系人",
    "手机",
    "备注",
]


def workbook(count):
    """A list of so many units under forty supervisors."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("名册")
    sheet.append(["云泽县2026年度参创单位名册"])
    sheet.append(HEADINGS)
    for number in range(count):
        body = f"11999901{number:09d}"
        sheet.append(
            [
                number + 1,
                f"云泽县第{number}中心站",
                body + codes.check_digit(body),
                "事业单位",
                f"云泽县第{number % 40}主管局",
                "",
                f"云泽县人民路{number}号",
                f"约{number % 90 + 5}人",
                "张三",
                f"李{number}",
                f"138{number % 10**8:08d}",
                "",
            ]
        )
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def timed(label, act):
    start, worked = time.perf_counter(), time.process_time()
    result = act()
    took, worked = time.perf_counter() - start, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    say(f"{label:<28}{took:8.1f} s   CPU {worked:8.1f} s   peak {peak:5d} MB")
    return result


def say(text):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(count):
    content = workbook(count)
    # What is measured is the import, not where the reader draws its line.
    tables.MAX_ROWS, tables.MAX_CELLS = 200_000, 4_000_000
    person = User.objects.system()
    say(f"{count} rows, {len(content) // 1024} KB")
    batch = timed("upload", lambda: intake.begin(content, "名册.xlsx", by=person))
    while batch.is_reading:
        label = "judging" if batch.done >= batch.total else f"part to row {batch.done + intake.PART}"
        batch = timed(label, partial(intake.advance, batch, by=person))
    say(batch.tally)
    batch = timed("apply", partial(intake.apply, batch, by=person))
    timed("same list again, upload", lambda: intake.begin(content, "名册.xlsx", by=person))


if __name__ == "__main__":
    main(int(sys.argv[1]))
