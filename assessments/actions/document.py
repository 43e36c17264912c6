"""Documents of the office: written, issued to units, signed for, corrected, withdrawn.

A receipt is a duty (docs/decisions/0026): one row for each unit that a document went to.
"""

from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assessments.models import Document, Duty
from civportal.lib import files, filetypes
from civportal.lib.clock import now, today
from civportal.lib.documents import document_number
from units.actions import notification, trail
from units.actions.move import MoveNotAllowed, lock, move
from units.models import TrailEvent, Unit, User
from units.models.person import WRITING_ROLES

from . import duty as duties
from .evidence import check

# ── written ──────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def write(cycle, *, file, by, **said):
    """Begin a document of that year with its file; nobody outside the office knows of it yet.

    Raises ValidationError for a file that is not taken, and for a number that another document bears.
    """
    document = Document(cycle=cycle, created_by=by, created_at=now(), **said, **keep(file))
    document.number = free_number(document)
    document.save()
    trail.record(document, "create", by=by, changes={"sha256": ["", document.sha256]})
    return document


def edit(document, *, seen, file=None, by, **said):
    """Change a draft; a corrected edition keeps the number that it corrects.

    Raises MoveNotAllowed once it is issued, or when it is not the version `seen`.
    """
    said |= keep(file) if file else {}
    with drafting(document, seen) as document:
        before = {name: getattr(document, name) for name in said}
        for name, value in said.items():
            setattr(document, name, value)
        document.number = free_number(document)
        changes = {name: [old, getattr(document, name)] for name, old in before.items()}
        changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
        trail.record(document, "edit", by=by, changes=changes)
    return document


def choose(document, rule, *, seen, by):
    """Say to whom a draft goes: to all units of the year, or to those of kinds, towns, a list."""
    with drafting(document, seen) as document:
        trail.record(document, "edit", by=by, changes={"recipients": [document.audience_rule, rule]})
        document.audience_rule = rule
    return document


@transaction.atomic
def discard(document, *, by):
    """Throw a draft away; its file stays in the store, its history in the trail."""
    document = lock(document)
    if not document.is_editable:
        raise MoveNotAllowed(document, "edit")
    trail.record(document, "delete", by=by, note=str(document))
    document.delete()


@contextmanager
def drafting(document, seen):
    """The draft locked; raises MoveNotAllowed when it is issued already, or not the version seen."""
    with transaction.atomic():
        document = lock(document)
        if not document.is_editable or document.version != seen:
            raise MoveNotAllowed(document, "edit")
        document.version += 1
        yield document
        document.save()


def keep(file):
    """Store the file and answer what a Document says of it; raises ValidationError when it is not taken."""
    name = filetypes.clean_name(file.name)
    kind = check(file, name)
    sha256 = files.save(file, Document.FOLDER)
    return {"file_name": filetypes.clean_name(name, kind), "kind": kind, "sha256": sha256, "size": file.size}


def free_number(document):
    """The number as it is printed; raises ValidationError when another document bears it.

    Under the lock of the year, so that of two documents with one number the second is told.
    """
    if document.corrects_id:
        return document.corrects.number
    lock(document.cycle)
    number = document_number(document.number)
    taken = Document.objects.filter(number=number, edition=document.edition).exclude(pk=document.pk).first()
    if taken:
        raise ValidationError(
            _("“%(title)s” has this number already. To put a mistake right, correct that document.")
            % {"title": taken.title},
            code="taken",
        )
    return number


# ── to whom it goes ──────────────────────────────────────────────────────────────────────────────


def recipients(document):
    """The units of the year to which it goes; a corrected edition also to whoever had the one before."""
    chosen = chosen_by(document.audience_rule)
    if document.corrects_id:
        had = Duty.objects.filter(document=document.corrects_id).values("unit")
        chosen |= Q(pk__in=had) | Q(predecessors__before__in=had)
    units = Unit.objects.filter(years__cycle=document.cycle_id).exclude(
        participation=Unit.Participation.ENDED
    )
    return units.filter(chosen).distinct().order_by("sort_order", "pk")


def chosen_by(rule):
    """The units that a rule means: whoever is of one of its kinds, in one of its towns, or on its list."""
    if rule.get("all"):
        return Q(pk__gt=0)
    kinds, towns = rule.get("categories", []), rule.get("towns", [])
    return (
        Q(category__in=kinds)
        | Q(category__parent__in=kinds)
        | Q(pk__in=towns)
        | Q(town__in=towns)
        | Q(pk__in=rule.get("units", []))
    )


def newcomers(document):
    """Units that it would go to today and did not: they joined the year after it was issued."""
    had = Duty.objects.filter(document=document).values("unit")
    return recipients(document).exclude(pk__in=had)


