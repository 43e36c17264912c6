"""Binders: filed by class, made in steps, true to the store, read by those who read every unit in it."""

import io
import json
import zipfile
from datetime import timedelta
from functools import partial
from hashlib import sha256

import pypdfium2
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.actions import binder as binders
from assessments.actions import binder_archive, binder_contents, binder_files
from assessments.actions import plan as plans
from assessments.models import Binder, LedgerClass, LedgerEntry
from civportal.lib import archive, clock
from civportal.lib import files as store
from tests.assessments import real_unit
from tests.factories import (
    DocumentFactory,
    EntryFactory,
    EvidenceFactory,
    PlanFactory,
    PlanItemFactory,
    UnitFactory,
    UnitYearFactory,
    files,
)
from units.actions.move import MoveNotAllowed
from units.models import Category, TrailEvent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def taking_part(school, year):
    return UnitYearFactory(unit=school, cycle=year)


@pytest.fixture
def commits(django_capture_on_commit_callbacks):
    """What happens after a commit happens at the end of the block."""
    return partial(django_capture_on_commit_callbacks, execute=True)


def made(binder, by):
    while binder.is_making:
        binder = binders.advance(binder, by=by)
    return binder


def zipped(binder):
    content = b"".join(archive.stream(binder_archive.members(binder), binder.begun_at))
    assert len(content) == binder.size
    return zipfile.ZipFile(io.BytesIO(content))


def manifest_of(package, folder):
    return json.loads(package.read(f"{folder}/manifest.json"))


def section(contents, number):
    return next(one for one in contents.sections if one.number == number)


def bound_text(binder):
    """All that the book of the first unit says."""
    volume = binder.volumes.first()
    with store.open_file(Binder.FOLDER, volume.book_sha256) as file:
        book = pypdfium2.PdfDocument(file.read())
    return "".join(page.get_textpage().get_text_range() for page in book)


# the catalogue


def test_an_empty_portal_has_the_sixteen_classes():
    assert LedgerClass.objects.count() == 16
    assert str(LedgerClass.objects.first()) == "01 基本情况与机构"


def test_every_kind_of_record_files_under_one_class_and_an_unknown_one_under_the_ninth(school, year):
    for kind in [*LedgerEntry.Kind.values, "unheard_of"]:
        EntryFactory(unit=school, cycle=year, accepted=True, kind=kind, title=f"记录 {kind}")

    contents = binder_contents.gather(school, year)

    titles = [record.title for record in contents.records if record.is_entry]
    assert sorted(titles) == sorted(f"记录 {kind}" for kind in [*LedgerEntry.Kind.values, "unheard_of"])
    assert {record.title for record in section(contents, "09").records} == {
        "记录 activity",
        "记录 unheard_of",
    }
    assert section(contents, "04").records[0].number == "04-01"


def test_the_offices_own_catalogue_is_left_alone():
    LedgerClass.objects.exclude(number="09").delete()

    binder_contents.load_classes()

    assert LedgerClass.objects.count() == 1


def test_a_portal_without_the_ninth_class_files_the_rest_under_the_last(school, year):
    LedgerClass.objects.filter(number__in=["09", "16"]).delete()
    EntryFactory(unit=school, cycle=year, accepted=True, kind="activity", title="活动")

    assert [one.title for one in section(binder_contents.gather(school, year), "15").records] == ["活动"]


# what comes in


def test_drafts_are_counted_and_stay_with_the_unit(school, year, lan):
    EntryFactory(unit=school, cycle=year, title="没写完", text="还在写")

    binder = made(binders.make(year, "unit", school, by=lan), lan)

    assert binder_contents.gather(school, year).draft_count == 1
    assert "没写完" not in bound_text(binder)
    assert not any("没写完" in name for name in zipped(binder).namelist())


