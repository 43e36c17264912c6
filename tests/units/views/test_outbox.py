"""The outbox and the choice of letters in the browser."""

import pytest
from django.urls import reverse

from tests.factories import OutgoingLetterFactory
from units.models import OutgoingLetter, TrailEvent, User

OUTBOX, LET_GO, LETTERS = (
    reverse(f"units:{name}") for name in ("outbox", "outbox_let_go", "account_letters")
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, ou):
    client.force_login(ou)
    return client


def act(client, letter, verb, **said):
    return client.post(reverse(f"units:outgoing_letter_{verb}", args=[letter.pk]), said, follow=True)


def test_letters_are_listed_and_narrowed(desk, lan, mei):
    lans, meis = OutgoingLetterFactory(to=lan, status="failed"), OutgoingLetterFactory(to=mei)

    def found(**query):
        return set(desk.get(OUTBOX, query).context["page"])

    assert found() == {lans, meis}
    assert found(status="failed") == found(q="兰") == found(q="lan@county") == {lans}


def test_without_a_mail_server_the_page_says_so(desk, settings):
    assert "EMAIL_URL" in desk.get(OUTBOX).content.decode()

    settings.EMAIL_URL = "smtp://mail.example"
    assert "EMAIL_URL" not in desk.get(OUTBOX).content.decode()


def test_a_letter_is_opened_reworded_and_let_go(desk, lan):
    letter = OutgoingLetterFactory(to=lan)

    said = {"subject": "请报送规划", "body": "本周五前。", "version": 0}
    assert "请报送规划" in act(desk, letter, "edit", **said).content.decode()
    act(desk, letter, "queue")

    letter.refresh_from_db()
    assert (letter.status, letter.subject) == ("queued", "请报送规划")


def test_a_letter_reworded_meanwhile_is_not_overwritten(desk, lan):
    letter = OutgoingLetterFactory(to=lan, version=1)

    assert act(desk, letter, "edit", subject="改", body="改", version=0).status_code == 409


def test_a_letter_needs_words(desk):
    letter = OutgoingLetterFactory()

    assert act(desk, letter, "edit", subject="", body="改", version=0).context["form"].errors


def test_hold_and_discard(desk):
    letter = OutgoingLetterFactory(status="queued")

    act(desk, letter, "hold")
    assert OutgoingLetter.objects.get().status == "held"
    act(desk, letter, "discard")
    assert OutgoingLetter.objects.get().status == "discarded"


@pytest.mark.parametrize("verb", ["edit", "queue", "hold", "discard"])
def test_what_has_gone_has_gone(desk, verb):
    letter = OutgoingLetterFactory(status="sent", sent_at="2026-11-25T00:00Z")

    assert act(desk, letter, verb).status_code == 403


def test_letting_all_go_says_how_many_first(desk, lan, mei):
    for status in ("draft", "held", "queued", "sent"):
        OutgoingLetterFactory(to=lan, status=status, sent_at="2026-11-25T00:00Z")
    OutgoingLetterFactory(to=mei)

    page = desk.get(LET_GO, {"q": "兰"})
    assert page.context["count"] == 2 and 'name="count" value="2"' in page.content.decode()
    desk.post(f"{LET_GO}?q=兰", {"count": 2})

    assert OutgoingLetter.objects.waiting().filter(to=lan).count() == 3
    assert OutgoingLetter.objects.get(to=mei).status == "draft"


@pytest.mark.parametrize("count", ["1", "", "x"])
def test_when_the_number_has_changed_nothing_goes(desk, lan, count):
    OutgoingLetterFactory.create_batch(2, to=lan)

    page = desk.post(LET_GO, {"count": count})

    assert page.context["count"] == 2
    assert not OutgoingLetter.objects.waiting().exists()


@pytest.mark.parametrize("who", ["rui", "shen", "lan"])
def test_nobody_else_opens_the_outbox(client, request, who):
    letter = OutgoingLetterFactory()
    client.force_login(request.getfixturevalue(who))

    assert client.get(OUTBOX).status_code == client.get(LET_GO).status_code == 403
    assert client.get(letter.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("rows", [1, 5, 50])
def test_the_outbox_costs_the_same_queries(desk, rows, django_assert_max_num_queries):
    OutgoingLetterFactory.create_batch(rows)

    with django_assert_max_num_queries(8):
        desk.get(OUTBOX)


# one's own letters


def test_a_person_chooses_where_and_how_often(client, lan):
    client.force_login(lan)

    client.post(LETTERS, {"email": "lan@county.example", "cadence": "weekly"})

    lan = User.objects.get(pk=lan.pk)
    assert (lan.email, lan.cadence) == ("lan@county.example", "weekly")
    event = TrailEvent.objects.about(lan).get()
    assert event.verb == "choose_letters" and "county.example" not in str(event.changes)
    assert "lan@county.example" in client.get(reverse("units:security")).content.decode()


def test_choosing_the_same_leaves_no_line(client, lan):
    client.force_login(lan)

    client.post(LETTERS, {"email": "", "cadence": lan.cadence})

    assert not TrailEvent.objects.about(lan).exists()


@pytest.mark.parametrize("wrong", [{"email": "no address"}, {"cadence": "never"}, {"cadence": ""}])
def test_nobody_can_be_silent_about_what_is_owed(client, lan, wrong):
    client.force_login(lan)

    page = client.post(LETTERS, {"email": "lan@county.example", "cadence": "daily"} | wrong)

    assert page.context["form"].errors and User.objects.get(pk=lan.pk).email == ""
