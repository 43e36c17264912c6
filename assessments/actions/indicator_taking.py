"""Writing systems of indicators as draft editions, and taking them back."""

from django.db.models import Max

from assessments.models import Adjustment, Indicator, Standard
from assessments.scoring.edition import decimal
from civportal.lib.clock import today
from units.actions import trail
from units.actions.intake.kinds import UndoRefused, Written
from units.models import TrailEvent

from . import standard, standard_tree
from .indicator_verdict import APPLIES, LENGTH, WAYS_SAID, levels_in, method_of, name_of, reviewers_in

KINDS = {standard_tree.BONUS: Adjustment.Kind.BONUS, standard_tree.DEDUCTION: Adjustment.Kind.DEDUCTION}
PREFIX = {standard_tree.BONUS: "J", standard_tree.DEDUCTION: "K", standard_tree.VETO: "V"}


def write(rows, records, batch, judge, *, by):
    """One draft edition for each system that has a row to be written."""
    made = []
    wanted = {(row.sheet, row.number) for row in rows if row.verdict == "new"}
    for system in judge.systems:
        keys = [key for key in system.by_key if key in wanted]
        if not keys:
            continue
        edition = write_edition(system, batch, by)
        made.append(edition.pk)
        for key in keys:
            records[key].act = "create"
            records[key].written = {"standard": edition.pk}
    return Written({"standards": made})


def write_edition(system, batch, by):
    year = system.year or today().year
    last = Standard.objects.filter(year=year).aggregate(last=Max("edition"))["last"] or 0
    usual = standard.default_source()
    edition = Standard.objects.create(
        name=system.name,
        source_name=system.name,
        year=year,
        edition=last + 1,
        bonus_cap=decimal(usual.get("bonus_cap", 10)),
        grades=usual["grades"],
        vetoes=vetoes_of(system),
    )
    write_groups(edition, system)
    write_rules(edition, system)
    trail.record(edition, "load", by=by, note=batch.file_name)
    return edition


def write_groups(edition, system):
    """Groups, then everything that is scored, in the list's order."""
    heads = [
        Indicator(
            standard=edition,
            code=letters(place),
            name=(standard_tree.number_of(group.name)[1] or group.name)[:LENGTH],
            maximum=group.maximum,
            sort_order=min(100 * place, 32_000),
        )
        for place, group in enumerate(system.tree.groups, 1)
    ]
    standard.write(heads)
    items = [
        (indicator_of(line, row := system.by_key[line.key], head, place), row)
        for head, group in zip(heads, system.tree.groups, strict=True)
        for place, line in enumerate(group.items, 1)
    ]
    standard.write(indicator for indicator, _row in items)
    standard.write(
        one
        for indicator, row in items
        for one in standard.levels_as(indicator, levels_in(row.values, indicator.maximum)[0])
    )


def indicator_of(line, row, head, place):
    """One indicator; what the list says of counting and proving it is kept as text."""
    said = row.values
    whole = line.name if len(line.name) > LENGTH else ""
    method = "" if said["method"] in WAYS_SAID else said["method"]
    applies = "" if said["applies"] in APPLIES else said["applies"]
    texts = [whole, said["rule"], said["rule_type"], method, applies]
    return Indicator(
        standard=head.standard,
        parent=head,
        code=f"{head.code}{place}",
        name=name_of(line),
        path=" › ".join(line.path[1:])[:200],
        maximum=standard_tree.decimal_of(line.points),
        method=WAYS_SAID.get(said["method"], method_of(said["method"])),
        applies=APPLIES.get(said["applies"], Indicator.Applies.ALL),
        rule="；".join(text for text in texts if text),
        reviewers_needed=reviewers_in(said)[0],
        sort_order=min(head.sort_order + place, 32_767),
    )


def write_rules(edition, system):
    """Bonus and deduction rules; where the list gives no single number, the office sets the points."""
    numbers = {}
    rules = []
    for kind, line in system.tree.rules:
        if kind == standard_tree.VETO:
            continue
        numbers[kind] = numbers.get(kind, 0) + 1
        said = system.by_key[line.key].values
        amounts = standard_tree.amounts_of(line)
        rules.append(
            Adjustment(
                standard=edition,
                kind=KINDS[kind],
                code=f"{PREFIX[kind]}{numbers[kind]}",
                name=name_of(line),
                points=amounts,
                limit=standard_tree.decimal_of(said["limit"]) or None,
                note=note_of(line, said["rule"], amounts)[:120],
                sort_order=numbers[kind],
            )
        )
    standard.write(rules)


def note_of(line, rule, amounts):
    """What the list says of a rule and its fields do not hold. Where a column of its own says what the
    row is, the heads above it are those of the indicators before."""
    if line.rule_type in standard_tree.WAYS:
        texts = ["" if amounts else line.points, rule]
    else:
        texts = [line.points, rule, "›".join(line.path)]
    return "；".join(filter(None, texts))


def vetoes_of(system):
    vetoes = [line for kind, line in system.tree.rules if kind == standard_tree.VETO]
    return [{"id": f"V{place}", "zh": line.name} for place, line in enumerate(vetoes, 1)]


def letters(number):
    """1 → A, 26 → Z, 27 → AA."""
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def take_back(batch, *, by):
    """Delete the drafts, unless one was corrected or a year is to be scored by it."""
    numbers = batch.made["standards"]
    editions = list(Standard.objects.filter(pk__in=numbers).select_for_update())
    touched = [edition for edition in editions if is_touched(edition)]
    if touched or len(editions) != len(numbers):
        raise UndoRefused(
            [(edition.name, "changed") for edition in touched] or [(batch.file_name, "changed")]
        )
    trail.record_all(editions, "undo_import", by=by, note=batch.file_name)
    Standard.objects.filter(pk__in=numbers).delete()


def is_touched(edition):
    """Whether anything happened to the edition since it was loaded."""
    lines = TrailEvent.objects.about(edition).count()
    return edition.is_frozen or lines > 1 or edition.cycles.exists()
