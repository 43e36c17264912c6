"""The receipt of a record, on a page and as a PDF."""

import pytest
from django.urls import reverse

from tests.factories import EntryFactory, EvidenceFactory

pytestmark = pytest.mark.django_db


def at(name, *arguments):
    return reverse(f"assessments:{name}", args=arguments)


def test_the_receipt_is_a_page_and_a_pdf(client, lan, school, year):
    entry = EntryFactory(unit=school, cycle=year, created_by=lan, submitted=True)
    evidence = EvidenceFactory(entry=entry)
    client.force_login(lan)
    assert at("entry_receipt", entry.pk) in client.get(entry.get_absolute_url()).content.decode()

    page = client.get(at("entry_receipt", entry.pk)).content.decode()
    pdf = client.get(at("entry_receipt_pdf", entry.pk))

    assert entry.receipt in page and evidence.sha256 in page
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert b"".join(pdf.streaming_content).startswith(b"%PDF-")


def test_a_record_in_the_units_hands_has_no_receipt_to_show(client, lan, school, year):
    entry = EntryFactory(unit=school, cycle=year, created_by=lan, returned=True)
    client.force_login(lan)

    assert client.get(at("entry_receipt", entry.pk)).status_code == 404
    assert client.get(at("entry_receipt_pdf", entry.pk)).status_code == 404
    assert at("entry_receipt", entry.pk) not in client.get(entry.get_absolute_url()).content.decode()


def test_a_foreign_receipt_does_not_exist(client, mei, school, year, lan):
    entry = EntryFactory(unit=school, cycle=year, created_by=lan, submitted=True)
    client.force_login(mei)

    assert client.get(at("entry_receipt_pdf", entry.pk)).status_code == 404
