"""The year's lists as tables: which columns they have when they leave as files."""

from datetime import datetime
from operator import attrgetter

from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import today
from civportal.lib.exporting import Kind
from civportal.lib.listings import Column, Listing
from units.models import Unit

from .actions.bulk import state_of as state_of_bulk
from .actions.gaps import COLUMNS, MONTHS, Mark, why_absent
from .models import (
    Award,
    Binder,
    BulkDecision,
    CalibrationRound,
    ChartItem,
    Conflict,
    Document,
    Duty,
    FieldSurvey,
    HonorItem,
    LedgerEntry,
    Plan,
    Question,
)
from .models.duty import duty_label
from .models.field_survey import Found
from .models.ledger import reviewers_by_entry
from .models.standard import grade_name
from .models.wall_chart import light

LEVELS = dict(HonorItem.Level.choices)


def numbered(period):
    """The quarter or month of a plan; a plan of the year has none."""
    return period or None


PLANS = Listing(
    _("Plans"),
    (
        Column(_("Unit"), "unit__name", width=32),
        Column(_("Year"), "cycle__year", Kind.NUMBER),
        Column(_("Kind"), "kind", width=14, words=dict(Plan.Kind.choices)),
        Column(_("Quarter or month"), "period", Kind.NUMBER, show=numbered),
        Column(_("Items"), "item_count", Kind.NUMBER),
        Column(_("Attachments"), "file_count", Kind.NUMBER),
        Column(_("Handed in"), "submitted_at", Kind.MOMENT),
        Column(_("Receipt"), "receipt", Kind.CODE),
        Column(_("Status"), "status", width=12, words=dict(Plan.Status.choices)),
    ),
)

DOCUMENTS = Listing(
    _("Documents of the office"),
    (
        Column(_("Document number"), "number", Kind.CODE, width=26),
        Column(_("Edition of the document"), "edition", Kind.NUMBER),
        Column(_("Title"), "title", width=40),
        Column(_("Date"), "issued_on", Kind.DATE),
        Column(_("Recipients"), "recipient_count", Kind.NUMBER),
        Column(_("Not signed"), "unsigned_count", Kind.NUMBER),
        Column(_("Overdue"), "overdue_count", Kind.NUMBER),
        Column(_("Status"), "status", width=14, words=dict(Document.Status.choices)),
    ),
)


def state_of(receipt):
    return receipt.state.label


# Who signed, and when: the end of every list of receipts.
SIGNED = (
    Column(_("Signed by"), "fulfilled_by__name", width=14),
    Column(_("Signed at"), "fulfilled_at", Kind.MOMENT),
    Column(_("State"), state_of, width=12),
)
OWN_RECEIPTS = Listing(
    _("Documents received"),
    (
        Column(_("Document number"), "document__number", Kind.CODE, width=26),
        Column(_("Edition of the document"), "document__edition", Kind.NUMBER),
        Column(_("Title"), "document__title", width=40),
        Column(_("Date"), "document__issued_on", Kind.DATE),
        Column(_("Unit"), "unit__name", width=32),
        *SIGNED,
    ),
)


def receipts(document):
    """Every recipient of one document."""
    return Listing(
        f"{document.number} {document.title}",
        (
            Column(_("Unit"), "unit__name", width=32),
            Column(_("Town"), "unit__town__name", width=14),
            Column(_("Due by"), "until", Kind.DATE),
            Column(_("Opened"), "seen_at", Kind.MOMENT),
            *SIGNED,
        ),
    )


def days_late(until, handed_in_at, standing):
    """How many days overdue, or how late it came; nothing of what is in time."""
    came = localdate(handed_in_at) if handed_in_at else today()
    is_late = standing in (Duty.State.MISSING, Duty.State.LATE)
    return (came - until).days if is_late else None


OWING = Listing(
    _("Who still owes what"),
    (
        Column(_("Year"), "cycle__year", Kind.NUMBER),
        Column(_("What is owed"), ("kind", "period", "title"), width=26, show=duty_label),
        Column(_("Unit"), "unit__name", width=32),
        Column(_("Town"), "unit__town__name", width=14),
        Column(_("Category"), "unit__category__name", width=14),
        Column(_("Due by"), "due_on", Kind.DATE),
        Column(_("Extended to"), "extended_to", Kind.DATE),
        Column(_("State"), "standing", width=12, words=dict(Duty.State.choices)),
        Column(_("Days late"), ("until", "handed_in_at", "standing"), Kind.NUMBER, show=days_late),
        Column(_("First handed in"), "handed_in_at", Kind.MOMENT),
    ),
)