def test_other_units_and_other_years_stay_out(school, bank, year):
    EntryFactory(unit=bank, cycle=year, accepted=True, title="别的单位")

    assert binder_contents.gather(school, year).entry_count == 0


def test_of_a_plan_being_amended_the_accepted_edition_comes_in(school, year, lan, rui):
    plan = PlanFactory(unit=school, cycle=year, goals="原来的目标", submitted=True, submitted_by=lan)
    item = PlanItemFactory(plan=plan, what="原来的工作")
    plan = plans.amend(plans.accept(plan, by=rui), by=lan, note="调整")
    plans.edit(plan, seen=plan.version, goals="改到一半", items=[{"pk": item.pk, "what": "改到一半"}], by=lan)

    record = section(binder_contents.gather(school, year), "02").records[0]

    assert record.text == "原来的目标"
    assert record.table[1][0][1] == "原来的工作"


def test_a_withdrawn_document_is_named_without_its_file(school, year):
    DocumentFactory(cycle=year, withdrawn=True, to=[school], title="发错的通知")
    DocumentFactory(cycle=year, issued=True, to=[school], title="有效的通知")

    records = section(binder_contents.gather(school, year), "05").records

    assert {record.title: len(record.originals) for record in records} == {"发错的通知": 0, "有效的通知": 1}


def test_telephone_numbers_do_not_leave(school, year, lan):
    school.mobile, school.tel, school.contact = "13900010001", "0999-8810011", "兰晓"
    school.save()

    binder = made(binders.make(year, "unit", school, by=lan), lan)

    page = zipped(binder).read(f"{binder.folder}/index.html").decode()
    for said in (page, bound_text(binder)):
        assert "13900010001" not in said and "8810011" not in said


def test_gathering_asks_the_same_number_of_questions_however_much_there_is(school, bank, year, lan, mei):
    counts = []
    real_unit.furnish(school, year, lan, entries=1, count=1, edge=(40, 30))
    real_unit.furnish(bank, year, mei, entries=9, count=20, edge=(40, 30), start=500)
    for unit in (school, bank):
        with CaptureQueriesContext(connection) as asked:
            binder_contents.gather(unit, year)
        counts.append(len(asked))

    assert counts[0] == counts[1]
    assert counts[0] <= 32


# making


def test_a_binder_of_one_unit_is_made_and_every_hash_holds(school, year, lan):
    real_unit.furnish(school, year, lan, entries=5, count=12, edge=(80, 60))

    binder = made(binders.make(year, "unit", school, by=lan), lan)

    package = zipped(binder)
    manifest = manifest_of(package, binder.folder)
    assert package.testzip() is None
    assert sha256(package.read(f"{binder.folder}/manifest.json")).hexdigest() == binder.sha256
    for file in manifest["files"]:
        content = package.read(f"{binder.folder}/{file['path']}")
        assert (sha256(content).hexdigest(), len(content)) == (file["sha256"], file["size"])
    listed = {f"{binder.folder}/{file['path']}" for file in manifest["files"]}
    beside = {f"{binder.folder}/{name}" for name in ("index.html", "manifest.json")}
    assert set(package.namelist()) == listed | beside
    volume = binder.volumes.get()
    assert (volume.entry_count, volume.missing_count, volume.hidden_count) == (5, 0, 0)
    assert volume.file_count == 12 + real_unit.MORE_FILES


def test_the_same_name_twice_lies_at_two_places(school, year, lan):
    entry = EntryFactory(unit=school, cycle=year, accepted=True, kind="meeting")
    for _number in range(2):
        EvidenceFactory(entry=entry, name="照片.jpg")

    binder = made(binders.make(year, "unit", school, by=lan), lan)

    originals = [name for name in zipped(binder).namelist() if name.endswith(".jpg")]
    assert len(originals) == len(set(originals)) == 2
    assert all("/原件/04 会议与部署/04-01-" in name for name in originals)


