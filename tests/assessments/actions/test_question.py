"""Questions, answers, what was seen, notes and what is published of them."""

import pytest
from django.core.exceptions import ValidationError

from assessments.actions import faq, note, question, review
from assessments.models import Faq, InternalNote, Question
from civportal.lib.clock import now
from tests.factories import (
    AssignmentFactory,
    ClaimFactory,
    ConflictFactory,
    EntryFactory,
    InternalNoteFactory,
    QuestionFactory,
    ReviewFactory,
)
from units.actions.move import MoveNotAllowed
from units.models import Notification, TrailEvent

pytestmark = pytest.mark.usefixtures("in_english")


@pytest.fixture
def asked(year, school, lan):
    return QuestionFactory(cycle=year, unit=school, asked_by=lan, text="联合开展的算不算？")


def test_a_unit_asks_and_the_office_answers_until_the_unit_goes_on(asked, lan, rui):
    answered = question.answer(asked, "算。", by=rui, seen=0)
    assert answered.status == "answered"

    again = question.follow_up(answered, "要盖章吗？", by=lan, seen=answered.version)

    assert again.status == "open"
    assert [line.is_units for line in again.messages.all()] == [True, False, True]


def test_the_unit_is_told_of_an_answer_and_who_answered_of_a_further_question(
    asked, lan, rui, ou, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answered = question.answer(asked, "算。", by=rui)
        question.follow_up(answered, "要盖章吗？", by=lan)

    told = set(Notification.objects.values_list("to__username", "verb"))
    assert told == {("lan", "answer"), ("rui", "follow_up")}


def test_who_answered_and_has_left_the_office_hears_nothing_more(
    asked, lan, rui, ou, django_capture_on_commit_callbacks
):
    answered = question.answer(asked, "算。", by=rui)
    rui.memberships.update(ended_at=now())

    with django_capture_on_commit_callbacks(execute=True):
        question.follow_up(answered, "要盖章吗？", by=lan)

    assert set(Notification.objects.values_list("to__username", flat=True)) == {"ou"}


@pytest.fixture
def heard(year, school, lan, django_capture_on_commit_callbacks):
    """Asks for the school, and gives who hears of it."""

    def ask(**about):
        about = about or {"indicator": year.standard.indicators.items().first()}
        with django_capture_on_commit_callbacks(execute=True):
            question.ask("算不算？", cycle=year, unit=school, by=lan, **about)
        return set(Notification.objects.filter(verb="ask").values_list("to__username", flat=True))

    return ask


def test_a_new_question_is_told_to_the_case_officers(heard, rui, ou, admin, shen):
    assert heard() == {"rui"}


@pytest.mark.parametrize("way", ["unit", "part", "record"])
def test_a_new_question_is_told_to_whom_it_is_assigned(heard, year, school, rui, ou, way):
    indicator = year.standard.indicators.items().first()
    entry = EntryFactory(cycle=year, unit=school, submitted=True)
    ways = {
        "unit": {"unit": school},
        "part": {"unit": school, "indicator": indicator},
        "record": {"entry": entry},
    }
    AssignmentFactory(cycle=year, reviewer=ou, **{"unit": None, "indicator": None} | ways[way])

    assert heard(**{"entry": entry} if way == "record" else {"indicator": indicator}) == {"ou"}


def test_who_reviews_other_units_or_another_indicator_is_not_meant(heard, year, bank, school, rui, ou):
    first, second = year.standard.indicators.items()[:2]
    AssignmentFactory(cycle=year, reviewer=ou, unit=bank)
    AssignmentFactory(cycle=year, reviewer=ou, unit=school, indicator=second)

    assert heard(indicator=first) == {"rui"}


def test_who_has_a_conflict_hears_of_no_question(heard, year, school, rui, ou):
    AssignmentFactory(cycle=year, reviewer=rui, unit=school, assigned_by=ou)
    ConflictFactory(person=rui, unit=school)

    # Nobody else is a case officer: whoever leads the office hears of it.
    assert heard() == {"ou"}


def test_what_the_unit_adds_before_an_answer_is_told_like_the_question(
    asked, lan, rui, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        question.follow_up(asked, "另外，盖章吗？", by=lan)

    assert Notification.objects.get().to == rui


def test_a_message_names_the_record_and_says_that_the_answer_is_there(
    year, school, lan, rui, django_capture_on_commit_callbacks
):
    entry = EntryFactory(cycle=year, unit=school, title="读书月", submitted=True)
    with django_capture_on_commit_callbacks(execute=True):
        asked = question.ask("算不算？", cycle=year, unit=school, entry=entry, by=lan)
        question.answer(asked, "算。", by=rui)

    told = {row.verb: (row.title, row.verb_label) for row in Notification.objects.all()}
    assert told["answer"] == ("读书月", "the office has answered")
    assert told["ask"] == (f"{school} · 读书月", "question asked")


def test_of_two_answers_the_second_is_told_who_was_first(asked, rui, ou):
    question.answer(asked, "算。", by=rui, seen=0)

    with pytest.raises(MoveNotAllowed) as refused:
        question.answer(asked, "不算。", by=ou, seen=0)

    assert refused.value.event.by == rui
    assert asked.messages.filter(is_units=False).count() == 1


def test_without_the_version_the_second_answer_would_stand_beside_the_first(asked, rui, ou):
    """The control: it is the version that refuses."""
    question.answer(asked, "算。", by=rui)
    question.answer(asked, "不算。", by=ou)

    assert asked.messages.filter(is_units=False).count() == 2


def test_about_a_draft_nobody_asks_for_its_title_is_the_units_own(year, school, lan, rui):
    draft = EntryFactory(cycle=year, unit=school, title="尚未提交")

    for act, by, about in ((question.ask, lan, {"cycle": year, "unit": school}), (question.put, rui, {})):
        with pytest.raises(ValidationError, match="not handed in"):
            act("算不算？", entry=draft, by=by, **about)
    taken_back = QuestionFactory(cycle=year, unit=school, entry=draft, indicator=None)
    assert "尚未提交" not in taken_back.about


def test_what_cannot_be_asked_is_refused_in_words(year, school, lan):
    about = {"cycle": year, "unit": school, "by": lan}
    indicator = year.standard.indicators.items().first()
    question.ask("算不算？", indicator=indicator, **about)

    of_it = {"indicator": indicator}
    for text, more in ((" ", of_it), ("算不算？", of_it), ("算不算？", {})):
        with pytest.raises(ValidationError):
            question.ask(text, **about, **more)
    assert Question.objects.count() == 1


def test_only_the_first_look_of_the_other_side_counts(asked, lan, rui, ou):
    assert question.see(asked, by=lan) == 0
    assert question.see(asked, by=rui) == 1
    assert question.see(asked, by=ou) == 0

    assert asked.messages.get().seen_by == rui


def test_a_return_is_seen_once_and_leaves_no_line(year, school, lan, qiao, rui):
    entry = EntryFactory(cycle=year, unit=school, returned=True)
    ReviewFactory(entry=entry, verdict="returned", note="补充", by=rui)

    assert review.see_return(entry, by=lan)
    assert not review.see_return(entry, by=qiao)

    assert entry.reviews.get().seen_by == lan
    assert not TrailEvent.objects.about(entry).exists()


def test_history_tells_that_a_note_was_written_and_not_what_it_says(year, school, rui):
    entry = ClaimFactory(entry=EntryFactory(cycle=year, unit=school, submitted=True)).entry
    written = note.write(entry, "照片可疑", by=rui)

    line = TrailEvent.objects.about(written).get()
    assert "照片可疑" not in f"{line.note}{line.changes}{written}"
    with pytest.raises(ValidationError):
        note.write(entry, "  ", by=rui)


def test_a_unit_and_a_department_see_no_note_and_a_reviewer_does(school, lan, guan, qiao, shen, rui):
    noted = InternalNoteFactory(entry__unit=school)

    for person in (lan, guan, qiao, shen):
        assert not InternalNote.objects.visible_to(person).exists()
    assert InternalNote.objects.visible_to(rui).contains(noted)


def test_a_name_in_what_all_units_read_is_pointed_out(asked, school, ou):
    answered = question.answer(asked, "算。", by=ou)
    words = {"indicator": answered.indicator, "question": f"{school.name}问：算不算？", "answer": "算。"}

    with pytest.raises(ValidationError, match=school.name):
        faq.publish(answered, words, by=ou)
    assert faq.publish(answered, words, by=ou, names_stand=True).status == "published"


def test_one_question_is_published_once_and_again_after_it_was_withdrawn(asked, ou):
    answered = question.answer(asked, "算。", by=ou)
    words = {"indicator": None, "question": "算不算？", "answer": "算。"}
    published = faq.publish(answered, words, by=ou)
    with pytest.raises(ValidationError, match="published already"):
        faq.publish(answered, words, by=ou)

    faq.withdraw(published, by=ou, note="标准改了", seen=published.version)

    with pytest.raises(MoveNotAllowed):
        faq.edit(published, words, by=ou)
    faq.publish(answered, words, by=ou)
    assert Faq.objects.published().count() == 1


def test_an_open_question_is_not_published(asked, ou):
    with pytest.raises(MoveNotAllowed):
        faq.publish(asked, {"indicator": None, "question": "算？", "answer": "算。"}, by=ou)
