"""Writing what was judged, and taking it back: per set, never per row."""

from collections import defaultdict
from datetime import date

from django.db.models import Max, Q

from civportal.lib.clock import today
from civportal.lib.names import plain_name
from units.actions import trail
from units.models import DATED, ImportRow, Tag, Unit, UnitName, UnitPast
from units.models.finding import renewed_once
from units.models.unit import tags_by_unit

from .kinds import UndoRefused

BATCH = 500
DATED_COLUMNS = {field.attname for field in Unit._meta.concrete_fields if field.name in DATED}
# Column → what a new unit has there when nothing is said.
UNTOUCHED = {
    field.attname: field.get_default()
    for field in Unit._meta.concrete_fields
    if field.attname not in ("id", "match_name", "version")
}


def write(rows, records, batch, judge, *, by):
    """Create and change the units of the rows judged new or update; note in `records` what was done.

    `records` maps (sheet, number) to the ImportRow. Gives the outside bodies that had to be made.
    """
    writer = Writer(rows, batch, judge, by)
    with renewed_once():
        writer.make_bodies()
        writer.create()
        writer.change()
        writer.add_names()
        writer.set_tags()
    for row in writer.rows:
        writer.note(row, records[row.sheet, row.number])
    return writer.bodies


class Writer:
    def __init__(self, rows, batch, judge, by):
        self.rows = [row for row in rows if row.verdict in ("new", "update")]
        self.writable = {(row.sheet, row.number) for row in self.rows}
        self.batch, self.judge, self.by = batch, judge, by
        self.bodies = []
        self.body_of = {}
        self.before = {}
        self.renamed = {}
        # The list's order is the office's order; bodies that are only mentioned come behind it.
        self.last_order = Unit.objects.aggregate(last=Max("sort_order"))["last"] or 0
        self.orders = {id(row): self.next_order() for row in self.rows if row.verdict == "new"}

    def make_bodies(self):
        """Supervisors that are on no list become outside bodies, each once."""
        names = {}
        for row in self.rows:
            for reference in (row.wanted.get("supervisor_id"), row.wanted.get("town_id")):
                if name := self.name_to_make(reference):
                    names.setdefault(plain_name(name), name)
        self.bodies = Unit.objects.bulk_create(
            Unit(
                name=name,
                match_name=plain,
                participation=Unit.Participation.OUTSIDE,
                sort_order=self.next_order(),
            )
            for plain, name in names.items()
        )
        self.body_of = {body.match_name: body.pk for body in self.bodies}
        trail.record_all(self.bodies, "import", by=self.by, note=self.batch.file_name)

    def name_to_make(self, reference):
        """The name of the body that a reference needs, or "" when it is there or comes with the list."""
        if reference is None or isinstance(reference, int):
            return ""
        kind, whom = reference
        if kind == "body":
            return whom
        return "" if (whom.sheet, whom.number) in self.writable else whom.name

    def next_order(self):
        self.last_order += 1
        return self.last_order

    def number_of(self, reference):
        """The database's number of whom a row refers to, or None while that is not written yet."""
        if reference is None or isinstance(reference, int):
            return reference
        kind, whom = reference
        if kind == "row" and (whom.sheet, whom.number) in self.writable:
            return whom.unit.pk if whom.unit else None
        return self.body_of[plain_name(whom if kind == "body" else whom.name)]

    def is_ready(self, row):
        """Whether everybody the row refers to is written."""
        references = [row.wanted[column] for column in ("supervisor_id", "town_id") if column in row.wanted]
        return all(self.number_of(reference) is not None for reference in references)

    def create(self):
        """New units in the list's order, supervisors before those they supervise."""
        waiting = [row for row in self.rows if row.verdict == "new"]
        created = []
        while waiting:
            ready = [row for row in waiting if self.is_ready(row)]
            units = [self.unit(row, self.orders[id(row)]) for row in ready]
            for row, unit in zip(ready, Unit.objects.bulk_create(units, batch_size=BATCH), strict=True):
                row.unit = unit
                created.append(unit)
            waiting = [row for row in waiting if row.unit is None]
        trail.record_all(created, "import", by=self.by, note=self.batch.file_name)

    def unit(self, row, order):
        unit = Unit(sort_order=order)
        self.assign(unit, row)
        return unit

    def assign(self, unit, row):
        for column, value in row.wanted.items():
            setattr(unit, column, self.number_of(value) if column in ("supervisor_id", "town_id") else value)
        unit.match_name = plain_name(unit.name)

    def change(self):
        """Known units take what differs; the list's old name is kept as a former one."""
        changing = [row for row in self.rows if row.verdict == "update"]
        columns = {"version"}
        self.keep_pasts([row for row in changing if DATED_COLUMNS & set(row.wanted)])
        for row in changing:
            unit = row.unit
            self.before[id(row)] = {column: getattr(unit, column) for column in row.wanted}
            if "name" in row.wanted:
                self.renamed[id(row)] = unit.name
            self.assign(unit, row)
            unit.version += 1
            columns |= set(row.wanted)
        upsert(
            Unit, [row.unit for row in changing], columns | ({"match_name"} if "name" in columns else set())
        )
        trail.record_all(
            [row.unit for row in changing],
            "import",
            by=self.by,
            note=self.batch.file_name,
            changes={row.unit.pk: row.changes for row in changing},
        )

    def keep_pasts(self, rows):
        """A list says how it is now: until yesterday it was as the register said."""
        past = (
            UnitPast(
                unit=row.unit,
                until_on=today(),
                batch=self.batch,
                **{column: getattr(row.unit, column) for column in DATED_COLUMNS},
            )
            for row in rows
        )
        # The first change of a day knows what was before it.
        UnitPast.objects.bulk_create(past, batch_size=BATCH, ignore_conflicts=True)

    def add_names(self):
        """Names that the list says, names a person said are the same, and those that it took from units."""
        names = [
            UnitName(
                unit=row.unit,
                match_name=plain_name(name.name),
                is_settled=row.decision == "same",
                **name._asdict(),
            )
            for row in self.rows
            for name in row.names
        ]
        names += [
            UnitName(unit=row.unit, name=old, match_name=plain_name(old), is_alias=False, to_on=today())
            for row in self.rows
            if (old := self.renamed.get(id(row))) and plain_name(old) != row.unit.match_name
        ]
        UnitName.objects.bulk_create(names, batch_size=BATCH, ignore_conflicts=True)
        self.new_names = defaultdict(list)
        for name in names:
            self.new_names[name.unit_id].append(name.match_name)

    def set_tags(self):
        """Units bear the tags that the list says, and no others."""
        tagged = {row.unit.pk: row.tags for row in self.rows if row.tags is not None}
        self.old_tags = {number: self.judge.registry.tags_of[number] for number in tagged}
        set_tags(tagged)

    def note(self, row, record):
        """What the row did, so that it can be shown and undone."""
        record.unit = row.unit
        record.act = "create" if row.verdict == "new" else "update"
        record.written = {
            "after": kept({column: getattr(row.unit, column) for column in [*row.wanted, "sort_order"]}),
            "before": kept(self.before.get(id(row), {})),
            "names": self.new_names.get(row.unit.pk, []),
        }
        if row.tags is not None:
            record.written["tags"] = [self.old_tags[row.unit.pk], row.tags]


