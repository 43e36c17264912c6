"""The standard: an edition is loaded, corrected while it is a draft, and freezes when a year opens."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models import Adjustment, Indicator, Level, Standard
from assessments.scoring import level as bands
from assessments.scoring import source as sources
from assessments.scoring.edition import Floor, decimal
from civportal.lib.money import plain_decimal
from units.actions import trail
from units.actions.move import MoveNotAllowed, lock, move

from .shipped import shipped

EXAMPLE = '{"province": 2, "city": 1}'

PROBLEMS = {
    sources.NO_INDICATORS: gettext_lazy("The edition has no indicators."),
    sources.MISSING: gettext_lazy("The edition is incomplete: “%(expected)s” is missing at %(place)s."),
    sources.NOT_A_NUMBER: gettext_lazy("“%(expected)s” at %(place)s is not a number: %(found)s."),
    sources.TWICE: gettext_lazy("The code %(place)s stands twice in the edition."),
    sources.NOT_POSITIVE: gettext_lazy("%(place)s has to give more than 0 points, not %(found)s."),
    sources.GROUP_DIFFERS: gettext_lazy(
        "The items of group %(place)s come to %(found)s points, but the group says %(expected)s."
    ),
    sources.TOTAL_DIFFERS: gettext_lazy(
        "The groups come to %(found)s points, but the edition says %(expected)s."
    ),
    sources.UNFIT_LEVEL: gettext_lazy("A described level of %(place)s does not fit: %(found)s."),
    sources.UNKNOWN_METHOD: gettext_lazy("%(place)s names an unknown way of assessing: %(found)s."),
    sources.UNKNOWN_TRAIT: gettext_lazy("%(place)s applies to an unknown kind of unit: %(found)s."),
    sources.UNKNOWN_INDICATOR: gettext_lazy("A floor names an indicator that is not there: %(found)s."),
    sources.UNKNOWN_GROUP: gettext_lazy("The tie rule names a group that is not there: %(found)s."),
}

LEVEL_FAULTS = {
    bands.TOO_MANY: gettext_lazy("An indicator has %(limit)s levels at most."),
    bands.NO_WORDS: gettext_lazy("Say of the level of %(points)s points what it is like."),
    bands.TOO_LONG: gettext_lazy("The level of %(points)s points has too long a name or description."),
    bands.COLON_IN_NAME: gettext_lazy("The name of a level takes no colon: %(name)s."),
    bands.TOO_FINE: gettext_lazy("Points have two decimals at most, not %(points)s."),
    bands.BACKWARDS: gettext_lazy("Points run from the lower to the higher, not %(points)s."),
    bands.ABOVE_FULL: gettext_lazy("The level of %(points)s points is above the full marks of %(maximum)s."),
    bands.OVERLAP: gettext_lazy("Two levels share points; the lower one gives %(points)s."),
}


def default_source():
    """The standard that ships with the portal: 9 groups, 32 items, 100 points."""
    return shipped("standard-2026.json")


@transaction.atomic
def load(source, *, year, by):
    """Load an edition from the form of `default_source`, as the year's next edition.

    Raises ValidationError, naming the place, when something is missing or the items do not come to
    their group or the groups to the total; nothing is written then.
    """
    refuse_problems(source)
    edition = 1 + (Standard.objects.filter(year=year).aggregate(last=Max("edition"))["last"] or 0)
    standard = Standard.objects.create(
        name=_("Standard of %(year)s, edition %(edition)s") % {"year": year, "edition": edition},
        year=year,
        edition=edition,
        bonus_cap=decimal(source.get("bonus_cap", 10)),
        grades=source["grades"],
        floors=source.get("floors", []),
        ties=sources.ties_of(source),
        vetoes=source.get("vetoes", []),
    )
    load_tree(standard, source["indicators"])
    load_adjustments(standard, source)
    trail.record(standard, "load", by=by)
    return standard


def refuse_problems(source):
    """Say in words why a source cannot be an edition."""
    try:
        sources.check(source)
    except sources.SourceProblem as problem:
        details = {
            "place": problem.place or _("the top"),
            "expected": problem.expected,
            "found": problem.found,
        }
        raise ValidationError(PROBLEMS[problem.kind] % details, code=problem.kind) from problem


def load_tree(standard, groups):
    """Write the groups, then all their items, in the order of the source."""
    heads = [
        Indicator(
            standard=standard,
            code=group["id"],
            name=group["zh"],
            name_en=group.get("en", ""),
            maximum=decimal(group["max"]),
            sort_order=100 * place,
        )
        for place, group in enumerate(groups, 1)
    ]
    write(heads)
    items = [
        (indicator_of(item, head, head.sort_order + place), sources.levels_of(item))
        for head, group in zip(heads, groups, strict=True)
        for place, item in enumerate(group["items"], 1)
    ]
    write(indicator for indicator, _levels in items)
    write(one for indicator, levels in items for one in levels_as(indicator, levels))


def levels_as(indicator, levels):
    """Plain levels as rows of this indicator, not saved yet."""
    return [
        Level(indicator=indicator, name=one.name, least=one.least, most=one.most, words=one.words)
        for one in levels
    ]


def indicator_of(item, head, order):
    """One item of the source as an indicator below its group."""
    return Indicator(
        standard=head.standard,
        parent=head,
        code=item["id"],
        name=item["zh"],
        name_en=item.get("en", ""),
        maximum=decimal(item["max"]),
        method=item["method"],
        applies=item.get("applies", Indicator.Applies.ALL),
        rule=item.get("rule_zh", ""),
        reviewers_needed=item.get("reviewers", 1),
        recipe=item.get("recipe", {}),
        sort_order=order,
    )


def load_adjustments(standard, source):
    """Write bonus and deduction rules; points are positive whichever way they count."""
    kinds = ((Adjustment.Kind.BONUS, "bonus"), (Adjustment.Kind.DEDUCTION, "deductions"))
    write(
        Adjustment(
            standard=standard,
            kind=kind,
            code=rule["id"],
            name=rule["zh"],
            points=sources.points_of(rule),
            limit=None if (limit := sources.limit_of(rule)) is None else decimal(limit),
            note=rule.get("note_zh", ""),
            sort_order=place,
        )
        for kind, key in kinds
        for place, rule in enumerate(source.get(key, []), 1)
    )


def write(parts):
    """Store parts of one model in one statement, with the checks a form would make."""
    parts = list(parts)
    for part in parts:
        part.clean_fields(exclude=["standard", "parent", "indicator"])
    if parts:
        type(parts[0]).objects.bulk_create(parts)


@transaction.atomic
def edit_indicator(indicator, *, name, maximum, rule, by, recipe=None, reviewers_needed=None, levels=None):
    """Correct an indicator of a draft edition; its group's full marks follow. Without a recipe, a number
    of reviewers, or levels, its own stay.

    Raises ValidationError for levels that do not fit into the full marks or each other, MoveNotAllowed
    when the edition is frozen.
    """
    values = {"name": name, "maximum": Decimal(maximum), "rule": rule}
    if recipe is not None:
        values["recipe"] = recipe
    if reviewers_needed is not None:
        values["reviewers_needed"] = reviewers_needed
    indicator = correct(indicator, values, "edit_indicator", by=by)
    check_levels(indicator.bands if levels is None else levels, indicator.maximum)
    if levels is not None:
        write_levels(indicator, levels, by=by)
    follow_items(indicator.parent)
    return indicator


def check_levels(levels, maximum):
    """Levels lie within full marks, share no points, and say what they are like; raises ValidationError."""
    for _place, problem, words in level_faults(levels, maximum):
        raise ValidationError(words, code=problem)


def level_faults(levels, maximum):
    """(place of the level, what is wrong, the sentence that says it) of everything that is wrong."""
    return [
        (place, problem, fault_in_words(problem, levels[place], maximum))
        for problem, place in bands.faults(levels, maximum)
    ]


def fault_in_words(problem, band, maximum):
    said = {"limit": bands.MOST, "points": band.range_text, "name": band.name}
    return LEVEL_FAULTS[problem] % {**said, "maximum": "" if maximum is None else plain_decimal(maximum)}


def write_levels(indicator, levels, *, by):
    """Put these in the place of the indicator's levels; its edition is a draft and under lock."""
    before, after = bands.text_of(indicator.bands), bands.text_of(levels)
    if before == after:
        return
    indicator.levels.all().delete()
    write(levels_as(indicator, levels))
    changes = {f"{indicator.code} {Level._meta.verbose_name_plural}": [before, after]}
    trail.record(indicator.standard, "edit_levels", by=by, changes=changes)


