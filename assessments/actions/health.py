"""Whether the portal is well: its jobs, letters, holiday tables, font, disk and database."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import WorkCalendar
from civportal.lib import pdf
from civportal.lib.clock import today
from units.models import OutgoingLetter

# Below so much free room the administrator should act; below the second, at once.
LITTLE, HARDLY_ANY = 10 * 2**30, 2 * 2**30
# The State Council publishes the table of the next year in November.
TABLE_MONTH = 12


@dataclass(frozen=True)
class Check:
    """One thing looked at: what it is, how it stands, and in which tone that is said."""

    name: str
    text: str
    tone: str = "good"


def checks():
    """Everything but the periodic jobs, which have a table of their own."""
    return [mail_server(), *letters(), *holiday_tables(), book_font(), disk(), database()]


def mail_server():
    name = _("Mail server")
    if settings.EMAIL_URL:
        return Check(name, _("set up"))
    return Check(name, _("not set up: letters wait in the outbox (EMAIL_URL)"), "warn")


def letters():
    """How many letters wait, and how many were not delivered."""
    waiting = OutgoingLetter.objects.waiting().count()
    failed = OutgoingLetter.objects.filter(status=OutgoingLetter.Status.FAILED).count()
    told = ngettext("%(count)s letter", "%(count)s letters", waiting) % {"count": waiting}
    lost = ngettext("%(count)s letter", "%(count)s letters", failed) % {"count": failed}
    return [
        Check(_("Waiting to be sent"), told, "info" if waiting else "good"),
        Check(_("Not delivered"), lost, "bad" if failed else "good"),
    ]


def holiday_tables():
    """Working days are counted by them; where none reaches, nothing is guessed."""
    year = today().year
    known = set(WorkCalendar.objects.filter(year__in=[year, year + 1]).values_list("year", flat=True))
    return [holiday_table(year, known, "bad"), holiday_table(year + 1, known, tone_of_next())]


def holiday_table(year, known, tone):
    name = _("Holiday table %(year)s") % {"year": year}
    return Check(name, _("loaded")) if year in known else Check(name, _("not loaded"), tone)


def tone_of_next():
    return "warn" if today().month >= TABLE_MONTH else "info"


def book_font():
    """Whether books and receipts carry their letters with them."""
    name = _("Font of books and receipts")
    if pdf.font() == pdf.EMBEDDED:
        return Check(name, _("embedded"))
    return Check(
        name, _("not embedded: some readers show blanks; install a TrueType font (PDF_FONT)"), "warn"
    )


def disk():
    """How much room there is where files are kept."""
    place = Path(settings.MEDIA_ROOT)
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    tone = "bad" if free < HARDLY_ANY else "warn" if free < LITTLE else "good"
    return Check(_("Free room for files"), _("%(size)s GB") % {"size": free // 2**30}, tone)


def database():
    if connection.vendor == "sqlite":
        return Check(_("Database"), _("SQLite, for trial and for one small office"), "info")
    return Check(_("Database"), "PostgreSQL")
