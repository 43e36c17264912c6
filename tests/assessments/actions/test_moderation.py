"""The ranking as it would be if all reviewers were equally severe: looked at, decided on, taken back."""

from decimal import Decimal
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.actions import moderation, publication, review, score, xray
from assessments.actions.explanation import explain
from assessments.models import (
    CalibrationRound,
    Claim,
    Cycle,
    Mark,
    Moderation,
    RankingRelease,
    RankingRow,
    Review,
    ScoreLine,
    ScoreSheet,
)
from tests.factories import (
    CalibrationItemFactory,
    CalibrationMarkFactory,
    CalibrationRoundFactory,
    ClaimFactory,
    DirectorFactory,
    EntryFactory,
    MarkFactory,
    MembershipFactory,
    ReleaseFactory,
    ReviewFactory,
    UnitYearFactory,
)
from tests.threads import at_once
from units.actions.move import MoveNotAllowed
from units.models import Notification, Role, TrailEvent, Unit

pytestmark = pytest.mark.django_db
D = Decimal
WHY = {"reason": "审核尺度不一", "minutes": "会议纪要〔2026〕3号"}


@pytest.fixture
def other_director(db):
    return DirectorFactory(username="second")


@pytest.fixture
def compared(year, rui, ou):
    """A closed calibration of ten records: Rui gives 1.5 where Ou gives 2.5, so that both lean by 12.5
    percent of full marks, of which n/(n+10) = one half is believed."""
    found = CalibrationRoundFactory(cycle=year, closed=True, people=[rui, ou])
    for _ in range(10):
        item = CalibrationItemFactory(round=found)
        CalibrationMarkFactory(item=item, by=rui, points=D("1.5"))
        CalibrationMarkFactory(item=item, by=ou, points=D("2.5"))
    return found


@pytest.fixture
def scored(year, school, bank, rui, ou, compared):
    """The school was decided by Rui, who is severe; the bank by Ou, who is mild: 2.0 and 2.1 of four."""
    Unit.objects.filter(pk__in=[school.pk, bank.pk]).update(participation=Unit.Participation.PARTICIPATING)
    for unit, by, points in ((school, rui, "2.0"), (bank, ou, "2.1")):
        UnitYearFactory(cycle=year, unit=unit)
        decided(year, unit, by, points)
    score.open_sheets(year)
    return {unit: ScoreSheet.objects.get(unit_year__unit=unit) for unit in (school, bank)}


def decided(year, unit, by, points):
    entry = EntryFactory(cycle=year, unit=unit, accepted=True)
    ReviewFactory(entry=entry, by=by)
    return ClaimFactory(entry=entry, points=D(points))


def rows(year):
    return {row.unit: row for row in moderation.preview(year).rows}


def proposed(year, by):
    return moderation.propose(year, **WHY, digest=moderation.preview(year).digest, by=by)


# ── the preview ──────────────────────────────────────────────────────────────────────────────────


def test_both_orders_stand_side_by_side(year, scored, school, bank):
    found = rows(year)

    assert (found[school].before, found[bank].before) == (10, D("10.5"))
    # 6.25 percent of four points are 0.25: half up, of twenty points that apply.
    assert (found[school].after, found[bank].after) == (D("11.25"), D("9.25"))
    assert [(found[it].rank_before, found[it].rank_after) for it in (school, bank)] == [(2, 1), (1, 2)]
    assert (found[school].moved, found[bank].moved) == (1, -1)


def test_looking_changes_nothing(year, scored):
    before = list(ScoreSheet.objects.values()), list(Claim.objects.values())

    moderation.preview(year)

    assert (list(ScoreSheet.objects.values()), list(Claim.objects.values())) == before


def test_too_little_to_go_by_shows_no_order(year, scored):
    CalibrationRound.objects.get().items.first().delete()

    found = moderation.preview(year)

    assert (found.compared, found.is_enough, found.rows) == (9, False, [])


def test_blind_marks_of_decided_records_count_with_those_of_the_calibration(year, scored, school, rui, ou):
    CalibrationRound.objects.get().items.first().delete()
    claim = decided(year, school, rui, "2")
    MarkFactory(claim=claim, by=rui, points=D("1.5"))
    MarkFactory(claim=claim, by=ou, points=D("2.5"))

    assert moderation.preview(year).compared == 10


def test_an_open_calibration_counts_for_nothing(year, scored):
    CalibrationRound.objects.update(status="open")

    assert moderation.preview(year).compared == 0


