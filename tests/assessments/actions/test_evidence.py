"""Evidence is added and removed while the entry is the unit's, and is never only half there."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection

from assessments.actions import evidence
from assessments.models import EvidenceFile
from civportal.lib import files as store
from tests.factories import EntryFactory, EvidenceFactory, files
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
