"""Documents: written, issued, signed for, chased, corrected, withdrawn."""

from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils.timezone import get_default_timezone, localdate

from assessments.actions import cycle as cycles
from assessments.actions import document as documents
from assessments.actions import succession
from assessments.models import Document, Duty, WorkCalendar
from civportal.lib import clock
from tests.factories import (
    CycleFactory,
    DocumentFactory,
    DutyFactory,
    LiaisonFactory,
    ReceiptFactory,
    UnitFactory,
    UnitYearFactory,
    UserFactory,
    files,
)
from units.actions.move import MoveNotAllowed
from units.models import Category, Notification, TrailEvent

pytestmark = pytest.mark.django_db

FACTS = {"title": "关于开展文明窗口评比的通知", "text": "", "secrecy": "internal", "sign_within": 3}


@pytest.fixture
def calendar():
    """Holiday tables of this year and the next, without a holiday."""
    for year in (localdate().year, localdate().year + 1, 2026):
        WorkCalendar.objects.get_or_create(year=year)


@pytest.fixture
def enrolled(year, school, bank, calendar):
    return [UnitYearFactory(cycle=year, unit=unit).unit for unit in (school, bank)]


def at(*moment):
    return clock.at(datetime(*moment, tzinfo=get_default_timezone()))


def write(year, rui, number="云文明办[2026]3号", **said):
    facts = {**FACTS, "issued_on": localdate(), **said}
    return documents.write(year, number=number, file=files.upload("通知.pdf", files.pdf()), by=rui, **facts)


def issued(year, **said):
    return documents.issue(DocumentFactory(cycle=year, **said), seen=0, by=UserFactory())


def told(person):
    return list(Notification.objects.visible_to(person).values_list("verb", flat=True))


class TestWriting:
    @pytest.mark.parametrize(
        "typed",
        ["云文明办(2026)3号", "云文明办[2026]3号", "云文明办【2026】 3 号", "云文明办（２０２６）3号"],
    )
    def test_the_number_gets_the_brackets_of_print(self, year, rui, typed):
        assert write(year, rui, typed).number == "云文明办〔2026〕3号"

    def test_a_number_is_given_once(self, year, rui):
        write(year, rui)

        with pytest.raises(ValidationError, match="文明窗口评比"):
            write(year, rui, "云文明办（2026）3号")

    @pytest.mark.parametrize(
        "name, content",
        [
            ("通知.exe", b"MZ" + bytes(500)),
            ("通知.pdf", b""),
            ("通知.pdf", files.pdf_with_password()),
            ("通知.docx", files.docm()),
            ("通知.docx", files.lying_bomb()),
            ("通知.jpg", files.jpg_with_zip()),
            ("通知.pdf", b"<html><script>alert(1)</script></html>"),
        ],
    )
    def test_a_hostile_file_begins_nothing(self, year, rui, name, content):
        with pytest.raises(ValidationError):
            documents.write(
                year,
                number="1号",
                issued_on=localdate(),
                file=files.upload(name, content),
                by=rui,
                **FACTS,
            )

        assert not Document.objects.exists()

    def test_a_draft_is_changed_only_as_it_was_seen(self, year, rui):
        document = write(year, rui)
        documents.edit(document, seen=0, by=rui, title="新题目", number="云文明办(2026)4号")

        with pytest.raises(MoveNotAllowed):
            documents.edit(document, seen=0, by=rui, title="另一题目")

        document = Document.objects.get()
        assert (document.title, document.number) == ("新题目", "云文明办〔2026〕4号")
        changes = TrailEvent.objects.about(document).last().changes
        assert changes == {
            "title": [FACTS["title"], "新题目"],
            "number": ["云文明办〔2026〕3号", "云文明办〔2026〕4号"],
        }

    def test_a_draft_is_thrown_away_and_an_issued_one_is_not(self, year, rui, enrolled):
        documents.discard(write(year, rui), by=rui)

        with pytest.raises(MoveNotAllowed):
            documents.discard(issued(year), by=rui)
        assert Document.objects.count() == 1


