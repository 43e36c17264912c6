"""Scores: values the office enters, and the sums that follow from every decision.

Facts flow down by query: nothing tells the score what happened, it reads accepted claims and the
office's lines, and is asked to look again inside the transaction that changed them.
"""

from collections import defaultdict
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models import Claim, Cycle, LedgerEntry, ScoreLine, ScoreSheet, UnitYear
from assessments.scoring import edition as editions
from assessments.scoring import limits
from assessments.scoring.sheet import Facts, add_up
from civportal.lib.clock import now
from civportal.lib.money import half_up, plain_decimal
from units.actions import trail

# So many sheets are named one by one in a question; of more, the whole year is asked.
FEW = 500
SUMS = (
    "raw",
    "applicable",
    "base",
    "moderation",
    "bonus",
    "deductions",
    "total",
    "unset_count",
    "grade",
    "groups",
)

PROBLEMS = {
    limits.FROM_LEDGER: gettext_lazy("%(name)s takes its points from the ledger, not from a value."),
    limits.NOT_APPLICABLE: gettext_lazy("%(name)s does not apply to this unit."),
    limits.NEGATIVE: gettext_lazy("%(name)s takes 0 to %(maximum)s points, not %(value)s."),
    limits.ABOVE_MAXIMUM: gettext_lazy("%(name)s takes 0 to %(maximum)s points, not %(value)s."),
    limits.TOO_FINE: gettext_lazy("Points have at most two decimals, not %(value)s."),
    limits.NOT_POSITIVE: gettext_lazy("Write the points as a number above 0, deductions too."),
    limits.ABOVE_LIMIT: gettext_lazy("%(name)s counts %(maximum)s points at most, not %(value)s."),
    limits.NOT_AN_AMOUNT: gettext_lazy(
        "%(name)s gives %(amounts)s points a matter, not %(value)s; enter every matter by itself."
    ),
    limits.NOT_A_MULTIPLE: gettext_lazy("%(name)s counts %(amounts)s points each, so not %(value)s."),
}


class ValueChanged(ValidationError):
    """Somebody else entered a value since the form was opened; `line` is it, or None when removed."""

    def __init__(self, line):
        super().__init__(
            _("%(who)s entered %(value)s points in the meantime (%(basis)s). Look again before you save.")
            % {"who": line.by, "value": plain_decimal(line.value), "basis": line.basis}
            if line
            else _("The value was removed in the meantime. Look again before you save."),
            code="changed",
        )
        self.line = line


# Sums


@transaction.atomic
def open_sheets(cycle):
    """Give every unit of the year that has none a score sheet, with its sums. How many are new."""
    missing = UnitYear.objects.filter(cycle=cycle, sheet__isnull=True)
    sheets = ScoreSheet.objects.bulk_create(ScoreSheet(unit_year=unit_year) for unit_year in missing)
    if sheets:
        refresh_all(cycle)
    return len(sheets)


def refresh_unit(cycle, unit):
    """Recompute the sheet of one unit; call it inside the transaction of what changed.

    A unit that is not in the year has no sheet, and nothing happens.
    """
    unit_year = UnitYear.objects.filter(cycle=cycle, unit=unit).first()
    return unit_year and refresh(unit_year)


@transaction.atomic
def refresh(unit_year):
    """Recompute one unit's sheet from accepted claims and the office's lines."""
    ScoreSheet.objects.get_or_create(unit_year=unit_year)
    recount(unit_year.cycle, ScoreSheet.objects.filter(unit_year=unit_year))
    return ScoreSheet.objects.get(unit_year=unit_year)


@transaction.atomic
def refresh_all(cycle):
    """Recompute every sheet of the year in the same few queries, however many units there are.

    Answers the sheets whose sums changed; only those are written.
    """
    return recount(cycle, ScoreSheet.objects.filter(unit_year__cycle=cycle))


@transaction.atomic
def recompute(cycle, *, by):
    """Somebody asks for the sums of the year to be made anew; what differs is in the trail."""
    before = dict(ScoreSheet.objects.filter(unit_year__cycle=cycle).values_list("pk", "total"))
    changed = refresh_all(cycle)
    trail.record_all(
        changed,
        "recompute",
        by=by,
        changes={sheet.pk: {"total": [str(before[sheet.pk]), str(sheet.total)]} for sheet in changed},
    )
    return changed


