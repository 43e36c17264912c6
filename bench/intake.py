"""How long a unit list takes to be read, judged and written, and how much memory: one size per process.

    python bench/intake.py 10000

A list of new units, then the same one with other contacts, which changes every unit; both are undone.
Peak is the most memory of this process within the step, over what it has when nothing was done yet
(Linux only). Works on the database of DATABASE_URL, which has to be migrated and may be thrown away.
"""

import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import django

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


def made(*said):
    """The list as bytes, made by another process, whose memory is not measured."""
    command = [sys.executable, __file__, "make", *map(str, said)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout


def make(count, contact):
    """Write a list of so many units under forty supervisors to the standard output."""
    from openpyxl import Workbook  # noqa: PLC0415 – not into the process that is measured

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
                f"{contact}{number}",
                f"138{number % 10**8:08d}",
                "",
            ]
        )
    book.save(sys.stdout.buffer)


def timed(label, act):
    # From here on the kernel counts the most memory anew.
    Path("/proc/self/clear_refs").write_text("5")
    start, worked = time.perf_counter(), time.process_time()
    result = act()
    took, worked = time.perf_counter() - start, time.process_time() - worked
    say(f"{label:<28}{took:8.1f} s   CPU {worked:8.1f} s   peak {memory('VmHWM') - idle:5d} MB over idle")
    return result


def memory(line):
    """A line of what the kernel says of this process, in MB."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition(f"{line}:")[2].split()[0]) // 1024


def say(text):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(count):
    first, second = made(count, "李"), made(count, "王")
    # What is measured is the import, not where the reader draws its line.
    tables.MAX_ROWS, tables.MAX_CELLS = 200_000, 4_000_000
    person = User.objects.system()
    global idle
    idle = memory("VmRSS")
    say(f"{count} rows, {len(first) // 1024} KB; idle: {idle} MB")
    new = previewed(first, person)
    new = timed("apply, all new", partial(intake.apply, new, by=person))
    changed = previewed(second, person)
    layouts = intake.layouts_of(changed)
    changed = timed("read anew: begin", partial(intake.rearrange, changed, layouts, by=person))
    changed = read_through(changed, person)
    changed = timed("apply, all changed", partial(intake.apply, changed, by=person))
    timed("undo, all changed", partial(intake.undo, changed, by=person))
    timed("undo, all new", partial(intake.undo, new, by=person))


def previewed(content, person):
    batch = timed("upload", lambda: intake.begin(content, "名册.xlsx", by=person))
    return read_through(batch, person)


def read_through(batch, person):
    while batch.is_reading:
        label = "judging" if batch.done >= batch.total else f"part to row {batch.done + intake.PART}"
        batch = timed(label, partial(intake.advance, batch, by=person))
    say({verdict: number for verdict, number in batch.tally.items() if number})
    return batch


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(int(sys.argv[2]), sys.argv[3])
    else:
        main(int(sys.argv[1]))