class TestRecipients:
    def goes_to(self, year, **rule):
        return list(documents.recipients(DocumentFactory(cycle=year, audience_rule=rule)))

    def test_all_units_of_the_year_and_nobody_else(self, year, enrolled):
        UnitFactory()
        CycleFactory(year=2025, status="closed")

        assert self.goes_to(year, all=True) == enrolled

    def test_kinds_towns_and_single_units_add_up(self, year, enrolled, school, bank):
        town = UnitFactory(name="云桥镇", category=Category.objects.get(code="town"))
        inside, other = UnitFactory(town=town), UnitFactory()
        for unit in (town, inside, other):
            UnitYearFactory(cycle=year, unit=unit)
        kind = Category.objects.get(code="town")

        assert self.goes_to(year, towns=[town.pk]) == [town, inside]
        assert self.goes_to(year, categories=[kind.pk], units=[bank.pk]) == [bank, town]
        assert self.goes_to(year) == []

    def test_units_that_ended_get_nothing(self, year, enrolled, school, bank):
        type(bank).objects.filter(pk=bank.pk).update(participation="ended")

        assert self.goes_to(year, all=True) == [school]

    def test_what_they_have_already_is_counted(self, year, enrolled, school, bank):
        DutyFactory(cycle=year, unit=school)
        ReceiptFactory(document=DocumentFactory(cycle=year, issued=True), unit=school)
        document = DocumentFactory(cycle=year)

        load = documents.load_of(document, documents.recipients(document))

        assert [(unit.open_count, unit.document_count) for unit in load.units] == [(2, 1), (0, 0)]
        assert (load.count, load.average, load.heaviest) == (2, 1, school)

    def test_they_are_counted_by_town_and_by_kind_where_they_are_in_none(self, year, enrolled, school):
        town = UnitFactory(name="城关镇", category=Category.objects.get(code="town"))
        for unit in UnitFactory.create_batch(2, town=town):
            UnitYearFactory(cycle=year, unit=unit)
        document = DocumentFactory(cycle=year, audience_rule={"all": True})

        load = documents.load_of(document, documents.recipients(document))

        assert load.places == [(str(school.kind), 2), ("城关镇", 2)]
        assert load.count == 4


class TestIssuing:
    def test_every_recipient_owes_a_receipt_and_its_people_are_told(
        self, year, enrolled, lan, mei, rui, django_capture_on_commit_callbacks
    ):
        document = DocumentFactory(cycle=year, title="通知")

        with django_capture_on_commit_callbacks(execute=True), at(2026, 3, 5, 9):
            documents.issue(document, seen=0, by=rui)

        receipts = list(document.receipts.order_by("unit__sort_order"))
        assert [receipt.unit for receipt in receipts] == enrolled
        assert {(one.title, one.opens_on, one.due_on) for one in receipts} == {
            ("通知", date(2026, 3, 5), date(2026, 3, 10))
        }
        assert told(lan) == told(mei) == ["issue"]

    def test_without_recipients_nothing_goes_out(self, year, rui):
        with pytest.raises(ValidationError):
            documents.issue(DocumentFactory(cycle=year), seen=0, by=rui)

        assert Document.objects.get().status == "draft"

    def test_where_no_table_reaches_the_day_is_asked_for(self, year, school, rui):
        UnitYearFactory(cycle=year, unit=school)
        document = DocumentFactory(cycle=year)

        for day in (None, date(2020, 1, 1)):
            with pytest.raises(ValidationError):
                documents.issue(document, due_on=day, seen=0, by=rui)
        documents.issue(document, due_on=localdate(), seen=0, by=rui)

        assert document.receipts.get().due_on == localdate()

    def test_it_is_issued_once_and_as_it_was_seen(self, year, enrolled, rui):
        document = DocumentFactory(cycle=year)
        with pytest.raises(MoveNotAllowed):
            documents.issue(document, seen=7, by=rui)
        documents.issue(document, seen=0, by=rui)

        with pytest.raises(MoveNotAllowed):
            documents.issue(document, seen=1, by=rui)
        assert document.receipts.count() == 2

    def test_units_that_joined_later_are_sent_it_on_demand(
        self, year, enrolled, rui, ou, django_capture_on_commit_callbacks
    ):
        document = issued(year)
        late = LiaisonFactory()
        cycles.enrol(year, [late.workplace], by=ou)

        assert list(documents.newcomers(document)) == [late.workplace]
        with django_capture_on_commit_callbacks(execute=True):
            documents.send(document, by=rui)
            documents.send(document, by=rui)

        assert document.receipts.count() == 3 and not documents.newcomers(document)
        assert told(late) == ["send"]
        assert TrailEvent.objects.about(document).filter(verb="send").count() == 1