def recount(cycle, sheets):
    """Lock the sheets, add up their facts, and write the sums that differ."""
    # In one order, so that two recounts wait for each other instead of locking each other out.
    sheets = list(sheets.select_for_update(of=["self"]).select_related("unit_year").order_by("pk"))
    edition = edition_of(cycle.standard)
    facts = facts_of(cycle, sheets)
    changed = [sheet for sheet in sheets if take_over(sheet, add_up(edition, facts[sheet.pk]))]
    # Every sheet is there already, so each row meets its own and is written over: one statement, where
    # a bulk update would compare every row with every other.
    ScoreSheet.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["unit_year"],
        update_fields=[*SUMS, "computed_at"],
        batch_size=500,
    )
    return changed


def take_over(sheet, result):
    """Put the sums on the sheet; whether any of them changed."""
    before = [getattr(sheet, name) for name in SUMS]
    sheet.raw = result.raw
    sheet.applicable = result.applicable
    sheet.base = result.base
    sheet.moderation = result.moderation
    sheet.bonus = result.bonus
    sheet.deductions = result.deductions
    sheet.total = result.total
    sheet.unset_count = result.unset
    sheet.grade = result.grade
    sheet.groups = {code: str(half_up(group.points)) for code, group in result.groups.items()}
    changed = before != [getattr(sheet, name) for name in SUMS]
    if changed:
        sheet.computed_at = now()
    return changed


def edition_of(standard):
    """The standard as plain values to count with."""
    return edition_from(standard, list(standard.indicators.all()), list(standard.adjustments.all()))


def edition_from(standard, tree, rules):
    """The same, of indicators and rules that were already read."""
    heads = {indicator.pk: indicator.code for indicator in tree}
    return editions.Edition(
        items=tuple(item_of(one, heads[one.parent_id]) for one in tree if one.parent_id),
        rules=tuple(rule_of(rule) for rule in rules),
        grades=editions.grades_of(standard.grades),
        floors=tuple(editions.Floor.of(floor) for floor in standard.floors),
        bonus_cap=standard.bonus_cap,
    )


def item_of(indicator, group=""):
    return editions.Item(
        indicator.code, group, indicator.maximum, indicator.comes_from_ledger, indicator.applies
    )


def rule_of(adjustment):
    return editions.Rule.of(adjustment.code, adjustment.kind, adjustment.points, adjustment.limit)


def traits_of(unit_year):
    """What decides which indicators apply to the unit this year."""
    flags = {"window": unit_year.has_window, "paired": unit_year.is_paired}
    return frozenset(trait for trait, is_set in flags.items() if is_set)


def facts_of(cycle, sheets):
    """Sheet number → what is known of its unit, in two queries for any number of sheets."""
    claimed = claimed_points(cycle, [sheet.unit_year.unit_id for sheet in sheets])
    values, adjusted, moderation = defaultdict(dict), defaultdict(lambda: defaultdict(list)), {}
    for number, code, rule, value in office_lines(sheets):
        if code:
            values[number][code] = value
        elif rule:
            adjusted[number][rule].append(value)
        else:
            moderation[number] = value
    return {
        sheet.pk: Facts(
            traits=traits_of(sheet.unit_year),
            claimed=claimed[sheet.unit_year.unit_id],
            values=values[sheet.pk],
            adjusted=adjusted[sheet.pk],
            moderation=moderation.get(sheet.pk, Decimal(0)),
        )
        for sheet in sheets
    }


def claimed_points(cycle, units):
    """Unit number → indicator code → the sum of its accepted claims."""
    accepted = Claim.objects.filter(entry__cycle=cycle, entry__status=LedgerEntry.Status.ACCEPTED)
    if len(units) <= FEW:
        accepted = accepted.filter(entry__unit__in=units)
    found = defaultdict(dict)
    sums = accepted.order_by().values_list("entry__unit", "indicator__code").annotate(points=Sum("points"))
    for unit, code, points in sums:
        # SQLite adds decimals as binary numbers; rounding to the cents they have makes the sum exact.
        found[unit][code] = half_up(points or 0)
    return found


def office_lines(sheets):
    """(sheet, indicator code, rule code, value) of every line on these sheets; a moderation has no code."""
    lines = ScoreLine.objects.all()
    if len(sheets) <= FEW:
        lines = lines.filter(sheet__in=sheets)
    else:
        lines = lines.filter(sheet__unit_year__cycle=sheets[0].unit_year.cycle_id)
    return lines.order_by("pk").values_list("sheet", "indicator__code", "adjustment__code", "value")


# Values


