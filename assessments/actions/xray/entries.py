"""Checks of the ledger: what was handed in, what shows it, how long it waits."""

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from assessments.models import (
    Claim,
    ContentCheck,
    EvidenceFile,
    LedgerEntry,
    LikenessOpinion,
    PictureMark,
    Review,
    Stage,
    TextMark,
)
from civportal.lib.clock import today
from civportal.lib.filetypes import PICTURES

from .checks import Severity, Way, before_workdays, check
from .plans import PROMISED_WITHIN
from .subjects import ENTRIES

# So many working days without a touch are long for what only needs a correction or a glance.
LONG = 10
Status = LedgerEntry.Status
JUDGED = (LikenessOpinion.Verdict.FINE, LikenessOpinion.Verdict.NOT_ACCEPTABLE)


def handed_in(cycle):
    return LedgerEntry.objects.handed_in().filter(cycle=cycle)


def in_play(cycle):
    """What counts or may come to count: waiting or accepted."""
    return LedgerEntry.objects.filter(cycle=cycle, status__in=[Status.SUBMITTED, Status.ACCEPTED])


def accepted(cycle):
    return LedgerEntry.objects.filter(cycle=cycle, status=Status.ACCEPTED)


def files(**of):
    """The files of the entry of the outer query."""
    return EvidenceFile.objects.filter(entry=OuterRef("pk"), **of)


def with_points():
    return Exists(Claim.objects.filter(entry=OuterRef("pk"), points__gt=0))


def without_proof(entries):
    """Neither a file nor a public page shows it."""
    return entries.filter(~Exists(files()), links="")


def where_entry_is(entry, user):
    return entry.get_absolute_url()


@check(
    Severity.GRAVE,
    ENTRIES,
    way=Way.DECIDE,
    title=_("Records that wait for a decision too long"),
    why=_("What is not decided gives no points. Units are promised an answer within 3 working days, and"
          " nothing may be open once the ledger is closed."),
    remedy=_("Accept the record with points, or return it with what to change."),
)  # fmt: skip
def entry_waiting(cycle):
    closed = Stage.objects.filter(cycle=cycle, kind=Stage.Kind.LEDGER, closes_on__lt=today())
    overdue = Q(in_line_at__lt=before_workdays(PROMISED_WITHIN))
    return LedgerEntry.objects.filter(overdue | Q(Exists(closed)), cycle=cycle, status=Status.SUBMITTED)


@check(
    Severity.LOOK,
    ENTRIES,
    way=Way.REMIND,
    title=_("Returned records that nobody has touched for long"),
    why=_("The unit may not have seen the return; the record gives no points as it is."),
    remedy=_("Call the unit or remind it."),
    note=_("Read what the office asks for, correct the record and hand it in again."),
)
def entry_returned_long(cycle):
    since = before_workdays(LONG)
    lately = Review.objects.filter(entry=OuterRef("pk"), at__gte=since)
    returned = LedgerEntry.objects.filter(cycle=cycle, status=Status.RETURNED, updated_at__lt=since)
    return returned.filter(~Exists(lately))


@check(
    Severity.LOOK,
    ENTRIES,
    way=Way.RETURN,
    title=_("Records handed in without a file or a link"),
    why=_("Nothing but the words shows that it took place."),
    remedy=_("Return them and ask for photos, sheets of signatures or a public page."),
    note=_(
        "Please add what shows it: photos, a sheet of signatures, minutes, or the address of a public page."
    ),
)
def entry_without_proof(cycle):
    return without_proof(LedgerEntry.objects.filter(cycle=cycle, status=Status.SUBMITTED))


@check(
    Severity.GRAVE,
    ENTRIES,
    way=Way.RETURN,
    title=_("Accepted records with points and without a file or a link"),
    why=_("Their points rest on words alone and will not stand a check from above."),
    remedy=_("Return them and ask for what shows it, by which the director takes the decision back; or say at"
             " the release why the points stand."),
    note=_("It was accepted, but nothing shows it. Once it is returned, please add photos, a sheet of"
           " signatures, minutes, or the address of a public page."),
    place=where_entry_is,
)  # fmt: skip
def accepted_without_proof(cycle):
    return without_proof(accepted(cycle)).filter(with_points())


