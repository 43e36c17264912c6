"""What is worth a look: found for the unit first and for the reviewer, decided by people."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError

from assessments.actions import evidence, ledger, likeness
from assessments.models import (
    LedgerEntry,
    LikenessOpinion,
    PictureMark,
    PicturePair,
    PictureWord,
    TextMark,
    TextPiece,
)
from civportal.lib import preview
from civportal.lib.likeness import texts
from tests.factories import CycleFactory, EntryFactory, EvidenceFactory, UnitFactory, files
from tests.likeness import writings
from tests.likeness.photos import photo
from units.actions.move import MoveNotAllowed
from units.models import TrailEvent

TEXT = writings.text_of(writings.report("school", "cleaning", 1))
OTHER_TEXT = writings.text_of(writings.report("bank", "lecture", 2))
BEFORE = datetime(2026, 3, 5, 2, tzinfo=UTC)
AFTER = datetime(2026, 9, 9, 2, tzinfo=UTC)


@pytest.fixture
def entry(school, year):
    return EntryFactory(unit=school, cycle=year, title="清洁家园", text="")


@pytest.fixture
def foreign(bank, year):
    """What another unit handed in before."""
    return EntryFactory(
        unit=bank, cycle=year, submitted=True, title="银行活动", text="", first_submitted_at=BEFORE
    )


def with_photo(entry, content, **said):
    file = EvidenceFactory(entry=entry, content=content, **said)
    likeness.mark(file)
    return file


def with_text(entry, text):
    entry.text = text
    entry.save()
    likeness.mark_text(entry)
    return entry


def found(entry, user):
    return likeness.findings(entry, for_user=user)


# photos


def test_a_photo_that_another_own_entry_has_is_pointed_out_with_that_entry(entry, school, year, lan):
    earlier = EntryFactory(unit=school, cycle=year)
    there = with_photo(earlier, photo())
    here = with_photo(entry, photo())

    [finding] = found(entry, lan)

    assert (finding.kind, finding.file, finding.title) == ("photo", here, here.name)
    [other] = finding.others
    assert (other.entry, other.file, other.is_same, other.percent) == (earlier, there, True, 100)


@pytest.mark.parametrize(
    "change", ["saved again at quality 60", "turned by 90°", "20 % cut away", "screenshot of a telephone"]
)
def test_a_photo_of_last_year_is_known_again_although_it_was_changed(entry, school, lan, change):
    last_year = EntryFactory(unit=school, cycle=CycleFactory(year=2025, status="closed"), accepted=True)
    with_photo(last_year, photo())
    with_photo(entry, photo(change=change))

    [finding] = found(entry, lan)

    assert finding.others[0].entry == last_year
    assert not finding.others[0].is_same
    assert 84 <= finding.others[0].percent < 100


def test_it_is_found_from_both_sides(entry, school, year, lan):
    earlier = EntryFactory(unit=school, cycle=year)
    with_photo(earlier, photo())
    with_photo(entry, photo(change="20 % cut away"))

    assert found(earlier, lan)[0].others[0].entry == entry


def test_another_photo_of_the_same_place_is_no_finding(entry, school, year, lan):
    with_photo(EntryFactory(unit=school, cycle=year), photo(moment=0))
    with_photo(entry, photo(moment=1))

    assert found(entry, lan) == []


def test_of_another_units_photo_the_liaison_learns_only_that_there_is_one_and_when(entry, foreign, lan):
    with_photo(foreign, photo())
    with_photo(entry, photo())

    [other] = found(entry, lan)[0].others

    assert (other.entry, other.file, other.taken_at) == (None, None, None)
    assert other.on == date(2026, 3, 5)


def test_the_reviewer_sees_both_sides(entry, foreign, rui):
    there = with_photo(foreign, photo())
    with_photo(entry, photo())

    [other] = found(entry, rui)[0].others

    assert (other.entry, other.file) == (foreign, there)


def test_a_draft_of_another_unit_is_nobodys_business(entry, bank, year, lan, rui):
    draft = with_text(EntryFactory(unit=bank, cycle=year), TEXT)
    with_photo(draft, photo())
    with_photo(entry, photo())
    with_text(entry, TEXT)

    assert found(entry, lan) == found(entry, rui) == []


def test_whoever_was_first_is_not_told_who_came_after_but_the_reviewer_is(school, bank, year, lan, rui):
    first = EntryFactory(unit=school, cycle=year, submitted=True, first_submitted_at=BEFORE, text="")
    second = EntryFactory(unit=bank, cycle=year, submitted=True, first_submitted_at=AFTER, text="")
    with_photo(first, photo())
    with_photo(second, photo())

    assert found(first, lan) == []
    assert found(first, rui)[0].others[0].entry == second


def test_a_paper_that_other_units_have_too_says_nothing(entry, foreign, rui):
    paper = files.pdf()
    for one in (entry, foreign):
        EvidenceFactory(entry=one, kind="pdf", content=paper)

    assert found(entry, rui) == []


def test_a_paper_that_stands_in_an_own_entry_already_is_pointed_out(entry, school, year, lan):
    earlier, paper = EntryFactory(unit=school, cycle=year), files.pdf()
    for one in (entry, earlier):
        EvidenceFactory(entry=one, kind="pdf", content=paper)

    assert [(it.kind, it.others[0].entry) for it in found(entry, lan)] == [("file", earlier)]


def test_a_removed_photo_is_no_longer_found(entry, school, year, lan):
    earlier = EntryFactory(unit=school, cycle=year)
    there = with_photo(earlier, photo())
    with_photo(entry, photo(change="half the size"))
    there.delete()

    assert found(entry, lan) == []


# when it was taken


@pytest.mark.parametrize("taken_at", ["2026:06:01 09:00:00", "2026:06:04 23:59:59", "2026:05:29 00:00:01"])
def test_a_photo_of_the_days_around_is_no_finding(entry, lan, taken_at):
    with_photo(entry, photo(taken_at=taken_at))

    assert found(entry, lan) == []


@pytest.mark.parametrize("taken_at", ["2025:06:01 09:00:00", "2026:06:05 00:00:01"])
def test_a_photo_of_another_day_is_pointed_out(entry, lan, taken_at):
    file = with_photo(entry, photo(taken_at=taken_at))

    [finding] = found(entry, lan)

    assert (finding.kind, finding.file, finding.others) == ("date", file, [])
    assert f"{finding.taken_at:%Y:%m}" == taken_at[:7]


@pytest.mark.parametrize(
    "told",
    [
        *("", "    :  :     :  :  ", "0000:00:00 00:00:00", "yesterday", "9999:12:31 23:59:59"),
        *("1970:01:01 00:00:00", "2000:01:01 00:00:00", "2099:01:01 00:00:00"),
    ],
)
def test_what_the_camera_does_not_really_say_is_unknown(told):
    assert likeness.moment_of(told) is None


def test_what_is_unknown_is_never_pointed_out(entry, lan):
    with_photo(entry, photo())

    assert PictureMark.objects.get().taken_at is None
    assert found(entry, lan) == []


def test_a_report_gathers_photos_of_the_whole_year(entry, lan):
    entry.kind = LedgerEntry.Kind.REPORT
    with_photo(entry, photo(taken_at="2026:01:01 09:00:00"))

    assert found(entry, lan) == []


def test_of_the_cameras_remarks_nothing_is_kept_but_the_time(entry):
    with_photo(entry, photo(taken_at="2026:01:01 09:00:00"))

    kept = {field.name for field in PictureMark._meta.get_fields() if field.concrete}
    assert kept == {
        "id",
        "sha256",
        "version",
        "is_readable",
        "taken_at",
        "width",
        "height",
        "points",
        "detail",
    }


# marks


def test_an_added_photo_is_marked_at_once_and_only_once(entry, school, year, lan, monkeypatch):
    evidence.add(entry, files.upload("照片.jpg", photo()), by=lan)
    monkeypatch.setattr(preview, "marks", lambda *args: pytest.fail("read again"))

    evidence.add(EntryFactory(unit=school, cycle=year), files.upload("照片.jpg", photo()), by=lan)

    assert PictureMark.objects.count() == 1
    assert 20 < PictureWord.objects.count() <= 40


def test_a_machine_that_is_busy_hinders_no_upload_and_the_job_makes_up_for_it(entry, lan, monkeypatch):
    def busy(folder, sha256):
        raise preview.NotShown("busy")

    with monkeypatch.context() as patch:
        patch.setattr(preview, "marks", busy)
        evidence.add(entry, files.upload("照片.jpg", photo()), by=lan)
    assert not PictureMark.objects.exists()

    assert likeness.fill() == 1

    assert PictureMark.objects.get().is_readable


def test_a_picture_that_cannot_be_read_is_tried_once(entry, lan):
    EvidenceFactory(entry=entry, content=b"\xff\xd8\xff nothing")

    assert likeness.fill() == 1
    assert likeness.fill() == 0
    assert not PictureMark.objects.get().is_readable
    assert found(entry, lan) == []


def test_a_picture_whose_copy_was_damaged_is_read_again_when_it_is_added_again(
    entry, school, year, lan, monkeypatch
):
    def missing(folder, sha256):
        raise preview.NotShown("missing")

    with monkeypatch.context() as patch:
        patch.setattr(preview, "marks", missing)
        with_photo(entry, photo())
    assert not PictureMark.objects.get().is_readable

    with_photo(EntryFactory(unit=school, cycle=year), photo())

    assert PictureMark.objects.get().is_readable


def test_marks_that_were_drawn_differently_are_made_anew(entry, school, year, lan):
    with_photo(EntryFactory(unit=school, cycle=year), photo())
    with_photo(entry, photo(change="half the size"))
    PictureMark.objects.update(version=0)
    PictureWord.objects.create(word=1, mark=PictureMark.objects.first())
    PicturePair.objects.all().delete()

    likeness.fill()

    assert len(found(entry, lan)) == 1
    assert not PictureWord.objects.filter(word=1).exists()


def test_a_document_needs_no_mark(entry):
    assert likeness.mark(EvidenceFactory(entry=entry, kind="pdf", content=files.pdf())) is None
    assert likeness.fill() == 0


# texts


@pytest.mark.parametrize("status", ["draft", "submitted"])
def test_a_text_taken_from_last_year_is_pointed_out_with_its_passages(entry, school, lan, status):
    last_year = EntryFactory(
        unit=school,
        cycle=CycleFactory(year=2025, status="closed"),
        **({} if status == "draft" else {status: True}),
    )
    with_text(last_year, TEXT)
    with_text(entry, f"今年我们这样做。{TEXT}")

    [finding] = found(entry, lan)

    [other] = finding.others
    assert (finding.kind, other.entry, other.percent) == ("text", last_year, 99)
    assert ("今年我们这样做。", False) in other.text
    assert other.other_text == [(TEXT.rstrip("。"), True), ("。", False)]


def test_of_another_units_text_the_liaison_sees_only_the_own_words(entry, foreign, lan, rui):
    with_text(foreign, f"{TEXT}只有银行才知道的一句话。")
    with_text(entry, TEXT)

    [for_lan], [for_rui] = (found(entry, user)[0].others for user in (lan, rui))

    assert (for_lan.entry, for_lan.other_text) == (None, [])
    assert "".join(part for part, _same in for_lan.text) == TEXT
    assert for_rui.entry == foreign
    assert for_rui.other_text[-1] == ("。只有银行才知道的一句话。", False)


def test_two_own_texts_are_no_finding(entry, foreign, lan):
    with_text(foreign, OTHER_TEXT)
    with_text(entry, TEXT)

    assert found(entry, lan) == []


def test_turns_of_speech_lead_to_nothing_but_the_same_text_is_found_all_the_same(
    entry, foreign, lan, rui, monkeypatch
):
    with_text(foreign, TEXT)
    with_text(entry, TEXT)
    monkeypatch.setattr(likeness, "COMMONPLACE", 1)

    assert found(entry, rui)[0].others[0].entry == foreign
    with_text(entry, f"今年我们这样做。{TEXT}")
    assert found(entry, rui) == []


def test_saving_and_handing_in_bring_the_marks_of_the_text_up_to_date(entry, lan):
    entry = ledger.edit(entry, {"text": TEXT}, by=lan).entry
    assert sorted(TextPiece.objects.values_list("number", flat=True)) == texts.sketch(TEXT)

    ledger.edit(entry, {"text": OTHER_TEXT}, by=lan)

    assert sorted(TextPiece.objects.values_list("number", flat=True)) == texts.sketch(OTHER_TEXT)


def test_a_text_that_says_the_same_is_not_marked_again(entry, django_assert_num_queries):
    with_text(entry, TEXT)

    with django_assert_num_queries(3):
        likeness.mark_text(entry)


def test_texts_from_before_are_marked_by_the_job(entry):
    EntryFactory(text=TEXT)

    assert likeness.fill() == 1
    assert likeness.fill() == 0
    assert TextMark.objects.get().pieces.count() == 64


# what people say


@pytest.fixture
def handed_in(school, bank, year):
    """An entry with a photo that another unit handed in before."""
    there = EntryFactory(
        unit=bank, cycle=year, submitted=True, title="银行活动", text="", first_submitted_at=BEFORE
    )
    entry = EntryFactory(unit=school, cycle=year, submitted=True, text="", first_submitted_at=AFTER)
    for one in (there, entry):
        with_photo(one, photo(), name="合影.jpg")
    return entry


def test_the_units_line_goes_along_to_the_reviewer(entry, foreign, lan, rui):
    with_photo(foreign, photo())
    file = with_photo(entry, photo(), name="合影.jpg")

    likeness.explain(entry, "photo", file.sha256, "两单位联合开展", by=lan)

    assert found(entry, rui)[0].explanation.note == "两单位联合开展"
    line = TrailEvent.objects.about(entry).last()
    assert (line.verb, line.by) == ("explain_likeness", lan)
    assert line.note.startswith("合影.jpg") and "两单位联合开展" in line.note


def test_the_reviewer_decides_and_the_unit_reads_it_without_the_other_ones_name(handed_in, lan, rui):
    subject = handed_in.files.get().sha256

    likeness.judge(handed_in, "photo", subject, "not_acceptable", "请换成本单位的照片", by=rui)

    assert found(handed_in, lan)[0].judgement.verdict == "not_acceptable"
    assert likeness.reasons(found(handed_in, rui)) == "合影.jpg: 请换成本单位的照片"
    line = TrailEvent.objects.about(handed_in).last()
    assert (line.verb, line.by) == ("judge_likeness", rui)
    assert "银行" not in line.note


def test_the_last_word_counts(handed_in, rui):
    subject = handed_in.files.get().sha256

    likeness.judge(handed_in, "photo", subject, "not_acceptable", "请换", by=rui)
    likeness.judge(handed_in, "photo", subject, "fine", "", by=rui)

    finding = found(handed_in, rui)[0]
    assert (finding.judgement.verdict, finding.is_open) == ("fine", False)
    assert likeness.reasons([finding]) == ""
    assert LikenessOpinion.objects.count() == 2


def test_what_comes_in_after_the_decision_opens_it_again(handed_in, rui, year):
    likeness.judge(handed_in, "photo", handed_in.files.get().sha256, "fine", "", by=rui)

    later = EntryFactory(
        cycle=year, submitted=True, text="", first_submitted_at=datetime(2099, 1, 1, tzinfo=UTC)
    )
    with_photo(later, photo())

    assert found(handed_in, rui)[0].is_open


def test_a_line_is_needed_to_explain_and_to_refuse(entry, foreign, handed_in, lan, rui, in_english):
    with_photo(entry, photo())
    subject = entry.files.get().sha256

    with pytest.raises(ValidationError, match="one line"):
        likeness.explain(entry, "photo", subject, "  ", by=lan)
    with pytest.raises(ValidationError, match="why"):
        likeness.judge(handed_in, "photo", subject, "not_acceptable", " ", by=rui)

    assert not LikenessOpinion.objects.exists()


def test_what_is_not_found_any_more_cannot_be_spoken_about(entry, handed_in, lan, rui, in_english):
    for act, one, said in ((likeness.explain, entry, ()), (likeness.judge, handed_in, ("fine",))):
        with pytest.raises(ValidationError, match="no longer"):
            act(one, "photo", "0" * 64, *said, "x", by=lan if one == entry else rui)


def test_who_may_speak_depends_on_whose_hands_it_is_in(entry, handed_in, lan, rui):
    with pytest.raises(MoveNotAllowed):
        likeness.explain(handed_in, "photo", handed_in.files.get().sha256, "x", by=lan)
    with pytest.raises(MoveNotAllowed):
        likeness.judge(entry, "photo", "0" * 64, "fine", "", by=rui)


# cost


@pytest.mark.parametrize("many", [1, 5])
def test_findings_cost_the_same_queries_however_many(
    school, bank, year, lan, rui, many, django_assert_num_queries
):
    entry = with_text(EntryFactory(unit=school, cycle=year, submitted=True, first_submitted_at=AFTER), TEXT)
    for number in range(many):
        with_photo(entry, photo(place=number))
        unit = bank if number % 2 else UnitFactory()
        other = EntryFactory(unit=unit, cycle=year, submitted=True, first_submitted_at=BEFORE)
        with_photo(with_text(other, TEXT), photo(place=number, change="half the size"))
    entry = LedgerEntry.objects.get(pk=entry.pk)
    assert rui.reads_all

    with django_assert_num_queries(12):
        found = likeness.findings(entry, for_user=rui)
        assert all(other.entry.unit.name for finding in found for other in finding.others)

    assert len(found) == many + 1
