from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from civportal.lib import files as store
from civportal.lib.clock import today
from tests.factories import files
from units.actions import paper as papers
from units.models import Paper, TrailEvent

pytestmark = pytest.mark.django_db


def test_a_document_is_kept_with_its_number_and_scan(school, lan):
    content = files.pdf()

    paper = papers.add(
        school, title="成立通知", number="云教发[2026] 3 号", file=files.upload("通知.pdf", content), by=lan
    )

    assert (paper.number, paper.kind, paper.file_name) == ("云教发〔2026〕3号", "pdf", "通知.pdf")
    assert store.open_file(Paper.FOLDER, paper.sha256).read() == content
    event = TrailEvent.objects.about(school).get()
    assert (event.verb, event.note, event.by) == ("add_paper", "成立通知 云教发〔2026〕3号", lan)


def test_a_number_without_a_scan_is_enough(school, lan):
    assert not papers.add(school, title="成立通知", number="云教发〔2026〕3号", by=lan).sha256


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({}, "number"),
        ({"number": " \u200b"}, "number"),
        ({"number": "3号", "dated_on": "tomorrow"}, "future"),
        ({"file": ("通知.docx", files.docx)}, "PDF"),
        ({"file": ("通知.pdf", files.jpg)}, "extension|content|right kind"),
        ({"file": ("通知.pdf", lambda: b"")}, "empty"),
        ({"file": ("通知.exe", lambda: b"MZ" + bytes(100))}, "kind of file"),
    ],
    ids=range(7),
)
def test_what_proves_nothing_is_refused_in_words(in_english, school, lan, said, reason):
    if "file" in said:
        name, content = said["file"]
        said = {"file": files.upload(name, content())}
    if said.get("dated_on"):
        said |= {"dated_on": today() + timedelta(days=1)}

    with pytest.raises(ValidationError, match=reason):
        papers.add(school, title="通知", by=lan, **said)

    assert not Paper.objects.exists() and not TrailEvent.objects.exists()


def test_a_scan_over_the_limit_is_refused(settings, in_english, school, lan):
    settings.EVIDENCE_FILE_BYTES = 10

    with pytest.raises(ValidationError, match="MB"):
        papers.add(school, title="通知", file=files.upload("a.pdf", files.pdf()), by=lan)
