import pytest
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils.timezone import now

from tests.factories import EntryFactory
from units.models import Notification


def tell(person, record, verb="send_back", **fields):
    kind = ContentType.objects.get_for_model(record)
    return Notification.objects.create(
        to=person, content_type=kind, object_id=record.pk, verb=verb, title=str(record), **fields
    )


def test_a_person_reads_only_the_own_messages(client, lan, mei, school):
    tell(lan, EntryFactory(unit=school, title="读书角"))
    tell(mei, EntryFactory(title="别人的事"))
    client.force_login(lan)

    page = client.get(reverse("units:notifications")).content.decode()

    assert "读书角" in page and "别人的事" not in page


def test_the_newest_message_comes_first(client, lan, school):
    tell(lan, EntryFactory(unit=school, title="早的"))
    tell(lan, EntryFactory(unit=school, title="晚的"))
    client.force_login(lan)

    page = client.get(reverse("units:notifications")).content.decode()

    assert page.index("晚的") < page.index("早的")


def test_a_message_leads_to_its_record(client, lan, school):
    entry = EntryFactory(unit=school)
    message = tell(lan, entry)
    client.force_login(lan)

    response = client.get(reverse("units:notification", args=[message.pk]))

    assert response.url == entry.get_absolute_url()


def test_opening_a_message_reads_it_and_the_bell_counts_one_less(client, lan, school):
    message, other = (tell(lan, EntryFactory(unit=school)) for _ in range(2))
    client.force_login(lan)

    client.get(reverse("units:notification", args=[message.pk]))

    message.refresh_from_db()
    other.refresh_from_db()
    assert message.seen_at and other.seen_at is None
    assert client.get(reverse("units:notifications")).context["unseen_count"] == 1


def test_only_the_first_opening_counts(client, lan, school):
    message = tell(lan, EntryFactory(unit=school))
    client.force_login(lan)
    client.get(reverse("units:notification", args=[message.pk]))
    first = Notification.objects.get().seen_at

    client.get(reverse("units:notification", args=[message.pk]))

    assert Notification.objects.get().seen_at == first


@pytest.mark.parametrize("header", ["Sec-Purpose", "Purpose"])
def test_a_browser_that_gets_the_page_ready_reads_nothing(client, lan, school, header):
    message = tell(lan, EntryFactory(unit=school))
    client.force_login(lan)

    client.get(reverse("units:notification", args=[message.pk]), headers={header: "prefetch"})

    assert Notification.objects.get().seen_at is None


@pytest.mark.parametrize("gone", ["deleted", "without a page"])
def test_a_message_about_nothing_to_show_says_so(client, lan, school, gone):
    record = EntryFactory(unit=school) if gone == "deleted" else school.category
    message = tell(lan, record)
    if gone == "deleted":
        record.delete()
    client.force_login(lan)

    response = client.get(reverse("units:notification", args=[message.pk]), follow=True)

    assert response.redirect_chain == [(reverse("units:notifications"), 302)]
    assert list(response.context["messages"])


def test_a_foreign_message_does_not_exist(client, lan, mei):
    message = tell(mei, EntryFactory())
    client.force_login(lan)

    assert client.get(reverse("units:notification", args=[message.pk])).status_code == 404


def test_looking_changes_nothing_and_saying_so_marks_all_as_read(client, lan, mei, school):
    mine, foreign = tell(lan, EntryFactory(unit=school)), tell(mei, EntryFactory())
    client.force_login(lan)

    client.get(reverse("units:notifications"))
    mine.refresh_from_db()
    assert mine.seen_at is None

    client.post(reverse("units:notifications_seen"))
    mine.refresh_from_db()
    foreign.refresh_from_db()
    assert mine.seen_at and foreign.seen_at is None


def test_reading_asks_for_a_post(client, lan):
    client.force_login(lan)

    assert client.get(reverse("units:notifications_seen")).status_code == 405


def test_the_bell_counts_what_is_unread(client, lan, school):
    tell(lan, EntryFactory(unit=school))
    tell(lan, EntryFactory(unit=school), seen_at=now())
    client.force_login(lan)

    page = client.get(reverse("units:notifications")).content.decode()

    assert '<span class="bell__count" aria-hidden="true">1</span>' in page


@pytest.mark.parametrize("messages", [1, 5, 50])
def test_the_list_costs_the_same_queries_however_long(
    client, rui, school, messages, django_assert_num_queries
):
    entry = EntryFactory(unit=school, submitted=True)
    for number in range(messages):
        tell(rui, entry if number % 2 else rui, verb="submit")
    client.force_login(rui)
    client.get(reverse("units:notifications"))

    # session, person, roles, unread, queue, count, rows
    with django_assert_num_queries(7):
        client.get(reverse("units:notifications"))