ENTRIES = Listing(
    _("Ledger"),
    (
        Column(_("What"), "title", width=40),
        Column(_("Kind of record"), "kind", width=14, words=dict(LedgerEntry.Kind.choices)),
        Column(_("Unit"), "unit__name", width=32),
        Column(_("When"), "held_on", Kind.DATE),
        Column(_("Indicators"), "claim_count", Kind.NUMBER),
        Column(_("Files"), "file_count", Kind.NUMBER),
        Column(_("Receipt"), "receipt", Kind.CODE),
        Column(_("Status"), "status", width=12, words=dict(LedgerEntry.Status.choices)),
    ),
)


def code_with_name(code, name):
    return f"{code} {name}" if code else ""


QUESTIONS = Listing(
    _("Questions and answers"),
    (
        Column(_("Unit"), "unit__name", width=32),
        Column(_("Indicator"), ("indicator__code", "indicator__name"), width=26, show=code_with_name),
        Column(_("Receipt"), "entry__receipt", Kind.CODE),
        Column(_("Question"), "text", width=50),
        Column(_("Status"), "status", width=14, words=dict(Question.Status.choices)),
        Column(_("Who asked"), "asked_by__name", width=14),
        Column(_("Asked at"), "asked_at", Kind.MOMENT),
        Column(_("Last message"), "moved_at", Kind.MOMENT),
    ),
)

FAQ = Listing(
    _("Questions often asked"),
    (
        Column(_("Indicator"), ("indicator__code", "indicator__name"), width=26, show=code_with_name),
        Column(_("Question"), "question", width=40),
        Column(_("Answer"), "answer", width=60),
        Column(_("Published at"), "published_at", Kind.MOMENT),
    ),
)


def as_whom(settles):
    """Whether it was given blind or by the arbiter."""
    return gettext("arbitrates") if settles else gettext("without seeing the others")


MARKS = Listing(
    _("Agreement of reviewers"),
    (
        Column(_("Receipt"), "claim__entry__receipt", Kind.CODE),
        Column(_("Unit"), "claim__entry__unit__name", width=32),
        Column(_("Round"), "round", Kind.NUMBER),
        Column(
            _("Indicator"),
            ("claim__indicator__code", "claim__indicator__name"),
            width=32,
            show="{} {}".format,
        ),
        Column(_("Full marks"), "claim__indicator__maximum", Kind.POINTS),
        Column(_("Reviewer"), "by__name", width=14),
        Column(_("Points"), "points", Kind.POINTS),
        Column(_("How"), "settles", width=16, show=as_whom),
        Column(_("What counts now"), "claim__points", Kind.POINTS),
        Column(_("When"), "at", Kind.MOMENT),
    ),
)


def assigned(assignment):
    """The reviewer, the indicator where it is one alone, and whether the two still go together."""
    words = [str(assignment.reviewer), str(assignment.indicator or "")]
    if assignment.is_stray:
        words.append(gettext("conflict of interest since"))
    return " ".join(filter(None, words))


def stray(is_stray):
    return gettext("conflict of interest since") if is_stray else ""