@dataclass(frozen=True)
class Load:
    """What the recipients of a document have to do already."""

    # A query: each recipient with `open_count`, what it owes now, and `document_count`, what it got this
    # year, in the office's order.
    units: object
    # (town, or kind where a unit is in none; how many recipients), the towns last.
    places: list
    # All that they owe now, and the recipient that owes most.
    open_total: int
    heaviest: Unit | None

    @property
    def count(self):
        return sum(count for _place, count in self.places)

    @property
    def average(self):
        return self.open_total / self.count if self.count else 0


def load_of(document, units):
    """What these units owe now and got this year, so that one more is not asked for without a thought."""
    found = Unit.objects.filter(pk__in=units.order_by().values("pk"))
    of_year = Duty.objects.owed().filter(cycle=document.cycle_id)
    begun = of_year.filter(fulfilled_at__isnull=True).begun()
    got = of_year.filter(kind=Duty.Kind.RECEIPT)
    counted = found.annotate(open_count=number_of(begun), document_count=number_of(got))
    return Load(
        counted.order_by("sort_order", "pk"),
        places_of(found),
        begun.filter(unit__in=found).count(),
        counted.order_by("-open_count", "sort_order", "pk").first(),
    )


def number_of(duties):
    """How many of these duties the unit of the outer query has, counted only where it is shown."""
    own = duties.filter(unit=OuterRef("pk")).order_by().values("unit")
    return Coalesce(Subquery(own.annotate(number=Count("pk")).values("number")), 0)


def places_of(units):
    """[(town or kind, how many of these units)], in the order in which `owing` calls them up."""
    kind = Coalesce("category__parent__name", "category__name")
    rank = Coalesce("town__sort_order", "category__parent__sort_order", "category__sort_order")
    rows = units.order_by().annotate(
        place=Coalesce("town__name", kind), rank=rank, in_town=Q(town__isnull=False)
    )
    counted = rows.values("place", "in_town").annotate(number=Count("pk"), first=Min("rank"))
    ordered = counted.order_by("in_town", "first", "place")
    return [(row["place"] or _("Others"), row["number"]) for row in ordered]


# ── issued ───────────────────────────────────────────────────────────────────────────────────────


def issue(document, *, due_on=None, seen, by):
    """Issue a draft: each recipient owes a receipt, and whoever writes for one of them is told.

    A corrected edition replaces the one before: receipts still open there lapse, signed ones stay.
    `due_on` counts only where no holiday table tells the last day. Raises ValidationError without
    recipients or without a day, MoveNotAllowed when it is not the version `seen`.
    """
    with move(document, "issue", by=by, seen=seen, note=document.correction_note) as document:
        document.issued_at = now()
        units = list(recipients(document).values_list("pk", flat=True))
        if not units:
            raise ValidationError(_("Nobody is chosen yet. Say first to whom the document goes."))
        if document.corrects_id:
            replace(document.corrects, note=document.correction_note, by=by)
        hand_out(document, units, due_on)
    return document


def replace(document, *, note, by):
    """A corrected edition takes the place of this one."""
    with move(document, "replace", by=by, note=note) as document:
        lapse(document, _("Replaced by a corrected edition: %(why)s") % {"why": note})


def send(document, *, due_on=None, by):
    """Send an issued document to the units that joined the year since. The units."""
    with in_force(document, "send") as document:
        units = list(newcomers(document))
        hand_out(document, [unit.pk for unit in units], due_on)
        if units:
            trail.record(document, "send", by=by, changes={"units": [0, len(units)]})
            tell_later(document, units, "send", by=by)
    return units


def hand_out(document, units, due_on):
    """A receipt for each of the units, to be signed within the working days that the document gives.

    Signed late it is taken as long as the document is in force; the year's end is the last day of the duty.
    """
    due_on = last_day(document) or due_on
    if due_on is None or due_on < today():
        raise ValidationError(_("Say by which day it is to be signed, today or later."))
    dates = {
        "opens_on": today(),
        "due_on": due_on,
        "closes_on": max(due_on, due_on.replace(month=12, day=31)),
    }
    fresh = (
        Duty(cycle_id=document.cycle_id, unit_id=unit, kind=Duty.Kind.RECEIPT, document=document,
             title=document.title[:80], **dates)
        for unit in units
    )  # fmt: skip
    Duty.objects.bulk_create(fresh, batch_size=duties.BATCH)


def last_day(document):
    """By when it has to be signed if it goes out today; None where no holiday table reaches."""
    return duties.workdays_from_today(document.sign_within)


@contextmanager
def in_force(document, verb):
    """The document locked; raises MoveNotAllowed unless it is in force."""
    with transaction.atomic():
        document = lock(document)
        if not document.is_in_force:
            raise MoveNotAllowed(document, verb)
        yield document


def tell_later(document, units, verb, *, by):
    """After the commit, tell whoever writes for one of these units."""
    people = list(User.objects.writing_for([unit.pk for unit in units]))
    pairs = [(document, person) for person in people]
    transaction.on_commit(partial(notification.announce_each, pairs, verb, by=by, at=now()))
    return people


