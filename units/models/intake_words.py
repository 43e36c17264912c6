"""What is said of a row of an imported list: each reason as a sentence with its remedy."""

from django.utils.translation import gettext_lazy as _

# Stable word of a problem → sentence for the person who has the list in hand.
REASONS = {
    # skipped
    "title or heading": _("Title or heading."),
    "section": _("Heading of a section."),
    "subtotal": _("Subtotal."),
    "total": _("Total."),
    "note": _("Note below or between the units."),
    "empty": _("Empty row."),
    "example": _("Example of the template."),
    "left out by hand": _("Left out by hand."),
    # errors
    "check digit": _(
        "The code's check digit is wrong: one character is mistyped. Compare it with the certificate."
    ),
    "letter never used": _("Codes never hold the letters I, O, S, V or Z. Compare it with the certificate."),
    "length": _("A code has 18 characters. Compare it with the certificate."),
    "old code": _("This is an old 9-digit organization code. Enter the 18-digit one."),
    "old registration number": _("This is an old registration number. Enter the 18-digit code."),
    "identity card": _(
        "This is the number of an identity card, not a unit's code. It was not taken in; enter the code."
    ),
    "rounded": _("The spreadsheet rounded the code. Set the column to text and type the code anew."),
    "code of another unit": _(
        "The code belongs to one unit of the register and the name to another. Correct one of them."
    ),
    "no name": _("The row has no unit name. Fill it in, or delete the row."),
    "not a name": _("This is not a unit's name. Correct it."),
    "too long": _("The text is too long for its column. Shorten it."),
    "changed since the preview": _(
        "Somebody changed the register after this list was looked at. Import the list again."
    ),
    # duplicates
    "same code": _("The same code stands above in this list. The row is left out."),
    "same name": _("The same name under the same supervisor stands above in this list. The row is left out."),
    "decided same": _("You said it is the same unit as above. The row is left out."),
    # suspected
    "alias": _("It bears another name of this unit."),
    "full and short name": _("Perhaps the full and the short name of one unit."),
    "supervisor unknown": _("The same name, but one of them does not say to whom it belongs."),
    "same contact and phone": _("The same contact with the same phone."),
    # warnings
    "no code": _("No credit code. Have it supplied, so that the unit is recognized under any name."),
    "code differs": _("The register has another code for this unit. Check which one is right."),
    "mobile unreadable": _("The spreadsheet destroyed the mobile number. It stays empty; ask for it again."),
    "number destroyed": _("The spreadsheet destroyed the number. It stays empty; ask for it again."),
    "number unreadable": _("This is not a number. It stays empty."),
    # remarks
    "landline": _("A landline stood in the mobile column; it was put with the office telephones."),
    "area code without 0": _(
        "The area code lacks its 0; the number is kept as it stands with the office telephones. Correct it."
    ),
    "day by number": _("The spreadsheet kept this day as a number; it was read as a day. Check it."),
    "no whole day": _("This is no whole day; it is kept as it stands, under its heading."),
    "words beside a number": _("Words beside the number were left out."),
    "telephone unusual": _("An unusual telephone number; it is kept as it stands."),
    "yes or no": _("Neither yes nor no; it stays open."),
    "category unknown": _(
        "This category is not known; the unit is taken in without one. Choose it in the register."
    ),
    "ID number dropped": _("An identity card number or private detail was not taken in."),
    "as above not taken": _("“As above” means nothing in this column; it stays empty."),
    "town not found": _("No town is found for this; enter the town first, or choose it in the register."),
    "supervisor ambiguous": _("Several units bear this name; choose the supervisor in the register."),
    "masked number": _("The number is masked; what the register has stays."),
    "unit has ended": _("This unit no longer exists. Enter its successor, or leave the row out."),
    "participation not explained": _("Say why so in the column beside it; the unit stays as it was."),
    "participation unknown": _("This is none of the words for taking part; the unit stays as it was."),
    "supervises itself": _("A unit does not supervise itself; the supervisor stays open."),
}

# State of a sheet → what is said of it.
SHEETS = {
    "read": _("read"),
    "hidden": _("hidden, not read"),
    "empty": _("empty"),
    "no heading": _("no heading found, not read"),
}

# What a sheet says by its looks → sentence; %(count)s rows or columns, of which %(rows)s are the first.
LOOKS = {
    "hidden rows": _("Hidden rows: %(count)s (%(rows)s). They were read like all others."),
    "filtered rows": _(
        "A filter is on and hides rows: %(count)s (%(rows)s). They were read like all others."
    ),
    "hidden columns": _("Hidden columns: %(count)s. They were read like all others."),
    "filled rows": _(
        "Rows with a colored cell: %(count)s (%(rows)s). What the color means cannot be known; look at them."
    ),
    "struck rows": _(
        "Rows with text struck out: %(count)s (%(rows)s). They were read like all others; "
        "leave them out if they are canceled."
    ),
    "commented rows": _("Rows with a comment: %(count)s (%(rows)s). Comments are not read; look at them."),
}

TONES = {
    "error": "bad",
    "duplicate": "warn",
    "suspected": "warn",
    "warning": "warn",
    "remark": "info",
    "skipped": "idle",
}


def spelled(problem):
    """A kept problem with its sentence and its tone."""
    reason = problem["reason"]
    return {**problem, "sentence": REASONS.get(reason, reason), "tone": TONES.get(problem["level"], "idle")}


def look_spelled(remark):
    """What a sheet says by its looks, as a sentence; the first rows are named."""
    more = "…" if remark["count"] > len(remark["rows"]) else ""
    rows = ", ".join(map(str, remark["rows"])) + more
    return LOOKS[remark["reason"]] % {"count": remark["count"], "rows": rows}
