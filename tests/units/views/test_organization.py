from datetime import date

import pytest
from django.urls import reverse

from civportal.lib.clock import today
from tests.factories import LetterFactory, MembershipFactory, PaperFactory, UserFactory, files
from units.actions import organization as organizations
from units.models import Organization, Paper, Role, TrailEvent, Unit, UnitPast

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, lan):
    client.force_login(lan)
    return client


def page(client, unit):
    return client.get(reverse("units:organization", args=[unit.pk])).content.decode()


def edit(client, unit, **said):
    return client.post(reverse("units:organization_edit", args=[unit.pk]), {"seen": 0, **said})


def test_a_liaison_writes_down_who_does_what(desk, school):
    response = edit(
        desk, school, group_head="林知远", group_members="苏明远\n韩守正 ", first_person_responsibility="on",
        joint_union="on", office_tel="0999-88001200",
    )  # fmt: skip

    html = page(desk, school)
    assert response.url == reverse("units:organization", args=[school.pk])
    assert Organization.objects.get().group_members == "苏明远\n韩守正"
    assert "林知远" in html and "0999-88001200" in html


def test_a_document_that_comes_with_the_form_becomes_one_of_the_units(desk, school):
    edit(
        desk, school, group_head="林知远",
        **{"group_paper-title": "成立通知", "group_paper-number": "云教发[2026]3号",
           "group_paper-file": files.upload("通知.pdf", files.pdf())},
    )  # fmt: skip

    paper = Organization.objects.get().group_paper
    assert (paper.unit, paper.number, paper.kind) == (school, "云教发〔2026〕3号", "pdf")
    assert paper.get_absolute_url() in page(desk, school)


def test_another_units_document_cannot_be_chosen(desk, school, bank):
    response = edit(desk, school, group_paper=PaperFactory(unit=bank).pk)

    assert response.context["form"].errors["group_paper"]
    assert not Organization.objects.exists()


@pytest.mark.parametrize(
    "said",
    [
        {"group_head": "长" * 61},
        {"group_members": "a\0b"},
        {"other_leaders": "林知远 110101199003070011"},
        {"group_paper": "9" * 40},
        {"seen": "x"},
        {"group_paper-dated_on": "9999-12-31"},
        {"goals_paper-file": "docx"},
    ],
    ids=str,
)
def test_bad_input_is_said_and_nothing_is_saved(desk, school, said):
    if said.get("goals_paper-file"):
        said = {"goals_paper-file": files.upload("a.docx", files.docx())}

    response = edit(desk, school, **{"group_head": "林知远", **said})

    html = response.content.decode()
    assert response.status_code == 200 and ("field--bad" in html or 'class="summary' in html)
    assert not Organization.objects.exists() and not Paper.objects.exists()


def test_a_file_over_the_limit_is_cut_off_and_said(desk, school, settings):
    settings.EVIDENCE_FILE_BYTES = 100

    response = edit(desk, school, **{"group_paper-file": files.upload("a.pdf", files.pdf())})

    assert response.status_code == 200 and "MB" in response.content.decode()
    assert not Organization.objects.exists()


def test_the_second_clerk_sees_what_the_first_changed_and_can_save_then(desk, school, rui):
    organizations.edit(school, {"group_head": "苏明远"}, by=rui)

    response = edit(desk, school, group_head="林知远")

    html = response.content.decode()
    assert "芮安" in html and "苏明远" in html
    assert edit(desk, school, group_head="林知远", seen=1).status_code == 302
    assert TrailEvent.objects.about(school).count() == 2


def test_leaders_are_shown_with_their_days(desk, school):
    Unit.objects.filter(pk=school.pk).update(top_leader="林知远")
    UnitPast.objects.create(
        unit=school,
        until_on=date(2025, 9, 1),
        name="一小",
        participation="participating",
        top_leader="苏明远",
    )

    html = page(desk, school)

    assert "林知远" in html and "2025年9月1日" in html and "2025年8月31日" in html


def test_the_telephone_is_for_those_whose_work_needs_it(client, school):
    organizations.edit(school, {"office_tel": "0999-88001200"}, by=UserFactory())
    reader = UserFactory()
    MembershipFactory(user=reader, role=Role.INSPECTOR)
    client.force_login(reader)

    assert "0999-88001200" not in page(client, school)
    assert edit(client, school).status_code == 403


def test_the_years_letter_is_told(desk, school):
    assert "未签订" in page(desk, school)
    letter = LetterFactory(unit=school, year=today().year)

    assert letter.get_absolute_url() in page(desk, school)


def test_a_unit_that_has_ended_writes_nothing_down(desk, school):
    Unit.objects.update(participation="ended")

    assert edit(desk, school, group_head="林知远").status_code == 403
