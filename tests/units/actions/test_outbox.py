"""Letters: what stands in them, when they are written, and that each goes out once."""

from datetime import UTC, datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from civportal.lib import clock
from tests.factories import UserFactory
from tests.threads import at_once
from units.actions import outbox
from units.actions.move import MoveNotAllowed
from units.models import Notification, OutgoingLetter, TrailEvent, Unit, User

# A Wednesday, 09:00 in China.
WEDNESDAY = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def server(settings):
    """A mail server."""
    settings.EMAIL_URL = "smtp://mail.example"


def tell(person, at=WEDNESDAY - HOUR, title="年度计划"):
    kind = ContentType.objects.get_for_model(Unit)
    return Notification.objects.create(
        to=person, content_type=kind, object_id=1, verb="rename", title=title, note="原因", at=at
    )


def reachable(person, cadence="daily"):
    User.objects.filter(pk=person.pk).update(email=f"{person.username}@county.example", cadence=cadence)
    return person


def gather(at=WEDNESDAY):
    with clock.at(at):
        return outbox.gather()


def letter_of(person, status="queued", **said):
    said = {"address": f"{person.username}@county.example", "subject": "提醒", "body": "请登录。"} | said
    return OutgoingLetter.objects.create(
        to=person, status=status, key=f"{person.pk} {OutgoingLetter.objects.count()}", **said
    )


# ── writing them ─────────────────────────────────────────────────────────────────────────────────


def test_many_messages_make_one_letter(lan, settings):
    settings.PORTAL_URL = "https://portal.example/"
    reachable(lan)
    tell(lan)
    tell(lan, title="自查报告")

    assert gather() == 1

    letter = OutgoingLetter.objects.get()
    assert (letter.to, letter.address, letter.status) == (lan, "lan@county.example", "queued")
    assert "2" in letter.subject and "县文明办" in letter.subject
    assert "年度计划：" in letter.body and "自查报告：" in letter.body
    assert "https://portal.example/" in letter.body and "原因" not in letter.body
    assert Notification.objects.unmailed().count() == 0
    assert TrailEvent.objects.about(letter).get().verb == "create"


def test_a_message_stands_in_one_letter_only(lan):
    tell(reachable(lan))

    assert (gather(), gather(WEDNESDAY + HOUR), gather(WEDNESDAY + DAY)) == (1, 0, 0)


def test_what_was_read_in_the_portal_is_not_written_about(lan):
    tell(reachable(lan))
    Notification.objects.update(seen_at=WEDNESDAY)

    assert gather() == 0


@pytest.mark.parametrize("missing", [{"email": ""}, {"is_active": False}])
def test_nobody_is_written_to_without_an_address_or_an_account_in_use(lan, missing):
    tell(reachable(lan))
    User.objects.update(**missing)

    assert gather() == 0 and Notification.objects.unmailed().count() == 1


def test_a_day_has_one_letter_not_before_eight(lan):
    tell(reachable(lan), at=WEDNESDAY - 3 * HOUR)

    assert gather(WEDNESDAY - 2 * HOUR) == 0
    assert gather(WEDNESDAY - HOUR) == 1
    tell(lan, at=WEDNESDAY)
    assert gather(WEDNESDAY + HOUR) == 0
    assert gather(WEDNESDAY + DAY) == 1


def test_at_once_is_at_once(lan):
    tell(reachable(lan, "at_once"), at=WEDNESDAY - 9 * HOUR)

    assert gather(WEDNESDAY - 8 * HOUR) == 1
    tell(lan, at=WEDNESDAY - 8 * HOUR)
    assert gather(WEDNESDAY - 8 * HOUR) == 0, "one letter in one round"
    assert gather(WEDNESDAY - 7 * HOUR) == 1


def test_weekly_is_on_monday_and_made_up_for_later(lan):
    reachable(lan, "weekly")
    monday = WEDNESDAY - 2 * DAY
    tell(lan, at=monday - DAY)

    assert gather(monday - 2 * HOUR) == 0
    assert gather(WEDNESDAY) == 1, "nothing ran on Monday"
    tell(lan, at=WEDNESDAY)
    assert gather(WEDNESDAY + DAY) == 0
    assert gather(monday + 7 * DAY) == 1


def test_a_long_list_is_cut_and_counted(lan):
    reachable(lan)
    for number in range(outbox.NAMED + 5):
        tell(lan, title=f"第{number}件")

    gather()

    body = OutgoingLetter.objects.get().body
    assert body.count("第") == outbox.NAMED and "5" in body


def test_the_office_may_want_to_look_first(lan, settings, server):
    settings.OUTBOX_HOLD = True
    tell(reachable(lan))
    gather()

    assert outbox.send_waiting() == 0 and OutgoingLetter.objects.get().status == "draft"