ASSIGNMENTS = Listing(
    _("Who reviews what"),
    (
        Column(_("Unit"), attrgetter("name"), width=32),
        Column(_("Reviewers"), lambda unit: "；".join(map(assigned, unit.assigned)), width=40),
    ),
)
LOADS = Listing(
    _("How the work is spread"),
    (
        Column(_("Person"), attrgetter("name"), width=14),
        Column(_("Units"), attrgetter("unit_count"), Kind.NUMBER),
        Column(_("Indicators and parts"), attrgetter("part_count"), Kind.NUMBER),
        Column(_("Single records"), attrgetter("record_count"), Kind.NUMBER),
        Column(_("Indicators of all units"), lambda one: "；".join(map(str, one.whole_indicators)), width=48),
    ),
)
ASSIGNED_RECORDS = Listing(
    _("Single records that wait"),
    (
        Column(_("What"), "entry__title", width=40),
        Column(_("Receipt"), "entry__receipt", Kind.CODE),
        Column(_("Unit"), "entry__unit__name", width=32),
        Column(_("Reviewer"), "reviewer__name", width=14),
        Column(_("Remark"), "is_stray", width=24, show=stray),
    ),
)
# For those who keep the list, who read every ground on the screen, too.
CONFLICTS = Listing(
    _("Conflicts of interest"),
    (
        Column(_("Person"), "person__name", width=14),
        Column(_("Unit"), "unit__name", width=32),
        Column(_("Ground"), "ground", width=18, words=dict(Conflict.Ground.choices)),
        Column(_("Remark"), "note", width=40),
        Column(_("Declared on"), "declared_at", Kind.MOMENT),
        Column(_("Declared by"), "declared_by__name", width=14),
        Column(_("Status"), "status", width=12, words=dict(Conflict.Status.choices)),
    ),
)


def edition(standard):
    """The standard as the list that it could have come from, in the headings of the empty list."""
    depth = max((len(one.path.split(" › ")) for one in standard.indicators.all() if one.path), default=0)
    name = standard.source_name or standard.name
    heads = [Column(heading, head_at(place), width=18) for place, heading in enumerate(HEADS[:depth])]
    return Listing(
        name,
        (
            Column("体系名称", lambda row: name, width=24),
            Column("年度", lambda row: standard.year, Kind.NUMBER),
            Column("一级指标", "head", width=18),
            Column("一级指标分值", "head_points", Kind.POINTS),
            *heads,
            Column("指标名称", "name", width=36),
            Column("分值", "points", Kind.POINTS),
            Column("计分类型", "kind", width=10),
            Column("上限分值", "limit", Kind.POINTS),
            Column("适用对象", "applies", width=14),
            Column("评分标准", "rule", width=40),
            Column("测评方法", "method", width=12),
            Column("评审人数", "reviewers", Kind.NUMBER),
            Column("评分档次", "levels", width=40),
        ),
        hint=_("What a record must show, grades, floors and the tie rule stand in the edition only."),
    )


# Where heads stand in between.
HEADS = ("二级指标", "三级指标")


def head_at(place):
    """Makes the head of that depth."""
    return lambda row: row.path[place] if place < len(row.path) else ""


CALIBRATIONS = Listing(
    _("Calibration rounds"),
    (
        Column(_("Year"), "cycle__year", Kind.NUMBER),
        Column(_("Number"), "number", Kind.NUMBER),
        Column(_("Status"), "status", width=12, words=dict(CalibrationRound.Status.choices)),
        Column(_("Records"), "item_count", Kind.NUMBER),
        Column(_("Reviewers"), "reviewer_count", Kind.NUMBER),
        Column(_("Finished"), "finished_count", Kind.NUMBER),
        Column(_("Round opened"), "opened_at", Kind.MOMENT),
        Column(_("Round closed"), "closed_at", Kind.MOMENT),
    ),
)
CALIBRATION_MARKS = Listing(
    _("Marks of a calibration round"),
    (
        Column(_("Receipt"), "item__entry__receipt", Kind.CODE),
        Column(_("Unit"), "item__entry__unit__name", width=32),
        Column(
            _("Indicator"),
            ("item__indicator__code", "item__indicator__name"),
            width=32,
            show="{} {}".format,
        ),
        Column(_("Full marks"), "item__indicator__maximum", Kind.POINTS),
        Column(_("Reference mark"), "item__reference", Kind.POINTS),
        Column(_("Reviewer"), "by__name", width=14),
        Column(_("Points"), "points", Kind.POINTS),
        Column(_("For the talk"), "note", width=40),
        Column(_("Line agreed on"), "item__line", width=40),
    ),
)


def whose(unit, scope):
    """Whose records a binder holds: a unit's, or those of a whole group."""
    return unit or str(dict(Binder.Scope.choices)[scope])


