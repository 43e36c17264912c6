"""The word of the department above, before the office decides."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import localdate

from assessments.actions import cycle as cycles
from assessments.actions import ledger, pre_review, review
from assessments.models import Cycle, LedgerEntry, PreReview, Stage
from civportal.lib.clock import at
from tests.factories import ClaimFactory, EntryFactory, MembershipFactory, UnitFactory, person_in
from tests.threads import at_once
from units.actions.move import MoveNotAllowed
from units.models import Notification, Role, TrailEvent, User

pytestmark = pytest.mark.django_db

# Friday before a working Sunday and a holiday: five working days end on Thursday the 24th.
FRIDAY = datetime(2026, 9, 18, 2, tzinfo=UTC)
LAST_DAY = date(2026, 9, 24)
MONDAY = datetime(2026, 9, 21, 2, tzinfo=UTC)
LAST_MINUTE = datetime(2026, 9, 24, 15, 59, tzinfo=UTC)
MIDNIGHT = datetime(2026, 9, 24, 16, tzinfo=UTC)


@pytest.fixture(autouse=True)
def the_day():
    with at(FRIDAY):
        yield


@pytest.fixture
def asking(year, ou):
    """The year lets departments review first, and its holiday table is there."""
    Stage.objects.update(opens_on="2026-01-01", due_on="2026-11-30", closes_on="2026-12-10")
    cycles.load_calendar(2026, by=ou)
    return cycles.set_reviewing(year, {"pre_review": True}, by=ou)


@pytest.fixture
def draft(year, school, lan):
    entry = EntryFactory(cycle=year, unit=school, created_by=lan)
    ClaimFactory(entry=entry)
    return entry


@pytest.fixture
def waiting(asking, draft, guan, lan):
    """Lan's entry, which waits for Guan's department."""
    return ledger.submit(LedgerEntry.objects.get(pk=draft.pk), by=lan)


def points(entry):
    return {claim.pk: 4 for claim in entry.claims.all()}


def to_decide(user):
    return list(LedgerEntry.objects.to_decide_by(user))


# ── what waits ───────────────────────────────────────────────────────────────────────────────────


def test_a_record_waits_five_working_days_for_the_department(waiting, guan, rui):
    assert waiting.pre_review_until == LAST_DAY
    assert list(LedgerEntry.objects.to_pre_review_by(guan)) == [waiting]
    assert to_decide(rui) == []


def test_where_the_year_does_not_ask_it_goes_straight_to_the_office(draft, guan, rui, lan):
    Stage.objects.update(opens_on="2026-01-01", due_on="2026-11-30", closes_on="2026-12-10")

    entry = ledger.submit(draft, by=lan)

    assert entry.pre_review_until is None
    assert to_decide(rui) == [entry]


def test_a_unit_above_which_nobody_has_an_account_goes_straight(asking, draft, bureau, rui, lan):
    entry = ledger.submit(draft, by=lan)

    assert to_decide(rui) == [entry]


def test_a_blocked_or_former_account_judges_nothing(asking, draft, bureau, guan, rui, lan):
    User.objects.filter(pk=guan.pk).update(is_active=False)
    gone = person_in(Role.SUPERVISOR, bureau)
    gone.memberships.update(ended_at=datetime(2099, 1, 1, tzinfo=UTC))

    entry = ledger.submit(draft, by=lan)

    assert to_decide(rui) == [entry]


def test_who_works_for_the_unit_as_well_is_no_department_above_it(asking, draft, guan, school, rui, lan):
    MembershipFactory(user=guan, role=Role.LIAISON, unit=school)

    entry = ledger.submit(draft, by=lan)

    assert to_decide(rui) == [entry]


def test_the_department_two_steps_above_has_the_word_where_nearer_nobody_is(asking, draft, bureau, rui, lan):
    bureau.supervisor = UnitFactory(name="云泽县委宣传部")
    bureau.save()
    further = person_in(Role.SUPERVISOR, bureau.supervisor, username="further")

    entry = ledger.submit(LedgerEntry.objects.get(pk=draft.pk), by=lan)

    assert list(LedgerEntry.objects.to_pre_review_by(further)) == [entry]


def test_departments_above_each_other_end_the_search(school, bureau):
    bureau.supervisor = school
    bureau.save()

    assert not User.objects.standing_above(school).exists()


def test_a_department_does_not_judge_its_own_record(asking, bureau, guan, rui):
    own = EntryFactory(cycle=asking, unit=bureau)
    ClaimFactory(entry=own)

    entry = ledger.submit(own, by=own.created_by)

    assert to_decide(rui) == [entry]
    assert not LedgerEntry.objects.to_pre_review_by(guan).exists()


def test_past_the_holiday_tables_nothing_is_guessed_and_it_goes_straight(asking, draft, guan, rui, lan):
    Stage.objects.update(closes_on="2026-12-31")
    with at(datetime(2026, 12, 29, 2, tzinfo=UTC)):
        entry = ledger.submit(draft, by=lan)

    assert entry.pre_review_until is None


def test_departments_are_not_asked_without_a_holiday_table(year, ou, in_english):
    with pytest.raises(ValidationError, match="holiday table of 2026"):
        cycles.set_reviewing(year, {"pre_review": True}, by=ou)

    assert not Cycle.objects.get().pre_review


def test_the_department_hears_of_what_waits_and_nobody_of_what_does_not(
    asking, draft, guan, lan, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        ledger.submit(draft, by=lan)

    assert Notification.objects.get().to == guan


# ── the three words ──────────────────────────────────────────────────────────────────────────────


def test_what_the_department_agrees_to_goes_on_to_the_office(waiting, guan, rui):
    entry = pre_review.approve(waiting, by=guan, note="情况属实")

    assert entry.status == "submitted"
    assert to_decide(rui) == [entry]
    word = PreReview.objects.get()
    assert (word.verdict, word.by, word.note, word.round) == ("approved", guan, "情况属实", 1)
    assert TrailEvent.objects.about(entry).last().verb == "pre_approve"


def test_what_is_not_supported_goes_on_with_the_reason(
    waiting, guan, rui, lan, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        entry = pre_review.decline(waiting, by=guan, note="活动未开展")

    assert to_decide(rui) == [entry]
    assert entry.department_word.note == "活动未开展"
    told = Notification.objects.get()
    assert (told.to, told.note) == (lan, "活动未开展")


def test_what_the_department_returns_is_the_units_again_and_comes_back_to_it(waiting, guan, rui, lan):
    entry = pre_review.send_back(waiting, by=guan, note="缺签到表")

    assert entry.status == "returned"
    assert entry.reviews.get().by == guan
    assert entry.pre_reviews.get().verdict == "returned"
    again = ledger.submit(entry, by=lan)
    assert again.round == 2
    assert again.waits_for_department
    pre_review.approve(again, by=guan)
    assert to_decide(rui) == [again]


def returned_and_corrected(waiting, guan, lan):
    """Back with the department after it returned the record once."""
    return ledger.submit(pre_review.send_back(waiting, by=guan, note="缺签到表"), by=lan)


def test_the_department_returns_a_record_once_and_no_more(waiting, guan, lan, in_english):
    again = returned_and_corrected(waiting, guan, lan)

    with pytest.raises(ValidationError, match="Only the director of the office"):
        pre_review.send_back(again, by=guan, note="照片不清楚")

    again.refresh_from_db()
    assert (again.status, again.returned_count, again.waits_for_department) == ("submitted", 1, True)
    assert again.pre_reviews.count() == 1


def test_the_return_that_is_left_stays_the_directors(waiting, guan, lan, ou):
    again = returned_and_corrected(waiting, guan, lan)
    pre_review.decline(again, by=guan, note="照片不清楚，请文明办定夺")

    assert review.send_back(again, by=ou, note="照片不清楚").returned_count == 2


@pytest.mark.parametrize("act", [pre_review.approve, pre_review.decline])
def test_what_was_returned_before_still_gets_the_departments_word(waiting, guan, rui, lan, act):
    again = returned_and_corrected(waiting, guan, lan)

    entry = act(again, by=guan, note="以文明办意见为准")

    assert to_decide(rui) == [entry]


@pytest.mark.parametrize("act", [pre_review.send_back, pre_review.decline])
def test_no_and_not_yet_need_a_reason(waiting, guan, act):
    with pytest.raises(ValidationError):
        act(waiting, by=guan, note="  ")

    assert not PreReview.objects.exists()
    assert LedgerEntry.objects.get().waits_for_department


def test_what_the_department_let_pass_comes_straight_to_the_office_when_corrected(waiting, guan, rui, lan):
    entry = pre_review.approve(waiting, by=guan)
    returned = review.send_back(entry, by=rui, note="缺照片")

    again = ledger.submit(returned, by=lan)

    assert to_decide(rui) == [again]


def test_the_unit_takes_back_what_nobody_judged_and_it_waits_anew(waiting, guan, lan):
    draft = ledger.withdraw(waiting, by=lan)
    with at(MIDNIGHT):
        again = ledger.submit(draft, by=lan)

    assert again.pre_review_until == date(2026, 10, 9)


def test_the_unit_cannot_take_back_what_the_department_judged(waiting, guan, lan):
    entry = pre_review.approve(waiting, by=guan)

    with pytest.raises(MoveNotAllowed):
        ledger.withdraw(entry, by=lan)


def test_what_the_office_reopens_does_not_go_to_the_department_again(waiting, guan, rui, ou):
    entry = pre_review.approve(waiting, by=guan)
    accepted = review.accept(entry, points(entry), by=rui)

    again = review.reopen(accepted, by=ou, note="照片重复")

    assert to_decide(rui) == [again]


def test_the_database_itself_allows_one_word_per_round(waiting, guan):
    said = {"entry": waiting, "round": 1, "verdict": "approved", "by": guan}
    PreReview.objects.create(**said)

    with pytest.raises(IntegrityError), transaction.atomic():
        PreReview.objects.create(**said)


@pytest.mark.parametrize(
    "said", [{"verdict": "declined", "note": ""}, {"verdict": "lapsed", "note": "x"}, {"by": None}]
)
def test_the_database_itself_wants_a_reason_and_a_person(waiting, guan, said):
    with pytest.raises(IntegrityError), transaction.atomic():
        PreReview.objects.create(**{"entry": waiting, "round": 1, "verdict": "approved", "by": guan} | said)


def test_the_days_of_the_office_begin_when_the_department_has_spoken(waiting, guan):
    with at(MONDAY):
        entry = pre_review.approve(waiting, by=guan)

    assert localdate(entry.in_line_at) == date(2026, 9, 21)
    assert localdate(entry.submitted_at) == date(2026, 9, 18)


# ── nobody speaks ────────────────────────────────────────────────────────────────────────────────


def test_it_waits_until_midnight_of_the_last_day_and_no_longer(waiting, guan, rui):
    with at(LAST_MINUTE):
        assert to_decide(rui) == []
    with at(MIDNIGHT):
        assert to_decide(rui) == [waiting]
        assert not LedgerEntry.objects.to_pre_review_by(guan).exists()


def test_the_days_of_the_office_begin_after_the_last_day_of_a_silent_department(waiting):
    assert localdate(waiting.in_line_at) == date(2026, 9, 25)

    with at(MIDNIGHT):
        pre_review.pass_on()

    assert localdate(LedgerEntry.objects.get().in_line_at) == date(2026, 9, 25)


def test_the_office_is_told_once_that_nobody_spoke(waiting, rui, ou, django_capture_on_commit_callbacks):
    with at(LAST_MINUTE):
        assert pre_review.pass_on() == 0
    with at(MIDNIGHT), django_capture_on_commit_callbacks(execute=True):
        assert pre_review.pass_on() == 1
        assert pre_review.pass_on() == 0

    word = PreReview.objects.get()
    assert (word.verdict, word.by) == ("lapsed", None)
    told = Notification.objects.filter(verb="pre_lapse")
    assert {message.to for message in told} == {rui, ou}
    assert told.count() == 2
    assert TrailEvent.objects.about(waiting).last().by.is_system


def test_a_word_after_the_day_is_refused_and_says_so(waiting, guan):
    with at(MIDNIGHT), pytest.raises(MoveNotAllowed) as refused:
        pre_review.approve(waiting, by=guan)

    assert refused.value.event.verb == "pre_lapse"
    assert PreReview.objects.get().verdict == "lapsed"


def test_what_passed_by_itself_comes_straight_to_the_office_when_corrected(waiting, guan, rui, lan):
    with at(MIDNIGHT):
        returned = review.send_back(waiting, by=rui, note="缺照片")
        again = ledger.submit(returned, by=lan)

        assert to_decide(rui) == [again]


# ── two at once ──────────────────────────────────────────────────────────────────────────────────


def test_the_second_word_is_refused_and_names_the_first(waiting, guan, bureau):
    colleague = person_in(Role.SUPERVISOR, bureau, username="colleague")
    pre_review.approve(waiting, by=guan)

    with pytest.raises(MoveNotAllowed) as refused:
        pre_review.decline(waiting, by=colleague, note="不属实")

    assert (refused.value.event.by, refused.value.event.verb) == (guan, "pre_approve")


def test_a_word_on_another_version_than_the_one_read_is_refused(waiting, guan):
    with pytest.raises(MoveNotAllowed):
        pre_review.approve(waiting, by=guan, seen=waiting.version + 1)


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_of_two_words_at_once_one_counts(waiting, guan, bureau, attempt):
    colleague = person_in(Role.SUPERVISOR, bureau, username="colleague")

    outcomes = at_once(
        lambda: said_on_friday(pre_review.approve, waiting, by=guan),
        lambda: said_on_friday(pre_review.send_back, waiting, by=colleague, note="缺签到表"),
    )

    refused = [one for one in outcomes if isinstance(one, Exception)]
    assert [type(one) for one in refused] == [MoveNotAllowed]
    assert PreReview.objects.count() == 1
    is_returned = PreReview.objects.get().verdict == "returned"
    assert (LedgerEntry.objects.get().status == "returned") is is_returned


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_the_department_and_the_office_at_once_leave_one_that_counts(waiting, guan, rui):
    """After the day the office decides; whoever comes from the department is told that it is over."""

    def late(act, *args, **said):
        with at(MIDNIGHT):
            return act(*args, **said)

    outcomes = at_once(
        lambda: late(pre_review.send_back, waiting, by=guan, note="缺签到表"),
        lambda: late(review.accept, waiting, points(waiting), by=rui),
    )

    assert isinstance(outcomes[0], MoveNotAllowed)
    assert LedgerEntry.objects.get().status == "accepted"


def said_on_friday(act, *args, **said):
    """The told moment belongs to the thread that told it."""
    try:
        with at(FRIDAY):
            return act(*args, **said)
    finally:
        connection.close()
