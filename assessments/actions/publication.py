"""The ranking: live for the office, released to the public as frozen versions."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import Indicator, RankingRelease, RankingRow, ScoreSheet, UnitYear
from assessments.scoring.ranking import Standing, places, spread
from civportal.lib.clock import now
from civportal.lib.plots import histogram
from units.actions import notification, trail
from units.actions.move import lock, move
from units.models import Unit

from . import xray

NO_KIND = 32767


@dataclass(frozen=True)
class Ranked:
    """One unit's line in a live ranking."""

    rank: int
    is_shared: bool
    unit: Unit
    sheet: ScoreSheet

    @property
    def total(self):
        return self.sheet.total

    @property
    def subkind_name(self):
        return self.unit.category.name if self.unit.category and self.unit.category.parent_id else ""


@dataclass(frozen=True)
class Board:
    """The ranking of one kind of unit, live or released, best first."""

    name: str
    order: int
    rows: list
    # The total from which a unit is recommended; None draws no line.
    cut: Decimal | None = None

    @property
    def anchor(self):
        return f"kind-{self.order}"

    @property
    def has_subkinds(self):
        return any(row.subkind_name for row in self.rows)

    @property
    def is_moderated(self):
        """Whether an adopted moderation moved any of these released rows."""
        return any(row.moderation for row in self.rows)

    @property
    def above(self):
        """The rows on or above the cut line; all of them where there is none."""
        return [row for row in self.rows if self.cut is None or row.total >= self.cut]

    @property
    def below(self):
        return [row for row in self.rows if self.cut is not None and row.total < self.cut]


@dataclass(frozen=True)
class Ranking:
    """A year's ranking as it stands now: a board per kind, and what still speaks against releasing."""

    cycle: object
    boards: list[Board] = field(default_factory=list)
    # Units of the year that have no score sheet and therefore no place.
    without_sheet: list[Unit] = field(default_factory=list)

    @property
    def rows(self):
        return [row for board in self.boards for row in board.rows]

    @property
    def unset_count(self):
        return sum(row.sheet.unset_count for row in self.rows)

    @property
    def unset_units(self):
        return sum(1 for row in self.rows if row.sheet.unset_count)

    @property
    def needs_confirmation(self):
        """Whether the director has to say that it may go out incomplete."""
        return bool(self.unset_count or self.without_sheet)

    @property
    def fingerprint(self):
        """Changes with every place, total and missing value, and with every release of the year.

        It is what a person saw before releasing: neither changed scores nor a second click pass by it.
        """
        rows = [(row.unit.pk, row.rank, str(row.sheet.total), row.sheet.unset_count) for row in self.rows]
        seen = (self.cycle.pk, next_number(self.cycle), rows, len(self.without_sheet))
        return hashlib.sha256(repr(seen).encode()).hexdigest()[:16]


def live(cycle):
    """The year's ranking as the score sheets stand now, in one query.

    Units that left the creation work have no place, whatever their sheet says.
    """
    unit_years = list(
        UnitYear.objects.filter(cycle=cycle, unit__participation=Unit.Participation.PARTICIPATING)
        .select_related("sheet", "unit__category__parent")
        .order_by("unit__sort_order", "unit__pk")
    )
    for unit_year in unit_years:
        unit_year.cycle = cycle
    scored = [unit_year for unit_year in unit_years if hasattr(unit_year, "sheet")]
    by_kind = {}
    for unit_year in scored:
        by_kind.setdefault(unit_year.unit.kind, []).append(unit_year)
    cut = cut_line(cycle.standard.grades)
    boards = [
        Board(
            name=kind.name if kind else "",
            order=kind.sort_order if kind else NO_KIND,
            rows=ranked(group, cycle.standard.ties),
            cut=cut,
        )
        for kind, group in by_kind.items()
    ]
    return Ranking(
        cycle=cycle,
        boards=sorted(boards, key=lambda board: (board.order, board.name)),
        without_sheet=[unit_year.unit for unit_year in unit_years if not hasattr(unit_year, "sheet")],
    )


def ranked(unit_years, ties):
    """The lines of one kind, by total, then by the groups of the tie rule, then sharing the place."""
    by_key = {unit_year.pk: unit_year for unit_year in unit_years}
    standings = [
        Standing(unit_year.pk, unit_year.sheet.total, points_by_group(unit_year.sheet.groups))
        for unit_year in unit_years
    ]
    return [
        Ranked(place.rank, place.is_shared, by_key[place.key].unit, by_key[place.key].sheet)
        for place in places(standings, ties)
    ]


def points_by_group(groups: Mapping) -> dict[str, Decimal]:
    """Points as decimals, however the sheet's JSON wrote them."""
    return {code: Decimal(str(points)) for code, points in groups.items()}


@transaction.atomic
def release(cycle, *, title, by, confirm_unset=False, exceptions=None, seen=None):
    """Publish the ranking as it stands now as the year's next version; nothing changes it later.

    `seen` is the fingerprint of the ranking that the person looked at; `exceptions` says of what the
    x-ray still shows why it may stand, {code of the check: reason}. Raises ValidationError when there is
    nothing to publish, when values are missing and not confirmed, when the ranking is no longer the one
    seen, or when something has to be mended first and no reason is given.
    """
    cycle = lock(cycle)
    ranking = live(cycle)
    refuse_unfit(ranking, title, confirm_unset, seen)
    stands = excepted(xray.grave(cycle), exceptions or {})
    version = RankingRelease.objects.create(
        cycle=cycle,
        number=next_number(cycle),
        title=title.strip(),
        released_at=now(),
        released_by=by,
        unset_count=ranking.unset_count,
        unit_count=len(ranking.rows),
        standard_name=cycle.standard.name,
        grades=cycle.standard.grades,
        ties=cycle.standard.ties,
        exceptions=stands,
    )
    RankingRow.objects.bulk_create(copies(ranking, version))
    changes = {"units": [0, version.unit_count], "unset": [0, version.unset_count]}
    trail.record(version, "release", by=by, note=in_words(stands), changes=changes, to_status=version.status)
    transaction.on_commit(partial(notification.announce, version, "release", by=by))
    return version