def test_several_blind_markers_lean_together_and_an_arbiter_alone(year, scored, school, rui, ou, admin):
    together, settled = decided(year, school, ou, "2"), decided(year, school, ou, "2")
    for claim in (together, settled):
        MarkFactory(claim=claim, by=rui, points=D(2))
        MarkFactory(claim=claim, by=ou, points=D(2))
    MarkFactory(claim=settled, by=admin, points=D(2), settles=True)

    records = moderation.records_of(year)[school.pk][together.indicator_id]

    assert [record.given.by for record in records] == [(rui.pk,), (rui.pk, ou.pk), (admin.pk,)]


def test_who_never_marked_beside_others_does_not_lean(year, scored, school, admin):
    Review.objects.filter(entry__unit=school).update(by=admin)

    assert rows(year)[school].value == 0


def test_what_does_not_apply_to_the_unit_moves_nothing(year, scored, school):
    Claim.objects.first().indicator.__class__.objects.filter(method="M").update(applies="window")
    score.refresh_all(year)

    assert rows(year)[school].value == 0


# ── the decision ─────────────────────────────────────────────────────────────────────────────────


def test_a_proposal_keeps_every_number_and_changes_no_score(
    year, scored, school, ou, other_director, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        found = proposed(year, ou)

    line = found.lines.get(sheet=scored[school])
    assert (line.total, line.value, line.rank_before, line.rank_after) == (10, D("1.25"), 2, 1)
    assert line.parts == [
        {"code": "A1", "name": "指标A1", "maximum": "4", "counted": "2", "corrected": "2.25"}
    ]
    assert ScoreSheet.objects.get(pk=scored[school].pk).total == 10
    assert other_director.pk in Notification.objects.values_list("to", flat=True)


def test_a_second_person_puts_the_line_on_every_sheet_that_moves(year, scored, school, ou, other_director):
    found = proposed(year, ou)
    before = list(Mark.objects.values()), list(Review.objects.values()), list(Claim.objects.values())

    moderation.adopt(found, by=other_director, seen=found.version)

    sheet = ScoreSheet.objects.get(pk=scored[school].pk)
    assert (sheet.base, sheet.moderation, sheet.total) == (10, D("1.25"), D("11.25"))
    line = ScoreLine.objects.get(sheet=sheet)
    assert (line.value, line.basis, line.by) == (
        D("1.25"),
        f"{WHY['minutes']}：{WHY['reason']}",
        other_director,
    )
    event = TrailEvent.objects.about(sheet).last()
    assert (event.verb, event.by, event.note) == ("moderate", other_director, line.basis)
    assert before == (
        list(Mark.objects.values()),
        list(Review.objects.values()),
        list(Claim.objects.values()),
    )


def test_the_sheet_still_explains_every_point(year, scored, school, ou, other_director):
    moderation.adopt(proposed(year, ou), by=other_director)

    sheet = ScoreSheet.objects.get(pk=scored[school].pk)
    told = explain(sheet)

    assert told.result.total == sheet.total == told.result.base + told.moderated.value
    assert told.moderated.moderated.parts[0]["corrected"] == "2.25"


def test_nobody_adopts_or_refuses_the_own_proposal(year, scored, ou, in_english):
    found = proposed(year, ou)

    with pytest.raises(ValidationError, match="another person"):
        moderation.adopt(found, by=ou)
    with pytest.raises(ValidationError, match="another person"):
        moderation.refuse(found, note="不", by=ou)
    with pytest.raises(IntegrityError), transaction.atomic():
        Moderation.objects.update(status="adopted", decided_by=ou)
    assert not ScoreLine.objects.exists()


@pytest.mark.parametrize(
    "said", [{"reason": " "}, {"minutes": ""}, {"reason": "长" * 301}, {"minutes": "长" * 101}]
)
def test_without_reason_and_minutes_nothing_is_proposed(year, scored, ou, said):
    with pytest.raises(ValidationError):
        moderation.propose(year, **WHY | said, digest=moderation.preview(year).digest, by=ou)

    assert not Moderation.objects.exists()


def test_what_is_proposed_is_what_was_looked_at(year, scored, school, rui, ou):
    digest = moderation.preview(year).digest
    decided(year, school, rui, "1")
    score.refresh_all(year)

    with pytest.raises(moderation.PreviewOutdated):
        moderation.propose(year, **WHY, digest=digest, by=ou)


def test_what_is_adopted_is_what_was_proposed(year, scored, school, rui, ou, other_director):
    found = proposed(year, ou)
    decided(year, school, rui, "1")
    score.refresh_all(year)

    with pytest.raises(moderation.PreviewOutdated):
        moderation.adopt(found, by=other_director)

    assert not ScoreLine.objects.exists()
    assert Moderation.objects.get().status == "asked"


def test_what_is_adopted_stays_as_it_was_whatever_is_decided_later(
    year, scored, school, rui, ou, other_director
):
    moderation.adopt(proposed(year, ou), by=other_director)
    decided(year, school, rui, "1")
    score.refresh_all(year)

    sheet = ScoreSheet.objects.get(pk=scored[school].pk)

    assert (sheet.base, sheet.moderation) == (15, D("1.25"))
    # The preview goes on from what was given, not from what is moderated already.
    assert rows(year)[school].before == 15


def test_a_line_lifts_no_base_score_above_a_hundred(year, scored, school, ou, other_director):
    moderation.adopt(proposed(year, ou), by=other_director)
    ScoreLine.objects.update(value=D(95))
    score.refresh_all(year)

    assert ScoreSheet.objects.get(pk=scored[school].pk).total == 100


def test_one_stands_at_a_time(year, scored, ou, in_english):
    proposed(year, ou)

    with pytest.raises(ValidationError, match="already"):
        proposed(year, ou)


def test_where_nothing_moves_there_is_nothing_to_adopt(year, scored, ou, admin, in_english):
    Review.objects.update(by=admin)

    with pytest.raises(ValidationError, match="No score would move"):
        proposed(year, ou)


def test_too_little_is_not_proposed(year, scored, ou, in_english):
    CalibrationRound.objects.update(status="open")

    with pytest.raises(ValidationError, match="Too little"):
        proposed(year, ou)


def test_a_refusal_says_why_and_leaves_room_for_another(year, scored, ou, other_director):
    found = proposed(year, ou)
    with pytest.raises(ValidationError):
        moderation.refuse(found, note=" ", by=other_director)

    moderation.refuse(found, note="样本太小", by=other_director)

    assert proposed(year, ou).status == "asked"


def test_withdrawing_takes_every_line_off_again(year, scored, school, ou, other_director):
    found = moderation.adopt(proposed(year, ou), by=other_director)
    with pytest.raises(ValidationError):
        moderation.withdraw(found, note="", by=ou)

    moderation.withdraw(found, note="会议改期", by=ou, seen=found.version)

    sheet = ScoreSheet.objects.get(pk=scored[school].pk)
    assert (sheet.moderation, sheet.total) == (0, 10)
    assert TrailEvent.objects.about(sheet).last().verb == "unmoderate"
    assert Moderation.objects.get().lines.count() == 2
    assert proposed(year, ou).status == "asked"


# ── who is told ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def after_commit(django_capture_on_commit_callbacks):
    """Runs an act with what follows its commit."""

    def run(act):
        with django_capture_on_commit_callbacks(execute=True):
            return act()

    return run


def told(verb):
    return {row.to.username: row for row in Notification.objects.filter(verb=verb).select_related("to")}


def test_whoever_could_be_the_second_person_is_told_of_a_proposal(
    year, scored, ou, other_director, admin, rui, after_commit
):
    after_commit(lambda: proposed(year, ou))

    assert {"second", "an"} <= set(told("propose")) and not {"ou", "rui"} & set(told("propose"))


def test_units_that_move_are_told_both_totals_and_where_the_reason_stands(
    year, scored, school, lan, dai, mei, ou, other_director, after_commit
):
    after_commit(lambda: moderation.adopt(proposed(year, ou), by=other_director))

    messages = told("moderate")
    assert set(messages) == {"lan", "dai", "mei"}
    assert messages["lan"].subject == scored[school]
    for words in ("由 10.00 变为 11.25", "会议纪要〔2026〕3号", "审核尺度不一"):
        assert words in messages["lan"].note
    assert "由 10.50 变为 9.25" in messages["mei"].note


def test_units_are_told_when_it_is_withdrawn(year, scored, lan, ou, other_director, after_commit):
    found = moderation.adopt(proposed(year, ou), by=other_director)

    after_commit(lambda: moderation.withdraw(found, note="会议改期", by=ou))

    note = told("unmoderate")["lan"].note
    assert "由 11.25 变为 10.00" in note and "会议改期" in note


def test_who_does_not_move_hears_nothing(
    year, scored, lan, mei, bank, ou, other_director, admin, after_commit
):
    Review.objects.filter(entry__unit=bank).update(by=admin)
    found = proposed(year, ou)

    after_commit(lambda: moderation.adopt(found, by=other_director))

    assert set(told("moderate")) == {"lan"}


def test_a_proposal_that_is_taken_back_moved_nothing(year, scored, lan, ou, after_commit):
    found = proposed(year, ou)

    after_commit(lambda: moderation.withdraw(found, note="改期", by=ou))

    assert not told("unmoderate")


def test_telling_costs_the_same_however_many_units_move(
    year, scored, ou, lan, rui, other_director, after_commit
):
    def cost():
        found = proposed(year, ou)
        with CaptureQueriesContext(connection) as queries:
            after_commit(lambda: moderation.adopt(found, by=other_director))
        moderation.withdraw(Moderation.objects.latest("pk"), note="改期", by=ou)
        return len(queries)

    few = cost()
    for one in UnitYearFactory.create_batch(5, cycle=year):
        MembershipFactory(role=Role.LIAISON, unit=one.unit)
        decided(year, one.unit, rui, "2.0")
    score.open_sheets(year)

    assert cost() == few
    assert Notification.objects.filter(verb="moderate").count() == 7


def test_once_a_ranking_is_out_nothing_is_moderated_and_nothing_taken_back(
    year, scored, ou, other_director, in_english
):
    found = proposed(year, ou)
    ReleaseFactory(cycle=year)

    for act in (
        lambda: moderation.propose(year, **WHY, digest="", by=ou),
        lambda: moderation.adopt(found, by=other_director),
        lambda: moderation.withdraw(found, note="算了", by=ou),
    ):
        with pytest.raises(ValidationError, match="released"):
            act()
    RankingRelease.objects.update(status="withdrawn", withdrawn_note="有误", withdrawn_at=timezone.now())
    assert moderation.adopt(found, by=other_director).is_adopted


def test_an_interim_ranking_freezes_only_what_it_holds(year, scored, ou, other_director, in_english):
    year.stages.filter(kind="results").update(
        opens_on="2999-01-01", due_on="2999-01-02", closes_on="2999-01-03"
    )
    ReleaseFactory(cycle=year, number=1)
    found = moderation.adopt(proposed(year, ou), by=other_director)
    ReleaseFactory(cycle=year, number=2)

    with pytest.raises(ValidationError, match="released"):
        moderation.withdraw(found, note="算了", by=ou)


def test_a_closed_year_is_not_moderated(year, scored, ou, other_director, in_english):
    found = proposed(year, ou)
    Cycle.objects.update(status="closed")

    with pytest.raises(ValidationError, match="not open"):
        moderation.adopt(found, by=other_director)


def test_a_release_keeps_what_was_moderated(year, scored, school, bank, ou, other_director):
    moderation.adopt(proposed(year, ou), by=other_director)

    stands = dict.fromkeys((check.code for check in xray.grave(year)), "演示")
    publication.release(year, title="名次", confirm_unset=True, exceptions=stands, by=ou)

    row = RankingRow.objects.get(unit=school)
    assert (row.rank, row.base, row.moderation, row.total) == (1, 10, D("1.25"), D("11.25"))


def test_who_comes_second_is_told(year, scored, ou, other_director, admin):
    found = proposed(year, ou)
    moderation.adopt(found, by=other_director)

    with pytest.raises(MoveNotAllowed):
        moderation.refuse(found, note="不", by=admin, seen=found.version)


def test_an_undone_decision_changes_the_preview(year, scored, school, rui):
    entry = Review.objects.get(entry__unit=school).entry
    review.undo(entry, by=rui)

    assert rows(year)[school].value == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="writers queue on SQLite")
