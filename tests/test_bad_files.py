"""Files that are no lists and no evidence, through the real pages: a Chinese sentence, and nothing kept."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile as file
from django.urls import reverse

from assessments.models import EvidenceFile, ScoreLine
from tests.factories import EntryFactory, files
from tests.lib import hostile
from tests.units.lists import workbook
from units.models import ImportBatch

pytestmark = pytest.mark.django_db

CHINESE = re.compile(r"[\u4e00-\u9fff]{4,}")
BAD_TABLES = {
    "0 bytes": ("名册.xlsx", lambda: b"", "空"),
    "a photo": ("名册.xlsx", files.jpg, "表格"),
    "a pdf": ("名册.pdf", files.pdf, "表格"),
    "encrypted": ("名册.xlsx", lambda: hostile.ole("EncryptedPackage", "EncryptionInfo"), "密码"),
    "cut off": ("名册.xlsx", hostile.cut_off, ""),
    "no heading": ("名册.xlsx", lambda: hostile.workbook(rows=(("甲", "乙"), ("丙", "丁"))), ""),
    "no data rows": ("名册.xlsx", workbook, ""),
    "60 MB": ("名册.xlsx", lambda: bytes(60 * 2**20), "50"),
}


def sentences(response):
    """What the form says of the file."""
    return " ".join(response.context["form"].errors["file"])


@pytest.mark.parametrize(("name", "content", "word"), BAD_TABLES.values(), ids=BAD_TABLES)
def test_what_is_no_list_of_units_is_refused_in_chinese(client, admin, name, content, word):
    client.force_login(admin)

    response = client.post(reverse("units:import_new"), {"file": file(name, content())})

    assert response.status_code == 200
    assert CHINESE.search(sentences(response)) and word in sentences(response)
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize(("name", "content", "word"), BAD_TABLES.values(), ids=BAD_TABLES)
def test_what_is_no_workbook_of_values_is_refused_in_chinese(client, rui, year, name, content, word):
    client.force_login(rui)

    response = client.post(reverse("assessments:values_import"), {"file": file(name, content())})

    assert response.status_code == 200
    assert CHINESE.search(sentences(response)) and word in sentences(response)
    assert not ScoreLine.objects.exists()


BAD_EVIDENCE = {
    "0 bytes": ("照片.jpg", lambda: b""),
    "wrong content": ("照片.jpg", files.pdf),
    "wrong extension": ("病毒.exe", files.jpg),
    "macros": ("方案.docx", files.docm),
    "password": ("方案.pdf", files.pdf_with_password),
    "old slides": ("方案.ppt", lambda: files.legacy("PowerPoint Document")),
    "a page": ("页.html", lambda: b"<script>alert(1)</script>"),
    "too large": ("照片.jpg", lambda: files.jpg() + bytes(21 * 2**20)),
}


@pytest.mark.parametrize(("name", "content"), BAD_EVIDENCE.values(), ids=BAD_EVIDENCE)
def test_what_proves_nothing_is_refused_and_the_good_file_beside_it_stays(
    client, year, school, lan, name, content
):
    entry = EntryFactory(cycle=year, unit=school, created_by=lan)
    before = entry.files.count()
    client.force_login(lan)
    sent = {"files": [file("好.png", files.png()), file(name, content())]}

    response = client.post(reverse("assessments:evidence_add", args=[entry.pk]), sent, follow=True)

    said = [str(message) for message in response.context["messages"] if message.level_tag == "error"]
    assert len(said) == 1 and name in said[0] and CHINESE.search(said[0])
    assert EvidenceFile.objects.filter(entry=entry).count() == before + 1