@check(
    Severity.GRAVE,
    ENTRIES,
    way=Way.RETURN,
    title=_("Records of what took place outside the year"),
    why=_("Only what took place in the year gives points in it."),
    remedy=_("Return them so that the date is corrected; of those that were accepted, the director takes the"
             " decision back with it."),
    note=_("The day on which it took place lies outside the creation year; please check it. What belongs to"
           " another year is recorded there."),
)  # fmt: skip
def entry_outside_year(cycle):
    return in_play(cycle).exclude(held_on__year=cycle.year)


@check(
    Severity.NOTE,
    ENTRIES,
    way=Way.NONE,
    title=_("Records that came late"),
    why=_("First handed in after the due day of the ledger or of the duty that they answer."),
    remedy=_("Nothing has to be done; reviewers see it at the record."),
)
def entry_late(cycle):
    stage = Stage.objects.filter(
        cycle=cycle, kind=Stage.Kind.LEDGER, due_on__lt=OuterRef("first_submitted_at__date")
    )
    late = Q(answers__isnull=True) & Q(Exists(stage)) | Q(first_submitted_at__date__gt=F("answers__until"))
    return handed_in(cycle).filter(late)


@check(
    Severity.LOOK,
    ENTRIES,
    way=Way.RETURN,
    title=_("Waiting records with the same text as another record of the unit"),
    why=_("It may be one activity recorded twice, or a text that was copied and not changed."),
    remedy=_("Compare the two; return the one that tells nothing of its own."),
    note=_("The text is the same as in another record of your unit; please tell what happened this time, or"
           " take one of the two back if it is the same activity."),
)  # fmt: skip
def entry_same_text(cycle):
    same = TextMark.objects.filter(sha256=OuterRef("text_mark__sha256"), entry__unit=OuterRef("unit"))
    same = same.filter(entry__cycle=cycle, entry__removed_at__isnull=True).exclude(entry=OuterRef("pk"))
    waiting = LedgerEntry.objects.filter(cycle=cycle, status=Status.SUBMITTED).exclude(text="")
    return waiting.filter(Exists(same.exclude(entry__status=Status.DRAFT)))


@check(
    Severity.LOOK,
    ENTRIES,
    way=Way.DECIDE,
    title=_("Records with a photo that another unit has, too, not judged yet"),
    why=_("Two units may have been at one activity, or a photo went from hand to hand; a person decides."),
    remedy=_("Look at both and say at the record whether it is fine."),
    is_inside=True,
)
def entry_same_photo(cycle):
    elsewhere = EvidenceFile.objects.filter(sha256=OuterRef("sha256"), entry__removed_at__isnull=True)
    elsewhere = elsewhere.exclude(entry__unit=OuterRef("entry__unit"))
    elsewhere = elsewhere.filter(entry__status__in=[Status.SUBMITTED, Status.RETURNED, Status.ACCEPTED])
    judged = LikenessOpinion.objects.filter(
        entry=OuterRef("entry"), subject=OuterRef("sha256"), verdict__in=JUDGED
    )
    shared = files(kind__in=PICTURES).filter(Exists(elsewhere), ~Exists(judged))
    return in_play(cycle).filter(Exists(shared))


@check(
    Severity.LOOK,
    ENTRIES,
    way=Way.DECIDE,
    title=_("Accepted records with a file or text that was judged not acceptable"),
    why=_("Points and judgement should not contradict each other."),
    remedy=_("Look whether the points stand without it; else reopen the decision."),
    place=where_entry_is,
    is_inside=True,
)
def entry_disputed(cycle):
    newer = LikenessOpinion.objects.filter(
        entry=OuterRef("entry"), kind=OuterRef("kind"), subject=OuterRef("subject"), verdict__in=JUDGED
    )
    refused = LikenessOpinion.objects.filter(
        ~Exists(newer.filter(pk__gt=OuterRef("pk"))),
        entry=OuterRef("pk"),
        verdict=LikenessOpinion.Verdict.NOT_ACCEPTABLE,
    )
    return accepted(cycle).filter(Exists(refused), with_points())


