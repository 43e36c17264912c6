"""Writing people from a list, and taking it back: accounts and roles per set, never per row."""

from dataclasses import dataclass, replace

from civportal.lib.clock import now
from units.actions import person as people
from units.actions import trail
from units.models import Membership, Office, User

from .kinds import UndoRefused, Written

BATCH = 500


@dataclass(frozen=True)
class Named:
    """What an account is made out to."""

    contact: str


def write(rows, records, batch, judge, *, by):
    """New people get an account with a one-time password; everybody the role of the row."""
    # Whoever brought the person was left out: so is the role that would have been added.
    brought = set(rows)
    rows = [row for row in rows if can_be_written(row, judge, brought)]
    slips = issue([row for row in rows if row.verdict == "new"])
    made = {key: slip.person for key, slip in slips.items()}
    roles = {place(row): role_of(row, judge, made) for row in rows}
    Membership.objects.bulk_create(roles.values(), batch_size=BATCH)
    write_trail(rows, roles, made, batch, by)
    for row in rows:
        record, held = records[place(row)], roles[place(row)]
        record.unit, record.act = row.unit, "create" if row.verdict == "new" else "update"
        record.written = {"membership": held.pk, "user": held.user_id}
    return Written(slips=[with_units(slip, roles) for slip in slips.values()])


def place(row):
    return row.sheet, row.number


def can_be_written(row, judge, brought):
    whose = judge.whose[place(row)]
    return isinstance(whose, User) or whose in brought


def issue(rows):
    """(sheet, row) → slip of an account, saved, for everybody who has none."""
    names = usernames(rows)
    slips = {place(row): people.slip_for(Named(row.name), names[place(row)]) for row in rows}
    User.objects.bulk_create([slip.person for slip in slips.values()], batch_size=BATCH)
    return slips


def usernames(rows):
    """(sheet, row) → account name: as the list says, else by the unit's number as the portal does."""
    letters = Office.current().letters.lower()
    taken = people.names_taken(letters) | {row.values["username"] for row in rows}
    return {
        place(row): row.values["username"]
        or people.first_free(f"{letters}{row.unit.pk:04d}" if row.unit else f"{letters}-office", taken)
        for row in rows
    }


def role_of(row, judge, made):
    whose = judge.whose[place(row)]
    person = whose if isinstance(whose, User) else made[place(whose)]
    return Membership(user=person, role=row.values["role"], unit=row.unit)


def with_units(slip, roles):
    """The slip with the units for which its person was given a role."""
    units = [held.unit for held in roles.values() if held.user_id == slip.person.pk and held.unit]
    return replace(slip, units=tuple(dict.fromkeys(units)))


def write_trail(rows, roles, made, batch, by):
    """One line for each person: the account and its roles, or the roles that were added."""
    given = {}
    for row in rows:
        held = roles[place(row)]
        given.setdefault(held.user, []).append(people.role_text(held.role, [held.unit] if held.unit else []))
    new = {person.pk for person in made.values()}
    changes = {person.pk: {"roles": ["", "、".join(texts)]} for person, texts in given.items()}
    for verb, is_new in (("issue_account", True), ("give_role", False)):
        subjects = [person for person in given if (person.pk in new) == is_new]
        trail.record_all(subjects, verb, by=by, note=batch.file_name, changes=changes)


def take_back(batch, *, by):
    """End the roles and block the accounts that nobody has used; nothing of people is ever deleted."""
    records = list(batch.rows.exclude(act="").select_for_update(of=["self"]))
    created = [record.written["user"] for record in records if record.act == "create"]
    accounts = list(users(created))
    used = [person for person in accounts if person.last_login or not person.must_set_password]
    if used:
        raise UndoRefused([(person.name, "changed") for person in used])
    end_roles([record.written["membership"] for record in records], batch, by)
    block([person for person in accounts if person.is_active], batch, by)


def users(numbers):
    for start in range(0, len(numbers), BATCH):
        yield from (
            User.objects.select_for_update().filter(pk__in=numbers[start : start + BATCH]).order_by("pk")
        )


def end_roles(numbers, batch, by):
    """The roles that are still held end now, and each person's history says so."""
    ended = {}
    for start in range(0, len(numbers), BATCH):
        current = Membership.objects.current().filter(pk__in=numbers[start : start + BATCH])
        for held in current.select_related("user", "unit"):
            ended.setdefault(held.user, []).append(held)
        current.update(ended_at=now())
    changes = {
        person.pk: {
            "roles": [
                "、".join(people.role_text(one.role, [one.unit] if one.unit else []) for one in held),
                "",
            ]
        }
        for person, held in ended.items()
    }
    trail.record_all(ended, "take_role", by=by, note=batch.file_name, changes=changes)


def block(accounts, batch, by):
    numbers = [person.pk for person in accounts]
    for start in range(0, len(numbers), BATCH):
        User.objects.filter(pk__in=numbers[start : start + BATCH]).update(is_active=False)
    trail.record_all(accounts, "block", by=by, note=batch.file_name)
