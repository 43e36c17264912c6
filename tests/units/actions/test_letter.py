from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from civportal.lib.clock import today
from tests.factories import LetterFactory, UnitFactory, files
from tests.threads import at_once
from units.actions import letter as letters
from units.actions.editing import ChangedMeanwhile
from units.models import LetterText, Paper, ResponsibilityLetter, TrailEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau(school):
    """The school's supervising unit."""
    school.supervisor = UnitFactory(name="云泽县教育局", top_leader="韩守正")
    school.save()
    return school.supervisor


def sign(unit, by, **said):
    usual = {"year": today().year, "upper": None, "signed_on": today(), "lower_signatory": "林知远"}
    return letters.sign(unit, **{**usual, **said}, by=by)


def test_a_letter_is_recorded_with_its_scan(school, bureau, lan):
    letter = sign(school, lan, upper=bureau, file=files.upload("责任书.jpg", files.jpg()))

    event = TrailEvent.objects.about(school).last()
    assert (letter.upper, letter.recorded_by, letter.paper.kind) == (bureau, lan, "jpg")
    assert event.verb == "sign_letter" and "云泽县教育局" in event.note
    assert Paper.objects.get().unit == school


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"upper": "itself"}, "itself"),
        ({"upper": "stranger"}, "supervising unit"),
        ({"signed_on": today() + timedelta(days=1)}, "future"),
        ({"signed_on": date(2001, 1, 1)}, "fit the year"),
        ({"file": "docx"}, "PDF"),
    ],
    ids=str,
)
def test_what_cannot_be_signed_is_refused_in_words(in_english, school, bureau, lan, said, reason):
    if "upper" in said:
        said = {"upper": school if said["upper"] == "itself" else UnitFactory()}
    if "file" in said:
        said = {"file": files.upload("a.docx", files.docx())}

    with pytest.raises(ValidationError, match=reason):
        sign(school, lan, **said)

    assert not ResponsibilityLetter.objects.exists() and not TrailEvent.objects.exists()


def test_the_same_letter_is_not_recorded_twice(in_english, school, bureau, lan, rui):
    sign(school, lan)

    with pytest.raises(ValidationError, match="兰晓"):
        sign(school, rui)

    assert sign(school, rui, upper=bureau).upper == bureau


@pytest.mark.parametrize(
    "wrong",
    [
        lambda unit: LetterFactory(unit=unit, upper=unit),
        lambda unit: (LetterFactory(unit=unit), LetterFactory(unit=unit)),
        lambda unit: LetterFactory(unit=unit, year=1999),
        lambda unit: LetterFactory(unit=unit, lower_signatory=""),
        lambda unit: LetterText.objects.create(year=2100, title="a", body="b"),
    ],
)
def test_the_database_promises_it_too(school, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        wrong(school)


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_two_clerks_at_once_record_one_letter(school, lan, rui):
    outcomes = at_once(lambda: sign(school, lan), lambda: sign(school, rui))

    assert sorted(isinstance(one, ValidationError) for one in outcomes) == [False, True]
    assert ResponsibilityLetter.objects.count() == 1


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_control_without_the_question_the_database_refuses_the_second(school, lan, rui, monkeypatch):
    monkeypatch.setattr(letters, "check_once", lambda *asked: None)

    outcomes = at_once(lambda: sign(school, lan), lambda: sign(school, rui))

    assert sorted(isinstance(one, IntegrityError) for one in outcomes) == [False, True]


def test_a_letter_struck_out_stays_in_the_units_history(school, lan, rui):
    letter = sign(school, lan)

    letters.delete(letter, note="登记错了单位", by=rui)
    letters.delete(letter, note="再删一次", by=rui)

    event = TrailEvent.objects.about(school).last()
    assert not ResponsibilityLetter.objects.exists()
    assert (event.verb, event.by) == ("delete_letter", rui)
    assert "登记错了单位" in event.note and "林知远" in event.note


def test_a_better_scan_takes_the_place_and_the_earlier_one_stays(school, lan):
    letter = sign(school, lan, file=files.upload("封面.jpg", files.jpg()))

    letters.attach(letter, files.upload("全文.pdf", files.pdf()), by=lan)

    assert ResponsibilityLetter.objects.get().paper.kind == "pdf"
    assert Paper.objects.filter(unit=school).count() == 2


def test_a_unit_signs_with_who_supervises_it_if_that_signs_itself(school, bureau):
    assert letters.usual_upper(school) == bureau
    bureau.participation = "outside"
    assert letters.usual_upper(school) is None
    assert letters.usual_upper(UnitFactory()) is None


def test_a_year_takes_over_the_wording_of_the_year_before(ou):
    assert "责任书" in LetterText.of(2026).title
    letters.edit_text(2025, {"title": "【年度】年责任书", "body": "【甲方】与【乙方】"}, by=ou, seen=0)

    proposed = LetterText.of(2026)

    assert (proposed.pk, proposed.year) == (None, 2026)
    assert proposed.filled(upper="县文明委", lower="一小") == ("2026年责任书", ["县文明委与一小"])
    assert "责任书" in LetterText.of(2024).title


def test_the_wording_is_history_and_the_second_clerk_is_told(ou, admin):
    letters.edit_text(2026, {"title": "甲", "body": "正文"}, by=ou, seen=0)

    with pytest.raises(ChangedMeanwhile):
        letters.edit_text(2026, {"title": "乙", "body": "正文"}, by=admin, seen=0)

    assert LetterText.objects.get().title == "甲"
    assert TrailEvent.objects.about(LetterText.objects.get()).get().by == ou
