"""Values of the office, many at once: by workbook, by a block that was pasted, or typed in the score grid.

Every cell is judged first, then all changes are made together. A cell left empty changes nothing; a
value is taken back only by saying so. So a workbook that holds one department's units, or one sheet
of several, never wipes out what the others entered.
"""

import hashlib
import json
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from functools import cache

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, override

from assessments.models import ScoreLine, ScoreSheet
from assessments.models.conflict import recusal
from assessments.scoring import limits
from civportal.lib.clock import now
from civportal.lib.codes import clean_code
from civportal.lib.money import half_up, plain_decimal
from civportal.lib.names import clean_text, plain_name
from units.actions import trail

from . import score

# How a cell says that a value is taken back, and that there is none; in any language of the portal.
CLEARING = gettext_noop("not assessed")
NOT_APPLICABLE = gettext_noop("not applicable")
BLANKS = {"", "-", "–", "—", "/"}
BASIS_LENGTH = 300
# A spreadsheet keeps 8.4 as 8.4000000000000004; what is closer to cents than this is cents.
NOISE = Decimal("1e-9")
# The full stop that an input method writes where a decimal point was meant.
FULL_STOP = "。"
CONFLICT = gettext_lazy(
    "You have a conflict of interest with this unit; somebody else has to enter its values."
)


class PreviewOutdated(ValidationError):
    """Something changed since somebody looked, so what was confirmed is not what would be."""

    def __init__(self):
        super().__init__(
            _("Marks, decisions or values have changed since this was looked at. Look at it again."),
            code="outdated",
        )


@dataclass(frozen=True)
class Place:
    """Where something stands in the workbook, as Excel names it."""

    sheet: str
    row: int
    column: str


@dataclass(frozen=True)
class Cell:
    """What one cell and the basis beside it say of one unit and one indicator or rule."""

    place: Place
    unit: str
    supervisor: str
    uscc: str
    code: str
    value: str
    basis: str
    # The number of the score sheet, where the portal says itself which row it is.
    sheet: int | None = None
    # The value that stood on the person's screen when the cell was typed (see `score.seen_value`).
    seen: str | None = None

    @property
    def is_of_grid(self):
        """Typed or pasted beside the value that stands there, so that its basis was on the screen."""
        return self.sheet is not None


@dataclass(frozen=True)
class Fault:
    """A cell that cannot be taken over, with the reason."""

    place: Place
    value: str
    reason: str
    unit: str = ""


@dataclass(frozen=True)
class Change:
    """A value that will be entered, replaced or taken back (`value` is None then)."""

    place: Place
    sheet: ScoreSheet
    target: object
    line: ScoreLine | None
    value: Decimal | None
    basis: str

    @property
    def is_adjustment(self):
        return hasattr(self.target, "points")

    @property
    def fingerprint(self):
        """What the preview showed of it: what, from which value, to which."""
        return [
            self.sheet.pk,
            self.target.code,
            score.seen_value(self.line),
            str(self.value if self.value is None else half_up(self.value)),
            self.basis,
        ]


@dataclass
class Preview:
    """What a workbook would do."""

    changes: list[Change] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    # How many cells say what the portal says already.
    same: int = 0

    @property
    def digest(self):
        """Tells whether two previews would do the same."""
        said = json.dumps([change.fingerprint for change in self.changes], ensure_ascii=False)
        return hashlib.sha256(said.encode()).hexdigest()

    @property
    def sheet_count(self):
        return len({change.sheet.pk for change in self.changes})


@cache
def in_every_language(message):
    """How the portal says it, in each of its languages: a workbook may have been made in another one."""
    said = set()
    for language, _name in settings.LANGUAGES:
        with override(language):
            said.add(_(message).casefold())
    return frozenset(said)


def judge(cycle, cells, *, by, basis=""):
    """What the cells would change, in the same few queries however many there are; nothing is written.

    `basis` stands for those that bring points without one.
    """
    book = Book(cycle, sheets_for(cycle, cells), by=by, basis=basis)
    for cell in cells:
        book.take(cell)
    return book.preview


def sheets_for(cycle, cells):
    """The sheets that the cells can be about: those they name by number, else all of the year."""
    numbers = {cell.sheet for cell in cells}
    if None in numbers:
        return ScoreSheet.objects.filter(unit_year__cycle=cycle)
    return sheets_numbered(cycle, numbers)


def sheets_numbered(cycle, numbers):
    """The sheets with these numbers; where they are many, all of the year, for a question has its limits."""
    sheets = ScoreSheet.objects.filter(unit_year__cycle=cycle)
    return sheets if len(numbers) > score.FEW else sheets.filter(pk__in=list(numbers))


