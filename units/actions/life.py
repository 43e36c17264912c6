"""The life of units: renamed, changed, merged, split, dissolved – from a day on, by a document.

What a unit was before the day is kept as a UnitPast, so that every list can be asked as at a date.
"""

from itertools import pairwise

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from civportal.lib.clock import now, today
from civportal.lib.documents import document_number as printed
from civportal.lib.names import clean_name, plain_name
from units.models import DATED, LifeAct, Membership, Succession, Unit, UnitName, UnitPast, Window

from . import trail
from .editing import check_seen, differences
from .unit import hold_tree, refuse_circle

ENDED = Unit.Participation.ENDED


@transaction.atomic
def rename(unit, name, *, on, document_number, by, note="", seen=None):
    """Give the unit another name from a day on; the old one still finds it.

    Raises ValidationError for no name, its own name, a name that another unit of the same supervisor
    bears, a day in the future or before something that contradicts it, or a missing document;
    ChangedMeanwhile when the unit is not the version `seen`.
    """
    (unit,) = hold([unit], seen=seen)
    name = free_name(name, unit.supervisor, other_than=unit)
    if name == unit.name:
        raise ValidationError({"name": _("This is its name already.")})
    act = begin(LifeAct.Kind.RENAME, on, document_number, note, by)
    keep_name(unit, until=on)
    return turn(unit, {"name": name}, act)


@transaction.atomic
def change(unit, values, *, on, by, document_number="", note="", seen=None):
    """Let some of what DATED names be different from a day on: leaders, supervisor, participation …

    Fields outside DATED (why it does not take part, a new participant) change along without a past.
    Raises ValidationError as `rename` does, and when nothing would change; ChangedMeanwhile.
    """
    (unit,) = hold([unit], seen=seen)
    if "supervisor" in values:
        refuse_circle(unit, values["supervisor"])
    if not differences(unit, values):
        raise ValidationError(_("Nothing is different; change something, or go back."))
    act = begin(LifeAct.Kind.CHANGE, on, document_number, note, by)
    return turn(unit, values, act)


@transaction.atomic
def merge(units, *, into=None, name="", on, document_number, by, note=""):
    """Merge units into another one, or into a new one of that name; gives the unit that goes on.

    The merged units end and stay on record. What stands below them, lives in them or works for them
    passes to the unit that goes on; their names find it from now on. Raises ValidationError as
    `rename` does, and when a unit would be merged with itself or has ended.
    """
    units = [unit for unit in hold([*units, *([into] if into else [])]) if into is None or unit.pk != into.pk]
    if not units:
        raise ValidationError(_("A unit cannot be merged with itself; choose another one."))
    act = begin(LifeAct.Kind.MERGE, on, document_number, note, by)
    goes_on = Unit.objects.get(pk=into.pk) if into else found(name, units, act)
    refuse_unborn(goes_on, on)
    lift_out(goes_on, units, act)
    for unit in units:
        succeed(unit, [goes_on], act)
        end(unit, goes_on, act)
    return Unit.objects.get(pk=goes_on.pk)


@transaction.atomic
def split(unit, names, *, stays, on, document_number, by, note=""):
    """Split a unit: new units of these names come from it; it stays beside them or ends. The new units.

    When it ends, what stood below it, lived in it or worked for it passes to the first of them.
    Raises ValidationError as `rename` does, and with fewer parts than a split has.
    """
    (unit,) = hold([unit])
    names = [name for name in names if plain_name(name)]
    if len(names) < (1 if stays else 2):
        raise ValidationError({"names": _("Name the new units, one on each line; at least two in the end.")})
    act = begin(LifeAct.Kind.SPLIT, on, document_number, note, by)
    parts = [found(name, [unit], act) for name in names]
    succeed(unit, parts, act)
    if not stays:
        end(unit, parts[0], act)
    return parts