class TestSigning:
    def test_the_signer_and_the_time_stand_on_the_receipt(self, year, enrolled, school, lan):
        receipt = issued(year).receipts.get(unit=school)

        assert documents.sign(receipt, by=lan)
        first = Duty.objects.get(pk=receipt.pk)
        assert not documents.sign(receipt, by=lan)

        again = Duty.objects.get(pk=receipt.pk)
        assert (again.fulfilled_by, again.fulfilled_at) == (lan, first.fulfilled_at)
        assert again.seen_at
        assert TrailEvent.objects.about(receipt).filter(verb="sign").count() == 1

    @pytest.mark.parametrize(
        "moment, state",
        [((2026, 3, 10, 23, 59), "done"), ((2026, 3, 11, 0, 1), "late"), ((2027, 2, 1, 9), "late")],
    )
    def test_late_is_after_the_third_working_day_in_china_and_is_taken(
        self, year, enrolled, school, lan, moment, state
    ):
        with at(2026, 3, 5, 9):
            receipt = issued(year).receipts.get(unit=school)

        with at(*moment):
            documents.sign(receipt, by=lan)

        assert Duty.objects.get(pk=receipt.pk).state == state

    @pytest.mark.parametrize("day, overdue", [(10, 0), (11, 2)])
    def test_overdue_is_counted_from_the_day_after(self, year, enrolled, rui, day, overdue):
        with at(2026, 3, 5, 9):
            issued(year)

        with at(2026, 3, day, 12):
            assert Document.objects.for_listing(rui).get().overdue_count == overdue

    def test_opening_is_kept_the_first_time_and_for_recipients_only(self, year, enrolled, lan, rui, qiao):
        document = issued(year)
        for person in (rui, qiao):
            documents.note_opening(document, by=person)
        assert not document.receipts.filter(seen_at__isnull=False).exists()

        with at(2026, 3, 5, 9):
            documents.note_opening(document, by=lan)
        documents.note_opening(document, by=lan)

        assert document.receipts.get(seen_at__isnull=False).seen_at.year == 2026
        assert document.receipts.get(seen_at__isnull=False).seen_at.month == 3


class TestChasing:
    def test_who_owes_is_called_up_town_by_town(self, year, enrolled, school, bank, rui, lan):
        town = UnitFactory(name="云桥镇", sort_order=900)
        village = UnitFactory(name="清河村", town=town)
        UnitYearFactory(cycle=year, unit=village)
        document = issued(year, number="云文明办〔2026〕3号")
        documents.sign(document.receipts.get(unit=school), by=lan)

        groups = documents.owing(document, rui)
        text = documents.reminder(document, groups)

        assert [[str(one.unit) for one in of] for _place, of in groups] == [[bank.name], ["清河村"]]
        assert "云文明办〔2026〕3号" in text and "云桥镇：清河村" in text and school.name not in text

    def test_only_who_has_not_signed_is_reminded_and_once_a_day(
        self, year, enrolled, school, lan, mei, rui, django_capture_on_commit_callbacks
    ):
        with at(2026, 3, 5, 9):
            document = issued(year)
            documents.sign(document.receipts.get(unit=school), by=lan)

        with django_capture_on_commit_callbacks(execute=True), at(2026, 3, 9, 9):
            assert documents.remind(document, by=rui) == 1
            with pytest.raises(ValidationError):
                documents.remind(document, by=rui)
        with at(2026, 3, 10, 9):
            documents.remind(document, by=rui)

        assert told(mei) == ["remind"] and told(lan) == []