@pytest.mark.parametrize("people", [1, 5, 50])
def test_writing_costs_the_same_however_many_people(people, django_assert_max_num_queries, db):
    outbox.User.objects.system()
    for person in UserFactory.create_batch(people):
        tell(reachable(person))

    with django_assert_max_num_queries(14 if people < 50 else 30):
        assert gather() == people


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_gathered_twice_at_once_is_one_letter(lan):
    tell(reachable(lan, "at_once"), at=clock.now() - HOUR)

    outcomes = at_once(*[outbox.gather] * 3)

    assert sorted(outcomes, key=str) == [0, 0, 1]
    assert OutgoingLetter.objects.count() == 1


# ── looking at them ──────────────────────────────────────────────────────────────────────────────


def test_a_letter_that_has_not_gone_can_be_reworded(lan, ou):
    letter = letter_of(lan, "held")

    outbox.edit(letter, subject="请报送年度计划", body="三日内。", by=ou)

    letter.refresh_from_db()
    assert (letter.subject, letter.body) == ("请报送年度计划", "三日内。")
    assert set(TrailEvent.objects.about(letter).get().changes) == {"subject", "body"}


@pytest.mark.parametrize("status", ["queued", "sent", "discarded"])
def test_a_letter_on_its_way_cannot(lan, ou, status):
    letter = letter_of(lan, status, sent_at=WEDNESDAY)

    with pytest.raises(MoveNotAllowed):
        outbox.edit(letter, subject="改", body="改", by=ou)


def test_hold_let_go_and_discard(lan, ou):
    letter = letter_of(lan)

    letter = outbox.hold(letter, by=ou)
    letter = outbox.queue(letter, by=ou)
    letter = outbox.discard(letter, by=ou)

    assert letter.status == "discarded"
    with pytest.raises(MoveNotAllowed):
        outbox.queue(letter, by=ou)


def test_all_that_can_go_go(lan, mei, ou):
    for status in ("draft", "held", "failed", "queued", "discarded"):
        letter_of(lan, status)

    assert outbox.queue_all(OutgoingLetter.objects.all(), by=ou) == 3
    assert OutgoingLetter.objects.waiting().count() == 4


# ── sending them ─────────────────────────────────────────────────────────────────────────────────


def test_what_waits_is_sent_once(lan, server):
    letter = letter_of(lan)

    assert (outbox.send_waiting(), outbox.send_waiting()) == (1, 0)

    [sent] = mail.outbox
    assert (sent.to, sent.subject, sent.body) == (["lan@county.example"], "提醒", "请登录。")
    letter.refresh_from_db()
    assert letter.status == "sent" and letter.sent_at


def test_without_a_mail_server_letters_wait(lan):
    letter_of(lan)

    assert outbox.send_waiting() == 0
    assert OutgoingLetter.objects.waiting().count() == 1


def test_without_an_address_nothing_is_sent(lan, mei, server):
    letter_of(lan, address="")
    User.objects.filter(pk=mei.pk).update(is_active=False)
    letter_of(mei)

    assert outbox.send_waiting() == 0 and mail.outbox == []


def test_a_refused_letter_says_why_and_holds_up_no_other(lan, mei, server, ou, monkeypatch):
    letter_of(lan)
    letter_of(mei)
    send = EmailBackend.send_messages

    def refuse_lan(backend, messages):
        if messages[0].to == ["lan@county.example"]:
            raise SMTPRecipientsRefused({"lan@county.example": (550, b"no such user")})
        return send(backend, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", refuse_lan)

    assert outbox.send_waiting() == 1

    letter = OutgoingLetter.objects.get(to=lan)
    assert letter.status == "failed" and "550" in letter.error and letter.sent_at is None
    monkeypatch.undo()
    outbox.queue(letter, by=ou)
    assert OutgoingLetter.objects.get(to=lan).error == ""


def test_a_server_that_does_not_answer_leaves_them_waiting(lan, server, monkeypatch):
    letter_of(lan)

    def no_answer(backend):
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailBackend, "open", no_answer)

    with pytest.raises(ConnectionRefusedError):
        outbox.send_waiting()
    assert OutgoingLetter.objects.waiting().count() == 1


def test_a_line_cut_off_in_the_middle_costs_one_letter(lan, mei, server, monkeypatch):
    letter_of(lan)
    letter_of(mei)
    lines = iter([True])

    def cut_off(backend, messages):
        raise SMTPServerDisconnected("gone")

    def open_once(backend):
        if not next(lines, False):
            raise ConnectionRefusedError
        return True

    monkeypatch.setattr(EmailBackend, "send_messages", cut_off)
    monkeypatch.setattr(EmailBackend, "open", open_once)

    with pytest.raises(ConnectionRefusedError):
        outbox.send_waiting()
    assert sorted(OutgoingLetter.objects.values_list("status", flat=True)) == ["failed", "queued"]


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_sent_twice_at_once_goes_out_once(lan, mei, server):
    for person in (lan, mei):
        letter_of(person)

    outcomes = at_once(*[outbox.send_waiting] * 3)

    assert sum(outcomes) == len(mail.outbox) == 2
