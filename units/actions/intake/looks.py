"""What a sheet says by its looks: hidden rows, colors, text struck out. Told to people, never guessed."""

# How many rows a remark names.
NAMED = 8
# Where more than a third of the units bears a color, it is there to be pretty.
RARE = 3


def remarks_on(sheet, units):
    """What the sheet says by its looks, which no program can understand: [{reason, count, rows}].

    Only the rows with these numbers, which seem to be units, count: titles, sections and totals are
    colored to be pretty.
    """
    used = max(map(len, sheet.rows), default=0)
    marks, found = sheet.marks, []
    for reason, numbers in (
        ("hidden rows", marks.hidden_rows & units),
        ("hidden columns", {column for column in marks.hidden_columns if column <= used}),
        ("struck rows", marks.struck & units),
        ("filled rows", marks.filled & units),
        ("commented rows", marks.commented & units),
    ):
        if numbers and not (reason == "filled rows" and len(numbers) > max(1, len(units) // RARE)):
            first = sorted(numbers)[:NAMED]
            found.append({"reason": reason, "count": len(numbers), "rows": first})
    if marks.is_filtered and marks.hidden_rows & units:
        found[0]["reason"] = "filtered rows"
    return found
