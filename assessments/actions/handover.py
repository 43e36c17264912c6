"""When somebody leaves: the roles, the open work and what was not read yet pass to a successor.

Records belong to the unit, so whoever writes for it finds them; what has to be handed on is the
knowledge of them. Signatures are never touched: who wrote and who handed in stays as it was.
"""

from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from assessments.models import Cycle, Duty, LedgerEntry, Plan
from units.actions import notification, trail
from units.actions import person as people
from units.models import AccountRequest, Notification, Role, Unit
from units.models.person import WRITING_ROLES


@dataclass(frozen=True)
class OpenWork:
    """What a unit has to finish in the open year, and of the plans of the year to come."""

    unit: Unit
    returned: list = field(default_factory=list)
    drafts: list = field(default_factory=list)
    waiting: list = field(default_factory=list)
    plans: list = field(default_factory=list)
    duties: list = field(default_factory=list)

    @property
    def to_finish(self):
        """The records that are the unit's to go on with."""
        return [*self.returned, *self.drafts, *(plan for plan in self.plans if plan.is_editable)]

    @property
    def records(self):
        """These, and what the office has not decided yet."""
        return [*self.returned, *self.drafts, *self.waiting, *self.plans]


def open_work(unit):
    """What is open for the unit, as it stands now."""
    of_unit = {"unit": unit, "cycle__status": Cycle.Status.OPEN}
    entries = list(LedgerEntry.objects.filter(**of_unit).order_by("updated_at", "pk"))

    def standing(status):
        return [entry for entry in entries if entry.status == status]

    return OpenWork(
        unit,
        returned=standing(LedgerEntry.Status.RETURNED),
        drafts=standing(LedgerEntry.Status.DRAFT),
        waiting=standing(LedgerEntry.Status.SUBMITTED),
        duties=list(Duty.objects.open().begun().filter(**of_unit)),
        plans=list(Plan.objects.in_hand().filter(unit=unit).select_related("cycle", "unit")),
    )


def units_to_write_for(roles):
    """The units whose records the holder of these roles keeps, each once."""
    return list({held.unit_id: held.unit for held in roles if held.role in WRITING_ROLES}.values())


@transaction.atomic
def hand_over(leaver, roles, *, successor=None, new_name="", by, note=""):
    """One person's roles and open work pass to another, all of it or nothing.

    The successor is somebody with an account, or gets one in the name given; returns the slip of the
    new account, or None. Raises ValidationError as `people.hand_over` does.
    """
    slip = None
    if successor is None:
        slip = people.new_account("", new_name, tuple(held.unit for held in roles if held.unit_id))
        successor = slip.person
        trail.record(successor, "issue_account", by=by)
    people.hand_over(leaver, roles, successor, by=by, note=note)
    for unit in units_to_write_for(roles):
        hand_on_work(leaver, successor, unit, by=by)
    if any(held.role == Role.ADMINISTRATOR for held in roles):
        pass_messages(leaver, successor, list(AccountRequest.objects.pending()))
    return slip


def hand_on_work(leaver, successor, unit, *, by):
    """The successor is told of everything that is the unit's to finish, once each."""
    work = open_work(unit)
    passed = pass_messages(leaver, successor, work.records)
    untold = [record for record in work.to_finish if key_of(record) not in passed]
    told = [(unit, successor), *((record, successor) for record in untold)]
    by_kind = {}
    for record, person in told:
        by_kind.setdefault(type(record), []).append((record, person))
    for pairs in by_kind.values():
        notification.announce_each(pairs, "hand_over", by=by, note=str(leaver))
    trail.record(unit, "hand_over", by=by, note=f"{leaver} → {successor}")


def pass_messages(leaver, successor, records):
    """What the leaver was told about these records and has not read is the successor's to read now.

    Returns of which records that was, as `key_of` names them.
    """
    passed = set()
    for model in {type(record) for record in records}:
        kind = ContentType.objects.get_for_model(model)
        numbers = [record.pk for record in records if type(record) is model]
        unread = Notification.objects.unseen().filter(content_type=kind, object_id__in=numbers)
        known = set(unread.filter(to=successor).values_list("object_id", "verb", "at"))
        for message in unread.filter(to=leaver):
            if (message.object_id, message.verb, message.at) not in known:
                message.to = successor
                message.save(update_fields=["to"])
            passed.add((model, message.object_id))
    return passed


def key_of(record):
    return type(record), record.pk