class TestCorrecting:
    def correct(self, document, by, **said):
        edition = documents.correct(
            document, file=files.upload("新.pdf", files.pdf()), note="日期有误", by=by,
            issued_on=localdate(), title=document.title, text="", sign_within=3, **said,
        )  # fmt: skip
        return documents.issue(edition, seen=0, by=by)

    def test_it_takes_the_place_and_everybody_signs_anew(
        self, year, enrolled, school, bank, lan, mei, rui, django_capture_on_commit_callbacks
    ):
        old = issued(year)
        documents.sign(old.receipts.get(unit=school), by=lan)

        with django_capture_on_commit_callbacks(execute=True):
            new = self.correct(old, rui)

        old.refresh_from_db()
        assert (old.status, new.number, new.edition) == ("replaced", old.number, 2)
        assert old.receipts.get(unit=school).state == "done"
        assert "日期有误" in old.receipts.get(unit=bank).lapsed_note
        assert new.receipts.open().count() == 2
        assert told(lan) == told(mei) == ["issue"]
        assert Notification.objects.visible_to(lan).get().note == "日期有误"

    def test_the_old_one_is_not_signed_any_more(self, year, enrolled, bank, mei, rui):
        old = issued(year)
        receipt = old.receipts.get(unit=bank)
        self.correct(old, rui)

        with pytest.raises(MoveNotAllowed):
            documents.sign(receipt, by=mei)

    def test_it_goes_to_whoever_had_the_old_one(self, year, enrolled, school, rui):
        old = issued(year, audience_rule={"units": [school.pk]})
        other = UnitYearFactory(cycle=year).unit
        ReceiptFactory(document=old, unit=other)

        new = self.correct(old, rui)

        assert {receipt.unit for receipt in new.receipts.all()} == {school, other}

    def test_it_goes_to_the_successor_of_a_unit_that_had_it(self, year, enrolled, school, bank, rui, ou):
        old = issued(year, audience_rule={"units": [bank.pk]})
        succession.merge(
            [bank], into=school, on=date(2026, 6, 1), document_number="云编〔2026〕1号", note="", by=ou
        )

        new = self.correct(old, rui)

        assert new.receipts.get().unit == school

    def test_one_correction_at_a_time(self, year, enrolled, rui):
        old = issued(year)
        DocumentFactory(cycle=year, number=old.number, edition=2, corrects=old, correction_note="日期有误")

        with pytest.raises(ValidationError):
            self.correct(old, rui)


class TestWithdrawing:
    def test_open_receipts_lapse_and_all_recipients_are_told(
        self, year, enrolled, school, bank, lan, mei, rui, django_capture_on_commit_callbacks
    ):
        document = issued(year)
        documents.sign(document.receipts.get(unit=school), by=lan)

        with django_capture_on_commit_callbacks(execute=True):
            documents.withdraw(document, note="发错范围", by=rui)

        document.refresh_from_db()
        assert (document.status, document.withdrawal_note) == ("withdrawn", "发错范围")
        assert document.receipts.get(unit=school).state == "done"
        assert "发错范围" in document.receipts.get(unit=bank).lapsed_note
        assert told(lan) == told(mei) == ["withdraw"]

    def test_a_reason_is_not_optional(self, year, enrolled, rui):
        with pytest.raises(ValidationError):
            documents.withdraw(issued(year), note="  ", by=rui)


class TestSuccession:
    def test_open_receipts_of_a_merged_unit_lapse_and_its_successor_sees_the_signed_ones(
        self, year, enrolled, school, bank, lan, mei, ou
    ):
        signed, open_one = issued(year), issued(year, audience_rule={"units": [bank.pk]})
        documents.sign(signed.receipts.get(unit=bank), by=mei)

        succession.merge(
            [bank], into=school, on=date(2026, 6, 1), document_number="云编〔2026〕1号", note="", by=ou
        )

        lan = type(lan).objects.get(pk=lan.pk)
        assert open_one.receipts.get().state == "lapsed"
        assert signed.receipts.get(unit=bank).fulfilled_by == mei
        assert set(Document.objects.visible_to(lan)) == {signed, open_one}
        assert lan.has_perm("assessments.read_document", open_one)

    def test_a_dissolved_unit_owes_no_receipt(self, year, enrolled, bank, ou):
        document = issued(year)

        succession.dissolve(bank, on=date(2026, 6, 1), document_number="云编〔2026〕1号", note="", by=ou)

        assert document.receipts.get(unit=bank).state == "lapsed"

    def test_the_next_liaison_sees_what_the_last_one_signed(self, year, enrolled, school, lan):
        document = issued(year)
        documents.sign(document.receipts.get(unit=school), by=lan)

        successor = LiaisonFactory(memberships__unit=school)

        assert Document.objects.visible_to(successor).contains(document)
