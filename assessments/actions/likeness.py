"""What is worth a look in an entry: photos and texts that are known already, photos of another day.

Marks are made when something is added or saved. What is found is pointed out to the unit first, then to
the reviewer; nothing is refused by it, and what is not known (a photo that does not say when it was
taken) is not pointed out at all. A person decides (docs/decisions/0033-likeness.md).
"""

import hashlib
import logging
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.timezone import localdate, make_aware
from django.utils.translation import gettext as _

from assessments.models import (
    EvidenceFile,
    LedgerEntry,
    LikenessOpinion,
    PictureMark,
    PicturePair,
    PictureWord,
    TextMark,
    TextPiece,
)
from civportal.lib import preview
from civportal.lib.clock import now
from civportal.lib.filetypes import PICTURES
from civportal.lib.likeness import pictures, texts
from units.actions import trail
from units.actions.move import MoveNotAllowed, lock

logger = logging.getLogger(__name__)

# So many words or pieces are asked for in one question to the database.
AT_ONCE = 800
# So many pictures and texts with most in common are compared closely, and so many shown.
LOOKED_AT, SHOWN = 12, 4
# A text is looked at when so many of its 64 pieces, or of the other's, are common; of fewer, a quarter.
COMMON_PIECES = 5
# A piece that more texts have is a turn of speech: it tells nothing and would be slow to follow.
COMMONPLACE = 300
# Activities last some days, are prepared and cleared away; a camera's clock may be a day off.
DAYS_AROUND = 3
# A camera whose clock was never set begins at 1970, 1980 or 2000: nobody knows when that was.
CLOCKS_SINCE = 2005
Kind, Verdict = LikenessOpinion.Kind, LikenessOpinion.Verdict


# marks of pictures


def mark(file):
    """Make the marks of a file's content, if it is a picture and has none; answers the mark or None.

    Never raises for the file's sake: what cannot be read is marked so, and what could not be read just
    now is left to the next `fill`.
    """
    if not file.is_picture:
        return None
    # What could not be read is tried again when it is added again: the copy in the store may be healed.
    marks = PictureMark.objects.filter(version=PictureMark.CURRENT, is_readable=True)
    known = marks.filter(sha256=file.sha256).first()
    if known:
        return known
    try:
        told = preview.marks(file.FOLDER, file.sha256)
    except preview.NotShown as why:
        # A file that is gone must not keep the job from all that come after it.
        return None if why.reason == "busy" else keep_mark(file.sha256, is_readable=False)
    return mark_from(file.sha256, told)


def mark_from(sha256, told):
    """Keep what the child process told about a picture, then pair it with the pictures it is like."""
    asked = pictures.read(told)
    kept = keep_mark(
        sha256,
        words=asked.marks.words,
        taken_at=moment_of(told["taken_at"]),
        width=asked.marks.width,
        height=asked.marks.height,
        points=pictures.packed(asked.marks.points),
        detail=asked.marks.detail,
    )
    # After the words are there, so that of two at once the later one finds the other.
    pair(kept, asked)
    return kept


@transaction.atomic
def keep_mark(sha256, *, words=(), is_readable=True, **said):
    """Write the mark with its words, in place of one that was drawn differently."""
    said |= {"version": PictureMark.CURRENT, "is_readable": is_readable}
    made, _created = PictureMark.objects.update_or_create(sha256=sha256, defaults=said)
    made.words.all().delete()
    PicturePair.objects.filter(Q(one=made) | Q(other=made)).delete()
    PictureWord.objects.bulk_create(
        [PictureWord(word=word, mark=made) for word in words], ignore_conflicts=True, batch_size=AT_ONCE
    )
    return made


def moment_of(told):
    """The camera's "2026:06:01 09:00:00" as China time; None when it says nothing, or nothing believable."""
    try:
        moment = make_aware(datetime.strptime(told, "%Y:%m:%d %H:%M:%S"))  # noqa: DTZ007 – made aware
    except ValueError:
        return None
    is_believable = moment.year >= CLOCKS_SINCE and moment <= now() + timedelta(days=1)
    return moment if is_believable else None


def pair(mark, asked):
    """Write down which kept pictures the asking one is like, in both directions."""
    common = counted(PictureWord, "word", asked.words)
    common.pop(mark.pk, None)
    near = [pk for pk, count in common.most_common(LOOKED_AT) if count >= pictures.COMMON_WORDS]
    found = {
        other: pictures.likeness(asked, other.marks) for other in PictureMark.objects.filter(pk__in=near)
    }
    PicturePair.objects.bulk_create(
        [
            PicturePair(one=one, other=other, percent=round(100 * share))
            for like, share in found.items()
            if share >= pictures.ALIKE
            for one, other in ((mark, like), (like, mark))
        ],
        ignore_conflicts=True,
    )