def test_of_an_adoption_and_a_withdrawal_at_once_the_sheets_follow_the_last(year, scored, ou, other_director):
    found = proposed(year, ou)

    adopted, withdrawn = at_once(
        lambda: moderation.adopt(found, by=other_director),
        lambda: moderation.withdraw(found, note="算了", by=ou),
    )

    assert isinstance(adopted, Moderation | MoveNotAllowed) and isinstance(withdrawn, Moderation)
    status, lines = Moderation.objects.get().status, ScoreLine.objects.count()
    assert (status, lines) == ("withdrawn", 0)


def taking_sheets_meanwhile(monkeypatch, year):
    """What becomes of somebody who wants to write on a sheet while a preview is being judged."""
    judge, met = moderation.preview, []

    def judged(cycle):
        found = judge(cycle)
        met.extend(at_once(partial(taken, year)))
        return found

    monkeypatch.setattr(moderation, "preview", judged)
    return met


@transaction.atomic
def taken(year):
    return list(ScoreSheet.objects.filter(unit_year__cycle=year).select_for_update(nowait=True))


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="writers queue on SQLite")
def test_nobody_gives_points_between_the_look_and_the_adoption(year, scored, ou, other_director, monkeypatch):
    found = proposed(year, ou)
    met = taking_sheets_meanwhile(monkeypatch, year)

    moderation.adopt(found, by=other_director)

    assert [type(one) for one in met] == [OperationalError]


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="writers queue on SQLite")
def test_control_without_the_lock_somebody_does(year, scored, ou, monkeypatch):
    digest = moderation.preview(year).digest
    met = taking_sheets_meanwhile(monkeypatch, year)
    monkeypatch.setattr(score, "all_held", lambda cycle: {})

    moderation.propose(year, **WHY, digest=digest, by=ou)

    assert [len(one) for one in met] == [2]
