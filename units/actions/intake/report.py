"""What an import found, as plain values: for the terminal, and for the list of what was left out."""

# Level of a problem → list of the report.
LISTS = {
    "duplicate": "duplicates",
    "suspected": "suspected",
    "error": "errors",
    "warning": "warnings",
    "remark": "remarks",
    "skipped": "skipped",
}
SHEET_REMARKS = {"hidden": "hidden sheet", "empty": "empty sheet", "no heading": "no heading"}


def of(rows, layouts):
    """Counts of new, update and same, and lists of {sheet, row, column, value, reason, name}.

    Rows are numbered as Excel numbers them; reasons are stable English words.
    """
    report = {"new": 0, "update": 0, "same": 0} | {name: [] for name in LISTS.values()}
    for row in rows:
        if row.verdict in ("new", "update", "same"):
            report[row.verdict] += 1
        for problem in row.problems:
            report[LISTS[problem["level"]]].append(line(row, problem))
    report["remarks"] += [
        sheet_line(layout, SHEET_REMARKS[layout.state]) for layout in layouts if layout.state in SHEET_REMARKS
    ]
    report["remarks"] += [
        sheet_line(layout, remark["reason"], remark["count"])
        for layout in layouts
        for remark in layout.remarks
    ]
    return report


def line(row, problem):
    return {
        "sheet": row.sheet,
        "row": row.number,
        "column": problem["column"],
        "value": problem["value"],
        "reason": problem["reason"],
        "name": row.name or None,
    }


def sheet_line(layout, reason, value=None):
    """What there is to say of a sheet as a whole: why it was not read, or how many rows look odd."""
    return {
        "sheet": layout.sheet,
        "row": None,
        "column": None,
        "value": value,
        "reason": reason,
        "name": None,
    }