@transaction.atomic
def dissolve(unit, *, on, document_number, by, note=""):
    """End a unit without a successor; what stood below it stands below its supervisor.

    Raises ValidationError as `rename` does.
    """
    (unit,) = hold([unit])
    act = begin(LifeAct.Kind.DISSOLVE, on, document_number, note, by)
    return end(unit, None, act)


# what every act needs


def hold(units, seen=None):
    """The units as they are now, each once, locked in one order; raises ValidationError for an ended one."""
    hold_tree()
    numbers = {unit.pk for unit in units}
    units = list(Unit.objects.select_for_update().filter(pk__in=numbers).order_by("pk"))
    for unit in units:
        check_seen(unit, seen)
        if unit.has_ended:
            raise ValidationError(_("%(unit)s does not exist any more.") % {"unit": unit})
    return units


def begin(kind, on, document_number, note, by):
    """The act itself; raises ValidationError without a document, or before its day has come."""
    number = printed(document_number)
    if kind != LifeAct.Kind.CHANGE and not any(character.isdigit() for character in number):
        example = _("Give the number of the document, for example 云文明委〔2026〕3号.")
        raise ValidationError({"document_number": example})
    if on > today():
        raise ValidationError({"on": _("This day has not come yet; enter the act when it is in force.")})
    return LifeAct.objects.create(kind=kind, on=on, document_number=number, note=note, by=by)


def turn(unit, values, act):
    """Let the values hold from the act's day on, today included; what held before becomes a past."""
    dated = {name: value for name, value in values.items() if name in DATED}
    later = list(unit.pasts.filter(until_on__gt=act.on).order_by("until_on"))
    refuse_unborn(unit, act.on)
    refuse_contradiction(unit, dated, later)
    changes = differences(unit, values)
    if dated and not unit.pasts.filter(until_on=act.on).exists():
        before = later[0] if later else unit
        facts = {name: getattr(before, name) for name in DATED}
        UnitPast.objects.create(unit=unit, until_on=act.on, act=act, **facts)
    unit.pasts.filter(until_on__gt=act.on).update(**dated)
    for name, value in values.items():
        setattr(unit, name, value)
    unit.version += 1
    unit.save()
    trail.record(unit, act.kind, by=act.by, changes=changes, note=said(act))
    return unit


def said(act):
    """The act as history notes it: its day, its document, a remark."""
    return "；".join(filter(None, (date_format(act.on, "DATE_FORMAT"), act.document_number, act.note)))


def refuse_unborn(unit, on):
    if unit.founded_on and on < unit.founded_on:
        text = _("%(unit)s exists only since %(day)s.") % {
            "unit": unit,
            "day": date_format(unit.founded_on, "DATE_FORMAT"),
        }
        raise ValidationError({"on": text})


def refuse_contradiction(unit, values, later):
    """What changed again after the day cannot be changed on the day: the order would be lost."""
    for before, after in pairwise([*later, unit]):
        if any(getattr(before, name) != getattr(after, name) for name in values):
            text = _("%(unit)s: the same was changed again on %(day)s. Choose that day or a later one.")
            day = date_format(before.until_on, "DATE_FORMAT")
            raise ValidationError({"on": text % {"unit": unit, "day": day}})


def free_name(name, supervisor, *, other_than=None):
    """The name as it is kept; raises ValidationError when it is none, or somebody else's there."""
    name = clean_name(name)
    if not plain_name(name):
        raise ValidationError({"name": _("Enter the unit's name.")})
    if len(name) > Unit._meta.get_field("name").max_length:
        raise ValidationError({"name": _("The name has at most 100 characters.")})
    twins = Unit.objects.existing().filter(match_name=plain_name(name), supervisor=supervisor)
    if twins.exclude(pk=other_than and other_than.pk).exists():
        text = _("A unit of this name under the same supervisor is in the register already.")
        raise ValidationError({"name": text})
    return name


def keep_name(unit, *, until):
    """The unit's present name becomes a former one, by which it is still found."""
    began = unit.names.filter(is_alias=False, to_on__isnull=False).order_by("-to_on").first()
    UnitName.objects.update_or_create(
        unit=unit,
        match_name=unit.match_name,
        defaults={
            "name": unit.name,
            "is_alias": False,
            "is_settled": True,
            "from_on": began.to_on if began and began.to_on <= until else None,
            "to_on": until,
        },
    )


