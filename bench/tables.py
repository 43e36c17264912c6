"""How long a list takes to be read and how much memory, by kind of file and number of rows.

    python bench/tables.py              all kinds at 10,000 and 100,000 rows, and the files that lie
    python bench/tables.py FILE …       these files

Each file is read in a process of its own. Printed are seconds as the person waits, seconds of the
processor (more telling on a busy machine), and how far the memory rose above that of an idle portal:
of the process itself, and the whole of the process that reads workbooks.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from openpyxl import Workbook

from civportal.lib import tables
from tests.lib import hostile

MIB = 2**20
SIZES = (10_000, 100_000)
HEADINGS = (
    "序号", "单位名称", "信用代码", "单位类别", "主管部门", "地址",
    "在职人数", "联系人", "手机", "办公电话", "是否窗口单位", "备注",
)  # fmt: skip
LIARS = (
    "million_empty_rows", "formatted_to_the_right", "claimed_dimension", "corners", "big_member",
    "shared_strings_bomb", "many_shared_strings", "endless_styles", "ods_bomb", "ods_endless",
    "endless_page", "many_old_corners", "old_circle",
)  # fmt: skip


def rows(count):
    """Rows as a county has them: some columns repeat, most do not."""
    for number in range(count):
        yield (
            str(number + 1), f"云泽县第{number}号单位", f"11999901{number:010d}", "机关企业村社"[number % 4],
            f"县第{number % 30}局", f"人民路{number}号", number % 400, f"张{number % 97}",
            f"139{number:08d}", f"0999-8728{number % 10_000:04d}", "是", f"备注{number % 50}",
        )  # fmt: skip


def xlsx(path, count):
    book = Workbook(write_only=True)
    sheet = book.create_sheet("名册")
    for row in (HEADINGS, *rows(count)):
        sheet.append(row)
    book.save(path)


def csv(path, count):
    lines = (",".join(map(str, row)) for row in (HEADINGS, *rows(count)))
    path.write_text("\n".join(lines), encoding="gb18030")


def ods(path, count):
    path.write_bytes(hostile.ods(hostile.ods_table(HEADINGS, *rows(count))))


def page(path, count):
    lines = (f"<tr>{''.join(f'<td>{text}</td>' for text in row)}</tr>" for row in (HEADINGS, *rows(count)))
    path.write_text(f"<table>{''.join(lines)}</table>", encoding="gb18030")


def read_one(path):
    """Read a file here and say what it cost."""
    content = path.read_bytes()
    idle = memory("VmRSS")
    started, processor = time.perf_counter(), used()
    try:
        found = f"{sum(len(sheet.rows) for sheet in tables.read(content, path.name)):,} rows"
    except tables.TableRefused as refusal:
        found = f"refused: {refusal.code}"
    waited, processor = time.perf_counter() - started, used() - processor
    more = memory("VmHWM") - idle
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(
        f"| {path.stem} | {len(content) / MIB:.1f} | {waited:.2f} | {processor:.2f} "
        f"| {more // 1024} | {child} | {found} |",
        flush=True,
    )


def memory(kind):
    """This process's memory in KiB, now (VmRSS) or at its height (VmHWM); of Linux only."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(kind))


def used():
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def every(folder):
    """Make each file and read it in a fresh process."""
    for make in (xlsx, csv, ods, page):
        for count in SIZES:
            path = folder / f"{make.__name__}, {count}.xls"
            make(path, count)
            yield path
    for name in LIARS:
        path = folder / f"{name.replace('_', ' ')}.xls"
        path.write_bytes(getattr(hostile, name)())
        yield path


def main(*names):
    if names:
        return [read_one(Path(name)) for name in names]
    print("| file | MB | s | s of processor | MB more | MB of the reader | result |", flush=True)
    print("| --- | --- | --- | --- | --- | --- | --- |", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for path in every(Path(folder)):
            subprocess.run([sys.executable, __file__, str(path)], check=True)
            path.unlink()
    return None


if __name__ == "__main__":
    main(*sys.argv[1:])
