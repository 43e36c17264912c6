"""One search box over both apps: units, people, records, plans, documents, honors."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from assessments.models import Award, Document, LedgerEntry, Plan
from civportal.lib import search
from civportal.lib.web import render_page
from units.models import Unit, User, Window
from units.models.person import held_now

# How many hits of each kind the page shows, and how many while one is typing; the rest is a link away.
MOST, FEW = 8, 4


@dataclass(frozen=True)
class Line:
    """One hit: what it is called, where it is, what else tells it from others, and how it stands."""

    name: str
    href: str
    notes: list
    tone: str = ""
    label: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of record that can be found: whose it is to see, how a hit reads, and the whole list."""

    title: str
    icon: str
    rows: Callable
    line: Callable
    list_address: str
    # Who may open such a record, where not everybody who sees it in lists may.
    shown_to: str = ""
    # Who may open the list.
    list_to: str = ""

    def may_be_asked_by(self, user):
        return not self.shown_to or user.has_perm(self.shown_to)

    def address_of_all(self, user, text):
        """The list narrowed by the same text, or "" for who may not open it."""
        if self.list_to and not user.has_perm(self.list_to):
            return ""
        return f"{reverse(self.list_address)}?{urlencode({'q': text})}"


def unit_line(unit):
    is_usual = unit.participation == Unit.Participation.PARTICIPATING
    label = "" if is_usual else unit.get_participation_display()
    notes = [unit.category, unit.town or unit.supervisor]
    return Line(unit.name, unit.get_absolute_url(), notes, unit.tone, label)


def window_line(window):
    tone, label = window.state
    notes = [window.unit, window.place]
    return Line(window.name, window.get_absolute_url(), notes, tone, "" if tone == "good" else label)


def person_line(person):
    tone, label = person.account_state
    notes = [*person.held, person.username]
    return Line(person.name, person.get_absolute_url(), notes, tone, "" if tone == "good" else label)


def entry_line(entry):
    notes = [entry.unit, entry.receipt]
    return Line(entry.title, entry.get_absolute_url(), notes, entry.tone, entry.get_status_display())


def plan_line(plan):
    name = f"{plan.unit} {plan.label}"
    notes = [plan.cycle, plan.receipt]
    return Line(name, plan.get_absolute_url(), notes, plan.tone, plan.get_status_display())


def document_line(document):
    notes = [document.number, date_format(document.issued_on, "SHORT_DATE_FORMAT")]
    label = "" if document.is_in_force else document.get_status_display()
    return Line(document.title, document.get_absolute_url(), notes, document.tone, label)


def award_line(award):
    label = "" if award.status == Award.Status.ACTIVE else award.get_status_display()
    notes = [f"{award.item} {award.year}", award.document_number]
    return Line(award.unit_name, award.get_absolute_url(), notes, award.tone, label)


KINDS = [
    Kind(
        _("Units"),
        "building-2",
        lambda user: Unit.objects.visible_to(user).for_listing(),
        unit_line,
        "units:units",
        list_to="units.list_units",
    ),
    Kind(
        _("Service windows"),
        "store",
        lambda user: Window.objects.visible_to(user).for_listing(),
        window_line,
        "units:windows",
    ),
    Kind(
        _("People and accounts"),
        "users",
        lambda user: User.objects.visible_to(user).prefetch_related(held_now()),
        person_line,
        "units:people",
        shown_to="units.list_people",
    ),
    Kind(
        _("Ledger"),
        "book-open",
        lambda user: LedgerEntry.objects.visible_to(user).select_related("unit"),
        entry_line,
        "assessments:entries",
    ),
    Kind(
        _("Plans"),
        "calendar-check",
        lambda user: Plan.objects.visible_to(user).select_related("unit", "cycle"),
        plan_line,
        "assessments:plans",
    ),
    Kind(
        _("Documents of the office"),
        "file-text",
        lambda user: Document.objects.visible_to(user),
        document_line,
        "assessments:documents",
    ),
    Kind(
        _("Honors roll"),
        "award",
        lambda user: Award.objects.visible_to(user).select_related("item"),
        award_line,
        "assessments:awards",
        shown_to="assessments.list_awards",
    ),
]


def index(request):
    """What the words find, of each kind the best few."""
    text = request.GET.get("q", "")[: search.LONGEST_QUERY].strip()
    words = search.words(text)
    most = FEW if request.htmx.target == "suggest" else MOST
    found = [group_of(kind, request.user, text, most) for kind in KINDS if words]
    groups = [group for group in found if group]
    context = {"text": text, "words": words, "groups": groups}
    return render_page(request, "assessments/search/index.html", "assessments/search/_hits.html", context)


def group_of(kind, user, text, most):
    """The hits of one kind as the page shows them, or None where there are none to be shown."""
    hits = kind.rows(user).hits(text, most) if kind.may_be_asked_by(user) else None
    if not hits or not hits.records:
        return None
    return {
        "title": kind.title,
        "icon": kind.icon,
        "count": hits.count,
        "all": kind.address_of_all(user, text) if hits.count != len(hits.records) else "",
        "hits": [hit_of(kind, record, text) for record in hits.records],
    }


def hit_of(kind, record, text):
    """One hit, with the parts of its name that were asked for, and by what else it was found."""
    line = kind.line(record)
    known = record.known_as(text)
    return {
        "href": line.href,
        "parts": search.marked(line.name, search.words(text)),
        "known": known if known and known.text not in map(str, line.notes) else None,
        "notes": [note for note in line.notes if note],
        "tone": line.tone,
        "label": line.label,
    }
