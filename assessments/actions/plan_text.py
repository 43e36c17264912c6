"""What a plan says: kept as it was, compared with what it says later, with what is missing in it."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from assessments.models import EvidenceFile, Goal, Plan, PlanItem
from civportal.lib.likeness import texts

# What a person writes into an item.
ITEM_FIELDS = ("what", "carrier", "owner", "overseer", "due_on", "measure", "proof", "goal", "serves")
# What is kept of a file that belongs to it.
FILE_FIELDS = ("name", "kind", "size", "sha256", "key_points")


# as it was said


def snapshot(plan):
    """The plan as plain values, to be kept: the goals, items and files with their numbers in the table."""
    return {
        "goals": plan.goals,
        "items": [said_by(item) for item in plan.items.select_related("goal")],
        "files": [said_of(file) for file in plan.attachments],
    }


def said_by(item):
    """One item as plain values; the date and the goal as text."""
    return {"pk": item.pk, **{name: str(getattr(item, name) or "") for name in ITEM_FIELDS}}


def said_of(file):
    """One file as plain values; its content lies in the store."""
    return {"pk": file.pk, **{name: getattr(file, name) for name in FILE_FIELDS}}


def of_edition(edition):
    """What an edition said, in the shape of `snapshot`."""
    return {"goals": edition.goals, "items": edition.items, "files": edition.files}


@dataclass(frozen=True)
class Text:
    """What a page shows of a plan: its goals, items and files, as they are or as an edition kept them."""

    goals: str
    items: list
    files: list
    edition: object = None


def as_it_is(plan):
    return Text(plan.goals, list(plan.items.all()), list(plan.attachments))


def as_kept(edition):
    """An edition's goals, items and files in memory, so that they are shown like those of today."""
    items = [kept_item(edition.plan, said) for said in edition.items]
    files = [kept_file(edition, said) for said in edition.files]
    return Text(edition.goals, items, files, edition)


def kept_item(plan, said):
    said = {name: said.get(name, "") for name in ITEM_FIELDS}
    due_on = date.fromisoformat(said.pop("due_on")) if said["due_on"] else None
    goal = said.pop("goal")
    return PlanItem(plan=plan, due_on=due_on, goal=Goal(text=goal) if goal else None, **said)


def kept_file(edition, said):
    """A file as the edition kept it; its number still leads to its content."""
    return EvidenceFile(plan=edition.plan, uploaded_at=edition.accepted_at, **said)


def in_force(plan):
    """What readers outside the unit see: the accepted edition while the next is written or decided on."""
    if not plan.is_between_editions:
        return as_it_is(plan)
    return as_kept(plan.editions.select_related("plan").get(number=plan.edition))


# what changed


@dataclass(frozen=True)
class Change:
    """One part of a plan that differs: the goals (number 0), an item or a file, field by field."""

    kind: str
    number: int
    title: str
    # [(the field's name, what it said, what it says)]
    lines: list
    pk: int | None = None
    of: str = "item"


def differences(before, after):
    """What differs between two snapshots, as changes; an item stays itself however it is worded."""
    found = []
    if before["goals"] != after["goals"]:
        field = Plan._meta.get_field("goals").verbose_name
        found.append(Change("changed", 0, "", [(field, before["goals"], after["goals"])], of="goals"))
    old = {item["pk"]: item for item in before["items"]}
    for number, item in enumerate(after["items"], 1):
        kind = "changed" if item["pk"] in old else "added"
        lines = fields_changed(old.pop(item["pk"], {}), item)
        if lines:
            found.append(Change(kind, number, item["what"], lines, item["pk"]))
    numbers = {item["pk"]: number for number, item in enumerate(before["items"], 1)}
    found += [
        Change("dropped", numbers[pk], item["what"], fields_changed(item, {}), pk) for pk, item in old.items()
    ]
    return found + files_changed(before.get("files", []), after.get("files", []))


def files_changed(before, after):
    """What differs between the files of two snapshots; the same content is the same file."""
    field = EvidenceFile._meta.get_field("key_points").verbose_name
    old = {file["sha256"]: file for file in before}
    found = []
    for number, file in enumerate(after, 1):
        was = old.pop(file["sha256"], None)
        lines = [(field, was["key_points"] if was else "", file["key_points"])]
        if was is None or was["key_points"] != file["key_points"]:
            kind = "changed" if was else "added"
            found.append(Change(kind, number, file["name"], lines, file["pk"], of="file"))
    return found + [Change("dropped", 0, file["name"], [], file["pk"], of="file") for file in old.values()]


