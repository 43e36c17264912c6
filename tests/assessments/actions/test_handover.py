"""When Lan leaves: everything open reaches the successor, and nothing signed changes."""

import pytest
from django.core.exceptions import ValidationError

from assessments.actions import cycle as cycles
from assessments.actions import handover, ledger
from assessments.models import LedgerEntry, Plan
from tests.factories import AccountRequestFactory, EntryFactory, PlanFactory, ReviewFactory
from tests.threads import at_once
from units.actions import notification, person
from units.models import Membership, Notification, Role, TrailEvent, Unit, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(year, school, lan, rui, ou):
    """Lan's school has one record of each kind, a returned plan, and an open duty."""
    cycles.enrol_missing(year, by=ou)
    made = {
        status: EntryFactory(cycle=year, unit=school, created_by=lan, title=status, **more)
        for status, more in [
            ("draft", {}),
            ("submitted", {"submitted": True}),
            ("returned", {"returned": True}),
            ("accepted", {"accepted": True}),
        ]
    }
    ReviewFactory(entry=made["returned"], by=rui, verdict="returned", note="请写明时长")
    made["plan"] = PlanFactory(cycle=year, unit=school)
    return made


@pytest.fixture
def newcomer(admin):
    """Qi, who has an account and no role yet that matters."""
    return person.issue_account(username="qi", name="齐悦", role=Role.INSPECTOR, by=admin).person


def leave(lan, successor, by, **more):
    return handover.hand_over(lan, list(lan.memberships.current()), successor=successor, by=by, **more)


def test_the_successor_sees_and_writes_everything(work, lan, newcomer, admin, school):
    leave(lan, newcomer, admin)

    qi = User.objects.get(pk=newcomer.pk)
    seen = set(LedgerEntry.objects.visible_to(qi))
    assert seen == {work[name] for name in ("draft", "submitted", "returned", "accepted")}
    assert qi.has_perm("assessments.edit_entry", work["returned"])
    assert work["plan"] in Plan.objects.visible_to(qi)


def test_signatures_stay_the_leavers(work, lan, newcomer, admin, school):
    before = {
        "entries": list(LedgerEntry.objects.order_by("pk").values()),
        "plans": list(Plan.objects.order_by("pk").values()),
        "trail": list(TrailEvent.objects.order_by("pk").values()),
    }

    leave(lan, newcomer, admin)

    assert before["entries"] == list(LedgerEntry.objects.order_by("pk").values())
    assert before["plans"] == list(Plan.objects.order_by("pk").values())
    assert before["trail"] == list(TrailEvent.objects.order_by("pk").values())[: len(before["trail"])]


def test_what_goes_on_is_signed_by_the_successor(work, lan, newcomer, admin, year):
    leave(lan, newcomer, admin)
    entry = LedgerEntry.objects.get(title="returned")

    ledger.edit(entry, {"title": "新题", "place": "校园", "text": "两小时"}, by=newcomer)

    entry.refresh_from_db()
    assert entry.created_by == lan
    assert TrailEvent.objects.about(entry).last().by == newcomer


def test_the_successor_is_told_of_each_thing_once(work, lan, newcomer, admin, school):
    notification.announce_each([(work["returned"], lan)], "send_back", by=admin, note="请写明时长")

    leave(lan, newcomer, admin)

    told = sorted((message.title, message.verb) for message in Notification.objects.filter(to=newcomer))
    assert told == sorted(
        [
            ("returned", "send_back"),
            ("draft", "hand_over"),
            (str(work["plan"]), "hand_over"),
            (school.name, "hand_over"),
        ]
    )
    assert not Notification.objects.unseen().filter(to=lan).exists()


def test_what_was_read_or_is_done_stays_with_the_leaver(work, lan, newcomer, admin):
    notification.announce_each([(work["returned"], lan)], "send_back", by=admin)
    notification.mark_seen(lan)
    notification.announce_each([(work["accepted"], lan)], "accept", by=admin)

    leave(lan, newcomer, admin)

    assert Notification.objects.filter(to=lan).count() == 2


def test_a_deputy_who_was_told_too_is_not_told_twice(work, lan, admin, school):
    deputy = person.issue_account(
        username="fu", name="傅宁", role=Role.DEPUTY, units=[school], by=admin
    ).person
    notification.announce_each(
        [(work["returned"], lan), (work["returned"], deputy)],
        "send_back",
        by=admin,
        at=work["draft"].created_at,
    )

    leave(lan, deputy, admin)

    kept = Notification.objects.filter(to=deputy, title="returned")
    assert [message.verb for message in kept] == ["send_back"]


def test_the_history_of_the_unit_and_of_both_says_so(work, lan, newcomer, admin, school):
    leave(lan, newcomer, admin, note="调离")

    assert TrailEvent.objects.about(school).last().note == "兰晓 → 齐悦"
    assert TrailEvent.objects.about(lan).filter(verb="hand_over").get().note == "调离"
    assert TrailEvent.objects.about(newcomer).last().verb == "take_over"


def test_somebody_new_gets_account_roles_and_sheet_in_one_act(work, lan, admin, school, client):
    slip = handover.hand_over(lan, list(lan.memberships.all()), new_name="齐悦", by=admin)

    assert User.objects.get(pk=slip.person.pk).writes_for(school)
    assert client.login(username=slip.person.username, password=slip.password)
    assert [event.verb for event in TrailEvent.objects.about(slip.person)] == ["issue_account", "take_over"]


def test_a_hand_over_that_fails_leaves_no_account_behind(work, lan, admin, school):
    Unit.objects.filter(pk=school.pk).update(participation=Unit.Participation.ENDED)

    with pytest.raises(ValidationError):
        handover.hand_over(lan, list(lan.memberships.all()), new_name="齐悦", by=admin)

    assert not User.objects.filter(name="齐悦").exists()
    assert lan.memberships.current().exists() and not Notification.objects.exists()


def test_leading_a_unit_passes_no_work(work, lan, newcomer, admin, school):
    Membership.objects.filter(user=lan).update(role=Role.UNIT_LEADER)

    leave(lan, newcomer, admin)

    assert not Notification.objects.filter(to=newcomer).exists()


def test_the_next_administrator_hears_of_waiting_requests(admin, newcomer, ou):
    request = AccountRequestFactory()
    notification.announce(request, "ask", by=ou)

    handover.hand_over(admin, list(admin.memberships.all()), successor=newcomer, by=ou)

    assert Notification.objects.get(title=str(request)).to == newcomer


def test_work_of_a_closed_year_is_not_open(work, year, ou, school):
    cycles.close(year, by=ou)

    found = handover.open_work(school)

    assert (found.records, found.duties) == ([], [])


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_handing_over_twice_at_once_happens_once(work, lan, mei, rui, admin, school):
    outcomes = at_once(lambda: leave(lan, mei, admin), lambda: leave(lan, rui, admin))

    assert sum(isinstance(one, ValidationError) for one in outcomes) == 1
    assert Membership.objects.current().filter(unit=school).count() == 1
