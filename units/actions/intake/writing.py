"""Writing what was judged, and taking it back: per set, never per row."""

from collections import defaultdict
from datetime import date
from itertools import groupby

from django.db.models import Max, Q

from civportal.lib.clock import today
from civportal.lib.names import plain_name
from units.actions import trail
from units.models import DATED, ImportRow, Tag, Unit, UnitName, UnitPast
from units.models.finding import renewed_once
from units.models.unit import tags_by_unit

from . import changes
from .kinds import UndoRefused
from .records import BATCH, HEARD, batches, in_parts, row_of, save_acts
from .verdict import rows_above

REFERENCES = ("supervisor_id", "town_id")
DATED_COLUMNS = {field.attname for field in Unit._meta.concrete_fields if field.name in DATED}
# Column → what a new unit has there when nothing is said.
UNTOUCHED = {
    field.attname: field.get_default()
    for field in Unit._meta.concrete_fields
    if field.attname not in ("id", "match_name", "version")
}


def write(batch, judge, *, by):
    """Create and change the units of the rows judged new or update; note in their records what was done.

    What the rows say is read again, some at a time: of a long list only the gist is in memory. Gives
    the numbers of the outside bodies that had to be made.
    """
    writer = Writer(batch, judge, by)
    with renewed_once():
        writer.make_bodies()
        writer.create()
        writer.change()
    return list(writer.body_of.values())


class Writer:
    def __init__(self, batch, judge, by):
        self.batch, self.judge, self.by = batch, judge, by
        self.new = [gist for gist in judge.gists if gist.verdict == "new"]
        self.known = [gist for gist in judge.gists if gist.verdict == "update"]
        # Plain name → number of the body that was made.
        self.body_of = {}
        # The list's order is the office's order; bodies that are only mentioned come behind it.
        self.last_order = Unit.objects.aggregate(last=Max("sort_order"))["last"] or 0
        for gist in self.new:
            gist.order = self.next_order()

    def next_order(self):
        self.last_order += 1
        return self.last_order

    def make_bodies(self):
        """Supervisors that are on no list become outside bodies, each once."""
        names = {}
        for gist in self.judge.gists:
            for reference in (gist.boss, gist.town) if is_written(gist) else ():
                if name := name_to_make(changes.settled(reference)):
                    names.setdefault(plain_name(name), name)
        for some in batches(names.items()):
            bodies = Unit.objects.bulk_create([self.body(plain, name) for plain, name in some])
            self.body_of |= {body.match_name: body.pk for body in bodies}
            trail.record_all(bodies, "import", by=self.by, note=self.batch.file_name)

    def body(self, plain, name):
        return Unit(
            name=name,
            match_name=plain,
            participation=Unit.Participation.OUTSIDE,
            sort_order=self.next_order(),
        )

    def number_of(self, reference):
        """The database's number of whom a row refers to, written by now."""
        if reference is None or isinstance(reference, int):
            return reference
        kind, whom = reference
        if kind == "row" and is_written(whom):
            return whom.made
        return self.body_of[plain_name(whom if kind == "body" else whom.name)]

    def create(self):
        """New units in the list's order, supervisors before those they supervise."""
        for wave in in_waves(self.new):
            for rows, records in self.read(wave):
                self.create_units(rows)
                self.finish(rows, records, before={}, old_names={})

    def read(self, gists):
        """(rows with what they want, their records), some at a time."""
        kept = self.batch.rows.only("batch", *HEARD)
        for some in batches(gists):
            found = kept.in_bulk([gist.pk for gist in some])
            records = [found[gist.pk] for gist in some]
            rows = [row_of(record) for record in records]
            self.judge.registry.look_closer([gist.unit.pk for gist in some if gist.unit])
            for row, gist in zip(rows, some, strict=True):
                row.unit = gist.unit and self.judge.registry.closer[gist.unit.pk]
                changes.work_out(row, self.judge)
            yield rows, records

    def create_units(self, rows):
        units = [self.unit(row) for row in rows]
        for row, unit in zip(rows, Unit.objects.bulk_create(units), strict=True):
            row.unit = unit
            self.judge.gist_of(row).made = unit.pk
        trail.record_all(units, "import", by=self.by, note=self.batch.file_name)

    def unit(self, row):
        unit = Unit(sort_order=self.judge.gist_of(row).order)
        self.assign(unit, row)
        return unit

    def assign(self, unit, row):
        for column, value in row.wanted.items():
            setattr(unit, column, self.number_of(value) if column in REFERENCES else value)
        unit.match_name = plain_name(unit.name)

    def change(self):
        """Known units take what differs; the list's old name is kept as a former one."""
        for rows, records in self.read(self.known):
            self.keep_pasts([row for row in rows if DATED_COLUMNS & set(row.wanted)])
            old_names = {row.unit.pk: row.unit.name for row in rows if "name" in row.wanted}
            before = {
                row.unit.pk: {column: getattr(row.unit, column) for column in row.wanted} for row in rows
            }
            self.change_units(rows)
            self.finish(rows, records, before=before, old_names=old_names)

    def change_units(self, rows):
        columns = {"version"}
        for row in rows:
            self.assign(row.unit, row)
            row.unit.version += 1
            columns |= set(row.wanted)
        units = [row.unit for row in rows]
        upsert(units, columns | ({"match_name"} if "name" in columns else set()))
        said = {row.unit.pk: row.changes for row in rows}
        trail.record_all(units, "import", by=self.by, note=self.batch.file_name, changes=said)

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

    def finish(self, rows, records, *, before, old_names):
        """Give the units of these rows their names and tags, and note what the rows did."""
        new_names = self.add_names(rows, old_names)
        tagged = {row.unit.pk: row.tags for row in rows if row.tags is not None}
        old_tags = {number: self.judge.registry.tags_of[number] for number in tagged}
        set_tags(tagged)
        for row, record in zip(rows, records, strict=True):
            number = row.unit.pk
            record.unit = row.unit
            record.act = "update" if number in before else "create"
            record.written = {
                "after": kept({column: getattr(row.unit, column) for column in [*row.wanted, "sort_order"]}),
                "before": kept(before.get(number, {})),
                "names": new_names.get(number, []),
            }
            if row.tags is not None:
                record.written["tags"] = [old_tags[number], row.tags]
        save_acts(records)

    def add_names(self, rows, old_names):
        """Names that the list says, names a person said are the same, and those that it took from units."""
        names = [
            UnitName(
                unit=row.unit,
                match_name=plain_name(name.name),
                is_settled=row.decision == "same",
                **name._asdict(),
            )
            for row in rows
            for name in row.names
        ]
        names += [
            UnitName(unit=row.unit, name=old, match_name=plain_name(old), is_alias=False, to_on=today())
            for row in rows
            if (old := old_names.get(row.unit.pk)) and plain_name(old) != row.unit.match_name
        ]
        UnitName.objects.bulk_create(names, batch_size=BATCH, ignore_conflicts=True)
        new_names = defaultdict(list)
        for name in names:
            new_names[name.unit_id].append(name.match_name)
        return new_names