def counted(model, field, numbers):
    """Mark → how many of the numbers it has, asked for in bites that every database takes."""
    found, left = Counter(), iter(sorted(numbers))
    while bite := list(islice(left, AT_ONCE)):
        rows = model.objects.filter(**{f"{field}__in": bite}).order_by()
        found.update(dict(rows.values_list("mark").annotate(count=Count(field))))
    return found


# marks of texts


def mark_text(entry):
    """Bring the marks of an entry's text up to date; nothing is written while the wording is the same."""
    subject = subject_of_text(entry.text)
    with transaction.atomic():
        made, is_new = TextMark.objects.get_or_create(entry=entry, defaults={"sha256": subject})
        if not is_new and made.sha256 == subject:
            return made
        made.sha256 = subject
        made.save()
        made.pieces.all().delete()
        TextPiece.objects.bulk_create(TextPiece(number=one, mark=made) for one in texts.sketch(entry.text))
    return made


def subject_of_text(text):
    return hashlib.sha256(texts.plain(text).encode("utf-8", "replace")).hexdigest()


# what was there before there were marks


def fill(most=50):
    """Make marks for pictures and texts that have none, at most so many of each; how many."""
    current = PictureMark.objects.filter(sha256=OuterRef("sha256"), version=PictureMark.CURRENT)
    unmarked = EvidenceFile.objects.filter(~Exists(current), kind__in=PICTURES).order_by("pk")[:most]
    made = [mark(file) for file in unmarked]
    entries = LedgerEntry.objects.filter(text_mark__isnull=True).exclude(text="").order_by("pk")[:most]
    made += [mark_text(entry) for entry in entries]
    return len([one for one in made if one])


# what is found


@dataclass
class Other:
    """Something that is like it: the entry and file, or for a foreign unit's only the day it came in."""

    percent: int
    is_same: bool
    on: date | None
    entry: LedgerEntry | None = None
    file: EvidenceFile | None = None
    taken_at: datetime | None = None
    # The pieces of both texts, each with whether the other one has it too; the other's only if it is seen.
    text: list = field(default_factory=list)
    other_text: list = field(default_factory=list)


@dataclass
class Finding:
    """One thing worth a look: what it is about, what it is like, and what people said."""

    kind: str
    # The fingerprint of the file's content or of the wording.
    subject: str
    others: list = field(default_factory=list)
    file: EvidenceFile | None = None
    taken_at: datetime | None = None
    explanation: LikenessOpinion | None = None
    judgement: LikenessOpinion | None = None

    @property
    def label(self):
        """What it is, as a reader calls it."""
        return Kind(self.kind).label

    @property
    def shown(self):
        return self.others[:SHOWN]

    @property
    def seen(self):
        """Of those shown, the ones in records that this reader may read."""
        return [other for other in self.shown if other.entry]

    @property
    def foreign(self):
        """Of those shown, the ones of which this reader learns the day and nothing more."""
        return [other for other in self.shown if not other.entry]

    @property
    def more(self):
        return len(self.others[SHOWN:])

    @property
    def title(self):
        """The file's name, or that it is the text."""
        return self.file.name if self.file else _("The text")

    @property
    def is_open(self):
        """Whether a reviewer still has to look: nobody judged it, or something new came after."""
        if self.judgement is None:
            return True
        return any(other.on and other.on > localdate(self.judgement.at) for other in self.others)

    @property
    def key(self):
        return self.kind, self.subject


def findings(entry, *, for_user):
    """What in the entry is worth a look for this person, with what was said; a constant number of queries.

    Of the unit's own entries everything counts, of others only what they have handed in. Whoever may not
    read the other entry learns only that there is one, and the day on which it came in: no name, no
    picture, no word of it; and nothing of what came in after the own entry.
    """
    files = list(entry.files.all())
    marks = {one.sha256: one for one in PictureMark.objects.filter(sha256__in={it.sha256 for it in files})}
    found = [*of_files(entry, files, for_user), *of_dates(entry, files, marks), *of_text(entry, for_user)]
    for finding in found:
        if finding.file and finding.file.sha256 in marks:
            finding.taken_at = taken(finding.file, marks)
    return with_opinions(entry, found)


