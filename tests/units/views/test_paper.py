import pytest
from django.urls import reverse

from tests.factories import PaperFactory, files
from units.models import Paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, lan):
    client.force_login(lan)
    return client


def add(client, unit, **said):
    return client.post(reverse("units:papers", args=[unit.pk]), {"title": "成立通知", **said})


def test_a_liaison_adds_a_document_and_takes_it_back_whole(desk, school):
    content = files.pdf()

    add(desk, school, number="云教发[2026]3号", file=files.upload("通知.pdf", content))
    answer = desk.get(Paper.objects.get().get_absolute_url())

    assert b"".join(answer.streaming_content) == content
    assert answer["Content-Type"] == "application/pdf" and answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "云教发〔2026〕3号" in desk.get(reverse("units:papers", args=[school.pk])).content.decode()


def test_whatever_it_was_called_a_scan_is_given_back_as_what_it_is(desk, school):
    add(desk, school, file=files.upload("../页面.html\x00.jpg", files.jpg()))

    answer = desk.get(Paper.objects.get().get_absolute_url())

    assert answer["Content-Type"] == "image/jpeg"
    assert "/" not in answer["Content-Disposition"].replace("attachment; filename*=utf-8''", "")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "number"),
        ({"title": "\u200b", "number": "3号"}, "title"),
        ({"title": "长" * 121, "number": "3号"}, "title"),
        ({"number": "a\0b"}, "number"),
        ({"number": "3号", "dated_on": "9999-12-31"}, "dated_on"),
        ({"number": "3号", "dated_on": "0000-00-00"}, "dated_on"),
        ({"number": "3号", "file": "docx"}, "file"),
        ({"number": "3号", "file": "empty"}, "file"),
    ],
)
def test_bad_input_is_said_at_its_field(desk, school, said, field):
    content = {"docx": files.docx, "empty": lambda: b""}
    if "file" in said:
        said = {**said, "file": files.upload("通知.pdf", content[said["file"]]())}

    response = add(desk, school, **said)

    assert response.status_code == 200 and field in response.context["form"].errors
    assert not Paper.objects.exists()


def test_a_file_over_the_limit_is_cut_off_and_said(desk, school, settings):
    settings.EVIDENCE_FILE_BYTES = 100

    response = add(desk, school, number="3号", file=files.upload("通知.pdf", files.pdf()))

    assert "MB" in str(response.context["form"].errors["file"])
    assert not Paper.objects.exists()


def test_a_scan_that_is_gone_is_explained(desk, school):
    paper = PaperFactory(unit=school, sha256="0" * 64)

    response = desk.get(paper.get_absolute_url())

    assert response.status_code == 404 and "扫描件" in response.content.decode()


def test_a_document_known_by_its_number_only_has_nothing_to_give(desk, school):
    paper = PaperFactory(unit=school, sha256="", kind="", file_name="", size=0)

    assert desk.get(paper.get_absolute_url()).status_code == 404


def test_another_units_document_is_not_known(desk, bank):
    paper = PaperFactory(unit=bank)

    assert desk.get(paper.get_absolute_url()).status_code == 404
    assert desk.get(reverse("units:papers", args=[bank.pk])).status_code == 404
    assert add(desk, bank, number="3号").status_code == 404


def test_the_documents_cost_the_same_however_many(client, rui, school, django_assert_num_queries):
    client.force_login(rui)
    for count in (1, 4, 45):
        PaperFactory.create_batch(count, unit=school)
        client.get(reverse("units:papers", args=[school.pk]))

        with django_assert_num_queries(8):
            client.get(reverse("units:papers", args=[school.pk]))