# ── opened, signed for ───────────────────────────────────────────────────────────────────────────


def note_opening(document, *, by):
    """Somebody who writes for a recipient opens the file; the first time is kept."""
    own = by.units_as(WRITING_ROLES)
    document.receipts.filter(unit__in=own, seen_at__isnull=True).update(seen_at=now())


@transaction.atomic
def sign(receipt, *, by):
    """Sign for a document in the name of a recipient; late too, as long as the document is in force.

    Signed once, it stays signed: a second signature changes nothing. Raises MoveNotAllowed when the
    document was replaced or withdrawn meanwhile. Whether it was signed just now.
    """
    # The document first, as whoever withdraws it does: in the other order the two wait for each other.
    document, receipt = lock(receipt.document), lock(receipt)
    if receipt.fulfilled_at:
        return False
    if receipt.lapsed_note or not document.is_in_force:
        raise MoveNotAllowed(document, "sign")
    at = now()
    own = Duty.objects.filter(pk=receipt.pk)
    duties.fulfil(own, by=by, at=at)
    own.update(seen_at=Coalesce("seen_at", at))
    trail.record(receipt, "sign", by=by, note=str(document))
    return True


# ── chased ───────────────────────────────────────────────────────────────────────────────────────


def owing(document, user):
    """Who has not signed, as far as this person sees: [(town or kind, receipts)]."""
    receipts = (
        document.receipts.visible_to(user).open().select_related("unit__town", "unit__category__parent")
    )
    receipts = sorted(receipts, key=lambda receipt: (place_order(receipt.unit), receipt.unit.sort_order))
    return [
        (place, list(group)) for place, group in groupby(receipts, lambda receipt: place_of(receipt.unit))
    ]


def place_of(unit):
    """Under which name a unit is called up: its town, or its kind where it is in none."""
    return unit.town or unit.kind


def place_order(unit):
    """Units in no town come first, kind by kind, then town by town."""
    place = place_of(unit)
    return unit.town_id is not None, place.sort_order if place else 0, place.pk if place else 0


def reminder(document, groups):
    """The text to be sent to those who have not signed."""
    days = sorted({receipt.until for _place, receipts in groups for receipt in receipts})
    if not days:
        return ""
    head = _("Please sign in the portal for %(number)s “%(title)s” by %(day)s. Not signed yet:") % {
        "number": document.number,
        "title": document.title,
        "day": date_format(days[0], "DATE_FORMAT"),
    }
    other = _("Others")
    lines = [f"{place or other}：{'、'.join(str(one.unit) for one in of)}" for place, of in groups]
    return "\n".join([head, *lines])


def remind(document, *, by):
    """Remind whoever writes for a unit that has not signed; once a day is enough. How many people.

    Raises ValidationError when they were reminded today already.
    """
    with in_force(document, "remind") as document:
        if reminded_on(document) == today():
            raise ValidationError(_("They were reminded today already."))
        units = Unit.objects.filter(pk__in=document.receipts.open().values("unit"))
        people = tell_later(document, units, "remind", by=by)
        trail.record(document, "remind", by=by, changes={"people": [0, len(people)]})
    return len(people)


def reminded_on(document):
    """The day of the last reminder, or None."""
    last = TrailEvent.objects.about(document).filter(verb="remind").last()
    return localdate(last.at) if last else None


# ── corrected, withdrawn ─────────────────────────────────────────────────────────────────────────


@transaction.atomic
def correct(document, *, file, note, by, **said):
    """Begin a corrected edition under the same number; `note` says what was corrected, and why.

    It goes to whoever had the one before, and takes its place when it is issued. Raises
    MoveNotAllowed unless the document is in force, ValidationError while a correction is begun.
    """
    about = keep(file)
    with in_force(document, "replace") as document:
        if Document.objects.filter(corrects=document).exists():
            raise ValidationError(_("A corrected edition is begun already."))
        edition = Document.objects.create(
            cycle_id=document.cycle_id, number=document.number, edition=document.edition + 1,
            corrects=document, correction_note=note, secrecy=document.secrecy,
            audience_rule=document.audience_rule, created_by=by, created_at=now(), **said, **about,
        )  # fmt: skip
        trail.record(edition, "create", by=by, note=note, changes={"sha256": ["", edition.sha256]})
    return edition


def withdraw(document, *, note, seen=None, by):
    """Take an issued document back, with a reason: open receipts lapse, units cannot open it any more."""
    note = note.strip()
    if not note:
        raise ValidationError(_("Say why the document is withdrawn."))
    with move(document, "withdraw", by=by, note=note, seen=seen) as document:
        document.withdrawal_note = note[:200]
        lapse(document, _("The document was withdrawn: %(why)s") % {"why": note})
    return document


def lapse(document, note):
    """What nobody signed is owed no more; the signatures stay."""
    document.receipts.open().update(lapsed_note=note[:200])