def test_a_lost_and_a_changed_original_are_named_and_break_nothing(school, year, lan):
    entry = EntryFactory(unit=school, cycle=year, accepted=True, kind="meeting")
    lost, changed, whole = (
        EvidenceFactory(entry=entry, name=f"{name}.jpg") for name in ("丢失", "变了", "完好")
    )
    store.delete("evidence", lost.sha256)
    path = store.path_of("evidence", changed.sha256)
    with store.default_storage.open(path, "rb") as file:
        content = file.read()
    store.default_storage.save(path, store.ContentFile(content[:-1] + b"x"))

    binder = made(binders.make(year, "unit", school, by=lan), lan)

    package = zipped(binder)
    manifest = manifest_of(package, binder.folder)
    assert {one["name"] for one in manifest["missing"]} == {"丢失.jpg", "变了.jpg"}
    assert [name for name in package.namelist() if name.endswith(".jpg")] == [
        f"{binder.folder}/原件/04 会议与部署/04-01-3 完好.jpg"
    ]
    assert binder.volumes.get().missing_count == 2
    assert whole.sha256 in {file["sha256"] for file in manifest["files"]}


@pytest.mark.parametrize(
    ("name", "content"),
    [("有密码.pdf", files.pdf_with_password), ("坏的.pdf", lambda: b"%PDF-1.4 broken %%EOF")],
)
def test_what_cannot_be_opened_is_listed_and_lies_in_the_archive(school, year, lan, name, content):
    entry = EntryFactory(unit=school, cycle=year, accepted=True)
    file = EvidenceFactory(entry=entry, name=name, kind="pdf", content=content())

    binder = made(binders.make(year, "unit", school, by=lan), lan)

    volume = binder.volumes.get()
    assert (volume.hidden_count, volume.missing_count) == (1, 0)
    assert name in bound_text(binder)
    assert file.sha256 in {one["sha256"] for one in manifest_of(zipped(binder), binder.folder)["files"]}


def test_of_a_long_pdf_the_first_pages_are_shown(school, year, lan):
    entry = EntryFactory(unit=school, cycle=year, accepted=True)
    long = EvidenceFactory(entry=entry, name="长.pdf", kind="pdf", content=files.pdf(pages=9))
    original = binder_contents.original_of(long, long.name)

    assert binder_files.looked_at(original) | {"crc": 0} == {
        "crc": 0,
        "size": long.size,
        "pictures": binder_files.PDF_PAGES,
        "pages": 9,
    }


def test_a_book_bears_so_many_pictures_and_says_of_the_others_where_they_are(school, year, lan, monkeypatch):
    monkeypatch.setattr("assessments.actions.binder_book.PICTURES", 2)
    entry = EntryFactory(unit=school, cycle=year, accepted=True)
    for _number in range(3):
        EvidenceFactory(entry=entry)

    binder = made(binders.make(year, "unit", school, by=lan), lan)

    assert binder.volumes.get().hidden_count == 1
    assert sum(name.endswith(".jpg") for name in zipped(binder).namelist()) == 3


def test_photos_in_the_book_tell_nothing_about_their_taker(school, year, lan):
    entry = EntryFactory(unit=school, cycle=year, accepted=True)
    EvidenceFactory(entry=entry, content=files.jpg_taken_somewhere())

    binder = made(binders.make(year, "unit", school, by=lan), lan)

    with store.open_file(Binder.FOLDER, binder.volumes.get().book_sha256) as file:
        book = file.read()
    assert b"\xff\xd8\xff" in book and b"Exif" not in book and b"2026:06:01" not in book


def test_the_work_is_done_in_steps_and_goes_on_where_it_stopped(school, year, lan):
    entry = EntryFactory(unit=school, cycle=year, accepted=True)
    for _number in range(3):
        EvidenceFactory(entry=entry)
    binder = binders.make(year, "unit", school, by=lan)

    seen = []
    for _step in range(4):
        binder = binders.advance(binder, by=lan, seconds=-1)
        seen.append((binder.volumes.get().file_total, binder.volumes.get().checked_count))
    binder = made(binder, lan)

    assert seen == [(3, 0)] * 4, "no time, no file; and nothing is lost"
    assert binder.is_ready


