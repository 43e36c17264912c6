"""Evidence is added and removed while the entry is the unit's, and is never only half there."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection

from assessments.actions import evidence, ledger
from assessments.models import EvidenceFile
from civportal.lib import clock
from civportal.lib import files as store
from tests.factories import ClaimFactory, EntryFactory, EvidenceFactory, files
from units.actions.move import MoveNotAllowed
from units.models import TrailEvent


@pytest.fixture
def entry(school, year):
    return EntryFactory(unit=school, cycle=year)


def kept(settings):
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def verbs(entry):
    return [event.verb for event in TrailEvent.objects.about(entry)]


@pytest.mark.parametrize(
    ("name", "make", "kind"),
    [
        ("总结.docx", files.docx, "docx"),
        ("名单.xlsx", files.xlsx, "xlsx"),
        ("方案.pdf", files.pdf, "pdf"),
        ("照片.jpeg", files.jpg, "jpg"),
        ("截图.png", files.png, "png"),
    ],
)
def test_an_added_file_can_be_read_again(entry, lan, name, make, kind):
    content = make()

    file = evidence.add(entry, files.upload(name, content), by=lan)

    assert (file.name, file.kind, file.size, file.uploaded_by) == (name, kind, len(content), lan)
    with store.open_file(EvidenceFile.FOLDER, file.sha256) as again:
        assert again.read() == content


def test_adding_is_a_line_of_history_and_no_conflict_with_the_text(entry, lan):
    file = evidence.add(entry, files.upload("照片.jpg", files.jpg()), by=lan)

    entry.refresh_from_db()
    line = TrailEvent.objects.about(entry).last()
    assert entry.version == 0
    assert (line.verb, line.by, line.note) == ("add_file", lan, "照片.jpg")
    assert line.changes == {"sha256": ["", file.sha256]}


def test_removing_is_a_line_of_history_and_no_conflict_with_the_text(entry, lan):
    file = evidence.add(entry, files.upload("照片.jpg", files.jpg()), by=lan)

    evidence.remove(file, by=lan)

    entry.refresh_from_db()
    assert not entry.files.exists()
    assert entry.version == 0
    assert verbs(entry) == ["add_file", "remove_file"]


def test_a_removed_file_can_be_added_again(entry, lan):
    content = files.jpg()
    evidence.remove(evidence.add(entry, files.upload("照片.jpg", content), by=lan), by=lan)

    evidence.add(entry, files.upload("照片.jpg", content), by=lan)

    assert entry.files.count() == 1


# ── bin, order, captions ─────────────────────────────────────────────────────────────────────────


def test_a_removed_file_is_fetched_back_with_its_caption_to_the_end(entry, lan):
    first = evidence.add(entry, files.upload("一.jpg", files.jpg(50)), by=lan)
    evidence.add(entry, files.upload("二.jpg", files.jpg(60)), by=lan)
    evidence.describe(first, "开会", by=lan)
    evidence.remove(first, by=lan)

    evidence.restore(first, by=lan)

    assert [(file.name, file.caption) for file in entry.files.all()] == [("二.jpg", ""), ("一.jpg", "开会")]
    assert verbs(entry)[-2:] == ["remove_file", "restore_file"]


def test_fetching_back_what_is_there_again_is_refused(entry, lan):
    content = files.jpg()
    removed = evidence.add(entry, files.upload("照片.jpg", content), by=lan)
    evidence.remove(removed, by=lan)
    evidence.add(entry, files.upload("又.jpg", content), by=lan)

    with pytest.raises(ValidationError) as refused:
        evidence.restore(removed, by=lan)

    assert refused.value.code == "twice"


def test_another_file_takes_the_place_and_the_caption_and_the_old_one_is_kept(entry, lan):
    old, other = (
        EvidenceFactory(entry=entry, position=0, caption="签到"),
        EvidenceFactory(entry=entry, position=1),
    )

    new = evidence.add(entry, files.upload("清楚.jpg", files.jpg(333)), by=lan, replaces=old)

    assert [(file.pk, file.caption) for file in entry.files.all()] == [(new.pk, "签到"), (other.pk, "")]
    assert new.replaces == old
    assert list(EvidenceFile.every.thrown_away_from(entry)) == [old]


def test_a_full_entry_still_takes_a_better_file_in_place_of_another(entry, lan, settings):
    settings.EVIDENCE_FILES_PER_ENTRY = 1
    old = EvidenceFactory(entry=entry)

    evidence.add(entry, files.upload("清楚.jpg", files.jpg(333)), by=lan, replaces=old)

    assert [file.name for file in entry.files.all()] == ["清楚.jpg"]


def test_files_are_put_in_order_and_stay_at_the_ends(entry, lan):
    a, b, c = EvidenceFactory.create_batch(3, entry=entry)

    evidence.shift(c, -1, by=lan)
    evidence.shift(a, -1, by=lan)
    evidence.shift(b, 1, by=lan)

    assert list(entry.files.all()) == [a, c, b]


@pytest.mark.parametrize("act", [
    lambda file, by: evidence.describe(file, "开会", by=by),
    lambda file, by: evidence.shift(file, 1, by=by),
    lambda file, by: evidence.restore(file, by=by),
])  # fmt: skip
def test_what_is_handed_in_is_neither_described_nor_ordered(school, year, lan, act):
    entry = EntryFactory(unit=school, cycle=year, submitted=True)

    with pytest.raises(MoveNotAllowed):
        act(EvidenceFactory(entry=entry), lan)

    assert verbs(entry) == []


def test_after_a_month_the_bin_is_emptied_and_the_content_goes_unless_it_is_used(
    entry, lan, settings, django_capture_on_commit_callbacks
):
    kept_elsewhere = files.jpg(70)
    removed = [
        evidence.add(entry, files.upload("a.jpg", files.jpg(60)), by=lan),
        evidence.add(entry, files.upload("b.jpg", kept_elsewhere), by=lan),
    ]
    evidence.add(
        EntryFactory(unit=entry.unit, cycle=entry.cycle), files.upload("c.jpg", kept_elsewhere), by=lan
    )
    for file in removed:
        evidence.remove(file, by=lan)

    assert ledger.empty_bins() == 0, "a day later nothing is gone"
    with clock.at(clock.now() + timedelta(days=31)), django_capture_on_commit_callbacks(execute=True):
        assert ledger.empty_bins() == 2

    assert not EvidenceFile.every.filter(entry=entry).exists()
    assert not store.exists(EvidenceFile.FOLDER, removed[0].sha256)
    assert store.exists(EvidenceFile.FOLDER, removed[1].sha256)


def test_what_was_handed_in_outlives_the_bin(year, school, lan):
    entry = EntryFactory(unit=school, cycle=year, created_by=lan)
    ClaimFactory(entry=entry)
    shown = evidence.add(entry, files.upload("a.jpg", files.jpg()), by=lan)
    evidence.describe(shown, "签到", by=lan)
    ledger.withdraw(ledger.submit(entry, by=lan), by=lan)
    evidence.remove(shown, by=lan)

    with clock.at(clock.now() + timedelta(days=31)):
        ledger.empty_bins()

    edition = entry.editions.get()
    assert list(EvidenceFile.every.filter(editions=edition)) == [shown]
    assert edition.content["captions"] == {str(shown.pk): "签到"}
    assert edition.content["place"] == entry.place
    assert edition.content["indicators"] == ["A1"]


def test_removing_what_is_already_gone_changes_nothing(entry, lan):
    file = evidence.add(entry, files.upload("照片.jpg", files.jpg()), by=lan)
    evidence.remove(file, by=lan)

    evidence.remove(EvidenceFile(pk=999, entry=entry, name="照片.jpg", sha256=file.sha256), by=lan)

    assert verbs(entry) == ["add_file", "remove_file"]


@pytest.mark.parametrize("status", ["submitted", "accepted"])
def test_what_is_handed_in_keeps_its_files(school, year, lan, status):
    entry = EntryFactory(unit=school, cycle=year, **{status: True})
    file = EvidenceFactory(entry=entry)

    with pytest.raises(MoveNotAllowed):
        evidence.add(entry, files.upload("照片.jpg", files.jpg()), by=lan)
    with pytest.raises(MoveNotAllowed):
        evidence.remove(file, by=lan)

    entry.refresh_from_db()
    assert list(entry.files.all()) == [file]
    assert entry.version == 0
    assert verbs(entry) == []


def test_a_returned_entry_takes_files_again(school, year, lan):
    entry = EntryFactory(unit=school, cycle=year, returned=True)

    evidence.add(entry, files.upload("照片.jpg", files.jpg()), by=lan)

    assert entry.files.count() == 1


@pytest.mark.parametrize(
    ("name", "make", "code"),
    [
        ("a.pdf", lambda: b"", "empty"),
        ("a.pdf", files.jpg, "extension"),
        ("a.docx", files.docm, "macro"),
        ("a.svg", lambda: b"<svg/>", "web"),
        ("a.pdf", files.pdf_with_password, "protected"),
        ("a.jpg", lambda: files.jpg() + bytes(20 * 2**20), "large"),
    ],
)
def test_a_refused_file_leaves_no_trace(entry, lan, settings, name, make, code):
    with pytest.raises(ValidationError) as refused:
        evidence.add(entry, files.upload(name, make()), by=lan)

    entry.refresh_from_db()
    assert refused.value.code == code
    assert not entry.files.exists()
    assert entry.version == 0
    assert kept(settings) == []


def test_a_file_of_just_the_limit_is_taken(entry, lan, settings):
    content = files.jpg()
    settings.EVIDENCE_FILE_BYTES = len(content)

    evidence.add(entry, files.upload("a.jpg", content), by=lan)
    with pytest.raises(ValidationError) as refused:
        evidence.add(entry, files.upload("b.jpg", content + b"\0"), by=lan)

    assert refused.value.code == "large"
    assert entry.files.count() == 1


def test_a_pdf_that_is_only_locked_against_printing_is_taken(entry, lan):
    evidence.add(entry, files.upload("通知.pdf", files.pdf_locked_against_printing()), by=lan)

    assert entry.files.count() == 1


def test_the_same_file_twice_in_one_entry_is_refused_by_its_content(entry, lan):
    content = files.jpg()
    evidence.add(entry, files.upload("照片.jpg", content), by=lan)

    with pytest.raises(ValidationError, match=r"照片\.jpg") as refused:
        evidence.add(entry, files.upload("另一个名字.jpg", content), by=lan)

    assert refused.value.code == "twice"
    assert entry.files.count() == 1


def test_the_database_keeps_the_promise_of_once_per_entry(entry):
    content = files.jpg()
    EvidenceFactory(entry=entry, content=content)

    with pytest.raises(IntegrityError):
        EvidenceFactory(entry=entry, content=content)


def test_one_file_may_prove_two_entries(entry, school, year, lan, settings):
    other = EntryFactory(unit=school, cycle=year)
    content = files.jpg()

    evidence.add(entry, files.upload("照片.jpg", content), by=lan)
    evidence.add(other, files.upload("照片.jpg", content), by=lan)

    assert len(kept(settings)) == 1
    assert other.files.count() == 1


def test_the_file_after_the_last_place_is_refused(entry, lan, settings):
    settings.EVIDENCE_FILES_PER_ENTRY = 2
    for width in (10, 20):
        evidence.add(entry, files.upload("照片.jpg", files.jpg(width)), by=lan)

    with pytest.raises(ValidationError) as refused:
        evidence.add(entry, files.upload("照片.jpg", files.jpg(30)), by=lan)

    assert refused.value.code == "full"
    assert entry.files.count() == 2


def test_the_good_ones_stay_whatever_the_others_are(entry, lan):
    uploads = [
        files.upload("好.jpg", files.jpg()),
        files.upload("空.pdf", b""),
        files.upload("也好.png", files.png()),
    ]

    added, refused = evidence.add_each(entry, uploads, by=lan)

    assert [file.name for file in added] == ["好.jpg", "也好.png"]
    assert [file.name for file in refused] == ["空.pdf"]
    assert refused[0].reason


@pytest.mark.parametrize(
    "name",
    [r"..\..\照片.jpg", "/etc/照片.jpg", "照\x00片.jpg", "照\u202e片.jpg", "照片.jpg", "CON.jpg", "长" * 300],
)
def test_nothing_of_a_name_reaches_the_store(entry, lan, settings, name):
    upload = files.upload("x.jpg", files.jpg())
    # The browser's name, without the cleaning that Django's upload object does on its own.
    upload._name = name

    file = evidence.add(entry, upload, by=lan)

    [path] = kept(settings)
    assert path.relative_to(settings.MEDIA_ROOT).as_posix() == store.path_of("evidence", file.sha256)
    assert file.name.endswith(".jpg")
    assert not set(file.name) & set("/\\\x00\u202e")
    assert len(file.name) <= 200


@pytest.mark.fault
def test_a_store_that_cannot_write_leaves_no_row(entry, lan, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store.default_storage, "save", full)

    with pytest.raises(OSError, match="No space"):
        evidence.add(entry, files.upload("照片.jpg", files.jpg()), by=lan)

    entry.refresh_from_db()
    assert not entry.files.exists()
    assert entry.version == 0
    assert verbs(entry) == []


@pytest.mark.fault
def test_a_history_that_cannot_be_written_leaves_no_row(entry, lan, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("trail")

    monkeypatch.setattr(evidence.trail, "record", broken)

    with pytest.raises(RuntimeError, match="trail"):
        evidence.add(entry, files.upload("照片.jpg", files.jpg()), by=lan)

    entry.refresh_from_db()
    assert not entry.files.exists()
    assert entry.version == 0


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_the_last_places_are_not_given_away_twice(entry, lan, settings):
    settings.EVIDENCE_FILES_PER_ENTRY = 3
    start = Barrier(8)

    def send(number):
        start.wait()
        try:
            return evidence.add_each(entry, [files.upload("照片.jpg", files.jpg(10 + number))], by=lan)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))

    entry.refresh_from_db()
    assert entry.files.count() == sum(len(added) for added, _refused in answers) == 3
    assert verbs(entry) == ["add_file"] * 3