def of_files(entry, files, user):
    """The files that another entry has too, or a picture nearly the same."""
    alike = percents({file.sha256 for file in files})
    held = EvidenceFile.objects.filter(counted_entries(entry), sha256__in={two for _one, two in alike})
    others = list(held.exclude(entry=entry).select_related("entry__unit", "entry__cycle"))
    visible = visible_among({other.entry_id for other in others}, user)
    found = PictureMark.objects.filter(sha256__in={it.sha256 for it in others})
    marks = {one.sha256: one for one in found.only("sha256", "taken_at")}
    by_content = defaultdict(list)
    for other in others:
        by_content[other.sha256].append(other)
    for file in files:
        like = [
            other_of(entry, other.entry, visible, percent, file=other, taken_at=taken(other, marks))
            for (one, two), percent in alike.items()
            if one == file.sha256
            for other in by_content[two]
            # Notices of the office go round: a paper that other units have too says nothing.
            if file.is_picture or other.entry.unit_id == entry.unit_id
        ]
        like = sorted(filter(None, like), key=rank)
        if like:
            yield Finding(Kind.PHOTO if file.is_picture else Kind.FILE, file.sha256, like, file)


def percents(contents):
    """(content, like content) → how alike of 100; every content is like itself."""
    pairs = PicturePair.objects.filter(one__sha256__in=contents)
    alike = {(one, one): 100 for one in contents}
    for one, two, percent in pairs.values_list("one__sha256", "other__sha256", "percent"):
        # Only the same file is a hundred.
        alike[one, two] = min(percent, 99)
    return alike


def counted_entries(entry):
    """Which entries count: the unit's own, and what others have handed in."""
    return Q(entry__unit=entry.unit_id) | ~Q(entry__status=LedgerEntry.Status.DRAFT)


def visible_among(numbers, user):
    return set(LedgerEntry.objects.visible_to(user).filter(pk__in=numbers).values_list("pk", flat=True))


def other_of(entry, other, visible, percent, *, file=None, **seen):
    """What this reader may know of a like one; None when that is nothing."""
    came_in = other.first_submitted_at and localdate(other.first_submitted_at)
    is_same = percent == 100
    if other.pk in visible:
        return Other(percent, is_same, came_in, other, file, **seen)
    if other.status == LedgerEntry.Status.DRAFT:
        return None
    # Who was first has copied from nobody, and need not know who came after.
    is_earlier = entry.first_submitted_at is None or other.first_submitted_at < entry.first_submitted_at
    return Other(percent, is_same, came_in) if is_earlier else None


def rank(other):
    """Most alike first; of those, the ones that can be looked at."""
    return -other.percent, other.entry is None, other.on or date.max


def of_dates(entry, files, marks):
    """Photos whose camera says another day than the entry; a paper gathers months, so it is not asked."""
    if entry.held_on is None or entry.is_paper:
        return
    for file in files:
        taken_at = taken(file, marks)
        if taken_at and abs(localdate(taken_at) - entry.held_on) > timedelta(days=DAYS_AROUND):
            yield Finding(Kind.DATE, file.sha256, file=file)


def taken(file, marks):
    """When a photo was taken: as its camera said apart from it, or the picture itself; None is unknown."""
    mark = marks.get(file.sha256)
    return file.taken_at or (mark.taken_at if mark else None)


def of_text(entry, user):
    """The entry's text, when much of it stands in another one; numbers and years do not count."""
    near = near_texts(entry)
    like_ones = LedgerEntry.objects.filter(text_mark__in=near).exclude(pk=entry.pk)
    handed_in = Q(unit=entry.unit_id) | ~Q(status=LedgerEntry.Status.DRAFT)
    like_ones = list(like_ones.filter(handed_in).select_related("unit", "cycle", "text_mark"))
    visible = visible_among([one.pk for one in like_ones], user)
    like_ones.sort(key=lambda one: -near[one.text_mark.pk])
    compared = ((one, texts.compare(entry.text, one.text)) for one in like_ones[:LOOKED_AT])
    others = [text_other(entry, one, visible, both) for one, both in compared if both.is_alike]
    others = sorted(filter(None, others), key=rank)
    if others:
        yield Finding(Kind.TEXT, subject_of_text(entry.text), others)


