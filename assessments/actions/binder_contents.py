"""What a unit's binder holds: everything handed in during the year, filed by the catalogue's classes.

Nobody is asked to file anything: the class follows from the kind of record. What only the unit sees
(drafts, an amendment being written, telephone numbers) does not come in.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import F, Prefetch, Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from assessments.models import Award, Claim, Document, Duty, LedgerClass, LedgerEntry, Plan, PlanItem
from civportal.lib.filetypes import PICTURES
from civportal.lib.tags import points
from units.actions import organization as organizations
from units.actions.letter import party_name
from units.models import Paper, ResponsibilityLetter

from . import record_words
from .plan_text import kept_file
from .shipped import shipped


@dataclass
class Original:
    """A file as it came in: its number in the binder, and where it is kept."""

    name: str
    kind: str
    folder: str
    sha256: str
    size: int
    # What it is said to show: its caption, or what a plan's file comes to.
    caption: str = ""
    number: str = ""
    # Where it lies in the archive; "" when it is lost. And what is to be said of it.
    path: str = ""
    remark: str = ""

    @property
    def key(self):
        """By what it is known while the binder is made."""
        return f"{self.folder}/{self.sha256}"

    @property
    def is_picture(self):
        return self.kind in PICTURES


@dataclass
class Record:
    """One thing in a class: what it is, its facts, its text, a table, the files that belong to it."""

    title: str
    facts: list = field(default_factory=list)
    text: str = ""
    # (headings, rows, shares of the width)
    table: tuple | None = None
    originals: list = field(default_factory=list)
    is_entry: bool = False
    number: str = ""

    @property
    def anchor(self):
        return f"record-{self.number}"


@dataclass
class Section:
    """A class of the catalogue with what the unit has in it; maybe nothing."""

    number: str
    name: str
    records: list

    @property
    def anchor(self):
        return f"class-{self.number}"


@dataclass
class Contents:
    """A unit's whole year."""

    unit: object
    cycle: object
    sections: list
    # Records that were never handed in; they are counted and stay with the unit.
    draft_count: int

    @property
    def records(self):
        return [record for section in self.sections for record in section.records]

    @property
    def entry_count(self):
        return sum(record.is_entry for record in self.records)

    @property
    def originals(self):
        return [original for record in self.records for original in record.originals]


def load_classes(**_signal):
    """Give an empty portal the usual sixteen classes; an office's own are left alone."""
    if LedgerClass.objects.exists():
        return
    LedgerClass.objects.bulk_create(LedgerClass(**one) for one in shipped("ledger-catalogue.json"))


def gather(unit, cycle):
    """A unit's year, filed and numbered; a number of queries that does not depend on how much there is."""
    entries = entries_by_kind(unit, cycle)
    classes = list(LedgerClass.objects.order_by("number"))
    named = {kind for one in classes for kind in one.kinds}
    rest = rest_of(classes)
    sections = []
    for one in classes:
        kinds = [*one.kinds, *(sorted(set(entries) - named) if one is rest else [])]
        found = [record for part in one.parts if part in PARTS for record in PARTS[part](unit, cycle)]
        filed = sorted((entry for kind in kinds for entry in entries.get(kind, ())), key=by_day)
        sections.append(Section(one.number, one.name, [*found, *map(record_of, filed)]))
    number_all(sections)
    return Contents(unit, cycle, sections, drafts_of(unit, cycle).count())


def rest_of(classes):
    """The class of what no class names: the usual one, else the last."""
    usual = (one for one in classes if one.number == LedgerClass.FOR_THE_REST)
    return next(usual, classes[-1] if classes else None)


def by_day(entry):
    return entry.held_on, entry.pk


def number_all(sections):
    """Records are numbered in their class, originals in their record."""
    for section in sections:
        for place, record in enumerate(section.records, 1):
            record.number = f"{section.number}-{place:02}"
            for count, original in enumerate(record.originals, 1):
                original.number = f"{record.number}-{count}"


# records of the ledger


def entries_by_kind(unit, cycle):
    """What was handed in, whatever was decided, with indicators and files."""
    handed_in = (
        LedgerEntry.objects.filter(unit=unit, cycle=cycle, receipt__isnull=False)
        .exclude(status=LedgerEntry.Status.DRAFT)
        .select_related("submitted_by", "answers")
        .prefetch_related(Prefetch("claims", Claim.objects.select_related("indicator")), "files")
    )
    found = defaultdict(list)
    for entry in handed_in.order_by("held_on", "pk"):
        found[entry.kind].append(entry)
    return found


def drafts_of(unit, cycle):
    return LedgerEntry.objects.filter(unit=unit, cycle=cycle, status=LedgerEntry.Status.DRAFT)


