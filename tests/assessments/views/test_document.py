"""Documents in the browser's terms: sent by the office, read and signed for by units."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from assessments.actions import document as documents
from assessments.models import Document, Duty, WorkCalendar
from tests.factories import (
    DocumentFactory,
    LiaisonFactory,
    ReceiptFactory,
    UnitFactory,
    UnitYearFactory,
    files,
)
from units.forms.fields import UnitListField
from units.models import Unit, UnitName

pytestmark = pytest.mark.django_db


def address(name, *args):
    return reverse(f"assessments:{name}", args=args)


@pytest.fixture(autouse=True)
def calendar():
    for year in (localdate().year, localdate().year + 1):
        WorkCalendar.objects.create(year=year)


@pytest.fixture
def enrolled(year, school, bank):
    return [UnitYearFactory(cycle=year, unit=unit) for unit in (school, bank)]


@pytest.fixture
def sent(year, school):
    """A document that the school got."""
    return DocumentFactory(cycle=year, issued=True, to=[school])


@pytest.fixture
def as_rui(client, rui):
    client.force_login(rui)
    return client


@pytest.fixture
def as_lan(client, lan):
    client.force_login(lan)
    return client


def facts(**more):
    return {
        "number": "云文明办(2026)3号",
        "title": "关于评比文明窗口的通知",
        "text": "请各单位于月底前报送名单。",
        "issued_on": localdate().isoformat(),
        "secrecy": "internal",
        "sign_within": 3,
        "is_open": "on",
        "file": files.upload("通知.pdf", files.pdf()),
        **more,
    }


def texts(response):
    return [str(message) for message in response.context["messages"]]


class TestOffice:
    def test_a_document_is_written_sent_and_checked_before_it_goes_out(self, as_rui, enrolled):
        written = as_rui.post(address("document_new"), facts())
        document = Document.objects.get()
        chosen = as_rui.post(written.url, {"version": 0, "all": "on"})
        checked = as_rui.get(chosen.url)
        issued = as_rui.post(chosen.url, {"version": 1}, follow=True)

        assert written.url == address("document_recipients", document.pk)
        assert checked.context["load"].count == 2
        assert document.number in checked.content.decode()
        assert Duty.objects.filter(document=document).count() == 2
        assert issued.redirect_chain[-1][0] == document.get_absolute_url()
        assert issued.context["counted"].unsigned_count == 2

    def test_a_page_says_that_nothing_classified_may_be_uploaded(self, as_rui, year):
        page = as_rui.get(address("document_new")).content.decode()
        refused = as_rui.post(address("document_new"), facts(is_open=""))

        assert "机密" in page and "绝密" in page
        assert refused.status_code == 422 and refused.context["form"].errors["is_open"]

    @pytest.mark.parametrize(
        "name, content",
        [("a.pdf", b"MZ" + bytes(500)), ("a.docx", files.docm()), ("a.pdf", files.pdf_with_password())],
    )
    def test_a_hostile_file_is_refused_at_its_field(self, as_rui, year, name, content):
        answer = as_rui.post(address("document_new"), facts(file=files.upload(name, content)))

        assert answer.status_code == 422 and answer.context["form"].errors["file"]
        assert not Document.objects.exists()

    def test_a_file_over_the_limit_is_refused(self, as_rui, year, settings):
        settings.EVIDENCE_FILE_BYTES = 300

        answer = as_rui.post(address("document_new"), facts())

        assert answer.context["form"].errors["file"]

    def test_a_number_in_use_is_said_at_its_field(self, as_rui, year):
        DocumentFactory(cycle=year, number="云文明办〔2026〕3号")

        answer = as_rui.post(address("document_new"), facts())

        assert answer.context["form"].errors["number"]

    def test_a_draft_keeps_its_file_unless_another_is_chosen(self, as_rui, year):
        document = DocumentFactory(cycle=year)
        kept = {**facts(title="新题目", version=0), "file": "", "is_open": ""}

        answer = as_rui.post(address("document_edit", document.pk), kept)
        unconfirmed = as_rui.post(address("document_edit", document.pk), facts(version=1, is_open=""))

        assert answer.status_code == 302 and unconfirmed.status_code == 422
        after = Document.objects.get()
        assert (after.title, after.sha256) == ("新题目", document.sha256)

    def test_who_comes_second_is_told(self, as_rui, enrolled):
        document = DocumentFactory(cycle=enrolled[0].cycle)
        as_rui.post(address("document_issue", document.pk), {"version": 0})

        assert as_rui.post(address("document_issue", document.pk), {"version": 0}).status_code in (403, 409)

    def test_a_list_of_units_is_pasted_by_names_short_names_and_codes(
        self, as_rui, year, enrolled, school, bank
    ):
        UnitName.objects.create(unit=school, name="一小")
        coded = UnitFactory(uscc="12999901MB1234567X")
        UnitYearFactory(cycle=year, unit=coded)
        document = DocumentFactory(cycle=year)

        answer = as_rui.post(
            address("document_recipients", document.pk),
            {"version": 0, "units": f"一小\n\n  {bank.name} \n12999901mb1234567x\n{bank.name}"},
        )

        assert answer.url == address("document_issue", document.pk)
        assert Document.objects.get().audience_rule == {"units": [school.pk, bank.pk, coded.pk]}

    def test_lines_that_name_no_unit_or_several_are_reported_with_their_number(self, as_rui, year, enrolled):
        for over in ("甲系统", "乙系统"):
            twin = UnitFactory(name="营业部", supervisor=UnitFactory(name=over))
            UnitYearFactory(cycle=year, unit=twin)
        UnitFactory(name="未参创单位")
        document = DocumentFactory(cycle=year)
        lines = "云泽县第一小学\n没有的单位\n营业部\n未参创单位\n营业部（甲系统）"

        answer = as_rui.post(address("document_recipients", document.pk), {"version": 0, "units": lines})

        said = answer.context["form"].errors["units"]
        assert answer.status_code == 422 and len(said) == 3
        assert "2" in said[0] and "没有的单位" in said[0]
        assert "3" in said[1] and "甲系统" in said[1] and "乙系统" in said[1]
        assert "4" in said[2] and "未参创单位" in said[2]
        assert Document.objects.get().audience_rule == {"all": True}

    def test_nobody_chosen_is_no_choice(self, as_rui, year):
        document = DocumentFactory(cycle=year)

        assert as_rui.post(address("document_recipients", document.pk), {"version": 0}).status_code == 422

    def test_where_no_table_reaches_the_page_asks_for_the_day(self, as_rui, enrolled):
        WorkCalendar.objects.all().delete()
        document = DocumentFactory(cycle=enrolled[0].cycle)
        page = address("document_issue", document.pk)

        shown = as_rui.get(page)
        refused = as_rui.post(page, {"version": 0})
        day = localdate() + timedelta(days=5)
        as_rui.post(page, {"version": 0, "due_on": day.isoformat()})

        assert "due_on" in shown.context["form"].fields and shown.context["last_day"] is None
        assert refused.status_code == 422
        assert set(document.receipts.values_list("due_on", flat=True)) == {day}

    def test_units_that_joined_later_get_it_at_a_click(self, as_rui, year, sent, bank):
        UnitYearFactory(cycle=year, unit=bank)

        offered = as_rui.get(sent.get_absolute_url())
        as_rui.post(address("document_send", sent.pk))

        assert offered.context["newcomers"] == 1
        assert sent.receipts.filter(unit=bank).exists()
        assert as_rui.get(sent.get_absolute_url()).context["newcomers"] == 0

    def test_who_owes_is_reminded_and_the_text_stands_ready(self, as_rui, sent, lan, school):
        page = as_rui.get(sent.get_absolute_url())
        first = as_rui.post(address("document_remind", sent.pk), follow=True)
        second = as_rui.post(address("document_remind", sent.pk), follow=True)

        assert school.name in page.context["reminder"] and sent.number in page.context["reminder"]
        assert len(texts(first)) == len(texts(second)) == 1 and texts(first) != texts(second)

    def test_a_corrected_edition_takes_the_place(self, as_rui, sent, school, year):
        UnitYearFactory(cycle=year, unit=school)
        page = address("document_correct", sent.pk)
        begun = as_rui.post(page, facts(note="日期有误"))
        again = as_rui.get(page)
        as_rui.post(begun.url, {"version": 0})

        new = Document.objects.get(corrects=sent)
        assert begun.url == address("document_issue", new.pk) and again.url == new.get_absolute_url()
        for shown in (sent, new):
            assert "日期有误" in as_rui.get(shown.get_absolute_url()).content.decode()
        assert as_rui.get(address("document_recipients", DocumentFactory(
            cycle=year, corrects=new, edition=3, number=new.number, correction_note="再改"
        ).pk)).status_code == 302  # fmt: skip

    def test_it_is_withdrawn_with_a_reason(self, as_rui, sent):
        refused = as_rui.post(address("document_withdraw", sent.pk), {"version": 0})
        as_rui.post(address("document_withdraw", sent.pk), {"version": 0, "note": "发错范围"})

        assert refused.status_code == 422
        assert Document.objects.get().status == "withdrawn"
        assert "发错范围" in as_rui.get(sent.get_absolute_url()).content.decode()

    def test_a_draft_is_thrown_away(self, as_rui, year):
        as_rui.post(address("document_delete", DocumentFactory(cycle=year).pk))

        assert not Document.objects.exists()

    def test_the_list_is_narrowed_by_text_and_status(self, as_rui, year):
        found = DocumentFactory(cycle=year, issued=True, title="文明窗口评比")
        DocumentFactory(cycle=year, issued=True)
        DocumentFactory(cycle=year, title="文明窗口草稿")

        answer = as_rui.get(address("documents"), {"q": "窗口", "status": "issued"})

        assert list(answer.context["page"].object_list) == [found]

    @pytest.mark.parametrize("state, count", [("open", 2), ("missing", 1), ("done", 1), ("", 3)])
    def test_recipients_are_narrowed_by_state(self, as_rui, sent, state, count):
        ReceiptFactory(document=sent, done=True)
        ReceiptFactory(document=sent, overdue=True)

        answer = as_rui.get(address("document_receipts", sent.pk), {"state": state})

        assert len(answer.context["page"].object_list) == count

    def test_recipients_leave_as_a_file(self, as_rui, sent, school):
        answer = as_rui.post(address("document_receipts", sent.pk), {"format": "csv"})

        assert school.name in b"".join(answer.streaming_content).decode()

    def test_it_is_found_by_number_and_title(self, as_rui, year):
        document = DocumentFactory(cycle=year, number="云文明办〔2026〕37号", title="评比通知")

        for words in ("2026〕37", "评比"):
            groups = as_rui.get(address("search"), {"q": words}).context["groups"]
            assert document.get_absolute_url() in [hit["href"] for group in groups for hit in group["hits"]]


class TestRecipient:
    def test_it_is_read_then_signed_for(self, as_lan, sent, school, lan):
        page = as_lan.get(sent.get_absolute_url())
        opened = as_lan.post(address("document_open", sent.pk))
        receipt = sent.receipts.get()
        signed = as_lan.post(address("document_sign", sent.pk), {"receipt": receipt.pk}, follow=True)
        again = as_lan.post(address("document_sign", sent.pk), {"receipt": receipt.pk}, follow=True)

        assert address("document_sign", sent.pk) in page.content.decode()
        assert opened.url == address("document_preview", sent.pk) and receipt.seen_at
        assert as_lan.get(opened.url).context["pages"]
        assert lan.name in signed.content.decode()
        assert texts(signed) != texts(again)
        assert sent.receipts.get().fulfilled_by == lan

    def test_to_look_by_address_alone_notes_nothing(self, as_lan, sent):
        for name in ("document", "document_preview", "document_file"):
            as_lan.get(address(name, sent.pk))

        assert sent.receipts.get().seen_at is None

    def test_the_original_comes_back_whole_under_its_name(self, as_lan, sent):
        answer = as_lan.get(address("document_file", sent.pk))

        assert b"".join(answer.streaming_content).startswith(b"%PDF")
        assert "attachment" in answer.headers["Content-Disposition"]

    def test_a_lost_file_is_said(self, as_lan, year, school):
        document = DocumentFactory(cycle=year, issued=True, to=[school], sha256="0" * 64)

        assert as_lan.get(address("document_file", document.pk)).status_code == 404
        assert as_lan.get(address("document_preview", document.pk)).context["problem"] == "missing"

    def test_the_own_set_of_the_year_is_on_one_page_unsigned_first_newest_first(
        self, as_lan, year, school, bank
    ):
        days = [localdate() - timedelta(days=number) for number in range(4)]
        new, signed, old = (
            DocumentFactory(cycle=year, issued=True, issued_on=day, to=[] if done else [school])
            for day, done in zip(days, (False, True, False), strict=False)
        )
        ReceiptFactory(document=signed, unit=school, done=True)
        DocumentFactory(cycle=year, issued=True, to=[bank])

        listed = as_lan.get(address("documents")).context["receipts"]

        assert [receipt.document for receipt in listed] == [new, old, signed]

    def test_a_replaced_edition_stays_with_its_signature(self, as_lan, year, school):
        old = DocumentFactory(cycle=year, replaced=True)
        ReceiptFactory(document=old, unit=school, done=True)
        new = DocumentFactory(
            cycle=year, issued=True, corrects=old, number=old.number, edition=2,
            correction_note="日期有误", to=[school],
        )  # fmt: skip

        page = as_lan.get(new.get_absolute_url()).content.decode()

        assert "日期有误" in page and old.get_absolute_url() in page
        assert len(as_lan.get(address("documents")).context["receipts"]) == 2
        assert as_lan.get(address("document_file", old.pk)).status_code == 200

    def test_a_correction_being_written_is_the_offices_business(self, as_lan, year, sent):
        DocumentFactory(cycle=year, corrects=sent, number=sent.number, edition=2, correction_note="还没发出")

        page = as_lan.get(sent.get_absolute_url())

        assert page.context["later"] is None and "还没发出" not in page.content.decode()

    def test_a_withdrawn_document_says_so_and_is_not_given_out(self, as_lan, year, school):
        document = DocumentFactory(cycle=year, withdrawn=True, to=[school])

        assert "发错范围" in as_lan.get(document.get_absolute_url()).content.decode()
        for name in ("document_file", "document_preview"):
            assert as_lan.get(address(name, document.pk)).status_code == 403
        assert as_lan.post(address("document_open", document.pk)).status_code == 403
        receipt = document.receipts.get()
        answer = as_lan.post(address("document_sign", document.pk), {"receipt": receipt.pk})
        assert answer.status_code == 403

    def test_another_units_liaison_gets_nothing(self, client, mei, sent):
        client.force_login(mei)
        receipt = sent.receipts.get()

        assert not list(client.get(address("documents")).context["receipts"])
        for name in ("document", "document_file", "document_preview", "document_receipts"):
            assert client.get(address(name, sent.pk)).status_code == 404
        assert client.get(address("document_page", sent.pk, 1)).status_code == 404
        answer = client.post(address("document_sign", sent.pk), {"receipt": receipt.pk})
        assert answer.status_code == 404

    def test_a_recipient_signs_for_itself_only(self, client, mei, bank, sent, school):
        ReceiptFactory(document=sent, unit=bank)
        client.force_login(mei)

        answer = client.post(
            address("document_sign", sent.pk), {"receipt": sent.receipts.get(unit=school).pk}
        )

        assert answer.status_code == 404

    def test_a_leader_reads_and_does_not_sign(self, client, qiao, sent):
        client.force_login(qiao)

        answer = client.post(address("document_sign", sent.pk), {"receipt": sent.receipts.get().pk})

        assert client.get(address("document_file", sent.pk)).status_code == 200
        assert answer.status_code == 403

    def test_an_open_document_is_read_by_everybody_and_owed_by_nobody_else(self, client, mei, year, school):
        document = DocumentFactory(cycle=year, issued=True, secrecy="public", to=[school])
        client.force_login(mei)

        page = client.get(document.get_absolute_url())

        assert page.context["receipts"] == [] and school.name not in page.content.decode()
        assert client.get(address("document_file", document.pk)).status_code == 200

    def test_a_year_can_be_chosen(self, as_lan, sent, year):
        assert len(as_lan.get(address("documents"), {"year": year.year}).context["receipts"]) == 1
        assert len(as_lan.get(address("documents"), {"year": "²"}).context["receipts"]) == 1


class TestDepartment:
    def test_it_sees_its_own_tree_only(self, client, guan, sent, bank, school):
        ReceiptFactory(document=sent, unit=bank)
        client.force_login(guan)

        listed = client.get(address("documents")).context["page"].object_list
        page = client.get(sent.get_absolute_url())
        rows = client.get(address("document_receipts", sent.pk)).context["page"].object_list

        assert [(one.recipient_count, one.unsigned_count) for one in listed] == [(1, 1)]
        assert [row.unit for row in rows] == [school]
        assert bank.name not in page.content.decode()


class TestCost:
    @pytest.mark.parametrize("rows", [1, 5, 50])
    def test_the_offices_list(self, as_rui, year, school, rows, django_assert_max_num_queries):
        DocumentFactory.create_batch(rows, cycle=year, issued=True, to=[school])

        with django_assert_max_num_queries(8):
            answer = as_rui.get(address("documents"))

        assert len(answer.context["page"].object_list) == rows

    @pytest.mark.parametrize("rows", [1, 5, 50])
    def test_the_own_set(self, as_lan, year, school, rows, django_assert_max_num_queries):
        DocumentFactory.create_batch(rows, cycle=year, issued=True, to=[school])

        with django_assert_max_num_queries(8):
            answer = as_lan.get(address("documents"))

        assert len(answer.context["receipts"]) == rows

    @pytest.mark.parametrize("rows", [1, 5, 50])
    def test_the_recipients(self, as_rui, year, rows, django_assert_max_num_queries):
        document = DocumentFactory(cycle=year, issued=True)
        for number in range(rows):
            ReceiptFactory(document=document, done=number % 2 == 0)

        with django_assert_max_num_queries(8):
            answer = as_rui.get(address("document_receipts", document.pk))

        assert len(answer.context["page"].object_list) == rows

    def test_the_page_of_a_document(self, as_rui, year, django_assert_max_num_queries):
        def cost(document):
            with django_assert_max_num_queries(24) as asked:
                as_rui.get(document.get_absolute_url())
            return len(asked)

        few, many = (DocumentFactory(cycle=year, issued=True) for _number in range(2))
        ReceiptFactory(document=few)
        ReceiptFactory.create_batch(50, document=many)
        cost(few)

        assert cost(few) == cost(many)

    def test_a_long_list_is_not_asked_for_line_by_line(self, year, django_assert_max_num_queries):
        units = [UnitFactory() for _number in range(60)]

        with django_assert_max_num_queries(2):
            found = UnitListField(queryset=Unit.objects.all()).clean("\n".join(map(str, units)))

        assert found == units


def test_liaisons_of_all_recipients_hear_of_it_at_once(
    year, rui, django_assert_max_num_queries, django_capture_on_commit_callbacks
):
    for _number in range(40):
        UnitYearFactory(cycle=year, unit=LiaisonFactory().workplace)
    document = DocumentFactory(cycle=year)

    with django_assert_max_num_queries(20), django_capture_on_commit_callbacks(execute=True):
        documents.issue(document, seen=0, by=rui)

    assert document.receipts.count() == 40


@pytest.mark.parametrize("count", [1, 60, 300])
def test_the_last_check_names_fifty_at_once_and_costs_the_same(
    client, rui, year, count, django_assert_max_num_queries
):
    for unit in UnitFactory.create_batch(count):
        UnitYearFactory(cycle=year, unit=unit)
    document = DocumentFactory(cycle=year, audience_rule={"all": True})
    client.force_login(rui)
    address = reverse("assessments:document_issue", args=[document.pk])
    client.get(address)

    with django_assert_max_num_queries(16):
        page = client.get(address)

    assert len(page.context["page"]) == min(count, 50)
    assert page.context["load"].count == count
    last = client.get(address, {"page": 99}).context["page"]
    assert last.number == last.paginator.num_pages and len(last) == (count - 1) % 50 + 1