def megabytes(size):
    """In MB, rounded up; nothing while it is being made."""
    return -(-size // 10**6) or None


BINDERS = Listing(
    _("Binders"),
    (
        Column(_("Whose"), ("unit__name", "scope"), width=32, show=whose),
        Column(_("Year"), "cycle__year", Kind.NUMBER),
        Column(_("Units"), "unit_count", Kind.NUMBER),
        Column(_("Made by"), "made_by__name", width=14),
        Column(_("Begun at"), "begun_at", Kind.MOMENT),
        Column(_("Kept until"), "expires_at", Kind.DATE),
        Column(_("Size in MB"), "size", Kind.NUMBER, show=megabytes),
        Column(_("Status"), "status", width=14, words=dict(Binder.Status.choices)),
    ),
)


def queue(workdays, *, names_reviewers):
    """What waits for a decision, with how long it has waited; and assigned to whom, for who may know."""

    def waited(in_line_at: datetime):
        return workdays.passed(localdate(in_line_at), today())

    assigned = Column(_("Assigned to"), "pk", width=20, look_up=reviewers_by_entry)

    return Listing(
        _("Waiting for review"),
        (
            Column(_("What"), "title", width=40),
            Column(_("Unit"), "unit__name", width=32),
            Column(_("Category"), "unit__category__name", width=14),
            Column(_("Handed in"), "submitted_at", Kind.MOMENT),
            Column(_("Working days waited"), "in_line_at", Kind.NUMBER, show=waited),
            Column(_("Round"), "round", Kind.NUMBER),
            Column(_("Indicators"), "claim_count", Kind.NUMBER),
            Column(_("Files"), "file_count", Kind.NUMBER),
            Column(_("Receipt"), "receipt", Kind.CODE),
            *([assigned] if names_reviewers else []),
        ),
    )


BULKS = Listing(
    _("Decided together"),
    (
        Column(_("When"), "at", Kind.MOMENT),
        Column(_("What"), "kind", width=16, words=dict(BulkDecision.Kind.choices)),
        Column(_("Records"), "line_count", Kind.NUMBER),
        Column(_("Reason or to whom"), "note", width=40),
        Column(_("By"), "by__name", width=14),
        Column(_("Undone at"), "undone_at", Kind.MOMENT),
        Column(_("State"), ("undone_at", "line_count", "standing_count"), width=30, show=state_of_bulk),
    ),
)

# For the administration, where next year's table is entered by hand.
WORK_CALENDARS = Listing(
    _("holiday tables"),
    (
        Column(_("year"), "year", Kind.NUMBER),
        Column(_("source"), "source", width=32),
        Column(_("days off"), "days_off", width=40, show="；".join),
        Column(_("working weekends"), "working_weekends", width=40, show="；".join),
    ),
)

# wall chart


def lit(due_on, closed_on):
    """The light as its word."""
    return str(light(due_on, closed_on).label)


CHART_ITEMS = Listing(
    _("Wall chart"),
    (
        Column(_("Unit"), "charted__unit__name", width=32),
        Column(_("What"), "what", width=40),
        Column(_("Owner"), "owner", width=14),
        Column(_("Overseer"), "overseer", width=14),
        Column(_("By when"), "due_on", Kind.DATE),
        Column(_("How it stands"), ("due_on", "closed_on"), width=12, show=lit),
        Column(_("Closed on"), "closed_on", Kind.DATE),
        Column(_("What was reached"), "closing_note", width=40),
        Column(_("Status"), "status", width=12, words=dict(ChartItem.Status.choices)),
    ),
)
WEAK_UNITS = Listing(
    _("Weak units"),
    (
        Column(_("Unit"), "unit__name", width=32),
        Column(_("Category"), "unit__category__name", width=14),
        Column(_("Reasons"), lambda one: len(one.reasons), Kind.NUMBER),
        Column(_("Why"), "sentences", width=80),
    ),
)


# what is missing

YES_NO = {True: _("yes"), False: _("no")}


def gaps(cycle):
    """One row per unit of the year, with its four marks."""
    marks = dict(Mark.choices)
    return Listing(
        gettext("Four gaps %(year)s") % {"year": cycle.year},
        (
            Column(_("Unit"), "unit__name", width=32),
            Column(_("Category"), "unit__category__name", width=14),
            Column(_("Town"), "unit__town__name", width=16),
            *(Column(label, f"{name}_mark", width=14, words=marks) for name, label in COLUMNS.items()),
            Column(_("Last record"), "last_record_at", Kind.MOMENT),
            Column(_("Gaps"), "gap_count", Kind.NUMBER),
            Column(_("Responsibility letter"), "has_letter", width=12, words=YES_NO),
        ),
    )


ABSENT = Listing(
    _("Not taking part"),
    (
        Column(_("Unit"), "name", width=32),
        Column(_("Category"), "category__name", width=14),
        Column(_("Town"), "town__name", width=16),
        Column(_("Participation"), "participation", width=14, words=dict(Unit.Participation.choices)),
        Column(_("Why it stands here"), why_absent, width=40),
        Column(_("Last came in"), "last_at", Kind.MOMENT),
        Column(_("Windows open"), "window_count", Kind.NUMBER),
    ),
)


def records_in(month):
    """Makes the number of records of that month."""
    return lambda rush: rush.counts[month - 1]


RUSHED = Listing(
    _("Quiet all year, busy for the award"),
    (
        Column(_("Unit"), "unit__name", width=32),
        *(Column(str(month), records_in(month), Kind.NUMBER, width=6) for month in MONTHS),
        Column(_("Records"), attrgetter("total"), Kind.NUMBER),
    ),
)


# the x-ray


def xray(check, user):
    """Every record that has one problem."""
    return Listing(
        str(check),
        (
            Column(_("What"), "what", width=40),
            Column(_("Unit"), "unit__name", width=32),
            Column(_("Town"), "unit__town__name", width=16),
            Column(_("More"), "hint", width=40),
        ),
        hint=str(check.remedy),
        prepare=lambda records: [check.line(record, user) for record in records],
    )


# field surveys

FIELD_SURVEYS = Listing(
    _("Field surveys"),
    (
        Column(_("Title"), "title", width=32),
        Column(_("Day"), "held_on", Kind.DATE),
        Column(_("Who goes"), "surveyors", width=24),
        Column(_("Units"), "unit_count", Kind.NUMBER),
        Column(_("Looked at"), "answered_count", Kind.NUMBER),
        Column(_("How chosen"), attrgetter("how_chosen"), width=40),
        Column(_("Status"), "status", width=12, words=dict(FieldSurvey.Status.choices)),
    ),
)


def field_survey(survey):
    """One row per unit, the portal's marks beside what was found."""
    marks, found = dict(Mark.choices), dict(Found.choices)
    pairs = (
        (
            Column(
                gettext("%(what)s, by the portal") % {"what": label}, f"{name}_mark", width=14, words=marks
            ),
            Column(
                gettext("%(what)s, on the spot") % {"what": label}, f"{name}_found", width=14, words=found
            ),
        )
        for name, label in COLUMNS.items()
    )
    return Listing(
        f"{survey} {survey.held_on}",
        (
            Column(_("No."), "number", Kind.NUMBER, width=6),
            Column(_("Unit"), "unit__name", width=32),
            Column(_("Category"), "unit__category__name", width=14),
            Column(_("Town"), "unit__town__name", width=16),
            *(column for pair in pairs for column in pair),
            Column(_("What was seen"), "note", width=40),
        ),
    )


# scores and places


def graded(grades):
    """Makes the grade's name of its code; none is final while a value is missing."""

    def grade(code, unset_count):
        return gettext("open until all is assessed") if unset_count else str(grade_name(grades, code))

    return grade


def result(grades, sheet=""):
    """The columns of a result; `sheet` leads to it from other records: "sheet__"."""
    return (
        Column(_("Base score"), f"{sheet}base", Kind.POINTS),
        Column(_("Moderation"), f"{sheet}moderation", Kind.POINTS),
        Column(_("Bonus"), f"{sheet}bonus", Kind.POINTS),
        Column(_("Deductions"), f"{sheet}deductions", Kind.POINTS),
        Column(_("Final score"), f"{sheet}total", Kind.POINTS),
        Column(_("Grade"), (f"{sheet}grade", f"{sheet}unset_count"), width=14, show=graded(grades)),
    )


def sheets(cycle):
    """Every unit's result of the year."""
    unit = "unit_year__unit"
    return Listing(
        _("Scores of all units"),
        (
            Column(_("Unit"), f"{unit}__name", width=32),
            Column(_("Category"), f"{unit}__category__name", width=14),
            *result(cycle.standard.grades),
            Column(_("Not yet assessed"), "unset_count", Kind.NUMBER),
        ),
    )


# For the administration, where sheets of all years stand together.
KEPT_SHEETS = Listing(
    _("score sheets"),
    (
        Column(_("year"), "unit_year__cycle__year", Kind.NUMBER),
        Column(_("unit"), "unit_year__unit__name", width=32),
        Column(_("category"), "unit_year__unit__category__name", width=14),
        Column(_("base score"), "base", Kind.POINTS),
        Column(_("moderation"), "moderation", Kind.POINTS),
        Column(_("bonus"), "bonus", Kind.POINTS),
        Column(_("deductions"), "deductions", Kind.POINTS),
        Column(_("final score"), "total", Kind.POINTS),
        Column(_("grade"), attrgetter("grade_name"), width=14),
        Column(_("not yet assessed"), "unset_count", Kind.NUMBER),
    ),
)
KEPT_LINES = Listing(
    _("score lines"),
    (
        Column(_("year"), "sheet__unit_year__cycle__year", Kind.NUMBER),
        Column(_("unit"), "sheet__unit_year__unit__name", width=32),
        Column(_("indicator"), attrgetter("indicator"), width=32),
        Column(_("bonus or deduction"), attrgetter("adjustment"), width=32),
        Column(_("points"), "value", Kind.POINTS),
        Column(_("basis"), "basis", width=32),
        Column(_("entered by"), "by__name", width=14),
        Column(_("entered at"), "at", Kind.MOMENT),
    ),
)


MODERATED = Listing(
    _("Ranking corrected by severity"),
    (
        Column(_("Unit"), attrgetter("unit.name"), width=32),
        Column(_("Place before"), attrgetter("rank_before"), Kind.NUMBER),
        Column(_("Final score"), attrgetter("before"), Kind.POINTS),
        Column(_("Correction"), attrgetter("value"), Kind.POINTS),
        Column(_("Final score after"), attrgetter("after"), Kind.POINTS),
        Column(_("Place after"), attrgetter("rank_after"), Kind.NUMBER),
        Column(_("Places gained"), attrgetter("moved"), Kind.NUMBER),
    ),
)


def ranking(live):
    """A year's ranking as the scores stand now, one kind of unit after the other."""
    return Listing(
        _("Ranking"),
        (
            Column(_("Kind of unit"), "unit__kind__name", width=14),
            Column(_("Place"), "rank", Kind.NUMBER),
            Column(_("Unit"), "unit__name", width=32),
            Column(_("Category"), "subkind_name", width=14),
            *result(live.cycle.standard.grades, "sheet__"),
            Column(_("Not assessed"), "sheet__unset_count", Kind.NUMBER),
        ),
    )


def release(version):
    """A released ranking, as the public reads it."""
    return Listing(
        str(version),
        (
            Column(_("Kind of unit"), "kind_name", width=14),
            Column(_("Place"), "rank", Kind.NUMBER),
            Column(_("Unit"), "unit_name", width=32),
            Column(_("Category"), "subkind_name", width=14),
            *result(version.grades),
        ),
    )


# honors


def last_year(year, term_years):
    return year + term_years - 1


HONORED = (
    Column(_("Unit"), "unit_name", width=32),
    Column(_("Level"), "item__level", width=10, words=LEVELS),
    Column(_("Honor"), "item__name"),
    Column(_("Year"), "year", Kind.NUMBER),
    Column(_("Until year"), ("year", "item__term_years"), Kind.NUMBER, show=last_year),
    Column(_("Document"), "document_number", width=26),
    Column(_("Date"), "granted_on", Kind.DATE),
)
ROLL = Listing(_("Honors roll"), HONORED)
AWARDS = Listing(
    _("Honors roll"),
    (
        *HONORED,
        Column(_("Status"), "status", width=14, words=dict(Award.Status.choices)),
        Column(_("Category"), "unit__category__name", width=14),
    ),
)
HONORS = Listing(
    _("Honors catalogue"),
    (
        Column(_("Level"), "level", width=10, words=LEVELS),
        Column(_("Honor"), "name"),
        Column(_("For"), "kind__name", width=14),
        Column(_("Term in years"), "term_years", Kind.NUMBER),
        Column(_("Granted by"), "issuer", width=30),
        Column(_("Held"), "held_count", Kind.NUMBER),
    ),
)