def record_of(entry):
    """A record of the ledger as the binder shows it."""
    said = [
        *record_words.facts(entry, proof_of),
        (_("Receipt"), f"{entry.receipt}　{entry.submitted_by}　{moment(entry.submitted_at)}"),
        (_("State"), entry.get_status_display()),
    ]
    originals = [original_of(file, file.name, file.caption) for file in entry.files.all()]
    return Record(entry.title, said, entry.text, originals=originals, is_entry=True)


def proof_of(claim):
    """The indicator that a record proves, with its points once they are given."""
    named = record_words.named(claim)
    return named if claim.points is None else f"{named}（{points(claim.points)}）"


def original_of(file, name, caption=""):
    """Any record with FOLDER, sha256, kind and size as an original."""
    return Original(name, file.kind, file.FOLDER, file.sha256, file.size, caption)


def day(date):
    return date_format(date, "DATE_FORMAT") if date else "—"


def moment(at):
    return date_format(localtime(at), "DATETIME_FORMAT") if at else "—"


# what the portal knows besides


def of_unit(unit, cycle):
    """Who the unit is; without telephone numbers, for a binder leaves the portal."""
    said = [
        (_("Unit"), unit.name),
        (_("Credit code"), unit.uscc),
        (_("Category"), unit.category),
        (_("Supervising unit"), unit.supervisor),
        (_("Town"), unit.town),
        (_("Address"), unit.address),
        (_("Headcount"), unit.headcount),
        (_("Top leader"), unit.top_leader),
        (_("Leader in charge"), unit.leader_in_charge),
    ]
    return [Record(_("The unit"), [(label, value) for label, value in said if value])]


def of_organization(unit, cycle):
    """How the creation work is organized, with the documents that prove it."""
    kept = organizations.of(unit)
    if kept.pk is None:
        return []
    names = ("group_head", "group_deputies", "group_members", "office_name", "other_leaders")
    said = [(label_of(kept, name), getattr(kept, name)) for name in names if getattr(kept, name)]
    said.append((label_of(kept, "first_person_responsibility"), yes(kept.first_person_responsibility)))
    said.append((label_of(kept, "in_party_goals"), yes(kept.in_party_goals)))
    said += [(label, yes(answer)) for label, answer in kept.joint_bodies]
    papers = [kept.group_paper, kept.first_person_paper, kept.goals_paper]
    return [Record(_("Organization of the creation work"), said, originals=scans(papers))]


def of_togethers(unit, cycle):
    """The four things that are done together with the other work."""
    kept = organizations.of(unit)
    if kept.pk is None:
        return []
    said = [(label, yes(answer)) for label, answer in kept.four_togethers]
    return [Record(_("Four togethers"), said, originals=scans([kept.together_paper]))]


def label_of(record, name):
    return record._meta.get_field(name).verbose_name


def yes(answer):
    return _("yes") if answer else _("no")


def scans(papers):
    """The files of these documents, each once; of some only the number is known."""
    kept = {paper.sha256: paper for paper in papers if paper and paper.sha256}
    return [original_of(paper, paper.file_name or str(paper)) for paper in kept.values()]


def of_papers(unit, cycle):
    """The unit's own documents of the year that stand nowhere else in the binder."""
    of_year = Q(dated_on__year=cycle.year) | Q(dated_on__isnull=True, added_at__year=cycle.year)
    kept = organizations.of(unit)
    elsewhere = [getattr(kept, f"{name}_id") for name in kept.PAPERS]
    papers = Paper.objects.filter(of_year, unit=unit, letters__isnull=True)
    return [
        Record(
            paper.title,
            [(_("Document number"), paper.number or "—"), (_("Date of the document"), day(paper.dated_on))],
            originals=scans([paper]),
        )
        for paper in papers.exclude(pk__in=filter(None, elsewhere)).order_by("dated_on", "pk")
    ]


def of_plans(unit, cycle):
    """Plans of the year, quarters and months, each as the office has it."""
    plans = Plan.objects.filter(unit=unit, cycle=cycle).exclude(status=Plan.Status.DRAFT)
    items = Prefetch("items", PlanItem.objects.order_by("sort_order", "pk"))
    order = ("kind", "period", "pk")
    found = plans.select_related("submitted_by").prefetch_related(items, "files", "editions").order_by(*order)
    return [
        plan_record(plan) for plan in sorted(found, key=lambda plan: (PLAN_ORDER[plan.kind], plan.period))
    ]


PLAN_ORDER = {kind: place for place, kind in enumerate(Plan.Kind.values)}