class Book:
    """Sheets of a year with its indicators, rules and lines, read once, and the verdicts on the cells."""

    def __init__(self, cycle, sheets, *, by, basis=""):
        self.preview = Preview()
        self.by = by
        self.basis = cleaned(basis)
        self.clearing = in_every_language(CLEARING)
        self.nothing = BLANKS | in_every_language(NOT_APPLICABLE)
        self.sheets = {sheet.pk: sheet for sheet in sheets.select_related("unit_year__unit__supervisor")}
        standard = cycle.standard
        self.indicators = {one.code: one for one in standard.indicators.items()}
        self.rules = {one.code: one for one in standard.adjustments.all()}
        self.lines = {}
        lines = ScoreLine.objects.filter(sheet__in=sheets, moderated=None)
        for line in lines.select_related("indicator", "adjustment", "by"):
            target = line.indicator or line.adjustment
            self.lines[line.sheet_id, target.code, "" if line.indicator_id else line.basis] = line
        self.by_name, self.by_code = defaultdict(list), {}
        for sheet in self.sheets.values():
            self.by_name[plain_name(sheet.unit.name)].append(sheet)
            if sheet.unit.uscc:
                self.by_code[sheet.unit.uscc] = sheet
        self.seen = {}

    def take(self, cell):
        """Judge one cell: a change, a fault, or nothing new."""
        if cell.seen is None:
            # What is typed for itself is answered even when it says nothing.
            cell = replace(cell, value=self.said(cell.value), basis=self.said(cell.basis))
            if not cell.value and (not cell.basis or cell.is_of_grid):
                return
        try:
            change = self.change_of(cell)
        except ValidationError as reason:
            said = cell.value if cell.value or cell.seen is not None else cell.basis
            fault = Fault(cell.place, said, " ".join(reason.messages), cell.unit)
            self.preview.faults.append(fault)
            return
        if change is None:
            self.preview.same += 1
        else:
            self.preview.changes.append(change)

    def said(self, text):
        """The cell's text, "" where it is only a way of writing nothing."""
        return "" if text.casefold() in self.nothing else text

    def change_of(self, cell):
        """The change a cell asks for, None when it is so already; raises ValidationError."""
        sheet = self.sheet_of(cell)
        if cell.code in self.indicators:
            return self.value_change(cell, sheet, self.indicators[cell.code])
        if cell.code in self.rules:
            return self.adjustment_change(cell, sheet, self.rules[cell.code])
        if not cell.code:
            raise ValidationError(_("The block goes beyond the last column."))
        raise ValidationError(
            _("There is no indicator or rule %(code)s in this edition.") % {"code": cell.code}
        )

    def sheet_of(self, cell):
        """The sheet that the cell is about, if this person may enter values on it."""
        sheet = self.said_by_name(cell) if cell.sheet is None else self.numbered(cell.sheet)
        if recusal(self.by).bars(sheet.unit.pk):
            raise ValidationError(CONFLICT)
        return sheet

    def numbered(self, number):
        """The sheet of that number; the rows of a pasted block can be more than there are units."""
        if number not in self.sheets:
            raise ValidationError(_("The block goes beyond the last unit."))
        return self.sheets[number]

    def said_by_name(self, cell):
        """The sheet of the unit that the row names, by its code or else by its name."""
        code = clean_code(cell.uscc)
        if not code or code not in self.by_code:
            return self.named(cell)
        sheet = self.by_code[code]
        if plain_name(cell.unit) not in ("", plain_name(sheet.unit.name)):
            raise ValidationError(
                _("The code is that of %(unit)s, but the row names another unit.") % {"unit": sheet.unit}
            )
        return sheet

    def named(self, cell):
        """The sheet of the only unit with that name, or with that name under that supervisor."""
        found = self.by_name.get(plain_name(cell.unit), []) if cell.unit else []
        if len(found) > 1:
            above = plain_name(cell.supervisor)
            found = [
                one
                for one in found
                if plain_name(one.unit.supervisor.name if one.unit.supervisor else "") == above
            ]
        if len(found) == 1:
            return found[0]
        if not cell.unit:
            raise ValidationError(_("The row names no unit."))
        raise ValidationError(
            _("There is no unit of this name in the year.")
            if not found
            else _("Several units have this name; fill in the code.")
        )

    def value_change(self, cell, sheet, indicator):
        """What a cell of an indicator's column asks for."""
        self.refuse_second(cell, sheet.pk, indicator.code)
        line = self.lines.get((sheet.pk, indicator.code, ""))
        score.refuse_unseen(line, cell.seen)
        value = self.points_of(cell)
        if value is None:
            return Change(cell.place, sheet, indicator, line, None, "") if line else None
        problem = limits.value_problem(score.item_of(indicator), value, score.traits_of(sheet.unit_year))
        if problem:
            raise ValidationError(score.value_sentence(problem, indicator, value))
        basis = self.basis_for(cell, line, value)
        if line and (line.value, line.basis) == (value, basis):
            return None
        return Change(cell.place, sheet, indicator, line, value, basis)

    def basis_for(self, cell, line, value):
        """The basis of the points that a cell brings; raises ValidationError where there is none."""
        if cell.is_of_grid and cell.seen is None and line and line.value == value:
            # The basis of a column is of what becomes another value.
            return line.basis
        # In the grid an old basis stays for other points too; a workbook keeps it for the same ones.
        keeps = line and (cell.is_of_grid or line.value == value)
        return basis_of(cell.basis or ("" if keeps else self.basis), line if keeps else None)

    def adjustment_change(self, cell, sheet, rule):
        """What a row of the bonus and deductions sheet asks for."""
        basis = basis_of(cell.basis or self.basis, None)
        self.refuse_second(cell, sheet.pk, rule.code, basis)
        line = self.lines.get((sheet.pk, rule.code, basis))
        if cell.value.casefold() in self.clearing:
            return Change(cell.place, sheet, rule, line, None, "") if line else None
        value = number_of(cell.value)
        problem = limits.adjustment_problem(score.rule_of(rule), value)
        if problem:
            raise ValidationError(score.adjustment_sentence(problem, rule, value))
        if line and line.value == value:
            return None
        return Change(cell.place, sheet, rule, line, value, basis)

    def points_of(self, cell):
        """The points that a cell says, None where it takes a value back."""
        if cell.seen is not None:
            return typed(cell.value)
        return None if cell.value.casefold() in self.clearing else number_of(cell.value)

    def refuse_second(self, cell, *key):
        """One workbook says one thing of a unit and an indicator, or of a unit, a rule and a matter."""
        first = self.seen.setdefault(key, cell.place)
        # By identity: two cells can name the same place.
        if first is not cell.place:
            raise ValidationError(
                _("This already stands in sheet %(sheet)s, row %(row)s.")
                % {"sheet": first.sheet, "row": first.row}
            )