def refuse_unfit(ranking, title, confirm_unset, seen):
    """Say in words why this ranking cannot go out."""
    if not title.strip():
        raise ValidationError(_("Give the release a title."))
    if not ranking.rows:
        raise ValidationError(_("No unit of this year has a score sheet yet; there is nothing to release."))
    if seen not in (None, ranking.fingerprint):
        raise ValidationError(
            _("Scores have changed, or somebody released, since this page was opened. Look at it again.")
        )
    if ranking.needs_confirmation and not confirm_unset:
        raise ValidationError(" ".join(missing(ranking)) + " " + _("Confirm that they may be missing."))


def excepted(grave, reasons):
    """What the x-ray shows, kind by kind with the reason why it may stand, as the release keeps it.

    Raises ValidationError naming the kinds for which no reason is given.
    """
    reasons = {code: reason.strip() for code, reason in reasons.items()}
    open_kinds = [check for check in grave if not reasons.get(check.code)]
    if open_kinds:
        named = _(", ").join(f"“{check}” ({grave[check]})" for check in open_kinds)
        raise ValidationError(
            _("Before scores are frozen this has to be mended, or you say why it may stand: %(named)s.")
            % {"named": named}
        )
    return [
        {"code": check.code, "title": str(check), "count": count, "reason": reasons[check.code]}
        for check, count in grave.items()
    ]


def in_words(exceptions):
    """What stood and why, as history tells it; "" of a clean release."""
    told = (f"{one['title']} ({one['count']}): {one['reason']}" for one in exceptions)
    return _("Released although the x-ray showed: %(told)s") % {"told": "; ".join(told)} if exceptions else ""


def missing(ranking):
    """What is still open, one sentence each."""
    sentences = []
    if ranking.unset_count:
        sentences.append(
            ngettext(
                "%(count)s value is not assessed yet and counts 0.",
                "%(count)s values are not assessed yet and count 0.",
                ranking.unset_count,
            )
            % {"count": ranking.unset_count}
        )
    if ranking.without_sheet:
        sentences.append(
            ngettext(
                "%(count)s unit has no score sheet and gets no place.",
                "%(count)s units have no score sheet and get no place.",
                len(ranking.without_sheet),
            )
            % {"count": len(ranking.without_sheet)}
        )
    return sentences


def next_number(cycle):
    """The number of the year's next version; call it with the cycle's row locked."""
    return (cycle.releases.aggregate(last=Max("number"))["last"] or 0) + 1


def copies(ranking, version):
    """A frozen row for every place."""
    return [
        RankingRow(
            release=version,
            unit=row.unit,
            unit_name=row.unit.name,
            kind_name=board.name,
            kind_order=board.order,
            subkind_name=row.subkind_name,
            rank=row.rank,
            base=row.sheet.base,
            moderation=row.sheet.moderation,
            bonus=row.sheet.bonus,
            deductions=row.sheet.deductions,
            total=row.sheet.total,
            grade=row.sheet.grade,
            unset_count=row.sheet.unset_count,
        )
        for board in ranking.boards
        for row in board.rows
    ]


def withdraw(version, *, note, by, seen=None):
    """Take a released ranking off the public pages; the archive keeps it, and the public reads why.

    Raises ValidationError without a reason, MoveNotAllowed when it was withdrawn already.
    """
    note = note.strip()
    if not note:
        raise ValidationError(_("Say why the ranking is withdrawn; the public reads it."))
    with move(version, "withdraw", by=by, note=note, seen=seen) as version:
        version.withdrawn_at = now()
        version.withdrawn_note = note
    return version


def boards_of(version):
    """The released rows by kind, in one query; none of a version that was withdrawn."""
    if not version.is_published:
        return []
    by_kind = {}
    for row in version.rows.all():
        row.release = version
        by_kind.setdefault((row.kind_order, row.kind_name), []).append(row)
    cut = cut_line(version.grades)
    return [Board(name, order, rows, cut) for (order, name), rows in by_kind.items()]


def plot(totals, cut):
    """How the totals are spread, with the cut line; None before the first total."""
    if not totals:
        return None
    reach = max(totals) - min(totals)
    step = next((step for step in (1, 2, 5) if reach <= 20 * step), 10)
    return histogram(spread(totals, Decimal(step)), cut)


def cut_line(grades):
    """The total from which a unit is recommended, or None in an edition without grades."""
    return Decimal(str(grades[0]["from"])) if grades else None


def tie_words(version):
    """The names of the groups that separate equal totals, in the order of the rule."""
    named = Indicator.objects.filter(
        standard=version.cycle.standard_id, parent__isnull=True, code__in=version.ties
    ).values_list("code", "name")
    names = dict(named)
    return [names[code] for code in version.ties if code in names]


def day_of(version):
    """The calendar day of the release, in China."""
    return localdate(version.released_at)
