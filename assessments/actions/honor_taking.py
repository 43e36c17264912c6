"""Writing honors already held, and taking them back: per set, never per row."""

from datetime import date

from django.db.models import Max

from assessments.models import Award, HonorItem
from civportal.lib.names import plain_name
from units.actions import trail
from units.actions.intake import writing
from units.actions.intake.kinds import UndoRefused, Written
from units.actions.move import begin_as
from units.models import Unit

# How long an honor that the catalogue did not know lasts by custom; the office corrects it there.
USUAL_TERM = {"national": 3, "province": 3, "city": 2, "county": 1}


def write(rows, records, batch, judge, *, by):
    """Enter unknown units and honors, then every award of the rows judged new."""
    rows = [row for row in rows if row.verdict == "new"]
    units = make_units([row for row in rows if row.unit is None], batch, by)
    items = make_items(rows, judge)
    awards = {}
    for row in rows:
        row.unit = row.unit or units[row.plain]
        wanted = judge.wanted[row.sheet, row.number]
        awards[row.sheet, row.number] = [award_of(said, row, judge.items, by) for said in wanted]
    every = [award for found in awards.values() for award in found]
    Award.objects.bulk_create(every, batch_size=writing.BATCH)
    trail.record_all(every, "take_over", by=by, note=batch.file_name)
    for row in rows:
        record = records[row.sheet, row.number]
        record.unit, record.act = row.unit, "create"
        record.written = {"awards": [award.pk for award in awards[row.sheet, row.number]]}
    return Written({"units": [unit.pk for unit in units.values()], "items": [item.pk for item in items]})


def make_units(rows, batch, by):
    """Plain name → unit, for names the register does not know: they do not take part."""
    last = Unit.objects.aggregate(last=Max("sort_order"))["last"] or 0
    names = {row.plain: row.name for row in rows}
    made = Unit.objects.bulk_create(
        [
            Unit(
                name=name,
                match_name=plain_name(name),
                participation=Unit.Participation.OUTSIDE,
                sort_order=last + place,
            )
            for place, name in enumerate(names.values(), 1)
        ],
        batch_size=writing.BATCH,
    )
    trail.record_all(made, "import", by=by, note=batch.file_name)
    return {unit.match_name: unit for unit in made}


def make_items(rows, judge):
    """Honors the catalogue does not know are added behind the others; the judge then knows them."""
    last = HonorItem.objects.aggregate(last=Max("sort_order"))["last"] or 0
    wanted = [said for row in rows for said in judge.wanted[row.sheet, row.number]]
    keys = dict.fromkeys((said["level"], said["name"]) for said in wanted)
    made = HonorItem.objects.bulk_create(
        HonorItem(level=level, name=name, term_years=USUAL_TERM[level], sort_order=last + place)
        for place, (level, name) in enumerate((key for key in keys if key not in judge.items), 1)
    )
    judge.items |= {(item.level, item.name): item for item in made}
    return made


def award_of(said, row, items, by):
    """One honor as the list tells it, not saved yet."""
    item = items[said["level"], said["name"]]
    award = Award(
        item=item,
        unit=row.unit,
        unit_name=row.name,
        year=said["first"],
        edition=said["edition"] or odd_term(said, item),
        document_number=said["document"],
        granted_on=date.fromisoformat(said["on"]) if said["on"] else None,
        granted_by=by,
        is_carried_over=True,
    )
    return begin_as(award, Award.Status.PENDING) if said["pending"] else award


def odd_term(said, item):
    """The years as the list says them, where the catalogue has another term."""
    first, last = said["first"], said["last"]
    return "" if first is None or last - first + 1 in (1, item.term_years) else f"{first}–{last}"


def take_back(batch, *, by):
    """Delete the awards, then the units and honors made for them, unless something happened to them."""
    records = list(batch.rows.exclude(act="").select_for_update(of=["self"]))
    numbers = [number for record in records for number in record.written["awards"]]
    awards = in_parts(Award, numbers)
    refuse_changed(awards, numbers)
    trail.record_all(awards, "undo_import", by=by, note=batch.file_name)
    for start in range(0, len(numbers), writing.BATCH):
        Award.objects.filter(pk__in=numbers[start : start + writing.BATCH]).delete()
    remove_items(batch.made["items"])
    units = Unit.objects.filter(pk__in=batch.made["units"])
    if blockers := writing.dependents(units):
        raise UndoRefused(blockers)
    writing.remove(units, batch, by)


def in_parts(model, numbers):
    """The records with these numbers, asked for in parts: a database takes only so many at once."""
    return [
        record
        for start in range(0, len(numbers), writing.BATCH)
        for record in model.objects.filter(pk__in=numbers[start : start + writing.BATCH])
    ]


def refuse_changed(awards, numbers):
    """An award that was decided on, corrected or passed on stays, and with it the whole import."""
    touched = [award for award in awards if award.version or hasattr(award, "passed_to")]
    if len(awards) != len(numbers) or touched:
        raise UndoRefused([(award.unit_name, "changed") for award in touched] or [("", "changed")])


def remove_items(numbers):
    """Take honors out of the catalogue that nobody else holds."""
    used = Award.objects.filter(item__in=numbers).values_list("item__name", flat=True).distinct()
    if blockers := [(name, Award._meta.verbose_name) for name in used]:
        raise UndoRefused(blockers)
    HonorItem.objects.filter(pk__in=numbers).delete()
