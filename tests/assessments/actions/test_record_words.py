"""One wording of a record: its page, receipt, binder, frozen copy and differences say the same."""

import io
from datetime import date
from types import SimpleNamespace

import pypdfium2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from assessments.actions import binder as binders
from assessments.actions import (
    binder_archive,
    binder_book,
    binder_contents,
    difference,
    ledger,
    receipt,
    record_words,
)
from assessments.models import Binder, EntryEdition, LedgerEntry, Plan
from civportal.lib import files as store
from tests.factories import (
    ClaimFactory,
    EntryFactory,
    EvidenceFactory,
    PlanFactory,
    UnitYearFactory,
)

pytestmark = pytest.mark.django_db

TEXT = "第一段：清理河道。\n第二段：居民点赞。"
SAID = {
    "title": "清洁家园行动",
    "kind": "volunteering",
    "held_on": date(2026, 6, 1),
    "held_until": date(2026, 6, 3),
    "recorded_on": date(2026, 6, 5),
    "place": "南门河两岸",
    "people": "王老师、志愿服务队",
    "attendance": 37,
    "news": "今年增加了夜间巡河",
    "links": "https://news.example.cn/a\nhttps://news.example.cn/b",
    "text": TEXT,
}
# As people read it; in the order of the record's page.
READ = [
    "志愿服务",
    "今年增加了夜间巡河",
    "2026年6月1日",
    "2026年6月3日",
    "2026年6月5日",
    "南门河两岸",
    "王老师、志愿服务队",
    "37",
    "https://news.example.cn/a",
    "https://news.example.cn/b",
    "第一段：清理河道。",
    "第二段：居民点赞。",
]


@pytest.fixture
def entry(school, year, lan):
    """A record with every field filled, and a photo with its caption."""
    UnitYearFactory(unit=school, cycle=year)
    entry = EntryFactory(unit=school, cycle=year, created_by=lan, **SAID)
    ClaimFactory(entry=entry)
    EvidenceFactory(entry=entry, name="河边.jpg", caption="清理前的河道")
    return ledger.submit(entry, by=lan)


def whole(entry):
    """Everything that must be read of the record wherever it is told."""
    indicator = entry.claims.get().indicator
    return [*READ, indicator.code, indicator.name, "河边.jpg", "清理前的河道"]


def plain(text):
    """Without the white space that a page puts between and within words."""
    return "".join(text.split())


def missing(words, text):
    return [word for word in words if plain(word) not in plain(text)]


def printed(content):
    return "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))


def test_the_record_filled_here_has_every_field_that_is_told():
    assert set(SAID) | {"indicators"} == set(ledger.TOLD)
    assert set(record_words.TOLD) == {*ledger.TOLD, "answers"} - {"title"}


def test_the_page_of_the_record_tells_all_of_it(client, lan, entry):
    client.force_login(lan)

    assert not missing(whole(entry), client.get(entry.get_absolute_url()).content.decode())


def test_the_receipt_tells_all_of_it_on_the_page_and_printed(client, lan, entry):
    client.force_login(lan)
    file = io.BytesIO()

    page = client.get(reverse("assessments:entry_receipt", args=[entry.pk])).content.decode()
    receipt.write(file, entry)

    assert not missing(whole(entry), page)
    assert not missing(whole(entry), printed(file.getvalue()))


def test_the_binder_tells_all_of_it_in_the_book_and_in_the_archive(school, year, lan, entry):
    binder = binders.make(year, "unit", school, by=lan)
    while binder.is_making:
        binder = binders.advance(binder, by=lan)

    members = {member.path: member for member in binder_archive.members(binder)}
    with members[f"{binder.folder}/index.html"].opened() as file:
        page = file.read().decode()
    with store.open_file(Binder.FOLDER, binder.volumes.get().book_sha256) as file:
        book = printed(file.read())
    assert not missing(whole(entry), page)
    assert not missing(whole(entry), book)
    with members[f"{binder.folder}/manifest.json"].opened() as file:
        assert "清理前的河道" in file.read().decode()


def test_the_frozen_copy_tells_all_of_it_though_the_record_changed(client, lan, entry):
    LedgerEntry.objects.update(place="", text="", people="", held_on="2026-01-01")
    client.force_login(lan)

    page = client.get(reverse("assessments:entry_edition", args=[entry.pk, 1])).content.decode()

    assert not missing([*READ, "河边.jpg", "清理前的河道"], page)
    assert "2026-06-01" not in page


def test_a_record_and_its_frozen_copy_use_the_same_words(entry):
    frozen = dict(record_words.of_edition(EntryEdition.objects.get()))

    for label, value in record_words.facts(entry):
        if label != record_words.label_of("indicators"):
            assert frozen[label] == value


def test_a_difference_speaks_in_the_readers_dates(entry):
    with override("en"):
        change = difference.change("held_on", "2026-06-01", "2026-06-02")

    assert (change.label, change.old, change.new) == ("When", "1 June 2026", "2 June 2026")


def test_what_was_left_empty_is_left_out_and_nought_is_not():
    edition = SimpleNamespace(content={"title": "旧", "attendance": 0, "place": "", "indicators": []})

    assert record_words.of_edition(edition) == [(record_words.label_of("attendance"), "0")]


def test_a_list_of_links_longer_than_a_line_of_the_pdf_is_printed_to_its_end(entry):
    entry.links = "\n".join(f"https://news.example.cn/{'x' * 60}/{number:03}" for number in range(22))
    file = io.BytesIO()

    receipt.write(file, entry)

    assert not missing(entry.link_list[-1:], printed(file.getvalue()))


def test_wording_a_record_of_the_binder_asks_the_database_nothing(entry, school, year):
    [found] = [one for entries in binder_contents.entries_by_kind(school, year).values() for one in entries]

    with CaptureQueriesContext(connection) as asked:
        binder_contents.record_of(found)

    assert len(asked) == 0


# plans


def test_the_binder_lists_a_plans_files_with_what_they_come_to(school, year, lan):
    plan = PlanFactory(unit=school, cycle=year, submitted=True, submitted_by=lan)
    EvidenceFactory(entry=None, plan=plan, name="创建细则.jpg", key_points="第一阶段：动员\n第二阶段：创建")

    [record] = binder_contents.of_plans(school, year)

    [original] = record.originals
    plate = binder_book.Plate(original, {"size": 1, "crc": 0, "pictures": 0, "pages": 0})
    assert "第二阶段：创建" in binder_book.described(plate)


def test_of_a_plan_being_amended_the_files_of_the_edition_come_in(school, year, lan):
    plan = PlanFactory(unit=school, cycle=year, submitted=True, submitted_by=lan)
    kept = EvidenceFactory(entry=None, plan=plan, name="原细则.jpg", key_points="原要点")
    plan.editions.create(
        number=1,
        goals="目标",
        accepted_at=plan.submitted_at,
        accepted_by=lan,
        files=[
            {"pk": kept.pk, "name": "原细则.jpg", "kind": "jpg", "size": 9, "sha256": kept.sha256,
             "key_points": "原要点"}
        ],
    )  # fmt: skip
    Plan.objects.update(status=Plan.Status.AMENDING, edition=1)
    EvidenceFactory(entry=None, plan=plan, name="新细则.jpg")

    [record] = binder_contents.of_plans(school, year)

    assert [(one.name, one.caption) for one in record.originals] == [("原细则.jpg", "原要点")]