def kept(values):
    """Column → value as JSON keeps it."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def set_tags(tagged):
    """Give each unit, by its number, exactly the tags of these names."""
    names = {name for tags in tagged.values() for name in tags}
    Tag.objects.bulk_create((Tag(name=name) for name in sorted(names)), ignore_conflicts=True)
    tags = dict(Tag.objects.filter(name__in=names).values_list("name", "pk"))
    bears = Unit.tags.through
    bears.objects.filter(unit__in=tagged).delete()
    bears.objects.bulk_create(
        (bears(unit_id=number, tag_id=tags[name]) for number, words in tagged.items() for name in words),
        batch_size=BATCH,
    )


def upsert(model, records, columns):
    """Write the columns of records that exist, all in one statement per batch.

    Django's bulk_update spells out a CASE per column and row, which is slower than one by one.
    """
    if records:
        fields = sorted({model._meta.get_field(column.removesuffix("_id")).name for column in columns})
        model.objects.bulk_create(
            records, batch_size=BATCH, update_conflicts=True, unique_fields=["id"], update_fields=fields
        )


# taking it back


def take_back(batch, *, by):
    """Put every unit back as it was before the import, or raise UndoRefused and change nothing."""
    records = list(batch.rows.exclude(act="").select_related("unit").select_for_update(of=["self"]))
    tags = tags_by_unit([record.unit_id for record in records if "tags" in record.written])
    changed = [record for record in records if was_changed_since(record, tags.get(record.unit_id, []))]
    if changed:
        raise UndoRefused([(record.name, "changed") for record in changed])
    with renewed_once():
        restore([record for record in records if record.act == "update"], batch, by)
    doomed = Q(import_rows__batch=batch, import_rows__act="create") | Q(pk__in=batch.made)
    blockers = dependents(Unit.objects.filter(doomed))
    if blockers:
        raise UndoRefused(blockers)
    remove(list(Unit.objects.filter(doomed).distinct()), batch, by)


def was_changed_since(record, tags):
    """Whether the unit is gone or is no longer as the import left it, in what the import wrote.

    `tags` are those that it bears now.
    """
    unit, after = record.unit, record.written["after"]
    if unit is None:
        return True
    if "tags" in record.written and set(tags) != set(record.written["tags"][1]):
        return True
    if record.act == "update":
        now = kept({column: getattr(unit, column) for column in record.written["before"]})
        return any(value != after[column] for column, value in now.items())
    now = kept({column: getattr(unit, column) for column in UNTOUCHED})
    return any(value != after.get(column, UNTOUCHED[column]) for column, value in now.items())


def restore(records, batch, by):
    """Updated units get their old values back; names they got are taken from them."""
    columns, changes = {"version"}, {}
    for record in records:
        unit = record.unit
        for column, value in record.written["before"].items():
            setattr(unit, column, Unit._meta.get_field(column).to_python(value))
        unit.match_name = plain_name(unit.name)
        unit.version += 1
        columns |= set(record.written["before"])
        changes[unit.pk] = {name: [new, old] for name, (old, new) in record.changes.items()}
    upsert(
        Unit, [record.unit for record in records], columns | ({"match_name"} if "name" in columns else set())
    )
    UnitPast.objects.filter(batch=batch).delete()
    given = {(record.unit_id, name) for record in records for name in record.written["names"]}
    names = UnitName.objects.filter(unit__import_rows__batch=batch).values_list("pk", "unit_id", "match_name")
    UnitName.objects.filter(pk__in=[pk for pk, unit, name in names if (unit, name) in given]).delete()
    set_tags({record.unit_id: record.written["tags"][0] for record in records if "tags" in record.written})
    trail.record_all(
        [record.unit for record in records], "undo_import", by=by, note=batch.file_name, changes=changes
    )


def dependents(doomed):
    """(unit's name, number and kind of records) for everything else that points at units to be deleted."""
    inner = doomed.values("pk")
    blockers = []
    for relation in Unit._meta.related_objects:
        model, name = relation.related_model, relation.field.name
        if model in (UnitName, ImportRow) or relation.name == "pasts" or relation.field.many_to_many:
            continue
        pointing = model._base_manager.filter(**{f"{name}__in": inner})
        if model is Unit:
            pointing = pointing.exclude(pk__in=inner)
        for unit_name in pointing.order_by().values_list(f"{name}__name", flat=True).distinct()[:20]:
            blockers.append((unit_name, model._meta.verbose_name))
    return blockers


def remove(units, batch, by):
    """Delete units, those supervised before their supervisors; their history stays."""
    trail.record_all(units, "undo_import", by=by, note=batch.file_name)
    left = {unit.pk: unit for unit in units}
    while left:
        needed = {unit.supervisor_id for unit in left.values()} | {unit.town_id for unit in left.values()}
        free = [pk for pk in left if pk not in needed]
        Unit.objects.filter(pk__in=free).delete()
        left = {pk: unit for pk, unit in left.items() if pk in needed}