def typed(text):
    """What somebody typed for one value: its points, or None to take the value back.

    Raises ValidationError when it says neither.
    """
    text = cleaned(text)
    if text.casefold() in in_every_language(CLEARING):
        return None
    if text.casefold() in in_every_language(NOT_APPLICABLE):
        raise ValidationError(
            _("What applies to a unit follows from its window and pairing; these are set on its sheet.")
        )
    if text in BLANKS:
        raise ValidationError(
            _("An empty cell changes nothing. To take the value back, write “%(word)s”.")
            % {"word": _(CLEARING)}
        )
    return number_of(text)


def number_of(text):
    """The points that a cell says; raises ValidationError when it says none."""
    if not text:
        raise ValidationError(
            _("There is a basis but no points. Fill them in, or write “%(word)s” to take the value back.")
            % {"word": _(CLEARING)}
        )
    text = unicodedata.normalize("NFKC", text).replace(FULL_STOP, ".")
    if "," in text or "、" in text:
        raise ValidationError(
            _("“%(text)s” has a comma; write the decimal point as a point, such as 8.5.")
            % {"text": text[:40]}
        )
    try:
        # Python would read 1_0 as ten.
        value = Decimal("NaN" if "_" in text else text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value) > 10_000:
        raise ValidationError(_("“%(text)s” is not a number of points.") % {"text": text[:40]})
    return half_up(value) if abs(value - half_up(value)) < NOISE else value


def basis_of(basis, line):
    """The basis that is given, or that the value has already."""
    if not basis and line:
        return line.basis
    if len(basis) > BASIS_LENGTH:
        raise ValidationError(
            _("The basis has %(count)s characters; %(limit)s are possible.")
            % {"count": len(basis), "limit": BASIS_LENGTH}
        )
    return score.checked_basis(basis)


def cleaned(text):
    """A cell's text on one line, half-width, without stray blanks."""
    return " ".join(clean_text(text).split())


