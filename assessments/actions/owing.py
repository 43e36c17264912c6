"""Who still owes what: everything that is asked of units, how it stands, and the words of a reminder."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Max, Min, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import Cycle, Duty
from assessments.models.duty import duty_label
from civportal.lib.clock import today

State = Duty.State
# What a duty that can be done can be in, in the order of the columns.
STATES = (State.DONE, State.LATE, State.RETURNED, State.MISSING, State.OWED)
OPEN_STATES = (State.RETURNED, State.MISSING, State.OWED)
YEARS = (Cycle.Status.OPEN, Cycle.Status.PLANNING)
# What many owe is one thing when these agree.
ABOUT = ("cycle__year", "kind", "period", "title", "document")


@dataclass
class Matter:
    """One thing that many owe, and how many of them stand how."""

    year: int
    kind: str
    period: int = 0
    title: str = ""
    document: int | None = None
    due_on: date | None = None
    # Where some have more time than others.
    last_due_on: date | None = None
    counts: dict = field(default_factory=dict)

    @property
    def label(self):
        return duty_label(self.kind, self.period, self.title)

    @property
    def slug(self):
        """How an address names it; titles of documents repeat, their numbers do not."""
        return f"{self.year}-{self.kind}-{self.period}-{self.document or self.title}"

    @property
    def open_count(self):
        return sum(self.counts.get(state, 0) for state in OPEN_STATES)

    @property
    def late_count(self):
        """How many are overdue, in whatever way."""
        return self.counts.get(State.MISSING, 0)

    @property
    def total(self):
        return sum(self.counts.values())

    @property
    def done_count(self):
        return self.total - self.open_count

    @property
    def is_over(self):
        """Whether the day has passed for all."""
        return self.last_due_on is not None and self.last_due_on < today()

    @property
    def cells(self):
        """(state, its name, how many), in the order of the columns."""
        return [(state, state.label, self.counts.get(state, 0)) for state in STATES]


def asked_now(duties, year=None):
    """Those that can be done, in the years that are open or in one year, each with its `standing`."""
    years = Q(cycle__year=year) if year else Q(cycle__status__in=YEARS)
    return duties.owed().begun().filter(years).with_standing()


def matters(duties):
    """What these duties are about, one line for each thing, in one statement; what is owed comes first."""
    found = {}
    rows = duties.order_by().values(*ABOUT, "standing")
    for row in rows.annotate(count=Count("pk"), first=Min("until"), last=Max("until")):
        about = tuple(row[name] for name in ABOUT)
        matter = found.setdefault(about, Matter(*about, due_on=row["first"], last_due_on=row["last"]))
        matter.due_on = min(matter.due_on, row["first"])
        matter.last_due_on = max(matter.last_due_on, row["last"])
        matter.counts[State(row["standing"])] = row["count"]
    return sorted(found.values(), key=lambda it: (not it.open_count, it.due_on, it.slug))


def nearest(matters):
    """Those that are still owed, whose day is nearest to today first, past or to come."""
    still = [matter for matter in matters if matter.open_count]
    return sorted(still, key=lambda matter: abs((matter.due_on - today()).days))


def totals(matters):
    """(state, its name, how many) over all of them."""
    return [(state, state.label, sum(matter.counts.get(state, 0) for matter in matters)) for state in STATES]


def about(slug):
    """The matter that an address names, without its figures; None when it names none."""
    year, kind, period, rest = [*slug.split("-", 3), *[""] * 4][:4]
    fits = year.isdecimal() and period.isdecimal() and kind in Duty.Kind.values
    if not fits or len(slug) > 150 or max(len(year), len(period)) > 4:
        return None
    if kind != Duty.Kind.RECEIPT:
        return Matter(int(year), kind, int(period), rest)
    is_number = rest.isdecimal() and len(rest) < 18
    return Matter(int(year), kind, int(period), "", int(rest)) if is_number else None


def of_matter(duties, matter):
    """Those about one thing."""
    said = {"cycle__year": matter.year, "kind": matter.kind, "period": matter.period}
    of_what = {"document": matter.document} if matter.document else {"title": matter.title}
    return duties.filter(**said, **of_what)


# ── who owes it ──────────────────────────────────────────────────────────────────────────────────


@dataclass
class Group:
    """Units of one town, or of one kind where no town has them, with what each owes."""

    name: str
    duties: list

    @property
    def units(self):
        return [duty.unit for duty in self.duties]


def grouped(duties):
    """The duties town by town, the units without a town by their kind; each in the office's order."""
    found = {}
    for duty in duties:
        found.setdefault(place_of(duty.unit), []).append(duty)
    return [Group(name, those) for name, those in found.items()]


def place_of(unit):
    """The town a unit lies in or is; else its kind."""
    if unit.town:
        return str(unit.town)
    if unit.kind and unit.kind.code == "town":
        return unit.name
    return str(unit.kind or _("without a kind"))


def for_names(duties):
    """What the names of who owes need at hand, in the office's order."""
    beside = ("unit__category__parent", "unit__town", "cycle")
    return duties.select_related(*beside).order_by("unit__sort_order", "pk")


# ── the words of a reminder ──────────────────────────────────────────────────────────────────────


def reminder(matter, groups, *, office, address):
    """A message for a chat group, plain text: what is asked, who is still missing, where it is done."""
    day = {"thing": matter.label, "year": matter.year, "day": date_format(matter.due_on)}
    if matter.is_over:
        opening = _("The %(thing)s of %(year)s was due by %(day)s.") % day
    else:
        opening = _("The %(thing)s of %(year)s is due by %(day)s.") % day
    lines = [
        _("[%(office)s] A friendly reminder") % {"office": office.office_name},
        opening,
        *missing_lines(groups),
        *returned_lines(groups),
        _("Please do it in the portal: %(address)s") % {"address": address},
        _("Whoever has done it meanwhile, thank you; whoever needs help, call us%(phone)s.")
        % {"phone": f" {office.contact_phone}" if office.contact_phone else ""},
        f"{office.office_name} {date_format(today())}",
    ]
    return "\n".join(lines)


def missing_lines(groups):
    """From whom nothing came yet, a line for each town or kind."""
    names = [
        (group.name, [duty.unit.name for duty in group.duties if not duty.returned_at]) for group in groups
    ]
    count = sum(len(units) for _name, units in names)
    if not count:
        return []
    head = ngettext("Still awaited from %(count)s unit:", "Still awaited from %(count)s units:", count)
    return [head % {"count": count}, *lines_of(names)]


def returned_lines(groups):
    """To whom it was returned, and who has not handed it in again."""
    names = [(group.name, [duty.unit.name for duty in group.duties if duty.returned_at]) for group in groups]
    if not any(units for _name, units in names):
        return []
    return [_("Returned, to be corrected and handed in again:"), *lines_of(names)]


def lines_of(names):
    return [f"{name}{_(': ')}{_(', ').join(units)}" for name, units in names if units]
