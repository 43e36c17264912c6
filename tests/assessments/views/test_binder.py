"""The pages of binders: one click, progress with and without a script, downloads that leave a line."""

import io
import zipfile

import pytest
from django.urls import reverse

from assessments.actions import binder as binders
from assessments.models import Binder, BinderVolume
from civportal.lib import files as store
from tests.factories import EntryFactory, EvidenceFactory, UnitFactory, UnitYearFactory
from units.models import Category, TrailEvent

pytestmark = pytest.mark.django_db

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def taking_part(school, year):
    entry = EntryFactory(unit=school, cycle=year, accepted=True)
    EvidenceFactory(entry=entry)
    return UnitYearFactory(unit=school, cycle=year)


@pytest.fixture
def binder(school, year, lan):
    """Lan's unit's year, begun."""
    return binders.make(year, "unit", school, by=lan)


@pytest.fixture
def ready(binder, lan):
    """The same, bound."""
    while binder.is_making:
        binder = binders.advance(binder, by=lan)
    return binder


def at(name, *arguments):
    return reverse(f"assessments:{name}", args=arguments)


def verbs(binder):
    return list(TrailEvent.objects.about(binder).values_list("verb", flat=True))


def test_one_click_begins_the_units_year(client, lan, school):
    client.force_login(lan)
    assert at("binder_make", school.pk, 2026) in client.get(at("binders")).content.decode()

    response = client.post(at("binder_make", school.pk, 2026))

    binder = Binder.objects.get()
    assert response.url == binder.get_absolute_url()
    assert binder.made_by == lan
    assert verbs(binder) == ["make"]


def test_the_units_page_offers_it_to_those_who_may(client, lan, mei, shen, school):
    for person, offered in ((lan, True), (shen, False)):
        client.force_login(person)

        page = client.get(school.get_absolute_url()).content.decode()

        assert (at("binder_make", school.pk, 2026) in page) is offered


def test_the_page_goes_on_by_itself_until_it_is_ready(client, lan, binder):
    client.force_login(lan)
    assert "load delay" in client.get(binder.get_absolute_url()).content.decode()

    answers = [client.post(at("binder_step", binder.pk), **HTMX) for _step in range(2)]

    assert b'id="making"' in answers[0].content
    assert answers[1].headers["HX-Redirect"] == binder.get_absolute_url()
    assert "load delay" not in client.get(binder.get_absolute_url()).content.decode()


def test_without_a_script_the_button_goes_on(client, lan, binder):
    client.force_login(lan)

    for _step in range(3):
        response = client.post(at("binder_step", binder.pk))
        assert response.url == binder.get_absolute_url()

    assert Binder.objects.get().is_ready


def test_a_failed_step_says_so_and_waits_for_the_person(client, lan, binder, monkeypatch):
    def fail(*_arguments, **_more):
        raise OSError("no space left")

    monkeypatch.setattr(store.default_storage, "save", fail)
    client.force_login(lan)

    client.post(at("binder_step", binder.pk), **HTMX)
    response = client.post(at("binder_step", binder.pk), **HTMX)
    plain = client.post(at("binder_step", binder.pk), follow=True)

    assert response.status_code == 200
    assert b'role="alert"' in response.content or b"callout" in response.content
    assert b"load delay" not in response.content
    assert plain.status_code == 200


def test_the_book_and_the_archive_are_given_out_and_the_trail_says_to_whom(client, lan, ready):
    client.force_login(lan)

    book = client.post(at("binder_book", ready.pk, 1))
    whole = client.post(at("binder_archive", ready.pk))
    part = client.post(at("binder_part", ready.pk, 1))

    assert b"".join(book.streaming_content).startswith(b"%PDF-")
    assert "utf-8''2026" in book.headers["Content-Disposition"]
    for response in (whole, part):
        content = b"".join(response.streaming_content)
        assert len(content) == int(response.headers["Content-Length"])
        assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    assert verbs(ready) == ["make", "finish", "take_book", "take_archive", "take_archive"]


def test_looking_gives_nothing_out(client, lan, ready):
    client.force_login(lan)

    for name, arguments in (("binder_archive", [ready.pk]), ("binder_book", [ready.pk, 1])):
        assert client.get(at(name, *arguments)).status_code == 405


