"""The part of reading a workbook that runs in a process of its own, as a script.

    python -I child.py SECONDS SHEETS ROWS COLUMNS AREA < workbook > sheets

The library that reads .xls and .xlsx is fast and not made for files that lie: some let it loop, take
all memory, or end the process. So it first gives up memory and time. It writes lines of JSON: one for
each sheet {name, hidden, merged}, and after it blocks of rows. Ends with 0, or with the number of what
is wrong, or is killed. It imports nothing of the portal.
"""

import io
import json
import re
import sys
from datetime import date, datetime, time

import python_calamine

MEMORY = 256 * 2**20
RESULT_BYTES = 96 * 2**20
BLOCK = 500
MERGED = 100_000

DAMAGED, PROTECTED, TOO_LONG, TOO_WIDE = 3, 4, 5, 6
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


class Refused(Exception):
    """Ends the process with this number."""


def give_up_powers(seconds):
    """Limit memory and processor time; Windows has no such limits."""
    try:
        import resource  # noqa: PLC0415
    except ImportError:
        return
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))


def write_sheets(content, most, out):
    """Every worksheet; `most` are the most sheets, and a sheet's rows, columns and cells."""
    sheets, *room = most
    workbook = python_calamine.load_workbook(io.BytesIO(content))
    if len(workbook.sheets_metadata) > sheets:
        raise Refused(TOO_LONG)
    left = [RESULT_BYTES]
    for place, about in enumerate(workbook.sheets_metadata):
        if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        hidden = about.visible != python_calamine.SheetVisibleEnum.Visible
        if hidden:
            put(out, left, {"name": about.name, "hidden": True, "merged": []})
        else:
            write_sheet(workbook.get_sheet_by_index(place), room, out, left)


def write_sheet(sheet, room, out, left):
    if sheet.end is not None:
        refuse_too_large(sheet.total_height, sheet.total_width, *room)
    merged = [(*start, *end) for start, end in sheet.merged_cell_ranges or []]
    if len(merged) > MERGED:
        raise Refused(DAMAGED)
    put(out, left, {"name": sheet.name, "hidden": False, "merged": merged})
    if sheet.end is None:
        return
    # Rows come from the sheet's first one on, cells from the first column that holds anything.
    before, block = [""] * sheet.start[1], []
    for row in sheet.iter_rows():
        block.append(before + [text_of(cell) for cell in row])
        if len(block) == BLOCK:
            put(out, left, block)
            block = []
    put(out, left, block)


def refuse_too_large(height, width, rows, columns, cells):
    if width > columns:
        raise Refused(TOO_WIDE)
    if height > rows or height * width > cells:
        raise Refused(TOO_LONG)


def put(out, left, value):
    line = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    left[0] -= len(line)
    if left[0] < 0:
        raise Refused(TOO_LONG)
    out.write(line + b"\n")


def text_of(cell):
    """A cell as the text that a person would have typed; whole numbers lose their ".0"."""
    if isinstance(cell, str):
        # A workbook can spell control characters out; PostgreSQL holds no NUL in a text.
        return CONTROL.sub("", cell)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        # Beyond 15 digits a spreadsheet has rounded: the number must not look whole.
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell).upper()
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def main(seconds, *most):
    give_up_powers(int(seconds))
    content = sys.stdin.buffer.read()
    try:
        write_sheets(content, [int(number) for number in most], sys.stdout.buffer)
        sys.stdout.buffer.flush()
    except Refused as why:
        return why.args[0]
    except python_calamine.PasswordError:
        return PROTECTED
    except MemoryError:
        return TOO_LONG
    except Exception as error:
        sys.stderr.write(f"{type(error).__name__}: {error}"[:500])
        return DAMAGED
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