def test_a_step_that_ends_after_the_stop_leaves_nothing_behind(school, year, lan, monkeypatch, commits):
    binder = binders.make(year, "unit", school, by=lan)
    look_on = binder_files.look_on

    def stopped_meanwhile(*arguments, **more):
        binders.cancel(binder, by=lan)
        return look_on(*arguments, **more)

    monkeypatch.setattr(binder_files, "look_on", stopped_meanwhile)
    with commits():
        left = binders.advance(binder, by=lan)

    assert left.status == "cancelled"
    assert not store.exists(Binder.FOLDER, binder.volumes.get().book_sha256)


def test_two_steps_at_once_do_not_disturb_each_other(school, year, lan):
    binder = binders.make(year, "unit", school, by=lan)
    assert binders.take(binder)

    again = binders.advance(binder, by=lan)

    assert again.is_making and not again.volumes.filter(made_at__isnull=False).exists()


def test_a_step_that_broke_off_is_taken_over_after_a_while(school, year, lan):
    binder = binders.make(year, "unit", school, by=lan)
    with clock.at(clock.now() - Binder.STEP - timedelta(seconds=1)):
        assert binders.take(binder)

    assert made(binder, lan).is_ready


def test_a_full_disk_fails_the_step_and_the_next_one_tries_again(school, year, lan, monkeypatch):
    binder = binders.make(year, "unit", school, by=lan)
    with monkeypatch.context() as broken:
        broken.setattr(store.default_storage, "save", lambda *_args: (_ for _ in ()).throw(OSError("full")))
        with pytest.raises(OSError, match="full"):
            made(binder, lan)

    assert made(binder, lan).is_ready


def test_a_town_holds_its_own_unit_and_those_that_lie_in_it(year, rui):
    town = UnitFactory(name="戛洒镇", category=Category.objects.get_or_create(code="town")[0])
    village, other = UnitFactory(town=town), UnitFactory()
    for unit in (town, village, other):
        UnitYearFactory(unit=unit, cycle=year)

    binder = made(binders.make(year, "town", town, by=rui), rui)

    assert {volume.unit for volume in binder.volumes.all()} == {town, village}


def test_a_department_holds_its_whole_tree(school, bureau, bank, year, guan):
    below = UnitFactory(supervisor=school)
    for unit in (bureau, below, bank):
        UnitYearFactory(unit=unit, cycle=year)

    binder = binders.make(year, "tree", bureau, by=guan)

    assert {volume.unit for volume in binder.volumes.all()} == {bureau, school, below}


def test_a_binder_of_all_has_a_page_that_leads_to_each_unit(school, bank, year, rui):
    UnitYearFactory(unit=bank, cycle=year)
    EntryFactory(unit=bank, cycle=year, accepted=True)

    binder = made(binders.make(year, "all", by=rui), rui)

    package = zipped(binder)
    page = package.read(f"{binder.folder}/index.html").decode()
    root = manifest_of(package, binder.folder)
    assert {unit["unit"] for unit in root["units"]} == {school.name, bank.name}
    for unit in root["units"]:
        inner = package.read(f"{binder.folder}/{unit['folder']}/manifest.json")
        assert sha256(inner).hexdigest() == unit["manifest_sha256"]
        assert f"{binder.folder}/{unit['folder']}/index.html" in package.namelist()
    assert page.count("index.html") == 2


def test_who_clicks_twice_gets_the_one_that_is_being_made(school, year, lan, qiao):
    first, second = (binders.make(year, "unit", school, by=person) for person in (lan, qiao))
    made(first, lan)
    third = binders.make(year, "unit", school, by=lan)

    assert first == second
    assert third != first


