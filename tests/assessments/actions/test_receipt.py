"""The receipt of a record: what came in, when, from whom, with which files."""

import io

import pypdfium2
import pytest

from assessments.actions import receipt
from tests.factories import ClaimFactory, EntryFactory, EvidenceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(school, year, lan):
    entry = EntryFactory(unit=school, cycle=year, created_by=lan, submitted=True, title="<b>道德讲堂</b>")
    ClaimFactory(entry=entry)
    return entry


def text_of(entry):
    file = io.BytesIO()
    receipt.write(file, entry)
    return "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(file.getvalue()))


def test_it_names_number_time_unit_and_every_file_with_its_fingerprint(entry):
    evidence = [EvidenceFactory(entry=entry, name=f"照片{number}.jpg") for number in range(3)]

    said = text_of(entry)

    for word in (
        entry.receipt,
        "云泽县第一小学",
        "<b>道德讲堂</b>",
        "兰晓",
        *(file.name for file in evidence),
    ):
        assert word in said
    plain = "".join(said.split())
    assert all(file.sha256 in plain for file in evidence)


def test_without_files_it_says_so(entry):
    assert "SHA-256" not in text_of(entry)


@pytest.mark.parametrize(
    ("trait", "there"), [("submitted", True), ("accepted", True), ("returned", False), (None, False)]
)
def test_it_is_there_while_the_record_is_with_the_office(school, year, trait, there):
    entry = EntryFactory(unit=school, cycle=year, **({trait: True} if trait else {}))

    assert receipt.is_there(entry) is there