def test_a_book_that_the_store_lost_is_a_sentence(client, lan, ready):
    store.delete(Binder.FOLDER, ready.volumes.get().book_sha256)
    store.delete(Binder.FOLDER, ready.volumes.get().parts_sha256)
    client.force_login(lan)

    for name in ("binder_book", "binder_part"):
        response = client.post(at(name, ready.pk, 1), follow=True)
        assert response.status_code == 200
        assert "messages" in response.content.decode()
    assert client.post(at("binder_archive", ready.pk), follow=True).status_code == 200


def test_what_is_not_ready_is_not_given_out(client, lan, binder):
    client.force_login(lan)

    assert client.post(at("binder_archive", binder.pk)).status_code == 403
    assert client.post(at("binder_book", binder.pk, 1)).status_code == 403


def test_removed_and_stopped_ones_leave_the_list(client, lan, ready, school, year):
    begun = binders.make(year, "unit", school, by=lan)
    client.force_login(lan)
    assert client.get(at("binders")).content.decode().count('class="row"') == 2

    client.post(at("binder_remove", ready.pk))
    client.post(at("binder_cancel", begun.pk))

    assert 'class="row"' not in client.get(at("binders")).content.decode()
    assert client.get(ready.get_absolute_url()).status_code == 200


def test_a_page_left_open_learns_that_somebody_stopped_it(client, lan, rui, binder):
    binders.cancel(binder, by=rui)
    client.force_login(lan)

    step = client.post(at("binder_step", binder.pk), **HTMX)

    assert step.headers["HX-Redirect"] == binder.get_absolute_url()
    assert client.post(at("binder_cancel", binder.pk)).status_code == 403


def test_the_office_binds_a_town_and_all(client, rui, school, year):
    school.town = UnitFactory(name="戛洒镇", category=Category.objects.get_or_create(code="town")[0])
    school.save()
    client.force_login(rui)
    page = client.get(at("binders")).content.decode()
    assert "戛洒镇" in page

    for whose in (f"town:{school.town.pk}", "all"):
        client.post(at("binders_make"), {"cycle": year.pk, "whose": whose})

    assert list(Binder.objects.order_by("pk").values_list("scope", flat=True)) == ["town", "all"]


def test_a_department_may_ask_for_its_own_tree_only(client, guan, bureau, bank, year):
    client.force_login(guan)

    refused = [
        client.post(at("binders_make"), {"cycle": year.pk, "whose": whose}).status_code
        for whose in ("all", f"tree:{bank.pk}", f"town:{bureau.pk}", "tree:x", "")
    ]
    client.post(at("binders_make"), {"cycle": year.pk, "whose": f"tree:{bureau.pk}"})

    assert refused == [422] * 5
    assert Binder.objects.get().unit == bureau


def test_an_empty_town_is_a_sentence(client, rui, year):
    town = UnitFactory(name="空镇", category=Category.objects.get_or_create(code="town")[0])
    client.force_login(rui)

    response = client.post(at("binders_make"), {"cycle": year.pk, "whose": f"town:{town.pk}"})

    assert response.status_code == 422
    assert not Binder.objects.exists()


@pytest.mark.parametrize("count", [1, 5, 50])
def test_the_list_asks_the_same_questions_whatever_its_length(
    client, rui, school, year, count, django_assert_max_num_queries
):
    for _number in range(count):
        made = Binder.objects.create(cycle=year, scope="unit", unit=school, made_by=rui)
        BinderVolume.objects.create(binder=made, unit=school, number=1)
    client.force_login(rui)
    client.get(at("binders"))

    with django_assert_max_num_queries(10):
        client.get(at("binders"))


def test_a_binder_of_many_asks_the_same_questions_as_one_of_two(
    client, rui, year, django_assert_max_num_queries
):
    for _number in range(12):
        UnitYearFactory(cycle=year)
    binder = binders.make(year, "all", by=rui)
    while binder.is_making:
        binder = binders.advance(binder, by=rui)
    client.force_login(rui)
    client.get(binder.get_absolute_url())

    with django_assert_max_num_queries(10):
        page = client.get(binder.get_absolute_url()).content.decode()

    assert page.count("/book/") == 13