def near_texts(entry):
    """Mark → how many pieces it has in common with the entry's text, of those worth a close comparison.

    Turns of speech are left out. A text that everybody has consists of nothing else, so those that are
    the same from the first letter to the last are added.
    """
    more = TextPiece.objects.filter(number=OuterRef("number")).order_by("mark")[COMMONPLACE:]
    own = TextPiece.objects.filter(~Exists(more), mark__entry=entry).values_list("number", flat=True)
    numbers = list(own)
    enough = min(COMMON_PIECES, max(2, len(numbers) // 4))
    pieces = counted(TextPiece, "number", numbers).most_common(4 * LOOKED_AT)
    same = TextMark.objects.filter(sha256=subject_of_text(entry.text)).exclude(entry=entry)
    near = dict.fromkeys(same.order_by("-pk").values_list("pk", flat=True)[:LOOKED_AT], texts.KEPT)
    return {pk: count for pk, count in pieces if count >= enough} | near


def text_other(entry, one, visible, both):
    is_same = subject_of_text(entry.text) == subject_of_text(one.text)
    percent = 100 if is_same else min(99, round(100 * both.share))
    other = other_of(entry, one, visible, percent)
    if other:
        other.text = texts.marked(entry.text, both.passages)
    if other and other.entry:
        other.other_text = texts.marked(one.text, both.other_passages)
    return other


def worth_a_look(entries):
    """Those of the entries of which a photo, a file or the whole text is known from another one handed in.

    Asked of the marks alone, in one statement with the rest. Texts that are only much alike and photos
    of another day show on the entry's own page, which reads them.
    """
    elsewhere = EvidenceFile.objects.exclude(entry__status=LedgerEntry.Status.DRAFT)
    same = elsewhere.filter(sha256=OuterRef("sha256")).exclude(entry=OuterRef("entry"))
    like = elsewhere.filter(sha256=OuterRef("other__sha256")).exclude(entry=OuterRef(OuterRef("entry")))
    near = PicturePair.objects.filter(Exists(like), one__sha256=OuterRef("sha256"))
    known = Q(kind__in=PICTURES) & (Exists(same) | Exists(near))
    # As on the entry's page: a paper that other units have too says nothing.
    known |= Q(Exists(same.filter(entry__unit=OuterRef("entry__unit"))))
    files = EvidenceFile.objects.filter(known, entry=OuterRef("pk"))
    texts_like = TextMark.objects.filter(sha256=OuterRef("text_mark__sha256")).exclude(entry=OuterRef("pk"))
    known_text = Exists(texts_like.exclude(entry__status=LedgerEntry.Status.DRAFT)) & ~Q(text="")
    return entries.filter(Exists(files) | known_text)


# what people say


def with_opinions(entry, found):
    """The findings, each with the last word of the unit and of the office."""
    last = {}
    for opinion in entry.likeness_opinions.select_related("by"):
        last[opinion.kind, opinion.subject, opinion.is_of_unit] = opinion
    for finding in found:
        finding.explanation = last.get((*finding.key, True))
        finding.judgement = last.get((*finding.key, False))
    return found


@transaction.atomic
def explain(entry, kind, subject, note, *, by):
    """The unit says in a line how it comes; the reviewer reads it beside the pictures.

    Raises ValidationError without a line or when there is nothing of the kind to explain any more,
    MoveNotAllowed when the entry is no longer the unit's to change.
    """
    entry = lock(entry)
    if not entry.is_editable:
        raise MoveNotAllowed(entry, "explain_likeness")
    if not note.strip():
        raise ValidationError(_("Say in one line how it comes that both are alike."))
    return say(entry, kind, subject, Verdict.EXPLAINED, note, verb="explain_likeness", by=by)


@transaction.atomic
def judge(entry, kind, subject, verdict, note, *, by):
    """A reviewer says that it is fine, or not acceptable and why; what follows is the reviewer's decision.

    Raises ValidationError for a refusal without a reason or when there is nothing of the kind any more,
    MoveNotAllowed when the entry does not wait for a decision.
    """
    entry = lock(entry)
    if entry.status != LedgerEntry.Status.SUBMITTED:
        raise MoveNotAllowed(entry, "judge_likeness")
    if verdict == Verdict.NOT_ACCEPTABLE and not note.strip():
        raise ValidationError(_("Say why it is not acceptable; the unit reads it."))
    return say(entry, kind, subject, verdict, note, verb="judge_likeness", by=by)


def say(entry, kind, subject, verdict, note, *, verb, by):
    """Keep the opinion and write the trail; it names the own file only, for the unit reads the trail."""
    finding = next((it for it in findings(entry, for_user=by) if it.key == (kind, subject)), None)
    if finding is None:
        raise ValidationError(_("This is no longer worth a look; the page shows how it stands now."))
    opinion = LikenessOpinion.objects.create(
        entry=entry, kind=kind, subject=subject, verdict=verdict, note=note.strip(), by=by, at=now()
    )
    told = " · ".join(filter(None, [finding.title, str(opinion.get_verdict_display()), opinion.note]))
    trail.record(entry, verb, by=by, note=told)
    return opinion


def reasons(found):
    """What was found not acceptable, as lines for the letter that returns the entry; "" when nothing was."""
    return "\n".join(
        f"{finding.title}: {finding.judgement.note}"
        for finding in found
        if finding.judgement and finding.judgement.verdict == Verdict.NOT_ACCEPTABLE
    )
