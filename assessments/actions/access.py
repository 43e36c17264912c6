"""Why somebody can see a record: which role opens it, what may be done with it, who else sees it."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext as _

from assessments.models import Award, ChartedUnit, Duty, LedgerEntry, Plan, ScoreSheet
from civportal.lib.policy import CHAPTERS, judged
from units.models import ImportBatch, Membership, Role, Unit, User
from units.models.person import OFFICE_ROLES, OWN_ROLES, after

# The records that explain themselves, each under the word of its permissions: the model, and what
# its policies and its name need at hand.
CONCEPTS = {
    "unit": (Unit, ["supervisor"], []),
    "import": (ImportBatch, [], []),
    "person": (User, [], []),
    "duty": (Duty, ["unit", "cycle"], []),
    "plan": (Plan, ["unit", "cycle"], ["cycle__stages"]),
    "entry": (LedgerEntry, ["unit", "cycle"], ["cycle__stages"]),
    "charted_unit": (ChartedUnit, ["unit", "cycle"], []),
    "sheet": (ScoreSheet, ["unit_year__unit", "unit_year__cycle"], []),
    "award": (Award, ["unit", "item"], []),
}
# Chapters of which no single record is asked about, and why.
NOT_ASKED = {
    "paper": "a document is read by whoever may open its unit's page",
    "window": "its windows are seen by whoever may open a unit's page",
    "organization": "it stands on the unit's page",
    "letter": "it is read by whoever may open its unit's page",
    "assignment": "they stand on the office's page of who reviews what",
    "conflict": "it is known to the person and to those who keep the list",
    "override": "it is known to the person and to those who keep the list",
    "document": "its page names the units to which it was sent",
    "receipt": "it stands on the page of its document",
    "request": "administrators alone know that somebody asks for an account",
    "chart_item": "it stands on its unit's page of the wall chart",
    "mail": "the outbox is kept by the administrator and the director alone",
    "binder": "it names the units that are in it",
    "cycle": "everybody with a role may know the years",
    "standard": "everybody with a role may read the standard",
    "ranking": "a released version is public",
    "field_survey": "it is the office's, and read by whoever reads everything",
    "finding": "it stands on its unit's page",
    "xray": "it is counted from records that explain themselves",
    "calibration": "it is known to those who hold it and take part",
    "calibration_item": "it is known to those who hold the round and take part",
    "moderation": "it is known to those who decide on it, and stands on the sheets once adopted",
    "bulk": "it is known to the person, and stands in the history of each record",
    "note": "the office alone reads it",
    "question": "it is between its unit and the office",
    "faq": "it is everybody's",
    "saved_view": "it is the person's own, or shared with the office",
    "gaps": "they are counted from the unit's duties and records, which explain themselves",
    "portal": "no records",
    "tree": "no records",
}


def records(concept, user):
    """The records of the concept that this person may know about."""
    model, beside, behind = CONCEPTS[concept]
    return model.objects.visible_to(user).select_related(*beside).prefetch_related(*behind)


def unit_of(record):
    """The unit that the record is about; None for what is no unit's own."""
    return record if isinstance(record, Unit) else getattr(record, "unit", None)


# ── what one may do with it ──────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Act:
    """One permission about the record: what it is called, and what the policy says of it now."""

    sentence: str
    verdict: object


def acts(concept, user, record):
    """Every permission about this record but the one to see it, what is allowed first."""
    chapter = CHAPTERS[concept]
    others = [name for name in chapter.about_one if name != chapter.view]
    found = [Act(chapter.sentences[name], judged(name, user, record)) for name in others]
    return sorted(found, key=lambda act: not act.verdict.holds)


# ── why one sees it ──────────────────────────────────────────────────────────────────────────────


def reasons(concept, user, record):
    """Sentences: each role of this person that opens the record, and why it does."""
    permission = CHAPTERS[concept].view
    found = [
        sentence(concept, held, unit_of(record))
        for held in user.roles
        if in_one_role(held).has_perm(permission, record)
    ]
    return found or [_("It is your own account; everybody may look at that.")]


def in_one_role(held):
    """Somebody who holds that one role and no account of their own, in memory."""
    person = User()
    person.roles = [held]
    return person


def sentence(concept, held, unit):
    """What the person is, and what that opens."""
    what = {"role": held.get_role_display(), "unit": held.unit, "other": unit}
    if held.role in OWN_ROLES:
        return own_sentence(held, unit) % what
    if held.role == Role.SUPERVISOR:
        return supervisor_sentence(held, unit) % what
    being = _("You are %(role)s.") % what
    return f"{being} {opening(concept, held.role)}"


def own_sentence(held, unit):
    if held.unit_id != unit.pk:
        return _("You are %(role)s of %(unit)s, which came from %(other)s by merger or split.")
    return _("You are %(role)s of %(unit)s; it is a record of your own unit.")


def supervisor_sentence(held, unit):
    if held.unit_id == unit.pk:
        return _("You work in %(unit)s as %(role)s; it is about your own department.")
    return _("You work in %(unit)s as %(role)s; %(other)s stands below it, and it was handed in.")


def opening(concept, role):
    """What a role for the whole county may read of this kind."""
    if concept == "unit":
        return _("This role reads the whole register of units.")
    if concept == "person":
        return _("This role knows every account.")
    if concept == "import":
        return _("Imports are the office's own business.")
    if concept == "charted_unit":
        return _("This role reads the whole wall chart.")
    if role in OFFICE_ROLES:
        return _("The office reads whatever was handed in.")
    return _("This role reads whatever was handed in.")


# ── who else sees it ─────────────────────────────────────────────────────────────────────────────


@dataclass
class Readers:
    """The people who see the record by one role."""

    role: Role
    people: list = field(default_factory=list)

    @property
    def count(self):
        return len(self.people)


def readers(concept, record):
    """Who can see the record now, role by role, in the order of the roles; everybody counts once in each."""
    permission, unit = CHAPTERS[concept].view, unit_of(record)
    later, above = (after({unit.pk}), over(unit)) if unit else (set(), [])
    people = defaultdict(dict)
    for held in candidates(unit, later, above):
        if stand_in(held, unit).has_perm(permission, record):
            people[held.role][held.user_id] = held.user
    return [Readers(role, list(people[role].values())) for role in Role if people[role]]


def candidates(unit, later, above):
    """Whoever holds a role for the county, for the unit, for one that came from it or stands above it."""
    places = Q(unit__isnull=True)
    if unit:
        places |= Q(role__in=OWN_ROLES, unit__in={unit.pk, *later})
        places |= Q(role=Role.SUPERVISOR, unit__in=above)
    held = Membership.objects.current().filter(places, user__is_active=True)
    return held.select_related("user", "unit").order_by("user__name", "user")


def stand_in(held, unit):
    """Somebody in that role who is party to the unit, in memory: only such people are candidates."""
    person = in_one_role(held)
    party = {unit.pk} if unit and held.unit_id else set()
    person.supervised_ids = party if held.role == Role.SUPERVISOR else set()
    person.seen_ids = party
    return person


def over(unit):
    """Numbers of the unit and of all that stand above it."""
    found = {}
    while unit and unit.pk not in found:
        found[unit.pk] = None
        unit = unit.supervisor
    return list(found)
