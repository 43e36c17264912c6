"""The wall chart: weak units are put on it, get items, close them one by one, and are taken off."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import ChartedUnit, ChartItem, Duty
from assessments.models.wall_chart import LIGHT_TONES, Light, light
from civportal.lib.clock import today
from units.actions import editing, notification, trail
from units.actions.move import MoveNotAllowed, lock, move
from units.models import TrailEvent, Unit

from . import weak_units

EDITABLE = ("what", "owner", "overseer", "due_on")


# ── who is proposed ──────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Weak:
    """A unit that a rule finds weak, with every reason, and whether it is on the chart already."""

    unit: Unit
    reasons: list
    is_charted: bool

    @property
    def sentences(self):
        return "；".join(reason.sentence for reason in self.reasons)


def weak(cycle, units, rule=""):
    """The weak ones of these units, a query; by one rule if asked; who has most reasons comes first."""
    found = weak_units.reasons(cycle, units)
    charted = set(charted_ids(cycle).values_list("unit", flat=True))
    listed = [
        Weak(unit, found[unit.pk], unit.pk in charted)
        for unit in units.select_related("category").order_by("sort_order", "pk")
        if unit.pk in found and (not rule or rule in {reason.rule for reason in found[unit.pk]})
    ]
    return sorted(listed, key=lambda one: -len(one.reasons))


# ── units ────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def list_units(cycle, units, *, note="", by):
    """Put these units on the chart, each with the reasons that hold today. Those put on it.

    Who is on it already stays as it is. Raises ValidationError for a unit without a reason by rule
    when there is no remark that says why.
    """
    cycle, note = lock(cycle), note.strip()
    fresh = Unit.objects.filter(pk__in=[unit.pk for unit in units]).exclude(pk__in=charted_ids(cycle))
    fresh = list(fresh.order_by("sort_order", "pk"))
    weak = weak_units.reasons(cycle, Unit.objects.filter(pk__in=[unit.pk for unit in fresh]))
    for unit in fresh:
        if unit.pk not in weak and not note:
            text = _("No rule finds %(unit)s weak; say why it is put on the chart.")
            raise ValidationError(text % {"unit": unit})
    return [put_on(cycle, unit, weak.get(unit.pk, ()), note, by=by) for unit in fresh]


def put_on(cycle, unit, reasons, note, *, by):
    """The unit on the chart, with its reasons as they stand today."""
    sentences = [reason.sentence for reason in reasons]
    charted = ChartedUnit.objects.create(
        cycle=cycle, unit=unit, reasons=sentences, note=note[:200], listed_by=by
    )
    trail.record(charted, "list", by=by, note="\n".join(filter(None, [*sentences, note])))
    transaction.on_commit(lambda: notification.announce(charted, "list", by=by, note=note))
    return charted


def charted_ids(cycle):
    """A query of the numbers of the units that are on the chart."""
    return ChartedUnit.objects.listed().filter(cycle=cycle).values("unit")


def remove(charted, *, note="", seen=None, by):
    """Take the unit off the chart: when all is closed, or with a reason.

    Raises ValidationError while an item is open and no reason is given.
    """
    note = note.strip()
    with move(charted, "remove", by=by, note=note, seen=seen) as charted:
        left = charted.items.open().count()
        if left and not note:
            text = ngettext(
                "%(count)s item is still open; say why the unit is taken off all the same.",
                "%(count)s items are still open; say why the unit is taken off all the same.",
                left,
            )
            raise ValidationError(text % {"count": left})
    return charted


# ── items ────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def add_item(charted, *, what, owner, overseer, due_on, duty=None, by):
    """Give the unit something to put right: by hand, or taken over from what it owes.

    Raises ValidationError when owner and overseer are one, when the day is over, or when the duty is
    not open, not the unit's, or on the chart already.
    """
    charted = lock(charted)
    if charted.status != ChartedUnit.Status.LISTED:
        raise MoveNotAllowed(charted, "create")
    check(owner, overseer, due_on)
    check_duty(charted, duty)
    item = ChartItem.objects.create(
        charted=charted, what=what, owner=owner, overseer=overseer, due_on=due_on, duty=duty
    )
    trail.record(item, "create", by=by)
    transaction.on_commit(lambda: notification.announce(item, "create", by=by))
    return item


def check(owner, overseer, due_on):
    """Somebody does it, somebody else looks after it, and there is time left."""
    if owner == overseer:
        raise ValidationError({"overseer": _("The overseer is another person than the owner.")})
    if due_on < today():
        raise ValidationError({"due_on": _("The day is over already.")})


def check_duty(charted, duty):
    """Only what this unit still owes, and what is not on the chart yet, can be taken over."""
    if duty is None:
        return
    if duty.unit_id != charted.unit_id or duty.cycle_id != charted.cycle_id or not duty.is_open:
        raise ValidationError(_("The unit does not owe this any more."))
    if charted.items.filter(duty=duty).exists():
        raise ValidationError(_("This is on the chart already."))


@transaction.atomic
def edit_item(item, *, seen=None, by, **values):
    """Correct an open item; a day that is kept may be over, a new one may not.

    Raises MoveNotAllowed when it was closed, or is not the version `seen` any more.
    """
    item = lock(item)
    if item.status != ChartItem.Status.OPEN or seen not in (None, item.version):
        raise MoveNotAllowed(item, "edit")
    owner, overseer, due_on = values["owner"], values["overseer"], values["due_on"]
    check(owner, overseer, max(due_on, today()) if due_on == item.due_on else due_on)
    return editing.edit(item, {name: values[name] for name in EDITABLE}, by=by)


def close(item, *, note, seen=None, by):
    """The item is done; what was reached is written down and stays on the chart."""
    note = note.strip()
    if not note:
        raise ValidationError(_("Say what was reached; it stays on the record."))
    with move(item, "close", by=by, note=note, seen=seen) as item:
        item.closed_on, item.closing_note = today(), note[:200]
    return item


def reopen(item, *, note, seen=None, by):
    """What was closed turns out not to be done; the history keeps what had been written."""
    note = note.strip()
    if not note:
        raise ValidationError(_("Say why it is opened again."))
    with move(item, "reopen", by=by, note=note, seen=seen) as item:
        item.closed_on, item.closing_note = None, ""
    return item


# ── the chart as it stands ───────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Mark:
    """One thing on the chart: an item of the office, or what the unit owes anyway."""

    what: str
    due_on: date
    light: Light
    href: str
    owner: str = ""
    overseer: str = ""
    done_on: date | None = None
    note: str = ""
    item: ChartItem | None = None
    duty: Duty | None = None

    @property
    def tone(self):
        return LIGHT_TONES[self.light]

    @property
    def days(self):
        """Days until it is due; negative when overdue."""
        return (self.due_on - today()).days

    @property
    def said(self):
        """How it stands, in a word or two."""
        if self.light == Light.RED:
            return _("%(days)s d overdue") % {"days": -self.days}
        if self.light == Light.AMBER:
            return _("%(days)s d left") % {"days": self.days} if self.days else _("due today")
        return str(self.light.label)

    @property
    def people(self):
        return f"{self.owner}／{self.overseer}" if self.owner else ""


@dataclass
class Row:
    """A unit on the chart with all that is marked for it, by deadline."""

    charted: ChartedUnit
    marks: list[Mark] = field(default_factory=list)

    @property
    def lights(self):
        return Counter(mark.light for mark in self.marks)

    @property
    def counts(self):
        """(light, how many) for every light, the worst first."""
        lights = self.lights
        return [(one, lights[one]) for one in Light]

    @property
    def open_marks(self):
        return [mark for mark in self.marks if mark.light != Light.DONE]

    @property
    def badness(self):
        """What the worst is sorted by: most overdue, then most that is due soon, then the office's order."""
        lights, unit = self.lights, self.charted.unit
        return -lights[Light.RED], -lights[Light.AMBER], unit.sort_order, unit.pk