def test_without_a_unit_of_the_year_nothing_is_begun(bank, year, rui):
    with pytest.raises(ValidationError):
        binders.make(year, "unit", bank, by=rui)

    assert not Binder.objects.exists()


def test_a_unit_renamed_since_changes_nothing_of_a_ready_archive(school, year, lan):
    binder = made(binders.make(year, "unit", school, by=lan), lan)
    school.name = "云泽县第一实验小学"
    school.save()

    assert zipped(Binder.objects.get(pk=binder.pk)).testzip() is None


# the page in the archive


def test_the_page_needs_nothing_but_its_folder(school, year, lan):
    entry = EntryFactory(
        unit=school, cycle=year, accepted=True, title="<script>alert(1)</script>", kind="meeting"
    )
    EvidenceFactory(entry=entry, name="名单 100%#1.jpg")
    binder = made(binders.make(year, "unit", school, by=lan), lan)

    package = zipped(binder)
    page = package.read(f"{binder.folder}/index.html").decode()

    assert "<script" not in page and "http" not in page and 'src="' not in page
    assert 'href="style.css"' in page and "%25%231.jpg" in page
    assert "&lt;script&gt;" in page


# the end of it


def test_stopping_throws_away_what_was_bound(school, bank, year, rui, commits):
    UnitYearFactory(unit=bank, cycle=year)
    binder = binders.make(year, "all", by=rui)
    while not binder.volumes.filter(made_at__isnull=False).exists():
        binder = binders.advance(binder, by=rui)
    book = binder.volumes.filter(made_at__isnull=False).get().book_sha256

    with commits():
        binder = binders.cancel(binder, by=rui)

    assert binder.status == "cancelled"
    assert not store.exists(Binder.FOLDER, book)
    with pytest.raises(MoveNotAllowed):
        binders.cancel(binder, by=rui)


def test_removing_keeps_originals_and_the_other_binders(school, year, lan, commits):
    evidence = EvidenceFactory(entry=EntryFactory(unit=school, cycle=year, accepted=True))
    first, second = (made(binders.make(year, "unit", school, by=lan), lan) for _number in range(2))

    with commits():
        binders.remove(first, by=lan)

    assert not store.exists(Binder.FOLDER, first.volumes.get().book_sha256)
    assert store.exists("evidence", evidence.sha256)
    assert zipped(second).testzip() is None


def test_after_two_weeks_a_binder_makes_room_and_says_so(school, year, lan, commits):
    with clock.at(clock.now() - timedelta(days=15)):
        old = made(binders.make(year, "unit", school, by=lan), lan)
        begun = binders.make(year, "unit", school, by=lan)
    fresh = made(binders.make(year, "unit", school, by=lan), lan)

    with commits():
        assert binders.remove_expired() == 2

    statuses = dict(Binder.objects.values_list("pk", "status"))
    assert statuses == {old.pk: "removed", begun.pk: "cancelled", fresh.pk: "ready"}
    assert TrailEvent.objects.about(old).last().by.is_system


# who sees it


def test_who_sees_every_unit_of_it_sees_the_binder(
    school, bank, bureau, year, lan, mei, guan, qiao, rui, shen, xun
):
    for unit in (bank, bureau):
        UnitYearFactory(unit=unit, cycle=year)
    of_school = binders.make(year, "unit", school, by=lan)
    of_tree = binders.make(year, "tree", bureau, by=guan)
    of_all = binders.make(year, "all", by=rui)

    seen = {
        person.username: set(Binder.objects.visible_to(person))
        for person in (lan, qiao, guan, mei, rui, shen, xun)
    }

    everything = {of_school, of_tree, of_all}
    assert seen == {
        "lan": {of_school},
        "qiao": {of_school},
        "guan": {of_school, of_tree},
        "mei": set(),
        "rui": everything,
        "shen": everything,
        "xun": set(),
    }
