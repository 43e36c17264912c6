"""Binders: begun, made step by step, finished, stopped, removed when their time is over.

A step answers within seconds, so nobody needs a worker: the page asks for the next one until all is
done, and whoever opens the page goes on. Work is done outside of any transaction, for it draws
pictures; what it found is written down in a short one. Two who step at once do not disturb each
other: the second finds the binder taken, and comes back.
"""

import tempfile
from functools import partial

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import override

from assessments.models import Binder, BinderVolume, UnitYear
from civportal.lib import archive, files
from civportal.lib.clock import now
from units.actions import trail
from units.actions.move import move
from units.models import Unit, User
from units.models.person import below

from . import binder_archive, binder_book, binder_contents, binder_files

# Of so many units a binder can be made at once; a county has hardly as many.
MOST_UNITS = 2_000


def units_for(scope, unit, cycle):
    """The units of the year that such a binder holds, in the office's order."""
    years = UnitYear.objects.filter(cycle=cycle)
    if scope == Binder.Scope.UNIT:
        years = years.filter(unit=unit)
    elif scope == Binder.Scope.TOWN:
        years = years.filter(Q(unit=unit) | Q(unit__town=unit))
    elif scope == Binder.Scope.TREE:
        years = years.filter(unit__in=below({unit.pk}))
    return Unit.objects.filter(pk__in=years.values("unit")).order_by("sort_order", "pk")


@transaction.atomic
def make(cycle, scope, unit=None, *, by):
    """Begin a binder of the year for one unit, a town, a department's tree, or all.

    Who clicks twice, or after somebody else, gets the one that is being made.
    Raises ValidationError when no unit of the year is among them.
    """
    same = Binder.objects.being_made(cycle=cycle, scope=scope, unit=unit).first()
    if same:
        return same
    units = list(units_for(scope, unit, cycle)[:MOST_UNITS])
    if not units:
        raise ValidationError(_("No unit of that year is among them."))
    folder = binder_archive.folder_for(cycle, unit)
    binder = Binder.objects.create(cycle=cycle, scope=scope, unit=unit, folder=folder, made_by=by)
    BinderVolume.objects.bulk_create(
        BinderVolume(binder=binder, unit=one, number=number, folder=binder_archive.folder_within(number, one))
        for number, one in enumerate(units, 1)
    )
    trail.record(binder, "make", by=by, note=str(binder))
    return binder


def advance(binder, *, by, seconds=binder_files.SECONDS):
    """Do the next few seconds of work; safe to call twice at once, and after it broke off.

    Raises OSError when the store takes or gives nothing; the next step then tries again.
    """
    if not take(binder):
        return fresh(binder)
    try:
        # A binder is an official document: it speaks the office's language, whoever makes it.
        with override(settings.LANGUAGE_CODE):
            volume = unmade(binder)
            if volume is None:
                return finish(binder, by=by)
            work_on(volume, seconds)
    finally:
        Binder.objects.filter(pk=binder.pk).update(stepping_at=None)
    return fresh(binder)


def take(binder):
    """Whether the next step is ours: nobody is at one, or whoever was broke off."""
    free = Q(stepping_at__isnull=True) | Q(stepping_at__lt=now() - Binder.STEP)
    is_making = Binder.objects.filter(free, pk=binder.pk, status=Binder.Status.MAKING)
    return bool(is_making.update(stepping_at=now()))


def fresh(binder):
    return Binder.objects.for_listing().get(pk=binder.pk)


def unmade(binder):
    """The next unit's part; None when all are made."""
    left = binder.volumes.filter(made_at__isnull=True).order_by("number")
    return left.select_related("unit__category", "unit__supervisor", "unit__town", "binder__cycle").first()


def work_on(volume, seconds):
    """Look at the next files of the unit; when all are looked at, bind its book."""
    contents = binder_contents.gather(volume.unit, volume.binder.cycle)
    checked = dict(volume.checked)
    is_done = binder_files.look_on(contents.originals, checked, seconds=seconds)
    volume.file_total = len({original.key for original in contents.originals})
    volume.checked = {} if is_done else checked
    if is_done:
        bind(volume, contents, checked)
    volume.save()
    if not Binder.objects.filter(pk=volume.binder_id, status=Binder.Status.MAKING).exists():
        # Somebody stopped it meanwhile, and what was thrown away then did not hold this part.
        throw_away(volume.binder)


def bind(volume, contents, checked):
    """Write the book, the page, the manifest and the list of the unit's folder into the store."""
    with tempfile.TemporaryFile() as file:
        pages, plates = binder_book.write(file, contents, checked, volume.binder)
        size = file.tell()
        file.seek(0)
        crc = archive.checksum(file)
        sha256 = files.save(file, Binder.FOLDER)
    book = binder_archive.part_of(binder_archive.book_name(contents), Binder.FOLDER, sha256, size, crc)
    kept = binder_archive.keep_folder(volume, contents, plates, book)
    volume.parts_sha256, volume.size, volume.sha256 = kept
    volume.book_sha256, volume.book_size, volume.page_count = sha256, size, pages.total
    volume.entry_count, volume.file_count = contents.entry_count, len(contents.originals)
    volume.missing_count = sum(plate.is_lost for plate in plates.values())
    volume.hidden_count = sum(plate.is_hidden for plate in plates.values())
    volume.made_at = now()


def finish(binder, *, by):
    """All parts are made: the binder is ready, and knows how long its archive is."""
    volumes = list(binder.volumes.select_related("unit"))
    parts, fingerprint = "", volumes[0].sha256
    if not binder.is_of_one:
        parts, _size, fingerprint = binder_archive.keep_root(binder, volumes)
    binder.parts_sha256 = parts
    size = archive.length((one.path, one.size) for one in binder_archive.members(binder))
    with move(binder, "finish", by=by) as binder:
        binder.parts_sha256, binder.sha256, binder.size = parts, fingerprint, size
        binder.ready_at = now()
        binder.stepping_at = None
    return fresh(binder)


def cancel(binder, *, by):
    """Stop the making; what was bound so far is thrown away."""
    with move(binder, "cancel", by=by) as binder:
        throw_away(binder)
    return binder


def remove(binder, *, by, note=""):
    """Take a binder out of the store. The records and their originals stay; it can be made anew."""
    with move(binder, "remove", by=by, note=note) as binder:
        throw_away(binder)
    return binder


def throw_away(binder):
    """Delete what is kept for it, once it is sure that it goes."""
    for sha256 in set(binder_archive.stored_by(binder)):
        transaction.on_commit(partial(files.delete, Binder.FOLDER, sha256))


def remove_expired():
    """Binders whose two weeks are over make room; how many."""
    system = User.objects.system()
    count = 0
    for binder in Binder.objects.expired().select_related("cycle", "unit"):
        if binder.is_ready:
            remove(binder, by=system, note=_("its time is over"))
        else:
            cancel(binder, by=system)
        count += 1
    return count


def note_taking(binder, verb, what, *, by):
    """The trail says who took the book or the archive, and of which unit."""
    trail.record(binder, verb, by=by, note=str(what))


def numbers_of(binder):
    """What the parts hold together: records, originals, pages, missing and hidden ones."""
    names = ("entry_count", "file_count", "page_count", "missing_count", "hidden_count")
    found = binder.volumes.aggregate(**{name: Sum(name) for name in names})
    return {name: value or 0 for name, value in found.items()}
