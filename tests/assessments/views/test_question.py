"""Questions, notes and questions often asked in the browser's terms."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.actions import faq as faqs
from assessments.models import Faq, InternalNote, Question
from tests.factories import (
    ConflictFactory,
    EntryFactory,
    FaqFactory,
    QuestionFactory,
    ReviewFactory,
    UnitYearFactory,
)


def address(name, *args):
    return reverse(f"assessments:{name}", args=args)


@pytest.fixture
def as_lan(client, lan, year, school):
    UnitYearFactory(cycle=year, unit=school)
    client.force_login(lan)
    return client


@pytest.fixture
def as_ou(client, ou, year):
    client.force_login(ou)
    return client


def test_a_unit_asks_about_an_indicator(as_lan, year, school):
    indicator = year.standard.indicators.items().first()

    page = as_lan.get(address("question_new") + f"?indicator={indicator.code}")
    response = as_lan.post(address("question_new"), {"indicator": indicator.pk, "text": "算不算？"})

    assert page.context["form"].initial == {"indicator": indicator}
    asked = Question.objects.get(unit=school)
    assert response.url == f"{asked.get_absolute_url()}#question-{asked.pk}"


def test_whoever_came_from_a_record_is_led_back_to_the_question_there(client, lan, rui, year, school):
    UnitYearFactory(cycle=year, unit=school)
    entry = EntryFactory(cycle=year, unit=school, submitted=True)
    here = {"next": f"{entry.get_absolute_url()}#talk"}
    client.force_login(lan)
    response = client.post(address("question_new") + f"?entry={entry.pk}", {"text": "算不算？"} | here)

    asked = Question.objects.get()
    place = f"{entry.get_absolute_url()}#question-{asked.pk}"
    assert response.url == place
    assert f'id="question-{asked.pk}" data-said' in client.get(place).content.decode()
    client.force_login(rui)
    assert client.post(address("question_answer", asked.pk), {"text": "算", "version": 0} | here).url == place


def count_beside(page, name):
    """The number that stands beside a way in the side menu, or None."""
    side = page.content.decode().partition('id="menu"')[2].partition("</nav>")[0]
    link = side.partition(f'href="{address(name)}"')[2].partition("</a>")[0]
    found = re.search(r'nav__count">(\d+)<', link)
    return found and int(found[1])


def test_the_side_menu_counts_what_waits_for_the_office(client, as_ou, mei, year, school):
    QuestionFactory.create_batch(2, cycle=year, unit=school)
    QuestionFactory(cycle=year, unit=school, answered=True)
    QuestionFactory(cycle=year, unit=school, status="asked")

    assert count_beside(as_ou.get(address("questions")), "questions") == 2


def test_the_side_menu_counts_what_waits_for_the_unit(as_lan, mei, bank, year, school):
    QuestionFactory(cycle=year, unit=school)
    QuestionFactory(cycle=year, unit=school, status="asked")
    answered = QuestionFactory(cycle=year, unit=school, answered=True)
    QuestionFactory(cycle=year, unit=bank, status="asked")
    assert count_beside(as_lan.get(address("questions")), "questions") == 2

    as_lan.post(address("question_seen", answered.pk))

    assert count_beside(as_lan.get(address("questions")), "questions") == 1


def test_nothing_that_waits_shows_no_number(as_ou, year):
    assert count_beside(as_ou.get(address("questions")), "questions") is None


@pytest.mark.parametrize("text", ["", " \u200b ", "长" * 1001, "a\x00b"])
def test_what_cannot_be_sent_comes_back_with_the_words(as_ou, year, school, text):
    asked = QuestionFactory(cycle=year, unit=school)

    response = as_ou.post(address("question_answer", asked.pk), {"text": text, "version": 0})

    assert response.status_code == 422
    assert response.context["thread"].form.errors["text"]
    assert response.context["thread"].form["text"].value() == text


def test_who_answers_second_reads_the_first_answer_and_keeps_the_own_words(as_ou, rui, year, school):
    asked = QuestionFactory(cycle=year, unit=school)
    words = {"text": "第一个答复", "version": 0}
    as_ou.post(address("question_answer", asked.pk), words)

    response = as_ou.post(address("question_answer", asked.pk), {"text": "第二个答复", "version": 0})

    page = response.content.decode()
    assert response.status_code == 409
    assert "第一个答复" in page and "第二个答复" in page
    assert response.context["thread"].form["version"].value() == "1"


def test_looking_at_a_message_says_so_with_a_post_of_its_own(as_lan, year, school):
    asked = QuestionFactory(cycle=year, unit=school, answered=True)

    page = as_lan.get(address("question", asked.pk))
    assert address("question_seen", asked.pk) in page.content.decode()
    assert not asked.messages.filter(seen_at__isnull=False).exists()
    as_lan.post(address("question_seen", asked.pk))

    assert asked.messages.get(is_units=False).seen_by.username == "lan"
    assert (
        address("question_seen", asked.pk) not in as_lan.get(address("question", asked.pk)).content.decode()
    )


def test_the_office_sees_who_opened_a_return(client, lan, rui, year, school):
    UnitYearFactory(cycle=year, unit=school)
    entry = EntryFactory(cycle=year, unit=school, returned=True)
    ReviewFactory(entry=entry, verdict="returned", note="补充", by=rui)
    client.force_login(lan)
    for name in ("entry", "entry_edit"):
        assert address("entry_seen", entry.pk) in client.get(address(name, entry.pk)).content.decode()
    client.post(address("entry_seen", entry.pk))
    client.force_login(rui)

    assert lan.name in client.get(address("returned")).content.decode()
    assert lan.name in client.get(address("entry", entry.pk)).content.decode()


def test_notes_stand_on_a_page_of_the_office_and_nowhere_else(client, lan, rui, year, school):
    entry = EntryFactory(cycle=year, unit=school, submitted=True)
    client.force_login(rui)
    client.post(address("notes", entry.pk), {"text": "照片可疑"})
    part = client.get(address("notes", entry.pk), headers={"HX-Request": "true"})

    assert InternalNote.objects.get().by == rui
    assert "照片可疑" in part.content.decode() and "<html" not in part.content.decode()
    assert "照片可疑" not in client.get(address("entry", entry.pk)).content.decode()
    client.force_login(lan)
    assert client.get(address("notes", entry.pk)).status_code == 403
    assert address("notes", entry.pk) not in client.get(address("entry", entry.pk)).content.decode()


def test_the_director_publishes_and_every_unit_finds_it_by_words(as_ou, client, mei, year, school):
    asked = QuestionFactory(cycle=year, unit=school, answered=True)
    words = {"question": "联合开展的算不算？", "answer": "可以计入", "indicator": "", "seen": 0}
    named = as_ou.post(address("faq_publish", asked.pk), words | {"answer": f"{school.name}可以"})
    published = as_ou.post(address("faq_publish", asked.pk), words)
    client.force_login(mei)

    assert named.status_code == 422 and named.context["form"].errors["names_stand"]
    assert published.url == Faq.objects.get().get_absolute_url()
    assert "可以计入" in client.get(address("faq") + "?q=计入").content.decode()
    assert "可以计入" not in client.get(address("faq") + "?q=火星").content.decode()


def test_who_is_no_director_publishes_nothing(client, rui, year, school):
    client.force_login(rui)
    asked = QuestionFactory(cycle=year, unit=school, answered=True)

    assert client.post(address("faq_publish", asked.pk)).status_code == 403


def test_words_that_a_colleague_has_just_rewritten_are_not_withdrawn_unseen(client, ou):
    faq = FaqFactory()
    client.force_login(ou)
    shown = client.get(address("faq_edit", faq.pk)).context["reason_form"]
    said = {"withdraw-note": "不再适用", "withdraw-version": shown["version"].value()}
    faqs.edit(faq, {"question": faq.question, "answer": "改了的话"}, by=ou)

    assert client.post(address("faq_withdraw", faq.pk), said).status_code == 409
    assert Faq.objects.get().status == "published"

    said["withdraw-version"] += 1
    assert client.post(address("faq_withdraw", faq.pk), said).status_code == 302
    assert Faq.objects.get().status == "withdrawn"


@pytest.mark.parametrize(("name", "make"), [("questions", QuestionFactory), ("faq", FaqFactory)])
def test_the_lists_cost_the_same_queries_however_many(as_ou, year, name, make):
    counted = set()
    for more in (1, 4, 45):
        of = {"cycle": year} if make is QuestionFactory else {"source__cycle": year}
        make.create_batch(more, **of)
        with CaptureQueriesContext(connection) as queries:
            as_ou.get(address(name))
        counted.add(len(queries))

    assert len(counted) == 1 and counted.pop() <= 8


@pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 30])
def test_a_record_that_is_none_is_not_found_or_not_asked_about(client, year, lan, school, number):
    UnitYearFactory(cycle=year, unit=school)
    client.force_login(lan)

    assert client.get(address("question_new"), {"entry": number}).status_code in (200, 404)


def test_an_indicator_that_is_none_leaves_the_choice_open(client, year, lan, school):
    UnitYearFactory(cycle=year, unit=school)
    client.force_login(lan)

    assert client.get(address("question_new"), {"indicator": "\x00"}).status_code == 200


def test_the_look_of_one_who_keeps_away_is_not_told_to_the_unit(client, year, school, lan, rui):
    asked = QuestionFactory(cycle=year, unit=school, asked_by=lan)
    ConflictFactory(person=rui, unit=school)
    client.force_login(rui)

    assert client.post(address("question_seen", asked.pk)).status_code == 204
    assert asked.messages.get().seen_at is None


def test_a_unit_asks_for_a_correction_and_the_director_is_led_to_reopening(
    client, year, school, lan, rui, ou
):
    UnitYearFactory(cycle=year, unit=school)
    entry = EntryFactory(cycle=year, unit=school, created_by=lan, accepted=True)
    client.force_login(lan)
    asking = f"{address('question_new')}?entry={entry.pk}"
    assert "提问或申请更正" in client.get(entry.get_absolute_url()).content.decode()
    assert "不必另报" in client.get(asking).content.decode()

    client.post(asking, {"text": "日期写错了，请重新打开。"})

    for who, is_led in ((ou, True), (rui, False), (lan, False)):
        client.force_login(who)
        page = client.get(Question.objects.get().get_absolute_url()).content.decode()
        assert (f"{entry.get_absolute_url()}#reopen" in page) is is_led