def rows(charted):
    """The chart of these units, a query of them, the worst first; in three statements."""
    charted = list(charted.for_listing())
    owed = owed_by(charted)
    found = [Row(one, marks_of(one, owed.get((one.cycle_id, one.unit_id), ()))) for one in charted]
    return sorted(found, key=lambda row: row.badness)


def owed_by(charted):
    """(year, unit) → what the unit owes now; what is still to come in the year stays off the chart."""
    units, cycles = {one.unit_id for one in charted}, {one.cycle_id for one in charted}
    duties = Duty.objects.open().begun().filter(unit__in=units, cycle__in=cycles)
    found = {}
    for duty in duties.order_by("until", "pk"):
        found.setdefault((duty.cycle_id, duty.unit_id), []).append(duty)
    return found


def marks_of(charted, owed):
    """The office's items, and what is owed and was not taken over as one, by deadline."""
    items = list(charted.items.all())
    taken = {item.duty_id for item in items}
    marks = [mark_of_item(item) for item in items]
    marks += [mark_of_duty(duty) for duty in owed if duty.pk not in taken]
    return sorted(marks, key=lambda mark: mark.due_on)


def mark_of_item(item):
    return Mark(
        what=item.what,
        due_on=item.due_on,
        light=light(item.due_on, item.closed_on),
        href=f"{item.charted.get_absolute_url()}#item-{item.pk}",
        owner=item.owner,
        overseer=item.overseer,
        done_on=item.closed_on,
        note=item.closing_note,
        item=item,
    )


def mark_of_duty(duty):
    """What is owed has the unit for owner and the office for overseer; the foot of the chart says so."""
    due_on = duty.next_day or duty.until
    return Mark(what=duty.label, due_on=due_on, light=light(due_on), href=duty.get_absolute_url(), duty=duty)


def totals(rows):
    """(light, how many) over all rows, the worst first."""
    lights = sum((row.lights for row in rows), Counter())
    return [(one, lights[one]) for one in Light]


def history(charted):
    """What happened to the unit on the chart and to its items, each line with what it is about."""
    items = {item.pk: item for item in charted.items.all()}
    kinds = ContentType.objects.get_for_models(ChartedUnit, ChartItem)
    of_unit = Q(content_type=kinds[ChartedUnit], object_id=charted.pk)
    of_items = Q(content_type=kinds[ChartItem], object_id__in=items)
    events = list(TrailEvent.objects.filter(of_unit | of_items).select_related("by").order_by("at", "pk"))
    for event in events:
        event.what = items.get(event.object_id) if event.content_type_id == kinds[ChartItem].pk else None
    return events