@transaction.atomic
def edit_adjustment(adjustment, *, name, points, limit, note, by):
    """Correct a bonus or deduction rule of a draft edition; `points` is {level: points above 0}.

    Raises ValidationError for points that are none, MoveNotAllowed when the edition is frozen.
    """
    check_points(points)
    values = {"name": name, "points": points, "limit": limit, "note": note}
    return correct(adjustment, values, "edit_adjustment", by=by)


def check_points(points):
    """What one matter gives is a number above 0, for every level; raises ValidationError otherwise."""
    if not isinstance(points, dict):
        raise ValidationError(_("Write the points by level, for example %(example)s.") % {"example": EXAMPLE})
    for level, value in points.items():
        try:
            is_good = decimal(value) > 0
        except ValueError:
            is_good = False
        if not is_good:
            raise ValidationError(
                PROBLEMS[sources.NOT_A_NUMBER] % {"expected": _("points"), "place": level, "found": value}
            )


def correct(part, values, verb, *, by):
    """Change a part of a draft edition, and write in the edition's trail what was and what is."""
    standard = lock(part.standard)
    if standard.is_frozen:
        raise MoveNotAllowed(standard, verb)
    part = type(part).objects.get(pk=part.pk)
    changes = {
        f"{part.code} {type(part)._meta.get_field(field).verbose_name}": [
            str(getattr(part, field)),
            str(value),
        ]
        for field, value in values.items()
        if getattr(part, field) != value
    }
    if changes:
        for field, value in values.items():
            setattr(part, field, value)
        part.save()
        trail.record(standard, verb, by=by, changes=changes)
    return part


def follow_items(group):
    """A group's full marks are the sum of its items'."""
    group.maximum = group.items.aggregate(total=Sum("maximum"))["total"]
    group.save()


def floors_of(standard):
    """The floors of an edition, ready to ask what they need."""
    return [Floor.of(floor) for floor in standard.floors]


def freeze(standard, *, by):
    """The edition is in use from now on and can no longer change.

    Raises ValidationError when a group has no items or is not the sum of them.
    """
    with move(standard, "freeze", by=by) as standard:
        for group in standard.indicators.filter(parent=None).annotate(found=Sum("items__maximum")):
            if group.found != group.maximum:
                raise ValidationError(
                    PROBLEMS[sources.GROUP_DIFFERS]
                    % {"place": group.code, "found": group.found or 0, "expected": group.maximum}
                )
    return standard