@transaction.atomic
def set_value(sheet, indicator, value, basis, *, by, seen=None):
    """The office values an indicator that no ledger proves, and says on what basis.

    `seen` is the value on the caller's screen ("" for none): a value that somebody else entered
    since is not overwritten unseen.
    Raises ValidationError when the indicator takes no such value from the office, the basis is missing
    or the year is not open, and ValueChanged when the value is not the one seen.
    """
    sheet = held(sheet)
    value, basis = checked_value(sheet, indicator, value), checked_basis(basis)
    line = sheet.lines.filter(indicator=indicator).select_related("by").first()
    refuse_unseen(line, seen)
    changes = line_changes(indicator.code, line, value, basis)
    if not changes:
        return line
    line, _created = ScoreLine.objects.update_or_create(
        sheet=sheet, indicator=indicator, defaults={"value": value, "basis": basis, "by": by, "at": now()}
    )
    settle(sheet, "set_value", by=by, note=basis, changes=changes)
    return line


@transaction.atomic
def clear_value(sheet, indicator, *, by, note="", seen=None):
    """The office takes a value back; the indicator is 未评 again. Nothing happens when it is."""
    sheet = held(sheet)
    line = sheet.lines.filter(indicator=indicator).select_related("by").first()
    refuse_unseen(line, seen)
    if line is None:
        return
    line.delete()
    changes = line_changes(indicator.code, line, None, "")
    settle(sheet, "clear_value", by=by, note=note, changes=changes)


@transaction.atomic
def add_adjustment(sheet, adjustment, value, basis, *, by):
    """The office gives a bonus or takes points away for one matter, named by its basis.

    Deductions are entered as positive points. Raises ValidationError when the rule gives no such
    points or the matter is already entered under it. Several matters may pass the rule's limit
    together; the sheet then counts the limit.
    """
    sheet = held(sheet)
    value, basis = checked_adjustment(sheet, adjustment, value), checked_basis(basis)
    if sheet.lines.filter(adjustment=adjustment, basis=basis).exists():
        raise ValidationError(
            _("“%(basis)s” is already entered under %(name)s; one matter counts once.")
            % {"basis": basis, "name": adjustment}
        )
    line = ScoreLine.objects.create(
        sheet=sheet, adjustment=adjustment, value=value, basis=basis, by=by, at=now()
    )
    changes = {adjustment.code: ["", plain_decimal(value)]}
    settle(sheet, "add_adjustment", by=by, note=basis, changes=changes)
    return line


@transaction.atomic
def remove_adjustment(line, *, by, note=""):
    """The office takes a bonus or deduction back. Nothing happens when somebody else just did."""
    sheet = held(line.sheet)
    line = sheet.lines.filter(pk=line.pk).select_related("adjustment").first()
    if line is None:
        return
    changes = {line.adjustment.code: [plain_decimal(line.value), ""]}
    line.delete()
    settle(sheet, "remove_adjustment", by=by, note=note or line.basis, changes=changes)


# Moderation


def moderate(cycle, lines, *, basis, by):
    """Put the lines of an adopted moderation on their sheets, and count the year anew.

    Each line names its sheet and the points; call it inside the transaction that adopts them. Gives the
    sheets whose total moved, as `moved`.
    """
    sheets = all_held(cycle)
    ScoreLine.objects.bulk_create(
        ScoreLine(sheet=sheets[line.sheet_id], moderated=line, value=line.value, basis=basis, by=by, at=now())
        for line in lines
    )
    return count_moderated(
        cycle, sheets, {line.sheet_id: ["", f"{line.value:+}"] for line in lines}, "moderate", basis, by
    )


def unmoderate(cycle, lines, *, basis, by):
    """Take the lines of a moderation off their sheets and count anew. Gives what `moderate` gives."""
    sheets = all_held(cycle)
    ScoreLine.objects.filter(moderated__in=lines).delete()
    changes = {line.sheet_id: [f"{line.value:+}", ""] for line in lines}
    return count_moderated(cycle, sheets, changes, "unmoderate", basis, by)


def all_held(cycle):
    """Every sheet of the year by its number, held in the order in which a recount takes them."""
    sheets = ScoreSheet.objects.filter(unit_year__cycle=cycle).order_by("pk")
    return {sheet.pk: sheet for sheet in sheets.select_for_update(of=["self"])}


def count_moderated(cycle, sheets, changes, verb, basis, by):
    """Count the year anew and write into each sheet's history what came or went."""
    refresh_all(cycle)
    named = {number: {_("moderation"): pair} for number, pair in changes.items()}
    trail.record_all([sheets[number] for number in named], verb, by=by, note=basis, changes=named)
    return moved({number: sheets[number] for number in named})


def moved(sheets):
    """[(sheet, its total before)] of those whose total is another by now, in one statement."""
    found = ScoreSheet.objects.filter(pk__in=sheets).select_related("unit_year__unit", "unit_year__cycle")
    pairs = [(sheet, sheets[sheet.pk].total) for sheet in found.order_by("pk")]
    return [(sheet, before) for sheet, before in pairs if sheet.total != before]