def plan_record(plan):
    goals, items = text_of(plan)
    said = [
        (_("State"), plan.get_status_display()),
        (_("Receipt"), f"{plan.receipt}　{plan.submitted_by}　{moment(plan.submitted_at)}"),
    ]
    headings = [_("No."), _("What"), _("Owner"), _("Overseer"), _("By when"), _("Measure"), _("Proof")]
    rows = [[number, *item] for number, item in enumerate(items, 1)]
    shares = [0.07, 0.29, 0.12, 0.12, 0.14, 0.14, 0.12]
    originals = [original_of(file, file.name, file.key_points) for file in files_of(plan)]
    return Record(plan.label, said, goals, (headings, rows, shares) if rows else None, originals)


def text_of(plan):
    """Goals and items: of the edition in force while the unit writes the next one, else as they are."""
    names = ("what", "owner", "overseer", "due_on", "measure", "proof")
    edition = edition_of(plan)
    if edition:
        return edition.goals, [[item.get(name) or "" for name in names] for item in edition.items]
    return plan.goals, [[getattr(item, name) or "" for name in names] for item in plan.items.all()]


def files_of(plan):
    """Its files, of the same edition as its text."""
    edition = edition_of(plan)
    return [kept_file(edition, said) for said in edition.files] if edition else plan.attachments


def edition_of(plan):
    """The edition in force while the unit writes the next one; None where the plan itself is shown."""
    return next(iter(plan.editions.all()), None) if plan.is_between_editions else None


def of_look_back(unit, cycle):
    """What the unit found when it looked back on its annual plan."""
    plans = Plan.objects.annual().filter(unit=unit, cycle=cycle, looked_back_at__isnull=False)
    return [
        Record(
            _("Look-back on the plan"), [(_("Looked back at"), moment(plan.looked_back_at))], plan.look_back
        )
        for plan in plans.exclude(status=Plan.Status.DRAFT)
    ]


def of_letters(unit, cycle):
    """The responsibility letters of the year, with the county or the unit above."""
    letters = ResponsibilityLetter.objects.filter(unit=unit, year=cycle.year).for_listing()
    return [
        Record(
            _("Responsibility letter with %(party)s") % {"party": party_name(letter.upper)},
            [
                (_("Signed on"), day(letter.signed_on)),
                (_("Signed for the upper party by"), letter.upper_signatory or "—"),
                (_("Signed for the unit by"), letter.lower_signatory),
            ],
            originals=scans([letter.paper]),
        )
        for letter in letters.order_by("signed_on", "pk")
    ]


# What a unit may still open of a document; of a withdrawn one it only knows that there was one.
GIVEN_OUT = (Document.Status.ISSUED, Document.Status.REPLACED)


def of_documents(unit, cycle):
    """Every document of the office that came to the unit, with its receipt."""
    receipts = Duty.objects.filter(unit=unit, cycle=cycle, kind=Duty.Kind.RECEIPT)
    owed = receipts.owed().select_related("document", "fulfilled_by")
    return [received(receipt) for receipt in owed.order_by("document__issued_on", "document_id")]


def received(receipt):
    document = receipt.document
    said = [
        (_("Document number"), document.number),
        (_("Date of the document"), day(document.issued_on)),
        (_("Signed for"), signature(receipt)),
        (_("State"), document.get_status_display()),
    ]
    is_open = document.status in GIVEN_OUT and document.sha256
    originals = [original_of(document, document.file_name or str(document))] if is_open else []
    return Record(document.title, said, originals=originals)


def signature(receipt):
    if receipt.fulfilled_at is None:
        return _("not signed for")
    return f"{receipt.fulfilled_by}　{moment(receipt.fulfilled_at)}"


def of_awards(unit, cycle):
    """The honors that the unit holds in the year; those of an unknown year as well."""
    held = Award.objects.standing().filter(unit=unit).select_related("item")
    in_term = Q(year__lte=cycle.year, year__gt=cycle.year - F("item__term_years"))
    rows = [
        [award.item, award.term, award.document_number or "—", day(award.granted_on)]
        for award in held.filter(in_term | Q(year__isnull=True))
    ]
    headings = [_("Honor"), _("Term"), _("Document number"), _("Date of the document")]
    return [Record(_("Honors held"), table=(headings, rows, [0.4, 0.15, 0.25, 0.2]))] if rows else []


# What a class can hold besides records of the ledger, by the words of the catalogue.
PARTS = {
    "unit": of_unit,
    "organization": of_organization,
    "togethers": of_togethers,
    "papers": of_papers,
    "plans": of_plans,
    "look_back": of_look_back,
    "letters": of_letters,
    "documents": of_documents,
    "awards": of_awards,
}
