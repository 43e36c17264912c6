"""What a plan says: kept as it was, compared with what it says later, with what is missing in it."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from assessments.models import Goal, Plan, PlanItem
from civportal.lib.likeness import texts

# What a person writes into an item.
ITEM_FIELDS = ("what", "carrier", "owner", "overseer", "due_on", "measure", "proof", "goal", "serves")


# as it was said


def snapshot(plan):
    """The plan as plain values, to be kept: the goals, and the items with their numbers in the table."""
    return {"goals": plan.goals, "items": [said_by(item) for item in plan.items.select_related("goal")]}


def said_by(item):
    """One item as plain values; the date and the goal as text."""
    return {"pk": item.pk, **{name: str(getattr(item, name) or "") for name in ITEM_FIELDS}}


def of_edition(edition):
    """What an edition said, in the shape of `snapshot`."""
    return {"goals": edition.goals, "items": edition.items}


@dataclass(frozen=True)
class Text:
    """What a page shows of a plan: its goals and items, as they are or as an edition kept them."""

    goals: str
    items: list
    edition: object = None


def as_it_is(plan):
    return Text(plan.goals, list(plan.items.all()))


def as_kept(edition):
    """An edition's goals and items in memory, so that they are shown like those of today."""
    return Text(edition.goals, [kept_item(edition.plan, said) for said in edition.items], edition)


def kept_item(plan, said):
    said = {name: said.get(name, "") for name in ITEM_FIELDS}
    due_on = date.fromisoformat(said.pop("due_on")) if said["due_on"] else None
    goal = said.pop("goal")
    return PlanItem(plan=plan, due_on=due_on, goal=Goal(text=goal) if goal else None, **said)


def in_force(plan):
    """What readers outside the unit see: the accepted edition while the next is written or decided on."""
    if not plan.is_between_editions:
        return as_it_is(plan)
    return as_kept(plan.editions.select_related("plan").get(number=plan.edition))


# what changed


@dataclass(frozen=True)
class Change:
    """One part of a plan that differs: the goals (number 0) or an item, field by field."""

    kind: str
    number: int
    title: str
    # [(the field's name, what it said, what it says)]
    lines: list
    pk: int | None = None


def differences(before, after):
    """What differs between two snapshots, as changes; an item stays itself however it is worded."""
    found = []
    if before["goals"] != after["goals"]:
        field = Plan._meta.get_field("goals").verbose_name
        found.append(Change("changed", 0, "", [(field, before["goals"], after["goals"])]))
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
    return found


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
        word = "item" if change.kind == "changed" else change.kind
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
    """Whether the office returned the goals, and they, and the number of items, are what they were."""
    if not plan.goals_note or not plan.when_returned:
        return False
    return not any(change.number == 0 or change.kind == "added" for change in since_returned(plan))


def listed(words):
    return _(", ").join(str(word) for word in words)


# what is the same as last year


def repeats(plan):
    """What stands in last year's plan of the unit as well, as sentences for the unit and the office.

    The year in the words, signs and blanks do not count; of an item, what, by which activity and the
    measure have to be the same. Nobody is held up by it.
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
    return found


def same_item(item):
    return tuple(texts.plain(text) for text in (item.what, item.carrier, item.measure))