@transaction.atomic
def apply(cycle, cells, *, digest, source, by, basis="", verb="import_values"):
    """Take over every change that the preview with this digest showed, all together; faults stay out.

    `source` names the workbook or block in the trail, `verb` says which of them. Answers the preview
    that was applied.
    Raises ValidationError when the year is not open, and PreviewOutdated when somebody changed a
    value in the meantime, so that nobody's entry is overwritten unseen.
    """
    sheets = held(cycle, cells)
    preview = judge(cycle, cells, by=by, basis=basis)
    if preview.digest != digest:
        raise PreviewOutdated
    take_over(cycle, preview.changes, sheets, verb, note=source, by=by)
    return preview


@transaction.atomic
def save(cycle, cells, *, by):
    """Take over what was typed in the score grid, all that can be; the rest stays out, each with its reason.

    A cell brings the value that stood on the screen, and one that is another by now stays as it is.
    Answers what was changed and what not. Raises ValidationError when the year is not open.
    """
    sheets = held(cycle, cells)
    preview = judge(cycle, cells, by=by)
    take_over(cycle, preview.changes, sheets, "set_values", by=by)
    return preview


def put(sheet, indicator, text, basis, *, seen, by):
    """Take over what was typed in one cell: points, or the word that takes the value back.

    Without a basis the one of the seen value stays. Raises ValidationError when the text says no points
    that the indicator takes or there is no basis, and ValueChanged when the value is not the one seen.
    """
    value = typed(text)
    if value is None:
        return score.clear_value(sheet, indicator, seen=seen, by=by)
    basis = basis_of(cleaned(basis) or seen.partition(" ")[2], None)
    return score.set_value(sheet, indicator, value, basis, seen=seen, by=by)


def way_back(preview):
    """The cells that put back what stood before these changes, each only where they still stand.

    They are saved like what is typed; a value that somebody changed since is another than was seen.
    """
    return [before(change) for change in preview.changes if not change.is_adjustment]


def before(change):
    """The cell that says what stood before the change, and saw what stands after it."""
    place = Place("", change.sheet.pk, change.target.code)
    after = change.value is not None and ScoreLine(value=change.value, basis=change.basis)
    return Cell(
        place,
        unit=change.sheet.unit.name,
        supervisor="",
        uscc="",
        code=change.target.code,
        value=plain_decimal(change.line.value) if change.line else _(CLEARING),
        basis=change.line.basis if change.line else "",
        sheet=change.sheet.pk,
        seen=score.seen_value(after),
    )


def held(cycle, cells):
    """The sheets that the cells can be about, locked in the order in which a recount takes them."""
    sheets = sheets_for(cycle, cells).order_by("pk")
    sheets = {sheet.pk: sheet for sheet in sheets.select_for_update(of=["self"])}
    score.refuse_closed(cycle)
    return sheets


def take_over(cycle, changes, sheets, verb, *, by, note=""):
    """Write the changes, recount these sheets once, and say on each what was done to it."""
    said = defaultdict(dict)
    for change in changes:
        said[change.sheet.pk].update(trail_of(change))
    write_lines(changes, by=by)
    for sheet in score.recount(cycle, sheets_numbered(cycle, said)):
        before = sheets[sheet.pk].total
        if before != sheet.total:
            said[sheet.pk][_("final score")] = [str(before), str(sheet.total)]
    touched = {change.sheet.pk: change.sheet for change in changes}
    trail.record_all(touched.values(), verb, by=by, note=note, changes=said)


def write_lines(changes, *, by):
    """Put new lines in the place of the old ones, all old ones at once and all new ones at once."""
    old = [change.line.pk for change in changes if change.line]
    for start in range(0, len(old), 1000):
        # A database takes only so many numbers in one question.
        ScoreLine.objects.filter(pk__in=old[start : start + 1000]).delete()
    at = now()
    ScoreLine.objects.bulk_create(
        (
            ScoreLine(
                sheet=change.sheet,
                value=change.value,
                basis=change.basis,
                by=by,
                at=at,
                **target_of(change),
            )
            for change in changes
            if change.value is not None
        ),
        batch_size=500,
    )


def target_of(change):
    return {"adjustment" if change.is_adjustment else "indicator": change.target}


def trail_of(change):
    """What the sheet's history says of one change."""
    if not change.is_adjustment:
        return score.line_changes(change.target.code, change.line, change.value, change.basis)
    old = plain_decimal(change.line.value) if change.line else ""
    new = "" if change.value is None else plain_decimal(change.value)
    basis = change.basis or change.line.basis
    return {f"{change.target.code} {basis}": [old, new]}