def fields_changed(before, after):
    """(name, old, new) of every field that differs."""
    return [
        (PlanItem._meta.get_field(name).verbose_name, before.get(name, ""), after.get(name, ""))
        for name in ITEM_FIELDS
        if before.get(name, "") != after.get(name, "")
    ]


def told(before, after):
    """The differences as the trail keeps them: part → [what it said, what it says]."""
    changes = {}
    for change in differences(before, after):
        word = change.of if change.kind == "changed" else change.kind
        name = f"{word} {change.number}" if change.number else "goals"
        old, new = ([line[side] for line in change.lines if line[side]] for side in (1, 2))
        changes[name] = [" · ".join(old), " · ".join(new)]
    return changes


def since_returned(plan):
    """What changed since the office returned it, or since the accepted edition; nothing at first."""
    if plan.when_returned:
        return differences(plan.when_returned, snapshot(plan))
    if plan.is_between_editions:
        return differences(of_edition(plan.editions.get(number=plan.edition)), snapshot(plan))
    return []


# what is missing


def gaps(plan):
    """What has to be done before the plan can be handed in, as sentences."""
    items = list(plan.items.all())
    found = [] if plan.is_light or plan.goals.strip() else [goals_missing(plan)]
    if not items:
        found.append(_("Add at least one item."))
    for number, item in enumerate(items, 1):
        found += [sentence(number, item) for sentence in (incomplete, unchanged) if sentence(number, item)]
    if is_whole_unchanged(plan):
        found.append(_("The office asks for more than single items: %(note)s") % {"note": plan.goals_note})
    return found


def goals_missing(plan):
    if plan.kind == Plan.Kind.ANNUAL:
        return _("Write down the goals of the year.")
    return _("Write down the goals of the quarter.")


def incomplete(number, item):
    """What an item lacks, in one sentence."""
    if not item.missing:
        return ""
    said = {"number": number, "what": item.what, "missing": listed(item.missing)}
    return _("Item %(number)s “%(what)s” still needs: %(missing)s.") % said


def unchanged(number, item):
    """What was returned comes back changed, or not at all."""
    if not item.is_returned:
        return ""
    said = {"number": number, "what": item.what, "reason": item.reason}
    return _("Item %(number)s “%(what)s” was returned and is not changed yet: %(reason)s") % said


def is_whole_unchanged(plan):
    """Whether more than items was returned, and goals, files and the number of items are what they were."""
    if not plan.goals_note or not plan.when_returned:
        return False
    changes = since_returned(plan)
    return not any(change.of != "item" or change.kind == "added" for change in changes)


def listed(words):
    return _(", ").join(str(word) for word in words)


# what is the same as last year


def repeats(plan):
    """What stands in last year's plan of the unit as well, as sentences for the unit and the office.

    The year in the words, signs and blanks do not count; of an item, what, by which activity and the
    measure have to be the same, of a file its content. Nobody is held up by it.
    """
    before = Plan.objects.filter(unit=plan.unit_id, kind=plan.kind, cycle__year=plan.cycle.year - 1)
    if plan.is_light or not before:
        return []
    old = list(before.prefetch_related("items"))
    goals = {texts.plain(one.goals) for one in old}
    known = {same_item(item) for one in old for item in one.items.all()}
    found = [_("The goals are those of last year.")] if texts.plain(plan.goals) in goals - {""} else []
    for number, item in enumerate(plan.items.all(), 1):
        if same_item(item) in known:
            said = {"number": number, "what": item.what}
            found.append(_("Item %(number)s “%(what)s” is the same as last year.") % said)
    handed_on = plan.attachments.filter(sha256__in=EvidenceFile.objects.filter(plan__in=old).values("sha256"))
    return found + [_("The file “%(name)s” is last year's.") % {"name": file} for file in handed_on]


def same_item(item):
    return tuple(texts.plain(text) for text in (item.what, item.carrier, item.measure))