def is_written(gist):
    return gist.verdict in ("new", "update")


def name_to_make(reference):
    """The name of the body that a reference needs, or "" when it is there or comes with the list."""
    if reference is None or isinstance(reference, int):
        return ""
    kind, whom = reference
    if kind == "body":
        return whom
    return "" if is_written(whom) else whom.name


def in_waves(gists):
    """The rows in groups: everybody a row refers to stands in a group before its own."""
    wave_of = {}
    for gist in gists:
        left = [gist]
        while left:
            above = rows_above(left[-1])
            missing = [other for other in above if other not in wave_of]
            if missing:
                left += missing
            else:
                wave_of[left.pop()] = max((wave_of[other] for other in above), default=-1) + 1
    ordered = sorted(gists, key=wave_of.get)
    return (list(wave) for _number, wave in groupby(ordered, key=wave_of.get))


def kept(values):
    """Column → value as JSON keeps it."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def upsert(units, columns):
    """Write the columns of units that exist, all in one statement per batch."""
    if units:
        fields = sorted({Unit._meta.get_field(column.removesuffix("_id")).name for column in columns})
        Unit.objects.bulk_create(
            units, batch_size=BATCH, update_conflicts=True, unique_fields=["id"], update_fields=fields
        )


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


# taking it back


def take_back(batch, *, by):
    """Put every unit back as it was before the import, or raise UndoRefused and change nothing."""
    acted = batch.rows.exclude(act="")
    refuse_changed(acted)
    with renewed_once():
        for records in in_parts(acted.filter(act="update").select_related("unit")):
            restore(records, batch, by)
    UnitPast.objects.filter(batch=batch).delete()
    doomed = Q(import_rows__batch=batch, import_rows__act="create") | Q(pk__in=batch.made)
    blockers = dependents(Unit.objects.filter(doomed))
    if blockers:
        raise UndoRefused(blockers)
    remove(Unit.objects.filter(doomed).distinct(), batch, by)


def refuse_changed(acted):
    """Whoever changed a unit since then must not lose it by an undo."""
    changed = []
    for records in in_parts(acted.select_related("unit").select_for_update(of=["self"])):
        tags = tags_by_unit([record.unit_id for record in records if "tags" in record.written])
        changed += [
            record.name for record in records if was_changed_since(record, tags.get(record.unit_id, []))
        ]
    if changed:
        raise UndoRefused([(name, "changed") for name in changed])


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
    upsert([record.unit for record in records], columns | ({"match_name"} if "name" in columns else set()))
    given = {(record.unit_id, name) for record in records for name in record.written["names"]}
    names = UnitName.objects.filter(unit__in=[number for number, _name in given])
    names = names.values_list("pk", "unit_id", "match_name")
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
    left = {number: above for number, *above in units.order_by("pk").values_list("pk", *REFERENCES)}
    for some in batches(left):
        doomed = Unit.objects.filter(pk__in=some).only("pk")
        trail.record_all(doomed.order_by("pk"), "undo_import", by=by, note=batch.file_name)
    while left:
        needed = {number for above in left.values() for number in above}
        free = [number for number in left if number not in needed]
        for some in batches(free):
            Unit.objects.filter(pk__in=some).delete()
        left = {number: above for number, above in left.items() if number in needed}