@transaction.atomic
def set_traits(sheet, *, has_window, is_paired, by):
    """The office says whether the unit has a window and is paired this year; the sheet follows.

    Values of indicators that no longer apply are kept and simply not counted.
    """
    unit_year = held(sheet).unit_year
    wanted = {"has_window": has_window, "is_paired": is_paired}
    changes = {
        str(UnitYear._meta.get_field(name).verbose_name): [getattr(unit_year, name), value]
        for name, value in wanted.items()
        if getattr(unit_year, name) != value
    }
    if changes:
        UnitYear.objects.filter(pk=unit_year.pk).update(**wanted)
        unit_year.refresh_from_db(fields=list(wanted))
        settle(unit_year.sheet, "set_traits", by=by, note="", changes=changes)


def held(sheet):
    """The sheet as the database has it now, locked until the transaction ends.

    Raises ValidationError when its year is not open any more.
    """
    sheet = (
        ScoreSheet.objects.select_for_update(of=["self"])
        .select_related("unit_year__cycle__standard", "unit_year__unit")
        .get(pk=sheet.pk)
    )
    refuse_closed(sheet.unit_year.cycle)
    return sheet


def refuse_closed(cycle):
    """Raise ValidationError unless the year is open now; call it when the sheets are held.

    Closing takes the year and then every sheet. So it waits for whoever holds one, and whoever waited for
    it finds the year closed; the year's own row is not held here, where all who save would queue for it.
    """
    if not Cycle.objects.filter(pk=cycle.pk, status=Cycle.Status.OPEN).exists():
        raise ValidationError(_("The year is not open; its values can no longer be changed."))


def checked_value(sheet, indicator, value):
    """The value as a decimal, if this indicator takes it on this sheet."""
    if indicator.standard_id != sheet.unit_year.cycle.standard_id:
        raise ValidationError(_("%(name)s belongs to another edition of the standard.") % {"name": indicator})
    value = Decimal(value)
    problem = limits.value_problem(item_of(indicator), value, traits_of(sheet.unit_year))
    if problem:
        raise ValidationError(value_sentence(problem, indicator, value), code=problem)
    return value


def value_sentence(problem, indicator, value):
    """Why an indicator does not take the value."""
    return PROBLEMS[problem] % {
        "name": indicator,
        "maximum": plain_decimal(indicator.maximum),
        "value": plain_decimal(value),
    }


def checked_adjustment(sheet, adjustment, value):
    """The points as a decimal, if the rule gives them for one matter."""
    if adjustment.standard_id != sheet.unit_year.cycle.standard_id:
        raise ValidationError(
            _("%(name)s belongs to another edition of the standard.") % {"name": adjustment}
        )
    value = Decimal(value)
    problem = limits.adjustment_problem(rule_of(adjustment), value)
    if problem:
        raise ValidationError(adjustment_sentence(problem, adjustment, value), code=problem)
    return value


def adjustment_sentence(problem, adjustment, value):
    """Why a rule does not give these points."""
    return PROBLEMS[problem] % {
        "name": adjustment,
        "maximum": adjustment.limit and plain_decimal(adjustment.limit),
        "amounts": _(" or ").join(plain_decimal(points) for points in adjustment.points.values()),
        "value": plain_decimal(value),
    }


def checked_basis(basis):
    """The basis without stray blanks; nobody's points change without one."""
    basis = " ".join(basis.split())
    if not basis:
        raise ValidationError(_("Say on what basis: the inspection, document or survey it rests on."))
    return basis


def refuse_unseen(line, seen):
    """A value that is not the one on the caller's screen is not overwritten unseen."""
    if seen is not None and seen != seen_value(line):
        raise ValueChanged(line)


def seen_value(line):
    """What a form remembers of the value it was opened with."""
    return f"{half_up(line.value)} {line.basis}" if line else ""


def line_changes(code, line, value, basis):
    """{field: [old, new]} of a value and its basis, only where they differ."""
    old_value, old_basis = (plain_decimal(line.value), line.basis) if line else ("", "")
    wanted = {
        code: [old_value, "" if value is None else plain_decimal(value)],
        _("basis of %(code)s") % {"code": code}: [old_basis, basis],
    }
    return {name: pair for name, pair in wanted.items() if pair[0] != pair[1]}


def settle(sheet, verb, *, by, note, changes):
    """Recompute the sheet and write what was done to it, with the total before and after."""
    before = sheet.total
    sheet = refresh(sheet.unit_year)
    if sheet.total != before:
        changes = {**changes, _("final score"): [str(before), str(sheet.total)]}
    trail.record(sheet, verb, by=by, note=note, changes=changes)