@check(
    Severity.LOOK,
    ENTRIES,
    way=Way.RETURN,
    title=_("Waiting records with a picture that cannot be shown"),
    why=_("Nobody can look at it, so it shows nothing."),
    remedy=_("Return them and ask for the picture in another form."),
    note=_("A picture of this record cannot be opened; please replace it by one that can (JPEG or PNG)."),
)
def entry_picture_unreadable(cycle):
    unreadable = PictureMark.objects.filter(sha256=OuterRef("sha256"), is_readable=False)
    waiting = LedgerEntry.objects.filter(cycle=cycle, status=Status.SUBMITTED)
    return waiting.filter(Exists(files(kind__in=PICTURES).filter(Exists(unreadable))))


@check(
    Severity.GRAVE,
    ENTRIES,
    way=Way.RETURN,
    title=_("Records with a file that the store has lost or changed"),
    why=_("What shows the points cannot be opened, or is not what was handed in."),
    remedy=_("Restore the store from its backup, or ask the unit to add the file again."),
    note=_("A file of this record cannot be read any more. Keep the original at hand; once the record is"
           " returned, please add it again."),
)  # fmt: skip
def entry_content_lost(cycle):
    lost = ContentCheck.objects.filter(sha256=OuterRef("sha256")).exclude(state=ContentCheck.State.WHOLE)
    return in_play(cycle).filter(Exists(files().filter(Exists(lost))))


@check(
    Severity.LOOK,
    ENTRIES,
    way=Way.REMIND,
    title=_("Records entered by the office that the unit has not confirmed for long"),
    why=_("The unit has not said that it was so."),
    remedy=_("Call the unit; it confirms on its first page."),
    note=_("Look at what the office entered for your unit, and confirm it."),
)
def entry_unconfirmed(cycle):
    entered = handed_in(cycle).filter(on_behalf=True, confirmed_at__isnull=True)
    return entered.filter(submitted_at__lt=before_workdays(LONG))


@check(
    Severity.NOTE,
    ENTRIES,
    way=Way.RETURN,
    title=_("Waiting records with photos that nobody described"),
    why=_("A photo without a word says little to whoever was not there."),
    remedy=_("Ask for a line under each photo where it matters."),
    note=_("Write under each photo what it shows."),
)
def entry_undescribed(cycle):
    waiting = LedgerEntry.objects.filter(cycle=cycle, status=Status.SUBMITTED)
    return waiting.filter(Exists(files(kind__in=PICTURES, caption="")))


@check(
    Severity.LOOK,
    ENTRIES,
    way=Way.REMIND,
    title=_("Reports that are the only proof of an indicator"),
    why=_("Papers about the work are kept and counted, but are never the only proof that it was done."),
    remedy=_("Reopen the decision, or ask the unit for a record of what was done."),
    note=_("Hand in a record of what was done, beside the report."),
    place=where_entry_is,
)
def entry_paper_only(cycle):
    others = Claim.objects.filter(
        indicator=OuterRef("indicator"),
        entry__unit=OuterRef("entry__unit"),
        entry__cycle=cycle,
        entry__status=Status.ACCEPTED,
        points__gt=0,
    ).exclude(entry__kind__in=LedgerEntry.PAPERS)
    alone = Claim.objects.filter(~Exists(others), entry=OuterRef("pk"), points__gt=0)
    return accepted(cycle).filter(Exists(alone), kind__in=LedgerEntry.PAPERS)


@check(
    Severity.GRAVE,
    ENTRIES,
    way=Way.DECIDE,
    title=_("Accepted records without points, or with more than full marks"),
    why=_("The sum of the unit cannot be right."),
    remedy=_("Reopen the decision and give every indicator its points."),
    place=where_entry_is,
)
def points_out_of_range(cycle):
    claims = Claim.objects.filter(entry=OuterRef("pk"))
    wrong = claims.filter(Q(points__isnull=True) | Q(points__gt=F("indicator__maximum")))
    return accepted(cycle).filter(Exists(wrong))