# who goes on


def found(name, origins, act):
    """A new unit of the same kind and place as the first of those it comes from."""
    origin = origins[0]
    supervisor = first_left(origin, "supervisor", origins)
    unit = Unit.objects.create(
        name=free_name(name, supervisor),
        founded_on=act.on,
        category=origin.category,
        participation=origin.participation,
        participation_note=origin.participation_note,
        supervisor=supervisor,
        town=first_left(origin, "town", origins),
        has_window=origin.has_window,
        sort_order=origin.sort_order,
    )
    trail.record(unit, "create", by=act.by, note=said(act))
    return unit


def lift_out(goes_on, units, act):
    """A unit that goes on cannot stand below, or live in, one that ends: it moves up to the next above."""
    places = {name: first_left(goes_on, name, [*units, goes_on]) for name in ("supervisor", "town")}
    values = {name: unit for name, unit in places.items() if unit != getattr(goes_on, name)}
    if values:
        turn(goes_on, values, act)


def first_left(unit, relation, ending):
    """The nearest unit above in that relation that is not among the ending ones, or None."""
    above, passed = getattr(unit, relation), {one.pk for one in ending}
    while above is not None and above.pk in passed:
        above = getattr(above, relation)
    return above


def succeed(unit, successors, act):
    Succession.objects.bulk_create(Succession(act=act, before=unit, after=after) for after in successors)


def end(unit, successor, act):
    """End a unit; branches, residents, people and names pass to the successor, if there is one."""
    for relation, heir in (("supervisor", successor or unit.supervisor), ("town", successor)):
        for below in Unit.objects.select_for_update().filter(**{relation: unit}).order_by("pk"):
            if below.pk != unit.pk and below != heir:
                turn(below, {relation: heir}, act)
    pass_on_people(unit, successor, act)
    pass_on_windows(unit, successor, act)
    if successor is not None:
        pass_on_names(unit, successor)
    values = {"participation": ENDED, "participation_note": ""}
    return turn(unit, values, act)


def pass_on_people(unit, successor, act):
    """Roles for the ended unit end; whoever held one holds it for the successor."""
    held = list(Membership.objects.current().filter(unit=unit).select_related("user"))
    Membership.objects.filter(pk__in=[one.pk for one in held]).update(ended_at=now())
    for one in held:
        if successor is not None:
            Membership.objects.get_or_create(user=one.user, role=one.role, unit=successor, ended_at=None)
        changes = {"roles": [f"{one.role}: {unit}", f"{one.role}: {successor}" if successor else ""]}
        trail.record(one.user, "give_role" if successor else "take_role", by=act.by, changes=changes)


def pass_on_windows(unit, successor, act):
    """Open windows serve on under the successor, where their sheets lead already; without one they close."""
    taken = set(successor.windows.values_list("name", flat=True)) if successor else set()
    for window in Window.objects.select_for_update().open().filter(unit=unit).order_by("pk"):
        values = {"closed_on": act.on}
        if successor is not None:
            name = f"{window.name}（{unit.name}）"[:60] if window.name in taken else window.name
            values = {"unit": successor, "name": name}
        changes = differences(window, values)
        for name, value in values.items():
            setattr(window, name, value)
        window.version += 1
        window.save()
        trail.record(window, "edit" if successor else "close", by=act.by, changes=changes, note=said(act))


def pass_on_names(unit, successor):
    """Whoever looks for the ended unit, or brings a list that still names it, finds its successor."""
    known = {successor.match_name, *successor.names.values_list("match_name", flat=True)}
    names = {unit.match_name: unit.name, **dict(unit.names.values_list("match_name", "name"))}
    for plain, name in names.items():
        if plain not in known:
            UnitName.objects.create(unit=successor, name=name, is_alias=True, is_settled=True)
